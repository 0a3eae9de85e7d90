//! How well a run's rows fit the truth.
//!
//! Pairs: of all pairs of records in one row, which tell of one event (precision), and of all pairs
//! that tell of one event, which stand in one row (recall); B³ is the same for each record (Bagga
//! and Baldwin 1998). Rows and events are compared as multisets too: how many events have no row,
//! and how many rows are too many. Equal lines of one instant cannot be told apart, so they count
//! in the multisets only.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde_json::Value;

use super::evidence::{Evidence, Place, Told};
use crate::house::{Said, rfo};

/// What was counted over one run or many.
#[derive(Clone, Debug, Default)]
pub(crate) struct Score {
    pub(crate) runs: u64,
    /// Runs without any fault.
    pub(crate) exact: u64,
    pub(crate) events: u64,
    pub(crate) rows: u64,
    /// Events without a row.
    pub(crate) lost: u64,
    /// Rows that no event is left for.
    pub(crate) spurious: u64,
    /// Rows that join records about different things.
    pub(crate) contradicting: u64,
    /// Pairs: right, joined and wrong, right and not joined.
    pub(crate) pairs: [u64; 3],
    /// The same of alerts alone, whose subject is a host and a check.
    pub(crate) alerts: [u64; 3],
    /// B³: sum of precisions, sum of recalls, records.
    pub(crate) b3: [f64; 3],
    /// Records that no row shows, or two rows.
    pub(crate) unaccounted: u64,
    /// Clocks that are called wrong and are not, runs with such a one.
    pub(crate) alarms: u64,
    pub(crate) alarmed: u64,
    /// Clocks that are wrong, and how many of them were found, within 10 s.
    pub(crate) wrong_clocks: u64,
    pub(crate) found_clocks: u64,
    /// What went wrong, in words, the first few.
    pub(crate) faults: Vec<String>,
}

impl Score {
    pub(crate) fn add(&mut self, other: &Self) {
        self.runs += other.runs;
        self.exact += other.exact;
        self.events += other.events;
        self.rows += other.rows;
        self.lost += other.lost;
        self.spurious += other.spurious;
        self.contradicting += other.contradicting;
        self.unaccounted += other.unaccounted;
        self.alarms += other.alarms;
        self.alarmed += other.alarmed;
        self.wrong_clocks += other.wrong_clocks;
        self.found_clocks += other.found_clocks;
        (0..3).for_each(|n| self.pairs[n] += other.pairs[n]);
        (0..3).for_each(|n| self.alerts[n] += other.alerts[n]);
        (0..3).for_each(|n| self.b3[n] += other.b3[n]);
        self.faults.extend(other.faults.iter().cloned());
    }

    /// Precision, recall and F1 of pairs, of one.
    pub(crate) fn pairwise(&self) -> [f64; 3] {
        of_pairs(self.pairs)
    }

    /// The same of alerts.
    pub(crate) fn of_alerts(&self) -> [f64; 3] {
        of_pairs(self.alerts)
    }

    /// Precision, recall and F1 by B³, of one.
    pub(crate) fn b_cubed(&self) -> [f64; 3] {
        f1(ratio(self.b3[0], self.b3[2]), ratio(self.b3[1], self.b3[2]))
    }

    /// The share of runs without a fault, of one.
    pub(crate) fn exactly(&self) -> f64 {
        ratio(self.exact as f64, self.runs as f64)
    }

    /// So many in a thousand events.
    pub(crate) fn of_thousand(&self, n: u64) -> f64 {
        1000.0 * n as f64 / self.events.max(1) as f64
    }
}

fn of_pairs(pairs: [u64; 3]) -> [f64; 3] {
    let [right, wrong, missed] = pairs.map(|n| n as f64);
    f1(ratio(right, right + wrong), ratio(right, right + missed))
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 1.0 }
}

fn f1(precision: f64, recall: f64) -> [f64; 3] {
    [precision, recall, ratio(2.0 * precision * recall, precision + recall)]
}

/// A row: how many events it stands for, and its records.
struct Row<'e> {
    stands_for: u64,
    id: String,
    records: Vec<(Place, &'e Told)>,
}

/// Runs rfo on that evidence and scores what it says.
pub(crate) fn score(evidence: &Evidence) -> Score {
    let folder = tempfile::tempdir().expect("a folder");
    let inside = folder.path().join("evidence");
    evidence.write(&inside);
    score_in(&inside, evidence)
}

/// What a run says of evidence in a folder, with these paths and options: the events, and the
/// summary.
pub(crate) fn run(folder: &Path, more: &[&str]) -> (Said, String) {
    let always = ["--all", "-f", "jsonl", "--summary", "../run.json", "--zone", "UTC"];
    let args = [&["timeline", "--year", "2026"], &always[..], more].concat();
    let said = rfo(folder, &args);
    assert!(said.code < 2, "{}", said.err);
    let run = fs::read_to_string(folder.join("../run.json")).expect("the summary");
    (said, run)
}

/// As [`score`], with the evidence written already.
fn score_in(folder: &Path, evidence: &Evidence) -> Score {
    let (said, run) = run(folder, &[".", "-j", "1"]);
    let run: Value = serde_json::from_str(&run).expect("JSON");
    let mut score = Score { runs: 1, ..Score::default() };
    let rows: Vec<Row> =
        said.events().iter().map(|event| row(event, evidence, &mut score)).collect();
    accounted(&rows, &run, evidence, &mut score);
    multisets(&rows, evidence, &mut score);
    let is_alert = |told: &Told| told.about.as_ref().is_some_and(|about| about.contains('/'));
    score.alerts = pairs(&rows, evidence, is_alert);
    score.pairs = pairs(&rows, evidence, |_| true);
    b_cubed(&rows, evidence, &mut score);
    clocks(&run, evidence, &mut score);
    let [_, wrong, missed] = score.pairs;
    let joins = evidence.happened.values().all(|n| *n == 1) && wrong + missed > 0;
    let wrong = score.lost + score.spurious + score.contradicting + score.unaccounted;
    score.exact = u64::from(wrong == 0 && !joins);
    score
}

fn row<'e>(event: &Value, evidence: &'e Evidence, score: &mut Score) -> Row<'e> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut records = Vec::new();
    for source in event["sources"].as_array().expect("sources") {
        let path = text(&source["path"]);
        let part = match source["record"].as_str().and_then(|record| record.split_once(':')) {
            Some((_, part)) if path.contains("tickets/") => part.to_owned(),
            _ if source["record"].as_str().is_some_and(|record| record.ends_with("/resolved")) => {
                "resolved".to_owned()
            }
            _ => String::new(),
        };
        let place = (path, source["line"].as_u64().expect("a line"), part);
        match evidence.told.get(&place) {
            Some(told) => records.push((place, told)),
            None => fault(score, |score| &mut score.unaccounted, format!("nobody wrote {place:?}")),
        }
    }
    let stands_for = event["count"].as_u64().unwrap_or(1);
    Row { stands_for, id: text(&event["id"]), records }
}

fn fault(score: &mut Score, count: impl Fn(&mut Score) -> &mut u64, what: String) {
    *count(score) += 1;
    score.faults.push(what);
}

/// Law 1: every record stands in one row, and the sums of the run agree.
fn accounted(rows: &[Row], run: &Value, evidence: &Evidence, score: &mut Score) {
    let mut seen: BTreeMap<&Place, u64> = BTreeMap::new();
    for (place, _) in rows.iter().flat_map(|row| &row.records) {
        *seen.entry(place).or_default() += 1;
    }
    for (place, told) in &evidence.told {
        let n = seen.get(place).copied().unwrap_or_default();
        if n > 1 || n == 0 && !told.optional {
            fault(score, |score| &mut score.unaccounted, format!("{place:?} stands in {n} rows"));
        }
    }
    let sums = &run["accounts"]["events"];
    let sum = |name: &str| sums[name].as_u64().expect("a sum");
    let joined = rows.iter().map(|row| row.records.len().saturating_sub(1) as u64).sum::<u64>();
    let whole =
        ["shown", "folded", "left_out", "joined", "outside_window"].map(sum).iter().sum::<u64>();
    for (what, one, other) in [
        ("told", sum("told"), whole),
        ("shown", sum("shown"), rows.len() as u64),
        ("joined", sum("joined"), joined),
    ] {
        if one != other {
            fault(
                score,
                |score| &mut score.unaccounted,
                format!("{what}: {one} and {other}: {sums}"),
            );
        }
    }
}

/// Rows against events, and rows that contradict themselves.
fn multisets(rows: &[Row], evidence: &Evidence, score: &mut Score) {
    let mut shown: BTreeMap<u32, u64> = BTreeMap::new();
    let mut named: BTreeMap<u32, String> = BTreeMap::new();
    for row in rows {
        let about: BTreeSet<_> =
            row.records.iter().filter_map(|(_, told)| told.about.as_deref()).collect();
        if about.len() > 1 {
            let places: Vec<_> = row.records.iter().map(|(place, _)| place).collect();
            let what = format!("{} joins {about:?} from {places:?}", row.id);
            fault(score, |score| &mut score.contradicting, what);
        }
        // A row of cut off lines alone stands for no event of its own.
        if let Some((place, told)) = row.records.iter().find(|(_, told)| !told.free) {
            *shown.entry(told.event).or_default() += row.stands_for;
            named.entry(told.event).or_insert_with(|| format!("{place:?} {:?}", told.about));
        }
    }
    score.rows += rows.len() as u64;
    for (event, &happened) in &evidence.happened {
        let shown = shown.get(event).copied().unwrap_or_default();
        score.events += happened;
        score.lost += happened.saturating_sub(shown);
        score.spurious += shown.saturating_sub(happened);
        if happened != shown {
            let place = named.get(event).cloned().unwrap_or_else(|| {
                let told = evidence.told.iter().find(|(_, told)| told.event == *event);
                format!("{told:?}")
            });
            score.faults.push(format!("{happened} times and {shown} rows: {place}"));
        }
    }
}

/// True where an event cannot be taken for another, and its record has but one right place.
fn is_single(told: &Told, evidence: &Evidence) -> bool {
    !told.free && evidence.happened.get(&told.event) == Some(&1)
}

/// How many of the records that have one right place tell of each event.
fn by_event<'t>(told: impl Iterator<Item = &'t Told>, evidence: &Evidence) -> BTreeMap<u32, u64> {
    let mut events = BTreeMap::new();
    for told in told.filter(|told| is_single(told, evidence)) {
        *events.entry(told.event).or_default() += 1;
    }
    events
}

/// Pairs among the records of which `counts` holds: right, joined and wrong, right and not joined.
fn pairs(rows: &[Row], evidence: &Evidence, counts: impl Fn(&Told) -> bool) -> [u64; 3] {
    let of_two = |n: u64| n * n.saturating_sub(1) / 2;
    let alike = |events: &BTreeMap<u32, u64>| events.values().map(|n| of_two(*n)).sum::<u64>();
    let (mut right, mut wrong) = (0, 0);
    for row in rows {
        let told = row.records.iter().map(|(_, told)| *told).filter(|told| counts(told));
        let events = by_event(told, evidence);
        right += alike(&events);
        wrong += of_two(events.values().sum()) - alike(&events);
    }
    let told = evidence.told.values().filter(|told| counts(told));
    [right, wrong, alike(&by_event(told, evidence)) - right]
}

fn b_cubed(rows: &[Row], evidence: &Evidence, score: &mut Score) {
    let whole = by_event(evidence.told.values(), evidence);
    for row in rows {
        let events = by_event(row.records.iter().map(|(_, told)| *told), evidence);
        let all = events.values().sum::<u64>() as f64;
        for (event, n) in events {
            let n = n as f64;
            score.b3[0] += n * n / all;
            score.b3[1] += n * n / whole[&event] as f64;
            score.b3[2] += n;
        }
    }
}

/// Which clocks the run calls wrong, and which are.
fn clocks(run: &Value, evidence: &Evidence, score: &mut Score) {
    let mut found: BTreeSet<usize> = BTreeSet::new();
    let before = score.alarms;
    for input in run["inputs"].as_array().expect("inputs") {
        let path = input["path"].as_str().expect("a path");
        let wrong = evidence.wrong_clocks.iter().position(|(start, ..)| path.starts_with(start));
        for clock in input["clock"].as_array().into_iter().flatten() {
            let seconds = clock["offset_ms"].as_i64().expect("an offset") / 1000;
            // A clock that is called right is no alarm.
            let right = clock["class"] == "none" || clock["class"] == "right";
            match wrong {
                _ if right => {}
                Some(at) if (seconds - evidence.wrong_clocks[at].1).abs() <= 10 => {
                    found.insert(at);
                }
                // A segment of a wrong clock before its step.
                Some(_) if seconds.abs() <= 10 => {}
                _ => fault(score, |score| &mut score.alarms, format!("{path}: {clock}")),
            }
        }
    }
    score.alarmed += u64::from(score.alarms > before);
    let sure = |at: &usize| evidence.wrong_clocks[*at].2;
    score.wrong_clocks += (0..evidence.wrong_clocks.len()).filter(sure).count() as u64;
    score.found_clocks += found.into_iter().filter(sure).count() as u64;
}

/// The heading of the table.
pub(crate) const HEADING: &str = "case                          runs exact%   events    rows  lost/k  spur/k contra   pair P      R     F1 alerts    B3 P      R     F1 alarms clocks unacc";

/// A line of the table.
pub(crate) fn line(case: &str, score: &Score) -> String {
    let [p, r, f] = score.pairwise();
    let [bp, br, bf] = score.b_cubed();
    let [_, _, alerts] = score.of_alerts();
    let clocks = if score.wrong_clocks == 0 {
        "-".to_owned()
    } else {
        format!("{}/{}", score.found_clocks, score.wrong_clocks)
    };
    format!(
        "{case:<29} {:>4} {:>6.1} {:>8} {:>7} {:>7.1} {:>7.1} {:>6} {p:>8.3} {r:>6.3} {f:>6.3} {alerts:>6.3} {bp:>7.3} {br:>6.3} {bf:>6.3} {:>6} {clocks:>6} {:>5}",
        score.runs,
        100.0 * score.exactly(),
        score.events,
        score.rows,
        score.of_thousand(score.lost),
        score.of_thousand(score.spurious),
        score.contradicting,
        score.alarmed,
        score.unaccounted,
    )
}
