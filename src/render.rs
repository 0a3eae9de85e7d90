//! Writing the timeline: one module a format, and what they share.
//!
//! Takes a finished [`Timeline`] and gives bytes; nothing is decided here. The human formats
//! (Markdown, HTML, text) write the same `page`, so that they say the same words; each adds only
//! the escaping of its own medium. Evidence is hostile (law 6): all of its text passes through
//! `safe` and then through the escaping of the format.

mod clock;
pub(crate) mod csv;
pub mod document;
pub mod explain;
mod export;
mod header;
pub(crate) mod html;
mod incident;
pub(crate) mod jsonl;
mod markdown;
pub(crate) mod page;
mod picture;
mod row;
pub(crate) mod safe;
#[cfg(test)]
pub(crate) mod sample;
pub mod schema;
pub(crate) mod sections;
pub mod template;
mod text;

use std::{fmt, io, path::Path};

use crate::timeline::Timeline;
pub(crate) use clock::span as span_words;
pub(crate) use text::ansi;

/// A form in which the timeline can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// GitHub-flavoured Markdown, the default.
    Markdown,
    /// One self-contained HTML document without scripts.
    Html,
    /// A table for the terminal.
    Text,
    /// `rfo.event/1`, one object a line.
    Jsonl,
    /// CSV for programs: values as they are.
    Csv,
    /// CSV for spreadsheets: byte order mark, and no cell that could be taken for a formula.
    CsvSpreadsheet,
    /// A workbook for spreadsheets.
    Xlsx,
    /// Timesketch, as JSON Lines.
    Timesketch,
    /// DFIR-IRIS, as CSV.
    Iris,
    /// GitLab's incident timeline, as quick actions.
    Gitlab,
    /// Elastic Common Schema, as NDJSON.
    Ecs,
    /// OpenTelemetry logs, as JSON Lines.
    Otlp,
    /// Grafana annotations, as JSON Lines.
    Grafana,
    /// Chrome's trace format, for Perfetto.
    Trace,
    /// Mermaid's timeline, the milestones alone.
    Mermaid,
    /// The incident as a picture.
    Svg,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 16] = [
        Self::Markdown,
        Self::Html,
        Self::Text,
        Self::Jsonl,
        Self::Csv,
        Self::CsvSpreadsheet,
        Self::Xlsx,
        Self::Timesketch,
        Self::Iris,
        Self::Gitlab,
        Self::Ecs,
        Self::Otlp,
        Self::Grafana,
        Self::Trace,
        Self::Mermaid,
        Self::Svg,
    ];

    /// The word on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Text => "text",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::CsvSpreadsheet => "csv-spreadsheet",
            Self::Xlsx => "xlsx",
            Self::Timesketch => "timesketch",
            Self::Iris => "iris",
            Self::Gitlab => "gitlab",
            Self::Ecs => "ecs",
            Self::Otlp => "otlp",
            Self::Grafana => "grafana",
            Self::Trace => "trace",
            Self::Mermaid => "mermaid",
            Self::Svg => "svg",
        }
    }

    /// Whether it has a place for events without a time; the other forms leave them out.
    pub fn holds_undated(self) -> bool {
        use Format::{Csv, CsvSpreadsheet, Html, Jsonl, Markdown, Svg, Text, Xlsx};
        matches!(self, Markdown | Html | Text | Jsonl | Csv | CsvSpreadsheet | Xlsx | Svg)
    }

    /// The format of that exact word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The format that the ending of a file asks for, whatever its case.
    pub fn from_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "md" | "markdown" => Some(Self::Markdown),
            "html" | "htm" => Some(Self::Html),
            "txt" => Some(Self::Text),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            "mmd" => Some(Self::Mermaid),
            "svg" => Some(Self::Svg),
            _ => None,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What the terminal can show; only [`Format::Text`] looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Colours are welcome.
    pub color: bool,
    /// Width in columns; 0 where it is not known.
    pub width: usize,
}

impl Default for Look {
    fn default() -> Self {
        Self { color: false, width: 100 }
    }
}

/// Writes the timeline in that format. Many small writes: `out` is best buffered.
///
/// # Errors
///
/// Only those of `out`.
pub fn render(
    timeline: &Timeline,
    format: Format,
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        Format::Markdown => markdown::write(timeline, out),
        Format::Html => html::write(timeline, out),
        Format::Text => text::write(timeline, look, out),
        Format::Jsonl => jsonl::write(timeline, out),
        Format::Csv => csv::write(timeline, csv::Flavour::Machine, out),
        Format::CsvSpreadsheet => csv::write(timeline, csv::Flavour::Spreadsheet, out),
        Format::Xlsx => export::xlsx(timeline, out),
        Format::Timesketch => export::timesketch(timeline, out),
        Format::Iris => export::iris(timeline, out),
        Format::Gitlab => export::gitlab(timeline, out),
        Format::Ecs => export::ecs(timeline, out),
        Format::Otlp => export::otlp(timeline, out),
        Format::Grafana => export::grafana(timeline, out),
        Format::Trace => export::trace(timeline, out),
        Format::Mermaid => export::mermaid(timeline, out),
        Format::Svg => picture::write(timeline, out),
    }?;
    timeline.rows.check()
}

/// True for the first bytes (at least 4,096 where there are as many) of a file that [`render`]
/// wrote, in any format: a walk skips those, so that yesterday's timeline is no evidence today.
pub fn bears_our_header(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let head = String::from_utf8_lossy(&head[..head.len().min(4096)]);
    let bare = ["# ", "= ", "<h1>"].into_iter().find_map(|begin| head.strip_prefix(begin));
    // The lead may have given it a title, or put it into a document.
    let titled = bare.is_some() || head.starts_with(page::TITLE);
    // A terminal's table wraps anywhere.
    let words = head.split_whitespace().collect::<Vec<_>>().join(" ");
    titled && words.contains(page::MADE_BY)
        || head.starts_with(html::OPENING)
        || head.starts_with(jsonl::OPENING)
        || head.starts_with(&csv::COLUMNS.join(","))
        || head.starts_with(picture::OPENING)
        || export::OPENINGS.iter().any(|opening| head.starts_with(opening))
}

#[cfg(test)]
mod tests;
