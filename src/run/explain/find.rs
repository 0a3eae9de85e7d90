//! Find: from what was asked for to events.
//!
//! An id names a source of a row that is shown; where none has it, any event of the evidence. A place
//! names the record that holds the line, and of records within records the innermost.

use std::sync::Arc;

use super::{Desk, Named, Nothing, Wanted, raw};
use crate::{
    detect::Verdict,
    discover::range::{RangeRead, line_ends},
    event::{Event, Id},
    incident::edits::BY_LEAD,
    join::Place,
    report::Progress,
    run::Read,
    settings::Reading,
    snippet::nearest,
    timeline::{
        kept::Kept,
        tell::{Decided, Which},
    },
};

/// Most events that are named where it is open which is meant.
const CANDIDATES: usize = 8;
/// Most events that hold a text which are explained.
const MISSED: usize = 5;
/// Most records on one line that are all explained.
const EXPLAINED: usize = 12;

/// Why nothing is explained.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AskedError {
    /// Neither an id nor a place.
    #[error("{0}: not an id (e-…) and not a place (PATH:LINE)")]
    What(String),
    /// No event has it.
    #[error("{0}: no record has an id that begins so{1}")]
    Unknown(String, String),
    /// No event says it.
    #[error("{0}: no event of this evidence says so; rfo inspect tells what was not read")]
    Nowhere(String),
    /// Several have it.
    #[error("{0}: several have it; say more of the id, or the place:\n{1}")]
    Several(String, String),
    /// No input has it.
    #[error("{0}: no input has this path{1}")]
    Path(String, String),
    /// The input is shorter.
    #[error("{path}:{line}: the file has {lines} lines")]
    Behind {
        /// The path.
        path: String,
        /// The line asked for.
        line: u64,
        /// Its lines.
        lines: u64,
    },
    /// Its input changed while it was read.
    #[error("{path}: could be scanned, but not read again: {error}")]
    Gone {
        /// The path.
        path: String,
        /// What the system says.
        error: String,
    },
}

impl AskedError {
    /// The input cannot be read again.
    pub(super) fn unread(input: &Decided, error: &std::io::Error) -> Self {
        Self::Gone { path: input.plan.input.path.to_string(), error: error.to_string() }
    }

    pub(super) fn gone(read: &Read, input: u32) -> Self {
        let path = read.inputs[input as usize].plan.input.path.to_string();
        Self::Gone { path, error: "the record is not there any more".to_owned() }
    }
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// An id, or how it begins.
    Id(String),
    /// Path and line.
    Line(String, u64),
    /// A text that somebody misses.
    Missing(String),
}

impl Asked {
    pub(super) fn of(what: &str, missing: bool) -> Result<Self, AskedError> {
        if missing {
            return Ok(Self::Missing(what.to_owned()));
        }
        let place = what.rsplit_once(':').and_then(|(path, line)| {
            Some((path, line.parse::<u64>().ok().filter(|line| *line > 0)?))
        });
        if let Some((path, line)) = place.filter(|(path, _)| !path.is_empty()) {
            return Ok(Self::Line(path.to_owned(), line));
        }
        let id = what.to_ascii_lowercase();
        let is_id = id.strip_prefix("e-").is_some_and(|rest| {
            !rest.is_empty()
                && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
        if is_id { Ok(Self::Id(id)) } else { Err(AskedError::What(what.to_owned())) }
    }
}

/// The event of an id.
pub(super) fn by_id(desk: &Desk<'_>, id: &str) -> Result<Wanted, AskedError> {
    let shown = in_rows(desk, id)?;
    if let Some(event) = shown {
        return Ok(event);
    }
    let found = in_evidence(desk, id)?;
    match found.as_slice() {
        [] => Err(AskedError::Unknown(id.to_owned(), near_id(desk, id))),
        [(event, _)] => Ok(*event),
        several => Err(AskedError::Several(id.to_owned(), listed(several.iter().map(|(_, n)| n)))),
    }
}

/// Among the sources of the rows that are shown.
fn in_rows(desk: &Desk<'_>, id: &str) -> Result<Option<Wanted>, AskedError> {
    let rows = desk.rows.iter().map(|(_, row)| row).chain(&desk.undated);
    let having = rows.filter(|row| row.sources.iter().any(|source| source.id.0.starts_with(id)));
    let having: Vec<&Event> = having.collect();
    let exact = |row: &&&Event| row.sources.iter().any(|source| source.id.0 == *id);
    let row = match (having.as_slice(), having.iter().find(exact)) {
        ([], _) => return Ok(None),
        (_, Some(row)) | ([row], None) => *row,
        (several, None) => {
            let named: Vec<Named> = several.iter().map(|row| Named::of(row)).collect();
            return Err(AskedError::Several(id.to_owned(), listed(named.iter())));
        }
    };
    let by_lead = desk.rows.iter().filter(|(place, _)| place.input == BY_LEAD);
    if let Some((place, _)) = by_lead.into_iter().find(|(_, own)| std::ptr::eq(own, row)) {
        return Ok(Some((BY_LEAD, Which::Tick(place.tick))));
    }
    let sources = || row.sources.iter();
    let source = sources().find(|source| source.id.0 == *id);
    // Of several sources of the row, the first stands for it.
    let source = source.or_else(|| sources().find(|source| source.id.0.starts_with(id)));
    let Some(source) = source else { return Ok(None) };
    let number = desk.read.inputs.iter().position(|input| input.plan.input.path == source.path);
    let Some((number, input)) = number.map(|at| (at, &desk.read.inputs[at])) else {
        return Ok(None);
    };
    let events = starting_at(input, source.byte_start, source.line);
    let own = Id::numbered(&source.id.0).0;
    let told = told(desk.read, desk.kept, number as u32, &events)?;
    let found = told.iter().find(|(_, event)| Id::numbered(&event.sources[0].id.0).0 == own);
    Ok(found.map(|(which, _)| (number as u32, *which)))
}

/// The events whose record holds that byte of the original, or begins at that line.
fn starting_at(input: &Decided, byte: u64, line: u64) -> Vec<Which> {
    let holds = |start: u64, len: u32, first: u32| {
        let start = input.plan.input.original_offset(start);
        let end = start + u64::from(len);
        u64::from(first) == line || (start..end.max(start + 1)).contains(&byte)
    };
    all(input).filter(|(_, start, len, line)| holds(*start, *len, *line)).map(|it| it.0).collect()
}

/// Which, first byte, length and line of every event of an input.
fn all(input: &Decided) -> impl Iterator<Item = (Which, u64, u32, u32)> {
    let ticks = (0_u32..).zip(&input.scan.ticks);
    let ticks = ticks.map(|(at, tick)| (Which::Tick(at), tick.start, tick.len, tick.line));
    let undated = (0_u32..).zip(&input.scan.undated);
    ticks.chain(undated.map(|(at, it)| (Which::Undated(at), it.start, it.len, it.line)))
}

/// Some events of the input of that number, each by itself, in the order of the file.
pub(super) fn told(
    read: &Read,
    kept: &Kept,
    number: u32,
    events: &[Which],
) -> Result<Vec<(Which, Event)>, AskedError> {
    let input = &read.inputs[number as usize];
    let quiet = Progress::new(0, false);
    let told = kept.read((number as usize, input), events, &quiet, |_, event| event);
    told.map_err(|error| AskedError::unread(input, &error))
}

/// Among all events, one input after the other.
fn in_evidence(desk: &Desk<'_>, id: &str) -> Result<Vec<(Wanted, Named)>, AskedError> {
    let (bare, _) = Id::numbered(id);
    let mut found = Vec::new();
    for (number, input) in (0_u32..).zip(&desk.read.inputs) {
        let events: Vec<Which> = all(input).map(|it| it.0).collect();
        for (which, event) in told(desk.read, desk.kept, number, &events)? {
            if event.sources[0].id.0.starts_with(bare) {
                found.push(((number, which), Named::of(&event)));
            }
        }
    }
    Ok(found)
}

/// The events whose text holds that one, letters large or small: those that are no rows first, each
/// part in the order of time; and how many there are in all.
pub(super) fn missing(desk: &Desk<'_>, text: &str) -> Result<(Vec<Wanted>, u64), AskedError> {
    let text = text.to_lowercase();
    let shown: std::collections::HashSet<_> = desk.rows.iter().map(|(place, _)| *place).collect();
    let mut found = Vec::new();
    for (number, input) in (0_u32..).zip(&desk.read.inputs) {
        let events: Vec<Which> = all(input).map(|it| it.0).collect();
        for (which, event) in told(desk.read, desk.kept, number, &events)? {
            let texts = std::iter::once(&event.summary).chain(&event.detail);
            if !texts.into_iter().any(|known| known.to_lowercase().contains(&text)) {
                continue;
            }
            let is_row = match which {
                Which::Tick(tick) => shown.contains(&Place { input: number, tick }),
                Which::Undated(_) => false,
            };
            found.push((is_row, event.stamp.instant, number, which));
        }
    }
    if found.is_empty() {
        return Err(AskedError::Nowhere(text));
    }
    found.sort_unstable();
    let count = found.len() as u64;
    found.truncate(MISSED);
    Ok((found.into_iter().map(|(_, _, number, which)| (number, which)).collect(), count))
}

fn near_id(desk: &Desk<'_>, id: &str) -> String {
    let rows = desk.rows.iter().map(|(_, row)| row).chain(&desk.undated);
    // As long as what was typed: most type what a table shows.
    let ids: Vec<&str> = rows.filter_map(|row| row.id().0.get(..id.len().min(18))).collect();
    nearest(id, ids.into_iter()).map(|near| format!("; did you mean {near}?")).unwrap_or_default()
}

fn listed<'n>(named: impl ExactSizeIterator<Item = &'n Named>) -> String {
    let more = named.len().saturating_sub(CANDIDATES);
    let line = |named: &Named| {
        let Named { id, time, summary, .. } = named;
        let time = time.as_deref().unwrap_or("undated");
        let text = format!("{id}  {}  {time}  {summary}", named.place());
        format!("  {}", crate::render::safe::short(&text, 160))
    };
    let mut lines: Vec<String> = named.take(CANDIDATES).map(line).collect();
    if more > 0 {
        lines.push(format!("  and {more} more"));
    }
    lines.join("\n")
}

/// What stands at a line.
pub(super) enum AtLine {
    Events(Vec<Wanted>),
    Nothing(Nothing),
}

/// What stands at a line of an input.
pub(super) fn at_line(
    read: &Read,
    kept: &Kept,
    reading: &Reading,
    path: &str,
    line: u64,
) -> Result<AtLine, AskedError> {
    let paths = read.inputs.iter().map(|input| &input.plan.input.path);
    let others = read.others.iter().map(|verdict| &verdict_input(verdict).path);
    let paths: Vec<&Arc<str>> = paths.chain(others).collect();
    let at = named_path(&paths, path)?;
    let Some(input) = read.inputs.get(at) else {
        return Ok(AtLine::Nothing(not_read(&read.others[at - read.inputs.len()])));
    };
    let gone = |error: std::io::Error| AskedError::unread(input, &error);
    let source = input.plan.input.open().map_err(gone)?;
    let events = holding(input, &*source, line).map_err(gone)?;
    if !events.is_empty() {
        let number = at as u32;
        let inner = innermost((read, kept, number), &*source, events, line)?;
        return Ok(AtLine::Events(inner.into_iter().map(|which| (number, which)).collect()));
    }
    nothing(input, &*source, reading, line)
}

fn verdict_input(verdict: &Verdict) -> &crate::discover::Input {
    match verdict {
        Verdict::Read(plan) => &plan.input,
        Verdict::Table(input) | Verdict::NotEvidence(input, _) | Verdict::Unread(input, _) => input,
    }
}

/// The input of that path, or the only one whose path ends so.
fn named_path(paths: &[&Arc<str>], path: &str) -> Result<usize, AskedError> {
    let path = path.strip_prefix("./").unwrap_or(path);
    if let Some(at) = paths.iter().position(|known| &***known == path) {
        return Ok(at);
    }
    let tail = format!("/{path}");
    let mut ending = paths.iter().enumerate().filter(|(_, known)| known.ends_with(&tail));
    match (ending.next(), ending.next()) {
        (Some((at, _)), None) => Ok(at),
        (Some((_, one)), Some((_, other))) => {
            let which = format!("; it may be {one} or {other}");
            Err(AskedError::Path(path.to_owned(), which))
        }
        (None, _) => {
            // As many components as were typed.
            let depth = path.split('/').count();
            let tail = |known: &'_ Arc<str>| {
                let start = known.rmatch_indices('/').nth(depth - 1).map_or(0, |(at, _)| at + 1);
                known.get(start..).unwrap_or_default().to_owned()
            };
            let tails: Vec<String> = paths.iter().map(|known| tail(known)).collect();
            let near = nearest(path, tails.iter().map(String::as_str));
            let near = near.map(|near| format!("; did you mean {near}?"));
            Err(AskedError::Path(path.to_owned(), near.unwrap_or_default()))
        }
    }
}

/// An input that no event was read from.
fn not_read(verdict: &Verdict) -> Nothing {
    let (standing, because) = match verdict {
        Verdict::Read(_) => ("read", "it was read".to_owned()),
        Verdict::Table(_) => (
            "part_of_a_table",
            "the file is a table that other inputs look things up in".to_owned(),
        ),
        Verdict::NotEvidence(_, why) => ("not_evidence", format!("the file is no evidence: {why}")),
        Verdict::Unread(_, why) => ("not_read", format!("the file was not read: {why}")),
    };
    let path = verdict_input(verdict).path.to_string();
    Nothing { standing, because, path, raw: raw::Raw::default() }
}

/// The events of the records that hold a line.
fn holding(input: &Decided, source: &dyn RangeRead, line: u64) -> std::io::Result<Vec<Which>> {
    let mut above: Vec<(Which, u64, u32, u32)> =
        all(input).filter(|it| u64::from(it.3) <= line).collect();
    above.sort_by_key(|it| (it.1, it.3));
    let mut found = Vec::new();
    for (which, start, len, first) in above.into_iter().rev() {
        // A record without its last line end has one line more than line ends.
        let ends = line_ends(source, start..start + u64::from(len).saturating_sub(1).max(1))?;
        if u64::from(first) + u64::from(ends) < line {
            break;
        }
        found.push(which);
    }
    found.reverse();
    Ok(found)
}

/// Of the events of a record, those of the innermost piece that holds the line: of a mail within a
/// mail.
fn innermost(
    (read, kept, number): (&Read, &Kept, u32),
    source: &dyn RangeRead,
    events: Vec<Which>,
    line: u64,
) -> Result<Vec<Which>, AskedError> {
    if events.len() < 2 {
        return Ok(events);
    }
    let input = &read.inputs[number as usize];
    if events.len() > EXPLAINED {
        let first = told(read, kept, number, &events[..CANDIDATES.min(events.len())])?;
        let named: Vec<Named> = first.iter().map(|(_, event)| Named::of(event)).collect();
        let place = format!("{}:{line}", input.plan.input.path);
        let more = events.len() - named.len();
        let text = format!("{}\n  and {more} more", listed(named.iter()));
        return Err(AskedError::Several(place, text));
    }
    let told = told(read, kept, number, &events)?;
    let holds = |event: &Event| {
        let own = &event.sources[0];
        let end = own.byte_start + own.byte_len.saturating_sub(1).max(1);
        let ends = line_ends(source, own.byte_start..end).unwrap_or(u32::MAX);
        input.plan.input.original.is_some()
            || own.line <= line && line <= own.line + u64::from(ends)
    };
    let holding: Vec<&(Which, Event)> = told.iter().filter(|(_, event)| holds(event)).collect();
    let span = |event: &Event| {
        let own = &event.sources[0];
        (own.byte_start, own.byte_start + own.byte_len)
    };
    let inside = |inner: (u64, u64), outer: (u64, u64)| {
        inner != outer && outer.0 <= inner.0 && inner.1 <= outer.1
    };
    let inner = holding
        .iter()
        .filter(|(_, event)| !holding.iter().any(|(_, other)| inside(span(other), span(event))));
    Ok(inner.map(|(which, _)| *which).collect())
}

/// A line that no event is told of.
fn nothing(
    input: &Decided,
    source: &dyn RangeRead,
    reading: &Reading,
    line: u64,
) -> Result<AtLine, AskedError> {
    let path = input.plan.input.path.to_string();
    let gone = |error: std::io::Error| AskedError::unread(input, &error);
    let passed = input.plan.passed(source, reading.chunk).map_err(gone)?;
    for record in passed.iter().rev().filter(|record| u64::from(record.line) <= line) {
        let end = record.start + record.len.saturating_sub(1).max(1);
        let ends = line_ends(source, record.start..end).map_err(gone)?;
        if u64::from(record.line) + u64::from(ends) < line {
            continue;
        }
        let (standing, because) = match &record.why {
            Ok(rule) => ("skipped", format!("the record is skipped by rule: {rule}")),
            Err(reason) => ("rejected", format!("the record could not be read: {reason}")),
        };
        let place = (record.start, record.len, u64::from(record.line));
        let (lines, more) = raw::lines(source, place).map_err(gone)?;
        let raw = raw::Raw { path: path.clone(), lines, more };
        return Ok(AtLine::Nothing(Nothing { standing, because, path, raw }));
    }
    let (start, lines) = line_start(source, line).map_err(gone)?;
    let Some(start) = start else { return Err(AskedError::Behind { path, line, lines }) };
    let rest = source.bytes(start, 4096).map_err(gone)?;
    let len = memchr::memchr(b'\n', &rest).unwrap_or(rest.len()) as u64;
    let (lines, more) = raw::lines(source, (start, len, line)).map_err(gone)?;
    let raw = raw::Raw { path: path.clone(), lines, more };
    let unread = input.plan.part.as_ref().is_some_and(|part| !part.bytes.contains(&start));
    let (standing, because) = if unread {
        ("not_read", "the file was taken as ordered, and this part of it was not read".to_owned())
    } else {
        (
            "between_records",
            "the line belongs to no record: a head, a bracket or a blank".to_owned(),
        )
    };
    Ok(AtLine::Nothing(Nothing { standing, because, path, raw }))
}

/// First byte of a line, and how many lines there are up to it or in all.
fn line_start(source: &dyn RangeRead, line: u64) -> std::io::Result<(Option<u64>, u64)> {
    let (mut at, mut lines) = (0, 1);
    if line == 1 {
        return Ok(((!source.is_empty()).then_some(0), 1));
    }
    while at < source.len() {
        let block = source.bytes(at, 1 << 20)?;
        if block.is_empty() {
            break;
        }
        for end in memchr::memchr_iter(b'\n', &block) {
            lines += 1;
            let start = at + end as u64 + 1;
            if lines == line && start < source.len() {
                return Ok((Some(start), lines));
            }
        }
        at += block.len() as u64;
    }
    let last = source.bytes(source.len().saturating_sub(1), 1)?;
    Ok((None, if last == b"\n" { lines - 1 } else { lines }))
}
