//! A time as it was written, and the facts about its writing.

use super::{Instant, Precision};

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
    /// `time/abbreviation.rs`, 0 for none. One that fixes an offset by itself also gives `offset` and
    /// [`Flags::ABBREVIATION`]. For an epoch: its unit, 10 to the minus this many seconds.
    pub word: u16,
    /// How finely it was written.
    pub precision: Precision,
    /// Which format of the definition's list took it.
    pub rung: u8,
    /// What was not written and the records around it tell.
    pub open: Open,
}

/// What a time leaves to the records around it, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Open(pub u8);

impl Open {
    /// A clock of twelve hours without AM or PM; `civil` holds the earlier reading.
    pub const HALF: Self = Self(1);
    /// The day was told by a word that counts from the day of reading. `civil` counts the days of
    /// `Today` and `Yesterday` from 2000-01-01; of another day the flags hold the weekday.
    pub const DAY_WORD: Self = Self(1 << 1);

    /// True where all bits of `other` are set.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both sets together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl RawTime {
    /// No offset was written.
    pub const NO_OFFSET: i32 = i32::MIN;

    /// The written offset in seconds (east is positive), where there is one.
    pub fn offset(&self) -> Option<i32> {
        (self.offset != Self::NO_OFFSET).then_some(self.offset)
    }

    /// The instant that it tells by its own offset; none without one, and none beyond the years 1678
    /// to 2261.
    pub fn instant(&self) -> Option<Instant> {
        Instant::from_parts(self.civil - i64::from(self.offset()?), self.nanos)
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
