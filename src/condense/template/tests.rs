use proptest::prelude::*;

use super::{family::families, *};

fn same(one: &str, other: &str) -> bool {
    number(one.as_bytes()) == number(other.as_bytes())
}

#[test]
fn numbers_addresses_and_identifiers_are_holes() {
    for (one, other) in [
        ("connection from 192.0.2.7:4411 refused", "connection from 198.51.100.20 refused"),
        ("job 7f1c took 31 ms", "job 0xbeef9 took 1 ms"),
        ("job deadbeefcafe done", "job abcdefabcdef done"),
        ("read /var/lib/a.db failed", "read /srv/x/y failed"),
        ("GET /a/b?x=foo&y=bar done", "GET /c done"),
        ("see http://a.example/x now", "see http://b.example/y:z now"),
        ("open C:\\Data\\x failed", "open D:\\y\\z failed"),
        ("session 550e8400-e29b-41d4-a716-446655440000 up", "session 9 up"),
        ("took 3, 4 and 5 s.", "took 3 and 5 s"),
        ("disk full", "disk full\nat line 3"),
    ] {
        assert!(same(one, other), "{one} / {other}");
    }
}

#[test]
fn words_are_not() {
    for (one, other) in [
        ("connection refused", "connection reset"),
        ("disk full", "full disk"),
        ("a fault", "a fault 7"),
        ("read and/or write", "read or write"),
        ("cafe", "face"),
        ("", "x"),
    ] {
        assert!(!same(one, other), "{one} / {other}");
    }
    assert_eq!(number(b""), 0);
    assert_eq!(number(b" ,; "), 0);
}

fn family_of(lines: &[String]) -> Vec<u32> {
    let mut shapes = Shapes::default();
    let mut counts: HashMap<u32, u64> = HashMap::new();
    for line in lines {
        let number = number(line.as_bytes());
        shapes.note(number, line.as_bytes());
        *counts.entry(number).or_default() += 1;
    }
    let families = families(shapes.all(), |number| counts.get(&number).copied().unwrap_or(0));
    lines.iter().map(|line| families.of(number(line.as_bytes()))).collect()
}

#[test]
fn names_in_one_place_are_a_hole() {
    let names = ["ann", "bob", "cy", "dee", "eve"];
    let lines: Vec<String> =
        names.iter().map(|name| format!("session opened for user {name} by root")).collect();
    let of = family_of(&lines);
    assert!(of.iter().all(|family| *family == of[0]));
    // Three are too few, and so is a sentence of nothing else.
    let of = family_of(&lines[..3]);
    assert_ne!(of[0], of[1]);
    let of = family_of(&names.map(|name| format!("user {name}")));
    assert_ne!(of[0], of[1]);
}

proptest! {
    #[test]
    fn the_number_is_that_of_the_shape(text in ".{0,80}") {
        prop_assert_eq!(number(text.as_bytes()), number_of(&shape(text.as_bytes())));
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        prop_assert!(shape(&bytes).len() <= WORDS);
    }

    #[test]
    fn the_order_and_the_pieces_do_not_matter(
        lines in prop::collection::vec("(open|close|read) (a|b|c|d|e|f) (to|by) (x|y|1)", 0..60),
        cut in 0_usize..60,
    ) {
        let note = |lines: &[String]| {
            let mut shapes = Shapes::default();
            for line in lines {
                shapes.note(number(line.as_bytes()), line.as_bytes());
            }
            shapes
        };
        let (one, other) = lines.split_at(cut.min(lines.len()));
        let mut pieces = note(other);
        pieces.append(note(one));
        prop_assert_eq!(pieces.all(), note(&lines).all());
        let mut turned: Vec<u32> = family_of(&lines.iter().rev().cloned().collect::<Vec<_>>());
        turned.reverse();
        prop_assert_eq!(turned, family_of(&lines));
    }
}

#[test]
fn what_is_kept_of_too_many_is_the_same_in_any_order() {
    let note = |numbers: &mut dyn Iterator<Item = u32>| {
        let mut shapes = Shapes::default();
        numbers.for_each(|number| shapes.note(number.wrapping_mul(2_654_435_761) | 1, b"a b"));
        shapes.all()
    };
    let forth = note(&mut (0..150_000));
    assert_eq!(forth, note(&mut (0..150_000).rev()));
    assert_eq!(forth.len(), MOST);
}
