//! Copies are joined, everything else is not.

use proptest::prelude::*;

use super::{UniqueIds, keys::undated as copies};
use crate::{
    event::{Event, Id, Kind},
    render::sample,
    time::Instant,
    timeline::kept,
};

/// An event of that kind and native key, at a second, in a file.
fn event(kind: Kind, record: &str, second: i64, path: &str) -> Event {
    let mut event = sample::incident().rows.get(0).expect("a row").into_owned();
    event.kind = kind;
    event.stamp.instant = Some(Instant(second * 1_000_000_000));
    event.time_raw = second.to_string();
    event.sources.truncate(1);
    event.sources[0].record = (!record.is_empty()).then(|| record.to_owned());
    event.sources[0].path = path.into();
    event.sources[0].why = None;
    event.sources[0].id = Id(format!("e-{record}-{path}"));
    event
}

/// The paths and reasons of each event's sources.
fn told(events: &[Event]) -> Vec<String> {
    let source = |source: &crate::event::Source| match &source.why {
        Some(why) => format!("{} ({why})", source.path),
        None => source.path.to_string(),
    };
    events
        .iter()
        .map(|event| event.sources.iter().map(source).collect::<Vec<_>>().join(", "))
        .collect()
}

#[test]
fn the_same_mail_in_three_mailboxes_is_one_event_with_three_sources() {
    let mut events =
        ["b.mbox", "c.mbox", "a.mbox"].map(|path| event(Kind::Email, "<1@x>", 1, path)).to_vec();
    assert_eq!(copies(&mut events), 2);
    assert_eq!(told(&events), ["b.mbox, a.mbox (copy:message-id), c.mbox (copy:message-id)"]);
}

#[test]
fn what_differs_in_any_field_stays_apart() {
    let changes: [fn(&mut Event); 10] = [
        |event| event.kind = Kind::Alert,
        |event| event.channel = Some("another".to_owned()),
        |event| event.system.push('2'),
        |event| event.sources[0].record = Some("<2@x>".to_owned()),
        |event| event.stamp.instant = Some(Instant(2_000_000_000)),
        |event| event.time_raw.push('Z'),
        |event| event.actor = Some("someone else".to_owned()),
        |event| event.state = Some("OK".to_owned()),
        |event| event.summary.push('!'),
        |event| event.detail = Some("more".to_owned()),
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut first = event(Kind::Chat, "<1@x>", 1, "a");
        first.actor = Some("Jo Brandt".to_owned());
        first.state = Some("CRITICAL".to_owned());
        first.channel = Some("ops".to_owned());
        first.stamp.precision = crate::time::Precision::Second;
        let mut other = first.clone();
        other.sources[0].path = "b".into();
        assert_eq!(copies(&mut vec![first.clone(), other.clone()]), 1);
        change(&mut other);
        let mut events = vec![first, other];
        assert_eq!(copies(&mut events), 0, "change {number}");
        assert_eq!(events.len(), 2);
    }
}

#[test]
fn without_a_native_key_nothing_is_a_copy() {
    let mut events = vec![event(Kind::Log, "", 1, "a"), event(Kind::Log, "", 1, "b")];
    assert_eq!(copies(&mut events), 0);
    assert_eq!(told(&events), ["a", "b"]);
}

#[test]
fn the_number_of_a_comment_counts_within_one_export() {
    let ticket = |record| event(Kind::Ticket, record, 1, "a");
    let mut events = vec![ticket("OPS-1:comment:1"), ticket("OPS-1:comment:2")];
    assert_eq!(copies(&mut events), 1);
    let mut events =
        vec![ticket("OPS-1:created"), ticket("OPS-1:updated"), ticket("OPS-2:created")];
    assert_eq!(copies(&mut events), 0);
}

#[test]
fn equal_ids_are_told_apart_in_the_order_of_the_output() {
    let mut events: Vec<Event> = (0..3).map(|n| event(Kind::Log, "x", n, "a")).collect();
    let again = events.iter().map(|event| kept::hash(event.id())).collect();
    let mut ids = UniqueIds::new(again);
    for event in &mut events {
        ids.number(event);
    }
    let ids: Vec<&str> = events.iter().map(|event| event.sources[0].id.0.as_str()).collect();
    assert_eq!(ids, ["e-x-a", "e-x-a-2", "e-x-a-3"]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is joined: no source is lost, no event comes from nowhere, the order holds.
    #[test]
    fn joining_loses_nothing(
        all in proptest::collection::vec((0..3_usize, 0..4_i64, 0..4_usize), 0..20),
    ) {
        let mut all = all;
        all.sort_by_key(|(_, second, _)| *second);
        let kinds = [Kind::Email, Kind::Chat, Kind::Ticket];
        let mut events: Vec<Event> = all
            .iter()
            .map(|&(kind, second, key)| event(kinds[kind], ["<a>", "<b>", "c:1", ""][key], second, "a"))
            .collect();
        let joined = copies(&mut events);
        prop_assert_eq!(events.len() as u64 + joined, all.len() as u64);
        prop_assert_eq!(events.iter().map(|event| event.sources.len()).sum::<usize>(), all.len());
        prop_assert!(events.is_sorted_by_key(|event| event.stamp.instant));
        prop_assert!(events.iter().all(|event| event.sources[0].why.is_none()));
        prop_assert!(events.iter().flat_map(|e| &e.sources[1..]).all(|source| source.why.is_some()));
        // Joined once, nothing is left to join.
        let before = told(&events);
        prop_assert_eq!(copies(&mut events), 0);
        prop_assert_eq!(told(&events), before);
    }
}
