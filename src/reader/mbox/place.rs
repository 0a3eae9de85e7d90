//! Where the bytes of a message stand in its record.
//!
//! A mailbox puts a line above a message and `>` before lines that look like it; both are taken off
//! before anything is read. A mail attached to the message is shown as it stands in the file, so
//! that its place is counted back.

use std::{borrow::Cow, ops::Range, sync::LazyLock};

use memchr::memmem::Finder;

/// How places in a message become places in its record.
#[derive(Default)]
pub(super) struct Map {
    /// Bytes of the record before the message.
    before: usize,
    /// Places in the message before which a `>` was taken off, in order.
    taken: Vec<usize>,
}

impl Map {
    /// A stretch of the message as one of the record, without the blank lines around it; none where
    /// nothing else is in it.
    pub(super) fn record(&self, message: &[u8], place: Range<usize>) -> Option<Range<usize>> {
        let place = without_blank_lines(message, place)?;
        // A sign taken off before the first byte belongs to the stretch, one behind the last does not.
        let in_record = |at: usize| self.before + at + self.taken.partition_point(|t| *t < at);
        Some(in_record(place.start)..in_record(place.end))
    }
}

/// From the first line that holds something to the end of the last, without its line end.
fn without_blank_lines(message: &[u8], place: Range<usize>) -> Option<Range<usize>> {
    let bytes = message.get(place.clone())?;
    let first = bytes.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let last = bytes.iter().rposition(|byte| !byte.is_ascii_whitespace())?;
    let start = memchr::memrchr(b'\n', &bytes[..first]).map_or(0, |end| end + 1);
    let end = memchr::memchr2(b'\r', b'\n', &bytes[last..]).map_or(bytes.len(), |end| last + end);
    Some(place.start + start..place.start + end)
}

/// A message of which `before` bytes of its record stand above it, without the escapes of a mailbox
/// writer: `>From ` (mboxo, mboxrd).
pub(super) fn unescape(message: &[u8], before: usize, escaped: bool) -> (Cow<'_, [u8]>, Map) {
    static ESCAPED: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(">From "));
    let mut map = Map { before, taken: Vec::new() };
    if !escaped || ESCAPED.find(message).is_none() {
        return (Cow::Borrowed(message), map);
    }
    let mut out = Vec::with_capacity(message.len());
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        let quotes = line.iter().take_while(|byte| **byte == b'>').count();
        let escaped = quotes > 0 && line[quotes..].starts_with(b"From ");
        if escaped {
            map.taken.push(out.len());
        }
        out.extend_from_slice(&line[usize::from(escaped)..]);
    }
    (Cow::Owned(out), map)
}
