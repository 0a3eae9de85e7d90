//! The parts of a written time, and the raw time they make.
//!
//! Formats fill in [`Parts`]; [`Parts::finish`] refuses what no clock shows (31 February, 10:61) and
//! mends what clocks do show (24:00, a leap second).

use super::{
    Civil, Flags, Open, Precision, RawTime, abbreviation, days_from_civil, leap_year,
    suffix::Written, valid_date,
};

/// What a format has found so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts {
    pub(super) year: Option<i32>,
    /// 0: none.
    pub(super) month: u8,
    /// 0: none.
    pub(super) day: u8,
    /// Day of the year, 0: none.
    pub(super) of_year: u16,
    pub(super) hour: Option<u8>,
    pub(super) minute: Option<u8>,
    pub(super) second: Option<u8>,
    pub(super) nanos: u32,
    /// Fraction digits.
    pub(super) digits: u8,
    pub(super) pm: Option<bool>,
    pub(super) offset: i32,
    pub(super) word: u16,
    /// 1 (Monday) to 7, 0: none.
    pub(super) weekday: u8,
    pub(super) flags: Flags,
    pub(super) open: Open,
    /// Days from the day of reading, with [`Open::DAY_WORD`].
    pub(super) ago: i64,
}

impl Parts {
    pub(super) const NONE: Self = Self {
        year: None,
        month: 0,
        day: 0,
        of_year: 0,
        hour: None,
        minute: None,
        second: None,
        nanos: 0,
        digits: 0,
        pm: None,
        offset: RawTime::NO_OFFSET,
        word: 0,
        weekday: 0,
        flags: Flags(0),
        open: Open(0),
        ago: 0,
    };

    /// Notes a zone.
    pub(super) fn set_zone(&mut self, zone: Written) {
        match zone {
            // An epoch is an instant: an offset behind it says where its writer was (`git`).
            Written::Offset(_) if self.flags.has(Flags::EPOCH) => {}
            Written::Offset(seconds) => self.offset = seconds,
            Written::Word(word) => self.word = word,
        }
    }

    /// True where a zone was taken.
    pub(super) fn has_zone(&self) -> bool {
        self.offset != RawTime::NO_OFFSET || self.word != 0
    }

    /// The raw time; none where it cannot have been shown by a clock.
    pub(super) fn finish(self) -> Option<RawTime> {
        let mut flags = self.flags;
        let days = self.days(&mut flags)?;
        let (of_day, nanos, precision) = self.time_of_day(&mut flags)?;
        let mut raw = RawTime {
            civil: days * 86_400 + of_day,
            nanos,
            offset: self.offset,
            flags: flags.with_weekday(self.weekday),
            word: self.word,
            precision,
            rung: 0,
            open: self.open,
        };
        if let Some(known) = abbreviation::by_index(self.word)
            && let Some(seconds) = known.offset(raw.civil)
        {
            raw.offset = seconds;
            raw.flags = raw.flags.with(Flags::ABBREVIATION);
        }
        if raw.flags.has(Flags::LEAP) && !may_be_leap(&raw) {
            return None;
        }
        Some(raw)
    }

    /// Days since 1970-01-01; the year is 2000 where none was written, the date 2000-01-01 where
    /// no date was.
    fn days(&self, flags: &mut Flags) -> Option<i64> {
        if self.month == 0 && self.day == 0 && self.of_year == 0 {
            if !self.open.has(Open::DAY_WORD) {
                self.hour?;
            }
            *flags = flags.with(Flags::NO_DATE);
            return Some(days_from_civil(2000, 1, 1) + self.ago);
        }
        let year = self.year.unwrap_or_else(|| {
            *flags = flags.with(Flags::NO_YEAR);
            2000
        });
        if self.of_year != 0 {
            let most = if leap_year(year) { 366 } else { 365 };
            return (self.of_year <= most)
                .then(|| days_from_civil(year, 1, 1) + i64::from(self.of_year) - 1);
        }
        if !valid_date(year, self.month, self.day) {
            return None;
        }
        let days = days_from_civil(year, self.month, self.day);
        let settled = Flags::NO_YEAR.with(Flags::SHORT_YEAR).with(Flags::EITHER_ORDER);
        if self.weekday != 0 && flags.0 & settled.0 == 0 && weekday_of(days) != self.weekday {
            *flags = flags.with(Flags::REPAIRED);
        }
        Some(days)
    }

    /// Seconds of the day (86,400 for 24:00:00), nanoseconds, precision.
    fn time_of_day(&self, flags: &mut Flags) -> Option<(i64, u32, Precision)> {
        let Some(hour) = self.hour else { return Some((0, 0, Precision::Day)) };
        let hour = self.hour_of_24(hour, flags)?;
        let (minute, second) = (self.minute.unwrap_or(0), self.second.unwrap_or(0));
        let precision = match (self.minute, self.second, self.digits) {
            (None, ..) => Precision::Hour,
            (_, None, _) => Precision::Minute,
            (.., 0) => Precision::Second,
            (.., digits) => Precision::Fraction(digits),
        };
        if hour == 24 && (minute, second, self.nanos) == (0, 0, 0) {
            *flags = flags.with(Flags::REPAIRED);
            return Some((86_400, 0, precision));
        }
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let of_day = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        if second == 60 {
            // The last nanosecond of :59 comes after all of :59 and before the next day.
            *flags = flags.with(Flags::LEAP);
            return Some((of_day - 1, 999_999_999, precision));
        }
        Some((of_day, self.nanos, precision))
    }

    fn hour_of_24(&self, hour: u8, flags: &mut Flags) -> Option<u8> {
        if self.open.has(Open::HALF) {
            return (1..=12).contains(&hour).then_some(hour % 12);
        }
        match (self.pm, hour) {
            (None, _) | (Some(false), 0..=11) | (Some(true), 12) => Some(hour),
            (Some(false), 12) => Some(0),
            (Some(true), 0..=11) => Some(hour + 12),
            // `15:04 PM` says the same twice.
            (Some(true), 13..=23) => {
                *flags = flags.with(Flags::REPAIRED);
                Some(hour)
            }
            _ => None,
        }
    }
}

/// 1 (Monday) to 7 (Sunday).
pub(super) fn weekday_of(days: i64) -> u8 {
    // 1970-01-01 was a Thursday.
    ((days + 3).rem_euclid(7) + 1) as u8
}

/// The days at whose end a leap second was put in (IERS Bulletin C; none since).
const LEAP_DAYS: [(i32, u8, u8); 27] = [
    (1972, 6, 30),
    (1972, 12, 31),
    (1973, 12, 31),
    (1974, 12, 31),
    (1975, 12, 31),
    (1976, 12, 31),
    (1977, 12, 31),
    (1978, 12, 31),
    (1979, 12, 31),
    (1981, 6, 30),
    (1982, 6, 30),
    (1983, 6, 30),
    (1985, 6, 30),
    (1987, 12, 31),
    (1989, 12, 31),
    (1990, 12, 31),
    (1992, 6, 30),
    (1993, 6, 30),
    (1994, 6, 30),
    (1995, 12, 31),
    (1997, 6, 30),
    (1998, 12, 31),
    (2005, 12, 31),
    (2008, 12, 31),
    (2012, 6, 30),
    (2015, 6, 30),
    (2016, 12, 31),
];

/// True where the UTC second `secs`, a `23:59:59`, was followed by a leap second.
pub(super) fn before_leap(secs: i64) -> bool {
    let civil = Civil::from_secs(secs);
    (civil.hour, civil.minute, civil.second) == (23, 59, 59)
        && LEAP_DAYS.contains(&(civil.year, civil.month, civil.day))
}

/// Whether `:60` can be true: with an offset it must be a leap second; without one it must be one
/// on some clock of the world; without a year the last day of June or December must be near.
fn may_be_leap(raw: &RawTime) -> bool {
    if let Some(offset) = raw.offset() {
        return before_leap(raw.civil - i64::from(offset));
    }
    let near = |offset: i64| {
        let utc = raw.civil - offset * 900;
        if !raw.flags.has(Flags::NO_YEAR) {
            return before_leap(utc);
        }
        let civil = Civil::from_secs(utc);
        matches!((civil.month, civil.day), (6, 30) | (12, 31))
            && (civil.hour, civil.minute, civil.second) == (23, 59, 59)
    };
    !raw.flags.has(Flags::NO_DATE) && (-48..=56).any(near)
}
