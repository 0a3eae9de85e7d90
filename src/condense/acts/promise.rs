//! Promises and claims: times that people write within a sentence.
//!
//! Takes a text whose acts have [`super::Acts::PROMISE`] or [`super::Acts::SINCE`]; gives when the
//! next news are due ("next update in 30 minutes", "at 14:30 UTC") or since when it is said to last
//! ("since 10:05"). A clock time is that of the writer's zone unless the zone is written.

use super::lexicon::{Class, Lexicon};
use super::plain::plain;

/// One minute in nanoseconds.
const MINUTE: i64 = 60_000_000_000;
/// One day in nanoseconds.
const DAY: i64 = 24 * 60 * MINUTE;
/// Words after a phrase in which its time is sought.
const WORDS: usize = 9;

/// When something is due or began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// So many nanoseconds after it was written.
    In(i64),
    /// At a time of the clock.
    At(Clock),
}

/// A time of the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Minutes since midnight.
    pub minute: u16,
    /// The zone as written, in capitals (`UTC`, `CET`, `+02:00`); none where it is not.
    pub zone: Option<String>,
}

impl Clock {
    /// The last such time at or before an instant, both in nanoseconds since 1970 UTC; `ahead` is
    /// how far the clock's zone is ahead of UTC. For claims: what they tell of has begun.
    pub fn before(&self, instant: i64, ahead: i64) -> i64 {
        let at = self.on_day_of(instant, ahead);
        if at > instant { at - DAY } else { at }
    }

    /// The first such time at or after an instant. For promises.
    pub fn after(&self, instant: i64, ahead: i64) -> i64 {
        let at = self.on_day_of(instant, ahead);
        if at < instant - instant.rem_euclid(MINUTE) { at + DAY } else { at }
    }

    fn on_day_of(&self, instant: i64, ahead: i64) -> i64 {
        let local = instant.saturating_add(ahead);
        local - local.rem_euclid(DAY) + i64::from(self.minute) * MINUTE - ahead
    }
}

/// When the next news are due.
pub fn due(text: &str) -> Option<When> {
    after_phrase(text, Class::Promise, |words, lexicon| {
        duration(words, lexicon).map(When::In).or_else(|| clock(words, true).map(When::At))
    })
}

/// Since when it is said to last: the first such time.
pub fn since(text: &str) -> Option<Clock> {
    after_phrase(text, Class::Since, |words, _| clock(&words[..words.len().min(4)], false))
}

/// What is read out of the words after the first phrase of a class that gives anything.
fn after_phrase<T>(
    text: &str,
    class: Class,
    read: impl Fn(&[&[u8]], &Lexicon) -> Option<T>,
) -> Option<T> {
    let lexicon = Lexicon::embedded();
    let mut out = Vec::new();
    plain(text, &mut out);
    let mut ends: Vec<usize> = lexicon
        .find(&out)
        .filter(|found| found.meanings.iter().any(|meaning| meaning.class == class))
        .map(|found| found.end)
        .collect();
    ends.dedup();
    ends.iter().find_map(|&end| {
        // The blank at the end of a phrase begins the next word; "in" may be part of both.
        let rest = &out[end.min(out.len())..];
        let words = rest.split(|c| *c == b' ').filter(|word| !word.is_empty() && **word != *b",");
        let ends = |word: &&[u8]| matches!(**word, [b'.' | b'?']);
        let words: Vec<&[u8]> = words.take_while(|word| !ends(word)).take(WORDS).collect();
        read(&words, lexicon)
    })
}

/// A duration: `30 minutes`, `30min`, `2 h`, `half an hour`, in nanoseconds.
fn duration(words: &[&[u8]], lexicon: &Lexicon) -> Option<i64> {
    for (at, word) in words.iter().enumerate() {
        let halves = words[at..].windows(2).map(|pair| pair.join(&b' '));
        let thirds = words[at..].windows(3).map(|triple| triple.join(&b' '));
        if halves.chain(thirds).take(3).any(|half| lexicon.word(&half) == Some(Class::Half)) {
            return Some(30 * MINUTE);
        }
        let digits = word.iter().take_while(|c| c.is_ascii_digit()).count();
        let number = std::str::from_utf8(&word[..digits]).ok().and_then(|d| d.parse::<i64>().ok());
        let number = number.or_else(|| one(word));
        let Some(number) = number.filter(|n| (1..=1440).contains(n)) else { continue };
        let unit = if digits > 0 && digits < word.len() { Some(&word[digits..]) } else { None };
        // A range is kept at its end: "30-45 minutes".
        let upper = unit.and_then(|unit| unit.strip_prefix(b"-"));
        let number =
            upper.and_then(|d| std::str::from_utf8(d).ok()?.parse().ok()).unwrap_or(number);
        let unit = if upper.is_some() { None } else { unit };
        let unit = unit.or_else(|| words.get(at + 1).copied());
        match unit.and_then(|unit| lexicon.word(unit)) {
            Some(Class::Minute) => return Some(number * MINUTE),
            Some(Class::Hour) => return Some(number.min(240) * 60 * MINUTE),
            _ => {}
        }
    }
    None
}

/// One as a word, which stands before units: "in an hour".
fn one(word: &[u8]) -> Option<i64> {
    let words: [&[u8]; 8] = [b"an", b"one", b"a", b"einer", b"una", b"une", b"uma", b"1"];
    words.contains(&word).then_some(1)
}

/// A time of the clock: `14:30`, `14:30z`, `2:30 pm`, `2pm`, `14h30`, `14.30 uhr`, `1430 utc`. A bare
/// number counts where `loose` and the word before or after it says that it is an hour.
fn clock(words: &[&[u8]], loose: bool) -> Option<Clock> {
    words.iter().enumerate().find_map(|(at, word)| {
        let next = words.get(at + 1).copied().unwrap_or_default();
        let (hour, minute, rest) = hour_and_minute(word, next, loose)?;
        let half = [rest, next].into_iter().find(|w| matches!(*w, b"am" | b"pm"));
        let hour = match half {
            Some(b"pm") if hour < 12 => hour + 12,
            Some(b"am") if hour == 12 => 0,
            _ => hour,
        };
        let skip = usize::from(half == Some(next)) + usize::from(next == b"uhr");
        let zone = zone(rest).or_else(|| words.get(at + 1 + skip).and_then(|word| zone(word)));
        (hour < 24 && minute < 60).then_some(Clock { minute: hour * 60 + minute, zone })
    })
}

/// Hour, minute and what is left of a word.
fn hour_and_minute<'w>(word: &'w [u8], next: &[u8], loose: bool) -> Option<(u16, u16, &'w [u8])> {
    let digits = word.iter().take_while(|c| c.is_ascii_digit()).count();
    let number = |digits: &[u8]| std::str::from_utf8(digits).ok()?.parse::<u16>().ok();
    let first = number(&word[..digits])?;
    let rest = &word[digits..];
    if let [b':' | b'.' | b'h', tens, ones, rest @ ..] = rest
        && digits <= 2
        && tens.is_ascii_digit()
        && ones.is_ascii_digit()
        && !rest.first().is_some_and(|c| c.is_ascii_digit() || *c == b'.')
    {
        let dotted = word[digits] == b'.';
        let told = !dotted || next == b"uhr" || zone(next).is_some();
        let seconds = rest.first() == Some(&b':') && rest.len() == 3;
        let rest = if seconds { &[] } else { rest };
        return told.then(|| Some((first, number(&[*tens, *ones])?, rest)))?;
    }
    let told = zone(rest).is_some() || zone(next).is_some();
    let hour = matches!(rest, b"am" | b"pm" | b"h") || matches!(next, b"am" | b"pm" | b"uhr");
    match digits {
        4 if told => Some((first / 100, first % 100, rest)),
        1 | 2 if hour && (loose || rest != b"h") => Some((first, 0, rest)),
        _ => None,
    }
}

/// A zone as written. Which instant it means is for the time's own modules to say.
fn zone(word: &[u8]) -> Option<String> {
    const KNOWN: [&[u8]; 24] = [
        b"utc", b"gmt", b"z", b"cet", b"cest", b"mez", b"mesz", b"bst", b"ist", b"est", b"edt",
        b"cst", b"cdt", b"mst", b"mdt", b"pst", b"pdt", b"wet", b"west", b"eet", b"eest", b"jst",
        b"aest", b"brt",
    ];
    let offset = |word: &[u8]| word.len() > 1 && word[0] == b'+' && word[1].is_ascii_digit();
    let based = word.strip_prefix(b"utc").is_some_and(offset);
    let known = KNOWN.contains(&word) || offset(word) || based;
    known.then(|| String::from_utf8_lossy(word).to_uppercase())
}

#[cfg(test)]
mod tests;
