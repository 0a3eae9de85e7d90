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
    let events = &plan.definition.events;
    let mut record = Record::default();
    for (index, (tick, number)) in scan.ticks.iter().zip(&scan.plans).enumerate() {
        let (index, event) = (index as u32, events.get(usize::from(*number)));
        // A cell that is repeated goes its own way in each record.
        let repeated = event.is_some_and(|event| event.each.is_some());
        facts.streams.push(if repeated { 1 << 31 | index } else { u32::from(*number) << 16 });
        let Some(event) = event.filter(|_| either || local) else { continue };
        if record.start != Some(tick.start) {
            record = Record { start: Some(tick.start), ..Record::default() };
        }
        record.push(index, event);
        facts.pairs.extend(record.found.iter().filter(|_| either).map(|(pair, _)| *pair));
        let stamped = record.found.iter().filter(|(_, is_stamped)| local && *is_stamped);
        facts.stamped.extend(stamped.map(|(pair, _)| *pair));
        record.found.clear();
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
    /// Pairs that the last cell makes, and whether the tracker stamps both.
    found: Vec<((u32, u32), bool)>,
}

impl Record {
    fn push(&mut self, index: u32, event: &EventPlan) {
        if event.is_called("created") || event.is_called("opened") {
            self.created = Some(index);
            let later = self.later.drain(..).map(|(later, stamped)| ((index, later), stamped));
            return self.found.extend(later);
        }
        if event.is_called("due") {
            return;
        }
        let is_stamped = event.is_stamped();
        match self.created {
            Some(created) => self.found.push(((created, index), is_stamped)),
            None => self.later.push((index, is_stamped)),
        }
        if event.is_called("resolved") {
            self.resolved = Some(index);
        }
        if event.is_called("closed") {
            self.found.extend(self.resolved.map(|resolved| ((resolved, index), true)));
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
