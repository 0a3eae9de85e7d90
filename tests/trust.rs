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

/// Records of a log that is large enough for a part of it to be worth while.
const MANY: i64 = 80_000;

/// The timeline of a log between two seconds of it.
fn timeline(text: &str, (from, to): (i64, i64), options: &[&str]) -> (Said, Value) {
    let at = folder(&[("app.log", text.as_bytes())]);
    let window = [from, to].map(|second| format!("{}Z", Civil::from_secs(START + second)));
    let args = ["timeline", "app.log", "--all", "-f", "jsonl", "--summary", "run.json"];
    let window = ["--from", &window[0], "--to", &window[1]];
    let said = rfo(at.path(), &[&args, &window[..], options].concat());
    let run = fs::read_to_string(at.path().join("run.json")).expect("the summary");
    (said, serde_json::from_str(&run).expect("JSON"))
}

#[test]
fn a_log_in_order_is_read_around_the_window_alone() {
    let text = log("Z", MANY);
    // In the middle, at both ends, and beside the log.
    let windows = [(7200, 7260), (-60, 10), (MANY - 10, MANY + 99), (MANY + 99, MANY + 200)];
    for (number, window) in windows.into_iter().enumerate() {
        let (whole, _) = timeline(&text, window, &[]);
        let (part, run) = timeline(&text, window, &["--trust-order"]);
        assert_eq!(part.out, whole.out, "{window:?}");
        assert!(number > 0 || part.out.lines().count() == 59, "{}", part.out);
        let bytes = &run["accounts"]["bytes"];
        let n = |term: &str| bytes[term].as_u64().expect("a number");
        assert_eq!(n("size"), n("in_records") + n("between_records") + n("not_read"));
        assert!(n("not_read") > n("size") * 9 / 10, "{bytes}");
        let remarks = run["inputs"][0]["remarks"].to_string();
        assert!(remarks.contains("bytes not read: file taken as ordered"), "{remarks}");
        // The line above the first record is one; it is not read where the window is far from it.
        let faults = run["faults"].as_array().map(Vec::len);
        assert_eq!(faults, Some(usize::from(number == 1)), "{}", run["faults"]);
    }
}

#[test]
fn what_may_not_be_trusted_is_read_whole() {
    let again = log("Z", MANY / 2).repeat(2);
    // Without a zone; a log that begins again; a small one.
    for text in [log("", MANY), again, log("Z", 10_000)] {
        let (_, run) =
            timeline(&text, (7200, 7260), &["--trust-order", "--zone", "app.log=Asia/Tokyo"]);
        assert_eq!(run["accounts"]["bytes"]["not_read"], 0, "{}", run["inputs"][0]);
    }
}
