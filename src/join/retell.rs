//! Retellings: the alert's log line, its mail, the bot's post and the ticket's first line are one
//! event, told by many.
//!
//! Takes [witnesses](Witness) and what is known of their inputs; gives which event tells what
//! another one has told first ([`Join`]), and the events that are left, each with what its witnesses
//! say together ([`Told`]).
//!
//! Witnesses of one entity and one side are put in order input by input, as news travels, by
//! [alignment](super::align::align). An input tells an event once, so at most one of its own is in an
//! event. Then those that name a host only, or a service only, are put to the whole ones, where only
//! one can be meant. Contradicting hosts, services and states veto: a duplicate is better than two
//! events in one row. Blocks are solved in parallel; the order of the witnesses, the numbers of
//! their entities and the threads do not matter.

mod attach;
mod event;

use std::collections::HashSet;

use rayon::prelude::*;

use super::{
    Place,
    align::{Reach, align},
    witness::{Entity, Inputs, Rank, Side, Witness},
};
use crate::time::SECOND;
use event::{Event, Telling};

/// How much an event of a later rank may lie before one of an earlier rank: what clocks differ, and
/// checks that are logged when they end.
const EARLY: i64 = 20 * SECOND;
/// How much it may lie after.
const LATE: i64 = 120 * SECOND;
/// How much a mail may lie after: queues and greylisting.
const MAIL_LATE: i64 = 900 * SECOND;
/// Within this time a monitoring's own log tells an alert again when it notifies.
const ECHO: i64 = 5 * SECOND;
/// What is further apart than this never is one: the longest of these, and a minute for times that
/// are written without seconds.
const APART: i64 = MAIL_LATE + 60 * SECOND;

/// One event tells what another one has told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Join {
    /// The event that stands for all: of the lowest rank, and the earliest of these.
    pub origin: Place,
    /// The event that tells the same.
    pub member: Place,
    /// The host and service that both name.
    pub key: Entity,
    /// Nanoseconds by which the member's clock was ahead of the origin's, as it was known.
    pub offset_ns: i64,
    /// Nanoseconds from the origin's instant to the member's, as both clocks showed.
    pub apart_ns: i64,
}

/// An event after joining.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its instant on the common clock, in nanoseconds since 1970 UTC.
    pub at: i64,
    /// The origin, with the entity and the state that all witnesses tell together.
    pub witness: Witness,
    /// Witnesses.
    pub count: u32,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retold {
    /// Every join, sorted by origin and member. An event is a member once, and no member is an
    /// origin.
    pub joins: Vec<Join>,
    /// Every event that witnesses tell, sorted by instant on the common clock, input and tick.
    pub told: Vec<Told>,
}

/// Joins what tells the same. Witnesses that [tell](Witness::tells) nothing are passed over.
pub fn retell(witnesses: &[Witness], inputs: &impl Inputs) -> Retold {
    let mut tellings: Vec<Telling> =
        witnesses.par_iter().filter_map(|witness| Telling::of(*witness, inputs)).collect();
    tellings
        .par_sort_unstable_by_key(|telling| (telling.block(), telling.at, telling.witness.turn()));
    let checks = HostChecks::of(&tellings);
    let blocks: Vec<&[Telling]> =
        tellings.chunk_by(|a, b| a.block() == b.block() && b.at - a.at <= APART).collect();
    let events: Vec<Event> = blocks.into_par_iter().flat_map_iter(in_block).collect();
    let events = attach::by_host(events, &checks);
    let events = attach::by_service(events);
    let mut joins: Vec<Join> = events.par_iter().flat_map_iter(Event::joins).collect();
    let mut told: Vec<Told> = events.par_iter().map(Event::told).collect();
    joins.par_sort_unstable();
    told.par_sort_unstable_by_key(|told| (told.at, told.witness.place()));
    Retold { joins, told }
}

/// The reach of a pair whose first is not of a higher rank than the second. Only a log or a
/// monitoring is there when it happens; of two others neither is told by the other, and either may
/// be first.
fn reach(first: &Witness, second: &Witness) -> Reach {
    let same = first.rank == second.rank;
    let early = if same || first.rank > Rank::Monitoring { LATE } else { EARLY };
    let late = if second.rank == Rank::Mail && !same { MAIL_LATE } else { LATE };
    Reach { early, late }
}

/// The events of one block: tellings of one entity and side.
fn in_block(block: &[Telling]) -> Vec<Event> {
    let mut lists = block.to_vec();
    lists.sort_unstable_by_key(Telling::list);
    let mut events: Vec<Event> = Vec::with_capacity(block.len());
    let mut echoes: Vec<Event> = Vec::new();
    for list in lists.chunk_by(|a, b| (a.witness.rank, a.series) == (b.witness.rank, b.series)) {
        let (news, again) = heard_once(list);
        tell_again(&mut events, &news);
        echoes.extend(again.into_iter().map(Event::echo));
    }
    events.append(&mut echoes);
    events
}

/// What is news in the list of one input, and what only follows at once: a monitoring logs the alert
/// and then the notification of each who is on duty. Others tell of the alert, not of these. Mails
/// and posts come late, so two at once may be of two alerts.
fn heard_once(list: &[Telling]) -> (Vec<Telling>, Vec<Telling>) {
    let mut last: Option<&Telling> = None;
    list.iter().partition(|telling| {
        let echoes = last.is_some_and(|last| {
            telling.witness.rank <= Rank::Monitoring
                && telling.at - last.at <= ECHO
                && !telling.witness.state.contradicts(last.witness.state)
        });
        if !echoes {
            last = Some(telling);
        }
        !echoes
    })
}

/// Puts the tellings of one input to the events known so far, both in the order of their instants.
fn tell_again(events: &mut Vec<Event>, list: &[Telling]) {
    let (Some(first), Some(last)) = (list.first(), list.last()) else { return };
    let from = events.partition_point(|event| event.at() < first.at - APART);
    let to = events.partition_point(|event| event.at() <= last.at + APART);
    let near = &mut events[from..to];
    let one: Vec<i64> = near.iter().map(Event::at).collect();
    let other: Vec<i64> = list.iter().map(|telling| telling.at).collect();
    let wide = Reach { early: APART, late: APART };
    let pairs = align(&one, &other, wide, |event, telling| near[event].gain_of(&list[telling]));
    let mut alone: Vec<Event> = Vec::new();
    let mut pairs = pairs.into_iter().peekable();
    for (at, telling) in list.iter().enumerate() {
        match pairs.next_if(|pair| pair.1 == at) {
            Some((event, _)) => near[event].add(*telling),
            None => alone.push(Event::new(*telling)),
        }
    }
    if !alone.is_empty() {
        events.append(&mut alone);
        // Two sorted runs: the stable sort merges them.
        events.sort_by_key(Event::turn);
    }
}

/// Inputs that name services. Where such an input names a host alone, it speaks of the host itself:
/// it is down, whatever its services do.
struct HostChecks(HashSet<u32>);

impl HostChecks {
    fn of(tellings: &[Telling]) -> Self {
        let whole = tellings.iter().filter(|telling| telling.witness.entity.whole());
        Self(whole.map(|telling| telling.series).collect())
    }

    /// Whether one of an event's witnesses speaks of the host itself.
    fn hold(&self, event: &Event) -> bool {
        let alone = |telling: &Telling| telling.witness.entity.service == 0;
        event.tellings().any(|telling| alone(telling) && self.0.contains(&telling.series))
    }
}

/// What must be the same of all tellings in a block.
type Block = (Entity, Side);

#[cfg(test)]
mod tests;
