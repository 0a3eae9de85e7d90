//! The choice: which candidates become rows.
//!
//! Takes candidates with points; gives so many rows as a timeline of that level has. Milestones and
//! pins are rows whatever else there is; pins come on top, and what is hidden keeps its room, so that
//! an edit changes its own row and no other. The best are taken one by one, each key once, no sort
//! more than a third, and what says nearly the same within ten minutes of a row, or is another check
//! of its host that goes the same way, counts less. At last a stretch of half an hour without a row
//! gets its best candidate. All is decided by whole numbers and, where these are equal, by time and
//! place.

pub mod fate;
mod picks;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    clue::{Clue, Flags, MINUTE},
    score::{Candidate, ENOUGH, FAINT, Scorer},
    signals::{Signals, is_line},
};
use crate::join::Place;
pub use fate::{Fate, Rule};
use picks::Picks;

/// Longest stretch without a row, where there is anything to show.
const GAP: i64 = 30 * MINUTE;
/// How many candidates for one row are read.
const LONG: usize = 5;
/// Where nothing stands out, so many rows are shown all the same.
const FEW: usize = 8;
/// What more than its share of a sort needs, when there is room left.
const PLENTY: i64 = 150;

/// How much a timeline shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// 8 to 15 rows.
    Core,
    /// 20 to 60 rows.
    #[default]
    Full,
}

impl Level {
    /// How many rows an incident of so many minutes has.
    pub fn rows(self, minutes: i64) -> usize {
        let rows = match self {
            Self::Core => (9 + minutes / 10).clamp(8, 15),
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
    /// The last of them.
    pub last: (i64, Place),
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

/// The rows, and what is needed to tell of the rest.
#[derive(Debug)]
pub struct Choice {
    /// The rows, in the total order.
    pub rows: Vec<Chosen>,
    /// Of the candidates that are no rows: why.
    left: HashMap<Place, Fate>,
}

/// The candidates that may become rows, whose text is to be read for likeness: the best, and the
/// milestones.
fn shortlist(candidates: &[Candidate], milestones: &[Place], rows: usize) -> Vec<Candidate> {
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
    let mut list: Vec<usize> = head.iter().chain(of_gap).copied().collect();
    let is_pinned = |at: &usize| candidates[*at].clue.flags.has(Flags::FORCED);
    let pinned = (0..candidates.len()).filter(|at| is_pinned(at) && !list.contains(at));
    list.extend(pinned.collect::<Vec<_>>());
    list.into_iter().map(|number| candidates[number].clone()).collect()
}

/// Hashes of the words of texts, sorted and each once.
pub type Words = HashMap<Place, Vec<u32>>;

/// Chooses rows. `read` gives the words of the candidates that may become rows.
pub fn choose(
    scorer: &Scorer<'_>,
    candidates: &[Candidate],
    milestones: &[Place],
    level: Level,
    read: &dyn Fn(&[Place]) -> Words,
) -> Choice {
    let (incident, signals) = (scorer.incident, scorer.signals);
    let rows = level.rows(incident.minutes());
    let list = shortlist(candidates, milestones, rows);
    let places: Vec<Place> = list.iter().map(|candidate| candidate.clue.place).collect();
    let words = read(&places);
    let mut picks = Picks::new(&list, milestones, rows, &words);
    picks.forced();
    picks.best(rows, rows.div_ceil(3).max(3), ENOUGH);
    picks.best(rows, usize::MAX, PLENTY);
    picks.best(FEW, usize::MAX, FAINT);
    picks.gaps(incident);
    picks.pinned();
    let Picks { taken, left, .. } = picks;
    let mut chosen: Vec<Chosen> = taken
        .iter()
        .map(|number| {
            let Candidate { clue, points, .. } = &list[*number];
            let reasons = scorer.reasons(&list[*number]).into_iter();
            let told = reasons.filter(|why| why.is_told()).map(|why| why.to_string());
            let mut reasons: Vec<String> = told.collect();
            if reasons.is_empty() {
                reasons.push("among what little stands out".to_owned());
            }
            Chosen { clue: *clue, points: *points, reasons, fold: fold(clue, signals) }
        })
        .collect();
    let by_points = chosen.iter().filter(|row| !row.clue.flags.has(Flags::FORCED));
    let least = by_points.map(|row| row.points).min().unwrap_or(0);
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
    // What is hidden keeps its room: nothing that the lead has not seen comes in its place.
    let is_hidden = |row: &Chosen| row.clue.flags.has(Flags::HIDDEN);
    let hidden: HashSet<Place> =
        chosen.iter().filter(|row| is_hidden(row)).map(|row| row.clue.place).collect();
    chosen.retain(|row| !is_hidden(row));
    for (place, fate) in &mut fates {
        let by_row = matches!(fate, Fate::Folded(row) if hidden.contains(row));
        if by_row || hidden.contains(place) {
            *fate = Fate::Left(Rule::Hidden);
        }
    }
    Choice { rows: chosen, left: fates }
}

/// What a row of a log stands for: the lines of its burst.
fn fold(clue: &Clue, signals: &Signals) -> Option<Fold> {
    let burst = signals.bursts.iter().find(|burst| burst.first.1 == clue.place)?;
    Some(Fold { count: burst.count, last: burst.last })
}

impl Choice {
    /// What became of an event. `clue` as it was told, with the family of its template.
    pub fn fate(&self, clue: &Clue, scorer: &Scorer<'_>) -> Fate {
        let signals = scorer.signals;
        if let Some(fate) = self.left.get(&clue.place) {
            return *fate;
        }
        if !scorer.holds(clue) {
            let (from, to) = scorer.incident.window;
            let is_inside = (from..to).contains(&clue.instant);
            return Fate::Left(if is_inside { Rule::NotHeld } else { Rule::Outside(from, to) });
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
        Fate::Left(Rule::TooLittle(scorer.worth(*clue)))
    }

    /// The candidates that are told by the row of another, and by which.
    pub fn folded(&self) -> impl Iterator<Item = (Place, Place)> + '_ {
        self.left.iter().filter_map(|(place, fate)| match fate {
            Fate::Folded(row) => Some((*place, *row)),
            Fate::Row | Fate::Left(_) => None,
        })
    }
}

#[cfg(test)]
mod tests;
