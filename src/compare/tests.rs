use super::*;

fn row(minute: i64, text: &str, ids: &[&str]) -> Row {
    Row {
        instant: minute * MINUTE,
        span: SECOND,
        text: text.to_owned(),
        ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        is_whole: !ids.is_empty(),
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
    assert_eq!((told.differ[0].apart_s, &told.differ[0].changed[..]), (5400, &["text"][..]));
    // Documents show how an id begins.
    let short = side(vec![Row { is_whole: false, ..row(0, "down", &["e-bbbbbb"]) }]);
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
    let score = score::of(&rows, &other, 5);
    assert_eq!((score.f1, score.time_f1), (0, 1000));
    assert!(score.corrected < 0);
    assert_eq!(score::of(&rows, &other, 5), score);
}
