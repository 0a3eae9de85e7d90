//! Copies: equal records of one instant in several inputs.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::Arc,
};

use super::page::Page;

/// So many records are compared one by one; more are looked up.
const FEW: usize = 8;

/// The records of one instant that were written.
#[derive(Default)]
pub(super) struct Copies {
    seen: Vec<Seen>,
    /// Beyond a few: places in `seen` by the hash of the bytes.
    places: HashMap<u64, Vec<u32>, BuildHasherDefault<Words>>,
}

struct Seen {
    page: Arc<Page>,
    at: usize,
    len: usize,
    /// How many of the same were written.
    written: u32,
    /// How many of the same the input `by` had up to now.
    own: u32,
    by: usize,
}

impl Seen {
    fn bytes(&self) -> &[u8] {
        &self.page.text()[self.at..self.at + self.len]
    }
}

impl Copies {
    /// Forgets the records of the last instant.
    pub(super) fn clear(&mut self) {
        self.seen.clear();
        self.places.clear();
    }

    /// Whether a record of an input stands for one that another wrote: its n-th for their n-th, so
    /// that two equal records of one input stay two. Line ends do not count. The records of an
    /// instant come input by input.
    pub(super) fn has(&mut self, input: usize, page: &Arc<Page>, at: usize, len: usize) -> bool {
        let record = page.text()[at..at + len].trim_ascii_end();
        let Some(place) = self.find(record) else {
            let len = record.len();
            let page = page.clone();
            self.seen.push(Seen { page, at, len, written: 1, own: 1, by: input });
            if self.seen.len() > FEW {
                self.note();
            }
            return false;
        };
        let seen = &mut self.seen[place];
        if seen.by != input {
            (seen.by, seen.own) = (input, 0);
        }
        seen.own += 1;
        let copy = seen.own <= seen.written;
        seen.written = seen.written.max(seen.own);
        copy
    }

    fn find(&self, record: &[u8]) -> Option<usize> {
        let is_same = |seen: &Seen| seen.len == record.len() && seen.bytes() == record;
        if self.seen.len() <= FEW {
            return self.seen.iter().position(is_same);
        }
        let places = self.places.get(&hash(record))?;
        places.iter().map(|place| *place as usize).find(|place| is_same(&self.seen[*place]))
    }

    /// Notes the places of the records that are not noted yet.
    fn note(&mut self) {
        let from = if self.places.is_empty() { 0 } else { self.seen.len() - 1 };
        for (place, seen) in self.seen.iter().enumerate().skip(from) {
            self.places.entry(hash(seen.bytes())).or_default().push(place as u32);
        }
    }
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = Words::default();
    hasher.write(bytes);
    hasher.finish()
}

/// Hashes a text in words of eight bytes; collisions cost a comparison and nothing else.
#[derive(Default)]
struct Words(u64);

impl Hasher for Words {
    fn write(&mut self, bytes: &[u8]) {
        const K: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            let mut word = [0; 8];
            word.copy_from_slice(chunk);
            self.0 = (self.0 ^ u64::from_le_bytes(word)).wrapping_mul(K).rotate_left(29);
        }
        for byte in chunks.remainder() {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(K).rotate_left(29);
        }
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}
