//! What a template is given.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use minijinja::{Environment, Error, ErrorKind, Value};
use serde_json::{Map, Value as Json, json};

use crate::{
    event::Event,
    render::{
        clock, csv,
        export::{self, Milestones, Written},
        html, jsonl, page, safe,
    },
    time::Precision,
    timeline::Timeline,
};

/// The names of `rfo.event/1`: those that an event does not have are none, or lists of nothing.
pub(super) const NAMES: [&str; 26] = [
    "id",
    "time",
    "time_precision",
    "time_end",
    "time_alt",
    "time_quality",
    "time_raw",
    "time_zone",
    "time_shift_ms",
    "kind",
    "system",
    "channel",
    "actor",
    "actor_role",
    "host",
    "service",
    "state",
    "severity",
    "summary",
    "detail",
    "marks",
    "refs",
    "count",
    "reasons",
    "sources",
    "schema",
];

/// All that there is to know of a timeline; rows are made when they are asked for.
pub(super) fn of(timeline: &Timeline, more: Vec<(&'static str, Value)>) -> Value {
    let mut all: BTreeMap<&str, Value> = BTreeMap::new();
    all.insert("title", page::title(timeline).into());
    let facts: Vec<Json> =
        timeline.title.facts.iter().map(|(label, fact)| json!([label, fact])).collect();
    all.insert("facts", value(facts.into()));
    all.insert("version", timeline.run.version.into());
    all.insert("newest", export::newest(timeline).rfc3339(Precision::Second).into());
    let known = Milestones::of(timeline);
    let impact = known.impact().map(|(start, end)| {
        let at = |written: Written| written.0.rfc3339(Precision::Second);
        let shown = |written: Written| clock::date_and_time(written.0, written.1);
        json!({
            "start": at(start), "end": at(end),
            "start_shown": shown(start), "end_shown": shown(end),
        })
    });
    all.insert("impact", value(impact.into()));
    all.insert("milestones", value(milestones(&known)));
    let incident = timeline.run.incident.as_ref();
    all.insert("metrics", written(&incident.map(|found| &found.metrics)));
    all.insert("run", written(&timeline.run));
    let undated: Vec<Value> = timeline.undated.iter().map(row).collect();
    all.insert("undated", undated.into());
    let rows = Arc::new(timeline.rows.clone());
    all.insert(
        "rows",
        Value::make_iterable(move || {
            let rows = Arc::clone(&rows);
            (0..rows.len()).filter_map(move |number| rows.get(number).map(|event| row(&event)))
        }),
    );
    all.extend(more);
    Value::from_pairs(all)
}

/// What is written as JSON elsewhere.
fn written(told: &impl serde::Serialize) -> Value {
    value(serde_json::to_value(told).unwrap_or_default())
}

/// A value of JSON. By hand: a number of `serde_json` would come as an object of its own making.
fn value(json: Json) -> Value {
    match json {
        Json::Null => Value::from(()),
        Json::Bool(is) => is.into(),
        Json::Number(number) => match number.as_i64() {
            Some(number) => number.into(),
            None => number.as_f64().unwrap_or_default().into(),
        },
        Json::String(text) => text.into(),
        Json::Array(all) => all.into_iter().map(value).collect::<Vec<_>>().into(),
        Json::Object(all) => {
            Value::from_pairs(all.into_iter().map(|(name, json)| (name, value(json))))
        }
    }
}

/// When the five milestones were, by their words; none is recorded where there is none.
fn milestones(known: &Milestones) -> Json {
    let when = |at: Option<Written>| at.map(|(at, _)| at.rfc3339(Precision::Second)).into();
    known.iter().map(|(mark, at)| (mark.word().to_owned(), when(at))).collect::<Map<_, _>>().into()
}

/// An event by the names of `rfo.event/1`, and the [`extras`].
pub(in crate::render) fn row(event: &Event) -> Value {
    let mut text = Vec::new();
    // Memory takes it, and what is written is JSON.
    let written = jsonl::event(&mut text, event);
    let mut fields: Map<String, Json> =
        written.ok().and_then(|()| serde_json::from_slice(&text).ok()).unwrap_or_default();
    for name in NAMES {
        let none = match name {
            "marks" | "refs" | "reasons" | "time_alt" => Json::Array(Vec::new()),
            _ => Json::Null,
        };
        fields.entry(name).or_insert(none);
    }
    extras(event, &mut fields);
    value(fields.into())
}

/// What a row has besides: `shown` and `clock`, its date and time, and its time of day, as finely as
/// they were written and no finer; `sentence`, who tells it and what in one line, as the tables say it;
/// `means`, what its time is the time of; `place`, `path:line` of its origin; `in_doubt`.
fn extras(event: &Event, fields: &mut Map<String, Json>) {
    let mut put = |name: &str, value: Json| fields.insert(name.to_owned(), value);
    if let Some(instant) = event.stamp.instant {
        let time = clock::time_of_day(clock::utc(instant), event.stamp.precision);
        put("shown", clock::date_and_time(instant, event.stamp.precision).into());
        put("clock", if time.is_empty() { "date only".to_owned() } else { time }.into());
    }
    put("sentence", export::sentence(event).into());
    put("means", export::means(event).into());
    put("place", export::place(event).into());
    put("in_doubt", event.stamp.in_doubt().into());
}

/// The filters: `utc(FORMAT)`, a time as `strftime` writes it; `epoch(UNIT)`, a time as a number of
/// `s`, `ms`, `us` or `ns` since 1970 UTC; `short(N)`, no more than so many characters; `markup`, as HTML;
/// `guarded`, a cell that no spreadsheet takes for a formula.
pub(super) fn add_filters(environment: &mut Environment<'_>) {
    environment
        .add_filter("short", |text: &str, longest: usize| safe::short(text, longest).into_owned());
    environment.add_filter("markup", |text: &str| html::escape(text));
    environment.add_filter("guarded", |text: &str| csv::harmless(text.into()).into_owned());
    environment.add_filter("utc", |time: &str, format: &str| -> Result<String, Error> {
        use std::fmt::Write as _;
        let time = parsed(time)?;
        let mut text = String::new();
        // A format that chrono does not know fails in its Display.
        write!(text, "{}", time.format(format))
            .map_err(|_| wrong(format!("utc: {format:?} is no format of a time")))?;
        Ok(text)
    });
    environment.add_filter("epoch", |time: &str, unit: &str| -> Result<i64, Error> {
        let time = parsed(time)?;
        match unit {
            "s" => Ok(time.timestamp()),
            "ms" => Ok(time.timestamp_millis()),
            "us" => Ok(time.timestamp_micros()),
            "ns" => {
                time.timestamp_nanos_opt().ok_or_else(|| wrong("epoch: out of range".to_owned()))
            }
            other => Err(wrong(format!("epoch: {other:?} is no unit; there are s, ms, us and ns"))),
        }
    });
}

fn parsed(time: &str) -> Result<DateTime<Utc>, Error> {
    let time = DateTime::parse_from_rfc3339(time);
    Ok(time.map_err(|error| wrong(format!("no time: {error}")))?.to_utc())
}

fn wrong(reason: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, reason)
}
