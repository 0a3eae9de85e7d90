//! `iso`: RFC 3339 and its kin.
//!
//! ISO 8601 calendar, week and ordinal dates, extended and basic; `T`, `t`, `_` or a blank before
//! the clock; minutes enough, and behind a `T` the hour; a fraction after `.` or `,`; an offset in
//! any of the usual spellings, also with U+2212 for the minus; a zone word behind a blank; the zone
//! in brackets of RFC 9557.

use super::{
    Flags, RawTime, days_from_civil, names,
    parts::{Parts, weekday_of},
    pattern::proof,
    suffix::{self, Written, two},
    valid_date,
    zone::{Local, Zone},
};

/// The most that a time of this format proves: a date by weeks, a clock, a fraction and a zone twice.
pub(super) const MOST_PROOF: u32 = proof::YEAR
    + 12
    + proof::HOUR
    + proof::MINUTE
    + proof::SECOND
    + proof::FRACTION
    + 6 * proof::PUNCTUATION
    + 2 * proof::ZONE;

/// Date and clock at the start of `text`: bytes, parts and proof.
pub(super) fn take(text: &[u8]) -> Option<(usize, Parts, u32)> {
    let mut parts = Parts::NONE;
    let (date_len, extended, mut bits) = date(text, &mut parts)?;
    let clock_at = date_len + separator(text.get(date_len..)?, extended)?;
    bits += proof::PUNCTUATION;
    let rest = &text[clock_at..];
    let behind_t = matches!(text[date_len], b'T' | b't');
    let clock = if extended { clock } else { basic_clock };
    let (clock_len, clock_bits) = clock(rest, behind_t, &mut parts)?;
    bits += clock_bits;
    let mut at = clock_at + clock_len;
    let (len, fraction_bits) = fraction(&text[at..], &mut parts)?;
    at += len;
    bits += fraction_bits;
    if let Some((len, zone)) = zone(&text[at..]) {
        parts.set_zone(zone);
        at += len;
        bits += proof::ZONE;
    }
    if let [b' ', rest @ ..] = &text[at..]
        && !parts.has_zone()
        && let Some((len, zone)) = suffix::named(rest)
    {
        check_zone(&zone, false, &mut parts)?;
        at += 1 + len;
        bits += proof::ZONE;
    }
    let z = matches!(text[at - 1], b'Z' | b'z');
    at += brackets(&text[at..], z, &mut parts)?;
    Some((at, parts, bits))
}

/// As [`take`], or a date alone; the caller checks that nothing is left.
pub(super) fn take_whole(text: &[u8]) -> Option<(usize, Parts, u32)> {
    take(text).or_else(|| {
        let mut parts = Parts::NONE;
        let (len, extended, bits) = date(text, &mut parts)?;
        // Eight digits alone may be any number.
        let likely = extended || parts.year.is_some_and(|year| (1900..2200).contains(&year));
        likely.then_some((len, parts, bits))
    })
}

/// The date: bytes, whether it is the extended form, proof.
fn date(text: &[u8], parts: &mut Parts) -> Option<(usize, bool, u32)> {
    let year = i32::from(two(text)?) * 100 + i32::from(two(&text[2..])?);
    parts.year = Some(year);
    match text.get(4..)? {
        [b'-', b'W' | b'w', rest @ ..] => {
            let [b'-', day @ b'1'..=b'7', ..] = rest.get(2..)? else { return None };
            week(year, two(rest)?, day - b'0', parts)?;
            Some((10, true, proof::YEAR + 12 + 2 * proof::PUNCTUATION))
        }
        [b'-', rest @ ..] => {
            parts.month = two(rest)?;
            match rest.get(2..)? {
                [b'-', day @ ..] => {
                    parts.day = two(day)?;
                    let bits = proof::YEAR + proof::MONTH + proof::DAY + 2 * proof::PUNCTUATION;
                    Some((10, true, bits))
                }
                [ones, ..] if ones.is_ascii_digit() => {
                    parts.of_year = u16::from(parts.month) * 10 + u16::from(ones - b'0');
                    parts.month = 0;
                    (parts.of_year > 0).then_some((8, true, proof::YEAR + 8 + proof::PUNCTUATION))
                }
                _ => None,
            }
        }
        rest => {
            parts.month = two(rest)?;
            parts.day = two(&rest[2..])?;
            Some((8, false, proof::YEAR + proof::MONTH + proof::DAY))
        }
    }
}

/// Day `day` (1 is Monday) of ISO week `week`: week 1 is the one with 4 January.
fn week(year: i32, week: u8, day: u8, parts: &mut Parts) -> Option<()> {
    let fourth = days_from_civil(year, 1, 4);
    let monday = fourth - i64::from(weekday_of(fourth)) + 1;
    let weeks_end = days_from_civil(year, 12, 28);
    let days = monday + (i64::from(week) - 1) * 7 + i64::from(day) - 1;
    if week == 0 || monday + (i64::from(week) - 1) * 7 > weeks_end {
        return None;
    }
    let civil = super::Civil::from_secs(days * 86_400);
    (parts.year, parts.month, parts.day) = (Some(civil.year), civil.month, civil.day);
    valid_date(civil.year, civil.month, civil.day).then_some(())
}

/// What stands between date and clock. The basic form may have nothing there.
fn separator(text: &[u8], extended: bool) -> Option<usize> {
    match text {
        [b'T' | b't' | b'_', ..] => Some(1),
        [first, ..] if first.is_ascii_digit() && !extended => Some(0),
        _ => match names::blanks_len(text) {
            0 => None,
            len => Some(len),
        },
    }
}

/// `hh:mm[:ss]`; behind a `T` also `hh`.
fn clock(text: &[u8], behind_t: bool, parts: &mut Parts) -> Option<(usize, u32)> {
    parts.hour = Some(two(text)?);
    let minute = match text.get(2..)? {
        [b':', minute @ ..] => minute,
        rest => return (behind_t && ends_clock(rest)).then_some((2, proof::HOUR)),
    };
    parts.minute = Some(two(minute)?);
    let bits = proof::HOUR + proof::MINUTE + proof::PUNCTUATION;
    match minute.get(2..) {
        Some([b':', second @ ..]) if two(second).is_some() => {
            parts.second = two(second);
            Some((8, bits + proof::SECOND + proof::PUNCTUATION))
        }
        _ => Some((5, bits)),
    }
}

/// `hhmmss`; less behind a `T`, or before a zone (LDAP's `2024011510Z`), where it cannot be another
/// number.
fn basic_clock(text: &[u8], behind_t: bool, parts: &mut Parts) -> Option<(usize, u32)> {
    let ends = |len: usize| {
        text.get(len..).is_some_and(|rest| {
            behind_t && ends_clock(rest)
                || zone(rest).is_some_and(|(len, _)| ends_clock(&rest[len..]))
        })
    };
    parts.hour = Some(two(text)?);
    let Some(minute) = two(&text[2..]) else { return ends(2).then_some((2, proof::HOUR)) };
    parts.minute = Some(minute);
    let Some(second) = two(&text[4..]) else {
        return ends(4).then_some((4, proof::HOUR + proof::MINUTE));
    };
    parts.second = Some(second);
    Some((6, proof::HOUR + proof::MINUTE + proof::SECOND))
}

/// True where nothing follows, or a zone, or the end of the word.
fn ends_clock(rest: &[u8]) -> bool {
    match rest {
        [] | [b'Z' | b'z' | b'+' | b'-', ..] | [0xe2, 0x88, ..] => true,
        [next, ..] => !next.is_ascii_alphanumeric() && !matches!(next, b':' | b'.' | b',' | b'_'),
    }
}

/// `.` or `,` and 1 to 9 digits, where seconds were written; none where there are more.
pub(super) fn fraction(text: &[u8], parts: &mut Parts) -> Option<(usize, u32)> {
    match text {
        [b'.' | b',', digits @ ..]
            if parts.second.is_some() && digits.first().is_some_and(u8::is_ascii_digit) =>
        {
            let (len, nanos) = fraction_digits(digits)?;
            (parts.nanos, parts.digits) = (nanos, len.min(9) as u8);
            Some((1 + len, proof::FRACTION + proof::PUNCTUATION))
        }
        _ => Some((0, 0)),
    }
}

/// 1 to 12 digits: how many, and the nanoseconds they mean; what is finer is left out.
pub(super) fn fraction_digits(text: &[u8]) -> Option<(usize, u32)> {
    const SCALE: [u32; 10] =
        [0, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1000, 100, 10, 1];
    let mut nanos = 0;
    let mut len = 0;
    while let Some(digit) = text.get(len).filter(|digit| digit.is_ascii_digit()) {
        len += 1;
        match len {
            1..=9 => nanos = nanos * 10 + u32::from(digit - b'0'),
            10..=12 => {}
            _ => return None,
        }
    }
    (len > 0).then(|| (len, nanos * SCALE[len.min(9)]))
}

/// An offset, `Z`, or a blank and `±hh:mm` or a zone word of the table. A word with several
/// meanings is taken too: without a hint it leaves the time open, and never in another zone.
fn zone(text: &[u8]) -> Option<(usize, Written)> {
    match text {
        [b'Z' | b'z', ..] => Some((1, Written::Offset(0))),
        [b'+' | b'-', ..] | [0xe2, 0x88, ..] => suffix::offset(text).map(offset_of),
        [b' ', b'+' | b'-', ..] => {
            suffix::offset(&text[1..]).filter(|(len, _)| *len >= 5).map(offset_of).map(after_blank)
        }
        [b' ', b'A'..=b'Z', ..] => suffix::word(&text[1..]).map(after_blank),
        _ => None,
    }
}

fn offset_of((len, seconds): (usize, i32)) -> (usize, Written) {
    (len, Written::Offset(seconds))
}

fn after_blank((len, zone): (usize, Written)) -> (usize, Written) {
    (len + 1, zone)
}

/// `[Europe/Paris]`, `[!Europe/Paris]`, `[u-ca=gregory]` of RFC 9557, as many as there are. The
/// offset wins over a zone that contradicts it, as the clock wrote it. None where a zone stands
/// alone and does not settle the offset.
fn brackets(text: &[u8], z: bool, parts: &mut Parts) -> Option<usize> {
    let mut at = 0;
    while let [b'[', inside @ ..] = &text[at..] {
        let Some(len) = inside.iter().take(60).position(|byte| *byte == b']') else { break };
        let Ok(word) = std::str::from_utf8(&inside[..len]) else { break };
        let word = word.strip_prefix('!').unwrap_or(word);
        if !word.contains('=') {
            if !word.contains('/') && word != "UTC" {
                break;
            }
            let Ok(zone) = Zone::named(word) else { break };
            check_zone(&zone, z, parts)?;
        }
        at += len + 2;
    }
    Some(at)
}

/// The offset that a zone beside a time gives it; a contradiction is noted. None where the zone alone
/// does not settle the offset.
pub(super) fn check_zone(zone: &Zone, z: bool, parts: &mut Parts) -> Option<()> {
    let raw = parts.finish()?;
    let local = zone.local(raw.civil);
    let agrees = match local {
        Local::One { offset_s } => offset_s == raw.offset,
        Local::Fold { first_offset_s, second_offset_s } => {
            raw.offset == first_offset_s || raw.offset == second_offset_s
        }
        Local::Gap { .. } => false,
    };
    match (raw.offset(), local) {
        (None, Local::One { offset_s }) => parts.offset = offset_s,
        (None, _) => return None,
        // `Z` names no local offset, so that it contradicts none (RFC 9557 §2).
        (Some(_), _) if agrees || z || parts.offset == RawTime::NO_OFFSET => {}
        (Some(_), _) => parts.flags = parts.flags.with(Flags::REPAIRED),
    }
    Some(())
}
