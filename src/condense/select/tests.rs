use proptest::prelude::*;

use super::*;
use crate::{
    condense::{
        acts::Acts,
        clue::{Class, Flags, Step},
        signals::Seen,
        template::{self, Shapes, family},
        window::{self, Incident},
    },
    event::{Kind, Severity},
    time::SECOND,
};

const BASE: i64 = 1_773_446_400 * SECOND;
/// Minute of the fault in the script: 26 hours after the logs begin.
const FAULT: i64 = 26 * 60;

/// A script of one incident amid noise.
#[derive(Default)]
struct Script {
    clues: Vec<Clue>,
    shapes: Shapes,
}

impl Script {
    fn clue(&mut self, input: u32, minute: i64, kind: Kind) -> &mut Clue {
        let place = Place { input, tick: self.clues.len() as u32 };
        self.clues.push(Clue::new(BASE + minute * MINUTE, place, kind));
        let last = self.clues.len() - 1;
        &mut self.clues[last]
    }

    fn line(&mut self, minute: i64, text: &str, severity: Severity) -> Place {
        let number = template::number(text.as_bytes());
        self.shapes.note(number, text.as_bytes());
        let clue = self.clue(0, minute, Kind::Log);
        (clue.template, clue.severity, clue.host) = (number, Some(severity), 1);
        clue.place
    }

    fn alert(&mut self, minute: i64, host: u32, state: Class) -> Place {
        let clue = self.clue(1, minute, Kind::Alert);
        (clue.state, clue.host, clue.service) = (state, host, 7);
        (clue.severity, clue.flags) = (Some(Severity::Critical), Flags::BOT);
        clue.place
    }

    fn chat(&mut self, minute: i64, acts: Acts, length: u16) -> Place {
        let clue = self.clue(2, minute, Kind::Chat);
        (clue.acts, clue.length, clue.room, clue.actor) = (acts, length, 5, 1);
        clue.place
    }

    fn ticket(&mut self, minute: i64, step: Step) -> Place {
        let clue = self.clue(3, minute, Kind::Ticket);
        (clue.step, clue.thread, clue.host) = (step, 9, 1);
        clue.place
    }

    /// Noise of a day and what happened in it; gives what is to be a row.
    fn incident() -> (Self, Vec<Place>) {
        let mut script = Self::default();
        for minute in 0..FAULT + 240 {
            script.line(minute, "heartbeat is well", Severity::Info);
            script.line(minute, &format!("request {minute} took 7 ms"), Severity::Info);
            if minute % 97 == 0 {
                script.line(minute, "could not reach the mirror", Severity::Error);
            }
            if minute % 240 == 30 {
                script.alert(minute, 3, Class::Problem);
                script.alert(minute + 2, 3, Class::Ok);
            }
            if minute % 7 == 0 {
                script.chat(minute, Acts::CHATTER, 8);
            }
        }
        let deploy = script.clue(4, FAULT - 12, Kind::Change);
        (deploy.flags, deploy.host) = (Flags::CHANGE, 1);
        let mut wanted = vec![deploy.place];
        for n in 0..300 {
            let text = format!("pool of database is exhausted: {n} waiting");
            let place = script.line(FAULT + n / 10, &text, Severity::Error);
            if n == 0 {
                wanted.push(place);
            }
        }
        wanted.push(script.alert(FAULT + 3, 1, Class::Problem));
        script.alert(FAULT + 13, 1, Class::Problem);
        wanted.push(script.chat(FAULT + 5, Acts::ACKNOWLEDGE, 30));
        wanted.push(script.ticket(FAULT + 6, Step::Created));
        wanted.push(script.chat(FAULT + 15, Acts::CAUSE, 80));
        wanted.push(script.chat(FAULT + 20, Acts::DECIDE | Acts::ACT, 60));
        wanted.push(script.alert(FAULT + 32, 1, Class::Ok));
        wanted.push(script.chat(FAULT + 35, Acts::RECOVER | Acts::RESOLVED, 50));
        wanted.push(script.ticket(FAULT + 60, Step::Resolved));
        (script, wanted)
    }

    fn settle(self) -> Signals {
        let families = family::families(self.shapes.all(), |_| 1);
        let mut seen = Seen::new(&families);
        for clue in self.clues {
            seen.add(clue);
        }
        seen.settle()
    }
}

fn chosen(signals: &Signals, level: Level, milestones: &[Place]) -> (Incident, Choice) {
    let incident = window::find(signals, None).unwrap_or_else(|| Incident::none(signals, None));
    let scorer = Scorer::new(signals, &incident);
    let forced = signals.notable.iter().filter(|clue| milestones.contains(&clue.place));
    let candidates = scorer.candidates(&forced.copied().collect::<Vec<_>>());
    let choice = choose(&scorer, &candidates, milestones, level, &|_| Words::new());
    (incident.clone(), choice)
}

fn places(choice: &Choice) -> Vec<Place> {
    choice.rows.iter().map(|row| row.clue.place).collect()
}

#[test]
fn what_happened_is_chosen_from_the_noise_of_a_day() {
    let (script, wanted) = Script::incident();
    let signals = script.settle();
    for level in [Level::Full, Level::Core] {
        let (incident, choice) = chosen(&signals, level, &[]);
        let rows = places(&choice);
        let missing: Vec<&Place> = wanted.iter().filter(|place| !rows.contains(place)).collect();
        assert!(missing.is_empty(), "{level:?} {missing:?}: {:#?}", choice.rows);
        assert!(rows.len() <= level.rows(incident.minutes()));
        let start = BASE + FAULT * MINUTE;
        assert!((incident.start - start).abs() <= 15 * MINUTE, "{}", incident.start - start);
    }
}

#[test]
fn every_row_says_why_and_what_was_folded() {
    let (script, wanted) = Script::incident();
    let signals = script.settle();
    let (_, choice) = chosen(&signals, Level::Full, &[]);
    let row = |place: Place| choice.rows.iter().find(|row| row.clue.place == place);
    let reasons = |at: usize| row(wanted[at]).map(|row| row.reasons.join("; "));
    assert_eq!(
        reasons(0).as_deref(),
        Some("change 12 min before the start; about what the incident is about")
    );
    assert_eq!(
        reasons(1).as_deref(),
        Some(
            "first seen, never in 26 h before; start of a burst of 300, none else; about what the \
             incident is about"
        )
    );
    assert_eq!(
        reasons(7).as_deref(),
        Some("recovered after 29 min; about what the incident is about")
    );
    assert_eq!(row(wanted[1]).and_then(|row| row.fold).map(|fold| fold.count), Some(300));
    assert!(choice.rows.iter().all(|row| !row.reasons.is_empty()));
}

#[test]
fn what_is_no_row_has_a_rule() {
    let (script, wanted) = Script::incident();
    let clues = script.clues.clone();
    let signals = script.settle();
    let incident = window::find(&signals, None).unwrap_or_default();
    let scorer = Scorer::new(&signals, &incident);
    let choice = choose(&scorer, &scorer.candidates(&[]), &[], Level::Core, &|_| Words::new());
    let fate = |place: Place| {
        let clue = clues.iter().find(|clue| clue.place == place).copied();
        clue.map(|mut clue| {
            clue.template = signals
                .templates
                .iter()
                .find(|(_, told)| told.first.host == clue.host && told.count == 300)
                .map_or(0, |(number, _)| *number);
            choice.fate(&clue, &scorer)
        })
    };
    assert_eq!(fate(wanted[1]), Some(Fate::Row));
    let next = Place { tick: wanted[1].tick + 1, ..wanted[1] };
    assert_eq!(fate(next), Some(Fate::Folded(wanted[1])));
    let early = fate(Place { input: 0, tick: 0 });
    assert!(matches!(early, Some(Fate::Left(Rule::Outside(..)))), "{early:?}");
}

#[test]
fn milestones_and_pins_are_rows_and_what_is_hidden_is_none() {
    let (mut script, wanted) = Script::incident();
    let pinned = script.chat(FAULT + 8, Acts::default(), 3);
    let hidden = wanted[2];
    for clue in &mut script.clues {
        clue.flags = clue.flags.with(Flags::FORCED, clue.place == pinned);
        clue.flags = clue.flags.with(Flags::HIDDEN, clue.place == hidden);
    }
    let (_, choice) = chosen(&script.settle(), Level::Core, &[wanted[4]]);
    let rows = places(&choice);
    assert!(rows.contains(&pinned) && rows.contains(&wanted[4]) && !rows.contains(&hidden));
}

#[test]
fn nearly_the_same_text_gives_way() {
    let mut script = Script::default();
    for n in 0..20 {
        script.chat(n / 4, Acts::ACT, 100 - n as u16);
    }
    let other = script.chat(3, Acts::ACT, 20);
    let signals = script.settle();
    let incident = Incident::none(&signals, None);
    let scorer = Scorer::new(&signals, &incident);
    let words = |place: Place| if place == other { vec![9] } else { vec![1, 2, 3] };
    let read = |places: &[Place]| places.iter().map(|at| (*at, words(*at))).collect();
    let choice = choose(&scorer, &scorer.candidates(&[]), &[], Level::Core, &read);
    // By points alone it would be the last of 21, and there are 8 rows.
    assert!(places(&choice).contains(&other));
}

#[test]
fn a_second_check_of_a_host_gives_way_where_rows_are_few() {
    let mut script = Script::default();
    for host in 1..=30 {
        script.alert(i64::from(host), host, Class::Problem);
    }
    let follows = script.alert(1, 1, Class::Problem);
    script.clues.last_mut().unwrap().service = 8;
    for clue in &mut script.clues[1..30] {
        clue.severity = Some(Severity::Warning);
    }
    let signals = script.settle();
    let incident = Incident::none(&signals, None);
    let scorer = Scorer::new(&signals, &incident);
    let candidates = scorer.candidates(&[]);
    let points =
        |place: Place| candidates.iter().find(|c| c.clue.place == place).map(|c| c.points).unwrap();
    // By points alone it would be a row before each of the others.
    assert!(points(follows) > points(Place { input: 1, tick: 29 }));
    let choice = choose(&scorer, &candidates, &[], Level::Core, &|_| Words::new());
    assert!(!places(&choice).contains(&follows));
    let told = choice.fate(&signals.notable_at(follows).unwrap(), &scorer);
    assert!(matches!(told, Fate::Left(Rule::Alike(_))), "{told:?}");
}

#[test]
fn the_heavier_of_two_incidents_is_chosen_and_the_other_told() {
    let (mut script, _) = Script::incident();
    script.alert(FAULT - 600, 8, Class::Problem);
    script.alert(FAULT - 560, 8, Class::Ok);
    script.ticket(FAULT - 590, Step::Created);
    let (incident, _) = chosen(&script.settle(), Level::Full, &[]);
    assert!((incident.start - BASE - FAULT * MINUTE).abs() <= 15 * MINUTE);
    assert!(incident.others.iter().any(|other| other.start == BASE + (FAULT - 600) * MINUTE));
}

#[test]
fn hostile_evidence_ends_and_stays_within_its_rows() {
    let mut all_at_once = Script::default();
    let mut one_template = Script::default();
    let mut one_person = Script::default();
    for n in 0..20_000 {
        all_at_once.chat(0, Acts((n % 256) as u16), 50);
        one_template.line(n / 500, "the same again", Severity::Error);
        one_person.chat(n, Acts((n % 256) as u16), 50);
    }
    let mut far = Script::default();
    for n in [i64::MIN / 4, -1, 0, 1, i64::MAX / 4] {
        let clue = far.clue(0, 0, Kind::Alert);
        (clue.instant, clue.host, clue.state) = (n, 1, Class::Problem);
        let clue = far.clue(1, 0, Kind::Log);
        (clue.instant, clue.template) = (n, 7);
    }
    for script in [all_at_once, one_template, one_person, far, Script::default()] {
        let signals = script.settle();
        for level in [Level::Core, Level::Full] {
            let (_, choice) = chosen(&signals, level, &[]);
            assert!(choice.rows.len() <= 60);
        }
    }
}

fn any_clue() -> impl Strategy<Value = Clue> {
    let what = (0..600_i64, 0..6_u32, 0..5_u32, 0..7_usize, any::<u16>(), 0..5_u8, 0..11_u8);
    what.prop_map(|(minute, input, entity, kind, bits, state, step)| {
        let place = Place { input, tick: 0 };
        let mut clue = Clue::new(BASE + minute * MINUTE / 4, place, Kind::ALL[kind]);
        (clue.host, clue.service, clue.acts, clue.room) = (entity, entity / 2, Acts(bits), input);
        (clue.template, clue.thread, clue.length) = (entity * 2 + 1, entity, bits % 300);
        clue.state = [Class::None, Class::Problem, Class::Ok, Class::Acknowledged, Class::Flapping]
            [usize::from(state)];
        clue.step =
            [Step::None, Step::Created, Step::InProgress, Step::Resolved][usize::from(step % 4)];
        clue.flags = Flags(bits & 0b1_1111);
        clue.severity = Severity::ALL.get(usize::from(step)).copied();
        clue
    })
}

proptest! {
    #[test]
    fn the_order_of_coming_does_not_matter(
        mut clues in prop::collection::vec(any_clue(), 0..120),
        turn in any::<u64>(),
    ) {
        for (tick, clue) in (0_u32..).zip(&mut clues) {
            clue.place.tick = tick;
        }
        let forth = Script { clues: clues.clone(), ..Script::default() }.settle();
        clues.sort_by_key(|clue| (u64::from(clue.place.tick) + 1).wrapping_mul(turn | 1) >> 20);
        let back = Script { clues, ..Script::default() }.settle();
        for level in [Level::Core, Level::Full] {
            let (one, rows) = chosen(&forth, level, &[]);
            let (other, turned) = chosen(&back, level, &[]);
            prop_assert_eq!(one, other);
            let told = |choice: &Choice| -> Vec<(Place, Vec<String>)> {
                choice.rows.iter().map(|row| (row.clue.place, row.reasons.clone())).collect()
            };
            prop_assert_eq!(told(&rows), told(&turned));
        }
    }
}

#[test]
fn what_somebody_wrote_by_hand_is_kept_whole() {
    let mut script = Script::default();
    let minutes = [0, 3, 47, 400, 3_000, 3_004];
    let written: Vec<Place> =
        minutes.iter().map(|minute| script.clue(0, *minute, Kind::Manual).place).collect();
    let signals = script.settle();
    let (_, choice) = chosen(&signals, Level::Full, &[]);
    assert_eq!(places(&choice), written);
}

/// Two hosts go bad within a few hours, each in a room of its own that no act names; `looks` is
/// whether somebody in the second room writes that he looks into the second host.
fn two_hosts(looks: bool) -> Incident {
    let mut script = Script::default();
    for minute in 0..FAULT + 240 {
        script.line(minute, "heartbeat is well", Severity::Info);
    }
    script.alert(FAULT, 1, Class::Problem);
    script.alert(FAULT + 60, 1, Class::Ok);
    script.alert(FAULT + 33, 2, Class::Problem);
    script.alert(FAULT + 50, 2, Class::Ok);
    for (minute, acts) in [(25, Acts::ACKNOWLEDGE), (40, Acts::CAUSE), (45, Acts::RECOVER)] {
        script.chat(FAULT + minute, acts, 40);
    }
    script.chat(FAULT + 36, Acts::INVESTIGATE, 40);
    let last = script.clues.len() - 1;
    script.clues[last].host = if looks { 2 } else { 0 };
    window::find(&script.settle(), None).unwrap_or_default()
}

#[test]
fn who_looks_into_a_host_tells_what_his_room_is_about() {
    let is_of = |incident: &Incident, host| incident.nodes.contains(&window::Node::Host(host));
    let (named, unnamed) = (two_hosts(true), two_hosts(false));
    assert!(is_of(&named, 2) && !is_of(&named, 1), "{named:?}");
    // What began before they wrote is likelier.
    assert!(is_of(&unnamed, 1) && !is_of(&unnamed, 2), "{unnamed:?}");
}

#[test]
fn a_log_that_names_nobody_is_of_what_people_speak_of() {
    let mut script = Script::default();
    for minute in 0..FAULT + 240 {
        script.line(minute, "heartbeat is well", Severity::Info);
    }
    for n in 0..300 {
        let place = script.line(FAULT + 15 + n / 10, &format!("lost page {n}"), Severity::Error);
        let last = script.clues.len() - 1;
        assert_eq!(script.clues[last].place, place);
        script.clues[last].host = 0;
    }
    script.alert(FAULT + 14 - 60, 3, Class::Problem);
    script.alert(FAULT + 20, 2, Class::Problem);
    script.alert(FAULT + 50, 2, Class::Ok);
    for (minute, acts) in [(25, Acts::ACKNOWLEDGE), (35, Acts::CAUSE), (45, Acts::RECOVER)] {
        script.chat(FAULT + minute, acts, 40);
        let last = script.clues.len() - 1;
        script.clues[last].host = 2;
    }
    let found = window::find(&script.settle(), None).unwrap_or_default();
    assert!(found.nodes.contains(&window::Node::Stream(0)), "{found:?}");
    assert!(found.nodes.contains(&window::Node::Host(2)), "{found:?}");
}
