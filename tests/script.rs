//! Scripted incidents whose truth is known: which rows and milestones the program chooses.
//!
//! Each writes a folder of mail, chat, tickets, logs, changes and a status page amid noise, and
//! notes which records tell of the key events. `RFO_SEEDS=40 RFO_SEED=TEXT cargo test --test rfo
//! table_of_scripts -- --ignored --nocapture` prints the table; `RFO_SIZE` is how many records an
//! incident has, `RFO_LEVEL` the level asked for, if any.

mod cause;
mod clock;
mod folder;
mod score;
mod tell;

use std::{collections::BTreeMap, env, path::Path};

use score::{HEADING, Score, baselines, missing, rows, score};
use tell::incident;

use crate::world::chance;

/// How many rows a baseline may show.
const ROWS: usize = 60;

#[test]
fn one_seed_makes_one_script() {
    for number in 0..10 {
        let [one, again, other] =
            [("a", number), ("a", number), ("b", number)].map(|(seed, n)| incident(seed, n, 700));
        assert!(one.files == again.files && one.truth() == again.truth(), "{number}");
        assert!(one.files != other.files, "{number}");
    }
}

#[test]
fn scripts_have_order() {
    for number in 0..40 {
        let one = incident("order", number, 700);
        assert!(one.milestones.is_sorted(), "{number}: {:?}", one.milestones);
        assert!(one.keys.iter().all(|key| !key.tells.is_empty()), "{number}");
    }
}

#[test]
fn every_key_event_can_be_read() {
    let mut faults = Vec::new();
    for number in 0..10 {
        let one = incident("read", number, 1200);
        let folder = tempfile::tempdir().expect("a folder");
        one.write(folder.path());
        let all = rows(&one, folder.path(), &["--all"]);
        faults.extend(missing(&one, &all).into_iter().map(|fault| format!("{number}: {fault}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
#[ignore = "writes the incident RFO_SEED of the number RFO_NUMBER into RFO_INTO, the truth beside it"]
fn write_a_script() {
    let told = |name| env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
    let number = told("RFO_NUMBER").parse().expect("a number");
    let (into, one) = (told("RFO_INTO"), incident(&told("RFO_SEED"), number, size()));
    one.write(Path::new(&into));
    crate::house::write(Path::new(&format!("{into}.tsv")), one.truth().as_bytes());
}

fn size() -> usize {
    env::var("RFO_SIZE").ok().and_then(|n| n.parse().ok()).unwrap_or(2000)
}

#[test]
#[ignore = "minutes: the table"]
fn table_of_scripts() {
    let seeds = env::var("RFO_SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(10);
    let seed = env::var("RFO_SEED").unwrap_or_else(|_| "tuning".to_owned());
    let level = env::var("RFO_LEVEL").ok();
    let mut sums: BTreeMap<&str, Score> = BTreeMap::new();
    for number in 0..seeds {
        let one = incident(&seed, number, size());
        let folder = tempfile::tempdir().expect("a folder");
        one.write(folder.path());
        let options: Vec<&str> = level.iter().flat_map(|level| ["--level", level]).collect();
        let chosen = rows(&one, folder.path(), &options);
        let all = rows(&one, folder.path(), &["--all"]);
        let chosen = score(&one, &chosen.iter().collect::<Vec<_>>());
        sums.entry(one.cause).or_default().add(&chosen);
        sums.entry("rfo").or_default().add(&chosen);
        for (name, rows) in baselines(&all, number, ROWS) {
            sums.entry(name).or_default().add(&score(&one, &rows));
        }
    }
    eprintln!("{HEADING}");
    for (name, sum) in sums {
        eprintln!("{}", sum.line(name));
    }
}
