//! What a run says about itself, beside the timeline: to people on the terminal, and as `rfo.run/1`.
//!
//! Takes a [`Run`] and gives text. A lead in a hurry reads the first lines only, so what needs doing
//! comes with the options that do it, ready to paste.

mod progress;
mod trial;

pub use progress::Progress;
pub use trial::{drafted, parsers, trials};

use std::fmt::Write as _;

use crate::{
    accounts::Accounts,
    pull::Outcome,
    render::{
        ansi::{self, paint},
        safe::{self, counted, grouped},
        sections::{between, clock_words, sums},
        template::Form,
    },
    timeline::{InputReport, Run, Standing, Timeline},
};

/// Most unread places that a summary names.
const NAMED: usize = 10;
/// So many inputs without a zone are tedious to name one by one.
const MANY: usize = 3;

/// The few lines after a run: the three accounts, what was not read and why, and in plain sight
/// whether UTC was assumed, with the options that settle it.
pub fn summary(run: &Run, color: bool) -> String {
    let mut text = accounts(&run.accounts);
    for wrong in run.accounts.check() {
        let wrong = format!("these do not add up, which is a fault in rfo: {wrong}");
        let _ = writeln!(text, "{}", paint(color, ansi::RED, &wrong));
    }
    text.push_str(&not_read(run, color));
    text.push_str(&assumed(run, color));
    text.push_str(&unsettled(run, color));
    text.push_str(&remarks(run, color));
    text
}

/// How many events the outputs leave out that have no place for one without a time.
pub fn without_place<'f>(timeline: &Timeline, forms: impl Iterator<Item = &'f Form>) -> String {
    let without: Vec<&str> = forms.filter(|form| !form.holds_undated()).map(Form::name).collect();
    if without.is_empty() || timeline.undated.is_empty() {
        return String::new();
    }
    let events = counted(timeline.undated.len() as u64, "event", "events");
    format!("{events} without a time: no place for that in {}\n", safe::line(&without.join(", ")))
}

/// A remark of several lines, made safe for a terminal.
pub fn shown(text: &str) -> String {
    text.lines().map(|line| safe::line(line).into_owned()).collect::<Vec<_>>().join("\n  ")
}

/// What this machine's own zone rules would have made of the times; empty where they agree.
pub fn remarks(run: &Run, color: bool) -> String {
    let lines = run
        .remarks
        .iter()
        .map(|remark| format!("{}\n", paint(color, ansi::YELLOW, &safe::line(remark))));
    lines.collect()
}

/// What a reader should know of how single inputs were read, by path.
pub fn looks(run: &Run, color: bool) -> String {
    let looks = run.inputs.iter().flat_map(|input| {
        let of = |remark: &String| format!("{}: {}\n", safe::line(&input.path), safe::line(remark));
        input.remarks.iter().map(of)
    });
    looks.map(|look| paint(color, ansi::YELLOW, &look)).collect()
}

/// The three sums, aligned.
fn accounts(accounts: &Accounts) -> String {
    let mut text = String::new();
    let skipped = accounts.records.skipped_by.iter();
    let skipped: Vec<_> = skipped.map(|(rule, n)| format!("{} {rule}", grouped(*n))).collect();
    for sum in sums(accounts) {
        // Terms of zero say nothing to a reader; `rfo.run/1` has them all.
        let parts = sum.parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| {
            let part = format!("{} {what}", grouped(*n));
            let rules = *what == "skipped by rule" && !skipped.is_empty();
            if rules { format!("{part} ({})", safe::line(&skipped.join(", "))) } else { part }
        });
        let parts = parts.collect::<Vec<_>>().join(" + ");
        let parts = if parts.is_empty() { "0" } else { &parts };
        let _ = writeln!(text, "{} {} = {parts}", grouped(sum.whole), sum.what);
    }
    text
}

/// What was not read, named with the reason.
fn not_read(run: &Run, color: bool) -> String {
    let unread = run.inputs.iter().filter(|input| input.standing == Standing::Unread);
    let unread = unread.map(|input| {
        let why = input.unread.as_deref().unwrap_or("no reason given");
        format!("{}: {}", safe::line(&input.path), safe::line(why))
    });
    let faults = run.faults.iter().map(|fault| {
        let line = if fault.line == 0 { String::new() } else { format!(":{}", fault.line) };
        format!("{}{line}: {}", safe::line(&fault.path), safe::line(&fault.reason))
    });
    let all: Vec<_> = unread.chain(faults).collect();
    if all.is_empty() {
        return String::new();
    }
    let head = format!("not read: {}", counted(all.len() as u64, "place", "places"));
    let mut text = format!("{}\n", paint(color, ansi::YELLOW, &head));
    for place in all.iter().take(NAMED) {
        let _ = writeln!(text, "  {place}");
    }
    if let more @ 1.. = all.len().saturating_sub(NAMED) {
        let _ =
            writeln!(text, "  and {} more; rfo inspect lists all of them", grouped(more as u64));
    }
    text
}

/// The loud line: whose zone nobody told, and the options that would tell it.
fn assumed(run: &Run, color: bool) -> String {
    let of = |input: &InputReport| input.doubts.get("zone_assumed").copied().unwrap_or(0);
    let doubtful: Vec<_> = run.inputs.iter().filter(|input| of(input) > 0).collect();
    if doubtful.is_empty() {
        return String::new();
    }
    let events = doubtful.iter().map(|input| of(input)).sum();
    let head = format!(
        "UTC ASSUMED for {} in {}: nothing tells their zone",
        counted(events, "event", "events"),
        counted(doubtful.len() as u64, "input", "inputs")
    );
    let mut text = format!("{}\n", paint(color, ansi::RED, &head));
    let options = needs(doubtful.iter().copied());
    if !options.is_empty() {
        text.push_str("if you know it, add, with the zone's name for ZONE:\n");
        text.push_str(&pasted(&options, color));
    }
    text
}

/// Inputs whose zone is known and whose times still leave a question, with the options that answer.
fn unsettled(run: &Run, color: bool) -> String {
    let assumed = |input: &&InputReport| input.doubts.contains_key("zone_assumed");
    let open = run.inputs.iter().filter(|input| !input.needs.is_empty() && !assumed(input));
    let open: Vec<_> = open.collect();
    if open.is_empty() {
        return String::new();
    }
    let inputs = counted(open.len() as u64, "input", "inputs");
    let head = paint(color, ansi::YELLOW, &format!("times in doubt in {inputs}"));
    let options = needs(open.iter().copied());
    format!("{head}; if you know the answer, add:\n{}", pasted(&options, color))
}

/// The options that inputs need, each once, in the order of the inputs.
fn needs<'a>(inputs: impl Iterator<Item = &'a InputReport>) -> Vec<&'a str> {
    let mut options: Vec<&str> = Vec::new();
    for option in inputs.flat_map(|input| &input.needs) {
        if !options.contains(&option.as_str()) {
            options.push(option);
        }
    }
    options
}

/// Options as one command line, one a line; and a shorter one where it may do.
fn pasted(options: &[&str], color: bool) -> String {
    let last = options.len().saturating_sub(1);
    let lines = options.iter().enumerate().map(|(at, option)| {
        let option = paint(color, ansi::CYAN, &safe::line(option));
        format!("    {option}{}\n", if at == last { "" } else { " \\" })
    });
    let mut text: String = lines.collect();
    if options.iter().filter(|option| option.starts_with("--zone ")).nth(MANY - 1).is_some() {
        let option = paint(color, ansi::CYAN, "--zone ZONE");
        let _ = writeln!(text, "or, where all of them kept one zone's time, {option} alone");
    }
    text
}

/// What each input is, how its times are read, and what could not be read; ends with the options
/// that the inputs need. `width` is that of the terminal in columns, 0 where it is not known.
pub fn inspect(run: &Run, color: bool, width: usize) -> String {
    let width = if width == 0 { usize::MAX } else { width };
    let mut text = String::new();
    for input in &run.inputs {
        let _ = writeln!(text, "{}", paint(color, ansi::BOLD, &safe::line(&input.path)));
        for (label, fact) in facts(input) {
            let loud = matches!(label, "not read" | "in doubt" | "look");
            let label = format!("  {label:<9}");
            let room = width.saturating_sub(label.len()).max(20);
            for (at, line) in wrapped(&safe::line(&fact), room).iter().enumerate() {
                let line = if loud { paint(color, ansi::YELLOW, line) } else { line.clone() };
                let start = if at == 0 { &label } else { "           " };
                let _ = writeln!(text, "{start}{line}");
            }
        }
        text.push('\n');
    }
    for fault in &run.faults {
        let line = if fault.line == 0 { String::new() } else { format!(":{}", fault.line) };
        let place = format!("{}{line}", safe::line(&fault.path));
        let place = paint(color, ansi::YELLOW, &place);
        let _ = writeln!(text, "{place}: {}", safe::line(&fault.reason));
    }
    if !run.faults.is_empty() {
        text.push('\n');
    }
    text.push_str(&accounts(&run.accounts));
    let options = needs(run.inputs.iter());
    if !options.is_empty() {
        text.push_str("\nto settle what is in doubt, add:\n");
        text.push_str(&pasted(&options, color));
    }
    text
}

/// The facts about an input, each under its label.
fn facts(input: &InputReport) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    match (input.standing, &input.unread) {
        (Standing::Unread, why) => facts.push(("not read", why.clone().unwrap_or_default())),
        (Standing::NotEvidence, why) => {
            facts
                .push(("is", format!("not evidence: {}", why.as_deref().unwrap_or("passed over"))));
        }
        (Standing::Table, _) => {
            facts.push(("is", "a table that other inputs look things up in".into()));
        }
        (Standing::Read, why) => facts.extend(why.clone().map(|why| ("not read", why))),
    }
    if let Some(parser) = &input.parser {
        let score = input.score.map(|score| format!(", score {score:.1}")).unwrap_or_default();
        let how = input.score_how.as_ref().map(|how| format!(": {how}")).unwrap_or_default();
        facts.push(("parser", format!("{parser}{score}{how}")));
    }
    let bytes = counted(input.size, "byte", "bytes");
    facts.push(match input.standing {
        Standing::Read | Standing::Table => {
            ("holds", format!("{} in {bytes}", counted(input.records, "record", "records")))
        }
        Standing::NotEvidence | Standing::Unread => ("holds", bytes),
    });
    if let (Some(first), Some(last)) = (&input.first, &input.last) {
        facts.push(("covers", format!("{} UTC", between(first, last))));
    }
    let zone = match (&input.zone, &input.zone_how) {
        (Some(zone), Some(how)) => Some(format!("{zone}, {how}")),
        (one, other) => one.clone().or_else(|| other.clone()),
    };
    facts.extend(zone.map(|zone| ("zone", zone)));
    facts.extend(input.year_how.clone().map(|how| ("year", how)));
    facts.extend(input.day_how.clone().map(|how| ("day", how)));
    facts.extend(input.order_how.clone().map(|how| ("dates", how)));
    facts.extend(input.clock.iter().map(|clock| {
        let span = match (&clock.from, &clock.to) {
            (Some(from), Some(to)) => format!(", {}", between(from, to)),
            _ => String::new(),
        };
        let pairs = match clock.pairs {
            0 => String::new(),
            n => format!(", {}", counted(n, "matched pair", "matched pairs")),
        };
        ("clock", format!("{}{span}{pairs}", clock_words(clock)))
    }));
    for (label, doubtful) in [("in doubt", true), ("notes", false)] {
        let told = NOTES.iter().filter(|(_, _, doubt)| *doubt == doubtful);
        let told = told.filter_map(|(note, words, _)| {
            let n = input.doubts.get(*note)?;
            Some(format!("{} {words}", grouped(*n)))
        });
        let told = told.collect::<Vec<_>>().join(", ");
        if !told.is_empty() {
            facts.push((label, told));
        }
    }
    facts.extend(input.remarks.iter().map(|remark| ("look", remark.clone())));
    facts
}

/// The notes of `time_quality` in words, and whether they say more than how a time was worked out.
const NOTES: [(&str, &str, bool); 13] = [
    ("undated", "undated", true),
    ("zone_assumed", "in an assumed zone", true),
    ("ambiguous", "with other possible times", true),
    ("suspect", "suspect", true),
    ("gap", "in a skipped hour", true),
    ("year", "whose year was not written", false),
    ("order", "by the decided order of day and month", false),
    ("abbreviation", "by a zone's abbreviation", false),
    ("fold", "in a repeated hour", false),
    ("received", "by a delivery header", false),
    ("leap", "in a leap second", false),
    ("repaired", "repaired", false),
    ("skew", "corrected by the clock's error", false),
];

/// `text` in lines of at most `width` characters where its words allow it.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let long = word.chars().count();
        if used > 0 && used + 1 + long > width {
            lines.push(String::new());
            used = 0;
        }
        let Some(line) = lines.last_mut() else { break };
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += long;
    }
    lines
}

/// `rfo.run/1`, pretty-printed, with a line end: what `--summary` writes and `inspect -f json` prints.
pub fn run_json(run: &Run) -> String {
    // Serialising plain structs into memory has no way to fail.
    let mut text = serde_json::to_string_pretty(run).unwrap_or_default();
    text.push('\n');
    text
}

/// An argument as a POSIX shell reads it back: bare where nothing in it is special, else in
/// single quotes (POSIX.1-2024, Shell Command Language 2.2.2).
pub fn shell_quote(argument: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || "-_./:=+@%,".contains(c);
    if !argument.is_empty() && argument.chars().all(bare) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', r"'\''"))
    }
}

/// What was pulled into an incident file, for people.
pub fn pulled(outcome: &Outcome, path: &str, is_dry: bool) -> String {
    let changes = counted(outcome.changes.len() as u64, "change", "changes");
    let mut out = match (outcome.changes.is_empty(), is_dry) {
        (true, _) => {
            format!("{}: the run says what the table says; nothing to change\n", shown(path))
        }
        (_, true) => format!("{}: {changes} to be made\n", shown(path)),
        (_, false) => format!("{}: {changes} made\n", shown(path)),
    };
    for change in &outcome.changes {
        let _ = writeln!(out, "  {}", shown(&change.to_string()));
    }
    if !outcome.missing.is_empty() {
        let rows = counted(outcome.missing.len() as u64, "row", "rows");
        let _ = writeln!(
            out,
            "{rows} of the next run that the table does not have and that stay: the table does not say \
             that it is of this run (--hide-missing hides them):"
        );
        for (id, text) in &outcome.missing {
            let _ = writeln!(out, "  {id}  {}", safe::short(text, 100));
        }
    }
    out
}

#[cfg(test)]
mod tests;
