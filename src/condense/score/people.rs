//! Points of what people and trackers do.

use super::Why;
use crate::{
    condense::{
        acts::Acts,
        clue::{Clue, Flags, Step},
    },
    event::Kind,
};

/// Points of what happened to a ticket.
pub(super) fn ticket(clue: &Clue, give: &mut dyn FnMut(Why, i64)) {
    let points = match clue.step {
        Step::Reopened => 300,
        Step::Created | Step::InProgress | Step::Resolved => 250,
        Step::Priority => 200,
        Step::Status | Step::Assigned => 150,
        Step::Closed => 120,
        Step::Comment => 40,
        Step::None | Step::Field => 0,
    };
    give(Why::Ticket(clue.step), points);
}

/// What each act of people is worth, best first.
const ACTS: [(Acts, i64); 12] = [
    (Acts::RESOLVED, 350),
    (Acts::MITIGATED, 330),
    (Acts::RECOVER, 300),
    (Acts::CAUSE, 300),
    (Acts::ACKNOWLEDGE, 300),
    (Acts::ACT, 300),
    (Acts::DECIDE, 250),
    (Acts::DETECT, 240),
    (Acts::INFORM, 200),
    (Acts::SINCE, 150),
    (Acts::INVESTIGATE, 100),
    (Acts::TODO, 60),
];

/// Points of what people do in what they write.
pub(super) fn people(clue: &Clue, give: &mut dyn FnMut(Why, i64)) {
    if !clue.is_human() {
        return;
    }
    // Who writes a timeline by hand does not chat.
    if clue.acts.has(Acts::CHATTER) && clue.kind != Kind::Manual {
        return give(Why::Chatter, -300);
    }
    let mut is_first = true;
    for (act, points) in ACTS.into_iter().filter(|(act, _)| clue.acts.has(*act)) {
        give(Why::Act(act), if is_first { points } else { 30 });
        is_first = false;
    }
    if is_first && clue.kind == Kind::Chat && clue.length <= 10 {
        return give(Why::Chatter, -300);
    }
    if clue.kind == Kind::Manual {
        give(Why::ByHand, 400);
    }
    if clue.flags.has(Flags::STARTER) {
        give(Why::Starter, 50);
    }
    if clue.host != 0 || clue.service != 0 {
        give(Why::Names, 80);
    }
    // Where it is dealt with, what people say tells of it, also in words that nobody foresaw.
    let asks = clue.acts.has(Acts::QUESTION);
    let spoken = if is_first && clue.kind == Kind::Chat && !asks { 50 } else { 0 };
    give(Why::Length, spoken + i64::from(clue.length.min(300)) / 3);
}
