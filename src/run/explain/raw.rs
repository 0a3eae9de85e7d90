//! Raw: the lines of a record as they stand in the evidence.

use std::io;

use serde::Serialize;

use super::find::AskedError;
use crate::{
    discover::range::{RangeRead, line_ends},
    event::Source,
    text,
    timeline::tell::Decided,
};

/// Most lines of a record that are given; the rest is counted.
const LINES: usize = 12;
/// Most bytes of a record that are looked at for them.
const BYTES: usize = 64 << 10;
/// Most characters of a line.
const CHARS: usize = 1000;
/// Header fields of a mail that tell who wrote it, when, and in answer to what.
const HEADERS: [&str; 7] =
    ["from:", "to:", "subject:", "date:", "message-id:", "in-reply-to:", "references:"];

/// A line of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its number in the unpacked, decoded text, from 1.
    pub line: u64,
    /// Its text, cut at 1000 characters.
    pub text: String,
}

/// Lines of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Raw {
    /// Path of the input.
    pub path: String,
    /// The first of them; of a mail, those that tell most.
    pub lines: Vec<Line>,
    /// Lines that are not given.
    #[serde(skip_serializing_if = "is_zero")]
    pub more: u64,
}

impl Raw {
    /// True where nothing is there.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// The record of a source.
///
/// # Errors
/// The input's.
pub(super) fn of_source(input: &Decided, source: &Source) -> Result<Raw, AskedError> {
    let path = source.path.to_string();
    // Where a text was decoded, the source's bytes are those of the original.
    let found = match &input.plan.input.original {
        None => input
            .plan
            .input
            .open()
            .and_then(|from| lines(&*from, (source.byte_start, source.byte_len, source.line))),
        Some(_) => input.plan.input.open().and_then(|from| {
            let (start, len) = record_at(input, source.line).unwrap_or_default();
            lines(&*from, (start, len, source.line))
        }),
    };
    let (lines, more) =
        found.map_err(|error| AskedError::Gone { path: path.clone(), error: error.to_string() })?;
    Ok(Raw { path, lines, more })
}

/// Bytes of the decoded text.
fn record_at(input: &Decided, line: u64) -> Option<(u64, u64)> {
    let ticks = &input.scan.ticks;
    let tick = ticks.iter().rfind(|tick| u64::from(tick.line) <= line);
    let undated = input.scan.undated.iter().rfind(|place| u64::from(place.line) <= line);
    let tick = tick.map(|tick| (tick.start, u64::from(tick.len)));
    tick.max(undated.map(|place| (place.start, u64::from(place.len))))
}

/// The first lines of a stretch, of which the first has this number, and how many more there are.
///
/// # Errors
/// The input's.
pub(super) fn lines(
    from: &dyn RangeRead,
    (start, len, first): (u64, u64, u64),
) -> io::Result<(Vec<Line>, u64)> {
    let most = usize::try_from(len).unwrap_or(BYTES).min(BYTES);
    let bytes = from.bytes(start, most)?;
    let unread = start + bytes.len() as u64..start + len;
    let mut behind = u64::from(line_ends(from, unread)?);
    let mut pieces: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    if pieces.last().is_some_and(|last| last.is_empty()) {
        pieces.pop();
    }
    let all: Vec<Line> =
        (first..).zip(pieces).map(|(line, bytes)| Line { line, text: text_of(bytes) }).collect();
    if all.is_empty() {
        behind = 0;
    }
    let picked =
        if is_mail(&all) { of_mail(&all) } else { all.iter().take(LINES).cloned().collect() };
    let more = (all.len() - picked.len()) as u64 + behind;
    Ok((picked, more))
}

fn text_of(bytes: &[u8]) -> String {
    let text = text::decode(bytes.strip_suffix(b"\r").unwrap_or(bytes));
    match text.char_indices().nth(CHARS) {
        None => text.into_owned(),
        Some((end, _)) => {
            let more = text[end..].chars().count();
            format!("{}… ({more} more characters)", &text[..end])
        }
    }
}

/// Where a line is a header field of a mail.
fn field(line: &Line) -> Option<&'static str> {
    let head = line.text.get(..13.min(line.text.len())).unwrap_or_default().to_lowercase();
    HEADERS.into_iter().find(|name| head.starts_with(name))
}

fn is_mail(lines: &[Line]) -> bool {
    let head = lines.iter().take_while(|line| !line.text.trim().is_empty());
    let fields: Vec<&str> = head.filter_map(field).collect();
    lines.len() > LINES && fields.contains(&"from:") && fields.contains(&"date:")
}

/// Of a mail the fields that tell most, and the beginning of its text.
fn of_mail(lines: &[Line]) -> Vec<Line> {
    let end = lines.iter().position(|line| line.text.trim().is_empty()).unwrap_or(lines.len());
    let (head, body) = lines.split_at(end);
    let head = head.iter().enumerate().filter(|(at, line)| *at == 0 || field(line).is_some());
    let body = body.iter().filter(|line| !line.text.trim().is_empty());
    let head: Vec<Line> = head.map(|(_, line)| line.clone()).take(LINES / 2 + 1).collect();
    let left = LINES - head.len();
    head.into_iter().chain(body.take(left).cloned()).collect()
}
