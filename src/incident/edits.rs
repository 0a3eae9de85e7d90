//! Edits of a run: from ids to the events that they name, and what became of each.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Deed, Edit, Incident};
use crate::{
    accounts::Fault,
    condense::clue::Flags,
    event::{Event, Mark},
    join::{Joined, Place},
    report::Progress,
    text,
    timeline::{
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
        let mut open: BTreeMap<usize, &Edit> = incident.edits.iter().enumerate().collect();
        let mut texts: Vec<(Place, String, String)> = Vec::new();
        for is_read in [true, false] {
            for (number, input) in inputs.iter().enumerate() {
                if open.is_empty() {
                    break;
                }
                let ticks = (0..input.scan.ticks.len() as u32).map(Which::Tick);
                let known = |which: &Which| kept.at(number as u32, *which).is_some() == is_read;
                let wanted: Vec<Which> = ticks.filter(known).collect();
                let quiet = Progress::new(0, false);
                let told = |_, event: Event| (event.id().0.clone(), event.summary);
                let told = kept.read((number, input), &wanted, &quiet, told).unwrap_or_default();
                for (which, (id, summary)) in told {
                    let Which::Tick(tick) = which else { continue };
                    let place = Place { input: number as u32, tick };
                    let hit: Vec<usize> = open
                        .iter()
                        .filter(|(_, edit)| names(&edit.id, &id))
                        .map(|it| *it.0)
                        .collect();
                    for edit in hit {
                        open.remove(&edit);
                        edits.places.insert(edit, joined.origin(place));
                    }
                    texts.push((place, id, summary));
                }
            }
        }
        let open: Vec<&Edit> = open.into_values().collect();
        edits.faults.extend(open.iter().map(|edit| missing(incident, edit, &texts)));
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

    /// Says on rows what the lead wrote, and adds the rows that the lead wrote; they stay in the total
    /// order. Gives the number of rows added.
    pub fn apply(&mut self, rows: &mut Vec<(Place, Event)>) -> u64 {
        let Some(incident) = self.incident else { return 0 };
        for (number, place) in &self.places {
            let edit = &incident.edits[*number];
            let Deed::Reword(text, was) = &edit.deed else { continue };
            let Some((_, row)) = rows.iter_mut().find(|(row, _)| row == place) else { continue };
            if was.as_ref().is_some_and(|was| *was != row.summary) {
                let reason = format!(
                    "{}: the source says another text now than the one that was reworded: {:?}",
                    edit.id, row.summary
                );
                self.faults.push(fault(incident, edit, reason));
                row.reasons.push("reworded, and its source has changed since".to_owned());
            } else {
                row.reasons.push("reworded in the incident file".to_owned());
            }
            let summary = std::mem::replace(&mut row.summary, text::summary(text));
            row.detail.get_or_insert(summary);
        }
        // What the lead wrote stands behind what happened at that instant.
        for (number, event) in (0_u32..).zip(&incident.rows) {
            let at = rows.partition_point(|(_, row)| row.stamp.instant <= event.stamp.instant);
            rows.insert(at, (Place { input: u32::MAX, tick: number }, event.clone()));
        }
        incident.rows.len() as u64
    }
}

/// Whether what the lead wrote names that id: it, or how it begins; and what made it unique in an output
/// does not count.
fn names(told: &str, id: &str) -> bool {
    let bare =
        told.rsplit_once('-').filter(|(head, _)| *head != "e").map_or(told, |(head, _)| head);
    id.starts_with(told) || id == bare
}

fn fault(incident: &Incident, edit: &Edit, reason: String) -> Fault {
    Fault { path: incident.path.to_string(), line: edit.line, reason }
}

/// An edit whose event is not there any more, with the event that says most of what it said.
fn missing(incident: &Incident, edit: &Edit, texts: &[(Place, String, String)]) -> Fault {
    let words = |text: &str| -> HashSet<String> {
        let words = text.to_lowercase();
        words
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let was = edit.was.as_deref().map(words).filter(|words| !words.is_empty());
    let near = was.and_then(|was| {
        let alike = |text: &str| {
            let text = words(text);
            let both = was.intersection(&text).count();
            1000 * both / (was.len() + text.len() - both).max(1)
        };
        let best = texts
            .iter()
            .map(|(place, id, text)| (alike(text), std::cmp::Reverse(*place), id, text));
        best.max_by_key(|(alike, place, ..)| (*alike, *place)).filter(|best| best.0 >= 500)
    });
    let hint = match (near, &edit.was) {
        (Some((_, _, id, text)), _) => format!("; the likeliest successor is {id}: {text:?}"),
        (None, Some(_)) => "; nothing says what it said".to_owned(),
        (None, None) => "; a `was` with its text would let a successor be found".to_owned(),
    };
    fault(incident, edit, format!("{}: no event of the evidence has this id{hint}", edit.id))
}
