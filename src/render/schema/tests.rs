//! What we write fits what we promise.

use serde_json::{Value, json};

use crate::render::{Format, Look, sample, tests::shown};

fn schema() -> Value {
    serde_json::from_str(super::EVENT).expect("JSON")
}

#[test]
fn rendered_lines_are_valid() {
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    for line in shown(&sample::incident(), Format::Jsonl, Look::default()).lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let faults: Vec<_> = validator.iter_errors(&line).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?} in {line}");
    }
}

#[test]
fn wrong_lines_are_not() {
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    let written = shown(&sample::incident(), Format::Jsonl, Look::default());
    let good: Value = serde_json::from_str(written.lines().next().expect("a line")).expect("JSON");
    for (key, wrong) in [
        ("schema", json!("rfo.event/2")),
        ("id", json!("e-short")),
        ("time", Value::Null),
        ("time", json!("2026-03-08 06:00:00")),
        ("time_quality", json!("zone+skew+year")),
        ("time_quality", json!("undated")),
        ("summary", json!("two\nlines")),
        ("summary", json!("x".repeat(281))),
        ("time_shift_ms", json!(0)),
        ("sources", json!([])),
        ("marks", json!(["begin"])),
    ] {
        let mut bad = good.clone();
        bad[key] = wrong;
        assert!(!validator.is_valid(&bad), "{key}: {bad}");
    }
    let mut more = good;
    more["another"] = json!("unknown keys are ignored");
    assert!(validator.is_valid(&more));
}
