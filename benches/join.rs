//! What joining costs: aligning two lists of times, which is to be linear in their length, and
//! joining the alerts of a log, a bot, mails and tickets; and counting the lines of copies.

#[expect(dead_code, reason = "joining writes no months")]
mod dice;

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dice::Dice;
use rfo::{
    join::{
        align::{Reach, align, gain},
        lines::{self, Facts, Known},
        repeat::repeats,
        retell::retell,
        witness::{Entity, Level, Rank, State, Witness},
    },
    time::{Instant, Precision, SECOND},
    timeline::merge::Placed,
};

/// An alert every 20 to 90 seconds, and its mail up to 30 s later.
fn lists(n: u64) -> (Vec<i64>, Vec<i64>) {
    let mut dice = Dice(7);
    let mut now = 0;
    let alerts: Vec<i64> = (0..n)
        .map(|_| {
            now += (20 + dice.below(71)) as i64 * SECOND;
            now
        })
        .collect();
    let mut mails: Vec<i64> = alerts.iter().map(|at| at + dice.below(30) as i64 * SECOND).collect();
    mails.sort_unstable();
    (alerts, mails)
}

fn aligned(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("align");
    let mail = Reach { early: 20 * SECOND, late: 900 * SECOND };
    for n in [10_000, 100_000, 1_000_000] {
        let (alerts, mails) = lists(n);
        group.throughput(Throughput::Elements(n)).sample_size(10);
        group.bench_function(BenchmarkId::from_parameter(n), |bencher| {
            bencher.iter(|| {
                let gain = |alert: usize, at: usize| gain(mails[at] - alerts[alert], mail);
                align(black_box(&alerts), black_box(&mails), mail, gain)
            });
        });
    }
    group.finish();
}

/// The alerts of 1000 checks of 50 hosts in a month, each told by four.
fn witnesses(n: u32) -> Vec<Witness> {
    let mut dice = Dice(7);
    let ways = [Rank::Monitoring, Rank::Chat, Rank::Mail, Rank::Ticket];
    let mut all = Vec::with_capacity(n as usize);
    for tick in 0..n / ways.len() as u32 {
        let instant = dice.below(30 * 86_400) as i64 * SECOND;
        let entity = Entity { host: 1 + dice.below(50) as u32, service: 1 + dice.below(20) as u32 };
        let state = dice.of(&[State::Bad(Level::Critical), State::Good]);
        for (input, rank) in (0..).zip(ways) {
            let instant = instant + dice.below(20) as i64 * SECOND;
            let precision = Precision::Second;
            all.push(Witness { instant, input, tick, entity, state, rank, precision });
        }
    }
    all
}

fn retold(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("retell");
    let all = witnesses(1_000_000);
    group.throughput(Throughput::Elements(all.len() as u64)).sample_size(10);
    group.bench_function("1M witnesses", |bencher| {
        bencher.iter(|| retell(black_box(&all), &()));
    });
    let told = retell(&all, &()).told;
    group.throughput(Throughput::Elements(told.len() as u64));
    group.bench_function("repeats of these", |bencher| {
        bencher.iter_batched(|| &told, |told| repeats(told, &()), BatchSize::LargeInput);
    });
    group.finish();
}

/// A log of 2.5 million lines, four in a second, gathered four times.
fn counted(criterion: &mut Criterion) {
    let lines = 2_500_000_u32;
    let mut order: Vec<Placed> = (0..4)
        .flat_map(|input| {
            (0..lines).map(move |tick| {
                let instant = Instant(i64::from(tick / 4) * SECOND);
                Placed { instant, input, tick }
            })
        })
        .collect();
    order.sort_unstable();
    let facts = ["a", "b", "c", "d"].map(|folder| Facts {
        role: format!("{folder}/app.log"),
        part: format!("{folder}/app.log"),
        host: None,
    });
    // Every fourth line is the same again.
    let known = |placed: &Placed| Known {
        same: if placed.tick % 4 == 3 { 1 } else { u64::from(placed.tick) + 2 },
        stands_for: 0,
    };
    let mut group = criterion.benchmark_group("lines");
    group.throughput(Throughput::Elements(order.len() as u64)).sample_size(10);
    group.bench_function("10M sketches in four copies", |bencher| {
        bencher.iter(|| lines::join(black_box(&order), &facts, known));
    });
    group.finish();
}

criterion_group!(benches, aligned, retold, counted);
criterion_main!(benches);
