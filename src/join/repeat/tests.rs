use proptest::prelude::*;

use super::*;
use crate::{
    join::witness::{Entity, Level, Rank, Witness},
    time::Precision,
};

const CRITICAL: State = State::Bad(Level::Critical);
const WARNING: State = State::Bad(Level::Warning);
const FIRING: State = State::Bad(Level::Any);
const GOOD: State = State::Good;
const MINUTE: i64 = 60;
const HOUR: i64 = 3600;

/// An event at a second, told first by that input; the second is its tick.
fn by(input: u32, second: i64, state: State) -> Told {
    let witness = Witness {
        instant: second * SECOND,
        input,
        tick: second as u32,
        entity: Entity { host: 1, service: 1 },
        state,
        rank: Rank::Monitoring,
        precision: Precision::Second,
    };
    Told { at: witness.instant, witness, count: 1 }
}

fn told(events: &[(i64, State)]) -> Vec<Told> {
    events.iter().map(|(second, state)| by(0, *second, *state)).collect()
}

/// Rule, head and members of each fold.
fn folds(told: &[Told]) -> Vec<(Rule, u32, Vec<u32>)> {
    let ticks = |members: &[Place]| members.iter().map(|place| place.tick).collect();
    repeats(told, &())
        .iter()
        .map(|fold| (fold.rule, fold.head.tick, ticks(&fold.members)))
        .collect()
}

#[test]
fn notifications_count_on_the_open_problem() {
    let events =
        told(&[(0, CRITICAL), (2, CRITICAL), (3600, FIRING), (7200, CRITICAL), (9000, GOOD)]);
    assert_eq!(folds(&events), [(Rule::Renotification, 0, vec![2, 3600, 7200])]);
    let [fold] = &repeats(&events, &())[..] else { panic!() };
    assert_eq!((fold.first, fold.last), (0, 2 * HOUR * SECOND));
    assert_eq!((fold.times, fold.longest_bad, fold.well), (1, 2 * HOUR * SECOND, false));
}

#[test]
fn a_recovery_closes_the_problem() {
    let events = told(&[(0, CRITICAL), (3600, GOOD), (3602, GOOD), (7200, CRITICAL)]);
    assert_eq!(folds(&events), [(Rule::Renotification, 3600, vec![3602])]);
    let later = told(&[(0, CRITICAL), (3600, GOOD), (3600 + 16 * MINUTE, GOOD)]);
    assert_eq!(folds(&later), []);
}

#[test]
fn another_level_is_news() {
    let events = told(&[(0, WARNING), (600, CRITICAL), (1200, CRITICAL), (1800, State::Unknown)]);
    assert_eq!(folds(&events), [(Rule::Renotification, 600, vec![1200])]);
}

#[test]
fn a_long_silence_ends_the_problem() {
    assert_eq!(folds(&told(&[(0, CRITICAL), (6 * HOUR, CRITICAL)])).len(), 1);
    assert_eq!(folds(&told(&[(0, CRITICAL), (6 * HOUR + 1, CRITICAL)])), []);
}

#[test]
fn acknowledgements_stay() {
    let events = told(&[
        (0, CRITICAL),
        (60, State::Acknowledged(Level::Any)),
        (61, State::Acknowledged(Level::Any)),
        (3600, CRITICAL),
    ]);
    assert_eq!(folds(&events), [(Rule::Renotification, 0, vec![3600])]);
}

#[test]
fn four_changes_in_half_an_hour_are_flapping() {
    let events = told(&[(0, CRITICAL), (600, GOOD), (1200, CRITICAL), (1800, GOOD)]);
    assert_eq!(folds(&events), [(Rule::Flapping, 0, vec![600, 1200, 1800])]);
    let slower = told(&[(0, CRITICAL), (600, GOOD), (1200, CRITICAL), (1801, GOOD)]);
    assert_eq!(folds(&slower), []);
}

#[test]
fn flapping_tells_how_often_and_how_long() {
    let events = told(&[
        (0, CRITICAL),
        (30, GOOD),
        (60, CRITICAL),
        (150, GOOD),
        (200, WARNING),
        (230, GOOD),
        (20_000, CRITICAL),
    ]);
    let [fold] = &repeats(&events, &())[..] else { panic!() };
    assert_eq!((fold.times, fold.longest_bad, fold.well), (3, 90 * SECOND, true));
    assert_eq!((fold.first, fold.last, fold.members.len()), (0, 230 * SECOND, 5));
}

#[test]
fn flapping_starts_with_what_is_bad_and_leaves_acknowledgements() {
    let events = told(&[
        (0, CRITICAL),
        (10_000, GOOD),
        (10_060, CRITICAL),
        (10_100, State::Acknowledged(Level::Any)),
        (10_120, GOOD),
        (10_180, CRITICAL),
        (10_240, State::FlappingStart),
        (10_300, GOOD),
    ]);
    assert_eq!(folds(&events), [(Rule::Flapping, 10_060, vec![10_120, 10_180, 10_240, 10_300])]);
}

#[test]
fn what_stays_bad_after_flapping_counts_on_it() {
    let events = told(&[
        (0, CRITICAL),
        (60, GOOD),
        (120, CRITICAL),
        (180, GOOD),
        (240, CRITICAL),
        (3840, CRITICAL),
        (4000, GOOD),
    ]);
    let flapping = (Rule::Flapping, 0, vec![60, 120, 180, 240]);
    assert_eq!(folds(&events), [(Rule::Renotification, 0, vec![3840]), flapping]);
}

#[test]
fn two_clocks_are_no_flapping() {
    // A mailbox whose clock is off tells the same two problems again.
    let mut events = told(&[(0, CRITICAL), (900, GOOD)]);
    events.extend([by(1, 300, CRITICAL), by(1, 1200, GOOD)]);
    assert!(folds(&events).iter().all(|fold| fold.0 != Rule::Flapping));
}

#[test]
fn nagios_would_call_it_flapping() {
    // 21 checks, every five minutes; five of them changed.
    let checks = |changes: &[i64], step: i64| {
        let mut state = GOOD;
        let mut next = |n: i64| {
            if changes.contains(&n) {
                state = if state == GOOD { CRITICAL } else { GOOD };
            }
            (n * step, state)
        };
        told(&(0..21).map(&mut next).collect::<Vec<_>>())
    };
    let flapping =
        |events: &[Told]| repeats(events, &()).iter().any(|fold| fold.rule == Rule::Flapping);
    assert!(flapping(&checks(&[4, 8, 12, 16, 20], 300)));
    // Three are too few, and checks each hour too rare.
    assert!(!flapping(&checks(&[4, 12, 20], 300)));
    assert!(!flapping(&checks(&[4, 8, 12, 16, 20], 3600)));
}

#[test]
fn the_share_is_that_of_nagios() {
    // Weights of 0.75 to 1.25, in 76th parts.
    for number in 0..20 {
        let weight = 0.75 + f64::from(number) * 0.5 / 19.0;
        assert!((weight * 76.0 - f64::from(57 + 2 * number)).abs() < 1e-9);
    }
}

#[test]
fn entities_stand_apart() {
    let mut events = told(&[(0, CRITICAL), (60, CRITICAL)]);
    events[1].witness.entity = Entity { host: 2, service: 1 };
    assert_eq!(folds(&events), []);
}

proptest! {
    #[test]
    fn an_event_folds_once_and_order_does_not_matter(
        events in prop::collection::vec((0_i64..20_000, 0_u32..3, 0_usize..6), 0..80),
    ) {
        let states = [CRITICAL, WARNING, FIRING, GOOD, GOOD, State::Acknowledged(Level::Any)];
        let mut all: Vec<Told> = events.iter().map(|(at, input, state)| by(*input, *at, states[*state])).collect();
        (0..).zip(&mut all).for_each(|(tick, told)| told.witness.tick = tick);
        let folds = repeats(&all, &());
        let mut members: Vec<Place> = folds.iter().flat_map(|fold| fold.members.clone()).collect();
        let heads: Vec<Place> = folds.iter().map(|fold| fold.head).collect();
        prop_assert!(heads.iter().all(|head| !members.contains(head)));
        members.sort_unstable();
        prop_assert!(members.windows(2).all(|pair| pair[0] != pair[1]));
        prop_assert!(folds.iter().all(|fold| !fold.members.is_empty() && fold.first <= fold.last));
        all.reverse();
        prop_assert_eq!(folds, repeats(&all, &()));
    }
}
