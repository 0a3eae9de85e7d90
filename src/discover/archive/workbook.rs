//! Workbooks: the sheets of an `.xlsx`, `.xlsb`, `.xls` or `.ods` file, each as a CSV text.
//!
//! A sheet is written out once, and that text is the input: lines, bytes and sums are about it. A
//! row of the sheet is a row of the text, without the empty cells behind its last one; rows without
//! any cell are left out. Numbers are written in full. A date is written as ISO 8601 without a
//! zone, because the cell has none, as finely as the finest of its column: a column of whole days
//! shows no clock, one of whole minutes no seconds.

mod excel;
mod ods;
mod text;

use std::{
    io::{self, Read, Seek},
    panic::{AssertUnwindSafe, catch_unwind},
};

use ::zip::ZipArchive;
use calamine::{Reader as _, Xlsb, Xlsx};

use self::{
    ods::Ods,
    text::{Grains, SheetText},
};
use super::{Opener, begin, kept, not_evidence, not_kept, parts, unread};
use crate::discover::{
    Input,
    packed::Guard,
    range::{RangeRead, Sequential},
};

/// Most bytes that what the sheets share (texts, styles, the list of sheets) may unpack to: it is
/// held in memory.
const SHARED_BYTES: u64 = 256 << 20;
/// Most bytes that a sheet may unpack to; of an `.ods` file, all sheets together.
const SHEET_BYTES: u64 = 2 << 30;
/// Columns of a sheet (Excel's limit: XFD).
const COLUMNS: u32 = 16_384;

/// What a cell holds.
#[derive(Clone, Debug)]
enum Value {
    /// A text, or a number in full.
    Text(String),
    /// Milliseconds since the day before the first that the workbook counts, or of a duration.
    Moment { ms: i64, duration: bool },
}

/// A cell: row and column from 0.
struct Cell {
    row: u32,
    column: u32,
    value: Value,
}

/// Hands out the cells of a sheet, row by row; none at its end.
type Cells<'b> = Box<dyn FnMut() -> io::Result<Option<Cell>> + 'b>;

/// A workbook that is open.
trait Book {
    /// Names of its sheets, in order.
    fn sheets(&self) -> Vec<String>;
    /// Days are counted from 1904 (old Macintosh workbooks).
    fn since_1904(&self) -> bool;
    /// The cells of the sheet of that number, from 0, and name.
    fn cells<'b>(&'b mut self, number: usize, name: &str) -> Result<Cells<'b>, String>;
}

/// Which kind of workbook a zip archive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Xlsx,
    Xlsb,
    Ods,
}

/// The kind of workbook that a zip archive is, by its main part (ECMA-376 Part 1, §8.2; [MS-XLSB]
/// 2.1.7; ODF 1.3 Part 2, §3.3).
pub(super) fn kind<R: Read + Seek>(zip: &mut ZipArchive<R>) -> Option<Kind> {
    let has = |name| zip.index_for_name(name).is_some();
    if has("xl/workbook.xml") {
        Some(Kind::Xlsx)
    } else if has("xl/workbook.bin") {
        Some(Kind::Xlsb)
    } else {
        ods::is_spreadsheet(zip).then_some(Kind::Ods)
    }
}

/// The sheets of a workbook that is a zip archive.
pub(super) fn sheets(
    opener: &Opener,
    kind: Kind,
    book: &Input,
    source: &dyn RangeRead,
    left: &mut u64,
) -> Vec<Input> {
    all(book, |found| {
        let reader = || io::BufReader::new(Sequential::new(source));
        match kind {
            Kind::Ods => {
                let zip = ZipArchive::new(reader()).map_err(|error| error.to_string())?;
                read(opener, book, &mut content(opener, zip, *left)?, left, found)
            }
            Kind::Xlsx => {
                excel::bounded(reader()).map_err(|error| error.to_string())?;
                let mut open = Xlsx::new(reader()).map_err(|error| error.to_string())?;
                read(opener, book, &mut open, left, found)
            }
            Kind::Xlsb => {
                excel::bounded(reader()).map_err(|error| error.to_string())?;
                let mut open = Xlsb::new(reader()).map_err(|error| error.to_string())?;
                read(opener, book, &mut open, left, found)
            }
        }
    })
}

/// The sheets of an `.xls` workbook, from its stream.
pub(super) fn old_sheets(
    opener: &Opener,
    book: &Input,
    stream: impl Read,
    left: &mut u64,
) -> Vec<Input> {
    all(book, |found| read(opener, book, &mut excel::old(stream)?, left, found))
}

/// All sheets; or the workbook, with what is wrong with it.
fn all(book: &Input, work: impl FnOnce(&mut Vec<Input>) -> Result<(), String>) -> Vec<Input> {
    // Workbooks come from strangers: where the library that reads them gives up, it is one unread
    // input and not the end of the run.
    let mut found = Vec::new();
    let why = match catch_unwind(AssertUnwindSafe(|| work(&mut found))) {
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
    open: &mut dyn Book,
    left: &mut u64,
    found: &mut Vec<Input>,
) -> Result<(), String> {
    let sheets = open.sheets();
    if sheets.len() > opener.limits.members {
        return Err(format!("it has more than {} sheets", opener.limits.members));
    }
    for (number, name) in sheets.iter().enumerate() {
        let input = begin(book, &parts(name.as_bytes(), &['/', '\\']), number);
        found.push(sheet(opener, input, open, (number, name), left));
    }
    Ok(())
}

/// Unpacks what an `OpenDocument` spreadsheet says.
fn content<R: Read + Seek>(
    opener: &Opener,
    mut zip: ZipArchive<R>,
    left: u64,
) -> Result<Ods, String> {
    if ods::has_password(&mut zip) {
        return Err("it has a password".to_owned());
    }
    let part = zip.by_name("content.xml").map_err(|error| error.to_string())?;
    let mut guard = Guard::new(part, SHEET_BYTES.min(left));
    let (place, size) = opener.spools.keep(&mut guard).map_err(|error| not_kept(&error))?;
    let content = Input { place, size, ..Input::from_bytes("", &[][..]) };
    Ods::open(content.open().map_err(|error| error.to_string())?)
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

fn sheet(
    opener: &Opener,
    input: Input,
    book: &mut dyn Book,
    (number, name): (usize, &str),
    left: &mut u64,
) -> Input {
    let since_1904 = book.since_1904();
    let damaged = |why: String| format!("the sheet cannot be read: {why}");
    let grains = match book.cells(number, name).map(Grains::of) {
        Ok(grains) => grains,
        Err(why) => return unread(input, &damaged(why)),
    };
    let cells = match book.cells(number, name) {
        Ok(cells) => cells,
        Err(why) => return unread(input, &damaged(why)),
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

#[cfg(test)]
mod tests;
