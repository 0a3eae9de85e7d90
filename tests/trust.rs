//! `rfo timeline --trust-order`: the same rows with the same places, out of the part of a log around
//! the window; whatever may not be trusted is read whole.

use std::{fmt::Write as _, fs};

use rfo::time::Civil;
use serde_json::Value;

use crate::house::{Said, folder, rfo};

/// 2026-03-14T20:00:00Z.
const START: i64 = 1_773_518_400;

/// A log of one record a second, most with a line below them, whose stamps end so.
fn log(zone: &str, records: i64) -> String {
    let mut text = String::from("a line before the first record\n");
    for n in 0..records {
        // Some are written a little late.
        let late = if n % 50 == 0 { 20 } else { 0 };
        let at = Civil::from_secs(START + n - late);
        writeln!(text, "{at}{zone} web-1 shop[41]: order {n} was paid").expect("text");
        if n % 3 > 0 {
            writeln!(text, "\tat shop.Pay.run(Pay.java:{n})").expect("text");
        }
    }
    text
}

const WINDOW: [&str; 4] = ["--from", "2026-03-14T22:00:00Z", "--to", "2026-03-14T22:01:00Z"];

fn timeline(text: &str, options: &[&str]) -> (Said, Value) {
    let at = folder(&[("app.log", text.as_bytes())]);
    let args = [
        &["timeline", "app.log", "--all", "-f", "jsonl", "--summary", "run.json"],
        &WINDOW[..],
        options,
    ];
    let said = rfo(at.path(), &args.concat());
    let run = fs::read_to_string(at.path().join("run.json")).expect("the summary");
    (said, serde_json::from_str(&run).expect("JSON"))
}

#[test]
fn a_log_in_order_is_read_around_the_window_alone() {
    let text = log("Z", 20_000);
    let (whole, _) = timeline(&text, &[]);
    let (part, run) = timeline(&text, &["--trust-order"]);
    assert_eq!((part.code, whole.out.lines().count()), (0, 59), "{}", part.err);
    assert_eq!(part.out, whole.out);
    let bytes = &run["accounts"]["bytes"];
    let n = |term: &str| bytes[term].as_u64().expect("a number");
    assert_eq!(n("size"), n("in_records") + n("between_records") + n("not_read"));
    assert!(n("not_read") > n("size") * 9 / 10, "{bytes}");
    assert_eq!(run["faults"].as_array().map(Vec::len), Some(0));
    let remarks = run["inputs"][0]["remarks"].to_string();
    assert!(remarks.contains("bytes not read: file taken as ordered"), "{remarks}");
}

#[test]
fn a_window_at_an_end_or_beside_the_log_is_no_fault() {
    let text = log("Z", 20_000);
    for records in [0, 5, 7_230, 7_300] {
        let text: String = text
            .lines()
            .take(1 + records * 5 / 3)
            .fold(String::new(), |all, line| all + line + "\n");
        let (whole, _) = timeline(&text, &[]);
        let (part, _) = timeline(&text, &["--trust-order"]);
        assert_eq!((part.out, part.code), (whole.out, whole.code), "{records} records");
    }
}

#[test]
fn what_may_not_be_trusted_is_read_whole() {
    let early = log("Z", 10_000);
    // Without a zone; and a log that begins again.
    for (text, zone) in [(log("", 20_000), "app.log=UTC"), (early.repeat(2), "app.log=Asia/Tokyo")]
    {
        let (_, run) = timeline(&text, &["--trust-order", "--zone", zone]);
        assert_eq!(run["accounts"]["bytes"]["not_read"], 0, "{}", run["inputs"][0]);
    }
}
