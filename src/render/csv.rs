//! The timeline as CSV (RFC 4180), one event a line under the names of `rfo.event/1`.
//!
//! Lists within a cell are joined by a space. The spreadsheet flavour differs in what a program
//! must not see and a spreadsheet must: no cell that could run as a formula (CWE-1236), a byte order
//! mark so that Excel reads UTF-8, CRLF, and cells no longer than Excel can hold.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use super::safe;
use crate::{
    event::{Event, Mark},
    timeline::Timeline,
};

/// Who is to read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavour {
    Machine,
    Spreadsheet,
}

/// The columns, in order; names do not change within `rfo.event/1`.
pub(crate) const COLUMNS: [&str; 25] = [
    "time",
    "time_precision",
    "time_end",
    "time_alt",
    "time_quality",
    "time_zone",
    "kind",
    "system",
    "channel",
    "actor",
    "actor_role",
    "host",
    "service",
    "state",
    "severity",
    "marks",
    "summary",
    "count",
    "refs",
    "id",
    "path",
    "line",
    "record",
    "sources",
    "detail",
];

/// Longest cell for a spreadsheet, in characters; Excel holds 32,767 UTF-16 units.
const LONGEST_CELL: usize = 16_000;
/// Stands at the end of a cell that was longer.
const CUT: &str = "… (cut; the whole text is in the evidence)";

/// Writes the timeline as CSV, rows first, then what has no time.
pub(crate) fn write(timeline: &Timeline, flavour: Flavour, out: &mut dyn Write) -> io::Result<()> {
    let mut builder = csv::WriterBuilder::new();
    if flavour == Flavour::Spreadsheet {
        out.write_all("\u{feff}".as_bytes())?;
        builder.terminator(csv::Terminator::CRLF);
    }
    let mut writer = builder.from_writer(out);
    writer.write_record(COLUMNS).map_err(plain)?;
    for event in timeline.events() {
        match flavour {
            Flavour::Machine => writer.write_record(cells(&event).iter().map(|c| c.as_bytes())),
            Flavour::Spreadsheet => {
                writer.write_record(cells(&event).map(|c| harmless(c).into_owned()))
            }
        }
        .map_err(plain)?;
    }
    writer.flush()
}

/// The error behind the crate's own, which hides its kind: a broken pipe must stay one.
pub(super) fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// The cells of an event, in the order of [`COLUMNS`].
fn cells(event: &Event) -> [Cow<'_, str>; COLUMNS.len()] {
    let stamp = &event.stamp;
    let text = |text: &Option<String>| -> Cow<'_, str> {
        text.as_deref().map(safe::data).map_or(Cow::Borrowed(""), |t| Cow::Owned(t.into_owned()))
    };
    let alternatives = stamp.alternatives.iter().map(|at| at.rfc3339(stamp.precision));
    let origin = event.sources.first();
    [
        stamp.rfc3339().unwrap_or_default().into(),
        stamp.precision.word().filter(|_| stamp.instant.is_some()).unwrap_or_default().into(),
        event.time_end.map(|end| end.rfc3339(stamp.precision)).unwrap_or_default().into(),
        joined(alternatives),
        stamp.quality.to_string().into(),
        stamp.zone.as_deref().map(safe::data).unwrap_or_default(),
        event.kind.word().into(),
        safe::data(&event.system),
        text(&event.channel),
        text(&event.actor),
        text(&event.actor_role),
        text(&event.host),
        text(&event.service),
        text(&event.state),
        event.severity.map(crate::event::Severity::word).unwrap_or_default().into(),
        joined(event.marks.iter().copied().map(Mark::word)),
        safe::data(&event.summary),
        event.count.map(|count| count.to_string()).unwrap_or_default().into(),
        joined(event.refs.iter().map(|reference| safe::data(reference))),
        origin.map(|source| source.id.0.as_str()).unwrap_or_default().into(),
        origin.map(|source| safe::data(&source.path)).unwrap_or_default(),
        origin.map(|source| source.line.to_string()).unwrap_or_default().into(),
        origin.map_or(Cow::Borrowed(""), |source| text(&source.record)),
        event.sources.len().to_string().into(),
        event.detail.as_deref().map(safe::data_lines).unwrap_or_default(),
    ]
}

fn joined<'t, T: AsRef<str>>(parts: impl Iterator<Item = T>) -> Cow<'t, str> {
    let mut text = String::new();
    for part in parts {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(part.as_ref());
    }
    text.into()
}

/// A cell of a spreadsheet as it was before it was made harmless; none for one that was cut.
pub(crate) fn unguarded(cell: &str) -> Option<&str> {
    if cell.ends_with(CUT) {
        return None;
    }
    let bare = cell.strip_prefix('\'').filter(|bare| harmless(Cow::Borrowed(bare)) == cell);
    Some(bare.unwrap_or(cell))
}

/// A cell that no spreadsheet takes for a formula: `'` before a leading sign that begins one, in
/// its full-width form too, and no longer than a cell may be.
pub(super) fn harmless(cell: Cow<'_, str>) -> Cow<'_, str> {
    let cell = match cell.char_indices().nth(LONGEST_CELL) {
        Some((end, _)) => format!("{}{CUT}", &cell[..end]).into(),
        None => cell,
    };
    let begins = |c| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '−');
    let blank =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}' | '\u{feff}');
    let risky =
        cell.starts_with(['\t', '\r', '\n']) || cell.trim_start_matches(blank).starts_with(begins);
    if risky { format!("'{cell}").into() } else { cell }
}

#[cfg(test)]
mod tests;
