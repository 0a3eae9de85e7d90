//! Policies of small inputs: what the stamps say, and what is asked for.

mod zones;

use super::{Correction, Facts, Inferred, Need, decide, resolve};
use crate::time::{Instant, RawTime, Stamp, pattern::Formats, zone::Zone};

fn rows(texts: &[&str]) -> Vec<RawTime> {
    let list = [
        "iso",
        "epoch",
        "%Y-%m-%d %H:%M:%S %Z",
        "%d/%m/%Y %H:%M",
        "%m/%d/%Y %H:%M",
        "%b %e %H:%M:%S",
        "%d/%b/%y %H:%M",
        "%H:%M:%S",
    ];
    let formats = Formats::compile(&list).expect("formats compile");
    texts.iter().map(|text| formats.whole(text.as_bytes()).expect(text)).collect()
}

fn zone(name: &str) -> Zone {
    Zone::named(name).expect(name)
}

fn instant(text: &str) -> Instant {
    let raw = rows(&[text])[0];
    Instant::from_parts(raw.civil, 0).expect("in range")
}

/// `time quality [alternatives]` of each row.
fn shown(texts: &[&str], facts: &Facts) -> Vec<String> {
    let raws = rows(texts);
    let policy = decide(&raws, facts);
    raws.iter().enumerate().map(|(index, raw)| line(&resolve(&policy, index, raw))).collect()
}

fn line(stamp: &Stamp) -> String {
    let time = stamp.rfc3339().unwrap_or_else(|| "-".into());
    let mut line = format!("{time} {}", stamp.quality);
    for other in &stamp.alternatives {
        line.push(' ');
        line.push_str(&other.rfc3339(stamp.precision));
    }
    line
}

#[test]
fn the_zone_is_the_first_that_anybody_said() {
    let raws = rows(&["2026-07-01 12:00:00"]);
    let mut facts = Facts::default();
    let mut seen = Vec::new();
    let mut look = |facts: &Facts| {
        let policy = decide(&raws, facts);
        let stamp = resolve(&policy, 0, &raws[0]);
        seen.push(format!(
            "{} {} {}",
            stamp.quality,
            policy.zone_name().unwrap_or("-"),
            policy.zone_how()
        ));
    };
    look(&facts);
    facts.inferred_zone = Some(Inferred {
        zone: Zone::named("Asia/Tokyo").expect("known"),
        how: "9 mails".into(),
        unsure: Vec::new(),
    });
    look(&facts);
    facts.bare_zone = Some(zone("Europe/Paris"));
    look(&facts);
    facts.defined_zone = Some(zone("Europe/Rome"));
    look(&facts);
    facts.declared_zone = Some((Zone::utc(), "#Date line".into()));
    look(&facts);
    facts.told_zone = Some(zone("+02:00"));
    look(&facts);
    assert_eq!(
        seen,
        [
            "zone_assumed UTC assumed: nothing says",
            "zone_inferred Asia/Tokyo inferred: 9 mails",
            "zone Europe/Paris told (--zone)",
            "zone Europe/Rome said by the definition",
            "zone UTC #Date line",
            "zone +02:00 told (--zone GLOB=ZONE)",
        ]
    );
}

#[test]
fn an_offset_in_the_record_beats_every_zone() {
    let facts = Facts { told_zone: Some(zone("Asia/Tokyo")), ..Facts::default() };
    let texts = ["2026-07-01T12:00:00.5+02:00", "1773123245", "2026-07-01 12:00:00 CEST"];
    assert_eq!(
        shown(&texts, &facts),
        [
            "2026-07-01T10:00:00.5Z exact",
            "2026-03-10T06:14:05Z exact",
            "2026-07-01T10:00:00Z exact"
        ]
    );
    let raws = rows(&texts);
    let policy = decide(&raws, &facts);
    assert_eq!((policy.zone_name(), &*policy.zone_how()), (None, "written in every record"));
}

#[test]
fn needs_name_the_option_that_helps() {
    for (texts, facts, needs) in [
        (&["2026-07-01 12:00:00"][..], Facts::default(), &[Need::Zone][..]),
        (&["2026-07-01 12:00:00Z"], Facts::default(), &[]),
        (&["Mar 10 06:14:05"], Facts::default(), &[Need::Year]),
        (&["04/03/2026 10:00"], Facts::default(), &[Need::DateOrder]),
        (&["2026-01-10 12:00:00 CST"], Facts::default(), &[Need::Zone]),
        (
            &["2026-01-10 12:00:00 CST"],
            Facts { bare_zone: Some(zone("America/Chicago")), ..Facts::default() },
            &[],
        ),
    ] {
        assert_eq!(decide(&rows(texts), &facts).needs(), needs, "{texts:?}");
    }
    assert_eq!(Need::DateOrder.option(), "--date-order");
}

#[test]
fn what_stays_open_is_undated_or_has_alternatives() {
    let berlin = Facts { told_zone: Some(zone("Europe/Berlin")), ..Facts::default() };
    for (text, facts, expected) in [
        ("04/03/2026 10:00", &berlin, "- undated 2026-03-04T09:00:00Z 2026-04-03T08:00:00Z"),
        ("Mar 10 06:14:05", &berlin, "- undated"),
        ("06:14:05", &berlin, "- undated"),
        ("2025-10-26 02:30:00", &berlin, "2025-10-26T00:30:00Z zone+fold 2025-10-26T01:30:00Z"),
        ("2026-03-29 02:30:00", &berlin, "2026-03-29T01:30:00Z zone+gap"),
        (
            "2026-01-10 12:00:00 IST",
            &berlin,
            "- undated 2026-01-10T06:30:00Z 2026-01-10T10:00:00Z 2026-01-10T11:00:00Z",
        ),
        ("10/lis/25 12:00", &berlin, "2025-11-10T11:00:00Z zone 2025-10-10T11:00:00Z"),
        ("1955-01-01T00:00:00Z", &berlin, "1955-01-01T00:00:00Z exact+suspect"),
    ] {
        assert_eq!(shown(&[text], facts), [expected], "{text}");
    }
}

#[test]
fn machines_in_a_skipped_hour_refute_the_zone() {
    let facts = Facts { bare_zone: Some(zone("Europe/Berlin")), machine: true, ..Facts::default() };
    let texts = [
        "2026-03-29 01:30:00",
        "2026-03-29 02:10:00",
        "2026-03-29 02:20:00",
        "2026-03-29 03:30:00",
    ];
    assert_eq!(
        shown(&texts, &facts),
        [
            "2026-03-29T00:30:00Z zone",
            "2026-03-29T01:10:00Z zone+gap+suspect 2026-03-29T02:10:00Z",
            "2026-03-29T01:20:00Z zone+gap+suspect 2026-03-29T02:20:00Z",
            "2026-03-29T01:30:00Z zone+suspect 2026-03-29T02:30:00Z",
        ]
    );
    let policy = decide(&rows(&texts), &facts);
    assert!(policy.zone_how().contains("always at +01:00"), "{}", policy.zone_how());
    assert_eq!(policy.needs(), [Need::Zone]);
}

#[test]
fn tickets_in_a_repeated_hour_keep_both_readings() {
    let facts = Facts { bare_zone: Some(zone("Europe/Berlin")), ..Facts::default() };
    let tickets = [
        "2025-10-26 02:58:00",
        "2025-10-26 03:01:00",
        "2025-10-26 01:10:00",
        "2025-10-26 02:10:00",
    ];
    let lines = shown(&tickets, &facts);
    assert_eq!(lines[0], "2025-10-26T00:58:00Z zone+fold 2025-10-26T01:58:00Z");
    assert_eq!(lines[3], "2025-10-26T00:10:00Z zone+fold 2025-10-26T01:10:00Z");
}

#[test]
fn what_comes_before_what_in_a_ticket_decides_its_passes() {
    let berlin = Facts { bare_zone: Some(zone("Europe/Berlin")), ..Facts::default() };
    let first = |at: &str| format!("2026-10-25T00:{at}Z zone+fold");
    let second = |at: &str| format!("2026-10-25T01:{at}Z zone+fold");
    let open = |at: &str| format!("2026-10-25T00:{at}Z zone+fold 2026-10-25T01:{at}Z");
    let certain = |at: &str| format!("2026-10-25T{at}Z zone");
    let before = "2026-10-24T23:10:00Z zone".to_owned();
    // Created, resolved, closed.
    for (cells, expected) in [
        (["02:55", "02:40", "04:00"], [first("55:00"), second("40:00"), certain("03:00:00")]),
        (["02:40", "02:55", "04:00"], [open("40:00"), open("55:00"), certain("03:00:00")]),
        (["02:55", "02:40", "02:50"], [first("55:00"), second("40:00"), second("50:00")]),
        // Resolved in the second pass at the latest, and closed in it.
        (["02:50", "02:45", "02:45"], [first("50:00"), second("45:00"), second("45:00")]),
        // A second is no order: clocks of one tracker are that far apart.
        (["02:55:01", "02:55:00", "04:00"], [open("55:01"), open("55:00"), certain("03:00:00")]),
        // Never in order: closed before the night.
        (["02:55", "02:40", "01:10"], [open("55:00"), open("40:00"), before.clone()]),
    ] {
        let texts = cells.map(|cell| format!("2026-10-25 {cell}"));
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let facts = Facts {
            streams: vec![0, 1 << 16, 2 << 16],
            stamped: vec![(0, 1), (0, 2), (1, 2)],
            ..berlin.clone()
        };
        assert_eq!(shown(&texts, &facts), expected, "{cells:?}");
    }
}

#[test]
fn the_order_of_a_column_does_not_come_before_that_of_a_record() {
    let berlin = Facts { bare_zone: Some(zone("Europe/Berlin")), ..Facts::default() };
    // Four tickets: created, updated, resolved. The updates look sorted by chance.
    let cells = [
        "02:55", "02:40", "02:40", "02:10", "02:50", "02:10", "01:50", "02:50", "02:30", "02:30",
        "02:20", "02:00",
    ];
    let texts: Vec<String> = cells.iter().map(|cell| format!("2026-10-25 {cell}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let facts = Facts {
        streams: (0..12).map(|at| (at % 3) << 16).collect(),
        stamped: (0..4).flat_map(|row| [(3 * row, 3 * row + 1), (3 * row, 3 * row + 2)]).collect(),
        ..berlin
    };
    let shown = shown(&texts, &facts);
    assert_eq!(shown[0], "2026-10-25T00:55:00Z zone+fold");
    assert_eq!(shown[1], "2026-10-25T01:40:00Z zone+fold");
    assert_eq!(shown[2], "2026-10-25T01:40:00Z zone+fold");
    let instant = |line: &String| line.split(' ').next().unwrap_or_default().to_owned();
    for row in shown.chunks(3) {
        let is_sure = |line: &&String| line.split(' ').count() == 2;
        let later = row[1..].iter().filter(is_sure).map(instant);
        let created = instant(&row[0]);
        assert!(!is_sure(&&row[0]) || later.into_iter().all(|at| created <= at), "{row:?}");
    }
}

#[test]
fn years_orders_and_corrections_leave_their_notes() {
    let utc = Facts { told_zone: Some(zone("UTC")), ..Facts::default() };
    let modified = Some(instant("2026-04-01T00:00:00Z"));
    let dated = Facts { modified, ..utc.clone() };
    assert_eq!(shown(&["Mar 10 06:14:05"], &dated), ["2026-03-10T06:14:05Z zone+year"]);
    assert_eq!(
        shown(&["04/03/2026 10:00", "25/03/2026 10:00"], &dated),
        ["2026-03-04T10:00:00Z zone+order", "2026-03-25T10:00:00Z zone"]
    );
    let told = Facts { told_order: Some(super::DateOrder::Mdy), ..utc.clone() };
    assert_eq!(shown(&["04/03/2026 10:00"], &told), ["2026-04-03T10:00:00Z zone"]);
    let skewed = Facts { corrections: vec![Correction::always(37_000)], ..utc };
    let raws = rows(&["2026-03-10 06:14:05", "2026-03-10 06:14:05Z"]);
    let policy = decide(&raws, &skewed);
    for (index, raw) in raws.iter().enumerate() {
        let stamp = resolve(&policy, index, raw);
        assert_eq!(stamp.shift_ms, -37_000);
        assert!(line(&stamp).starts_with("2026-03-10T06:13:28Z "), "{}", line(&stamp));
        assert!(stamp.quality.to_string().ends_with("+skew"));
    }
}

#[test]
fn two_digit_years_lie_near_the_file() {
    let facts = |modified| Facts {
        told_zone: Some(zone("UTC")),
        modified: Some(instant(modified)),
        ..Facts::default()
    };
    for (text, modified, expected) in [
        ("10/Mar/26 06:14", "2026-04-01T00:00:00Z", "2026-03-10T06:14:00Z zone"),
        ("10/Mar/99 06:14", "2026-04-01T00:00:00Z", "1999-03-10T06:14:00Z zone"),
        ("10/Mar/60 06:14", "2026-04-01T00:00:00Z", "1960-03-10T06:14:00Z zone"),
        ("10/Mar/27 06:14", "2026-04-01T00:00:00Z", "2027-03-10T06:14:00Z zone"),
    ] {
        assert_eq!(shown(&[text], &facts(modified)), [expected], "{text}");
    }
}

#[test]
fn a_word_is_settled_by_the_zone_that_uses_it() {
    for (text, name, expected) in [
        ("2026-01-10 12:00:00 CST", "Asia/Shanghai", "2026-01-10T04:00:00Z zone"),
        ("2026-07-10 12:00:00 BST", "Europe/London", "2026-07-10T11:00:00Z zone"),
        ("2026-07-10 12:00:00 BST", "Asia/Dhaka", "2026-07-10T06:00:00Z zone"),
        ("2026-01-10 12:00:00 AST", "Asia/Riyadh", "2026-01-10T09:00:00Z zone"),
        ("2026-11-01 01:30:00 CST", "America/Chicago", "2026-11-01T07:30:00Z zone"),
        (
            "2026-01-10 12:00:00 BST",
            "Europe/London",
            "- undated 2026-01-10T01:00:00Z 2026-01-10T06:00:00Z 2026-01-10T11:00:00Z",
        ),
    ] {
        let facts = Facts { bare_zone: Some(zone(name)), ..Facts::default() };
        assert_eq!(shown(&[text], &facts), [expected], "{text} {name}");
    }
}

#[test]
fn a_leap_second_must_be_one_in_the_zone() {
    for (name, expected) in [
        ("Asia/Tokyo", "2016-12-31T23:59:59Z zone+leap"),
        ("Asia/Seoul", "2016-12-31T23:59:59Z zone+leap"),
        ("UTC", "2017-01-01T08:59:59Z zone+suspect"),
    ] {
        let facts = Facts { bare_zone: Some(zone(name)), ..Facts::default() };
        assert_eq!(shown(&["2017-01-01 08:59:60"], &facts), [expected], "{name}");
    }
}

#[test]
fn an_epoch_in_another_unit_than_its_column_is_suspect() {
    let mut texts: Vec<String> = (0..40).map(|n| (1_773_522_131 + n).to_string()).collect();
    texts[7] = "1773522131123".into();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let shown = shown(&texts, &Facts::default());
    assert_eq!(shown[7], "2026-03-14T21:02:11.123Z exact+suspect");
    assert_eq!(shown[8], "2026-03-14T21:02:19Z exact");
    assert_eq!(shown.iter().filter(|line| line.contains("suspect")).count(), 1);
    // Of two values neither is a slip, nor are two columns one.
    let two = ["1773522131", "1773522131123"];
    assert!(!self::shown(&two, &Facts::default()).concat().contains("suspect"));
    let streams = (0..40).map(|n| u32::from(n == 7)).collect();
    let facts = Facts { streams, ..Facts::default() };
    assert!(!self::shown(&texts, &facts).concat().contains("suspect"));
}

#[test]
fn the_first_second_of_1970_is_no_time_unless_a_clock_began_there() {
    let zero = "1970-01-01T00:00:00Z";
    assert_eq!(
        shown(&["2026-03-14T21:02:11Z", zero], &Facts::default()),
        ["2026-03-14T21:02:11Z exact", "- undated"]
    );
    assert_eq!(
        shown(&[zero, "1970-01-01T00:00:07Z", "2026-03-14T21:02:11Z"], &Facts::default()),
        [
            "1970-01-01T00:00:00Z exact+suspect",
            "1970-01-01T00:00:07Z exact+suspect",
            "2026-03-14T21:02:11Z exact"
        ]
    );
}
