use proptest::prelude::*;

use super::*;

/// The greatest weight of any assignment, tried one by one.
fn best(edges: &[Edge], left: &BTreeSet<usize>, right: &BTreeSet<usize>) -> i64 {
    let Some((edge, rest)) = edges.split_first() else { return 0 };
    let without = best(rest, left, right);
    if left.contains(&edge.0) || right.contains(&edge.1) {
        return without;
    }
    let (mut left, mut right) = (left.clone(), right.clone());
    left.insert(edge.0);
    right.insert(edge.1);
    without.max(edge.2 + best(rest, &left, &right))
}

proptest! {
    #[test]
    fn no_other_assignment_weighs_more(
        edges in prop::collection::btree_map((0_usize..5, 0_usize..5), 1_i64..100, 0..11),
    ) {
        let edges: Vec<Edge> = edges.into_iter().map(|((a, b), weight)| (a, b, weight)).collect();
        let pairs: Vec<(usize, usize)> =
            groups(&edges).iter().flat_map(|group| assigned(group).pairs).collect();
        let weight = |pair: &(usize, usize)| {
            edges.iter().find(|edge| (edge.0, edge.1) == *pair).map_or(i64::MIN / 64, |edge| edge.2)
        };
        let sum: i64 = pairs.iter().map(weight).sum();
        prop_assert_eq!(sum, best(&edges, &BTreeSet::new(), &BTreeSet::new()));
        let left: BTreeSet<usize> = pairs.iter().map(|pair| pair.0).collect();
        let right: BTreeSet<usize> = pairs.iter().map(|pair| pair.1).collect();
        prop_assert_eq!((left.len(), right.len()), (pairs.len(), pairs.len()));
    }
}

fn matched(a: &[Row], b: &[Row], within: i64) -> Matched {
    Near::of(a, b, within).matched(within, |_, _| true)
}

fn row(secs: i64, text: &str) -> Row {
    Row { instant: secs * SECOND, span: SECOND, text: text.to_owned(), ..Row::default() }
}

#[test]
fn rows_are_paired_by_time_and_what_they_say() {
    let a = [row(0, "db-1 is down"), row(60, "Tom restarts the pool"), row(600, "all is well")];
    let b = [row(20, "pool restarted by Tom"), row(30, "PROBLEM db-1"), row(600, "lunch is ready")];
    assert_eq!(matched(&a, &b, 60 * SECOND).pairs, [(0, 1), (1, 0)]);
    assert_eq!(matched(&a, &b, 25 * SECOND).pairs, Vec::new());
}

#[test]
fn a_coarse_time_reaches_further() {
    let coarse = Row { span: 60 * SECOND, ..row(0, "db-1 is down") };
    let fine = row(85, "db-1 is down");
    assert_eq!(matched(&[coarse], std::slice::from_ref(&fine), 60 * SECOND).pairs, [(0, 0)]);
    assert_eq!(matched(&[row(0, "db-1 is down")], &[fine], 60 * SECOND).pairs, Vec::new());
}

#[test]
fn too_many_rows_are_paired_one_after_the_other() {
    let rows: Vec<Row> = (0..500).map(|at| row(at, "disk full on web-1")).collect();
    let pairs = matched(&rows, &rows, 60 * SECOND);
    assert!(!pairs.is_best);
    assert_eq!(pairs.pairs.len(), 500);
    assert!(pairs.pairs.iter().all(|(one, other)| one == other));
}

/// The most pairs of all ways to pair them, tried one by one.
fn most(a: &[(i64, i64)], b: &[(i64, i64)], within: i64) -> usize {
    let Some((one, rest)) = a.split_first() else { return 0 };
    let fits = |other: &(i64, i64)| {
        (one.0 - other.0).abs() <= 2 * (within / 2) + half(one.1) + half(other.1)
    };
    let with = (0..b.len()).filter(|at| fits(&b[*at])).map(|at| {
        let left: Vec<(i64, i64)> =
            b.iter().enumerate().filter(|it| it.0 != at).map(|it| *it.1).collect();
        1 + most(rest, &left, within)
    });
    with.chain([most(rest, b, within)]).max().unwrap_or(0)
}

proptest! {
    #[test]
    fn no_other_way_pairs_more_by_time(
        a in prop::collection::vec((0_i64..40, 0_usize..3), 0..6),
        b in prop::collection::vec((0_i64..40, 0_usize..3), 0..6),
    ) {
        let spans = [SECOND, 10 * SECOND, 24 * SECOND];
        let rows = |of: &[(i64, usize)]| -> Vec<(i64, i64)> {
            of.iter().map(|(at, span)| (at * SECOND, spans[*span])).collect()
        };
        let (a, b) = (rows(&a), rows(&b));
        prop_assert_eq!(timed(&a, &b, 4 * SECOND), most(&a, &b, 4 * SECOND));
    }
}

#[test]
fn a_coarse_row_leaves_the_fine_one_what_it_needs() {
    let day = 86_400 * SECOND;
    // The day fits either; the second fits the first alone.
    let a = [(0, day), (100 * SECOND, SECOND)];
    let b = [(100 * SECOND, SECOND), (4000 * SECOND, SECOND)];
    assert_eq!(timed(&a, &b, 60 * SECOND), 2);
}
