//! Reading a timeline to compare it: by the run, as evidence is read, for what others wrote; our own
//! JSON Lines and CSV by their columns, so that ids and milestones are known.

use std::{io, path::Path};

use serde_json::Value;

use super::{Row, Side};
use crate::{
    event::Event,
    render,
    run::{self, RunError},
    settings::{Reading, Showing},
    time::{Precision, SECOND, pattern},
    timeline::Timeline,
};

/// Reads a timeline. Zones and the like are those of `reading`, as far as they are for that path.
///
/// # Errors
/// As [`run::timeline`]: a path that is not there.
pub fn read(path: &Path, reading: &Reading) -> Result<Side, RunError> {
    let shown = path.display().to_string();
    let text = std::fs::read(path).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let ours = text.as_deref().and_then(|text| own(&shown, text));
    let mut side = match ours {
        Some(side) => side,
        None => evidence(path, reading, text.as_deref())?,
    };
    side.path = shown;
    side.rows.sort_by(|a, b| (a.instant, &a.place).cmp(&(b.instant, &b.place)));
    Ok(side)
}

/// Our own JSON Lines or CSV; none for anything else.
fn own(path: &str, text: &str) -> Option<Side> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.starts_with("{\"schema\":\"rfo.event/1\"") {
        return Some(lines(path, text));
    }
    text.starts_with("time,time_precision,").then(|| table(path, text).unwrap_or_default())
}

fn lines(path: &str, text: &str) -> Side {
    let mut side = Side::default();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let place = format!("{path}:{number}");
        let Ok(event) = serde_json::from_str::<Value>(line) else {
            side.faults.push(format!("{place}: not a JSON object"));
            continue;
        };
        let said = |key: &str| event[key].as_str().unwrap_or_default();
        let sources = event["sources"].as_array().into_iter().flatten();
        let mut ids: Vec<String> = vec![said("id").to_owned()];
        ids.extend(sources.filter_map(|source| source["id"].as_str().map(str::to_owned)));
        let marks = event["marks"].as_array().into_iter().flatten();
        let row = Row {
            text: said("summary").to_owned(),
            names: names([said("host"), said("service")]),
            ids,
            marks: marks.filter_map(|mark| mark.as_str().map(str::to_owned)).collect(),
            count: event["count"].as_u64(),
            place,
            is_whole: true,
            ..Row::default()
        };
        add(&mut side, said("time"), said("time_precision"), row);
    }
    side
}

fn table(path: &str, text: &str) -> io::Result<Side> {
    let mut side = Side::default();
    let mut table = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let head = table.headers()?.clone();
    for record in table.records() {
        let record = record?;
        let said = |name: &str| {
            let at = head.iter().position(|known| known == name);
            at.and_then(|at| record.get(at)).unwrap_or_default()
        };
        let line = record.position().map_or(0, csv::Position::line);
        let words = |text: &str| -> Vec<String> {
            text.split([' ', ',', ';']).filter(|w| !w.is_empty()).map(str::to_owned).collect()
        };
        let row = Row {
            text: said("summary").to_owned(),
            names: names([said("host"), said("service")]),
            ids: words(said("id")),
            marks: words(said("marks")),
            count: said("count").parse().ok(),
            place: format!("{path}:{line}"),
            is_whole: true,
            ..Row::default()
        };
        add(&mut side, said("time"), said("time_precision"), row);
    }
    Ok(side)
}

fn names(of: [&str; 2]) -> Vec<String> {
    of.iter().filter(|name| !name.is_empty()).map(|name| (*name).to_owned()).collect()
}

/// Adds a row at a time of RFC 3339; without one it is counted.
fn add(side: &mut Side, time: &str, precision: &str, row: Row) {
    let Some(instant) = pattern::written(time).and_then(|raw| raw.instant()) else {
        side.undated += 1;
        return;
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
    side.faults = faults(&timeline);
    Ok(side)
}

fn told(side: &mut Side, event: &Event, is_own: bool) {
    let source = &event.sources[0];
    let Some(instant) = event.stamp.instant else {
        side.undated += 1;
        return;
    };
    let mut row = Row {
        instant: instant.0,
        span: event.stamp.precision.nanos().max(SECOND),
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
    side.rows.push(row);
}

fn faults(timeline: &Timeline) -> Vec<String> {
    let unread = timeline.run.inputs.iter().filter_map(|input| {
        let why = input.unread.as_ref()?;
        Some(format!("{}: {why}", input.path))
    });
    let faults = timeline.run.faults.iter();
    unread.chain(faults.map(|it| format!("{}:{}: {}", it.path, it.line, it.reason))).collect()
}
