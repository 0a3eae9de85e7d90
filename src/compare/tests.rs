use super::*;

fn row(minute: i64, text: &str, ids: &[&str]) -> Row {
    Row {
        instant: minute * MINUTE,
        span: SECOND,
        text: text.to_owned(),
        ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        fields: (!ids.is_empty()).then(BTreeMap::new),
        ..Row::default()
    }
}

fn side(rows: Vec<Row>) -> Side {
    Side { rows, ..Side::default() }
}

#[test]
fn a_timeline_is_the_same_as_itself() {
    let one = side(vec![row(0, "db-1 is down", &[]), row(7, "restarted the pool", &[])]);
    let told = compare(&one, &one);
    assert!(told.holds());
    assert_eq!((told.same, told.scores[0].f1, told.scores[0].recall), (2, 1000, 1000));
}

#[test]
fn rows_are_one_by_an_id_that_they_share_whatever_they_say() {
    let a = side(vec![row(0, "db-1 is down", &["e-aaaaaaaaaaaaaaaa", "e-bbbbbbbbbbbbbbbb"])]);
    let b = side(vec![row(90, "database lost", &["e-bbbbbbbbbbbbbbbb"])]);
    let told = compare(&a, &b);
    assert_eq!((told.only_a.len(), told.only_b.len(), told.differ.len()), (0, 0, 1));
    assert_eq!(
        (told.differ[0].apart_s, &told.differ[0].changed[..]),
        (5400, &["time", "summary"][..])
    );
    // Documents show how an id begins.
    let short = side(vec![Row { fields: None, ..row(0, "down", &["e-bbbbbb"]) }]);
    assert!(compare(&a, &short).holds());
}

#[test]
fn what_stands_in_one_alone_is_listed_and_no_timeline_agrees_with_none() {
    let a = side(vec![row(0, "db-1 is down", &[]), row(30, "customers told", &[])]);
    let b = side(vec![row(0, "db-1 is down", &[]), row(600, "db-1 is down", &[])]);
    let told = compare(&a, &b);
    assert_eq!(
        (told.only_a[0].text.as_str(), told.only_b.len(), told.same),
        ("customers told", 1, 1)
    );
    assert_eq!((told.scores[2].precision, told.scores[2].recall), (500, 500));
    let none = compare(&a, &side(Vec::new()));
    assert_eq!((none.scores[0].f1, none.only_a.len(), none.holds()), (0, 2, false));
}

#[test]
fn chance_is_taken_out_and_always_the_same() {
    let rows: Vec<Row> =
        (0..20).map(|at| row(3 * at, &format!("step {at} of db-1"), &[])).collect();
    let other: Vec<Row> = (0..20).map(|at| row(3 * at + 1, "nothing alike", &[])).collect();
    let near = Near::of(&rows, &other, 5 * MINUTE);
    let score = score::of(&rows, &other, &near, 5);
    assert_eq!((score.f1, score.time_f1), (0, 1000));
    assert!(score.corrected.is_some_and(|of| of < 0));
    assert_eq!(score::of(&rows, &other, &near, 5), score);
}

#[test]
fn rows_of_ours_that_share_an_id_are_compared_exactly_and_field_by_field() {
    let of = |severity: &str, more: &[(&'static str, &str)], secs: i64| {
        let mut fields: BTreeMap<&'static str, String> =
            more.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        fields.insert("severity", severity.to_owned());
        let row = row(0, "db-1 is down", &["e-aaaaaaaaaaaaaaaa"]);
        let row = Row { instant: secs * SECOND, span: MINUTE, fields: Some(fields), ..row };
        side(vec![row])
    };
    let told = compare(&of("error", &[("actor", "ana")], 0), &of("critical", &[], 0));
    assert_eq!(told.differ[0].changed, ["severity"], "one form has no actor: that is no change");
    let late = compare(&of("error", &[], 0), &of("error", &[], 30));
    assert_eq!((late.differ[0].apart_s, &late.differ[0].changed[..]), (30, &["time"][..]));
    assert!(!late.holds());
}

#[test]
fn what_was_not_read_and_what_has_no_time_is_no_agreement() {
    let one = |undated: &[&str], faults: &[&str]| Side {
        undated: undated.iter().map(|text| Row { span: 0, ..row(0, text, &[]) }).collect(),
        faults: faults.iter().map(|fault| (*fault).to_owned()).collect(),
        ..side(vec![row(0, "db-1 is down", &[])])
    };
    assert!(compare(&one(&["later", "later"], &[]), &one(&["later", "later"], &[])).holds());
    let told = compare(&one(&["later", "later"], &[]), &one(&["later"], &[]));
    assert!(!told.holds());
    assert_eq!((told.only_a.len(), told.only_a[0].time.as_deref()), (1, None));
    assert!(!compare(&one(&[], &["a.md:3: no date"]), &one(&[], &[])).holds());
}

#[test]
fn a_row_whose_first_id_is_taken_is_known_by_its_next() {
    let ids = ["e-aaaaaaaaaaaaaaaa", "e-bbbbbbbbbbbbbbbb"];
    let a = side(vec![row(0, "one", &ids[..1]), row(90, "two", &ids[1..])]);
    let b = side(vec![row(0, "one", &ids[..1]), row(90, "two", &ids)]);
    assert!(compare(&a, &b).only_a.is_empty());
}

#[test]
fn centuries_apart_is_only_far_apart() {
    let at = |instant: i64, text: &str| Row { instant, ..row(0, text, &[]) };
    let a = side(vec![at(i64::MIN + 1, "db-1 is down"), at(i64::MAX, "db-1 is up")]);
    let b = side(vec![at(i64::MIN, "db-1 is down"), at(i64::MAX - 1, "db-1 is up")]);
    let told = compare(&a, &b);
    assert_eq!((told.same, told.scores[0].matched), (2, 2));
    assert!(!compare(&a, &side(vec![at(0, "lunch")])).holds());
}

#[test]
fn where_chance_gives_all_nothing_is_corrected() {
    let one = side(vec![row(0, "db-1 is down", &[])]);
    let told = compare(&one, &one);
    assert_eq!((told.scores[0].f1, told.scores[0].corrected), (1000, None));
    assert!(text(&told).contains("1.00          -"), "{}", text(&told));
}

#[test]
fn ids_are_one_only_where_one_is_shown_short_and_own_ids_come_first() {
    let whole = "e-aaaaaaaaaaaaaaaa";
    let second = "e-aaaaaaaaaaaaaaaa-2";
    let one = side(vec![row(0, "one", &[whole])]);
    let other = side(vec![row(900, "quite another", &[second])]);
    assert_eq!(compare(&one, &other).only_a.len(), 1);
    // The first row of `b` has the second row's id only besides its own.
    let a =
        side(vec![row(0, "x", &["e-bbbbbbbbbbbbbbbb"]), row(900, "y", &["e-cccccccccccccccc"])]);
    let b = side(vec![
        row(1000, "z", &["e-dddddddddddddddd", "e-cccccccccccccccc"]),
        row(900, "y", &["e-cccccccccccccccc"]),
    ]);
    let told = compare(&a, &b);
    assert_eq!((told.same, told.only_b[0].text.as_str()), (1, "z"));
}

#[test]
fn an_event_that_one_run_could_date_differs() {
    let dated = side(vec![row(0, "down", &["e-aaaaaaaaaaaaaaaa"])]);
    let undated = Side {
        undated: vec![Row { span: 0, ..row(0, "down", &["e-aaaaaaaaaaaaaaaa"]) }],
        ..Side::default()
    };
    let told = compare(&dated, &undated);
    assert_eq!((told.only_a.len(), told.only_b.len(), told.differ.len()), (0, 0, 1));
    assert_eq!(told.differ[0].changed, ["time"]);
}
