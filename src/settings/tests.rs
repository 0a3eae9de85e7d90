//! Words of the command line.

use super::{duration_ms, outputs, window::instant};
use crate::time::{Precision, zone::Zone};

#[test]
fn durations_say_how_far_a_clock_is_ahead() {
    for (text, ms) in [("+37s", 37_000), ("-2m10s", -130_000), ("1h", 3_600_000), ("250ms", 250)] {
        assert_eq!(duration_ms(text), Ok(ms), "{text}");
    }
    for text in ["", "37", "s", "1 h", "1y", "+", "99999999999999999999s", "9999999999999h"] {
        assert!(duration_ms(text).is_err(), "{text}");
    }
}

#[test]
fn the_window_is_told_in_the_first_shown_zone_or_utc() {
    let new_york = Zone::named("America/New_York").expect("a zone");
    let shown = |text, zone| instant(text, zone).map(|i| i.rfc3339(Precision::Second));
    assert_eq!(shown("2026-03-10", None).as_deref(), Ok("2026-03-10T00:00:00Z"));
    assert_eq!(shown("2026-03-10 02:14", Some(&new_york)).as_deref(), Ok("2026-03-10T06:14:00Z"));
    assert_eq!(
        shown("2026-03-10T02:14:05+01:00", Some(&new_york)).as_deref(),
        Ok("2026-03-10T01:14:05Z")
    );
    assert!(
        shown("2025-11-02 01:30", Some(&new_york)).is_err_and(|e| e.contains("-04:00 or -05:00"))
    );
    assert!(
        shown("2026-03-08 02:30", Some(&new_york)).is_err_and(|e| e.contains("does not exist"))
    );
    assert!(shown("yesterday", None).is_err());
}

#[test]
fn formats_follow_the_ending_or_are_named() {
    let files = |list: &[&str]| list.iter().map(|&file| file.to_owned()).collect::<Vec<_>>();
    let names = |format: Option<&str>, list: &[&str]| -> Vec<String> {
        let outputs = outputs(format, &files(list)).expect("fine");
        outputs.iter().map(|output| output.form.name().to_owned()).collect()
    };
    assert_eq!(names(None, &["a.md", "text=b.out", "c.csv"]), ["markdown", "text", "csv"]);
    assert_eq!(names(None, &[]), ["markdown"]);
    assert_eq!(names(Some("tln"), &["gitlab=a.txt"]), ["gitlab", "tln"]);
    assert!(outputs(Some("template:/nowhere.j2"), &[]).is_err());
    assert!(outputs(None, &files(&["a.out"])).is_err());
    assert!(outputs(Some("jsnl"), &[]).is_err_and(|e| e.to_string().contains("jsonl")));
}
