//! Pairs that are one event and pairs that are not, and what holds for any of them.

use super::{Found, Place, Said, find};
use crate::event::Kind;

/// An event to be told, in seconds from an arbitrary instant.
#[derive(Clone, Debug, Default)]
pub(super) struct Event {
    pub(super) input: u32,
    pub(super) tick: u32,
    pub(super) second: i64,
    pub(super) kind: Option<Kind>,
    pub(super) bot: bool,
    pub(super) actor: &'static str,
    pub(super) host: Option<&'static str>,
    pub(super) state: Option<&'static str>,
    pub(super) record: String,
    pub(super) refs: Vec<String>,
    pub(super) channel: &'static str,
    pub(super) system: &'static str,
    pub(super) summary: String,
    pub(super) text: String,
}

pub(super) fn chat(input: u32, second: i64, actor: &'static str, text: &str) -> Event {
    Event {
        input,
        tick: second as u32,
        second,
        kind: Some(Kind::Chat),
        actor,
        system: "slack",
        channel: ["ops", "inc-checkout", "general", "payments", "noc", "edge", "web", "db"]
            [input as usize % 8],
        record: format!("c{input}/{second}"),
        summary: text.lines().next().unwrap_or_default().to_owned(),
        text: text.to_owned(),
        ..Event::default()
    }
}

pub(super) fn mail(
    input: u32,
    second: i64,
    actor: &'static str,
    subject: &str,
    text: &str,
) -> Event {
    Event {
        kind: Some(Kind::Email),
        record: format!("<{input}.{second}@example.net>"),
        system: "mail",
        channel: ["duty@example.net", "boss@example.net", "all@example.net"][input as usize % 3],
        summary: subject.to_owned(),
        text: text.to_owned(),
        ..chat(input, second, actor, "")
    }
}

pub(super) fn ticket(input: u32, second: i64, record: &str, summary: &str, text: &str) -> Event {
    Event {
        kind: Some(Kind::Ticket),
        record: record.to_owned(),
        refs: vec![record.split(':').next().unwrap_or_default().to_owned()],
        system: "jira",
        channel: "OPS",
        ..mail(input, second, "Ana Ruiz", summary, text)
    }
}

impl Event {
    pub(super) fn bot(self) -> Self {
        Self { bot: true, ..self }
    }

    pub(super) fn refs(self, refs: &[&str]) -> Self {
        Self { refs: refs.iter().map(|key| (*key).to_owned()).collect(), ..self }
    }

    pub(super) fn system(self, system: &'static str) -> Self {
        Self { system, ..self }
    }

    pub(super) fn state(self, host: &'static str, state: &'static str) -> Self {
        Self { host: Some(host), state: Some(state), ..self }
    }

    pub(super) fn said(&self) -> Said<'_> {
        Said {
            at: Place { input: self.input, tick: self.tick },
            instant: Some(1_773_522_000_000_000_000 + self.second * 1_000_000_000),
            kind: self.kind.unwrap_or(Kind::Chat),
            bot: self.bot,
            actor: Some(self.actor).filter(|actor| !actor.is_empty()),
            host: self.host,
            service: None,
            state: self.state,
            record: Some(self.record.as_str()),
            refs: &self.refs,
            channel: Some(self.channel),
            system: self.system,
            summary: &self.summary,
            text: &self.text,
        }
    }
}

pub(super) fn found(events: &[Event]) -> Found {
    let said: Vec<Said<'_>> = events.iter().map(Event::said).collect();
    find(&said, &|_, _| 0)
}

/// Joins as `origin <- member rule`, by index of the events; references as `event -> to why`.
pub(super) fn told(events: &[Event]) -> Vec<String> {
    let found = found(events);
    let index = |at: Place| {
        events.iter().position(|e| (e.input, e.tick) == (at.input, at.tick)).unwrap_or(usize::MAX)
    };
    let joins = found
        .joins
        .iter()
        .map(|j| format!("{} <- {} {}", index(j.origin), index(j.member), j.rule.why()));
    let references = found.references.iter();
    let references =
        references.map(|r| format!("{} -> {} {}", index(r.event), index(r.references), r.why));
    joins.chain(references).collect()
}

#[track_caller]
pub(super) fn expect(events: &[Event], wanted: &[&str]) {
    assert_eq!(told(events), wanted, "{events:#?}");
}

pub(super) const NOTICE: &str = "Since about 06:12 UTC customers cannot pay in the shop. Browsing works. \
    Payments, database and edge teams are in the incident channel; next update at 07:00 UTC.";

#[test]
fn clocks_are_corrected_first() {
    let events =
        [chat(0, 0, "mara", NOTICE), mail(1, 3600, "Mara Okafor", "Checkout outage", NOTICE)];
    let said: Vec<Said<'_>> = events.iter().map(Event::said).collect();
    assert_eq!(find(&said, &|_, _| 0).joins, []);
    let found = find(&said, &|input, _| i64::from(input) * 3_580_000_000_000);
    assert_eq!(found.joins.len(), 1);
    assert_eq!(found.joins[0].evidence.delay, 20_000_000_000);
    assert_eq!(found.joins[0].evidence.similarity, Some(1000));
}

#[test]
fn undated_events_join_nothing_and_still_refer() {
    let events = [
        chat(0, 0, "mara", NOTICE),
        chat(1, 9, "mara", NOTICE).refs(&["c0/0"]),
        chat(2, 9, "mara", NOTICE),
    ];
    let mut said: Vec<Said<'_>> = events.iter().map(Event::said).collect();
    for one in &mut said {
        one.instant = None;
    }
    let found = find(&said, &|_, _| 0);
    assert_eq!(found.joins, []);
    assert_eq!(found.references.len(), 1);
}

mod any {
    use proptest::prelude::*;

    use super::{super::find, *};

    fn events() -> impl Strategy<Value = Vec<Event>> {
        let texts = [
            "ok",
            NOTICE,
            "OPS-7",
            "db-1 refuses all connections since the deploy of settle",
            "db-2 refuses all connections since the deploy of settle",
            "db-2 refuses all connections since the deploy of settle, said Ana",
            "Looking.\n\nOn 14 Mar 2026, Ana wrote:\n> db-1 refuses all connections since the deploy of settle",
        ];
        let one = (0u32..5, 0i64..2000, 0usize..4, 0usize..texts.len(), 0usize..4, any::<bool>());
        proptest::collection::vec(one, 0..24).prop_map(move |list| {
            let make = |(at, (input, second, kind, text, actor, bot)): (
                usize,
                (u32, i64, usize, usize, usize, bool),
            )| {
                let actor = ["ana", "Ana Ruiz", "lee", "hookbot"][actor];
                let event = match kind {
                    0 | 1 => chat(input, second, actor, texts[text]),
                    2 => {
                        mail(input, second, actor, ["Update", "Fwd: Update"][text % 2], texts[text])
                    }
                    _ => ticket(input, second, "OPS-7:created", "OPS-7 created: db", texts[text]),
                };
                Event { tick: at as u32, bot, ..event }
            };
            list.into_iter().enumerate().map(make).collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn order_changes_nothing_and_joins_are_sound(events in events(), turn in 0usize..24) {
            let wanted = found(&events);
            let mut turned = events.clone();
            turned.rotate_left(turn.min(events.len()));
            prop_assert_eq!(&found(&turned), &wanted);
            turned.reverse();
            let said: Vec<Said<'_>> = turned.iter().map(Event::said).collect();
            prop_assert_eq!(&find(&said, &|_, _| 0), &wanted);
            let mut inputs = std::collections::BTreeSet::new();
            for join in &wanted.joins {
                prop_assert!(wanted.joins.iter().all(|other| other.origin != join.member));
                prop_assert!(inputs.insert((join.origin, join.member.input)), "one an input");
                prop_assert!(join.origin.input != join.member.input);
            }
        }
    }
}
