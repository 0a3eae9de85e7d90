//! A draft as TOML.

use std::fmt::Write as _;

use super::{Engine, Outline};
use crate::{definition::schema::Sample, event::Event};

/// A text as a TOML string: literal where it can be, else with escapes.
fn quoted(text: &str) -> String {
    let plain = |c: char| !c.is_control() && c != '"' && c != '\\';
    if text.chars().all(plain) {
        return format!("\"{text}\"");
    }
    if !text.contains('\'') && !text.contains(char::is_control) {
        return format!("'{text}'");
    }
    escaped(text, "\"")
}

fn escaped(text: &str, around: &str) -> String {
    let mut out = around.to_owned();
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' if around.len() == 3 => out.push('\n'),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out + around
}

/// Lines as a TOML string of several lines.
fn block(text: &str) -> String {
    let odd = |c: char| c.is_control() && c != '\n' && c != '\t';
    if text.contains("'''") || text.ends_with('\'') || text.contains(odd) {
        return escaped(&format!("\n{text}"), "\"\"\"");
    }
    format!("'''\n{text}'''")
}

fn list(values: &[String]) -> String {
    let each: Vec<String> = values.iter().map(|value| quoted(value)).collect();
    match each.as_slice() {
        [one] => one.clone(),
        few if few.iter().map(String::len).sum::<usize>() < 90 => format!("[{}]", few.join(", ")),
        many => format!("[\n  {},\n]", many.join(",\n  ")),
    }
}

/// The whole definition; `events` are what its sample tells.
pub(super) fn toml(name: &str, outline: &Outline, events: &[Event]) -> String {
    let kind = outline.kind.map_or("log", crate::event::Kind::word);
    let mut out = format!(
        "name  = {}\nabout = \"Say in one line what writes this\"\nkind  = \"{kind}\"\n\n",
        quoted(name)
    );
    match &outline.engine {
        Engine::Lines(ladder) => {
            let _ = writeln!(out, "[lines]\nline = {}", list(ladder));
        }
        Engine::Csv { need, delimiter } => {
            let _ = writeln!(out, "[csv]\nneed = {}", sequence(need));
            if !matches!(delimiter, b',' | b';' | b'\t') {
                let _ =
                    writeln!(out, "delimiter = {}", quoted(&char::from(*delimiter).to_string()));
            }
        }
        Engine::Json { records, need } => {
            out.push_str("[json]\n");
            if let Some(records) = records {
                let _ = writeln!(out, "records = {}", quoted(records));
            }
            let _ = writeln!(out, "need = {}", sequence(need));
        }
    }
    out.push_str("\n[time]\n");
    if let Some(at) = &outline.at {
        let _ = writeln!(out, "at     = {}", quoted(at));
    }
    let _ = writeln!(out, "format = {}", list(&outline.formats));
    if !outline.zoned {
        out.push_str("zone   = \"ask\"                          # or \"utc\", or a zone, if the format says so\n");
    }
    for event in outline.events.iter().filter(|event| !event.is_empty()) {
        out.push_str("\n[[event]]\n");
        for (key, phrase) in event {
            let _ = writeln!(out, "{key:8} = {}", quoted(phrase));
        }
    }
    let sample = sample(outline);
    out.push_str(
        "\n[[sample]]                              # make the words up before you share it\n",
    );
    if let Some(zone) = &sample.zone {
        let _ = writeln!(out, "zone  = {}", quoted(zone));
    }
    if let Some(year) = sample.year {
        let _ = writeln!(out, "year  = {year}");
    }
    let _ = writeln!(out, "input = {}", block(&sample.input));
    for event in events {
        expected(&mut out, event);
    }
    out
}

fn sequence(values: &[String]) -> String {
    let each: Vec<String> = values.iter().map(|value| quoted(value)).collect();
    format!("[{}]", each.join(", "))
}

fn expected(out: &mut String, event: &Event) {
    out.push_str("[[sample.event]]\n");
    let mut say = |key: &str, value: &str| {
        let _ = writeln!(out, "{key:8} = {}", quoted(value));
    };
    let time = event.stamp.rfc3339();
    say("time", time.as_deref().unwrap_or(""));
    if event.stamp.precision.word().is_some() {
        say("time_precision", event.stamp.precision.word().unwrap_or_default());
    }
    let severity = event.severity.map(crate::event::Severity::word);
    let fields = [
        ("severity", severity),
        ("host", event.host.as_deref()),
        ("service", event.service.as_deref()),
        ("state", event.state.as_deref()),
        ("channel", event.channel.as_deref()),
        ("actor", event.actor.as_deref()),
    ];
    for (key, value) in fields {
        if let Some(value) = value {
            say(key, value);
        }
    }
    say("summary", &event.summary);
}

/// The sample by itself, without what it is to tell.
pub(super) fn sample(outline: &Outline) -> Sample {
    Sample {
        input: outline.input.clone(),
        path: None,
        beside: std::collections::BTreeMap::new(),
        zone: (!outline.zoned).then(|| "UTC".to_owned()),
        mtime: None,
        // A leap year: 29 February must not be the one line that cannot be read.
        year: outline.yearless.then_some(2024),
        event: Vec::new(),
    }
}
