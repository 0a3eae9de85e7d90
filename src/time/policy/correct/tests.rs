//! Clocks that were set, put right.

use super::*;
use crate::time::pattern::Formats;
use crate::time::policy::{Facts, decide, instant, resolve};

const HOUR: i64 = 3600 * SECOND;

fn at(text: &str) -> i64 {
    let raw = Formats::compile(&["iso"]).unwrap().whole(text.as_bytes()).unwrap();
    raw.civil * SECOND
}

/// What becomes of these times under a correction.
fn read(times: &[&str], corrections: Vec<Correction>) -> Vec<String> {
    let formats = Formats::compile(&["iso"]).unwrap();
    let raws: Vec<_> = times.iter().map(|time| formats.whole(time.as_bytes()).unwrap()).collect();
    let mut policy = decide(&raws, &Facts::default());
    policy.correct(corrections);
    let told = raws.iter().enumerate().map(|(index, raw)| {
        let stamp = resolve(&policy, index, raw);
        assert_eq!(stamp.instant, instant(&policy, index, raw));
        let others: Vec<String> =
            stamp.alternatives.iter().map(|other| other.rfc3339(stamp.precision)).collect();
        let time = stamp.instant.unwrap().rfc3339(stamp.precision);
        format!("{time} {} {} {}", stamp.quality, stamp.shift_ms, others.join(","))
    });
    told.map(|text| text.trim_end().to_owned()).collect()
}

#[test]
fn what_may_be_of_either_side_of_a_setting_says_so() {
    // Right until ten, and an hour ahead from some time before eleven (true) on.
    let before = (at("2026-03-14T10:00:00Z"), 0);
    let behind = (at("2026-03-14T11:30:00Z"), HOUR);
    let set = Set::between(before, behind, None);
    let correction = Correction {
        ahead_ns: HOUR,
        drift_ppb: 0,
        known: (behind.0, behind.0 + HOUR),
        from: Some(set),
        to: None,
    };
    let times = ["2026-03-14T09:59:00Z", "2026-03-14T11:10:00Z", "2026-03-14T12:00:00Z"];
    let found = read(&times, vec![correction]);
    assert_eq!(
        found,
        [
            "2026-03-14T09:59:00Z exact 0",
            "2026-03-14T11:10:00Z exact+suspect 0 2026-03-14T10:10:00Z",
            "2026-03-14T11:00:00Z exact+skew -3600000",
        ]
    );
    // The order of the records tells.
    let set = Set { ticks: Some((0, 1)), ..set };
    let found = read(&times, vec![Correction { from: Some(set), ..correction }]);
    assert_eq!(found[1], "2026-03-14T10:10:00Z exact+skew -3600000");
}

#[test]
fn an_hour_that_is_shown_twice_is_unsure_but_for_the_order() {
    // An hour ahead, and right from some time after ten (true) on.
    let before = (at("2026-03-14T11:00:00Z"), HOUR);
    let behind = (at("2026-03-14T10:20:00Z"), 0);
    let set = Set::between(before, behind, None);
    assert_eq!(set.unsure, (at("2026-03-14T10:00:00Z"), at("2026-03-14T11:20:00Z")));
    let correction = Correction {
        ahead_ns: HOUR,
        drift_ppb: 0,
        known: (before.0 - HOUR, before.0),
        from: None,
        to: Some(set),
    };
    let times = ["2026-03-14T10:30:00Z", "2026-03-14T11:00:00Z", "2026-03-14T10:30:00Z"];
    let found = read(&times, vec![correction]);
    assert!(found.iter().all(|told| told.contains("suspect")), "{found:?}");
    let set = Set { ticks: Some((1, 2)), ..set };
    let found = read(&times, vec![Correction { to: Some(set), ..correction }]);
    assert_eq!(
        found,
        [
            "2026-03-14T09:30:00Z exact+skew -3600000",
            "2026-03-14T10:00:00Z exact+skew -3600000",
            "2026-03-14T10:30:00Z exact 0",
        ]
    );
}

#[test]
fn a_drift_is_followed() {
    let (from, to) = (at("2026-03-14T00:00:00Z"), at("2026-03-15T00:00:00Z"));
    let drift = Correction {
        ahead_ns: 60 * SECOND,
        drift_ppb: 100_000,
        known: (from, to),
        from: None,
        to: None,
    };
    let found = read(&["2026-03-14T00:00:00.000Z", "2026-03-15T00:00:00.000Z"], vec![drift]);
    // 100 ppm of half a day are 4.32 s.
    assert_eq!(found[0], "2026-03-13T23:59:04.320Z exact+skew -55680");
    assert_eq!(found[1], "2026-03-14T23:58:55.680Z exact+skew -64320");
}
