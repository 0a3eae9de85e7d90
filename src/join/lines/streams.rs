//! Streams: which inputs hold records of one writer.
//!
//! Two inputs are copies of one stream where nearly all records that both could hold are in both;
//! an extract or a shorter copy holds fewer, so the smaller one counts. Parts of a rotated log are
//! of one stream by their names, where they do not overlap.

use std::{collections::HashMap, ops::Range};

use rayon::prelude::*;

use super::{Facts, Line, lines, runs};
use crate::timeline::merge::Placed;

/// Of 1000 records that both could hold, so many are in both.
const COPIES: u64 = 980;
/// So many shared records prove a copy,
const ENOUGH: u64 = 20;
/// or so many that differ from each other.
const DIFFERENT: u64 = 5;
/// So many do for files of one name that hold the same records and no others.
const WHOLE: u64 = 2;
/// An instant that more inputs tell of with one line pairs each with the first and its neighbour.
const PAIRED: usize = 8;

/// Two inputs, the lesser number first.
type Pair = (u32, u32);

/// An input as part of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    /// The least input of the stream.
    pub of: u32,
    /// The input that it shares most records with,
    pub with: u32,
    /// how many it shares,
    pub shared: u64,
    /// and how many both could share: the lesser count within the time that both span.
    pub could: u64,
}

/// The streams that several inputs tell of.
#[derive(Clone, Debug, Default)]
pub struct Streams(HashMap<u32, Stream>);

impl Streams {
    /// True where no input shares a stream with another.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The stream of an input, as its least input.
    pub fn of(&self, input: u32) -> Option<u32> {
        self.0.get(&input).map(|stream| stream.of)
    }

    /// How an input is known to be of its stream.
    pub fn get(&self, input: u32) -> Option<Stream> {
        self.0.get(&input).copied()
    }
}

/// What two inputs share.
#[derive(Clone, Copy, Debug, Default)]
struct Shared {
    /// Records in both, and how many of them differ,
    records: u64,
    different: u64,
    /// the same between the first and last instant that both span.
    inner: u64,
    inner_different: u64,
}

impl Shared {
    fn add(&mut self, other: Self) {
        self.records += other.records;
        self.different += other.different;
        self.inner += other.inner;
        self.inner_different += other.inner_different;
    }
}

/// First and last instant of the records with an identity, by input.
pub(super) fn spans(
    order: &[Placed],
    inputs: usize,
    same: &impl Fn(&Placed) -> u64,
) -> Vec<Option<(i64, i64)>> {
    let mut spans: Vec<Option<(i64, i64)>> = vec![None; inputs];
    for placed in order.iter().filter(|placed| same(placed) != 0) {
        let at = placed.instant.0;
        let span = &mut spans[placed.input as usize];
        // In order: the first comes first.
        *span = Some((span.map_or(at, |(first, _)| first), at));
    }
    spans
}

/// Finds the streams that several inputs hold records of.
pub(super) fn find(
    order: &[Placed],
    slices: &[Range<usize>],
    spans: &[Option<(i64, i64)>],
    facts: &[Facts],
    same: &(impl Fn(&Placed) -> u64 + Sync),
) -> Streams {
    let count = |slice: &Range<usize>| count(&order[slice.clone()], spans, same);
    let counted: Vec<HashMap<Pair, Shared>> = slices.par_iter().map(count).collect();
    let mut pairs: HashMap<Pair, Shared> = HashMap::new();
    for (pair, shared) in counted.into_iter().flatten() {
        pairs.entry(pair).or_default().add(shared);
    }
    let mut pairs: Vec<(Pair, Shared)> = pairs.into_iter().collect();
    pairs.sort_unstable_by_key(|(pair, _)| *pair);
    let instants = instants(order, &pairs, same);
    let mut joined = Joined::new(facts.len());
    for (pair, shared) in &pairs {
        let could = Could::new(*pair, &instants, spans);
        if may_be(*pair, facts) && is_copy(shared, &could, *pair, facts) {
            joined.join(*pair, shared.records, could.records);
        }
    }
    rotated(spans, facts, &mut joined);
    joined.streams()
}

/// Paths that name different hosts tell of different streams.
fn may_be((a, b): Pair, facts: &[Facts]) -> bool {
    let host = |input: u32| facts[input as usize].host.as_deref();
    let role = |input: u32| facts[input as usize].role.as_str();
    host(a).zip(host(b)).is_none_or(|(a, b)| a.eq_ignore_ascii_case(b))
        && !are_hosts(role(a), role(b))
}

/// Words for things that are numbered when evidence is gathered, and are no hosts.
const GATHERED: [&str; 14] = [
    "archive", "attempt", "backup", "batch", "copy", "dir", "download", "dump", "export", "folder",
    "gather", "part", "run", "try",
];

/// True for paths that differ in the number of one folder alone, as `web-1/app.log` and
/// `web-2/app.log` do: folders of two hosts.
fn are_hosts(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.split('/').rev(), other.split('/').rev());
    let (name, same) = (one.next(), other.next());
    let folders: Vec<(&str, &str)> = one.zip(other).filter(|(a, b)| a != b).collect();
    let [(a, b)] = folders[..] else { return false };
    let stem = |folder: &str| {
        folder.split(|c: char| c.is_ascii_digit()).map(str::to_lowercase).collect::<Vec<_>>()
    };
    let word = stem(a)[0].trim_end_matches(['-', '_', '.', ' ']).to_owned();
    name == same
        && stem(a).len() > 1
        && stem(a) == stem(b)
        && word.len() > 1
        && !GATHERED.contains(&word.trim_end_matches('s'))
}

fn is_copy(shared: &Shared, could: &Could, (a, b): Pair, facts: &[Facts]) -> bool {
    let proves = |records: u64, different: u64, could: u64| {
        could > 0
            && records * 1000 >= could * COPIES
            && (records >= ENOUGH || different >= DIFFERENT)
    };
    let name = |input: u32| facts[input as usize].role.rsplit('/').next().map(str::to_owned);
    let whole = shared.records == could.all_a && shared.records == could.all_b;
    proves(shared.inner, shared.inner_different, could.inner)
        || proves(shared.records, shared.different, could.records)
        || whole && shared.different >= WHOLE && name(a) == name(b)
}

/// Counts what pairs of inputs share in a slice of the order.
fn count(
    slice: &[Placed],
    spans: &[Option<(i64, i64)>],
    same: &impl Fn(&Placed) -> u64,
) -> HashMap<Pair, Shared> {
    let mut pairs: HashMap<Pair, Shared> = HashMap::new();
    let mut here: Vec<Line> = Vec::new();
    for run in runs(slice) {
        let at = run[0].instant.0;
        lines(run, same, &mut here);
        for equal in here.chunk_by(|a, b| a.0 == b.0) {
            let counts: Vec<(u32, u64)> =
                equal.chunk_by(|a, b| a.1 == b.1).map(|of| (of[0].1, of.len() as u64)).collect();
            for (a, b) in paired(&counts) {
                let records = a.1.min(b.1);
                let is_inner =
                    both(spans, (a.0, b.0)).is_some_and(|(from, to)| from < at && at < to);
                let inner = u64::from(is_inner);
                pairs.entry((a.0, b.0)).or_default().add(Shared {
                    records,
                    different: 1,
                    inner: records * inner,
                    inner_different: inner,
                });
            }
        }
    }
    pairs
}

/// The pairs among inputs that have one line: all of few; of many each with the first and with the
/// next, so that the cost stays that of the lines.
fn paired(counts: &[(u32, u64)]) -> Vec<((u32, u64), (u32, u64))> {
    let mut pairs = Vec::new();
    for (at, one) in counts.iter().enumerate() {
        let others = &counts[at + 1..];
        let taken = if counts.len() <= PAIRED || at == 0 { others.len() } else { 1 };
        pairs.extend(others.iter().take(taken).map(|other| (*one, *other)));
    }
    pairs
}

/// The time that both inputs span.
fn both(spans: &[Option<(i64, i64)>], (a, b): Pair) -> Option<(i64, i64)> {
    let (a, b) = spans[a as usize].zip(spans[b as usize])?;
    Some((a.0.max(b.0), a.1.min(b.1)))
}

/// The instants of all inputs in pairs, sorted.
fn instants(
    order: &[Placed],
    pairs: &[(Pair, Shared)],
    same: &impl Fn(&Placed) -> u64,
) -> HashMap<u32, Vec<i64>> {
    let inputs = pairs.iter().flat_map(|((a, b), _)| [*a, *b]);
    let mut instants: HashMap<u32, Vec<i64>> = inputs.map(|input| (input, Vec::new())).collect();
    for placed in order {
        if let Some(list) = instants.get_mut(&placed.input).filter(|_| same(placed) != 0) {
            list.push(placed.instant.0);
        }
    }
    instants
}

/// How many records two inputs could share.
struct Could {
    /// The lesser count within the time that both span,
    records: u64,
    /// without the first and last instant of that,
    inner: u64,
    /// and all that each holds.
    all_a: u64,
    all_b: u64,
}

impl Could {
    fn new(pair: Pair, instants: &HashMap<u32, Vec<i64>>, spans: &[Option<(i64, i64)>]) -> Self {
        let none = Vec::new();
        let [a, b] = [pair.0, pair.1].map(|input| instants.get(&input).unwrap_or(&none));
        let (from, to) = both(spans, pair).unwrap_or((0, -1));
        let within = |list: &[i64], from: i64, to: i64| {
            let first = list.partition_point(|at| *at < from);
            list.partition_point(|at| *at <= to).saturating_sub(first) as u64
        };
        Self {
            records: within(a, from, to).min(within(b, from, to)),
            inner: within(a, from + 1, to - 1).min(within(b, from + 1, to - 1)),
            all_a: a.len() as u64,
            all_b: b.len() as u64,
        }
    }
}

/// Parts of one log in one folder, one after the other.
fn rotated(spans: &[Option<(i64, i64)>], facts: &[Facts], joined: &mut Joined) {
    let mut parts: HashMap<&str, Vec<(i64, i64, u32)>> = HashMap::new();
    for (input, facts) in facts.iter().enumerate() {
        if let Some((first, last)) = spans[input] {
            parts.entry(&facts.role).or_default().push((first, last, input as u32));
        }
    }
    let mut parts: Vec<Vec<(i64, i64, u32)>> = parts.into_values().collect();
    parts.iter_mut().for_each(|parts| parts.sort_unstable());
    parts.sort_unstable();
    for pair in parts.iter().flat_map(|parts| parts.windows(2)) {
        let ((_, last, a), (first, _, b)) = (pair[0], pair[1]);
        // Only where they touch is there anything to join.
        if last == first {
            joined.join((a.min(b), a.max(b)), 0, 0);
        }
    }
}

/// Inputs that are put together, pair by pair.
struct Joined {
    above: Vec<u32>,
    with: HashMap<u32, Stream>,
}

impl Joined {
    fn new(inputs: usize) -> Self {
        Self { above: (0..inputs as u32).collect(), with: HashMap::new() }
    }

    fn root(&mut self, input: u32) -> u32 {
        let mut at = input;
        while self.above[at as usize] != at {
            let next = self.above[at as usize];
            self.above[at as usize] = self.above[next as usize];
            at = next;
        }
        at
    }

    fn join(&mut self, (a, b): Pair, shared: u64, could: u64) {
        let (one, other) = (self.root(a), self.root(b));
        self.above[one.max(other) as usize] = one.min(other);
        for (input, with) in [(a, b), (b, a)] {
            let new = Stream { of: 0, with, shared, could };
            let best = self.with.entry(input).or_insert(new);
            if shared > best.shared {
                *best = new;
            }
        }
    }

    fn streams(mut self) -> Streams {
        let with = std::mem::take(&mut self.with);
        let stream = |(input, stream)| (input, Stream { of: self.root(input), ..stream });
        Streams(with.into_iter().map(stream).collect())
    }
}
