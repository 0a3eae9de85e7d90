//! Nothing is lost silently: the three sums, on any bytes and on the incident.

use std::{path::PathBuf, sync::LazyLock};

use proptest::{collection::vec, prelude::*, sample};
use rfo::{
    run,
    settings::{Reading, Showing},
    timeline::{Run, Timeline},
};
use serde_json::Value;

use crate::house::{INCIDENT, OPTIONS, folder, incident, rfo};

static READING: LazyLock<Reading> =
    LazyLock::new(|| Reading::new(Vec::new()).expect("the shipped parsers compile"));

/// Starts of every engine's inputs, so that what follows reaches the readers.
const STARTS: [&str; 8] = [
    "",
    "[1773522131] SERVICE ALERT: web;disk;CRITICAL;HARD;3;full\n",
    "2026-03-14 21:02:11,123 ERROR [main] shop.Pay - refused\n",
    "{\"ts\":1773522131.5,\"level\":\"error\",\"msg\":\"refused\"}\n",
    "[{\"type\":\"message\",\"user\":\"U1\",\"ts\":\"1773522131.000100\",\"text\":\"hi\"},\n",
    "Issue key,Summary,Created,Updated,Status,Issue id\nPAY-1,a,2026-03-14 21:02,2026-03-14 21:03,Open,1\n",
    "From ana@example.net Sat Mar 14 21:02:13 2026\nDate: Sat, 14 Mar 2026 22:02:11 +0100\nFrom: a@example.net\nSubject: b\n\n",
    "\u{feff}",
];

fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let odd = sample::select(&b"\n\n\r\"\\{}[],:; \t<>=-0123\x00\x1b\xff"[..]);
    let tail = vec(prop_oneof![odd, any::<u8>()], 0..300);
    (sample::select(&STARTS[..]), 0..4_usize, tail).prop_map(|(start, times, tail)| {
        let mut bytes = start.repeat(times).into_bytes();
        bytes.extend(tail);
        bytes
    })
}

fn read(path: PathBuf, chunk: u64, all: bool) -> (Timeline, Run) {
    let reading = Reading { paths: vec![path], chunk, jobs: 1, ..READING.clone() };
    let showing = Showing { all, ..Showing::default() };
    let timeline = run::timeline(&reading, &showing, &[], false).expect("the file is there");
    let inspected = run::inspect(&reading, false).expect("the file is there");
    (timeline, inspected)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_accounted_for(
        bytes in any_bytes(),
        name in sample::select(&["a.log", "a.json", "a.csv", "a.mbox", "a.gz"][..]),
        chunk in sample::select(&[1, 7, 100, 1 << 20][..]),
        all: bool,
    ) {
        let folder = folder(&[(name, &bytes)]);
        let (timeline, inspected) = read(folder.path().join(name), chunk, all);
        prop_assert_eq!(timeline.run.accounts.check(), Vec::<String>::new());
        prop_assert_eq!(inspected.accounts.check(), Vec::<String>::new());
        prop_assert_eq!(&timeline.run.accounts.bytes, &inspected.accounts.bytes);
        prop_assert_eq!(&timeline.run.accounts.records, &inspected.accounts.records);
        let key = |row: &rfo::event::Event| {
            let source = &row.sources[0];
            (row.stamp.instant, source.path.clone(), source.byte_start)
        };
        prop_assert!(timeline.rows.iter().all(|row| row.stamp.instant.is_some()));
        prop_assert!(timeline.rows.iter().is_sorted_by_key(|row| key(&row)), "the rows are out of order");
        prop_assert!(timeline.undated.iter().all(|row| row.stamp.instant.is_none()));
        if all {
            prop_assert_eq!(timeline.run.accounts.events.left_out, 0);
        }
    }
}

/// The terms of a sum that are numbers, but the whole.
fn parts(account: &Value, whole: &str) -> u64 {
    let account = account.as_object().expect("an account");
    account.iter().filter(|(name, _)| *name != whole).filter_map(|(_, value)| value.as_u64()).sum()
}

#[test]
fn the_sums_of_the_incident_hold() {
    let folder = incident();
    let windows: [&[&str]; 4] = [
        &[],
        &["--all"],
        &["--from", "2025-11-02T06:00:00Z", "--to", "2025-11-02T07:00:00Z"],
        &["--all", "--from", "2030-01-01"],
    ];
    for options in windows {
        let args =
            [&["timeline", INCIDENT, "--summary", "run.json", "-f", "jsonl"], options, &OPTIONS];
        let said = rfo(folder.path(), &args.concat());
        let text = std::fs::read_to_string(folder.path().join("run.json")).expect("the summary");
        let run: Value = serde_json::from_str(&text).expect("JSON");
        let accounts = &run["accounts"];
        for (account, whole) in [("bytes", "size"), ("records", "read"), ("events", "told")] {
            let account = &accounts[account];
            assert_eq!(account[whole].as_u64(), Some(parts(account, whole)), "{account}");
        }
        assert_eq!(accounts["events"]["shown"].as_u64(), Some(said.events().len() as u64));
        if options.contains(&"--all") {
            assert_eq!(accounts["events"]["left_out"], 0);
            assert_eq!(accounts["events"]["folded"], 0);
        }
        let sizes: u64 = evidence(&run).filter_map(|input| input["size"].as_u64()).sum();
        assert_eq!(accounts["bytes"]["size"].as_u64(), Some(sizes));
        if options.contains(&"--all") {
            // Unfolded, every event is a source of some row.
            let events = said.events();
            let sources =
                events.iter().filter_map(|event| event["sources"].as_array()).map(Vec::len);
            let joined = accounts["events"]["joined"].as_u64().expect("a number");
            assert_eq!(sources.sum::<usize>() as u64, events.len() as u64 + joined);
        }
    }
}

/// The inputs of a run that are evidence.
fn evidence(run: &Value) -> impl Iterator<Item = &Value> {
    let inputs = run["inputs"].as_array().expect("inputs").iter();
    inputs.filter(|input| matches!(input["standing"].as_str(), Some("read" | "unread")))
}

/// Clocks at both ends of what a time can be, and a mail that was on its way for centuries: the
/// choice reckons with them, and nothing overflows.
#[test]
fn centuries_between_events_do_no_harm() {
    let mail = |at: &str, received: &str, text: &str| {
        format!(
            "From a@example.net Sat Mar 14 21:02:13 2026\nReceived: from a by b; {received}\n\
             Date: {at}\nFrom: Ana <a@example.net>\nTo: status@example.org\nMessage-ID: <{text}@x>\n\
             Subject: {text}\n\n{text} is down since 06:12, next update in 30 minutes\n\n"
        )
    };
    let old = "Mon, 04 Jan 1700 06:00:00 +0000";
    let new = "Mon, 04 Jan 2260 06:00:00 +0000";
    let now = "Sat, 14 Mar 2026 21:02:11 +0000";
    let mails = [
        mail(old, new, "billing"),
        mail(now, now, "checkout"),
        mail(now, old, "search"),
        mail(new, now, "login"),
    ];
    let log = "1700-01-04T06:00:00Z ERROR db-1 refused\n2026-03-14T21:02:11Z ERROR db-1 broken\n\
               2260-01-04T06:00:00Z ERROR db-1 full\n";
    let folder = folder(&[("a.mbox", mails.concat().as_bytes()), ("b.log", log.as_bytes())]);
    let windows: [&[&str]; 4] = [
        &[],
        &["--from", "1690-01-01"],
        &["--to", "2261-01-01"],
        &["--from", "1690-01-01", "--to", "2261-01-01"],
    ];
    for window in windows {
        for level in [&["--all"][..], &["--level", "core"], &["--level", "full"]] {
            let run = [&["timeline", ".", "-f", "markdown"], window, level].concat();
            let said = rfo(folder.path(), &run);
            assert!(said.code < 2, "{window:?} {level:?}: {}", said.err);
            assert!(!said.err.contains("panicked"), "{}", said.err);
        }
    }
}
