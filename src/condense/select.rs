//! The choice: which candidates become rows.
//!
//! Takes candidates with points; gives so many rows as a timeline of that level has. Milestones and
//! pins are rows whatever else there is. Then the best are taken one by one, each key once, no sort
//! more than a third, and what says nearly the same within ten minutes of a row counts less. At last
//! a stretch of half an hour without a row gets its best candidate. All is decided by whole numbers
//! and, where these are equal, by time and place.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    clue::{Clue, MINUTE},
    score::{Candidate, ENOUGH, Scorer, Sort},
    signals::{Signals, is_line, states::Edge},
    window::Incident,
};
use crate::join::Place;

/// Within this of a row, likeness counts.
const NEAR: i64 = 10 * MINUTE;
/// What full likeness costs.
const LIKENESS: i64 = 200;
/// Longest stretch without a row, where there is anything to show.
const GAP: i64 = 30 * MINUTE;
/// How many candidates for one row are read.
const LONG: usize = 5;
/// What more than its share of a sort needs, when there is room left.
const PLENTY: i64 = 150;

/// How much a timeline shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// 8 to 15 rows.
    Core,
    /// 20 to 60 rows.
    Full,
}

impl Level {
    /// How many rows an incident of so many minutes has.
    pub fn rows(self, minutes: i64) -> usize {
        let rows = match self {
            Self::Core => (6 + minutes / 15).clamp(8, 15),
            Self::Full => (20 + minutes / 10).clamp(20, 60),
        };
        rows as usize
    }
}

/// What was folded into a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// How many records, with the row's own.
    pub count: u64,
    /// Instant of the last, in ns since 1970 UTC.
    pub last: i64,
}

/// A row.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The event.
    pub clue: Clue,
    /// How much it matters.
    pub points: i64,
    /// Why, in short words, best first.
    pub reasons: Vec<String>,
    /// What it stands for besides.
    pub fold: Option<Fold>,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is a row.
    Row,
    /// It is told by the row of that event.
    Folded(Place),
    /// It is left out, by this rule.
    Left(Rule),
}

/// By what rule an event was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The user hid it, its definition is quiet of it, or it lies outside the window.
    NotHeld,
    /// Too little speaks for it: so many points of [`ENOUGH`].
    TooLittle(i64),
    /// Rows that matter more filled the timeline; so many points, and what the last row has.
    NoRoom(i64, i64),
    /// Enough rows are of its sort.
    Share(i64),
    /// That row says nearly the same.
    Alike(Place),
}

/// The rows, and what is needed to tell of the rest.
#[derive(Debug)]
pub struct Choice {
    /// The rows, in the total order.
    pub rows: Vec<Chosen>,
    /// Of the candidates that are no rows: why.
    left: HashMap<Place, Fate>,
    /// Points of the last row.
    least: i64,
}

/// The candidates that may become rows, whose text is to be read for likeness: the best, and the
/// milestones.
pub fn shortlist(candidates: &[Candidate], milestones: &[Place], rows: usize) -> Vec<Candidate> {
    let forced: HashSet<Place> = milestones.iter().copied().collect();
    let mut best: BTreeMap<(u8, u32, u64), usize> = BTreeMap::new();
    for (number, candidate) in candidates.iter().enumerate() {
        let known = best.entry(candidate.key).or_insert(number);
        let (old, new) = (&candidates[*known], candidate);
        if (-new.points, new.clue.turn()) < (-old.points, old.clue.turn()) {
            *known = number;
        }
    }
    let mut list: Vec<usize> = best.into_values().collect();
    list.extend((0..candidates.len()).filter(|at| forced.contains(&candidates[*at].clue.place)));
    let rank = |number: &usize| {
        let candidate = &candidates[*number];
        (!forced.contains(&candidate.clue.place), -candidate.points, candidate.clue.turn())
    };
    list.sort_unstable_by_key(rank);
    list.dedup();
    // The best of each half hour besides, for stretches without a row.
    let (head, tail) = list.split_at(list.len().min(rows * LONG));
    let mut halves: HashSet<i64> = HashSet::new();
    let of_gap =
        tail.iter().filter(|at| halves.insert(candidates[**at].clue.instant.div_euclid(GAP)));
    head.iter().chain(of_gap).map(|number| candidates[*number].clone()).collect()
}

/// Chooses rows. `list` is a [`shortlist`] with its milestones; `words` are hashes of the words of a
/// candidate's text, sorted and each once, empty where it was not read.
pub fn choose(
    scorer: &Scorer<'_>,
    candidates: &[Candidate],
    milestones: &[Place],
    level: Level,
    words: &dyn Fn(Place) -> Vec<u32>,
) -> Choice {
    let (incident, signals) = (scorer.incident, scorer.signals);
    let rows = level.rows(incident.minutes());
    let list = shortlist(candidates, milestones, rows);
    let mut picks = Picks::new(&list, milestones, rows, words);
    picks.forced();
    picks.best(rows.div_ceil(3).max(3), ENOUGH);
    picks.best(usize::MAX, PLENTY);
    picks.gaps(incident);
    let Picks { taken, left, .. } = picks;
    let mut chosen: Vec<Chosen> = taken
        .iter()
        .map(|number| {
            let Candidate { clue, points, .. } = &list[*number];
            let reasons = scorer.reasons(&list[*number]).into_iter();
            let reasons = reasons.filter(|why| why.is_told()).map(|why| why.to_string()).collect();
            Chosen { clue: *clue, points: *points, reasons, fold: fold(clue, signals) }
        })
        .collect();
    let least = chosen.iter().map(|row| row.points).min().unwrap_or(0);
    chosen.sort_unstable_by_key(|row| row.clue.turn());
    let mut fates: HashMap<Place, Fate> = HashMap::new();
    let own: HashMap<(u8, u32, u64), Place> =
        taken.iter().map(|number| (list[*number].key, list[*number].clue.place)).collect();
    for candidate in candidates {
        let place = candidate.clue.place;
        let fate = match own.get(&candidate.key) {
            Some(row) if *row == place => Fate::Row,
            Some(row) => Fate::Folded(*row),
            None => Fate::Left(Rule::NoRoom(candidate.points, least)),
        };
        fates.insert(place, fate);
    }
    for (number, rule) in left {
        let fate = fates.entry(list[number].clue.place).or_insert(Fate::Left(rule));
        if matches!(fate, Fate::Left(_)) {
            *fate = Fate::Left(rule);
        }
    }
    for row in &chosen {
        fates.insert(row.clue.place, Fate::Row);
    }
    Choice { rows: chosen, left: fates, least }
}

/// What a row stands for: a burst its lines, a state what was told again.
fn fold(clue: &Clue, signals: &Signals) -> Option<Fold> {
    if let Some(Edge::Opens(span)) = signals.spans.edge(clue.place) {
        let span = signals.spans.list[span];
        let count = u64::from(span.again) + 1;
        return (span.again > 0).then_some(Fold { count, last: span.last.0 });
    }
    let burst = signals.bursts.iter().find(|burst| burst.first.1 == clue.place)?;
    Some(Fold { count: burst.count, last: burst.last.0 })
}

impl Choice {
    /// What became of an event. `clue` as it was told, with the family of its template.
    pub fn fate(&self, clue: &Clue, scorer: &Scorer<'_>) -> Fate {
        let signals = scorer.signals;
        if let Some(fate) = self.left.get(&clue.place) {
            return *fate;
        }
        if !scorer.holds(clue) {
            return Fate::Left(Rule::NotHeld);
        }
        if is_line(clue) {
            let within = |row: &&Chosen| {
                let burst = signals.bursts.iter().find(|burst| burst.first.1 == row.clue.place);
                burst.is_some_and(|burst| {
                    let (from, to) = (burst.first.0, burst.last.0);
                    burst.template == clue.template && (from..=to).contains(&clue.instant)
                })
            };
            if let Some(row) = self.rows.iter().find(within) {
                return Fate::Folded(row.clue.place);
            }
        }
        if let Some(Edge::Again(span)) = signals.spans.edge(clue.place) {
            let first = signals.spans.list[span].from.1;
            if self.left.get(&first) == Some(&Fate::Row) {
                return Fate::Folded(first);
            }
        }
        Fate::Left(Rule::TooLittle(scorer.worth(*clue)))
    }

    /// Points of the last row.
    pub fn least(&self) -> i64 {
        self.least
    }
}

/// Rows on their way.
struct Picks<'c> {
    list: &'c [Candidate],
    forced: HashSet<Place>,
    rows: usize,
    /// Words of a candidate, once read.
    words: Vec<Option<Vec<u32>>>,
    read: &'c dyn Fn(Place) -> Vec<u32>,
    /// What each candidate's likeness to a row costs by now, and which row.
    costs: Vec<(i64, Option<usize>)>,
    taken: Vec<usize>,
    is_taken: Vec<bool>,
    keys: HashSet<(u8, u32, u64)>,
    sorts: BTreeMap<Sort, usize>,
    left: Vec<(usize, Rule)>,
}

impl<'c> Picks<'c> {
    fn new(
        list: &'c [Candidate],
        milestones: &[Place],
        rows: usize,
        read: &'c dyn Fn(Place) -> Vec<u32>,
    ) -> Self {
        Self {
            list,
            forced: milestones.iter().copied().collect(),
            rows,
            words: vec![None; list.len()],
            read,
            costs: vec![(0, None); list.len()],
            taken: Vec::new(),
            is_taken: vec![false; list.len()],
            keys: HashSet::new(),
            sorts: BTreeMap::new(),
            left: Vec::new(),
        }
    }

    fn is_forced(&self, number: usize) -> bool {
        let clue = &self.list[number].clue;
        self.forced.contains(&clue.place) || clue.flags.has(super::clue::Flags::FORCED)
    }

    /// Milestones and pins.
    fn forced(&mut self) {
        for number in 0..self.list.len() {
            if self.is_forced(number) {
                self.take(number);
            }
        }
    }

    /// The best, one by one.
    fn best(&mut self, share: usize, enough: i64) {
        while self.taken.len() < self.rows {
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
                if cost > self.costs[other].0 {
                    self.costs[other] = (cost, Some(number));
                }
            }
        }
    }

    /// Words in both by words in either, in 1/1000.
    fn likeness(&mut self, one: usize, other: usize) -> i64 {
        for number in [one, other] {
            if self.words[number].is_none() {
                self.words[number] = Some((self.read)(self.list[number].clue.place));
            }
        }
        let (Some(one), Some(other)) = (&self.words[one], &self.words[other]) else { return 0 };
        let both = one.iter().filter(|word| other.binary_search(word).is_ok()).count();
        let either = one.len() + other.len() - both;
        (both * 1000).checked_div(either).unwrap_or(0) as i64
    }

    /// A row for each stretch without any; what matters least makes room.
    fn gaps(&mut self, incident: &Incident) {
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

#[cfg(test)]
mod tests;
