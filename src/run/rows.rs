//! Rows: which events become rows of the timeline, and how a row is put together.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use super::{
    Read,
    choice::{Choice, Part},
};
use crate::{
    accounts::{Accounts, Events, Fault},
    condense,
    event::{Event, Source},
    incident::edits::Edits,
    join::{self, Join, Joined, Place, UniqueIds, text::Reference},
    report::Progress,
    timeline::{
        Window,
        kept::{At, Kept},
        merge::Placed,
        rows::Rows,
        tell::Which,
    },
};

/// The events whose fields are read, by input: rows, and what is joined to them or folded into them.
/// What is not read is counted. Without a `choice` all are rows.
fn choose(
    read: &Read,
    order: &[Placed],
    joined: &Joined,
    window: Window,
    choice: Option<&Choice>,
    counts: &mut Events,
) -> Vec<Vec<Which>> {
    // What becomes of a row becomes of all that is joined to it.
    let mut outside: HashSet<Place> = HashSet::new();
    for placed in order {
        let place = Place::from(placed);
        if !window.holds(placed.instant) && joined.origin(place) == place {
            outside.insert(place);
        }
    }
    let mut chosen: Vec<Vec<Which>> = read.inputs.iter().map(|_| Vec::new()).collect();
    for placed in order {
        let origin = joined.origin(Place::from(placed));
        if outside.contains(&origin) {
            counts.outside_window += 1;
            continue;
        }
        match choice.map_or(Part::Row, |choice| choice.part(read, origin, placed.instant.0)) {
            Part::Row | Part::Folded => {
                chosen[placed.input as usize].push(Which::Tick(placed.tick));
            }
            Part::Counted(_) => counts.folded += 1,
            Part::Left => counts.left_out += 1,
        }
    }
    for (number, input) in read.inputs.iter().enumerate() {
        chosen[number].extend(read.tallies[number].undated.iter().copied().map(Which::Tick));
        chosen[number].extend((0..input.scan.undated.len() as u32).map(Which::Undated));
    }
    chosen
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
enum Row {
    /// The event as it was read.
    AsRead(At),
    /// An event that others were added to.
    Put(Box<Event>),
}

/// Puts the rows together and gives them in the total order, each with its place. Returns the number
/// of events that are told by the row of another.
fn assemble(
    kept: &Kept,
    order: &[Placed],
    chosen: &[Vec<Which>],
    joined: &Joined,
    mut give: impl FnMut(Place, Row),
) -> u64 {
    let mut refs = references(kept, order, chosen, joined);
    let event = |place: Place| kept.get(place.input, Which::Tick(place.tick));
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

/// The events without an instant, by path and byte, with the reason for which each is listed; those
/// that are left out where not `all` are listed are counted.
fn undated(
    kept: &Kept,
    read: &Read,
    chosen: &[Vec<Which>],
    (all, edits): (bool, &Edits<'_>),
    counts: &mut Events,
) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    for (number, chosen) in (0_u32..).zip(chosen) {
        let dated = &read.tallies[number as usize].undated;
        let none = chosen.iter().filter(|which| match which {
            Which::Tick(tick) => dated.binary_search(tick).is_ok(),
            Which::Undated(_) => true,
        });
        for mut event in none.filter_map(|which| kept.get(number, *which)) {
            let reason = match edits.is_listed(&event) {
                None => condense::reason_of_undated(&event),
                Some(true) => Some("pinned or reworded in the incident file"),
                Some(false) => None,
            };
            match reason {
                _ if all => events.push(event),
                Some(reason) => {
                    event.reasons.push(reason.to_owned());
                    events.push(event);
                }
                None => counts.left_out += 1,
            }
        }
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

/// The events that are to be rows, and what is joined to them.
pub(super) struct Laid<'r> {
    kept: &'r Kept,
    order: &'r [Placed],
    chosen: Vec<Vec<Which>>,
    joined: &'r Joined,
    /// How the rows were chosen; none where every event is one.
    choice: Option<&'r Choice>,
    /// By path and byte.
    undated: Vec<Event>,
    accounts: Accounts,
    ids: UniqueIds,
}

/// Tell: from joined events and the choice among them to those that are rows.
pub(super) fn lay<'r>(
    read: &mut Read,
    (order, kept, joined): (&'r [Placed], &'r Kept, &'r Joined),
    choice: Option<&'r Choice>,
    (window, edits): (Window, &Edits<'_>),
    talk: bool,
) -> Laid<'r> {
    let mut accounts = read.accounts();
    let chosen = choose(read, order, joined, window, choice, &mut accounts.events);
    accounts.events.left_out += tell_all(read, kept, &chosen, talk);
    let mut undated = undated(kept, read, &chosen, (choice.is_none(), edits), &mut accounts.events);
    accounts.events.joined = join::keys::undated(&mut undated);
    let ids = UniqueIds::new(kept.repeated_ids());
    Laid { kept, order, chosen, joined, choice, undated, accounts, ids }
}

impl Laid<'_> {
    /// Every event that stands for itself, in the total order. They may be more than memory holds, so
    /// they stay packed.
    pub(super) fn packed(&mut self) -> Rows {
        let Self { kept, order, chosen, joined, accounts, ids, .. } = self;
        let pack = kept.pack();
        let mut all: Vec<At> = Vec::new();
        let is_again = |ids: &UniqueIds, at| pack.id_hash(at).is_some_and(|id| ids.is_again(id));
        accounts.events.joined += assemble(kept, order, chosen, joined, |_, row| {
            let row = match row {
                Row::AsRead(at) if ids.is_idle() || !is_again(ids, at) => return all.push(at),
                Row::AsRead(at) => pack.get(at).map(Box::new),
                Row::Put(row) => Some(row),
            };
            let Some(mut row) = row else { return };
            ids.number(&mut row);
            all.extend(pack.add(&row));
        });
        Rows::packed(pack.clone(), all)
    }

    /// The rows, each with the place of its origin; where they were chosen, with their reasons and
    /// milestones, and with what is told again folded into the first of it. The `trail` is told of each
    /// row that is folded.
    pub(super) fn held(&mut self, trail: &mut condense::Trail<'_>) -> Vec<(Place, Event)> {
        let Self { kept, order, chosen, joined, choice, accounts, ids, .. } = self;
        let counts = &mut accounts.events;
        let mut rows: Vec<(Place, Event)> = Vec::new();
        counts.joined += assemble(kept, order, chosen, joined, |place, row| {
            let row = match row {
                Row::AsRead(at) => kept.pack().get(at),
                Row::Put(row) => Some(*row),
            };
            rows.extend(row.map(|row| (place, row)));
        });
        if let Some(choice) = choice {
            for (place, row) in &mut rows {
                choice.mark(*place, row);
            }
            let origin = |place| joined.origin(place);
            counts.folded += condense::alerts(&mut rows, &joined.folds, origin, trail);
            counts.folded += condense::fold(&mut rows, |place| choice.folded(place), trail);
        }
        for (_, row) in &mut rows {
            ids.number(row);
        }
        rows
    }

    /// Counts rows that the lead wrote: told, though by no evidence, and shown or outside the window.
    pub(super) fn written(&mut self, shown: u64, outside: u64) {
        self.accounts.events.told += shown + outside;
        self.accounts.events.outside_window += outside;
    }

    /// The undated events and the accounts, once the rows are made.
    pub(super) fn finish(mut self, rows: usize) -> (Vec<Event>, Accounts) {
        for event in &mut self.undated {
            self.ids.number(event);
        }
        self.accounts.events.shown = (rows + self.undated.len()) as u64;
        debug_assert_eq!(self.accounts.check(), Vec::<String>::new());
        (self.undated, self.accounts)
    }
}

/// Reads the fields of all chosen events, by input. An input that can no longer be read becomes
/// unread: the fault says why, and the number of its chosen events is given.
fn tell_all(read: &mut Read, kept: &Kept, chosen: &[Vec<Which>], talk: bool) -> u64 {
    let bytes = read.inputs.iter().map(|input| input.plan.input.size).sum();
    let progress = Progress::new(bytes, talk);
    let told: Vec<std::io::Result<()>> = read
        .inputs
        .par_iter()
        .enumerate()
        .zip(chosen)
        .map(|(input, chosen)| kept.read(input, chosen, &progress, |_, _| ()).map(|_| ()))
        .collect();
    progress.finish();
    let mut missed = 0;
    for (number, told) in told.into_iter().enumerate() {
        let Err(error) = told else { continue };
        kept.forget(number);
        missed += chosen[number].len() as u64;
        let input = &mut read.inputs[number];
        input.scan.faults.push(Fault {
            path: input.plan.input.path.to_string(),
            line: 0,
            reason: format!("could be scanned, but not read again: {error}"),
        });
    }
    missed
}
