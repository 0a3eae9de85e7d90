//! Forms that are written by a template: those that are shipped, and any that a user adds.
//!
//! A template is a file in the language of Jinja. It is given `title`, `facts`, `version`, `newest`,
//! `impact`, `milestones`, `metrics`, `run`, `undated`, and `rows`, one at a time and in order, each
//! with the names of `rfo.event/1` and what `extras` adds. A name that there is not is an error; a
//! field that an event does not have is none.
//!
//! What is printed is escaped for the medium that the template's name ends in, before a last `.j2`:
//! `json` and `jsonl` (a value is written as JSON, an object whole), `html` and `xml`, `csv` (one cell),
//! `md`, `ics`; in any other, text stays in one line.

mod values;

use std::{
    io::{self, Write},
    path::Path,
    sync::Arc,
};

use minijinja::{
    AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value, syntax::SyntaxConfig,
};

use super::{html, markdown, safe};
use crate::timeline::Timeline;
pub(super) use values::row;

/// Name and text of the templates that are shipped, by the word on the command line.
const SHIPPED: [(&str, &str, &str); 10] = [
    ("cloudevents", "cloudevents.jsonl", include_str!("templates/cloudevents.jsonl.j2")),
    ("firehydrant", "firehydrant.jsonl", include_str!("templates/firehydrant.jsonl.j2")),
    ("icalendar", "icalendar.ics", include_str!("templates/icalendar.ics.j2")),
    ("incident-io", "incident-io.jsonl", include_str!("templates/incident-io.jsonl.j2")),
    ("l2tcsv", "l2tcsv.csv", include_str!("templates/l2tcsv.csv.j2")),
    ("pagerduty", "pagerduty.jsonl", include_str!("templates/pagerduty.jsonl.j2")),
    ("rootly", "rootly.jsonl", include_str!("templates/rootly.jsonl.j2")),
    ("status", "status.txt", include_str!("templates/status.txt.j2")),
    ("timelinejs", "timelinejs.csv", include_str!("templates/timelinejs.csv.j2")),
    ("tln", "tln.txt", include_str!("templates/tln.txt.j2")),
];

/// The words of the templates that are shipped.
pub fn names() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|(name, ..)| *name)
}

/// What a printed value is escaped for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Medium {
    Json,
    Html,
    Csv,
    Markdown,
    Calendar,
    Line,
}

impl Medium {
    /// By the ending of a template's name.
    fn of(name: &str) -> Self {
        let name = name.strip_suffix(".j2").unwrap_or(name);
        let ending = Path::new(name).extension().and_then(|ending| ending.to_str());
        match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("json" | "jsonl" | "ndjson") => Self::Json,
            Some("html" | "htm" | "xml" | "xhtml") => Self::Html,
            Some("csv") => Self::Csv,
            Some("md" | "markdown") => Self::Markdown,
            Some("ics") => Self::Calendar,
            _ => Self::Line,
        }
    }
}

/// A template that is understood.
#[derive(Debug)]
pub struct Template {
    /// The word or the file that it was asked for by.
    name: String,
    medium: Medium,
    environment: Environment<'static>,
}

impl Template {
    /// The shipped one of that word.
    pub fn shipped(word: &str) -> Option<Self> {
        let (_, name, text) = SHIPPED.iter().find(|(known, ..)| *known == word)?;
        let template = Self::new(word, name, (*text).to_owned());
        template.ok()
    }

    /// The one in a file.
    ///
    /// # Errors
    /// The file system's, or the place in the file that is not understood and why.
    pub fn read(path: &Path) -> Result<Self, String> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Self::new(&shown, &name, text).map_err(|error| placed(&shown, &error))
    }

    fn new(shown: &str, name: &str, text: String) -> Result<Self, Error> {
        let medium = Medium::of(name);
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_syntax(syntax()?);
        environment.set_auto_escape_callback(move |_| match medium {
            Medium::Json => AutoEscape::Json,
            // What a macro has escaped is not escaped again.
            _ => AutoEscape::Custom("medium".into()),
        });
        environment.set_formatter(move |out, state, value| print(medium, out, state, value));
        values::add_filters(&mut environment);
        environment.add_template_owned("template", text)?;
        Ok(Self { name: shown.to_owned(), medium, environment })
    }

    /// One whose text is Markdown, whatever its name.
    pub(super) fn markdown(shown: &str, text: String) -> Result<Self, String> {
        Self::new(shown, "text.md", text).map_err(|error| placed(shown, &error))
    }

    /// The word or the file that it was asked for by.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Writes the timeline.
    ///
    /// # Errors
    /// Those of `out`, and where the template asks for what there is not: its place and why.
    pub fn write(&self, timeline: &Timeline, out: &mut dyn Write) -> io::Result<()> {
        self.write_with(timeline, Vec::new(), out)
    }

    /// Writes the timeline by a template that is given more than others.
    pub(super) fn write_with(
        &self,
        timeline: &Timeline,
        more: Vec<(&'static str, Value)>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let template = self.environment.get_template("template").map_err(io::Error::other)?;
        let values = values::of(timeline, more);
        let done = match self.medium {
            Medium::Calendar => {
                let mut lines = Folded { out, line: Vec::new() };
                let done = template.render_captured_to(values, &mut lines).map(drop);
                lines.end()?;
                done
            }
            _ => template.render_captured_to(values, out).map(drop),
        };
        done.map_err(|error| self.failed(&error))?;
        timeline.rows.check()
    }

    /// The error of `out` itself where it is that, for a broken pipe must stay one.
    fn failed(&self, error: &Error) -> io::Error {
        let cause =
            std::error::Error::source(error).and_then(|cause| cause.downcast_ref::<io::Error>());
        match cause {
            Some(cause) => io::Error::new(cause.kind(), cause.to_string()),
            None => io::Error::other(placed(&self.name, error)),
        }
    }
}

/// Tags on lines of their own leave no empty lines behind.
fn syntax() -> Result<SyntaxConfig, Error> {
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
    syntax.build()
}

/// `FILE:LINE: reason`.
fn placed(name: &str, error: &Error) -> String {
    let line = error.line().map(|line| format!(":{line}")).unwrap_or_default();
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    format!("{name}{line}: {}{detail}", error.kind())
}

/// Prints a value, escaped for the medium.
fn print(
    medium: Medium,
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), Error> {
    if medium == Medium::Json {
        return minijinja::escape_formatter(out, state, value);
    }
    if value.is_safe() {
        return out.write_str(value.as_str().unwrap_or_default()).map_err(Error::from);
    }
    let text = if value.is_none() { String::new() } else { value.to_string() };
    let escaped = match medium {
        Medium::Html => html::escape(&safe::data_lines(&text)),
        Medium::Csv => cell(&text),
        Medium::Markdown => markdown::inline(&safe::line(&text)),
        Medium::Calendar => calendar(&text),
        Medium::Line | Medium::Json => safe::line(&text).into_owned(),
    };
    out.write_str(&escaped).map_err(Error::from)
}

/// One cell (RFC 4180), in one line: many of the readers cut into lines first.
fn cell(text: &str) -> String {
    let line = safe::line(text);
    if line.contains([',', '"', ';']) {
        format!("\"{}\"", line.replace('"', "\"\""))
    } else {
        line.into_owned()
    }
}

/// A text of iCalendar (RFC 5545, 3.3.11).
fn calendar(text: &str) -> String {
    let text = safe::data_lines(text).replace('\r', "");
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
}

/// Lines as iCalendar wants them (RFC 5545, 3.1): CRLF, and no longer than 75 bytes, of which the
/// first of a line that goes on is a space.
struct Folded<'o> {
    out: &'o mut dyn Write,
    line: Vec<u8>,
}

impl Folded<'_> {
    fn end_line(&mut self) -> io::Result<()> {
        let text = String::from_utf8_lossy(&self.line);
        let (mut folded, mut room) = (String::with_capacity(text.len() + 8), 75);
        for c in text.chars() {
            if c.len_utf8() > room {
                folded.push_str("\r\n ");
                room = 74;
            }
            room -= c.len_utf8();
            folded.push(c);
        }
        folded.push_str("\r\n");
        self.line.clear();
        self.out.write_all(folded.as_bytes())
    }

    fn end(&mut self) -> io::Result<()> {
        if self.line.is_empty() { Ok(()) } else { self.end_line() }
    }
}

impl Write for Folded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for byte in bytes {
            match byte {
                b'\n' => self.end_line()?,
                byte => self.line.push(*byte),
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A form that the timeline can be written in.
#[derive(Clone, Debug)]
pub enum Form {
    /// One of rfo's own.
    Own(super::Format),
    /// By a template.
    Template(Arc<Template>),
}

impl Form {
    /// The word or the file that it was asked for by.
    pub fn name(&self) -> &str {
        match self {
            Self::Own(format) => format.name(),
            Self::Template(template) => template.name(),
        }
    }

    /// Writes the timeline in it.
    ///
    /// # Errors
    /// Those of `out`, and what a template asks for in vain.
    pub fn write(
        &self,
        timeline: &Timeline,
        look: super::Look,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match self {
            Self::Own(format) => super::render(timeline, *format, look, out),
            Self::Template(template) => template.write(timeline, out),
        }
    }

    /// Whether it surely has a place for events without a time.
    pub fn holds_undated(&self) -> bool {
        match self {
            Self::Own(format) => format.holds_undated(),
            Self::Template(_) => false,
        }
    }
}

#[cfg(test)]
mod tests;
