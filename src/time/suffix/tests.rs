//! Offsets, zone words and early stops.

use super::{Written, meridiem_follows, offset, zone, zone_follows};

#[test]
fn offsets_are_read_within_their_bounds() {
    for (text, expected) in [
        ("+05:30x", Some((6, 19_800))),
        ("-0330", Some((5, -12_600))),
        ("+01", Some((3, 3600))),
        ("\u{2212}05:00", Some((8, -18_000))),
        ("+2400", None),
        ("+0090", None),
        ("+01000", None),
        ("+1", None),
        ("0100", None),
        ("+01:0", Some((3, 3600))),
    ] {
        assert_eq!(offset(text.as_bytes()), expected, "{text}");
    }
}

#[test]
fn zone_words_are_read() {
    for (text, expected) in [
        ("Z", Some((1, Written::Offset(0)))),
        ("UTC", Some((3, Written::Offset(0)))),
        ("GMT+0200 (CEST)", Some((8, Written::Offset(7200)))),
        ("GET /", None),
        ("Zone", None),
        ("UTC5", None),
    ] {
        assert_eq!(zone(text.as_bytes()), expected, "{text}");
    }
    assert!(matches!(zone(b"CEST x"), Some((4, Written::Word(_)))));
}

#[test]
fn a_zone_behind_a_time_is_seen_and_other_text_is_not() {
    for text in
        ["Z", "+01:00", "-0500 x", " UTC", " CEST: x", " +0100", " (CET)", " [UTC] x", "+01", " Z"]
    {
        assert!(zone_follows(text.as_bytes()), "{text}");
    }
    for text in [
        "", " host", " GET /", " -1 x", " -12 x", " -1234", "-foo", " Zabbix", " [main]", " EST5",
        " CET-1", ", x", " utc", "-12x",
    ] {
        assert!(!zone_follows(text.as_bytes()), "{text}");
    }
}

#[test]
fn a_half_of_the_day_behind_a_time_is_seen() {
    for text in ["pm", " PM", " p.m.", "\u{202f}AM x", "am"] {
        assert!(meridiem_follows(text.as_bytes()), "{text}");
    }
    for text in ["", " am Montag", " amber", " pmx", " AMD"] {
        assert!(!meridiem_follows(text.as_bytes()), "{text}");
    }
}
