//! Made-up worlds whose truth is known: what the joins and the clocks make of them.
//!
//! Each case writes a folder of evidence from a seed and notes what every record truly tells; the
//! program runs on the folder, and its rows are scored against the truth. `cargo test --test rfo
//! world -- --nocapture` prints the table for a few seeds; `-- --ignored --nocapture
//! world::the_whole_table` for a hundred, or as many as `RFO_SEEDS` says, of the cases whose names
//! begin with `RFO_CASE`.

mod again;
mod alerts;
pub(crate) mod chance;
mod clock;
mod evidence;
mod firing;
mod lists;
mod logs;
mod people;
mod score;

use std::{
    collections::BTreeMap,
    num::NonZero,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use alerts::{Setting, Teller};
use chance::Chance;
use evidence::Evidence;
use score::{HEADING, Score, line, score};

/// A way to make a world.
enum Make {
    /// Logs, with so many repeated lines in a thousand, or what else the number means there.
    Logs(fn(&mut Chance, usize) -> Evidence, usize),
    Lists(fn(&mut Chance) -> Evidence),
    Alerts(Setting),
}

/// What a case must reach.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goal {
    /// As many rows as events in 99 of 100 runs, and nothing lost.
    Multisets,
    /// Nothing lost: how many there were cannot always be told.
    NothingLost,
    /// Every run exact.
    Exact,
    /// F1 of pairs 0.99, nothing joined that contradicts.
    Joins,
    /// Precision of pairs 0.95: what came too late may stay apart, or look like the next one's.
    NoFalseJoins,
}

struct Case {
    name: &'static str,
    make: Make,
    goal: Goal,
}

const fn logs(name: &'static str, make: fn(&mut Chance, usize) -> Evidence, n: usize) -> Case {
    Case { name, make: Make::Logs(make, n), goal: Goal::Multisets }
}

const fn lists(name: &'static str, make: fn(&mut Chance) -> Evidence) -> Case {
    Case { name, make: Make::Lists(make), goal: Goal::Exact }
}

const fn alerts(name: &'static str, setting: Setting) -> Case {
    Case { name, make: Make::Alerts(setting), goal: Goal::Joins }
}

const fn skewed(name: &'static str, teller: Teller, seconds: i64) -> Case {
    alerts(name, Setting { skew: Some((teller, seconds)), ..Setting::HARD })
}

const CASES: [Case; 64] = [
    logs("logs plain 0.5", logs::plain, 500),
    logs("logs rotated 0.2", logs::rotated, 200),
    logs("logs rotated 0.5", logs::rotated, 500),
    logs("logs rotated 0.9", logs::rotated, 900),
    logs("logs copied 0.2", logs::copied, 200),
    logs("logs copied 0.5", logs::copied, 500),
    logs("logs copied 0.9", logs::copied, 900),
    Case { goal: Goal::NothingLost, ..logs("logs thin 0.9", logs::thin, 900) },
    logs("logs jumbled 0.2", logs::jumbled, 200),
    logs("logs jumbled 0.5", logs::jumbled, 500),
    Case { goal: Goal::NothingLost, ..logs("logs abutting 0.5", logs::abutting, 500) },
    Case { goal: Goal::NothingLost, ..logs("logs abutting 0.9", logs::abutting, 900) },
    logs("logs backed up 0.2", logs::rotated_and_backed_up, 200),
    logs("logs backed up 0.5", logs::rotated_and_backed_up, 500),
    logs("logs backed up 0.9", logs::rotated_and_backed_up, 900),
    logs("logs rotated between 0.2", logs::rotated_between, 200),
    logs("logs rotated between 0.9", logs::rotated_between, 900),
    logs("logs cut off 0.2", logs::cut_off, 200),
    logs("logs cut off 0.9", logs::cut_off, 900),
    logs("logs beside 0.2", logs::beside, 200),
    logs("logs beside 0.9", logs::beside, 900),
    logs("logs searched 0.2", logs::searched, 200),
    logs("logs searched 0.5", logs::searched, 500),
    logs("logs searched 0.9", logs::searched, 900),
    logs("logs central 0.2", logs::central, 200),
    logs("logs central 0.5", logs::central, 500),
    logs("logs central 0.9", logs::central, 900),
    Case {
        goal: Goal::NothingLost,
        ..logs("logs central otherwise 0.5", logs::central_otherwise, 500)
    },
    logs("logs two hosts 0.0", logs::two_hosts, 0),
    logs("logs two hosts 0.3", logs::two_hosts, 300),
    logs("logs two hosts 0.7", logs::two_hosts, 700),
    logs("logs twins", logs::twins, 0),
    logs("logs noted 0.5", logs::noted, 500),
    logs("logs noted 0.9", logs::noted, 900),
    logs("logs noted, central 0.5", logs::noted_and_central, 500),
    logs("logs everything 0.2", logs::everything, 200),
    logs("logs everything 0.5", logs::everything, 500),
    logs("logs everything 0.9", logs::everything, 900),
    lists("lists thrice", lists::thrice),
    lists("lists thrice in one", lists::thrice_in_one),
    lists("lists spelled", lists::spelled),
    lists("lists tagged", lists::listed),
    lists("lists packed", lists::packed),
    lists("lists nameless", lists::nameless),
    lists("lists id used again", lists::reused),
    alerts("alerts easy", Setting::EASY),
    alerts("alerts easy, time in mail", Setting { time_in_body: true, ..Setting::EASY }),
    alerts("alerts hard", Setting::HARD),
    alerts("alerts hard, other names", Setting { aliases: true, ..Setting::HARD }),
    alerts("alerts hard, two on duty", Setting { two_on_duty: true, ..Setting::HARD }),
    alerts("alerts hard, script 1", Setting { script: 1, ..Setting::HARD }),
    alerts("alerts hard, script 2", Setting { script: 2, ..Setting::HARD }),
    alerts("alerts hard, script 3", Setting { script: 3, ..Setting::HARD }),
    Case { goal: Goal::Joins, ..lists("alerts of Prometheus", firing::world) },
    alerts("alerts hard, gathered twice", Setting { twice: true, ..Setting::HARD }),
    Case {
        goal: Goal::NoFalseJoins,
        ..alerts("alerts hard, posts late", Setting { late_posts: true, ..Setting::HARD })
    },
    alerts("alerts hard, chatty log", Setting { chatty_log: true, ..Setting::HARD }),
    skewed("alerts skewed, mail +37 s", Teller::Mail, 37),
    skewed("alerts skewed, mail -600 s", Teller::Mail, -600),
    skewed("alerts skewed, log +600 s", Teller::Log, 600),
    skewed("alerts skewed, chat -600 s", Teller::Chat, -600),
    skewed("alerts skewed, mail 1 h", Teller::Mail, 3600),
    skewed("alerts skewed, tickets -1 h", Teller::Tickets, -3600),
    alerts(
        "alerts skewed, mail steps",
        Setting { skew: Some((Teller::Mail, -600)), step: true, ..Setting::HARD },
    ),
];

impl Case {
    fn world(&self, seed: u64) -> Evidence {
        let mut chance = Chance::new(seed, self.name);
        match self.make {
            Make::Logs(make, n) => make(&mut chance, n),
            Make::Lists(make) => make(&mut chance),
            Make::Alerts(setting) => alerts::world(&mut chance, setting),
        }
    }

    /// What this case does not reach.
    fn misses(&self, score: &Score) -> Vec<String> {
        let mut misses = Vec::new();
        let mut must = |holds: bool, what: &str| {
            if !holds {
                misses.push(format!("{}: {what}", self.name));
            }
        };
        must(score.unaccounted == 0, "records or sums are not accounted for");
        must(score.contradicting == 0, "what contradicts is joined");
        match self.goal {
            Goal::Multisets => {
                must(score.lost == 0, "events are lost");
                must(score.exactly() >= 0.99, "too few runs are exact");
            }
            Goal::NothingLost => must(score.lost == 0, "events are lost"),
            Goal::Exact => must(score.exact == score.runs, "the counts differ"),
            Goal::NoFalseJoins => must(score.pairwise()[0] >= 0.95, "precision is below 0.95"),
            Goal::Joins => {
                must(score.of_alerts()[2] >= 0.99, "F1 of alerts is below 0.99");
            }
        }
        must(score.alarmed == 0, "a right clock is called wrong");
        must(score.found_clocks * 20 >= score.wrong_clocks * 19, "wrong clocks are not found");
        misses
    }
}

/// The cases over seeds 1 to `seeds`, as many worlds at a time as there are cores.
fn scores(cases: &[&Case], seeds: u64) -> Vec<Score> {
    let worlds: Vec<(usize, u64)> =
        (0..cases.len()).flat_map(|case| (1..=seeds).map(move |seed| (case, seed))).collect();
    let (next, all) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some(&(case, seed)) = worlds.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut one = score(&cases[case].world(seed));
                    one.faults.truncate(4);
                    for fault in &mut one.faults {
                        *fault = format!("seed {seed}: {fault}");
                    }
                    all.lock().expect("no panic").insert((case, seed), one);
                }
            });
        }
    });
    let mut sums = vec![Score::default(); cases.len()];
    for ((case, _), one) in all.into_inner().expect("no panic") {
        sums[case].add(&one);
    }
    sums
}

/// Scores all cases whose names begin so, prints the table, and gives what they miss.
fn table(start: &str, seeds: u64) -> Vec<String> {
    let mut misses = Vec::new();
    let mut text = vec![HEADING.to_owned()];
    let cases: Vec<_> = CASES.iter().filter(|case| case.name.starts_with(start)).collect();
    for (case, score) in cases.iter().zip(scores(&cases, seeds)) {
        let missed = case.misses(&score);
        text.push(line(case.name, &score));
        if !missed.is_empty() {
            text.extend(score.faults.iter().take(2).map(|fault| format!("    {fault:.300}")));
        }
        misses.extend(missed);
    }
    eprintln!("{}", text.join("\n"));
    misses
}

#[test]
fn one_seed_makes_one_world() {
    for case in &CASES {
        let (one, again, other) = (case.world(7), case.world(7), case.world(8));
        assert!(one.files == again.files && one.told == again.told, "{}", case.name);
        assert!(one.files != other.files, "{}", case.name);
    }
}

#[test]
fn every_record_of_every_world_is_accounted_for() {
    // The others are looked at below.
    let below = |name: &str| name.starts_with("alerts skewed") || name.starts_with("logs noted");
    let cases: Vec<_> = CASES.iter().filter(|case| below(case.name)).collect();
    for (case, score) in cases.iter().zip(scores(&cases, 1)) {
        assert_eq!(score.unaccounted, 0, "{}: {:#?}", case.name, score.faults);
    }
}

#[test]
fn threads_and_the_order_of_arguments_join_nothing_else() {
    for name in ["logs everything 0.5", "lists tagged", "alerts hard, gathered twice"] {
        let world = CASES.iter().find(|case| case.name == name).expect("a case").world(1);
        let folder = tempfile::tempdir().expect("a folder");
        let inside = folder.path().join("evidence");
        world.write(&inside);
        let mut paths: Vec<&str> = world.files.keys().map(String::as_str).collect();
        let (first, run) = score::run(&inside, &[&paths[..], &["-j", "1"]].concat());
        for jobs in ["2", "5"] {
            paths.reverse();
            paths.rotate_left(1);
            let (again, same) = score::run(&inside, &[&paths[..], &["-j", jobs]].concat());
            assert!(again.out == first.out && same == run, "{name} -j {jobs} {paths:?}");
        }
    }
}

/// The cases whose names begin so reach their goals.
#[track_caller]
fn reach(starts: &[&str]) {
    let misses: Vec<String> = starts.iter().flat_map(|start| table(start, 1)).collect();
    assert!(misses.is_empty(), "{misses:#?}");
}

#[test]
fn logs_are_counted_as_they_were_written() {
    reach(&["logs plain", "logs rotated", "logs jumbled", "logs central", "logs two hosts"]);
    reach(&["logs copied", "logs thin", "logs abutting", "logs backed up", "logs beside"]);
    reach(&["logs cut off", "logs searched", "logs everything"]);
}

#[test]
fn two_hosts_that_say_the_same_are_two() {
    reach(&["logs twins"]);
}

#[test]
fn lines_that_a_note_stands_for_are_counted() {
    reach(&["logs noted"]);
}

#[test]
fn list_archives_are_counted_as_they_were_sent() {
    reach(&["lists thrice", "lists packed", "lists nameless", "lists id used again"]);
}

#[test]
fn people_are_known_however_an_archive_spells_them() {
    reach(&["lists spelled", "lists tagged"]);
}

#[test]
fn alerts_are_joined_with_all_that_tell_of_them() {
    reach(&["alerts easy", "alerts of", "alerts hard"]);
}

#[test]
fn alerts_are_joined_where_a_clock_is_wrong() {
    reach(&["alerts skewed, mail", "alerts skewed, log", "alerts skewed, chat"]);
}

#[test]
fn tickets_are_joined_where_their_clock_is_wrong() {
    reach(&["alerts skewed, tickets"]);
}

/// A time as a run gives it: seconds since 1970, whether it was corrected, and whether in doubt.
type Given = (i64, bool, bool);

/// The times that a run gives, by path, and line or id of a mail; and the clocks that it put right.
fn put_right(world: &Evidence) -> (BTreeMap<(String, String), Given>, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let inside = folder.path().join("evidence");
    world.write(&inside);
    let (said, run) = score::run(&inside, &[".", "-j", "1", "--skew", "auto"]);
    let mut times = BTreeMap::new();
    let events = said.events();
    for source in events.iter().flat_map(|event| event["sources"].as_array().expect("sources")) {
        let Some(time) = source["time"].as_str() else { continue };
        let secs = chrono::DateTime::parse_from_rfc3339(time).expect("a time").timestamp();
        let path = source["path"].as_str().expect("a path").to_owned();
        // Mails stand in the order of their dates, which a clock that was set changes.
        let mail = source["id"].as_str().filter(|_| path.starts_with("mail/"));
        let at = mail.map_or_else(|| source["line"].to_string(), str::to_owned);
        let doubt = source["time_quality"].as_str().is_some_and(|it| it.contains("suspect"));
        times.insert((path, at), (secs, source.get("time_shift_ms").is_some(), doubt));
    }
    let run: serde_json::Value = serde_json::from_str(&run).expect("JSON");
    let inputs = run["inputs"].as_array().expect("inputs").iter();
    let applied = inputs.filter(|input| {
        input["clock"].as_array().into_iter().flatten().any(|clock| clock["applied"] == true)
    });
    (times, applied.map(|input| input["path"].to_string()).collect())
}

#[test]
fn clocks_that_are_surely_off_are_put_right() {
    for (teller, seconds, step) in [
        (Teller::Mail, -600, false),
        (Teller::Mail, -3600, false),
        (Teller::Log, 600, false),
        (Teller::Chat, -600, false),
        (Teller::Mail, -600, true),
    ] {
        let world = |skew| {
            let step = step && skew;
            let skew = skew.then_some((teller, seconds));
            let setting = Setting { skew, step, people: false, ..Setting::HARD };
            alerts::world(&mut Chance::new(3, "put right"), setting)
        };
        let ((right, none), (found, applied)) = (put_right(&world(false)), put_right(&world(true)));
        assert_eq!(none, [""; 0]);
        let folder = teller.folder();
        assert!(!applied.is_empty(), "{folder} {seconds}");
        assert!(applied.iter().all(|path| path.contains(folder)), "{applied:?}");
        let of_teller = || found.iter().filter(|((path, _), _)| path.starts_with(folder));
        let off = |(at, (secs, _, doubt)): &(&(String, String), &Given)| {
            !doubt && right.get(at).is_none_or(|(right, ..)| (right - secs).abs() > 10)
        };
        let wrong = of_teller().filter(off).count();
        let corrected = of_teller().filter(|(_, (_, corrected, _))| *corrected).count();
        assert_eq!(wrong, 0, "{folder} {seconds} of {}", of_teller().count());
        assert!(corrected * 3 >= of_teller().count(), "{folder} {seconds}: {corrected}");
        let others = found.iter().filter(|((path, _), _)| !path.starts_with(folder));
        assert!(others.clone().all(|(at, told)| right[at] == *told), "{folder} {seconds}");
    }
}

/// Worlds whose clocks are all right, though news may be late.
fn no_clock_moves(seeds: u64) {
    for case in CASES.iter().filter(|case| case.name.starts_with("alerts")) {
        for seed in 1..=seeds {
            let world = case.world(seed);
            if world.wrong_clocks.is_empty() {
                let (times, applied) = put_right(&world);
                assert_eq!(applied, [""; 0], "{} {seed}", case.name);
                let moved = times.values().filter(|(_, corrected, _)| *corrected).count();
                assert_eq!(moved, 0, "{} {seed}", case.name);
            }
        }
    }
}

#[test]
fn clocks_that_are_right_stay_so() {
    no_clock_moves(1);
}

#[test]
#[ignore = "minutes: a hundred seeds"]
fn clocks_that_are_right_stay_so_in_all_worlds() {
    let number = std::env::var("RFO_SEEDS").ok().and_then(|n| n.parse().ok());
    no_clock_moves(number.unwrap_or(100));
}

#[test]
fn tickets_and_texts_are_joined_with_their_copies() {
    let cases: Vec<_> = CASES.iter().filter(|case| case.name == "alerts hard").collect();
    for score in scores(&cases, 4) {
        assert!(score.pairwise()[2] >= 0.99, "{:#?}", score.faults);
    }
}

#[test]
#[ignore = "writes the case RFO_CASE of the seed RFO_SEED into the folder RFO_INTO, the truth beside it"]
fn write_a_world() {
    let told = |name| std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
    let (case, seed) = (told("RFO_CASE"), told("RFO_SEED").parse().expect("a number"));
    let case = CASES.iter().find(|other| other.name == case).expect("a case");
    let (into, world) = (told("RFO_INTO"), case.world(seed));
    world.write(Path::new(&into));
    crate::house::write(Path::new(&format!("{into}.tsv")), world.truth().as_bytes());
}

#[test]
#[ignore = "minutes: the table of a hundred seeds"]
fn the_whole_table() {
    let number = std::env::var("RFO_SEEDS").ok().and_then(|n| n.parse().ok());
    let start = std::env::var("RFO_CASE").unwrap_or_default();
    let misses = table(&start, number.unwrap_or(100));
    assert!(misses.is_empty(), "{misses:#?}");
}
