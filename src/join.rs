//! Join: events that tell of one thing become one row with several sources.
//!
//! Takes the sketches of all events in the total order; gives the joins: which event stands for
//! which others, by what rule, and what speaks for it. *Copies* are the same record again: equal
//! lines of one log ([`lines`]), one mail, message or ticket event by its native key ([`keys`]).
//! *Retellings* are the same event told by another: alerts by what they are about ([`alerts`]),
//! what people and trackers write by its words ([`text`]).
//! Nothing is thrown away: a joined event is a source of its row. Over-merging is worse than a
//! duplicate, so whatever contradicts keeps two events apart.

pub mod alerts;
pub mod align;
mod by_hand;
pub mod clock;
pub mod keys;
pub mod lines;
pub mod repeat;
pub mod retell;
mod role;
pub mod text;
pub mod witness;
mod written;

use std::collections::{HashMap, HashSet};

pub use by_hand::ByHand;
use rayon::prelude::*;
pub use role::of as role_of;
pub use written::tickets;

use crate::{
    event::Event,
    reader::{Sketch, sketch::Known},
    report::Progress,
    time::{Basis, Precision, policy::Need},
    timeline::{
        kept::{self, Kept},
        merge::Placed,
        tell::{Decided, Which},
    },
};

/// An event: its input and its tick in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Index of the input.
    pub input: u32,
    /// Index of the tick.
    pub tick: u32,
}

impl From<&Placed> for Place {
    fn from(placed: &Placed) -> Self {
        Self { input: placed.input, tick: placed.tick }
    }
}

/// By what rule two events are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The n-th record of those bytes at that instant, in copies of one log.
    SameLine,
    /// One Message-ID and one content.
    MessageId,
    /// One message of a channel.
    ChannelAndTs,
    /// One event of a ticket.
    TicketEvent,
    /// One native key and one content.
    NativeKey,
    /// One alert, told by monitoring, chat, mail or ticket.
    ToldAlert,
    /// A tracker's mail about an event of a ticket.
    ToldTicketMail,
    /// A bot's link to a ticket.
    ToldTicketLink,
    /// A mail or post that says what a status page says.
    ToldStatusMail,
    /// A mail passed on without a word.
    QuotedForward,
    /// One text, by one author or carried on by a program.
    ToldCrosspost,
    /// The incident file says so.
    ByHand,
}

impl Rule {
    /// What `why` says of the source.
    pub fn why(self) -> &'static str {
        match self {
            Self::SameLine => "copy:same-line",
            Self::MessageId => "copy:message-id",
            Self::ChannelAndTs => "copy:channel-and-ts",
            Self::TicketEvent => "copy:ticket-event",
            Self::NativeKey => "copy:native-key",
            Self::ToldAlert => "told:alert",
            Self::ToldTicketMail => "told:ticket-mail",
            Self::ToldTicketLink => "told:ticket-link",
            Self::ToldStatusMail => "told:status-mail",
            Self::ToldCrosspost => "told:crosspost",
            Self::QuotedForward => "quoted:forward",
            Self::ByHand => "told:incident-file",
        }
    }
}

/// An event that is told by the row of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Join {
    /// The event of the row.
    pub origin: Place,
    /// The event that it stands for, too.
    pub member: Place,
    /// Why.
    pub rule: Rule,
    /// How far the member's instant lies behind the origin's, in ns.
    pub apart_ns: i64,
}

/// The joins of a run.
#[derive(Debug, Default)]
pub struct Joined {
    /// By origin, then member.
    joins: Vec<Join>,
    /// The number of the join, from 1, of every tick of an input that is a member; empty for an
    /// input without any.
    members: Vec<Vec<u32>>,
    /// Which inputs are copies of one log.
    pub streams: lines::Streams,
    /// What is to be known of an input.
    pub remarks: Vec<(u32, String)>,
    /// What speaks for alerts told by many, by member.
    pub alerts: Vec<alerts::Evidence>,
    /// Whom alerts speak of.
    pub entities: witness::Entities,
    /// How far the clocks are off, and by what evidence.
    pub clocks: clock::heard::Clocks,
    /// Alerts that repeat.
    pub folds: Vec<repeat::Fold>,
    /// What speaks for texts that are told again, by member.
    pub texts: Vec<text::Join>,
    /// Events that speak of others, by event.
    pub references: Vec<text::Reference>,
}

impl Joined {
    /// Adds what a rule found. A member of a member is a member of the first; what is joined already
    /// stays so.
    fn add(&mut self, mut found: Vec<Join>, inputs: &[Decided]) {
        found.sort_unstable();
        for mut join in found {
            join.origin = self.origin(join.origin);
            if join.origin != join.member && self.as_member(join.member).is_none() {
                self.number(join.member, self.joins.len(), inputs);
                self.joins.push(join);
            }
        }
        // Who was an origin may be a member by now.
        for at in 0..self.joins.len() {
            let mut join = self.joins[at];
            while let Some(above) = self.as_member(join.origin).copied() {
                join.origin = above.origin;
                join.apart_ns += above.apart_ns;
            }
            self.joins[at] = join;
        }
        self.joins.sort_unstable();
        for at in 0..self.joins.len() {
            self.number(self.joins[at].member, at, inputs);
        }
    }

    fn number(&mut self, member: Place, at: usize, inputs: &[Decided]) {
        self.members.resize(inputs.len(), Vec::new());
        let of = &mut self.members[member.input as usize];
        if of.is_empty() {
            of.resize(inputs[member.input as usize].scan.ticks.len(), 0);
        }
        of[member.tick as usize] = at as u32 + 1;
    }

    /// The join that makes an event part of another's row.
    pub fn as_member(&self, place: Place) -> Option<&Join> {
        let number = *self.members.get(place.input as usize)?.get(place.tick as usize)?;
        self.joins.get((number as usize).checked_sub(1)?)
    }

    /// What is joined to an event, by member.
    pub fn members(&self, origin: Place) -> &[Join] {
        let from = self.joins.partition_point(|join| join.origin < origin);
        let to = self.joins.partition_point(|join| join.origin <= origin);
        &self.joins[from..to]
    }

    /// The event in whose row an event is told: itself, where it is joined to none.
    pub fn origin(&self, place: Place) -> Place {
        self.as_member(place).map_or(place, |join| join.origin)
    }
}

/// Finds what is one. `order` is the total order; what is read for it is kept.
pub fn join(inputs: &[Decided], order: &[Placed], kept: &Kept) -> Joined {
    let found = copied_lines(inputs, order);
    let keyed = keys::join(inputs, order, kept);
    let mut joined = Joined { streams: found.streams, ..Joined::default() };
    joined.add([found.joins, keyed.joins].concat(), inputs);
    let ambiguous = found.ambiguous.into_iter().map(|(ender, starter, lines)| {
        let other = &inputs[ender as usize].plan.input.path;
        let remark = format!(
            "{lines} lines where it touches {other} are in both: too few to tell whether they are \
             copies; they were taken as events of their own"
        );
        (starter, remark)
    });
    joined.remarks = ambiguous.chain(keyed.remarks).collect();
    join_alerts(inputs, order, &mut joined);
    let told = written::find(inputs, order, &mut joined, kept);
    joined.add(written::joins(&told.joins, order), inputs);
    joined.texts = told.joins;
    joined.references = told.references;
    joined
}

/// Finds what alerts tell of the clocks, and nothing else. `order` may leave out inputs that tell of no
/// alert. No text is read: what has one native key is taken for one.
pub fn clocks(inputs: &[Decided], order: &[Placed]) -> Joined {
    let found = copied_lines(inputs, order);
    let mut joined = Joined { streams: found.streams, ..Joined::default() };
    joined.add([found.joins, keys::unread(inputs, order)].concat(), inputs);
    let witnesses = alerts::witnesses(inputs, order, &joined);
    joined.clocks = hear(inputs, &witnesses, &joined.streams);
    joined
}

/// The copies among the records of logs.
fn copied_lines(inputs: &[Decided], order: &[Placed]) -> lines::Found {
    let facts: Vec<lines::Facts> = inputs.iter().map(role::facts).collect();
    lines::join(order, &facts, |placed| match sketch(inputs, placed) {
        Some(sketch) if sketch.known == Known::Text => {
            lines::Known { same: sketch.same, stands_for: sketch.count }
        }
        _ => lines::Known::default(),
    })
}

/// Compares the clocks of the inputs that tell of alerts.
fn hear(
    inputs: &[Decided],
    witnesses: &alerts::Witnesses,
    streams: &lines::Streams,
) -> clock::heard::Clocks {
    clock::heard::hear(
        &witnesses.list,
        |input| streams.of_input(input),
        |series| trust(inputs, streams, series),
    )
}

/// Finds which alerts are told by many, and which of them repeat.
fn join_alerts(inputs: &[Decided], order: &[Placed], joined: &mut Joined) {
    let witnesses = alerts::witnesses(inputs, order, joined);
    let streams = &joined.streams;
    let heard = hear(inputs, &witnesses, streams);
    let ahead = |input: u32, instant: i64| heard.ahead(streams.of_input(input), instant);
    let clocks = alerts::Clocked { streams, ahead };
    let found = alerts::join(&witnesses, &clocks);
    joined.folds = repeat::repeats(&found.told, &clocks);
    joined.alerts = found.evidence;
    joined.clocks = heard;
    joined.entities = witnesses.entities;
    joined.add(found.joins, inputs);
}

/// Hears what tickets, and what is told of them, say of the clocks.
fn hear_tickets(inputs: &[Decided], tickets: &[text::OfTicket], joined: &mut Joined) {
    let tickets: Vec<_> = tickets.iter().filter_map(|ticket| of_ticket(inputs, ticket)).collect();
    let streams = &joined.streams;
    joined.clocks = std::mem::take(&mut joined.clocks).with_tickets(
        &tickets,
        |input| streams.of_input(input),
        |series| trust(inputs, streams, series),
    );
}

/// An event of a ticket with what its input's clock showed; a day or an hour would match anything.
fn of_ticket(inputs: &[Decided], told: &text::OfTicket) -> Option<clock::heard::Ticket> {
    let tick = inputs[told.at.input as usize].scan.ticks.get(told.at.tick as usize)?;
    let precision = Some(tick.time.precision).filter(|it| *it >= Precision::Minute)?;
    let &text::OfTicket { at, instant, ticket, action, own } = told;
    Some(clock::heard::Ticket { at, time: (instant, precision.nanos()), ticket, action, own })
}

/// What the times of the inputs of a stream are worth: as much as the weakest.
fn trust(inputs: &[Decided], streams: &lines::Streams, series: u32) -> clock::settle::Trust {
    use clock::settle::Trust;
    let of_stream = (0_u32..).zip(inputs).filter(|(input, _)| streams.of_input(*input) == series);
    let worth = of_stream.map(|(_, input)| match input.policy.zone_name() {
        None => Trust::Written,
        Some(_) if input.policy.needs().contains(&Need::Zone) => Trust::Assumed,
        Some(_) if input.policy.zone_basis() == Basis::ZoneInferred => Trust::Assumed,
        Some(_) => Trust::Told,
    });
    worth.min().unwrap_or(Trust::Assumed)
}

/// The sketch of an event.
fn sketch(inputs: &[Decided], placed: &Placed) -> Option<Sketch> {
    inputs[placed.input as usize].scan.sketches.get(placed.tick as usize).copied()
}

/// Reads events before any row is chosen, and gives `of` each; by input, then by place. An input
/// that can no longer be read is told of where its rows are asked for.
pub(crate) fn read<T: Send>(
    inputs: &[Decided],
    wanted: &[Vec<Which>],
    kept: &Kept,
    of: impl Fn(Place, Event) -> T + Sync,
) -> Vec<(Place, T)> {
    let quiet = Progress::new(0, false);
    let told = inputs.par_iter().zip(wanted).enumerate().map(|(number, (input, wanted))| {
        let place = |which| match which {
            Which::Tick(tick) => Some(Place { input: number as u32, tick }),
            Which::Undated(_) => None,
        };
        let of = |which, event| place(which).map(|place| (place, of(place, event)));
        let told = kept.read((number, input), wanted, &quiet, of).unwrap_or_default();
        told.into_iter().filter_map(|(_, told)| told).collect::<Vec<_>>()
    });
    told.collect::<Vec<_>>().into_iter().flatten().collect()
}

/// Makes ids unique in one output: of equal ones, the later gets `-2`, `-3` …
#[derive(Debug, Default)]
pub struct UniqueIds {
    /// The hashes of ids that may occur again: nearly none does, and only those are kept as text.
    again: HashSet<u64>,
    seen: HashMap<String, u64>,
}

impl UniqueIds {
    /// `again` are the hashes of all ids that may occur again.
    pub fn new(again: HashSet<u64>) -> Self {
        Self { again, seen: HashMap::new() }
    }

    /// True where no event has to be looked at.
    pub fn is_idle(&self) -> bool {
        self.again.is_empty()
    }

    /// True where an id with that hash may occur again.
    pub fn is_again(&self, hash: u64) -> bool {
        self.again.contains(&hash)
    }

    /// Numbers the ids of a row; rows come in their order.
    pub fn number(&mut self, event: &mut Event) {
        for source in &mut event.sources {
            if !self.again.contains(&kept::hash(&source.id)) {
                continue;
            }
            let number = self.seen.entry(source.id.0.clone()).or_default();
            *number += 1;
            if *number > 1 {
                source.id.0 = format!("{}-{number}", source.id.0);
            }
        }
    }
}

#[cfg(test)]
mod tests;
