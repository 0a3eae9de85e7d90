//! `[command]`: what such a definition may hold, and where it may come from.

use std::{path::PathBuf, time::Duration};

use super::{Outcome, Source};
use crate::definition::{Origin, Program, TimeRule, ZoneRule, markup::Markup, schema};

/// Seconds that a program may take for one input, unless the definition says otherwise.
const TIMEOUT_S: u64 = 60;
/// Most seconds that a definition may give it: a day.
const LONGEST_S: u64 = 86_400;
/// MiB that a program may write for one input, unless the definition says otherwise.
const OUTPUT_MIB: u64 = 256;
/// Most MiB that a definition may allow.
const LARGEST_MIB: u64 = 64 << 10;

pub(super) fn program(
    source: &Source<'_>,
    raw: &schema::File,
    command: &schema::Command,
    time: &TimeRule,
    origin: &Origin,
) -> Outcome<Program> {
    let Origin::File(file) = origin else {
        return Err(source.plain(
            "a parser that is built in runs no program: [command] is for your own folder and for \
             --parser FILE",
        ));
    };
    if command.run.first().is_none_or(|program| program.trim().is_empty()) {
        return Err(source.plain("`run` names no program: run = [\"python3\", \"till.py\"]"));
    }
    if let Some(word) = command.run.iter().find(|word| word.contains('\0')) {
        return Err(source.error(word, 0, "an argument cannot hold a NUL character"));
    }
    if let Some(key) = foreign(raw, time) {
        return Err(source.plain(format!(
            "a parser with [command] has no {key}: its program tells whole events, in the words of \
             `rfo schema`"
        )));
    }
    if let Some((field, _)) = raw.find.0.iter().find(|(field, _)| field != ".") {
        let reason = "with [command], [find] seeks in the beginning of the file: write \".\" = …";
        return Err(source.error(field, 0, reason));
    }
    if raw.files.0.is_empty() && raw.find.0.is_empty() && command.magic.0.is_empty() {
        return Err(source.plain(
            "nothing tells which files it reads: give `magic` (what they begin with), [find] (a \
             line near their beginning) or `files` (their names)",
        ));
    }
    if command.magic.0.iter().any(String::is_empty) {
        return Err(source.plain("`magic` is empty: every file begins so"));
    }
    let timeout = within(source, "timeout", command.timeout, TIMEOUT_S, LONGEST_S, "seconds")?;
    let output = within(source, "output", command.output, OUTPUT_MIB, LARGEST_MIB, "MiB")?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    Ok(Program {
        run: command.run.clone(),
        folder: folder.map_or_else(|| PathBuf::from("."), PathBuf::from),
        timeout: Duration::from_secs(timeout),
        output: output << 20,
        magic: command.magic.0.clone(),
    })
}

/// A key that only says something where this program cuts the records.
fn foreign(raw: &schema::File, time: &TimeRule) -> Option<&'static str> {
    let words = &raw.words;
    let tables = [&words.severity, &words.state, &words.mark, &words.role];
    let given = [
        (!raw.event.is_empty(), "[[event]]"),
        (!raw.must.0.is_empty(), "[match]"),
        (!raw.lookup.is_empty(), "[lookup]"),
        (raw.inner.is_some(), "[inner]"),
        (!raw.nothing.is_empty(), "`nothing`"),
        (raw.markup != Markup::Plain, "`markup`"),
        (tables.iter().any(|table| !table.0.is_empty()), "[words]"),
        (!raw.time.at.0.is_empty(), "`at`"),
        (raw.time.format.is_some(), "`format`"),
        (!raw.time.doubt.0.is_empty(), "`doubt`"),
        (matches!(time.zone, ZoneRule::Field(_)), "`zone` by record"),
    ];
    given.into_iter().find_map(|(is_given, key)| is_given.then_some(key))
}

fn within(
    source: &Source<'_>,
    key: &str,
    given: Option<u64>,
    usual: u64,
    most: u64,
    unit: &str,
) -> Outcome<u64> {
    let value = given.unwrap_or(usual);
    if (1..=most).contains(&value) {
        return Ok(value);
    }
    Err(source.error(key, 0, &format!("`{key}` is a number of {unit} from 1 to {most}")))
}
