mod hard;
mod properties;

use super::*;
use crate::{
    join::witness::{Level, Rank, State},
    time::Precision,
};

const CRITICAL: State = State::Bad(Level::Critical);
const WARNING: State = State::Bad(Level::Warning);
const FIRING: State = State::Bad(Level::Any);
const REDIS: Entity = Entity { host: 1, service: 1 };

/// Inputs of the cases: a monitoring log, a chat, a mailbox, tickets, a second monitoring.
const LOG: (u32, Rank) = (0, Rank::Monitoring);
const CHAT: (u32, Rank) = (1, Rank::Chat);
const MAIL: (u32, Rank) = (2, Rank::Mail);
const TICKET: (u32, Rank) = (3, Rank::Ticket);
const OTHER: (u32, Rank) = (4, Rank::Monitoring);

/// A witness at a second, which is its tick too.
fn at(second: i64, (input, rank): (u32, Rank), entity: Entity, state: State) -> Witness {
    let instant = second * SECOND;
    let tick = second as u32;
    Witness { instant, input, tick, entity, state, rank, precision: Precision::Second }
}

fn redis(second: i64, input: (u32, Rank), state: State) -> Witness {
    at(second, input, REDIS, state)
}

/// Input and tick.
type Short = (u32, u32);

/// Origin and member of each join.
fn joined(witnesses: &[Witness]) -> Vec<(Short, Short)> {
    pairs(&retell(witnesses, &()))
}

fn pairs(retold: &Retold) -> Vec<(Short, Short)> {
    let short = |place: Place| (place.input, place.tick);
    retold.joins.iter().map(|join| (short(join.origin), short(join.member))).collect()
}

#[test]
fn acknowledgements_of_a_warning_and_of_a_critical_are_two() {
    let taken = State::Acknowledged;
    let witnesses = [
        redis(100, LOG, taken(Level::Warning)),
        redis(103, CHAT, taken(Level::Critical)),
        redis(130, MAIL, taken(Level::Critical)),
    ];
    assert_eq!(joined(&witnesses), [((1, 103), (2, 130))]);
    // One that does not say which may be either's.
    let witnesses = [redis(100, LOG, taken(Level::Warning)), redis(103, CHAT, taken(Level::Any))];
    assert_eq!(joined(&witnesses), [((0, 100), (1, 103))]);
}

#[test]
fn one_alert_is_told_by_four() {
    let witnesses = [
        redis(100, LOG, CRITICAL),
        redis(103, CHAT, FIRING),
        redis(160, MAIL, CRITICAL),
        redis(110, TICKET, FIRING),
    ];
    let retold = retell(&witnesses, &());
    assert_eq!(pairs(&retold), [((0, 100), (1, 103)), ((0, 100), (2, 160)), ((0, 100), (3, 110))]);
    let [told] = retold.told[..] else { panic!("{retold:?}") };
    assert_eq!((told.witness, told.count), (redis(100, LOG, CRITICAL), 4));
    let mail = retold.joins[1];
    assert_eq!((mail.key, mail.offset_ns, mail.apart_ns), (REDIS, 0, 60 * SECOND));
}

#[test]
fn the_origin_is_where_news_starts_not_what_came_first() {
    assert_eq!(
        joined(&[redis(100, LOG, CRITICAL), redis(90, CHAT, CRITICAL)]),
        [((0, 100), (1, 90))]
    );
}

#[test]
fn what_says_more_is_told() {
    let retold = retell(&[redis(100, LOG, FIRING), redis(101, CHAT, CRITICAL)], &());
    assert_eq!(retold.told[0].witness.state, CRITICAL);
    // A level that one told vetoes another level, though FIRING would agree with both.
    let witnesses =
        [redis(100, LOG, FIRING), redis(101, CHAT, CRITICAL), redis(102, MAIL, WARNING)];
    assert_eq!(joined(&witnesses), [((0, 100), (1, 101))]);
}

#[test]
fn contradictions_stay_apart() {
    for (one, other) in [(CRITICAL, WARNING), (CRITICAL, State::Good), (WARNING, State::Unknown)] {
        assert_eq!(joined(&[redis(100, LOG, one), redis(100, CHAT, other)]), []);
    }
    for entity in [Entity { host: 2, service: 1 }, Entity { host: 1, service: 2 }] {
        assert_eq!(joined(&[redis(100, LOG, CRITICAL), at(100, CHAT, entity, CRITICAL)]), []);
    }
}

#[test]
fn an_input_tells_an_event_once() {
    let witnesses =
        [redis(100, LOG, CRITICAL), redis(101, MAIL, CRITICAL), redis(102, MAIL, CRITICAL)];
    assert_eq!(joined(&witnesses), [((0, 100), (2, 101))]);
}

#[test]
fn reach_is_as_far_as_news_travels() {
    let pair = |later: i64, input| {
        joined(&[redis(1000, LOG, CRITICAL), redis(1000 + later, input, CRITICAL)])
    };
    assert_eq!(pair(120, CHAT).len(), 1);
    assert_eq!(pair(121, CHAT).len(), 0);
    assert_eq!(pair(-20, CHAT).len(), 1);
    assert_eq!(pair(-21, CHAT).len(), 0);
    assert_eq!(pair(700, MAIL).len(), 1);
    assert_eq!(pair(901, MAIL).len(), 0);
    assert_eq!(pair(-120, OTHER).len(), 1);
    assert_eq!(pair(-121, OTHER).len(), 0);
    // A post and a mail of an alert that no log tells.
    assert_eq!(joined(&[redis(1000, CHAT, CRITICAL), redis(969, MAIL, CRITICAL)]).len(), 1);
}

#[test]
fn a_minute_is_a_minute_long() {
    let minute = |second| Witness { precision: Precision::Minute, ..redis(second, CHAT, CRITICAL) };
    // 00:18:20 by the log, 00:18 by the chat.
    assert_eq!(joined(&[redis(1100, LOG, CRITICAL), minute(1080)]).len(), 1);
    assert_eq!(joined(&[redis(1100, LOG, CRITICAL), minute(1200)]).len(), 1);
    assert_eq!(joined(&[redis(1100, LOG, CRITICAL), minute(1260)]).len(), 0);
    let day = Witness { precision: Precision::Day, ..redis(1100, CHAT, CRITICAL) };
    assert_eq!(joined(&[redis(1100, LOG, CRITICAL), day]).len(), 0);
}

/// The mail's clock is ten minutes slow, and mail 5 is the second half of mailbox 2.
struct Slow;

impl Inputs for Slow {
    fn ahead(&self, input: u32, _: i64) -> i64 {
        if input == MAIL.0 { -600 * SECOND } else { 0 }
    }

    fn series(&self, input: u32) -> u32 {
        if input == 5 { MAIL.0 } else { input }
    }
}

#[test]
fn clocks_are_taken_into_account() {
    let witnesses = [redis(1000, LOG, CRITICAL), redis(407, MAIL, CRITICAL)];
    assert_eq!(joined(&witnesses), []);
    let retold = retell(&witnesses, &Slow);
    assert_eq!(pairs(&retold), [((0, 1000), (2, 407))]);
    assert_eq!(retold.joins[0].offset_ns, -600 * SECOND);
    assert_eq!(retold.joins[0].apart_ns, -593 * SECOND);
    assert_eq!(retold.told[0].at, 1000 * SECOND);
}

#[test]
fn inputs_that_are_one_tell_an_event_once() {
    let second = redis(1003, (5, Rank::Mail), CRITICAL);
    let witnesses = [redis(1000, LOG, CRITICAL), redis(402, MAIL, CRITICAL), second];
    assert_eq!(pairs(&retell(&witnesses, &Slow)), [((0, 1000), (2, 402))]);
}

#[test]
fn a_host_alone_means_the_one_service_that_is_near() {
    let host = |second| at(second, TICKET, Entity { host: 1, service: 0 }, FIRING);
    let mysql = at(1010, LOG, Entity { host: 1, service: 2 }, CRITICAL);
    let retold = retell(&[redis(1000, LOG, CRITICAL), host(1005)], &());
    assert_eq!(pairs(&retold), [((0, 1000), (3, 1005))]);
    assert_eq!(retold.joins[0].key, Entity { host: 1, service: 0 });
    // Two services of the host are down: it is open which is meant.
    assert_eq!(joined(&[redis(1000, LOG, CRITICAL), mysql, host(1015)]), []);
    // The other service is well: no doubt.
    let well = Witness { state: State::Good, ..mysql };
    assert_eq!(joined(&[redis(1000, LOG, CRITICAL), well, host(1005)]).len(), 1);
    // The other service broke an hour before.
    let before = at(10, LOG, Entity { host: 1, service: 2 }, CRITICAL);
    assert_eq!(joined(&[before, redis(3700, LOG, CRITICAL), host(3705)]).len(), 1);
}

#[test]
fn a_service_alone_means_the_one_host_that_is_near() {
    let service = at(1005, CHAT, Entity { host: 0, service: 1 }, FIRING);
    assert_eq!(joined(&[redis(1000, LOG, CRITICAL), service]), [((0, 1000), (1, 1005))]);
    let second = at(1001, LOG, Entity { host: 2, service: 1 }, CRITICAL);
    assert_eq!(joined(&[redis(1000, LOG, CRITICAL), second, service]), []);
}

#[test]
fn a_host_check_is_no_service() {
    // The mailbox names services elsewhere: where it names none, the host is down.
    let down = at(1005, MAIL, Entity { host: 1, service: 0 }, CRITICAL);
    let witnesses = [redis(1000, LOG, CRITICAL), down, redis(5000, MAIL, CRITICAL)];
    assert_eq!(joined(&witnesses), []);
    let own = at(1001, LOG, Entity { host: 1, service: 0 }, CRITICAL);
    assert_eq!(joined(&[own, redis(1000, LOG, CRITICAL), down]), [((0, 1001), (2, 1005))]);
}

#[test]
fn partial_news_of_two_inputs_comes_together() {
    let service = |second, input| at(second, input, Entity { host: 0, service: 1 }, FIRING);
    // Both name the service only; the log names the host.
    let witnesses = [service(1003, CHAT), service(1010, MAIL), redis(1000, LOG, CRITICAL)];
    assert_eq!(joined(&witnesses), [((0, 1000), (1, 1003)), ((0, 1000), (2, 1010))]);
    // The log tells it twice over: the pair goes with one, and no input is there twice.
    let witnesses = [redis(1000, MAIL, CRITICAL), service(1010, MAIL), redis(1000, LOG, CRITICAL)];
    assert_eq!(joined(&witnesses), [((0, 1000), (2, 1000))]);
}

#[test]
fn others_tell_of_the_alert_not_of_its_notification() {
    let witnesses = [
        redis(100, LOG, CRITICAL),
        redis(102, LOG, CRITICAL),
        redis(102, MAIL, CRITICAL),
        redis(3700, LOG, CRITICAL),
        redis(3701, MAIL, CRITICAL),
    ];
    assert_eq!(joined(&witnesses), [((0, 100), (2, 102)), ((0, 3700), (2, 3701))]);
    let host = at(103, TICKET, Entity { host: 1, service: 0 }, FIRING);
    assert_eq!(joined(&[witnesses[0], witnesses[1], host]), [((0, 100), (3, 103))]);
}

#[test]
fn nothing_comes_of_nothing() {
    assert_eq!(retell(&[], &()), Retold::default());
    let silent = redis(1, LOG, State::Other);
    assert_eq!(retell(&[silent, redis(1, CHAT, State::Other)], &()), Retold::default());
}
