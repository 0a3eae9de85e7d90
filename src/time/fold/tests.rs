//! Passes of a repeated hour in small logs.

use super::{Pass, Seen, Sequence, ln_milli};
use Pass::{First, Second, Unsure};

const MINUTE: i64 = 60_000;

/// The passes of a whole list; a certain record counts as unsure.
fn decide(list: &[Seen], by_distance: bool) -> Vec<Pass> {
    let mut sequence = Sequence::default();
    for (index, seen) in list.iter().enumerate() {
        sequence.push(index, *seen);
    }
    let mut passes = vec![Unsure; list.len()];
    for (index, pass) in sequence.finish(by_distance).passes {
        passes[index] = pass;
    }
    passes
}

/// Minutes on a clock that is set back from 120 to 60.
fn log(minutes: &[i64]) -> Vec<Seen> {
    minutes
        .iter()
        .map(|minute| match minute {
            60..120 => Seen::Twice(minute * MINUTE, (minute + 60) * MINUTE),
            ..60 => Seen::Certain(minute * MINUTE),
            _ => Seen::Certain((minute + 60) * MINUTE),
        })
        .collect()
}

#[test]
fn a_step_back_begins_the_second_pass() {
    assert_eq!(
        decide(&log(&[50, 80, 110, 65, 90, 130]), true)[1..5],
        [First, First, Second, Second]
    );
    assert_eq!(decide(&log(&[80, 110, 70]), false), [First, First, Second]);
}

#[test]
fn certain_neighbours_draw_a_log_but_not_a_ticket() {
    assert_eq!(decide(&log(&[59, 60, 61, 300]), true)[1..3], [First, First]);
    assert_eq!(decide(&log(&[10, 118, 119, 121]), true)[1..3], [Second, Second]);
    assert_eq!(decide(&log(&[10, 118, 119, 121]), false)[1..3], [Unsure, Unsure]);
}

#[test]
fn without_evidence_nothing_is_decided() {
    assert_eq!(decide(&log(&[90]), true), [Unsure]);
    assert_eq!(decide(&log(&[70, 80, 90]), true), [Unsure; 3]);
    assert_eq!(decide(&log(&[20, 90, 160]), true)[1], Unsure);
    assert_eq!(decide(&[], true), []);
}

#[test]
fn newest_first_is_read_backwards_and_disorder_not_at_all() {
    let mut newest_first = log(&[50, 80, 110, 65, 90, 130]);
    newest_first.reverse();
    assert_eq!(decide(&newest_first, true)[1..5], [Second, Second, First, First]);
    let tickets = log(&[50, 118, 130, 10, 100, 140, 20, 64, 150, 5]);
    assert!(decide(&tickets, true).iter().all(|pass| *pass == Unsure));
}

#[test]
fn the_integer_logarithm_is_one() {
    for n in [1_i64, 2, 59, 60_000, 60_001, 123_456_789, i64::from(u32::MAX), 1 << 40] {
        let exact = (n as f64).ln() * 1000.0;
        assert!((ln_milli(n) as f64 - exact).abs() <= 1.0, "{n}: {} {exact}", ln_milli(n));
    }
}

#[test]
fn writers_that_lag_behind_each_other_are_noticed() {
    let order = |minutes: &[i64]| {
        let mut sequence = Sequence::default();
        log(minutes).iter().enumerate().for_each(|(at, seen)| sequence.push(at, *seen));
        sequence.finish(true).in_order
    };
    assert!(order(&[50, 80, 110, 65, 90, 130]));
    assert!(order(&[130, 90, 65, 110, 80, 50]));
    // The second writer is ten minutes late.
    assert!(!order(&[50, 40, 80, 70, 90, 80, 110, 100]));
    assert!(!order(&[80, 70, 85, 75, 90, 80]));
}
