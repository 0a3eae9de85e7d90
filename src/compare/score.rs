//! Scores: how well two timelines agree.
//!
//! Precision is the share of the second's rows that the first has, recall the share of the first's
//! that the second has, F1 their harmonic mean. Two timelines of one hour agree by chance, too: rows
//! strewn over the first's time at random reach a part of any F1. That part is taken out of the
//! corrected one: (F1 − chance) / (1 − chance).

use serde::Serialize;

use super::{
    MINUTE, Row,
    pairs::{self, Near},
};

/// Times that rows are strewn at random to measure chance; the same on every run.
const DRAWS: u64 = 20;
/// From which the draws are made.
const SEED: u64 = 0x5eed_0000_2026_0001;

/// How well two timelines agree within a distance. Shares are in 1/1000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Score {
    /// The distance in minutes; half of what each time is written to is added.
    pub within_min: i64,
    /// Rows in both, by time and content.
    pub matched: usize,
    /// Share of the second's rows that are in the first.
    pub precision: u32,
    /// Share of the first's rows that are in the second.
    pub recall: u32,
    /// Their harmonic mean.
    pub f1: u32,
    /// F1 without what chance would give; below 0 where it is worse than chance, and none where chance
    /// gives all: a row within the distance of all others is matched by any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected: Option<i32>,
    /// F1 by time alone, whatever the rows say.
    pub time_f1: u32,
    /// Mean distance of matched rows, in seconds.
    pub apart_s: i64,
    /// So many rows hang together that the best pair was taken first, and better pairs of all may be
    /// there.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub approximate: bool,
}

/// Scores two timelines, whose rows stand in the order of time.
pub(super) fn of(a: &[Row], b: &[Row], near: &Near, within_min: i64) -> Score {
    let within = within_min * MINUTE;
    let pairs::Matched { pairs: matched, is_best } = near.matched(within, |_, _| true);
    let apart = |pair: &(usize, usize)| {
        a[pair.0].instant.saturating_sub(b[pair.1].instant).saturating_abs()
    };
    let sum: i64 = matched.iter().map(|pair| apart(pair) / crate::time::SECOND).sum();
    let n = matched.len();
    let times = |rows: &[Row]| -> Vec<(i64, i64)> {
        rows.iter().map(|row| (row.instant, row.span)).collect()
    };
    let (times_a, times_b) = (times(a), times(b));
    let score = f1(n, a.len(), b.len());
    let chance = chance(&times_a, b.len(), within);
    Score {
        within_min,
        matched: n,
        precision: share(n, b.len()),
        recall: share(n, a.len()),
        f1: score,
        corrected: (1000 * (score as i32 - chance as i32)).checked_div(1000 - chance as i32),
        time_f1: f1(pairs::timed(&times_a, &times_b, within), a.len(), b.len()),
        apart_s: sum.checked_div(n as i64).unwrap_or(0),
        approximate: !is_best,
    }
}

fn share(part: usize, whole: usize) -> u32 {
    (1000 * part).checked_div(whole).unwrap_or(0) as u32
}

/// 2·matches / (rows of both), in 1/1000.
fn f1(matched: usize, a: usize, b: usize) -> u32 {
    share(2 * matched, a + b)
}

/// The mean F1 by time of as many rows strewn over the time of `a`, in 1/1000.
fn chance(a: &[(i64, i64)], rows: usize, within: i64) -> u32 {
    let (Some(first), Some(last)) = (a.first(), a.last()) else { return 0 };
    let length = last.0.abs_diff(first.0).max(1);
    let mut state = SEED;
    let mut sum = 0;
    for _ in 0..DRAWS {
        let strewn: Vec<(i64, i64)> = (0..rows)
            .map(|_| (first.0.saturating_add_unsigned(next(&mut state) % length), 0))
            .collect();
        sum += u64::from(f1(pairs::timed(a, &strewn, within), a.len(), rows));
    }
    (sum / DRAWS) as u32
}

/// The next number of splitmix64 (Steele, Lea and Flood, 2014).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
