//! Folding, and what is listed without an instant.

use super::{fold, reason_of_undated};
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
        own_words: false,
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

fn place(secs: u32) -> Place {
    Place { input: 0, tick: secs }
}

#[test]
fn what_is_told_again_is_folded_into_its_row() {
    let secs = [0_u32, 60, 61, 660, 1261];
    let rows = secs.map(|at| (place(at), log(i64::from(at), &format!("order {at} failed"))));
    let mut rows: Vec<(Place, Event)> = rows.into();
    let into = |of: Place| match of.tick {
        60 | 660 => Some(place(0)),
        // The row that it would be folded into is not there.
        1261 => Some(place(7)),
        _ => None,
    };
    let mut trail = Vec::new();
    let folded = fold(&mut rows, into, &mut |row, head| trail.push((row.tick, head.tick)));
    assert_eq!((folded, &trail[..]), (2, &[(60, 0), (660, 0)][..]));
    let shown: Vec<_> = rows.iter().map(|(at, row)| (at.tick, row.count)).collect();
    assert_eq!(shown, [(0, Some(3)), (61, None), (1261, None)]);
    let first = &rows[0].1;
    assert_eq!(first.time_end, Some(Instant(660 * SECOND)));
    let sources = first.sources.iter().map(|s| (s.id.0.as_str(), s.why.as_deref()));
    assert_eq!(sources.collect::<Vec<_>>(), [("e-0", None), ("e-660", Some("folded:repeat"))]);
}

#[test]
fn undated_events_are_listed_where_somebody_wrote_them_or_they_are_bad() {
    let event = |kind, severity| Event { kind, severity, ..log(0, "x") };
    assert_eq!(reason_of_undated(&event(Kind::Chat, None)), Some("chat"));
    assert_eq!(
        reason_of_undated(&event(Kind::Log, Some(Severity::Error))),
        Some("warning or worse")
    );
    assert_eq!(reason_of_undated(&event(Kind::Log, Some(Severity::Info))), None);
    let quiet = Event { quiet: true, ..event(Kind::Chat, None) };
    assert_eq!(reason_of_undated(&quiet), None);
}
