//! Whole incidents: every output against the file that holds what it should be, and every time
//! against the truth.
//!
//! `RFO_BLESS=1 cargo test incidents` writes the files anew; read the diff before you commit it.

use std::{collections::BTreeMap, fs};

use serde_json::Value;

use crate::house::{OPTIONS, blessed, copy_of, rfo, root};

/// Incidents, and the options of their READMEs.
const INCIDENTS: [(&str, &[&str]); 1] = [("checkout-outage", &OPTIONS)];

/// File names of the outputs that are compared.
const OUTPUTS: [&str; 5] =
    ["timeline.md", "timeline.html", "timeline.txt", "timeline.csv", "timeline.jsonl"];

#[test]
fn every_fixture_is_tested() {
    let folders = fs::read_dir(root().join("fixtures")).expect("fixtures").flatten();
    let names = folders.map(|folder| folder.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    assert_eq!(names, INCIDENTS.map(|(name, _)| name));
}

#[test]
fn outputs_are_those_that_were_blessed() {
    for (name, options) in INCIDENTS {
        let folder = copy_of(name, |_, bytes| bytes);
        for (how, options) in [("told", options), ("untold", &[][..])] {
            let mut args = vec!["timeline", name, "--summary", "run.json"];
            for output in OUTPUTS {
                args.extend(["-o", output]);
            }
            let said = rfo(folder.path(), &[&args, options].concat());
            assert_eq!(said.out, "");
            let golden = root().join("tests/golden").join(name).join(how);
            for output in OUTPUTS.into_iter().chain(["run.json"]) {
                let text = fs::read_to_string(folder.path().join(output)).expect("an output");
                blessed(&golden.join(output), &text);
            }
            blessed(&golden.join("stderr.txt"), &said.err);
            let inspect = options.iter().position(|option| *option == "--show-zone");
            let options = &options[..inspect.unwrap_or(options.len())];
            let said = rfo(folder.path(), &[&["inspect", name], options].concat());
            blessed(&golden.join("inspect.txt"), &said.out);
        }
    }
}

/// A row of the truth.
#[derive(Debug)]
struct Truth {
    place: (String, u64),
    instant: Option<String>,
    quality: String,
    notes: Vec<String>,
}

fn truth(name: &str) -> Vec<Truth> {
    let file = root().join("tests/truth").join(name).with_extension("tsv");
    let text = fs::read_to_string(file).expect("the truth");
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [path, line, _, instant, notes] = cells[..] else { panic!("{line}: not five cells") };
        let mut notes = notes.split(' ').map(str::to_owned);
        Truth {
            place: (format!("{name}/{path}"), line.parse().expect("a line number")),
            instant: (instant != "-").then(|| instant.to_owned()),
            quality: notes.next().expect("a note"),
            notes: notes.collect(),
        }
    };
    text.lines().filter(|line| !line.starts_with('#')).map(row).collect()
}

/// What the program says of an event at a place: its instants (the first is the one it took), and
/// its quality.
type Said = (Vec<String>, String);

fn sources(events: &[Value]) -> BTreeMap<(String, u64), Vec<Said>> {
    let mut found: BTreeMap<(String, u64), Vec<Said>> = BTreeMap::new();
    for event in events {
        for source in event["sources"].as_array().expect("sources") {
            let text = |value: &Value| value.as_str().map(str::to_owned);
            let time = text(&source["time"]).or_else(|| text(&event["time"]));
            let others = event["time_alt"].as_array().into_iter().flatten().filter_map(text);
            let quality = text(&source["time_quality"]).or_else(|| text(&event["time_quality"]));
            let place =
                (text(&source["path"]).expect("a path"), source["line"].as_u64().expect("a line"));
            let said = (time.into_iter().chain(others).collect(), quality.unwrap_or_default());
            found.entry(place).or_default().push(said);
        }
    }
    found
}

/// Every record and event of the incident stands at its true instant, known as well as it can be.
#[test]
fn times_are_true() {
    for (name, options) in INCIDENTS {
        let folder = copy_of(name, |_, bytes| bytes);
        let all = ["timeline", name, "--all", "-f", "jsonl", "--summary", "run.json"];
        let said = rfo(folder.path(), &[&all, options].concat());
        let mut left = sources(&said.events());
        let run = fs::read_to_string(folder.path().join("run.json")).expect("a summary");
        let run: Value = serde_json::from_str(&run).expect("JSON");
        let faults = run["faults"].as_array().expect("faults");
        let mut wrong = Vec::new();
        // A minute that may be one of two matches loosely, so those come last.
        let mut rows = truth(name);
        rows.sort_by_key(|row| row.notes.contains(&"alt".to_owned()));
        for row in &rows {
            if row.quality == "rejected" {
                let at =
                    |fault: &Value| fault["path"] == *row.place.0 && fault["line"] == row.place.1;
                if !faults.iter().any(at) {
                    wrong.push(format!("{row:?}: not rejected"));
                }
                continue;
            }
            let alt = row.notes.contains(&"alt".to_owned());
            let here = left.entry(row.place.clone()).or_default();
            let fits = |(times, quality): &Said| {
                let time = match &row.instant {
                    None => times.is_empty(),
                    Some(instant) if alt => times.contains(instant) && times.len() > 1,
                    Some(instant) => times.first() == Some(instant) && times.len() == 1,
                };
                time && *quality == row.quality
            };
            match here.iter().position(fits) {
                Some(at) => drop(here.remove(at)),
                None => wrong.push(format!("{row:?}: not among {here:?}")),
            }
        }
        let more = left.iter().filter(|(_, said)| !said.is_empty());
        wrong.extend(more.map(|(place, said)| format!("{place:?}: more than there is: {said:?}")));
        assert!(wrong.is_empty(), "{} of {} wrong\n{}", wrong.len(), rows.len(), wrong.join("\n"));
    }
}

/// Quiet records make no row of their own unless every event is asked for.
#[test]
fn what_is_quiet_makes_no_row() {
    for (name, options) in INCIDENTS {
        let folder = copy_of(name, |_, bytes| bytes);
        let said = rfo(folder.path(), &[&["timeline", name, "-f", "jsonl"], options].concat());
        for row in truth(name).iter().filter(|row| row.notes.contains(&"quiet".to_owned())) {
            let is_row = said.events().iter().any(|event| {
                event["sources"][0]["path"] == *row.place.0
                    && event["sources"][0]["line"] == row.place.1
            });
            assert!(!is_row, "{row:?}");
        }
    }
}
