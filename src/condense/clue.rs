//! Clues: what condense knows of an event before any text of it is read.
//!
//! Takes what the scan and the join found out; gives 64 bytes an event, plain numbers, made on the
//! fly from a sketch and not kept: the tables of [`super::signals`] keep counts by template, and
//! only candidates stay. A number of an entity, a person or a thread means something within one run
//! alone; 0 is none.

use super::acts::Acts;
use crate::{
    event::{Kind, Mark, Severity},
    join::Place,
    time::{Precision, SECOND},
};

/// One minute in nanoseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// One hour in nanoseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// How far from 1970 an instant counts in the choice, in ns: some 145 years. Two such instants, and a
/// year on top, can be reckoned with without overflow; a clock that is further off tells no time.
pub const FARTHEST: i64 = i64::MAX / 2 - (1 << 55);

/// An instant as the choice reckons with it: brought within [`FARTHEST`].
pub fn near(instant: i64) -> i64 {
    instant.clamp(-FARTHEST, FARTHEST)
}

/// The class of the state that an event gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Class {
    /// No state that monitoring gives.
    #[default]
    None,
    /// Something is wrong, or the check could not tell.
    Problem,
    /// Well again.
    Ok,
    /// Someone has taken it.
    Acknowledged,
    /// It began to change to and fro.
    Flapping,
}

/// What happened to a ticket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Step {
    /// Nothing of these.
    #[default]
    None,
    /// It was opened.
    Created,
    /// Someone works on it.
    InProgress,
    /// Its problem is gone.
    Resolved,
    /// It was closed.
    Closed,
    /// It was opened again.
    Reopened,
    /// Its priority or severity changed.
    Priority,
    /// Someone was given it.
    Assigned,
    /// A status that is none of these.
    Status,
    /// Something was written under it.
    Comment,
    /// Another field changed.
    Field,
}

/// What an event is besides, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(pub u16);

impl Flags {
    /// A program wrote it.
    pub const BOT: Self = Self(1);
    /// The definition's `quiet` rule fits.
    pub const QUIET: Self = Self(1 << 1);
    /// Addressed to customers: a status page, a mail to outside domains or a customer list.
    pub const OUTWARD: Self = Self(1 << 2);
    /// A change: deploy, configuration, failover, maintenance.
    pub const CHANGE: Self = Self(1 << 3);
    /// Pinned in its chat, or with a reaction that says so; `TODO:` and the like.
    pub const PINNED: Self = Self(1 << 4);
    /// The user wants it: a pin of the incident file.
    pub const FORCED: Self = Self(1 << 5);
    /// The user does not want it: a hide of the incident file.
    pub const HIDDEN: Self = Self(1 << 6);
    /// The incident file says something of it.
    pub const EDITED: Self = Self(Self::FORCED.0 | Self::HIDDEN.0);
    /// It begins a thread.
    pub const STARTER: Self = Self(1 << 7);
    /// It is quoted or linked by other events.
    pub const REFERRED: Self = Self(1 << 8);
    /// A soft state of a check that is tried again before anybody is told.
    pub const SOFT: Self = Self(1 << 9);
    /// Told by the row of another: a notification again, a change to and fro.
    pub const FOLDED: Self = Self(1 << 10);
    /// Somebody outside wrote it.
    pub const CUSTOMER: Self = Self(1 << 11);

    /// Whether any of these bits is set.
    pub fn has(self, bits: Self) -> bool {
        self.0 & bits.0 != 0
    }

    /// With these bits, where `on`.
    #[must_use]
    pub fn with(self, bits: Self, on: bool) -> Self {
        if on { Self(self.0 | bits.0) } else { self }
    }
}

/// What condense knows of one event: 64 bytes.
///
/// Only events that stand for themselves have one; what is joined to them is counted in
/// `witnesses`, and its marks, acts, flags and names are added to theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clue {
    /// Start of its time, in nanoseconds since 1970 UTC, by the common clock.
    pub instant: i64,
    /// Its input and its tick.
    pub place: Place,
    /// Which inputs are one: the parts of a rotated log, the copies of a mailbox.
    pub stream: u32,
    /// What its text is but for numbers and names: [`super::template::number`].
    pub template: u32,
    /// Its host, a number of the run.
    pub host: u32,
    /// Its service or check, a number of the run.
    pub service: u32,
    /// Its ticket, mail thread or chat thread, a number of the run.
    pub thread: u32,
    /// Its channel, list or project, a number of the run.
    pub room: u32,
    /// Who wrote it, a number of the run.
    pub actor: u32,
    /// How many records it stands for; 1 where it does not say.
    pub count: u32,
    /// What people do in it.
    pub acts: Acts,
    /// Marks told by definitions: bit `mark as u8`.
    pub marks: u16,
    /// What it is besides.
    pub flags: Flags,
    /// Length of its text in bytes, as far as it counts.
    pub length: u16,
    /// The kind of evidence.
    pub kind: Kind,
    /// How bad, where it says it.
    pub severity: Option<Severity>,
    /// The class of its state.
    pub state: Class,
    /// What happened to its ticket.
    pub step: Step,
    /// How many other streams tell it, too.
    pub witnesses: u8,
    /// How finely its time was written, in steps: 0 a second or finer, 1 a minute, 2 an hour, 3 a
    /// day.
    pub coarse: u8,
}

impl Clue {
    /// A clue that tells no more than when and where.
    pub fn new(instant: i64, place: Place, kind: Kind) -> Self {
        Self {
            instant: near(instant),
            place,
            stream: place.input,
            template: 0,
            host: 0,
            service: 0,
            thread: 0,
            room: 0,
            actor: 0,
            count: 1,
            acts: Acts::default(),
            marks: 0,
            flags: Flags::default(),
            length: 0,
            kind,
            severity: None,
            state: Class::None,
            step: Step::None,
            witnesses: 0,
            coarse: 0,
        }
    }

    /// Whether it bears a mark.
    pub fn marked(&self, mark: Mark) -> bool {
        self.marks & (1 << mark as u8) != 0
    }

    /// The step of `coarse` for a time written so finely.
    pub fn coarse(precision: Precision) -> u8 {
        match precision {
            Precision::Day => 3,
            Precision::Hour => 2,
            Precision::Minute => 1,
            Precision::Second | Precision::Fraction(_) => 0,
        }
    }

    /// Length of the interval that its time is, in nanoseconds.
    pub fn span(&self) -> i64 {
        [SECOND, MINUTE, HOUR, 24 * HOUR][usize::from(self.coarse.min(3))]
    }

    /// The minute since 1970 UTC in which it starts.
    pub fn minute(&self) -> i64 {
        self.instant.div_euclid(MINUTE)
    }

    /// What orders events: instant, then place.
    pub fn turn(&self) -> (i64, Place) {
        (self.instant, self.place)
    }

    /// Whether people write such events: mail, chat, tickets and what is written by hand.
    pub fn is_human(&self) -> bool {
        let written = matches!(self.kind, Kind::Email | Kind::Chat | Kind::Ticket | Kind::Manual);
        written && !self.flags.has(Flags::BOT)
    }
}

// One for each of millions of events: it is to stay small.
const _: () = assert!(size_of::<Clue>() == 64);
