//! JSON: records where the definition's paths say, in documents, arrays and JSON Lines.
//!
//! A walker finds where records begin and end without building values; only records are parsed,
//! one at a time. JSON Lines are cut at line ends and can be scanned in chunks; a document is one
//! chunk. A document that ends early gives the records that are whole.

mod walk;

use std::{io, ops::Range};

use serde_json::Value;

pub use walk::{Contexts, Cut, Walk, walk};

use super::{Piece, Plan, inner, line::LineReader, sketch};
use crate::{
    definition::{
        Engine,
        bag::{Bag, Record, collect},
        phrase::Path,
        tell::{Depth, Draft},
    },
    discover::range::RangeRead,
    time::RawTime,
};

/// Largest JSON document (not JSON Lines) that is read.
const DOCUMENT_BYTES: u64 = 4 << 30;

/// Parses a record, and says in words why it is none.
///
/// # Errors
/// The reason.
pub fn parse(bytes: &[u8]) -> Result<Value, String> {
    let parsed = serde_json::from_slice(bytes).or_else(|error| {
        // Stray bytes of another charset are no reason to lose a record.
        match std::str::from_utf8(bytes) {
            Ok(_) => Err(error),
            Err(_) => serde_json::from_str(&crate::text::decode(bytes)),
        }
    });
    match parsed {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err("no JSON object".to_owned()),
        Err(error) if error.is_eof() => Err("truncated JSON: the record ends early".to_owned()),
        Err(error) => Err(format!("no valid JSON: {error}")),
    }
}

fn is_there(path: &Path, value: &Value, around: &[&Value]) -> bool {
    let root = if path.up == 0 { Some(&value) } else { around.get(path.up - 1) };
    let mut found = Vec::new();
    if let Some(root) = root {
        collect(root, &path.steps, &mut found);
    }
    found.iter().any(|value| !value.is_null())
}

/// Whether a record, or what is around it, has all members that must be there.
pub fn has(need: &[Path], value: &Value, around: &[&Value]) -> bool {
    need.iter().all(|path| is_there(path, value, around))
}

fn needs(plan: &Plan, value: &Value, around: &[&Value]) -> Result<(), String> {
    let (Engine::Json { need, .. } | Engine::Xml { need, .. }) = &plan.definition.engine else {
        return Ok(());
    };
    match need.iter().find(|path| !is_there(path, value, around)) {
        Some(path) => Err(format!("`{}` is missing", path.text)),
        None => Ok(()),
    }
}

/// What a record tells, if it is of the plan's format.
///
/// # Errors
/// Why it is not.
pub(super) fn tell(
    plan: &Plan,
    value: &Value,
    around: &[&Value],
    depth: Depth,
    drafts: &mut Vec<Draft>,
) -> Result<(), String> {
    drafts.clear();
    needs(plan, value, around)?;
    plan.tell(Record::Json { value, around }, depth, drafts)
}

pub(super) fn scan_lines(
    plan: &Plan,
    source: &dyn RangeRead,
    chunk: Range<u64>,
    depth: Depth,
    piece: &mut Piece,
) -> io::Result<()> {
    let mut lines = LineReader::in_chunk(source, &chunk)?;
    let mut drafts = Vec::new();
    let mut held: Option<Held> = None;
    while let Some(line) = lines.next_line()?.filter(|line| line.start < chunk.end) {
        let bom = if line.start == 0 { crate::template::skip_marks(line.text) } else { 0 };
        let text = line.text[bom..].trim_ascii_end();
        let blank = text.len() - text.trim_ascii_start().len() + bom;
        let text = text.trim_ascii_start();
        let start = line.start + blank as u64;
        if !text.is_empty() {
            // A line longer than the reader's window is read whole here: it is one record.
            let long = line.len > line.text.len() as u64;
            let bytes = if long && line.len <= super::RECORD_BYTES as u64 {
                Some(source.bytes(start, (line.len - blank as u64) as usize)?)
            } else {
                None
            };
            let len = if long { line.len - blank as u64 } else { text.len() as u64 };
            let parsed = match &bytes {
                Some(bytes) => parse(bytes),
                None if long => Err("a line longer than 16 MiB; cut it up".to_owned()),
                None => parse(text),
            };
            let parsed = parsed.map(|value| (Held::ends(plan, &value), value));
            match (held.take(), parsed) {
                (before, Err(reason)) => {
                    Held::close(before, plan, depth, &mut drafts, piece);
                    piece.reject(start, len, piece.line(), reason);
                }
                (None, Ok((true, value))) => match tell(plan, &value, &[], depth, &mut drafts) {
                    Ok(()) => piece.record(start, len, sketch::same(text), &drafts, depth),
                    Err(reason) => piece.reject(start, len, piece.line(), reason),
                },
                (None, Ok((false, value))) => {
                    held = Some(Held::new(plan, value, start, len, piece.line()));
                }
                (Some(mut before), Ok((ends, value))) => {
                    before.add(plan, &value, start + len);
                    if ends || before.text.len() > inner::JOINED_BYTES {
                        Held::close(Some(before), plan, depth, &mut drafts, piece);
                    } else {
                        held = Some(before);
                    }
                }
            }
        }
        piece.count_lines(u32::from(line.is_ended()));
    }
    Held::close(held, plan, depth, &mut drafts, piece);
    Ok(())
}

/// A record whose line goes on in the next one.
struct Held {
    value: Value,
    text: String,
    start: u64,
    end: u64,
    line: u32,
}

impl Held {
    fn text(plan: &Plan, value: &Value) -> String {
        let bag = Bag::new(Record::Json { value, around: &[] }, &[]);
        inner::text_of(plan.definition.inner.as_ref(), &bag).unwrap_or_default()
    }

    /// Whether the line of a record ends with it.
    fn ends(plan: &Plan, value: &Value) -> bool {
        let bag = Bag::new(Record::Json { value, around: &[] }, &[]);
        inner::is_whole(plan.definition.inner.as_ref(), &bag)
    }

    fn new(plan: &Plan, value: Value, start: u64, len: u64, line: u32) -> Self {
        Self { text: Self::text(plan, &value), value, start, end: start + len, line }
    }

    fn add(&mut self, plan: &Plan, value: &Value, end: u64) {
        self.text.push_str(&Self::text(plan, value));
        self.end = end;
    }

    fn tell(&self, plan: &Plan, depth: Depth, drafts: &mut Vec<Draft>) -> Result<(), String> {
        drafts.clear();
        needs(plan, &self.value, &[])?;
        let record = Record::Json { value: &self.value, around: &[] };
        plan.tell_held(&plan.extra, record, Some(&self.text), depth, drafts)
    }

    fn close(
        held: Option<Self>,
        plan: &Plan,
        depth: Depth,
        drafts: &mut Vec<Draft>,
        piece: &mut Piece,
    ) {
        let Some(held) = held else { return };
        let len = held.end - held.start;
        let same = sketch::same(held.text.as_bytes());
        match held.tell(plan, depth, drafts) {
            Ok(()) => piece.record_at((held.start, len, held.line), same, drafts, depth),
            Err(reason) => piece.reject(held.start, len, held.line, reason),
        }
    }
}

/// The time of the record that a line is, as a scan takes it; none where it has none.
pub(super) fn line_time(plan: &Plan, line: &[u8]) -> Option<RawTime> {
    let line = line[crate::template::skip_marks(line)..].trim_ascii();
    let value = parse(line).ok()?;
    let mut drafts = Vec::new();
    tell(plan, &value, &[], Depth::Tick, &mut drafts).ok()?;
    drafts.iter().find_map(|draft| draft.time)
}

/// What a line that a wrapper holds tells; false where it is not of this format.
pub(super) fn tell_text(plan: &Plan, text: &[u8], depth: Depth, drafts: &mut Vec<Draft>) -> bool {
    text.trim_ascii_start().starts_with(b"{")
        && parse(text).is_ok_and(|value| tell(plan, &value, &[], depth, drafts).is_ok())
}

pub(super) fn scan_document(
    plan: &Plan,
    source: &dyn RangeRead,
    depth: Depth,
    piece: &mut Piece,
) -> io::Result<()> {
    let Engine::Json { records, .. } = &plan.definition.engine else { return Ok(()) };
    if source.len() > DOCUMENT_BYTES {
        piece.broken(0, 0, "a JSON document larger than 4 GiB; export it in parts".to_owned());
        return Ok(());
    }
    let text = source.bytes(0, usize::try_from(source.len()).unwrap_or(usize::MAX))?;
    let found = walk(&text, records);
    let mut drafts = Vec::new();
    let mut counted = 0;
    for cut in found.records {
        let start = cut.place.start as u64;
        let lines = memchr::memchr_iter(b'\n', &text[counted..cut.place.start]).count();
        piece.count_lines(lines as u32);
        counted = cut.place.start;
        let around = found.contexts.around(start);
        let bytes = &text[cut.place.clone()];
        let told = parse(bytes).and_then(|value| tell(plan, &value, &around, depth, &mut drafts));
        match told {
            Ok(()) => piece.record(start, bytes.len() as u64, sketch::same(bytes), &drafts, depth),
            Err(reason) => piece.reject(start, bytes.len() as u64, piece.line(), reason),
        }
    }
    if let Some((at, how)) = found.broken {
        let lines =
            memchr::memchr_iter(b'\n', &text[counted..at.max(counted).min(text.len())]).count();
        let line = piece.line() + lines as u32;
        let reason =
            format!("truncated or broken JSON: it {how} (byte {at}); what follows is not read");
        piece.broken(at as u64, line, reason);
    }
    piece.contexts = found.contexts;
    Ok(())
}

pub(super) fn read(plan: &Plan, around: &[&Value], bytes: &[u8], drafts: &mut Vec<Draft>) {
    if let Ok(value) = parse(bytes) {
        let _ = tell(plan, &value, around, Depth::Fields, drafts);
    } else if plan.definition.inner.is_some() {
        // A line that goes on over several records.
        let values = bytes.split(|byte| *byte == b'\n').filter_map(|line| parse(line).ok());
        let held = values.fold(None::<Held>, |held, value| match held {
            None => Some(Held::new(plan, value, 0, 0, 0)),
            Some(mut held) => {
                held.add(plan, &value, 0);
                Some(held)
            }
        });
        if let Some(held) = held {
            let _ = held.tell(plan, Depth::Fields, drafts);
        }
    }
}
