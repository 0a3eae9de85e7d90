//! Lines: the copies of log records, by counting.
//!
//! Two equal lines in one second are two events; the same line in two copies of a log is one. So
//! equal records of one instant are counted, copy by copy: the n-th in one is the n-th in another
//! (Jaccard on multisets; the greatest count is the true one). That holds among inputs that are
//! copies of one stream ([`streams`] finds them), and within a copy, not at its first and last
//! instant: there it may have been cut. Two parts of a stream that touch at an instant add up.
//!
//! Takes the events in the total order; gives joins. Needs no text: equal are records of one
//! instant and one hash (64 bits; within an instant a chance of 2^-64 for two different records).

mod streams;

use std::{collections::HashMap, ops::Range};

use rayon::prelude::*;
pub use streams::{Stream, Streams};

use super::{Join, Place, Rule};
use crate::timeline::merge::Placed;

/// Records that one task looks at, about.
const SLICE: usize = 1 << 16;

/// What the joins of lines need to know of an input.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Folder and name without what rotation and packing add: parts of one log have it in common.
    pub role: String,
    /// Host that the path names.
    pub host: Option<String>,
}

/// A record of one instant: its identity, input and tick. Sorted so, equal ones of an input stand
/// together in its order.
type Line = (u64, u32, u32);

/// What joining found.
#[derive(Debug, Default)]
pub struct Found {
    /// The joins, in no order.
    pub joins: Vec<Join>,
    /// Which inputs tell of one stream, and by what.
    pub streams: Streams,
    /// Equal lines at the touching ends of two inputs that may be copies or not: one input, the
    /// other, lines.
    pub ambiguous: Vec<(u32, u32, u64)>,
}

/// Joins the copies among the records of logs. `order` is the total order; `same` gives the identity
/// of a record, 0 for what is none.
pub fn join(order: &[Placed], facts: &[Facts], same: impl Fn(&Placed) -> u64 + Sync) -> Found {
    let instants = instants(order);
    let spans = streams::spans(order, facts.len(), &same);
    let streams = streams::find(order, &instants, &spans, facts, &same);
    if streams.is_empty() {
        return Found::default();
    }
    let told: Vec<(Vec<Join>, Vec<(u32, u32, u64)>)> = instants
        .par_iter()
        .map(|slice| {
            let mut joins = Vec::new();
            let mut ambiguous = Vec::new();
            for run in runs(&order[slice.clone()]) {
                at_instant(run, &streams, &spans, &same, &mut joins, &mut ambiguous);
            }
            (joins, ambiguous)
        })
        .collect();
    let (joins, ambiguous): (Vec<_>, Vec<_>) = told.into_iter().unzip();
    Found { joins: joins.concat(), streams, ambiguous: ambiguous.concat() }
}

/// Slices of the order of about [`SLICE`] records, cut between instants.
fn instants(order: &[Placed]) -> Vec<Range<usize>> {
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

/// The records of each instant that several inputs tell of.
fn runs(slice: &[Placed]) -> impl Iterator<Item = &[Placed]> {
    let runs = slice.chunk_by(|a, b| a.instant == b.instant);
    // Within an instant inputs stand in order.
    runs.filter(|run| run.first().map(|first| first.input) != run.last().map(|last| last.input))
}

/// The lines of a run, equal ones together, by input and tick.
fn lines(run: &[Placed], same: &impl Fn(&Placed) -> u64, lines: &mut Vec<Line>) {
    lines.clear();
    lines.extend(run.iter().map(|placed| (same(placed), placed.input, placed.tick)));
    lines.retain(|(same, _, _)| *same != 0);
    lines.sort_unstable();
}

/// Joins what the inputs of each stream tell of one instant.
fn at_instant(
    run: &[Placed],
    streams: &Streams,
    spans: &[Option<(i64, i64)>],
    same: &impl Fn(&Placed) -> u64,
    joins: &mut Vec<Join>,
    ambiguous: &mut Vec<(u32, u32, u64)>,
) {
    let mut by_stream: HashMap<u32, Vec<Line>> = HashMap::new();
    for placed in run {
        let same = same(placed);
        if let Some(stream) = streams.of(placed.input).filter(|_| same != 0) {
            by_stream.entry(stream).or_default().push((same, placed.input, placed.tick));
        }
    }
    let instant = run[0].instant.0;
    let mut all: Vec<(u32, Vec<Line>)> = by_stream.into_iter().collect();
    all.sort_unstable();
    for (_, lines) in all {
        let here = Here::new(instant, &lines, spans, ambiguous);
        let mut lines = lines;
        lines.sort_unstable();
        for equal in lines.chunk_by(|a, b| a.0 == b.0) {
            here.join(equal, joins);
        }
    }
}

/// How an input lies to an instant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// The instant is its last one, not its first.
    Ends,
    /// The instant is its first one, not its last.
    Starts,
    /// It goes over the instant, or lies in it as a whole.
    Over,
}

/// What the inputs of a stream are at an instant.
struct Here {
    sides: HashMap<u32, Side>,
    /// Lines of an input that starts here which are the last lines of one that ends here.
    overlap: HashMap<u32, Vec<u64>>,
}

impl Here {
    fn new(
        instant: i64,
        lines: &[Line],
        spans: &[Option<(i64, i64)>],
        ambiguous: &mut Vec<(u32, u32, u64)>,
    ) -> Self {
        let side = |input: u32| match spans[input as usize] {
            Some((first, last)) if first < last && last == instant => Side::Ends,
            Some((first, last)) if first < last && first == instant => Side::Starts,
            _ => Side::Over,
        };
        let sides: HashMap<u32, Side> = lines.iter().map(|line| (line.1, side(line.1))).collect();
        let mut here = Self { sides, overlap: HashMap::new() };
        here.find_overlaps(lines, ambiguous);
        here
    }

    fn is(&self, input: u32, side: Side) -> bool {
        self.sides.get(&input) == Some(&side)
    }

    /// Where no input goes over the instant, an input that starts here may repeat the last lines of
    /// one that ends here: as many as the longest end of the one that the other begins with. Lines
    /// that are all alike prove nothing.
    fn find_overlaps(&mut self, lines: &[Line], ambiguous: &mut Vec<(u32, u32, u64)>) {
        if self.sides.values().any(|side| *side == Side::Over) {
            return;
        }
        let of = |input: u32| -> Vec<u64> {
            let mut ticks: Vec<(u32, u64)> =
                lines.iter().filter(|line| line.1 == input).map(|line| (line.2, line.0)).collect();
            ticks.sort_unstable();
            ticks.into_iter().map(|(_, same)| same).collect()
        };
        let mut inputs: Vec<u32> = self.sides.keys().copied().collect();
        inputs.sort_unstable();
        let (enders, starters): (Vec<u32>, Vec<u32>) =
            inputs.into_iter().partition(|input| self.is(*input, Side::Ends));
        let Some((ender, end)) = enders
            .into_iter()
            .map(|input| (input, of(input)))
            .max_by_key(|(input, end)| (end.len(), std::cmp::Reverse(*input)))
        else {
            return;
        };
        for starter in starters {
            let start = of(starter);
            let shared = &start[..overlap(&end, &start)];
            let informs = shared.iter().any(|same| *same != shared[0]);
            if informs {
                self.overlap.insert(starter, shared.to_vec());
            } else if !shared.is_empty() {
                ambiguous.push((ender, starter, shared.len() as u64));
            }
        }
    }

    /// Joins equal lines: those of one rank.
    fn join(&self, equal: &[Line], joins: &mut Vec<Join>) {
        let inputs: Vec<&[Line]> = equal.chunk_by(|a, b| a.1 == b.1).collect();
        if inputs.len() < 2 {
            return;
        }
        let most = |side| {
            let of = inputs.iter().filter(|lines| self.is(lines[0].1, side));
            of.map(|lines| lines.len()).max()
        };
        let (over, ends) = (most(Side::Over), most(Side::Ends).unwrap_or(0));
        let base = |lines: &[Line]| {
            let input = lines[0].1;
            if !self.is(input, Side::Starts) {
                return 0;
            }
            match over {
                // What starts within the instant has its last lines.
                Some(over) => over.saturating_sub(lines.len()),
                None => {
                    let again = self.overlap.get(&input).into_iter().flatten();
                    ends - again.filter(|same| **same == lines[0].0).count().min(ends)
                }
            }
        };
        let mut ranked: Vec<(usize, Place)> = Vec::with_capacity(equal.len());
        for lines in inputs {
            let base = base(lines);
            let places = lines.iter().enumerate();
            ranked.extend(places.map(|(n, &(_, input, tick))| (base + n, Place { input, tick })));
        }
        ranked.sort_unstable();
        for one in ranked.chunk_by(|a, b| a.0 == b.0) {
            let origin = one[0].1;
            let copies = one[1..].iter();
            joins.extend(copies.map(|&(_, member)| Join {
                member,
                origin,
                rule: Rule::SameLine,
                apart_ns: 0,
            }));
        }
    }
}

/// How many of the last of `end` are the first of `start`, at most (the Z-function of
/// `start end`).
fn overlap(end: &[u64], start: &[u64]) -> usize {
    let whole: Vec<u64> = start.iter().chain(end).copied().collect();
    let mut z = vec![0; whole.len()];
    let (mut left, mut right) = (0, 0);
    for at in 1..whole.len() {
        let known: usize = if at < right { z[at - left].min(right - at) } else { 0 };
        let more = whole[at + known..].iter().zip(&whole[known..]);
        z[at] = known + more.take_while(|(a, b)| a == b).count();
        if at + z[at] > right {
            (left, right) = (at, at + z[at]);
        }
    }
    let ends = (start.len()..whole.len()).filter(|&at| z[at] == whole.len() - at);
    ends.map(|at| whole.len() - at).find(|len| *len <= start.len()).unwrap_or(0)
}

#[cfg(test)]
mod tests;
