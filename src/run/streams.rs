//! Which stream a raw time belongs to: the column of a ticket, the writer of a log line.
//!
//! Order is evidence only within a stream. Columns come from the scan (a byte a tick, and only for
//! definitions that tell several events); writers are looked up in the records themselves, and only
//! around the repeated hours of an input whose order as a whole is none and around the ends of years
//! that are none of a New Year's night, so that they cost nothing anywhere else.

use std::io;

use crate::{
    definition::EventPlan,
    reader::{Plan, Scan},
    time::{Flags, RawTime, policy::Facts},
    timeline::tell::Decided,
};

/// Records on both sides of such a place that are asked for their writer.
const REACH: usize = 1000;
/// Most bytes of a record that are looked at for its writer.
const HEAD: u32 = 4 << 10;

/// Adds the columns of records that tell several events, and what must come before what.
pub(super) fn columns(plan: &Plan, scan: &Scan, facts: &mut Facts) {
    if scan.plans.is_empty() {
        return;
    }
    let any = |is: fn(&RawTime) -> bool| scan.ticks.iter().any(|tick| is(&tick.time));
    let either = any(|time| time.flags.has(Flags::EITHER_ORDER));
    let local = any(|time| time.offset().is_none());
    let cells: Vec<Cell> = plan.definition.events.iter().map(Cell::of).collect();
    let mut record = Record::default();
    for (index, (tick, number)) in scan.ticks.iter().zip(&scan.plans).enumerate() {
        let (index, cell) = (index as u32, cells.get(usize::from(*number)));
        // A cell that is repeated goes its own way in each record.
        let repeated = cell.is_some_and(|cell| cell.is_repeated);
        facts.streams.push(if repeated { 1 << 31 | index } else { u32::from(*number) << 16 });
        let Some(cell) = cell.filter(|_| either || local) else { continue };
        if record.start != Some(tick.start) {
            record = Record { start: Some(tick.start), ..Record::default() };
        }
        record.push(index, *cell, &mut |pair, is_stamped| {
            facts.pairs.extend(either.then_some(pair));
            facts.stamped.extend((local && is_stamped).then_some(pair));
        });
    }
}

/// What a cell of a ticket is, by the definition of its event.
#[derive(Clone, Copy)]
struct Cell {
    is_repeated: bool,
    is_created: bool,
    is_due: bool,
    is_resolved: bool,
    is_closed: bool,
    is_stamped: bool,
}

impl Cell {
    fn of(event: &EventPlan) -> Self {
        Self {
            is_repeated: event.each.is_some(),
            is_created: event.is_called("created") || event.is_called("opened"),
            is_due: event.is_called("due"),
            is_resolved: event.is_called("resolved"),
            is_closed: event.is_called("closed"),
            is_stamped: event.is_stamped(),
        }
    }
}

/// The cells of a ticket that something is known of: it is created before anything becomes of it, and
/// resolved before it is closed. `updated` is the last change in some exports and an early one in
/// others, and what is due is no event.
#[derive(Default)]
struct Record {
    start: Option<u64>,
    created: Option<u32>,
    resolved: Option<u32>,
    /// What comes after the creation, and stands before it in the record.
    later: Vec<(u32, bool)>,
}

impl Record {
    /// Takes the next cell; `pair` is given what comes before what, and whether the tracker stamps both.
    fn push(&mut self, index: u32, cell: Cell, pair: &mut dyn FnMut((u32, u32), bool)) {
        if cell.is_created {
            self.created = Some(index);
            return self.later.drain(..).for_each(|(later, stamped)| pair((index, later), stamped));
        }
        if cell.is_due {
            return;
        }
        match self.created {
            Some(created) => pair((created, index), cell.is_stamped),
            None => self.later.push((index, cell.is_stamped)),
        }
        if cell.is_resolved {
            self.resolved = Some(index);
        }
        if let Some(resolved) = self.resolved.filter(|_| cell.is_closed) {
            pair((resolved, index), true);
        }
    }
}

/// The writers of the records around the places that the order of the records leaves open, by tick;
/// none where it says enough.
pub(super) fn writers(input: &Decided) -> io::Result<Option<Vec<u32>>> {
    let places = input.policy.open_places();
    if places.is_empty() || !input.scan.plans.is_empty() {
        return Ok(None);
    }
    let source = input.plan.input.open()?;
    let mut writers = vec![0; input.scan.ticks.len()];
    for place in around(&places, writers.len()) {
        let tick = &input.scan.ticks[place];
        let bytes = source.bytes(tick.start, tick.len.min(HEAD) as usize)?;
        writers[place] = input.plan.writer(&input.scan, tick.start, &bytes);
    }
    Ok(Some(writers))
}

/// These places and their neighbours, each once.
fn around(open: &[usize], len: usize) -> Vec<usize> {
    let mut places: Vec<usize> = Vec::new();
    for place in open {
        let from = places.last().map_or(0, |last| last + 1).max(place.saturating_sub(REACH));
        places.extend(from..(place + REACH + 1).min(len));
    }
    places
}
