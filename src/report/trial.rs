//! Parsers, for people: which there are, what they make of files, and how a draft of one stands.

use std::fmt::Write as _;

use crate::{
    definition::{Definition, Engine, draft::Draft, shelf::Shelf},
    render::{
        ansi::{self, paint},
        safe::{self, counted},
    },
    run::trial::{Claim, Trial},
};

/// Rows of each claim that are shown.
const ROWS: usize = 3;

/// All parsers, a line each.
pub fn parsers(shelf: &Shelf) -> String {
    let widest = shelf.iter().map(|definition| definition.name.len()).max().unwrap_or(0);
    let runs = |d: &Definition| match &d.engine {
        Engine::Command(program) => format!(" (runs {})", super::shown(&program.shown())),
        _ => String::new(),
    };
    let row = |d: &Definition| {
        format!("{:widest$}  {:6}  {}{}\n", d.name, d.kind.word(), d.about, runs(d))
    };
    shelf.iter().map(|definition| row(definition)).collect()
}

/// How a draft stands, and what is to be done about it.
pub fn drafted(draft: &Draft, name: &str) -> String {
    let whole = draft.missing.is_empty();
    let standing = if whole { "passes its check" } else { "does not pass its check yet" };
    let mut text = format!(
        "rfo: the draft {standing}; read it, save it as {name}.toml, then: rfo parsers check \
         {name}.toml\nrfo: its sample holds lines of your file: make them up before you share it\n"
    );
    for note in draft.missing.iter().chain(&draft.notes) {
        let _ = writeln!(text, "rfo: {}", super::shown(note));
    }
    text
}

/// The trials, one file after the other.
pub fn trials(trials: &[Trial], color: bool) -> String {
    let mut text = String::new();
    for trial in trials {
        let _ = writeln!(text, "{}", paint(color, ansi::BOLD, &safe::line(&trial.path)));
        if let Some(why) = &trial.unread {
            let _ = writeln!(text, "  not read: {}", safe::line(why));
            continue;
        }
        for (rank, claim) in trial.claims.iter().enumerate() {
            let standing = match rank {
                0 | 1 if trial.tied => " ties, so neither reads it; say which with --as",
                0 => " reads it",
                _ => "",
            };
            let _ = writeln!(text, "  {}{standing}: {}", claim.parser, claim.how);
            text.push_str(&makes(claim));
        }
        if trial.claims.is_empty() {
            text.push_str("  no parser claims it; rfo parsers new drafts one from it\n");
        }
        for (parser, how) in &trial.near {
            let _ = writeln!(text, "  {parser} comes near: {how}");
        }
    }
    text
}

/// What a claim would make of the file.
fn makes(claim: &Claim) -> String {
    let run = &claim.timeline.run;
    let records = run.inputs.iter().map(|input| input.records).sum();
    let undated = claim.timeline.undated.len() as u64;
    let mut parts = vec![counted(records, "record", "records")];
    if let n @ 1.. = run.faults.len() as u64 {
        parts.push(format!("{n} rejected"));
    }
    if undated > 0 {
        parts.push(format!("{} without a time", counted(undated, "event", "events")));
    }
    let mut text = format!("    {}\n", parts.join(", "));
    for event in claim.timeline.rows.iter().take(ROWS) {
        let time = event.stamp.rfc3339().unwrap_or_default();
        let fields = [
            event.severity.map(crate::event::Severity::word),
            event.channel.as_deref(),
            event.host.as_deref(),
            event.service.as_deref(),
            event.state.as_deref(),
            event.actor.as_deref(),
        ];
        let fields: Vec<_> = fields.into_iter().flatten().map(safe::line).collect();
        let fields =
            if fields.is_empty() { String::new() } else { format!("  {}", fields.join(" · ")) };
        let _ = writeln!(
            text,
            "      {time} ({}){fields}  {}",
            event.stamp.quality,
            safe::line(&event.summary)
        );
    }
    text
}
