//! Time, from what was written to an instant with its doubts.
//!
//! A reader takes a [`RawTime`] from a record: what the clock that wrote it showed, and nothing
//! more. [`decide`](policy::decide) looks at all raw times of an input together and fixes one
//! [`Policy`](policy::Policy); [`resolve`](policy::resolve) turns a raw time and the policy into a
//! [`Stamp`]. Nothing in here reads a clock, a locale or the machine's own zone.

pub mod abbreviation;
pub mod compose;
mod day;
mod epoch;
mod fold;
mod iso;
pub mod mail;
mod names;
mod order;
mod parts;
pub mod path_date;
pub mod pattern;
pub mod policy;
mod raw;
mod stamp;
mod suffix;
mod windows;
mod year;
pub mod zone;
mod zones;

use std::fmt::{self, Write as _};

use chrono::{DateTime, Datelike, Timelike};

pub use raw::{Flags, Open, RawTime};
pub use stamp::{Basis, Note, Quality, Stamp};

/// Nanoseconds since 1970-01-01T00:00:00Z (no leap seconds), between the years 1678 and 2261.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize,
)]
pub struct Instant(pub i64);

/// Nanoseconds in a second.
pub const SECOND: i64 = 1_000_000_000;

impl Instant {
    /// The instant `secs` seconds and `nanos` nanoseconds after the epoch; none where it does not
    /// fit 64 bits of nanoseconds.
    pub fn from_parts(secs: i64, nanos: u32) -> Option<Self> {
        secs.checked_mul(SECOND)?.checked_add(i64::from(nanos)).map(Self)
    }

    /// Whole seconds since the epoch, rounded down.
    pub fn secs(self) -> i64 {
        self.0.div_euclid(SECOND)
    }

    /// Nanoseconds within the second.
    pub fn subsec_nanos(self) -> u32 {
        self.0.rem_euclid(SECOND) as u32
    }

    /// RFC 3339 with `Z`, always with seconds, and as many fraction digits as `precision` tells.
    pub fn rfc3339(self, precision: Precision) -> String {
        let mut text = String::with_capacity("2026-03-10T06:14:05.123456789Z".len());
        // A string takes all that is written.
        let _ = write!(text, "{}", Civil::from_secs(self.secs()));
        push_fraction(&mut text, self.subsec_nanos(), precision);
        text.push('Z');
        text
    }
}

/// Appends `.fff` with the number of digits that `precision` tells.
pub fn push_fraction(text: &mut String, nanos: u32, precision: Precision) {
    if let digits @ 1.. = precision.digits() {
        let shown = nanos / 10_u32.pow(9 - digits as u32);
        let _ = write!(text, ".{shown:0digits$}");
    }
}

/// A date and a time on some clock, without a zone (proleptic Gregorian calendar).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Civil {
    /// Year.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: u8,
    /// Second, 0 to 59.
    pub second: u8,
}

/// Days from 1970-01-01 to that date; the date must be one that [`valid_date`] accepts.
pub fn days_from_civil(year: i32, month: u8, day: u8) -> i64 {
    // Counting from 1 March of year 0 puts the leap day last, so that month lengths repeat.
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let month = (i64::from(month) + 9) % 12;
    let of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// True for a date that exists in the proleptic Gregorian calendar.
pub fn valid_date(year: i32, month: u8, day: u8) -> bool {
    (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month)
}

/// True for a leap year.
pub fn leap_year(year: i32) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

/// Days of a month, 28 to 31.
pub fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        2 => 28 + u8::from(leap_year(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Civil {
    /// What a clock shows `secs` seconds after 1970-01-01T00:00:00 on it. Beyond the quarter of a
    /// million years that the calendar reaches, the epoch itself.
    pub fn from_secs(secs: i64) -> Self {
        let at = DateTime::from_timestamp(secs, 0).unwrap_or_default().naive_utc();
        Self {
            year: at.year(),
            month: at.month() as u8,
            day: at.day() as u8,
            hour: at.hour() as u8,
            minute: at.minute() as u8,
            second: at.second() as u8,
        }
    }

    /// Seconds since 1970-01-01T00:00:00 on the same clock.
    pub fn secs(self) -> i64 {
        days_from_civil(self.year, self.month, self.day) * 86_400
            + i64::from(self.hour) * 3600
            + i64::from(self.minute) * 60
            + i64::from(self.second)
    }
}

impl fmt::Display for Civil {
    /// `2026-03-10T06:14:05`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second } = *self;
        // Nearly all years have four digits; formatting number by number is slow.
        if let year @ 0..=9999 = year {
            let mut text = *b"0000-00-00T00:00:00";
            let mut put = |at: usize, n: i32| {
                text[at] += (n / 10) as u8;
                text[at + 1] += (n % 10) as u8;
            };
            put(0, year / 100);
            put(2, year % 100);
            for (at, n) in [(5, month), (8, day), (11, hour), (14, minute), (17, second)] {
                put(at, i32::from(n));
            }
            return f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?);
        }
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

/// How finely a time was written. A time is the interval that starts at its instant and is this
/// long; nothing prints digits beyond it.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Deserialize,
    serde::Serialize,
)]
pub enum Precision {
    /// A date alone.
    Day,
    /// A date and an hour.
    Hour,
    /// `14:02`.
    Minute,
    /// `14:02:05`.
    #[default]
    Second,
    /// That many fraction digits, 1 to 9.
    Fraction(u8),
}

impl Precision {
    /// Fraction digits to print, 0 to 9.
    pub fn digits(self) -> usize {
        if let Self::Fraction(digits) = self { usize::from(digits.min(9)) } else { 0 }
    }

    /// Length of the interval in nanoseconds.
    pub fn nanos(self) -> i64 {
        match self {
            Self::Day => 86_400 * SECOND,
            Self::Hour => 3600 * SECOND,
            Self::Minute => 60 * SECOND,
            Self::Second => SECOND,
            Self::Fraction(digits) => 10_i64.pow(9 - u32::from(digits.min(9))),
        }
    }

    /// The word of `rfo.event/1`, where it is coarser than a second.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Day => Some("day"),
            Self::Hour => Some("hour"),
            Self::Minute => Some("minute"),
            Self::Second | Self::Fraction(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
