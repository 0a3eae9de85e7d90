//! Reading a timeline to compare it: by the run, as evidence is read, for what others wrote; our own
//! JSON Lines and CSV by their columns, so that ids and milestones are known.

use std::path::Path;

use serde_json::Value;

use super::{Row, Side};
use crate::{
    event::Event,
    pull::table,
    render::{
        self,
        csv::{COLUMNS, unguarded},
    },
    run::{self, RunError},
    settings::{Reading, Showing},
    time::{Precision, SECOND, pattern},
    timeline::Timeline,
};

/// Why a timeline cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// It cannot be read as evidence is read.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Nothing of it is an entry of a timeline.
    #[error(
        "{path}: no entry of a timeline could be read in it{why}; rfo inspect tells how it is read"
    )]
    Nothing {
        /// Its path.
        path: String,
        /// What could not be read of it.
        why: String,
    },
}

/// Reads a timeline. Zones and the like are those of `reading`, as far as they are for that path.
///
/// # Errors
/// As [`run::timeline`]: a path that is not there; what holds no entry.
pub fn read(path: &Path, reading: &Reading) -> Result<Side, CompareError> {
    let shown = path.display().to_string();
    let text = std::fs::read(path).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let ours = text.as_deref().and_then(|text| own(&shown, text));
    let mut side = match ours {
        Some(side) => side,
        None => evidence(path, reading, text.as_deref())?,
    };
    if side.rows.is_empty() && side.undated.is_empty() {
        let why = side.faults.first().map(|fault| format!(" ({fault})")).unwrap_or_default();
        return Err(CompareError::Nothing { path: shown, why });
    }
    side.path = shown;
    side.rows.sort_by_key(|row| row.instant);
    Ok(side)
}

/// What is compared of two rows of ours besides their time and their text, and not where they stand.
fn fields() -> impl Iterator<Item = &'static str> {
    let others = ["time", "summary", "id", "path", "line"];
    COLUMNS.into_iter().filter(move |name| !others.contains(name))
}

/// Our own JSON Lines or CSV; none for anything else.
fn own(path: &str, text: &str) -> Option<Side> {
    let bare = text.strip_prefix('\u{feff}');
    let is_guarded = bare.is_some();
    let text = bare.unwrap_or(text);
    if text.starts_with("{\"schema\":\"rfo.event/1\"") {
        return Some(lines(path, text));
    }
    text.starts_with("time,time_precision,").then(|| table(path, text, is_guarded))
}

fn lines(path: &str, text: &str) -> Side {
    let mut side = Side::default();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let place = format!("{path}:{number}");
        match serde_json::from_str::<Value>(line) {
            Ok(event) if event["schema"] == "rfo.event/1" => object(&mut side, &event, place),
            _ => side.faults.push(format!("{place}: no event of rfo.event/1")),
        }
    }
    side
}

fn object(side: &mut Side, event: &Value, place: String) {
    let said = |key: &str| event[key].as_str().unwrap_or_default();
    let sources: Vec<&Value> = event["sources"].as_array().into_iter().flatten().collect();
    let mut ids: Vec<String> = vec![said("id").to_owned()];
    ids.extend(sources.iter().filter_map(|source| source["id"].as_str().map(str::to_owned)));
    let words = |value: &Value| {
        let words = value.as_array().into_iter().flatten();
        words.filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
    };
    let field = |name: &'static str| {
        let value = match name {
            "sources" => sources.len().to_string(),
            "record" => {
                let record = sources.first().and_then(|source| source["record"].as_str());
                record.unwrap_or_default().to_owned()
            }
            "marks" | "refs" | "time_alt" => words(&event[name]),
            "count" => event[name].as_u64().map(|n| n.to_string()).unwrap_or_default(),
            _ => said(name).to_owned(),
        };
        (name, value)
    };
    let row = Row {
        text: said("summary").to_owned(),
        names: names([said("host"), said("service")]),
        ids,
        place,
        fields: Some(fields().map(field).collect()),
        ..Row::default()
    };
    add(side, said("time"), said("time_precision"), row);
}

fn table(path: &str, text: &str, is_guarded: bool) -> Side {
    let mut side = Side::default();
    let mut table = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let head = table.headers().cloned().unwrap_or_default();
    for record in table.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                side.faults.push(format!("{path}:{line}: {error}"));
                continue;
            }
        };
        let said = |name: &str| {
            let at = head.iter().position(|known| known == name)?;
            let cell = record.get(at).unwrap_or_default();
            Some(if is_guarded { unguarded(cell)? } else { cell })
        };
        let cell = |name: &str| said(name).unwrap_or_default();
        let field = |name: &'static str| Some((name, said(name)?.to_owned()));
        let line = table::line_of(text, record.position());
        let row = Row {
            text: cell("summary").to_owned(),
            names: names([cell("host"), cell("service")]),
            ids: Some(cell("id").to_owned()).filter(|id| !id.is_empty()).into_iter().collect(),
            place: format!("{path}:{line}"),
            fields: Some(fields().filter_map(field).collect()),
            ..Row::default()
        };
        add(&mut side, cell("time"), cell("time_precision"), row);
    }
    side
}

fn names(of: [&str; 2]) -> Vec<String> {
    of.iter().filter(|name| !name.is_empty()).map(|name| (*name).to_owned()).collect()
}

/// Adds a row at a time of RFC 3339, or without one. A time that cannot be read is a fault.
fn add(side: &mut Side, time: &str, precision: &str, row: Row) {
    if time.is_empty() {
        return side.undated.push(row);
    }
    let Some(instant) = pattern::written(time).and_then(|raw| raw.instant()) else {
        return side.faults.push(format!("{}: {time:?} is no time", row.place));
    };
    let coarse = [Precision::Day, Precision::Hour, Precision::Minute];
    let known = coarse.into_iter().find(|known| known.word() == Some(precision));
    let span = known.unwrap_or(Precision::Second);
    side.rows.push(Row { instant: instant.0, span: span.nanos(), ..row });
}

/// What others wrote, or our own documents, as evidence.
fn evidence(path: &Path, reading: &Reading, text: Option<&str>) -> Result<Side, RunError> {
    let reading = reading.of_path(path);
    let showing = Showing { all: true, ..Showing::default() };
    let timeline = run::timeline(&reading, &showing, &[], false)?;
    // Below the rows of our own document stand its tables of milestones and sources.
    let is_own = text.is_some_and(|text| render::bears_our_header(text.as_bytes()));
    let below = text.filter(|_| is_own).and_then(|text| {
        (1..).zip(text.lines()).find(|(_, line)| line.starts_with("## ")).map(|(number, _)| number)
    });
    let mut side = Side::default();
    for event in timeline.events() {
        if below.is_none_or(|below| event.sources[0].line < below) {
            told(&mut side, &event, is_own);
        }
    }
    side.faults = faults(&timeline, below);
    if is_own {
        side.undated =
            table::undated(text.unwrap_or_default()).into_iter().map(own_undated).collect();
    }
    Ok(side)
}

fn told(side: &mut Side, event: &Event, is_own: bool) {
    let source = &event.sources[0];
    let mut row = Row {
        text: event.summary.clone(),
        names: [&event.host, &event.service].into_iter().flatten().cloned().collect(),
        place: format!("{}:{}", source.path, source.line),
        ..Row::default()
    };
    if is_own {
        let cells: Vec<&str> = event.summary.split(" | ").collect();
        let id = event.summary.split('`').find(|part| part.starts_with("e-"));
        // Elapsed and marks stand before the event, its evidence behind it.
        let said = id.and_then(|_| cells.get(cells.len().checked_sub(2)?));
        row.text = said.map_or(row.text, |said| (*said).to_owned());
        row.names.clear();
        row.ids.extend(id.map(str::to_owned));
        row.text = row.text.replace("**", "");
    }
    match event.stamp.instant {
        Some(instant) => {
            let span = event.stamp.precision.nanos().max(SECOND);
            side.rows.push(Row { instant: instant.0, span, ..row });
        }
        None if is_own => {}
        None => side.undated.push(row),
    }
}

/// An entry of our own document that has no time.
fn own_undated(row: table::Row) -> Row {
    Row { text: row.text, ids: row.id.into_iter().collect(), ..Row::default() }
}

/// What could not be read above the line `below`, where there is one.
fn faults(timeline: &Timeline, below: Option<u64>) -> Vec<String> {
    let unread = timeline.run.inputs.iter().filter_map(|input| {
        let why = input.unread.as_ref()?;
        Some(format!("{}: {why}", input.path))
    });
    let is_above = |line: u64| below.is_none_or(|below| line < below);
    let faults = timeline.run.faults.iter().filter(|fault| is_above(fault.line));
    unread.chain(faults.map(|it| format!("{}:{}: {}", it.path, it.line, it.reason))).collect()
}
