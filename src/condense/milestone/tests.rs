use super::*;
use crate::{
    condense::{
        acts::Acts,
        clue::{Class, Flags, MINUTE, Step},
    },
    event::Kind,
};

/// A clue so many minutes after ten.
fn at(minute: i64, kind: Kind) -> Clue {
    let tick = u32::try_from(minute.rem_euclid(100_000)).unwrap_or_default();
    Clue::new(minute * MINUTE, Place { input: 0, tick }, kind)
}

fn says(minute: i64, acts: Acts) -> Clue {
    Clue { actor: 7, acts, ..at(minute, Kind::Chat) }
}

fn check(minute: i64, host: u32, state: Class) -> Clue {
    Clue { host, state, ..at(minute, Kind::Alert) }
}

fn step(minute: i64, thread: u32, step: Step) -> Clue {
    Clue { thread, step, ..at(minute, Kind::Ticket) }
}

fn minutes(clues: &mut [Clue], claims: &[Claim]) -> [Option<i64>; 5] {
    clues.sort_by_key(Clue::turn);
    let found = find(Case { clues, claims, surges: &[], barred: &Barred::default() });
    found.chosen.map(|choice| choice.map(|choice| choice.taken.instant / MINUTE))
}

const OVER: Acts = Acts(Acts::RESOLVED.0 | Acts::RECOVER.0);

fn story() -> Vec<Clue> {
    vec![
        check(0, 1, Class::Ok),
        check(10, 1, Class::Problem),
        check(11, 2, Class::Problem),
        says(14, Acts::DETECT),
        says(16, Acts::ACKNOWLEDGE),
        says(20, Acts::INVESTIGATE),
        says(30, Acts::ACT),
        check(34, 1, Class::Ok),
        check(35, 2, Class::Ok),
        says(36, Acts::MITIGATED | Acts::RECOVER),
        says(60, OVER),
    ]
}

#[test]
fn a_plain_incident_has_all_five() {
    assert_eq!(minutes(&mut story(), &[]), [Some(10), Some(10), Some(16), Some(36), Some(60)]);
}

#[test]
fn nothing_gives_nothing_and_chatter_no_milestone() {
    assert_eq!(minutes(&mut [], &[]), [None; 5]);
    assert_eq!(minutes(&mut [says(1, Acts::CHATTER), says(2, Acts::VETOED)], &[]), [None; 5]);
}

#[test]
fn a_start_that_people_claim_is_taken_and_the_check_runs_up() {
    let claims = [Claim { by: Place { input: 0, tick: 14 }, start: 5 * MINUTE }];
    let mut clues = story();
    clues.sort_by_key(Clue::turn);
    let found =
        find(Case { clues: &clues, claims: &claims, surges: &[], barred: &Barred::default() });
    let start = found.get(Mark::Start).expect("a start");
    assert_eq!(start.taken.instant, 5 * MINUTE);
    assert_eq!(start.runner_up.map(|c| c.instant), Some(10 * MINUTE));
}

#[test]
fn a_failed_check_may_have_failed_since_the_last_good_one() {
    let mut clues = story();
    clues.sort_by_key(Clue::turn);
    let found = find(Case { clues: &clues, claims: &[], surges: &[], barred: &Barred::default() });
    let start = found.get(Mark::Start).expect("a start").taken;
    assert_eq!((start.earliest, start.instant), (0, 10 * MINUTE));
}

#[test]
fn a_symptom_in_a_log_is_no_detection() {
    let log = Clue { state: Class::Problem, host: 1, ..at(5, Kind::Log) };
    let mut clues = [log, says(20, Acts::DETECT), says(21, Acts::ACKNOWLEDGE)];
    assert_eq!(minutes(&mut clues, &[])[..3], [Some(5), Some(20), Some(21)]);
}

#[test]
fn an_alert_that_fires_again_moves_the_end() {
    let mut clues = story();
    clues.extend([check(75, 1, Class::Problem), check(90, 1, Class::Ok), says(100, OVER)]);
    assert_eq!(minutes(&mut clues, &[])[4], Some(100));
}

#[test]
fn a_ticket_opened_again_moves_the_end_or_leaves_none() {
    let mut clues =
        vec![says(10, Acts::DETECT), step(12, 5, Step::Created), step(40, 5, Step::Resolved)];
    clues.push(step(50, 5, Step::Reopened));
    assert_eq!(minutes(&mut clues, &[])[4], None);
    clues.push(step(90, 5, Step::Resolved));
    assert_eq!(minutes(&mut clues, &[])[4], Some(90));
}

#[test]
fn the_order_holds_against_the_surest() {
    // The surest acknowledgement stands before anything was detected.
    let acked = Clue { state: Class::Acknowledged, ..at(1, Kind::Alert) };
    let mut clues =
        vec![acked, says(10, Acts::DETECT), says(15, Acts::ACKNOWLEDGE), says(40, OVER)];
    let found = minutes(&mut clues, &[]);
    let known: Vec<i64> = found.iter().flatten().copied().collect();
    assert!(known.is_sorted(), "{found:?}");
}

#[test]
fn a_story_told_afterwards_is_no_milestone() {
    let mut clues = story();
    clues.push(says(600, Acts(Acts::ALL.0 | OVER.0)));
    assert_eq!(minutes(&mut clues, &[])[4], Some(60));
}

#[test]
fn changes_before_the_start_are_marked() {
    let mut clues = story();
    clues.push(Clue { flags: Flags::CHANGE, host: 1, ..at(5, Kind::Change) });
    clues.push(Clue { flags: Flags::CHANGE, host: 9, ..at(-200, Kind::Change) });
    clues.push(says(25, Acts::CAUSE));
    clues.push(Clue { flags: Flags::OUTWARD, ..says(26, Acts::INFORM) });
    clues.sort_by_key(Clue::turn);
    let found = find(Case { clues: &clues, claims: &[], surges: &[], barred: &Barred::default() });
    let marks: Vec<_> = found.others.iter().map(|c| (c.mark, c.instant / MINUTE)).collect();
    assert_eq!(marks, [(Mark::Change, 5), (Mark::Cause, 25), (Mark::Comms, 26)]);
}
