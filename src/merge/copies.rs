//! Copies: equal records of one instant in several inputs.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

/// The records of one instant that were written: by their bytes, how many of the same there are.
#[derive(Default)]
pub(super) struct Copies {
    written: HashMap<Box<[u8]>, u32, BuildHasherDefault<Words>>,
    /// How many of the same the present input had so far.
    own: HashMap<Box<[u8]>, u32, BuildHasherDefault<Words>>,
}

impl Copies {
    /// Forgets the records of the last instant.
    pub(super) fn clear(&mut self) {
        self.written.clear();
        self.own.clear();
    }

    /// The records that come next are another input's.
    pub(super) fn next_input(&mut self) {
        self.own.clear();
    }

    /// Whether a record of the present input stands for one that another wrote: its n-th for their
    /// n-th, so that two equal records of one input stay two.
    pub(super) fn has(&mut self, record: &[u8]) -> bool {
        let record = record.trim_ascii_end();
        let count = if let Some(count) = self.own.get_mut(record) {
            *count += 1;
            *count
        } else {
            self.own.insert(record.into(), 1);
            1
        };
        match self.written.get_mut(record) {
            Some(written) if *written >= count => true,
            Some(written) => {
                *written = count;
                false
            }
            None => {
                self.written.insert(record.into(), count);
                false
            }
        }
    }
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
