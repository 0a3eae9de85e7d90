//! Drafts from tables: which column is what.

use super::{Engine, Outline, SHOWN, formats_of, likely_kind, role};
use crate::reader::csv::guess_delimiter;

/// Rows that are looked at.
const ROWS: usize = 300;

/// Words of a column's name, and what the ticket did then.
const STEPS: [(&str, &[&str]); 6] = [
    ("created", &["creat", "open", "submitted", "reported", "start"]),
    ("resolved", &["resolv", "solved", "fixed"]),
    ("closed", &["clos", "end", "completed", "finished"]),
    ("acknowledged", &["ack"]),
    ("due", &["due", "deadline"]),
    ("updated", &["updat", "modif", "changed"]),
];

/// All rows alike, the first one too, however many cells each has.
fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    let mut rows = csv::ReaderBuilder::new();
    rows.delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes())
}

pub(super) fn outline(text: &str) -> Option<Outline> {
    let delimiter = guess_delimiter(text.as_bytes());
    let mut reader = reader(text, delimiter);
    let mut rows = reader.records().take(ROWS).filter_map(Result::ok);
    let header: Vec<String> = rows.next()?.iter().map(|name| name.trim().to_owned()).collect();
    let rows: Vec<_> = rows.filter(|row| row.len() == header.len()).collect();
    if header.len() < 3 || rows.is_empty() || header.iter().any(String::is_empty) {
        return None;
    }
    let column = |at: usize| -> Vec<&str> {
        rows.iter()
            .filter_map(|row| row.get(at))
            .map(str::trim)
            .filter(|cell| !cell.is_empty() && *cell != "-")
            .collect()
    };
    let mut times = Vec::new();
    let mut roles = Vec::new();
    for (at, name) in header.iter().enumerate() {
        let cells = column(at);
        if let Some((formats, zoned)) =
            formats_of(&cells).filter(|(formats, _)| is_time(name, formats))
        {
            times.push((at, formats, zoned));
        } else if let Some(role) = role(name)
            .filter(|role| !cells.is_empty() && !roles.iter().any(|(other, _)| other == role))
        {
            roles.push((role, name.clone()));
        }
    }
    if times.is_empty() {
        return None;
    }
    times.sort_by_key(|(at, ..)| (step(&header[*at]).map_or(0, |(rank, _)| rank), *at));
    let mut formats: Vec<String> = Vec::new();
    times.iter().flat_map(|(_, found, _)| found).for_each(|f| {
        if !formats.contains(f) {
            formats.push(f.clone());
        }
    });
    let kind = likely_kind(&roles.iter().map(|(role, _)| *role).collect::<Vec<_>>());
    let mut need: Vec<String> = times.iter().map(|(at, ..)| header[*at].clone()).take(3).collect();
    need.extend(roles.iter().map(|(_, name)| name.clone()).take(4));
    Some(Outline {
        kind: Some(kind),
        engine: Engine::Csv { need, delimiter },
        at: Some(format!("{{{}}}", header[times[0].0])),
        zoned: times.iter().all(|(.., zoned)| *zoned),
        formats,
        events: times.iter().map(|(at, ..)| event(&header[*at], &roles, times.len() > 1)).collect(),
        input: input(text, times[0].0),
        ..Outline::default()
    })
}

/// Whether a column whose cells can be read as times holds times: a number is one only under a name
/// that says so.
fn is_time(name: &str, formats: &[String]) -> bool {
    let name = name.to_lowercase();
    let says = ["time", "date", "_at", "when", "stamp", "created", "clock"]
        .iter()
        .any(|word| name.contains(word))
        || step(&name).is_some();
    says || formats.iter().all(|format| format != "epoch" && format != "%Y%m%d%H%M%S")
}

fn step(name: &str) -> Option<(usize, &'static str)> {
    let name = name.to_lowercase();
    let hit =
        |(_, (_, words)): &(usize, &(&str, &[&str]))| words.iter().any(|word| name.contains(word));
    STEPS.iter().enumerate().find(hit).map(|(rank, (step, _))| (rank + 1, *step))
}

/// What a row tells of one of its times.
fn event(
    name: &str,
    roles: &[(&'static str, String)],
    several: bool,
) -> Vec<(&'static str, String)> {
    let mut fields = Vec::new();
    let named = |wanted: &str| {
        roles.iter().find(|(role, _)| *role == wanted).map(|(_, name)| format!("{{{name}}}"))
    };
    let step = step(name).map_or(name, |(_, step)| step);
    let key = named("id");
    if several {
        fields.push(("at", format!("{{{name}}}")));
    }
    if let Some(key) = &key {
        fields.push(("id", if several { format!("{key}:{step}") } else { key.clone() }));
        fields.push(("refs", key.clone()));
    }
    for role in ["channel", "actor", "host", "service", "state", "severity"] {
        fields.extend(named(role).map(|phrase| (role, phrase)));
    }
    let text = named("text").or_else(|| named("detail")).unwrap_or_default();
    let text = match key {
        Some(key) if several => format!("{key} {step}: {text}"),
        _ => text,
    };
    fields.push(("text", text));
    fields.extend(
        named("detail").filter(|_| named("text").is_some()).map(|phrase| ("detail", phrase)),
    );
    fields
}

/// The header and the first rows that have a time, as they were written.
fn input(text: &str, time: usize) -> String {
    let mut reader = reader(text, guess_delimiter(text.as_bytes()));
    let mut shown = String::new();
    let mut rows = 0;
    let mut row = csv::StringRecord::new();
    loop {
        let from = reader.position().byte() as usize;
        if rows > SHOWN || !reader.read_record(&mut row).unwrap_or(false) {
            return shown;
        }
        let to = reader.position().byte() as usize;
        if rows == 0 || row.get(time).is_some_and(|cell| !cell.trim().is_empty()) {
            shown.push_str(text[from..to].trim_end_matches(['\r', '\n']));
            shown.push('\n');
            rows += 1;
        }
    }
}
