//! Corrections: what is taken off a clock that was wrong, by stretch of what it showed.
//!
//! A clock is ahead by one offset, may drift, and is set now and then. Where it was set lies between
//! two events; what was told between these may be of either side, and says so.

use crate::time::{Instant, Note, SECOND, Stamp, policy::Policy};

/// Nanoseconds in a millisecond.
const MILLI: i64 = 1_000_000;
/// What drifts by one part per billion is off by 1 ns after so many.
const BILLION: i64 = 1_000_000_000;

/// How far a clock was ahead over a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Correction {
    /// How far, in nanoseconds, in the middle of what is known.
    pub ahead_ns: i64,
    /// By how much it gained, in parts per billion of the time that passed.
    pub drift_ppb: i64,
    /// First and last instant (ns since 1970 UTC, by that clock) at which this is known.
    pub known: (i64, i64),
    /// How the stretch begins; none where it holds from the first record on.
    pub from: Option<Set>,
    /// How it ends; none where it holds to the last.
    pub to: Option<Set>,
}

/// A place at which a clock was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Set {
    /// Between these instants (ns since 1970 UTC, by that clock) a record may be of either side.
    pub unsure: (i64, i64),
    /// The last record that is known to be before, and the first behind, by index, where records
    /// stand in the order in which things happened: then these decide, not the instants.
    pub ticks: Option<(u32, u32)>,
}

/// On which side of a place something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Before,
    Unsure,
    Behind,
}

impl Set {
    /// The place between two events of one clock: the last before it, and the first behind it; each
    /// with its instant and how far the clock was ahead there (ns).
    pub fn between(before: (i64, i64), behind: (i64, i64), ticks: Option<(u32, u32)>) -> Self {
        let jump = behind.1.saturating_sub(before.1);
        // An hour that is shown twice is unsure as a whole.
        let from = before.0.min(before.0.saturating_add(jump));
        let to = behind.0.max(behind.0.saturating_sub(jump));
        Self { unsure: (from, to), ticks }
    }

    fn side(&self, index: usize, instant: i64) -> Side {
        let (is_before, is_behind) = match self.ticks {
            Some((before, behind)) => (index <= before as usize, index >= behind as usize),
            None => (instant <= self.unsure.0, instant >= self.unsure.1),
        };
        match (is_before, is_behind) {
            (true, _) => Side::Before,
            (false, true) => Side::Behind,
            (false, false) => Side::Unsure,
        }
    }
}

impl Correction {
    /// The clock was ahead by so many milliseconds all the time.
    pub fn always(ahead_ms: i64) -> Self {
        Self {
            ahead_ns: ahead_ms.saturating_mul(MILLI),
            drift_ppb: 0,
            known: (i64::MIN, i64::MAX),
            from: None,
            to: None,
        }
    }

    /// Whether it holds for a record; none where that cannot be told.
    fn holds(&self, index: usize, instant: i64) -> Option<bool> {
        let from = self.from.map_or(Side::Behind, |set| set.side(index, instant));
        let to = self.to.map_or(Side::Before, |set| set.side(index, instant));
        match (from, to) {
            (Side::Before, _) | (_, Side::Behind) => Some(false),
            (Side::Behind, Side::Before) => Some(true),
            (Side::Unsure, _) | (_, Side::Unsure) => None,
        }
    }

    /// How far the clock was ahead when it showed an instant: whole milliseconds, in nanoseconds.
    fn ahead(&self, instant: i64) -> i64 {
        if self.drift_ppb == 0 {
            return self.ahead_ns;
        }
        let (from, to) = self.known;
        let since = instant.clamp(from, to).saturating_sub(i64::midpoint(from, to));
        let drift = i128::from(since) * i128::from(self.drift_ppb) / i128::from(BILLION);
        let ahead = self.ahead_ns.saturating_add(drift as i64);
        ahead.div_euclid(MILLI) * MILLI
    }
}

impl Policy {
    /// Has the clock put right by these corrections, in the order of their stretches, instead of any
    /// before.
    pub fn correct(&mut self, corrections: Vec<Correction>) {
        self.corrections = corrections;
    }

    /// True for an input whose records stand in the order in which things happened.
    pub fn stands_in_order(&self) -> bool {
        self.machine
    }

    /// The instant on a clock that is put right; none where that lies outside the range.
    #[inline]
    pub(super) fn put_right(&self, index: usize, instant: Instant) -> Option<Instant> {
        if self.corrections.is_empty() {
            return Some(instant);
        }
        instant.0.checked_sub(self.readings(index, instant.0).0).map(Instant)
    }

    /// How far the clock was ahead at a record (ns), and how far it else may have been.
    fn readings(&self, index: usize, instant: i64) -> (i64, Option<i64>) {
        let mut unsure = [None; 2];
        for correction in &self.corrections {
            match correction.holds(index, instant) {
                Some(true) => return (correction.ahead(instant), None),
                Some(false) => {}
                None if unsure[0].is_none() => unsure[0] = Some(correction.ahead(instant)),
                None => unsure[1] = Some(correction.ahead(instant)),
            }
        }
        match unsure {
            [Some(one), Some(other)] => (one, Some(other)),
            // On one side of the place the clock was right.
            [one, _] => (0, one),
        }
    }

    /// Takes off what the clock was ahead.
    pub(super) fn put_stamp_right(&self, index: usize, stamp: &mut Stamp) {
        let Some(instant) = stamp.instant.filter(|_| !self.corrections.is_empty()) else {
            return self.put_alternatives_right(index, stamp);
        };
        let (ahead, other) = self.readings(index, instant.0);
        let less = |ahead: i64| move |at: Instant| at.0.checked_sub(ahead).map(Instant);
        stamp.alternatives = stamp.alternatives.iter().copied().filter_map(less(ahead)).collect();
        stamp.instant = less(ahead)(instant);
        if ahead != 0 {
            stamp.quality = stamp.quality.with(Note::Skew);
            stamp.shift_ms = -(ahead / MILLI);
        }
        if let Some(other) = other {
            stamp.quality = stamp.quality.with(Note::Suspect);
            stamp.alternatives.extend(less(other)(instant));
        }
    }

    /// Of a record that stayed open, whatever it may mean is put right.
    fn put_alternatives_right(&self, index: usize, stamp: &mut Stamp) {
        let right = |at: &Instant| self.put_right(index, *at);
        stamp.alternatives = stamp.alternatives.iter().filter_map(right).collect();
    }
}

/// An estimate as a correction: whole quarters of an hour, or whole seconds.
pub fn rounded(ahead_ns: i64, quarters: Option<i32>) -> i64 {
    match quarters {
        Some(quarters) => i64::from(quarters) * 900 * SECOND,
        None => (ahead_ns + SECOND / 2).div_euclid(SECOND) * SECOND,
    }
}

#[cfg(test)]
mod tests;
