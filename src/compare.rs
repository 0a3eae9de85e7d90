//! Compare: two timelines against each other, a human's and ours, or two runs.
//!
//! Takes two timelines in any form that is read: Markdown, CSV or JSON Lines, ours or others'. Gives
//! which rows of one are which of the other, one to one, by time and content (`pairs`), and how well
//! they agree ([`score`]). Two outputs of ours are also told apart row by row, by the ids of their
//! sources.

mod pairs;
mod read;
pub mod score;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::{event::Id, time::SECOND};
use pairs::Near;
pub use read::{CompareError, read};
pub use write::{json, text};

/// One minute in ns.
const MINUTE: i64 = 60 * SECOND;
/// Distances in minutes within which rows are matched; the lists are of the last.
const WITHIN: [i64; 3] = [1, 5, 15];

/// A row of a timeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Start of its time, in ns since 1970 UTC.
    pub instant: i64,
    /// Length of the interval that its time is, in ns; 0 without a time.
    pub span: i64,
    /// What it says.
    pub text: String,
    /// Hosts and services that it names in fields.
    pub names: Vec<String>,
    /// Ids of its sources; none in what others wrote.
    pub ids: Vec<String>,
    /// Where it stands: `path:line`.
    pub place: String,
    /// What our own data say of it besides, by the names of `rfo.event/1`; none of documents, which are
    /// dressed up.
    pub fields: Option<BTreeMap<&'static str, String>>,
}

/// A timeline that was read.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// Its path.
    pub path: String,
    /// Rows by time, then place.
    pub rows: Vec<Row>,
    /// Entries without a time, by place: they match by id or by what they say, word for word.
    pub undated: Vec<Row>,
    /// What could not be read of it: `path:line: reason`.
    pub faults: Vec<String>,
}

/// A row in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Named {
    /// RFC 3339, UTC; none for an entry without a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// What it says.
    pub text: String,
    /// Where it stands.
    pub place: String,
    /// Its id, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// A row in both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// Of the first.
    pub a: Named,
    /// Of the second.
    pub b: Named,
    /// Seconds by which the second is later.
    pub apart_s: i64,
    /// Fields in which two rows of ours differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<&'static str>,
}

/// One side in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Total {
    /// Its path.
    pub path: String,
    /// Rows with a time.
    pub rows: usize,
    /// Entries without one.
    pub undated: usize,
    /// First time, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// Last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// What could not be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
}

/// What comparing gave: `rfo.compare/1`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// `rfo.compare/1`.
    pub schema: &'static str,
    /// The first timeline.
    pub a: Total,
    /// The second.
    pub b: Total,
    /// How well they agree, within 1, 5 and 15 minutes.
    pub scores: Vec<score::Score>,
    /// Rows of the first that the second has not.
    pub only_a: Vec<Named>,
    /// Rows of the second that the first has not.
    pub only_b: Vec<Named>,
    /// Rows of both that differ in time or, where both are ours, in what they say.
    pub differ: Vec<Pair>,
    /// Rows of both that are the same.
    pub same: usize,
}

impl Comparison {
    /// Whether all rows of each are in the other and say the same, and nothing of either was left unread.
    pub fn holds(&self) -> bool {
        let lists = [self.only_a.is_empty(), self.only_b.is_empty(), self.differ.is_empty()];
        let read = [self.a.faults.is_empty(), self.b.faults.is_empty()];
        lists.into_iter().chain(read).all(|is_empty| is_empty)
    }
}

/// Compares two timelines.
pub fn compare(a: &Side, b: &Side) -> Comparison {
    let widest = WITHIN[2] * MINUTE;
    let near = Near::of(&a.rows, &b.rows, widest);
    let score = |within: &i64| score::of(&a.rows, &b.rows, &near, *within);
    let scores = WITHIN.iter().map(score).collect();
    let mut told = Comparison {
        schema: "rfo.compare/1",
        a: total(a),
        b: total(b),
        scores,
        only_a: Vec::new(),
        only_b: Vec::new(),
        differ: Vec::new(),
        same: 0,
    };
    // What shares an id is one row, however far apart; the rest is matched by time and content.
    told.lists(&a.rows, &b.rows, |is_free| near.matched(widest, is_free).pairs);
    told.lists(&a.undated, &b.undated, |is_free| pairs::same_text(&a.undated, &b.undated, is_free));
    told.dated_in_one();
    told
}

/// Whether two rows are still without another.
type Free<'f> = dyn Fn(usize, usize) -> bool + 'f;

impl Comparison {
    /// An event that has a time in one alone is in both, and differs.
    fn dated_in_one(&mut self) {
        let mut only_b = std::mem::take(&mut self.only_b);
        self.only_a.retain(|a| {
            let is_same =
                |b: &Named| a.id.is_some() && a.id == b.id && a.time.is_some() != b.time.is_some();
            let Some(at) = only_b.iter().position(is_same) else { return true };
            let (a, b) = (a.clone(), only_b.remove(at));
            self.differ.push(Pair { a, b, apart_s: 0, changed: vec!["time"] });
            false
        });
        self.only_b = only_b;
    }

    /// Lists rows: those that share no id are paired by `matched`.
    fn lists(&mut self, a: &[Row], b: &[Row], matched: impl Fn(&Free<'_>) -> Vec<(usize, usize)>) {
        let mut both = by_id(a, b);
        let (in_a, in_b): (BTreeSet<usize>, BTreeSet<usize>) = both.iter().copied().unzip();
        both.extend(matched(&|one, other| !in_a.contains(&one) && !in_b.contains(&other)));
        both.sort_unstable();
        let (in_a, in_b): (BTreeSet<usize>, BTreeSet<usize>) = both.iter().copied().unzip();
        let pairs = both.iter().map(|(one, other)| pair(&a[*one], &b[*other]));
        let differ: Vec<Pair> =
            pairs.filter(|pair| pair.apart_s != 0 || !pair.changed.is_empty()).collect();
        self.same += both.len() - differ.len();
        self.differ.extend(differ);
        let only = |rows: &[Row], known: &BTreeSet<usize>| -> Vec<Named> {
            let others = rows.iter().enumerate().filter(|(at, _)| !known.contains(at));
            others.map(|(_, row)| named(row)).collect()
        };
        self.only_a.extend(only(a, &in_a));
        self.only_b.extend(only(b, &in_b));
    }
}

/// Rows that share the id of a source, each once: those whose own ids are one first.
fn by_id(a: &[Row], b: &[Row]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let (mut in_a, mut in_b) = (BTreeSet::new(), BTreeSet::new());
    let (own, all) = (|row: &'_ Row| row.ids.len().min(1), |row: &'_ Row| row.ids.len());
    for ids in [own as fn(&Row) -> usize, all] {
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, row) in a.iter().enumerate().filter(|(at, _)| !in_a.contains(at)) {
            for id in &row.ids[..ids(row)] {
                known.entry(id).or_insert(at);
            }
        }
        for (at, row) in b.iter().enumerate() {
            if in_b.contains(&at) {
                continue;
            }
            let mut found = row.ids[..ids(row)].iter().filter_map(|id| with_id(&known, id));
            if let Some(one) = found.find(|one| !in_a.contains(one)) {
                in_a.insert(one);
                in_b.insert(at);
                pairs.push((one, at));
            }
        }
    }
    pairs
}

/// The row of an id, which documents show short.
fn with_id(known: &BTreeMap<&str, usize>, id: &str) -> Option<usize> {
    if let Some(at) = known.get(id) {
        return Some(*at);
    }
    let longer = || {
        let (next, at) = known.range(id..).next()?;
        Id::is_same(id, next).then_some(*at)
    };
    let shorter = || {
        let ends = (Id::SHOWN..id.len().min(Id::WHOLE)).rev();
        ends.filter_map(|end| id.get(..end)).find_map(|id| known.get(id)).copied()
    };
    longer().or_else(shorter)
}

fn pair(a: &Row, b: &Row) -> Pair {
    let apart = b.instant.saturating_sub(a.instant);
    let mut changed = Vec::new();
    let own = a.fields.as_ref().zip(b.fields.as_ref());
    // Documents are compared as finely as both were written, our own data exactly.
    let is_same = match own {
        Some(_) => apart == 0,
        None => apart == 0 || apart.saturating_abs() < a.span.max(b.span),
    };
    if let Some((fields, others)) = own {
        changed.extend((apart != 0).then_some("time"));
        changed.extend((a.text != b.text).then_some("summary"));
        // A field that one form does not carry is no change.
        let both =
            fields.iter().filter_map(|(name, value)| Some((*name, value, others.get(name)?)));
        changed.extend(both.filter(|(_, one, other)| one != other).map(|(name, ..)| name));
    }
    Pair { a: named(a), b: named(b), apart_s: if is_same { 0 } else { apart / SECOND }, changed }
}

fn named(row: &Row) -> Named {
    Named {
        time: (row.span > 0).then(|| time(row.instant)),
        text: row.text.clone(),
        place: row.place.clone(),
        id: row.ids.first().cloned(),
    }
}

fn time(instant: i64) -> String {
    crate::time::Instant(instant).rfc3339(crate::time::Precision::Second)
}

fn total(side: &Side) -> Total {
    Total {
        path: side.path.clone(),
        rows: side.rows.len(),
        undated: side.undated.len(),
        first: side.rows.first().map(|row| time(row.instant)),
        last: side.rows.last().map(|row| time(row.instant)),
        faults: side.faults.clone(),
    }
}

#[cfg(test)]
mod tests;
