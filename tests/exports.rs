//! What other tools import: a timeline that comes back as evidence says the same at the same time,
//! and a template of the user's own is one more form.

use std::fs;

use serde_json::Value;

use crate::house::{OPTIONS, copy_of, folder, rfo};

/// Time, cut to so many characters, and summary of each event, in order.
fn told(events: &[Value], digits: usize) -> Vec<(String, String)> {
    let text = |event: &Value, name: &str| event[name].as_str().unwrap_or_default().to_owned();
    let time = |event: &Value| {
        // A form that writes six digits of a second says no more than one that wrote three.
        let time = text(event, "time");
        let bare = time.trim_end_matches('Z');
        let bare = if bare.contains('.') {
            bare.trim_end_matches('0').trim_end_matches('.')
        } else {
            bare
        };
        bare.get(..digits).unwrap_or(bare).to_owned()
    };
    events.iter().map(|event| (time(event), text(event, "summary"))).collect()
}

#[test]
fn a_timeline_that_comes_back_says_the_same() {
    let forms = [
        ("timesketch", "timesketch.jsonl", 26),
        ("csv", "timeline.csv", 26),
        ("l2tcsv", "l2t.csv", 19),
        ("jsonl", "events.jsonl", 29),
    ];
    for (form, file, digits) in forms {
        let evidence = copy_of("checkout-outage", |_, bytes| bytes);
        let args = ["timeline", "checkout-outage", "--all", "-f", "jsonl"];
        let events = rfo(evidence.path(), &[&args[..], &OPTIONS].concat()).events();
        // What has no time has no place in all of them.
        let events: Vec<Value> =
            events.into_iter().filter(|event| !event["time"].is_null()).collect();
        let args = ["timeline", "checkout-outage", "--all", "-f", form];
        let written = rfo(evidence.path(), &[&args[..], &OPTIONS].concat()).out;
        let again = folder(&[(file, written.as_bytes())]);
        let read = rfo(again.path(), &["timeline", file, "--all", "-f", "jsonl"]);
        let read: Vec<Value> =
            read.events().into_iter().filter(|event| !event["time"].is_null()).collect();
        let mut wanted = told(&events, digits);
        let mut found = told(&read, digits);
        // Where times are cut, order within one is the form's own.
        wanted.sort();
        found.sort();
        for (wanted, found) in wanted.iter().zip(&found) {
            assert_eq!(wanted, found, "{form}");
        }
        assert_eq!(wanted.len(), found.len(), "{form}");
    }
}

#[test]
fn a_template_of_ones_own_is_one_more_form() {
    let evidence = copy_of("checkout-outage", |_, bytes| bytes);
    let template =
        "{% for row in rows if row.marks %}{{ row.time }} {{ row.marks[0] }}\n{% endfor %}";
    fs::write(evidence.path().join("mine.txt.j2"), template).expect("a file");
    let args = [
        "timeline",
        "checkout-outage",
        "-f",
        "template:mine.txt.j2",
        "-o",
        "template:mine.txt.j2=out",
    ];
    let said = rfo(evidence.path(), &args);
    assert!(said.out.contains("resolved\n"), "{}", said.out);
    assert_eq!(fs::read_to_string(evidence.path().join("out")).expect("a file"), said.out);
    assert!(
        said.err.contains("1 event without a time: no place for that in mine.txt.j2"),
        "{}",
        said.err
    );
    fs::write(evidence.path().join("mine.txt.j2"), "{{ nonsense }}").expect("a file");
    let said = rfo(evidence.path(), &args);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("mine.txt.j2:1: undefined value"), "{}", said.err);
    assert!(!evidence.path().join(".out.rfo-partial").exists());
}

#[test]
fn what_is_written_is_no_evidence_in_a_walk() {
    let evidence = copy_of("checkout-outage", |_, bytes| bytes);
    for form in ["timesketch", "ecs", "otlp", "grafana", "trace", "mermaid"] {
        let file = format!("{form}=checkout-outage/{form}.out");
        rfo(evidence.path(), &["timeline", "checkout-outage", "--quiet", "-o", &file]);
        let said = rfo(evidence.path(), &["inspect", "checkout-outage", "-f", "json", "--quiet"]);
        let run: Value = serde_json::from_str(&said.out).expect("JSON");
        let inputs = run["inputs"].as_array().expect("inputs");
        let path = format!("checkout-outage/{form}.out");
        let own = inputs.iter().find(|input| input["path"] == path.as_str()).expect("listed");
        assert_eq!(own["standing"], "not_evidence", "{form}");
    }
}
