//! The time block: the texts of the last minutes, by the bands of their `MinHash`.
//!
//! Takes texts in order of time; what is older than the block is dropped, so that memory is bounded by
//! what a block holds.

use std::collections::{HashMap, VecDeque};

use super::shingle::BANDS;

/// Most texts of one band that are looked at: a program may say the same a thousand times.
const LOOKED_AT: usize = 256;

/// A text that is still near.
struct Live<T> {
    /// Its index.
    at: usize,
    instant: i64,
    bands: [u64; BANDS],
    text: T,
}

/// The texts of a stretch of time.
pub(super) struct Block<T> {
    /// Length in ns.
    length: i64,
    live: VecDeque<Live<T>>,
    /// How many have been dropped: the number of the first that lives.
    dropped: usize,
    /// Numbers of texts by band, oldest first.
    bands: HashMap<u64, VecDeque<usize>>,
}

impl<T> Block<T> {
    /// An empty block of that length in ns.
    pub(super) fn new(length: i64) -> Self {
        Self { length, live: VecDeque::new(), dropped: 0, bands: HashMap::new() }
    }

    /// Drops what lies further back than the block is long.
    pub(super) fn pass(&mut self, now: i64) {
        while self.live.front().is_some_and(|one| now.saturating_sub(one.instant) > self.length) {
            let Some(old) = self.live.pop_front() else { return };
            for band in old.bands {
                if let Some(numbers) = self.bands.get_mut(&band) {
                    numbers.pop_front();
                    if numbers.is_empty() {
                        self.bands.remove(&band);
                    }
                }
            }
            self.dropped += 1;
        }
    }

    /// Texts that share a band and may be compared, newest first, at most so many: each with its
    /// index.
    pub(super) fn near(
        &self,
        bands: &[u64; BANDS],
        most: usize,
        may: impl Fn(usize) -> bool,
    ) -> Vec<(usize, &T)> {
        let lists = bands.iter().filter_map(|band| self.bands.get(band));
        let mut numbers: Vec<usize> =
            lists.flat_map(|numbers| numbers.iter().rev().take(LOOKED_AT).copied()).collect();
        numbers.sort_unstable_by(|a, b| b.cmp(a));
        numbers.dedup();
        let live = numbers.into_iter().filter_map(|number| self.live.get(number - self.dropped));
        live.filter(|one| may(one.at)).take(most).map(|one| (one.at, &one.text)).collect()
    }

    /// Takes a text.
    pub(super) fn add(&mut self, at: usize, instant: i64, bands: [u64; BANDS], text: T) {
        let number = self.dropped + self.live.len();
        for band in bands {
            self.bands.entry(band).or_default().push_back(number);
        }
        self.live.push_back(Live { at, instant, bands, text });
    }
}

#[cfg(test)]
mod tests;
