//! The shortest delay that is no mistake: the trimmed minimum.
//!
//! Some pairs are wrong, and a wrong one may be far too short; most delays are near the shortest.
//! So the floor is the smallest difference that has companions just above it. Measured with 10 to
//! 30 % of the pairs wrong: an error of 1 s, where the median errs by 4.5 s and the plain minimum by
//! 501 s (`reference/algorithms.md` §2.3).

use super::Pair;
use crate::time::SECOND;

/// How near companions stand.
const NEAR: i64 = 5 * SECOND;
/// Doublings of that until any companion will do: 5 s · 2¹⁴ is more than 15 h.
const DOUBLINGS: u32 = 14;

/// What decides of a pair: its difference in nanoseconds, its key and its coarser precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Delay {
    /// Effect minus cause, in nanoseconds.
    pub apart: i64,
    /// The pair's key.
    pub key: u64,
    /// The longer of the two times, in nanoseconds.
    pub coarse: i64,
}

impl Delay {
    /// That of a pair, after the drift was taken out.
    pub fn of(pair: &Pair, drift: i64) -> Self {
        Self { apart: pair.apart().saturating_sub(drift), key: pair.key, coarse: pair.coarse() }
    }
}

/// A floor and what stands on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Floor {
    /// The smallest difference with companions, in nanoseconds.
    pub at: i64,
    /// How many stand within `NEAR` above it, itself included.
    pub support: usize,
    /// Median of all differences, minus the floor; never negative.
    pub spread: i64,
    /// Median distance of the differences from their median.
    pub mad: i64,
}

/// The trimmed minimum: the smallest difference with max(3, 5 %) companions within 5 s above it (or
/// within the precision, if coarser), of several keys where there are several: what one sender's
/// own clock does is no floor. Where nothing is so dense, the window doubles. None of nothing.
pub fn floor(delays: &mut [Delay]) -> Option<Floor> {
    delays.sort_unstable();
    let median = delays.get(delays.len() / 2)?.apart;
    let mut off: Vec<i64> = delays.iter().map(|delay| (delay.apart - median).abs()).collect();
    let half = off.len() / 2;
    let mad = *off.select_nth_unstable(half).1;
    let keys = distinct(delays);
    let need = Need { companions: delays.len().div_ceil(20).max(3), keys: (keys / 2).clamp(1, 3) };
    let lowest = delays[0];
    let (at, support) = (0..=DOUBLINGS)
        .find_map(|times| need.first(delays, NEAR << times))
        .unwrap_or((lowest.apart, 1));
    Some(Floor { at, support, spread: (median - at).max(0), mad })
}

/// The number of keys.
fn distinct(delays: &[Delay]) -> usize {
    let mut keys: Vec<u64> = delays.iter().map(|delay| delay.key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.len()
}

struct Need {
    companions: usize,
    keys: usize,
}

impl Need {
    /// The first of sorted delays with enough companions that near, and their number. The keys are
    /// counted only where there are companions enough, and no further than needed.
    fn first(&self, delays: &[Delay], near: i64) -> Option<(i64, usize)> {
        let mut end = 0;
        for (at, delay) in delays.iter().enumerate() {
            let limit = delay.apart.saturating_add(near.max(delay.coarse));
            while delays.get(end).is_some_and(|other| other.apart <= limit) {
                end += 1;
            }
            let within = &delays[at..end];
            if within.len() > self.companions.min(delays.len() - 1) && self.has_keys(within) {
                return Some((delay.apart, within.len()));
            }
        }
        None
    }

    fn has_keys(&self, within: &[Delay]) -> bool {
        let mut seen = [0; 3];
        let mut count = 0;
        for delay in within {
            if !seen[..count].contains(&delay.key) {
                seen[count] = delay.key;
                count += 1;
            }
            if count >= self.keys {
                return true;
            }
        }
        false
    }
}
