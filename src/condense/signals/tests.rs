use super::{states::Edge, *};
use crate::condense::{
    clue::{Class, HOUR},
    template::{self, Shapes, family},
};

/// Families of these messages.
pub(in crate::condense) fn families(messages: &[&str]) -> Families {
    let mut shapes = Shapes::default();
    for message in messages {
        shapes.note(template::number(message.as_bytes()), message.as_bytes());
    }
    family::families(shapes.all(), |_| 1)
}

/// A line of input 0 at that minute.
fn line(minute: i64, tick: u32, message: &str) -> Clue {
    let place = Place { input: 0, tick };
    let clue = Clue::new(minute * MINUTE, place, Kind::Log);
    Clue { template: template::number(message.as_bytes()), ..clue }
}

fn settle(messages: &[&str], clues: &[Clue]) -> Signals {
    let families = families(messages);
    let mut seen = Seen::new(&families);
    for clue in clues {
        seen.add(*clue);
    }
    seen.settle()
}

#[test]
fn many_at_once_are_a_burst_and_a_steady_rate_is_none() {
    let messages = ["heartbeat is well", "connection was refused"];
    let mut clues: Vec<Clue> =
        (0..600).map(|minute| line(minute, minute as u32, messages[0])).collect();
    for n in 0..200 {
        clues.push(line(300 + n / 20, 1000 + n as u32, messages[1]));
    }
    clues.push(line(20, 2000, messages[1]));
    let forth = settle(&messages, &clues);
    assert_eq!(forth.bursts.len(), 1);
    let burst = forth.bursts[0];
    assert_eq!((burst.first.0, burst.count), (300 * MINUTE, 200));
    assert!(burst.times > 100);
    assert!(forth.silences.is_empty());
    clues.reverse();
    let back = settle(&messages, &clues);
    assert_eq!((forth.bursts, forth.notable), (back.bursts, back.notable));
}

#[test]
fn without_enough_besides_nothing_is_a_burst() {
    let clues: Vec<Clue> =
        (0..500).map(|n| line(i64::from(n) / 20, n, "connection was refused")).collect();
    assert!(settle(&["connection was refused"], &clues).bursts.is_empty());
}

#[test]
fn a_heartbeat_that_stops_is_a_silence() {
    let clues: Vec<Clue> = (0..300)
        .filter(|minute| !(100..130).contains(minute))
        .map(|minute| line(minute, minute as u32, "heartbeat is well"))
        .collect();
    let signals = settle(&["heartbeat is well"], &clues);
    assert_eq!(signals.silences.len(), 1);
    assert_eq!(signals.silences[0].last.0, 99 * MINUTE);
}

#[test]
fn spans_go_from_bad_to_well() {
    let state = |tick: u32, state, soft| {
        let place = Place { input: 1, tick };
        let clue = Clue::new(i64::from(tick) * HOUR, place, Kind::Alert);
        let flags = Flags::default().with(Flags::SOFT, soft);
        Clue { host: 3, service: 4, state, flags, ..clue }
    };
    let clues = [
        state(0, Class::Problem, true),
        state(1, Class::Problem, false),
        state(2, Class::Problem, false),
        state(3, Class::Ok, false),
        state(4, Class::Ok, false),
        state(5, Class::Problem, false),
    ];
    let spans = Spans::of(&clues);
    assert_eq!(spans.list.len(), 2);
    assert_eq!(spans.list[0].to, Some(clues[3].turn()));
    assert_eq!((spans.list[0].again, spans.list[1].to), (1, None));
    assert_eq!(spans.edge(clues[2].place), Some(Edge::Again(0)));
    assert_eq!((spans.edge(clues[0].place), spans.edge(clues[4].place)), (None, None));
    assert_eq!(spans.times((3, 4)), 2);
}

#[test]
fn what_goes_bad_every_day_is_no_sign_of_one_hour() {
    let state = |tick: u32, hour: i64, host: u32, state| {
        let place = Place { input: 1, tick };
        Clue { host, service: 4, state, ..Clue::new(hour * HOUR, place, Kind::Alert) }
    };
    let day = 0..6_u32;
    let flaps = day.flat_map(|n| {
        let hour = i64::from(n) * 4;
        [state(2 * n, hour, 3, Class::Problem), state(2 * n + 1, hour + 1, 3, Class::Ok)]
    });
    let mut clues: Vec<Clue> = flaps.collect();
    clues.push(state(90, 9, 5, Class::Problem));
    clues.sort_unstable_by_key(Clue::turn);
    let spans = Spans::of(&clues);
    let within = |from: i64, to: i64| -> Vec<Clue> {
        let near = clues.iter().filter(|clue| (from * HOUR..to * HOUR).contains(&clue.instant));
        near.copied().collect()
    };
    assert_eq!(spans.usual(&within(7, 11)), [(3, 4)].into());
    assert!(spans.usual(&clues).is_empty(), "it is what the whole day is about");
    assert!(Spans::of(&within(0, 9)).usual(&within(7, 9)).is_empty(), "three times are few");
}
