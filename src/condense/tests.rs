//! The first choice, and folding.

use super::{fold, without_numbers};
use crate::{
    event::{Event, Id, Kind, Severity, Source},
    join::Place,
    time::{Basis, Instant, Precision, Quality, SECOND, Stamp},
};

pub(super) fn log(secs: i64, text: &str) -> Event {
    let stamp = Stamp {
        instant: Some(Instant(secs * SECOND)),
        precision: Precision::Second,
        quality: Quality::new(Basis::Exact),
        ..Stamp::undated()
    };
    Event {
        stamp: stamp.clone(),
        time_end: None,
        time_raw: String::new(),
        kind: Kind::Log,
        system: "log".into(),
        channel: None,
        actor: None,
        actor_role: None,
        host: None,
        service: None,
        state: None,
        severity: Some(Severity::Error),
        summary: text.into(),
        detail: None,
        marks: Vec::new(),
        refs: Vec::new(),
        count: None,
        reasons: vec!["warning or worse".into()],
        quiet: false,
        sources: vec![Source {
            id: Id(format!("e-{secs}")),
            path: "a.log".into(),
            line: 1,
            record: None,
            stamp,
            delay_s: None,
            byte_start: 0,
            byte_len: 1,
            sha256: [0; 32],
            why: None,
        }],
    }
}

/// Folds; gives the rows left, and the seconds of each row that was folded and of the one it is in.
fn folded(events: Vec<Event>) -> (Vec<Event>, Vec<(u32, u32)>) {
    let place = |event: &Event| Place {
        input: 0,
        tick: (event.sources[0].stamp.instant.map_or(0, |at| at.0) / SECOND) as u32,
    };
    let mut rows: Vec<(Place, Event)> =
        events.into_iter().map(|event| (place(&event), event)).collect();
    let mut trail = Vec::new();
    let folded = fold(&mut rows, &mut |row, head| trail.push((row.tick, head.tick)));
    assert_eq!(folded, trail.len() as u64);
    (rows.into_iter().map(|(_, row)| row).collect(), trail)
}

#[test]
fn repeats_are_folded_into_the_first_and_silence_ends_a_run() {
    let rows = vec![
        log(0, "order 1 failed"),
        log(60, "order 22 failed"),
        log(61, "disk full"),
        log(660, "order 333 failed"),
        log(1261, "order 4 failed"),
    ];
    let (rows, trail) = folded(rows);
    assert_eq!(trail, [(60, 0), (660, 0)]);
    let shown: Vec<_> = rows.iter().map(|row| (row.summary.as_str(), row.count)).collect();
    assert_eq!(shown, [("order 1 failed", Some(3)), ("disk full", None), ("order 4 failed", None)]);
    assert_eq!(rows[0].time_end, Some(Instant(660 * SECOND)));
    let sources: Vec<_> =
        rows[0].sources.iter().map(|s| (s.id.0.as_str(), s.why.as_deref())).collect();
    assert_eq!(sources, [("e-0", None), ("e-660", Some("folded:repeat"))]);
}

#[test]
fn other_severities_and_kinds_stay_apart() {
    let mut alert = log(1, "x");
    alert.kind = Kind::Alert;
    let mut worse = log(2, "x");
    worse.severity = Some(Severity::Critical);
    let (rows, trail) = folded(vec![log(0, "x"), alert, worse]);
    assert_eq!((rows.len(), trail), (3, Vec::new()));
}

#[test]
fn numbers_are_one_sign() {
    assert_eq!(without_numbers("took 3870 ms for 7"), "took # ms for #");
}
