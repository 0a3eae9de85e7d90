//! Names in several languages, cases and encodings.

use super::{Month, SHARED, lower_case, meridiem, month, month_table, weekday, weekday_table};

#[test]
fn months_are_read_in_many_languages() {
    for (text, len, number) in [
        ("Mar 10", 3, 3),
        ("MARCH 10", 5, 3),
        ("März 2026", 5, 3),
        ("MÄRZ 2026", 5, 3),
        ("févr. 2026", 5, 2),
        ("дек 10", 6, 12),
        ("Ağu 3", 4, 8),
        ("paź-26", 4, 10),
        ("sept. 3", 4, 9),
        ("mai", 3, 5),
        ("M\u{e4}rz", 5, 3),
    ] {
        let found = Month { len, number, shared: false };
        assert_eq!(month(text.as_bytes()), Some(found), "{text}");
    }
    // Latin-1
    assert_eq!(month(b"M\xe4rz 3").map(|found| (found.len, found.number)), Some((4, 3)));
    for text in ["Marble", "Mayor", "10", "", "Mars\u{e9}", "Decem"] {
        assert_eq!(month(text.as_bytes()), None, "{text}");
    }
    assert!(month(b"lis 3").is_some_and(|found| found.shared && found.number == 11));
}

#[test]
fn weekdays_are_read_and_doubtful_ones_prove_nothing() {
    for (text, len, number) in
        [("Mon,", 3, 1), ("Sonntag", 7, 7), ("so 3", 2, 0), ("\u{6708})", 3, 1), ("lunes", 5, 1)]
    {
        assert_eq!(weekday(text.as_bytes()), Some((len, number)), "{text}");
    }
}

#[test]
fn halves_of_the_day_are_read() {
    for (text, len, pm) in [
        ("PM", 2, true),
        ("a. m. x", 5, false),
        ("p.\u{a0}m.", 6, true),
        ("p.m.", 4, true),
        ("\u{4e0b}\u{5348}3:04", 6, true),
        ("odp.", 4, true),
        ("\u{3bc}.\u{3bc}.", 6, true),
        ("ip.", 3, true),
    ] {
        assert_eq!(meridiem(text.as_bytes()), Some((len, pm)), "{text}");
    }
    for text in ["amber", "p", "pmx", "", "den", "a"] {
        assert_eq!(meridiem(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn tables_have_no_word_twice_and_are_lower_case() {
    for table in [month_table(), weekday_table()] {
        assert!(table.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(table.iter().all(|(word, _)| lower_case(word.as_bytes()).1 == *word));
    }
    assert!(SHARED.iter().all(|word| month(word.as_bytes()).is_some()));
}
