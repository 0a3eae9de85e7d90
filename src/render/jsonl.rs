//! `rfo.event/1`: one JSON object a line, keys in the order of the schema, absent when empty.
//!
//! The field order of the structs is the key order of the contract.

use std::{borrow::Cow, io, io::Write};

use data_encoding::HEXLOWER;
use serde::Serialize;

use super::safe::{data, data_lines};
use crate::{
    event::{Event, Mark, Severity, Source},
    time::Stamp,
    timeline::Timeline,
};

/// How each file begins.
pub(crate) const OPENING: &str = "{\"schema\":\"rfo.event/1\"";
/// The name of the contract.
pub(crate) const SCHEMA: &str = "rfo.event/1";

#[derive(Serialize)]
struct EventLine<'a> {
    schema: &'static str,
    id: &'a str,
    /// The only null of the contract.
    time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_precision: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_end: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    time_alt: Vec<String>,
    time_quality: String,
    #[serde(skip_serializing_if = "is_empty")]
    time_raw: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_zone: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "is_zero")]
    time_shift_ms: i64,
    kind: &'static str,
    #[serde(skip_serializing_if = "is_empty")]
    system: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor_role: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<&'static str>,
    summary: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    marks: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refs: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<Cow<'a, str>>,
    sources: Vec<SourceObject<'a>>,
}

#[derive(Serialize)]
struct SourceObject<'a> {
    id: &'a str,
    path: Cow<'a, str>,
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    time_quality: String,
    #[serde(skip_serializing_if = "is_zero")]
    time_shift_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    delay_s: Option<i64>,
    byte_start: u64,
    byte_len: u64,
    sha256: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<Cow<'a, str>>,
}

/// Writes the rows in order, then the undated events.
pub(crate) fn write(timeline: &Timeline, mut out: &mut dyn Write) -> io::Result<()> {
    // One buffer for all lines: serde_json writes many small pieces.
    let mut line = Vec::with_capacity(2048);
    for event in timeline.rows.iter().chain(&timeline.undated) {
        line.clear();
        serde_json::to_writer(&mut line, &event_line(event))?;
        line.push(b'\n');
        (&mut out).write_all(&line)?;
    }
    Ok(())
}

fn event_line(event: &Event) -> EventLine<'_> {
    let stamp = &event.stamp;
    let dated = stamp.instant.is_some();
    EventLine {
        schema: SCHEMA,
        id: event.sources.first().map_or("", |source| &source.id.0),
        time: stamp.rfc3339(),
        time_precision: stamp.precision.word().filter(|_| dated),
        time_end: event.time_end.map(|end| end.rfc3339(stamp.precision)),
        time_alt: alternatives(stamp),
        time_quality: stamp.quality.to_string(),
        time_raw: data(&event.time_raw),
        time_zone: stamp.zone.as_deref().map(data),
        time_shift_ms: stamp.shift_ms,
        kind: event.kind.word(),
        system: data(&event.system),
        channel: told(event.channel.as_deref()),
        actor: told(event.actor.as_deref()),
        actor_role: told(event.actor_role.as_deref()),
        host: told(event.host.as_deref()),
        service: told(event.service.as_deref()),
        state: told(event.state.as_deref()),
        severity: event.severity.map(Severity::word),
        summary: data(&event.summary),
        detail: event.detail.as_deref().filter(|text| !text.is_empty()).map(data_lines),
        marks: event.marks.iter().copied().map(Mark::word).collect(),
        refs: event.refs.iter().map(|text| data(text)).collect(),
        count: event.count,
        reasons: event.reasons.iter().map(|text| data(text)).collect(),
        sources: event.sources.iter().map(source_object).collect(),
    }
}

fn source_object(source: &Source) -> SourceObject<'_> {
    SourceObject {
        id: &source.id.0,
        path: data(&source.path),
        line: source.line,
        record: told(source.record.as_deref()),
        time: source.stamp.rfc3339(),
        time_quality: source.stamp.quality.to_string(),
        time_shift_ms: source.stamp.shift_ms,
        delay_s: source.delay_s,
        byte_start: source.byte_start,
        byte_len: source.byte_len,
        sha256: HEXLOWER.encode(&source.sha256),
        why: told(source.why.as_deref()),
    }
}

fn alternatives(stamp: &Stamp) -> Vec<String> {
    stamp.alternatives.iter().map(|instant| instant.rfc3339(stamp.precision)).collect()
}

fn told(text: Option<&str>) -> Option<Cow<'_, str>> {
    text.filter(|text| !text.is_empty()).map(data)
}

fn is_empty(text: &str) -> bool {
    text.is_empty()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
fn is_zero(n: &i64) -> bool {
    *n == 0
}

#[cfg(test)]
mod tests;
