//! `rfo compare`: two timelines against each other.

use serde_json::Value;

use crate::house::{INCIDENT, OPTIONS, incident, rfo};

#[test]
fn the_forms_of_one_run_are_the_same_timeline() {
    let folder = incident();
    let outputs = ["-o", "a.md", "-o", "a.jsonl", "-o", "a.csv", "-o", "csv-spreadsheet=s.csv"];
    let args = [&["timeline", INCIDENT], &OPTIONS[..], &outputs].concat();
    rfo(folder.path(), &args);
    let forms = ["a.md", "a.jsonl", "a.csv", "s.csv"];
    for (a, b) in forms.iter().flat_map(|a| forms.iter().map(move |b| (*a, *b))) {
        let said = rfo(folder.path(), &["compare", a, b, "-f", "json"]);
        let told: Value = serde_json::from_str(&said.out).expect("JSON");
        for list in ["only_a", "only_b", "differ"] {
            assert_eq!(told[list], Value::Array(Vec::new()), "{a} {b}");
        }
        assert!(told["same"].as_u64().is_some_and(|same| same > 20), "{a} {b}: {}", said.out);
        assert_eq!(said.code, 0, "{a} {b}");
    }
}

#[test]
fn what_a_human_wrote_is_compared_with_what_was_found() {
    let folder = incident();
    let human = "\
# Outage of 2025-11-02

All times in UTC.

- 06:14 db-1 refuses connections, PGSQL connections critical
- 06:18 Ana declares an incident: checkout answers 502
- 07:02 Mara decides to terminate 4107
- 09:30 Nobody else saw this
";
    std::fs::write(folder.path().join("human.md"), human).expect("a file");
    rfo(folder.path(), &[&["timeline", INCIDENT, "-o", "a.jsonl"], &OPTIONS[..]].concat());
    let said = rfo(folder.path(), &["compare", "human.md", "a.jsonl"]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.out.contains("Only in A: 1"), "{}", said.out);
    assert!(said.out.contains("Nobody else saw this"), "{}", said.out);
    assert_eq!(rfo(folder.path(), &["compare", "human.md"]).code, 2);
    assert_eq!(rfo(folder.path(), &["compare", "human.md", "none.md"]).code, 2);
}

#[test]
fn what_holds_no_timeline_is_not_compared() {
    let folder = crate::house::folder(&[
        ("empty.md", b""),
        ("text.md", b"nothing happened\n"),
        ("empty.csv", b"time,time_precision,id,summary\n"),
        ("cut.jsonl", b"{\"schema\":\"rfo.event/1\",\"id\":\"e-1\n"),
    ]);
    for name in ["empty.md", "text.md", "empty.csv", "cut.jsonl"] {
        let said = rfo(folder.path(), &["compare", name, name]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{name}");
        assert!(said.err.contains(&format!("{name}: no entry of a timeline")), "{}", said.err);
    }
    let event = "{\"schema\":\"rfo.event/1\",\"id\":\"e-aaaaaaaaaaaaaaaa\",\"time\":\"2026-03-10T06:00:00Z\",\"summary\":\"down\"}\n";
    let cut = format!("{event}{{\"schema\":");
    for (name, text) in [("whole.jsonl", event), ("cut.jsonl", &cut)] {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let said = rfo(folder.path(), &["compare", "whole.jsonl", "cut.jsonl"]);
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(said.out.contains("not read: cut.jsonl:2"), "{}", said.out);
}
