//! Times written as one number: seconds or finer since 1970, and the counts of Windows, .NET,
//! Chrome, Apple and spreadsheets.
//!
//! All digits stay integers; nothing passes through a float. The unit of an epoch is the one that
//! puts it between 1990 and 2100: those spans do not overlap.

use super::{Flags, Open, Precision, RawTime, days_from_civil, iso::fraction_digits, suffix::two};

/// A count with a name of its own; only taken where a definition asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    /// 100 ns since 1601 (Windows FILETIME).
    Filetime,
    /// 100 ns since year 1 (.NET ticks), or `/Date(ms+hhmm)/`.
    DotNet,
    /// Microseconds since 1601 (`WebKit`, Chrome).
    WebKit,
    /// Seconds since 2001 (Apple).
    Cocoa,
    /// `yyyymmddHHMMSS.mmmmmm±UUU`, the offset in minutes (`CIM_DATETIME`).
    Wmi,
    /// Days since 1899-12-30, without a zone.
    Excel,
    /// `@4000000037c219bf2ef02e94`: seconds of TAI and nanoseconds, in hexadecimal digits.
    Tai64n,
    /// An id of Discord: milliseconds since 2015 above 22 other bits.
    Discord,
    /// An id of Twitter: milliseconds since 2010-11-04 above 22 other bits.
    Twitter,
}

impl Count {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "filetime" => Self::Filetime,
            "dotnet" => Self::DotNet,
            "webkit" => Self::WebKit,
            "cocoa" => Self::Cocoa,
            "wmi" => Self::Wmi,
            "excel" => Self::Excel,
            "tai64n" => Self::Tai64n,
            "discord" => Self::Discord,
            "twitter" => Self::Twitter,
            _ => return None,
        })
    }

    /// The time at the start of `text`, and its bytes.
    pub(super) fn take(self, text: &[u8]) -> Option<(usize, RawTime)> {
        match self {
            Self::Filetime => ticks(text, 10_000_000, -11_644_473_600),
            Self::DotNet => json_date(text).or_else(|| ticks(text, 10_000_000, -62_135_596_800)),
            Self::WebKit => ticks(text, 1_000_000, -11_644_473_600),
            Self::Cocoa => cocoa(text),
            Self::Wmi => wmi(text),
            Self::Excel => excel(text),
            Self::Tai64n => tai64n(text),
            Self::Discord => snowflake(text, 1_420_070_400_000),
            Self::Twitter => snowflake(text, 1_288_834_974_657),
        }
    }
}

/// 1990-01-01 to 2100-01-01, in seconds.
const PLAUSIBLE: std::ops::Range<i64> = 631_152_000..4_102_444_800;

/// An epoch at the start of `text`, and its bytes.
pub(super) fn take(text: &[u8]) -> Option<(usize, RawTime)> {
    let number = Number::at(text)?;
    // 18 digits may be .NET ticks or a FILETIME as well, so nanoseconds want 19.
    let unit = match number.len {
        9..=10 => 0,
        12..=13 => 3,
        15..=16 => 6,
        19 => 9,
        _ => return None,
    };
    let raw = number.since_1970(unit)?;
    PLAUSIBLE.contains(&raw.civil).then_some((number.end, raw))
}

/// As [`take`]; alone in its field a number of seconds may also be negative (from 1900 on) or 0,
/// which many programs write for "never".
pub(super) fn take_whole(text: &[u8]) -> Option<(usize, RawTime)> {
    if let Some(found) = take(text) {
        return Some(found);
    }
    let (sign_len, digits) = match text {
        [b'-', rest @ ..] => (1, rest),
        _ => (0, text),
    };
    let number = Number::at(digits)?;
    let mut raw = number.since_1970(0)?;
    if sign_len == 1 {
        raw.civil = -raw.civil;
        if raw.nanos > 0 {
            raw.civil -= 1;
            raw.nanos = 1_000_000_000 - raw.nanos;
        }
    }
    let known = raw.civil == 0 || (sign_len == 1 && raw.civil > -2_208_988_800);
    known.then_some((number.end + sign_len, raw))
}

/// Digits with an optional decimal fraction, where no letter or digit follows.
struct Number {
    whole: i64,
    /// Digits before the point.
    len: usize,
    /// Fraction, as nanoseconds of one unit.
    nanos: u32,
    /// Digits of the fraction.
    digits: usize,
    end: usize,
}

impl Number {
    fn at(text: &[u8]) -> Option<Self> {
        let len = text.iter().take(20).take_while(|byte| byte.is_ascii_digit()).count();
        if len == 0 || len > 19 {
            return None;
        }
        let whole = text[..len].iter().try_fold(0_i64, |sum, digit| {
            sum.checked_mul(10)?.checked_add(i64::from(digit - b'0'))
        })?;
        let (digits, nanos) = match &text[len..] {
            [b'.', first, ..] if first.is_ascii_digit() => fraction_digits(&text[len + 1..])?,
            _ => (0, 0),
        };
        let end = len + if digits > 0 { 1 + digits } else { 0 };
        let open = text.get(end).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'_');
        (!open).then_some(Self { whole, len, nanos, digits, end })
    }

    /// Read as 10^-`unit` seconds since 1970.
    fn since_1970(&self, unit: u32) -> Option<RawTime> {
        let per_second = 10_i64.pow(unit);
        let below = (self.whole % per_second) * 10_i64.pow(9 - unit);
        let digits = (unit as usize + self.digits).min(9) as u8;
        let nanos = below + i64::from(self.nanos) / per_second;
        let raw = exact(self.whole / per_second, u32::try_from(nanos).ok()?, digits);
        Some(RawTime { word: unit as u16, ..raw })
    }
}

fn exact(secs: i64, nanos: u32, digits: u8) -> RawTime {
    RawTime {
        civil: secs,
        nanos,
        offset: 0,
        flags: Flags::EPOCH,
        word: 0,
        precision: if digits == 0 { Precision::Second } else { Precision::Fraction(digits) },
        rung: 0,
        open: Open::default(),
    }
}

/// A count of ticks since `start`, seconds from 1970; only plausible ones, so that a count of
/// another kind is not taken.
fn ticks(text: &[u8], per_second: i64, start: i64) -> Option<(usize, RawTime)> {
    let number = Number::at(text).filter(|number| number.digits == 0)?;
    let secs = number.whole / per_second + start;
    let nanos = (number.whole % per_second) * (1_000_000_000 / per_second);
    let digits = if per_second == 1_000_000 { 6 } else { 7 };
    let raw = exact(secs, u32::try_from(nanos).ok()?, digits);
    // 0 ticks is year 1 or 1601: left to `sentinel`.
    (number.whole == 0 || PLAUSIBLE.contains(&secs)).then_some((number.end, raw))
}

/// `/Date(1436866425123+0200)/`: milliseconds since 1970; the offset only says how to show it.
fn json_date(text: &[u8]) -> Option<(usize, RawTime)> {
    let rest = text.strip_prefix(b"/Date(").or_else(|| text.strip_prefix(b"\\/Date("))?;
    let start = text.len() - rest.len();
    let minus = usize::from(rest.first() == Some(&b'-'));
    let len = rest[minus..].iter().take(16).take_while(|byte| byte.is_ascii_digit()).count();
    let close = rest.iter().take(30).position(|byte| *byte == b')')?;
    let millis: i64 = std::str::from_utf8(&rest[..minus + len]).ok()?.parse().ok()?;
    let tail = &rest[close..];
    let end = [b")/".as_slice(), b")\\/"].iter().find(|end| tail.starts_with(end))?.len();
    let nanos = u32::try_from(millis.rem_euclid(1000)).ok()? * 1_000_000;
    Some((start + close + end, exact(millis.div_euclid(1000), nanos, 3)))
}

fn cocoa(text: &[u8]) -> Option<(usize, RawTime)> {
    const YEAR_2001: i64 = 978_307_200;
    let number = Number::at(text)?;
    let secs = number.whole + YEAR_2001;
    let raw = exact(secs, number.nanos, number.digits.min(9) as u8);
    PLAUSIBLE.contains(&secs).then_some((number.end, raw))
}

fn wmi(text: &[u8]) -> Option<(usize, RawTime)> {
    let pair = |at: usize| text.get(at..).and_then(two);
    let mut parts = super::parts::Parts::NONE;
    parts.year = Some(i32::from(pair(0)?) * 100 + i32::from(pair(2)?));
    (parts.month, parts.day) = (pair(4)?, pair(6)?);
    (parts.hour, parts.minute, parts.second) = (Some(pair(8)?), Some(pair(10)?), Some(pair(12)?));
    let (b'.', digits) = text.get(14..)?.split_first()? else { return None };
    let (6, nanos) = fraction_digits(digits)? else { return None };
    (parts.nanos, parts.digits) = (nanos, 6);
    let sign = match text.get(21)? {
        b'+' => 60,
        b'-' => -60,
        _ => return None,
    };
    let minutes: &[u8; 3] = text.get(22..)?.first_chunk()?;
    if !minutes.iter().all(u8::is_ascii_digit) || text.get(25).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let minutes = minutes.iter().fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0'));
    parts.offset = sign * minutes;
    Some((25, parts.finish()?))
}

/// The time within an id that was made of one: milliseconds since `start` (milliseconds since 1970)
/// above 22 bits of machine and counter.
fn snowflake(text: &[u8], start: i64) -> Option<(usize, RawTime)> {
    let number = Number::at(text).filter(|number| number.digits == 0 && number.len >= 15)?;
    let millis = (number.whole >> 22) + start;
    let raw = exact(millis / 1000, (millis % 1000) as u32 * 1_000_000, 3);
    PLAUSIBLE.contains(&raw.civil).then_some((number.end, raw))
}

/// What multilog and svlogd write: 2^62 + 10 at the epoch, and not a leap second since (their
/// `tai_now` and `taia_now` add that constant to the system's clock).
fn tai64n(text: &[u8]) -> Option<(usize, RawTime)> {
    const EPOCH: u64 = (1 << 62) + 10;
    let digits: &[u8; 24] = text.strip_prefix(b"@")?.first_chunk()?;
    let (secs, nanos) = std::str::from_utf8(digits).ok()?.split_at(16);
    // A sign is no digit.
    if !digits.iter().all(u8::is_ascii_hexdigit)
        || text.get(25).is_some_and(u8::is_ascii_alphanumeric)
    {
        return None;
    }
    let secs = u64::from_str_radix(secs, 16).ok()?.checked_sub(EPOCH)?;
    let nanos = u32::from_str_radix(nanos, 16).ok().filter(|nanos| *nanos < 1_000_000_000)?;
    let secs = i64::try_from(secs).ok().filter(|secs| PLAUSIBLE.contains(secs))?;
    Some((25, exact(secs, nanos, 9)))
}

/// The serial number of a spreadsheet's date. Its fraction is a rounded part of a day, so it is
/// taken to the nearest second, or millisecond where that is clearly meant.
fn excel(text: &[u8]) -> Option<(usize, RawTime)> {
    let len = text.iter().take(8).take_while(|byte| byte.is_ascii_digit()).count();
    let days: i64 = std::str::from_utf8(&text[..len]).ok()?.parse().ok()?;
    let digits = match &text[len..] {
        [b'.', rest @ ..] => rest.iter().take(18).take_while(|byte| byte.is_ascii_digit()).count(),
        _ => 0,
    };
    let end = if digits > 0 { len + 1 + digits } else { len };
    if text.get(end).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let part: i128 = if digits == 0 {
        0
    } else {
        std::str::from_utf8(&text[len + 1..end]).ok()?.parse().ok()?
    };
    let scale = 10_i128.pow(digits as u32);
    let millis = ((part * 86_400_000 + scale / 2) / scale) as i64;
    // The last digits of a serial are worth some microseconds, never half a millisecond.
    let whole_second = matches!(millis % 1000, 0 | 1 | 999);
    let millis = if whole_second { (millis + 1) / 1000 * 1000 } else { millis };
    let precision = match (digits, whole_second) {
        (0, _) => Precision::Day,
        (_, true) => Precision::Second,
        (_, false) => Precision::Fraction(3),
    };
    let civil = (days + days_from_civil(1899, 12, 30)) * 86_400 + millis / 1000;
    let raw = RawTime {
        civil,
        nanos: (millis % 1000) as u32 * 1_000_000,
        offset: RawTime::NO_OFFSET,
        flags: Flags(0),
        word: 0,
        precision,
        rung: 0,
        open: Open::default(),
    };
    (days == 0 || PLAUSIBLE.contains(&civil)).then_some((end, raw))
}
