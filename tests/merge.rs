//! `rfo merge`: every record once, whole, in order, and at the instant that the timeline gives it.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use rfo::time::Civil;
use serde_json::Value;

use crate::house::{INCIDENT, OPTIONS, Said, copy_of, folder, rfo};

/// 2026-03-14T20:00:00Z.
const START: i64 = 1_773_518_400;

/// A log of one record every few seconds, in RFC 3339, from that second on.
fn log(name: &str, from: i64, step: i64, records: i64) -> String {
    let mut text = String::new();
    for n in 0..records {
        let at = Civil::from_secs(START + from + n * step);
        writeln!(text, "{at}.{:03}Z {name} shop[41]: order {n} was paid", n % 1000).expect("text");
    }
    text
}

fn merge(at: &Path, args: &[&str]) -> Said {
    rfo(at, &[&["merge"], args].concat())
}

/// The lines of a text, sorted.
fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

/// The account of events in the summary that was written.
fn events(at: &Path) -> BTreeMap<String, u64> {
    let run = fs::read_to_string(at.join("run.json")).expect("the summary");
    let run: Value = serde_json::from_str(&run).expect("JSON");
    let events = run["accounts"]["events"].as_object().expect("an account");
    events.iter().map(|(term, n)| (term.clone(), n.as_u64().expect("a number"))).collect()
}

#[test]
fn records_of_several_formats_come_in_one_order_and_whole() {
    let api = "lines before the first record\n\
        2026-03-14 20:00:02,000 ERROR [main] shop.Pay - no route\n\
        \tat shop.Pay.run(Pay.java:10)\n\n\
        2026-03-14 20:00:05,000 INFO [main] shop.Pay - back\r\n\
        2026-03-14 20:00:06,000 INFO [main] shop.Pay - no line end";
    let sys = "<134>1 2026-03-14T20:00:01.5Z web-1 shop 41 - - first\n\
        <134>1 2026-03-14T22:00:05.000+02:00 web-1 shop 41 - - as early as the api's\n";
    let json = "{\"ts\":1773518403.25,\"level\":\"info\",\"msg\":\"third\"}\n\
        {\"level\":\"info\",\"msg\":\"without a time\"}\n\
        {\"ts\":1773518403.5,\"level\":\"info\",\"msg\":\"fourth\"}\n\
        {\"ts\":1773518403.75,\"level\":\"info\",\"msg\":\"fifth\"}\n";
    let line = |n: i32| format!("{{\"ts\":177351840{},\"msg\":\"{n}\"}}\n", 7 + n / 2);
    let more = [line(0), line(1), line(2), line(3)].concat();
    let json = &format!("{json}{more}");
    let files = [("api.log", api), ("sys.log", sys), ("app.jsonl", json)];
    let at = folder(&files.map(|(name, text)| (name, text.as_bytes())));
    let said = merge(at.path(), &[".", "--zone", "api.log=UTC", "--summary", "run.json"]);
    let expected = "<134>1 2026-03-14T20:00:01.5Z web-1 shop 41 - - first\n\
        lines before the first record\n\
        2026-03-14 20:00:02,000 ERROR [main] shop.Pay - no route\n\
        \tat shop.Pay.run(Pay.java:10)\n\n\
        {\"ts\":1773518403.25,\"level\":\"info\",\"msg\":\"third\"}\n\
        {\"level\":\"info\",\"msg\":\"without a time\"}\n\
        {\"ts\":1773518403.5,\"level\":\"info\",\"msg\":\"fourth\"}\n\
        {\"ts\":1773518403.75,\"level\":\"info\",\"msg\":\"fifth\"}\n\
        2026-03-14 20:00:05,000 INFO [main] shop.Pay - back\r\n\
        <134>1 2026-03-14T22:00:05.000+02:00 web-1 shop 41 - - as early as the api's\n\
        2026-03-14 20:00:06,000 INFO [main] shop.Pay - no line end\n";
    assert_eq!(said.out, format!("{expected}{more}"), "{}", said.err);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("api.log: its last record had no line end"), "{}", said.err);
    assert_eq!(events(at.path())["shown"], 12);
}

#[test]
fn stamps_and_sources_stand_before_each_record() {
    let at = folder(&[("a/web.log", log("web-1", 0, 1, 2).as_bytes())]);
    let said = merge(at.path(), &["a", "--prepend", "--label"]);
    let second = "2026-03-14T20:00:01.001Z a/web.log: 2026-03-14T20:00:01.001Z";
    assert_eq!(said.out.lines().nth(1).map(|line| &line[..second.len()]), Some(second));
    let zones = ["--show-zone", "Asia/Kolkata", "--show-zone", "America/New_York"];
    let said = merge(at.path(), &[&["a", "--prepend", "--label=name"], &zones[..]].concat());
    let first = "2026-03-15T01:30:00.000+05:30 2026-03-14T16:00:00.000-04:00 web.log: ";
    assert!(said.out.starts_with(first), "{}", said.out);
}

#[test]
fn threads_arguments_and_packing_change_nothing() {
    let names = ["web-1", "web-2", "api-1", "db-1"];
    let logs: Vec<(String, String)> = (0..)
        .zip(names)
        .map(|(n, name)| (format!("{name}.log"), log(name, n, 3 + n % 2, 9000)))
        .collect();
    let files: Vec<(&str, &[u8])> =
        logs.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let at = folder(&files);
    let paths: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    let first = merge(at.path(), &paths).out;
    let all: String = logs.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(sorted(&first), sorted(&all));
    assert!(first.lines().map(|line| &line[..23]).is_sorted());
    for jobs in ["1", "2", "8"] {
        let mut paths = paths.clone();
        paths.rotate_left(2);
        paths.extend(["-j", jobs]);
        assert!(merge(at.path(), &paths).out == first, "-j {jobs}");
    }
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, logs[1].1.as_bytes()).expect("memory");
    fs::write(at.path().join("web-2.log.gz"), packed.finish().expect("memory")).expect("a file");
    let packed = merge(at.path(), &["web-1.log", "web-2.log.gz", "api-1.log", "db-1.log"]);
    assert!(packed.out == first, "{}", packed.err);
}

#[test]
fn records_a_little_late_find_their_places() {
    let mut lines: Vec<String> =
        log("web-1", 0, 1, 20_000).lines().map(|line| format!("{line}\n")).collect();
    let whole = lines.concat();
    // Every hundredth is written two hundred records late.
    for n in (0..lines.len() - 200).step_by(100) {
        let late = lines.remove(n);
        lines.insert(n + 200, late);
    }
    let at = folder(&[("web.log", lines.concat().as_bytes())]);
    for args in [vec!["web.log"], vec!["web.log", "-j", "1"]] {
        let said = merge(at.path(), &args);
        assert!(said.out == whole, "{}", said.err);
        assert!(!said.err.contains("in no order"), "{}", said.err);
    }
}

#[test]
fn a_log_in_no_order_is_sorted_and_named() {
    let whole = log("web-1", 0, 1, 40_000);
    let newest_first: String =
        whole.lines().rev().map(|line| format!("{line}\n")).collect::<Vec<_>>().concat();
    let at = folder(&[("web.log", newest_first.as_bytes())]);
    for memory in ["1G", "64K", "1"] {
        let said = merge(at.path(), &["web.log", "--memory", memory]);
        assert!(said.out == whole, "{memory}: {}", said.err);
        assert!(said.err.contains("web.log: its records are in no order"), "{}", said.err);
        assert_eq!(said.code, 0);
    }
    let said = merge(at.path(), &["web.log", "--memory", "much"]);
    assert!(said.err.contains("--memory much: write a number of bytes"), "{}", said.err);
}

#[test]
fn a_record_that_nobody_foresaw_is_put_into_its_place_or_told_of() {
    // Long enough that its place was written when it is met, and between all samples.
    let mut lines: Vec<String> =
        log("web-1", 0, 1, 120_000).lines().map(|line| format!("{line}\n")).collect();
    let whole = lines.concat();
    let stray = lines.remove(10);
    lines.insert(100_003, stray);
    let at = folder(&[("web.log", lines.concat().as_bytes())]);
    let said = merge(at.path(), &["web.log", "-o", "out.log"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(fs::read_to_string(at.path().join("out.log")).expect("written") == whole);
    assert!(said.err.contains("in no order"), "{}", said.err);
    // What went to a pipe cannot be taken back.
    let said = merge(at.path(), &["web.log"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("1 of its records stand further out of order"), "{}", said.err);
    assert_eq!(sorted(&said.out), sorted(&whole));
}

#[test]
fn a_window_reads_no_more_than_it_must() {
    let (web, api) = (log("web-1", 0, 1, 60_000), log("api-1", 30, 2, 30_000));
    let at = folder(&[("web.log", web.as_bytes()), ("api.log", api.as_bytes())]);
    let window = ["--from", "2026-03-15 04:00", "--to", "2026-03-15 04:10"];
    let paths = ["web.log", "api.log", "--summary", "run.json"];
    let said = merge(at.path(), &[&paths[..], &window].concat());
    let inside = |line: &&str| ("2026-03-15T04:00".."2026-03-15T04:10").contains(&&line[..16]);
    let all = merge(at.path(), &paths).out;
    let expected: Vec<&str> = all.lines().filter(inside).collect();
    assert_eq!(expected.len(), 900);
    assert_eq!(said.out.lines().collect::<Vec<_>>(), expected, "{}", said.err);
    let said = merge(at.path(), &[&paths[..], &window].concat());
    assert!(said.err.contains("not read: the file was taken as ordered"), "{}", said.err);
    let run: Value =
        serde_json::from_str(&fs::read_to_string(at.path().join("run.json")).expect("it is there"))
            .expect("JSON");
    let bytes = &run["accounts"]["bytes"];
    assert!(bytes["not_read"].as_u64() > bytes["in_records"].as_u64(), "{bytes}");
    assert_eq!(run["accounts"]["events"]["shown"], 900);
    assert_eq!(said.code, 0, "{}", said.err);
}

#[test]
fn copies_are_written_once_and_equal_records_of_one_log_stay() {
    let twice = "2026-03-14T20:00:01Z web-1 shop[41]: a\n2026-03-14T20:00:01Z web-1 shop[41]: a\n";
    let once =
        "2026-03-14T20:00:00Z web-1 shop[41]: zero\n2026-03-14T20:00:01Z web-1 shop[41]: a\r\n";
    let at = folder(&[("one.log", twice.as_bytes()), ("two.log", once.as_bytes())]);
    let said = merge(at.path(), &[".", "--dedupe", "--summary", "run.json"]);
    let zero = "2026-03-14T20:00:00Z web-1 shop[41]: zero\n";
    assert_eq!(said.out, format!("{zero}{twice}"), "{}", said.err);
    let events = events(at.path());
    assert_eq!((events["shown"], events["joined"]), (3, 1));
}

#[test]
fn many_records_of_one_instant_are_joined_one_by_one() {
    let line =
        |n: usize| format!("2026-03-14T20:00:00Z web-1 shop[41]: order {} was paid\n", n % 40);
    let of = |all: std::ops::Range<usize>| all.map(line).collect::<Vec<_>>().concat();
    // Of 60 records in each, 20 are equal to one before; the second has ten that the first has not.
    let (one, two) = (of(0..60), of(10..60) + &of(100..110).replace("paid", "sent"));
    let at = folder(&[("one.log", one.as_bytes()), ("two.log", two.as_bytes())]);
    let said = merge(at.path(), &[".", "--dedupe", "--summary", "run.json"]);
    assert_eq!(said.out, one.clone() + &of(100..110).replace("paid", "sent"), "{}", said.err);
    assert_eq!(events(at.path())["joined"], 50);
}

#[test]
fn what_is_no_log_is_named_and_passed_over() {
    let mail = "From a@example.net Sat Mar 14 20:00:00 2026\nFrom: a@example.net\nDate: Sat, 14 Mar 2026 20:00:00 +0000\nMessage-ID: <1@example.net>\nSubject: Hello\n\nGood evening\n";
    let at = folder(&[("a.mbox", mail.as_bytes()), ("web.log", log("web-1", 0, 1, 3).as_bytes())]);
    let said = merge(at.path(), &["a.mbox", "web.log"]);
    assert_eq!(said.out, log("web-1", 0, 1, 3));
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.err.contains("a.mbox: mails are not merged: rfo timeline reads them"),
        "{}",
        said.err
    );
}

#[test]
fn a_record_larger_than_any_page_is_copied_whole() {
    let long = "x".repeat(3 << 20);
    let trace = "\tat shop.Pay.run(Pay.java:10)\n".repeat(40_000);
    let text = format!(
        "2026-03-14T20:00:00Z web-1 shop[41]: a\n2026-03-14T20:00:02Z web-1 shop[41]: {long}\n\
         2026-03-14T20:00:04Z web-1 shop[41]: trace\n{trace}2026-03-14T20:00:06Z web-1 shop[41]: b"
    );
    let other = log("web-2", 1, 2, 3);
    let at = folder(&[("one.log", text.as_bytes()), ("two.log", other.as_bytes())]);
    for jobs in ["1", "2"] {
        let said = merge(at.path(), &[".", "-j", jobs]);
        let starts: Vec<_> = said.out.lines().filter(|l| l.starts_with("2026")).collect();
        assert_eq!(
            starts.iter().map(|line| &line[17..19]).collect::<Vec<_>>(),
            ["00", "01", "02", "03", "04", "05", "06"]
        );
        assert_eq!(sorted(&said.out), sorted(&format!("{text}\n{other}")));
    }
}

#[test]
fn records_can_be_had_as_events() {
    let (web, api) = (log("web-1", 0, 2, 5), log("api-1", 1, 2, 5));
    let at = folder(&[("web.log", web.as_bytes()), ("api.log", api.as_bytes())]);
    let window = ["--from", "2026-03-14T20:00:03Z"];
    let said = merge(at.path(), &[&[".", "-f", "jsonl"], &window[..]].concat());
    let hosts: Vec<String> =
        said.events().iter().map(|event| event["host"].as_str().unwrap_or("").to_owned()).collect();
    assert_eq!(
        hosts,
        ["api-1", "web-1", "api-1", "web-1", "api-1", "web-1", "api-1"],
        "{}",
        said.err
    );
    let said = merge(at.path(), &[".", "-f", "jsonl", "--dedupe"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("-f jsonl writes whole events"), "{}", said.err);
}

/// Each record's instant, in the merge and in the timeline.
#[test]
fn merge_and_timeline_give_a_record_the_same_instant() {
    let copy = copy_of(INCIDENT, |_, bytes| bytes);
    let at = copy.path().join(INCIDENT);
    let told = rfo(&at, &[&["timeline", "--all", "-f", "jsonl", "."], &OPTIONS[..]].concat());
    let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for event in told.events() {
        for source in event["sources"].as_array().expect("sources") {
            let (path, time) = (&source["path"], &source["time"]);
            let path = path.as_str().expect("a path").to_owned();
            let log = path.starts_with("logs/") || path.starts_with("monitoring/nagios");
            if let Some(time) = time.as_str().filter(|_| log) {
                expected.entry(path).or_default().push(time.to_owned());
            }
        }
    }
    let options: Vec<&str> = OPTIONS.iter().take(OPTIONS.len() - 2).copied().collect();
    let said = rfo(&at, &[&["merge", ".", "--prepend", "--label"], &options[..]].concat());
    let mut given: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in said.out.lines() {
        let mut words = line.splitn(3, ' ');
        let (time, path) = (words.next(), words.next().and_then(|path| path.strip_suffix(':')));
        if let (Some(time), Some(path)) = (time, path)
            && expected.contains_key(path)
            && time.len() >= 20
            && time.ends_with('Z')
        {
            given.entry(path.to_owned()).or_default().push(time.to_owned());
        }
    }
    for (path, times) in &mut expected {
        times.sort_unstable();
        let mut given = given.remove(path).unwrap_or_default();
        given.sort_unstable();
        given.dedup();
        times.dedup();
        assert_eq!(given, *times, "{path}: {}", said.err);
    }
    assert!(expected.len() >= 5, "{:?}", expected.keys());
}
