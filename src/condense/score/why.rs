//! Reasons: why an event is a row, in short words.

use std::fmt;

use crate::{
    condense::{
        acts::Acts,
        clue::{HOUR, MINUTE, Step},
    },
    time::SECOND,
};

/// Why an event matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The user wants it.
    Pinned,
    /// People pinned it, or reacted so.
    Reacted,
    /// Its check went bad; so often in all.
    WentBad(u32),
    /// Its check went well after so many ns.
    Recovered(i64),
    /// Its check was told bad again.
    Again,
    /// Its alert was taken.
    Acknowledged,
    /// Its check changes to and fro.
    Flapping,
    /// An alert.
    Alert,
    /// A change so many ns before the incident began.
    ChangeBefore(i64),
    /// A change.
    Change,
    /// What happened to its ticket.
    Ticket(Step),
    /// What people do, one of [`Acts`].
    Act(Acts),
    /// Written for the timeline by hand.
    ByHand,
    /// It begins a thread.
    Starter,
    /// It names a host or a service of the evidence.
    Names,
    /// It is long.
    Length,
    /// It says nothing.
    Chatter,
    /// Customers were told.
    Outward,
    /// Its definition marks it.
    Marked,
    /// So many other streams tell it.
    Witnesses(u8),
    /// Others quote it or link to it.
    Referred,
    /// It is about what the incident is about.
    OfIncident,
    /// How bad it is.
    Severity,
    /// A template not seen in so many ns before.
    New(i64),
    /// Bad, and told so many times in all.
    Seldom(u64),
    /// So many at once, so many times more than else.
    Burst(u64, u64),
    /// The last before a silence of so many ns.
    Silent(i64),
    /// The first after it.
    SilentEnd(i64),
}

/// A sign by which events are told apart, as bits: what the measurement leaves out to see what it is
/// worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs(pub u16);

impl Signs {
    /// States of checks.
    pub const STATES: Self = Self(1);
    /// Templates not seen before, and what is seldom.
    pub const NOVELTY: Self = Self(1 << 1);
    /// Bursts.
    pub const BURSTS: Self = Self(1 << 2);
    /// Silences.
    pub const SILENCES: Self = Self(1 << 3);
    /// What people do.
    pub const ACTS: Self = Self(1 << 4);
    /// Steps of tickets.
    pub const TICKETS: Self = Self(1 << 5);
    /// Changes.
    pub const CHANGES: Self = Self(1 << 6);
    /// What customers are told.
    pub const OUTWARD: Self = Self(1 << 7);
    /// What others tell, too, quote or pin.
    pub const WITNESSES: Self = Self(1 << 8);
    /// Whom it is about.
    pub const INCIDENT: Self = Self(1 << 9);
    /// All, with their names.
    pub const ALL: [(Self, &'static str); 10] = [
        (Self::STATES, "states"),
        (Self::NOVELTY, "novelty"),
        (Self::BURSTS, "bursts"),
        (Self::SILENCES, "silences"),
        (Self::ACTS, "acts"),
        (Self::TICKETS, "tickets"),
        (Self::CHANGES, "changes"),
        (Self::OUTWARD, "outward"),
        (Self::WITNESSES, "witnesses"),
        (Self::INCIDENT, "incident"),
    ];

    /// Whether any of these bits is set.
    pub fn has(self, bits: Self) -> bool {
        self.0 & bits.0 != 0
    }
}

impl Why {
    /// The sign that it rests on; none for what the user wants or what only orders.
    pub fn sign(self) -> Signs {
        match self {
            Self::WentBad(_)
            | Self::Recovered(_)
            | Self::Again
            | Self::Acknowledged
            | Self::Flapping
            | Self::Alert => Signs::STATES,
            Self::New(_) | Self::Seldom(_) => Signs::NOVELTY,
            Self::Burst(..) => Signs::BURSTS,
            Self::Silent(_) | Self::SilentEnd(_) => Signs::SILENCES,
            Self::Act(_) | Self::Chatter => Signs::ACTS,
            Self::Ticket(_) => Signs::TICKETS,
            Self::ChangeBefore(_) | Self::Change => Signs::CHANGES,
            Self::Outward => Signs::OUTWARD,
            Self::Witnesses(_) | Self::Referred | Self::Reacted | Self::Starter => Signs::WITNESSES,
            Self::OfIncident | Self::Names => Signs::INCIDENT,
            Self::Pinned | Self::ByHand | Self::Length | Self::Marked | Self::Severity => {
                Signs::default()
            }
        }
    }

    /// Whether it is worth telling: the rest only orders.
    pub fn is_told(self) -> bool {
        let orders = matches!(self, Self::Length | Self::Severity | Self::Chatter | Self::Names);
        // What is told again and again is not seldom.
        let often = matches!(self, Self::Seldom(count) if count > 20);
        !orders && !often
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pinned => f.write_str("pinned in the incident file"),
            Self::Reacted => f.write_str("pinned by people"),
            Self::WentBad(1) => f.write_str("went bad, the only time"),
            Self::WentBad(times) => write!(f, "went bad, one of {times} times"),
            Self::Recovered(ns) => write!(f, "recovered after {}", Length(*ns)),
            Self::Again => f.write_str("still bad"),
            Self::Acknowledged => f.write_str("alert taken"),
            Self::Flapping => f.write_str("changes to and fro"),
            Self::Alert => f.write_str("alert"),
            Self::ChangeBefore(ns) if *ns > 0 => {
                write!(f, "change {} before the start", Length(*ns))
            }
            Self::ChangeBefore(_) => f.write_str("change at the start"),
            Self::Change => f.write_str("change"),
            Self::Ticket(step) => f.write_str(match step {
                Step::Created => "ticket opened",
                Step::InProgress => "ticket taken up",
                Step::Resolved => "ticket resolved",
                Step::Closed => "ticket closed",
                Step::Reopened => "ticket opened again",
                Step::Priority => "ticket's priority changed",
                Step::Assigned => "ticket assigned",
                Step::Status => "ticket's status changed",
                Step::Comment => "ticket comment",
                Step::Field | Step::None => "ticket changed",
            }),
            Self::Act(act) => f.write_str(match *act {
                Acts::DETECT => "problem seen",
                Acts::ACKNOWLEDGE => "taken",
                Acts::INVESTIGATE => "looked into",
                Acts::CAUSE => "cause",
                Acts::DECIDE => "decision",
                Acts::ACT => "action",
                Acts::RECOVER => "recovery",
                Acts::MITIGATED => "impact over",
                Acts::RESOLVED => "all over",
                Acts::SINCE => "tells since when",
                Acts::TODO => "left to do",
                _ => "others told",
            }),
            Self::ByHand => f.write_str("written by hand"),
            Self::Starter => f.write_str("begins a thread"),
            Self::Names => f.write_str("names a host or service"),
            Self::Length => f.write_str("says much"),
            Self::Chatter => f.write_str("chatter"),
            Self::Outward => f.write_str("customers told"),
            Self::Marked => f.write_str("milestone"),
            Self::Witnesses(others) => write!(f, "told by {} sources", u32::from(*others) + 1),
            Self::Referred => f.write_str("quoted by others"),
            Self::OfIncident => f.write_str("about what the incident is about"),
            Self::Severity => f.write_str("severity"),
            Self::New(ns) => write!(f, "first seen, never in {} before", Length(*ns)),
            Self::Seldom(1) => f.write_str("bad, and told only here"),
            Self::Seldom(count) => write!(f, "bad, and the first of {count}"),
            Self::Burst(count, 0) => write!(f, "start of a burst of {count}, none else"),
            Self::Burst(count, times) => write!(f, "start of a burst of {count}, ×{times}"),
            Self::Silent(ns) => write!(f, "last before a silence of {}", Length(*ns)),
            Self::SilentEnd(ns) => write!(f, "first after a silence of {}", Length(*ns)),
        }
    }
}

/// A length of time in words, from ns.
struct Length(i64);

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ns if ns < MINUTE => write!(f, "{} s", ns / SECOND),
            ns if ns < HOUR => write!(f, "{} min", ns / MINUTE),
            ns if ns >= 72 * HOUR => write!(f, "{} days", ns / (24 * HOUR)),
            ns if ns / MINUTE % 60 == 0 || ns >= 10 * HOUR => write!(f, "{} h", ns / HOUR),
            ns => write!(f, "{} h {} min", ns / HOUR, ns / MINUTE % 60),
        }
    }
}
