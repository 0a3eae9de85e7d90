//! The records of single inputs: the places of all of them where they have to be sorted.

use std::io;

use super::{Course, Part};
use crate::{
    accounts::Accounts,
    merge::{
        Findings,
        cut::{Cutter, Source},
        listed::{Entry, Sorter},
        page::Page,
    },
    reader::Scan,
    time::{Precision, policy},
    timeline::tell::Decided,
};

/// The places of all records of an input.
pub(super) fn list(
    source: Source<'_>,
    size: u64,
    page: usize,
    sorter: &mut Sorter,
) -> io::Result<Findings> {
    let mut cutter = Cutter::new(source, 0..size, page);
    while let Some(cut) = cutter.next(Page::default())? {
        for pick in &cut.picks {
            let (start, len) = match &cut.giant {
                Some(range) => (range.start, range.end - range.start),
                None => (cut.start + u64::from(pick.at), u64::from(pick.len)),
            };
            let (instant, precision, is_record) = (pick.instant, pick.precision, pick.is_record);
            sorter.push(Entry { instant, start, len, precision, is_record })?;
        }
    }
    Ok(cutter.findings)
}

/// A scanned input: each record goes up to the next one that has an instant.
pub(super) fn part_of(decided: Decided) -> Part {
    let Decided { plan, scan, policy } = decided;
    let mut entries: Vec<Entry> = Vec::new();
    for (number, tick) in scan.ticks.iter().enumerate() {
        let Some(instant) = policy::instant(&policy, number, &tick.time) else { continue };
        if entries.last().is_some_and(|last| last.start == tick.start) {
            continue;
        }
        let (instant, start, precision) = (instant.0, tick.start, tick.time.precision);
        entries.push(Entry { instant, start, len: 0, precision, is_record: true });
    }
    let size = plan.input.size;
    let starts: Vec<u64> = entries.iter().map(|entry| entry.start).collect();
    let ends = starts.iter().skip(1).copied().chain(std::iter::once(size));
    for (entry, end) in entries.iter_mut().zip(ends) {
        entry.len = end - entry.start;
    }
    let first = starts.first().copied().unwrap_or(size);
    if first > 0 {
        let instant = entries.first().map_or(crate::merge::UNDATED, |entry| entry.instant);
        let precision = Precision::Second;
        entries.insert(0, Entry { instant, start: 0, len: first, precision, is_record: false });
    }
    let scan = Scan { accounts: Accounts::default(), ..scan };
    Part { plan, scan, policy, course: Course::Scanned(entries), remarks: Vec::new() }
}
