//! Matching: which event of one clock belongs to which of the other, whatever the offset.
//!
//! Takes two lists of events; gives pairs, one event to one, in order. What steps is either clock,
//! and only by the one that does not step do things stand in the order in which they happened (an
//! hour that one clock shows twice has two offsets at once by that clock). So the course is found
//! along both, and the better one is taken.

use std::collections::BTreeMap;

use super::{
    Beat, Pair,
    course::{self, Course, course},
    histogram::{self, Votes, WIDEST},
    is_reckonable,
};
use crate::join::align::{Reach, align};

/// Most differences that are counted: of more, every n-th event of a crowded key votes.
const VOTES: usize = 1 << 22;
/// Each key has so many in any case.
const LEAST: usize = 16;

/// Two lists of events with the keys that both tell of.
#[derive(Debug)]
pub struct Trains<'b> {
    keys: Vec<Key<'b>>,
    /// The usual precision of the coarser of the two, in nanoseconds.
    coarse: i64,
}

/// The events of one entity and state, by instant.
#[derive(Debug)]
struct Key<'b> {
    id: u64,
    causes: Vec<&'b Beat>,
    effects: Vec<&'b Beat>,
}

/// The causes and the effects of a key.
type Sides<'b> = (Vec<&'b Beat>, Vec<&'b Beat>);

/// Sorts two lists by key; each stands in the order of its instants.
pub fn trains<'b>(cause: &'b [Beat], effect: &'b [Beat]) -> Trains<'b> {
    let mut keys: BTreeMap<(u64, u32), Sides> = BTreeMap::new();
    let (causes, effects) = (changes(cause), changes(effect));
    let mut coarse = 0;
    for list in [&causes, &effects] {
        let mut lengths: Vec<i64> = list.iter().map(|beat| beat.precision).collect();
        let half = lengths.len() / 2;
        if !lengths.is_empty() {
            coarse = coarse.max(*lengths.select_nth_unstable(half).1);
        }
    }
    for beat in causes {
        keys.entry((beat.entity, beat.state)).or_default().0.push(beat);
    }
    for beat in effects {
        keys.entry((beat.entity, beat.state)).and_modify(|key| key.1.push(beat));
    }
    let keys = keys.into_iter().filter(|(_, (_, effects))| !effects.is_empty());
    let keys = keys.map(|((entity, state), (causes, effects))| {
        // Keys are only told apart, so that a mixture does.
        let id = entity ^ u64::from(state).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Key { id, causes, effects }
    });
    Trains { keys: keys.collect(), coarse }
}

/// The beats but for the repeats: those that tell again what was told of the entity last, in a list
/// that tells of this entity in more states than one.
fn changes(beats: &[Beat]) -> Vec<&Beat> {
    let mut first: BTreeMap<u64, (u32, bool)> = BTreeMap::new();
    for beat in beats {
        let entry = first.entry(beat.entity).or_insert((beat.state, false));
        entry.1 |= entry.0 != beat.state;
    }
    let mut last: BTreeMap<u64, u32> = BTreeMap::new();
    let beats = beats.iter().filter(|beat| is_reckonable(beat.instant));
    let is_change = |beat: &&Beat| {
        let before = last.insert(beat.entity, beat.state);
        before != Some(beat.state) || !first[&beat.entity].1
    };
    beats.filter(is_change).collect()
}

/// By which list things stand in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Along {
    Cause,
    Effect,
}

impl Along {
    /// The events of a key that are looked along, and the others.
    fn sides<'k, 'b>(self, key: &'k Key<'b>) -> (&'k [&'b Beat], &'k [&'b Beat]) {
        match self {
            Self::Cause => (&key.causes, &key.effects),
            Self::Effect => (&key.effects, &key.causes),
        }
    }

    /// Effect minus cause.
    fn apart(self, one: i64, other: i64) -> i64 {
        match self {
            Self::Cause => other.saturating_sub(one),
            Self::Effect => one.saturating_sub(other),
        }
    }

    /// The instant of the other event if they are that far apart.
    fn expected(self, one: i64, apart: i64) -> i64 {
        match self {
            Self::Cause => one.saturating_add(apart),
            Self::Effect => one.saturating_sub(apart),
        }
    }
}

/// Observations in order: number of the key and of the event in it.
type Observed = Vec<(u32, u32)>;

/// The pairs of two lists, in the order in which things happened; none where
/// no level stands out.
pub fn pairs(trains: &Trains) -> Option<Vec<Pair>> {
    let by = [Along::Cause, Along::Effect].map(|along| {
        let observed = observe(trains, along);
        let levels = histogram::levels(&votes(trains, along, &observed), trains.coarse);
        let course = along_levels(trains, along, &observed, &levels);
        (along, observed, levels, course)
    });
    // Of equally good ones the cause's: it is nearer to what happened.
    let (along, observed, levels, course) =
        by.into_iter().max_by_key(|(along, .., course)| (course.gain, *along == Along::Cause))?;
    let mut used: Vec<Vec<bool>> =
        trains.keys.iter().map(|key| vec![false; along.sides(key).1.len()]).collect();
    let mut pairs = Vec::new();
    let mut start = 0;
    for &(end, level) in &course.runs {
        let level = *levels.get(level)?;
        match_run(trains, along, &observed[start..end], level, &mut used, &mut pairs);
        start = end;
    }
    (!pairs.is_empty()).then_some(pairs)
}

/// All events of one side, by instant.
fn observe(trains: &Trains, along: Along) -> Observed {
    let mut observed: Vec<(i64, u32, u32, u32)> = Vec::new();
    for (number, key) in trains.keys.iter().enumerate() {
        let (one, _) = along.sides(key);
        let places = one.iter().enumerate();
        observed
            .extend(places.map(|(at, beat)| (beat.instant, beat.tick, number as u32, at as u32)));
    }
    observed.sort_unstable();
    observed.into_iter().map(|(_, _, key, at)| (key, at)).collect()
}

/// The differences of all observations.
fn votes(trains: &Trains, along: Along, observed: &Observed) -> Votes {
    let most = (VOTES / trains.keys.len().max(1)).max(LEAST);
    let strides: Vec<usize> = trains
        .keys
        .iter()
        .map(|key| {
            let (one, other) = along.sides(key);
            let count: usize = one.iter().map(|beat| around(other, beat).len()).sum();
            count.div_ceil(most).max(1)
        })
        .collect();
    let mut votes = Votes::default();
    for &(key, at) in observed {
        let (one, other) = along.sides(&trains.keys[key as usize]);
        let beat = one[at as usize];
        if !(at as usize).is_multiple_of(strides[key as usize]) {
            continue;
        }
        let within = around(other, beat);
        if within.is_empty() {
            continue;
        }
        let number = votes.keys.len() as u32;
        votes.keys.push(key);
        votes
            .apart
            .extend(within.iter().map(|other| (number, along.apart(beat.instant, other.instant))));
    }
    votes
}

/// The events within [`WIDEST`] of one.
fn around<'o, 'b>(other: &'o [&'b Beat], beat: &Beat) -> &'o [&'b Beat] {
    let start = other.partition_point(|other| other.instant < beat.instant - WIDEST);
    let end = other.partition_point(|other| other.instant <= beat.instant + WIDEST);
    &other[start..end.max(start)]
}

/// Which level held when.
fn along_levels(trains: &Trains, along: Along, observed: &Observed, levels: &[i64]) -> Course {
    course(observed.len(), levels.len(), |at, level| {
        let (key, at) = observed[at];
        let (one, other) = along.sides(&trains.keys[key as usize]);
        let beat = one[at as usize];
        let expected = along.expected(beat.instant, levels[level]);
        let behind = other.partition_point(|other| other.instant < expected);
        let near = &other[behind.saturating_sub(1)..(behind + 1).min(other.len())];
        let gain = |other: &&Beat| {
            let apart = along.apart(beat.instant, other.instant) - levels[level];
            course::gain(apart, beat.precision.max(other.precision))
        };
        near.iter().map(gain).max().unwrap_or(0)
    })
}

/// Matches the observations of a run, all at one level, with what is not used yet.
fn match_run(
    trains: &Trains,
    along: Along,
    run: &[(u32, u32)],
    level: i64,
    used: &mut [Vec<bool>],
    pairs: &mut Vec<Pair>,
) {
    let mut by_key: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &(key, at) in run {
        by_key.entry(key).or_default().push(at);
    }
    let found = pairs.len();
    for (number, places) in by_key {
        let key = &trains.keys[number as usize];
        let (one, other) = along.sides(key);
        let ones: Vec<&Beat> = places.iter().map(|at| one[*at as usize]).collect();
        let free: Vec<usize> = (0..other.len()).filter(|at| !used[number as usize][*at]).collect();
        let others: Vec<&Beat> = free.iter().map(|at| other[*at]).collect();
        let expected: Vec<i64> =
            ones.iter().map(|beat| along.expected(beat.instant, level)).collect();
        let times: Vec<i64> = others.iter().map(|beat| beat.instant).collect();
        let gain = |row: usize, column: usize| {
            let (one, other) = (ones[row], others[column]);
            let apart = along.apart(one.instant, other.instant) - level;
            course::gain(apart, one.precision.max(other.precision))
        };
        for (row, column) in align(&expected, &times, widest(&ones, &others, along), gain) {
            used[number as usize][free[column]] = true;
            pairs.push(pair(key.id, along, ones[row], others[column]));
        }
    }
    let order = |pair: &Pair| match along {
        Along::Cause => (pair.cause, pair.effect, pair.ticks),
        Along::Effect => (pair.effect, pair.cause, pair.ticks),
    };
    pairs[found..].sort_unstable_by_key(order);
}

/// The reach of any pair of these, as seen from the first.
fn widest(ones: &[&Beat], others: &[&Beat], along: Along) -> Reach {
    let lengths = ones.iter().chain(others).map(|beat| beat.precision);
    let reach = course::reach(lengths.max().unwrap_or(0));
    match along {
        Along::Cause => reach,
        Along::Effect => Reach { early: reach.late, late: reach.early },
    }
}

fn pair(key: u64, along: Along, one: &Beat, other: &Beat) -> Pair {
    let (cause, effect) = match along {
        Along::Cause => (one, other),
        Along::Effect => (other, one),
    };
    Pair {
        cause: cause.instant,
        effect: effect.instant,
        precision: (cause.precision, effect.precision),
        key,
        ticks: (cause.tick, effect.tick),
    }
}
