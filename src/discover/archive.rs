//! Archives: zip and tar, told by their bytes, packed or not; and what is a container all the same,
//! workbooks and Outlook messages.
//!
//! One rule says how far they are followed: an input is unpacked once; if that is an archive, its
//! members are inputs, and each of them is unpacked once. What is still packed then is named, with
//! the way out. The sheets of a workbook are members, wherever the workbook lies. Members keep their names only as text; nothing is ever written under them. Limits
//! on size, ratio and number end a bomb with a message, and the rest is still read.

use super::{
    Input, Limits, Place, Standing,
    packed::{self, Packing},
    spool::Spools,
    walk,
};
use crate::time::Instant;

mod outlook;
mod tar;
mod workbook;
mod zip;

/// Bytes that tell what an input is: a tar header.
const HEAD: usize = 512;

const ARCHIVE_INSIDE: &str =
    "an archive inside an archive; unpack the outer one and name the folder";

/// Opens archives within limits, and keeps what comes out.
pub(super) struct Opener {
    limits: Limits,
    pub(super) spools: Spools,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Zip,
    Tar,
    Compound,
}

impl Kind {
    fn of(head: &[u8]) -> Option<Self> {
        let zip = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"];
        if zip.iter().any(|magic| head.starts_with(*magic)) {
            Some(Self::Zip)
        } else if outlook::is_compound(head) {
            Some(Self::Compound)
        } else if tar::is_header(head) {
            Some(Self::Tar)
        } else {
            None
        }
    }
}

impl Opener {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, spools: Spools::default() }
    }

    /// The inputs that an input stands for: itself, what it unpacks to, or the members of the
    /// archive that it is.
    pub(super) fn open(&self, input: Input) -> Vec<Input> {
        if !matches!(input.standing, Standing::Candidate) || input.size == 0 {
            return vec![input];
        }
        let mut left = self.limits.archive_bytes.min(self.limits.by_ratio(input.size));
        let (input, head) = self.unpack(input, &mut left);
        let mut members = match Kind::of(&head) {
            Some(Kind::Zip) => zip::members(self, &input, &mut left),
            Some(Kind::Tar) => tar::members(self, &input, &mut left),
            Some(Kind::Compound) => outlook::messages(self, input.clone(), &mut left),
            None => return vec![still_packed(input, &head)],
        };
        // It came out of a packed file that is damaged.
        if let Some(damage) = &input.damage {
            match members.iter_mut().find(|member| member.path == input.path) {
                Some(Input { standing: Standing::Unread(why), .. }) => {
                    *why = format!("{why}; {damage}");
                }
                _ => members.push(rest(&input, 0, damage)),
            }
        }
        if members.is_empty() {
            return vec![not_evidence(input, "an archive without members")];
        }
        members
    }

    /// A member: unpacked once more if it is packed, the sheets of it if it is a workbook, and
    /// named if that is not the end of it.
    fn member(&self, input: Input, left: &mut u64) -> Vec<Input> {
        let (input, head) = self.unpack(input, left);
        match Kind::of(&head) {
            Some(Kind::Zip) => zip::inner(self, input, left),
            Some(Kind::Compound) => outlook::messages(self, input, left),
            _ => vec![still_packed(input, &head)],
        }
    }

    /// Unpacks a packed input; gives its first bytes too. `left` is what may still come out of
    /// the file that it lies in.
    fn unpack(&self, mut input: Input, left: &mut u64) -> (Input, Vec<u8>) {
        let head = match head(&input) {
            Ok(head) => head,
            Err(error) => return (unread(input, &format!("cannot read: {error}")), Vec::new()),
        };
        let Some(packing) = Packing::of(&head) else { return (input, head) };
        let by_ratio = self.limits.by_ratio(input.size);
        let most = self.limits.member_bytes.min(by_ratio).min(*left);
        let unpacked =
            input.open().and_then(|source| packed::unpack(packing, &*source, most, &self.spools));
        match unpacked {
            Ok(unpacked) => {
                *left -= unpacked.size;
                input.modified = written(packing, &head).or(input.modified);
                let input = kept(input, unpacked.place, unpacked.size, unpacked.damage);
                let head = self::head(&input).unwrap_or_default();
                (input, head)
            }
            Err(error) => (unread(input, &not_kept(&error)), Vec::new()),
        }
    }
}

fn head(input: &Input) -> std::io::Result<Vec<u8>> {
    input.open().and_then(|source| source.bytes(0, HEAD))
}

/// The packed file's own time says when the content was last changed, where it is written
/// (RFC 1952, MTIME).
fn written(packing: Packing, head: &[u8]) -> Option<Instant> {
    let (Packing::Gzip, Some(&[a, b, c, d])) = (packing, head.get(4..8)) else { return None };
    let seconds = u32::from_le_bytes([a, b, c, d]);
    (seconds > 0).then(|| Instant::from_parts(i64::from(seconds), 0)).flatten()
}

/// An input with what came out of it; where that is nothing but damage, there is nothing to read.
fn kept(mut input: Input, place: Place, size: u64, damage: Option<String>) -> Input {
    input.place = place;
    input.size = size;
    match damage {
        Some(damage) if size == 0 => unread(input, &damage),
        damage => {
            // What it came out of may be damaged too.
            input.damage = damage.or(input.damage);
            input
        }
    }
}

fn not_kept(error: &std::io::Error) -> String {
    format!(
        "cannot unpack: {error}; what is unpacked lies in the folder for temporary files, and \
         TMPDIR can name another"
    )
}

/// Names what one round of unpacking has not opened.
fn still_packed(input: Input, head: &[u8]) -> Input {
    if Packing::of(head).is_some() {
        return unread(input, "compressed more than once; unpack it and name what comes out");
    }
    if Kind::of(head).is_some() {
        return unread(input, ARCHIVE_INSIDE);
    }
    input
}

fn unread(mut input: Input, why: &str) -> Input {
    if matches!(input.standing, Standing::Candidate) {
        input.standing = Standing::Unread(why.to_owned());
    }
    input
}

fn not_evidence(mut input: Input, why: &str) -> Input {
    input.standing = Standing::NotEvidence(why.to_owned());
    input
}

/// The parts of a member's name as text, without those that lead out of the archive.
fn parts(name: &[u8], separators: &[char]) -> Vec<String> {
    let name = walk::escape_name(name);
    let parts = name.split(separators).filter(|part| !matches!(*part, "" | "." | ".."));
    parts.map(str::to_owned).collect()
}

/// A member before its bytes are looked at; `number` names one that has no name.
fn begin(archive: &Input, parts: &[String], number: usize) -> Input {
    let name = if parts.is_empty() { format!("#{number}") } else { parts.join("/") };
    let path = format!("{}/{name}", archive.path).into();
    let member = Input { path, named: false, damage: None, ..archive.clone() };
    if walk::is_litter(parts) { not_evidence(member, "left behind by the system") } else { member }
}

/// The rest of an archive that could not be read, under the archive's own name.
fn rest(archive: &Input, size: u64, why: &str) -> Input {
    unread(Input { size, named: false, damage: None, ..archive.clone() }, why)
}

#[cfg(test)]
mod tests;
