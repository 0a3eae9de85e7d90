//! Zones that nobody told, and clocks that are put right, in the whole program.

use std::{fmt::Write as _, path::Path};

use rfo::time::{Civil, Instant, zone::Zone};
use serde_json::Value;

use crate::house::{Said, folder, rfo};

/// 2025-11-02T00:00:00Z, seven hours before Chicago's clocks went back.
const BACK: i64 = 1_762_041_600;
/// 2026-03-08T00:00:00Z, eight hours before they went forward.
const FORWARD: i64 = 1_772_928_000;
const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Hosts that fail and recover from some instant on: seconds since 1970, host, and whether it is over.
fn failures(start: i64, count: i64) -> Vec<(i64, i64, bool)> {
    let mut at = start;
    let mut all = Vec::new();
    for n in 0..count {
        at += 300 + n * n * 7919 % 1200;
        let end = at + 60 + n * 31 % 220;
        all.extend([(at, n * n % 9, false), (end, n * n % 9, true)]);
        at = end;
    }
    all
}

/// How long the way of the n-th is, in seconds.
fn delay(n: usize) -> i64 {
    1 + (n * n) as i64 % 8
}

/// The monitoring's log, with the clock so many seconds ahead.
fn log(failures: &[(i64, i64, bool)], ahead: i64) -> String {
    let mut text = String::new();
    for (at, host, over) in failures {
        let state = if *over { "OK" } else { "CRITICAL" };
        let at = at + ahead;
        let _ = writeln!(text, "[{at}] SERVICE ALERT: cache-{host};disk;{state};HARD;3;x");
    }
    text
}

fn shown(zone: &Zone, secs: i64) -> Civil {
    zone.civil(Instant::from_parts(secs, 0).expect("in range"))
}

fn clock(at: Civil) -> String {
    format!("{:02}:{:02}:{:02}", at.hour, at.minute, at.second)
}

/// An export of a table of problems, the youngest first, in the local time of whoever asked for it.
fn table(failures: &[(i64, i64, bool)], zone: &Zone) -> String {
    let mut text = "Severity,Time,Recovery time,Status,Host,Problem\n".to_owned();
    let numbered: Vec<_> = failures.iter().enumerate().collect();
    for two in numbered.chunks(2).rev() {
        let [from, to] = [two[0], two[1]].map(|(n, (at, ..))| {
            let at = shown(zone, at + delay(n));
            format!("{}-{:02}-{:02} {}", at.year, at.month, at.day, clock(at))
        });
        let _ = writeln!(text, "High,{from},{to},RESOLVED,cache-{},disk", two[0].1.1);
    }
    text
}

/// A mailbox whose mails have no offset in their dates, or the one given.
fn mails(failures: &[(i64, i64, bool)], zone: &Zone, offset: &str) -> String {
    let mut text = String::new();
    for (n, (at, host, over)) in failures.iter().enumerate() {
        let secs = at + delay(n);
        let at = shown(zone, secs);
        let day = DAYS[at.secs().div_euclid(86_400).rem_euclid(7) as usize];
        let month = MONTHS[usize::from(at.month) - 1];
        let (state, kind) = if *over { ("OK", "RECOVERY") } else { ("CRITICAL", "PROBLEM") };
        let (clock, year) = (clock(at), at.year);
        let _ = write!(
            text,
            "From nagios@mon-1.example.net {day} {month} {:2} {clock} {year}\n\
             Date: {day}, {:02} {month} {year} {clock}{offset}\n\
             From: nagios@mon-1.example.net\nTo: duty@example.net\n\
             Subject: ** {kind} Service Alert: cache-{host}/disk is {state} **\n\
             Message-ID: <n{n}@mon-1.example.net>\n\n\
             Notification Type: {kind}\n\nService: disk\nHost: cache-{host}\nState: {state}\n\n\n",
            at.day, at.day
        );
    }
    text
}

fn timeline(folder: &Path, args: &[&str]) -> Said {
    let said = rfo(folder, &[&["timeline", ".", "-f", "jsonl", "--all"], args].concat());
    assert!(said.code < 2, "{}", said.err);
    said
}

/// Time and quality of what a path tells, in order.
fn times(said: &Said, path: &str) -> Vec<(String, String)> {
    let events = said.events();
    let sources = events.iter().flat_map(|event| event["sources"].as_array().expect("sources"));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let of_path = sources.filter(|source| source["path"] == path);
    let mut times: Vec<_> =
        of_path.map(|source| (text(&source["time"]), text(&source["time_quality"]))).collect();
    times.sort();
    times
}

fn truth(failures: &[(i64, i64, bool)]) -> Vec<String> {
    let at = |(n, (at, ..)): (usize, &(i64, i64, bool))| {
        let at = Instant::from_parts(at + delay(n), 0).expect("in range");
        at.rfc3339(rfo::time::Precision::Second)
    };
    let mut times: Vec<String> = failures.iter().enumerate().map(at).collect();
    times.sort();
    times
}

/// What the run says of an input.
fn input(folder: &Path, path: &str) -> Value {
    let said = rfo(folder, &["inspect", ".", "-f", "json"]);
    let run: Value = serde_json::from_str(&said.out).expect("JSON");
    let inputs = run["inputs"].as_array().expect("inputs");
    inputs.iter().find(|input| input["path"] == path).expect("the input").clone()
}

#[test]
fn a_zone_is_inferred_from_what_others_tell_across_a_change_of_the_clocks() {
    for (zone, start, name) in [
        ("Asia/Kolkata", BACK, "+05:30"),
        ("America/Chicago", BACK, "America/Chicago"),
        ("America/New_York", BACK, "America/New_York"),
        ("America/Chicago", FORWARD, "America/Chicago"),
        ("UTC", FORWARD, "UTC"),
    ] {
        let (failures, zone) = (failures(start, 40), Zone::named(zone).expect("a zone"));
        let (path, other) = ("zbx_problems_export.csv", "duty.mbox");
        for (path, text) in [(path, table(&failures, &zone)), (other, mails(&failures, &zone, ""))]
        {
            let folder =
                folder(&[("nagios.log", log(&failures, 0).as_bytes()), (path, text.as_bytes())]);
            let found = times(&timeline(folder.path(), &[]), path);
            let right: Vec<&String> = found.iter().map(|(time, _)| time).collect();
            assert_eq!(right, truth(&failures).iter().collect::<Vec<_>>(), "{name} {path}");
            let certain =
                |quality: &String| quality == "zone_inferred" || quality == "zone_inferred+fold";
            assert!(found.iter().all(|(_, quality)| certain(quality)), "{name} {path}");
            let input = input(folder.path(), path);
            assert_eq!(input["zone"], name, "{path}");
            assert_eq!(input["zone_how"], "inferred: from nagios.log");
            let remarks = input["remarks"].to_string();
            assert!(remarks.contains("keys are also told by nagios.log"), "{remarks}");
            assert!(input.get("needs").is_none(), "{input}");
        }
    }
}

#[test]
fn a_zone_told_is_the_zone() {
    let (failures, zone) = (failures(BACK, 40), Zone::named("Asia/Kolkata").expect("a zone"));
    let files = [("nagios.log", log(&failures, 0)), ("duty.mbox", mails(&failures, &zone, ""))];
    let folder = folder(&files.each_ref().map(|(path, text)| (*path, text.as_bytes())));
    let found = times(&timeline(folder.path(), &["--zone", "UTC"]), "duty.mbox");
    assert!(found.iter().all(|(_, quality)| quality == "zone"), "{found:?}");
}

#[test]
fn no_zone_is_guessed() {
    let zone = Zone::named("America/Chicago").expect("a zone");
    let assumed = |files: &[(&str, String)], path: &str, what: &str| {
        let files: Vec<(&str, &[u8])> =
            files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
        let folder = folder(&files);
        let found = times(&timeline(folder.path(), &[]), path);
        assert!(!found.is_empty(), "{what}");
        let assumed = |quality: &str| quality.starts_with("zone_assumed");
        assert!(found.iter().all(|(_, quality)| assumed(quality)), "{what}: {found:?}");
    };
    let all = failures(BACK, 40);
    let (csv, mbox) = ("zbx_problems_export.csv", "duty.mbox");
    let nobody = [(csv, table(&all, &zone)), (mbox, mails(&all, &zone, ""))];
    assumed(&nobody, mbox, "nobody's zone is known");
    let few = failures(BACK, 2);
    assumed(&[("nagios.log", log(&few, 0)), (mbox, mails(&few, &zone, ""))], mbox, "too few");
    let odd = [("nagios.log", log(&all, 607)), (mbox, mails(&all, &zone, ""))];
    assumed(&odd, mbox, "an offset that no zone has");
}

/// What one offset tells holds until a zone that has it may change.
#[test]
fn beyond_a_change_of_the_clocks_an_offset_is_assumed() {
    let zone = Zone::named("America/Chicago").expect("a zone");
    let all = failures(BACK, 60);
    let seen: Vec<_> = all.iter().copied().filter(|(at, ..)| *at < BACK + 5 * 3600).collect();
    let files = [("nagios.log", log(&seen, 0)), ("duty.mbox", mails(&all, &zone, ""))];
    let folder = folder(&files.each_ref().map(|(path, text)| (*path, text.as_bytes())));
    let found = times(&timeline(folder.path(), &[]), "duty.mbox");
    let truth = truth(&all);
    let wrong = found
        .iter()
        .filter(|(time, quality)| !quality.starts_with("zone_assumed") && !truth.contains(time));
    assert_eq!(wrong.count(), 0, "{found:?}");
    let certain = found.iter().filter(|(_, quality)| quality == "zone_inferred").count();
    assert!((20..all.len()).contains(&certain), "{certain}");
    let input = input(folder.path(), "duty.mbox");
    assert!(input["needs"].to_string().contains("--zone"), "{input}");
}

#[test]
fn merge_puts_no_clock_right_by_itself() {
    let folder = folder(&[("nagios.log", log(&failures(BACK, 5), 0).as_bytes())]);
    let said = rfo(folder.path(), &["merge", ".", "--skew", "auto"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("--skew GLOB=±DUR"), "{}", said.err);
}
