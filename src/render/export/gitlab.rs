//! GitLab's incident timeline: quick actions to paste into a comment of the incident, one a line
//! (`doc/operations/incident_management/incident_timeline_events.md`).
//!
//! `|` parts text and time, so the text has none; a time without a zone is UTC, and has minutes; a text is 280
//! characters at most; a mention would tell people, so there is none.

use std::io::{self, Write};

use super::sentence;
use crate::{
    render::{clock, row, safe},
    time::Precision,
    timeline::Timeline,
};

/// Writes the rows.
pub(crate) fn write(timeline: &Timeline, out: &mut dyn Write) -> io::Result<()> {
    for event in timeline.rows.iter() {
        let Some(instant) = event.stamp.instant else { continue };
        let marks = row::mark_words(&event.marks);
        let mark = if marks.is_empty() { marks } else { format!("{marks}: ") };
        let text = quiet(&format!("{mark}{}", sentence(&event)));
        let text = safe::short(&text, safe::LONGEST - 1);
        writeln!(
            out,
            "/timeline {text} | {}",
            clock::date_and_time(instant, event.stamp.precision.max(Precision::Minute))
        )?;
    }
    Ok(())
}

/// Text that neither ends early nor calls anybody.
fn quiet(text: &str) -> String {
    let mut quiet = String::with_capacity(text.len());
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '|' => quiet.push('¦'),
            '@' if !before.is_alphanumeric()
                && chars.peek().is_some_and(|c| c.is_alphanumeric()) =>
            {
                quiet.push_str("@\u{200b}");
            }
            _ => quiet.push(c),
        }
        before = c;
    }
    quiet
}
