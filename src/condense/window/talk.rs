//! Talk: what people write, and which incident it is about.
//!
//! Takes the signals; tells which rooms speak of an incident. A room is none's by itself: everybody
//! posts in `random`, and all alerts go to `alerts`. It speaks of an incident if people say much
//! more there while it lasts than at other times, or if what they say names whom it is about. A mail
//! or a ticket by itself speaks of it if it reports trouble while it lasts.

use std::collections::BTreeMap;

use crate::{
    condense::{
        acts::Acts,
        clue::{Clue, Flags, HOUR, MINUTE, Step},
        signals::Signals,
    },
    event::Kind,
};

/// What is said so long before the first sign may be of it.
const BEFORE: i64 = 15 * MINUTE;
/// What is said so long after the last sign may be of it.
const AFTER: i64 = HOUR;
/// Messages that a room has at least to be one of an incident.
const SOME: i64 = 3;
/// How many times more is said there than at other times.
const MORE: i64 = 4;

/// Who says when in which room.
#[derive(Debug, Default)]
pub(super) struct Talk {
    /// By room: the instants of what people say, in their order.
    rooms: BTreeMap<u32, Vec<i64>>,
    /// Length of the evidence, in ns.
    length: i64,
}

impl Talk {
    pub(super) fn of(signals: &Signals) -> Self {
        let mut rooms: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
        for clue in signals.notable.iter().filter(|clue| clue.room != 0 && is_talk(clue)) {
            rooms.entry(clue.room).or_default().push(clue.instant);
        }
        let from = signals.streams.values().map(|cover| cover.from).min().unwrap_or(0);
        let to = signals.streams.values().map(|cover| cover.to).max().unwrap_or(0);
        Self { rooms, length: (to - from).max(1) }
    }

    /// Whether people say much more in a room from `start` to `end` than at other times.
    pub(super) fn is_gathered(&self, room: u32, start: i64, end: i64) -> bool {
        let (from, to) = (start - BEFORE, end + AFTER);
        let Some(all) = self.rooms.get(&room) else { return false };
        let before = |at: i64| all.partition_point(|said| *said < at);
        let inside = (before(to) - before(from)) as i64;
        let outside = all.len() as i64 - inside;
        let (long, rest) = ((to - from) / MINUTE, (self.length / MINUTE - (to - from) / MINUTE));
        inside >= SOME && (outside == 0 || inside * rest.max(1) >= MORE * outside * long)
    }
}

/// A comment by which somebody does something about it.
fn is_comment(clue: &Clue) -> bool {
    let does = Acts::ACKNOWLEDGE | Acts::CAUSE | Acts::DECIDE | Acts::ACT | Acts::RECOVER;
    clue.step == Step::Comment && clue.acts.has(does) && !clue.acts.has(Acts::CHATTER)
}

/// Whether somebody does something in it: what else is said is said every day.
fn is_talk(clue: &Clue) -> bool {
    let does = clue.acts.has(Acts::ALL) && !clue.acts.has(Acts::CHATTER);
    clue.kind == Kind::Chat && clue.is_human() && does
}

/// Whether that, by itself, reports trouble while an incident lasts: a mail that answers nothing, a
/// ticket that is opened, what customers are told.
pub(super) fn reports(clue: &Clue, start: i64, end: i64) -> bool {
    if !(start - BEFORE..=end + AFTER).contains(&clue.instant) {
        return false;
    }
    let talks = !clue.acts.has(Acts::CHATTER);
    let sees = clue.acts.has(Acts::DETECT) && talks;
    let soon = clue.instant <= start + BEFORE;
    let told = match clue.kind {
        // "We have changed nothing" is written by those who see trouble.
        Kind::Email => clue.is_human() && (sees || clue.acts.has(Acts::VETOED) && talks),
        Kind::Chat => clue.is_human() && sees && soon,
        Kind::Ticket => clue.step == Step::Created && sees || is_comment(clue),
        _ => false,
    };
    told && clue.instant <= end || clue.flags.has(Flags::OUTWARD)
}
