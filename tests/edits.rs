//! The incident file: what the lead decided holds in every run.

use serde_json::Value;

use crate::house::{INCIDENT, OPTIONS, incident, rfo};

const FILE: &str = r#"
schema = "rfo.incident/1"
title = "Shop could not take payments"
severity = "SEV1"

[[pin]]
id = "e-qiudfzmofdf4clcu"

[[hide]]
id = "e-dzog4t"

[[reword]]
id = "e-madbmucg"
text = "The shop answers 502"

[[mark]]
id = "e-uj62af"
mark = "mitigated"

[[row]]
time = "2025-11-02T06:30:00Z"
text = "Called the acquirer"
"#;

fn row<'e>(events: &'e [Value], id: &str) -> Option<&'e Value> {
    events.iter().find(|event| event["id"].as_str().is_some_and(|own| own.starts_with(id)))
}

#[test]
fn edits_hold_and_the_title_is_told() {
    let folder = incident();
    std::fs::write(folder.path().join("i.toml"), FILE).expect("a file");
    let args = [&["timeline", INCIDENT, "--incident", "i.toml"], &OPTIONS[..]].concat();
    let said = rfo(folder.path(), &[&args[..], &["-f", "jsonl"]].concat());
    let events = said.events();
    assert!(row(&events, "e-qiudfz").is_some(), "a pinned event is a row");
    assert!(row(&events, "e-dzog4t").is_none(), "a hidden one is none");
    let reworded = row(&events, "e-madbmucg").expect("a row");
    assert_eq!(reworded["summary"], "The shop answers 502");
    assert!(reworded["detail"].as_str().is_some_and(|text| text.contains("CRITICAL")));
    let marked: Vec<&Value> = events
        .iter()
        .filter(|event| event["marks"].as_array().is_some_and(|m| m.contains(&"mitigated".into())))
        .collect();
    assert_eq!(marked.len(), 1);
    assert!(marked[0]["id"].as_str().is_some_and(|id| id.starts_with("e-uj62af")));
    let written = events.iter().find(|event| event["summary"] == "Called the acquirer");
    let source = &written.expect("a row")["sources"][0];
    let (start, len) = (source["byte_start"].as_u64(), source["byte_len"].as_u64());
    let (start, len) = (start.unwrap_or(0) as usize, len.unwrap_or(0) as usize);
    let entry = FILE[FILE.find("[[row]]").unwrap_or(0)..].trim_end();
    assert_eq!(&FILE[start..start + len], entry);
    let document = rfo(folder.path(), &args);
    assert!(document.out.starts_with("# Shop could not take payments\n"), "{}", document.out);
    assert!(document.out.contains("Severity: SEV1."), "{}", document.out);
    let hidden = ["explain", "e-dzog4t", INCIDENT, "--incident", "i.toml"];
    assert!(rfo(folder.path(), &hidden).out.contains("the incident file hides it"));
}

#[test]
fn an_edit_that_finds_nothing_is_told_with_its_successor() {
    let folder = incident();
    let gone = "schema = \"rfo.incident/1\"\n\n[[pin]]\nid = \"e-zzzz\"\nwas = \"deadlock was detected\"\n";
    std::fs::write(folder.path().join("i.toml"), gone).expect("a file");
    let args = ["timeline", INCIDENT, "--incident", "i.toml", "-o", "t.md"];
    let said = rfo(folder.path(), &args);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("i.toml:3: e-zzzz: no event"), "{}", said.err);
    assert!(said.err.contains("e-dzog4t"), "{}", said.err);
}

#[test]
fn a_draft_changes_no_row_and_overwrites_nothing() {
    let folder = incident();
    let run = |more: &[&str]| {
        rfo(folder.path(), &[&["timeline", INCIDENT, "-f", "jsonl"], &OPTIONS[..], more].concat())
    };
    let first = run(&["--init-incident", "i.toml"]);
    let again = run(&["--incident", "i.toml"]);
    assert_eq!(first.out, again.out);
    let there = run(&["--init-incident", "i.toml"]);
    assert_eq!((there.code, there.out.as_str()), (2, ""));
    assert!(there.err.contains("is there already"), "{}", there.err);
}

#[test]
fn what_stands_around_the_managed_block_is_left_alone() {
    let folder = incident();
    let path = folder.path().join("t.md");
    std::fs::write(&path, "Mine above.\n<!-- rfo:begin -->\nold\n<!-- rfo:end -->\nMine below.\n")
        .expect("a file");
    let args = ["timeline", INCIDENT, "-o", "t.md"];
    rfo(folder.path(), &args);
    let first = std::fs::read_to_string(&path).expect("a document");
    assert!(first.starts_with("Mine above.\n<!-- rfo:begin -->\n# Incident timeline"), "{first}");
    assert!(first.ends_with("<!-- rfo:end -->\nMine below.\n") && !first.contains("\nold\n"));
    rfo(folder.path(), &args);
    assert_eq!(std::fs::read_to_string(&path).expect("a document"), first);
    // What is no text, and half a block: nothing is lost.
    let bytes = [&b"M\xfcller\n<!-- rfo:begin -->\n<!-- rfo:end -->\n"[..], b"below"].concat();
    std::fs::write(&path, &bytes).expect("a file");
    rfo(folder.path(), &args);
    let second = std::fs::read(&path).expect("a document");
    assert!(
        second.starts_with(b"M\xfcller\n<!-- rfo:begin -->\n# Inc") && second.ends_with(b"below")
    );
    let half = "Mine.\n<!-- rfo:begin -->\nold\n";
    std::fs::write(&path, half).expect("a file");
    assert_eq!(rfo(folder.path(), &args).code, 2);
    assert_eq!(std::fs::read_to_string(&path).expect("a document"), half);
}

#[test]
fn edits_without_effect_are_told() {
    let folder = incident();
    let run = |entries: &str, more: &[&str]| {
        let text = format!("schema = \"rfo.incident/1\"\n{entries}");
        std::fs::write(folder.path().join("i.toml"), text).expect("a file");
        let args = [&["timeline", INCIDENT, "--incident", "i.toml", "-o", "t.md"], more].concat();
        rfo(folder.path(), &args).err
    };
    let window = ["--from", "2025-11-02T07:00:00Z"];
    let pin = "[[pin]]\nid = \"e-7wuai2\"\n";
    assert!(run(pin, &window).contains("i.toml:2: e-7wuai2: its event is no row"));
    let hidden = "[[hide]]\nid = \"e-7wuai2\"\n[[reword]]\nid = \"e-7wuai2\"\ntext = \"x\"\n";
    assert!(run(hidden, &[]).contains("i.toml:4: e-7wuai2: its event is no row"));
    assert!(run("[[pin]]\nid = \"e-or\"\n", &[]).contains("several events"));
    let row = "[[row]]\ntime = \"2020-01-01T00:00:00Z\"\ntext = \"x\"\n";
    run(&format!("{row}{row}"), &window);
    let shown = std::fs::read_to_string(folder.path().join("t.md")).expect("a document");
    assert!(!shown.contains("2020-01-01"), "{shown}");
    let wrong = run("[[pin]]\nid = \"e-7wuai2\"\ntext = \"x\"\n", &[]);
    assert!(wrong.contains("[[pin]] has no `text`"), "{wrong}");
}
