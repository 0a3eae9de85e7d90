//! Entries of a timeline: the time that one begins with, and its fields.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::{
    definition::{Definition, bag::Field},
    time::{RawTime, pattern::Formats},
};

use super::said;

/// What a line looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Of this level, 1 to 6.
    Heading(usize),
    /// Indented by this many blanks.
    Bullet(usize),
    /// Of a table.
    Row,
    Text,
}

impl Shape {
    pub(super) fn of(line: &str) -> Self {
        let trimmed = line.trim_start();
        let level = trimmed.bytes().take_while(|byte| *byte == b'#').count();
        if (1..=6).contains(&level) && trimmed[level..].starts_with([' ', '\t']) {
            return Self::Heading(level);
        }
        if trimmed.starts_with('|') {
            return Self::Row;
        }
        if bullet(trimmed) > 0 {
            return Self::Bullet(line.len() - trimmed.len());
        }
        Self::Text
    }

    /// The line behind its sign.
    pub(super) fn body(self, line: &str) -> &str {
        let line = line.trim();
        match self {
            Self::Heading(_) => line.trim_start_matches('#').trim(),
            Self::Bullet(_) => line[bullet(line)..].trim_start(),
            Self::Row | Self::Text => line,
        }
    }
}

/// Bytes of a bullet or number at the start; 0 where there is none.
fn bullet(line: &str) -> usize {
    let sign = line.chars().next().filter(|c| matches!(c, '-' | '*' | '+' | '•' | '–'));
    if let Some(sign) = sign {
        let len = sign.len_utf8();
        return if line[len..].starts_with([' ', '\t']) { len + 1 } else { 0 };
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let dot = line[digits..].starts_with(". ") || line[digits..].starts_with(") ");
    if (1..=3).contains(&digits) && dot { digits + 2 } else { 0 }
}

/// The time at the start of a text.
#[derive(Clone, Debug)]
pub(super) struct Entry<'t> {
    /// The date before the clock, as written.
    pub(super) day: Option<&'t str>,
    /// The clock, as written, with the zone behind it.
    pub(super) clock: Cow<'t, str>,
    /// Where the time is a range, its end.
    pub(super) end: Option<&'t str>,
    /// What follows.
    pub(super) rest: &'t str,
    /// A sign sets the time apart from what follows, or a zone does.
    pub(super) set_apart: bool,
}

const MARKUP: [char; 9] = ['*', '_', '`', '[', '(', '~', '≈', '<', ' '];
const CLOSING: [char; 8] = ['*', '_', '`', ']', ')', '>', ' ', '\t'];
/// Words before a time.
const LEADING: [&str; 14] = [
    "around ",
    "approximately ",
    "approx. ",
    "approx ",
    "about ",
    "ca. ",
    "circa ",
    "c. ",
    "at ",
    "from ",
    "since ",
    "by ",
    "~ ",
    "um ",
];

fn lead(mut text: &str) -> &str {
    loop {
        let before = text;
        text = text.trim_start_matches(MARKUP);
        for word in LEADING {
            let starts =
                text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
            if starts {
                text = &text[word.len()..];
            }
        }
        if text.len() == before.len() {
            return text;
        }
    }
}

/// Reads the time at the start of a text; none where there is no clock.
pub(super) fn read<'t>(text: &'t str, definition: &Definition) -> Option<Entry<'t>> {
    let text = lead(text);
    let mut joined = false;
    let (day, after) = match said::date_at_start(text) {
        Some(len) => {
            let after = &text[len..];
            joined = after.starts_with('T');
            let after = after.strip_prefix('T').unwrap_or(after);
            (Some(&text[..len]), lead(after.trim_start_matches([',', ' ', '-', '–', '|', ':'])))
        }
        None => (None, text),
    };
    let clocks = definition.time.formats_of("clock");
    let first = digits(after)?;
    let (clock, mut rest, end): (Cow<'_, str>, _, _) =
        if let Some(at) = range(after, first).filter(|_| !joined) {
            let tail = lead(&after[at..]);
            let len = take(clocks, tail)?;
            // `1:30-2:00 PM`: what stands behind the end is meant for both.
            let behind = tail.get(digits(tail)?..len)?;
            (Cow::Owned(format!("{}{behind}", &after[..first])), &tail[len..], Some(&tail[..len]))
        } else {
            let len = take(clocks, after)?;
            let clock = Cow::Borrowed(&after[..len]);
            // `08:08 UTC until 08:13 UTC`
            let tail = range(after, len).map(|at| lead(&after[at..]));
            match tail.and_then(|tail| Some((tail, take(clocks, tail)?))) {
                Some((tail, end)) => (clock, &tail[end..], Some(&tail[..end])),
                None => (clock, &after[len..], None),
            }
        };
    let mut next = rest.chars();
    let goes_on = match (next.next(), next.next()) {
        (Some('.' | ':'), next) => next.is_some_and(|c| c.is_ascii_digit()),
        (Some(c), _) => c.is_alphanumeric() || matches!(c, '/' | '%'),
        (None, _) => false,
    };
    if goes_on {
        return None;
    }
    rest = rest.trim_start_matches(CLOSING);
    let behind =
        rest.trim_start_matches([':', '-', '–', '—', '|', '→', '.', ',', '>', ' ', '*', '_']);
    let zoned = clocks.whole(clock.as_bytes()).is_some_and(|raw| has_zone(&raw));
    let set_apart = zoned || behind.len() < rest.len();
    Some(Entry { day, clock: clean(clock), end, rest: behind.trim(), set_apart })
}

fn clean(clock: Cow<'_, str>) -> Cow<'_, str> {
    if clock.ends_with(' ') { Cow::Owned(clock.trim_end().to_owned()) } else { clock }
}

pub(super) fn has_zone(raw: &RawTime) -> bool {
    raw.offset().is_some() || raw.word != 0
}

fn take(clocks: &Formats, text: &str) -> Option<usize> {
    clocks.take(text.as_bytes()).map(|taken| taken.len).filter(|len| text.is_char_boundary(*len))
}

/// Bytes of the digits of a clock at the start: `14:02`, `4:05:59`.
fn digits(text: &str) -> Option<usize> {
    let len = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b':').count();
    let hours = text.bytes().take_while(u8::is_ascii_digit).count();
    ((1..=2).contains(&hours) && len >= hours + 3).then_some(len)
}

/// Where the second clock of a range begins, behind the digits of the first.
fn range(text: &str, first: usize) -> Option<usize> {
    let rest = &text[first..];
    let trimmed = rest.trim_start();
    let dash = trimmed.strip_prefix(['-', '–', '—']);
    let word = || {
        ["to ", "until ", "till ", "bis "].into_iter().find_map(|word| trimmed.strip_prefix(word))
    };
    let tail = dash.or_else(word)?.trim_start();
    let tail = tail.trim_start_matches(MARKUP);
    digits(tail).map(|_| text.len() - tail.len())
}

/// The cells of a table's row.
pub(super) fn cells(line: &str) -> Vec<String> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = line.strip_suffix('|').filter(|line| !line.ends_with('\\')).unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for c in line.chars() {
        match c {
            '|' if !escaped => cells.push(String::new()),
            c => {
                if let Some(cell) = cells.last_mut() {
                    cell.push(c);
                }
            }
        }
        escaped = c == '\\';
    }
    cells.iter().map(|cell| cell.replace("\\|", "|").trim().to_owned()).collect()
}

/// The line of dashes below a table's header.
pub(super) fn is_rule(cells: &[String]) -> bool {
    let dashes =
        |cell: &String| cell.contains('-') && cell.chars().all(|c| matches!(c, '-' | ':' | ' '));
    !cells.is_empty() && cells.iter().all(dashes)
}

/// Which columns of a table say what: the number of each, from 0.
#[derive(Clone, Copy, Debug, Default)]
struct Columns {
    time: usize,
    date: Option<usize>,
    who: Option<usize>,
}

impl Columns {
    /// From what [`said::columns`] wrote.
    fn parse(text: Option<&str>) -> Self {
        let mut columns = Self::default();
        for (name, number) in
            text.unwrap_or_default().split(' ').filter_map(|part| part.split_once('='))
        {
            let number = number.parse().unwrap_or(0);
            match name {
                "time" => columns.time = number,
                "date" => columns.date = Some(number),
                "who" => columns.who = Some(number),
                _ => {}
            }
        }
        columns
    }
}

/// A row as an entry: the text of its time, and the rest.
pub(super) fn row(
    cells: &[String],
    columns: Option<&str>,
    definition: &Definition,
) -> Option<(String, String)> {
    let columns = Columns::parse(columns);
    let time = cells.get(columns.time)?;
    let date = columns.date.and_then(|at| cells.get(at)).filter(|date| !date.is_empty());
    if date.is_some_and(|date| said::date_at_start(lead(date)).is_none()) {
        return None;
    }
    let when = date
        .map_or_else(|| time.clone(), |date| format!("{} {time}", date.trim_matches(['*', '_'])));
    let entry = read(&when, definition)?;
    // A sentence in the first cell is no time.
    if !entry.rest.is_empty() {
        return None;
    }
    let own = |at: usize| at != columns.time && Some(at) != columns.date && Some(at) != columns.who;
    let texts: Vec<&str> = cells
        .iter()
        .enumerate()
        .filter(|(at, cell)| own(*at) && !cell.is_empty())
        .map(|(_, cell)| cell.as_str())
        .collect();
    (!texts.is_empty()).then(|| (when.clone(), texts.join(" | ")))
}

/// The date that an entry's first line writes.
pub(super) fn day(line: &str, columns: Option<&str>, definition: &Definition) -> Option<String> {
    let shape = Shape::of(line);
    let when = match shape {
        Shape::Row => row(&cells(line), columns, definition)?.0,
        _ => shape.body(line).to_owned(),
    };
    read(&when, definition)?.day.map(str::to_owned)
}

/// The fields of an entry.
pub(super) fn fields(
    lines: &[&str],
    above: &[Field],
    definition: &Definition,
) -> Option<Map<String, Value>> {
    let said = |name: &str| {
        let found = above.iter().find(|(known, _)| **known == *name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    };
    let first = lines.first()?;
    let shape = Shape::of(first);
    let mut members = Map::new();
    let (when, rest) = match shape {
        Shape::Row => {
            let cells = cells(first);
            if let Some(who) = Columns::parse(said("columns")).who.and_then(|at| cells.get(at)) {
                members.insert("who".to_owned(), who.as_str().into());
            }
            row(&cells, said("columns"), definition)?
        }
        _ => (shape.body(first).to_owned(), String::new()),
    };
    let entry = read(&when, definition)?;
    let clocks = definition.time.formats_of("clock");
    let with_zone = |clock: &str| match said("tz") {
        Some(tz) if !clocks.whole(clock.as_bytes()).is_some_and(|raw| has_zone(&raw)) => {
            format!("{clock} {tz}")
        }
        _ => clock.to_owned(),
    };
    let own_zone = clocks.whole(entry.clock.as_bytes()).is_some_and(|raw| has_zone(&raw));
    if entry.day.is_some() {
        members.insert("day".to_owned(), said("date").unwrap_or_default().into());
    }
    let odd = said("odd")
        .filter(|_| entry.day.is_none())
        .or_else(|| said("odd_zone").filter(|_| !own_zone));
    if let Some(odd) = odd {
        members.insert("odd".to_owned(), odd.into());
    }
    let clock = with_zone(&entry.clock);
    if let Some(end) = entry.end.map(with_zone) {
        let of = |text: &str| clocks.whole(text.as_bytes()).map(|raw| raw.civil);
        if of(&end) >= of(&clock) {
            members.insert("end".to_owned(), end.into());
        }
    }
    members.insert("clock".to_owned(), clock.into());
    let head = if rest.is_empty() { entry.rest } else { &rest };
    let below = lines[1..].join("\n");
    let text = format!("{}\n{}", head.trim_end_matches(['*', '_']), below.trim_matches('\n'));
    let urls = said::urls(&text);
    members.insert("text".to_owned(), text.trim().into());
    if !urls.is_empty() {
        members.insert("urls".to_owned(), urls.join("\n").into());
    }
    Some(members)
}
