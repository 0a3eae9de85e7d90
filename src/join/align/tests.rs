use super::*;

const WIDE: Reach = Reach { early: 20 * SECOND, late: 900 * SECOND };

fn secs(times: &[i64]) -> Vec<i64> {
    times.iter().map(|time| time * SECOND).collect()
}

fn aligned(one: &[i64], other: &[i64]) -> Vec<(usize, usize)> {
    let (one, other) = (secs(one), secs(other));
    align(&one, &other, WIDE, |i, j| gain(other[j] - one[i], WIDE))
}

/// All alignments tried: the largest gain.
fn best(one: &[i64], other: &[i64]) -> i64 {
    let (Some((&last, one)), Some((&told, other))) = (one.split_last(), other.split_last()) else {
        return 0;
    };
    let with = |list: &[i64], entry| [list, &[entry]].concat();
    let pair = gain(told - last, WIDE);
    let paired = if pair > 0 { best(one, other) + pair } else { 0 };
    paired.max(best(one, &with(other, told))).max(best(&with(one, last), other))
}

#[test]
fn gains_are_those_of_the_formula() {
    for (step, gain) in GAINS.iter().enumerate() {
        let exact = 5000.0 - 1000.0 * (1.0 + step as f64 / SCALE as f64).ln();
        assert!((f64::from(*gain) - exact.max(0.0)).abs() <= 0.51, "{step}: {gain} {exact}");
    }
    assert_eq!(GAINS[STEPS - 1], 0);
}

#[test]
fn nothing_is_gained_out_of_reach() {
    assert_eq!(gain(0, WIDE), 5000);
    assert_eq!(gain(-20 * SECOND, WIDE), gain(20 * SECOND, WIDE));
    assert_eq!(gain(-20 * SECOND - 1, WIDE), 0);
    assert_eq!(gain(901 * SECOND, WIDE), 0);
    assert_eq!(gain(i64::MIN, WIDE), 0);
    assert_eq!(gain(i64::MAX, Reach { early: 0, late: i64::MAX }), 0);
}

#[test]
fn order_decides_where_distance_misleads() {
    // Each mail is 50 s late, which is nearer to the next alert than to its own.
    assert_eq!(aligned(&[0, 60, 120], &[50, 110, 170]), [(0, 0), (1, 1), (2, 2)]);
    // One was lost.
    assert_eq!(aligned(&[0, 60, 120], &[3, 123]), [(0, 0), (2, 1)]);
    assert_eq!(aligned(&[0, 120], &[3, 63, 123]), [(0, 0), (1, 2)]);
}

#[test]
fn nothing_crosses_and_empty_lists_have_no_pairs() {
    assert_eq!(aligned(&[], &[1]), []);
    assert_eq!(aligned(&[1], &[]), []);
    assert_eq!(aligned(&[0], &[10_000]), []);
    assert_eq!(aligned(&[10_000], &[0]), []);
}

#[test]
fn the_earlier_of_equals_is_paired() {
    assert_eq!(aligned(&[0, 0], &[4]), [(0, 0)]);
    assert_eq!(aligned(&[0], &[4, 4]), [(0, 0)]);
    assert_eq!(aligned(&[0, 0], &[0, 0]), [(0, 0), (1, 1)]);
}

#[test]
fn a_veto_is_kept() {
    let (one, other) = (secs(&[0, 10, 20]), secs(&[1, 11, 21]));
    let pairs =
        align(
            &one,
            &other,
            WIDE,
            |i, j| {
                if (i, j) == (1, 1) { 0 } else { gain(other[j] - one[i], WIDE) }
            },
        );
    assert!(!pairs.contains(&(1, 1)), "{pairs:?}");
}

#[test]
fn dense_lists_are_banded() {
    // A thousand entries a second: the whole reach would hold 920,000 of them.
    let one: Vec<i64> = (0..20_000).map(|n| n * SECOND / 1000).collect();
    let pairs = align(&one, &one, WIDE, |i, j| gain(one[j] - one[i], WIDE));
    assert_eq!(pairs.len(), one.len());
    assert!(pairs.iter().all(|(i, j)| i == j));
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_gain_is_the_largest(
            mut one in prop::collection::vec(0_i64..1500, 0..6),
            mut other in prop::collection::vec(0_i64..1500, 0..6),
        ) {
            one.sort_unstable();
            other.sort_unstable();
            let pairs = aligned(&one, &other);
            prop_assert!(pairs.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1 < w[1].1));
            let (one, other) = (secs(&one), secs(&other));
            let sum: i64 = pairs.iter().map(|&(i, j)| gain(other[j] - one[i], WIDE)).sum();
            prop_assert_eq!(sum, best(&one, &other));
        }
    }
}
