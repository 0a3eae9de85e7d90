//! `rfo.event/1`: one JSON object a line, keys in the order of the schema, absent when empty.
//!
//! The order in which [`event`] and [`source`] write is the key order of the contract.

use std::{fmt::Display, io, io::Write};

use data_encoding::HEXLOWER;

use super::safe::{data, data_lines};
use crate::{
    event::{Event, Mark, Severity, Source},
    time::Quality,
    timeline::Timeline,
};

/// How each file begins.
pub(crate) const OPENING: &str = "{\"schema\":\"rfo.event/1\"";
/// The name of the contract.
pub(crate) const SCHEMA: &str = "rfo.event/1";

/// Writes the rows in order, then the undated events.
pub(crate) fn write(timeline: &Timeline, mut out: &mut dyn Write) -> io::Result<()> {
    // One buffer for all lines: they are written in many small pieces.
    let mut line = Vec::with_capacity(2048);
    for row in timeline.events() {
        line.clear();
        event(&mut line, &row)?;
        line.push(b'\n');
        (&mut out).write_all(&line)?;
    }
    Ok(())
}

/// An object that is being written.
struct Object<'o> {
    out: &'o mut Vec<u8>,
    empty: bool,
}

impl<'o> Object<'o> {
    fn new(out: &'o mut Vec<u8>) -> Self {
        Self { out, empty: true }
    }

    /// The name of a member; its value is to follow.
    fn name(&mut self, name: &str) -> &mut Vec<u8> {
        self.out.push(if self.empty { b'{' } else { b',' });
        self.empty = false;
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    /// A text.
    fn text(&mut self, name: &str, text: &str) {
        quote(self.name(name), &data(text));
    }

    /// A text, where there is one.
    fn told(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.text(name, text);
        }
    }

    /// A list of texts, where it has any.
    fn list<T: AsRef<str>>(&mut self, name: &str, texts: impl IntoIterator<Item = T>) {
        let mut texts = texts.into_iter().peekable();
        if texts.peek().is_none() {
            return;
        }
        let out = self.name(name);
        for (number, text) in texts.enumerate() {
            out.push(if number == 0 { b'[' } else { b',' });
            quote(out, &data(text.as_ref()));
        }
        out.push(b']');
    }

    /// A word of the contract: nothing in it needs an escape.
    fn word(&mut self, name: &str, word: &str) {
        let out = self.name(name);
        out.push(b'"');
        out.extend_from_slice(word.as_bytes());
        out.push(b'"');
    }

    /// A number, or null.
    fn plain(&mut self, name: &str, value: impl Display) -> io::Result<()> {
        write!(self.name(name), "{value}")
    }

    /// How a time is known.
    fn quality(&mut self, quality: Quality) -> io::Result<()> {
        write!(self.name("time_quality"), "\"{quality}\"")
    }

    /// A number that is left out where it is 0 or missing.
    fn number(&mut self, name: &str, n: Option<i64>) -> io::Result<()> {
        n.map_or(Ok(()), |n| self.plain(name, n))
    }

    fn close(self) {
        self.out.push(b'}');
    }
}

/// A text as a JSON string (RFC 8259 §7).
fn quote(out: &mut Vec<u8>, text: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut written = 0;
    while let Some(at) = next_escaped(bytes, written) {
        out.extend_from_slice(&bytes[written..at]);
        let short = match bytes[at] {
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            b'\x08' => b'b',
            b'\x0c' => b'f',
            byte @ (b'"' | b'\\') => byte,
            byte => {
                let digit = |half: u8| HEX[usize::from(half & 15)];
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte)]);
                written = at + 1;
                continue;
            }
        };
        out.extend_from_slice(&[b'\\', short]);
        written = at + 1;
    }
    out.extend_from_slice(&bytes[written..]);
    out.push(b'"');
}

/// The first byte from a place on that needs an escape; in blocks, which are looked at without
/// branches.
fn next_escaped(bytes: &[u8], from: usize) -> Option<usize> {
    let escaped = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    let mut at = from;
    for block in bytes[from..].chunks(32) {
        if block.iter().fold(false, |found, byte| found | escaped(*byte)) {
            return block.iter().position(|byte| escaped(*byte)).map(|place| at + place);
        }
        at += block.len();
    }
    None
}

/// Writes an event as one object of the contract.
pub(crate) fn event(out: &mut Vec<u8>, event: &Event) -> io::Result<()> {
    let stamp = &event.stamp;
    let mut line = Object::new(out);
    line.word("schema", SCHEMA);
    line.word("id", event.sources.first().map_or("", |source| &source.id.0));
    match stamp.rfc3339() {
        Some(time) => line.word("time", &time),
        // The only null of the contract.
        None => line.plain("time", "null")?,
    }
    if let Some(word) = stamp.precision.word().filter(|_| stamp.instant.is_some()) {
        line.word("time_precision", word);
    }
    if let Some(end) = event.time_end {
        line.word("time_end", &end.rfc3339(stamp.precision));
    }
    line.list("time_alt", stamp.alternatives.iter().map(|at| at.rfc3339(stamp.precision)));
    line.quality(stamp.quality)?;
    line.told("time_raw", Some(&event.time_raw));
    if let Some(zone) = &stamp.zone {
        line.text("time_zone", zone);
    }
    line.number("time_shift_ms", Some(stamp.shift_ms).filter(|shift| *shift != 0))?;
    line.word("kind", event.kind.word());
    line.told("system", Some(&event.system));
    line.told("channel", event.channel.as_deref());
    line.told("actor", event.actor.as_deref());
    line.told("actor_role", event.actor_role.as_deref());
    line.told("host", event.host.as_deref());
    line.told("service", event.service.as_deref());
    line.told("state", event.state.as_deref());
    if let Some(severity) = event.severity.map(Severity::word) {
        line.word("severity", severity);
    }
    line.text("summary", &event.summary);
    if let Some(detail) = event.detail.as_deref().filter(|text| !text.is_empty()) {
        quote(line.name("detail"), &data_lines(detail));
    }
    line.list("marks", event.marks.iter().copied().map(Mark::word));
    line.list("refs", &event.refs);
    if let Some(count) = event.count {
        line.plain("count", count)?;
    }
    line.list("reasons", &event.reasons);
    let out = line.name("sources");
    out.push(b'[');
    for (number, told) in event.sources.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        source(out, told)?;
    }
    out.push(b']');
    line.close();
    Ok(())
}

fn source(out: &mut Vec<u8>, source: &Source) -> io::Result<()> {
    let mut object = Object::new(out);
    object.word("id", &source.id.0);
    object.text("path", &source.path);
    object.plain("line", source.line)?;
    object.told("record", source.record.as_deref());
    if let Some(time) = source.stamp.rfc3339() {
        object.word("time", &time);
    }
    object.quality(source.stamp.quality)?;
    object.number("time_shift_ms", Some(source.stamp.shift_ms).filter(|shift| *shift != 0))?;
    object.number("delay_s", source.delay_s)?;
    object.plain("byte_start", source.byte_start)?;
    object.plain("byte_len", source.byte_len)?;
    let mut digest = [0; 64];
    HEXLOWER.encode_mut(&source.sha256, &mut digest);
    object.word("sha256", std::str::from_utf8(&digest).unwrap_or_default());
    object.told("why", source.why.as_deref());
    object.close();
    Ok(())
}

#[cfg(test)]
mod tests;
