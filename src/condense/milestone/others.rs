//! The other marks: changes before the start, causes, decisions, communications.

use super::{Candidate, Case, Milestones};
use crate::{
    condense::{
        acts::Acts,
        clue::{Class, Clue, Flags, MINUTE},
    },
    event::Mark,
};

/// How long before the start a change may have brought it about.
const BEFORE: i64 = 60 * MINUTE;
/// How many of each are kept: changes, causes, decisions, communications.
const KEPT: [usize; 4] = [3, 3, 8, 40];

/// The other marks, by time; of each the surest.
pub(super) fn of(case: Case<'_>, found: &Milestones) -> Vec<Candidate> {
    let marks = [Mark::Change, Mark::Cause, Mark::Decision, Mark::Comms];
    let mut others = Vec::new();
    for (mark, kept) in marks.into_iter().zip(KEPT) {
        let sure = |clue: &Clue| {
            let (confidence, why) = match mark {
                _ if clue.marked(mark) => (950, "its source says so"),
                Mark::Change => change(case, found, clue)?,
                _ => said(mark, found, clue)?,
            };
            let (instant, span, place) = (clue.instant, clue.span(), clue.place);
            Some(Candidate { mark, instant, span, earliest: instant, place, why, confidence })
        };
        let of = case.clues.iter().filter_map(sure);
        let mut of: Vec<Candidate> = of.filter(|candidate| case.barred.allows(candidate)).collect();
        of.sort_by_key(|c| (-c.confidence, c.instant, c.place));
        of.truncate(kept);
        others.extend(of);
    }
    others.sort_by_key(|c| (c.instant, c.place, c.mark));
    others
}

/// A change is worth more the nearer to the start it is, and on what failed.
fn change(case: Case<'_>, found: &Milestones, clue: &Clue) -> Option<(i32, &'static str)> {
    let start = found.instant(Mark::Start)?;
    let before = start.saturating_add(MINUTE) - clue.instant;
    let done = clue.flags.has(Flags::CHANGE) || (clue.is_human() && clue.acts.has(Acts::ACT));
    if !done || !(0..=BEFORE + MINUTE).contains(&before) {
        return None;
    }
    let same = |a: u32, b: u32| a != 0 && a == b;
    let failed = |other: &&Clue| other.state == Class::Problem;
    let related = case
        .clues
        .iter()
        .filter(failed)
        .any(|other| same(other.host, clue.host) || same(other.service, clue.service));
    let minutes = (before / MINUTE) as i32;
    let why = if related {
        "last change before the start, of what failed"
    } else {
        "change before the start"
    };
    Some((400 + if related { 250 } else { 0 } + (61 - minutes) * 3, why))
}

/// What people say, within the incident.
fn said(mark: Mark, found: &Milestones, clue: &Clue) -> Option<(i32, &'static str)> {
    let acts = clue.acts;
    let began = found.instant(Mark::Start).or(found.instant(Mark::Detected));
    if began.is_some_and(|began| clue.instant < began) {
        return None;
    }
    let over = found.instant(Mark::Resolved).is_some_and(|over| clue.instant > over);
    let outward = clue.flags.has(Flags::OUTWARD);
    match mark {
        Mark::Cause if clue.is_human() && acts.has(Acts::CAUSE) => {
            let doubt = if acts.has(Acts::VETOED) { 150 } else { 0 };
            Some((500 - doubt, "a cause is named"))
        }
        Mark::Decision if clue.is_human() && acts.has(Acts::DECIDE) && !over => {
            Some((500, "something is decided"))
        }
        Mark::Comms if outward => Some((700, "addressed to customers")),
        Mark::Comms if clue.is_human() && acts.has(Acts::INFORM) => Some((500, "others are told")),
        _ => None,
    }
}
