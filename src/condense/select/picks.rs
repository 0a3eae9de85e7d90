//! Picks: rows on their way, one taken after the other.

use std::collections::{BTreeMap, HashSet};

use super::{GAP, Words, fate::Rule};
use crate::{
    condense::{
        clue::{Class, Flags, MINUTE},
        score::{Candidate, ENOUGH, Sort},
        window::Incident,
    },
    join::Place,
};

/// Within this of a row, likeness counts.
const NEAR: i64 = 10 * MINUTE;
/// What full likeness costs.
const LIKENESS: i64 = 200;
/// What it costs that another check of the same host went the same way within [`NEAR`].
const FOLLOWS: i64 = 300;

/// Rows on their way.
pub(super) struct Picks<'c> {
    list: &'c [Candidate],
    forced: HashSet<Place>,
    rows: usize,
    words: &'c Words,
    /// What each candidate's likeness to a row costs by now, and which row.
    costs: Vec<(i64, Option<usize>)>,
    pub(super) taken: Vec<usize>,
    is_taken: Vec<bool>,
    keys: HashSet<(u8, u32, u64)>,
    sorts: BTreeMap<Sort, usize>,
    pub(super) left: Vec<(usize, Rule)>,
}

impl<'c> Picks<'c> {
    pub(super) fn new(
        list: &'c [Candidate],
        milestones: &[Place],
        rows: usize,
        words: &'c Words,
    ) -> Self {
        Self {
            list,
            forced: milestones.iter().copied().collect(),
            rows,
            words,
            costs: vec![(0, None); list.len()],
            taken: Vec::new(),
            is_taken: vec![false; list.len()],
            keys: HashSet::new(),
            sorts: BTreeMap::new(),
            left: Vec::new(),
        }
    }

    fn is_forced(&self, number: usize) -> bool {
        self.forced.contains(&self.list[number].clue.place)
    }

    /// What the lead pins comes on top, and takes no room from another.
    pub(super) fn pinned(&mut self) {
        for number in 0..self.list.len() {
            if self.list[number].clue.flags.has(Flags::FORCED) && !self.taken.contains(&number) {
                self.take(number);
            }
        }
    }

    /// Milestones.
    pub(super) fn forced(&mut self) {
        for number in 0..self.list.len() {
            if self.is_forced(number) {
                self.take(number);
            }
        }
    }

    /// The best, one by one.
    pub(super) fn best(&mut self, rows: usize, share: usize, enough: i64) {
        while self.taken.len() < rows {
            let free = (0..self.list.len()).filter(|&number| {
                let candidate = &self.list[number];
                let of_sort = self.sorts.get(&candidate.sort).copied().unwrap_or(0);
                !self.is_taken[number] && of_sort < share && self.worth(number) >= enough
            });
            let Some(number) = free.max_by_key(|&number| {
                let (instant, place) = self.list[number].clue.turn();
                (self.worth(number), std::cmp::Reverse((instant, place)))
            }) else {
                break;
            };
            if self.keys.contains(&self.list[number].key) {
                self.is_taken[number] = true;
                continue;
            }
            self.take(number);
        }
        self.left = (0..self.list.len())
            .filter(|number| !self.is_taken[*number])
            .map(|number| (number, self.rule(number, share)))
            .collect();
    }

    fn rule(&self, number: usize, share: usize) -> Rule {
        let points = self.list[number].points;
        match self.costs[number] {
            _ if points < ENOUGH => Rule::TooLittle(points),
            (cost, Some(row)) if cost > 50 => Rule::Alike(self.list[row].clue.place),
            _ if self.sorts.get(&self.list[number].sort).is_some_and(|of| *of >= share) => {
                Rule::Share(points)
            }
            _ => {
                let least = self.taken.iter().map(|row| self.list[*row].points).min();
                Rule::NoRoom(points, least.unwrap_or(0))
            }
        }
    }

    fn worth(&self, number: usize) -> i64 {
        self.list[number].points - self.costs[number].0
    }

    fn take(&mut self, number: usize) {
        let candidate = &self.list[number];
        self.is_taken[number] = true;
        self.taken.push(number);
        self.keys.insert(candidate.key);
        *self.sorts.entry(candidate.sort).or_default() += 1;
        let at = candidate.clue.instant;
        for other in 0..self.list.len() {
            if !self.is_taken[other] && (self.list[other].clue.instant - at).abs() <= NEAR {
                let cost = LIKENESS * self.likeness(number, other) / 1000;
                let cost = if self.is_follow_up(number, other) { cost.max(FOLLOWS) } else { cost };
                if cost > self.costs[other].0 {
                    self.costs[other] = (cost, Some(number));
                }
            }
        }
    }

    /// Whether another check of the same host went the same way.
    fn is_follow_up(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.list[one].clue, &self.list[other].clue);
        one.host != 0
            && one.host == other.host
            && one.state == other.state
            && matches!(one.state, Class::Problem | Class::Ok)
    }

    /// Words in both by words in either, in 1/1000.
    fn likeness(&self, one: usize, other: usize) -> i64 {
        let words = |number: usize| self.words.get(&self.list[number].clue.place);
        let (Some(one), Some(other)) = (words(one), words(other)) else { return 0 };
        let both = one.iter().filter(|word| other.binary_search(word).is_ok()).count();
        let either = one.len() + other.len() - both;
        (both * 1000).checked_div(either).unwrap_or(0) as i64
    }

    /// A row for each stretch without any; what matters least makes room.
    pub(super) fn gaps(&mut self, incident: &Incident) {
        let mut kept: HashSet<usize> = HashSet::new();
        for _ in 0..self.rows {
            let mut times: Vec<i64> =
                self.taken.iter().map(|row| self.list[*row].clue.instant).collect();
            times.extend([incident.start, incident.end]);
            times.retain(|at| (incident.start..=incident.end).contains(at));
            times.sort_unstable();
            let gap = |pair: &&[i64]| pair[1] - pair[0] > GAP;
            let best = times.windows(2).filter(gap).find_map(|pair| self.within(pair[0], pair[1]));
            let Some(number) = best else { break };
            self.take(number);
            kept.insert(number);
        }
        while self.taken.len() > self.rows {
            let free = |row: &&usize| !self.is_forced(**row) && !kept.contains(*row);
            let least = self.taken.iter().filter(free).min_by_key(|row| {
                let (instant, place) = self.list[**row].clue.turn();
                (self.list[**row].points, std::cmp::Reverse((instant, place)))
            });
            let Some(least) = least.copied() else { break };
            self.taken.retain(|row| *row != least);
        }
    }

    fn within(&self, from: i64, to: i64) -> Option<usize> {
        let free = (0..self.list.len()).filter(|&number| {
            let candidate = &self.list[number];
            let inside = candidate.clue.instant > from && candidate.clue.instant < to;
            inside
                && !self.is_taken[number]
                && !self.keys.contains(&candidate.key)
                && self.worth(number) >= ENOUGH
        });
        free.max_by_key(|&number| {
            let (instant, place) = self.list[number].clue.turn();
            (self.worth(number), std::cmp::Reverse((instant, place)))
        })
    }
}
