//! Seek: where in an input that is taken as ordered the records of a window begin.

use std::io;

use super::cut::Source;
use crate::{reader::line::LineReader, time::policy};

/// Bytes that are looked at in one place before the search gives up halving.
const STEP: u64 = 16 << 10;
/// Records that are looked for at most so far behind a place.
const REACH: u64 = 4 << 20;

/// First byte of a record before which, in an ordered input, all records are earlier than `from` (ns).
///
/// # Errors
/// The input's.
pub(crate) fn first_from(source: &mut Source<'_>, from: i64, size: u64) -> io::Result<u64> {
    let (low, _) = around(source, from, size)?;
    if low == 0 {
        return Ok(0);
    }
    Ok(record_at(source, low, size)?.map_or(0, |(start, _)| start))
}

/// First byte of a record from which on, in an ordered input, none is earlier than `to` (ns); the
/// input's size where there is none.
///
/// # Errors
/// The input's.
pub(crate) fn end_before(source: &mut Source<'_>, to: i64, size: u64) -> io::Result<u64> {
    let (_, high) = around(source, to, size)?;
    if high == size {
        return Ok(size);
    }
    Ok(record_at(source, high, size)?.map_or(size, |(start, _)| start))
}

/// Two places not far apart: the record at the first is earlier than `instant` (ns), if it is not the
/// input's start; that behind the second is not.
fn around(source: &mut Source<'_>, instant: i64, size: u64) -> io::Result<(u64, u64)> {
    let (mut low, mut high) = (0, size);
    while high - low > STEP {
        let middle = low + (high - low) / 2;
        match record_at(source, middle, high)? {
            Some((start, at)) if at < instant => low = start.max(low + 1),
            Some(_) | None => high = middle,
        }
    }
    Ok((low, high))
}

/// The first record that begins at `at` or behind it, and before `end`: its first byte and instant.
pub(crate) fn record_at(
    source: &mut Source<'_>,
    at: u64,
    end: u64,
) -> io::Result<Option<(u64, i64)>> {
    let bytes = source.bytes.clone();
    let end = end.min(at.saturating_add(REACH));
    let mut lines = LineReader::in_chunk_by(&*bytes, &(at..end), STEP as usize)?;
    while let Some(line) = lines.next_line()?.filter(|line| line.start < end) {
        let Some(raw) = source.clock.time(line.text) else { continue };
        if let Some(instant) = policy::instant(source.policy, 0, &raw) {
            return Ok(Some((line.start, instant.0)));
        }
    }
    Ok(None)
}
