//! Alignment: which entries of two lists of times tell of the same, in order.
//!
//! Takes two sorted lists and what a pair of their entries gains; gives the pairs of largest gain in
//! all, none of which cross. This is the alignment of Needleman and Wunsch (1970) with a fixed cost
//! for what stays alone, written as a gain over leaving both alone. Entries further apart than
//! [`Reach`] are never looked at, so a list of n entries with w in reach of each takes n·w steps.
//!
//! Two equal alerts a minute apart are told by two mails a minute apart, each some seconds late:
//! the nearest mail may be the other one's, but the order tells. Measured on flapping checks in
//! `reference/algorithms.md` §3.3.

use std::ops::Range;

use crate::time::SECOND;

/// Milli-nats that an entry costs which stays alone.
const ALONE: i64 = 2500;
/// One step of the table of costs: 100 ms.
const STEP: i64 = SECOND / 10;
/// Five seconds, the distance at which a pair costs ln 2, in steps.
const SCALE: u64 = 50;
/// Steps until a pair costs as much as two entries alone: 5 s · (e⁵ − 1) = 737 s.
const STEPS: usize = 7371;
/// Most entries that are looked at for one: those nearest in time. Only lists with several entries
/// a second have more in reach.
const WIDTH: usize = 512;

/// Gain of a pair, in milli-nats, by its distance: 2 · 2.5 − ln(1 + distance / 5 s).
const GAINS: [u16; STEPS] = gains();

/// Logarithms in fixed point: the same bytes on every machine.
const fn gains() -> [u16; STEPS] {
    const ONE: u64 = 1 << 32;
    let mut table = [0; STEPS];
    let mut log = 0;
    let mut step = 0;
    while step < STEPS {
        let cost = (log * 1000 + ONE / 2) / ONE;
        let both = 2 * ALONE as u64;
        table[step] = if cost < both { (both - cost) as u16 } else { 0 };
        // ln((n + 1) / n) = 2 · (z + z³/3 + z⁵/5 …) with z = 1 / (2n + 1), n from 50.
        let z = ONE / (2 * (SCALE + step as u64) + 1);
        let square = z * z / ONE;
        let cube = z * square / ONE;
        log += 2 * (z + cube / 3 + cube * square / ONE / 5);
        step += 1;
    }
    table
}

/// How far the second of a pair may be before and after the first, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// How much earlier it may be.
    pub early: i64,
    /// How much later.
    pub late: i64,
}

/// The gain of a pair in milli-nats by the distance `apart` (nanoseconds, of the second from the
/// first) that is left when the clocks' offset is taken out; 0 where they never are one.
pub fn gain(apart: i64, reach: Reach) -> i64 {
    if apart < -reach.early || apart > reach.late {
        return 0;
    }
    let step = (apart.unsigned_abs() / STEP.unsigned_abs()) as usize;
    GAINS.get(step).map_or(0, |gain| i64::from(*gain))
}

/// The pairs of largest gain in all, by index, in order. `one` and `other` are sorted times in
/// nanoseconds on one clock; `gain` is asked for entries within `reach` only, and a pair that gains
/// nothing is never made. Where two solutions are equally good, the earlier entries are paired: what
/// comes later repeats.
pub fn align(
    one: &[i64],
    other: &[i64],
    reach: Reach,
    gain: impl Fn(usize, usize) -> i64,
) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut run = Run::default();
    for (row, band) in bands(one, other, reach) {
        // What follows can have no pair with what stands before: a new problem.
        if run.bands.last().is_some_and(|(_, last)| band.start >= last.end) {
            run.solve(&gain, &mut pairs);
        }
        run.bands.push((row, band));
    }
    run.solve(&gain, &mut pairs);
    pairs
}

/// For each entry of `one` that has any in reach, the range of those. Both ends only grow.
fn bands(one: &[i64], other: &[i64], reach: Reach) -> impl Iterator<Item = (usize, Range<usize>)> {
    let (mut start, mut near, mut end) = (0, 0, 0);
    let until = move |mut at: usize, limit: i64| {
        while other.get(at).is_some_and(|&time| time < limit) {
            at += 1;
        }
        at
    };
    one.iter().enumerate().filter_map(move |(row, &time)| {
        start = until(start, time.saturating_sub(reach.early));
        near = until(near, time);
        end = until(end, time.saturating_add(reach.late).saturating_add(1));
        let band = start.max(near.saturating_sub(WIDTH / 4))..end.min(near + WIDTH * 3 / 4);
        (!band.is_empty()).then_some((row, band))
    })
}

/// One problem: rows whose bands hang together, and what its solving needs.
#[derive(Default)]
struct Run {
    /// Row and its band, no band empty.
    bands: Vec<(usize, Range<usize>)>,
    /// Best gain up to each place of the band, after a row; the last and the one before.
    best: Vec<i64>,
    before: Vec<i64>,
    /// How each place was reached, row after row.
    steps: Vec<Step>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The row stays alone.
    Up,
    /// The column stays alone.
    Left,
    /// Both are a pair.
    Pair,
}

impl Run {
    /// Finds the pairs of the rows held, and forgets the rows.
    fn solve(&mut self, gain: &impl Fn(usize, usize) -> i64, pairs: &mut Vec<(usize, usize)>) {
        self.steps.clear();
        self.best.clear();
        let mut above = 0..0;
        // Best gain of all that stands left of the row's band.
        let mut left = 0;
        for (row, band) in &self.bands {
            std::mem::swap(&mut self.best, &mut self.before);
            self.best.clear();
            let up = |column: usize, left: i64| {
                if column < above.start {
                    return left;
                }
                let at = (column - above.start).min(self.before.len().wrapping_sub(1));
                self.before.get(at).copied().unwrap_or(left)
            };
            let start = band.start.checked_sub(1).map_or(0, |column| up(column, left));
            let (mut last, mut diagonal) = (start, start);
            for column in band.clone() {
                let over = up(column, left);
                let pair = gain(*row, column);
                let paired = if pair > 0 { diagonal + pair } else { 0 };
                let best = over.max(last).max(paired);
                self.steps.push(match best {
                    best if best == over => Step::Up,
                    best if best == last => Step::Left,
                    _ => Step::Pair,
                });
                self.best.push(best);
                (last, diagonal) = (best, over);
            }
            left = start;
            above = band.clone();
        }
        self.trace(pairs);
        self.bands.clear();
    }

    /// Walks the steps back.
    fn trace(&self, pairs: &mut Vec<(usize, usize)>) {
        let found = pairs.len();
        let mut row_end = self.steps.len();
        let mut column = self.bands.last().map_or(0, |(_, band)| band.end);
        for (row, band) in self.bands.iter().rev() {
            let row_start = row_end - band.len();
            // `column` is the first that is not to be used any more.
            column = column.min(band.end);
            while column > band.start {
                match self.steps[row_start + column - 1 - band.start] {
                    Step::Up => break,
                    Step::Left => column -= 1,
                    Step::Pair => {
                        column -= 1;
                        pairs.push((*row, column));
                        break;
                    }
                }
            }
            row_end = row_start;
        }
        pairs[found..].reverse();
    }
}

#[cfg(test)]
mod tests;
