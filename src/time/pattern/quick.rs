//! The four commonest writings, read at fixed places.
//!
//! Each gives exactly what the general way gives, or nothing, and then the general way is asked: a
//! test compares the two. RFC 3339 and its likes, with a fraction after a point or a comma; the
//! access log; the classic syslog line.

use super::{Flags, Open, Precision, RawTime, Taken, cut_short, proof};
use crate::time::{iso::fraction_digits, suffix};

/// A format that has a quick way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quick {
    /// `iso`.
    Iso,
    /// `%d/%b/%Y:%H:%M:%S %z`.
    Access,
    /// `%b %e %H:%M:%S`, whether or not a year may stand before the clock and a fraction after.
    Syslog { fraction: bool },
}

impl Quick {
    /// The quick way of a format, if it has one.
    pub(super) fn of(format: &str) -> Option<Self> {
        Some(match format {
            "iso" => Self::Iso,
            "%d/%b/%Y:%H:%M:%S %z" => Self::Access,
            "%b %e %H:%M:%S" | "%b %e[ %Y] %H:%M:%S" => Self::Syslog { fraction: false },
            "%b %e %H:%M:%S[.%f]" | "%b %e[ %Y] %H:%M:%S[.%f]" => Self::Syslog { fraction: true },
            _ => return None,
        })
    }

    /// The time at the start of `text`, where it is written in the plainest way.
    pub(super) fn take(self, text: &[u8]) -> Option<Taken> {
        match self {
            Self::Iso => iso(text),
            Self::Access => access(text),
            Self::Syslog { fraction } => syslog(text, fraction),
        }
    }
}

/// Digits at fixed places; whether all of them are digits is asked once, at the end.
struct Digits<const N: usize> {
    text: [u8; N],
    wrong: bool,
}

impl<const N: usize> Digits<N> {
    fn at(text: &[u8]) -> Option<Self> {
        Some(Self { text: *text.first_chunk()?, wrong: false })
    }

    #[inline]
    fn two(&mut self, place: usize) -> u8 {
        let (tens, ones) =
            (self.text[place].wrapping_sub(b'0'), self.text[place + 1].wrapping_sub(b'0'));
        self.wrong |= tens > 9 || ones > 9;
        tens.wrapping_mul(10).wrapping_add(ones)
    }

    #[inline]
    fn four(&mut self, place: usize) -> i32 {
        i32::from(self.two(place)) * 100 + i32::from(self.two(place + 2))
    }

    /// `yyyy-mm-` at the start, looked at as [`Digits::clock`] does.
    #[inline]
    fn year_month(&self) -> Option<(i32, u8)> {
        const LIFT: [u8; 8] = [6, 6, 6, 6, 15, 6, 6, 15];
        let [hundreds, _, years, _, _, month, ..] =
            pairs(*self.text.first_chunk()?, *b"0000-00-", LIFT)?;
        Some((i32::from(hundreds) * 100 + i32::from(years), month))
    }

    /// `hh:mm:ss`, as seconds of the day and the hour; leap seconds and 24:00 are left to the
    /// general way.
    #[inline]
    fn clock(&self, place: usize) -> Option<(i64, u8)> {
        const LIFT: [u8; 8] = [6, 6, 15, 6, 6, 15, 6, 6];
        let text = *self.text.get(place..)?.first_chunk()?;
        let [hour, _, _, minute, _, _, second, _] = pairs(text, *b"00:00:00", LIFT)?;
        let of_day = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        (hour < 24 && minute < 60 && second < 60).then_some((of_day, hour))
    }
}

/// Eight bytes looked at together: each becomes its distance from `zero`'s, and at each place stands
/// ten times the digit there and the one behind. `lift` raises a digit above 9, or a mark that is
/// another, over the lower half of its byte, and then there is none.
#[inline]
fn pairs(text: [u8; 8], zero: [u8; 8], lift: [u8; 8]) -> Option<[u8; 8]> {
    const UPPER: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    let far = u64::from_le_bytes(text) ^ u64::from_le_bytes(zero);
    if (far | far.wrapping_add(u64::from_le_bytes(lift))) & UPPER != 0 {
        return None;
    }
    Some(far.wrapping_mul(10).wrapping_add(far >> 8).to_le_bytes())
}

/// The month of a three-letter English name in any case, where no letter follows.
#[inline]
fn month(text: [u8; 4]) -> Option<u8> {
    let [a, b, c, next] = text.map(|byte| byte | 0x20);
    if next.is_ascii_lowercase() || text[3] >= 0x80 {
        return None;
    }
    Some(match &[a, b, c] {
        b"jan" => 1,
        b"feb" => 2,
        b"mar" => 3,
        b"apr" => 4,
        b"may" => 5,
        b"jun" => 6,
        b"jul" => 7,
        b"aug" => 8,
        b"sep" => 9,
        b"oct" => 10,
        b"nov" => 11,
        b"dec" => 12,
        _ => return None,
    })
}

/// Seconds from 1970 to a date of the years 0 to 9999, where it exists. Unsigned numbers and a table
/// make this twice as fast as the general calendar.
#[inline]
fn days(year: i32, month: u8, day: u8) -> Option<i64> {
    const BEFORE: [u16; 13] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
    /// Days from 0001-01-01 to 1970-01-01.
    const EPOCH: i64 = 719_162;
    let year = year as u32;
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let place = usize::from(month.wrapping_sub(1));
    let (before, after) = (*BEFORE.get(place)?, *BEFORE.get(place + 1)?);
    let length = after - before + u16::from(leap && month == 2);
    if day == 0 || u16::from(day) > length || year == 0 {
        return None;
    }
    let past = year - 1;
    let days = past * 365 + past / 4 - past / 100 + past / 400;
    let of_year = u32::from(before + u16::from(day) - 1) + u32::from(leap && month > 2);
    Some((i64::from(days + of_year) - EPOCH) * 86_400)
}

const CLOCK: u32 = proof::HOUR + proof::MINUTE + proof::SECOND + 2 * proof::PUNCTUATION;

#[inline]
fn raw(civil: i64, flags: Flags) -> RawTime {
    RawTime {
        civil,
        nanos: 0,
        offset: RawTime::NO_OFFSET,
        flags,
        word: 0,
        precision: Precision::Second,
        rung: 0,
        open: Open::default(),
    }
}

/// Takes a fraction at the start of `rest` into the time: bytes; none where it is no good one.
#[inline]
fn fraction(rest: &[u8], taken: &mut Taken) -> Option<()> {
    if let [b'.' | b',', digits @ ..] = rest
        && digits.first().is_some_and(u8::is_ascii_digit)
    {
        let (len, nanos) = fraction_digits(digits)?;
        taken.raw.nanos = nanos;
        taken.raw.precision = Precision::Fraction(len.min(9) as u8);
        taken.len += 1 + len;
        taken.proof += proof::FRACTION + proof::PUNCTUATION;
    }
    Some(())
}

fn iso(text: &[u8]) -> Option<Taken> {
    const DATE: u32 = proof::YEAR + proof::MONTH + proof::DAY + 3 * proof::PUNCTUATION;
    let mut head = Digits::<19>::at(text)?;
    if !matches!(head.text[10], b'T' | b' ') {
        return None;
    }
    let (year, month) = head.year_month()?;
    let day = head.two(8);
    let (of_day, hour) = head.clock(11)?;
    if head.wrong {
        return None;
    }
    let raw = raw(days(year, month, day)? + of_day, Flags(0));
    let mut taken = Taken { len: 19, raw, proof: DATE + CLOCK };
    fraction(&text[19..], &mut taken)?;
    let rest = &text[taken.len..];
    let (zone_len, offset) = match rest {
        [b'Z', ..] => (1, 0),
        [b'+' | b'-', ..] => suffix::offset(rest)?,
        [] => return Some(taken),
        [b'[', ..] | [b' ', b'+' | b'-' | b'U' | b'G', ..] => return None,
        _ => return (!cut_short(rest, hour)).then_some(taken),
    };
    (taken.len, taken.raw.offset) = (taken.len + zone_len, offset);
    taken.proof += proof::ZONE;
    let next = text.get(taken.len);
    let open = next.is_some_and(|next| next.is_ascii_digit() || *next == b'[');
    (!open).then_some(taken)
}

fn access(text: &[u8]) -> Option<Taken> {
    const DATE: u32 = proof::DAY + proof::MONTH_NAME + proof::YEAR + 3 * proof::PUNCTUATION;
    let mut head = Digits::<26>::at(text)?;
    let marks = [(2, b'/'), (6, b'/'), (11, b':'), (20, b' ')];
    if marks.iter().any(|(place, mark)| head.text[*place] != *mark) {
        return None;
    }
    let month = month(*head.text[3..].first_chunk()?)?;
    let (day, year) = (head.two(0), head.four(7));
    let (of_day, _) = head.clock(12)?;
    if head.wrong {
        return None;
    }
    let mut raw = raw(days(year, month, day)? + of_day, Flags(0));
    let (zone_len, offset) = suffix::offset(&text[21..])?;
    raw.offset = offset;
    let len = 21 + zone_len;
    let proof = DATE + CLOCK + proof::BLANK + proof::ZONE;
    (!text.get(len).is_some_and(u8::is_ascii_digit)).then_some(Taken { len, raw, proof })
}

fn syslog(text: &[u8], with_fraction: bool) -> Option<Taken> {
    let mut head = Digits::<15>::at(text)?;
    if head.text[3] != b' ' || head.text[6] != b' ' {
        return None;
    }
    let month = month(*head.text.first_chunk()?)?;
    if head.text[4] == b' ' {
        head.text[4] = b'0';
    }
    let day = head.two(4);
    let (of_day, hour) = head.clock(7)?;
    if head.wrong {
        return None;
    }
    let raw = raw(days(2000, month, day)? + of_day, Flags::NO_YEAR);
    let proof = proof::MONTH_NAME + proof::DAY + CLOCK + 2 * proof::BLANK;
    let mut taken = Taken { len: 15, raw, proof };
    if with_fraction {
        fraction(&text[15..], &mut taken)?;
    }
    (!cut_short(&text[taken.len..], hour)).then_some(taken)
}
