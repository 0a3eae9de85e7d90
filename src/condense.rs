//! Condense: from all events to the rows that a human timeline would hold.
//!
//! A first and simple choice, made on sketches before any text is read: what people wrote (mail,
//! chat, tickets), what monitoring said, what was changed, and from logs warnings and worse or
//! what bears a mark. Quiet records are left out. Then log events that repeat are folded into the
//! first of them. Every kept event says why; what is left out or folded is counted. `--all` keeps
//! everything and folds nothing.

mod alerts;

use std::{collections::HashMap, sync::Arc};

pub use alerts::alerts;

use crate::{
    event::{Event, Kind, Severity, Source},
    join::Place,
    reader::Sketch,
    time::SECOND,
};

/// Longest silence between two log events that still are one run, in nanoseconds.
const RUN_GAP: i64 = 600 * SECOND;

/// Why the last event of a run is a source of its row.
const FOLDED: &str = "folded:repeat";
/// What a row that such events are folded into says of it.
const ALIKE: &str = "folded: repeats with less than 10 minutes between";

/// Why an event is a row; none where it is left out.
pub fn reason(sketch: Sketch) -> Option<&'static str> {
    if sketch.quiet() {
        return None;
    }
    if sketch.marked() {
        return Some("milestone");
    }
    match sketch.kind() {
        Kind::Email => Some("mail"),
        Kind::Chat => Some("chat"),
        Kind::Ticket => Some("ticket"),
        Kind::Alert => Some("alert"),
        Kind::Change => Some("change"),
        Kind::Manual => Some("written by hand"),
        Kind::Log => {
            let severity = sketch.severity().filter(|severity| *severity <= Severity::Warning);
            severity.map(|_| "warning or worse")
        }
    }
}

/// The same for an event that is read already.
pub fn reason_of(event: &Event) -> Option<&'static str> {
    reason(Sketch::new(event.kind, event.severity, event.quiet, !event.marks.is_empty()))
}

/// What repeats: the same log, host, service and severity, and a text that differs in its numbers
/// at most.
#[derive(PartialEq, Eq, Hash)]
struct Alike {
    path: Arc<str>,
    host: Option<String>,
    service: Option<String>,
    severity: Option<Severity>,
    text: String,
}

impl Alike {
    fn of(event: &Event) -> Option<Self> {
        let plain = event.kind == Kind::Log && event.marks.is_empty();
        plain.then(|| Self {
            path: event.sources[0].path.clone(),
            host: event.host.clone(),
            service: event.service.clone(),
            severity: event.severity,
            text: without_numbers(&event.summary),
        })
    }
}

/// Every run of digits as one `#`.
fn without_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match (c.is_ascii_digit(), out.ends_with('#')) {
            (true, true) => {}
            (true, false) => out.push('#'),
            (false, _) => out.push(c),
        }
    }
    out
}

/// What is told of each row that is folded: its place, and that of the row which stands for it.
pub type Trail<'t> = dyn FnMut(Place, Place) + 't;

/// Folds log events that repeat into the first of their run; `rows` stand in the total order, each
/// with the place of its first source. Gives the number of events folded, and tells the `trail`.
pub fn fold(rows: &mut Vec<(Place, Event)>, trail: &mut Trail<'_>) -> u64 {
    let mut open: HashMap<Alike, (usize, i64)> = HashMap::new();
    let mut kept: Vec<(Place, Event)> = Vec::with_capacity(rows.len());
    let mut folded = 0;
    for (place, event) in rows.drain(..) {
        let (Some(alike), Some(instant)) = (Alike::of(&event), event.stamp.instant) else {
            kept.push((place, event));
            continue;
        };
        match open.get_mut(&alike) {
            Some((at, last)) if instant.0 - *last <= RUN_GAP => {
                *last = instant.0;
                folded += 1;
                let (head, row) = &mut kept[*at];
                trail(place, *head);
                into_run(row, event, FOLDED, ALIKE);
            }
            _ => {
                open.insert(alike, (kept.len(), instant.0));
                kept.push((place, event));
            }
        }
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
