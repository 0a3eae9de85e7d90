//! Milestones: when it started, was detected, acknowledged, mitigated and resolved.
//!
//! Takes the clues of an incident in the total order, with the starts that people claim and the
//! bursts of its logs; gives for each milestone one candidate with its evidence, a runner-up where
//! one is nearly as good, or nothing. Candidates are chosen all at once: the greatest
//! sum of confidences in which each milestone is no earlier than the one before it
//! (`reference/algorithms.md` §4.4). Nothing is invented: what has no evidence is absent.

mod candidates;
mod others;

use std::collections::HashSet;

use super::clue::Clue;
use crate::{event::Mark, join::Place};

/// The milestones in their order.
pub const ORDER: [Mark; 5] =
    [Mark::Start, Mark::Detected, Mark::Acknowledged, Mark::Mitigated, Mark::Resolved];

/// Candidates of a milestone that are weighed.
const CANDIDATES: usize = 20;
/// Confidence below which a candidate is none.
const LEAST: i32 = 250;

/// What milestones are found in.
#[derive(Clone, Copy, Debug)]
pub struct Case<'c> {
    /// The clues of the incident, in the total order.
    pub clues: &'c [Clue],
    /// Since when people say that it lasts.
    pub claims: &'c [Claim],
    /// Where the logs suddenly told much more of one thing.
    pub surges: &'c [Surge],
    /// What the lead says is none.
    pub barred: &'c Barred,
}

/// What the lead says is no milestone.
#[derive(Clone, Debug, Default)]
pub struct Barred {
    /// An event is not that one.
    pub events: HashSet<(Place, Mark)>,
    /// The incident has none of these.
    pub marks: Vec<Mark>,
}

impl Barred {
    fn allows(&self, candidate: &Candidate) -> bool {
        !self.marks.contains(&candidate.mark)
            && !self.events.contains(&(candidate.place, candidate.mark))
    }
}

/// A start that a person claims: "down since 10:05".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The message.
    pub by: Place,
    /// The time that it names, in nanoseconds since 1970 UTC.
    pub start: i64,
}

/// A burst of one kind of log message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Surge {
    /// Its first message.
    pub first: (i64, Place),
    /// Its last message.
    pub last: (i64, Place),
    /// How many times more than before.
    pub times: u64,
}

/// An event that may be a milestone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Which one.
    pub mark: Mark,
    /// When, in nanoseconds since 1970 UTC: the start of the interval in which it was.
    pub instant: i64,
    /// Length of that interval in nanoseconds.
    pub span: i64,
    /// The earliest that it may have been: for a failed check the last good one before it.
    pub earliest: i64,
    /// The event that tells it.
    pub place: Place,
    /// Why, in words.
    pub why: &'static str,
    /// How sure, in thousandths.
    pub confidence: i32,
}

impl Candidate {
    /// Whether it may be no later than `next`, as finely as both are known.
    fn fits_before(&self, next: &Self) -> bool {
        self.instant < next.instant.saturating_add(next.span.max(1))
    }
}

/// A milestone as chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The one chosen.
    pub taken: Candidate,
    /// Another one at another time; taking it would cost less than a fifth of the confidence in the
    /// one chosen.
    pub runner_up: Option<Candidate>,
}

/// All that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Milestones {
    /// In the order of [`ORDER`]; none is absent.
    pub chosen: [Option<Choice>; 5],
    /// Changes before the start, causes, decisions and communications, by time.
    pub others: Vec<Candidate>,
}

impl Milestones {
    /// The choice for a mark; none for one that is absent or no milestone.
    pub fn get(&self, mark: Mark) -> Option<&Choice> {
        let at = ORDER.iter().position(|known| *known == mark)?;
        self.chosen[at].as_ref()
    }

    /// Takes an event for a milestone because the lead says so: whatever else speaks for another.
    pub fn tell(&mut self, mark: Mark, clue: &Clue) {
        let taken = Candidate {
            mark,
            instant: clue.instant,
            span: clue.span(),
            earliest: clue.instant,
            place: clue.place,
            why: "the incident file says so",
            confidence: 1000,
        };
        match ORDER.iter().position(|known| *known == mark) {
            Some(at) => self.chosen[at] = Some(Choice { taken, runner_up: None }),
            None => self.others.push(taken),
        }
    }

    /// When a milestone was, in nanoseconds since 1970 UTC.
    pub fn instant(&self, mark: Mark) -> Option<i64> {
        self.get(mark).map(|choice| choice.taken.instant)
    }
}

/// Finds the milestones of an incident.
pub fn find(case: Case<'_>) -> Milestones {
    let all = candidates::of(case).map(|mut of| {
        of.retain(|candidate| case.barred.allows(candidate));
        strongest(of)
    });
    let mut found = Milestones { chosen: choose(&all), others: Vec::new() };
    found.others = others::of(case, &found);
    found
}

/// The surest candidates, by time.
fn strongest(mut of: Vec<Candidate>) -> Vec<Candidate> {
    of.retain(|candidate| candidate.confidence >= LEAST);
    of.sort_by_key(|c| (-c.confidence, c.instant, c.place));
    // One event is a candidate once, for its best reason.
    let mut seen = std::collections::BTreeSet::new();
    of.retain(|candidate| seen.insert((candidate.instant, candidate.place)));
    of.truncate(CANDIDATES);
    of.sort_by_key(|c| (c.instant, c.place));
    of
}

/// For each candidate of each milestone the greatest sum of a chain that ends with it, and the
/// candidate before it.
type Sums = Vec<Vec<(i32, Option<(usize, usize)>)>>;

/// Chooses at most one candidate a milestone, in their order, with the greatest sum.
fn choose(all: &[Vec<Candidate>; 5]) -> [Option<Choice>; 5] {
    let to = sums(all, |mark| 0..mark, |candidate, other| other.fits_before(candidate));
    let from = sums(all, |mark| mark + 1..all.len(), Candidate::fits_before);
    let mut chosen = [None; 5];
    let ends = (0..all.len()).flat_map(|mark| (0..all[mark].len()).map(move |at| (mark, at)));
    let mut best: Option<(i32, usize, usize)> = None;
    for (mark, at) in ends {
        let sum = to[mark][at].0;
        if best.is_none_or(|(known, ..)| sum > known) {
            best = Some((sum, mark, at));
        }
    }
    let Some((total, mark, at)) = best else { return chosen };
    let mut next = Some((mark, at));
    while let Some((mark, at)) = next {
        let taken = all[mark][at];
        let through = |at: usize| to[mark][at].0 + from[mark][at].0 - all[mark][at].confidence;
        let another = |at: &usize| {
            let other = &all[mark][*at];
            let apart = (other.instant - taken.instant).abs() >= other.span.max(taken.span);
            apart && through(*at) >= total - taken.confidence / 5
        };
        let runner_up = (0..all[mark].len())
            .filter(another)
            .max_by_key(|at| (through(*at), std::cmp::Reverse(*at)))
            .map(|at| all[mark][at]);
        chosen[mark] = Some(Choice { taken, runner_up });
        next = to[mark][at].1;
    }
    chosen
}

/// Sums along chains over the milestones `beside` each one, in which neighbours `fit`.
fn sums<R>(
    all: &[Vec<Candidate>; 5],
    beside: impl Fn(usize) -> R,
    fit: impl Fn(&Candidate, &Candidate) -> bool,
) -> Sums
where
    R: Iterator<Item = usize> + Clone + DoubleEndedIterator,
{
    let mut sums: Sums = all.iter().map(|of| vec![(0, None); of.len()]).collect();
    let forward = beside(0).next().is_none();
    let turns = (0..all.len()).map(|turn| if forward { turn } else { all.len() - 1 - turn });
    for mark in turns {
        for (at, candidate) in all[mark].iter().enumerate() {
            let mut best = (0, None);
            for other in beside(mark) {
                for (i, neighbour) in all[other].iter().enumerate() {
                    if fit(candidate, neighbour) && sums[other][i].0 > best.0 {
                        best = (sums[other][i].0, Some((other, i)));
                    }
                }
            }
            sums[mark][at] = (best.0 + candidate.confidence, best.1);
        }
    }
    sums
}

#[cfg(test)]
mod tests;
