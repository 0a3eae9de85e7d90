//! Clocks: how far one clock is off against another, found from what both tell.
//!
//! Takes the times at which two inputs tell of the same entities and states, the one that hears
//! first (the cause: a log) and the one that hears of it (the effect: a mailbox). Gives the offset
//! of the effect's clock against the cause's by stretch of time, with bounds, class and evidence
//! ([`compare`]); from all such comparisons, which input is off ([`settle::settle`]); and the
//! offset from UTC that an input without a zone must have been written in ([`zone::zones`]).
//!
//! For a pair of events, effect − cause = offset + delay, and no delay is negative. Where the
//! offset is far from 0 nothing is known yet of who belongs to whom, so it is found in four steps:
//!
//! 1. [`histogram`]: all differences within 15 h of the same entity and state, counted; the offset
//!    stands out, over the whole and over stretches of it, because clocks are set in between.
//! 2. [`course`]: which of these levels held when.
//! 3. [`matching`]: one event to one, in order, around the level.
//! 4. [`segment`]: the course again over the pairs, each level a trimmed minimum ([`floor`]), and a
//!    drift ([`drift`]) where the pairs prove one.
//!
//! The rules are those of `reference/algorithms.md` §2.3; the estimators were measured there. All
//! numbers are integers (ns, parts per billion, milli-nats), so every machine gives the same.
//! Everything takes O(n log² n) steps for n events, but for the drift, which looks at 1000 pairs at
//! most.

pub mod course;
pub mod drift;
pub mod floor;
pub mod histogram;
pub mod matching;
pub mod segment;
pub mod settle;
pub mod zone;

pub use segment::follow;

use crate::time::SECOND;

/// An event that an input tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beat {
    /// Start of its time in nanoseconds since 1970 UTC, by its own input's clock.
    pub instant: i64,
    /// Length of its time, in nanoseconds: what was not written.
    pub precision: i64,
    /// Whom it speaks of.
    pub entity: u64,
    /// What it says of it.
    pub state: u32,
    /// Which event it is; the caller's number.
    pub tick: u32,
}

/// Two events that are taken for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// When the cause told it, in nanoseconds since 1970 UTC by its clock.
    pub cause: i64,
    /// When the effect told it, by its clock.
    pub effect: i64,
    /// Lengths of the two times, in nanoseconds.
    pub precision: (i64, i64),
    /// Whom and what they tell of; of pairs with one key, all may be wrong for one reason.
    pub key: u64,
    /// The two events, by the caller's numbers.
    pub ticks: (u32, u32),
}

impl Pair {
    /// Effect minus cause, in nanoseconds.
    pub fn apart(&self) -> i64 {
        self.effect.saturating_sub(self.cause)
    }

    /// Effect minus cause is less than this: the cause's time is no earlier than written, the
    /// effect's ends with its precision.
    fn below(&self) -> i64 {
        self.apart().saturating_add(self.precision.1)
    }

    /// The longer of the two times.
    fn coarse(&self) -> i64 {
        self.precision.0.max(self.precision.1)
    }
}

/// What an offset is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// No more than the times themselves leave open.
    None,
    /// A clock that was not set right, or set in between.
    ClockSkew,
    /// A clock read in the wrong zone: so many quarter hours.
    ZoneError(i32),
}

impl Class {
    /// The word of `rfo.run/1`.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ClockSkew => "clock_skew",
            Self::ZoneError(_) => "zone_error",
        }
    }
}

/// A stretch of time over which the offset is one, or drifts evenly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The first pair of it.
    pub first: Pair,
    /// The last pair of it.
    pub last: Pair,
    /// How far the effect's clock is ahead of the cause's, in nanoseconds; where it drifts, in the
    /// middle between the first and the last pair. It holds the shortest delay, too.
    pub offset_ns: i64,
    /// The offset is no less than this, if the shortest delay was no longer than what the usual one
    /// takes beyond it.
    pub low: i64,
    /// The offset is less than this: nothing arrives before it was sent.
    pub high: i64,
    /// The usual delay beyond the shortest, in nanoseconds.
    pub spread: i64,
    /// What the offset is.
    pub class: Class,
    /// By how much the offset grows, in parts per billion of the time that passes.
    pub drift_ppb: Option<i64>,
    /// Matched pairs behind it.
    pub pairs: u32,
    /// Entities and states behind it.
    pub keys: u32,
    /// Pairs that told the effect before its cause.
    pub violations_before: u32,
    /// Pairs that still do when the offset is taken out, bounds included.
    pub violations_after: u32,
    /// Three pairs at most that show it: of several keys, from the beginning, middle and end.
    pub examples: Vec<Pair>,
}

impl Segment {
    /// Pairs contradict the clocks as they are: the offset is no delay. An effect that only comes
    /// late, and always by as much, may have been waited with.
    pub fn is_proven(&self) -> bool {
        self.class != Class::None && self.high <= 0
    }

    /// All that must hold before a correction may be made without being asked for each
    /// (`--skew auto`, `reference/algorithms.md` §2.4): five pairs of three keys, effects before
    /// their causes that are none when corrected, and known to 30 s.
    pub fn is_sure(&self) -> bool {
        self.is_proven()
            && self.pairs >= 5
            && self.keys >= 3
            && self.violations_before > 0
            && self.violations_after == 0
            && self.high - self.low < 30 * SECOND
    }
}

/// One clock against another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The stretches, in the order in which things happened; never empty.
    pub segments: Vec<Segment>,
}

impl Comparison {
    /// The segments that tell of an error.
    pub fn errors(&self) -> impl Iterator<Item = &Segment> {
        self.segments.iter().filter(|segment| segment.class != Class::None)
    }

    /// How far the effect's clock is ahead of the cause's at an instant of the cause's clock, in
    /// nanoseconds: by the segment that holds it, else by the nearest.
    pub fn ahead(&self, cause: i64) -> i64 {
        let away = |segment: &&Segment| {
            let (from, to) = segment.span();
            from.saturating_sub(cause).max(cause.saturating_sub(to)).max(0)
        };
        self.segments.iter().min_by_key(away).map_or(0, |segment| segment.ahead(cause))
    }

    /// Narrows the bounds by what the way back tells: `back` compares the same two clocks with
    /// cause and effect exchanged, so that the two hold the offset between them.
    pub fn narrow(&mut self, back: &Self) {
        for segment in &mut self.segments {
            let (from, to) = segment.span();
            let same = |other: &&Segment| {
                let (first, last) = (other.first.effect, other.last.effect);
                first.min(last) <= to && from <= first.max(last)
            };
            for other in back.segments.iter().filter(same) {
                let low = other.high.saturating_neg();
                // Two that contradict each other tell of different times.
                if low < segment.high {
                    segment.low = segment.low.max(low);
                }
            }
        }
    }
}

impl Segment {
    /// First and last instant by the cause's clock.
    pub fn span(&self) -> (i64, i64) {
        (self.first.cause.min(self.last.cause), self.first.cause.max(self.last.cause))
    }

    /// How far the effect's clock is ahead at an instant of the cause's clock, in nanoseconds.
    pub fn ahead(&self, cause: i64) -> i64 {
        let (from, to) = self.span();
        let since = cause.clamp(from, to).saturating_sub(middle(from, to));
        self.offset_ns.saturating_add(drift::over(self.drift_ppb.unwrap_or(0), since))
    }
}

/// Instants from 1825 to 2115: the difference of two fits 64 bits, whatever is added.
fn is_reckonable(instant: i64) -> bool {
    instant.unsigned_abs() < i64::MAX.unsigned_abs() / 2 - 86_400 * SECOND.unsigned_abs()
}

/// The instant between two.
fn middle(from: i64, to: i64) -> i64 {
    i64::midpoint(from, to)
}

/// Compares two clocks by the events that both tell of; none where they tell too little. Each list
/// stands in the order of its instants. Repeats (a state told again with no other in between) are
/// passed over, in inputs that tell of more than one state: the re-notifications of an open problem
/// would look like an offset of an hour.
pub fn compare(cause: &[Beat], effect: &[Beat]) -> Option<Comparison> {
    let trains = matching::trains(cause, effect);
    let pairs = matching::pairs(&trains)?;
    follow(&pairs)
}

#[cfg(test)]
mod tests;
