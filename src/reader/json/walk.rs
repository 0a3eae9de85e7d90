//! The walk over a JSON document: where its records begin and end, and what is around them, without
//! building values for what nobody asks for.

use std::ops::Range;

use serde_json::Value;

use crate::definition::phrase::PathStep;

/// Deepest nesting that is followed.
const DEEPEST: usize = 128;

/// An object around records: its place, and its members without those records.
#[derive(Clone, Debug)]
struct Context {
    place: Range<u64>,
    value: Value,
}

/// The objects around the records of a document.
#[derive(Clone, Debug, Default)]
pub struct Contexts(Vec<Context>);

impl Contexts {
    /// The objects around a record that starts at `start`, innermost first.
    pub fn around(&self, start: u64) -> Vec<&Value> {
        let mut found: Vec<&Context> =
            self.0.iter().filter(|context| context.place.contains(&start)).collect();
        found.sort_by_key(|context| std::cmp::Reverse(context.place.start));
        found.into_iter().map(|context| &context.value).collect()
    }

    /// Adds the object around the records of that place.
    pub(in crate::reader) fn add(&mut self, place: Range<u64>, value: Value) {
        self.0.push(Context { place, value });
    }

    pub(in crate::reader) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }
}

/// A record in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Its bytes.
    pub place: Range<usize>,
}

/// What a walk over a document gave.
#[derive(Clone, Debug, Default)]
pub struct Walk {
    /// The records, in document order.
    pub records: Vec<Cut>,
    /// The objects around them.
    pub contexts: Contexts,
    /// Where the document is broken, and how.
    pub broken: Option<(usize, &'static str)>,
}

/// Finds the records of a document (or of several in a row) at the paths.
pub fn walk(text: &[u8], paths: &[Vec<PathStep>]) -> Walk {
    let mut walker = Walker { text, found: Walk::default() };
    let mut at = skip_space(text, crate::template::skip_marks(text));
    // A value is itself the record where no other path of the list leads to one in it.
    let (itself, below): (Vec<&[PathStep]>, Vec<&[PathStep]>) =
        paths.iter().map(Vec::as_slice).partition(|path| path.is_empty());
    while at < text.len() {
        let before = walker.found.records.len();
        match walker.value(at, &below, 0) {
            Ok(end) => {
                let object = text.get(at) == Some(&b'{');
                if !itself.is_empty() && object && walker.found.records.len() == before {
                    walker.found.records.push(Cut { place: at..end });
                }
                at = skip_space(text, end);
            }
            Err(broken) => {
                walker.found.broken = Some(broken);
                break;
            }
        }
        // Some writers set records apart by commas without an array around them.
        if text.get(at) == Some(&b',') {
            at = skip_space(text, at + 1);
        }
    }
    walker.found
}

struct Walker<'t> {
    text: &'t [u8],
    found: Walk,
}

type End = Result<usize, (usize, &'static str)>;

impl Walker<'_> {
    /// Walks a value; the paths are those that go on below it.
    fn value(&mut self, at: usize, paths: &[&[PathStep]], depth: usize) -> End {
        if depth > DEEPEST {
            return Err((at, "is nested too deeply"));
        }
        let record = paths.iter().any(|path| path.is_empty());
        match self.text.get(at) {
            Some(b'{') if record => {
                let end = skip_value(self.text, at)?;
                self.found.records.push(Cut { place: at..end });
                Ok(end)
            }
            Some(b'[') if paths.iter().any(|path| path.first() == Some(&PathStep::All)) => {
                self.list(at, paths, depth)
            }
            Some(b'{') if paths.iter().any(|path| !path.is_empty()) => {
                self.object(at, paths, depth)
            }
            _ => skip_value(self.text, at),
        }
    }

    fn list(&mut self, at: usize, paths: &[&[PathStep]], depth: usize) -> End {
        let below: Vec<&[PathStep]> = paths
            .iter()
            .filter_map(|path| path.split_first())
            .filter(|(step, _)| **step == PathStep::All)
            .map(|(_, rest)| rest)
            .collect();
        let mut at = skip_space(self.text, at + 1);
        loop {
            match self.text.get(at) {
                None => return Err((at, "ends inside a list")),
                Some(b']') => return Ok(at + 1),
                Some(b',') => at = skip_space(self.text, at + 1),
                Some(_) => at = skip_space(self.text, self.value(at, &below, depth + 1)?),
            }
        }
    }

    fn object(&mut self, start: usize, paths: &[&[PathStep]], depth: usize) -> End {
        let mut members = serde_json::Map::new();
        let known = self.found.records.len();
        let end = self.members(start, paths, depth, &mut members);
        // What was read of it before it broke off still stands around its records.
        let place = start..*end.as_ref().unwrap_or(&self.text.len());
        self.context(place, members, known);
        end
    }

    fn members(
        &mut self,
        start: usize,
        paths: &[&[PathStep]],
        depth: usize,
        members: &mut serde_json::Map<String, Value>,
    ) -> End {
        let mut at = skip_space(self.text, start + 1);
        loop {
            match self.text.get(at) {
                None => return Err((at, "ends inside an object")),
                Some(b'}') => return Ok(at + 1),
                Some(b',') => at = skip_space(self.text, at + 1),
                Some(b'"') => {
                    let key_end = skip_string(self.text, at)?;
                    let key: String =
                        serde_json::from_slice(&self.text[at..key_end]).unwrap_or_default();
                    at = skip_space(self.text, key_end);
                    if self.text.get(at) != Some(&b':') {
                        return Err((at, "has a member without a value"));
                    }
                    at = skip_space(self.text, at + 1);
                    let below: Vec<&[PathStep]> = paths
                        .iter()
                        .filter_map(|path| path.split_first())
                        .filter(|(step, _)| fits(step, &key))
                        .map(|(_, rest)| rest)
                        .collect();
                    let before = self.found.records.len();
                    let end = self.value(at, &below, depth + 1)?;
                    if self.found.records.len() == before
                        && let Ok(value) = serde_json::from_slice(&self.text[at..end])
                    {
                        members.insert(key, value);
                    }
                    at = skip_space(self.text, end);
                }
                Some(_) => return Err((at, "has a member without a name")),
            }
        }
    }

    /// Keeps an object that has records in it.
    fn context(
        &mut self,
        place: Range<usize>,
        members: serde_json::Map<String, Value>,
        known: usize,
    ) {
        if self.found.records.len() > known {
            let place = place.start as u64..place.end as u64;
            self.found.contexts.0.push(Context { place, value: Value::Object(members) });
        }
    }
}

fn fits(step: &PathStep, key: &str) -> bool {
    match step {
        PathStep::Key(name) => name == key,
        PathStep::Any => true,
        PathStep::All | PathStep::Index(_) => false,
    }
}

fn skip_space(text: &[u8], at: usize) -> usize {
    let rest = &text[at.min(text.len())..];
    at + rest.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(rest.len())
}

fn skip_string(text: &[u8], at: usize) -> End {
    let mut end = at + 1;
    loop {
        let found = memchr::memchr2(b'"', b'\\', text.get(end..).unwrap_or_default());
        let Some(found) = found else { return Err((at, "ends inside a text")) };
        end += found;
        if text[end] == b'"' {
            return Ok(end + 1);
        }
        end += 2;
    }
}

/// The place behind a value, by its brackets and quotes alone.
fn skip_value(text: &[u8], at: usize) -> End {
    let mut depth = 0_usize;
    let mut end = at;
    loop {
        match text.get(end) {
            None if depth == 0 && end > at => return Ok(end),
            None => return Err((at, "ends early")),
            Some(b'"') => end = skip_string(text, end).map_err(|(_, how)| (at, how))?,
            Some(b'{' | b'[') => {
                depth += 1;
                end += 1;
            }
            Some(b'}' | b']') => {
                if depth == 0 {
                    return if end > at { Ok(end) } else { Err((at, "has a bracket too many")) };
                }
                depth -= 1;
                end += 1;
            }
            Some(b',' | b':') if depth == 0 => {
                return if end > at { Ok(end) } else { Err((at, "lacks a value")) };
            }
            Some(byte) if depth == 0 && end > at && byte.is_ascii_whitespace() => return Ok(end),
            Some(_) if depth == 0 => {
                // A bare word: a number, true, null.
                end += 1;
                continue;
            }
            Some(_) => end += 1,
        }
        if depth == 0 {
            return Ok(end);
        }
    }
}
