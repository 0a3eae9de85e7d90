//! The histogram of differences: where an offset stands out.
//!
//! Takes, for each observation, how far all events of the same key are from it; gives the levels
//! that stand out. It is the cross-correlation of two trains of events, and needs to know of none
//! which event of the other train belongs to it: the right differences agree, the wrong ones spread.

use super::course::{LEVELS, strongest, windows};
use crate::time::SECOND;

/// Differences that are looked at: no zone is further from another than 14 + 12 h, but no machine's
/// wrong one is.
pub const WIDEST: i64 = 15 * 3600 * SECOND;
/// Width of a bin.
const BIN: i64 = 5 * SECOND;
/// Two peaks this near are one.
const ONE_PEAK: i64 = 60 * SECOND;
/// Levels this near are one; the pairs tell them apart later.
const ONE_LEVEL: i64 = 10 * SECOND;
/// Observations and keys that must agree.
const AGREE: usize = 3;
/// A stretch of it holds no fewer observations.
const LEAST: usize = 6;

/// The differences of one observation.
#[derive(Clone, Debug, Default)]
pub struct Votes {
    /// Key of each observation, in order.
    pub keys: Vec<u32>,
    /// Observation and difference (ns, within [`WIDEST`]), by observation.
    pub apart: Vec<(u32, i64)>,
}

/// The levels that stand out over the whole or over a stretch of it, in nanoseconds, best supported
/// first: three observations of three keys agree within three bins, and twice as many as anywhere
/// else but within a minute. A bin is 5 s wide, or a third of the precision `coarse` (ns).
pub fn levels(votes: &Votes, coarse: i64) -> Vec<i64> {
    let bin = BIN.max(coarse / 3);
    let mut count = Count { bins: vec![0; (2 * WIDEST / bin) as usize + 3], bin };
    let mut starts = vec![0; votes.keys.len() + 1];
    for (observation, _) in &votes.apart {
        starts[*observation as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let peaks =
        windows(votes.keys.len(), LEAST.min(votes.keys.len())).into_iter().filter_map(|window| {
            let within = &votes.apart[starts[window.start]..starts[window.end]];
            count.peak(&votes.keys, within)
        });
    let mut levels = strongest(peaks.collect(), ONE_LEVEL.max(bin));
    levels.truncate(LEVELS);
    levels
}

struct Count {
    /// One more at each end than there are, so that each has neighbours.
    bins: Vec<u32>,
    bin: i64,
}

impl Count {
    fn index(&self, apart: i64) -> usize {
        ((apart + WIDEST) / self.bin) as usize + 1
    }

    /// Support and place of the peak over a window of observations, if it stands out.
    fn peak(&mut self, keys: &[u32], votes: &[(u32, i64)]) -> Option<(usize, i64)> {
        let mut last = (u32::MAX, 0);
        for &(observation, apart) in votes {
            let vote = (observation, self.index(apart));
            // An observation has one voice in a bin.
            if vote != last {
                self.bins[vote.1] += 1;
            }
            last = vote;
        }
        let found = self.standing_out(keys, votes);
        for &(_, apart) in votes {
            let at = self.index(apart);
            self.bins[at] = 0;
        }
        found
    }
    /// The peak of the votes counted: three bins with twice as many as any others but near.
    fn standing_out(&self, keys: &[u32], votes: &[(u32, i64)]) -> Option<(usize, i64)> {
        let bins = || votes.iter().map(|&(_, apart)| self.index(apart));
        let support = |at: usize| self.bins[at - 1..=at + 1].iter().sum::<u32>() as usize;
        let zero = self.index(0);
        let nearest = |at: usize| std::cmp::Reverse((at.abs_diff(zero), at));
        let best = bins().max_by_key(|&at| (support(at), nearest(at)))?;
        let away = (ONE_PEAK / self.bin) as usize + 2;
        let second = bins().filter(|at| at.abs_diff(best) > away).map(support).max().unwrap_or(0);
        let top = support(best);
        if top < AGREE || top < 2 * second {
            return None;
        }
        let near = |&&(_, apart): &&(u32, i64)| self.index(apart).abs_diff(best) <= 1;
        let mut within: Vec<(i64, u32)> = votes
            .iter()
            .filter(near)
            .map(|&(observation, apart)| (apart, keys[observation as usize]))
            .collect();
        within.sort_unstable();
        let middle = within[within.len() / 2].0;
        let mut agree: Vec<u32> = within.into_iter().map(|(_, key)| key).collect();
        agree.sort_unstable();
        agree.dedup();
        (agree.len() >= AGREE).then_some((top, middle))
    }
}
