//! Templates: what each hole takes, where a text gets stuck, what does not compile.

use proptest::prelude::*;

use super::{Fit, HoleKind, Kinds, Stuck, Template, blank_len, skip_marks};
use crate::{definition::words::SeverityWords, time::pattern::Formats};

/// `time` is a time, `severity` a word that tells one, everything else plain.
struct Known;

impl Kinds for Known {
    fn kind(&self, hole: &str) -> HoleKind {
        match hole {
            "time" => HoleKind::Time(Formats::compile(&["iso"]).expect("a format").into()),
            "severity" => HoleKind::Severity(std::sync::Arc::new(SeverityWords::default())),
            _ => HoleKind::Plain,
        }
    }
}

fn template(text: &str) -> Template {
    Template::compile(text, &Known).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The values of the holes, `name=value` in the order of the template.
fn taken(shape: &str, text: &str) -> Result<String, Stuck> {
    let template = template(shape);
    let mut fit = Fit::default();
    template.fit(text.as_bytes(), &mut fit)?;
    let holes = template.holes().iter().zip(&fit.captures);
    let value = |(name, range): (&std::sync::Arc<str>, &std::ops::Range<usize>)| {
        format!("{name}={}", &text[range.clone()])
    };
    Ok(holes.map(value).collect::<Vec<_>>().join(" | "))
}

#[test]
fn holes_take_what_they_say() {
    let cases = [
        // Words, and the last hole.
        ("{a}: {b}", "x: y z", "a=x | b=y z"),
        ("{a} {b}", "x y z", "a=x | b=y z"),
        ("{a}", "x\n  y\n", "a=x\n  y\n"),
        ("{a..}: {b}", "x y: z: t", "a=x y | b=z: t"),
        ("{a..} - {b}", "x-y z - t", "a=x-y z | b=t"),
        // Digits.
        ("{n#} {b}", "42 x", "n=42 | b=x"),
        ("{n#}{b}", "42x", "n=42 | b=x"),
        ("{n#}.{m#}", "4.2", "n=4 | m=2"),
        // One of some words, the longest first.
        ("{w=WARN|WARNING} {b}", "WARNING x", "w=WARNING | b=x"),
        ("{w=A|B}{b}", "Bx", "w=B | b=x"),
        // Not kept.
        ("{} {b}", "x y", "b=y"),
        ("{#} {=A|B} {..}: {b}", "1 A x y: z", "b=z"),
        // Inside quotes and brackets.
        ("\"{a}\" {b}", "\"x \\\" y\" z", "a=x \\\" y | b=z"),
        ("'{a}' {b}", "'it is' z", "a=it is | b=z"),
        ("[{a}] {b}", "[x y] z", "a=x y | b=z"),
        ("[{a}] {b}", "[x \"]\" y] z", "a=x \"]\" y | b=z"),
        ("[{a}] {b}", "[[x]] z", "a=[x] | b=z"),
        ("({a}) {b}", "(f(x)) z", "a=f(x) | b=z"),
        ("<{a}>: {b}", "<x>: z", "a=x | b=z"),
        ("[{a}]: {b}", "[]: z", "a= | b=z"),
        // Braces.
        ("{{{a}}: {b}", "{x}: y", "a=x | b=y"),
        // Times and severities.
        ("{time} {b}", "2026-03-14T21:02:11Z x", "time=2026-03-14T21:02:11Z | b=x"),
        ("{time} {b}", "- x", "time=- | b=x"),
        ("[{severity}] {b}", "[error] x", "severity=error | b=x"),
        ("{severity}: {b}", "WARN: x", "severity=WARN | b=x"),
    ];
    for (shape, text, expected) in cases {
        assert_eq!(taken(shape, text).as_deref(), Ok(expected), "{shape} on {text:?}");
    }
}

#[test]
fn pairs_are_found_in_a_text() {
    let template = template("{time} {=}");
    let mut fit = Fit::default();
    let text = b"2026-03-14T21:02:11Z level=info msg=\"it \\\"is\\\" so\" empty= word x=\"open";
    assert!(template.fit(text, &mut fit).is_ok());
    let pairs: Vec<(&[u8], &[u8])> = super::pairs(&text[fit.captures[1].clone()]).collect();
    let expected: [(&[u8], &[u8]); 4] =
        [(b"level", b"info"), (b"msg", b"it \\\"is\\\" so"), (b"empty", b""), (b"x", b"\"open")];
    assert_eq!(pairs, expected);
    assert!(template.fit(b"2026-03-14T21:02:11Z no pairs", &mut fit).is_err());
}

#[test]
fn a_blank_stands_for_any_run_of_blanks() {
    for blank in [" ", "   ", "\t", " \t ", "\u{a0}", "\u{202f}", " \u{a0}"] {
        let text = format!("2026-03-14T21:02:11Z{blank}x");
        let expected = "time=2026-03-14T21:02:11Z | b=x";
        assert_eq!(taken("{time} {b}", &text).as_deref(), Ok(expected), "{blank:?}");
        assert!(blank_len(blank.as_bytes()) > 0);
    }
    assert!(taken("{n#} {b}", "1x").is_err());
    // Writers strip trailing blanks.
    assert_eq!(taken("{a#}: {b}", "1:").as_deref(), Ok("a=1 | b="));
}

#[test]
fn marks_at_the_start_of_a_text_are_no_text() {
    for mark in
        ["\u{feff}", "\u{1b}[0m", "\u{1b}[1;31m", "\u{200e}", "\u{202a}", "\u{feff}\u{1b}[0m"]
    {
        assert_eq!(skip_marks(mark.as_bytes()), mark.len(), "{mark:?}");
        assert_eq!(
            taken("{n#} {b}", &format!("{mark}1 x")).as_deref(),
            Ok("n=1 | b=x"),
            "{mark:?}"
        );
    }
    for text in ["", "\u{1b}", "\u{1b}[", "\u{1b}[1;", "x\u{feff}"] {
        assert_eq!(skip_marks(text.as_bytes()), 0, "{text:?}");
    }
}

#[test]
fn a_template_may_span_lines() {
    let template = template("{time} begin\n  end {b}");
    let mut fit = Fit::default();
    assert_eq!(template.lines(), 2);
    for text in ["2026-03-14T21:02:11Z begin\n  end x", "2026-03-14T21:02:11Z begin\r\n  end x"] {
        assert_eq!(template.fit(text.as_bytes(), &mut fit), Ok(()), "{text:?}");
    }
    assert!(template.begins_with(b"2026-03-14T21:02:11Z begin", &mut fit));
    assert!(!template.begins_with(b"2026-03-14T21:02:11Z begin x", &mut fit));
    assert!(template.fit(b"2026-03-14T21:02:11Z begin", &mut fit).is_err());
}

#[test]
fn an_anchor_is_what_stands_up_to_the_time_and_a_word_list_behind_it() {
    let cases = [
        ("{time} {b}", "{time} ", false),
        ("[{time}] {=A|B}: {b}", "[{time}] {=A|B}", false),
        ("{host} {time} [{b}]", "{host} {time} [", false),
        ("<{n#}>{b}", "<{n#}>{b}", true),
        ("{time}", "{time}", true),
    ];
    for (shape, anchor, all) in cases {
        let template = template(shape);
        assert_eq!(template.anchor_text(), anchor);
        assert_eq!(template.is_all_anchor(), all, "{shape}");
    }
    let mut fit = Fit::default();
    assert!(template("{time} [{n#}] {b}").anchor(b"2026-03-14T21:02:11Z [no", &mut fit));
    assert_eq!(fit.times.len(), 1);
    // A lone dash anchors too, without a time.
    assert!(template("{time} [{n#}] {b}").anchor(b"- [no", &mut fit));
    assert!(fit.times.is_empty());
    // What is all anchor takes the whole line.
    assert!(template("{time}").anchor(b"2026-03-14T21:02:11Z  ", &mut fit));
    assert!(!template("{time}").anchor(b"2026-03-14T21:02:11Z x", &mut fit));
}

#[test]
fn a_text_that_does_not_fit_says_how_far_it_came() {
    let cases = [
        ("{time} {b}", "yesterday x", 0, 0, "a time of one of the formats"),
        ("{n#}: {b}", "x: y", 0, 0, "digits, then \":\""),
        ("{n#}: {b}", "12 y", 2, 4, "\":\""),
        ("[{a}] {b}", "[x y", 4, 1, "text, then \"]\""),
        ("{a}: {b}", "x y", 1, 0, "a word, then \":\""),
        ("{n#} {=A|B} {b}", "1 C x", 2, 5, "one of A, B"),
        ("{severity} {b}", "brine x", 0, 0, "a word that tells a severity, then a blank"),
        ("{n#}", "12x", 2, 4, "the end"),
        ("{time} {=}", "2026-03-14T21:02:11Z x", 21, 7, "key=value pairs"),
    ];
    for (shape, text, at, place, wanted) in cases {
        let template = template(shape);
        let stuck = template.fit(text.as_bytes(), &mut Fit::default()).expect_err("no fit");
        let told = (stuck.at, stuck.place, template.wanted(&stuck));
        assert_eq!(told, (at, place, wanted.to_owned()), "{shape} on {text:?}");
    }
}

#[test]
fn what_is_no_template_is_refused_at_its_place() {
    let cases = [
        ("a {b", 2, "not closed"),
        ("{a}{b}", 3, "a literal between"),
        ("{a..}{b#}", 5, "a literal between"),
        ("{a} {a}", 4, "stands twice"),
        ("{a b}", 2, "a hole is a name"),
        ("x {a!}", 4, "a hole is a name"),
        ("{a,b}", 2, "a hole is a name"),
    ];
    for (text, at, reason) in cases {
        let error = Template::compile(text, &()).expect_err(text);
        assert_eq!(error.at, at, "{text}: {error}");
        assert!(error.reason.contains(reason), "{text}: {error}");
    }
}

#[test]
fn a_template_without_holes_is_an_equality() {
    let template = template("all done");
    assert!(template.is_constant());
    let mut fit = Fit::default();
    assert!(template.fit(b"all  done", &mut fit).is_ok());
    assert!(template.fit(b"all done\n", &mut fit).is_ok());
    assert!(template.fit(b"all done so far", &mut fit).is_err());
}

/// Templates over all kinds of steps, to be tried on anything.
const SHAPES: [&str; 14] = [
    "{a}",
    "{a} {b}",
    "{a..} - {b}",
    "{n#}{b}",
    "[{a}] \"{b}\" '{c}' {d}",
    "({a}){b}",
    "<{n#}>{b}",
    "{time} {=}",
    "{time} {severity}: {b}",
    "[{severity}] {b}",
    "{w=A|B} {b..}: {c}",
    "{a}\n  {b}",
    "{} {#} {..}, {}",
    "\u{feff}{a}: {b}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_a_template_panic(
        shape in proptest::sample::select(&SHAPES[..]),
        text in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..80),
            "[\\[\\]\"'()<>{}=:,\\\\ \t\r\n\u{a0}\u{202f}\u{feff}\u{1b}0-9TZAB-]{0,60}".prop_map(String::into_bytes),
        ],
    ) {
        let template = template(shape);
        let mut fit = Fit::default();
        let taken = template.fit(&text, &mut fit);
        if let Err(stuck) = &taken {
            prop_assert!(stuck.at <= text.len() && stuck.place <= shape.len());
        }
        for range in &fit.captures {
            prop_assert!(range.start <= range.end && range.end <= text.len());
        }
        template.anchor(&text, &mut fit);
        template.begins_with(&text, &mut fit);
        super::pairs(&text).for_each(drop);
    }

    #[test]
    fn no_template_makes_the_compiler_panic(text in "[{}=|#.a-c \\[\\]\"\n\u{e4}]{0,24}") {
        if let Ok(template) = Template::compile(&text, &Known) {
            let _ = template.fit(text.as_bytes(), &mut Fit::default());
            prop_assert!(template.anchor_text().len() <= text.len());
        }
    }

    #[test]
    fn whole_texts_that_fit_also_begin_with_their_anchor(
        text in "[0-9a-z:\\[\\] ]{0,40}", shape in proptest::sample::select(&SHAPES[..]),
    ) {
        let template = template(shape);
        let mut fit = Fit::default();
        if template.fit(text.as_bytes(), &mut fit).is_ok() {
            prop_assert!(template.anchor(text.as_bytes(), &mut fit));
        }
    }
}
