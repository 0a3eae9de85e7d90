//! Listed: the records of an input that is in no order, sorted by their stamps.
//!
//! Takes the places of all records; sorts them within a budget of memory, and past it in files
//! without a name. The bytes themselves are read where they are asked for.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    fs::File,
    io::{self, BufReader, BufWriter, Read, Seek, Write},
    sync::Arc,
};

use super::{Batch, Findings, GIANT, Pick, Supply, page::Page};
use crate::{
    discover::{range::RangeRead, spool},
    time::Precision,
};

/// Instant and place of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    /// Nanoseconds since 1970 UTC.
    pub(crate) instant: i64,
    /// First byte.
    pub(crate) start: u64,
    /// Bytes up to the next record.
    pub(crate) len: u64,
    /// How finely its time was written.
    pub(crate) precision: Precision,
    /// Whether it is a record, and not the lines before an input's first one.
    pub(crate) is_record: bool,
}

/// Bytes of an entry in memory.
const ENTRY: u64 = size_of::<Entry>() as u64;
/// Bytes of an entry in a file.
const WRITTEN: usize = 26;

impl Entry {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let precision = match self.precision {
            Precision::Day => 20,
            Precision::Hour => 21,
            Precision::Minute => 22,
            Precision::Second => 0,
            Precision::Fraction(digits) => digits.min(9),
        };
        let mut bytes = [0; WRITTEN];
        bytes[..8].copy_from_slice(&self.instant.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.start.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.len.to_le_bytes());
        bytes[24] = precision;
        bytes[25] = u8::from(self.is_record);
        out.write_all(&bytes)
    }

    fn read(from: &mut dyn Read) -> io::Result<Option<Self>> {
        let mut bytes = [0; WRITTEN];
        match from.read_exact(&mut bytes) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            other => other?,
        }
        let number = |at: usize| {
            let mut eight = [0; 8];
            eight.copy_from_slice(&bytes[at..at + 8]);
            u64::from_le_bytes(eight)
        };
        let precision = match bytes[24] {
            20 => Precision::Day,
            21 => Precision::Hour,
            22 => Precision::Minute,
            0 => Precision::Second,
            digits => Precision::Fraction(digits),
        };
        Ok(Some(Self {
            instant: number(0) as i64,
            start: number(8),
            len: number(16),
            precision,
            is_record: bytes[25] == 1,
        }))
    }
}

/// Sorts entries within a budget of memory.
pub(crate) struct Sorter {
    entries: Vec<Entry>,
    most: usize,
    runs: Vec<File>,
}

impl Sorter {
    /// A sorter that keeps at most so many bytes in memory, and at least a few.
    pub(crate) fn new(memory: u64) -> Self {
        let most = usize::try_from(memory / ENTRY).unwrap_or(usize::MAX).max(1024);
        Self { entries: Vec::new(), most, runs: Vec::new() }
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// Those of the folder for temporary files.
    pub(crate) fn push(&mut self, entry: Entry) -> io::Result<()> {
        if self.entries.len() >= self.most {
            self.spill()?;
        }
        self.entries.push(entry);
        Ok(())
    }

    fn spill(&mut self) -> io::Result<()> {
        self.entries.sort_unstable();
        let mut out = BufWriter::with_capacity(256 << 10, spool::unnamed()?);
        for entry in self.entries.drain(..) {
            entry.write(&mut out)?;
        }
        let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        self.runs.push(file);
        Ok(())
    }

    fn finish(mut self) -> io::Result<Sorted> {
        self.entries.sort_unstable();
        let mut sorted = Sorted {
            files: self
                .runs
                .into_iter()
                .map(|run| BufReader::with_capacity(64 << 10, run))
                .collect(),
            memory: self.entries.into_iter(),
            heads: BinaryHeap::new(),
        };
        for number in 0..=sorted.files.len() {
            sorted.pull(number)?;
        }
        Ok(sorted)
    }
}

/// Sorted entries out of sorted runs; the last run is the one in memory.
struct Sorted {
    files: Vec<BufReader<File>>,
    memory: std::vec::IntoIter<Entry>,
    heads: BinaryHeap<Reverse<(Entry, usize)>>,
}

impl Sorted {
    fn pull(&mut self, number: usize) -> io::Result<()> {
        let next = match self.files.get_mut(number) {
            Some(file) => Entry::read(file)?,
            None => self.memory.next(),
        };
        self.heads.extend(next.map(|entry| Reverse((entry, number))));
        Ok(())
    }

    fn next(&mut self) -> io::Result<Option<Entry>> {
        let Some(Reverse((entry, number))) = self.heads.pop() else { return Ok(None) };
        self.pull(number)?;
        Ok(Some(entry))
    }
}

/// Records of an input in the order of their stamps.
pub(crate) struct Listed<'p> {
    bytes: Arc<dyn RangeRead + 'p>,
    sorted: Sorted,
    /// Taken from the list, and not given yet.
    next: Option<Entry>,
    page_bytes: usize,
    findings: Findings,
    used: Option<Arc<Page>>,
}

impl<'p> Listed<'p> {
    /// The records at these places, in pages of about so many bytes.
    ///
    /// # Errors
    /// Those of the temporary files.
    pub(crate) fn new(
        bytes: Arc<dyn RangeRead + 'p>,
        sorter: Sorter,
        page_bytes: usize,
        findings: Findings,
    ) -> io::Result<Self> {
        let mut sorted = sorter.finish()?;
        let next = sorted.next()?;
        Ok(Self { bytes, sorted, next, page_bytes, findings, used: None })
    }
}

impl Supply for Listed<'_> {
    fn next(&mut self) -> io::Result<Option<Batch>> {
        let mut page = self.used.take().and_then(Arc::into_inner).unwrap_or_default();
        page.clear();
        let mut batch = Batch::default();
        while let Some(entry) = self.next {
            let Entry { instant, start, len, precision, is_record } = entry;
            let pick = Pick { instant, at: 0, len: 0, page: 0, precision, is_record };
            if len > self.page_bytes as u64 {
                let at = batch.giants.len() as u32;
                batch.giants.push(start..start + len);
                batch.picks.push(Pick { at, len: GIANT, ..pick });
            } else {
                let at = page.text().len() as u32;
                if !page.add(&*self.bytes, start, len as usize, self.page_bytes)? {
                    break;
                }
                batch.picks.push(Pick { at, len: len as u32, ..pick });
            }
            self.next = self.sorted.next()?;
        }
        if batch.picks.is_empty() {
            return Ok(None);
        }
        let page = Arc::new(page);
        self.used = Some(page.clone());
        batch.pages.push(page);
        Ok(Some(batch))
    }

    fn findings(&self) -> Findings {
        self.findings
    }
}
