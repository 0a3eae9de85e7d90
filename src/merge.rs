//! Merge: raw log records of many inputs in one time order, bytes untouched.
//!
//! Takes inputs whose records are lines ([`Clock`] tells where a record begins and what its clock
//! showed); gives their bytes in the total order: instant, path bytes, byte offset. An input in
//! order, or nearly so, is streamed in bounded memory ([`steady`]); one that is not is sorted by its
//! stamps ([`listed`]). `run/merge.rs` decides which is which and how times are read.

pub(crate) mod clock;
mod copies;
pub(crate) mod cut;
pub(crate) mod listed;
pub(crate) mod page;
pub(crate) mod probe;
pub(crate) mod seek;
pub(crate) mod sink;
pub(crate) mod steady;
mod tree;
pub(crate) mod weave;

use std::{io, ops::Range, sync::Arc};

use page::Page;

use crate::time::Precision;

/// A record to be written: its instant, and where its bytes lie in its batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pick {
    /// Nanoseconds since 1970 UTC; [`UNDATED`] where nothing dates the input.
    pub(crate) instant: i64,
    /// First byte in its page; for a giant, its number among the batch's giants.
    pub(crate) at: u32,
    /// Bytes; [`GIANT`] for a record that fits no page.
    pub(crate) len: u32,
    /// Page of the batch.
    pub(crate) page: u32,
    /// How finely its time was written.
    pub(crate) precision: Precision,
    /// Whether it is a record, and not the lines before an input's first one.
    pub(crate) is_record: bool,
}

impl Pick {
    /// True for a record that fits no page.
    pub(crate) fn is_giant(&self) -> bool {
        self.len == GIANT
    }
}

/// The place of what has no instant: behind everything.
pub(crate) const UNDATED: i64 = i64::MAX;
/// The length that stands for a record which is copied from its input by range.
pub(crate) const GIANT: u32 = u32::MAX;

/// Records of one input in order, with their bytes.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) pages: Vec<Arc<Page>>,
    pub(crate) picks: Vec<Pick>,
    /// Byte ranges in the input of records that fit no page.
    pub(crate) giants: Vec<Range<u64>>,
}

/// What gives the records of one input in order, a batch at a time.
pub(crate) trait Supply: Send {
    /// The next batch, never without picks; none at the end.
    ///
    /// # Errors
    /// The input's.
    fn next(&mut self) -> io::Result<Option<Batch>>;

    /// What was found out on the way.
    fn findings(&self) -> Findings;
}

/// What streaming an input found out about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Findings {
    /// Records that came too late to be put into their place, the byte of the first of them, and how
    /// far back (ns) the worst belongs.
    pub(crate) late: u64,
    pub(crate) first_late: u64,
    pub(crate) worst_ns: i64,
    /// Records whose stamps are of a kind that the samples did not have, so that all stamps should
    /// have been looked at first.
    pub(crate) unforeseen: u64,
    /// Records, and the bytes that stand before the first of them.
    pub(crate) records: u64,
    pub(crate) before_first: u64,
    /// Last byte that was read, exclusive, and the first.
    pub(crate) from: u64,
    pub(crate) to: u64,
    /// Least and greatest instant.
    pub(crate) span: Option<(i64, i64)>,
}

impl Findings {
    /// Counts a record, or the lines before an input's first one (`len` bytes).
    pub(crate) fn count(&mut self, instant: i64, len: u64, is_record: bool) {
        if is_record {
            self.count_records(1, Some((instant, instant)));
        } else {
            self.before_first += len;
        }
    }

    /// Counts records, and takes in the span of their instants.
    pub(crate) fn count_records(&mut self, records: u64, span: Option<(i64, i64)>) {
        self.records += records;
        self.span = match (self.span, span) {
            (Some((first, last)), Some((from, to))) => Some((first.min(from), last.max(to))),
            (one, other) => one.or(other),
        };
    }

    /// True where only a pass over all stamps could have put all records into their place.
    pub(crate) fn is_unsettled(&self) -> bool {
        self.late > 0 || self.unforeseen > 0
    }
}

#[cfg(test)]
mod tests;
