//! The hard set: checks that flap every 20 to 90 s, told by a log, a bot, mails and tickets, of
//! which some are lost and all are late (`reference/algorithms.md` §3.3).

use std::collections::HashMap;

use super::*;

/// A sequence that looks random and is always the same (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn between(&mut self, from: f64, to: f64) -> f64 {
        from + self.share() * (to - from)
    }

    /// Seconds, lognormal.
    fn delay(&mut self, median: f64, sigma: f64) -> f64 {
        let normal: f64 = (0..12).map(|_| self.share()).sum::<f64>() - 6.0;
        median * (sigma * normal).exp()
    }
}

/// Who tells, how many of a hundred are lost, and how late.
struct Way {
    input: (u32, Rank),
    lost: f64,
    median: f64,
    sigma: f64,
}

const WAYS: [Way; 4] = [
    Way { input: LOG, lost: 0.02, median: 0.2, sigma: 0.5 },
    Way { input: CHAT, lost: 0.10, median: 4.0, sigma: 0.6 },
    Way { input: MAIL, lost: 0.10, median: 4.0, sigma: 1.0 },
    Way { input: TICKET, lost: 0.30, median: 4.0, sigma: 0.6 },
];

/// The mail's clock is ahead by so many seconds, and that is known or not.
struct Mails {
    known: i64,
}

impl Inputs for Mails {
    fn ahead(&self, input: u32, _: i64) -> i64 {
        if input == MAIL.0 { self.known * SECOND } else { 0 }
    }
}

/// Witnesses, each with the number of the event that it tells.
fn world(seed: u64, ahead: i64) -> Vec<(Witness, u32)> {
    let mut dice = Dice(seed);
    let mut all: Vec<(Witness, u32)> = Vec::new();
    let mut event = 0;
    for entity in (0..24).map(|n| Entity { host: 1 + n % 8, service: 1 + n / 8 }) {
        let mut now = dice.between(0.0, 600.0);
        for _ in 0..4 {
            for change in 0..24 {
                let bad = if dice.share() < 0.7 { CRITICAL } else { WARNING };
                let state = if change % 2 == 0 { bad } else { State::Good };
                tell(&mut dice, &mut all, (now, entity, state, event), ahead);
                event += 1;
                now += dice.between(20.0, 90.0);
            }
            now += dice.between(600.0, 7200.0);
        }
    }
    all.sort_by_key(|(witness, event)| (witness.input, witness.instant, *event));
    (0..).zip(&mut all).for_each(|(tick, (witness, _))| witness.tick = tick);
    all
}

fn tell(
    dice: &mut Dice,
    all: &mut Vec<(Witness, u32)>,
    (now, entity, state, event): (f64, Entity, State, u32),
    ahead: i64,
) {
    for way in &WAYS {
        let time = now + dice.delay(way.median, way.sigma);
        let opens = way.input != TICKET || state != State::Good;
        if dice.share() < way.lost || !opens {
            continue;
        }
        let clock = if way.input == MAIL { ahead } else { 0 };
        // Bots and tickets do not tell how bad it is.
        let plain = matches!(way.input, CHAT | TICKET) && state != State::Good;
        let state = if plain { FIRING } else { state };
        all.push((at(time as i64 + clock, way.input, entity, state), event));
    }
}

/// Pairs of witnesses of one event: right ones, found ones, true ones.
fn pairwise(all: &[(Witness, u32)], retold: &Retold) -> (u64, u64, u64) {
    let truth: HashMap<Place, u32> = all.iter().map(|(w, event)| (w.place(), *event)).collect();
    let mut found: HashMap<Place, Vec<u32>> = HashMap::new();
    for told in &retold.told {
        found.insert(told.witness.place(), vec![truth[&told.witness.place()]]);
    }
    for join in &retold.joins {
        found.get_mut(&join.origin).unwrap().push(truth[&join.member]);
    }
    let pairs = |n: usize| (n * n.saturating_sub(1) / 2) as u64;
    let (mut right, mut made) = (0, 0);
    for mut events in found.into_values() {
        made += pairs(events.len());
        events.sort_unstable();
        right += events.chunk_by(|a, b| a == b).map(|same| pairs(same.len())).sum::<u64>();
    }
    let mut sizes: HashMap<u32, usize> = HashMap::new();
    for (_, event) in all {
        *sizes.entry(*event).or_default() += 1;
    }
    (right, made, sizes.into_values().map(pairs).sum())
}

/// Precision, recall and F1 over all seeds, in thousandths.
fn score(ahead: i64, known: i64) -> [u64; 3] {
    let (mut right, mut made, mut real) = (0, 0, 0);
    for seed in 1..=10 {
        let all = world(seed, ahead);
        let witnesses: Vec<Witness> = all.iter().map(|(witness, _)| *witness).collect();
        let (r, m, t) = pairwise(&all, &retell(&witnesses, &Mails { known }));
        right += r;
        made += m;
        real += t;
    }
    [right * 1000 / made.max(1), right * 1000 / real, 2000 * right / (made + real)]
}

#[test]
fn the_hard_set_is_joined() {
    eprintln!("mail clock   known   precision   recall      F1");
    for (ahead, known) in [(0, 0), (37, 37), (-600, -600), (37, 0), (-600, 0)] {
        let [precision, recall, f1] = score(ahead, known);
        eprintln!("{ahead:>8} s {known:>5} s {precision:>9} ‰ {recall:>6} ‰ {f1:>5} ‰");
        assert!(ahead != known || f1 >= 990, "{ahead} s: F1 {f1} ‰");
    }
}
