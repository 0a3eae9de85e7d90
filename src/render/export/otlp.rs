//! OpenTelemetry logs as JSON Lines: one `LogsData` a line (OTLP file exporter; `logs.proto`).
//!
//! 64-bit numbers are strings; a record that was observed must say when, which here is the newest
//! event: the wall clock would give other bytes on each run.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Object, newest, place};
use crate::{
    event::{Event, Severity},
    render::safe,
    time::Instant,
    timeline::Timeline,
};

/// How each file begins.
pub(super) const OPENING: &str = "{\"resourceLogs\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"rfo\"";
/// Records a line: a collector takes each line for one batch.
const BATCH: usize = 256;

/// Writes the rows.
pub(crate) fn write(timeline: &Timeline, out: &mut dyn Write) -> io::Result<()> {
    let observed = newest(timeline);
    let mut batch: Vec<Value> = Vec::with_capacity(BATCH);
    for event in timeline.rows.iter() {
        batch.extend(event.stamp.instant.map(|at| record(&event, at, observed)));
        if batch.len() == BATCH {
            line(&batch, timeline, out)?;
            batch.clear();
        }
    }
    if batch.is_empty() { Ok(()) } else { line(&batch, timeline, out) }
}

fn line(batch: &[Value], timeline: &Timeline, out: &mut dyn Write) -> io::Result<()> {
    let mut data = Object::default();
    data.put(
        "resourceLogs",
        json!([{
            "resource": {"attributes": [text("service.name", "rfo")]},
            "scopeLogs": [{
                "scope": {"name": "rfo", "version": timeline.run.version},
                "logRecords": batch,
            }],
        }]),
    );
    data.line(out)
}

fn text(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": safe::data_lines(value)}})
}

fn record(event: &Event, at: Instant, observed: Instant) -> Value {
    let mut record = Object::default();
    record.put("timeUnixNano", at.0.max(0).to_string());
    record.put("observedTimeUnixNano", observed.0.max(at.0).max(0).to_string());
    if let Some(severity) = event.severity {
        record.put("severityNumber", number(severity));
        record.put("severityText", severity.word());
    }
    record.put("eventName", "rfo.timeline.event");
    record.put("body", json!({"stringValue": safe::data(&event.summary)}));
    record.put("attributes", attributes(event));
    record.0.into()
}

/// The numbers of the logs data model, "Mapping of `SeverityNumber`" for syslog.
fn number(severity: Severity) -> u8 {
    match severity {
        Severity::Critical => 18,
        Severity::Error => 17,
        Severity::Warning => 13,
        Severity::Notice => 10,
        Severity::Info => 9,
        Severity::Debug => 5,
    }
}

fn attributes(event: &Event) -> Vec<Value> {
    let source = place(event);
    let quality = event.stamp.quality.to_string();
    let told = [
        ("rfo.id", Some(event.id().0.as_str())),
        ("rfo.kind", Some(event.kind.word())),
        ("rfo.system", Some(event.system.as_str())),
        ("rfo.channel", event.channel.as_deref()),
        ("rfo.actor", event.actor.as_deref()),
        ("host.name", event.host.as_deref()),
        ("rfo.service", event.service.as_deref()),
        ("rfo.state", event.state.as_deref()),
        ("rfo.time.quality", Some(quality.as_str())),
        ("rfo.time.raw", Some(event.time_raw.as_str())),
        ("rfo.time.zone", event.stamp.zone.as_deref()),
        ("rfo.source", Some(source.as_str())),
    ];
    let told = told.into_iter().filter_map(|(key, value)| Some((key, value?)));
    let mut all: Vec<Value> =
        told.filter(|(_, value)| !value.is_empty()).map(|(key, value)| text(key, value)).collect();
    if !event.marks.is_empty() {
        let marks: Vec<Value> =
            super::marks(event).map(|mark| json!({"stringValue": mark})).collect();
        all.push(json!({"key": "rfo.marks", "value": {"arrayValue": {"values": marks}}}));
    }
    if let Some(count) = event.count {
        all.push(json!({"key": "rfo.count", "value": {"intValue": count.to_string()}}));
    }
    all
}
