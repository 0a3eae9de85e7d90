//! What may differ from one incident to the next: who notices, in what order people act, how it
//! ends, and what is never said.

use crate::world::chance::Chance;

/// Who notices first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Seen {
    Monitoring,
    Customer,
    Staff,
}

/// How somebody takes it on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ack {
    Chat,
    /// By the command of the monitoring.
    Monitoring,
    /// In a comment of the ticket.
    Ticket,
    /// After others have begun to look.
    Late,
    None,
}

/// How it ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum End {
    Full,
    /// Closed too early; it comes back and is put right for good.
    Reopened,
    /// A workaround; the ticket stays open.
    Mitigated,
    /// Closed without a word of recovery.
    Closed,
    /// Nobody writes that it is over.
    Unwritten,
}

/// Where the people of the incident talk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Room {
    Slack,
    Discord,
    Mail,
}

/// What the alerts come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Monitor {
    Nagios,
    Alertmanager,
    Zabbix,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Plot {
    pub(crate) seen: Seen,
    pub(crate) ack: Ack,
    pub(crate) end: End,
    pub(crate) room: Room,
    pub(crate) monitor: Monitor,
    pub(crate) language: &'static str,
    /// Whether a first remedy fails.
    pub(crate) fails: bool,
    /// Whether the cause is found only after it works again.
    pub(crate) found_late: bool,
    /// Whether programs log of it.
    pub(crate) logged: bool,
    /// Whether the same fault was logged now and then before.
    pub(crate) precursors: bool,
    /// Whether the same check failed briefly some hours before.
    pub(crate) blip: bool,
    /// Whether another team has a smaller incident at the time.
    pub(crate) other: bool,
    /// Whether the room holds another incident of some days ago.
    pub(crate) past: bool,
    pub(crate) ticket: bool,
    pub(crate) status: bool,
    pub(crate) threads: bool,
}

impl Plot {
    pub(crate) fn new(chance: &mut Chance) -> Self {
        use self::{Ack::*, End::*, Seen::*};
        let monitor =
            chance.of(&[Monitor::Nagios, Monitor::Nagios, Monitor::Alertmanager, Monitor::Zabbix]);
        let mut ack =
            chance.of(&[Chat, Chat, Chat, Chat, Ack::Monitoring, Ticket, Late, Late, None]);
        if ack == Ack::Monitoring && monitor != Monitor::Nagios {
            ack = Chat;
        }
        let mut seen =
            chance.of(&[Seen::Monitoring, Seen::Monitoring, Seen::Monitoring, Customer, Staff]);
        if ack == Ack::Monitoring {
            // There must be an alert that can be acknowledged.
            seen = Seen::Monitoring;
        }
        let end = chance.of(&[Full, Full, Full, Full, Reopened, Mitigated, Closed, Unwritten]);
        Self {
            seen,
            ack,
            end,
            room: chance.of(&[Room::Slack, Room::Slack, Room::Slack, Room::Discord, Room::Mail]),
            monitor,
            language: chance.of(&["en", "en", "en", "en", "de", "es", "fr", "pt"]),
            fails: chance.often(350),
            found_late: chance.often(200),
            logged: chance.often(850),
            precursors: chance.often(250),
            blip: chance.often(150),
            other: chance.often(350),
            past: chance.often(250),
            ticket: ack == Ticket || end == Mitigated || chance.often(800),
            status: chance.often(700),
            threads: chance.often(400),
        }
    }
}
