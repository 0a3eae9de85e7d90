//! Drafts: a first definition for a format that no parser reads, made from a sample of it.
//!
//! Takes the beginning of a file; gives the TOML of a definition with a sample of its own, and
//! what is missing before it can be trusted. The stamp, the constant parts and the fields are
//! found by looking at all lines, rows or objects together; a person is to read the result.

mod csv;
mod json;
mod lines;
mod write;

use std::{path::Path, sync::Arc};

use super::{Definition, Origin, check, shelf::Shelf};
use crate::{detect, discover::Input, event::Kind, time::pattern::Formats};

/// Most bytes of a file that are looked at for a draft.
pub const DRAFT_BYTES: usize = 16 << 20;
/// Records that the sample of a draft shows at least, where the file has as many.
const SHOWN: usize = 3;

/// A definition to begin with.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its TOML, sample included.
    pub toml: String,
    /// What is missing before it passes its own check, in words.
    pub missing: Vec<String>,
    /// What a person should look at all the same.
    pub notes: Vec<String>,
}

/// What was found out about a format; `write` puts it into TOML.
#[derive(Clone, Debug, Default)]
struct Outline {
    kind: Option<Kind>,
    engine: Engine,
    /// Where the time is, unless the hole is called `time`.
    at: Option<String>,
    formats: Vec<String>,
    /// Every stamp names its zone.
    zoned: bool,
    /// No stamp names a year.
    yearless: bool,
    /// Fields of each `[[event]]`.
    events: Vec<Vec<(&'static str, String)>>,
    /// The input of the sample.
    input: String,
    /// What stands in the way of trusting it.
    missing: Vec<String>,
    /// What a person has to look at.
    notes: Vec<String>,
}

#[derive(Clone, Debug)]
enum Engine {
    Lines(Vec<String>),
    Csv { need: Vec<String>, delimiter: u8 },
    Json { records: Option<String>, need: Vec<String> },
}

impl Default for Engine {
    fn default() -> Self {
        Self::Lines(Vec::new())
    }
}

/// A name for the format of that file: its own, in lower case letters, digits and dashes.
pub fn name_of(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    let words: Vec<&str> =
        stem.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "mine".to_owned() } else { words.join("-") }
}

/// Drafts a definition of that name from the beginning of a file.
///
/// # Errors
/// Nothing in it looks like records with times, in words.
pub fn draft(name: &str, text: &str, shelf: &Shelf) -> Result<Draft, String> {
    let text = text.trim_start_matches('\u{feff}');
    let mut outline = json::outline(text)
        .or_else(|| csv::outline(text))
        .or_else(|| lines::outline(text))
        .ok_or("no line, row or object of it holds a time that rfo knows; see Times in parsers/README.md")?;
    // A rung that the sample does not need is taken out again: each pass takes one.
    loop {
        let (toml, failures) = attempt(name, &outline, shelf);
        if !take_dead_rung(&mut outline, &failures) {
            outline.missing.extend(failures);
            outline.notes.extend(read_already(&outline.input, shelf));
            return Ok(Draft { toml, missing: outline.missing, notes: outline.notes });
        }
    }
}

/// The draft with the events that it tells of its own sample, and what its check finds wrong.
fn attempt(name: &str, outline: &Outline, shelf: &Shelf) -> (String, Vec<String>) {
    let file = format!("{name}.toml");
    let bare = write::toml(name, outline, &[]);
    let definition = match Definition::parse(&bare, Origin::File(file.clone().into()), &file) {
        Ok(definition) => Arc::new(definition),
        Err(error) => return (bare, vec![error.to_string()]),
    };
    let events = match check::run(std::slice::from_ref(&definition), &write::sample(outline)) {
        Ok(events) => events,
        Err(why) => return (bare, vec![format!("its own sample is not read: {why}")]),
    };
    let toml = write::toml(name, outline, &events);
    match Definition::parse(&toml, Origin::File(file.clone().into()), &file) {
        Ok(definition) => {
            let failures = check::check_one(&Arc::new(definition), shelf);
            (toml, failures)
        }
        Err(error) => (toml, vec![error.to_string()]),
    }
}

/// The parser that reads such a file without any new one.
fn read_already(text: &str, shelf: &Shelf) -> Option<String> {
    let input = Input::from_bytes("sample", text.as_bytes());
    let source = input.open().ok()?;
    let scores = detect::scores(&input, &*source, shelf).ok()?;
    let (best, score) = scores.iter().find(|(_, score)| score.claims())?;
    Some(format!(
        "{} reads this already ({:.0} % of it fit); a parser of its own pays where it names more fields",
        best.name,
        score.fit * 100.0
    ))
}

/// Takes out the first rung that the check calls dead; false where none is.
fn take_dead_rung(outline: &mut Outline, failures: &[String]) -> bool {
    let dead = |rung: &String| {
        let words = format!("no sample misses `{rung}`");
        failures.iter().any(|failure| failure.contains(&words))
    };
    let take = |ladder: &mut Vec<String>| {
        let at = ladder.iter().position(dead);
        at.map(|at| ladder.remove(at)).is_some()
    };
    if let Engine::Lines(ladder) = &mut outline.engine
        && take(ladder)
    {
        return true;
    }
    take(&mut outline.formats)
}

/// Formats that a draft tries at a place, the most telling first.
const FORMATS: [&str; 24] = [
    "iso",
    "%Y/%m/%d %H:%M:%S[.%f]",
    "%Y.%m.%d %H:%M:%S[.%f]",
    "%d/%b/%Y:%H:%M:%S[.%f] %z",
    "%a, %d %b %Y %H:%M:%S %z",
    "%a %b %e %H:%M:%S[.%f][ %Z] %Y",
    "%d %b %Y %H:%M:%S[.%f]",
    "%d-%b-%Y %H:%M:%S[.%f]",
    "%d/%b/%Y %H:%M[:%S][.%f]",
    "%b %e, %Y %I:%M[:%S] %p",
    "%b %e[ %Y] %H:%M:%S[.%f]",
    "%d.%m.%Y %H:%M[:%S][.%f]",
    "%d/%m/%Y[,] %H:%M[:%S][ %p]",
    "%m/%d/%Y[,] %H:%M[:%S][ %p]",
    "%d-%m-%Y %H:%M[:%S]",
    "%m-%d-%Y %H:%M[:%S]",
    "%Y%m%d %H:%M:%S[.%f]",
    "%Y%m%d-%H:%M:%S[.%f]",
    "%Y%m%d%H%M%S",
    "%y%m%d %H:%M:%S",
    "%y/%m/%d %H:%M:%S",
    "%m-%d %H:%M:%S[.%f]",
    "epoch",
    "%H:%M:%S[.%f]",
];

/// Every format by itself: which of them fits is what a draft is to find out.
fn known_formats() -> Vec<(&'static str, Formats)> {
    let compiled = |text: &'static str| Formats::compile(&[text]).ok().map(|f| (text, f));
    FORMATS.into_iter().filter_map(compiled).collect()
}

/// The formats that whole values are written in: the one that reads most, and its twin with day and
/// month exchanged where that reads as many (the column decides then).
fn formats_of(values: &[&str]) -> Option<(Vec<String>, bool)> {
    let hits = |formats: &Formats| {
        values.iter().filter(|value| formats.whole(value.as_bytes()).is_some()).count()
    };
    let known = known_formats();
    let counts: Vec<usize> = known.iter().map(|(_, formats)| hits(formats)).collect();
    let most = *counts.iter().max()?;
    if most == 0 || most * 10 < values.len() * 8 {
        return None;
    }
    let best = counts.iter().position(|count| *count == most)?;
    let mut found = vec![known[best].0.to_owned()];
    if let Some(twin) = twin(known[best].0) {
        found.extend(
            known
                .iter()
                .zip(&counts)
                .find(|((text, _), n)| *text == twin && **n == most)
                .map(|_| twin),
        );
    }
    let zoned = values.iter().all(|value| {
        known[best].1.whole(value.as_bytes()).is_none_or(|raw| raw.offset().is_some())
    });
    Some((found, zoned || known[best].0 == "epoch"))
}

/// The same format with day and month exchanged.
fn twin(format: &str) -> Option<String> {
    let exchanged = format.replacen("%d", "%!", 1).replacen("%m", "%d", 1).replacen("%!", "%m", 1);
    let numbers = format.contains("%d") && format.contains("%m") && !format.starts_with("%Y");
    (numbers && FORMATS.contains(&exchanged.as_str())).then_some(exchanged)
}

/// What a member or column is, by the last part of its name, lower case.
fn role(name: &str) -> Option<&'static str> {
    const ROLES: [(&str, &[&str]); 9] = [
        ("severity", &["severity", "level", "loglevel", "lvl", "priority", "urgency"]),
        ("host", &["host", "hostname", "node", "server", "machine", "instance", "device"]),
        (
            "service",
            &[
                "service",
                "logger",
                "app",
                "application",
                "component",
                "source",
                "module",
                "program",
            ],
        ),
        (
            "actor",
            &[
                "actor",
                "user",
                "username",
                "author",
                "sender",
                "assignee",
                "reporter",
                "requester",
                "created by",
                "by",
            ],
        ),
        ("state", &["state", "status"]),
        ("channel", &["channel", "room", "queue", "project", "list"]),
        (
            "id",
            &["id", "_id", "uuid", "key", "number", "ticket", "ticket id", "event_id", "eventid"],
        ),
        (
            "text",
            &[
                "message",
                "msg",
                "text",
                "summary",
                "title",
                "subject",
                "short description",
                "short_description",
                "event",
                "log",
                "content",
            ],
        ),
        ("detail", &["description", "body", "detail", "details", "comment", "notes"]),
    ];
    let name = name.to_lowercase();
    let last = name.rsplit('.').next().unwrap_or(&name);
    ROLES.iter().find(|(_, words)| words.contains(&last)).map(|(role, _)| *role)
}

/// The kind that fields of these roles make likely.
fn likely_kind(roles: &[&str]) -> Kind {
    let has = |role| roles.contains(&role);
    if has("state") && has("id") && (has("actor") || has("detail")) {
        Kind::Ticket
    } else if has("channel") && has("actor") {
        Kind::Chat
    } else {
        Kind::Log
    }
}

#[cfg(test)]
mod tests;
