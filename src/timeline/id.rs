//! Ids: stable over paths, zones, corrections, options and order.
//!
//! The first 80 bits of SHA-256 over a source's identity, and over its number among equal
//! identities of one input, where that is not the first.

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};

use crate::{
    definition::tell::Fields,
    event::{Id, Kind},
};

/// An identity, as its digest.
pub type Identity = [u8; 32];

/// The id of the `number`-th source (from 1) of that identity in its input.
pub fn id(identity: &Identity, number: u64) -> Id {
    let digest: [u8; 32] = if number < 2 {
        *identity
    } else {
        let mut hash = Sha256::new();
        hash.update(identity);
        hash.update(number.to_be_bytes());
        hash.finalize().into()
    };
    let text = BASE32_NOPAD.encode(&digest[..10]).to_ascii_lowercase();
    Id(format!("e-{text}"))
}

/// The identity by a native key, where the source has one. `kind` is what the record is whatever a
/// layer makes of it: an alert mail keeps its id when the layer is gone.
pub fn native(kind: Kind, fields: &Fields) -> Option<Identity> {
    let record = fields.record.as_deref()?;
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update(text.as_bytes());
        hash.update([0]);
    };
    match kind {
        Kind::Email => {
            part("mail");
            part(record);
        }
        Kind::Ticket => {
            part("ticket");
            // KEY:comment:3 counts within one export: another export may count otherwise.
            let event = ticket_event(record);
            part(event);
            part(&fields.time_raw);
            if event != record {
                part(fields.actor.as_deref().unwrap_or_default());
                part(fields.detail.as_deref().unwrap_or(&fields.summary));
            }
        }
        _ => {
            part("record");
            part(fields.same.as_deref().unwrap_or(record));
        }
    }
    Some(hash.finalize().into())
}

/// A ticket's event without its number: `KEY:comment` of `KEY:comment:3`.
pub fn ticket_event(record: &str) -> &str {
    let numbered = record.rsplit_once(':').filter(|(_, n)| n.parse::<u64>().is_ok());
    numbered.map_or(record, |(event, _)| event)
}

/// The identity by the record's bytes, with LF ends and the last one removed, and the number of
/// the event within the record.
pub fn of_bytes(digest: &Identity, part: u16) -> Identity {
    if part == 0 {
        return *digest;
    }
    let mut hash = Sha256::new();
    hash.update(digest);
    hash.update(part.to_be_bytes());
    hash.finalize().into()
}

/// The digest of a record's bytes as they are, and with LF ends, fed in stretches.
#[derive(Default)]
pub struct Digests {
    raw: Sha256,
    lf: Sha256,
    carry: bool,
    differs: bool,
}

impl Digests {
    /// Feeds a stretch.
    pub fn feed(&mut self, mut bytes: &[u8]) {
        self.raw.update(bytes);
        if self.carry {
            self.carry = false;
            if bytes.first() == Some(&b'\n') {
                self.differs = true;
            } else {
                self.lf.update(b"\r");
            }
        }
        while let Some(at) = memchr::memchr(b'\r', bytes) {
            self.lf.update(&bytes[..at]);
            match bytes.get(at + 1) {
                Some(b'\n') => self.differs = true,
                Some(_) => self.lf.update(b"\r"),
                None => self.carry = true,
            }
            bytes = &bytes[at + 1..];
        }
        self.lf.update(bytes);
    }

    /// The digest of the bytes, and that of the bytes with LF ends.
    pub fn finish(mut self) -> (Identity, Identity) {
        if self.carry {
            self.lf.update(b"\r");
        }
        let raw: Identity = self.raw.finalize().into();
        let lf = if self.differs { self.lf.finalize().into() } else { raw };
        (raw, lf)
    }
}
