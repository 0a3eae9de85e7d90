//! The terminal's table.

use super::{columns, wrap};
use crate::render::{
    Format, Look,
    page::{Span, Style, plain},
    sample,
    tests::shown,
};

#[test]
fn columns_count_what_is_seen() {
    assert_eq!(columns("abc"), 3);
    assert_eq!(columns("障害"), 4);
    assert_eq!(columns("e\u{301}"), 1);
    assert_eq!(columns("🔥"), 2);
}

#[test]
fn wraps_at_spaces_and_cuts_what_is_too_long() {
    let text = [plain("one two "), Span { style: Style::Code, text: "abcdefghijkl".into() }];
    let lines: Vec<String> = wrap(&text, 8)
        .iter()
        .map(|line| line.iter().map(|(_, text)| text.as_str()).collect())
        .collect();
    assert_eq!(lines, ["one two", "abcdefgh", "ijkl"]);
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for width in [80, 100, 139, 140, 200] {
        let look = Look { color: false, width };
        for timeline in [sample::incident(), sample::hostile()] {
            for line in shown(&timeline, Format::Text, look).lines() {
                assert!(columns(line) <= width, "{width}: {line}");
            }
        }
    }
}

#[test]
fn colours_only_where_welcome() {
    let timeline = sample::incident();
    let plain = shown(&timeline, Format::Text, Look { color: false, width: 100 });
    assert!(!plain.contains('\u{1b}'));
    let coloured = shown(&timeline, Format::Text, Look { color: true, width: 100 });
    assert!(coloured.contains("\u{1b}[1;31mCRITICAL\u{1b}[0m"));
    let sequences = ["0", "1", "2", "1;31", "32", "33", "36"].map(|n| format!("\u{1b}[{n}m"));
    let stripped = sequences.iter().fold(coloured, |text, one| text.replace(one, ""));
    assert_eq!(stripped, plain);
}
