//! Which zone offsets single out, and where it stays open.

use super::*;
use crate::time::Civil;

fn secs(year: i32, month: u8, day: u8, hour: u8) -> i64 {
    Civil { year, month, day, hour, minute: 0, second: 0 }.secs()
}

fn seen(from: i64, to: i64, hours: i32) -> Offset {
    Offset { span: (from, to), east_s: hours * 3600 }
}

fn named(names: &[&str]) -> Vec<Zone> {
    names.iter().map(|name| Zone::named(name).unwrap()).collect()
}

/// Chicago's clocks went forward on 2026-03-08 at 08:00 UTC.
const NIGHT: (u8, u8) = (3, 8);

#[test]
fn an_offset_stands_for_itself_as_long_as_no_zone_that_has_it_changes() {
    let (from, to) = (secs(2026, 1, 10, 0), secs(2026, 1, 12, 0));
    let zones = Zones::bundled();
    let (zone, unsure) = infer(&[seen(from, to, -6)], (from, to), &[], zones).unwrap();
    assert_eq!((&**zone.name(), unsure), ("-06:00", vec![]));
    // Its records go on into the summer.
    let later = (from, secs(2026, 6, 1, 0));
    let (_, unsure) = infer(&[seen(from, to, -6)], later, &[], zones).unwrap();
    let change = secs(2026, NIGHT.0, NIGHT.1, 8);
    assert_eq!(unsure[0].0, change - 3600);
    assert!(unsure.last().unwrap().1 > later.1);
    let (zone, _) = infer(&[seen(from, to, 0)], (from, to), &[], zones).unwrap();
    assert_eq!(&**zone.name(), "UTC");
    // No zone has it.
    let odd = Offset { span: (from, to), east_s: 75 * 60 };
    assert!(infer(&[odd], (from, to), &[], zones).is_none());
}

#[test]
fn a_change_of_the_clocks_singles_a_zone_out() {
    let change = secs(2026, NIGHT.0, NIGHT.1, 8);
    let offsets =
        [seen(change - 40_000, change - 900, -6), seen(change + 900, change + 40_000, -5)];
    let span = (change - 50_000, change + 50_000);
    let zones = Zones::bundled();
    let own = named(&["America/New_York", "America/Chicago", "America/Chicago", "UTC"]);
    let (zone, unsure) = infer(&offsets, span, &own, zones).unwrap();
    assert_eq!((&**zone.name(), unsure), ("America/Chicago", vec![]));
    // Nobody names it: the usual name of those that did the same.
    let (zone, unsure) = infer(&offsets, span, &[], zones).unwrap();
    assert_eq!((&**zone.name(), unsure), ("America/Chicago", vec![]));
    // None does that in January.
    let moved = offsets.map(|Offset { span: (from, to), east_s }| Offset {
        span: (from - 50 * DAY, to - 50 * DAY),
        east_s,
    });
    assert!(infer(&moved, span, &own, zones).is_none());
}
