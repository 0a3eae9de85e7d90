//! Logs of the repository's incident, cut into windows and gathered again: however they are cut,
//! the rows are those of the whole.

use serde_json::Value;

use super::chance::Chance;
use crate::house::{INCIDENT, folder, rfo, root};

const LOGS: [&str; 2] = ["web/access.log", "db/postgresql.log"];

/// Time and summary of each row, in order.
fn rows(files: &[(&str, &[u8])]) -> (Vec<(String, String)>, Vec<Value>) {
    let at = folder(files);
    let said = rfo(at.path(), &["timeline", ".", "--all", "-f", "jsonl"]);
    assert!(said.code < 2, "{}", said.err);
    let events = said.events();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut rows: Vec<_> =
        events.iter().map(|event| (text(&event["time"]), text(&event["summary"]))).collect();
    rows.sort();
    (rows, events)
}

/// Cuts each log as `names` says, at records, and compares.
fn cut(case: &str, cut: impl Fn(&mut Chance, usize) -> Vec<(&'static str, usize, usize)>) {
    for log in LOGS {
        let file = root().join("fixtures").join(INCIDENT).join("logs").join(log);
        let bytes = std::fs::read(file).expect("a log");
        let (whole, events) = rows(&[(log, &bytes)]);
        let mut starts: Vec<usize> = events
            .iter()
            .map(|event| event["sources"][0]["byte_start"].as_u64().expect("a byte") as usize)
            .collect();
        starts.sort_unstable();
        starts.push(bytes.len());
        let (_, name) = log.rsplit_once('/').expect("a folder");
        for seed in 1..=4 {
            let windows = cut(&mut Chance::new(seed, case), starts.len() - 1);
            let files: Vec<(String, &[u8])> = windows
                .iter()
                .map(|&(path, from, to)| {
                    (path.replace('*', name), &bytes[starts[from]..starts[to]])
                })
                .collect();
            let files: Vec<_> = files.iter().map(|(path, bytes)| (path.as_str(), *bytes)).collect();
            let (again, _) = rows(&files);
            assert!(again == whole, "{case} {log}, seed {seed}: {windows:?}: {} rows", again.len());
        }
    }
}

#[test]
fn rotated() {
    cut("rotated", |chance, n| {
        let (a, b) = (1 + chance.below(n / 2), n / 2 + 1 + chance.below(n / 2 - 1));
        vec![("*.2", 0, a), ("*.1", a, b), ("*", b, n)]
    });
}

#[test]
fn gathered_twice() {
    cut("twice", |chance, n| {
        let (from, to) = (chance.below(n / 3), n - chance.below(n / 3));
        vec![("a/*", 0, to), ("b/*", from, n)]
    });
}

#[test]
fn rotated_and_backed_up() {
    cut("backed up", |chance, n| {
        let at = 1 + chance.below(n - 1);
        vec![("*.1", 0, at), ("*", at, n), ("backup/*", 0, n)]
    });
}
