//! The course of a clock: which of several levels held when.
//!
//! Takes, for observations in order and for each level, what the observation gains if that level
//! held; gives the levels of the largest gain in all, where every change costs. This is the exact
//! optimum (Viterbi) in O(n · k²) for n observations and k levels, and k is small.

use super::super::align::{self, Reach};
use crate::time::SECOND;

/// Milli-nats that a change of level costs: about three pairs that fit no other way.
const CHANGE: i64 = 8000;
/// Milli-nats that [`align::gain`] gives at the distance where a pair says nothing any more (two
/// minutes): what is wrong costs no more than that.
const WORTHLESS: i64 = 1800;
/// Most levels that are weighed.
pub const LEVELS: usize = 24;

/// How far from its level a pair may be, by the coarser of its two precisions (ns).
pub fn reach(coarse: i64) -> Reach {
    Reach { early: 20 * SECOND + coarse, late: 120 * SECOND + coarse }
}

/// What a pair gains at that distance from its level, in milli-nats: nothing two minutes off, most
/// at the level itself.
pub fn gain(apart: i64, coarse: i64) -> i64 {
    (align::gain(apart, reach(coarse)) - WORTHLESS).max(0)
}

/// Levels over a list of observations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// What all observations gain, less what the changes cost, in milli-nats.
    pub gain: i64,
    /// The stretches: end of the range of observations (its start is the end before), and level.
    pub runs: Vec<(usize, usize)>,
}

/// The course of largest gain over `count` observations and that many levels, up to [`LEVELS`];
/// among equal ones that with the lower numbers of levels. `gain` takes observation and level.
pub fn course(count: usize, levels: usize, gain: impl Fn(usize, usize) -> i64) -> Course {
    let levels = levels.min(LEVELS);
    if levels == 0 || count == 0 {
        return Course { gain: 0, runs: Vec::new() };
    }
    let mut best = vec![0_i64; levels];
    let mut came: Vec<u8> = Vec::with_capacity(count * levels);
    for at in 0..count {
        let top = first_max(&best);
        let changed = best[top] - CHANGE;
        for (level, best) in best.iter_mut().enumerate() {
            let stay = at == 0 || *best >= changed;
            came.push(if stay { level } else { top } as u8);
            *best = if stay { *best } else { changed } + gain(at, level);
        }
    }
    let mut level = first_max(&best);
    let gain = best[level];
    let mut runs = vec![(count, level)];
    for at in (1..count).rev() {
        let from = usize::from(came[at * levels + level]);
        if from != level {
            runs.push((at, from));
            level = from;
        }
    }
    runs.reverse();
    Course { gain, runs }
}

/// The first of the largest.
fn first_max(values: &[i64]) -> usize {
    let mut top = 0;
    for (at, value) in values.iter().enumerate() {
        if *value > values[top] {
            top = at;
        }
    }
    top
}

/// Windows over a list of that many entries: the whole, then its halves, quarters and so on down to
/// `least` entries, each also shifted by half of itself.
pub fn windows(count: usize, least: usize) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut size = count;
    while size >= least.max(1) {
        let step = size.div_ceil(2);
        let mut start = 0;
        while start + size <= count {
            found.push(start..start + size);
            start += step;
        }
        if size < count {
            found.push(count - size..count);
        }
        size /= 2;
    }
    found.dedup();
    found
}

/// The best supported of levels (support, nanoseconds), no two nearer than `apart`; at most
/// [`LEVELS`], nearest to 0 first among equally supported ones.
pub fn strongest(mut levels: Vec<(usize, i64)>, apart: i64) -> Vec<i64> {
    levels.sort_unstable_by_key(|&(support, level)| {
        (std::cmp::Reverse(support), level.unsigned_abs(), level)
    });
    let mut kept: Vec<i64> = Vec::new();
    for (_, level) in levels {
        if kept.len() < LEVELS && kept.iter().all(|other| (other - level).abs() >= apart) {
            kept.push(level);
        }
    }
    kept
}
