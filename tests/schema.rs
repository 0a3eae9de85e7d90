//! What tools read fits what is promised: `rfo.event/1` and `rfo.run/1`.

use serde_json::Value;

use crate::house::{INCIDENT, OPTIONS, incident, rfo};

#[test]
fn every_line_of_the_incident_fits_the_schema() {
    let folder = incident();
    let schema = rfo(folder.path(), &["schema"]);
    let schema: Value = serde_json::from_str(&schema.out).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    for all in [&[][..], &["--all"]] {
        for options in [&OPTIONS[..], &[]] {
            let args = [&["timeline", INCIDENT, "-f", "jsonl"], all, options].concat();
            let said = rfo(folder.path(), &args);
            let events = said.events();
            let least = if all.is_empty() { 20 } else { 200 };
            assert!(events.len() > least, "{}", said.err);
            for event in events {
                let faults = validator.iter_errors(&event).map(|fault| fault.to_string());
                assert_eq!(faults.collect::<Vec<_>>(), Vec::<String>::new(), "{event}");
            }
        }
    }
}

#[test]
fn the_summary_and_the_inspection_tell_the_same_of_the_evidence() {
    let folder = incident();
    let args =
        [&["timeline", INCIDENT, "--summary", "run.json", "-o", "timeline.md"], &OPTIONS[..]];
    let code = rfo(folder.path(), &args.concat()).code;
    let text = std::fs::read_to_string(folder.path().join("run.json")).expect("the summary");
    let run: Value = serde_json::from_str(&text).expect("the summary is JSON");
    let inspect = [&["inspect", INCIDENT, "-f", "json"], &OPTIONS[..10]].concat();
    let inspected = rfo(folder.path(), &inspect);
    assert_eq!((code, inspected.code), (1, 1));
    let inspected: Value = serde_json::from_str(&inspected.out).expect("JSON");
    assert_eq!(run["schema"], "rfo.run/1");
    for key in ["schema", "version", "tzdb", "inputs", "faults"] {
        assert_eq!(run[key], inspected[key], "{key}");
    }
    assert_eq!(run["accounts"]["bytes"], inspected["accounts"]["bytes"]);
    assert_eq!(run["accounts"]["records"], inspected["accounts"]["records"]);
}
