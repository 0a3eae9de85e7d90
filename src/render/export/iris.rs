//! DFIR-IRIS, as the CSV that its timeline page takes (`case_timeline_routes.py`).
//!
//! All ten columns; a fraction of a second in each date and no offset, which stands beside it; titles
//! of two characters at least. It cuts the text into lines before it reads the cells, so a line
//! break within a cell would be lost: there is none. Assets and categories must be known to the
//! server, so none are named.

use std::io::{self, Write};

use super::{micros, place};
use crate::{event::Event, render::safe, timeline::Timeline};

const COLUMNS: [&str; 10] = [
    "event_date",
    "event_tz",
    "event_title",
    "event_category",
    "event_content",
    "event_raw",
    "event_source",
    "event_assets",
    "event_iocs",
    "event_tags",
];

/// Writes the rows.
pub(crate) fn write(timeline: &Timeline, out: &mut dyn Write) -> io::Result<()> {
    let mut writer =
        csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(out);
    writer.write_record(COLUMNS).map_err(crate::render::csv::plain)?;
    for event in timeline.rows.iter() {
        let Some(instant) = event.stamp.instant else { continue };
        let tags: Vec<&str> = ["rfo"].into_iter().chain(super::marks(&event)).collect();
        let cells = [
            micros(instant),
            "+00:00".to_owned(),
            title(&event),
            String::new(),
            lines(event.detail.as_deref().unwrap_or_default()),
            lines(&format!("{} {}", place(&event), event.time_raw)),
            "rfo-timeline".to_owned(),
            String::new(),
            String::new(),
            tags.join("|"),
        ];
        writer.write_record(&cells).map_err(crate::render::csv::plain)?;
    }
    writer.flush()
}

/// What the row says; its kind before it where that is shorter than a title may be.
fn title(event: &Event) -> String {
    let text = lines(&event.summary);
    if text.chars().count() < 2 { format!("{}: {text}", event.kind.word()) } else { text }
}

/// Line breaks, of which Python's `splitlines` knows more than others, as ` / `.
fn lines(text: &str) -> String {
    let parts: Vec<&str> = text
        .split(|c: char| {
            matches!(
                c,
                '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'
                    ..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
            )
        })
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    safe::line(&parts.join(" / ")).into_owned()
}
