//! Scripted incidents whose truth is known: which rows and milestones the program chooses.
//!
//! Each writes a folder of mail, chat, tickets, logs, changes and a status page amid noise, and
//! notes which records tell of the key events. `RFO_SEEDS=40 RFO_SEED=TEXT cargo test --test rfo
//! table_of_scripts -- --ignored --nocapture` prints the table; `RFO_SIZE` is how many records an
//! incident has, `RFO_LEVEL` the level asked for, if any, `RFO_HALF=dev` or `test` the half of the
//! wordings, `RFO_FAULTS` a file for all that is missing or wrong, `RFO_BIN` another program.
//! `table_of_signs` in its place leaves out one sign of the choice after the other (with `--release`: it
//! runs the library).

mod cause;
mod clock;
mod folder;
mod heard;
mod noise;
mod plot;
mod score;
mod story;
mod tell;
mod words;

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write as _,
    num::NonZero,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use cause::CAUSES;
use clock::{HOUR, MINUTE};
use folder::Folder;
use plot::Plot;
use rfo::condense::score::Signs;
use score::{HEADING, Score, baselines, missing, rows, rows_without, score};
use tell::Script;
use words::{Half, Words};

use crate::world::chance::{self, Chance};

/// How many rows a baseline may show.
const ROWS: usize = 60;

/// Midnights in UTC: 11 February, 17 June, 3 September, 20 November; 29 March and 25 October, when
/// clocks change in Berlin.
const DAYS: [i64; 10] = [
    1_770_768_000_000,
    1_770_768_000_000,
    1_781_654_400_000,
    1_781_654_400_000,
    1_788_393_600_000,
    1_788_393_600_000,
    1_795_132_800_000,
    1_795_132_800_000,
    1_774_742_400_000,
    1_792_886_400_000,
];

/// The incident of that number of that seed, with about so many records.
fn incident(seed: &str, number: u64, size: usize, half: Half) -> Folder {
    let mut chance = Chance::new(number, seed);
    let cause = &CAUSES[(number as usize) % CAUSES.len()];
    let plot = Plot::new(&mut chance);
    let hour = if chance.often(200) { 0 } else { chance.between(2, 20) };
    let start = chance.of(&DAYS) + hour * HOUR + chance.between(20 * MINUTE, 70 * MINUTE);
    let mut script = Script::new(chance, Words::new(half), cause, plot);
    let end = script.story(start);
    script.noise(start, end, size);
    script.folder.finish()
}

#[test]
fn one_seed_makes_one_script() {
    for number in 0..10 {
        let [one, again, other] = [("a", number), ("a", number), ("b", number)]
            .map(|(seed, n)| incident(seed, n, 700, Half::All));
        assert!(one.files == again.files && one.truth() == again.truth(), "{number}");
        assert!(one.files != other.files, "{number}");
    }
}

#[test]
fn halves_share_no_wordings() {
    let [dev, test] = [Half::Dev, Half::Test].map(|half| {
        let mut said = BTreeSet::new();
        for number in 0..40 {
            let one = incident("halves", number, 500, half);
            let closed = one.keys.into_iter().filter(|key| key.act == "act");
            said.extend(closed.flat_map(|key| key.tells).map(|tell| tell.text));
        }
        said
    });
    assert!(dev.is_disjoint(&test));
}

#[test]
fn scripts_have_order() {
    for number in 0..60 {
        let one = incident("order", number, 700, Half::All);
        let last = |n: usize| one.milestones[n].at.iter().max().copied();
        let first = |n: usize| one.milestones[n].at.iter().min().copied();
        for n in 0..4 {
            if let (Some(one), Some(next)) = (first(n), last(n + 1)) {
                assert!(one <= next, "{number}: {n}");
            }
        }
        assert!(one.keys.iter().all(|key| !key.tells.is_empty()), "{number}: {}", one.truth());
    }
}

#[test]
fn every_key_event_can_be_read() {
    let mut faults = Vec::new();
    for number in 0..12 {
        let one = incident("read", number, 1500, Half::All);
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
    let (into, one) = (told("RFO_INTO"), incident(&told("RFO_SEED"), number, size(), half()));
    one.write(Path::new(&into));
    crate::house::write(Path::new(&format!("{into}.tsv")), one.truth().as_bytes());
    let zones: Vec<_> = one.zones.iter().map(|zone| format!("--zone '{zone}'")).collect();
    eprintln!("rfo timeline {into} --year 2026 {}", zones.join(" "));
}

fn number(name: &str, otherwise: usize) -> usize {
    env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}

fn size() -> usize {
    number("RFO_SIZE", 3000)
}

fn half() -> Half {
    match env::var("RFO_HALF").as_deref() {
        Ok("dev") => Half::Dev,
        Ok("test") => Half::Test,
        _ => Half::All,
    }
}

/// The scores of one incident, by what chose the rows.
fn scores(seed: &str, number: u64, level: Option<&str>) -> Vec<(&'static str, Score)> {
    let one = incident(seed, number, size(), half());
    let folder = tempfile::tempdir().expect("a folder");
    one.write(folder.path());
    let options: Vec<&str> = level.iter().flat_map(|level| ["--level", level]).collect();
    let chosen = rows(&one, folder.path(), &options);
    let mut chosen = score(&one, &chosen.iter().collect::<Vec<_>>());
    for fault in &mut chosen.faults {
        *fault = format!("{number} {} {fault}", one.cause);
    }
    chosen.faults.insert(0, format!("== {number} {} {}", one.cause, one.plot));
    let mut scores = vec![(one.cause, chosen.clone()), ("rfo", chosen)];
    if env::var_os("RFO_BASELINES").is_some() {
        let all = rows(&one, folder.path(), &["--all"]);
        let others = baselines(&all, number, ROWS);
        scores.extend(others.map(|(name, rows)| (name, score(&one, &rows))));
    }
    scores
}

/// Sums what `of` gives of each of `seeds` incidents, by name; in as many threads as there are cores.
fn summed(
    seeds: u64,
    of: impl Fn(u64) -> Vec<(&'static str, Score)> + Sync,
) -> (BTreeMap<&'static str, Score>, String) {
    let (next, all) = (AtomicU64::new(0), Mutex::new(BTreeMap::new()));
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= seeds {
                        break;
                    }
                    let one = of(number);
                    all.lock().expect("no panic").insert(number, one);
                }
            });
        }
    });
    let (mut sums, mut faults) = (BTreeMap::<&str, Score>::new(), String::new());
    for (name, one) in all.into_inner().expect("no panic").into_values().flatten() {
        sums.entry(name).or_default().add(&one);
        if name == "rfo" {
            let _ = writeln!(faults, "{}", one.faults.join("\n"));
        }
    }
    (sums, faults)
}

fn seed() -> String {
    env::var("RFO_SEED").unwrap_or_else(|_| "tuning".to_owned())
}

#[test]
#[ignore = "minutes: the table"]
fn table_of_scripts() {
    let (seed, level) = (seed(), env::var("RFO_LEVEL").ok());
    let of = |number| scores(&seed, number, level.as_deref());
    let (sums, faults) = summed(number("RFO_SEEDS", 14) as u64, of);
    if let Ok(file) = env::var("RFO_FAULTS") {
        crate::house::write(Path::new(&file), faults.as_bytes());
    }
    eprintln!("{HEADING}");
    for (name, sum) in sums {
        eprintln!("{}", sum.line(name));
    }
}

#[test]
#[ignore = "minutes: what each sign is worth"]
fn table_of_signs() {
    let seed = seed();
    let of = |number| {
        let one = incident(&seed, number, size(), half());
        let folder = tempfile::tempdir().expect("a folder");
        one.write(folder.path());
        let all = std::iter::once((Signs::default(), "(all signs)")).chain(Signs::ALL);
        let score = |(without, name)| {
            let rows = rows_without(&one, folder.path(), without);
            (name, score(&one, &rows.iter().collect::<Vec<_>>()))
        };
        all.map(score).collect()
    };
    let (sums, _) = summed(number("RFO_SEEDS", 14) as u64, of);
    eprintln!("Without, each:\n{HEADING}");
    for (name, sum) in sums {
        eprintln!("{}", sum.line(name));
    }
}

/// What is left out of the choice changes it, and with nothing left out it is the program's.
#[test]
fn a_sign_that_is_left_out_changes_the_choice() {
    let one = incident("signs", 0, 700, Half::All);
    let folder = tempfile::tempdir().expect("a folder");
    one.write(folder.path());
    let ids = |rows: Vec<serde_json::Value>| -> Vec<serde_json::Value> {
        rows.into_iter().map(|row| row["id"].clone()).collect()
    };
    let all = ids(rows(&one, folder.path(), &[]));
    assert_eq!(ids(rows_without(&one, folder.path(), Signs::default())), all);
    assert_ne!(ids(rows_without(&one, folder.path(), Signs::ACTS)), all);
}
