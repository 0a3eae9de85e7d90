//! How many of the key events a run's rows show, and whether the milestones are right.

use std::{env, path::Path, process::Command};

use clap::Parser as _;
use rfo::{
    cli::{Cli, Command as Word},
    condense::score::Signs,
    render::{self, Format, Look},
    run,
    settings::{Reading, Showing},
};
use serde_json::Value;

use super::{
    chance::Chance,
    clock::{MINUTE, SECOND},
    folder::{Folder, Key, MILESTONES, Part, Tell},
};

/// What was counted over one run or many.
#[derive(Clone, Default)]
pub(crate) struct Score {
    pub(crate) runs: usize,
    pub(crate) keys: usize,
    pub(crate) found: usize,
    pub(crate) rows: usize,
    /// Rows that tell of a key event.
    pub(crate) right: usize,
    /// Rows that tell of the incident at all.
    pub(crate) near: usize,
    /// Rows that show what tries to look like it.
    pub(crate) traps: usize,
    pub(crate) most_rows: usize,
    /// How many runs have each milestone right.
    pub(crate) milestones: [usize; 5],
    /// Rows' records of key events that are read at another instant.
    pub(crate) wrong: usize,
    /// What is missing, and which milestones are wrong.
    pub(crate) faults: Vec<String>,
}

impl Score {
    pub(crate) fn add(&mut self, other: &Self) {
        self.runs += other.runs;
        self.keys += other.keys;
        self.found += other.found;
        self.rows += other.rows;
        self.right += other.right;
        self.near += other.near;
        self.traps += other.traps;
        self.most_rows = self.most_rows.max(other.most_rows);
        self.wrong += other.wrong;
        for (sum, one) in self.milestones.iter_mut().zip(other.milestones) {
            *sum += one;
        }
    }

    pub(crate) fn line(&self, name: &str) -> String {
        let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        let each = self.milestones.map(|n| format!("{:>5.2}", share(n, self.runs))).concat();
        format!(
            "{name:<14} {:>4} {:>5.1} {:>6.3} {:>6.3} {:>6.3} {:>6.1} {:>4} {:>6.2} {:>5.2} {:>5}{each}",
            self.runs,
            share(self.keys, self.runs),
            share(self.found, self.keys),
            share(self.near, self.rows),
            share(self.right, self.rows),
            share(self.rows, self.runs),
            self.most_rows,
            share(self.traps, self.runs),
            share(self.milestones.iter().sum(), self.runs),
            self.wrong,
        )
    }
}

pub(crate) const HEADING: &str = "what           runs  keys recall  near    key     rows most  traps of 5  wrong start  det  ack  mit  res";

/// The options that a run of that folder has.
fn options(folder: &Folder) -> Vec<&str> {
    let mut options = vec!["--year", "2026"];
    for zone in folder.zones.iter().filter(|zone| {
        zone.split_once('=').is_some_and(|(path, _)| folder.files.contains_key(path))
    }) {
        options.extend(["--zone", zone]);
    }
    options
}

fn parsed(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The rows that rfo shows of that folder.
pub(crate) fn rows(folder: &Folder, inside: &Path, more: &[&str]) -> Vec<Value> {
    let args = [&["timeline", ".", "-f", "jsonl"], &options(folder)[..], more].concat();
    let program = env::var("RFO_BIN").ok();
    let built = option_env!("CARGO_BIN_EXE_rfo");
    let program = program.as_deref().or(built).expect("RFO_BIN is set");
    let mut command = Command::new(program);
    command.current_dir(inside).args(args).env("XDG_CONFIG_HOME", inside.join("none"));
    let said = command.env_remove("TZ").output().expect("rfo runs");
    let err = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.code().is_some_and(|code| code < 2), "{err}");
    parsed(&String::from_utf8(said.stdout).expect("UTF-8"))
}

/// The rows that would be shown if some signs counted for nothing.
pub(crate) fn rows_without(folder: &Folder, inside: &Path, without: Signs) -> Vec<Value> {
    let args = [&["rfo", "timeline", "--isolated", "."], &options(folder)[..]].concat();
    let Word::Timeline(cli) = Cli::parse_from(args).command else { unreachable!("a timeline") };
    let reading = Reading::from_cli(&cli.evidence).expect("good options");
    // Globs are relative to the folder, and the program's own folder is another.
    let reading = Reading { paths: vec![inside.to_owned()], ..reading };
    let showing = Showing { without, ..Showing::default() };
    let timeline = run::timeline(&reading, &showing, &[], false).expect("the folder is there");
    let mut out = Vec::new();
    let look = Look { color: false, width: 80 };
    render::render(&timeline, Format::Jsonl, look, &mut out).expect("memory");
    let root = format!("{}/", inside.display());
    parsed(&String::from_utf8(out).expect("UTF-8").replace(&root, ""))
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
                    let at = of_text(&source["time"]).or_else(|| of_text(&row["time"]));
                    if at.is_some_and(|at| (at - tell.shown).abs() < SECOND) {
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
    let part = |source: &Value| {
        let at = (source["path"].as_str()?.to_owned(), source["line"].as_u64()?);
        folder.others.get(&at).copied()
    };
    let has = |row: &Value, wanted: Part| sources(row).any(|source| part(source) == Some(wanted));
    let key = |row: &Value| folder.keys.iter().any(|key| shows(row, key));
    let mut score = Score {
        runs: 1,
        keys: folder.keys.len(),
        rows: rows.len(),
        most_rows: rows.len(),
        ..Score::default()
    };
    for row in rows {
        score.right += usize::from(key(row));
        score.near += usize::from(key(row) || has(row, Part::Tale));
        if !key(row) && has(row, Part::Tale) {
            score.faults.push(format!(
                "beside: {} {}: {:.90}",
                row["time"], row["reasons"], row["summary"]
            ));
        }
        if !key(row) && !has(row, Part::Tale) {
            score.traps += usize::from(has(row, Part::Trap));
            score.faults.push(format!(
                "not of it: {} {}: {:.120}",
                row["time"], row["reasons"], row["summary"]
            ));
        }
    }
    for key in &folder.keys {
        if rows.iter().any(|row| shows(row, key)) {
            score.found += 1;
        } else {
            let tell = &key.tells[0];
            let text = tell.text.replace('\n', " ");
            let at = of_ms(key.at);
            score.faults.push(format!(
                "missing {} {at} {}:{}{}: {text:.260}",
                key.act, tell.path, tell.line, tell.part
            ));
        }
    }
    for row in rows {
        for source in sources(row) {
            let tells = folder.keys.iter().flat_map(|key| &key.tells);
            let mut shown = tells.filter(|tell| is(source, tell)).map(|tell| tell.shown).peekable();
            let at = of_text(&source["time"]).or_else(|| of_text(&row["time"]));
            if shown.peek().is_some()
                && !shown.any(|shown| at.is_some_and(|at| (at - shown).abs() < SECOND))
            {
                score.wrong += 1;
                score.faults.push(format!(
                    "wrong time {} {}: {:.100}",
                    row["time"], source["path"], row["summary"]
                ));
            }
        }
    }
    for (n, (name, truth)) in MILESTONES.iter().zip(&folder.milestones).enumerate() {
        let marks = |row: &&&Value| {
            row["marks"].as_array().is_some_and(|marks| marks.iter().any(|mark| mark == name))
        };
        let marked: Vec<_> = rows.iter().filter(marks).collect();
        // A milestone is one row: of several marks of one name, none has been chosen.
        let right = match marked.as_slice() {
            [] => truth.or_none,
            [row] => of_text(&row["time"])
                .is_some_and(|found| truth.at.iter().any(|at| (found - at).abs() <= MINUTE)),
            _ => false,
        };
        score.milestones[n] = usize::from(right);
        if !right {
            let wanted: Vec<_> = truth.at.iter().map(|at| of_ms(*at)).collect();
            let got: Vec<_> = marked
                .iter()
                .take(3)
                .map(|row| format!("{} {:.90}", row["time"], row["summary"]))
                .collect();
            score.faults.push(format!(
                "milestone {name}: wanted {wanted:?}{}, {} marked: {got:?}",
                if truth.or_none { " or none" } else { "" },
                marked.len()
            ));
        }
    }
    score
}

fn of_ms(at: i64) -> String {
    super::clock::iso(at, super::clock::Zone::Utc)[..19].to_owned()
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
