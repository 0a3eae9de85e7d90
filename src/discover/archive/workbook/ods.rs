//! `OpenDocument` spreadsheets (`.ods`): the tables of their `content.xml`, read as it streams.
//!
//! Rows and cells may be repeated (ODF 1.3 Part 3, §19.675 and §19.676): what is empty is passed
//! over, what is not is written as often as it is there, up to a limit.

use std::{
    cell,
    io::{self, Read, Seek},
};

use ::zip::ZipArchive;
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{Book, COLUMNS, Cell, Cells, Value, text::DAY_MS};
use crate::{
    discover::range::{RangeRead, Sequential},
    reader::RECORD_BYTES,
    time::days_from_civil,
};

/// What the first member of such a file says (ODF 1.3 Part 2, §3.3); templates add to it.
const TYPE: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
/// Most bytes of the manifest that are looked at.
const MANIFEST_BYTES: u64 = 1 << 20;
/// Most cells that repetition alone may make, of a workbook: a few bytes ask for thousands.
const COPIES: u64 = 16 << 20;
/// Rows of a sheet.
const ROWS: u32 = 1 << 20;

/// True for an `OpenDocument` spreadsheet.
pub(super) fn is_spreadsheet<R: Read + Seek>(zip: &mut ZipArchive<R>) -> bool {
    let Ok(part) = zip.by_name("mimetype") else { return false };
    let mut text = Vec::new();
    part.take(128).read_to_end(&mut text).is_ok() && text.starts_with(TYPE)
}

/// True where its parts are encrypted.
pub(super) fn has_password<R: Read + Seek>(zip: &mut ZipArchive<R>) -> bool {
    let Ok(part) = zip.by_name("META-INF/manifest.xml") else { return false };
    let mut text = Vec::new();
    let read = part.take(MANIFEST_BYTES).read_to_end(&mut text);
    read.is_ok() && memchr::memmem::find(&text, b"encryption-data").is_some()
}

/// A spreadsheet whose `content.xml` is unpacked.
pub(super) struct Ods {
    content: Box<dyn RangeRead>,
    /// Names of the tables, and where each begins behind its tag.
    tables: Vec<(String, u64)>,
    /// Cells that repetition may still make.
    copies: cell::Cell<u64>,
}

type Xml<'c> = Reader<io::BufReader<Sequential<'c>>>;

fn xml(content: &dyn RangeRead, at: u64) -> io::Result<Xml<'_>> {
    let mut from = Sequential::new(content);
    from.seek(io::SeekFrom::Start(at))?;
    let mut xml = Reader::from_reader(io::BufReader::with_capacity(1 << 16, from));
    // A table is read by itself: what it lies in was opened before.
    xml.config_mut().check_end_names = false;
    xml.config_mut().allow_unmatched_ends = true;
    Ok(xml)
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = tag.attributes();
    let found = all.with_checks(false).flatten().find(|one| one.key.as_ref() == name)?;
    let text = quick_xml::escape::unescape(&found.value).ok()?;
    Some(text.into_owned())
}

impl Ods {
    /// Finds the tables.
    ///
    /// # Errors
    /// What is wrong with the XML.
    pub(super) fn open(content: Box<dyn RangeRead>) -> Result<Self, String> {
        let mut tables = Vec::new();
        let mut reader = xml(&*content, 0).map_err(|error| error.to_string())?;
        let (mut buf, mut depth) = (Vec::new(), 0_usize);
        loop {
            buf.clear();
            match reader.read_event_into(&mut buf) {
                Ok(Event::Start(tag)) if tag.name().as_ref() == "table:table" => {
                    // A table within a cell belongs to that cell.
                    if depth == 0 {
                        let name = attribute(&tag, "table:name").unwrap_or_default();
                        tables.push((name, reader.buffer_position()));
                    }
                    depth += 1;
                }
                Ok(Event::End(tag)) if tag.name().as_ref() == "table:table" => {
                    depth = depth.saturating_sub(1);
                }
                // What stands above the damage can be read.
                Err(error) if tables.is_empty() => return Err(error.to_string()),
                Ok(Event::Eof) | Err(_) => break,
                Ok(_) => {}
            }
        }
        drop(reader);
        Ok(Self { content, tables, copies: cell::Cell::new(COPIES) })
    }
}

impl Book for Ods {
    fn sheets(&self) -> Vec<String> {
        self.tables.iter().map(|(name, _)| name.clone()).collect()
    }

    fn since_1904(&self) -> bool {
        false
    }

    fn cells<'b>(&'b mut self, number: usize, _: &str) -> Result<Cells<'b>, String> {
        let at = self.tables.get(number).map_or(0, |(_, at)| *at);
        let xml = xml(&*self.content, at).map_err(|error| error.to_string())?;
        let (buf, cells, copies) = (Vec::new(), Vec::new(), &self.copies);
        let mut table = Table { xml, copies, buf, row: 0, cells, at: 0, left: 0 };
        Ok(Box::new(move || table.next_cell()))
    }
}

/// A table under way.
struct Table<'c> {
    xml: Xml<'c>,
    copies: &'c cell::Cell<u64>,
    buf: Vec<u8>,
    /// Number of the row, from 0.
    row: u32,
    /// Its cells that are not empty, by column.
    cells: Vec<(u32, Value)>,
    /// The next one of them.
    at: usize,
    /// How often the row is still to be told, with this time.
    left: u32,
}

impl Table<'_> {
    fn next_cell(&mut self) -> io::Result<Option<Cell>> {
        loop {
            if self.left > 0 {
                if let Some((column, value)) = self.cells.get(self.at) {
                    self.at += 1;
                    let (row, value) = (self.row, value.clone());
                    return Ok(Some(Cell { row, column: *column, value }));
                }
                (self.at, self.left) = (0, self.left - 1);
                if self.left > 0 {
                    self.copy(self.cells.len() as u64)?;
                }
                self.row = self.row.saturating_add(1);
                continue;
            }
            if !self.next_row()? {
                return Ok(None);
            }
        }
    }

    /// Takes so many cells from what repetition may make.
    fn copy(&self, cells: u64) -> io::Result<()> {
        let left = self.copies.get().checked_sub(cells);
        let left = left.ok_or_else(|| io::Error::other("has more repeated cells than are read"))?;
        self.copies.set(left);
        Ok(())
    }

    /// Reads the next row; false at the end of the table.
    fn next_row(&mut self) -> io::Result<bool> {
        self.cells.clear();
        loop {
            self.buf.clear();
            let times = match self.xml.read_event_into(&mut self.buf).map_err(io::Error::other)? {
                Event::Start(tag) if tag.name().as_ref() == "table:table-row" => {
                    repeated(&tag, "table:number-rows-repeated")
                }
                Event::Empty(tag) if tag.name().as_ref() == "table:table-row" => {
                    let times = repeated(&tag, "table:number-rows-repeated");
                    self.row = self.row.saturating_add(times);
                    continue;
                }
                Event::End(tag) if tag.name().as_ref() == "table:table" => return Ok(false),
                Event::Eof => return Err(cut_off()),
                _ => continue,
            };
            self.cells_of_row()?;
            if self.cells.is_empty() {
                self.row = self.row.saturating_add(times);
            } else {
                self.left = times.min(ROWS.saturating_sub(self.row));
                if self.left == 0 {
                    return Err(io::Error::other("a row lies beyond the last one"));
                }
                return Ok(true);
            }
        }
    }

    fn cells_of_row(&mut self) -> io::Result<()> {
        let (mut column, mut bytes) = (0_u32, 0_usize);
        loop {
            self.buf.clear();
            let (tag, is_empty) =
                match self.xml.read_event_into(&mut self.buf).map_err(io::Error::other)? {
                    Event::Start(tag) if is_cell(&tag) => (tag.into_owned(), false),
                    Event::Empty(tag) if is_cell(&tag) => (tag.into_owned(), true),
                    Event::End(tag) if tag.name().as_ref() == "table:table-row" => return Ok(()),
                    Event::Eof => return Err(cut_off()),
                    _ => continue,
                };
            let text = if is_empty { String::new() } else { self.content(&tag)? };
            let times = repeated(&tag, "table:number-columns-repeated");
            if let Some(value) = value(&tag, text) {
                let last = column.saturating_add(times).min(COLUMNS + 1);
                self.copy(u64::from(last.saturating_sub(column).saturating_sub(1)))?;
                for column in column..last {
                    bytes += match &value {
                        Value::Text(text) => text.len().max(8),
                        Value::Moment { .. } => 8,
                    };
                    if bytes > RECORD_BYTES {
                        return Err(io::Error::other("a row is longer than 16 MiB"));
                    }
                    self.cells.push((column, value.clone()));
                }
            }
            column = column.saturating_add(times);
        }
    }

    /// The text of a cell, up to its end: its paragraphs, a line each.
    fn content(&mut self, cell: &BytesStart<'_>) -> io::Result<String> {
        let mut text = String::new();
        let mut paragraphs = 0;
        // Comments, and tables within the cell, are not what it says.
        let mut aside = 0_usize;
        loop {
            self.buf.clear();
            match self.xml.read_event_into(&mut self.buf).map_err(io::Error::other)? {
                Event::End(tag) if aside == 0 && tag.name() == cell.name() => return Ok(text),
                Event::Start(tag) if is_aside(tag.name().as_ref()) => aside += 1,
                Event::End(tag) if is_aside(tag.name().as_ref()) => aside = aside.saturating_sub(1),
                Event::Eof => return Err(cut_off()),
                _ if aside > 0 => {}
                Event::Start(tag) | Event::Empty(tag) => match tag.name().as_ref() {
                    "text:p" | "text:h" => {
                        text.push_str(if paragraphs > 0 { "\n" } else { "" });
                        paragraphs += 1;
                    }
                    "text:s" => {
                        let blanks = repeated(&tag, "text:c").min(1024);
                        text.extend(std::iter::repeat_n(' ', blanks as usize));
                    }
                    "text:tab" => text.push('\t'),
                    "text:line-break" => text.push('\n'),
                    _ => {}
                },
                Event::Text(piece) if paragraphs > 0 => text.push_str(&piece.xml10_content()),
                Event::CData(piece) if paragraphs > 0 => text.push_str(&piece.xml10_content()),
                Event::GeneralRef(name) if paragraphs > 0 => match name.resolve_char_ref() {
                    Ok(Some(c)) => text.push(c),
                    _ => text.push_str(
                        quick_xml::escape::resolve_predefined_entity(&name).unwrap_or_default(),
                    ),
                },
                _ => {}
            }
            if text.len() > RECORD_BYTES {
                return Err(io::Error::other("a cell is longer than 16 MiB"));
            }
        }
    }
}

fn cut_off() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "its table is cut off")
}

fn is_cell(tag: &BytesStart<'_>) -> bool {
    // What another cell covers keeps its own content, which nobody sees.
    matches!(tag.name().as_ref(), "table:table-cell" | "table:covered-table-cell")
}

fn is_aside(name: &str) -> bool {
    matches!(name, "office:annotation" | "table:table" | "draw:frame" | "table:shapes")
}

fn repeated(tag: &BytesStart<'_>, name: &str) -> u32 {
    let told = attribute(tag, name).and_then(|times| times.trim().parse().ok());
    told.unwrap_or(1).max(1)
}

/// What a cell holds (ODF 1.3 Part 3, §19.387): its value where its type has one, else its text;
/// none where it is empty.
fn value(tag: &BytesStart<'_>, text: String) -> Option<Value> {
    let of = |name| attribute(tag, name);
    let kind = of("office:value-type").unwrap_or_default();
    let told = match kind.as_str() {
        "float" | "percentage" | "currency" => of("office:value"),
        "boolean" => of("office:boolean-value").map(|value| value.to_uppercase()),
        "string" => of("office:string-value").filter(|value| !value.is_empty()),
        "date" => of("office:date-value"),
        "time" => of("office:time-value"),
        _ => None,
    };
    let told = told.unwrap_or(text);
    let moment = match kind.as_str() {
        "date" => date(&told).map(|ms| Value::Moment { ms, duration: false }),
        "time" => duration(&told).map(|ms| Value::Moment { ms, duration: true }),
        _ => None,
    };
    moment.or_else(|| (!told.is_empty()).then_some(Value::Text(told)))
}

/// Milliseconds since the day that spreadsheets count from, 30 December 1899. Days before March 1900
/// are told as they are written: there spreadsheets differ.
fn date(text: &str) -> Option<i64> {
    let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d"];
    let whole = chrono::NaiveDateTime::parse_from_str(text, formats[0]);
    let whole = whole.or_else(|_| chrono::NaiveDateTime::parse_from_str(text, formats[1])).ok();
    let day = || chrono::NaiveDate::parse_from_str(text, formats[2]).ok()?.and_hms_opt(0, 0, 0);
    let utc = whole.or_else(day)?.and_utc();
    // Spreadsheets keep milliseconds; finer digits are the noise of their sums.
    let ms =
        utc.timestamp() * 1000 + (i64::from(utc.timestamp_subsec_nanos()) + 500_000) / 1_000_000;
    let since = ms - days_from_civil(1899, 12, 30) * DAY_MS;
    (61 * DAY_MS..2_958_466 * DAY_MS).contains(&since).then_some(since)
}

/// Milliseconds of a duration as XML Schema writes it: `PT21H02M11.5S`.
fn duration(text: &str) -> Option<i64> {
    let mut rest = text.strip_prefix("PT")?;
    let mut ms = 0.0;
    for (unit, worth) in [('H', 3_600_000.0), ('M', 60_000.0), ('S', 1000.0)] {
        if let Some((number, tail)) = rest.split_once(unit) {
            let number: f64 = number.parse().ok().filter(|n: &f64| (0.0..1e7).contains(n))?;
            ms += number * worth;
            rest = tail;
        }
    }
    rest.is_empty().then_some(ms.round() as i64)
}
