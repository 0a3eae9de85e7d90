//! The timeline in the forms that other tools import: one module a tool.
//!
//! Takes a [`Timeline`]; gives what the tool's own reader takes, with its traps walked around (each
//! module names them and where the rule is from). What a row says is its summary, unchanged, so that a
//! timeline which comes back as evidence says the same. Events without a time have no place in any
//! of these forms; [`Format::holds_undated`](super::Format::holds_undated) tells so, and the caller
//! says how many.

mod ecs;
mod gitlab;
mod grafana;
mod iris;
mod mermaid;
mod otlp;
mod timesketch;
mod trace;
mod xlsx;

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::{row, safe};
use crate::{
    condense::milestone::ORDER,
    event::{Event, Kind, Mark, Severity},
    time::{Instant, Note, Precision},
    timeline::{Timeline, found::At},
};
pub(crate) use ecs::write as ecs;
pub(crate) use gitlab::write as gitlab;
pub(crate) use grafana::write as grafana;
pub(crate) use iris::write as iris;
pub(crate) use mermaid::write as mermaid;
pub(crate) use otlp::write as otlp;
pub(crate) use timesketch::write as timesketch;
pub(crate) use trace::write as trace;
pub(crate) use xlsx::write as xlsx;

/// How files begin that these modules write, where the form has room for it.
pub(crate) const OPENINGS: [&str; 6] = [
    timesketch::OPENING,
    ecs::OPENING,
    otlp::OPENING,
    grafana::OPENING,
    trace::OPENING,
    mermaid::OPENING,
];

/// What the time of an event is the time of, as people of that trade say it.
pub(crate) fn means(event: &Event) -> &'static str {
    let step = event.record().and_then(|record| record.split(':').nth(1));
    match event.kind {
        Kind::Email if event.stamp.quality.has(Note::Received) => "Email received",
        Kind::Email => "Email sent",
        Kind::Chat => "Chat message",
        Kind::Ticket => match step {
            Some("created" | "opened") => "Ticket opened",
            Some("resolved") => "Ticket resolved",
            Some("closed") => "Ticket closed",
            Some("comment") => "Ticket commented",
            _ => "Ticket updated",
        },
        Kind::Alert if event.severity == Some(Severity::Info) => "Alert cleared",
        Kind::Alert => "Alert fired",
        Kind::Log => "Log message",
        Kind::Change => "Change made",
        Kind::Manual => "Noted by hand",
    }
}

/// Who tells it and what, as one line of plain text: the table's cell without its styles.
pub(crate) fn sentence(event: &Event) -> String {
    row::telling(event).iter().map(|span| span.text.as_ref()).collect()
}

/// `path:line` of the origin.
pub(crate) fn place(event: &Event) -> String {
    let place =
        |source: &crate::event::Source| format!("{}:{}", safe::data(&source.path), source.line);
    event.sources.first().map(place).unwrap_or_default()
}

/// `2026-03-08T06:59:30.250000`: to the microsecond, in UTC, without an offset.
pub(crate) fn micros(instant: Instant) -> String {
    let text = instant.rfc3339(Precision::Fraction(6));
    text.trim_end_matches('Z').to_owned()
}

/// An instant, and how finely it was written.
pub(crate) type Written = (Instant, Precision);

/// When the five milestones were: each of the marked row, else as it was found. Rows are read once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Milestones([Option<Written>; ORDER.len()]);

impl Milestones {
    /// Those of a timeline.
    pub(crate) fn of(timeline: &Timeline) -> Self {
        let mut told = [None; ORDER.len()];
        for row in timeline.rows.iter().filter(|row| !row.marks.is_empty()) {
            let Some(instant) = row.stamp.instant else { continue };
            for (told, mark) in told.iter_mut().zip(ORDER) {
                if told.is_none() && row.marks.contains(&mark) {
                    *told = Some((instant, row.stamp.precision));
                }
            }
        }
        let found = timeline.run.incident.iter().flat_map(|found| &found.milestones);
        for milestone in found {
            if let Some(at) = ORDER.iter().position(|mark| *mark == milestone.mark) {
                told[at] = told[at].or_else(|| milestone.at.as_ref().and_then(instant));
            }
        }
        Self(told)
    }

    /// Each with its mark, in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Mark, Option<Written>)> + '_ {
        ORDER.into_iter().zip(self.0)
    }

    /// One of them.
    pub(crate) fn get(&self, mark: Mark) -> Option<Written> {
        self.iter().find(|(known, _)| *known == mark).and_then(|(_, written)| written)
    }

    /// What a customer felt, as far as the milestones tell: from the start to the mitigation, else to
    /// the resolution.
    pub(crate) fn impact(&self) -> Option<(Written, Written)> {
        let end = self.get(Mark::Mitigated).or_else(|| self.get(Mark::Resolved))?;
        self.get(Mark::Start).map(|start| (start, end)).filter(|(start, end)| start.0 < end.0)
    }

    /// The first and the last, where these are two instants.
    pub(crate) fn ends(&self) -> Option<(Instant, Instant)> {
        let told = || self.0.iter().flatten().map(|(at, _)| *at);
        told().min().zip(told().max()).filter(|(start, end)| start < end)
    }
}

/// The instant that a milestone's RFC 3339 names.
fn instant(at: &At) -> Option<Written> {
    let time = chrono::DateTime::parse_from_rfc3339(&at.time).ok()?;
    let precision = match at.time_precision {
        Some("day") => Precision::Day,
        Some("hour") => Precision::Hour,
        Some("minute") => Precision::Minute,
        _ => Precision::Second,
    };
    time.timestamp_nanos_opt().map(|nanos| (Instant(nanos), precision))
}

/// The newest instant of the rows: stands for "now" where a form asks for it, since the clock on the
/// wall would give other bytes on each run.
pub(crate) fn newest(timeline: &Timeline) -> Instant {
    super::page::ends(timeline).map_or(Instant(0), |(_, last)| last)
}

/// An object that is put together member by member; what is empty is left out.
#[derive(Default)]
struct Object(Map<String, Value>);

impl Object {
    fn put(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    fn text(&mut self, name: &str, text: Option<&str>) -> &mut Self {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.put(name, safe::data_lines(text).into_owned());
        }
        self
    }

    fn list<'t>(&mut self, name: &str, texts: impl IntoIterator<Item = &'t str>) -> &mut Self {
        let texts: Vec<Value> =
            texts.into_iter().map(|text| safe::data(text).into_owned().into()).collect();
        if !texts.is_empty() {
            self.put(name, texts);
        }
        self
    }

    fn object(&mut self, name: &str, object: Self) -> &mut Self {
        if !object.0.is_empty() {
            self.put(name, object.0);
        }
        self
    }

    fn line(self, out: &mut dyn Write) -> io::Result<()> {
        let mut line = serde_json::to_vec(&self.0)?;
        line.push(b'\n');
        out.write_all(&line)
    }
}

/// The words of its marks.
fn marks(event: &Event) -> impl Iterator<Item = &'static str> + '_ {
    event.marks.iter().copied().map(Mark::word)
}

#[cfg(test)]
mod tests;
