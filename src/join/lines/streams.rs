//! Streams: which series hold records of one writer.
//!
//! Two series are copies of one stream where nearly all records that both could hold are in both;
//! an extract or a shorter copy holds fewer, so the smaller one counts.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

use rayon::prelude::*;

use super::{
    Ambiguous, Facts, Known, Line,
    here::overlap,
    lines, runs,
    series::{Series, Span},
};
use crate::{sets::Sets, timeline::merge::Placed};

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

/// Two series, the lesser number first.
type Pair = (u32, u32);

/// A series as part of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    /// The least series of the stream.
    pub of: u32,
    /// The series that it shares most records with,
    pub with: u32,
    /// how many it shares,
    pub shared: u64,
    /// and how many both could share: the lesser count within the time that both span.
    pub could: u64,
}

/// The streams that several series tell of.
#[derive(Clone, Debug, Default)]
pub struct Streams {
    found: HashMap<u32, Stream>,
    /// The series of each input.
    series: Vec<u32>,
}

impl Streams {
    /// The stream of a series, as its least series.
    pub(super) fn of(&self, series: u32) -> u32 {
        self.found.get(&series).map_or(series, |stream| stream.of)
    }

    /// The stream of an input: a number that inputs have in common which tell of one stream.
    pub fn of_input(&self, input: u32) -> u32 {
        self.series.get(input as usize).map_or(input, |series| self.of(*series))
    }

    /// How an input is known to be of its stream; none where no other series is.
    pub fn of_stream(&self, input: u32) -> Option<Stream> {
        self.get(*self.series.get(input as usize)?)
    }

    /// How a series is known to be of its stream; none where no other is.
    pub fn get(&self, series: u32) -> Option<Stream> {
        self.found.get(&series).copied()
    }
}

/// What two series share.
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

/// Finds the streams that several series hold records of.
pub(super) fn find(
    order: &[Placed],
    slices: &[Range<usize>],
    series: &Series,
    facts: &[Facts],
    known: &(impl Fn(&Placed) -> Known + Sync),
) -> (Streams, Vec<Ambiguous>) {
    let count = |slice: &Range<usize>| count(&order[slice.clone()], series, known);
    let counted: Vec<HashMap<Pair, Shared>> = slices.par_iter().map(count).collect();
    let mut pairs: HashMap<Pair, Shared> = HashMap::new();
    for (pair, shared) in counted.into_iter().flatten() {
        pairs.entry(pair).or_default().add(shared);
    }
    let mut pairs: Vec<(Pair, Shared)> = pairs.into_iter().collect();
    pairs.sort_unstable_by_key(|(pair, _)| *pair);
    let instants = instants(order, &pairs, series, known);
    let mut joined = Joined::new(facts.len());
    let mut ambiguous = Vec::new();
    let role = |of: u32| facts[of as usize].role.as_str();
    for (pair, shared) in &pairs {
        let could = Could::new(*pair, &instants, series);
        if !may_be(*pair, series, facts) {
            continue;
        }
        let touch = both(series, *pair).filter(|(from, to)| from == to);
        if is_copy(shared, &could, *pair, facts) {
            joined.join(*pair, shared.records, could.records);
        } else if let Some((at, _)) = touch.filter(|_| role(pair.0) != role(pair.1)) {
            let [a, b] = [pair.0, pair.1].map(|of| of_series(of, at, order, series, known));
            let again = repeated(&a, &b);
            let shared = again.len() as u64;
            let different = again.iter().collect::<HashSet<_>>().len() as u64;
            if shared >= ENOUGH && different > 1 || different >= DIFFERENT {
                joined.join(*pair, shared, shared);
            } else if shared > 0 && facts[pair.0 as usize].name() == facts[pair.1 as usize].name() {
                ambiguous.push((pair.0, pair.1, shared));
            }
        }
    }
    let inputs = 0..facts.len() as u32;
    let series = inputs.map(|input| series.of(input).0).collect();
    (Streams { found: joined.streams(), series }, ambiguous)
}

/// The lines that one begins with and the other ends with, where they touch.
fn repeated<'l>(a: &'l [u64], b: &'l [u64]) -> &'l [u64] {
    let (ends, begins) = (overlap(a, b), overlap(b, a));
    if ends >= begins { &b[..ends] } else { &a[..begins] }
}

/// What a series holds of an instant, in its order.
fn of_series(
    of: u32,
    instant: i64,
    order: &[Placed],
    series: &Series,
    known: &impl Fn(&Placed) -> Known,
) -> Vec<u64> {
    let first = order.partition_point(|placed| placed.instant.0 < instant);
    let here = &order[first..];
    let here = &here[..here.partition_point(|placed| placed.instant.0 <= instant)];
    let mut held: Vec<Line> = lines(here, series, known).filter(|line| line.1 == of).collect();
    held.sort_unstable_by_key(|line| (line.2, line.3));
    held.into_iter().map(|line| line.0).collect()
}

/// Paths that name different hosts tell of different streams.
fn may_be((a, b): Pair, series: &Series, facts: &[Facts]) -> bool {
    let host = |of: u32| {
        let mut hosts =
            series.inputs(of).iter().map(|input| facts[*input as usize].host.as_deref());
        hosts.find_map(|host| host)
    };
    let role = |of: u32| facts[of as usize].role.as_str();
    host(a).zip(host(b)).is_none_or(|(a, b)| a.eq_ignore_ascii_case(b))
        && !are_hosts(role(a), role(b))
}

/// Words for things that are numbered when evidence is gathered, and are no hosts.
const GATHERED: [&str; 14] = [
    "archive", "attempt", "backup", "batch", "copy", "dir", "download", "dump", "export", "folder",
    "gather", "part", "run", "try",
];

/// True for paths that differ in the number of one folder or file alone, as `web-1/app.log` and
/// `web-2/app.log` do: those of two hosts. A file downloaded twice bears its number in brackets.
fn are_hosts(one: &str, other: &str) -> bool {
    let (one, other) = (one.split('/').rev(), other.split('/').rev());
    let differ: Vec<(&str, &str)> = one.zip(other).filter(|(a, b)| a != b).collect();
    let [(a, b)] = differ[..] else { return false };
    let stem = |folder: &str| {
        folder.split(|c: char| c.is_ascii_digit()).map(str::to_lowercase).collect::<Vec<_>>()
    };
    let word = stem(a)[0].trim_end_matches(['-', '_', '.', ' ']).to_owned();
    stem(a).len() > 1
        && stem(a) == stem(b)
        && !a.eq_ignore_ascii_case(b)
        && word.len() > 1
        && !word.ends_with('(')
        && !GATHERED.contains(&word.trim_end_matches('s'))
}

fn is_copy(shared: &Shared, could: &Could, (a, b): Pair, facts: &[Facts]) -> bool {
    let proves = |records: u64, different: u64, could: u64| {
        could > 0
            && records * 1000 >= could * COPIES
            && (records >= ENOUGH || different >= DIFFERENT)
    };
    let whole = shared.records == could.all_a && shared.records == could.all_b;
    proves(shared.inner, shared.inner_different, could.inner)
        || proves(shared.records, shared.different, could.records)
        || whole
            && shared.different >= WHOLE
            && facts[a as usize].name() == facts[b as usize].name()
}

/// Counts what pairs of series share in a slice of the order.
fn count(
    slice: &[Placed],
    series: &Series,
    known: &impl Fn(&Placed) -> Known,
) -> HashMap<Pair, Shared> {
    let mut pairs: HashMap<Pair, Shared> = HashMap::new();
    let mut here: Vec<Line> = Vec::new();
    for run in runs(slice) {
        let at = run[0].instant.0;
        here.clear();
        here.extend(lines(run, series, known));
        here.sort_unstable();
        for equal in here.chunk_by(|a, b| a.0 == b.0) {
            let counts: Vec<(u32, u64)> =
                equal.chunk_by(|a, b| a.1 == b.1).map(|of| (of[0].1, of.len() as u64)).collect();
            for (a, b) in paired(&counts) {
                let records = a.1.min(b.1);
                let inner = both(series, (a.0, b.0)).is_some_and(|(from, to)| from < at && at < to);
                let inner = u64::from(inner);
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

/// The pairs among series that have one line: all of few; of many each with the first and with the
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

/// The time that both series span.
fn both(series: &Series, (a, b): Pair) -> Option<Span> {
    let (a, b) = series.span(a).zip(series.span(b))?;
    Some((a.0.max(b.0), a.1.min(b.1)))
}

/// The instants of all series in pairs, sorted.
fn instants(
    order: &[Placed],
    pairs: &[(Pair, Shared)],
    series: &Series,
    known: &impl Fn(&Placed) -> Known,
) -> HashMap<u32, Vec<i64>> {
    let wanted = pairs.iter().flat_map(|((a, b), _)| [*a, *b]);
    let mut instants: HashMap<u32, Vec<i64>> = wanted.map(|of| (of, Vec::new())).collect();
    for placed in order {
        if let Some(list) = instants.get_mut(&series.of(placed.input).0) {
            let known = known(placed);
            if known.same != 0 && known.stands_for == 0 {
                list.push(placed.instant.0);
            }
        }
    }
    instants
}

/// How many records two series could share.
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
    fn new(pair: Pair, instants: &HashMap<u32, Vec<i64>>, series: &Series) -> Self {
        let none = Vec::new();
        let [a, b] = [pair.0, pair.1].map(|of| instants.get(&of).unwrap_or(&none));
        let (from, to) = both(series, pair).unwrap_or((0, -1));
        let within = |list: &[i64], from: i64, to: i64| {
            let first = list.partition_point(|at| *at < from);
            list.partition_point(|at| *at <= to).saturating_sub(first) as u64
        };
        let least = |from, to| within(a, from, to).min(within(b, from, to));
        let inner = least(from + 1, to - 1);
        // Either may be cut within the first and the last instant.
        let edges = if from < to { least(from, from) + least(to, to) } else { least(from, to) };
        Self { records: inner + edges, inner, all_a: a.len() as u64, all_b: b.len() as u64 }
    }
}

/// Series that are put together, pair by pair.
struct Joined {
    sets: Sets,
    with: HashMap<u32, Stream>,
}

impl Joined {
    fn new(inputs: usize) -> Self {
        Self { sets: Sets::new(inputs), with: HashMap::new() }
    }

    fn join(&mut self, (a, b): Pair, shared: u64, could: u64) {
        self.sets.join(a as usize, b as usize);
        for (of, with) in [(a, b), (b, a)] {
            let new = Stream { of: 0, with, shared, could };
            let best = self.with.entry(of).or_insert(new);
            if shared > best.shared {
                *best = new;
            }
        }
    }

    fn streams(mut self) -> HashMap<u32, Stream> {
        let with = std::mem::take(&mut self.with);
        let stream = |(of, stream)| {
            let root = self.sets.root(of as usize) as u32;
            (of, Stream { of: root, ..stream })
        };
        with.into_iter().map(stream).collect()
    }
}
