//! Sheets as text: CSV, row by row.

use std::io::{self, Read};

use super::{COLUMNS, Cells, Value};
use crate::{
    reader::RECORD_BYTES,
    time::{Civil, days_from_civil},
};

/// Milliseconds of a day.
pub(super) const DAY_MS: i64 = 86_400_000;

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
pub(super) struct Grains(Vec<Grain>);

impl Grains {
    /// Looks at all cells; where the sheet is damaged, at those before that.
    pub(super) fn of(mut cells: Cells<'_>) -> Self {
        let mut grains: Vec<Grain> = Vec::new();
        while let Ok(Some(cell)) = cells() {
            if let Value::Moment { ms, .. } = cell.value
                && cell.column < COLUMNS
            {
                let column = cell.column as usize;
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

/// A sheet as CSV, row by row.
pub(super) struct SheetText<'a> {
    cells: Cells<'a>,
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

impl<'a> SheetText<'a> {
    pub(super) fn new(cells: Cells<'a>, grains: &'a Grains, since_1904: bool) -> Self {
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
        let Some(cell) = (self.cells)()? else { return Ok(None) };
        if cell.column >= COLUMNS {
            return Err(io::Error::other("a cell lies beyond the last column"));
        }
        let text = match cell.value {
            Value::Text(text) => text,
            Value::Moment { ms, duration } => {
                let grain = self.grains.at(cell.column);
                let moment = moment(ms, duration, self.since_1904, grain);
                moment.unwrap_or_else(|| (ms as f64 / DAY_MS as f64).to_string())
            }
        };
        Ok(Some((cell.row, cell.column, text)))
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

impl Read for SheetText<'_> {
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
