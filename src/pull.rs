//! Pull: the edits of a rendered timeline, read back into the incident file.
//!
//! Takes a table that somebody edited (Markdown or CSV, as `rfo timeline` writes them) and what the
//! run says now, read by the same reader ([`table`]); gives what the incident file has to say so that
//! the next run says the same ([`Change`]). Rows are known by their ids; a row without one is the
//! lead's own. What evidence tells cannot be edited: a time stays the evidence's.

mod change;
mod passes;
pub mod table;

use std::collections::HashSet;

pub use change::{Change, Own, PullError, Was, changed};
pub use passes::{Edited, Outcome, passes};

use crate::{
    condense::milestone::ORDER,
    event::{Id, Mark},
    incident::{Deed, Edit, Incident},
    render::page::MADE_BY,
};
use table::{Row, Table};

/// What a table says otherwise than the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pulled {
    /// What makes the run say the same.
    pub changes: Vec<Change>,
    /// What cannot be taken over: 1-based line of the table, and why.
    pub left: Vec<(u64, String)>,
    /// Rows of the run that the table does not have, and that are not hidden: id and text.
    pub missing: Vec<(String, String)>,
    /// Milestones that stand on another row, or on none.
    moved: Vec<Mark>,
}

/// Compares a table that was edited with that of the run. Rows that it does not have are hidden if
/// `hide` says so.
pub fn pull(edited: &Table, run: &Table, incident: &Incident, hide: bool) -> Pulled {
    let mut pulled = Pulled::default();
    pulled.milestones(edited, run);
    let mut seen: HashSet<usize> = HashSet::new();
    let mut milestones: HashSet<&str> = HashSet::new();
    for row in &edited.rows {
        let is_own = |at: usize, other: &Row| match &other.id {
            Some(known) if !seen.contains(&at) => {
                // The lead's own row, as it was taken over before: its id follows what it says.
                let is_written =
                    |number: usize| own(row, None).is_ok_and(|own| own.is(&incident.rows[number]));
                // Or a row whose id was lost.
                let is_bare = row.id.is_none();
                row.is_same(other)
                    || is_bare && (&row.time, &row.text) == (&other.time, &other.text)
                    || number_of(incident, known).is_some_and(is_written)
            }
            _ => false,
        };
        let known = run.rows.iter().enumerate().find(|(at, known)| is_own(*at, known));
        seen.extend(known.map(|(at, _)| at));
        let marks = row.marks.iter().flatten().map(String::as_str);
        let again = marks.filter(|mark| is_milestone(mark) && !milestones.insert(mark)).last();
        if let Some(mark) = again {
            let reason = format!("{mark} stands on a row above, too; an incident has one");
            pulled.left.push((row.line, reason));
            continue;
        }
        match (&row.id, known) {
            (Some(id), Some((_, known))) => pulled.row(id, row, known, incident),
            (Some(id), None) => pulled.not_shown(id, row, incident),
            (None, Some((_, known))) => {
                let id = known.id.as_deref().unwrap_or_default();
                pulled.row(id, row, known, incident);
            }
            (None, None) => match own(row, None) {
                Ok(own) => pulled.changes.push(Change::AddRow(own)),
                Err(reason) => pulled.left.push((row.line, reason)),
            },
        }
    }
    for (_, row) in run.rows.iter().enumerate().filter(|(at, _)| !seen.contains(at)) {
        let Some(id) = &row.id else { continue };
        match number_of(incident, id) {
            Some(number) if hide => pulled.changes.push(Change::DropRow(number)),
            None if hide => pulled.changes.push(Change::Hide(id.clone())),
            _ => pulled.missing.push((id.clone(), row.text.clone())),
        }
    }
    pulled
}

/// Whether a document is of that run: of the same evidence, by the same rules, at the same level. Only
/// then a row that is not there was deleted.
pub fn is_of(edited: &Table, run: &Table) -> bool {
    let made = |line: &&str| line.contains(MADE_BY);
    let of = run.head.lines().find(made).and_then(|line| Some(line.split_once(", from ")?.1));
    let level = run.head.split_once("(level ").and_then(|(_, rest)| rest.split([',', ';']).next());
    let says = |text: &str| edited.head.contains(text);
    of.is_some_and(says) && level.is_none_or(|level| says(&format!("(level {level}")))
}

fn is_milestone(word: &str) -> bool {
    Mark::named(word).is_ok_and(|mark| ORDER.contains(&mark))
}

/// The number of the row that the lead wrote under that id.
fn number_of(incident: &Incident, id: &str) -> Option<usize> {
    incident.rows.iter().position(|row| Id::is_same(&row.id().0, id))
}

impl Pulled {
    /// Which milestones stand elsewhere than in the run; one that stands nowhere the incident has not.
    fn milestones(&mut self, edited: &Table, run: &Table) {
        let has_column = edited.rows.iter().any(|row| row.marks.is_some());
        for mark in ORDER.into_iter().filter(|_| has_column) {
            let is_marked = |row: &&Row| row.marks.iter().flatten().any(|word| word == mark.word());
            let known: Vec<&Row> = run.rows.iter().filter(is_marked).collect();
            let own: Vec<&Row> = edited.rows.iter().filter(is_marked).collect();
            if known.is_empty() {
                continue;
            }
            if own.is_empty() {
                self.changes.push(Change::Absent(mark));
            }
            if !known.iter().any(|row| own.iter().any(|own| own.is_same(row))) {
                self.moved.push(mark);
            }
        }
    }

    /// A row that stands in both.
    fn row(&mut self, id: &str, row: &Row, known: &Row, incident: &Incident) {
        if let Some(number) = number_of(incident, id) {
            return self.written(number, row, known);
        }
        if row.time != known.time {
            let reason = format!(
                "{id}: its time is what the evidence says ({}); --zone, --year or --skew settle how it \
                 is read, a row of your own (without the id) says another",
                known.time
            );
            self.left.push((row.line, reason));
        }
        if row.text.is_empty() {
            self.left.push((row.line, format!("{id}: it says nothing; delete the row to hide it")));
        } else if row.text != known.text {
            let (id, text) = (id.to_owned(), row.text.clone());
            self.changes.push(Change::Reword { id, text });
        }
        let (Some(marks), Some(known_marks)) = (&row.marks, &known.marks) else { return };
        for mark in marks.iter().filter(|mark| !known_marks.contains(mark)) {
            match Mark::named(mark) {
                Ok(mark) => self.changes.push(Change::Mark { id: id.to_owned(), mark }),
                Err(reason) => self.left.push((row.line, reason)),
            }
        }
        for mark in known_marks.iter().filter(|mark| !marks.contains(mark)) {
            let Ok(mark) = Mark::named(mark) else { continue };
            // A milestone that moved is marked where it stands now.
            if !self.moved.contains(&mark) {
                self.changes.push(Change::Unmark { id: id.to_owned(), mark });
            }
        }
    }

    /// A row of the lead's own that stands in both.
    fn written(&mut self, number: usize, row: &Row, known: &Row) {
        if row.time == known.time && row.text == known.text && row.marks == known.marks {
            return;
        }
        match own(row, Some(known)) {
            Ok(own) => self.changes.push(Change::SetRow(number, own)),
            Err(reason) => self.left.push((row.line, reason)),
        }
    }

    /// A row whose event the run shows no row of: the lead wants it.
    fn not_shown(&mut self, id: &str, row: &Row, incident: &Incident) {
        let is_pinned = |edit: &Edit| edit.deed == Deed::Pin && Id::is_same(&edit.id, id);
        if incident.edits.iter().any(is_pinned) {
            let reason = format!(
                "{id}: the run shows no row of it: no event has the id, or it is outside the window or \
                 part of another row"
            );
            self.left.push((row.line, reason));
        } else {
            self.changes.push(Change::Pin(id.to_owned()));
        }
    }
}

/// A row of the lead's own. `known` is what the run says of it, where it does.
fn own(row: &Row, known: Option<&Row>) -> Result<Own, String> {
    let time = match known {
        Some(known) if known.time == row.time => None,
        _ => Some(row.instant().ok_or_else(|| {
            format!(
                "{:?}: a row without an id is yours, and needs a time in UTC: 06:14 below the row of its \
                 day, or 2026-03-10 06:14",
                row.time
            )
        })?),
    };
    if row.text.is_empty() {
        return Err("a row of yours says nothing".to_owned());
    }
    let marks =
        row.marks.iter().flatten().map(|mark| Mark::named(mark)).collect::<Result<_, _>>()?;
    Ok(Own { time, text: row.text.clone(), marks })
}

#[cfg(test)]
mod tests;
