//! Alerts that repeat, folded into the first of them: notifications of a problem that is open, and
//! checks that change to and fro.
//!
//! What repeats was found where the alerts were joined ([`crate::join::repeat`]); here those of its
//! rows that are in the window are folded into the first of them. A row with a mark that the first
//! has not is a milestone and stays, but for the changes in between of a check that flaps.

use std::collections::HashMap;

use super::{Trail, into_run};
use crate::{
    event::Event,
    join::{
        Place,
        repeat::{Fold, Rule},
    },
    text,
    time::SECOND,
};

/// An event's part in what repeats.
struct Part<'f> {
    fold: &'f Fold,
    is_last: bool,
}

/// Folds alerts that repeat; `rows` stand in the total order, each with the place of its first
/// source, and `origin` tells in which row an event is. Gives the number of events folded, and tells
/// the `trail`.
pub fn alerts(
    rows: &mut Vec<(Place, Event)>,
    folds: &[Fold],
    origin: impl Fn(Place) -> Place,
    trail: &mut Trail<'_>,
) -> u64 {
    let parts = parts(folds, origin);
    let mut firsts: HashMap<Place, usize> = HashMap::new();
    let mut kept: Vec<(Place, Event)> = Vec::with_capacity(rows.len());
    let mut folded = 0;
    for (place, event) in rows.drain(..) {
        let Some(part) = parts.get(&place) else {
            kept.push((place, event));
            continue;
        };
        let first = *firsts.entry(part.fold.head).or_insert(kept.len());
        match kept.get_mut(first) {
            Some((head, row)) if part.folds(row, &event) => {
                folded += 1;
                trail(place, *head);
                part.fold(row, event);
            }
            _ => kept.push((place, event)),
        }
    }
    *rows = kept;
    folded
}

/// The part of each event that has one.
fn parts(folds: &[Fold], origin: impl Fn(Place) -> Place) -> HashMap<Place, Part<'_>> {
    let mut parts = HashMap::new();
    for fold in folds {
        let places = std::iter::once(&fold.head).chain(&fold.members);
        for (number, place) in places.enumerate() {
            let part = Part { fold, is_last: number == fold.members.len() };
            parts.entry(origin(*place)).or_insert(part);
        }
    }
    parts
}

impl Part<'_> {
    /// Whether the event is no milestone of its own.
    fn folds(&self, row: &Event, event: &Event) -> bool {
        let between = self.fold.rule == Rule::Flapping && !self.is_last;
        between || event.marks.iter().all(|mark| row.marks.contains(mark))
    }

    fn fold(&self, row: &mut Event, event: Event) {
        let reason = match self.fold.rule {
            Rule::Renotification => "folded: told again while it lasted".to_owned(),
            Rule::Flapping => format!(
                "folded: flapping, went bad {} times, for {} at the longest",
                self.fold.times,
                length(self.fold.longest_bad)
            ),
        };
        if self.fold.rule == Rule::Flapping && !row.reasons.contains(&reason) {
            row.summary = text::summary(&format!("Flapping: {}", row.summary));
        }
        // The row is as bad as the worst of what it stands for.
        row.severity = [row.severity, event.severity].into_iter().flatten().min();
        into_run(row, event, self.fold.rule.word(), &reason);
    }
}

/// A length of time in words: `45 s`, `12 min`, `3 h 5 min`.
fn length(ns: i64) -> String {
    let secs = ns / SECOND;
    match (secs / 3600, secs / 60 % 60) {
        (0, 0) => format!("{secs} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests;
