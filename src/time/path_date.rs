//! A date in a path: `2016-06-01.log`, `messages-20160601`, `2013/01/01/app.log`.
//!
//! Takes a path; gives the date that it names. For a log that lacks years any whole date in the
//! path is a hint, checked against the log itself. For records that write only a clock it would be
//! the whole date, unchecked: there only the file's name counts, or folders that are nothing else.

use super::{policy::PathDate, valid_date};

/// Years that a file can be named after.
const YEARS: std::ops::RangeInclusive<i32> = 1980..=2099;

/// The date that a path gives to records without a year: the last one in it.
pub fn hint(path: &str) -> Option<PathDate> {
    let parts: Vec<&str> = path.split('/').collect();
    let mut found = None;
    for at in 0..parts.len() {
        if let Some(date) = folders(&parts[..at]) {
            found = Some(date);
        }
        found = dates(parts[at]).last().copied().or(found);
        if at + 1 < parts.len() && found.is_none() {
            found = year(parts[at]).map(|year| PathDate { year, day: None });
        }
    }
    found
}

/// The day of records that write only a clock: the one date in the file's name, or folders that
/// are nothing but a date.
pub fn day(path: &str) -> Option<PathDate> {
    let parts: Vec<&str> = path.split('/').collect();
    let (name, above) = parts.split_last()?;
    let named = dates(name);
    match named.as_slice() {
        [date] => return Some(*date),
        [first, rest @ ..] => return rest.iter().all(|date| date == first).then_some(*first),
        [] => {}
    }
    let alone =
        |part: &&&str| part.bytes().all(|byte| byte.is_ascii_digit() || SEPARATORS.contains(&byte));
    let pure = above.last().filter(alone).and_then(|part| dates(part).last().copied());
    // irssi: `2016/06/01.log` or `2016/06/01/#channel.log`.
    let stem = name.split('.').next().unwrap_or_default();
    pure.or_else(|| folders(above)).or_else(|| match above {
        [.., year, month] => folders(&[year, month, stem]),
        _ => None,
    })
}

const SEPARATORS: &[u8] = b"-_.";

/// Whole dates in one component, in order: `2016-06-01` or `20160601`, not within more digits.
fn dates(text: &str) -> Vec<PathDate> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let digits = run(&bytes[at..]);
        let taken = match digits {
            8 => whole(&text[at..at + 4], &text[at + 4..at + 6], &text[at + 6..at + 8])
                .map(|d| (d, 8)),
            4 => separated(&text[at..]),
            _ => None,
        };
        match taken {
            Some((date, len)) => {
                found.push(date);
                at += len;
            }
            None => at += digits.max(1),
        }
        while !text.is_char_boundary(at) {
            at += 1;
        }
    }
    found
}

/// `2016-06-01` with the same separator twice.
fn separated(text: &str) -> Option<(PathDate, usize)> {
    let bytes = text.as_bytes();
    let mark = *bytes.get(4).filter(|mark| SEPARATORS.contains(mark))?;
    let parts = run(bytes.get(5..)?) == 2 && bytes.get(7) == Some(&mark);
    // Behind the day may stand a clock, which has fewer than four digits more.
    let ends = parts && run(bytes.get(8..)?) == 2;
    ends.then(|| whole(&text[..4], &text[5..7], &text[8..10]).map(|date| (date, 10))).flatten()
}

/// The last folders as a date: `2013/01/01`.
fn folders(parts: &[&str]) -> Option<PathDate> {
    let [.., year, month, day] = parts else { return None };
    let only = |text: &str, len: usize| text.len() == len && run(text.as_bytes()) == len;
    (only(year, 4) && only(month, 2) && only(day, 2)).then(|| whole(year, month, day)).flatten()
}

fn year(text: &str) -> Option<i32> {
    let year = (text.len() == 4 && run(text.as_bytes()) == 4).then(|| text.parse().ok())??;
    YEARS.contains(&year).then_some(year)
}

fn whole(year: &str, month: &str, day: &str) -> Option<PathDate> {
    let year = year.parse().ok().filter(|year| YEARS.contains(year))?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    valid_date(year, month, day).then_some(PathDate { year, day: Some((month, day)) })
}

/// How many digits stand at the start.
fn run(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests;
