//! Discover: from paths to inputs.
//!
//! Takes the paths of the command line; walks folders, opens archives, and gives every input in
//! the order of its path bytes, with what is known of it from outside: size, modification time,
//! and whether it is evidence at all. Links, devices and FIFOs are not followed in a walk, nothing
//! is written under an archive member's name, and nothing in an evidence folder is run.

mod archive;
pub mod charset;
mod packed;
pub mod range;
pub(crate) mod spool;
mod walk;

use std::{collections::HashSet, path::PathBuf, sync::Arc};

use range::{Bytes, FileRange, Part, RangeRead, Reopened, Spool};
use rayon::prelude::*;

use crate::time::Instant;

/// Where the bytes of an input lie.
#[derive(Clone, Debug)]
pub enum Place {
    /// A file, opened anew by every stage so that thousands of inputs need few descriptors.
    File(PathBuf),
    /// In memory: a small archive member, or a sample.
    Bytes(Arc<[u8]>),
    /// An unlinked file that unpacked bytes are kept in.
    Spool(Arc<std::fs::File>),
    /// A stretch of another place, from this byte on.
    Part(Arc<Place>, u64),
}

/// What is known of an input before its content is looked at.
#[derive(Clone, Debug)]
pub enum Standing {
    /// To be read.
    Candidate,
    /// Not evidence, with the reason: changes nothing.
    NotEvidence(String),
    /// Could not be read, with the reason and the way out.
    Unread(String),
}

/// One file of evidence, archive member, or stdin.
#[derive(Clone, Debug)]
pub struct Input {
    /// Path as `rfo.event/1` writes it.
    pub path: Arc<str>,
    /// Where its bytes lie.
    pub place: Place,
    /// Bytes to read: of the unpacked original, or of the text decoded from it.
    pub size: u64,
    /// The original of a text that was decoded from UTF-16 or UTF-32.
    pub original: Option<Arc<charset::Original>>,
    /// When it was last changed, as its file system or archive says (UTC).
    pub modified: Option<Instant>,
    /// What is known of it.
    pub standing: Standing,
    /// It ends early or is damaged: how, and where (bytes of the unpacked original).
    pub damage: Option<String>,
    /// Named on the command line, not found in a walk.
    pub named: bool,
}

impl Input {
    /// An input in memory.
    pub fn from_bytes(path: &str, bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        Self {
            path: path.into(),
            size: bytes.len() as u64,
            place: Place::Bytes(bytes),
            original: None,
            modified: None,
            standing: Standing::Candidate,
            damage: None,
            named: true,
        }
    }

    /// Opens the input for reading.
    ///
    /// # Errors
    /// The file's.
    pub fn open(&self) -> std::io::Result<Box<dyn RangeRead>> {
        open(&self.place, self.size)
    }

    /// Opens the input to read it piece by piece, now and then, over a long time: `sparing` opens a
    /// file anew for each piece, so that many thousands of inputs stay under the limit of descriptors.
    ///
    /// # Errors
    /// The file's.
    pub(crate) fn open_for_long(&self, sparing: bool) -> std::io::Result<Box<dyn RangeRead>> {
        match &self.place {
            Place::File(path) if sparing => Ok(Box::new(Reopened::new(path.clone(), self.size))),
            place => open(place, self.size),
        }
    }

    /// Opens the unpacked original, whose bytes sources name.
    ///
    /// # Errors
    /// The file's.
    pub fn open_original(&self) -> std::io::Result<Box<dyn RangeRead>> {
        match &self.original {
            Some(original) => open(&original.place, original.size),
            None => self.open(),
        }
    }

    /// Bytes of the unpacked original.
    pub fn original_size(&self) -> u64 {
        self.original.as_ref().map_or(self.size, |original| original.size)
    }

    /// The byte of the unpacked original that stands for a byte that is read.
    pub fn original_offset(&self, read: u64) -> u64 {
        self.original.as_ref().map_or(read, |original| original.offset(read))
    }
}

fn open(place: &Place, size: u64) -> std::io::Result<Box<dyn RangeRead>> {
    Ok(match place {
        Place::File(path) => Box::new(FileRange::open(path)?),
        Place::Bytes(bytes) => Box::new(Bytes(bytes.clone())),
        Place::Spool(file) => Box::new(Spool(file.clone(), size)),
        Place::Part(whole, start) => {
            let whole = open(whole, start.saturating_add(size))?;
            Box::new(Part { whole, start: *start, len: size })
        }
    })
}

/// How far archives are followed, so that a bomb does no harm.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most bytes that one member may unpack to.
    pub member_bytes: u64,
    /// Most bytes that all members of an archive may unpack to.
    pub archive_bytes: u64,
    /// Most bytes out for one byte in, of a member and of a whole archive, once more than 64 MiB
    /// come out.
    pub ratio: u64,
    /// Most members of an archive.
    pub members: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { member_bytes: 64 << 30, archive_bytes: 256 << 30, ratio: 1100, members: 1_000_000 }
    }
}

impl Limits {
    /// Most bytes that so many packed bytes may unpack to.
    fn by_ratio(&self, packed: u64) -> u64 {
        packed.saturating_mul(self.ratio).max(64 << 20)
    }
}

/// Why there is nothing to read at all.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// A path of the command line is not there.
    #[error("{path}: {error}{hint}")]
    Path {
        /// The path.
        path: String,
        /// What the system says.
        error: std::io::Error,
        /// A near name, where there is one.
        hint: String,
    },
}

/// Finds all inputs under the paths, in the order of their path bytes; an input reached twice is
/// there once. `own` are files that this run writes: a walk passes over them.
///
/// # Errors
/// A path that is not there. Everything else that goes wrong stands on the input.
pub fn inputs(
    paths: &[PathBuf],
    own: &[PathBuf],
    limits: Limits,
) -> Result<Vec<Input>, DiscoverError> {
    let opener = archive::Opener::new(limits);
    let found = walk::walk(paths, own, &opener.spools)?;
    let mut found: Vec<Input> = found
        .into_par_iter()
        .flat_map_iter(|input| {
            opener.open(input).into_iter().map(|input| charset::decode(input, &opener.spools))
        })
        .collect();
    tell_apart(&mut found);
    Ok(found)
}

/// Sorts by path bytes. An archive may hold a name twice; the later member is `name#2`, so that a
/// path means one input.
fn tell_apart(found: &mut [Input]) {
    let by_path = |a: &Input, b: &Input| a.path.as_bytes().cmp(b.path.as_bytes());
    found.sort_by(by_path);
    let mut taken: HashSet<Arc<str>> = found.iter().map(|input| input.path.clone()).collect();
    if taken.len() == found.len() {
        return;
    }
    let mut first: Option<Arc<str>> = None;
    let mut number = 2_u64;
    for input in found.iter_mut() {
        if first.as_ref() != Some(&input.path) {
            first = Some(input.path.clone());
            number = 2;
            continue;
        }
        let path = &input.path;
        while taken.contains(format!("{path}#{number}").as_str()) {
            number += 1;
        }
        input.path = format!("{path}#{number}").into();
        taken.insert(input.path.clone());
    }
    found.sort_by(by_path);
}

#[cfg(test)]
mod tests;
