//! Days of clock-only logs.

use super::{Known, decide};
use crate::time::{Civil, Flags, RawTime, days_from_civil, pattern::Formats};

fn rows(texts: &[&str]) -> Vec<RawTime> {
    let formats = Formats::compile(&["iso", "%H:%M"]).expect("formats compile");
    texts.iter().map(|text| formats.whole(text.as_bytes()).expect(text)).collect()
}

#[test]
fn a_clock_that_runs_back_by_hours_may_have_passed_a_quiet_day() {
    let unsure = |texts: &[&str]| {
        let days = decide(rows(texts).iter(), Known { date: Some(0), told: true, shared: false });
        (0..texts.len()).filter(|index| days.may_be_later(*index)).collect::<Vec<_>>()
    };
    assert_eq!(unsure(&["01:00", "03:00", "00:00", "00:01"]), [2, 3]);
    assert_eq!(unsure(&["22:00", "20:00", "21:59"]), [0_usize; 0]);
    assert_eq!(unsure(&["22:00", "15:00", "16:00", "2026-03-10T10:00", "11:00"]), [1, 2]);
    assert_eq!(unsure(&["22:00", "03:00"]), [0_usize; 0]);
}

fn shown(texts: &[&str], first_day: Option<i64>, shared: bool) -> Vec<String> {
    let raws = rows(texts);
    let days = decide(raws.iter(), Known { date: first_day, told: true, shared });
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

fn of_chat(texts: &[&str], known: Known) -> Vec<String> {
    let list = ["%H:%M %p", "%I:%M", "%E %H:%M", "%E %H:%M %p"];
    let formats = Formats::compile(&list).expect("formats compile");
    let raw = |text: &&str| formats.whole(text.as_bytes()).expect(text);
    let raws: Vec<RawTime> = texts.iter().map(raw).collect();
    let days = decide(raws.iter(), known);
    let shown = |(index, raw): (usize, &RawTime)| {
        let doubt = if days.may_be_later(index) || days.may_be_afternoon(index) { "?" } else { "" };
        match days.at(index) {
            Some(add) => {
                format!("{}{doubt}", &Civil::from_secs(raw.civil + add).to_string()[8..16])
            }
            None => "none".to_owned(),
        }
    };
    raws.iter().enumerate().map(shown).collect()
}

#[test]
fn a_clock_without_am_and_pm_stands_behind_what_is_above() {
    let known = Known { date: Some(days_from_civil(2026, 3, 10)), told: true, shared: false };
    let all = |texts: &[&str]| of_chat(texts, known).join(" ");
    assert_eq!(all(&["10:02 AM", "10:15"]), "10T10:02 10T10:15");
    assert_eq!(
        all(&["11:58 AM", "12:03", "1:01", "1:30 PM"]),
        "10T11:58 10T12:03 10T13:01 10T13:30"
    );
    assert_eq!(all(&["11:58 PM", "12:03"]), "10T23:58 11T00:03");
    // Nothing says which half, and nothing stands near.
    assert_eq!(all(&["10:02 AM", "1:15"]), "10T10:02 10T13:15?");
    assert_eq!(all(&["1:02 AM", "4:15", "5:00 AM"]), "10T01:02 10T04:15 10T05:00");
}

#[test]
fn words_count_from_the_day_that_is_told() {
    // A Tuesday.
    let known = Known { date: Some(days_from_civil(2026, 3, 10)), told: true, shared: false };
    let all = |texts: &[&str], known| of_chat(texts, known).join(" ");
    let days = ["Today 09:00", "Yesterday 10:00 PM", "Monday 09:00", "Tuesday 09:00", "Wed 09:00"];
    assert_eq!(all(&days, known), "10T09:00 09T22:00 09T09:00 03T09:00 04T09:00");
    assert_eq!(all(&["9:00 AM", "Yesterday 9:00 PM", "8:00 AM"], known), "none 09T21:00 10T08:00");
    let unknown = Known { date: None, ..known };
    assert_eq!(all(&["Yesterday 09:00", "9:00 AM"], unknown), "none none");
    let in_path = Known { told: false, ..known };
    assert_eq!(all(&["Yesterday 09:00"], in_path), "09T09:00?");
    // A divider below which the clock only runs on may be what somebody wrote.
    let shared = Known { shared: true, ..known };
    assert_eq!(all(&["Monday 09:00", "Today 08:00"], shared), "09T09:00 10T08:00");
    assert_eq!(all(&["Monday 09:00", "Today 10:00"], shared), "09T09:00 10T10:00?");
}
