//! Witnesses: what join knows of an event that may tell the same as another.
//!
//! An event with a host or a service and a state that monitoring gives is a witness: 32 bytes, no
//! strings. Its [`Rank`] says how early on the way of news its input stands, its [`State`] what
//! class its state word is of, its [`Entity`] whom it speaks of, whatever spelling its tool uses.

pub mod entity;
pub mod state;

pub use entity::{Entities, Entity, Names};
pub use state::{Level, Side, State};

use super::Place;
use crate::{event::Kind, time::Precision};

/// How early an input hears of an event: the order in which news travels, earliest first.
///
/// The log line is there before the monitoring saw it, which posts to the chat at once; the mail
/// waits in queues, tickets are opened from either, and the status page is written last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// A log.
    Log,
    /// A monitoring or paging system's own record.
    Monitoring,
    /// A chat, be it a bot's post.
    Chat,
    /// A mailbox, be it an alert mail.
    Mail,
    /// A ticket system.
    Ticket,
    /// A status page, or what else people publish.
    StatusPage,
}

/// Systems whose records are a status page.
const PAGES: [&str; 4] = ["statuspage", "cstate", "cachet", "instatus"];

/// Whether the records of that system are a status page.
pub fn is_page(system: &str) -> bool {
    PAGES.contains(&system)
}

impl Rank {
    /// All, earliest first.
    pub const ALL: [Self; 6] =
        [Self::Log, Self::Monitoring, Self::Chat, Self::Mail, Self::Ticket, Self::StatusPage];

    /// The rank of events of that kind and system. `carrier` is the kind of what holds the record:
    /// an alert mail is an alert, carried by mail. None where the record stands for itself.
    pub fn of(kind: Kind, system: &str, carrier: Option<Kind>) -> Self {
        match carrier.unwrap_or(kind) {
            Kind::Email => Self::Mail,
            Kind::Chat => Self::Chat,
            _ if is_page(system) => Self::StatusPage,
            Kind::Alert => Self::Monitoring,
            Kind::Log | Kind::Change => Self::Log,
            Kind::Ticket => Self::Ticket,
            Kind::Manual => Self::StatusPage,
        }
    }
}

/// What join knows of an event: 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Start of its time in nanoseconds since 1970 UTC, by its own input's clock.
    pub instant: i64,
    /// Index of its input.
    pub input: u32,
    /// Index of its tick within the input.
    pub tick: u32,
    /// Whom it speaks of.
    pub entity: Entity,
    /// What it says.
    pub state: State,
    /// How early its input hears of events.
    pub rank: Rank,
    /// How finely its time was written.
    pub precision: Precision,
}

impl Witness {
    /// Where it stands.
    pub fn place(&self) -> Place {
        Place { input: self.input, tick: self.tick }
    }

    /// What orders witnesses of one instant: news travels by rank, then the total order decides.
    pub(crate) fn turn(&self) -> (Rank, u32, u32) {
        (self.rank, self.input, self.tick)
    }

    /// What it tells of, where it can be matched at all: it names someone, its state is one that
    /// monitoring gives, and its time is written to the minute at least. A day or an hour would
    /// match anything.
    pub fn tells(&self) -> Option<Side> {
        let known = self.entity != Entity::default() && self.precision >= Precision::Minute;
        self.state.side().filter(|_| known)
    }

    /// How much later than its instant it may have been, in nanoseconds. Seconds and finer count
    /// as exact: matching is looser than that anyway.
    pub(crate) fn slack(&self) -> i64 {
        if self.precision < Precision::Second { self.precision.nanos() } else { 0 }
    }
}

/// What is known of inputs beside their events.
pub trait Inputs: Sync {
    /// Nanoseconds by which the clock of an input was ahead of the common clock when it showed
    /// `instant` (nanoseconds since 1970 UTC). The offset of a pair of inputs is the difference.
    fn ahead(&self, input: u32, instant: i64) -> i64 {
        let _ = (input, instant);
        0
    }

    /// The first of the inputs that are one: the parts of a rotated log, the copies of a mailbox.
    fn series(&self, input: u32) -> u32 {
        input
    }
}

/// Nothing is known: all clocks agree, and every input stands for itself.
impl Inputs for () {}

#[cfg(test)]
mod tests;
