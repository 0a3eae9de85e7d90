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
mod suffix;
mod windows;
mod year;
pub mod zone;
mod zones;

use std::{fmt, sync::Arc};

use chrono::{DateTime, Datelike, Timelike};

/// Nanoseconds since 1970-01-01T00:00:00Z (no leap seconds), between the years 1678 and 2261.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
        let mut text = Civil::from_secs(self.secs()).to_string();
        push_fraction(&mut text, self.subsec_nanos(), precision);
        text.push('Z');
        text
    }
}

/// Appends `.fff` with the number of digits that `precision` tells.
pub fn push_fraction(text: &mut String, nanos: u32, precision: Precision) {
    if let digits @ 1.. = precision.digits() {
        let all = format!("{nanos:09}");
        text.push('.');
        text.push_str(&all[..digits]);
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
        let Self { year, month, day, hour, minute, second } = self;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

/// How finely a time was written. A time is the interval that starts at its instant and is this
/// long; nothing prints digits beyond it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
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

/// A time as a record wrote it: what its clock showed, before any zone, year or order is known.
///
/// 24 bytes, so that a tick stays within 40.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawTime {
    /// Seconds since 1970-01-01T00:00:00 on the clock that wrote it. Where no year was written the
    /// year is 2000 (a leap year, so that 29 February exists); where no date was, the day is
    /// 2000-01-01. For an epoch this is the instant itself, with `offset` 0.
    pub civil: i64,
    /// Nanoseconds within the second.
    pub nanos: u32,
    /// Offset from UTC in seconds as written (east is positive), or [`RawTime::NO_OFFSET`].
    pub offset: i32,
    /// Facts about the writing.
    pub flags: Flags,
    /// The zone abbreviation that was written, by its index in the table of
    /// [`abbreviation`], 0 for none. One that fixes an offset by itself also gives `offset` and
    /// [`Flags::ABBREVIATION`]. For an epoch: its unit, 10 to the minus this many seconds.
    pub word: u16,
    /// How finely it was written.
    pub precision: Precision,
    /// Which format of the definition's list took it.
    pub rung: u8,
}

impl RawTime {
    /// No offset was written.
    pub const NO_OFFSET: i32 = i32::MIN;

    /// The written offset in seconds (east is positive), where there is one.
    pub fn offset(&self) -> Option<i32> {
        (self.offset != Self::NO_OFFSET).then_some(self.offset)
    }
}

impl AsRef<Self> for RawTime {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// Facts about how a time was written, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(pub u16);

impl Flags {
    /// No year was written.
    pub const NO_YEAR: Self = Self(1);
    /// No date was written, only a clock time.
    pub const NO_DATE: Self = Self(1 << 1);
    /// Day and month are numbers, the definition allows both orders, and both readings exist.
    pub const EITHER_ORDER: Self = Self(1 << 2);
    /// Day and month are numbers and the definition allows both orders; only this one exists.
    pub const ONE_ORDER: Self = Self(1 << 3);
    /// Both together: the numbers of doubt are the day and a two-digit year (`24/01/15`), not the day
    /// and the month, and both readings exist.
    pub const YEAR_OR_DAY: Self = Self(Self::EITHER_ORDER.0 | Self::ONE_ORDER.0);
    /// The reading held here is day first (meaningful with one of the two order flags).
    pub const DAY_FIRST: Self = Self(1 << 4);
    /// `23:59:60` on a day that ends in a leap second.
    pub const LEAP: Self = Self(1 << 5);
    /// Something was mended while reading: `24:00:00`, a wrong weekday, a lost sign.
    pub const REPAIRED: Self = Self(1 << 6);
    /// An epoch (seconds or finer since 1970 UTC).
    pub const EPOCH: Self = Self(1 << 7);
    /// Taken from a weaker header than the first one asked for (mail: `Received`, `From ` line).
    pub const RECEIVED: Self = Self(1 << 8);
    /// The year had two digits.
    pub const SHORT_YEAR: Self = Self(1 << 9);
    /// An earlier rung of `at` was filled but could not be read; or, for a mail, other mails of its
    /// sender speak against it.
    pub const FELL_BACK: Self = Self(1 << 10);
    /// A zone abbreviation gave the offset: a unique one by itself, any other (or a word that is
    /// in no table, or none at all) with the help of a delivery header.
    pub const ABBREVIATION: Self = Self(1 << 11);
    /// The month's name means the month before it in another language (Croatian beside Polish and
    /// Czech).
    pub const SHARED_MONTH: Self = Self(1 << 12);
    /// Weekday as written, 1 (Monday) to 7 in the top bits, 0 for none.
    const WEEKDAY_SHIFT: u32 = 13;

    /// True where all bits of `other` are set.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both sets together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Without the bits of `other`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The same with a weekday, 1 (Monday) to 7 (Sunday).
    #[must_use]
    pub fn with_weekday(self, weekday: u8) -> Self {
        Self(
            self.0 & ((1 << Self::WEEKDAY_SHIFT) - 1) | (u16::from(weekday) << Self::WEEKDAY_SHIFT),
        )
    }

    /// The weekday as written, 1 (Monday) to 7 (Sunday).
    pub fn weekday(self) -> Option<u8> {
        let weekday = (self.0 >> Self::WEEKDAY_SHIFT) as u8;
        (weekday != 0).then_some(weekday)
    }
}

/// How the zone of a stamp is known: the first word of `time_quality`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// Offset, epoch, UTC or a unique abbreviation in the record.
    Exact,
    /// Told by the user, declared in the file or by the definition.
    Zone,
    /// Inferred from other sources.
    ZoneInferred,
    /// Nobody said: UTC was assumed.
    ZoneAssumed,
    /// There is no instant.
    Undated,
}

/// What else is to be known about a stamp: the notes of `time_quality`, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Note {
    /// The year was not written.
    Year,
    /// The order of day and month was decided from the column.
    Order,
    /// A zone abbreviation with several meanings was resolved by a hint.
    Abbreviation,
    /// The local time occurs twice.
    Fold,
    /// The local time does not exist.
    Gap,
    /// Taken from a delivery header.
    Received,
    /// A leap second.
    Leap,
    /// Mended while reading.
    Repaired,
    /// Contradicted by other evidence.
    Suspect,
    /// A clock correction was applied.
    Skew,
}

impl Note {
    /// All notes, in the order of `rfo.event/1`.
    pub const ALL: [Self; 10] = [
        Self::Year,
        Self::Order,
        Self::Abbreviation,
        Self::Fold,
        Self::Gap,
        Self::Received,
        Self::Leap,
        Self::Repaired,
        Self::Suspect,
        Self::Skew,
    ];

    /// The word of `rfo.event/1`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Order => "order",
            Self::Abbreviation => "abbreviation",
            Self::Fold => "fold",
            Self::Gap => "gap",
            Self::Received => "received",
            Self::Leap => "leap",
            Self::Repaired => "repaired",
            Self::Suspect => "suspect",
            Self::Skew => "skew",
        }
    }
}

/// Basis and notes; displays as `zone_assumed+year`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quality {
    /// How the zone is known.
    pub basis: Basis,
    notes: u16,
}

impl Quality {
    /// A basis without notes.
    pub fn new(basis: Basis) -> Self {
        Self { basis, notes: 0 }
    }

    /// The same with a note.
    #[must_use]
    pub fn with(mut self, note: Note) -> Self {
        self.notes |= 1 << note as u8;
        self
    }

    /// True where the note is set.
    pub fn has(self, note: Note) -> bool {
        self.notes & (1 << note as u8) != 0
    }

    /// The notes that are set, in order.
    pub fn notes(self) -> impl Iterator<Item = Note> {
        Note::ALL.into_iter().filter(move |&note| self.has(note))
    }
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.basis {
            Basis::Exact => "exact",
            Basis::Zone => "zone",
            Basis::ZoneInferred => "zone_inferred",
            Basis::ZoneAssumed => "zone_assumed",
            Basis::Undated => "undated",
        })?;
        self.notes().try_for_each(|note| write!(f, "+{}", note.word()))
    }
}

/// An instant, its precision, how its zone is known, its doubts and alternatives.
#[derive(Clone, Debug, PartialEq)]
pub struct Stamp {
    /// Start of the interval; none for an undated record.
    pub instant: Option<Instant>,
    /// Length of the interval.
    pub precision: Precision,
    /// Basis and notes.
    pub quality: Quality,
    /// Other instants that stay possible, sorted, without `instant` itself.
    pub alternatives: Vec<Instant>,
    /// The zone that was used, as named by who told it; none for `exact` and `undated`.
    pub zone: Option<Arc<str>>,
    /// Correction applied to the clock, in milliseconds (a clock 37 s ahead: −37000).
    pub shift_ms: i64,
}

impl Stamp {
    /// A stamp without an instant.
    pub fn undated() -> Self {
        Self {
            instant: None,
            precision: Precision::Second,
            quality: Quality::new(Basis::Undated),
            alternatives: Vec::new(),
            zone: None,
            shift_ms: 0,
        }
    }

    /// True where a reader must not take the time for granted: zone assumed, suspect, in a gap,
    /// undated, or more than one reading left.
    pub fn in_doubt(&self) -> bool {
        matches!(self.quality.basis, Basis::ZoneAssumed | Basis::Undated)
            || self.quality.has(Note::Suspect)
            || self.quality.has(Note::Gap)
            || !self.alternatives.is_empty()
    }

    /// RFC 3339 in UTC, as `rfo.event/1` writes it; none for an undated record.
    pub fn rfc3339(&self) -> Option<String> {
        self.instant.map(|instant| instant.rfc3339(self.precision))
    }
}

#[cfg(test)]
mod tests;
