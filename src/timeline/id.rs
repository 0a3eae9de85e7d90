//! Ids: stable over paths, zones, corrections, options and order.
//!
//! The first 80 bits of SHA-256 over a source's identity, and over its number among equal
//! identities of one input, where that is not the first.

use std::hash::{BuildHasherDefault, Hasher};

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};

use crate::{
    definition::tell::Fields,
    event::{Id, Kind},
};

/// An identity, as its digest.
pub type Identity = [u8; 32];

/// Hashes identities: digests are as even as any hash of them.
pub type ByDigest = BuildHasherDefault<FirstBytes>;

/// The first bytes of what is hashed, as its hash.
#[derive(Clone, Copy, Debug, Default)]
pub struct FirstBytes(u64);

impl Hasher for FirstBytes {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 ^= u64::from_le_bytes(*first);
        }
    }

    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

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
    /// With LF ends; none as long as both are the same.
    lf: Option<Sha256>,
    /// A return that ended the last stretch, and may be half a line end: fed to neither yet.
    held: bool,
}

impl Digests {
    /// Feeds a stretch.
    pub fn feed(&mut self, bytes: &[u8]) {
        let Some((last, before)) = bytes.split_last() else { return };
        if std::mem::take(&mut self.held) {
            self.release(bytes[0] == b'\n');
        }
        self.held = *last == b'\r';
        let bytes = if self.held { before } else { bytes };
        let ends = |from: usize| {
            let returns = memchr::memchr_iter(b'\r', &bytes[from..]).map(move |at| from + at);
            returns.filter(|at| bytes.get(at + 1) == Some(&b'\n'))
        };
        // Up to the first line end that is another, one digest is both.
        let both = if self.lf.is_some() { 0 } else { ends(0).next().unwrap_or(bytes.len()) };
        self.raw.update(&bytes[..both]);
        if both < bytes.len() && self.lf.is_none() {
            self.lf = Some(self.raw.clone());
        }
        self.raw.update(&bytes[both..]);
        if let Some(lf) = &mut self.lf {
            let mut fed = both;
            for end in ends(both) {
                lf.update(&bytes[fed..end]);
                fed = end + 1;
            }
            lf.update(&bytes[fed..]);
        }
    }

    /// Feeds the return that was held back.
    fn release(&mut self, ends_line: bool) {
        if ends_line {
            self.lf.get_or_insert_with(|| self.raw.clone());
        } else if let Some(lf) = &mut self.lf {
            lf.update(b"\r");
        }
        self.raw.update(b"\r");
    }

    /// The digest of the bytes, and that of the bytes with LF ends.
    pub fn finish(mut self) -> (Identity, Identity) {
        if self.held {
            self.release(false);
        }
        let raw: Identity = self.raw.finalize().into();
        let lf = self.lf.map_or(raw, |lf| lf.finalize().into());
        (raw, lf)
    }
}

#[cfg(test)]
mod tests;
