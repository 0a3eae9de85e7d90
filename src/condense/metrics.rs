//! Metrics: how long things took, each with its definition, both ends and how far it may be off.
//!
//! Takes the clues of an incident, its milestones and what the caller knows of clocks; gives
//! [`Metric`]s. An end that was not found makes a metric "not recorded", never 0. Makers of incident
//! tools define these differently (`reference/exports.md` c.2), so the words stand beside the number.

mod talk;

use super::{
    acts::Acts,
    clue::{Class, Clue, Flags, MINUTE, Step},
    milestone::{Choice, Milestones},
};
use crate::{event::Kind, event::Mark, join::Place};

/// An event whose time may be so far off is no end of a metric, unless it is a milestone.
const UNCERTAIN: i64 = 30 * MINUTE;

/// What metrics are taken of.
pub struct Case<'c> {
    /// The clues of the incident, in the total order.
    pub clues: &'c [Clue],
    /// Its milestones.
    pub found: &'c Milestones,
    /// What was promised, by time.
    pub promises: &'c [Promise],
    /// How far the clock of an event may be off, in nanoseconds; 0 where nothing speaks against it.
    pub doubt: &'c dyn Fn(Place) -> i64,
    /// Whether somebody outside wrote it.
    pub customer: &'c dyn Fn(&Clue) -> bool,
    /// How long the delivery of a notice took, in nanoseconds, where it is known.
    pub delay: &'c dyn Fn(Place) -> Option<i64>,
}

/// "Next update in 30 minutes", as [`super::acts::promise`] reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    /// The message that promises.
    pub by: Place,
    /// When it is due, in nanoseconds since 1970 UTC.
    pub due: i64,
    /// How finely that was written, in nanoseconds.
    pub span: i64,
}

/// One end of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// The event; none where the evidence itself ends there.
    pub place: Option<Place>,
    /// Nanoseconds since 1970 UTC.
    pub instant: i64,
    /// The earliest that it may have been: precision, clock and alternatives together.
    pub earliest: i64,
    /// The latest.
    pub latest: i64,
}

/// What a metric comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// So long, in nanoseconds, and between what it may lie.
    Lasted {
        /// From one end to the other; 0 where they are the same.
        length: i64,
        /// At least, not below 0.
        least: i64,
        /// At most.
        most: i64,
    },
    /// Promises.
    Promises {
        /// There was an update in time.
        kept: u32,
        /// There was none in time.
        missed: u32,
        /// The evidence ends before they were due.
        open: u32,
    },
    /// How it was learned of.
    Learned(Learned),
    /// An end of it is not in the evidence: which one.
    NotRecorded(&'static str),
}

/// Who or what told of it first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learned {
    /// An alert.
    Monitoring,
    /// Somebody outside.
    Customer,
    /// Somebody of ours.
    Staff,
}

impl Learned {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Monitoring => "monitoring",
            Self::Customer => "a customer",
            Self::Staff => "staff",
        }
    }
}

/// A metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// What it is, in words.
    pub definition: &'static str,
    /// What it comes to.
    pub value: Value,
    /// Where it begins.
    pub from: Option<End>,
    /// Where it ends.
    pub to: Option<End>,
}

impl Metric {
    /// A metric that has no length, with the event that it rests on.
    fn plain(
        name: &'static str,
        definition: &'static str,
        value: Value,
        from: Option<End>,
    ) -> Self {
        Self { name, definition, value, from, to: None }
    }

    /// The time between two ends; `missing` says which one is not there.
    fn between(
        name: &'static str,
        definition: &'static str,
        from: Result<End, &'static str>,
        to: Result<End, &'static str>,
    ) -> Self {
        let value = match (from, to) {
            (Ok(from), Ok(to)) => Value::Lasted {
                length: (to.instant - from.instant).max(0),
                least: to.earliest.saturating_sub(from.latest).max(0),
                most: to.latest.saturating_sub(from.earliest).max(0),
            },
            (Err(missing), _) | (_, Err(missing)) => Value::NotRecorded(missing),
        };
        Self { name, definition, value, from: from.ok(), to: to.ok() }
    }
}

/// All metrics of an incident, always the same ones in the same order.
pub fn of(case: &Case<'_>) -> Vec<Metric> {
    let mark = |mark| case.mark(mark);
    let mut metrics = vec![
        Metric::between(
            "time to detect",
            "from start to detected: until a person or an alert told of it",
            mark(Mark::Start),
            mark(Mark::Detected),
        ),
        Metric::between(
            "time to acknowledge",
            "from detected to acknowledged: until somebody took it",
            mark(Mark::Detected),
            mark(Mark::Acknowledged),
        ),
        Metric::between(
            "time to mitigate",
            "from start to mitigated: until the impact was over",
            mark(Mark::Start),
            mark(Mark::Mitigated),
        ),
        Metric::between(
            "time to resolve",
            "from start to resolved: until all was over",
            mark(Mark::Start),
            mark(Mark::Resolved),
        ),
        Metric::between(
            "time to resolve from detection",
            "from detected to resolved",
            mark(Mark::Detected),
            mark(Mark::Resolved),
        ),
        Metric::between(
            "first signal to first notice",
            "from the first sign that a machine gave to the first person who wrote of it",
            case.first(is_signal, "a sign by a machine"),
            case.first(is_noticed, "a person's notice"),
        ),
        learned(case),
    ];
    metrics.extend(talk::of(case));
    metrics
}

impl Case<'_> {
    /// The end that a milestone is.
    fn mark(&self, mark: Mark) -> Result<End, &'static str> {
        let choice = self.found.get(mark).ok_or_else(|| mark.word())?;
        Ok(self.widened(choice))
    }

    /// A milestone with how far it may be off.
    fn widened(&self, choice: &Choice) -> End {
        let taken = &choice.taken;
        let doubt = (self.doubt)(taken.place).abs();
        let other = choice.runner_up.map_or(taken.instant, |other| other.instant);
        let latest = taken.instant.max(other) + taken.span.max(1) - 1;
        End {
            place: Some(taken.place),
            instant: taken.instant,
            earliest: taken.earliest.min(taken.instant).min(other).saturating_sub(doubt),
            latest: latest.saturating_add(doubt),
        }
    }

    /// The end that an event is.
    fn end(&self, clue: &Clue) -> End {
        let doubt = (self.doubt)(clue.place).abs();
        End {
            place: Some(clue.place),
            instant: clue.instant,
            earliest: clue.instant.saturating_sub(doubt),
            latest: (clue.instant + clue.span() - 1).saturating_add(doubt),
        }
    }

    /// The first event of that kind.
    fn first(
        &self,
        is: impl Fn(&Clue) -> bool,
        missing: &'static str,
    ) -> Result<End, &'static str> {
        // What may as well have been half an hour later or earlier is no first of anything.
        let certain = |clue: &&Clue| (self.doubt)(clue.place).abs() < UNCERTAIN;
        let mut all = self.clues.iter().filter(|clue| is(clue));
        all.find(certain).map(|clue| self.end(clue)).ok_or(missing)
    }
}

/// Whether a machine shows trouble by it.
fn is_signal(clue: &Clue) -> bool {
    clue.state == Class::Problem && !clue.is_human()
}

/// Whether a person wrote of the trouble.
fn is_noticed(clue: &Clue) -> bool {
    let acts = Acts::DETECT | Acts::ACKNOWLEDGE | Acts::INVESTIGATE;
    clue.is_human() && (clue.acts.has(acts) || clue.step == Step::Created)
}

/// How it was learned of: by what the milestone of detection is.
fn learned(case: &Case<'_>) -> Metric {
    let of = |place| case.clues.iter().find(|clue| clue.place == place);
    let end = case.mark(Mark::Detected);
    let clue = end.ok().and_then(|end| end.place).and_then(of);
    let value = match clue {
        None => Value::NotRecorded("detected"),
        Some(clue) if (case.customer)(clue) => Value::Learned(Learned::Customer),
        Some(clue) if !clue.is_human() || clue.kind == Kind::Alert => {
            Value::Learned(Learned::Monitoring)
        }
        Some(_) => Value::Learned(Learned::Staff),
    };
    Metric::plain("learned of by", "who or what told of it first", value, end.ok())
}

/// Whether it is addressed to customers.
fn is_outward(clue: &Clue) -> bool {
    clue.flags.has(Flags::OUTWARD)
}

#[cfg(test)]
mod tests;
