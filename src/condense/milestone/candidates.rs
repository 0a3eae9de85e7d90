//! Candidates: which events may be which milestone, how sure, and why.
//!
//! A symptom in a log is never a detection: somebody has to be told. A claim that it is over is
//! weaker where trouble comes after it, and none where its ticket was opened again.

use std::collections::{BTreeMap, btree_map::Entry};

use super::{Candidate, Case};
use crate::{
    condense::{
        acts::Acts,
        clue::{Class, Clue, Flags, HOUR, MINUTE, Step},
    },
    event::{Kind, Mark},
    join::Place,
};

/// How long after a sign others still confirm it.
const CONFIRMED: i64 = 15 * MINUTE;
/// How long all has to be well before it counts as over.
const QUIET: i64 = 10 * MINUTE;
/// How long no alert may fire again after the last good state for all to be over.
const OVER: i64 = 30 * MINUTE;

/// What is checked: host and service, or where both are unknown the text.
type Key = (u32, u32, u32);

/// One stretch of a bad state.
struct Span {
    key: Key,
    from: Clue,
    to: Option<Clue>,
    good_before: Option<i64>,
}

/// The candidates in the order of [`super::ORDER`].
pub(super) fn of(case: Case<'_>) -> [Vec<Candidate>; 5] {
    let signs = Signs::of(case);
    let detections = detections(case, &signs);
    let known = detections.iter().map(|candidate| candidate.instant).min();
    [
        starts(case, &signs),
        detections,
        acknowledgements(case, known),
        mitigations(case, &signs),
        resolutions(case, &signs),
    ]
}

/// What an incident shows, gathered once.
struct Signs {
    spans: Vec<Span>,
    /// Signs of trouble by time, each with what shows it.
    troubles: Vec<(i64, Key)>,
    reopened: Vec<(i64, u32)>,
}

impl Signs {
    fn of(case: Case<'_>) -> Self {
        let spans = spans(case.clues);
        let mut troubles: Vec<(i64, Key)> = spans.iter().map(|s| (s.from.instant, s.key)).collect();
        troubles.extend(case.surges.iter().map(|s| (s.first.0, (0, 0, u32::MAX))));
        let told = case.clues.iter().filter(|clue| clue.is_human() && does(clue, Acts::DETECT));
        troubles.extend(told.map(|clue| (clue.instant, (0, clue.actor, u32::MAX - 1))));
        troubles.sort_unstable();
        let again = case.clues.iter().filter(|clue| clue.step == Step::Reopened);
        let reopened = again.map(|clue| (clue.instant, clue.thread)).collect();
        Self { spans, troubles, reopened }
    }

    /// How many different things show trouble soon after an instant, at most three.
    fn confirmed(&self, instant: i64) -> i32 {
        let from = self.troubles.partition_point(|(at, _)| *at <= instant);
        let soon = self.troubles[from..].iter().take_while(|(at, _)| *at - instant <= CONFIRMED);
        let mut keys: Vec<Key> = soon.take(64).map(|(_, key)| *key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.len().min(3) as i32
    }

    /// Whether there is trouble after an instant, but not later than so much.
    fn trouble_within(&self, instant: i64, within: i64) -> bool {
        let from = self.troubles.partition_point(|(at, _)| *at <= instant);
        self.troubles.get(from).is_some_and(|(at, _)| *at - instant <= within)
    }

    /// Whether an alert that had fired before fires again.
    fn fires_again(&self, instant: i64, within: i64) -> bool {
        let after = |span: &&Span| (1..=within).contains(&(span.from.instant - instant));
        let known = |key: Key| self.spans.iter().any(|s| s.key == key && s.from.instant <= instant);
        self.spans.iter().filter(after).any(|span| known(span.key))
    }

    /// The events by which nothing is in a bad state any more, and for how long; the last one has no
    /// end.
    fn all_good(&self) -> Vec<(Clue, Option<i64>)> {
        let mut edges: Vec<(i64, Place, i32, Clue)> = Vec::new();
        for span in &self.spans {
            edges.push((span.from.instant, span.from.place, 1, span.from));
            edges.extend(span.to.map(|to| (to.instant, to.place, -1, to)));
        }
        edges.sort_by_key(|edge| (edge.0, edge.1, edge.2));
        let mut open = 0;
        let mut good = Vec::new();
        for (at, edge) in edges.iter().enumerate() {
            open += edge.2;
            if open == 0 {
                let next = edges.get(at + 1).map(|next| next.0 - edge.0);
                good.push((edge.3, next));
            }
        }
        good
    }
}

/// Whether it does that and asks nothing.
fn does(clue: &Clue, acts: Acts) -> bool {
    clue.acts.has(acts)
}

fn key(clue: &Clue) -> Key {
    let bare = clue.host == 0 && clue.service == 0;
    (clue.host, clue.service, if bare { clue.template } else { 0 })
}

fn spans(clues: &[Clue]) -> Vec<Span> {
    let mut open: BTreeMap<Key, usize> = BTreeMap::new();
    let mut good: BTreeMap<Key, i64> = BTreeMap::new();
    let mut spans: Vec<Span> = Vec::new();
    for clue in clues.iter().filter(|clue| matches!(clue.state, Class::Problem | Class::Ok)) {
        let key = key(clue);
        if clue.state == Class::Ok {
            if let Some(at) = open.remove(&key) {
                spans[at].to = Some(*clue);
            }
            good.insert(key, clue.instant);
        } else if let Entry::Vacant(vacant) = open.entry(key) {
            vacant.insert(spans.len());
            let good_before = good.get(&key).copied();
            spans.push(Span { key, from: *clue, to: None, good_before });
        }
    }
    spans
}

/// A candidate that an event is by itself.
fn by(clue: &Clue, mark: Mark, confidence: i32, why: &'static str) -> Candidate {
    // Who tells the whole story tells it afterwards.
    let story = if clue.acts.count() >= 5 { 250 } else { 0 };
    Candidate {
        mark,
        instant: clue.instant,
        span: clue.span(),
        earliest: clue.instant,
        place: clue.place,
        why,
        confidence: confidence - story,
    }
}

/// Candidates that a definition's mark or the user's makes.
fn told(case: Case<'_>, mark: Mark) -> Vec<Candidate> {
    let marked = case.clues.iter().filter(|clue| clue.marked(mark));
    marked.map(|clue| by(clue, mark, 950, "its source says so")).collect()
}

/// The same for what is the first of its kind by its nature: the second one is no alternative to it,
/// only later, unless much more speaks for it.
fn first_of(candidates: &mut [Candidate]) {
    candidates.sort_by_key(|c| (c.instant, c.place));
    for (at, candidate) in candidates.iter_mut().enumerate().skip(1) {
        candidate.confidence -= 120 + 30 * at.min(8) as i32;
    }
}

/// The later of several of a kind are less likely to be the first of it.
fn rank(candidates: &mut [Candidate], step: i32) {
    candidates.sort_by_key(|c| (c.instant, c.place));
    for (at, candidate) in candidates.iter_mut().enumerate() {
        candidate.confidence -= step * at.min(8) as i32;
    }
}

fn starts(case: Case<'_>, signs: &Signs) -> Vec<Candidate> {
    let mark = Mark::Start;
    let mut first: Vec<Candidate> = Vec::new();
    for span in &signs.spans {
        let times = signs.spans.iter().filter(|other| other.key == span.key).count().max(1);
        let sure = 620 - 100 * times.ilog2() as i32 + 40 * signs.confirmed(span.from.instant);
        let mut candidate = by(&span.from, mark, sure, "first failed check");
        candidate.earliest = span.good_before.unwrap_or(candidate.instant);
        first.push(candidate);
    }
    for surge in case.surges {
        let sure = 640
            + 40 * signs.confirmed(surge.first.0)
            + (surge.times.clamp(1, 1000).ilog2() * 5) as i32;
        let span = crate::time::SECOND;
        let (instant, place) = surge.first;
        let why = "start of a burst of messages";
        first.push(Candidate {
            mark,
            instant,
            span,
            earliest: instant,
            place,
            why,
            confidence: sure,
        });
    }
    rank(&mut first, 20);
    for claim in case.claims {
        let near = |other: &&super::Claim| (other.start - claim.start).abs() <= 5 * MINUTE;
        let agree = case.claims.iter().filter(near).count().min(3) as i32 - 1;
        let (instant, span) = (claim.start, MINUTE);
        let (confidence, why) = (720 + 60 * agree, "people say that it began then");
        first.push(Candidate {
            mark,
            instant,
            span,
            earliest: instant,
            place: claim.by,
            why,
            confidence,
        });
    }
    let mut last: Vec<Candidate> = Vec::new();
    for clue in case.clues.iter().filter(|clue| clue.is_human()) {
        if does(clue, Acts::DETECT) {
            let why = "first word of it; it began no later";
            last.push(by(clue, mark, 340 + 20 * signs.confirmed(clue.instant), why));
        } else if clue.step == Step::Created {
            last.push(by(clue, mark, 320, "its ticket was opened; it began no later"));
        }
    }
    rank(&mut last, 40);
    first.extend(last);
    first.extend(told(case, mark));
    first
}

/// Whether people are told by it: an alert, or what a program posts or mails.
fn is_delivered(clue: &Clue) -> bool {
    let posted = clue.flags.has(Flags::BOT) && matches!(clue.kind, Kind::Chat | Kind::Email);
    clue.state == Class::Problem
        && !clue.flags.has(Flags::SOFT)
        && (clue.kind == Kind::Alert || posted)
}

fn detections(case: Case<'_>, signs: &Signs) -> Vec<Candidate> {
    let mark = Mark::Detected;
    let mut found: Vec<Candidate> = Vec::new();
    for clue in case.clues {
        let sure = 60 * signs.confirmed(clue.instant);
        let acts = clue.acts;
        if is_delivered(clue) {
            found.push(by(clue, mark, 700 + sure, "alert delivered to people"));
        } else if !clue.is_human() {
        } else if acts.has(Acts::DETECT) && !clue.flags.has(Flags::OUTWARD) {
            let doubt = if acts.has(Acts::QUESTION) { 120 } else { 0 };
            let doubt = doubt + if acts.has(Acts::VETOED) { 60 } else { 0 };
            found.push(by(clue, mark, 680 + sure - doubt, "a person reported it"));
        } else if clue.step == Step::Created {
            found.push(by(clue, mark, 600 + sure, "a ticket was opened"));
        }
    }
    first_of(&mut found);
    found.extend(told(case, mark));
    found
}

fn acknowledgements(case: Case<'_>, known: Option<i64>) -> Vec<Candidate> {
    let mark = Mark::Acknowledged;
    let mut found: Vec<Candidate> = Vec::new();
    // What comes before anybody could know is none.
    let after = case.clues.iter().filter(|clue| known.is_none_or(|known| clue.instant >= known));
    for clue in after {
        // That customers are told, or a ticket opened, says not who has taken it.
        let tells = clue.flags.has(Flags::OUTWARD) || clue.step == Step::Created;
        let human = clue.is_human() && !tells;
        if clue.state == Class::Acknowledged {
            found.push(by(clue, mark, 800, "the alert was acknowledged"));
        } else if human && does(clue, Acts::ACKNOWLEDGE) {
            found.push(by(clue, mark, 680, "somebody took it"));
        } else if clue.step == Step::InProgress && !tells {
            found.push(by(clue, mark, 640, "its ticket was taken up"));
        } else if clue.step == Step::Assigned {
            found.push(by(clue, mark, 520, "its ticket was given to somebody"));
        } else if human && does(clue, Acts::INVESTIGATE) {
            found.push(by(clue, mark, 520, "somebody looked into it"));
        }
    }
    first_of(&mut found);
    found.extend(told(case, mark));
    found
}

fn mitigations(case: Case<'_>, signs: &Signs) -> Vec<Candidate> {
    let mark = Mark::Mitigated;
    let mut found: Vec<Candidate> = Vec::new();
    let doubt = |instant| if signs.trouble_within(instant, CONFIRMED) { 200 } else { 0 };
    for clue in case.clues.iter().filter(|clue| clue.is_human()) {
        let acts = clue.acts;
        // Customers are told that it is well when it is over.
        if clue.flags.has(Flags::OUTWARD) && !acts.has(Acts::MITIGATED) {
            continue;
        }
        let doubt = doubt(clue.instant) + if acts.has(Acts::VETOED) { 200 } else { 0 };
        if acts.has(Acts::MITIGATED) {
            found.push(by(clue, mark, 760 - doubt, "said to be mitigated"));
        } else if acts.has(Acts::RESOLVED) {
            found.push(by(clue, mark, 460 - doubt, "said to be over"));
        } else if acts.has(Acts::RECOVER) {
            found.push(by(clue, mark, 580 - doubt, "said to be well again"));
        }
    }
    for (clue, good) in
        signs.all_good().into_iter().filter(|(_, good)| good.is_none_or(|g| g >= QUIET))
    {
        let last = if good.is_none() { 60 } else { 0 };
        found.push(by(
            &clue,
            mark,
            600 + last - doubt(clue.instant),
            "all its checks are good again",
        ));
    }
    rank(&mut found, 20);
    let end = case.surges.iter().max_by_key(|surge| surge.last);
    found.extend(end.map(|surge| {
        let (instant, place) = surge.last;
        let (span, why) = (MINUTE, "end of the last burst of messages");
        Candidate { mark, instant, span, earliest: instant, place, why, confidence: 470 }
    }));
    found.extend(told(case, mark));
    found
}

fn resolutions(case: Case<'_>, signs: &Signs) -> Vec<Candidate> {
    let mark = Mark::Resolved;
    let resolved = |thread: u32| {
        thread != 0 && case.clues.iter().any(|c| c.thread == thread && c.step == Step::Resolved)
    };
    let mut found: Vec<(Candidate, u32)> = Vec::new();
    for clue in case.clues {
        let acts = clue.acts;
        let outward = if clue.flags.has(Flags::OUTWARD) { 40 } else { 0 };
        let made = match clue.step {
            Step::Resolved => by(clue, mark, 800, "its ticket was resolved"),
            Step::Closed if !resolved(clue.thread) => by(clue, mark, 700, "its ticket was closed"),
            _ if clue.marked(mark) => by(clue, mark, 950, "its source says so"),
            _ if clue.is_human() && acts.has(Acts::RESOLVED) => {
                let doubt = if acts.has(Acts::VETOED) { 200 } else { 0 };
                by(clue, mark, 740 + outward - doubt, "said to be over")
            }
            _ if clue.is_human() && acts.has(Acts::RECOVER) && !acts.has(Acts::MITIGATED) => {
                by(clue, mark, 360, "said to be well again")
            }
            _ => continue,
        };
        found.push((made, clue.thread));
    }
    // Where people say that it is only made bearable, good checks do not end it.
    let eased = |clue: &Clue| clue.is_human() && does(clue, Acts::MITIGATED);
    let bearable = case.clues.iter().any(eased);
    let stayed = |(_, good): &(Clue, Option<i64>)| !bearable && good.is_none_or(|g| g >= OVER);
    for (clue, good) in signs.all_good().into_iter().filter(stayed) {
        let last = if good.is_none() { 60 } else { 0 };
        found.push((by(&clue, mark, 460 + last, "all its checks stayed good"), clue.thread));
    }
    for (candidate, thread) in &mut found {
        candidate.confidence -= contradicted(candidate, *thread, signs);
    }
    let mut found: Vec<Candidate> = found.into_iter().map(|(candidate, _)| candidate).collect();
    found.retain(|candidate| candidate.confidence >= super::LEAST);
    rank(&mut found, 25);
    found
}

/// What speaks against it having been over.
fn contradicted(candidate: &Candidate, thread: u32, signs: &Signs) -> i32 {
    let at = candidate.instant;
    let again = |same: bool| {
        signs.reopened.iter().any(|(when, of)| *when > at && (*of == thread && thread != 0) == same)
    };
    let reopened = if again(true) {
        1000
    } else if again(false) {
        350
    } else {
        0
    };
    let fired = if signs.fires_again(at, 2 * HOUR) { 300 } else { 0 };
    let trouble = if signs.trouble_within(at, OVER) { 120 } else { 0 };
    reopened + fired.max(trouble)
}
