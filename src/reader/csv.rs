//! CSV: rows under the columns of the first one.
//!
//! Quotes may hold line breaks, so a file is one chunk. One framing serves the scan, the fields
//! and the detection: `csv-core`, the heart of the `csv` crate (RFC 4180 with lenient quotes).

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex},
};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::{Piece, Plan, head, line::LINE_BYTES, sketch};
use crate::{
    definition::{
        bag::{Field, Record},
        phrase::Path,
        tell::{Depth, Draft},
    },
    discover::range::RangeRead,
    template::Fit,
    text,
};

/// Most bytes of a row: a longer one is a quote that was never closed.
const ROW_BYTES: usize = 16 << 20;

/// The columns of a file: names, and where each stands (a name may stand often).
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// Delimiter between cells.
    pub delimiter: u8,
    /// Places by name, other names of the definition included.
    places: BTreeMap<String, Vec<usize>>,
    /// Places by name, whatever its case and blanks; for names that are not there as written.
    alike: BTreeMap<String, Vec<usize>>,
    /// The names as the file has them.
    pub names: Vec<String>,
    /// The definition names them: the first row is a record.
    pub given: bool,
    /// What was found out, not told: the definition's name for a column, and the file's.
    pub guessed: Vec<(String, String)>,
    /// What cuts single rows, while nobody uses it: dear to make (and csv-core 0.1.13 does not copy
    /// all of it).
    idle: Arc<Mutex<Vec<Reader>>>,
}

impl Columns {
    /// The columns that a header row names; `other` gives more names for them.
    pub fn new(delimiter: u8, header: &[String], other: &[(String, Vec<String>)]) -> Self {
        let names: Vec<String> = header
            .iter()
            .map(|name| name.trim_start_matches('\u{feff}').trim().to_owned())
            .collect();
        let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut alike: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, name) in names.iter().enumerate() {
            places.entry(name.clone()).or_default().push(at);
            alike.entry(bare(name)).or_default().push(at);
        }
        for (name, others) in other {
            if places.contains_key(name) || alike.contains_key(&bare(name)) {
                continue;
            }
            let other = |other: &String| places.get(other).or_else(|| alike.get(&bare(other)));
            if let Some(found) = others.iter().find_map(other).cloned() {
                places.insert(name.clone(), found);
            }
        }
        Self { delimiter, places, alike, names, ..Self::default() }
    }

    /// The columns of files that do not name them.
    pub fn given(delimiter: u8, header: &[String]) -> Self {
        Self { given: true, ..Self::new(delimiter, header, &[]) }
    }

    /// With columns that the user told: they stand before any that the definition knows.
    #[must_use]
    pub fn told(mut self, told: &[(String, String)]) -> Self {
        for (what, name) in told {
            if let Some(places) = self.places(name).map(<[usize]>::to_vec) {
                self.places.insert(what.clone(), places);
            }
        }
        self
    }

    /// The columns that stand for these names under others.
    pub fn found(&self, names: &[String]) -> Vec<(String, String)> {
        let column = |name: &String| {
            let place = *self.places(name)?.first()?;
            let column = self.names.get(place)?;
            (bare(column) != bare(name)).then(|| (name.clone(), column.clone()))
        };
        names.iter().filter_map(column).collect()
    }

    /// Where the column of that name stands. `Created time`, `Created Time` and `created_time` are
    /// one name to those who export tables, unless the table has several of them.
    pub fn places(&self, name: &str) -> Option<&[usize]> {
        let found = self.places.get(name).or_else(|| self.alike.get(&bare(name)));
        found.map(Vec::as_slice)
    }

    /// The same for a path, which knows its [`bare`] name.
    pub(crate) fn places_of(&self, path: &Path) -> Option<&[usize]> {
        let found = self.places.get(&path.text).or_else(|| self.alike.get(&path.bare));
        found.map(Vec::as_slice)
    }

    /// The cells of one row.
    fn cells(&self, row: &[u8]) -> Vec<String> {
        let idle = self.idle.lock().ok().and_then(|mut idle| idle.pop());
        let mut core = idle.unwrap_or_else(|| core(self.delimiter));
        // Blank lines before a row belong to no row.
        let blank = row.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        let mut row = &row[blank..];
        let (mut out, mut ends) = (vec![0; row.len() + 1], vec![0; self.names.len() + 1]);
        let (mut written, mut ended) = (0, 0);
        loop {
            let (result, taken, more, cells) =
                core.read_record(row, &mut out[written..], &mut ends[ended..]);
            row = &row[taken..];
            written += more;
            ended += cells;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => out.resize(out.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
                ReadRecordResult::Record | ReadRecordResult::End => break,
            }
        }
        core.reset();
        if let Ok(mut idle) = self.idle.lock() {
            idle.push(core);
        }
        texts(&out, &ends[..ended])
    }
}

fn core(delimiter: u8) -> Reader {
    ReaderBuilder::new().delimiter(delimiter).build()
}

/// The cells that end there, as text.
fn texts(out: &[u8], ends: &[usize]) -> Vec<String> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends).map(|(start, end)| text::decode(&out[start..*end]).into_owned()).collect()
}

/// A name without what exports differ in: case, blanks, `_` and `-`.
pub fn bare(name: &str) -> String {
    let kept = name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-'));
    kept.flat_map(char::to_lowercase).collect()
}

/// A row and its place.
#[derive(Clone, Debug)]
pub struct Row {
    /// First byte.
    pub start: u64,
    /// Bytes, without the line end.
    pub len: u64,
    /// Line ends before it, counted from the first row's.
    pub line: u32,
    /// The cells; none where the row is too long to be one.
    pub cells: Option<Vec<String>>,
}

impl Row {
    /// What the row says, if it is a head line: lines above or between the rows.
    ///
    /// # Errors
    /// The input's.
    pub fn says(
        &self,
        plan: &Plan,
        source: &dyn RangeRead,
        fit: &mut Fit,
    ) -> io::Result<Option<head::Fields>> {
        let rule = &plan.definition.head;
        if rule.is_empty() || self.len > LINE_BYTES as u64 {
            return Ok(None);
        }
        let text = source.bytes(self.start, self.len as usize)?;
        Ok(rule.says(text.strip_suffix(b"\r").unwrap_or(&text), fit))
    }
}

/// Cuts rows off a source.
pub struct Rows<'a> {
    source: &'a dyn RangeRead,
    core: Reader,
    buf: Vec<u8>,
    at: usize,
    filled: usize,
    base: u64,
    lines: u32,
    out: Vec<u8>,
    ends: Vec<usize>,
    done: bool,
}

impl<'a> Rows<'a> {
    /// Rows from the start of a source.
    pub fn new(source: &'a dyn RangeRead, delimiter: u8) -> Self {
        Self {
            source,
            core: core(delimiter),
            buf: vec![0; 64 << 10],
            at: 0,
            filled: 0,
            base: 0,
            lines: 0,
            out: vec![0; 4 << 10],
            ends: vec![0; 64],
            done: false,
        }
    }

    /// Line ends so far.
    pub fn lines(&self) -> u32 {
        self.lines
    }

    fn place(&self) -> u64 {
        self.base + self.at as u64
    }

    fn fill(&mut self) -> io::Result<()> {
        self.base += self.filled as u64;
        self.at = 0;
        self.filled = self.source.read_full_at(self.base, &mut self.buf)?;
        Ok(())
    }

    /// Blank lines before a row belong to no row.
    fn skip_blank(&mut self) -> io::Result<()> {
        loop {
            if self.at == self.filled {
                self.fill()?;
                if self.filled == 0 {
                    return Ok(());
                }
            }
            match self.buf[self.at] {
                b'\n' => self.lines += 1,
                b'\r' => {}
                _ => return Ok(()),
            }
            self.at += 1;
        }
    }

    /// The next row; none at the end.
    ///
    /// # Errors
    /// The input's.
    pub fn next_row(&mut self) -> io::Result<Option<Row>> {
        if self.done {
            return Ok(None);
        }
        self.skip_blank()?;
        let (start, line) = (self.place(), self.lines);
        let (mut out, mut ends) = (0, 0);
        let mut too_long = false;
        let mut last = 0;
        loop {
            if self.at == self.filled {
                self.fill()?;
            }
            let (result, taken, written, ended) = self.core.read_record(
                &self.buf[self.at..self.filled],
                &mut self.out[out..],
                &mut self.ends[ends..],
            );
            let bytes = &self.buf[self.at..self.at + taken];
            self.lines += memchr::memchr_iter(b'\n', bytes).count() as u32;
            last = bytes.last().copied().unwrap_or(last);
            self.at += taken;
            out += written;
            ends += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.out.len() >= ROW_BYTES => {
                    too_long = true;
                    out = 0;
                }
                ReadRecordResult::OutputFull => self.out.resize(self.out.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => {
                    self.done = true;
                    if self.place() == start {
                        return Ok(None);
                    }
                    break;
                }
            }
        }
        let end = self.place() - u64::from(matches!(last, b'\n' | b'\r'));
        let cells = (!too_long).then(|| texts(&self.out, &self.ends[..ends]));
        Ok(Some(Row { start, len: end - start, line, cells }))
    }
}

/// The delimiter that stands most often in the first line, of comma, semicolon and tab.
pub fn guess_delimiter(head: &[u8]) -> u8 {
    let end = memchr::memchr(b'\n', head).unwrap_or(head.len());
    let count = |delimiter: u8| memchr::memchr_iter(delimiter, &head[..end]).count();
    let all = [b',', b';', b'\t'];
    // The first of equals wins: a comma is likelier than the others.
    all.into_iter().rev().max_by_key(|&delimiter| count(delimiter)).unwrap_or(b',')
}

pub(super) fn scan(
    plan: &Plan,
    columns: &Columns,
    source: &dyn RangeRead,
    depth: Depth,
    piece: &mut Piece,
) -> io::Result<()> {
    let mut rows = Rows::new(source, columns.delimiter);
    let mut drafts = Vec::new();
    let mut header = !columns.given;
    let mut above = plan.extra.clone();
    let mut fit = Fit::default();
    while let Some(row) = rows.next_row()? {
        piece.count_lines(row.line - piece.line());
        if let Some(said) = row.says(plan, source, &mut fit)? {
            head::renew(&mut above, &said);
            piece.head(row.start, row.len, said, None);
            continue;
        }
        if header {
            header = false;
            piece.skip(row.start, row.len, "header");
            continue;
        }
        let Some(cells) = &row.cells else {
            let reason = "this row is longer than 16 MiB: a quote that was never closed? mend it";
            piece.reject(row.start, row.len, row.line, reason.to_owned());
            continue;
        };
        drafts.clear();
        let record = Record::Row { columns, cells };
        match plan.tell_below(&above, record, depth, &mut drafts) {
            Ok(()) => piece.record(row.start, row.len, row_same(cells), &drafts, depth),
            Err(reason) => piece.reject(row.start, row.len, row.line, reason),
        }
    }
    piece.count_lines(rows.lines() - piece.line());
    Ok(())
}

/// The identity of a row: of what its cells hold, however they are quoted.
fn row_same(cells: &[String]) -> u64 {
    sketch::same(cells.join("\0").as_bytes())
}

pub(super) fn read(
    plan: &Plan,
    columns: &Columns,
    above: &[Field],
    bytes: &[u8],
    drafts: &mut Vec<Draft>,
) {
    let cells = columns.cells(bytes);
    let record = Record::Row { columns, cells: &cells };
    let _ = plan.tell_below(above, record, Depth::Fields, drafts);
}

#[cfg(test)]
mod tests;
