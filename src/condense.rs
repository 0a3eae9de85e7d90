//! Condense: from all events to the rows that a human timeline would hold.
//!
//! Takes what the scan knows of every event (sketches) and the text of what people and trackers
//! wrote; gives the rows, each with its reasons, and the milestones among them. On the way: what each
//! event tells ([`clue`], [`facts`], [`acts`], [`template`]), what stands out ([`signals`]), the
//! incident and its window ([`window`]), points ([`score`]), the choice ([`select`]), milestones
//! ([`milestone`]) and what they measure ([`metrics`]). All is whole numbers, so the same on every
//! machine and for any number of threads. What is told again is folded into the row of the first.
//! `--all` keeps everything and folds nothing.

pub mod acts;
mod alerts;
pub mod clue;
pub mod facts;
pub mod fixed;
pub mod metrics;
pub mod milestone;
pub mod score;
pub mod select;
pub mod signals;
pub mod template;
pub(crate) mod threads;
pub mod window;

pub use alerts::alerts;

use std::collections::{HashMap, HashSet};

use crate::{
    event::{Event, Kind, Severity, Source},
    join::Place,
};

/// Why the last event of a run is a source of its row.
const FOLDED: &str = "folded:repeat";
/// What a row that such events are folded into says of it.
const ALIKE: &str = "folded: told again";

/// Why an event without an instant is listed; none where it is left out.
pub fn reason_of_undated(event: &Event) -> Option<&'static str> {
    if event.quiet {
        return None;
    }
    if !event.marks.is_empty() {
        return Some("milestone");
    }
    match event.kind {
        Kind::Email => Some("mail"),
        Kind::Chat => Some("chat"),
        Kind::Ticket => Some("ticket"),
        Kind::Alert => Some("alert"),
        Kind::Change => Some("change"),
        Kind::Manual => Some("written by hand"),
        Kind::Log => {
            let severity = event.severity.filter(|severity| *severity <= Severity::Warning);
            severity.map(|_| "warning or worse")
        }
    }
}

/// What is told of each row that is folded: its place, and that of the row which stands for it.
pub type Trail<'t> = dyn FnMut(Place, Place) + 't;

/// Folds rows into others; `rows` stand in the total order, each with the place of its first source,
/// and `into` names the row that tells an event, too. Gives the number of events folded, and tells
/// the `trail`.
pub fn fold(
    rows: &mut Vec<(Place, Event)>,
    into: impl Fn(Place) -> Option<Place>,
    trail: &mut Trail<'_>,
) -> u64 {
    let present: HashSet<Place> = rows.iter().map(|(place, _)| *place).collect();
    // Where the first could not be read, the next stands for itself.
    let head_of = |place: Place| into(place).filter(|head| present.contains(head));
    let (told, mut kept): (Vec<_>, Vec<_>) =
        std::mem::take(rows).into_iter().partition(|(place, _)| head_of(*place).is_some());
    let at: HashMap<Place, usize> =
        kept.iter().enumerate().map(|(at, (place, _))| (*place, at)).collect();
    let mut folded = 0;
    for (place, event) in told {
        let head = head_of(place).and_then(|head| Some((head, *at.get(&head)?)));
        let Some((head, at)) = head else { continue };
        folded += 1;
        trail(place, head);
        into_run(&mut kept[at].1, event, FOLDED, ALIKE);
    }
    *rows = kept;
    folded
}

/// A folded row has its first event's sources and the last event's first one.
fn into_run(row: &mut Event, event: Event, why: &str, reason: &str) {
    row.count = Some(row.count.unwrap_or(1) + event.count.unwrap_or(1));
    row.time_end = row.time_end.max(event.time_end.or(event.stamp.instant));
    if !row.reasons.iter().any(|known| known == reason) {
        row.reasons.push(reason.to_owned());
    }
    let folded = |source: &Source| source.why.as_deref().is_some_and(|w| w.starts_with("folded:"));
    row.sources.retain(|source| !folded(source));
    row.sources.extend(event.sources.into_iter().take(1).map(|mut source| {
        source.why = Some(why.to_owned());
        source
    }));
}

#[cfg(test)]
mod tests;
