//! Rows: which events become rows of the timeline, and how a row is put together.

use std::collections::{HashMap, HashSet};

use super::Read;
use crate::{
    accounts::Events,
    condense,
    event::{Event, Source},
    join::{Join, Joined, Place, text::Reference},
    settings::Showing,
    timeline::{
        kept::{At, Kept},
        merge::Placed,
        tell::{Decided, Which},
    },
};

/// The events whose fields are read, by input: rows and what is joined to them. What is not read is
/// counted.
pub(super) fn choose(
    read: &Read,
    order: &[Placed],
    joined: &Joined,
    showing: &Showing,
    counts: &mut Events,
) -> Vec<Vec<Which>> {
    // What becomes of a row becomes of all that is joined to it.
    let mut outside: HashSet<Place> = HashSet::new();
    let mut kept: HashSet<Place> = HashSet::new();
    for placed in order {
        let origin = joined.origin(Place::from(placed));
        if origin == Place::from(placed) && !showing.window.holds(placed.instant) {
            outside.insert(origin);
        }
        let is_joined = origin != Place::from(placed);
        if is_joined && keeps(&read.inputs[placed.input as usize], placed.tick, showing) {
            kept.insert(origin);
        }
    }
    let mut chosen: Vec<Vec<Which>> = read.inputs.iter().map(|_| Vec::new()).collect();
    for placed in order {
        let origin = joined.origin(Place::from(placed));
        let input = &read.inputs[origin.input as usize];
        if outside.contains(&origin) {
            counts.outside_window += 1;
        } else if keeps(input, origin.tick, showing) || kept.contains(&origin) {
            chosen[placed.input as usize].push(Which::Tick(placed.tick));
        } else {
            counts.left_out += 1;
        }
    }
    for (number, input) in read.inputs.iter().enumerate() {
        for &tick in &read.tallies[number].undated {
            if keeps(input, tick, showing) {
                chosen[number].push(Which::Tick(tick));
            } else {
                counts.left_out += 1;
            }
        }
        chosen[number].extend((0..input.scan.undated.len() as u32).map(Which::Undated));
    }
    chosen
}

fn keeps(input: &Decided, tick: u32, showing: &Showing) -> bool {
    let sketch = input.scan.sketches.get(tick as usize);
    showing.all || sketch.is_none_or(|sketch| condense::reason(*sketch).is_some())
}

/// The chosen events that have an instant, in the total order.
fn in_order<'o>(
    order: &'o [Placed],
    chosen: &'o [Vec<Which>],
) -> impl Iterator<Item = Place> + use<'o> {
    let mut next = vec![0; chosen.len()];
    order.iter().map(Place::from).filter(move |place| {
        let next = &mut next[place.input as usize];
        let is_chosen = chosen[place.input as usize].get(*next) == Some(&Which::Tick(place.tick));
        *next += usize::from(is_chosen);
        is_chosen
    })
}

/// A row, as it is put together.
pub(super) enum Row {
    /// The event as it was read.
    AsRead(At),
    /// An event that others were added to.
    Put(Box<Event>),
}

/// Puts the rows together and gives them in the total order, each with its place. Returns the number
/// of events that are told by the row of another.
pub(super) fn assemble(
    kept: &Kept,
    order: &[Placed],
    chosen: &[Vec<Which>],
    joined: &Joined,
    all: bool,
    mut give: impl FnMut(Place, Row),
) -> u64 {
    let mut refs = references(kept, order, chosen, joined);
    let event = |place: Place| read_back(kept, kept.at(place.input, Which::Tick(place.tick))?, all);
    let mut count = 0;
    for place in in_order(order, chosen) {
        let Some(at) = kept.at(place.input, Which::Tick(place.tick)) else { continue };
        let origin = joined.origin(place);
        if origin != place && kept.at(origin.input, Which::Tick(origin.tick)).is_some() {
            continue;
        }
        // Where the origin could not be read again, its copies still stand for it.
        let members = if origin == place { joined.members(place) } else { &[] };
        let refs = refs.remove(&place);
        if members.is_empty() && refs.is_none() {
            give(place, Row::AsRead(at));
            continue;
        }
        let Some(row) = event(place) else { continue };
        let told: Vec<(&Join, Event)> =
            members.iter().filter_map(|join| Some((join, event(join.member)?))).collect();
        count += told.len() as u64;
        let mut row = Box::new(put_together(row, told));
        for id in refs.unwrap_or_default() {
            if !row.refs.contains(&id) {
                row.refs.push(id);
            }
        }
        give(place, Row::Put(row));
    }
    count
}

/// An event as it was read; where not `all` are rows, with the reason for which it is one.
pub(super) fn read_back(kept: &Kept, at: At, all: bool) -> Option<Event> {
    let mut event = kept.pack().get(at)?;
    if !all {
        event.reasons.extend(condense::reason_of(&event).map(str::to_owned));
    }
    Some(event)
}

/// The events without an instant, by path and byte.
pub(super) fn undated(
    kept: &Kept,
    read: &Read,
    chosen: &[Vec<Which>],
    showing: &Showing,
) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    for (number, chosen) in (0_u32..).zip(chosen) {
        let dated = &read.tallies[number as usize].undated;
        let none = chosen.iter().filter(|which| match which {
            Which::Tick(tick) => dated.binary_search(tick).is_ok(),
            Which::Undated(_) => true,
        });
        let read = |which: &Which| read_back(kept, kept.at(number, *which)?, showing.all);
        events.extend(none.filter_map(read));
    }
    events.sort_by(|a, b| {
        let (a, b) = (&a.sources[0], &b.sources[0]);
        (&a.path, a.byte_start).cmp(&(&b.path, b.byte_start))
    });
    events
}

/// The row of an event and those that are joined to it.
pub(super) fn put_together(mut row: Event, members: Vec<(&Join, Event)>) -> Event {
    for (join, member) in members {
        add(&mut row, join, member);
    }
    row.order_sources();
    row
}

/// Adds to a row what is joined to it: a source, and what the row itself does not say.
fn add(row: &mut Event, join: &Join, event: Event) {
    let why = Some(join.rule.why().to_owned());
    row.sources
        .extend(event.sources.into_iter().map(|source| Source { why: why.clone(), ..source }));
    row.marks.extend(event.marks);
    row.marks.sort_unstable();
    row.marks.dedup();
    for known in event.refs {
        if !row.refs.contains(&known) {
            row.refs.push(known);
        }
    }
    row.severity = row.severity.or(event.severity);
    if row.reasons.is_empty() {
        row.reasons = event.reasons;
    }
    // A row that another tells better than quietly is not quiet.
    row.quiet &= event.quiet;
}

/// The ids of the rows that each row speaks of.
fn references(
    kept: &Kept,
    order: &[Placed],
    chosen: &[Vec<Which>],
    joined: &Joined,
) -> HashMap<Place, Vec<String>> {
    let pair = |reference: &Reference| {
        let (row, other) = (joined.origin(reference.event), joined.origin(reference.references));
        (row != other).then_some((row, other))
    };
    let pairs: Vec<(Place, Place)> = joined.references.iter().filter_map(pair).collect();
    if pairs.is_empty() {
        return HashMap::new();
    }
    let others: HashSet<Place> = pairs.iter().map(|(_, other)| *other).collect();
    let id = |place: Place| {
        let event = kept.get(place.input, Which::Tick(place.tick))?;
        Some((place, event.id().0.clone()))
    };
    let chosen = in_order(order, chosen).filter(|place| others.contains(place));
    let ids: HashMap<Place, String> = chosen.filter_map(id).collect();
    let mut refs: HashMap<Place, Vec<String>> = HashMap::new();
    for (row, other) in pairs {
        if let Some(id) = ids.get(&other) {
            refs.entry(row).or_default().push(id.clone());
        }
    }
    refs
}
