//! A made-up incident: hosts that fail and recover, and what a second clock tells of it.

use std::fmt;

use super::super::{Beat, Class, compare};
use crate::time::SECOND;

pub(super) const HOUR: i64 = 3600 * SECOND;
/// 2026-03-14T00:00:00Z.
pub(super) const START: i64 = 1_773_446_400 * SECOND;

/// Marsaglia's xorshift.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Self((seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        for _ in 0..8 {
            random.next();
        }
        random
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(super) fn below(&mut self, limit: i64) -> i64 {
        (self.next() % limit as u64) as i64
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.next() % 100 < chance
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Lognormal with a median of 4 s, and 1 s.
    pub(super) fn delay(&mut self) -> i64 {
        let normal =
            (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos();
        ((1.0 + 4.0 * normal.exp()) * 1000.0) as i64 * (SECOND / 1000)
    }
}

/// What is wrong with the second clock.
#[derive(Clone, Copy)]
pub(super) enum Clock {
    Off(i64),
    /// Before and after the middle.
    Step(i64, i64),
    /// At the beginning, and parts per billion.
    Drift(i64, i64),
}

impl Clock {
    pub(super) fn at(self, since: i64, length: i64) -> i64 {
        match self {
            Self::Off(offset) => offset,
            Self::Step(before, after) => {
                if since < length / 2 {
                    before
                } else {
                    after
                }
            }
            Self::Drift(offset, ppb) => offset + super::drift::over(ppb, since),
        }
    }
}

#[derive(Clone, Copy)]
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) hosts: u64,
    /// Failures of all hosts.
    pub(super) failures: usize,
    pub(super) length: i64,
    /// Percent of what the second clock tells that has nothing to do with the first.
    pub(super) wrong: u64,
    pub(super) lost: u64,
    pub(super) clock: Clock,
    /// It is the first that has that clock, with the sign turned.
    pub(super) of_cause: bool,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            hosts: 12,
            failures: 40,
            length: 12 * HOUR,
            wrong: 20,
            lost: 10,
            clock: Clock::Off(0),
            of_cause: false,
        }
    }

    /// How many of its shape are tried: large ones take long.
    pub(super) fn seeds(&self) -> u64 {
        if self.failures > 40 { 20 } else { 100 }
    }

    /// What both tell, each in order of its own clock.
    pub(super) fn tell(&self) -> (Vec<Beat>, Vec<Beat>) {
        let mut random = Random::new(self.seed);
        let mut truth: Vec<(i64, u64, u32)> = Vec::new();
        for _ in 0..self.failures {
            let host = random.next() % self.hosts;
            let mut at = random.below(self.length);
            // One in four flaps: down and up again within 20 to 90 s.
            let times = if random.percent(25) { 3 } else { 1 };
            for _ in 0..times {
                let down = if times > 1 { 20 + random.below(70) } else { 60 + random.below(5400) };
                truth.push((at, host, 1));
                truth.push((at + down * SECOND, host, 0));
                at += (down + 20 + random.below(70)) * SECOND;
            }
        }
        truth.sort_unstable();
        let mut cause = Vec::new();
        let mut effect = Vec::new();
        let mut tell = |at: i64, host: u64, state: u32| {
            let off = if self.of_cause { 0 } else { self.clock.at(at, self.length) };
            effect.push(((START + at + off) / SECOND * SECOND, host, state));
        };
        for &(at, host, state) in &truth {
            let off = if self.of_cause { self.clock.at(at, self.length) } else { 0 };
            cause.push(((START + at - off) / SECOND * SECOND, host, state));
            if random.percent(self.lost) {
                continue;
            }
            tell(at + random.delay(), host, state);
            // A problem is told again every hour, one in six of them twice.
            for again in 1..=2 {
                if state == 1 && random.percent(16) {
                    tell(at + again * HOUR + random.delay(), host, state);
                }
            }
        }
        for _ in 0..truth.len() as u64 * self.wrong / 100 {
            let (at, host) = (random.below(self.length), random.next() % self.hosts);
            tell(at, host, u32::from(random.percent(50)));
        }
        (numbered(cause), numbered(effect))
    }
}

fn numbered(mut told: Vec<(i64, u64, u32)>) -> Vec<Beat> {
    told.sort_unstable();
    let number = |(tick, (at, host, state)): (usize, (i64, u64, u32))| beat(at, host, state, tick);
    told.into_iter().enumerate().map(number).collect()
}

pub(super) fn beat(instant: i64, entity: u64, state: u32, tick: usize) -> Beat {
    Beat { instant, precision: SECOND, entity, state, tick: tick as u32 }
}

/// How well offsets were found.
#[derive(Default)]
pub(super) struct Score {
    errors_ms: Vec<i64>,
    found: usize,
    right: usize,
    /// Of 100: number and classes of the segments are right, and a drift is told of where it is.
    pub(super) class: usize,
    bounded: usize,
    sure: usize,
    segments: usize,
}

impl Score {
    pub(super) fn median(&self) -> i64 {
        self.errors_ms[self.errors_ms.len() / 2]
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secs = |ms: i64| format!("{}.{}", ms / 1000, ms % 1000 / 100);
        let of = |count: usize| format!("{} %", 100 * count / self.segments.max(1));
        write!(
            f,
            "{:>6}{:>10}{:>8}{:>7}{:>8}{:>7}",
            self.found,
            secs(self.median()),
            secs(self.errors_ms[self.errors_ms.len() * 9 / 10]),
            self.class,
            of(self.bounded),
            of(self.sure),
        )
    }
}

/// Finds a clock's error in many worlds. The error is that of the offset in the middle of each
/// segment against the truth there and the shortest delay of 1 s.
pub(super) fn score(clock: Clock, shape: impl Fn(World) -> World) -> Score {
    let mut score = Score::default();
    let seeds = shape(World::new(0)).seeds();
    for seed in 0..seeds {
        let world = World { wrong: 10 + seed % 3 * 10, clock, ..World::new(1000 + seed) };
        let world = shape(world);
        let (cause, effect) = world.tell();
        let Some(comparison) = compare(&cause, &effect) else { continue };
        score.found += 1;
        let mut classes = Vec::new();
        for segment in &comparison.segments {
            let (from, to) = segment.span();
            let mut middle = i64::midpoint(from, to);
            if world.of_cause {
                let (first, last) = (segment.first.effect, segment.last.effect);
                middle = i64::midpoint(first, last);
            }
            let truth = clock.at(middle - START, world.length);
            score.errors_ms.push((segment.offset_ns - truth - SECOND).abs() / 1_000_000);
            score.segments += 1;
            score.bounded += usize::from(segment.low <= truth && truth <= segment.high);
            score.sure += usize::from(segment.is_sure());
            classes.push((segment.class, segment.drift_ppb.is_some()));
        }
        score.right += usize::from(classes == expected(clock));
    }
    score.class = 100 * score.right / seeds as usize;
    score.errors_ms.sort_unstable();
    score
}

fn expected(clock: Clock) -> Vec<(Class, bool)> {
    let class = |offset: i64| match offset / SECOND {
        0 => Class::None,
        secs if secs % 900 == 0 => Class::ZoneError((secs / 900) as i32),
        _ => Class::ClockSkew,
    };
    match clock {
        Clock::Off(offset) => vec![(class(offset), false)],
        Clock::Step(before, after) => vec![(class(before), false), (class(after), false)],
        Clock::Drift(offset, _) => vec![(class(offset), true)],
    }
}
