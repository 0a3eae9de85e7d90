//! Lines: the copies of log records, by counting.
//!
//! Two equal lines in one second are two events; the same line in two copies of a log is one. So
//! equal records of one instant are counted, copy by copy: the n-th in one is the n-th in another,
//! and the greatest count is the true one. That holds among copies of one stream (`streams` finds
//! them), and within a copy, not at its first and last instant: there it may have been cut. The
//! parts of a rotated log are one copy (`series`): what they hold of an instant adds up.
//!
//! Takes the events in the total order; gives joins. Needs no text: equal are records of one
//! instant and one hash (64 bits; within an instant a chance of 2^-64 for two different records).

mod here;
mod series;
mod streams;

use std::{collections::HashMap, ops::Range};

use here::Here;
use rayon::prelude::*;
use series::Series;
pub use streams::{Stream, Streams};

use super::{Join, Place};
use crate::timeline::merge::Placed;

/// Records that one task looks at, about.
const SLICE: usize = 1 << 16;

/// What the joins of lines need to know of an input.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Folder and name without what rotation and packing add: parts of one log have it in common.
    pub role: String,
    /// The same with what rotation adds: a part and its packed twin have it in common.
    pub part: String,
    /// Host that the path names.
    pub host: Option<String>,
}

impl Facts {
    /// The role without its folder.
    fn name(&self) -> &str {
        self.role.rsplit('/').next().unwrap_or_default()
    }
}

/// What the joins of lines need to know of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Its identity; 0 for what is no record of a log.
    pub same: u64,
    /// It stands for so many more of the record above it ("last message repeated 3 times"), which
    /// another copy may hold one by one: it neither proves a copy nor speaks against one.
    pub stands_for: u16,
}

/// A record of one instant: its identity, series, number of the part in it, and place. Sorted so,
/// equal ones of a series stand together in its order.
type Line = (u64, u32, u32, Place);

/// One input, another, and how many lines of both may be copies.
pub type Ambiguous = (u32, u32, u64);

/// What joining found.
#[derive(Debug, Default)]
pub struct Found {
    /// The joins, in no order.
    pub joins: Vec<Join>,
    /// Which inputs tell of one stream, and by what.
    pub streams: Streams,
    /// Equal lines at the touching ends of two inputs that may be copies or not: one input, the
    /// other, lines.
    pub ambiguous: Vec<Ambiguous>,
}

/// Joins the copies among the records of logs. `order` is the total order.
pub fn join(order: &[Placed], facts: &[Facts], known: impl Fn(&Placed) -> Known + Sync) -> Found {
    let slices = slices(order);
    let spans = spans(order, facts.len(), &known);
    let series = Series::new(&spans, facts);
    let (streams, ambiguous) = streams::find(order, &slices, &series, facts, &known);
    let joins: Vec<Vec<Join>> = slices
        .par_iter()
        .map(|slice| {
            let mut joins = Vec::new();
            for run in runs(&order[slice.clone()]) {
                at_instant(run, &streams, &series, &known, &mut joins);
            }
            joins
        })
        .collect();
    Found { joins: joins.concat(), streams, ambiguous }
}

/// Slices of the order of about [`SLICE`] records, cut between instants.
fn slices(order: &[Placed]) -> Vec<Range<usize>> {
    let mut slices = Vec::new();
    let mut start = 0;
    while start < order.len() {
        let mut end = (start + SLICE).min(order.len());
        while end < order.len() && order[end].instant == order[end - 1].instant {
            end += 1;
        }
        slices.push(start..end);
        start = end;
    }
    slices
}

/// First and last instant of the log records of each input.
fn spans(
    order: &[Placed],
    inputs: usize,
    known: &impl Fn(&Placed) -> Known,
) -> Vec<Option<(i64, i64)>> {
    let mut spans: Vec<Option<(i64, i64)>> = vec![None; inputs];
    for placed in order.iter().filter(|placed| known(placed).same != 0) {
        let at = placed.instant.0;
        let span = &mut spans[placed.input as usize];
        // In order: the first comes first.
        *span = Some((span.map_or(at, |(first, _)| first), at));
    }
    spans
}

/// The records of each instant that several inputs tell of.
fn runs(slice: &[Placed]) -> impl Iterator<Item = &[Placed]> {
    let runs = slice.chunk_by(|a, b| a.instant == b.instant);
    // Within an instant inputs stand in order.
    runs.filter(|run| run.first().map(|first| first.input) != run.last().map(|last| last.input))
}

/// The log records of a run that stand for themselves.
fn lines<'r>(
    run: &'r [Placed],
    series: &'r Series,
    known: &'r impl Fn(&Placed) -> Known,
) -> impl Iterator<Item = Line> + 'r {
    let known = run.iter().map(|placed| (placed, known(placed)));
    let own = known.filter(|(_, known)| known.same != 0 && known.stands_for == 0);
    own.map(|(placed, known)| line(placed, known.same, series))
}

fn line(placed: &Placed, same: u64, series: &Series) -> Line {
    let (of, part) = series.of(placed.input);
    (same, of, part, Place::from(placed))
}

/// The records of a run that stand for others, as the lines that they stand for: those of the record
/// right above, where it is of the same instant; else they are lines of their own.
fn notes(run: &[Placed], series: &Series, known: &impl Fn(&Placed) -> Known) -> Vec<Line> {
    let mut notes = Vec::new();
    for (at, placed) in run.iter().enumerate() {
        let Known { same, stands_for } = known(placed);
        if same == 0 || stands_for == 0 {
            continue;
        }
        let above = at.checked_sub(1).map(|at| &run[at]);
        let above = above.filter(|above| {
            above.input == placed.input && above.tick + 1 == placed.tick && known(above).same != 0
        });
        match above {
            Some(above) => {
                let line = line(placed, known(above).same, series);
                notes.extend(std::iter::repeat_n(line, usize::from(stands_for)));
            }
            None => notes.push(line(placed, same, series)),
        }
    }
    notes
}

/// Joins what the copies of each stream tell of one instant.
fn at_instant(
    run: &[Placed],
    streams: &Streams,
    series: &Series,
    known: &impl Fn(&Placed) -> Known,
    joins: &mut Vec<Join>,
) {
    let notes = notes(run, series, known);
    let mut by_stream: HashMap<u32, Vec<Line>> = HashMap::new();
    for line in lines(run, series, known).chain(notes.iter().copied()) {
        by_stream.entry(streams.of(line.1)).or_default().push(line);
    }
    let mut all: Vec<(u32, Vec<Line>)> = by_stream.into_iter().collect();
    all.retain(|(_, lines)| lines.iter().any(|line| line.1 != lines[0].1));
    all.sort_unstable_by_key(|(stream, _)| *stream);
    let notes: Vec<Place> = notes.into_iter().map(|note| note.3).collect();
    for (_, mut lines) in all {
        let here = Here::new(run[0].instant.0, &lines, series);
        lines.sort_unstable();
        for equal in lines.chunk_by(|a, b| a.0 == b.0) {
            here.join(equal, &notes, joins);
        }
    }
}

#[cfg(test)]
mod tests;
