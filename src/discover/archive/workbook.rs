//! Workbooks: the sheets of an `.xlsx` file, each as a CSV text.
//!
//! A sheet is written out once, and that text is the input: lines, bytes and sums are about it. A
//! row of the sheet is a row of the text, without the empty cells behind its last one; rows without
//! any cell are left out. Numbers are written in full. A date is written as ISO 8601 without a
//! zone, because the cell has none, as finely as the finest of its column: a column of whole days
//! shows no clock, one of whole minutes no seconds.

use std::{
    io::{self, Read, Seek},
    panic::{AssertUnwindSafe, catch_unwind},
};

use ::zip::ZipArchive;
use calamine::{DataRef, Reader as _, SheetType, Xlsx, XlsxCellReader};
use quick_xml::events::Event;

use super::{Opener, begin, kept, not_evidence, not_kept, parts, unread};
use crate::{
    discover::{
        Input,
        packed::Guard,
        range::{RangeRead, Sequential},
    },
    reader::RECORD_BYTES,
    time::{Civil, days_from_civil},
};

/// Most bytes that what the sheets share (texts, styles, the list of sheets) may unpack to: it is
/// held in memory.
const SHARED_BYTES: u64 = 256 << 20;
/// Most bytes that a sheet may unpack to.
const SHEET_BYTES: u64 = 2 << 30;
/// Columns of a sheet (Excel's limit: XFD).
const COLUMNS: u32 = 16_384;
const DAY_MS: i64 = 86_400_000;

type Book<'s> = Xlsx<io::BufReader<Sequential<'s>>>;
type Cells<'a, 's> = XlsxCellReader<'a, io::BufReader<Sequential<'s>>>;

/// True for a zip archive that is a workbook (ECMA-376 Part 1, §8.2: its main part).
pub(super) fn is_workbook<R: Read + Seek>(zip: &ZipArchive<R>) -> bool {
    zip.index_for_name("xl/workbook.xml").is_some()
}

/// The sheets of a workbook.
pub(super) fn sheets(
    opener: &Opener,
    book: &Input,
    source: &dyn RangeRead,
    left: &mut u64,
) -> Vec<Input> {
    // Workbooks come from strangers: where the library that reads them gives up, it is one unread
    // input and not the end of the run.
    let mut found = Vec::new();
    let read = catch_unwind(AssertUnwindSafe(|| read(opener, book, source, left, &mut found)));
    let why = match read {
        Ok(Ok(())) => None,
        Ok(Err(why)) => Some(why),
        Err(_) => Some("it is damaged in a way that nobody foresaw".to_owned()),
    };
    if let Some(why) = why {
        let why = format!("the workbook cannot be read: {why}; save its sheets as CSV");
        found.push(unread(Input { named: false, ..book.clone() }, &why));
    } else if found.is_empty() {
        found.push(not_evidence(book.clone(), "a workbook without sheets"));
    }
    found
}

fn read(
    opener: &Opener,
    book: &Input,
    source: &dyn RangeRead,
    left: &mut u64,
    found: &mut Vec<Input>,
) -> Result<(), String> {
    let reader = || io::BufReader::new(Sequential::new(source));
    bounded(reader()).map_err(|error| error.to_string())?;
    let mut open: Book<'_> = Xlsx::new(reader()).map_err(|error| error.to_string())?;
    let sheets: Vec<_> = open.sheets_metadata().to_vec();
    if sheets.len() > opener.limits.members {
        return Err(format!("it has more than {} sheets", opener.limits.members));
    }
    for (number, sheet) in sheets.iter().enumerate() {
        if sheet.typ == SheetType::WorkSheet {
            let input = begin(book, &parts(sheet.name.as_bytes(), &['/', '\\']), number);
            found.push(self::sheet(opener, input, &mut open, &sheet.name, left));
        }
    }
    Ok(())
}

/// Measures what the parts unpack to before anything is held in memory.
fn bounded<R: Read + Seek>(reader: R) -> io::Result<()> {
    let mut zip = ZipArchive::new(reader)?;
    let mut shared = SHARED_BYTES;
    for number in 0..zip.len() {
        let mut part = zip.by_index(number)?;
        let name = part.name()?.to_ascii_lowercase();
        if name.contains("/media/") || part.is_dir() {
            continue;
        }
        if name.ends_with("sharedstrings.xml") {
            let told = unique_count(io::BufReader::new(&mut part));
            drop(part);
            let size = measure(&mut zip.by_index(number)?, shared)?;
            // Room is made for as many texts as the part says it has; each takes some bytes.
            if told.is_some_and(|told| told > size) {
                return Err(io::Error::other("it says that it has more texts than it can hold"));
            }
            shared -= size;
        } else if name.contains("/worksheets/") {
            measure(&mut part, SHEET_BYTES)?;
        } else {
            shared -= measure(&mut part, shared)?;
        }
    }
    Ok(())
}

fn measure(part: &mut dyn Read, most: u64) -> io::Result<u64> {
    let size = io::copy(&mut part.take(most + 1), &mut io::sink())?;
    if size > most {
        return Err(io::Error::other(format!(
            "a part of it unpacks to more than the allowed {most} bytes, which looks like a bomb"
        )));
    }
    Ok(size)
}

/// How many texts the list of texts says it has.
fn unique_count(part: impl io::BufRead) -> Option<u64> {
    let mut xml = quick_xml::Reader::from_reader(part.take(1 << 20));
    let mut buf = Vec::new();
    loop {
        buf.clear();
        match xml.read_event_into(&mut buf).ok()? {
            Event::Start(start) | Event::Empty(start) => {
                let mut attributes = start.attributes();
                let counts = attributes.with_checks(false).flatten();
                let mut counts = counts.filter(|attribute| attribute.key.as_ref() == "uniqueCount");
                // What is no number makes no room.
                return counts.find_map(|attribute| attribute.value.trim().parse().ok());
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

fn sheet(opener: &Opener, input: Input, book: &mut Book<'_>, name: &str, left: &mut u64) -> Input {
    let since_1904 = book.has_1904_epoch();
    let damaged = |error: &dyn std::fmt::Display| format!("the sheet cannot be read: {error}");
    let grains = match book.worksheet_cells_reader(name).map(|cells| Grains::of(cells)) {
        Ok(grains) => grains,
        Err(error) => return unread(input, &damaged(&error)),
    };
    let cells = match book.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        Err(error) => return unread(input, &damaged(&error)),
    };
    let most = opener.limits.member_bytes.min(*left);
    let mut guard = Guard::new(SheetText::new(cells, &grains, since_1904), most);
    let (place, size) = match opener.spools.keep(&mut guard) {
        Ok(kept) => kept,
        Err(error) => return unread(input, &not_kept(&error)),
    };
    *left -= size;
    let damage = guard
        .broken
        .map(|stop| format!("the sheet {}; read up to byte {size} of its text", stop.words()));
    kept(input, place, size, damage)
}

/// How finely a cell writes a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Grain {
    #[default]
    Day,
    Minute,
    Second,
    Millisecond,
}

impl Grain {
    fn of(ms: i64) -> Self {
        match ms.rem_euclid(DAY_MS) {
            0 => Self::Day,
            ms if ms % 60_000 == 0 => Self::Minute,
            ms if ms % 1000 == 0 => Self::Second,
            _ => Self::Millisecond,
        }
    }
}

/// The finest of each column.
struct Grains(Vec<Grain>);

impl Grains {
    /// Looks at all cells; where the sheet is damaged, at those before that.
    fn of(mut cells: Cells<'_, '_>) -> Self {
        let mut grains: Vec<Grain> = Vec::new();
        while let Ok(Some(cell)) = cells.next_cell() {
            let column = cell.get_position().1;
            if let DataRef::DateTime(serial) = cell.get_value()
                && let Some(ms) = milliseconds(serial.as_f64())
                && column < COLUMNS
            {
                let column = column as usize;
                if grains.len() <= column {
                    grains.resize(column + 1, Grain::Day);
                }
                grains[column] = grains[column].max(Grain::of(ms));
            }
        }
        Self(grains)
    }

    fn at(&self, column: u32) -> Grain {
        self.0.get(column as usize).copied().unwrap_or_default()
    }
}

/// The milliseconds of a serial number of days, which is the most that spreadsheets keep; none
/// beyond the year 9999.
fn milliseconds(serial: f64) -> Option<i64> {
    (0.0..2_958_466.0).contains(&serial).then(|| (serial * DAY_MS as f64).round() as i64)
}

/// A sheet as CSV, row by row.
struct SheetText<'a, 's> {
    cells: Cells<'a, 's>,
    grains: &'a Grains,
    /// Days are counted from 1904 (old Macintosh workbooks).
    since_1904: bool,
    row: u32,
    /// Cells of the row, by column.
    filled: Vec<String>,
    /// Bytes of their texts.
    bytes: usize,
    ready: io::Cursor<Vec<u8>>,
    ended: bool,
    /// What ends the sheet early, once the row before it is given.
    stopped: Option<io::Error>,
}

impl<'a, 's> SheetText<'a, 's> {
    fn new(cells: Cells<'a, 's>, grains: &'a Grains, since_1904: bool) -> Self {
        let (filled, ready) = (Vec::new(), io::Cursor::default());
        Self {
            cells,
            grains,
            since_1904,
            row: 0,
            filled,
            bytes: 0,
            ready,
            ended: false,
            stopped: None,
        }
    }

    /// Takes cells until a row is whole.
    fn next_row(&mut self) -> io::Result<()> {
        while self.ready.get_ref().is_empty() {
            match self.next_cell() {
                Ok(Some((row, column, text))) => {
                    if row != self.row {
                        self.write()?;
                        self.row = row;
                    }
                    self.put(column, text)?;
                }
                Ok(None) => {
                    self.ended = true;
                    return self.write();
                }
                // The row above the damage still stands.
                Err(error) if self.filled.is_empty() => return Err(error),
                Err(error) => {
                    self.stopped = Some(error);
                    return self.write();
                }
            }
        }
        Ok(())
    }

    fn next_cell(&mut self) -> io::Result<Option<(u32, u32, String)>> {
        if let Some(error) = self.stopped.take() {
            return Err(error);
        }
        let Some(cell) = self.cells.next_cell().map_err(io::Error::other)? else {
            return Ok(None);
        };
        let ((row, column), value) = (cell.get_position(), cell.get_value());
        if column >= COLUMNS {
            return Err(io::Error::other("a cell lies beyond the last column"));
        }
        Ok(Some((row, column, written(value, self.since_1904, self.grains.at(column)))))
    }

    fn put(&mut self, column: u32, text: String) -> io::Result<()> {
        self.bytes += text.len();
        if self.bytes > RECORD_BYTES {
            return Err(io::Error::other("a row is longer than 16 MiB"));
        }
        if !text.is_empty() {
            let column = column as usize;
            if self.filled.len() <= column {
                self.filled.resize(column + 1, String::new());
            }
            self.filled[column] = text;
        }
        Ok(())
    }

    fn write(&mut self) -> io::Result<()> {
        if self.filled.is_empty() {
            return Ok(());
        }
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.filled)?;
        self.filled.clear();
        self.bytes = 0;
        self.ready = io::Cursor::new(writer.into_inner().map_err(csv::IntoInnerError::into_error)?);
        Ok(())
    }
}

impl Read for SheetText<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            let n = self.ready.read(buf)?;
            if n > 0 || buf.is_empty() {
                return Ok(n);
            }
            self.ready = io::Cursor::default();
            if self.ended {
                return Ok(0);
            }
            self.next_row()?;
        }
    }
}

/// A cell as text.
fn written(value: &DataRef<'_>, since_1904: bool, grain: Grain) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => without_escapes(text),
        DataRef::SharedString(text) => without_escapes(text),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::Error(error) => error.to_string(),
        DataRef::DateTime(serial) => milliseconds(serial.as_f64())
            .and_then(|ms| moment(ms, serial.is_duration(), since_1904, grain))
            .unwrap_or_else(|| serial.as_f64().to_string()),
    }
}

/// A moment as ISO 8601; what is less than a day, or a duration, as a clock. None for the day that
/// only spreadsheets have.
fn moment(ms: i64, duration: bool, since_1904: bool, grain: Grain) -> Option<String> {
    let (days, of_day) = (ms.div_euclid(DAY_MS), ms.rem_euclid(DAY_MS));
    if duration || days == 0 && !since_1904 {
        let hours = ms / 3_600_000;
        return Some(format!("{hours:02}:{}", &clock(of_day, grain.max(Grain::Minute))[3..]));
    }
    // The day 60 is 29 February 1900, which never was; before it all days are one too far.
    let first = match days {
        _ if since_1904 => days_from_civil(1904, 1, 1),
        60 => return None,
        61.. => days_from_civil(1899, 12, 30),
        _ => days_from_civil(1899, 12, 31),
    };
    let Civil { year, month, day, .. } = Civil::from_secs((first + days) * 86_400);
    let date = format!("{year:04}-{month:02}-{day:02}");
    Some(if grain == Grain::Day { date } else { format!("{date} {}", clock(of_day, grain)) })
}

fn clock(of_day: i64, grain: Grain) -> String {
    let (hour, minute) = (of_day / 3_600_000, of_day / 60_000 % 60);
    let (second, ms) = (of_day / 1000 % 60, of_day % 1000);
    match grain {
        Grain::Day | Grain::Minute => format!("{hour:02}:{minute:02}"),
        Grain::Second => format!("{hour:02}:{minute:02}:{second:02}"),
        Grain::Millisecond => format!("{hour:02}:{minute:02}:{second:02}.{ms:03}"),
    }
}

/// Line ends and tabs that are written as `_x000D_` (ECMA-376 Part 1, §22.9.2.19).
fn without_escapes(text: &str) -> String {
    if !text.contains("_x00") {
        return text.to_owned();
    }
    text.replace("_x000D_", "\r").replace("_x000A_", "\n").replace("_x0009_", "\t")
}

#[cfg(test)]
mod tests;
