//! Segments: stretches over which the offset is one, found from pairs.
//!
//! Takes pairs; gives the [`Comparison`]. The levels are the floors of the pairs over the whole and
//! over stretches of it, the course of largest gain says which held when, and what is not proven to
//! differ becomes one stretch again.

use std::ops::Range;

use super::{
    Class, Comparison, Pair, Segment,
    course::{Course, course, gain, strongest, windows},
    drift::{drift, over},
    floor::{Delay, Floor, floor},
    is_reckonable, middle, zone,
};
use crate::time::SECOND;

/// Pairs and keys that a stretch has at least, where there are so many.
const PAIRS: usize = 5;
const KEYS: usize = 3;
/// Floors this near are one.
const STEP: i64 = 10 * SECOND;
/// Levels this near are one.
const ONE_LEVEL: i64 = 3 * SECOND;
/// Most stretches among which a drift is looked for that explains several of them.
const STRETCHES: usize = 32;
/// A pair this far below its floor, or below the precision if that is more, is wrong.
const BELOW: i64 = 5 * SECOND;

/// What the pairs tell of the offset: the entry for times and differences that are known already,
/// such as those of mail relays. The pairs need no order. None of fewer than three.
pub fn follow(pairs: &[Pair]) -> Option<Comparison> {
    let pairs: Vec<Pair> = pairs.iter().filter(|pair| is_usable(pair)).copied().collect();
    if pairs.len() < KEYS {
        return None;
    }
    // As in matching: only by the clock that does not step do they stand in order.
    let by_cause = sorted(&pairs, |pair| (pair.cause, pair.effect, pair.ticks, pair.key));
    let by_effect = sorted(&pairs, |pair| (pair.effect, pair.cause, pair.ticks, pair.key));
    let (one, other) = (over_levels(&by_cause), over_levels(&by_effect));
    let (pairs, course) = if other.gain > one.gain { (by_effect, other) } else { (by_cause, one) };
    let mut cuts: Vec<usize> = course.runs.iter().map(|(end, _)| *end).collect();
    absorb(&pairs, &mut cuts);
    straighten(&pairs, &mut cuts);
    level(&pairs, &mut cuts);
    let mut segments: Vec<Segment> =
        ranges(&cuts).filter_map(|range| segment(&pairs[range])).collect();
    zone::classify(&mut segments);
    (!segments.is_empty()).then_some(Comparison { segments })
}

/// Differences of more than a year are no clock's error; and within these bounds no sum overflows.
fn is_usable(pair: &Pair) -> bool {
    let apart = pair.effect.checked_sub(pair.cause);
    is_reckonable(pair.cause)
        && is_reckonable(pair.effect)
        && apart.is_some_and(|apart| apart.abs() <= 366 * 86_400 * SECOND)
}

fn sorted<K: Ord>(pairs: &[Pair], key: impl Fn(&Pair) -> K) -> Vec<Pair> {
    let mut pairs = pairs.to_vec();
    pairs.sort_by_key(key);
    pairs
}

/// The ranges that these ends cut.
fn ranges(cuts: &[usize]) -> impl Iterator<Item = Range<usize>> {
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    starts.zip(cuts.iter().copied()).map(|(start, end)| start..end)
}

fn over_levels(pairs: &[Pair]) -> Course {
    let floors = windows(pairs.len(), PAIRS.min(pairs.len())).into_iter().filter_map(|window| {
        let floor = floor_of(&pairs[window])?;
        Some((floor.support, floor.at))
    });
    let levels = strongest(floors.collect(), ONE_LEVEL);
    course(pairs.len(), levels.len(), |at, level| worth(&pairs[at], levels[level]))
}

/// What a pair gains at a level; nothing far below it, for nothing arrives before it was sent.
fn worth(pair: &Pair, level: i64) -> i64 {
    let apart = pair.apart().saturating_sub(level);
    if apart < -BELOW.max(pair.coarse()) { 0 } else { gain(apart, pair.coarse()) }
}

fn floor_of(pairs: &[Pair]) -> Option<Floor> {
    floor(&mut pairs.iter().map(|pair| Delay::of(pair, 0)).collect::<Vec<_>>())
}

fn keys(pairs: &[Pair]) -> usize {
    let mut keys: Vec<u64> = pairs.iter().map(|pair| pair.key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.len()
}

/// Takes stretches that too few pairs tell of into a neighbour, the smallest first.
fn absorb(pairs: &[Pair], cuts: &mut Vec<usize>) {
    let need = keys(pairs).min(KEYS);
    while cuts.len() > 1 {
        let small = ranges(cuts)
            .enumerate()
            .filter(|(_, range)| range.len() < PAIRS || keys(&pairs[range.clone()]) < need);
        let Some((at, _)) = small.min_by_key(|(_, range)| range.len()) else { break };
        // Into the neighbour whose floor is nearer, at the edges into the only one.
        let floors: Vec<i64> =
            ranges(cuts).map(|range| floor_of(&pairs[range]).map_or(0, |floor| floor.at)).collect();
        let away = |other: usize| (floors[other] - floors[at]).abs();
        let back = at > 0 && (at + 1 == cuts.len() || away(at - 1) <= away(at + 1));
        cuts.remove(if back { at - 1 } else { at });
    }
}

/// Several stretches that one drifting line explains better are one; the longest such run first.
fn straighten(pairs: &[Pair], cuts: &mut Vec<usize>) {
    let mut size = if cuts.len() <= STRETCHES { cuts.len() } else { 0 };
    while size > 1 {
        let found = (0..=cuts.len() - size).find(|&at| {
            let start = at.checked_sub(1).map_or(0, |before| cuts[before]);
            let parts: Vec<Range<usize>> = ranges(cuts).skip(at).take(size).collect();
            let whole = &pairs[start..cuts[at + size - 1]];
            let Some(drift) = drift(whole) else { return false };
            let steps: i64 = parts.into_iter().map(|part| worth_of(&pairs[part], 0)).sum();
            worth_of(whole, drift) >= steps
        });
        match found {
            Some(at) => {
                cuts.drain(at..at + size - 1);
                size = size.min(cuts.len());
            }
            None => size -= 1,
        }
    }
}

/// What pairs gain that stand on their common floor, when a drift is taken out.
fn worth_of(pairs: &[Pair], drift: i64) -> i64 {
    let level = Straight::new(pairs, drift);
    let Some(floor) = floor(&mut level.delays(pairs)) else { return 0 };
    pairs.iter().map(|pair| worth(pair, floor.at + level.at(pair))).sum()
}

/// A drift, counted from the middle of some pairs.
struct Straight {
    drift: i64,
    middle: i64,
}

impl Straight {
    fn new(pairs: &[Pair], drift: i64) -> Self {
        let from = pairs.iter().map(|pair| pair.cause).min().unwrap_or(0);
        let to = pairs.iter().map(|pair| pair.cause).max().unwrap_or(0);
        Self { drift, middle: middle(from, to) }
    }

    fn at(&self, pair: &Pair) -> i64 {
        over(self.drift, pair.cause - self.middle)
    }

    fn delays(&self, pairs: &[Pair]) -> Vec<Delay> {
        pairs.iter().map(|pair| Delay::of(pair, self.at(pair))).collect()
    }
}

/// Neighbours whose floors differ by no more than max(10 s, 4 · MAD) are one, nearest first. Floors
/// are compared where they meet, should a stretch drift.
fn level(pairs: &[Pair], cuts: &mut Vec<usize>) {
    while cuts.len() > 1 {
        let found: Vec<(Floor, Straight)> = ranges(cuts)
            .filter_map(|range| {
                let pairs = &pairs[range];
                let line = Straight::new(pairs, drift(pairs).unwrap_or(0));
                Some((floor(&mut line.delays(pairs))?, line))
            })
            .collect();
        let near = found.windows(2).enumerate().filter_map(|(at, two)| {
            let [(one, before), (other, after)] = two else { return None };
            let (last, first) = (&pairs[cuts[at] - 1], &pairs[cuts[at]]);
            let step = other.at + after.at(first) - one.at - before.at(last);
            let coarse = last.coarse().max(first.coarse());
            let least = STEP.max(4 * one.mad.min(other.mad)).max(coarse);
            (step.abs() <= least).then_some((step.abs(), at))
        });
        let Some((_, at)) = near.min() else { break };
        cuts.remove(at);
    }
}

/// What a stretch tells; its class is open yet. Pairs that are wrong at its offset count only where
/// they contradict it.
fn segment(all: &[Pair]) -> Option<Segment> {
    let drift_ppb = drift(all);
    let line = Straight::new(all, drift_ppb.unwrap_or(0));
    let floor = floor(&mut line.delays(all))?;
    let pairs: Vec<Pair> =
        all.iter().filter(|pair| worth(pair, floor.at + line.at(pair)) > 0).copied().collect();
    let on = |pair: &&Pair| pair.apart() - line.at(pair) >= floor.at;
    let high = pairs.iter().filter(on).map(|pair| pair.below() - line.at(pair)).min()?;
    let low = floor.at - floor.spread - usual(&pairs).0;
    let (first, last) = (*pairs.first()?, *pairs.last()?);
    // The offset is told for the middle between these.
    let shift = over(line.drift, Straight::new(&pairs, 0).middle - line.middle);
    let below = |pairs: &[Pair], limit: i64| {
        pairs.iter().filter(|pair| pair.below() - line.at(pair) <= limit).count() as u32
    };
    Some(Segment {
        first,
        last,
        offset_ns: floor.at + shift,
        low: low + shift,
        high: high + shift,
        spread: floor.spread,
        class: Class::None,
        drift_ppb,
        pairs: pairs.len() as u32,
        keys: keys(&pairs) as u32,
        violations_before: pairs.iter().filter(|pair| pair.below() <= 0).count() as u32,
        violations_after: below(all, low),
        examples: examples(&pairs, &line, floor),
    })
}

/// Medians of the two precisions.
fn usual(pairs: &[Pair]) -> (i64, i64) {
    let median = |mut lengths: Vec<i64>| {
        let half = lengths.len() / 2;
        *lengths.select_nth_unstable(half).1
    };
    let (causes, effects) = pairs.iter().map(|pair| pair.precision).unzip();
    (median(causes), median(effects))
}

/// Pairs that stand near the floor: the first, the one nearest the middle of the stretch and the
/// last, each of another key where there are such.
fn examples(pairs: &[Pair], line: &Straight, floor: Floor) -> Vec<Pair> {
    let limit = floor.at + floor.spread.max(BELOW);
    let near: Vec<&Pair> = pairs
        .iter()
        .filter(|pair| (floor.at..=limit).contains(&(pair.apart() - line.at(pair))))
        .collect();
    let mut chosen: Vec<usize> = Vec::new();
    for target in [0, near.len().saturating_sub(1), near.len() / 2] {
        let new = |at: &usize| chosen.iter().all(|other| near[*other].key != near[*at].key);
        let free = |at: &usize| !chosen.contains(at);
        let nearest = |at: &usize| (at.abs_diff(target), *at);
        let at = (0..near.len()).filter(new).min_by_key(nearest);
        let at = at.or_else(|| (0..near.len()).filter(free).min_by_key(nearest));
        chosen.extend(at);
    }
    chosen.sort_unstable();
    chosen.into_iter().map(|at| *near[at]).collect()
}
