//! Elastic Common Schema 9, as NDJSON for `Elasticsearch`, `OpenSearch` and what reads them.
//!
//! `@timestamp` and `ecs.version` are the core; fields are nested, as its own schema writes them.
//! `event.kind` and `event.category` have fixed words.

use std::io::{self, Write};

use super::{Object, means, place};
use crate::{
    event::{Event, Kind, Severity},
    timeline::Timeline,
};

/// How each file begins.
pub(super) const OPENING: &str = "{\"ecs\":{\"version\":\"9.4.0\"},\"event\":{\"module\":\"rfo\"";

/// Writes the rows.
pub(crate) fn write(timeline: &Timeline, out: &mut dyn Write) -> io::Result<()> {
    for (number, event) in timeline.rows.iter().enumerate() {
        let Some(time) = event.stamp.rfc3339() else { continue };
        let mut line = Object::default();
        let mut version = Object::default();
        version.put("version", "9.4.0");
        line.object("ecs", version);
        line.object("event", told(&event, number));
        line.put("@timestamp", time);
        line.text("message", Some(&event.summary));
        let mut log = Object::default();
        log.text("level", event.severity.map(Severity::word));
        let mut file = Object::default();
        file.text("path", event.sources.first().map(|source| &*source.path));
        log.object("file", file);
        line.object("log", log);
        for (name, value) in
            [("host", &event.host), ("user", &event.actor), ("service", &event.service)]
        {
            let mut object = Object::default();
            object.text("name", value.as_deref());
            line.object(name, object);
        }
        line.list("tags", ["rfo"].into_iter().chain(super::marks(&event)));
        line.object("labels", labels(&event));
        line.line(out)?;
    }
    Ok(())
}

fn told(event: &Event, number: usize) -> Object {
    let mut told = Object::default();
    told.put("module", "rfo");
    told.put("dataset", "rfo.timeline");
    told.put("kind", if event.kind == Kind::Alert { "alert" } else { "event" });
    match event.kind {
        Kind::Email => told.list("category", ["email"]).list("type", ["info"]),
        Kind::Change => told.list("category", ["configuration"]).list("type", ["change"]),
        _ => &mut told,
    };
    told.put("action", means(event));
    told.put("id", event.id().0.as_str());
    told.text("provider", Some(&event.system));
    told.text("reference", event.refs.iter().find(|of| of.contains("://")).map(String::as_str));
    told.put("sequence", number);
    told.text("start", event.stamp.rfc3339().filter(|_| event.time_end.is_some()).as_deref());
    if let (Some(start), Some(end)) = (event.stamp.instant, event.time_end) {
        told.put("end", end.rfc3339(event.stamp.precision));
        told.put("duration", end.0.saturating_sub(start.0));
    }
    told.text("timezone", event.stamp.zone.as_deref());
    told
}

/// Labels are words: keyword fields of any name.
fn labels(event: &Event) -> Object {
    let mut labels = Object::default();
    labels.put("rfo_kind", event.kind.word());
    labels.text("rfo_channel", event.channel.as_deref());
    labels.text("rfo_state", event.state.as_deref());
    labels.put("rfo_time_quality", event.stamp.quality.to_string());
    labels.text("rfo_time_raw", Some(&event.time_raw));
    labels.put("rfo_source", place(event));
    if let Some(count) = event.count {
        labels.put("rfo_count", count.to_string());
    }
    labels
}
