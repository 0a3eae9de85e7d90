//! Mermaid's `timeline`, for documents that draw it: the milestones, twelve at most.
//!
//! A colon in a time is a syntax error, and a colon with a space behind it parts an event in two, so
//! neither is written; `gantt` reads zones wrongly (issue 7026), so it is not used.

use std::io::{self, Write};

use super::sentence;
use crate::{
    event::{Event, Mark},
    render::{clock, page, row::mark_words, safe},
    time::Instant,
    timeline::Timeline,
};

/// How each file begins.
pub(super) const OPENING: &str = "%% made by rfo";
/// More than that no page has room for.
const MOST: usize = 12;
/// Longest text of an event, in characters.
const LONGEST: usize = 80;

/// Writes the rows that bear marks.
pub(crate) fn write(timeline: &Timeline, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{OPENING} {}\ntimeline", timeline.run.version)?;
    writeln!(out, "    title {} (times UTC)", inert(&page::title(timeline)))?;
    let marked: Vec<Event> = timeline
        .rows
        .iter()
        .filter(|row| !row.marks.is_empty() && row.stamp.instant.is_some())
        .map(std::borrow::Cow::into_owned)
        .collect();
    // The five come first where there is not room for all.
    let mut order: Vec<usize> = (0..marked.len()).collect();
    order.sort_by_key(|row| (marked[*row].marks.iter().min().copied(), *row));
    order.truncate(MOST);
    order.sort_unstable();
    let mut phase = Phase::Trigger;
    let mut section = None;
    for row in order.into_iter().map(|row| &marked[row]) {
        let Some(instant) = row.stamp.instant else { continue };
        phase = row.marks.iter().copied().filter_map(begins).fold(phase, Phase::max);
        let day = clock::date(clock::utc(instant));
        let now = Some((phase, day));
        if now != section {
            let day = now.as_ref().map_or("", |(_, day)| day);
            writeln!(out, "    section {phase:?} {day}")?;
            section = now;
        }
        let text = inert(&safe::short(&sentence(row), LONGEST));
        writeln!(out, "      {} : {} - {text}", time(instant, row), mark_words(&row.marks))?;
    }
    Ok(())
}

/// `06h59`.
fn time(instant: Instant, row: &Event) -> String {
    let text = clock::time_of_day(clock::utc(instant), row.stamp.precision);
    let text = text.get(..5).unwrap_or(&text).replace(':', "h");
    if text.is_empty() { "day".to_owned() } else { text }
}

/// What an incident is in, from milestone to milestone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Trigger,
    Detection,
    Response,
    Recovery,
}

/// What begins with a milestone.
fn begins(mark: Mark) -> Option<Phase> {
    match mark {
        Mark::Detected => Some(Phase::Detection),
        Mark::Acknowledged => Some(Phase::Response),
        Mark::Mitigated | Mark::Resolved => Some(Phase::Recovery),
        Mark::Start | Mark::Cause | Mark::Change | Mark::Decision | Mark::Comms => None,
    }
}

/// Text that the parser takes for text: no colon that parts, no comment, no directive, no markup.
fn inert(text: &str) -> String {
    let mut inert = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ';' => inert.push(','),
            '#' => inert.push('♯'),
            '<' => inert.push('‹'),
            '>' => inert.push('›'),
            '{' | '}' | '`' => inert.push(' '),
            '%' if inert.ends_with('%') => {}
            _ => inert.push(c),
        }
    }
    let words: Vec<&str> = inert.split_whitespace().collect();
    // A colon within a word stays.
    words.join(" ").replace(": ", " - ").trim_end_matches(':').replace(" :", " ")
}
