//! Rows: which events become rows of the timeline, and how a row is put together.

use std::collections::{HashMap, HashSet};

use super::Read;
use crate::{
    accounts::Events,
    condense,
    event::{Event, Source},
    join::{Joined, Place, text::Reference},
    settings::Showing,
    timeline::{
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

/// Puts the rows together, in the total order, each with its place; gives those without an instant
/// apart, and the number of events that are told by the row of another.
pub(super) fn assemble(
    told: Vec<Vec<(Which, Event)>>,
    joined: &Joined,
) -> (Vec<(Place, Event)>, Vec<Event>, u64) {
    let mut undated: Vec<Event> = Vec::new();
    let mut members: HashMap<Place, Vec<(Place, Event)>> = HashMap::new();
    let mut rows: Vec<(Place, Event)> = Vec::new();
    for (input, told) in (0_u32..).zip(told) {
        let row = |(which, event): (Which, Event)| match which {
            Which::Tick(tick) if event.stamp.instant.is_some() => {
                let place = Place { input, tick };
                let origin = joined.origin(place);
                if origin == place {
                    return Some((place, event));
                }
                members.entry(origin).or_default().push((place, event));
                None
            }
            _ => {
                undated.push(event);
                None
            }
        };
        // Events are large: those that become rows stay where they are.
        let mut of_input: Vec<(Place, Event)> = told.into_iter().filter_map(row).collect();
        if rows.is_empty() {
            rows = of_input;
        } else {
            rows.append(&mut of_input);
        }
    }
    let mut count = 0;
    for (place, row) in &mut rows {
        let Some(members) = members.remove(place) else { continue };
        count += members.len() as u64;
        for (place, event) in members {
            add(row, place, event, joined);
        }
        row.order_sources();
    }
    // Where the origin could not be read again, its copies still stand for it.
    let mut orphans: Vec<(Place, Vec<(Place, Event)>)> = members.into_iter().collect();
    orphans.sort_by_key(|(origin, _)| *origin);
    rows.extend(orphans.into_iter().flat_map(|(_, members)| members));
    // Inputs stand in the order of their paths.
    rows.sort_by_cached_key(|(place, row)| {
        (row.stamp.instant, place.input, row.sources[0].byte_start, place.tick)
    });
    undated.sort_by_key(|event| (event.sources[0].path.clone(), event.sources[0].byte_start));
    (rows, undated, count)
}

/// Adds to a row what is joined to it: a source, and what the row itself does not say.
fn add(row: &mut Event, place: Place, event: Event, joined: &Joined) {
    let why = joined.as_member(place).map(|join| join.rule.why().to_owned());
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

/// Adds to each row the ids of the rows that it speaks of.
pub(super) fn refer(rows: &mut [(Place, Event)], joined: &Joined) {
    let pair = |reference: &Reference| {
        let (row, other) = (joined.origin(reference.event), joined.origin(reference.references));
        (row != other).then_some((row, other))
    };
    let pairs: Vec<(Place, Place)> = joined.references.iter().filter_map(pair).collect();
    let others: HashSet<Place> = pairs.iter().map(|(_, other)| *other).collect();
    let other = |(place, row): &(Place, Event)| {
        others.contains(place).then(|| (*place, row.id().0.clone()))
    };
    let ids: HashMap<Place, String> = rows.iter().filter_map(other).collect();
    let mut refs: HashMap<Place, Vec<String>> = HashMap::new();
    for (row, other) in pairs {
        if let Some(id) = ids.get(&other) {
            refs.entry(row).or_default().push(id.clone());
        }
    }
    for (place, row) in rows {
        for id in refs.remove(place).unwrap_or_default() {
            if !row.refs.contains(&id) {
                row.refs.push(id);
            }
        }
    }
}
