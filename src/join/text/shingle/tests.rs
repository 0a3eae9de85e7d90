//! Shingles, likeness and bands.

use super::{super::words::words, bands, hash, jaccard, permille, shared, shingles};

fn of(text: &str) -> Vec<u64> {
    shingles(&words(text))
}

/// A text of so many words, some of them changed.
fn text(length: usize, changed: impl Fn(usize) -> bool) -> String {
    let word = |n: usize| format!("w{n}{} ", if changed(n) { "x" } else { "" });
    (0..length).map(word).collect()
}

#[test]
fn a_text_has_a_shingle_less_four_than_words() {
    assert_eq!(of("one two three four").len(), 0);
    assert_eq!(of("one two three four five").len(), 1);
    assert_eq!(of(&text(40, |_| false)).len(), 36);
}

#[test]
fn likeness_is_what_both_share_of_all() {
    assert_eq!(jaccard(&of(&text(40, |_| false)), &of(&text(40, |_| false))), (1000, 36));
    assert_eq!(
        jaccard(&of(&text(40, |_| false)), &of(&text(40, |n| n == 20))),
        (31 * 1000 / 41, 31)
    );
    assert_eq!(jaccard(&[], &[]), (0, 0));
    assert_eq!((shared(&[1, 3, 5], &[2, 3, 5, 9]), permille(1, 3), permille(1, 0)), (2, 333, 0));
}

#[test]
fn what_is_alike_meets_in_a_band() {
    let meet = |a: &str, b: &str| {
        let (a, b) = (bands(&of(a)), bands(&of(b)));
        a.zip(b).is_some_and(|(a, b)| a.iter().zip(b).any(|(a, b)| *a == b))
    };
    for seed in 0..200 {
        let base = |n: usize| format!("s{seed}n{n} ");
        let one: String = (0..90).map(base).collect();
        let close: String = (0..99).map(base).collect();
        let other: String = (80..180).map(base).collect();
        assert!(meet(&one, &close), "{seed}");
        assert!(!meet(&one, &other), "{seed}");
    }
    assert_eq!(bands(&[]), None);
}

#[test]
fn hashes_are_the_same_for_ever() {
    assert_eq!(hash(b"checkout"), 515_878_789_929_431_076);
}
