//! Sought: the event of an edit, or what is likest to it.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashSet},
};

use super::Edit;
use crate::{
    event::{Event, Id},
    join::Place,
    time::SECOND,
};

/// What a successor has in common with what it succeeds, in 1/1000.
const ALIKE: usize = 500;
/// The same of what is no further away than [`NEAR`].
const ALIKE_AND_NEAR: usize = 250;
/// So near is at the same time, in ns: a time may have been mended since.
const NEAR: u64 = 60 * SECOND as u64;
/// Without words a successor is sought no further away than this, in ns.
const FARTHEST: u64 = 3600 * SECOND as u64;
/// What an event of the same native key is worth: more than any likeness.
const SAME_KEY: usize = 2000;

/// What has an id that is sought.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Hit {
    instant: Option<i64>,
    /// The row that tells it; none for what has no instant.
    row: Option<Place>,
    id: String,
    own: Option<Place>,
}

/// What an edit's event turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// An event that is told by the row of `row`.
    Dated { row: Place, own: Place },
    /// An event without an instant, by its id.
    Undated(String),
}

/// An edit whose event is sought.
pub(super) struct Sought<'i> {
    pub(super) edit: &'i Edit,
    /// The words of what it said, where a successor can be found by them.
    was: HashSet<String>,
    hits: Vec<Hit>,
    /// What is likest to what it named: how much so, how near in time, id and text.
    near: Option<(usize, Reverse<u64>, String, String)>,
    is_settled: bool,
}

/// An event that may be one that is sought.
pub(super) struct Seen {
    pub(super) instant: Option<i64>,
    pub(super) id: String,
    summary: String,
    record: Option<String>,
}

impl Seen {
    pub(super) fn of(event: Event) -> Self {
        let instant = event.stamp.instant.map(|instant| instant.0);
        let source = event.sources.into_iter().next();
        let (id, record) = source.map(|source| (source.id.0, source.record)).unwrap_or_default();
        Self { instant, id, summary: event.summary, record }
    }
}

impl<'i> Sought<'i> {
    pub(super) fn of(edit: &'i Edit) -> Self {
        let was = edit.was.as_deref().map(words).unwrap_or_default();
        Self { edit, was, hits: Vec::new(), near: None, is_settled: false }
    }

    /// Whether no more has to be looked at: a whole id is found once; how one begins may fit several.
    pub(super) fn is_found(&self, is_read: bool) -> bool {
        self.is_settled || !is_read && !self.hits.is_empty() && self.edit.id.len() >= Id::WHOLE
    }

    /// What was read is looked at: what was found there by an id as tables show it is meant.
    pub(super) fn settle(&mut self) {
        self.is_settled = !self.hits.is_empty() && self.edit.id.len() >= Id::SHOWN;
    }

    /// Looks at an event; `row` and `own` are none where it has no instant.
    pub(super) fn see(&mut self, seen: &Seen, row: Option<Place>, own: Option<Place>, last: bool) {
        if names(&self.edit.id, &seen.id) {
            let hit = Hit { instant: seen.instant, row, id: seen.id.clone(), own };
            if !self.hits.contains(&hit) {
                self.hits.push(hit);
            }
        } else if last && let Some(near) = self.likeness(seen) {
            let near = (near.0, near.1, seen.id.clone(), seen.summary.clone());
            let is_nearer = |known: &(usize, Reverse<u64>, String, String)| {
                (near.0, near.1) > (known.0, known.1)
            };
            if self.near.as_ref().is_none_or(is_nearer) {
                self.near = Some(near);
            }
        }
    }

    /// How like an event is to what was edited, where it may be its successor.
    fn likeness(&self, seen: &Seen) -> Option<(usize, Reverse<u64>)> {
        let apart = self.edit.at.zip(seen.instant).map(|(at, instant)| at.0.abs_diff(instant));
        let distance = Reverse(apart.unwrap_or(u64::MAX));
        if self.edit.record.is_some() && self.edit.record == seen.record {
            return Some((SAME_KEY, distance));
        }
        if self.was.is_empty() {
            return apart.filter(|apart| *apart <= FARTHEST).map(|_| (0, distance));
        }
        let text = words(&seen.summary);
        let both = self.was.intersection(&text).count();
        let alike = 1000 * both / (self.was.len() + text.len() - both).max(1);
        let is_near = apart.is_some_and(|apart| apart <= NEAR);
        let least = if is_near { ALIKE_AND_NEAR } else { ALIKE };
        (alike >= least).then_some((alike, distance))
    }

    /// Its event; else why there is none.
    pub(super) fn found(&self) -> Result<Found, String> {
        let id = &self.edit.id;
        let mut hits: Vec<&Hit> = self.hits.iter().collect();
        hits.sort_unstable_by_key(|hit| (hit.instant.is_none(), hit.instant, hit.row, hit.own));
        let ids: BTreeSet<&str> = hits.iter().map(|hit| hit.id.as_str()).collect();
        if ids.len() > 1 {
            let ids: Vec<&str> = ids.into_iter().take(4).collect();
            return Err(format!(
                "{id}: several events have an id that begins so: {}",
                ids.join(", ")
            ));
        }
        // Of rows with one id, the second of an output bears `-2`; copies of one record are one row.
        let mut rows = hits.clone();
        rows.dedup_by_key(|hit| (hit.instant, hit.row));
        let number = Id::numbered(id).1.saturating_sub(1);
        if let Some(first) = rows.get(number).or(rows.first()) {
            let (Some(row), Some(own)) = (first.row, first.own) else {
                return Ok(Found::Undated(first.id.clone()));
            };
            // Of copies, one that is joined to the row is meant rather than the row itself.
            let member = hits.iter().filter(|hit| hit.row == first.row);
            let member = member.filter_map(|hit| hit.own).find(|own| *own != row);
            return Ok(Found::Dated { row, own: member.unwrap_or(own) });
        }
        let hint = match &self.near {
            Some((SAME_KEY, _, near, text)) => {
                format!("; the likeliest successor has its key and is {near}: {text:?}")
            }
            Some((_, _, near, text)) => format!("; the likeliest successor is {near}: {text:?}"),
            None if self.was.is_empty() && self.edit.at.is_none() => {
                "; a `was` with its text, or an `at` with its time, would let a successor be found"
                    .to_owned()
            }
            None => "; nothing says what it said".to_owned(),
        };
        Err(format!("{id}: no event of the evidence has this id{hint}"))
    }
}

fn words(text: &str) -> HashSet<String> {
    let text = text.to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether what the lead wrote names that id: it, or how it begins; what made it unique in an output
/// does not count.
pub(super) fn names(told: &str, id: &str) -> bool {
    id.starts_with(Id::numbered(told).0)
}
