//! The alignment of two texts, and what contradicts in it.

use std::collections::HashSet;

use super::{super::words::words, gaps, texts, within};

fn apart(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    let verdict = texts(&one, &other, &HashSet::new());
    assert_eq!(verdict, texts(&other, &one, &HashSet::new()), "one direction only");
    verdict
}

#[test]
fn what_differs_is_found() {
    let of = |one, other| gaps(&words(one), &words(other)).unwrap_or_default();
    assert_eq!(of("one two three", "one two three"), []);
    assert_eq!(of("one two three", "one four three"), [(1..2, 1..2)]);
    assert_eq!(of("one two three", "zero one two three four five"), [(0..0, 0..1), (3..3, 4..6)]);
    assert_eq!(of("", "one two"), [(0..0, 0..2)]);
    let long =
        |from: u32| (from..from + 400).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
    assert_eq!(gaps(&words(&long(0)), &words(&long(1000))), None);
}

#[test]
fn what_one_alone_may_have() {
    for (one, other) in [
        ("checkout is back", "the checkout is back"),
        ("checkout is back", "14:02 checkout is back"),
        ("checkout is back", "checkout is back https://example.net/7"),
        ("checkout is back", "Mara Okafor incident lead checkout is back"),
        ("checkout is responding", "checkout is respondign"),
    ] {
        assert!(!apart(one, other), "{one} / {other}");
    }
}

#[test]
fn what_contradicts() {
    for (one, other) in [
        ("checkout is back", "search is back"),
        ("checkout is back", "checkout is not back"),
        ("checkout is back", "checkout is back again"),
        ("checkout answers", "checkout partially answers"),
        ("checkout answers", "checkout answers on cache-2"),
        ("checkout answers", "checkout and shop-www answer"),
        ("lisbon answers", "lisbon porto answers it"),
        ("we meet 14:02 here", "we meet 15:02 here"),
        ("ask node about it", "ask note about it"),
        ("see https://example.net/7 now", "see https://example.net/8 now"),
        ("from lisbon to porto", "from porto to lisbon"),
    ] {
        assert!(apart(one, other), "{one} / {other}");
    }
}

#[test]
fn a_part_stands_within_a_whole() {
    let holds = |part, whole| within(&words(part), &words(whole));
    assert!(holds("payments fail in the shop", "Incident 7 update payments fail in shop view it"));
    assert!(!holds("payments fail in the shop", "payments do not fail in the shop"));
    assert!(!holds("payments fail in the shop", "payments fail in the office"));
}

mod any {
    use proptest::prelude::*;

    use super::{super::super::words::words, gaps};

    proptest! {
        /// What stands outside the gaps is the same in both, word for word.
        #[test]
        fn the_rest_is_common(a in "([abc] ){0,12}", b in "([abc] ){0,12}") {
            let (one, other) = (words(&a.replace('a', "x")), words(&b.replace('a', "x")));
            let gaps = gaps(&one, &other).unwrap_or_default();
            let rest = |words: &[super::super::Word], gaps: Vec<std::ops::Range<usize>>| -> Vec<u64> {
                let kept = words.iter().enumerate().filter(|(at, _)| !gaps.iter().any(|gap| gap.contains(at)));
                kept.map(|(_, word)| word.hash).collect()
            };
            let left = rest(&one, gaps.iter().map(|gap| gap.0.clone()).collect());
            let right = rest(&other, gaps.iter().map(|gap| gap.1.clone()).collect());
            prop_assert_eq!(left, right);
        }
    }
}
