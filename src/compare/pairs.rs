//! Pairs: which row of one timeline is which of the other.
//!
//! A pair is allowed where the times are near enough and the rows name the same or say alike. Of all
//! ways to pair rows one to one, the one with the most pairs is taken, and of those the one whose pairs
//! are most alike: an assignment of greatest weight, exact within each group of rows that may be
//! paired with each other at all.

use std::collections::{BTreeMap, BTreeSet};

use super::Row;
use crate::{sets::Sets, time::SECOND};

/// Texts are alike from this share of common words, or cosine of their three-letter parts, on; in
/// 1/1000.
const ALIKE: i64 = 300;
/// What a pair weighs whatever it is: more pairs are better than nearer ones.
const PAIR: i64 = 10_000;
/// Rows of a group up to which the assignment is exact; above it the best pair is taken first.
const EXACT: usize = 400;

/// What a row is known by.
struct Known {
    words: BTreeSet<String>,
    parts: BTreeMap<String, i64>,
    /// Square of the length of `parts`.
    square: i64,
    names: BTreeSet<String>,
}

impl Known {
    fn of(row: &Row) -> Self {
        let text = row.text.to_lowercase();
        let bare = |word: &str| word.trim_matches(['.', '-', '_', ':']).to_owned();
        let ends = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.' | '_'));
        let whole: Vec<String> = text.split(ends).map(bare).filter(|word| word.len() > 1).collect();
        // A name is not a plain word: `web-1`, `db02`, `OPS-12`, `api.example.net`.
        let is_name = |word: &&String| {
            let letter = word.chars().any(char::is_alphabetic);
            let other = word.chars().any(|c| c.is_ascii_digit() || matches!(c, '-' | '.' | '_'));
            letter && other && word.len() > 2
        };
        let mut names: BTreeSet<String> = whole.iter().filter(is_name).cloned().collect();
        names.extend(row.names.iter().map(|name| name.to_lowercase()));
        let mut parts = BTreeMap::new();
        let letters: Vec<char> =
            text.chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
        for part in letters.windows(3) {
            *parts.entry(part.iter().collect()).or_default() += 1;
        }
        let square = parts.values().map(|n| n * n).sum();
        Self { words: whole.into_iter().collect(), parts, square, names }
    }

    /// How alike two rows are, in 1/1000; none where nothing speaks for it.
    fn alike(&self, other: &Self) -> Option<i64> {
        let both = self.words.intersection(&other.words).count() as i64;
        let either = (self.words.len() + other.words.len()) as i64 - both;
        let words = (1000 * both).checked_div(either).unwrap_or(0);
        let dot: i64 = self.parts.iter().filter_map(|(p, n)| Some(n * other.parts.get(p)?)).sum();
        let length = (self.square as u64).saturating_mul(other.square as u64).isqrt();
        let cosine = (1000 * dot).checked_div(length as i64).unwrap_or(0);
        let named = self.names.iter().any(|name| other.names.contains(name));
        let best = words.max(cosine);
        (named || best >= ALIKE).then_some(best + if named { 200 } else { 0 })
    }
}

/// How far apart two rows may be: the distance, and half of the coarser time.
fn reach(a: &Row, b: &Row, within: i64) -> i64 {
    let coarser = a.span.max(b.span);
    within + if coarser > SECOND { coarser / 2 } else { 0 }
}

/// Pairs rows by time and content, `within` ns. Both stand in the order of time.
pub(super) fn matched(a: &[Row], b: &[Row], within: i64) -> Vec<(usize, usize)> {
    let known_a: Vec<Known> = a.iter().map(Known::of).collect();
    let known_b: Vec<Known> = b.iter().map(Known::of).collect();
    let widest = b.iter().chain(a).map(|row| row.span).max().unwrap_or(0);
    let mut edges: Vec<(usize, usize, i64)> = Vec::new();
    for (one, row) in a.iter().enumerate() {
        let from = b.partition_point(|other| other.instant < row.instant - within - widest);
        let near = b.iter().enumerate().skip(from);
        let near = near.take_while(|(_, other)| other.instant <= row.instant + within + widest);
        for (other, it) in near {
            let apart = (it.instant - row.instant).abs();
            let reach = reach(row, it, within);
            if apart > reach {
                continue;
            }
            let close = 1000 - 1000 * (apart / SECOND) / (reach / SECOND).max(1);
            let alike = known_a[one].alike(&known_b[other]);
            edges.extend(alike.map(|alike| (one, other, PAIR + 2 * alike + close)));
        }
    }
    groups(&edges).iter().flat_map(|group| assigned(group)).collect()
}

/// How many rows can be paired by time alone, one to one.
pub(super) fn timed(a: &[(i64, i64)], b: &[(i64, i64)], within: i64) -> usize {
    let (mut one, mut other, mut count) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(one), b.get(other)) {
        let coarser = x.1.max(y.1);
        let reach = within + if coarser > SECOND { coarser / 2 } else { 0 };
        if (x.0 - y.0).abs() <= reach {
            (one, other, count) = (one + 1, other + 1, count + 1);
        } else if x.0 < y.0 {
            one += 1;
        } else {
            other += 1;
        }
    }
    count
}

type Edge = (usize, usize, i64);

/// Edges that hang together.
fn groups(edges: &[Edge]) -> Vec<Vec<Edge>> {
    let (left, right) =
        edges.iter().fold((0, 0), |most, edge| (most.0.max(edge.0 + 1), most.1.max(edge.1 + 1)));
    let mut sets = Sets::new(left + right);
    for (one, other, _) in edges {
        sets.join(*one, left + other);
    }
    let mut groups: BTreeMap<usize, Vec<Edge>> = BTreeMap::new();
    for edge in edges {
        groups.entry(sets.root(edge.0)).or_default().push(*edge);
    }
    groups.into_values().collect()
}

/// The assignment of greatest weight among those edges.
fn assigned(edges: &[Edge]) -> Vec<(usize, usize)> {
    let left: Vec<usize> =
        edges.iter().map(|edge| edge.0).collect::<BTreeSet<_>>().into_iter().collect();
    let right: Vec<usize> =
        edges.iter().map(|edge| edge.1).collect::<BTreeSet<_>>().into_iter().collect();
    if left.len().max(right.len()) > EXACT {
        return greedy(edges);
    }
    // The method of Kuhn and Munkres wants no more rows than columns, and least cost.
    let swap = left.len() > right.len();
    let (rows, columns) = if swap { (&right, &left) } else { (&left, &right) };
    let mut cost = vec![vec![0_i64; columns.len()]; rows.len()];
    let at = |list: &[usize], one: usize| list.binary_search(&one).unwrap_or(0);
    for (one, other, weight) in edges {
        let (row, column) = if swap { (other, one) } else { (one, other) };
        cost[at(rows, *row)][at(columns, *column)] = -weight;
    }
    let of = least(&cost);
    let pairs = of.into_iter().enumerate().filter(|(row, column)| cost[*row][*column] < 0);
    let mut pairs: Vec<(usize, usize)> = pairs
        .map(|(row, column)| {
            let (row, column) = (rows[row], columns[column]);
            if swap { (column, row) } else { (row, column) }
        })
        .collect();
    pairs.sort_unstable();
    pairs
}

/// The column of each row in the assignment of least cost (Kuhn and Munkres, with potentials, in
/// O(n²m)).
fn least(cost: &[Vec<i64>]) -> Vec<usize> {
    let (n, m) = (cost.len(), cost.first().map_or(0, Vec::len));
    let (mut of_row, mut of_column) = (vec![0_i64; n + 1], vec![0_i64; m + 1]);
    // Columns and rows count from 1; 0 is none.
    let mut row_of = vec![0_usize; m + 1];
    for row in 1..=n {
        row_of[0] = row;
        let mut column = 0;
        let mut slack = vec![i64::MAX; m + 1];
        let mut before = vec![0_usize; m + 1];
        let mut seen = vec![false; m + 1];
        while row_of[column] != 0 {
            seen[column] = true;
            let (from, mut delta, mut next) = (row_of[column], i64::MAX, 0);
            for to in (1..=m).filter(|to| !seen[*to]) {
                let reduced = cost[from - 1][to - 1] - of_row[from] - of_column[to];
                if reduced < slack[to] {
                    (slack[to], before[to]) = (reduced, column);
                }
                if slack[to] < delta {
                    (delta, next) = (slack[to], to);
                }
            }
            for to in 0..=m {
                if seen[to] {
                    of_row[row_of[to]] += delta;
                    of_column[to] -= delta;
                } else if slack[to] < i64::MAX {
                    slack[to] -= delta;
                }
            }
            column = next;
        }
        while column != 0 {
            row_of[column] = row_of[before[column]];
            column = before[column];
        }
    }
    let mut columns = vec![0; n];
    for (column, row) in row_of.iter().enumerate().skip(1).filter(|(_, row)| **row != 0) {
        columns[row - 1] = column - 1;
    }
    columns
}

/// The heaviest pair first.
fn greedy(edges: &[Edge]) -> Vec<(usize, usize)> {
    let mut order = edges.to_vec();
    order.sort_by_key(|(one, other, weight)| (-weight, *one, *other));
    let (mut left, mut right) = (BTreeSet::new(), BTreeSet::new());
    let free = order.into_iter().filter(|(one, other, _)| {
        !left.contains(one) && !right.contains(other) && left.insert(*one) && right.insert(*other)
    });
    let mut pairs: Vec<(usize, usize)> = free.map(|(one, other, _)| (one, other)).collect();
    pairs.sort_unstable();
    pairs
}

#[cfg(test)]
mod tests;
