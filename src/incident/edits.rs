//! Edits of a run: from ids to the events that they name, and what became of each.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{Deed, Edit, Incident};
use crate::{
    accounts::Fault,
    condense::clue::Flags,
    event::{Event, Mark},
    join::{Joined, Place},
    report::Progress,
    text,
    timeline::{
        Window,
        kept::Kept,
        tell::{Decided, Which},
    },
};

/// The edits of an incident file, by the events that they name.
#[derive(Debug, Default)]
pub struct Edits<'i> {
    incident: Option<&'i Incident>,
    /// The rows of those events, by the number of the edit.
    places: BTreeMap<usize, Place>,
    /// What found no event, or found it changed.
    pub faults: Vec<Fault>,
}

impl<'i> Edits<'i> {
    /// Finds the events of all edits. What was read is looked at first; the rest is read only while an
    /// id is left.
    pub fn find(
        incident: Option<&'i Incident>,
        inputs: &[Decided],
        kept: &Kept,
        joined: &Joined,
    ) -> Self {
        let mut edits = Self { incident, ..Self::default() };
        let Some(incident) = incident else { return edits };
        let mut open: Vec<Sought<'_>> = incident.edits.iter().map(Sought::of).collect();
        for is_read in [true, false] {
            for (number, input) in inputs.iter().enumerate() {
                if open.iter().all(|sought| sought.is_found(is_read)) {
                    break;
                }
                let ticks = (0..input.scan.ticks.len() as u32).map(Which::Tick);
                let known = |which: &Which| !is_read || kept.at(number as u32, *which).is_some();
                let wanted: Vec<Which> = ticks.filter(known).collect();
                let quiet = Progress::new(0, false);
                let told = |_, event: Event| {
                    let instant = event.stamp.instant.map_or(0, |instant| instant.0);
                    (instant, event.id().0.clone(), event.summary)
                };
                let told = kept.read((number, input), &wanted, &quiet, told).unwrap_or_default();
                for (which, (instant, id, summary)) in told {
                    let Which::Tick(tick) = which else { continue };
                    let place = Place { input: number as u32, tick };
                    for sought in open.iter_mut().filter(|sought| !sought.is_found(is_read)) {
                        sought.see((instant, joined.origin(place)), &id, &summary, !is_read);
                    }
                }
            }
            for sought in &mut open {
                sought.is_settled = !sought.hits.is_empty() && sought.edit.id.len() >= SHOWN;
            }
        }
        for (number, sought) in open.into_iter().enumerate() {
            match sought.place() {
                Ok(place) => {
                    edits.places.insert(number, place);
                }
                Err(reason) => edits.faults.push(fault(incident, sought.edit, reason)),
            }
        }
        edits
    }

    /// The bits that the edits give an event of that place.
    pub fn flags(&self) -> HashMap<Place, Flags> {
        let mut flags: HashMap<Place, Flags> = HashMap::new();
        for (place, deed) in self.all() {
            let bits = match deed {
                Deed::Pin | Deed::Reword(..) => Flags::FORCED,
                Deed::Hide => Flags::HIDDEN,
                Deed::Mark(_) => continue,
            };
            let own = flags.entry(place).or_default();
            *own = own.with(bits, true);
        }
        flags
    }

    /// The milestones that the lead told.
    pub fn marks(&self) -> Vec<(Place, Mark)> {
        let mark = |(place, deed): (Place, &Deed)| match deed {
            Deed::Mark(mark) => Some((place, *mark)),
            Deed::Pin | Deed::Hide | Deed::Reword(..) => None,
        };
        self.all().filter_map(mark).collect()
    }

    fn all(&self) -> impl Iterator<Item = (Place, &Deed)> {
        let edits = self.incident.map_or(&[][..], |incident| &incident.edits);
        self.places.iter().map(|(number, place)| (*place, &edits[*number].deed))
    }

    /// Says on rows what the lead wrote, and adds the rows within the window that the lead wrote; they
    /// stay in the total order. Edits without effect are told. Gives the number of rows added.
    pub fn apply(&mut self, rows: &mut Vec<(Place, Event)>, window: Window, all: bool) -> u64 {
        let Some(incident) = self.incident else { return 0 };
        let mut said: HashMap<Place, String> = HashMap::new();
        for (number, place) in &self.places {
            let edit = &incident.edits[*number];
            let found = rows.iter_mut().find(|(row, _)| row == place);
            let Some((_, row)) = found else {
                if edit.deed != Deed::Hide {
                    let reason = format!(
                        "{}: its event is no row (outside the window, or hidden), so this changes \
                         nothing",
                        edit.id
                    );
                    self.faults.push(fault(incident, edit, reason));
                }
                continue;
            };
            match &edit.deed {
                Deed::Reword(text, was) => {
                    let first = said.entry(*place).or_insert_with(|| row.summary.clone()).clone();
                    if was.as_ref().is_some_and(|was| *was != first) {
                        let reason = format!(
                            "{}: the source says another text now than the one that was reworded: \
                             {first:?}",
                            edit.id
                        );
                        self.faults.push(fault(incident, edit, reason));
                        row.reasons.push("reworded, and its source has changed since".to_owned());
                    } else {
                        row.reasons.push("reworded in the incident file".to_owned());
                    }
                    row.summary = text::summary(text);
                    row.detail.get_or_insert(first);
                }
                // Where rows are chosen, the choice did the rest.
                Deed::Mark(mark) if all && !row.marks.contains(mark) => {
                    row.marks.push(*mark);
                    row.marks.sort_unstable();
                }
                Deed::Hide if all => {
                    row.reasons.push("hidden in the incident file; --all shows it".to_owned());
                }
                Deed::Mark(_) | Deed::Hide | Deed::Pin => {}
            }
        }
        let inside = incident
            .rows
            .iter()
            .filter(|event| event.stamp.instant.is_some_and(|instant| window.holds(instant)));
        let mut added = 0;
        // What the lead wrote stands behind what happened at that instant.
        for (number, event) in (0_u32..).zip(inside) {
            let at = rows.partition_point(|(_, row)| row.stamp.instant <= event.stamp.instant);
            rows.insert(at, (Place { input: u32::MAX, tick: number }, event.clone()));
            added += 1;
        }
        added
    }

    /// How many rows the lead wrote.
    pub fn written(&self) -> u64 {
        self.incident.map_or(0, |incident| incident.rows.len() as u64)
    }
}

/// An edit whose event is sought.
struct Sought<'i> {
    edit: &'i Edit,
    /// The words of what it said, where a successor can be found by them.
    was: HashSet<String>,
    /// Instant, row and id of what has the id.
    hits: Vec<(i64, Place, String)>,
    /// What says most of what it said: how much, in 1/1000, id and text.
    near: Option<(usize, String, String)>,
    is_settled: bool,
}

/// What a successor has in common with what it succeeds, in 1/1000.
const ALIKE: usize = 500;
/// Length of an id as tables show it: so much of one is taken for it where what was read has it once.
const SHOWN: usize = 8;
/// Length of a whole id, `e-` and 16 characters.
const WHOLE: usize = 18;

impl<'i> Sought<'i> {
    fn of(edit: &'i Edit) -> Self {
        let was = edit.was.as_deref().map(words).unwrap_or_default();
        Self { edit, was, hits: Vec::new(), near: None, is_settled: false }
    }

    /// Whether no more has to be looked at: a whole id is found once; how one begins may fit several.
    fn is_found(&self, is_read: bool) -> bool {
        self.is_settled || !is_read && !self.hits.is_empty() && self.edit.id.len() >= WHOLE
    }

    fn see(&mut self, (instant, row): (i64, Place), id: &str, summary: &str, compare: bool) {
        if names(&self.edit.id, id) {
            let hit = (instant, row, id.to_owned());
            if !self.hits.contains(&hit) {
                self.hits.push(hit);
            }
        } else if compare && !self.was.is_empty() {
            let text = words(summary);
            let both = self.was.intersection(&text).count();
            let alike = 1000 * both / (self.was.len() + text.len() - both).max(1);
            if alike >= ALIKE && self.near.as_ref().is_none_or(|near| near.0 < alike) {
                self.near = Some((alike, id.to_owned(), summary.to_owned()));
            }
        }
    }

    /// The row of its event; else why there is none.
    fn place(&self) -> Result<Place, String> {
        let id = &self.edit.id;
        let mut hits: Vec<&(i64, Place, String)> = self.hits.iter().collect();
        hits.sort_unstable();
        let ids: BTreeSet<&str> = hits.iter().map(|hit| hit.2.as_str()).collect();
        if ids.len() > 1 {
            let ids: Vec<&str> = ids.into_iter().take(4).collect();
            return Err(format!(
                "{id}: several events have an id that begins so: {}",
                ids.join(", ")
            ));
        }
        // Of events with one id, the second of an output bears `-2`.
        let number = numbered(id).map_or(0, |(_, number)| number.saturating_sub(1));
        let rows: Vec<Place> = hits.iter().map(|hit| hit.1).collect();
        if let Some(row) = rows.get(number).or(rows.first()) {
            return Ok(*row);
        }
        let hint = match (&self.near, self.was.is_empty()) {
            (Some((_, near, text)), _) => format!("; the likeliest successor is {near}: {text:?}"),
            (None, false) => "; nothing says what it said".to_owned(),
            (None, true) => "; a `was` with its text would let a successor be found".to_owned(),
        };
        Err(format!("{id}: no event of the evidence has this id{hint}"))
    }
}

fn words(text: &str) -> HashSet<String> {
    let text = text.to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// `e-7kq3f2` and 2, of `e-7kq3f2-2`.
fn numbered(id: &str) -> Option<(&str, usize)> {
    let (head, number) = id.rsplit_once('-').filter(|(head, _)| *head != "e")?;
    Some((head, number.parse().ok()?))
}

/// Whether what the lead wrote names that id: it, or how it begins; what made it unique in an output
/// does not count.
fn names(told: &str, id: &str) -> bool {
    id.starts_with(numbered(told).map_or(told, |(bare, _)| bare))
}

fn fault(incident: &Incident, edit: &Edit, reason: String) -> Fault {
    Fault { path: incident.path.to_string(), line: edit.line, reason }
}
