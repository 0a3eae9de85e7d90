//! Years of small logs.

use super::{Bounds, PathDate, decide};
use crate::time::{Instant, RawTime, pattern::Formats, zone::Zone};

fn rows(texts: &[&str]) -> Vec<RawTime> {
    let list = ["%b %e %H:%M[:%S]", "%a %b %e %H:%M[:%S]", "iso"];
    let formats = Formats::compile(&list).expect("formats compile");
    texts.iter().map(|text| formats.whole(text.as_bytes()).expect(text)).collect()
}

fn instant(text: &str) -> Instant {
    let raw = rows(&[text])[0];
    Instant::from_parts(raw.civil, 0).expect("in range")
}

struct Given<'g> {
    modified: Option<&'g str>,
    told: Option<i32>,
    others: Option<(&'g str, &'g str)>,
    path: Option<PathDate>,
}

const NOTHING: Given = Given { modified: None, told: None, others: None, path: None };

fn years(texts: &[&str], given: &Given) -> Option<(Vec<i32>, bool)> {
    let raws = rows(texts);
    let utc = Zone::utc();
    let bounds = Bounds {
        told: given.told,
        path: given.path,
        others: given.others.map(|(from, to)| (instant(from), instant(to))),
        modified: given.modified.map(instant),
        zone: &utc,
    };
    let years = decide(&raws, |raw| Some(raw.civil), &bounds, &[])?;
    Some(((0..raws.len()).filter_map(|index| years.at(index)).collect(), years.suspect))
}

fn by_modified(texts: &[&str], modified: &str) -> Option<Vec<i32>> {
    let (years, suspect) = years(texts, &Given { modified: Some(modified), ..NOTHING })?;
    (!suspect).then_some(years)
}

#[test]
fn a_file_time_that_agrees_to_the_day_is_not_overruled_in_silence() {
    let given = |modified| Given { modified: Some(modified), ..NOTHING };
    let log = ["Feb 29 10:00", "Dec 12 12:00"];
    assert_eq!(years(&log, &given("2024-12-12T12:01:00Z")), Some((vec![2024, 2024], false)));
    assert_eq!(years(&log, &given("2025-12-12T12:01:00Z")), Some((vec![2024, 2024], true)));
    assert_eq!(years(&log, &given("2025-06-01T12:01:00Z")), Some((vec![2024, 2024], false)));
    // A file that ends on 29 February was not written in 2025.
    let last = ["Feb 28 10:00", "Feb 29 12:00"];
    assert_eq!(years(&last, &given("2025-03-01T12:01:00Z")), Some((vec![2024, 2024], false)));
}

#[test]
fn the_sequence_tells_where_years_end() {
    for (texts, modified, expected) in [
        (&["Mar 9 10:00", "Mar 10 06:14"][..], "2026-03-10T06:20:00Z", vec![2026, 2026]),
        (&["Dec 30 10:00", "Jan 2 06:14"], "2026-01-02T06:20:00Z", vec![2025, 2026]),
        (&["Mar 9 10:00", "Feb 10 06:14"], "2026-02-11T00:00:00Z", vec![2025, 2026]),
        (
            &["Dec 31 23:59", "Jan 1 00:00", "Dec 31 23:59", "Jan 1 00:01"],
            "2026-01-01T12:00:00Z",
            vec![2025, 2026, 2025, 2026],
        ),
        (
            &["Jan 2 10:00", "Jan 1 10:00", "Dec 31 10:00", "Dec 30 10:00", "Dec 29 10:00"],
            "2026-01-03T00:00:00Z",
            vec![2026, 2026, 2025, 2025, 2025],
        ),
        (&["Mar 10 10:00", "Mar 9 22:00", "Mar 10 10:01"], "2026-04-01T00:00:00Z", vec![2026; 3]),
        (&["Nov 30 10:00"], "2026-03-01T00:00:00Z", vec![2025]),
        (&["Mar 11 10:00"], "2026-03-10T06:14:00Z", vec![2026]),
        (&["Mar 13 10:00"], "2026-03-10T06:14:00Z", vec![2025]),
    ] {
        assert_eq!(by_modified(texts, modified), Some(expected), "{texts:?}");
    }
}

#[test]
fn leap_days_weekdays_and_written_years_restrict() {
    assert_eq!(by_modified(&["Feb 29 10:00"], "2027-05-01T00:00:00Z"), Some(vec![2024]));
    assert_eq!(by_modified(&["Tue Mar 10 06:14"], "2031-05-01T00:00:00Z"), Some(vec![2026]));
    let mixed = ["Dec 31 10:00", "2023-01-01T10:00:00Z", "Jan 2 10:00"];
    assert_eq!(by_modified(&mixed, "2026-05-01T00:00:00Z"), Some(vec![2022, 2023, 2023]));
    // A row that contradicts is outvoted, and the whole is suspect.
    let given = Given { modified: Some("2026-05-01T00:00:00Z"), ..NOTHING };
    let outvoted = ["Tue Mar 10 06:14", "Tue Mar 10 06:15", "Mon Mar 10 06:16"];
    assert_eq!(years(&outvoted, &given), Some((vec![2026; 3], true)));
}

#[test]
fn other_evidence_beats_the_modification_time() {
    let copied = Given { modified: Some("2026-11-01T00:00:00Z"), ..NOTHING };
    let others = Given { others: Some(("2024-03-09T00:00:00Z", "2024-03-12T00:00:00Z")), ..copied };
    assert_eq!(years(&["Mar 10 06:14"], &others), Some((vec![2024], false)));
    let path = Given { path: Some(PathDate { year: 2023, day: None }), ..others };
    assert_eq!(years(&["Mar 10 06:14"], &path), Some((vec![2023], false)));
    let rotated = Given { path: Some(PathDate { year: 2023, day: Some((1, 1)) }), ..copied };
    assert_eq!(years(&["Dec 30 06:14", "Dec 31 23:59"], &rotated), Some((vec![2022; 2], false)));
    let told = Given { told: Some(2019), ..path };
    assert_eq!(years(&["Mar 10 06:14"], &told), Some((vec![2019], false)));
}

#[test]
fn a_told_year_is_one_that_occurs() {
    let turn = ["Dec 31 10:00", "Jan 1 10:00"];
    for (told, others, expected) in [
        (2024, ("2023-12-31T00:00:00Z", "2024-01-02T00:00:00Z"), vec![2023, 2024]),
        (2023, ("2023-12-31T00:00:00Z", "2024-01-02T00:00:00Z"), vec![2023, 2024]),
    ] {
        let given = Given { told: Some(told), others: Some(others), ..NOTHING };
        assert_eq!(years(&turn, &given), Some((expected, false)));
    }
}

#[test]
fn nothing_told_is_nothing_known() {
    assert_eq!(years(&["Mar 10 06:14"], &NOTHING), None);
    assert_eq!(years(&[], &NOTHING), None);
}

#[test]
fn blocks_in_the_wrong_order_make_no_years() {
    let blocks = [
        "Mar 1 10:00",
        "Mar 20 10:00",
        "Feb 1 10:00",
        "Feb 20 10:00",
        "Jan 1 10:00",
        "Jan 20 10:00",
    ];
    let given = Given { modified: Some("2026-04-01T00:00:00Z"), ..NOTHING };
    assert_eq!(years(&blocks, &given), Some((vec![2026; 6], true)));
}

#[test]
fn a_date_of_2000_is_put_into_any_year() {
    use crate::time::{Civil, valid_date};
    for year in [1999, 2000, 2023, 2024, 2100] {
        for day in 0..366 {
            let civil = Civil::from_secs(super::YEAR_2000 + day * super::DAY + 3723);
            let found = super::from_2000(civil.secs(), year);
            let wanted = Civil { year, ..civil };
            let exists = valid_date(year, civil.month, civil.day);
            assert_eq!(found, exists.then(|| wanted.secs()), "{wanted}");
        }
    }
}

#[test]
fn logs_of_two_hosts_behind_each_other_have_years_of_their_own() {
    let raws = rows(&["Mar 3 10:00", "Dec 10 10:00", "Feb 2 10:00", "Nov 11 10:00"]);
    let utc = Zone::utc();
    let years = |streams: &[u32], others: Option<(&str, &str)>| {
        let bounds = Bounds {
            told: None,
            path: None,
            others: others.map(|(from, to)| (instant(from), instant(to))),
            modified: Some(instant("2024-12-20T00:00:00Z")),
            zone: &utc,
        };
        let years = decide(&raws, |raw| Some(raw.civil), &bounds, streams).expect("years");
        (years.at(0), years.at(3), years.suspect, years.breaks)
    };
    let [one, two] = [1 << 16, 2 << 16];
    // One host was quiet for two months.
    assert_eq!(years(&[one; 4], None), (Some(2023), Some(2024), false, vec![2]));
    assert_eq!(years(&[one, two, two, one], None), (Some(2023), Some(2024), false, vec![2]));
    // Two hosts, whose logs were put into one file: only the file's time says when, or others do.
    let apart = [one, one, two, two];
    assert_eq!(years(&apart, None), (Some(2024), Some(2024), true, vec![2]));
    let others = Some(("2024-11-01T00:00:00Z", "2024-12-31T00:00:00Z"));
    assert_eq!(years(&apart, others), (Some(2024), Some(2024), false, vec![2]));
}
