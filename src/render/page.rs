//! What every human format says, before any of them escapes it.
//!
//! Takes a [`Timeline`] and gives a title, the statements above the table, the table line by line,
//! and the sections below. All text in here is already [`safe`](super::safe); a writer adds the
//! escaping of its medium and nothing else, so that Markdown, HTML and the terminal agree.

use std::{borrow::Cow, io};

use super::{
    clock::{self, LocalClock},
    header, row, sections,
};
use crate::{
    event::{Event, Mark},
    time::{Instant, Precision},
    timeline::Timeline,
};

/// How each title begins, in every human format.
pub(crate) const TITLE: &str = "Incident timeline";
/// Begins the words that tell which program made a document.
pub(crate) const MADE_BY: &str = "made by rfo ";

/// How a piece of text stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    /// What must not be overlooked.
    Strong,
    /// A milestone: as strong, but never in the colour of a severity.
    Mark,
    /// What may be skipped: the context of an event.
    Faint,
    /// A remark of ours beside the evidence, such as a doubt.
    Note,
    /// To be copied as it is: ids, places, options.
    Code,
}

/// A piece of harmless text in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span<'t> {
    pub(crate) style: Style,
    pub(crate) text: Cow<'t, str>,
}

/// Text of one line, or of one cell.
pub(crate) type Rich<'t> = Vec<Span<'t>>;

/// A piece of text in a style.
pub(crate) fn span<'t>(style: Style, text: impl Into<Cow<'t, str>>) -> Span<'t> {
    Span { style, text: text.into() }
}

/// A piece of plain text.
pub(crate) fn plain<'t>(text: impl Into<Cow<'t, str>>) -> Span<'t> {
    span(Style::Plain, text)
}

/// A part of the page other than the timeline's own table.
#[derive(Clone, Debug)]
pub(crate) enum Block<'t> {
    Paragraph(Rich<'t>),
    List(Vec<Rich<'t>>),
    Table { head: Vec<&'static str>, rows: Vec<Vec<Rich<'t>>> },
}

/// A titled part below the table.
#[derive(Clone, Debug)]
pub(crate) struct Section<'t> {
    pub(crate) title: &'static str,
    pub(crate) blocks: Vec<Block<'t>>,
}

/// What a column of the timeline holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Time,
    Local,
    Elapsed,
    Mark,
    Event,
    Evidence,
}

/// A column of the timeline.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) role: Role,
    pub(crate) head: String,
}

/// A line of the timeline's table.
#[derive(Clone, Debug)]
pub(crate) enum Line<'t> {
    /// A new UTC day begins: `2026-03-10`.
    Day(String),
    /// A row.
    Row(Box<row::Row<'t>>),
}

/// Where elapsed times count from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Base {
    pub(crate) at: (Instant, Precision),
    /// True for a row marked `start`, false for the first row.
    pub(crate) marked: bool,
}

/// A page: everything but the escaping.
#[derive(Debug)]
pub(crate) struct Page<'t> {
    pub(crate) title: String,
    pub(crate) head: Vec<Block<'t>>,
    pub(crate) columns: Vec<Column>,
    pub(crate) sections: Vec<Section<'t>>,
    pub(crate) timeline: &'t Timeline,
    pub(crate) locals: Vec<LocalClock<'t>>,
    pub(crate) base: Option<Base>,
}

impl<'t> Page<'t> {
    /// The page of a timeline.
    pub(crate) fn new(timeline: &'t Timeline) -> Self {
        let (first, last) = ends(timeline).unwrap_or((Instant(0), Instant(0)));
        let clocks = timeline.show_zones.iter().map(|zone| LocalClock::new(zone, first, last));
        let mut page = Self {
            title: title(timeline),
            head: Vec::new(),
            columns: Vec::new(),
            sections: sections::of(timeline),
            timeline,
            locals: clocks.collect(),
            base: base(timeline),
        };
        page.columns = columns(&page);
        page.head = header::of(&page);
        page
    }

    /// Gives `each` the lines of the table in order, made one at a time.
    pub(crate) fn lines(&self, mut each: impl FnMut(Line<'_>) -> io::Result<()>) -> io::Result<()> {
        let mut today = None;
        for event in self.timeline.rows.iter() {
            let day = event.stamp.instant.map(|instant| clock::date(clock::utc(instant)));
            if day != today {
                today.clone_from(&day);
                day.map_or(Ok(()), |day| each(Line::Day(day)))?;
            }
            each(Line::Row(Box::new(row::of(self, &event))))?;
        }
        Ok(())
    }
}

/// First and last instant of the rows.
pub(crate) fn ends(timeline: &Timeline) -> Option<(Instant, Instant)> {
    let mut instants = timeline.rows.iter().filter_map(|event| event.stamp.instant);
    let first = instants.next()?;
    Some((first, instants.next_back().unwrap_or(first)))
}

pub(crate) fn title(timeline: &Timeline) -> String {
    if let Some(title) = &timeline.title.title {
        return super::safe::line(title).into_owned();
    }
    let day = |instant| clock::date(clock::utc(instant));
    match ends(timeline).map(|(first, last)| (day(first), day(last))) {
        None => TITLE.to_owned(),
        Some((first, last)) if first == last => format!("{TITLE}, {first}"),
        Some((first, last)) => format!("{TITLE}, {first} to {last}"),
    }
}

/// The first row marked `start`, else the first row, whose time is finer than an hour.
fn base(timeline: &Timeline) -> Option<Base> {
    let timed = |event: Cow<'_, Event>| {
        let precision = event.stamp.precision;
        let fine = precision >= Precision::Minute;
        fine.then_some(event.stamp.instant?).map(|instant| (instant, precision))
    };
    let mut starts = timeline.rows.iter().filter(|event| event.marks.contains(&Mark::Start));
    let marked = starts.find_map(timed).map(|at| Base { at, marked: true });
    marked.or_else(|| timeline.rows.iter().find_map(timed).map(|at| Base { at, marked: false }))
}

/// The columns that have something to show.
fn columns(page: &Page<'_>) -> Vec<Column> {
    let marks = page.timeline.rows.iter().any(|event| !event.marks.is_empty());
    let mut columns = vec![Column { role: Role::Time, head: "Time (UTC)".to_owned() }];
    columns.extend(page.locals.iter().map(|c| Column { role: Role::Local, head: c.head() }));
    let rest = [
        (Role::Elapsed, "Elapsed", page.base.is_some()),
        (Role::Mark, "Mark", marks),
        (Role::Event, "Event", true),
        (Role::Evidence, "Evidence", true),
    ];
    let shown = rest.into_iter().filter(|(.., shown)| *shown);
    columns.extend(shown.map(|(role, head, _)| Column { role, head: head.to_owned() }));
    columns
}
