//! Trust: which part of an input that is taken as ordered can hold the records of a window.
//!
//! `--trust-order` alone asks for it. A part is read only of logs whose stamps say their date and
//! their zone wherever they are looked at, and are seen to be in order there; all else is read whole.

use std::{io, sync::Arc};

use super::{PLACES, SLACK, inputs, merge};
use crate::{
    discover::range::{RangeRead, line_ends},
    merge::{clock::Clock, cut::Source, probe, seek},
    reader::{Part, Plan, Scan, Tick},
    settings::Reading,
    time::{
        Flags,
        policy::{self, Policy},
    },
    timeline::Window,
};

/// An input of fewer bytes is read whole: that costs little, and its order is looked at in few places.
const SMALL: u64 = 5 << 20;

/// Has an input read around the window alone, where that can be. One that cannot be read is told of
/// when it is scanned.
pub(super) fn narrow(plan: &mut Plan, reading: &Reading, window: Window) {
    let alone = plan.definition.is_plain() && plan.inner.is_empty() && plan.layers.is_empty();
    let is_text = merge::is_merged(plan) && plan.input.original.is_none();
    let is_large = plan.input.size >= SMALL;
    if !window.is_whole() && is_large && plan.is_chunked() && is_text && alone {
        plan.part = part(plan, reading, window).ok().flatten();
    }
}

fn part(plan: &Plan, reading: &Reading, window: Window) -> io::Result<Option<Part>> {
    let Some(mut clock) = Clock::of(plan) else { return Ok(None) };
    let bytes: Arc<dyn RangeRead> = plan.input.open()?.into();
    let scan = Scan { ticks: probe::some(&*bytes, &mut clock, PLACES)?, ..Scan::default() };
    let says_all = |tick: &Tick| tick.time.offset().is_some() || tick.time.flags.has(Flags::EPOCH);
    let policy = policy::decide(&scan.ticks, &inputs::facts(plan, &scan, reading, None));
    let Some(foreseen) = probe::foresee(&scan.ticks, &policy) else { return Ok(None) };
    if !scan.ticks.iter().all(says_all) || !is_ordered(&scan.ticks, &policy) {
        return Ok(None);
    }
    let size = plan.input.size;
    let mut source = Source { bytes: bytes.clone(), clock, policy: &policy, foreseen };
    let from = window.from.map(|from| from.0.saturating_sub(SLACK));
    let to = window.to.map(|to| to.0.saturating_add(SLACK));
    let start = from.map_or(Ok(0), |from| seek::first_from(&mut source, from, size))?;
    let end = to.map_or(Ok(size), |to| seek::end_before(&mut source, to, size))?;
    let read = start..end.max(start);
    if read == (0..size) {
        return Ok(None);
    }
    Ok(Some(Part { lines: line_ends(&*bytes, 0..start)?, bytes: read }))
}

/// Whether no stamp that was looked at is further behind one above it than is allowed for.
fn is_ordered(ticks: &[Tick], policy: &Policy) -> bool {
    let instants = ticks.iter().enumerate();
    let instants = instants.filter_map(|(at, tick)| policy::instant(policy, at, &tick.time));
    let mut latest = i64::MIN;
    instants.into_iter().all(|instant| {
        latest = latest.max(instant.0);
        latest.saturating_sub(instant.0) <= SLACK
    })
}
