//! Which rows are folded, and what the folded one says.

use super::*;
use crate::{
    condense::tests::log,
    event::{Mark, Severity},
};

fn place(second: u32) -> Place {
    Place { input: 0, tick: second }
}

fn fold(rule: Rule, head: u32, members: &[u32]) -> Fold {
    Fold {
        head: place(head),
        rule,
        members: members.iter().map(|tick| place(*tick)).collect(),
        first: i64::from(head) * SECOND,
        last: 0,
        times: 3,
        longest_bad: 7500 * SECOND,
        well: true,
    }
}

/// Rows at these seconds, folded: time and count of each that is left.
fn folded(seconds: &[u32], folds: &[Fold]) -> (Vec<Event>, u64) {
    let row = |second: &u32| (place(*second), log(i64::from(*second), "cache-2 is CRITICAL"));
    let mut rows: Vec<(Place, Event)> = seconds.iter().map(row).collect();
    let folded = alerts(&mut rows, folds, |place| place, &mut |_, _| {});
    (rows.into_iter().map(|(_, row)| row).collect(), folded)
}

#[test]
fn notifications_count_on_the_first() {
    let (rows, folded) = folded(&[1, 2, 3, 9], &[fold(Rule::Renotification, 1, &[3, 9])]);
    assert_eq!((rows.len(), folded), (2, 2));
    assert_eq!(rows[0].count, Some(3));
    assert_eq!(rows[0].time_end.map(|end| end.0), Some(9 * SECOND));
    let why: Vec<&str> =
        rows[0].sources.iter().filter_map(|source| source.why.as_deref()).collect();
    assert_eq!(why, ["folded:renotification"]);
    assert_eq!(rows[0].sources[1].stamp.instant.map(|at| at.0), Some(9 * SECOND));
    assert_eq!(rows[1].count, None);
}

#[test]
fn flapping_says_so_once() {
    let (rows, _) = folded(&[1, 2, 3, 4], &[fold(Rule::Flapping, 1, &[2, 3, 4])]);
    assert_eq!(rows[0].summary, "Flapping: cache-2 is CRITICAL");
    let reason = "folded: flapping, went bad 3 times, for 2 h 5 min at the longest";
    assert_eq!(rows[0].reasons, ["warning or worse", reason]);
}

#[test]
fn what_is_left_in_the_window_is_folded() {
    let (rows, folded) = folded(&[3, 9], &[fold(Rule::Renotification, 1, &[3, 9])]);
    assert_eq!((rows.len(), rows[0].count, folded), (1, Some(2), 1));
}

#[test]
fn the_row_is_as_bad_as_the_worst() {
    let mut rows = vec![(place(1), log(1, "slow")), (place(2), log(2, "down"))];
    rows[0].1.severity = Some(Severity::Warning);
    alerts(&mut rows, &[fold(Rule::Flapping, 1, &[2])], |place| place, &mut |_, _| {});
    assert_eq!(rows[0].1.severity, Some(Severity::Error));
}

#[test]
fn a_milestone_stays() {
    let folds = [fold(Rule::Flapping, 1, &[2, 3])];
    let resolved = |second| Event { marks: vec![Mark::Resolved], ..log(second, "resolved") };
    let mut rows =
        vec![(place(1), log(1, "down")), (place(2), resolved(2)), (place(3), resolved(3))];
    assert_eq!(alerts(&mut rows, &folds, |place| place, &mut |_, _| {}), 1);
    assert_eq!(rows.len(), 2);
}

#[test]
fn lengths_are_said_in_two_parts_at_most() {
    assert_eq!(length(45 * SECOND), "45 s");
    assert_eq!(length(725 * SECOND), "12 min");
    assert_eq!(length(3600 * SECOND), "1 h");
}
