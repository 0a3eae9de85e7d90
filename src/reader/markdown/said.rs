//! What a document says about its times: dates in headings, zones in sentences and headers, and the
//! members of its front matter.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::super::head::Fields;
use crate::time::{Civil, Flags, pattern::Formats, policy::PathDate, zone::Zone};

/// Dates as people write them, those with a year first.
static DATES: LazyLock<Option<Formats>> = LazyLock::new(|| {
    Formats::compile(&[
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%d.%m.%Y",
        "[%A, ]%b %d[,] %Y",
        "[%A, ]%d[.] %b[,] %Y",
        "[%A, ]%b %d",
        "[%A, ]%d[.] %b",
    ])
    .ok()
});

/// A clock with a zone behind it, to ask whether a word is one.
static ZONED: LazyLock<Option<Formats>> = LazyLock::new(|| Formats::compile(&["%H:%M %Z"]).ok());

/// Bytes of a date at the start.
pub(super) fn date_at_start(text: &str) -> Option<usize> {
    let starts = |c: char| c.is_ascii_digit() || c.is_alphabetic();
    text.starts_with(starts).then_some(())?;
    let taken = DATES.as_ref()?.take(text.as_bytes())?;
    let rest = text.get(taken.len..)?;
    let goes_on = rest.starts_with(|c: char| c.is_alphanumeric() && c != 'T');
    (!goes_on).then_some(taken.len)
}

/// The first date in a text, as `2026-03-14`; without any year to go by, as `Mar 14`.
pub(super) fn date(text: &str, year: Option<i32>) -> Option<String> {
    let starts = text.char_indices().filter(|(at, c)| {
        let before = text[..*at].chars().next_back();
        c.is_alphanumeric() && !before.is_some_and(char::is_alphanumeric)
    });
    for (at, _) in starts {
        let Some(len) = date_at_start(&text[at..]) else { continue };
        let Some(raw) = DATES.as_ref()?.whole(&text.as_bytes()[at..at + len]) else { continue };
        let Civil { year: own, month, day, .. } = Civil::from_secs(raw.civil);
        let year = if raw.flags.has(Flags::NO_YEAR) { year } else { Some(own) };
        return Some(match year {
            Some(year) if crate::time::valid_date(year, month, day) => {
                format!("{year:04}-{month:02}-{day:02}")
            }
            _ => text[at..at + len].to_owned(),
        });
    }
    None
}

/// The date that a text is, but for markup.
pub(super) fn date_alone(text: &str, year: Option<i32>) -> Option<String> {
    let text = text.trim_matches(['*', '_', ' ', ':']);
    (date_at_start(text)? == text.len()).then(|| date(text, year)).flatten()
}

pub(super) fn iso(date: PathDate) -> Option<String> {
    let (month, day) = date.day?;
    Some(format!("{:04}-{month:02}-{day:02}", date.year))
}

/// Whether a heading calls what follows a timeline.
pub(super) fn is_timeline(title: &str) -> bool {
    let title = title.to_lowercase();
    [
        "timeline",
        "time line",
        "chronology",
        "sequence of events",
        "zeitleiste",
        "zeitverlauf",
        "chronologie",
    ]
    .iter()
    .any(|word| title.contains(word))
}

/// The zone that a heading declares: `Timeline (times in BST)`, `Timeline (UTC)`.
pub(super) fn zone(title: &str) -> Fields {
    let said = zone_of_sentence(title);
    if !said.is_empty() || !is_timeline(title) {
        return said;
    }
    zone_of_column(title)
}

/// The zone that a table's header names: `Time (UTC)`, `Date and Time in CET`.
pub(super) fn zone_of_column(cell: &str) -> Fields {
    let behind = cell.split_once('(').map(|(_, inside)| inside);
    let behind = behind.or_else(|| cell.split_once(" in ").map(|(_, zone)| zone));
    let behind = behind.or_else(|| cell.split_once(' ').map(|(_, zone)| zone)).unwrap_or(cell);
    named(behind)
}

/// The zone that a sentence declares: `All times in CEST`, `Times are UTC`, `Time zone: Europe/Oslo`.
pub(super) fn zone_of_sentence(text: &str) -> Fields {
    let lower = text.to_ascii_lowercase();
    if text.chars().count() > 160 {
        return Fields::new();
    }
    for word in [
        "times are",
        "times in",
        "times (",
        "times:",
        "times given in",
        "times shown in",
        "all times",
        "timezone",
        "time zone",
        "zeiten in",
        "uhrzeiten in",
    ] {
        if let Some(at) = lower.find(word) {
            return named(text.get(at + word.len()..).unwrap_or_default());
        }
    }
    Fields::new()
}

/// The zone that the first words of a text name: `tz` where a clock can bear it, `zone` for a name of
/// the database, and `odd_zone` where two of them differ.
fn named(text: &str) -> Fields {
    let words = text.split(|c: char| {
        c.is_whitespace() || matches!(c, '(' | ')' | ',' | ';' | '`' | '*' | '"' | '=')
    });
    let words = words.map(|word| word.trim_matches(['_', '.', ':', '[', ']', '|']));
    let mut found: Option<(String, Option<i32>)> = None;
    for word in words.filter(|word| !word.is_empty()).take(8) {
        if let Some((tz, offset)) = bearable(word) {
            match &found {
                None => found = Some((tz, offset)),
                Some((first, known)) if *known != offset && offset.is_some() => {
                    // The number is what was counted with.
                    let how = format!("{first} and {word} differ");
                    let differ = known.is_some() || !may_be(first, offset);
                    let mut said = vec![("tz".into(), tz)];
                    if differ {
                        said.push(("odd_zone".into(), how));
                    }
                    return said;
                }
                Some(_) => {}
            }
        } else if found.is_none() && word.contains('/') && Zone::named(word).is_ok() {
            return vec![("zone".into(), word.to_owned()), ("tz".into(), String::new())];
        }
    }
    found
        .map(|(tz, _)| vec![("tz".into(), tz), ("odd_zone".into(), String::new())])
        .unwrap_or_default()
}

/// A zone that can stand behind a clock, and its offset in seconds where that is sure.
fn bearable(word: &str) -> Option<(String, Option<i32>)> {
    let upper = word.to_ascii_uppercase();
    for utc in ["UTC", "GMT"] {
        let number = upper.strip_prefix(utc).filter(|rest| rest.starts_with(['+', '-', '−', '±']));
        if let Some(number) = number {
            let sign = if number.starts_with('+') { 1 } else { -1 };
            let number = number.trim_start_matches(['+', '-', '−', '±']);
            let (hours, minutes) = match number.split_once(':') {
                Some((hours, minutes)) => (hours, minutes),
                None if number.len() == 4 => number.split_at(2),
                None => (number, "0"),
            };
            let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
            let offset = sign * (hours * 3600 + minutes * 60);
            let text = format!("{}{hours:02}:{minutes:02}", if sign > 0 { '+' } else { '-' });
            return (hours <= 14 && minutes < 60).then_some((text, Some(offset)));
        }
    }
    // Zones are written in capitals; anything else is a word of the sentence.
    (word == upper && word.len() >= 2).then_some(())?;
    let raw = ZONED.as_ref()?.whole(format!("00:00 {word}").as_bytes())?;
    super::entry::has_zone(&raw).then(|| (word.to_owned(), raw.offset()))
}

/// Whether an abbreviation with several meanings may have that offset.
fn may_be(word: &str, offset: Option<i32>) -> bool {
    let raw = ZONED.as_ref().and_then(|zoned| zoned.whole(format!("00:00 {word}").as_bytes()));
    let known = raw.and_then(|raw| crate::time::abbreviation::by_index(raw.word));
    known.is_none_or(|known| known.offsets().any(|one| Some(one) == offset))
}

/// The columns of a table, as a header names them: `time=0 who=2`.
pub(super) fn columns(header: &[String]) -> Fields {
    let is = |words: &[&str]| {
        let cell = |cell: &String| {
            let cell = cell.to_lowercase();
            let mut parts = cell.split(|c: char| !c.is_alphanumeric());
            parts.any(|part| words.contains(&part))
        };
        header.iter().take(3).position(cell)
    };
    let time =
        is(&["time", "when", "uhrzeit", "zeit", "timestamp", "heure", "hora"]).filter(|at| *at < 2);
    let date = is(&["date", "day", "datum", "tag", "fecha"]);
    let who = header.iter().position(|cell| {
        matches!(&*cell.to_lowercase(), "who" | "actor" | "person" | "by" | "owner" | "wer")
    });
    let mut said = format!("time={}", time.or(date).unwrap_or(0));
    if let Some(date) = date.filter(|date| time.is_some_and(|time| time != *date)) {
        said.extend([" date=".to_owned(), date.to_string()]);
    }
    if let Some(who) = who {
        said.extend([" who=".to_owned(), who.to_string()]);
    }
    vec![("columns".into(), said)]
}

/// The members of front matter, as simple as people write it: `key: value`, and lists below a key.
pub(super) fn front<'t>(lines: impl Iterator<Item = &'t str>) -> Map<String, Value> {
    let mut members = Map::new();
    let mut last: Option<String> = None;
    for line in lines.skip(1).take_while(|line| line.trim_end() != "---") {
        let bare = |value: &str| value.trim().trim_matches(['"', '\'']).to_owned();
        if let Some(item) = line.trim_start().strip_prefix("- ")
            && let Some(key) = &last
        {
            match members.get_mut(key) {
                Some(Value::Array(list)) => list.push(bare(item).into()),
                _ => {
                    members.insert(key.clone(), Value::Array(vec![bare(item).into()]));
                }
            }
        } else if let Some((key, value)) = line.split_once(':')
            && !line.starts_with([' ', '#', '\t'])
        {
            last = Some(key.trim().to_owned());
            let value = bare(value.split(" #").next().unwrap_or_default());
            let value = if value.is_empty() { Value::Null } else { value.into() };
            members.insert(key.trim().to_owned(), value);
        }
    }
    members
}

/// The web addresses in a text, each once.
pub(super) fn urls(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("http") {
        rest = &rest[at..];
        let end = rest.find(|c: char| {
            c.is_whitespace() || matches!(c, ')' | ']' | '>' | '<' | '"' | '|' | '`')
        });
        let url =
            rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', ',', ';', ':', '*', '_']);
        let whole = url.starts_with("http://") || url.starts_with("https://");
        if whole && url.len() > 10 && !found.iter().any(|known| known == url) {
            found.push(url.to_owned());
        }
        rest = &rest[url.len().max(4)..];
    }
    found
}
