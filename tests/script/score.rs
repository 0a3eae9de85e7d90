//! How many of the key events a run's rows show, and whether the milestones are right.

use std::path::Path;

use serde_json::Value;

use super::{
    chance::Chance,
    clock::{MINUTE, SECOND},
    folder::{Folder, Key, MILESTONES, Tell},
};
use crate::house::rfo;

/// What was counted over one run or many.
#[derive(Clone, Default)]
pub(crate) struct Score {
    pub(crate) runs: usize,
    pub(crate) keys: usize,
    pub(crate) found: usize,
    pub(crate) rows: usize,
    /// Rows that tell of a key event.
    pub(crate) right: usize,
    /// Rows that show what tries to look like one.
    pub(crate) traps: usize,
    pub(crate) most_rows: usize,
    /// Of the five of each run, those within a minute.
    pub(crate) milestones: usize,
}

impl Score {
    pub(crate) fn add(&mut self, other: &Self) {
        self.runs += other.runs;
        self.keys += other.keys;
        self.found += other.found;
        self.rows += other.rows;
        self.right += other.right;
        self.traps += other.traps;
        self.most_rows = self.most_rows.max(other.most_rows);
        self.milestones += other.milestones;
    }

    pub(crate) fn line(&self, name: &str) -> String {
        let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        format!(
            "{name:<14} {:>4} {:>6.3} {:>9.3} {:>6.1} {:>4} {:>6.2} {:>10.2}",
            self.runs,
            share(self.found, self.keys),
            share(self.right, self.rows),
            share(self.rows, self.runs),
            self.most_rows,
            share(self.traps, self.runs),
            share(self.milestones, self.runs),
        )
    }
}

pub(crate) const HEADING: &str =
    "what           runs recall precision   rows most  traps milestones";

/// The rows that rfo shows of that folder.
pub(crate) fn rows(folder: &Folder, inside: &Path, more: &[&str]) -> Vec<Value> {
    let mut args = vec!["timeline", ".", "-f", "jsonl", "--year", "2026"];
    for zone in folder.zones.iter().filter(|zone| {
        zone.split_once('=').is_some_and(|(path, _)| folder.files.contains_key(path))
    }) {
        args.extend(["--zone", zone]);
    }
    args.extend(more);
    let said = rfo(inside, &args);
    assert!(said.code < 2, "{}", said.err);
    said.events()
}

fn sources(row: &Value) -> impl Iterator<Item = &Value> {
    // What is folded into a row is no row of its own.
    let folded =
        |source: &Value| source["why"].as_str().is_some_and(|why| why.starts_with("folded:"));
    row["sources"].as_array().into_iter().flatten().filter(move |source| !folded(source))
}

fn is(source: &Value, tell: &Tell) -> bool {
    source["path"] == tell.path.as_str()
        && if tell.part.is_empty() {
            source["line"] == tell.line
        } else {
            let by_line = !tell.path.starts_with("tickets/") || source["line"] == tell.line;
            by_line && source["record"].as_str().is_some_and(|name| name.ends_with(&tell.part))
        }
}

/// Milliseconds since 1970 of a time that ends in `Z`.
fn instant(row: &Value) -> Option<i64> {
    of_text(&row["time"])
}

fn of_text(time: &Value) -> Option<i64> {
    let time: chrono::DateTime<chrono::Utc> = time.as_str()?.parse().ok()?;
    Some(time.timestamp_millis())
}

/// Records of key events that no row shows, or only at another instant.
pub(crate) fn missing(folder: &Folder, rows: &[Value]) -> Vec<String> {
    let mut faults = Vec::new();
    for key in &folder.keys {
        for tell in &key.tells {
            let source = rows
                .iter()
                .flat_map(|row| {
                    row["sources"].as_array().into_iter().flatten().map(move |s| (row, s))
                })
                .find(|(_, source)| is(source, tell));
            let fault = match source {
                None => "is in no row".to_owned(),
                Some((row, source)) => {
                    let at = instant(source).or_else(|| instant(row));
                    // An hour that a clock shows twice is told as both: in doubt, and said so.
                    let other = row["time_alt"].as_array().into_iter().flatten();
                    let mut read = at.into_iter().chain(other.filter_map(of_text));
                    if read.any(|at| (at - tell.shown).abs() < SECOND) {
                        continue;
                    }
                    format!("{:?} for {}, {}", at, tell.shown, row["time_quality"])
                }
            };
            faults.push(format!(
                "{} {}:{} {}: {fault}: {:.200}",
                key.act, tell.path, tell.line, tell.part, tell.text
            ));
        }
    }
    faults
}

/// Scores these rows.
pub(crate) fn score(folder: &Folder, rows: &[&Value]) -> Score {
    let shows = |row: &Value, key: &Key| {
        sources(row).any(|source| key.tells.iter().any(|tell| is(source, tell)))
    };
    let trap = |row: &&&Value| {
        sources(row).any(|source| {
            folder
                .traps
                .iter()
                .any(|(path, line)| source["path"] == path.as_str() && source["line"] == *line)
        })
    };
    let marked = |name: &str| {
        let has = |row: &&&Value| {
            row["marks"].as_array().is_some_and(|marks| marks.iter().any(|mark| mark == name))
        };
        let mut at = rows.iter().filter(has).map(|row| instant(row));
        // A milestone is one row: of several marks of one name, none has been chosen.
        let first = at.next().flatten();
        first.filter(|_| at.next().is_none())
    };
    let near =
        |(name, at): (&&str, &i64)| marked(name).is_some_and(|found| (found - at).abs() <= MINUTE);
    Score {
        runs: 1,
        keys: folder.keys.len(),
        found: folder.keys.iter().filter(|key| rows.iter().any(|row| shows(row, key))).count(),
        rows: rows.len(),
        right: rows.iter().filter(|row| folder.keys.iter().any(|key| shows(row, key))).count(),
        traps: rows.iter().filter(trap).count(),
        most_rows: rows.len(),
        milestones: MILESTONES.iter().zip(&folder.milestones).filter(|pair| near(*pair)).count(),
    }
}

/// What anybody could do with all events: so many at random, the most severe, the first, and all
/// that people wrote.
pub(crate) fn baselines(all: &[Value], seed: u64, n: usize) -> [(&'static str, Vec<&Value>); 4] {
    let mut chance = Chance::new(seed, "baseline");
    let mut shuffled: Vec<&Value> = all.iter().collect();
    for at in (1..shuffled.len()).rev() {
        shuffled.swap(at, chance.below(at + 1));
    }
    shuffled.truncate(n);
    let rank = |row: &&Value| match row["severity"].as_str().unwrap_or_default() {
        "critical" => 0,
        "error" => 1,
        "warning" => 2,
        "notice" => 3,
        _ => 4,
    };
    let mut severe: Vec<&Value> = all.iter().collect();
    severe.sort_by_key(rank);
    severe.truncate(n);
    let human = |row: &&Value| {
        row["actor_role"] != "bot" && matches!(row["kind"].as_str(), Some("chat" | "email"))
    };
    [
        ("random", shuffled),
        ("severity", severe),
        ("first", all.iter().take(n).collect()),
        ("human", all.iter().filter(human).collect()),
    ]
}
