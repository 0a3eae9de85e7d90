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

/// A run of the fixture with an incident file of these entries.
fn with(entries: &str, more: &[&str]) -> crate::house::Said {
    let folder = incident();
    let text = format!("schema = \"rfo.incident/1\"\n{entries}");
    std::fs::write(folder.path().join("i.toml"), text).expect("a file");
    let args = [&["timeline", INCIDENT, "--incident", "i.toml", "-f", "jsonl"], &OPTIONS[..], more];
    rfo(folder.path(), &args.concat())
}

fn sources(row: &Value) -> Vec<(&str, &str)> {
    let list = row["sources"].as_array().into_iter().flatten();
    let text = |of: &Value, key: &str| of[key].as_str().unwrap_or("").to_owned();
    let told = list.map(|source| (text(source, "id"), text(source, "why")));
    told.map(|(id, why)| (&*id.leak(), &*why.leak())).collect()
}

#[test]
fn rows_are_put_together_and_taken_apart_by_hand() {
    let said = with("[[join]]\nids = [\"e-rtei26\", \"e-7wuai2\"]\n", &["--all"]);
    let events = said.events();
    let joined = row(&events, "e-rtei26").expect("the first is the row");
    assert!(row(&events, "e-7wuai2").is_none(), "the other is told by it");
    let of = sources(joined);
    assert!(of.contains(&("e-7wuai2crjgiqp62m", "told:incident-file")), "{of:?}");
    assert!(of.iter().any(|(id, _)| id.starts_with("e-36u647")), "its own sources come along");
    assert_eq!(said.code, with("", &["--all"]).code, "{}", said.err);

    // Where rows are chosen, it stays a row of its own, though one of its sources is told again.
    let chosen = with("[[join]]\nids = [\"e-rtei26\", \"e-7wuai2\"]\n", &[]);
    assert!(row(&chosen.events(), "e-rtei26").is_some(), "{}", chosen.err);
    assert!(!chosen.err.contains("i.toml:2"), "{}", chosen.err);

    let events = with("[[unjoin]]\nid = \"e-eiipiyadoq43hotj\"\n", &["--all"]).events();
    assert!(row(&events, "e-eiipiy").is_some(), "the mail is a row of its own");
    let rest = row(&events, "e-madbmu").expect("a row");
    assert!(sources(rest).iter().all(|(id, _)| !id.starts_with("e-eiipiy")));
    // The origin itself: what it stood for is one without it.
    let events = with("[[unjoin]]\nid = \"e-madbmucgjdlxedrh\"\n", &["--all"]).events();
    let alone = row(&events, "e-madbmu").expect("a row");
    assert!(sources(alone).iter().all(|(_, why)| !why.starts_with("told:")), "{alone}");
    let rest = row(&events, "e-eiipiy").expect("the mail stands for the rest");
    assert!(sources(rest).iter().any(|(id, _)| id.starts_with("e-nlxhla")), "{rest}");
    // A copy of a mail has the id of the mail.
    let events = with("[[unjoin]]\nid = \"e-ecp2c2wbvl5gevux\"\n", &["--all"]).events();
    let mails =
        events.iter().filter(|e| e["id"].as_str().is_some_and(|id| id.starts_with("e-ecp2c2")));
    assert_eq!(mails.count(), 2);
    let nothing = with("[[unjoin]]\nid = \"e-dzog4t\"\n", &[]).err;
    assert!(nothing.contains("i.toml:2: e-dzog4t: it is joined to nothing"), "{nothing}");
}

#[test]
fn a_mark_is_taken_away_and_another_is_found() {
    let marked = |entries: &str| {
        let events = with(entries, &[]).events();
        let is = |event: &&Value| {
            event["marks"].as_array().is_some_and(|marks| marks.contains(&"mitigated".into()))
        };
        let of: Vec<Value> = events.iter().filter(is).map(|event| event["id"].clone()).collect();
        of
    };
    let before = marked("");
    let id = before[0].as_str().expect("an id");
    let after = marked(&format!("[[unmark]]\nid = \"{id}\"\nmark = \"mitigated\"\n"));
    assert!(!after.contains(&before[0]) && after.len() <= 1, "{before:?} {after:?}");
}

#[test]
fn an_edit_changes_its_own_row_and_no_other() {
    let ids = |entries: &str| -> Vec<String> {
        let events = with(entries, &[]).events();
        events.iter().filter_map(|event| Some(event["id"].as_str()?.to_owned())).collect()
    };
    let all = ids("");
    let gone = "e-dzog4t7zriwenuaq";
    let without: Vec<&String> = all.iter().filter(|id| *id != gone).collect();
    assert_eq!(ids(&format!("[[hide]]\nid = \"{gone}\"\n")).iter().collect::<Vec<_>>(), without);
    let more = ids("[[pin]]\nid = \"e-qiudfzmofdf4clcu\"\n");
    assert_eq!(more.len(), all.len() + 1);
    assert!(all.iter().all(|id| more.contains(id)));
}

#[test]
fn people_are_one_under_all_their_names() {
    let person = "[[person]]\nname = \"Ana Ruiz\"\nrole = \"operations lead\"\nalso = [\"ana\", \"aruiz\"]\n";
    let said = with(person, &[]);
    let events = said.events();
    let actors: Vec<&str> = events.iter().filter_map(|event| event["actor"].as_str()).collect();
    assert!(actors.contains(&"Ana Ruiz") && !actors.contains(&"ana") && !actors.contains(&"aruiz"));
    let of = events.iter().find(|event| event["actor"] == "Ana Ruiz").expect("a row");
    assert_eq!(of["actor_role"], "operations lead");
}

#[test]
fn events_without_a_time_are_edited_too() {
    let note = "e-p7zouydioaztkvy2";
    let listed = |entries: &str| {
        let events = with(entries, &[]).events();
        row(&events, note).cloned()
    };
    assert!(listed("").is_some());
    assert!(listed(&format!("[[hide]]\nid = \"{note}\"\n")).is_none());
    let reword = format!("[[reword]]\nid = \"{note}\"\ntext = \"For the review\"\n");
    assert_eq!(listed(&reword).expect("a row")["summary"], "For the review");
    let mark = with(&format!("[[mark]]\nid = \"{note}\"\nmark = \"cause\"\n"), &[]);
    assert!(mark.err.contains("it has no time, so it is no row"), "{}", mark.err);
}

#[test]
fn a_successor_is_found_by_its_key_or_near_in_time() {
    let err = |entry: &str| with(&format!("[[pin]]\nid = \"e-zzzzzz\"\n{entry}"), &[]).err;
    let by_key = err("record = \"OPS-2211:comment:2\"\n");
    assert!(by_key.contains("has its key and is e-finsvc7bu6dbqwsm"), "{by_key}");
    let by_time = err("at = \"2025-11-02T06:12:14Z\"\n");
    assert!(by_time.contains("the likeliest successor is e-dzog4t7zriwenuaq"), "{by_time}");
    let near = err("at = \"2025-11-02T06:12:14Z\"\nwas = \"a deadlock detected late by us\"\n");
    assert!(near.contains("the likeliest successor is e-dzog4t7zriwenuaq"), "{near}");
    let nothing = err("at = \"1999-11-02T06:12:14Z\"\n");
    assert!(nothing.contains("nothing says what it said"), "{nothing}");
}

#[test]
fn the_file_names_the_evidence_and_its_errors_have_their_place() {
    let folder = incident();
    let write = |text: &str| {
        let text = format!("schema = \"rfo.incident/1\"\n{text}");
        std::fs::write(folder.path().join("i.toml"), text).expect("a file");
    };
    let run = |more: &[&str]| {
        rfo(folder.path(), &[&["timeline", "--incident", "i.toml", "-f", "jsonl"], more].concat())
    };
    write("paths = [\"checkout-outage/logs/db\"]\n");
    assert!(run(&[]).out.contains("deadlock detected"));
    let explained = rfo(folder.path(), &["explain", "e-dzog4t", "--incident", "i.toml"]);
    assert!(explained.out.contains("deadlock detected"), "{}", explained.err);
    write("");
    let none = run(&[]);
    assert_eq!((none.code, none.out.as_str()), (2, ""));
    assert!(none.err.contains("no evidence is named"), "{}", none.err);

    let wrong = |text: &str| {
        write(&format!("paths = [\"checkout-outage/logs\"]\n{text}"));
        let said = run(&[]);
        assert_eq!(said.code, 2, "{}", said.err);
        said.err
    };
    let zone = wrong("zone = [\"Europe/Berlin\",\n  \"db/**=Europ/Berlin\"]\n");
    assert!(zone.contains("i.toml:4: zone \"db/**=Europ/Berlin\""), "{zone}");
    let table = wrong("[zone]\n\"db/**\" = \"Europ/Berlin\"\n");
    assert!(table.contains("i.toml:4: zone \"db/**=Europ/Berlin\""), "{table}");
    let glob = wrong("[skew]\n\"none/**\" = \"+3s\"\n");
    assert!(glob.contains("i.toml:4: skew"), "{glob}");
    let from = wrong("from = \"last night\"\n");
    assert!(from.contains("i.toml:3: from"), "{from}");
    write("paths = [\"checkout-outage/logs/db\"]\nfrom = \"2025-11-02T06:00:00Z\"\n");
    let wins = run(&["--from", "2025-11-02T06:30:00Z"]);
    assert!(wins.err.contains("--from 2025-11-02T06:30:00Z wins over i.toml:3"), "{}", wins.err);
}

#[test]
fn rows_of_the_leads_own_are_explained() {
    let folder = incident();
    std::fs::write(folder.path().join("i.toml"), FILE).expect("a file");
    let args = ["timeline", INCIDENT, "--incident", "i.toml", "-f", "jsonl"];
    let events = rfo(folder.path(), &args).events();
    let own = events.iter().find(|event| event["summary"] == "Called the acquirer").expect("a row");
    let id = own["id"].as_str().expect("an id");
    let said = rfo(folder.path(), &["explain", id, INCIDENT, "--incident", "i.toml"]);
    assert!(said.out.contains("it is written in the incident file"), "{}{}", said.out, said.err);
    assert!(said.out.contains("[[row]]"), "{}", said.out);
}
