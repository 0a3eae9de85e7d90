//! XML: records are the elements at the definition's paths.
//!
//! Takes the bytes of an input; gives each record's place and its value, a tree as JSON has it, so
//! that paths, `each` and look-ups work as they do there. The walk is streamed: it holds one tag or
//! text at a time, and of the elements around a record only their attributes. No entity is ever
//! looked up outside, none but the five of XML (1.0, §4.6) and numbers are replaced.

mod value;

use std::{
    cell::Cell,
    io::{self, BufReader, Read},
    ops::Range,
};

use encoding_rs::Encoding;
use quick_xml::events::Event;
use serde_json::Value;

use super::{Piece, Plan, RECORD_BYTES, json, sketch};
use crate::{
    definition::{
        Engine,
        phrase::PathStep,
        tell::{Depth, Draft},
    },
    discover::range::{RangeRead, Sequential, line_ends},
};

/// Deepest nesting that is followed.
pub(super) const DEEPEST: usize = 128;

/// A record in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Its bytes, from `<` to behind the last `>`.
    pub place: Range<u64>,
}

/// What comes next in a document.
enum Next {
    Record(Cut),
    End,
    /// Broken at this byte, and how.
    Broken(u64, String),
}

/// An element that is open.
struct Open {
    name: String,
    /// Its start tag.
    tag: Range<u64>,
    /// How many records stood before it.
    before: u64,
}

/// Walks a document from record to record.
pub struct Walk<'a> {
    source: &'a dyn RangeRead,
    xml: quick_xml::Reader<BufReader<Masked<'a>>>,
    left: &'a Cell<usize>,
    paths: &'a [Vec<PathStep>],
    buf: Vec<u8>,
    open: Vec<Open>,
    /// How deep the record is that is open, and where it began.
    inside: Option<(usize, u64)>,
    records: u64,
    charset: Charset,
    contexts: json::Contexts,
}

/// Bytes that may be of any charset, shown as ASCII: what stands between `<` and `>` is found without
/// knowing it, and every byte keeps its place.
struct Masked<'a> {
    inner: Sequential<'a>,
    left: &'a Cell<usize>,
}

impl Read for Masked<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        let left = self.left.get().checked_sub(n);
        self.left.set(left.ok_or_else(|| io::Error::other("a tag or text longer than 16 MiB"))?);
        for byte in buf[..n].iter_mut().filter(|byte| !byte.is_ascii()) {
            *byte = b'_';
        }
        Ok(n)
    }
}

/// Bytes that one tag or text may be made of, and the buffer that is read ahead.
const ONE: usize = RECORD_BYTES + (64 << 10);

/// The charset that a document declares, where it is none of Unicode's.
pub type Charset = Option<&'static Encoding>;

/// The charset of the XML declaration.
pub fn charset(head: &[u8]) -> Charset {
    let head = &head[crate::template::skip_marks(head).min(head.len())..];
    let end = memchr::memmem::find(head.strip_prefix(b"<?xml")?, b"?>")?;
    let declaration = String::from_utf8_lossy(&head[5..5 + end]).into_owned();
    let label = declaration.split("encoding").nth(1)?.trim_start().strip_prefix('=')?.trim_start();
    let label = label.get(1..)?.split(['"', '\'']).next()?;
    // A text in UTF-16 or UTF-32 was decoded before it came here, and is UTF-8 whatever it says.
    Encoding::for_label(label.as_bytes()).filter(|charset| {
        charset.is_single_byte() || charset.is_ascii_compatible() && *charset != encoding_rs::UTF_8
    })
}

/// Bytes of a document as text.
fn decode(bytes: &[u8], charset: Charset) -> std::borrow::Cow<'_, str> {
    match charset {
        Some(charset) => charset.decode_without_bom_handling(bytes).0,
        None => crate::text::decode(bytes),
    }
}

/// Parses a record, and says in words why it is none.
///
/// # Errors
/// The reason.
pub fn parse(bytes: &[u8], charset: Charset) -> Result<Value, String> {
    value::parse(&decode(bytes, charset))
}

impl<'a> Walk<'a> {
    /// Begins at the start of the document. `left` is what the walk counts its bytes with.
    pub fn new(
        source: &'a dyn RangeRead,
        paths: &'a [Vec<PathStep>],
        charset: Charset,
        left: &'a Cell<usize>,
    ) -> Self {
        left.set(ONE);
        let masked = Masked { inner: Sequential::new(source), left };
        let mut xml = quick_xml::Reader::from_reader(BufReader::new(masked));
        xml.config_mut().expand_empty_elements = true;
        Self {
            source,
            xml,
            left,
            paths,
            buf: Vec::new(),
            open: Vec::new(),
            inside: None,
            records: 0,
            charset,
            contexts: json::Contexts::default(),
        }
    }

    /// The next record; none at the end, or where the document is broken.
    pub fn next_record(&mut self) -> Option<Cut> {
        match self.next() {
            Next::Record(cut) => Some(cut),
            Next::End | Next::Broken(..) => None,
        }
    }

    /// The attributes of the elements around what is read now, innermost first.
    pub fn around(&self) -> Vec<Value> {
        let depth = self.inside.map_or(self.open.len(), |(depth, _)| depth - 1);
        self.open[..depth].iter().rev().map(|open| self.attributes(&open.tag)).collect()
    }

    fn attributes(&self, tag: &Range<u64>) -> Value {
        let len = usize::try_from(tag.end - tag.start).unwrap_or(0).min(RECORD_BYTES);
        let bytes = self.source.bytes(tag.start, len).unwrap_or_default();
        let value = value::parse(&decode(&bytes, self.charset));
        match value {
            Ok(value @ Value::Object(_)) => value,
            _ => Value::Object(serde_json::Map::new()),
        }
    }

    fn next(&mut self) -> Next {
        loop {
            self.buf.clear();
            self.left.set(ONE);
            let start = self.xml.buffer_position();
            let event = match self.xml.read_event_into(&mut self.buf) {
                Ok(event) => event,
                Err(error) => {
                    let at = self.inside.map_or(start, |(_, at)| at);
                    return Next::Broken(at, error.to_string());
                }
            };
            match event {
                Event::Start(tag) => {
                    if self.open.len() >= DEEPEST {
                        let at = self.inside.map_or(start, |(_, at)| at);
                        return Next::Broken(at, "it is nested too deeply".to_owned());
                    }
                    let name = tag.name().as_ref().to_owned();
                    let tag = start..self.xml.buffer_position();
                    self.open.push(Open { name, tag, before: self.records });
                    if self.inside.is_none() && self.is_record() {
                        self.inside = Some((self.open.len(), start));
                    }
                }
                Event::End(_) => {
                    let end = self.xml.buffer_position();
                    let depth = self.open.len();
                    let closed = self.open.pop();
                    if let Some((_, start)) = self.inside.filter(|(inside, _)| *inside == depth) {
                        self.inside = None;
                        self.records += 1;
                        return Next::Record(Cut { place: start..end });
                    }
                    if let Some(open) = closed.filter(|open| open.before < self.records) {
                        let value = self.attributes(&open.tag);
                        self.contexts.add(open.tag.start..end, value);
                    }
                }
                Event::Eof => {
                    let at = self.inside.map(|(_, at)| at);
                    let Some(open) = self.open.last() else { return Next::End };
                    let how = format!("it ends inside <{}>", open.name);
                    return Next::Broken(at.unwrap_or(start), how);
                }
                _ => {}
            }
        }
    }

    fn is_record(&self) -> bool {
        let fits = |(open, step): (&Open, &PathStep)| match step {
            PathStep::Key(name) => *name == open.name,
            PathStep::Any => true,
            PathStep::All | PathStep::Index(_) => false,
        };
        self.paths
            .iter()
            .any(|path| path.len() == self.open.len() && self.open.iter().zip(path).all(fits))
    }

    /// The elements around all records so far; those that are still open, up to the end.
    fn contexts(mut self) -> json::Contexts {
        let size = self.source.len();
        for open in self.open.iter().rev().filter(|open| open.before < self.records) {
            let value = self.attributes(&open.tag);
            self.contexts.add(open.tag.start..size, value);
        }
        self.contexts
    }
}

pub(super) fn scan(
    plan: &Plan,
    charset: Charset,
    source: &dyn RangeRead,
    depth: Depth,
    piece: &mut Piece,
) -> io::Result<()> {
    let Engine::Xml { records, .. } = &plan.definition.engine else { return Ok(()) };
    let left = Cell::new(0);
    let mut walk = Walk::new(source, records, charset, &left);
    let mut lines = Lines { source, at: 0 };
    let mut drafts = Vec::new();
    loop {
        match walk.next() {
            Next::Record(Cut { place }) => {
                piece.count_lines(lines.to(place.start)?);
                let len = place.end - place.start;
                let around = walk.around();
                let around: Vec<&Value> = around.iter().collect();
                let mut same = 0;
                let told = if len > RECORD_BYTES as u64 {
                    Err("an element longer than 16 MiB; cut it up".to_owned())
                } else {
                    let bytes = source.bytes(place.start, len as usize)?;
                    same = sketch::same(&bytes);
                    let value = parse(&bytes, charset);
                    value.and_then(|value| json::tell(plan, &value, &around, depth, &mut drafts))
                };
                match told {
                    Ok(()) => piece.record(place.start, len, same, &drafts, depth),
                    Err(reason) => piece.reject(place.start, len, piece.line(), reason),
                }
            }
            Next::End => break,
            Next::Broken(at, how) => {
                piece.count_lines(lines.to(at)?);
                let reason =
                    format!("truncated or broken XML: {how} (byte {at}); what follows is not read");
                piece.broken(at, piece.line(), reason);
                break;
            }
        }
    }
    piece.contexts = walk.contexts();
    Ok(())
}

pub(super) fn read(
    plan: &Plan,
    charset: Charset,
    around: &[&Value],
    bytes: &[u8],
    drafts: &mut Vec<Draft>,
) {
    if let Ok(value) = parse(bytes, charset) {
        let _ = json::tell(plan, &value, around, Depth::Fields, drafts);
    }
}

/// Counts line ends.
struct Lines<'a> {
    source: &'a dyn RangeRead,
    at: u64,
}

impl Lines<'_> {
    /// Line ends from where it stopped to that byte.
    fn to(&mut self, end: u64) -> io::Result<u32> {
        let lines = line_ends(self.source, self.at..end)?;
        self.at = end.max(self.at);
        Ok(lines)
    }
}

#[cfg(test)]
mod tests;
