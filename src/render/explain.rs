//! The explanation of a row: for a terminal at night, and as `rfo.explain/1`.

use std::fmt::Write as _;

use serde_json::Value;

use super::{
    Look,
    safe::{self, counted},
    text::{
        USUAL_WIDTH,
        ansi::{self, paint},
        wrap_words,
    },
};
use crate::run::explain::{Answer, Explained, Named, Raw, Told, When};

/// Width of the labels.
const LABEL: usize = 11;
/// Most characters of a summary that only names a row.
const NAMED: usize = 100;

/// `rfo.explain/1`, pretty-printed, with a line end. No control character is left in it.
pub fn json(explained: &Explained) -> String {
    // Plain structs have no way to fail.
    let mut value = serde_json::to_value(explained).unwrap_or_default();
    harmless(&mut value);
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}

fn harmless(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let std::borrow::Cow::Owned(safe) = safe::data_lines(text) {
                *text = safe;
            }
        }
        Value::Array(all) => all.iter_mut().for_each(harmless),
        Value::Object(all) => all.values_mut().for_each(harmless),
        _ => {}
    }
}

/// The explanation for people.
pub fn text(explained: &Explained, look: Look) -> String {
    let width = if look.width == 0 { USUAL_WIDTH } else { look.width };
    let mut page = Page { text: String::new(), color: look.color, width, shows_raw: true };
    if let Some(nothing) = &explained.nothing {
        page.head(&format!("{}: no event", explained.asked));
        page.fact("why", &nothing.because);
        page.raw(&nothing.raw);
    }
    let answers = explained.answers.len() as u64;
    if let Some(holding) = explained.holding {
        let n = counted(holding, "event says", "events say");
        let first = if holding > answers {
            format!("; the first {answers}, rows last")
        } else {
            String::new()
        };
        let _ = writeln!(page.text, "{n} {}{first}:\n", safe::line(&explained.asked));
    } else if let many @ 2.. = answers {
        let n = counted(many, "event", "events");
        let _ = writeln!(page.text, "{} tells {n}:\n", safe::line(&explained.asked));
    }
    for (at, answer) in explained.answers.iter().enumerate() {
        if at > 0 {
            page.text.push('\n');
        }
        // The record that several events are told by is shown once.
        page.shows_raw = at == 0 || answer.sources.len() > 1;
        page.answer(answer);
    }
    page.text
}

struct Page {
    text: String,
    color: bool,
    width: usize,
    /// The lines of records are shown.
    shows_raw: bool,
}

impl Page {
    fn head(&mut self, text: &str) {
        let text = safe::line(text);
        for line in wrap_words(&text, self.width) {
            let line = paint(self.color, ansi::BOLD, &line);
            let _ = writeln!(self.text, "{line}");
        }
    }

    /// A fact under its label, wrapped.
    fn fact(&mut self, label: &str, fact: &str) {
        self.indented(&format!("  {label:<LABEL$}"), fact, None);
    }

    fn indented(&mut self, first: &str, text: &str, sequence: Option<&str>) {
        let room = self.width.saturating_sub(first.len()).max(24);
        let mut start = first.to_owned();
        for line in wrap_words(&safe::line(text), room) {
            let line = sequence.map_or(line.clone(), |sequence| paint(self.color, sequence, &line));
            let _ = writeln!(self.text, "{start}{line}");
            start = " ".repeat(first.len());
        }
    }

    fn section(&mut self, title: &str) {
        let title = paint(self.color, ansi::BOLD, title);
        let _ = writeln!(self.text, "\n{title}");
    }

    fn raw(&mut self, raw: &Raw) {
        let digits = raw.lines.last().map_or(1, |line| line.line.to_string().len());
        let mut before: Option<u64> = None;
        for line in &raw.lines {
            if before.is_some_and(|before| before + 1 < line.line) {
                let _ = writeln!(self.text, "      {:>digits$} ·", "");
            }
            before = Some(line.line);
            let number = paint(self.color, ansi::DIM, &format!("{:>digits$} │", line.line));
            let _ = writeln!(self.text, "      {number} {}", safe::line(&line.text));
        }
        if raw.more > 0 {
            let more = counted(raw.more, "line", "lines");
            let more = paint(self.color, ansi::DIM, &format!("and {more} more"));
            let _ = writeln!(self.text, "      {:>digits$} │ {more}", "");
        }
    }

    fn answer(&mut self, answer: &Answer) {
        let row = &answer.row;
        let telling: String = super::row::telling(row).iter().map(|span| &*span.text).collect();
        self.head(&format!("{}  {telling}", shown(&answer.time)));
        let told = if answer.event.id == row.sources[0].id.0 { "" } else { ", by its origin" };
        self.fact("id", &format!("{}{told}", row.id()));
        self.fact("kind", &kind(answer));
        if !row.marks.is_empty() {
            let marks: Vec<&str> = row.marks.iter().map(|mark| mark.word()).collect();
            self.fact("marks", &marks.join(", "));
        }
        for (at, because) in answer.because.iter().enumerate() {
            self.fact(if at == 0 { "why" } else { "" }, because);
        }
        self.section("Its time");
        self.when(&answer.time, false);
        self.sources(&answer.sources);
        self.folded(answer);
        self.others(answer);
        self.clocks(answer);
    }

    fn when(&mut self, when: &When, brief: bool) {
        if !brief {
            when.local.iter().for_each(|local| self.fact("local", local));
        }
        if !when.written.is_empty() {
            self.fact("written", &when.written);
        }
        self.fact("zone", &when.zone);
        when.notes.iter().for_each(|note| self.fact("note", note));
        if !when.alternatives.is_empty() {
            self.fact("or else", &when.alternatives.join(", "));
        }
    }

    fn sources(&mut self, sources: &[Told]) {
        let count = counted(sources.len() as u64, "source", "sources");
        self.section(&format!("Its evidence: {count}"));
        for (at, told) in sources.iter().enumerate() {
            if at > 0 {
                self.text.push('\n');
            }
            let asked = if told.asked && sources.len() > 1 { "  (asked for)" } else { "" };
            let place = paint(self.color, ansi::CYAN, &safe::line(&told.event.place()));
            let id = safe::line(&told.event.id).into_owned();
            let _ = writeln!(self.text, "  {place}  {id}{asked}");
            match &told.evidence {
                None if sources.len() > 1 => self.why("the origin: the row has its time and words"),
                None => {}
                Some(evidence) => {
                    self.why(&format!("{}: {}", evidence.rule, evidence.words));
                    let time = told.event.time.as_deref().unwrap_or("undated");
                    let written = match told.time.written.as_str() {
                        "" => String::new(),
                        written => format!(", written {written}"),
                    };
                    self.why(&format!("{time} ({}{written})", told.time.quality));
                    told.time.notes.iter().for_each(|note| self.why(note));
                }
            }
            if let Some(record) = &told.record {
                self.why(&format!("record {record}"));
            }
            if self.shows_raw {
                self.raw(&told.raw);
            }
        }
    }

    fn why(&mut self, text: &str) {
        self.indented("    ", text, None);
    }

    fn folded(&mut self, answer: &Answer) {
        let folded = &answer.folded;
        if folded.is_empty() {
            return;
        }
        self.section(&format!("Folded into it: {}", counted(folded.count as u64, "row", "rows")));
        folded.how.iter().for_each(|how| self.why(how));
        let skipped = folded.count.saturating_sub(folded.rows.len());
        for (at, row) in folded.rows.iter().enumerate() {
            if skipped > 0 && at + 1 == folded.rows.len() {
                self.why(&format!("… {} …", counted(skipped as u64, "more", "more")));
            }
            self.named(row, "");
        }
    }

    fn others(&mut self, answer: &Answer) {
        for (speaks, title) in [(true, "It speaks of"), (false, "It is spoken of by")] {
            let mut refs = answer.references.iter().filter(|it| it.speaks == speaks).peekable();
            if refs.peek().is_some() {
                self.section(title);
            }
            refs.for_each(|reference| self.named(&reference.other, reference.why));
        }
        if !answer.apart.is_empty() {
            self.section("Alike or near, and kept apart");
        }
        for apart in &answer.apart {
            self.named(&apart.other, "");
            self.indented("      ", &apart.because, None);
        }
    }

    /// `mail/noc.mbox:120  e-7kq3f2…  2026-03-14T07:02:11Z  the summary`.
    fn named(&mut self, named: &Named, why: &str) {
        let time = named.time.as_deref().unwrap_or("undated");
        let summary = safe::short(&named.summary, NAMED);
        let id = named.id.get(..8).unwrap_or(&named.id);
        let why = if why.is_empty() { String::new() } else { format!("  {why}") };
        let text = format!("{}  {id}  {time}{why}  {summary}", named.place());
        self.indented("    ", &text, None);
    }

    fn clocks(&mut self, answer: &Answer) {
        if answer.clocks.is_empty() {
            return;
        }
        self.section("Clocks");
        for clock in &answer.clocks {
            let text = format!("{}: {}", clock.path, clock.words);
            self.indented("  ", &text, Some(ansi::YELLOW));
            for [own, other] in &clock.examples {
                for raw in [own, other] {
                    let line = raw.lines.first().map_or(0, |line| line.line);
                    self.why(&format!("{}:{line}", raw.path));
                    self.raw(raw);
                }
            }
        }
    }
}

/// `2026-03-14 07:02:11 UTC`, as finely as it was written.
fn shown(when: &When) -> String {
    match &when.time {
        Some(time) => format!("{} UTC", time.trim_end_matches('Z').replacen('T', " ", 1)),
        None => "undated".to_owned(),
    }
}

/// `alert of nagios, host db-7, service disk, CRITICAL`.
fn kind(answer: &Answer) -> String {
    let row = &answer.row;
    let mut words = vec![format!("{} of {}", row.kind.word(), row.system)];
    let fields = [
        ("in", &row.channel),
        ("by", &row.actor),
        ("host", &row.host),
        ("service", &row.service),
        ("state", &row.state),
    ];
    let told = fields.into_iter().filter_map(|(what, said)| Some((what, said.as_deref()?)));
    words.extend(told.map(|(what, said)| format!("{what} {}", safe::short(said, NAMED))));
    words.extend(row.severity.map(|severity| format!("severity {}", severity.word())));
    words.join(", ")
}

#[cfg(test)]
mod tests;
