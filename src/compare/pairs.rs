//! Pairs: which row of one timeline is which of the other.
//!
//! A pair is allowed where the times are near enough and the rows name the same or say alike. Of all
//! ways to pair rows one to one, the one with the most pairs is taken, and of those the one whose pairs
//! are most alike: an assignment of greatest weight, exact within each group of rows that may be
//! paired with each other at all.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

use xxhash_rust::xxh3::xxh3_64;

use super::Row;
use crate::{sets::Sets, time::SECOND};

/// Texts are alike from this share of common words, or cosine of their three-letter parts, on; in
/// 1/1000.
const ALIKE: i64 = 300;
/// What a pair weighs whatever it is: more pairs are better than nearer ones.
const PAIR: i64 = 10_000;
/// Rows of a group up to which the assignment is exact; above it the best pair is taken first.
const EXACT: usize = 400;

/// What a row is known by: hashes, sorted and each once.
struct Known {
    words: Vec<u64>,
    /// Three-letter parts, with how often each stands in it.
    parts: Vec<(u64, i64)>,
    /// Square of the length of `parts`.
    square: i64,
    names: Vec<u64>,
}

fn hashes<'w>(words: impl Iterator<Item = &'w str>) -> Vec<u64> {
    let mut hashes: Vec<u64> = words.map(|word| xxh3_64(word.as_bytes())).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// What stands in both of two sorted lists, by `key`.
fn both<'l, T>(
    one: &'l [T],
    other: &'l [T],
    key: impl Fn(&T) -> u64 + 'l,
) -> impl Iterator<Item = (&'l T, &'l T)> {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    std::iter::from_fn(move || {
        loop {
            match key(one.peek()?).cmp(&key(other.peek()?)) {
                Ordering::Less => drop(one.next()),
                Ordering::Greater => drop(other.next()),
                Ordering::Equal => return one.next().zip(other.next()),
            }
        }
    })
}

impl Known {
    fn of(row: &Row) -> Self {
        let text = row.text.to_lowercase();
        let ends = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.' | '_'));
        let whole = || {
            let words = text.split(ends).map(|word| word.trim_matches(['.', '-', '_', ':']));
            words.filter(|word| word.len() > 1)
        };
        // A name is not a plain word: `web-1`, `db02`, `OPS-12`, `api.example.net`.
        let is_name = |word: &&str| {
            let letter = word.chars().any(char::is_alphabetic);
            let other = word.chars().any(|c| c.is_ascii_digit() || matches!(c, '-' | '.' | '_'));
            letter && other && word.len() > 2
        };
        let told: Vec<String> = row.names.iter().map(|name| name.to_lowercase()).collect();
        let names = hashes(whole().filter(is_name).chain(told.iter().map(String::as_str)));
        let letters: Vec<char> =
            text.chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
        let part = |part: &[char]| xxh3_64(part.iter().collect::<String>().as_bytes());
        let mut all: Vec<u64> = letters.windows(3).map(part).collect();
        all.sort_unstable();
        let parts: Vec<(u64, i64)> =
            all.chunk_by(|one, other| one == other).map(|of| (of[0], of.len() as i64)).collect();
        let square = parts.iter().map(|(_, n)| n * n).sum();
        Self { words: hashes(whole()), parts, square, names }
    }

    /// How alike two rows are, in 1/1000; none where nothing speaks for it.
    fn alike(&self, other: &Self) -> Option<i64> {
        let common = both(&self.words, &other.words, |word| *word).count() as i64;
        let either = (self.words.len() + other.words.len()) as i64 - common;
        let words = (1000 * common).checked_div(either).unwrap_or(0);
        let parts = both(&self.parts, &other.parts, |part| part.0);
        let dot: i64 = parts.map(|(one, other)| one.1 * other.1).sum();
        let length = (self.square as u64).saturating_mul(other.square as u64).isqrt();
        let cosine = (1000 * dot).checked_div(length as i64).unwrap_or(0);
        let named = both(&self.names, &other.names, |name| *name).next().is_some();
        let best = words.max(cosine);
        (named || best >= ALIKE).then_some(best + if named { 200 } else { 0 })
    }
}

/// How far a time may be off that is no finer than that: half of it.
fn half(span: i64) -> i64 {
    if span > SECOND { span / 2 } else { 0 }
}

/// What was paired.
pub(super) struct Matched {
    pub(super) pairs: Vec<(usize, usize)>,
    /// It is the best of all ways to pair them.
    pub(super) is_best: bool,
}

/// Rows that may be one by what they say, with how far apart they are and how alike.
pub(super) struct Near(Vec<Like>);

struct Like {
    one: usize,
    other: usize,
    /// Distance in ns.
    apart: i64,
    /// What both times allow for besides the distance asked for, in ns.
    coarse: i64,
    alike: i64,
}

impl Near {
    /// Compares all rows that are no further apart than `widest` ns. Both stand in the order of time.
    pub(super) fn of(a: &[Row], b: &[Row], widest: i64) -> Self {
        let known_a: Vec<Known> = a.iter().map(Known::of).collect();
        let known_b: Vec<Known> = b.iter().map(Known::of).collect();
        let spans = b.iter().chain(a).map(|row| row.span);
        let reach = spans.max().unwrap_or(0).saturating_add(widest);
        let mut near = Vec::new();
        for (one, row) in a.iter().enumerate() {
            let first = row.instant.saturating_sub(reach);
            let last = row.instant.saturating_add(reach);
            let from = b.partition_point(|other| other.instant < first);
            let rows = b.iter().enumerate().skip(from);
            for (other, it) in rows.take_while(|(_, other)| other.instant <= last) {
                let apart = it.instant.saturating_sub(row.instant).saturating_abs();
                let coarse = half(row.span) + half(it.span);
                if apart <= widest + coarse
                    && let Some(alike) = known_a[one].alike(&known_b[other])
                {
                    near.push(Like { one, other, apart, coarse, alike });
                }
            }
        }
        Self(near)
    }

    /// Pairs the rows that are free and no further apart than `within` ns.
    pub(super) fn matched(&self, within: i64, is_free: impl Fn(usize, usize) -> bool) -> Matched {
        let edge = |like: &Like| {
            let reach = within + like.coarse;
            let close = 1000 - 1000 * (like.apart / SECOND) / (reach / SECOND).max(1);
            let fits = like.apart <= reach && is_free(like.one, like.other);
            fits.then_some((like.one, like.other, PAIR + 2 * like.alike + close))
        };
        let edges: Vec<Edge> = self.0.iter().filter_map(edge).collect();
        let assigned: Vec<Matched> = groups(&edges).iter().map(|group| assigned(group)).collect();
        let is_best = assigned.iter().all(|group| group.is_best);
        Matched { pairs: assigned.into_iter().flat_map(|group| group.pairs).collect(), is_best }
    }
}

/// Pairs free rows that say the same, word for word, in their order.
pub(super) fn same_text(
    a: &[Row],
    b: &[Row],
    is_free: impl Fn(usize, usize) -> bool,
) -> Vec<(usize, usize)> {
    let mut free: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, row) in b.iter().enumerate().rev() {
        free.entry(&row.text).or_default().push(at);
    }
    let of = |(one, row): (usize, &Row)| {
        let others = free.get_mut(&*row.text)?;
        let at = others.iter().rposition(|other| is_free(one, *other))?;
        Some((one, others.remove(at)))
    };
    a.iter().enumerate().filter_map(of).collect()
}

/// How many rows can be paired by time alone, one to one: instants and how finely they are written, in
/// any order.
///
/// A row stands for the stretch around it in which another may lie; two rows fit where their stretches
/// meet. The stretch that ends first of all can only meet stretches that hold its end, and of those the
/// one that ends first meets no later stretch which the others do not meet too: pairing these two first
/// leaves the most for the rest.
pub(super) fn timed(a: &[(i64, i64)], b: &[(i64, i64)], within: i64) -> usize {
    let stretches = |rows: &[(i64, i64)]| -> Vec<(i64, i64)> {
        let around = |(at, span): &(i64, i64)| {
            let reach = within / 2 + half(*span);
            (at.saturating_sub(reach), at.saturating_add(reach))
        };
        let mut stretches: Vec<(i64, i64)> = rows.iter().map(around).collect();
        stretches.sort_unstable();
        stretches
    };
    let sides = [stretches(a), stretches(b)];
    let ends = |side: usize| sides[side].iter().enumerate().map(move |(at, it)| (it.1, side, at));
    let mut order: Vec<(i64, usize, usize)> = ends(0).chain(ends(1)).collect();
    order.sort_unstable();
    let mut done = sides.each_ref().map(|side| vec![false; side.len()]);
    let mut begun = [0, 0];
    let mut open = [BinaryHeap::new(), BinaryHeap::new()];
    let mut count = 0;
    for (end, side, at) in order {
        if std::mem::replace(&mut done[side][at], true) {
            continue;
        }
        let other = 1 - side;
        while let Some((_, its_end)) = sides[other].get(begun[other]).filter(|it| it.0 <= end) {
            open[other].push(Reverse((*its_end, begun[other])));
            begun[other] += 1;
        }
        while let Some(Reverse((_, it))) = open[other].pop() {
            if !std::mem::replace(&mut done[other][it], true) {
                count += 1;
                break;
            }
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
fn assigned(edges: &[Edge]) -> Matched {
    let left: Vec<usize> =
        edges.iter().map(|edge| edge.0).collect::<BTreeSet<_>>().into_iter().collect();
    let right: Vec<usize> =
        edges.iter().map(|edge| edge.1).collect::<BTreeSet<_>>().into_iter().collect();
    if left.len().max(right.len()) > EXACT {
        return Matched { pairs: greedy(edges), is_best: false };
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
    Matched { pairs, is_best: true }
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
