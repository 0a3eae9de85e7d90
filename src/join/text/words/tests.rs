//! Words and what they say.

use super::{Class, words};

fn texts(text: &str) -> Vec<String> {
    words(text).into_iter().map(|word| word.text).collect()
}

fn class(text: &str) -> Class {
    words(text)[0].class
}

#[test]
fn case_markup_and_courtesies_are_no_words() {
    let wanted = ["checkout", "is", "back", "we", "dont", "watch"];
    assert_eq!(texts("Checkout is back, we don't watch."), wanted);
    assert_eq!(
        texts("Hello all,\n\n*Checkout*  is _back_; we don’t `watch` :tada:\n\nThanks!"),
        wanted
    );
    assert_eq!(texts("ok"), ["ok"]);
    assert_eq!(texts("Thanks all!"), Vec::<String>::new());
    assert_eq!(texts("サービス復旧"), ["サ", "ー", "ビ", "ス", "復", "旧"]);
}

#[test]
fn every_word_has_its_class() {
    for (word, wanted) in [
        ("the", Class::Small),
        ("router", Class::Plain),
        ("14:02", Class::Time),
        ("14:02:11.5Z", Class::Time),
        ("2026-03-14T21:02:11+01:00", Class::Time),
        ("14/03/2026", Class::Time),
        ("14.03.2026", Class::Time),
        ("9am", Class::Time),
        ("UTC", Class::Time),
        ("Monday", Class::Time),
        ("1.12.10", Class::Number),
        ("14", Class::Number),
        ("99%", Class::Number),
        ("cache-2", Class::Number),
        ("10.0.0.1", Class::Number),
        ("OPS-7", Class::Number),
        ("Ⅳ", Class::Number),
        ("shop-www", Class::Name),
        ("db.example", Class::Name),
        ("not", Class::Turn),
        ("isn't", Class::Turn),
        ("nicht", Class::Turn),
        ("DOWN", Class::Turn),
        ("partially", Class::Turn),
        ("https://example.net/7", Class::Link),
        ("ana@example.net", Class::Link),
        ("@ana", Class::Plain),
    ] {
        assert_eq!(class(word), wanted, "{word}");
    }
}

#[test]
fn numbers_beside_a_month_are_a_date() {
    let classes = |text: &str| words(text).iter().map(|word| word.class).collect::<Vec<_>>();
    assert_eq!(classes("14 March 2026"), [Class::Time; 3]);
    assert_eq!(classes("March 14th, 2026"), [Class::Time; 3]);
    assert_eq!(classes("200 March 3000"), [Class::Number, Class::Time, Class::Number]);
}
