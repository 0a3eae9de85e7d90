//! Edits of a run: from ids to the events that they name, and what became of each.

mod sought;

use std::collections::{BTreeMap, HashMap};

use super::{Deed, Edit, Incident, people};
use crate::{
    accounts::Fault,
    condense::{
        clue::{Clue, Flags},
        milestone::Barred,
    },
    event::{Event, Kind, Mark},
    join::{ByHand, Joined, Place},
    report::Progress,
    text,
    timeline::{
        Window,
        kept::Kept,
        merge::Placed,
        tell::{Decided, Which},
    },
};
use sought::{Found, Seen, Sought, names};

/// The number of an input that is none: that of the rows which the lead wrote.
pub const BY_LEAD: u32 = u32::MAX;

/// The edits of an incident file, by the events that they name.
#[derive(Debug, Default)]
pub struct Edits<'i> {
    incident: Option<&'i Incident>,
    /// The rows of those events, by the number of the edit.
    places: BTreeMap<usize, Place>,
    /// Those of events without an instant, with the id of the event.
    undated: BTreeMap<usize, String>,
    /// What found no event, or found it changed.
    pub faults: Vec<Fault>,
}

impl<'i> Edits<'i> {
    /// Finds the events of all edits, and joins and parts what the lead says is one and is not. What was
    /// read is looked at first; the rest is read only while an id is left.
    pub fn find(
        incident: Option<&'i Incident>,
        inputs: &[Decided],
        (order, kept): (&[Placed], &Kept),
        joined: &mut Joined,
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
                let undated = (0..input.scan.undated.len() as u32).map(Which::Undated);
                let known = |which: &Which| !is_read || kept.at(number as u32, *which).is_some();
                let wanted: Vec<Which> = ticks.chain(undated).filter(known).collect();
                let quiet = Progress::new(0, false);
                let told = |_, event: Event| Seen::of(event);
                let told = kept.read((number, input), &wanted, &quiet, told).unwrap_or_default();
                for (which, seen) in told {
                    let own = match which {
                        Which::Tick(tick) => Some(Place { input: number as u32, tick }),
                        Which::Undated(_) => None,
                    };
                    let own = own.filter(|_| seen.instant.is_some());
                    let row = own.map(|own| joined.origin(own));
                    for sought in open.iter_mut().filter(|sought| !sought.is_found(is_read)) {
                        sought.see(&seen, row, own, !is_read);
                    }
                }
            }
            open.iter_mut().for_each(Sought::settle);
        }
        let mut by_hand = ByHand::default();
        for (number, sought) in open.into_iter().enumerate() {
            match (sought.found(), &sought.edit.deed) {
                (Ok(Found::Dated { own, .. }), Deed::Unjoin) => {
                    if !joined.is_joined(own) {
                        let id = &sought.edit.id;
                        let reason =
                            format!("{id}: it is joined to nothing, so there is nothing to part");
                        edits.faults.push(fault(incident, sought.edit, reason));
                    }
                    by_hand.apart.push(own);
                    edits.places.insert(number, own);
                }
                (Ok(Found::Dated { row, .. }), Deed::Join(group)) => {
                    by_hand.together.entry(*group).or_default().push(row);
                    edits.places.insert(number, row);
                }
                (Ok(Found::Dated { row, .. }), _) => {
                    edits.places.insert(number, row);
                }
                (Ok(Found::Undated(id)), Deed::Pin | Deed::Hide | Deed::Reword(_)) => {
                    edits.undated.insert(number, id);
                }
                (Ok(Found::Undated(id)), _) => {
                    let reason = format!("{id}: it has no time, so it is no row and no milestone");
                    edits.faults.push(fault(incident, sought.edit, reason));
                }
                (Err(reason), _) => edits.faults.push(fault(incident, sought.edit, reason)),
            }
        }
        joined.by_hand(&by_hand, inputs, order);
        for place in edits.places.values_mut() {
            *place = joined.origin(*place);
        }
        edits
    }

    /// The bits that the edits give an event of that place.
    pub fn flags(&self) -> HashMap<Place, Flags> {
        let mut flags: HashMap<Place, Flags> = HashMap::new();
        for (place, deed) in self.all() {
            let bits = match deed {
                Deed::Pin | Deed::Reword(_) | Deed::Join(_) => Flags::FORCED,
                Deed::Hide => Flags::HIDDEN,
                Deed::Mark(_) | Deed::Unmark(_) | Deed::Unjoin => continue,
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
            _ => None,
        };
        self.all().filter_map(mark).collect()
    }

    /// The milestones that rows of the lead's own within the window are.
    pub fn written_marks(&self, window: Window) -> Vec<(Clue, Mark)> {
        let marks = |(place, event): (Place, &Event)| {
            let instant = event.stamp.instant.map_or(0, |instant| instant.0);
            let clue = Clue {
                coarse: Clue::coarse(event.stamp.precision),
                ..Clue::new(instant, place, Kind::Manual)
            };
            event.marks.iter().map(|mark| (clue, *mark)).collect::<Vec<_>>()
        };
        self.written_rows(window).flat_map(marks).collect()
    }

    fn written_rows(&self, window: Window) -> impl Iterator<Item = (Place, &'i Event)> {
        let rows: &'i [Event] = self.incident.map_or(&[], |incident| &incident.rows);
        let is_inside =
            move |event: &Event| event.stamp.instant.is_some_and(|instant| window.holds(instant));
        let place = |(tick, event)| (Place { input: BY_LEAD, tick }, event);
        (0..).zip(rows).filter(move |(_, event)| is_inside(event)).map(place)
    }

    /// The milestones that the lead says an event is not, or the incident has not.
    pub fn barred(&self) -> Barred {
        let mark = |(place, deed): (Place, &Deed)| match deed {
            Deed::Unmark(mark) => Some((place, *mark)),
            _ => None,
        };
        let marks = self.incident.map(|incident| incident.absent.clone()).unwrap_or_default();
        Barred { events: self.all().filter_map(mark).collect(), marks }
    }

    fn all(&self) -> impl Iterator<Item = (Place, &Deed)> {
        let edits = self.incident.map_or(&[][..], |incident| &incident.edits);
        self.places.iter().map(|(number, place)| (*place, &edits[*number].deed))
    }

    /// Whether an event without an instant is pinned (true) or hidden (false).
    pub fn is_listed(&self, event: &Event) -> Option<bool> {
        let of = self.of_undated(event).map(|edit| &edit.deed);
        let listed = of.map(|deed| *deed != Deed::Hide);
        listed.reduce(|all, one| all && one)
    }

    fn of_undated<'e>(&'e self, event: &'e Event) -> impl Iterator<Item = &'i Edit> + 'e {
        let edits: &'i [Edit] = self.incident.map_or(&[], |incident| &incident.edits);
        let is_own = |id: &String| event.sources.iter().any(|source| names(id, &source.id.0));
        self.undated.iter().filter(move |(_, id)| is_own(id)).map(|(number, _)| &edits[*number])
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
                if !matches!(edit.deed, Deed::Hide | Deed::Unjoin | Deed::Unmark(_)) {
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
                Deed::Reword(text) => {
                    let first = said.entry(*place).or_insert_with(|| row.summary.clone()).clone();
                    self.faults.extend(reword(incident, edit, text, first, row));
                }
                // Where rows are chosen, the choice did the rest.
                Deed::Mark(mark) if all && !row.marks.contains(mark) => {
                    row.marks.push(*mark);
                    row.marks.sort_unstable();
                }
                Deed::Unmark(mark) => row.marks.retain(|own| own != mark),
                Deed::Hide if all => {
                    row.reasons.push("hidden in the incident file; --all shows it".to_owned());
                }
                Deed::Join(_) => {
                    let reason = "put together in the incident file";
                    if row.reasons.iter().all(|known| known != reason) {
                        row.reasons.push(reason.to_owned());
                    }
                }
                Deed::Mark(_) | Deed::Hide | Deed::Pin | Deed::Unjoin => {}
            }
        }
        for (_, row) in rows.iter_mut().filter(|_| all) {
            row.marks.retain(|mark| !incident.absent.contains(mark));
        }
        let mut added = 0;
        // What the lead wrote stands behind what happened at that instant.
        for (place, event) in self.written_rows(window) {
            let at = rows.partition_point(|(_, row)| row.stamp.instant <= event.stamp.instant);
            rows.insert(at, (place, event.clone()));
            added += 1;
        }
        for (_, row) in rows.iter_mut() {
            people::name(&incident.people, row);
        }
        added
    }

    /// Says on events without an instant what the lead wrote.
    pub fn apply_undated(&mut self, events: &mut [Event]) {
        let Some(incident) = self.incident else { return };
        for event in events {
            let edits: Vec<&Edit> = self.of_undated(event).collect();
            let first = event.summary.clone();
            for edit in edits {
                if let Deed::Reword(text) = &edit.deed {
                    let fault = reword(incident, edit, text, first.clone(), event);
                    self.faults.extend(fault);
                }
            }
            people::name(&incident.people, event);
        }
    }

    /// How many rows the lead wrote.
    pub fn written(&self) -> u64 {
        self.incident.map_or(0, |incident| incident.rows.len() as u64)
    }
}

/// Says another text on a row; `first` is what it says itself. A fault where that has changed.
fn reword(
    incident: &Incident,
    edit: &Edit,
    text: &str,
    first: String,
    row: &mut Event,
) -> Option<Fault> {
    let has_changed = edit.was.as_ref().is_some_and(|was| *was != first);
    let fault = has_changed.then(|| {
        let id = &edit.id;
        let reason = format!(
            "{id}: the source says another text now than the one that was reworded: {first:?}"
        );
        fault(incident, edit, reason)
    });
    row.reasons.push(if has_changed {
        "reworded, and its source has changed since".to_owned()
    } else {
        "reworded in the incident file".to_owned()
    });
    row.summary = text::summary(text);
    row.own_words = true;
    row.detail.get_or_insert(first);
    fault
}

fn fault(incident: &Incident, edit: &Edit, reason: String) -> Fault {
    Fault { path: incident.path.to_string(), line: edit.line, reason }
}
