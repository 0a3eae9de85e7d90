//! `rfo.event/1`, key by key.

use serde_json::Value;

use crate::{
    event::{Kind, Mark, Severity},
    render::{Format, Look, sample, tests::shown},
    time::{Basis, Note, Precision, Quality},
};

fn lines(timeline: &crate::timeline::Timeline) -> Vec<Value> {
    let written = shown(timeline, Format::Jsonl, Look::default());
    written.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn all_keys_stand_in_the_order_of_the_contract() {
    let quality = Quality::new(Basis::Zone).with(Note::Fold).with(Note::Skew);
    let mut stamp =
        sample::stamp(sample::at("06:14:00"), Precision::Minute, quality, Some("Europe/Berlin"));
    stamp.alternatives = vec![sample::at("07:14:00")];
    stamp.shift_ms = -37_000;
    let mut event = sample::event(Kind::Chat, "slack", "a/b.json", 3, stamp, "short");
    event.time_end = Some(sample::at("06:20:00"));
    for text in [
        &mut event.channel,
        &mut event.actor,
        &mut event.actor_role,
        &mut event.host,
        &mut event.service,
        &mut event.state,
        &mut event.detail,
    ] {
        *text = Some("x".into());
    }
    event.severity = Some(Severity::Error);
    event.marks = vec![Mark::Start];
    event.refs = vec!["NET-1".into()];
    event.count = Some(2);
    event.reasons = vec!["state change".into()];
    event.sources[0].record = Some("general/1.2".into());
    event.sources[0].why = Some("copy:export".into());
    event.sources[0].delay_s = Some(90);
    let line = &lines(&sample::bare(vec![event]))[0];
    let keys =
        |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        keys(line).join(" "),
        "schema id time time_precision time_end time_alt time_quality time_raw time_zone \
         time_shift_ms kind system channel actor actor_role host service state severity summary \
         detail marks refs count reasons sources"
    );
    assert_eq!(
        keys(&line["sources"][0]).join(" "),
        "id path line record time time_quality time_shift_ms delay_s byte_start byte_len sha256 why"
    );
    assert_eq!(line["time"], "2026-03-08T06:14:00Z");
    assert_eq!(line["time_alt"][0], "2026-03-08T07:14:00Z");
    assert_eq!(line["time_quality"], "zone+fold+skew");
}

#[test]
fn what_is_unknown_is_absent_and_only_time_is_null() {
    let timeline = sample::incident();
    let all = lines(&timeline);
    assert_eq!(all.len(), timeline.rows.len() + 1);
    let last = all.last().expect("lines");
    assert!(last["time"].is_null(), "undated last");
    assert!(last.get("time_precision").is_none() && last["sources"][0].get("time").is_none());
    for line in &all {
        let nulls = line.as_object().expect("an object").iter().filter(|(_, v)| v.is_null());
        assert!(nulls.map(|(key, _)| key.as_str()).all(|key| key == "time"));
    }
}

#[test]
fn control_characters_are_replaced_but_detail_keeps_its_lines() {
    let line = &lines(&sample::hostile())[0];
    let summary = line["summary"].as_str().expect("text");
    assert!(summary.chars().all(|c| !c.is_control()));
    assert!(line["detail"].as_str().expect("text").contains("\r\n# h\n"));
}
