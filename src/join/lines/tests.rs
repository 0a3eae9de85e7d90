//! Copies of lines, by counting.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Facts, Found, Known, here::overlap, join};
use crate::{
    join::Place,
    time::{Instant, SECOND},
    timeline::merge::Placed,
};

/// A line: its second, and what it says.
type Line = (i64, u64);

/// Joins inputs of these lines; their roles are their numbers, unless they have a role in common.
fn joined(inputs: &[&[Line]], roles: &[&str]) -> Found {
    let facts = roles.iter().map(|role| Facts {
        role: (*role).to_owned(),
        part: String::new(),
        host: None,
    });
    let mut facts: Vec<Facts> = facts.collect();
    (0..).zip(&mut facts).for_each(|(number, facts): (u32, _)| facts.part = number.to_string());
    let mut order: Vec<Placed> = Vec::new();
    for (number, lines) in (0_u32..).zip(inputs) {
        let placed = (0_u32..).zip(*lines).map(|(tick, (second, _))| Placed {
            instant: Instant(second * SECOND),
            input: number,
            tick,
        });
        order.extend(placed);
    }
    order.sort_unstable();
    join(&order, &facts, |placed| Known {
        same: inputs[placed.input as usize][placed.tick as usize].1,
        stands_for: 0,
    })
}

/// How often each line is told when all is joined.
fn counts(inputs: &[&[Line]], found: &Found) -> BTreeMap<Line, usize> {
    let mut counts = BTreeMap::new();
    for line in inputs.iter().copied().flatten() {
        *counts.entry(*line).or_default() += 1;
    }
    for join in &found.joins {
        let line = |place: Place| inputs[place.input as usize][place.tick as usize];
        assert_eq!(line(join.origin), line(join.member), "only equal lines are joined");
        *counts.entry(line(join.member)).or_default() -= 1;
    }
    counts
}

/// The same for the lines of a stream.
fn truth(stream: &[Line]) -> BTreeMap<Line, usize> {
    counts(&[stream], &Found::default())
}

/// A stream of 60 lines, some of them twice or three times in a second.
fn stream() -> Vec<Line> {
    (0..60).map(|n| (n / 3, if n % 3 == 2 { 7 } else { n as u64 / 2 + 10 })).collect()
}

#[test]
fn a_log_gathered_twice_is_one_log() {
    let all = stream();
    let found = joined(&[&all, &all], &["a/log", "b/log"]);
    assert_eq!(found.joins.len(), 60);
    assert_eq!(counts(&[&all, &all], &found), truth(&all));
}

#[test]
fn overlapping_copies_and_an_extract_are_one_log() {
    let all = stream();
    let extract: Vec<Line> = all.iter().copied().filter(|line| line.1 == 7).collect();
    let inputs: [&[Line]; 3] = [&all[..41], &all[19..], &extract];
    let found = joined(&inputs, &["a/log", "b/log", "c/grep"]);
    assert_eq!(counts(&inputs, &found), truth(&all));
}

#[test]
fn parts_of_a_rotated_log_add_up_and_join_their_copy() {
    // Cut within a second, between two equal lines.
    let all: Vec<Line> = (0..60).map(|n| (n / 4, if n % 4 < 2 { 7 } else { n as u64 })).collect();
    let parts: [&[Line]; 2] = [&all[..29], &all[29..]];
    let found = joined(&parts, &["log", "log"]);
    assert_eq!(counts(&parts, &found), truth(&all));
    let inputs: [&[Line]; 3] = [&all[..29], &all[29..], &all];
    let found = joined(&inputs, &["log", "log", "copy/log"]);
    assert_eq!(counts(&inputs, &found), truth(&all));
}

#[test]
fn parts_that_lie_within_one_instant_add_up() {
    let parts: [&[Line]; 3] = [&[(1, 3), (2, 7)], &[(2, 7), (2, 7)], &[(2, 7), (3, 4)]];
    assert!(joined(&parts, &["log", "log", "log"]).joins.is_empty());
}

#[test]
fn a_small_part_is_of_the_stream_that_its_series_proves() {
    let all = stream();
    let parts: [&[Line]; 3] = [&all[..2], &all[2..], &all];
    let found = joined(&parts, &["log", "log", "copy/log"]);
    assert_eq!(counts(&parts, &found), truth(&all));
}

#[test]
fn two_streams_that_say_the_same_now_and_then_stay_apart() {
    let one: Vec<Line> =
        (0..60).map(|n| (n, if n % 10 == 0 { 7 } else { n as u64 + 100 })).collect();
    let two: Vec<Line> =
        (0..60).map(|n| (n, if n % 10 == 0 { 7 } else { n as u64 + 900 })).collect();
    assert!(joined(&[&one, &two], &["a/log", "b/log"]).joins.is_empty());
}

#[test]
fn a_few_equal_lines_prove_nothing_but_whole_files_of_one_name_do() {
    let few: [Line; 3] = [(1, 11), (2, 12), (9, 13)];
    assert!(joined(&[&few, &few], &["a/log", "b/other"]).joins.is_empty());
    assert_eq!(joined(&[&few, &few], &["a/log", "b/log"]).joins.len(), 3);
    let more: [Line; 4] = [(1, 11), (2, 12), (9, 13), (9, 14)];
    assert!(joined(&[&few, &more], &["a/log", "b/log"]).joins.is_empty());
}

#[test]
fn paths_that_name_two_hosts_tell_of_two_streams() {
    let all = stream();
    let mut order: Vec<Placed> = Vec::new();
    for input in 0..2 {
        order.extend((0_u32..).zip(&all).map(|(tick, (second, _))| Placed {
            instant: Instant(second * SECOND),
            input,
            tick,
        }));
    }
    order.sort_unstable();
    let host = |name: &str| Facts {
        role: name.to_owned(),
        part: name.to_owned(),
        host: Some(name.to_owned()),
    };
    let same = |placed: &Placed| Known { same: all[placed.tick as usize].1, stands_for: 0 };
    assert!(join(&order, &[host("web-1"), host("web-2")], same).joins.is_empty());
    assert_eq!(join(&order, &[host("web-1"), host("WEB-1")], same).joins.len(), 60);
}

#[test]
fn folders_that_differ_in_a_number_are_hosts() {
    let all = stream();
    for (one, other, joins) in [
        ("logs/web-1/app.log", "logs/web-2/app.log", 0),
        ("db01/app.log", "db02/app.log", 0),
        ("web-1/app.log", "web-2/other.log", 60),
        ("copy1/app.log", "copy2/app.log", 60),
        ("exports-1/app.log", "exports-2/app.log", 60),
        ("a/app.log", "b/app.log", 60),
        ("1/app.log", "2/app.log", 60),
        ("logs/web-1.log", "logs/web-2.log", 0),
        ("app (1).log", "app (2).log", 60),
        ("web-1/app.log", "backup/web-1/app.log", 60),
    ] {
        assert_eq!(joined(&[&all, &all], &[one, other]).joins.len(), joins, "{one} {other}");
    }
}

#[test]
fn windows_that_touch_are_copies_where_enough_of_an_instant_is_in_both() {
    // The next window repeats six lines of the second in which the first ends.
    let first: Vec<Line> = (0..20).map(|n| (n / 10, n as u64 + 1)).collect();
    let mut next: Vec<Line> = first[14..].to_vec();
    next.extend((20..40).map(|n| (n / 10, n as u64 + 1)));
    let found = joined(&[&first, &next], &["a/log", "b/log"]);
    assert_eq!((found.joins.len(), found.ambiguous), (6, vec![]));
    // Parts of a rotated log repeat nothing, whatever it looks like.
    let found = joined(&[&first, &next], &["log", "log"]);
    assert_eq!((found.joins.len(), found.ambiguous), (0, vec![]));
    // Lines that are all alike may be copies or not.
    let mark = |n: i64| if (10..30).contains(&n) { 99 } else { n as u64 + 1 };
    let first: Vec<Line> = (0..20).map(|n| (n / 10, mark(n))).collect();
    let next: Vec<Line> = (15..40).map(|n| (if n < 30 { 1 } else { n / 10 }, mark(n))).collect();
    let found = joined(&[&first, &next], &["a/log", "b/log"]);
    assert_eq!((found.joins.len(), found.ambiguous), (0, vec![(0, 1, 10)]));
}

#[test]
fn a_note_that_lines_repeat_stands_for_those_of_a_copy() {
    let all: Vec<Line> =
        (0..60).map(|n| (n / 6, if n % 6 < 4 { 7 } else { n as u64 + 10 })).collect();
    // The same with notes: one line of the four, and "repeated 3 times".
    let noted: Vec<(Line, u16)> = (0..10)
        .flat_map(|second| {
            let differ = |n: i64| ((second, (second * 6 + n) as u64 + 10), 0);
            [((second, 7), 0), ((second, 1000 + second as u64), 3), differ(4), differ(5)]
        })
        .collect();
    let mut order: Vec<Placed> = Vec::new();
    let placed = |input, (tick, second): (u32, i64)| Placed {
        instant: Instant(second * SECOND),
        input,
        tick,
    };
    order.extend((0..).zip(&all).map(|(tick, line)| placed(0, (tick, line.0))));
    order.extend((0..).zip(&noted).map(|(tick, (line, _))| placed(1, (tick, line.0))));
    order.sort_unstable();
    let facts = ["a/log", "b/log"].map(|role| Facts {
        role: role.to_owned(),
        part: role.to_owned(),
        host: None,
    });
    let found = join(&order, &facts, |placed| match placed.input {
        0 => Known { same: all[placed.tick as usize].1, stands_for: 0 },
        _ => Known {
            same: noted[placed.tick as usize].0.1,
            stands_for: noted[placed.tick as usize].1,
        },
    });
    // One row a line of the noted log: 40 of the 60 and 40 lines.
    assert_eq!(found.joins.len(), 60);
    let notes = found.joins.iter().filter(|join| join.origin.input == 1);
    assert!(notes.clone().all(|join| noted[join.origin.tick as usize].1 == 3));
    assert_eq!(notes.count(), 30);
}

#[test]
fn overlaps_are_ends_that_are_beginnings() {
    for (end, start, len) in [
        (&[1, 2, 3][..], &[2, 3, 4][..], 2),
        (&[1, 2, 3], &[3], 1),
        (&[3], &[3, 3, 3], 1),
        (&[3, 3, 3], &[3, 3], 2),
        (&[1, 2], &[1, 2], 2),
        (&[1, 2], &[2, 1], 1),
        (&[1, 2], &[3], 0),
        (&[], &[3], 0),
        (&[3], &[], 0),
    ] {
        assert_eq!(overlap(end, start), len, "{end:?} {start:?}");
    }
}

proptest! {
    /// Windows of one stream, of which each second is whole or cut: no line is lost, and none is
    /// told more often than it was written, where the windows overlap enough to be known as copies.
    #[test]
    fn windows_of_a_stream_are_that_stream(
        steps in prop::collection::vec((0_i64..2, 0_u64..4), 200..300),
        cut in 60_usize..90,
        again in 0_usize..40,
    ) {
        let mut second = 0;
        let all: Vec<Line> = steps.iter().enumerate().map(|(n, (step, what))| {
            second += step;
            // Every third line is one of four; the others differ.
            (second, if n % 3 == 0 { what + 1 } else { n as u64 + 10 })
        }).collect();
        let inputs: [&[Line]; 2] = [&all[..cut + 100], &all[cut - again..]];
        let found = joined(&inputs, &["a/log", "b/log"]);
        prop_assert_eq!(counts(&inputs, &found), truth(&all));
    }
}
