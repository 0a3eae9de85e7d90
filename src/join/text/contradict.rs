//! Contradiction: what keeps two texts apart however alike they are.
//!
//! Takes two texts as words; aligns them by the shortest edit script (Myers 1986, *An O(ND)
//! Difference Algorithm*) and looks at what only one of them has. Anything that is replaced
//! contradicts, and so does a number, a name, a state or a negation that only one has. What one alone
//! may have: articles and the like anywhere, other words before and behind the common text, times,
//! links. What may differ: a slip of one letter.

use std::{collections::HashSet, ops::Range};

use super::{
    Said,
    words::{Class, Word},
};

/// Most words inserted and removed; texts that differ more are not alike.
const DIFFERENCES: usize = 256;
/// Least letters of a word that may differ by a slip.
const SLIP: usize = 5;

/// True where the fields of two events exclude each other: host, service or state.
pub(super) fn fields(one: &Said<'_>, other: &Said<'_>) -> bool {
    let differ = |a: Option<&str>, b: Option<&str>, same: fn(&str, &str) -> bool| {
        a.zip(b).is_some_and(|(a, b)| !same(a, b))
    };
    differ(one.host, other.host, same_host)
        || differ(one.service, other.service, str::eq_ignore_ascii_case)
        || differ(one.state, other.state, str::eq_ignore_ascii_case)
}

/// Case and domain aside; `a.x` and `a.y` are two hosts, and so are two addresses.
fn same_host(one: &str, other: &str) -> bool {
    let short = |name: &str| name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    one.eq_ignore_ascii_case(other)
        || (one.contains('.') != other.contains('.')) && short(one) == short(other)
}

/// True where two texts contradict each other. `excused` are hashes of words that one may have alone:
/// the subject above it, the name below it.
pub(super) fn texts(one: &[Word], other: &[Word], excused: &HashSet<u64>) -> bool {
    let Some(gaps) = gaps(one, other) else { return true };
    let (mut here, mut there) = (Alone::default(), Alone::default());
    for (a, b) in gaps {
        let before = a.start == 0 && b.start == 0;
        let behind = a.end == one.len() && b.end == other.len();
        let left = |words: &[Word]| -> Vec<Word> {
            words.iter().filter(|word| !excused.contains(&word.hash)).cloned().collect()
        };
        let (a, b) = (left(&one[a]), left(&other[b]));
        let inner = !(before || behind);
        let replaced = !a.is_empty() && !b.is_empty();
        if replaced && !slip(&a, &b) {
            return true;
        }
        if !replaced && (here.add(&a, inner) || there.add(&b, inner)) {
            return true;
        }
    }
    here.time && there.time || here.link && there.link
}

/// True where a text that should stand within another does not: a word of it that says something is
/// missing there, or stands between others. What the other has around it is its own affair.
pub(super) fn within(part: &[Word], whole: &[Word]) -> bool {
    let Some(gaps) = gaps(part, whole) else { return false };
    gaps.into_iter().all(|(a, b)| {
        let around = a.start == 0 || a.end == part.len();
        let small = |words: &[Word]| words.iter().all(|word| word.class == Class::Small);
        small(&part[a]) && (around || small(&whole[b]))
    })
}

/// What one text has alone.
#[derive(Default)]
struct Alone {
    time: bool,
    link: bool,
}

impl Alone {
    /// Takes words that only this text has; true where one of them contradicts.
    fn add(&mut self, words: &[Word], inner: bool) -> bool {
        words.iter().any(|word| match word.class {
            Class::Small => false,
            Class::Plain => inner,
            Class::Number | Class::Name | Class::Turn => true,
            Class::Time => {
                self.time = true;
                false
            }
            Class::Link => {
                self.link = true;
                false
            }
        })
    }
}

/// One word with a slip of one letter.
fn slip(a: &[Word], b: &[Word]) -> bool {
    let ([a], [b]) = (a, b) else { return false };
    let long = |word: &Word| word.class == Class::Plain && word.text.chars().count() >= SLIP;
    long(a) && long(b) && strsim::osa_distance(&a.text, &b.text) == 1
}

/// A stretch of either text that the other does not have at that place.
type Gap = (Range<usize>, Range<usize>);

/// Where two texts differ, in their order; none where they differ too much.
fn gaps(one: &[Word], other: &[Word]) -> Option<Vec<Gap>> {
    let script = script(one, other)?;
    let mut gaps: Vec<Gap> = Vec::new();
    for (a, b) in script {
        match gaps.last_mut() {
            Some(last) if last.0.end == a.start && last.1.end == b.start => {
                last.0.end = a.end;
                last.1.end = b.end;
            }
            _ => gaps.push((a, b)),
        }
    }
    Some(gaps)
}

/// The shortest edit script: single insertions and removals, in order. A point (x, y) says that x
/// words of the one and y of the other are done; diagonals are counted by x − y.
fn script(one: &[Word], other: &[Word]) -> Option<Vec<Gap>> {
    let most = DIFFERENCES.min(one.len() + other.len());
    // The furthest x on each diagonal, and what it was before each round.
    let mut furthest = vec![0usize; 2 * most + 3];
    let middle = most + 1;
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    for round in 0..=most {
        rounds.push(furthest[middle - round..=middle + round].to_vec());
        for step in 0..=round {
            let diagonal = middle - round + 2 * step;
            let (left, right) = (furthest[diagonal - 1], furthest[diagonal + 1]);
            let down = step == 0 || step < round && left < right;
            let mut x = if down { right } else { left + 1 };
            let Some(mut y) = (x + middle).checked_sub(diagonal) else { continue };
            let same = |x, y| {
                one.get(x).zip(other.get(y)).is_some_and(|(a, b): (&Word, &Word)| a.hash == b.hash)
            };
            while same(x, y) {
                x += 1;
                y += 1;
            }
            furthest[diagonal] = x;
            if x >= one.len() && y >= other.len() {
                return Some(back(&rounds, one.len(), other.len()));
            }
        }
    }
    None
}

/// The way back through the rounds, from the end of both texts.
fn back(rounds: &[Vec<usize>], ones: usize, others: usize) -> Vec<Gap> {
    let (mut x, mut y) = (ones as i64, others as i64);
    let mut script = Vec::new();
    for (number, round) in rounds.iter().enumerate().skip(1).rev() {
        let number = number as i64;
        let at = |diagonal: i64| round.get((diagonal + number) as usize).map_or(0, |x| *x as i64);
        let diagonal = x - y;
        let down = diagonal == -number || diagonal != number && at(diagonal - 1) < at(diagonal + 1);
        let before = if down { diagonal + 1 } else { diagonal - 1 };
        (x, y) = (at(before), at(before) - before);
        let from = (x as usize, y as usize);
        let to = if down { (from.0, from.1 + 1) } else { (from.0 + 1, from.1) };
        script.push((from.0..to.0, from.1..to.1));
    }
    script.reverse();
    script
}

#[cfg(test)]
mod tests;
