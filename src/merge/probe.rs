//! Probe: a look at some stamps of an input, or at all of them, before its records are placed.

use std::io;

use super::{
    clock::Clock,
    cut::{Counter, Foreseen},
};
use crate::{
    discover::range::RangeRead,
    reader::{Tick, line::LineReader},
    time::{
        Flags, RawTime,
        policy::{self, Policy},
    },
};

/// Bytes looked at at both ends of an input.
const END: u64 = 32 << 10;
/// Bytes looked at in each place between.
const PLACE: usize = 4 << 10;
/// Stamps taken from each place between.
const STAMPS: usize = 8;

/// The stamps at both ends of an input and in so many places between, in the order of the input.
///
/// # Errors
/// The input's.
pub(crate) fn some(
    bytes: &dyn RangeRead,
    clock: &mut Clock<'_>,
    places: u64,
) -> io::Result<Vec<Tick>> {
    let size = bytes.len();
    let mut ticks = Vec::new();
    take(bytes, clock, 0, END.min(size), (END as usize, usize::MAX), &mut ticks)?;
    let step = size / (places + 1);
    if step > 2 * END {
        for place in 1..=places {
            let at = place * step;
            take(bytes, clock, at, at + PLACE as u64, (PLACE, STAMPS), &mut ticks)?;
        }
    }
    let last = size.saturating_sub(END).max(END);
    take(bytes, clock, last, size, (END as usize, usize::MAX), &mut ticks)?;
    Ok(ticks)
}

/// The stamps of the lines that begin between two bytes.
fn take(
    bytes: &dyn RangeRead,
    clock: &mut Clock<'_>,
    from: u64,
    to: u64,
    (window, most): (usize, usize),
    ticks: &mut Vec<Tick>,
) -> io::Result<()> {
    if from >= to {
        return Ok(());
    }
    let mut lines = LineReader::in_chunk_by(bytes, &(from..to), window)?;
    let before = ticks.len();
    while ticks.len() - before < most
        && let Some(line) = lines.next_line()?.filter(|line| line.start < to)
    {
        if let Some(time) = clock.time(line.text) {
            ticks.push(Tick { start: line.start, len: 0, line: 0, time });
        }
    }
    Ok(())
}

/// All stamps of an input: one for each second that its clock shows anew.
///
/// # Errors
/// The input's.
pub(crate) fn all(bytes: &dyn RangeRead, clock: &mut Clock<'_>) -> io::Result<Vec<Tick>> {
    let mut counter = Counter::default();
    let mut ticks = Vec::new();
    let mut lines = LineReader::new(bytes, 0);
    while let Some(line) = lines.next_line()? {
        if let Some(time) = clock.time(&line.whole_text(bytes)?)
            && counter.count(&time).1
        {
            ticks.push(Tick { start: line.start, len: 0, line: 0, time });
        }
    }
    Ok(ticks)
}

/// What the stamps of an input can be relied upon to be, by these samples; none where their policy
/// must be decided from all of them.
pub(crate) fn foresee(ticks: &[Tick], policy: &Policy) -> Option<Foreseen> {
    let raws = || ticks.iter().map(|tick| &tick.time);
    let is_local = |raw: &&RawTime| raw.offset().is_none() && !raw.flags.has(Flags::EPOCH);
    let foreseen = Foreseen::Some {
        unit: raws().find(|raw| raw.flags.has(Flags::EPOCH)).map(|raw| raw.word),
        stretch: raws()
            .find(is_local)
            .map(|raw| policy.stretch(raw.civil))
            .filter(|stretch| matches!(stretch.local, crate::time::zone::Local::One { .. })),
    };
    (!ticks.is_empty() && raws().all(|raw| foreseen.holds(raw))).then_some(foreseen)
}

/// Whether records stand so far out of order that reading ahead by `reach` bytes does not help.
pub(crate) fn is_disordered(ticks: &[Tick], policy: &Policy, reach: u64) -> bool {
    let instant = |(number, tick): (usize, &Tick)| {
        Some((tick.start, policy::instant(policy, number, &tick.time)?))
    };
    let placed: Vec<_> = ticks.iter().enumerate().filter_map(instant).collect();
    // The latest of those that lie further back than the reach.
    let mut far = 0;
    let mut latest = None;
    placed.iter().any(|&(start, instant)| {
        while placed[far].0 + reach < start {
            latest = latest.max(Some(placed[far].1));
            far += 1;
        }
        latest > Some(instant)
    })
}
