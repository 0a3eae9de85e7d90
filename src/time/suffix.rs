//! What may stand behind a clock time: offsets, zone words, and the signs that a format stopped
//! too early.

use super::{abbreviation, names, zone::Zone};

/// A zone as written at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// An offset in seconds, or a word for UTC.
    Offset(i32),
    /// An abbreviation, by its index in the table.
    Word(u16),
}

/// Bytes of a sign at the start, and whether it is a minus: `+`, `-` or U+2212.
fn sign(text: &[u8]) -> Option<(usize, bool)> {
    match text {
        [b'+', ..] => Some((1, false)),
        [b'-', ..] => Some((1, true)),
        [0xe2, 0x88, 0x92, ..] => Some((3, true)),
        _ => None,
    }
}

/// Two digits at the start.
pub(super) fn two(text: &[u8]) -> Option<u8> {
    match text {
        [tens, ones, ..] if tens.is_ascii_digit() && ones.is_ascii_digit() => {
            Some((tens - b'0') * 10 + (ones - b'0'))
        }
        _ => None,
    }
}

/// `±hh:mm`, `±hhmm` or `±hh` at the start: bytes and seconds. A day or more, or more than 59
/// minutes, is no offset (RFC 5322 §3.3), and no digit may follow.
pub(super) fn offset(text: &[u8]) -> Option<(usize, i32)> {
    let (start, minus) = sign(text)?;
    let hours = two(&text[start..])?;
    let after = &text[start + 2..];
    let (len, minutes) = match after {
        [b':', rest @ ..] if two(rest).is_some() => (start + 5, two(rest)?),
        [first, ..] if first.is_ascii_digit() => (start + 4, two(after)?),
        _ => (start + 2, 0),
    };
    if hours > 23 || minutes > 59 || text.get(len).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let seconds = i32::from(hours) * 3600 + i32::from(minutes) * 60;
    Some((len, if minus { -seconds } else { seconds }))
}

/// A zone word, `Z` or an offset at the start: its bytes and meaning. `GMT+0200` is an offset.
pub(super) fn zone(text: &[u8]) -> Option<(usize, Written)> {
    if let Some((len, seconds)) = offset(text) {
        return Some((len, Written::Offset(seconds)));
    }
    let len = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (word, rest) = text.split_at(len);
    if rest.first().is_some_and(|next| next.is_ascii_digit() || *next == b'_') {
        return None;
    }
    if matches!(word, b"Z" | b"z") {
        return Some((1, Written::Offset(0)));
    }
    if abbreviation::is_utc(word) {
        return Some(match offset(rest) {
            Some((more, seconds)) => (len + more, Written::Offset(seconds)),
            None => (len, Written::Offset(0)),
        });
    }
    abbreviation::index(word).map(|index| (len, Written::Word(index)))
}

/// True where the text goes on with a zone, so that a time taken without it would be read in the
/// wrong one: `Z`, `+01:00`, ` +0100`, ` CEST`, ` (UTC)`, `[UTC]`.
pub(super) fn zone_follows(rest: &[u8]) -> bool {
    match rest {
        // A number with a plus is meant as an offset even where it is an impossible one.
        [b'+', next, ..] if next.is_ascii_digit() => true,
        [b'+' | b'-' | 0xe2, ..] => offset(rest).is_some_and(|(len, _)| ends_word(&rest[len..])),
        [first, ..] if first.is_ascii_alphabetic() => word_follows(rest),
        [b' ' | b'\t' | 0xc2, ..] => {
            let rest = &rest[names::blanks_len(rest)..];
            match rest {
                [b'(' | b'[', rest @ ..] => {
                    zone(rest).is_some_and(|(len, _)| matches!(rest.get(len), Some(b')' | b']')))
                }
                [b'+' | b'-' | 0xe2, ..] => likely_offset(rest),
                [first, ..] if first.is_ascii_uppercase() => word_follows(rest),
                _ => false,
            }
        }
        _ => false,
    }
}

/// After a blank a number with a sign may be anything (`-1 retries`, `-1234`), so only offsets that
/// some clock has had count: quarter hours up to 14.
fn likely_offset(rest: &[u8]) -> bool {
    offset(rest).is_some_and(|(len, seconds)| {
        len >= 5 && seconds.abs() <= 14 * 3600 && seconds % 900 == 0 && ends_word(&rest[len..])
    })
}

fn word_follows(rest: &[u8]) -> bool {
    word(rest).is_some() || named(rest).is_some()
}

/// Where zones lie, as the tz database names them.
const AREAS: [&[u8]; 11] = [
    b"Africa",
    b"America",
    b"Antarctica",
    b"Arctic",
    b"Asia",
    b"Atlantic",
    b"Australia",
    b"Etc",
    b"Europe",
    b"Indian",
    b"Pacific",
];

/// The name of a zone at the start, `Europe/Berlin` (PHP writes so): its bytes, and the zone.
pub(super) fn named(text: &[u8]) -> Option<(usize, Zone)> {
    let slash = text.iter().take(11).position(|byte| *byte == b'/')?;
    if !AREAS.contains(&&text[..slash]) {
        return None;
    }
    let part =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-' | b'+');
    let len = text.iter().take(40).take_while(|byte| part(byte)).count();
    Some((len, Zone::named(std::str::from_utf8(&text[..len]).ok()?).ok()?))
}

/// A zone word at the start, as [`zone`] takes it, and nothing that makes it part of a longer word.
pub(super) fn word(rest: &[u8]) -> Option<(usize, Written)> {
    // Messages begin with a word more often than not, and zone words are few.
    let len = rest.iter().take(6).take_while(|byte| byte.is_ascii_uppercase()).count();
    let last = rest.get(len.saturating_sub(1));
    let zone_like = len < 6 && matches!(last, Some(b'T' | b'C' | b'Z' | b'D' | b'B' | b'A' | b'z'));
    zone_like.then(|| zone(rest)).flatten().filter(|(len, _)| ends_word(&rest[*len..]))
}

fn ends_word(rest: &[u8]) -> bool {
    !rest
        .first()
        .is_some_and(|next| next.is_ascii_alphanumeric() || matches!(next, b'_' | b'-' | b'='))
}

/// True where the text goes on with `pm` and the like, so that an hour of 1 to 12 taken without it
/// may be half a day wrong.
pub(super) fn meridiem_follows(rest: &[u8]) -> bool {
    let blanks = names::blanks_len(rest);
    match &rest[blanks..] {
        word @ [b'a' | b'p' | b'A' | b'P', next, ..] if matches!(next, b'm' | b'M' | b'.') => {
            // ` am ` alone is also a word of English and German.
            let plain = blanks > 0 && word[0].is_ascii_lowercase() && *next == b'm';
            !plain && names::meridiem(word).is_some()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
