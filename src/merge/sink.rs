//! Sink: records to bytes of output, with what is put before them, and what became of each.

use std::{
    io::{self, Write},
    ops::Range,
    sync::Arc,
};

use super::{Batch, Pick, UNDATED};
use crate::{
    discover::range::RangeRead,
    time::{Civil, Instant, Precision, SECOND, push_fraction, zone::Zone},
    timeline::Window,
};

/// Bytes that are collected before they are written.
const BUFFER: usize = 64 << 10;
/// Records in a row of so many bytes are written from where they lie.
const ROW: usize = 32 << 10;

/// What is put before each record.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prefix {
    /// Its instant: in UTC, or in these zones.
    pub(crate) zones: Option<Vec<Zone>>,
    /// The labels of the inputs.
    pub(crate) labels: Option<Vec<String>>,
}

/// What became of the records of an input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fate {
    pub(crate) written: u64,
    pub(crate) outside: u64,
    pub(crate) joined: u64,
    /// Bytes of records outside of the window and of copies.
    pub(crate) bytes_left: u64,
    /// Its last record had no line end and was given one.
    pub(crate) ended: bool,
    /// A record that was to be copied could not be read to its end.
    pub(crate) cut_short: bool,
}

/// Writes records.
pub(crate) struct Sink<'w> {
    out: &'w mut dyn Write,
    buffer: Vec<u8>,
    prefix: Prefix,
    bare: bool,
    window: Option<Range<i64>>,
    pub(crate) fates: Vec<Fate>,
    written: bool,
}

impl<'w> Sink<'w> {
    /// Writes the records of so many inputs.
    pub(crate) fn new(
        out: &'w mut dyn Write,
        prefix: Prefix,
        window: &Window,
        inputs: usize,
    ) -> Self {
        let bound = |instant: Option<Instant>, open: i64| instant.map_or(open, |at| at.0);
        let window =
            (!window.is_whole()).then(|| bound(window.from, i64::MIN)..bound(window.to, i64::MAX));
        Self {
            out,
            buffer: Vec::with_capacity(BUFFER + ROW),
            bare: prefix.zones.is_none() && prefix.labels.is_none(),
            prefix,
            window,
            fates: vec![Fate::default(); inputs],
            written: false,
        }
    }

    /// Whether anything was written that cannot be taken back.
    pub(crate) fn has_written(&self) -> bool {
        self.written
    }

    /// Writes records that follow each other in the order of all. Where nothing is put before them and
    /// none is left out, those that lie in a row are written as one stretch of bytes.
    ///
    /// # Errors
    /// The output's.
    #[inline]
    pub(crate) fn records(
        &mut self,
        input: usize,
        batch: &Batch,
        picks: &[Pick],
        source: &dyn RangeRead,
    ) -> io::Result<()> {
        if !self.bare || self.window.is_some() || !batch.giants.is_empty() {
            return self.one_by_one(input, batch, picks, source);
        }
        let mut rest = picks;
        while let Some((first, others)) = rest.split_first() {
            let mut end = first.at + first.len;
            let mut written = u64::from(first.is_record);
            let mut row = 0;
            for next in others.iter().take_while(|next| next.page == first.page) {
                if next.at != end {
                    break;
                }
                end += next.len;
                written += u64::from(next.is_record);
                row += 1;
            }
            rest = &others[row..];
            self.fates[input].written += written;
            let page = batch.pages[first.page as usize].text();
            self.bytes(input, &page[first.at as usize..end as usize])?;
        }
        Ok(())
    }

    fn one_by_one(
        &mut self,
        input: usize,
        batch: &Batch,
        picks: &[Pick],
        source: &dyn RangeRead,
    ) -> io::Result<()> {
        picks.iter().try_for_each(|pick| {
            if pick.is_giant() {
                self.giant(input, pick, source, &batch.giants[pick.at as usize])
            } else {
                self.record(input, pick, batch.bytes(pick))
            }
        })
    }

    /// Adds whole records, the last of which may lack its line end.
    #[inline]
    fn bytes(&mut self, input: usize, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() >= ROW {
            self.flush()?;
            self.written = true;
            self.out.write_all(bytes)?;
        } else {
            self.buffer.extend_from_slice(bytes);
        }
        if bytes.last() != Some(&b'\n') {
            self.buffer.push(b'\n');
            self.fates[input].ended = true;
        }
        if self.buffer.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    /// Writes a record.
    ///
    /// # Errors
    /// The output's.
    fn record(&mut self, input: usize, pick: &Pick, bytes: &[u8]) -> io::Result<()> {
        if self.is_outside(input, pick, bytes.len() as u64) {
            return Ok(());
        }
        self.fates[input].written += u64::from(pick.is_record);
        if !self.bare {
            self.before(input, pick);
        }
        self.bytes(input, bytes)
    }

    /// Writes a record that is copied from its input.
    ///
    /// # Errors
    /// The output's.
    fn giant(
        &mut self,
        input: usize,
        pick: &Pick,
        source: &dyn RangeRead,
        range: &Range<u64>,
    ) -> io::Result<()> {
        if self.is_outside(input, pick, range.end - range.start) {
            return Ok(());
        }
        self.fates[input].written += u64::from(pick.is_record);
        self.before(input, pick);
        let mut at = range.start;
        let mut last = b'\n';
        while at < range.end {
            let want = usize::try_from(range.end - at).unwrap_or(BUFFER).min(BUFFER);
            let bytes = source.bytes(at, want).unwrap_or_default();
            let Some(end) = bytes.last() else {
                self.fates[input].cut_short = true;
                break;
            };
            last = *end;
            at += bytes.len() as u64;
            self.buffer.extend_from_slice(&bytes);
            self.flush()?;
        }
        if last != b'\n' {
            self.buffer.push(b'\n');
            self.fates[input].ended = true;
        }
        Ok(())
    }

    fn is_outside(&mut self, input: usize, pick: &Pick, bytes: u64) -> bool {
        let Some(window) = &self.window else { return false };
        // What has no instant is in no window, and in none is it lost.
        let outside = !window.contains(&pick.instant) || pick.instant == UNDATED;
        if outside {
            self.fates[input].outside += u64::from(pick.is_record);
            self.fates[input].bytes_left += bytes;
        }
        outside
    }

    /// Counts a record that is a copy of one that was written.
    pub(crate) fn copy(&mut self, input: usize, bytes: u64) {
        self.fates[input].joined += 1;
        self.fates[input].bytes_left += bytes;
    }

    fn before(&mut self, input: usize, pick: &Pick) {
        if let Some(zones) = &self.prefix.zones {
            let instant = (pick.instant != UNDATED).then_some(Instant(pick.instant));
            if zones.is_empty() {
                stamp(&mut self.buffer, instant, None, pick.precision);
            }
            for zone in zones {
                stamp(&mut self.buffer, instant, Some(zone), pick.precision);
            }
        }
        if let Some(label) = self.prefix.labels.as_ref().map(|labels| &labels[input]) {
            self.buffer.extend_from_slice(label.as_bytes());
            self.buffer.extend_from_slice(b": ");
        }
    }

    /// Writes what was collected.
    ///
    /// # Errors
    /// The output's.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if !self.buffer.is_empty() {
            self.written = true;
            self.out.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }
}

/// RFC 3339 in UTC or with the offset of a zone, and a blank; digits as written, `-` for none.
fn stamp(out: &mut Vec<u8>, instant: Option<Instant>, zone: Option<&Zone>, how: Precision) {
    let Some(instant) = instant else {
        out.extend_from_slice(b"- ");
        return;
    };
    let Some(zone) = zone else {
        out.extend_from_slice(instant.rfc3339(how).as_bytes());
        out.push(b' ');
        return;
    };
    let offset = zone.offset_at(instant);
    let local = Civil::from_secs((instant.0 + i64::from(offset) * SECOND).div_euclid(SECOND));
    let mut text = local.to_string();
    push_fraction(&mut text, instant.subsec_nanos(), how);
    text.push_str(&crate::time::zone::offset_text(offset));
    text.push(' ');
    out.extend_from_slice(text.as_bytes());
}

/// What labels name: the path, or its last component.
pub(crate) fn label(path: &Arc<str>, whole: bool) -> String {
    let name = if whole { path } else { path.rsplit('/').next().unwrap_or(path) };
    name.to_owned()
}
