//! Merge: the one total order over all inputs.
//!
//! Instant, path bytes, byte offset, number within the record. Inputs stand in the order of their
//! path bytes and ticks in the order of bytes and numbers, so two indices carry the rest.

use rayon::prelude::*;

use crate::time::Instant;

/// An event in the order: 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placed {
    /// Its instant.
    pub instant: Instant,
    /// Index of its input.
    pub input: u32,
    /// Index of its tick.
    pub tick: u32,
}

/// Puts the events of all inputs into the one order.
pub fn merge(inputs: &[Vec<Placed>]) -> Vec<Placed> {
    let mut all: Vec<Placed> = inputs.concat();
    // The key is total: an unstable sort gives the same order for any number of threads.
    all.par_sort_unstable();
    all
}
