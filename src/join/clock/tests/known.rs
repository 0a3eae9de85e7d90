//! A real failure of a clock, and small cases.

use super::*;

/// The clock of a mail relay, 2434 s slow for eight days (`cases/README.md`).
#[test]
fn the_relay_that_was_slow() {
    let path = std::env::var("RFO_SKEW_CASE").unwrap_or_else(|_| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/cases/vger_2021_skew.tsv").to_owned()
    });
    let Ok(text) = std::fs::read_to_string(path) else { return };
    let mut pairs = Vec::new();
    let mut senders: Vec<&str> = Vec::new();
    for line in text.lines().skip(1) {
        let [time, apart, sender] = *line.split('\t').collect::<Vec<_>>() else { panic!("{line}") };
        let number = |range: std::ops::Range<usize>| time[range].parse::<i64>().unwrap();
        // Days of July 2021; the first is the 18,809th since 1970.
        let secs = (18_809 + number(8..10) - 1) * 86_400
            + number(11..13) * 3600
            + number(14..16) * 60
            + number(17..19);
        let key = senders.iter().position(|other| *other == sender).unwrap_or_else(|| {
            senders.push(sender);
            senders.len() - 1
        });
        pairs.push(Pair {
            cause: secs * SECOND,
            effect: (secs + apart.parse::<i64>().unwrap()) * SECOND,
            precision: (SECOND, SECOND),
            key: key as u64,
            ticks: (pairs.len() as u32, pairs.len() as u32),
        });
    }
    let comparison = follow(&pairs).unwrap();
    for segment in &comparison.segments {
        let day = |pair: &Pair| (pair.cause / SECOND - 18_809 * 86_400) as f64 / 86_400.0 + 1.0;
        println!(
            "July {:.2} to {:.2}: {} s ({} to {}), {:?}, drift {:?} ppb, {} pairs of {} keys, \
             violations {} to {}",
            day(&segment.first),
            day(&segment.last),
            segment.offset_ns / SECOND,
            segment.low / SECOND,
            segment.high / SECOND,
            segment.class,
            segment.drift_ppb,
            segment.pairs,
            segment.keys,
            segment.violations_before,
            segment.violations_after,
        );
    }
    let [before, slow, after] = &comparison.segments[..] else { panic!("three segments") };
    // Seconds of July: the first bad hop on the 19th at 09:55:33, the last on the 27th at 02:57:12.
    let secs = |pair: &Pair| pair.cause / SECOND - 18_809 * 86_400;
    assert_eq!(secs(&before.last), 17 * 86_400 + 2347);
    assert_eq!(secs(&slow.first), 18 * 86_400 + 35_733);
    assert_eq!(secs(&slow.last), 26 * 86_400 + 10_632);
    assert_eq!(secs(&after.first), 26 * 86_400 + 37_003);
    assert!((slow.offset_ns / SECOND + 2434).abs() <= 10);
    assert_eq!(slow.class, Class::ClockSkew);
    assert!(slow.is_proven());
    let drift = slow.drift_ppb.expect("a drift");
    assert!((12_000..27_000).contains(&drift), "{drift}");
    assert_eq!(after.class, Class::None);
}

fn pairs(apart: &[(i64, i64)]) -> Vec<Pair> {
    let pair = |(number, &(at, apart)): (usize, &(i64, i64))| Pair {
        cause: at * SECOND,
        effect: (at + apart) * SECOND,
        precision: (SECOND, SECOND),
        key: number as u64 % 7,
        ticks: (number as u32, number as u32),
    };
    apart.iter().enumerate().map(pair).collect()
}

#[test]
fn two_events_tell_nothing() {
    assert_eq!(follow(&pairs(&[(0, -600), (60, -600)])), None);
    assert_eq!(compare(&[], &[]), None);
}

/// Three keys that agree are enough to tell of an offset, not to correct by it.
#[test]
fn three_pairs_are_told_but_not_sure() {
    let found = follow(&pairs(&[(0, -600), (60, -599), (300, -598)])).unwrap();
    assert_eq!(found.segments.len(), 1);
    assert!(found.segments[0].is_proven());
    assert!(!found.segments[0].is_sure());
}

#[test]
fn the_floor_is_not_what_stands_alone() {
    let mut delays: Vec<floor::Delay> = [-400, -399, 2, 3, 3, 4, 6, 9, 20, 500]
        .into_iter()
        .enumerate()
        .map(|(key, secs)| floor::Delay { apart: secs * SECOND, key: key as u64, coarse: SECOND })
        .collect();
    assert_eq!(floor::floor(&mut delays).unwrap().at, 2 * SECOND);
    // One sender whose own clock is slow is no floor either.
    for delay in &mut delays {
        *delay = floor::Delay { apart: delay.apart.max(-6 * SECOND), ..*delay };
    }
    for secs in [-8, -7, -7, -6] {
        delays.push(floor::Delay { apart: secs * SECOND, key: 0, coarse: SECOND });
    }
    delays.retain(|delay| delay.key != 1);
    assert_eq!(floor::floor(&mut delays).unwrap().at, 2 * SECOND);
}

/// Instants at the ends of what 64 bits hold do no harm.
#[test]
fn any_instants_can_be_compared() {
    let beat = |instant, entity| Beat { instant, precision: 0, entity, state: 0, tick: 0 };
    let ends: Vec<Beat> =
        (0..4).flat_map(|key| [beat(i64::MIN, key), beat(0, key), beat(i64::MAX, key)]).collect();
    let mut sorted = ends;
    sorted.sort_by_key(|beat| beat.instant);
    let found = compare(&sorted, &sorted).unwrap();
    assert!(found.errors().next().is_none());
}
