//! Harmless text.

use super::{counted, data, data_lines, grouped, line, short};

#[test]
fn a_line_has_no_control_left() {
    assert_eq!(line("plain – text"), "plain – text");
    assert_eq!(line("a\r\n\tb"), "a b");
    assert_eq!(line("\u{1b}[31mred\u{7}\u{9b}"), "\u{fffd}[31mred\u{fffd}\u{fffd}");
    assert_eq!(line("abc\u{202e}fdp.exe\u{2066}"), "abc\u{fffd}fdp.exe\u{fffd}");
}

#[test]
fn data_keeps_what_is_no_control() {
    assert_eq!(data("a\nb\u{202e}"), "a\u{fffd}b\u{202e}");
    assert_eq!(data_lines("a\nb\u{0}"), "a\nb\u{fffd}");
}

#[test]
fn short_counts_characters() {
    assert_eq!(short("äöü", 3), "äöü");
    assert_eq!(short("äöü!", 3), "äöü…");
    assert_eq!(short(&"x".repeat(1 << 20), 280).chars().count(), 281);
}

#[test]
fn numbers_are_grouped() {
    assert_eq!(grouped(0), "0");
    assert_eq!(grouped(999), "999");
    assert_eq!(grouped(1_234_567), "1,234,567");
    assert_eq!(counted(1, "row", "rows"), "1 row");
}
