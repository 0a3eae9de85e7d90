//! Settling: which of the inputs is off.
//!
//! A comparison says only that two clocks disagree. Takes all comparisons; an input that disagrees
//! with more of the others than it agrees with is off, and where the votes are equal the one whose
//! times are weaker. Where that does not decide either, both are named and nothing is corrected.

use super::{Class, Comparison, Pair, Segment};
use crate::time::SECOND;

/// Corrections of one input that are this near, or nearer than their spreads, are one.
const SAME: i64 = 10 * SECOND;
/// By so much what is told side by side may differ and contradict nothing.
const ASIDE: i64 = 60 * SECOND;

/// How much the times of an input are worth by themselves, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// Nobody said the zone.
    Assumed,
    /// The zone was told or declared; the records have none.
    Told,
    /// Every record has its offset, or counts from an epoch.
    Written,
}

/// Two inputs that were compared.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The input that tells first.
    pub cause: u32,
    /// The input that tells of it.
    pub effect: u32,
    /// Both hear of it from a third, so that either may be later.
    pub aside: bool,
    /// What was found.
    pub comparison: Comparison,
}

/// How far an input is off over a stretch of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offset {
    /// The input.
    pub input: u32,
    /// The inputs that say so.
    pub against: Vec<u32>,
    /// First and last instant at which they do, by the clock of the best of them (ns since 1970
    /// UTC), and the input's own events there.
    pub from: Bound,
    /// The same of the end.
    pub to: Bound,
    /// How far its clock is ahead, in nanoseconds, in the middle of the stretch.
    pub ahead_ns: i64,
    /// No less ahead than this.
    pub low: i64,
    /// No more ahead than this.
    pub high: i64,
    /// What that is; quarter hours are those that its clock is ahead.
    pub class: Class,
    /// By how much it gains, in parts per billion.
    pub drift_ppb: Option<i64>,
    /// Some input contradicts the clock as it is; else it may be a delay that is always as long.
    pub proven: bool,
    /// All conditions of `--skew auto` hold.
    pub sure: bool,
    /// The best of the segments behind it: pairs, keys, violations and examples are its.
    pub evidence: Segment,
    /// The input's part in that segment's pairs is the effect's.
    pub is_effect: bool,
}

/// Where a stretch begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// By the other input's clock, in nanoseconds since 1970 UTC.
    pub true_time: i64,
    /// By the input's own.
    pub own_time: i64,
    /// The input's event, by the caller's number.
    pub tick: u32,
    /// Nothing else was found beyond it: the offset may be taken to go on.
    pub open: bool,
    /// What was found beyond it.
    pub beyond: Option<Beyond>,
}

/// The nearest event of the stretch before or behind, in which the clock was off by another offset or
/// by none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beyond {
    /// When, by the input's own clock.
    pub own_time: i64,
    /// The input's event, by the caller's number.
    pub tick: u32,
    /// How far its clock was ahead there, in nanoseconds.
    pub ahead_ns: i64,
}

/// Two inputs of which one is off, nobody can say which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Either {
    /// The input that tells first.
    pub cause: u32,
    /// The other.
    pub effect: u32,
    /// How they disagree.
    pub segment: Segment,
}

/// What all comparisons together say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// By input, then time.
    pub offsets: Vec<Offset>,
    /// What stays open, by inputs, then time.
    pub open: Vec<Either>,
}

/// Settles which input is off. `trust` says what the times of an input are worth.
pub fn settle(edges: &[Edge], trust: impl Fn(u32) -> Trust) -> Settled {
    let mut edges: Vec<&Edge> = edges.iter().collect();
    edges.sort_by_key(|edge| (edge.cause, edge.effect));
    let mut settled = Settled::default();
    let mut blamed: Vec<Blame> = Vec::new();
    for edge in &edges {
        for (number, segment) in edge.comparison.segments.iter().enumerate() {
            if segment.class == Class::None {
                continue;
            }
            let standing = |input| (standing(input, segment, &edges), -(trust(input) as i64));
            // The one with more against it is to blame, then the one of less worth.
            let input = match standing(edge.cause).cmp(&standing(edge.effect)) {
                std::cmp::Ordering::Greater => edge.cause,
                std::cmp::Ordering::Less => edge.effect,
                std::cmp::Ordering::Equal => {
                    let (cause, effect) = (edge.cause, edge.effect);
                    settled.open.push(Either { cause, effect, segment: segment.clone() });
                    continue;
                }
            };
            blamed.push(Blame { input, edge, number, segment });
        }
    }
    let suspects: Vec<(u32, &Segment)> =
        blamed.iter().map(|blame| (blame.input, blame.segment)).collect();
    let is_suspect = |input: u32, segment: &Segment| {
        suspects.iter().any(|(other, when)| *other == input && overlap(when, segment))
    };
    settled.open.retain(|either| {
        !is_suspect(either.cause, &either.segment) && !is_suspect(either.effect, &either.segment)
    });
    // Of two that are both off, each is measured against the others.
    let (mut plain, doubtful): (Vec<Blame>, Vec<Blame>) =
        blamed.iter().cloned().partition(|blame| !is_suspect(blame.other(), blame.segment));
    plain.extend(doubtful.into_iter().filter(|blame| {
        !suspects
            .iter()
            .any(|(input, segment)| *input == blame.input && !std::ptr::eq(*segment, blame.segment))
    }));
    settled.offsets = offsets(&plain);
    settled
}

/// A segment and the input that it is held against.
#[derive(Clone)]
struct Blame<'e> {
    input: u32,
    edge: &'e Edge,
    number: usize,
    segment: &'e Segment,
}

impl Blame<'_> {
    fn other(&self) -> u32 {
        if self.is_effect() { self.edge.cause } else { self.edge.effect }
    }

    fn is_effect(&self) -> bool {
        self.edge.effect == self.input
    }

    fn offset(&self) -> Offset {
        let segment = self.segment;
        let sign = if self.is_effect() { 1 } else { -1 };
        let (low, high) = if self.is_effect() {
            (segment.low, segment.high)
        } else {
            (-segment.high, -segment.low)
        };
        let segments = &self.edge.comparison.segments;
        let before = self.number.checked_sub(1).map(|at| &segments[at]);
        let behind = segments.get(self.number + 1);
        let before = before.map(|before| self.beyond(before, &before.last));
        let behind = behind.map(|behind| self.beyond(behind, &behind.first));
        Offset {
            input: self.input,
            against: vec![self.other()],
            from: self.bound(&segment.first, before),
            to: self.bound(&segment.last, behind),
            ahead_ns: sign * segment.offset_ns,
            low,
            high,
            class: match segment.class {
                Class::ZoneError(quarters) => Class::ZoneError(sign as i32 * quarters),
                class => class,
            },
            drift_ppb: segment.drift_ppb.map(|drift| sign * drift),
            proven: segment.is_proven(),
            sure: segment.is_sure() && !self.edge.aside,
            evidence: segment.clone(),
            is_effect: self.is_effect(),
        }
    }

    fn bound(&self, pair: &Pair, beyond: Option<Beyond>) -> Bound {
        let true_time = if self.is_effect() { pair.cause } else { pair.effect };
        let (own_time, tick) = self.own(pair);
        Bound { true_time, own_time, tick, open: beyond.is_none(), beyond }
    }

    /// The input's own part in a pair.
    fn own(&self, pair: &Pair) -> (i64, u32) {
        if self.is_effect() { (pair.effect, pair.ticks.1) } else { (pair.cause, pair.ticks.0) }
    }

    fn beyond(&self, segment: &Segment, pair: &Pair) -> Beyond {
        let (own_time, tick) = self.own(pair);
        let ahead = if segment.class == Class::None { 0 } else { segment.offset_ns };
        let ahead_ns = if self.is_effect() { ahead } else { -ahead };
        Beyond { own_time, tick, ahead_ns }
    }
}

/// Two segments tell of a common time.
fn overlap(one: &Segment, other: &Segment) -> bool {
    let ((a, b), (c, d)) = (one.span(), other.span());
    a <= d && c <= b
}

/// Inputs that disagree with this one while the segment lasts, minus those that agree with it.
fn standing(input: u32, segment: &Segment, edges: &[&Edge]) -> i64 {
    let of_input = edges.iter().filter(|edge| edge.cause == input || edge.effect == input);
    let voice = |edge: &&Edge| {
        let mut then = edge.comparison.segments.iter().filter(|other| overlap(other, segment));
        let first = then.next()?;
        let differs = |segment: &Segment| segment.class != Class::None;
        Some(if differs(first) || then.any(differs) { 1 } else { -1 })
    };
    of_input.filter_map(voice).sum()
}

/// Segments that are held against one input become one offset where they overlap and agree; where
/// they contradict each other, the one with more pairs stands.
fn offsets(blamed: &[Blame]) -> Vec<Offset> {
    let mut best: Vec<&Blame> = blamed.iter().collect();
    best.sort_by_key(|blame| {
        let pairs = std::cmp::Reverse(blame.segment.pairs);
        let edge = blame.edge;
        (blame.input, edge.aside, pairs, edge.cause, edge.effect, blame.number)
    });
    let mut found: Vec<Offset> = Vec::new();
    for blame in best {
        let offset = blame.offset();
        let held = found
            .iter_mut()
            .find(|held| held.input == offset.input && overlap(&held.evidence, blame.segment));
        match held {
            None => found.push(offset),
            Some(held) => held.take_in(&offset, blame.edge.aside),
        }
    }
    found.sort_by_key(|offset| (offset.input, offset.from.true_time, offset.from.tick));
    found
}

impl Offset {
    /// Another input says the same of the same time, or not the same.
    fn take_in(&mut self, other: &Self, aside: bool) {
        let near = SAME.max(self.evidence.spread).max(other.evidence.spread);
        let apart = (self.ahead_ns - other.ahead_ns).abs();
        if apart > near {
            // What is contradicted is not sure; two that hear side by side differ by their delays.
            self.sure &= aside && apart <= ASIDE;
            return;
        }
        self.against.extend(&other.against);
        self.against.sort_unstable();
        self.against.dedup();
        self.proven |= other.proven;
        self.sure |= other.sure;
        if other.from.true_time < self.from.true_time {
            self.from = other.from;
        }
        if other.to.true_time > self.to.true_time {
            self.to = other.to;
        }
        let (low, high) = (self.low.max(other.low), self.high.min(other.high));
        if low <= high {
            (self.low, self.high) = (low, high);
        }
    }
}
