//! Which pass of a repeated hour a time belongs to, by the order of the records.
//!
//! Where clocks are set back, an hour (in some places half or two) is written twice. A log goes on
//! through both passes, so the times around an ambiguous one decide: after a step back it is the
//! second pass, and close to a certain time it is the pass that is closer. Each ambiguous run is the
//! cheapest path through its two states, and the price of the other choice tells how sure it is.

/// What is known of one record: its instants in milliseconds, and whether it has one or two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// A certain instant.
    Certain(i64),
    /// First and second pass.
    Twice(i64, i64),
}

impl Seen {
    fn earliest(self) -> i64 {
        match self {
            Self::Certain(at) | Self::Twice(at, _) => at,
        }
    }

    fn latest(self) -> i64 {
        match self {
            Self::Certain(at) | Self::Twice(_, at) => at,
        }
    }

    fn state(self, second: usize) -> i64 {
        if second == 1 { self.latest() } else { self.earliest() }
    }
}

/// What was decided for an ambiguous record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// The order proves the first pass.
    First,
    /// The order proves the second pass.
    Second,
    /// It proves neither.
    Unsure,
}

/// What a sequence gave.
#[derive(Debug)]
pub(super) struct Decision {
    /// The passes of the ambiguous records, by index.
    pub(super) passes: Vec<(usize, Pass)>,
    /// No path through the repeated hour goes without a step back, or there are many outside of
    /// it: the records are of several writers, each in an order of its own.
    pub(super) in_order: bool,
}

/// Of this many steps outside of the repeated hour one may go back before the order is doubted: a
/// clock that was set, a process that was slow once.
const RARE: usize = 100;
/// Clocks of several writers may run this far apart, in milliseconds.
pub(super) const JITTER: i64 = 60_000;
/// The price of a step back, in thousandths of a nat: more than any path of steps forward.
const BACK: i64 = 1_000_000_000;
/// A choice this much cheaper than the other is taken: measured on 2283 real transitions, it is
/// wrong for about one line in a thousand at an hour and a half between lines, and for none at ten
/// minutes.
const MARGIN: i64 = 2500;

/// The records of one writer in file order, of which only the ambiguous ones and their certain
/// neighbours are kept.
#[derive(Debug, Default)]
pub(super) struct Sequence {
    last: Option<Seen>,
    steps: usize,
    up: usize,
    down: usize,
    /// The run that is going on.
    open: Run,
    runs: Vec<Run>,
}

/// Ambiguous records that follow each other, with the certain ones on both sides.
#[derive(Debug, Default)]
struct Run {
    before: Option<Seen>,
    places: Vec<usize>,
    seen: Vec<Seen>,
    after: Option<Seen>,
}

impl Sequence {
    /// Takes the next record, which stands at `index` in the input.
    pub(super) fn push(&mut self, index: usize, seen: Seen) {
        if let Some(last) = self.last.replace(seen) {
            self.steps += 1;
            self.down += usize::from(seen.latest() < last.earliest() - JITTER);
            self.up += usize::from(seen.earliest() > last.latest() + JITTER);
        }
        match seen {
            Seen::Twice(..) => {
                self.open.places.push(index);
                self.open.seen.push(seen);
            }
            Seen::Certain(_) if self.open.seen.is_empty() => self.open.before = Some(seen),
            Seen::Certain(_) => {
                let next = Run { before: Some(seen), ..Run::default() };
                let run = std::mem::replace(&mut self.open, next);
                self.runs.push(Run { after: Some(seen), ..run });
            }
        }
    }

    /// The passes of all ambiguous records, by index. `by_distance` lets the closeness to certain
    /// times decide as well as steps back; it is right for logs, not for people's notes. A sequence
    /// that is sorted neither up nor down decides nothing.
    pub(super) fn finish(mut self, by_distance: bool) -> Decision {
        let margin = if by_distance { MARGIN } else { BACK / 2 };
        self.runs.push(self.open);
        // One step in twenty may go the wrong way.
        let ascending = self.down * 20 <= self.steps;
        let descending = !ascending && self.up * 20 <= self.steps;
        let mut in_order = self.up.min(self.down) * RARE <= self.steps;
        let mut decided = Vec::new();
        for mut run in self.runs {
            if descending {
                run.seen.reverse();
                run.places.reverse();
                std::mem::swap(&mut run.before, &mut run.after);
            }
            let passes = if ascending || descending {
                let (passes, price) = decide_run(run.before, &run.seen, run.after, margin);
                in_order &= price < BACK;
                passes
            } else {
                vec![Pass::Unsure; run.seen.len()]
            };
            decided.extend(run.places.into_iter().zip(passes));
        }
        Decision { passes: decided, in_order }
    }
}

/// Forward and backward least sums over the two states of each record of a run, with the certain
/// neighbours at both ends; and the price of the cheapest path.
fn decide_run(
    before: Option<Seen>,
    run: &[Seen],
    after: Option<Seen>,
    margin: i64,
) -> (Vec<Pass>, i64) {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return (Vec::new(), 0) };
    let mut passes = vec![Pass::Unsure; run.len()];
    let enter = |state: usize| before.map_or(0, |p| cost(p.latest(), first.state(state)));
    let mut forward = vec![[enter(0), enter(1)]];
    for pair in run.windows(2) {
        let last = forward[forward.len() - 1];
        let step = |to: usize| {
            let from = |state: usize| last[state] + cost(pair[0].state(state), pair[1].state(to));
            from(0).min(from(1))
        };
        forward.push([step(0), step(1)]);
    }
    let leave = |state: usize| after.map_or(0, |q| cost(last.state(state), q.earliest()));
    let mut back = [leave(0), leave(1)];
    let ends = forward[run.len() - 1];
    let price = (ends[0] + back[0]).min(ends[1] + back[1]);
    for place in (0..run.len()).rev() {
        let sum = |state: usize| forward[place][state] + back[state];
        let saved = sum(1) - sum(0);
        passes[place] = if saved >= margin {
            Pass::First
        } else if -saved >= margin {
            Pass::Second
        } else {
            Pass::Unsure
        };
        if place > 0 {
            let step = |state: usize| {
                let to = |next: usize| {
                    back[next] + cost(run[place - 1].state(state), run[place].state(next))
                };
                to(0).min(to(1))
            };
            back = [step(0), step(1)];
        }
    }
    (passes, price)
}

/// The price of going from one instant to the next, in thousandths of a nat: the logarithm of the
/// minutes between, so that one long gap is cheaper than two.
fn cost(from: i64, to: i64) -> i64 {
    let step = to - from;
    if step < -JITTER {
        return BACK - step / 1000;
    }
    let waited = ln_milli(60_000 + step.max(0)) - ln_milli(60_000);
    waited + if step < 0 { 500 } else { 0 }
}

/// 1000 · ln(n) for n ≥ 1, in integers, so that every machine gets the same.
fn ln_milli(n: i64) -> i64 {
    const BITS: u32 = 16;
    const LN_2_MILLIONTHS: i64 = 693_147;
    let n = n.max(1) as u64;
    let whole = n.ilog2();
    // The mantissa in [1, 2) as a 32-bit fraction; each squaring yields one bit of the logarithm.
    let mut mantissa = (u128::from(n) << 32 >> whole) as u64;
    let mut log2 = i64::from(whole);
    for _ in 0..BITS {
        let square = (u128::from(mantissa) * u128::from(mantissa)) >> 32;
        let bit = square >> 33 != 0;
        log2 = log2 * 2 + i64::from(bit);
        mantissa = if bit { (square >> 1) as u64 } else { square as u64 };
    }
    log2 * LN_2_MILLIONTHS / (1000 << BITS)
}

#[cfg(test)]
mod tests;
