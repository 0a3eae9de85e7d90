//! The steps of a compiled format, and how they take a text apart.

use super::{Flags, Open, Parts, epoch, names, proof, suffix};
use crate::time::{
    iso::{check_zone, fraction_digits},
    suffix::{Written, two},
};

/// One step of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Literal(u8),
    /// A run of blanks of any kind.
    Blanks,
    /// Four digits.
    Year,
    /// Two digits, or four where no further digits belong to the next step.
    ShortYear {
        alone: bool,
    },
    Month,
    Day,
    MonthName,
    WeekdayName,
    Hour,
    Minute,
    Second,
    /// `.` or `,` before a fraction.
    Point,
    Fraction,
    /// A fraction of exactly nine digits.
    Nanos,
    /// An hour of twelve without its half, 1 to 12.
    HalfHour,
    /// `Today`, `Yesterday` or the name of a weekday: a day that counts from the day of reading.
    DayWord,
    /// A minute or a second of one digit or two.
    BareMinute,
    BareSecond,
    /// One to three digits behind a colon: a count of milliseconds, not a part of a second.
    Millis,
    Meridiem,
    Offset,
    Zone,
    DayOfYear,
    Epoch,
    /// The next steps, so many, may be missing.
    Maybe(u8),
}

impl Step {
    pub(super) fn is_digits(self) -> bool {
        matches!(
            self,
            Self::Year
                | Self::ShortYear { .. }
                | Self::Month
                | Self::Day
                | Self::Hour
                | Self::Minute
                | Self::Second
                | Self::HalfHour
                | Self::BareMinute
                | Self::BareSecond
                | Self::Fraction
                | Self::Nanos
                | Self::Millis
                | Self::DayOfYear
                | Self::Epoch
        )
    }

    /// The most that it can prove; those that may be missing stand in the list as well.
    pub(super) fn most_proof(self) -> u32 {
        match self {
            Self::Literal(_) | Self::Point => proof::PUNCTUATION,
            Self::Blanks => proof::BLANK,
            Self::Year | Self::ShortYear { .. } => proof::YEAR,
            Self::Month => proof::MONTH,
            Self::Day => proof::DAY,
            Self::MonthName => proof::MONTH_NAME,
            Self::WeekdayName | Self::DayWord => proof::WEEKDAY,
            Self::Hour | Self::HalfHour => proof::HOUR,
            Self::Minute | Self::BareMinute => proof::MINUTE,
            Self::Second | Self::BareSecond => proof::SECOND,
            Self::Fraction | Self::Nanos | Self::Millis => proof::FRACTION,
            Self::Meridiem => proof::MERIDIEM,
            Self::Offset | Self::Zone => proof::ZONE,
            Self::DayOfYear => proof::DAY + 3,
            Self::Epoch => proof::EPOCH,
            Self::Maybe(_) => 0,
        }
    }

    /// The same with day for month and month for day.
    pub(super) fn exchanged(self) -> Self {
        match self {
            Self::Month => Self::Day,
            Self::Day => Self::Month,
            other => other,
        }
    }

    /// The same with day for short year and short year for day.
    pub(super) fn year_exchanged(self) -> Self {
        match self {
            Self::ShortYear { .. } => Self::Day,
            Self::Day => Self::ShortYear { alone: true },
            other => other,
        }
    }
}

/// Runs the steps over the start of `text`: bytes taken and proof.
pub(super) fn run(steps: &[Step], text: &[u8], parts: &mut Parts) -> Option<(usize, u32)> {
    let mut at = 0;
    let mut bits = 0;
    let mut place = 0;
    while let Some(&step) = steps.get(place) {
        place += 1;
        if let Step::Maybe(len) = step {
            let end = place + usize::from(len);
            let before = *parts;
            match run(&steps[place..end], &text[at..], parts) {
                Some((len, more)) => {
                    at += len;
                    bits += more;
                }
                None => *parts = before,
            }
            place = end;
            continue;
        }
        let (len, more) = take(step, steps.get(place), &text[at..], parts)?;
        at += len;
        bits += more;
    }
    Some((at, bits))
}

/// One step: bytes taken and proof.
#[inline]
fn take(step: Step, next: Option<&Step>, text: &[u8], parts: &mut Parts) -> Option<(usize, u32)> {
    match step {
        Step::Literal(byte) => (text.first() == Some(&byte)).then_some((1, proof::PUNCTUATION)),
        Step::Blanks => {
            if let [b' ', second, ..] = text
                && second.is_ascii_graphic()
            {
                return Some((1, proof::BLANK));
            }
            Some((names::blanks_len(text), proof::BLANK)).filter(|(len, _)| *len > 0)
        }
        Step::Point => matches!(text.first(), Some(b'.' | b',')).then_some((1, proof::PUNCTUATION)),
        Step::Year => {
            parts.year = Some(four(text)?);
            Some((4, proof::YEAR))
        }
        Step::ShortYear { alone } => short_year(text, alone, parts),
        Step::Month => one_or_two(text, &mut parts.month, proof::MONTH),
        Step::Day => {
            let blank = usize::from(text.first() == Some(&b' '));
            let (len, bits) = one_or_two(&text[blank..], &mut parts.day, proof::DAY)?;
            Some((blank + len + ordinal(&text[blank + len..]), bits))
        }
        Step::Hour => {
            let mut hour = 0;
            let taken = one_or_two(text, &mut hour, proof::HOUR)?;
            parts.hour = Some(hour);
            Some(taken)
        }
        Step::Minute => {
            parts.minute = Some(two(text)?);
            Some((2, proof::MINUTE))
        }
        Step::Second => {
            parts.second = Some(two(text)?);
            Some((2, proof::SECOND))
        }
        Step::HalfHour => {
            let mut hour = 0;
            let taken = one_or_two(text, &mut hour, proof::HOUR)?;
            (parts.hour, parts.open) = (Some(hour), parts.open.with(Open::HALF));
            Some(taken)
        }
        Step::DayWord => day_word(text, parts),
        Step::BareMinute => one_or_two(text, parts.minute.insert(0), proof::MINUTE),
        Step::BareSecond => one_or_two(text, parts.second.insert(0), proof::SECOND),
        Step::Nanos => {
            let (len, nanos) = fraction_digits(text)?;
            (parts.nanos, parts.digits) = (nanos, 9);
            (len == 9).then_some((len, proof::FRACTION))
        }
        Step::Fraction => {
            let (len, nanos) = fraction_digits(text)?;
            (parts.nanos, parts.digits) = (nanos, len.min(9) as u8);
            Some((len, proof::FRACTION))
        }
        Step::Millis => {
            let len = text.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
            // More digits than a count of milliseconds has are a fraction like any other.
            let (len, nanos) = if len > 3 {
                fraction_digits(text)?
            } else {
                let count = |sum, digit: &u8| sum * 10 + u32::from(digit - b'0');
                (len, text[..len].iter().fold(0, count) * 1_000_000)
            };
            (parts.nanos, parts.digits) = (nanos, len.clamp(3, 9) as u8);
            (len > 0).then_some((len, proof::FRACTION))
        }
        Step::MonthName => {
            let found = names::month(text)?;
            parts.month = found.number;
            if found.shared {
                parts.flags = parts.flags.with(Flags::SHARED_MONTH);
            }
            Some((found.len + dot(&text[found.len..], next), proof::MONTH_NAME))
        }
        Step::WeekdayName => {
            let (len, weekday) = names::weekday(text)?;
            parts.weekday = weekday;
            Some((len + dot(&text[len..], next), proof::WEEKDAY))
        }
        Step::Meridiem => {
            let (len, pm) = names::meridiem(text)?;
            parts.pm = Some(pm);
            Some((len, proof::MERIDIEM))
        }
        Step::Offset | Step::Zone => zone(step, text, parts),
        Step::DayOfYear => {
            let [hundreds, rest @ ..] = text else { return None };
            parts.of_year = u16::from(hundreds.is_ascii_digit().then(|| hundreds - b'0')?) * 100
                + u16::from(two(rest)?);
            (parts.of_year > 0).then_some((3, proof::DAY + 3))
        }
        Step::Epoch => epoch_seconds(text, parts),
        Step::Maybe(_) => None,
    }
}

/// A dot that closes an abbreviated name, unless the format has a dot of its own there.
fn dot(text: &[u8], next: Option<&Step>) -> usize {
    let own = matches!(next, Some(Step::Literal(b'.') | Step::Point));
    usize::from(!own && text.first() == Some(&b'.'))
}

fn four(text: &[u8]) -> Option<i32> {
    Some(i32::from(two(text)?) * 100 + i32::from(two(&text[2..])?))
}

/// Length of what English writes behind a day: `13th`.
fn ordinal(rest: &[u8]) -> usize {
    let ends = matches!(rest, [b's', b't', ..] | [b'n' | b'r', b'd', ..] | [b't', b'h', ..])
        && !rest.get(2).is_some_and(u8::is_ascii_alphanumeric);
    if ends { 2 } else { 0 }
}

/// English only: the windows that write so are asked for in English.
fn day_word(text: &[u8], parts: &mut Parts) -> Option<(usize, u32)> {
    let is = |word: &str| {
        text.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word.as_bytes()))
    };
    let len = if is("Today") {
        "Today".len()
    } else if is("Yesterday") {
        parts.ago = -1;
        "Yesterday".len()
    } else {
        let (len, weekday) = names::weekday(text).filter(|(_, weekday)| *weekday != 0)?;
        parts.weekday = weekday;
        len
    };
    parts.open = parts.open.with(Open::DAY_WORD);
    Some((len, proof::WEEKDAY))
}

fn one_or_two(text: &[u8], into: &mut u8, bits: u32) -> Option<(usize, u32)> {
    match text {
        [tens, ones, ..] if tens.is_ascii_digit() && ones.is_ascii_digit() => {
            *into = (tens - b'0') * 10 + (ones - b'0');
            Some((2, bits))
        }
        [ones, ..] if ones.is_ascii_digit() => {
            *into = ones - b'0';
            Some((1, bits))
        }
        _ => None,
    }
}

/// Two digits mean 1970 to 2069 (POSIX `%y`); the policy of the file may move that.
fn short_year(text: &[u8], alone: bool, parts: &mut Parts) -> Option<(usize, u32)> {
    if alone
        && let Some(year) = four(text)
        && !text.get(4).is_some_and(u8::is_ascii_digit)
    {
        parts.year = Some(year);
        return Some((4, proof::YEAR));
    }
    let year = i32::from(two(text)?);
    parts.year = Some(if year < 70 { 2000 + year } else { 1900 + year });
    parts.flags = parts.flags.with(Flags::SHORT_YEAR);
    Some((2, proof::SHORT_YEAR))
}

/// `%z` wants an offset or a word for UTC, `%Z` also takes an abbreviation.
fn zone(step: Step, text: &[u8], parts: &mut Parts) -> Option<(usize, u32)> {
    let (len, zone) = match suffix::offset(text) {
        Some((len, seconds)) => (len, Written::Offset(seconds)),
        None => match suffix::zone(text) {
            Some(found) => found,
            None if step == Step::Zone => return zone_name(text, parts),
            None => return None,
        },
    };
    if step == Step::Offset && matches!(zone, Written::Word(_)) {
        return None;
    }
    parts.set_zone(zone);
    Some((len, proof::ZONE))
}

/// The name of a zone, behind the time that it belongs to.
fn zone_name(text: &[u8], parts: &mut Parts) -> Option<(usize, u32)> {
    let (len, zone) = suffix::named(text)?;
    check_zone(&zone, false, parts)?;
    Some((len, proof::ZONE))
}

/// `%s` within a format: the whole time, though a fraction may follow in the format.
fn epoch_seconds(text: &[u8], parts: &mut Parts) -> Option<(usize, u32)> {
    let len = text.iter().take(11).take_while(|byte| byte.is_ascii_digit()).count();
    let (len, raw) = epoch::take(&text[..len])?;
    let civil = crate::time::Civil::from_secs(raw.civil);
    (parts.year, parts.month, parts.day) = (Some(civil.year), civil.month, civil.day);
    parts.hour = Some(civil.hour);
    parts.minute = Some(civil.minute);
    parts.second = Some(civil.second);
    parts.offset = 0;
    parts.flags = parts.flags.with(Flags::EPOCH);
    Some((len, proof::EPOCH))
}

/// Marks the bytes that a text may begin with.
pub(super) fn starts(steps: &[Step], starts: &mut [bool; 256]) {
    let mut mark = |test: &dyn Fn(u8) -> bool| {
        for byte in 0..=255_u8 {
            starts[usize::from(byte)] |= test(byte);
        }
    };
    match steps {
        [] => mark(&|_| true),
        [Step::Maybe(len), rest @ ..] => {
            self::starts(&rest[..usize::from(*len)], starts);
            self::starts(&rest[usize::from(*len)..], starts);
        }
        [Step::Literal(literal), ..] => mark(&|byte| byte == *literal),
        [Step::Blanks, ..] => mark(&|byte| matches!(byte, b' ' | b'\t' | 0xc2 | 0xe2 | 0xe3)),
        [Step::Point, ..] => mark(&|byte| matches!(byte, b'.' | b',')),
        [Step::Day, ..] => mark(&|byte| byte.is_ascii_digit() || byte == b' '),
        [Step::MonthName | Step::WeekdayName | Step::DayWord | Step::Meridiem, ..] => {
            mark(&|byte| byte.is_ascii_alphabetic() || byte >= 0x80);
        }
        [Step::Offset | Step::Zone, ..] => {
            mark(&|byte| byte.is_ascii_alphabetic() || matches!(byte, b'+' | b'-' | 0xe2));
        }
        [_, ..] => mark(&|byte| byte.is_ascii_digit()),
    }
}
