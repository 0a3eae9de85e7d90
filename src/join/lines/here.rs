//! Here: what the copies of a stream hold of one instant, and which of their lines are one.

use std::collections::HashMap;

use super::{Line, series::Series};
use crate::join::{Join, Place, Rule};

/// How a series lies to an instant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// The instant is its last one, not its first.
    Ends,
    /// The instant is its first one, not its last.
    Starts,
    /// It goes over the instant, or lies in it as a whole.
    Over,
}

/// What the copies of a stream are at an instant.
pub(super) struct Here {
    sides: HashMap<u32, Side>,
    /// By input: its first lines that are the last ones of a copy that ends here.
    again: HashMap<u32, Vec<u64>>,
}

impl Here {
    pub(super) fn new(instant: i64, lines: &[Line], series: &Series) -> Self {
        let side = |of: u32| match series.span(of) {
            Some((first, last)) if first < last && last == instant => Side::Ends,
            Some((first, last)) if first < last && first == instant => Side::Starts,
            _ => Side::Over,
        };
        let sides: HashMap<u32, Side> = lines.iter().map(|line| (line.1, side(line.1))).collect();
        let mut here = Self { sides, again: HashMap::new() };
        here.series_that_touch(lines);
        here
    }

    /// Where no copy goes over the instant, one that starts here may repeat the last lines of one
    /// that ends here.
    fn series_that_touch(&mut self, lines: &[Line]) {
        if self.sides.values().any(|side| *side == Side::Over) {
            return;
        }
        let parts = |side: Side| {
            let mut parts: Vec<(u32, u32, u32)> = lines
                .iter()
                .filter(|line| self.sides.get(&line.1) == Some(&side))
                .map(|line| (line.1, line.2, line.3.input))
                .collect();
            parts.sort_unstable();
            parts.dedup();
            parts
        };
        let (ends, starts) = (parts(Side::Ends), parts(Side::Starts));
        let longest = |part: &&(u32, u32, u32)| {
            (lines.iter().filter(|line| line.3.input == part.2).count(), std::cmp::Reverse(part.2))
        };
        let Some(&(_, _, ender)) = ends.iter().max_by_key(longest) else { return };
        let firsts = starts.chunk_by(|a, b| a.0 == b.0).map(|parts| parts[0].2);
        for starter in firsts.collect::<Vec<_>>() {
            self.touch(lines, ender, starter);
        }
    }

    /// Two parts touch: the longest end of the one that the other begins with stands in both. Lines
    /// that are all alike prove nothing.
    fn touch(&mut self, lines: &[Line], ender: u32, starter: u32) {
        let of = |input: u32| -> Vec<u64> {
            let of = lines.iter().filter(|line| line.3.input == input);
            let mut ticks: Vec<(u32, u64)> = of.map(|line| (line.3.tick, line.0)).collect();
            ticks.sort_unstable();
            ticks.into_iter().map(|(_, same)| same).collect()
        };
        let (end, start) = (of(ender), of(starter));
        let shared = &start[..overlap(&end, &start)];
        if shared.iter().any(|same| *same != shared[0]) {
            self.again.insert(starter, shared.to_vec());
        }
    }

    /// How many of these lines an input repeats.
    fn repeated(&self, input: u32, same: u64) -> usize {
        let again = self.again.get(&input).into_iter().flatten();
        again.filter(|again| **again == same).count()
    }

    /// Joins equal lines: those of one rank. `notes` are the places of records that stand for others.
    pub(super) fn join(&self, equal: &[Line], notes: &[Place], joins: &mut Vec<Join>) {
        if equal.iter().all(|line| line.3.input == equal[0].3.input) {
            return;
        }
        let copies: Vec<(Side, Vec<(usize, Place)>)> = equal
            .chunk_by(|a, b| a.1 == b.1)
            .map(|of| {
                let side = self.sides.get(&of[0].1).copied().unwrap_or(Side::Over);
                // The lines of the parts of a series add up: rotation repeats none.
                (side, of.iter().map(|line| line.3).enumerate().collect())
            })
            .collect();
        let most = |wanted: Side| {
            let of = copies.iter().filter(|(side, _)| *side == wanted);
            of.map(|(_, ranks)| ranks.iter().map(|(rank, _)| rank + 1).max().unwrap_or(0)).max()
        };
        let (over, ends) = (most(Side::Over), most(Side::Ends).unwrap_or(0));
        let mut ranked: Vec<(usize, Place)> = Vec::with_capacity(equal.len());
        for (side, ranks) in &copies {
            let count = ranks.iter().map(|(rank, _)| rank + 1).max().unwrap_or(0);
            let base = match (side, over) {
                (Side::Ends | Side::Over, _) => 0,
                // What starts within the instant has its last lines.
                (Side::Starts, Some(over)) => over.saturating_sub(count),
                // A single copy has nothing before it.
                (Side::Starts, None) => {
                    ends - self.repeated(ranks[0].1.input, equal[0].0).min(ends)
                }
            };
            ranked.extend(ranks.iter().map(|(rank, place)| (base + rank, *place)));
        }
        ranked.sort_unstable();
        for one in ranked.chunk_by(|a, b| a.0 == b.0) {
            // Where a copy counts them, the note that says so tells of all.
            let note = one.iter().find(|(_, place)| notes.contains(place));
            let origin = note.unwrap_or(&one[0]).1;
            let copies = one.iter().filter(|(_, place)| *place != origin);
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
pub(super) fn overlap(end: &[u64], start: &[u64]) -> usize {
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
