//! Talk: notices, silences, promises and deliveries.

use super::{Case, End, Metric, Value, is_outward};
use crate::{
    condense::{
        acts::Acts,
        clue::{Clue, MINUTE},
    },
    event::Mark,
};

/// How much later than promised an update still is in time.
const GRACE: i64 = MINUTE;

/// The metrics of communication.
pub(super) fn of(case: &Case<'_>) -> Vec<Metric> {
    let detected = case.mark(Mark::Detected);
    let internal = |clue: &Clue| {
        let told = Acts::INFORM | Acts::ACKNOWLEDGE;
        let since = case.found.instant(Mark::Detected).is_none_or(|at| clue.instant >= at);
        since && clue.is_human() && !is_outward(clue) && clue.acts.has(told)
    };
    let began = case.found.instant(Mark::Start).or(case.found.instant(Mark::Detected));
    let outward = |clue: &Clue| is_outward(clue) && began.is_none_or(|at| clue.instant >= at);
    vec![
        Metric::between(
            "first internal notice",
            "from detected to the first message to staff that somebody is on it or tells others",
            detected,
            case.first(internal, "a notice to staff"),
        ),
        Metric::between(
            "first customer notice",
            "from detected to the first message to customers or on the status page",
            detected,
            case.first(outward, "a notice to customers"),
        ),
        silence(
            case,
            "longest silence among staff",
            "longest time from detected to resolved in which nobody wrote of it, both edges counted",
            |clue| clue.is_human() && !is_outward(clue) && !clue.acts.has(Acts::CHATTER),
        ),
        silence(
            case,
            "longest silence towards customers",
            "longest time from detected to resolved without a message to customers, both edges counted",
            is_outward,
        ),
        promises(case),
        delay(case),
    ]
}

/// The longest gap between the updates within the incident.
fn silence(
    case: &Case<'_>,
    name: &'static str,
    definition: &'static str,
    is_update: impl Fn(&Clue) -> bool,
) -> Metric {
    let edges = (case.mark(Mark::Detected), case.mark(Mark::Resolved));
    let (Ok(first), Ok(last)) = edges else {
        return Metric::between(name, definition, edges.0, edges.1);
    };
    let within = |clue: &&Clue| (first.instant..=last.instant).contains(&clue.instant);
    let updates: Vec<End> =
        case.clues.iter().filter(within).filter(|c| is_update(c)).map(|c| case.end(c)).collect();
    if updates.is_empty() {
        return Metric::between(name, definition, Ok(first), Err("any update"));
    }
    let mut ends = vec![first];
    ends.extend(updates);
    ends.push(last);
    let longest = ends.windows(2).rev().max_by_key(|pair| pair[1].instant - pair[0].instant);
    match longest {
        Some([from, to]) => Metric::between(name, definition, Ok(*from), Ok(*to)),
        _ => Metric::between(name, definition, Ok(first), Ok(last)),
    }
}

/// Promises of the next update, kept or missed.
fn promises(case: &Case<'_>) -> Metric {
    let name = "update promises";
    let definition = "promises of the next update: kept where one to the same readers came by then";
    let (mut kept, mut missed, mut open) = (0, 0, 0);
    let mut first = None;
    for promise in case.promises {
        let Some(at) = case.clues.iter().position(|clue| clue.place == promise.by) else {
            continue;
        };
        let by = &case.clues[at];
        let limit = promise.due + promise.span.max(1) - 1 + GRACE;
        let after = &case.clues[at + 1..];
        let update = after.iter().find(|clue| clue.instant > by.instant && answers(clue, by));
        let ended = after.last().is_none_or(|clue| clue.instant < promise.due);
        match update {
            Some(clue) if clue.instant <= limit => kept += 1,
            None if ended => open += 1,
            _ => {
                missed += 1;
                first = first.or(Some(case.end(by)));
            }
        }
    }
    let value = if kept + missed + open == 0 {
        Value::NotRecorded("any promise")
    } else {
        Value::Promises { kept, missed, open }
    };
    Metric::plain(name, definition, value, first)
}

/// Whether an event is an update to the readers of a promise.
fn answers(clue: &Clue, promise: &Clue) -> bool {
    if is_outward(promise) {
        return is_outward(clue);
    }
    let same = |a: u32, b: u32| a != 0 && a == b;
    let there = same(clue.room, promise.room) || same(clue.thread, promise.thread);
    let tells = Acts::ALL | Acts::PROMISE;
    there && clue.is_human() && !clue.acts.has(Acts::QUESTION) && clue.acts.has(tells)
}

/// How long the slowest notice to customers took to be delivered.
fn delay(case: &Case<'_>) -> Metric {
    let name = "slowest delivery of a notice";
    let definition = "longest time from sending to delivery among messages to customers";
    let notices = case.clues.iter().filter(|clue| is_outward(clue));
    let slowest = notices
        .filter_map(|clue| Some(((case.delay)(clue.place)?, clue)))
        .max_by_key(|(delay, clue)| (*delay, std::cmp::Reverse(clue.turn())));
    let Some((length, clue)) = slowest else {
        return Metric::plain(name, definition, Value::NotRecorded("any delivery"), None);
    };
    let span = clue.span() - 1;
    let value = Value::Lasted {
        length: length.max(0),
        least: length.saturating_sub(span).max(0),
        most: length.saturating_add(span).max(0),
    };
    Metric::plain(name, definition, value, Some(case.end(clue)))
}
