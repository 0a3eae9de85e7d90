//! Days of clock-only logs.

use super::decide;
use crate::time::{Civil, Flags, RawTime, days_from_civil, pattern::Formats};

fn rows(texts: &[&str]) -> Vec<RawTime> {
    let formats = Formats::compile(&["iso", "%H:%M"]).expect("formats compile");
    texts.iter().map(|text| formats.whole(text.as_bytes()).expect(text)).collect()
}

#[test]
fn a_clock_that_runs_back_by_hours_may_have_passed_a_quiet_day() {
    let unsure = |texts: &[&str]| {
        let days = decide(rows(texts).iter(), Some(0), false);
        (0..texts.len()).filter(|index| days.may_be_later(*index)).collect::<Vec<_>>()
    };
    assert_eq!(unsure(&["01:00", "03:00", "00:00", "00:01"]), [2, 3]);
    assert_eq!(unsure(&["22:00", "20:00", "21:59"]), [0_usize; 0]);
    assert_eq!(unsure(&["22:00", "15:00", "16:00", "2026-03-10T10:00", "11:00"]), [1, 2]);
    assert_eq!(unsure(&["22:00", "03:00"]), [0_usize; 0]);
}

fn shown(texts: &[&str], first_day: Option<i64>, shared: bool) -> Vec<String> {
    let raws = rows(texts);
    let days = decide(raws.iter(), first_day, shared);
    raws.iter()
        .enumerate()
        .map(|(index, raw)| match days.at(index) {
            Some(add) => Civil::from_secs(raw.civil + add).to_string()[5..16].to_owned(),
            None if raw.flags.has(Flags::NO_DATE) => "?".to_owned(),
            None => Civil::from_secs(raw.civil).to_string()[5..16].to_owned(),
        })
        .collect()
}

#[test]
fn a_clock_that_runs_back_has_passed_midnight() {
    let day = Some(days_from_civil(2026, 3, 10));
    assert_eq!(
        shown(&["22:00", "23:59", "00:01", "23:58", "00:02", "01:00", "00:50"], day, false),
        [
            "03-10T22:00",
            "03-10T23:59",
            "03-11T00:01",
            "03-10T23:58",
            "03-11T00:02",
            "03-11T01:00",
            "03-11T00:50"
        ]
    );
    assert_eq!(shown(&["00:10", "20:00"], day, false), ["03-10T00:10", "03-10T20:00"]);
}

#[test]
fn a_written_date_holds_for_the_clock_times_below() {
    assert_eq!(
        shown(&["22:00", "2026-03-10 22:30", "23:00", "00:10"], None, false),
        ["?", "03-10T22:30", "03-10T23:00", "03-11T00:10"]
    );
}

#[test]
fn a_shared_date_is_carried_over_midnight_until_the_next_one() {
    let texts = ["2026-03-10 22:30", "2026-03-10 00:10", "2026-03-10 01:00", "2026-03-12 00:20"];
    assert_eq!(
        shown(&texts, None, true),
        ["03-10T22:30", "03-11T00:10", "03-11T01:00", "03-12T00:20"]
    );
    assert_eq!(shown(&texts[..2], None, false), ["03-10T22:30", "03-10T00:10"]);
}
