//! Bursts: minutes in which a template is told far more often than else, and silences, in which a
//! steady one is not told at all.
//!
//! All is measured against the template itself: the minutes of its streams outside the burst. Where
//! the evidence covers too little besides, nothing is said. Counts are taken for Poisson, widened by
//! how unsteady they are; the threshold grows with the number of templates and of windows looked at,
//! so that a large folder of evidence does not burst by chance.

use std::collections::HashMap;

use super::{Cover, Minute, Told};
use crate::{
    condense::{
        clue::MINUTE,
        fixed::{log2, surprise},
        template::family::RARE,
    },
    join::Place,
};

/// Longest pause within a burst, in minutes.
const PAUSE: i64 = 5;
/// Shortest silence, in minutes.
const SILENCE: i64 = 10;
/// Fewest minutes outside a burst to measure it against.
const REST: i64 = 30;
/// ln(1 / 0.01), in 1/1000: one in a hundred folders bursts by chance.
const CHANCE: i64 = 4605;

/// Minutes in which a template is told far more often than else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burst {
    /// Of which template.
    pub template: u32,
    /// Its first event.
    pub first: (i64, Place),
    /// Its last event.
    pub last: (i64, Place),
    /// How many events.
    pub count: u64,
    /// How many times more than else; 0 where there are none else.
    pub times: u64,
}

/// Minutes in which a steady template is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    /// Of which template.
    pub template: u32,
    /// The last event before.
    pub last: (i64, Place),
    /// The first event after.
    pub next: (i64, Place),
}

/// Finds the bursts and silences of templates, which stand in the order of their numbers.
pub(super) fn find(
    templates: &[(u32, Told)],
    streams: &HashMap<u32, Cover>,
) -> (Vec<Burst>, Vec<Silence>) {
    let mut bursts = Vec::new();
    let mut silences = Vec::new();
    for (number, told) in templates.iter().filter(|(number, _)| *number != RARE) {
        let Some(cover) = streams.get(&told.first.stream) else { continue };
        let series = Series::of(told, *cover);
        bursts.extend(series.bursts(*number, templates.len() as u64));
        silences.extend(series.silence(*number));
    }
    silences.sort_unstable_by_key(|silence| (silence.last, silence.template));
    // What is silent with another is silent for the same reason.
    silences.dedup_by(|next, first| {
        next.last.0 - first.last.0 <= MINUTE && (next.next.0 - first.next.0).abs() <= 5 * MINUTE
    });
    (bursts, silences)
}

/// A template over the minutes that its stream covers.
struct Series<'t> {
    minutes: &'t [Minute],
    /// How many minutes.
    length: i64,
    /// How many events.
    total: u64,
    /// How many events a minute has in the middle.
    median: u64,
    /// Sum of the squares of the counts.
    squares: u64,
}

impl<'t> Series<'t> {
    fn of(told: &'t Told, cover: Cover) -> Self {
        let minutes = &told.minutes[..];
        // Another stream may tell it before and after the first.
        let from = cover.from.min(minutes[0].first.0).div_euclid(MINUTE);
        let to = cover.to.max(minutes[minutes.len() - 1].last.0).div_euclid(MINUTE);
        let length = to - from + 1;
        let mut counts: Vec<u32> = minutes.iter().map(|minute| minute.count).collect();
        counts.sort_unstable();
        let empty = (length as usize).saturating_sub(counts.len());
        let middle = (length as usize / 2).checked_sub(empty);
        let median = middle.and_then(|at| counts.get(at)).map_or(0, |count| u64::from(*count));
        let square = |count: &u32| u64::from(*count).saturating_mul(u64::from(*count));
        let squares = counts.iter().map(square).fold(0, u64::saturating_add);
        Self { minutes, length, total: told.count, median, squares }
    }

    /// Runs of minutes with far more than the middle, pauses within them left aside.
    fn runs(&self) -> Vec<&'t [Minute]> {
        let much = if self.median == 0 { 0 } else { 3 * self.median + 3 };
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for (at, minute) in self.minutes.iter().enumerate() {
            if u64::from(minute.count) <= much {
                continue;
            }
            match runs.last_mut() {
                Some((_, end)) if minute.number() - self.minutes[*end - 1].number() <= PAUSE => {
                    *end = at + 1;
                }
                _ => runs.push((at, at + 1)),
            }
        }
        runs.into_iter().map(|(from, to)| &self.minutes[from..to]).collect()
    }

    fn bursts(&self, template: u32, templates: u64) -> Vec<Burst> {
        if self.total < 5 {
            return Vec::new();
        }
        let burst = |run: &[Minute]| self.burst(template, run, templates);
        self.runs().into_iter().filter_map(burst).collect()
    }

    fn burst(&self, template: u32, run: &[Minute], templates: u64) -> Option<Burst> {
        let (first, last) = (run[0], run[run.len() - 1]);
        let length = last.number() - first.number() + 1;
        let rest = self.length - length;
        if rest < REST.max(length) {
            return None;
        }
        let count: u64 = run.iter().map(|minute| u64::from(minute.count)).sum();
        let outside = self.total.saturating_sub(count);
        // None in so many minutes: no more than three were to be expected (the rule of three).
        let rate = if outside == 0 { 3 } else { outside };
        let expected = (rate.saturating_mul(length as u64)).saturating_mul(1000) / rest as u64;
        let unsteady = self.unsteady(run, outside, rest);
        let surprise = surprise(count.saturating_mul(1000), expected) * 1000 / unsteady;
        let windows = (self.length / length) as u64;
        let threshold = (log2(templates) + log2(windows)) * 693 / 1000 + CHANCE;
        let times = if outside == 0 { 0 } else { count.saturating_mul(1000) / expected.max(1) };
        let is_burst = surprise > threshold;
        is_burst.then_some(Burst { template, first: first.first, last: last.last, count, times })
    }

    /// Variance by mean of the minutes outside a run, in 1/1000, at least 1.
    fn unsteady(&self, run: &[Minute], outside: u64, rest: i64) -> i64 {
        if outside == 0 {
            return 1000;
        }
        let square = |minute: &Minute| u64::from(minute.count).saturating_mul(minute.count.into());
        let inside = run.iter().map(square).fold(0, u64::saturating_add);
        let squares = self.squares.saturating_sub(inside);
        // Σc²/Σc − Σc/n: the mean is Σc/n, the variance Σc²/n − mean².
        let ratio = squares.saturating_mul(1000) / outside;
        let mean = outside.saturating_mul(1000) / rest as u64;
        (ratio.saturating_sub(mean)).clamp(1000, 1_000_000_000) as i64
    }

    /// The longest silence, if it is long and five times as long as any other.
    fn silence(&self, template: u32) -> Option<Silence> {
        if self.minutes.len() < 30 {
            return None;
        }
        let gap = |pair: &[Minute]| pair[1].number() - pair[0].number() - 1;
        let mut gaps: Vec<(i64, usize)> =
            self.minutes.windows(2).enumerate().map(|(at, pair)| (gap(pair), at)).collect();
        gaps.sort_unstable_by_key(|(gap, at)| (-gap, *at));
        let (longest, at) = gaps[0];
        let is_long = longest >= SILENCE && longest >= 5 * gaps[1].0.max(1);
        let pair = &self.minutes[at..at + 2];
        is_long.then(|| Silence { template, last: pair[0].last, next: pair[1].first })
    }
}
