//! Orders of day and month in small columns.

use super::{Bounds, DateOrder, Rule, civil, decide};
use crate::time::{Civil, Instant, RawTime, pattern::Formats};

fn rows(texts: &[&str]) -> Vec<RawTime> {
    let list = ["%a %d/%m/%Y %H:%M", "%a %m/%d/%Y %H:%M", "%d/%m/%Y[ %H:%M]", "%m/%d/%Y[ %H:%M]"];
    let formats = Formats::compile(&list).expect("formats compile");
    texts.iter().map(|text| formats.whole(text.as_bytes()).expect(text)).collect()
}

fn instant(text: &str) -> Instant {
    let raw = Formats::compile(&["iso"]).expect("compiles").whole(text.as_bytes()).expect(text);
    Instant::from_parts(raw.civil, 0).expect("in range")
}

fn day_first(texts: &[&str], told: Option<DateOrder>, modified: Option<&str>) -> Option<bool> {
    let bounds =
        Bounds { told, modified: modified.map(instant), others: None, streams: &[], pairs: &[] };
    match decide(rows(texts).iter(), &bounds) {
        Rule::Decided { day_first, .. } => Some(day_first),
        Rule::Unneeded | Rule::Refused { .. } => None,
    }
}

#[test]
fn rows_that_allow_one_order_decide() {
    assert_eq!(day_first(&["04/03/2026", "25/03/2026"], None, None), Some(true));
    assert_eq!(day_first(&["04/03/2026", "03/25/2026"], None, None), Some(false));
    assert_eq!(day_first(&["04/03/2026", "03/25/2026", "25/03/2026"], None, None), None);
    // 4 March 2026 was a Wednesday, 3 April a Friday.
    assert_eq!(day_first(&["Wed 04/03/2026 10:00"], None, None), Some(true));
    assert_eq!(day_first(&["Fri 04/03/2026 10:00"], None, None), Some(false));
    assert_eq!(day_first(&["Sun 04/03/2026 10:00"], None, None), None);
}

#[test]
fn a_user_decides_before_all_rows() {
    assert_eq!(day_first(&["04/03/2026", "25/03/2026"], Some(DateOrder::Mdy), None), Some(false));
    assert_eq!("dmy".parse(), Ok(DateOrder::Dmy));
    assert!("dym".parse::<DateOrder>().is_err());
}

#[test]
fn the_future_is_excluded() {
    assert_eq!(day_first(&["04/11/2026"], None, Some("2026-05-01T00:00:00Z")), Some(false));
    assert_eq!(day_first(&["11/04/2026"], None, Some("2026-05-01T00:00:00Z")), Some(true));
    assert_eq!(day_first(&["11/04/2026"], None, Some("2026-12-01T00:00:00Z")), None);
}

#[test]
fn a_sorted_list_decides_where_only_one_reading_is_sorted() {
    let sorted = ["05/02/2026", "07/02/2026", "09/02/2026", "02/03/2026", "04/03/2026"];
    assert_eq!(day_first(&sorted, None, None), Some(true));
    let mut newest_first = sorted;
    newest_first.reverse();
    assert_eq!(day_first(&newest_first, None, None), Some(true));
    // Three dates may be sorted by chance, and a list in no order at all says nothing.
    assert_eq!(day_first(&sorted[1..4], None, None), None);
    let mixed =
        ["05/02/2026", "09/01/2026", "02/07/2026", "01/03/2026", "08/02/2026", "03/04/2026"];
    assert_eq!(day_first(&mixed, None, None), None);
}

#[test]
fn columns_are_sequences_of_their_own() {
    // Created and resolved, in the order of the tickets.
    let rows = rows(&[
        "05/02/2026",
        "02/03/2026",
        "07/02/2026",
        "01/03/2026",
        "09/02/2026",
        "03/03/2026",
        "02/03/2026",
        "05/03/2026",
        "04/03/2026",
        "06/03/2026",
    ]);
    let streams: Vec<u32> = (0..10).map(|index| index % 2).collect();
    let bounds = |streams| Bounds { told: None, modified: None, others: None, streams, pairs: &[] };
    assert!(matches!(decide(rows.iter(), &bounds(&[])), Rule::Refused { .. }));
    let rule = decide(rows.iter(), &bounds(&streams));
    assert!(matches!(rule, Rule::Refused { .. }), "one step back in eight is not sorted: {rule:?}");
    let created: Vec<u32> = (0..10).map(|index| if index % 2 == 0 { 0 } else { index }).collect();
    let rule = decide(rows.iter(), &bounds(&created));
    assert!(matches!(rule, Rule::Decided { day_first: true, .. }), "{rule:?}");
}

#[test]
fn contradicting_evidence_decides_nothing() {
    let sorted = ["01/10/2026", "02/10/2026", "01/11/2026", "02/11/2026"];
    assert_eq!(day_first(&sorted, None, None), Some(true));
    assert_eq!(day_first(&sorted, None, Some("2026-03-01T00:00:00Z")), None);
}

#[test]
fn other_sources_decide_for_short_lists() {
    let others = Some((instant("2026-03-03T00:00:00Z"), instant("2026-03-05T00:00:00Z")));
    let bounds = Bounds { told: None, modified: None, others, streams: &[], pairs: &[] };
    let rule = decide(rows(&["04/03/2026 10:00", "05/03/2026 11:00"]).iter(), &bounds);
    assert!(matches!(rule, Rule::Decided { day_first: true, .. }), "{rule:?}");
    let rule = decide(rows(&["04/03/2026 10:00", "05/08/2026 11:00"]).iter(), &bounds);
    assert!(matches!(rule, Rule::Refused { .. }), "{rule:?}");
}

#[test]
fn both_readings_of_a_row_are_at_hand() {
    let raw = rows(&["04/03/2026 10:00"])[0];
    assert_eq!(Civil::from_secs(civil(&raw, true)).to_string(), "2026-03-04T10:00:00");
    assert_eq!(Civil::from_secs(civil(&raw, false)).to_string(), "2026-04-03T10:00:00");
}

#[test]
fn a_ticket_ends_after_it_begins() {
    let rows = rows(&["07/08/2026 09:00", "08/07/2026 09:40", "08/07/2026 09:00"]);
    let bounds =
        |pairs| Bounds { told: None, modified: None, others: None, streams: &[0, 1, 2], pairs };
    let first = |pairs| match decide(rows.iter(), &bounds(pairs)) {
        Rule::Decided { day_first, .. } => Some(day_first),
        Rule::Unneeded | Rule::Refused { .. } => None,
    };
    assert_eq!(first(&[]), None);
    assert_eq!(first(&[(0, 1)]), Some(false), "8 July would be before 7 August");
    assert_eq!(first(&[(1, 0)]), Some(true), "7 August would be before 8 July");
    // Some minutes back on one day are a clock's matter; both broken prove nothing.
    assert_eq!(first(&[(1, 2)]), None);
    assert_eq!(first(&[(0, 1), (1, 0)]), None);
}

#[test]
fn a_short_year_and_a_day_are_told_apart_by_the_column() {
    let formats = Formats::compile(&["%y/%m/%d[ %H:%M]", "%d/%m/%y[ %H:%M]"]).expect("compiles");
    let read = |texts: &[&str]| -> Vec<RawTime> {
        texts.iter().map(|text| formats.whole(text.as_bytes()).expect(text)).collect()
    };
    let first = |texts: &[&str], told, modified: Option<&str>| {
        let modified = modified.map(instant);
        let bounds = Bounds { told, modified, others: None, streams: &[], pairs: &[] };
        match decide(read(texts).iter(), &bounds) {
            Rule::Decided { day_first, .. } => Some(if day_first { "day" } else { "year" }),
            Rule::Unneeded | Rule::Refused { .. } => None,
        }
    };
    let both = |text: &str| {
        let raw = read(&[text])[0];
        [true, false].map(|day_first| Civil::from_secs(civil(&raw, day_first)).to_string())
    };
    assert_eq!(both("24/01/15 10:00"), ["2015-01-24T10:00:00", "2024-01-15T10:00:00"]);
    // No day 99, no 31 of February, and four digits are a year.
    assert_eq!(first(&["24/01/15", "99/01/15"], None, None), Some("year"));
    assert_eq!(first(&["24/01/15", "15/01/40"], None, None), Some("day"));
    assert_eq!(first(&["24/02/15", "31/02/24"], None, None), Some("year"));
    assert_eq!(first(&["24/01/15", "24/01/2015"], None, None), Some("day"));
    // The year 2031 lies behind the file's own time.
    assert_eq!(first(&["24/01/15", "24/01/31"], None, Some("2024-02-01T00:00:00Z")), Some("year"));
    assert_eq!(first(&["24/01/15", "24/01/16"], None, Some("2024-02-01T00:00:00Z")), None);
    let told = |order| first(&["24/01/15"], Some(order), None);
    assert_eq!(told(DateOrder::Ymd), Some("year"));
    assert_eq!(told(DateOrder::Dmy), Some("day"));
    assert_eq!(told(DateOrder::Mdy), None, "that is neither");
    assert_eq!(first(&["15/01/15"], None, None), None);
}
