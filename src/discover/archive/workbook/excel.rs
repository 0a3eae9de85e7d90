//! Excel's own workbooks, through `calamine`: `.xlsx` and `.xlsb` cell by cell, `.xls` from memory.

use std::io::{self, BufRead, Cursor, Read, Seek, Write as _};

use ::zip::ZipArchive;
use calamine::{Data, ExcelDateTime, Reader as _, Sheet, SheetType, Xls, Xlsb, Xlsx};
use quick_xml::events::Event;

use super::{Book, Cell, Cells, SHARED_BYTES, SHEET_BYTES, Value, measure, text::DAY_MS};

fn worksheets(all: &[Sheet]) -> Vec<String> {
    let sheets = all.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    sheets.map(|sheet| sheet.name.clone()).collect()
}

/// The two kinds whose cells are read one by one: alike, and without a trait in common that says so.
macro_rules! cell_by_cell {
    ($kind:ident) => {
        impl<R: Read + Seek> Book for $kind<R> {
            fn sheets(&self) -> Vec<String> {
                worksheets(self.sheets_metadata())
            }

            fn since_1904(&self) -> bool {
                self.has_1904_epoch()
            }

            fn cells<'b>(&'b mut self, _: usize, name: &str) -> Result<Cells<'b>, String> {
                let mut cells =
                    self.worksheet_cells_reader(name).map_err(|error| error.to_string())?;
                Ok(Box::new(move || {
                    let cell = cells.next_cell().map_err(io::Error::other)?;
                    Ok(cell.map(|cell| told(cell.get_position(), cell.get_value().clone().into())))
                }))
            }
        }
    };
}

cell_by_cell!(Xlsx);
cell_by_cell!(Xlsb);

impl<R: Read + Seek> Book for Xls<R> {
    fn sheets(&self) -> Vec<String> {
        worksheets(self.sheets_metadata())
    }

    fn since_1904(&self) -> bool {
        self.has_1904_epoch()
    }

    fn cells<'b>(&'b mut self, _: usize, name: &str) -> Result<Cells<'b>, String> {
        let range = self.worksheet_range(name).map_err(|error| error.to_string())?;
        let (top, left) = range.start().unwrap_or_default();
        let width = range.width().max(1);
        let mut at = 0;
        Ok(Box::new(move || {
            loop {
                let place = (at / width, at % width);
                let Some(value) = range.get(place) else { return Ok(None) };
                at += 1;
                if *value != Data::Empty {
                    let place = (top + place.0 as u32, left + place.1 as u32);
                    return Ok(Some(told(place, value.clone())));
                }
            }
        }))
    }
}

fn told((row, column): (u32, u32), value: Data) -> Cell {
    let value = match value {
        Data::Empty => Value::Text(String::new()),
        Data::Int(number) => Value::Text(number.to_string()),
        Data::Float(number) => Value::Text(number.to_string()),
        Data::String(text) => Value::Text(without_escapes(text)),
        Data::DateTimeIso(text) | Data::DurationIso(text) => Value::Text(text),
        Data::Bool(value) => Value::Text(if value { "TRUE" } else { "FALSE" }.to_owned()),
        Data::Error(error) => Value::Text(error.to_string()),
        Data::DateTime(serial) => moment(&serial),
    };
    Cell { row, column, value }
}

/// The milliseconds of a serial number of days, which is the most that spreadsheets keep; none
/// beyond the year 9999.
fn moment(serial: &ExcelDateTime) -> Value {
    let (days, duration) = (serial.as_f64(), serial.is_duration());
    if (0.0..2_958_466.0).contains(&days) {
        return Value::Moment { ms: (days * DAY_MS as f64).round() as i64, duration };
    }
    Value::Text(days.to_string())
}

/// Measures what the parts unpack to before anything is held in memory.
pub(super) fn bounded<R: Read + Seek>(reader: R) -> io::Result<()> {
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
            drop(part);
            if name.rsplit('.').next() == Some("bin") && is_short(&mut zip.by_index(number)?)? {
                return Err(io::Error::other("its cells do not say which column they stand in"));
            }
        } else {
            shared -= measure(&mut part, shared)?;
        }
    }
    Ok(())
}

/// Whether a sheet has cells that stand in the column behind the one before ([MS-XLSB] 2.4:
/// `BrtShortBlank` to `BrtShortIsst`). They are rare, and the library would pass over them in
/// silence.
fn is_short(part: &mut dyn Read) -> io::Result<bool> {
    let mut part = io::BufReader::new(part);
    let mut byte = [0];
    loop {
        // A type of one or two bytes, and a length of up to four, seven bits each.
        if part.read(&mut byte)? == 0 {
            return Ok(false);
        }
        let mut kind = u32::from(byte[0]);
        if kind >= 0x80 {
            part.read_exact(&mut byte)?;
            kind = kind & 0x7f | u32::from(byte[0] & 0x7f) << 7;
        }
        if (12..=18).contains(&kind) {
            return Ok(true);
        }
        let mut len = 0_u64;
        for at in 0..4 {
            part.read_exact(&mut byte)?;
            len |= u64::from(byte[0] & 0x7f) << (7 * at);
            if byte[0] < 0x80 {
                break;
            }
        }
        io::copy(&mut part.by_ref().take(len), &mut io::sink())?;
    }
}

/// How many texts the list of texts says it has.
fn unique_count(part: impl BufRead) -> Option<u64> {
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

/// Most bytes of the stream of an `.xls` workbook: it is held in memory.
const STREAM_BYTES: u64 = 128 << 20;
/// Most cells, full or empty, between the first and the last of each sheet of an `.xls` workbook,
/// for all sheets together: they are held in memory.
const GRID: u64 = 8 << 20;

/// Opens an `.xls` workbook from its stream, once that is known to ask for no more than it may.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn old(mut stream: impl Read) -> Result<Xls<Cursor<Vec<u8>>>, String> {
    let mut bytes = Vec::new();
    stream.by_ref().take(STREAM_BYTES + 1).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    if bytes.len() as u64 > STREAM_BYTES {
        return Err("it is larger than 128 MiB".to_owned());
    }
    if grid(&bytes).is_none_or(|cells| cells > GRID) {
        return Err("its sheets are damaged, or have more cells than are read".to_owned());
    }
    mend_formats(&mut bytes);
    // A container of our own: whatever is odd about the one that it came in stays there.
    let packed = || -> io::Result<Cursor<Vec<u8>>> {
        let memory = Cursor::new(Vec::new());
        let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, memory)?;
        file.create_stream("/Workbook")?.write_all(&bytes)?;
        file.flush()?;
        Ok(file.into_inner())
    };
    Xls::new(packed().map_err(|error| error.to_string())?).map_err(|error| match error {
        calamine::XlsError::Password => "it has a password".to_owned(),
        error => error.to_string(),
    })
}

/// The records that begin and end a stream of records.
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;

/// The records of a BIFF stream ([MS-XLS] 2.1.4): type and data.
fn records(stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = stream;
    std::iter::from_fn(move || {
        let (head, tail) = rest.split_first_chunk::<4>()?;
        let len = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let data = tail.get(..len)?;
        rest = &tail[len..];
        Some((u16::from_le_bytes([head[0], head[1]]), data))
    })
}

/// Gives number formats that bear a number kept for others ([MS-XLS] 2.4.126) one of their own, as
/// Excel does: else the library takes their dates for mere numbers.
fn mend_formats(stream: &mut [u8]) {
    const FORMAT: u16 = 0x041E;
    const CELL_FORMAT: u16 = 0x00E0;
    let allowed = |id: &u16| matches!(id, 5..=8 | 23..=26 | 41..=44 | 63..=66 | 164..=382);
    let mut ids: Vec<(usize, u16, bool)> = Vec::new();
    let mut at = 0;
    for (kind, data) in records(stream).take_while(|(kind, _)| *kind != END) {
        let place = match kind {
            FORMAT => at + 4,
            CELL_FORMAT => at + 6,
            _ => usize::MAX,
        };
        if let Some(id) = stream.get(place..).and_then(<[u8]>::first_chunk) {
            ids.push((place, u16::from_le_bytes(*id), kind == FORMAT));
        }
        at += 4 + data.len();
    }
    let named = |own: bool| ids.iter().filter(move |(_, _, is_own)| *is_own == own);
    let odd = named(true).map(|(_, id, _)| *id).filter(|id| !allowed(id));
    let odd: std::collections::BTreeSet<u16> = odd.collect();
    let mut free = (164..=382).rev().filter(|id| named(true).all(|(_, known, _)| known != id));
    for id in odd {
        let Some(new) = free.next() else { return };
        for (place, _, _) in ids.iter().filter(|(_, known, _)| *known == id) {
            stream[*place..*place + 2].copy_from_slice(&u16::to_le_bytes(new));
        }
    }
}

/// Cells that the sheets say they have, or that lie between the first and the last that they have;
/// none where a sheet begins nowhere.
fn grid(stream: &[u8]) -> Option<u64> {
    const BOUND_SHEET: u16 = 0x0085;
    const DIMENSIONS: u16 = 0x0200;
    // Number, Label, RString, BoolErr, Rk, LabelSst, MulRk, Formula: all begin with row and column.
    const CELLS: [u16; 8] = [0x0203, 0x0204, 0x00D6, 0x0205, 0x027E, 0x00FD, 0x00BD, 0x0006];
    let globals = records(stream).take_while(|(kind, _)| *kind != END);
    let starts = globals.filter(|(kind, _)| *kind == BOUND_SHEET);
    let mut sum = 0_u64;
    for (_, data) in starts {
        let start = u32::from_le_bytes(*data.first_chunk()?) as usize;
        let (mut rows, mut columns, mut sheet) = (0_u64, 0_u64, 0_u64);
        // A chart within the sheet is a stream within its stream.
        let mut depth = 0_u32;
        for (kind, data) in records(stream.get(start..)?) {
            let number = |at: usize| {
                let bytes = data.get(at..at + 2)?;
                Some(u64::from(u16::from_le_bytes([bytes[0], bytes[1]])))
            };
            if kind == BEGIN {
                depth += 1;
            } else if kind == END && depth < 2 {
                break;
            } else if kind == END {
                depth -= 1;
            } else if kind == DIMENSIONS {
                // [MS-XLS] 2.4.90; older ones have 16-bit rows.
                let wide = data.len() >= 14;
                let last = if wide { number(4)? | number(6)? << 16 } else { number(2)? };
                let right = number(if wide { 10 } else { 6 })?;
                sheet = sheet.max((last + 1).saturating_mul(right + 1));
            } else if CELLS.contains(&kind) {
                rows = rows.max(number(0)? + 1);
                // A run of numbers ends at its last column.
                let last = data.len().checked_sub(2).filter(|_| kind == 0x00BD);
                columns = columns.max(number(2)?.max(last.and_then(number).unwrap_or(0)) + 1);
            }
            sum += 1;
            if sum > GRID {
                return Some(sum);
            }
        }
        sum = sum.saturating_add(sheet.max(rows * columns));
    }
    Some(sum)
}

/// Line ends and tabs that are written as `_x000D_` (ECMA-376 Part 1, §22.9.2.19).
fn without_escapes(text: String) -> String {
    if !text.contains("_x00") {
        return text;
    }
    text.replace("_x000D_", "\r").replace("_x000A_", "\n").replace("_x0009_", "\t")
}
