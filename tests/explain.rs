//! `rfo explain`: every row, and every record that is none, says why.

use serde_json::Value;

use crate::house::{GOOD, INCIDENT, OPTIONS, Said, blessed, folder, incident, rfo, root};

/// Explains a part of the incident with the options of its README.
fn of_incident(folder: &std::path::Path, what: &str, more: &[&str]) -> Said {
    rfo(folder, &[&["explain", what, INCIDENT], &OPTIONS[..], more].concat())
}

#[test]
fn explanations_are_those_that_were_blessed() {
    let folder = incident();
    let mut text = String::new();
    for (what, more) in [
        // An alert of three sources, by the id that tables show and by its mail's.
        ("e-madbmucg", &[][..]),
        ("checkout-outage/mail/bridge-list.mbox:60", &[]),
        // A copy of a mail, and what it speaks of.
        ("e-ecp2c2", &[]),
        // A row that others are folded into, and one that is folded.
        ("e-4uvw3jcq", &[]),
        ("monitoring/nagios.log:32", &[]),
        ("logs/web/access.log:20", &[]),
        ("logs/web/access.log:20", &["--all"]),
        // Left out, outside the window, in a stack trace, several events of one record, a header.
        ("logs/web/access.log:2", &[]),
        ("logs/web/access.log:8", &["--from", "2025-11-03"]),
        ("logs/api/api.log:24", &[]),
        ("tickets/jira.csv:2", &[]),
        ("tickets/jira.csv:1", &[]),
        ("slack-export/users.json:3", &[]),
        // What somebody misses.
        ("rollback", &["--missing"]),
    ] {
        let said = of_incident(folder.path(), what, more);
        assert_eq!(said.code, 1, "{what}: {}", said.err);
        let asked = [&[what], more].concat().join(" ");
        text += &["$ rfo explain ", &asked, "\n\n", &said.out, "\n"].concat();
    }
    let golden = root().join("tests/golden").join(INCIDENT).join("told");
    blessed(&golden.join("explain.txt"), &text);
    let json = of_incident(folder.path(), "e-madbmucg", &["-f", "json"]);
    blessed(&golden.join("explain.json"), &json.out);
}

#[test]
fn the_row_explained_is_the_row_shown() {
    let folder = incident();
    let args = [&["timeline", INCIDENT, "-f", "jsonl"], &OPTIONS[..]].concat();
    let rows = rfo(folder.path(), &args).events();
    let joined = rows.iter().filter(|row| row["sources"].as_array().is_some_and(|s| s.len() > 1));
    for row in joined.step_by(3).chain(rows.iter().rev().take(2)) {
        for source in row["sources"].as_array().expect("sources") {
            let id = source["id"].as_str().expect("an id");
            let said = of_incident(folder.path(), id, &["-f", "json"]);
            let told: Value = serde_json::from_str(&said.out).expect("JSON");
            let answer = &told["answers"][0];
            assert_eq!(told["schema"], "rfo.explain/1");
            let standing = answer["standing"].as_str().expect("a standing");
            let folded = source["why"].as_str().is_some_and(|why| why.starts_with("folded:"));
            // The last of a run is a source of the row that it is folded into.
            let expected = match &row["time"] {
                Value::Null => "undated",
                _ if folded => "folded",
                _ => "row",
            };
            assert_eq!(standing, expected, "{id}");
            assert!(folded || answer["row"] == *row, "{id}: {}", said.out);
        }
    }
}

#[test]
fn what_names_nothing_or_too_much_is_2() {
    let folder = incident();
    for (what, told) in [
        ("e-", "not an id (e-…) and not a place (PATH:LINE)"),
        ("e-madbmucx", "did you mean e-madbmucg?"),
        ("e-m", "several have it"),
        ("logs/web/access.log:999", "the file has 37 lines"),
        ("logs/web/acces.log:9", "did you mean logs/web/access.log?"),
        ("logs/web/access.log:0", "not an id"),
    ] {
        let said = of_incident(folder.path(), what, &[]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{what}");
        assert!(said.err.contains(told), "{what}: {}", said.err);
    }
    let said = of_incident(folder.path(), "e-m", &[]);
    assert!(
        said.err.contains("  e-madbmucgjdlxedrh  checkout-outage/monitoring/nagios.log:21"),
        "{}",
        said.err
    );
    let said = of_incident(folder.path(), "e-madbmucg", &["-f", "html"]);
    assert!(said.code == 2 && said.err.contains("the formats are text and json"), "{}", said.err);
}

#[test]
fn good_evidence_is_success_and_no_control_reaches_the_terminal() {
    let evil = GOOD.replace("the disk is full", "the disk\u{1b}[2J is \u{9b}31m full\u{202e}");
    let folder = folder(&[("good.log", evil.as_bytes()), ("blank.log", GOOD.as_bytes())]);
    for format in ["text", "json"] {
        let said =
            rfo(folder.path(), &["explain", "good.log:1", ".", "-f", format, "--color", "never"]);
        assert_eq!(said.code, 0, "{}", said.err);
        assert!(said.out.contains("the disk\u{fffd}[2J is \u{fffd}31m"), "{}", said.out);
        assert!(
            !said.out.contains(['\u{1b}', '\u{9b}']) && !said.out.contains("\\u00"),
            "{}",
            said.out
        );
    }
}

#[test]
fn copies_of_a_log_tell_their_rank() {
    let line = |n: u32| {
        format!("[{}] SERVICE ALERT: web-{n};disk;CRITICAL;HARD;3;full", 1_773_522_131 + n)
    };
    let lines: Vec<String> = std::iter::once(0).chain(0..30).map(line).collect();
    let twice = lines.join("\n");
    let folder = folder(&[("a/nagios.log", twice.as_bytes()), ("b/nagios.log", twice.as_bytes())]);
    let said = rfo(folder.path(), &["explain", "b/nagios.log:2", "a", "b", "-f", "json"]);
    let told: Value = serde_json::from_str(&said.out).expect("JSON");
    let sources = told["answers"][0]["sources"].as_array().expect("sources").clone();
    let copy = sources.iter().find(|source| source["asked"] == true).expect("the one asked for");
    assert_eq!(copy["evidence"]["rule"], "copy:same-line", "{}", said.out);
    assert_eq!(copy["evidence"]["rank"], 2);
    assert_eq!(copy["evidence"]["stream"], serde_json::json!([31, 31]));
    let apart = told["answers"][0]["apart"][0]["because"].as_str().expect("a neighbour");
    assert!(apart.contains("two lines are two events"), "{apart}");
}

/// A monitoring's log, and its mails from two machines, one of which is ten minutes behind.
fn ten_minutes_apart() -> tempfile::TempDir {
    let (mut log, mut all) = (String::new(), [String::new(), String::new()]);
    for n in 0..12_i64 {
        // Never the same distance twice.
        let at = 1_773_522_131 + 700 * n + 37 * n * n;
        log += &["[", &at.to_string(), "] SERVICE ALERT: web-", &n.to_string()].concat();
        log += ";disk;CRITICAL;HARD;3;full\n";
        for (mails, name, late) in [(0, "noc", -600), (1, "ops", 2)] {
            let date = chrono::DateTime::from_timestamp(at + late + n % 4, 0).expect("a time");
            let date = date.format("%a, %d %b %Y %H:%M:%S +0000");
            all[mails] += &[
                "From nagios@mon.example.net Sat Mar 14 22:02:11 2026\nDate: ",
                &date.to_string(),
                "\nFrom: Nagios <nagios@mon.example.net>\nTo: duty@example.net\nSubject: ** PROBLEM \
                 Service Alert: web-HOST/disk is CRITICAL **\nMessage-ID: <HOST@NAME.example.net>\n\n\
                 ***** Nagios *****\n\nNotification Type: PROBLEM\n\nService: disk\nHost: web-HOST\n\
                 State: CRITICAL\n\n",
            ]
            .concat()
            .replace("HOST", &n.to_string())
            .replace("NAME", name);
        }
    }
    let [noc, ops] = &all;
    folder(&[
        ("nagios.log", log.as_bytes()),
        ("noc.mbox", noc.as_bytes()),
        ("ops.mbox", ops.as_bytes()),
    ])
}

#[test]
fn inspect_names_a_clock_that_is_off_as_timeline_does() {
    let folder = ten_minutes_apart();
    let said = rfo(folder.path(), &["inspect", ".", "-f", "json"]);
    let inspected: Value = serde_json::from_str(&said.out).expect("JSON");
    let mails = &inspected["inputs"][1];
    assert_eq!(mails["clock"][0]["class"], "clock_skew", "{}", said.out);
    assert_eq!(mails["needs"], serde_json::json!(["--skew noc.mbox=-10m"]));
    let remark = mails["remarks"].to_string();
    assert!(
        remark.contains("such as noc.mbox:1 (2026-03-14T20:52:11Z) for nagios.log:1 ("),
        "{remark}"
    );
    let said = rfo(folder.path(), &["inspect", "."]);
    assert!(said.out.ends_with("add:\n    --skew noc.mbox=-10m\n"), "{}", said.out);
    rfo(folder.path(), &["timeline", ".", "--summary", "run.json"]);
    let run = std::fs::read_to_string(folder.path().join("run.json")).expect("a summary");
    let run: Value = serde_json::from_str(&run).expect("JSON");
    assert_eq!(run["inputs"][1]["clock"], mails["clock"]);
    let told = ["explain", "noc.mbox:1", ".", "--skew", "noc.mbox=-10m"];
    let said = rfo(folder.path(), &told);
    assert!(said.out.contains("corrected: its clock is 600 s behind"), "{}", said.out);
}
