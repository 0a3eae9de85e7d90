//! Scores: how much each event matters, and why.
//!
//! Takes the signals and the incident; gives the candidates for rows with points, whole numbers, and
//! on demand the reasons. Severity alone makes no row: it only orders what else is equal, for it
//! was measured to choose worse than chance. What many say, what is new, what changes a state and
//! what people do does.

mod people;
pub mod why;

use std::collections::{HashMap, HashSet};

use super::{
    acts::Acts,
    clue::{Class, Clue, Flags, HOUR, MINUTE, Step},
    fixed::{ln_ratio, log2},
    signals::{Signals, Told, states::Edge},
    template::family::RARE,
    window::Incident,
};
use crate::{
    event::{Kind, Severity},
    join::Place,
};
pub use why::{Signs, Why};

/// What a row needs at least, where there are others.
pub const ENOUGH: i64 = 100;
/// What a row needs at least.
pub const FAINT: i64 = 40;

/// Of what sort a row is; no sort takes more than its share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Sort {
    /// A check that went bad, or well again.
    State,
    /// A line of a log that stands out.
    Line,
    /// A deploy, a failover.
    Change,
    /// A step of a ticket.
    Ticket,
    /// What customers were told.
    Outward,
    /// People: seen, declared, taken.
    Detect,
    /// People: looked for, found.
    Cause,
    /// People: decided, done.
    Act,
    /// People: well again.
    Recover,
    /// People: what else they say.
    Talk,
    /// What else programs say.
    Program,
}

/// An event that may become a row.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What is known of it.
    pub clue: Clue,
    /// How much it matters, in 1/100 points of the rules in the reference.
    pub points: i64,
    /// Its sort.
    pub sort: Sort,
    /// What is one row: of equal keys the best stays.
    pub key: (u8, u32, u64),
    /// What stands out in its log.
    lines: Vec<(Why, i64)>,
}

/// Gives points.
#[derive(Debug)]
pub struct Scorer<'s> {
    pub(super) signals: &'s Signals,
    pub(super) incident: &'s Incident,
    /// When the templates of a stream were first seen, in order.
    firsts: HashMap<u32, Vec<i64>>,
    /// Signs that count for nothing.
    without: Signs,
}

impl<'s> Scorer<'s> {
    /// For these signals and that incident.
    pub fn new(signals: &'s Signals, incident: &'s Incident) -> Self {
        let mut firsts: HashMap<u32, Vec<i64>> = HashMap::new();
        for (_, told) in &signals.templates {
            firsts.entry(told.first.stream).or_default().push(told.first.instant);
        }
        for of_stream in firsts.values_mut() {
            of_stream.sort_unstable();
        }
        Self { signals, incident, firsts, without: Signs::default() }
    }

    /// The same, to which these signs count for nothing: to measure what each is worth.
    #[must_use]
    pub fn without(self, without: Signs) -> Self {
        Self { without, ..self }
    }

    /// All candidates within the window, in the total order, and the milestones, which need no points.
    pub fn candidates(&self, milestones: &[Clue]) -> Vec<Candidate> {
        let notable = self.signals.notable.iter().filter(|clue| self.holds(clue));
        let mut all: Vec<Candidate> =
            notable.filter_map(|clue| self.candidate(*clue, Vec::new())).collect();
        all.extend(self.lines());
        let known: HashSet<Place> = all.iter().map(|candidate| candidate.clue.place).collect();
        let pinned = self.signals.edited.iter().filter(|clue| clue.flags.has(Flags::FORCED));
        let others = pinned.chain(milestones).filter(|clue| !known.contains(&clue.place));
        all.extend(others.map(|clue| self.scored(*clue, Vec::new())));
        all.sort_unstable_by_key(|candidate| candidate.clue.turn());
        all
    }

    /// Whether an event may be shown at all.
    pub fn holds(&self, clue: &Clue) -> bool {
        let (from, to) = self.incident.window;
        let forced = clue.flags.has(Flags::FORCED);
        !clue.flags.has(Flags::FOLDED)
            && (forced || (from..to).contains(&clue.instant) && !clue.flags.has(Flags::QUIET))
    }

    /// An event as a candidate; none where it says too little.
    fn candidate(&self, clue: Clue, lines: Vec<(Why, i64)>) -> Option<Candidate> {
        let candidate = self.scored(clue, lines);
        (candidate.points >= FAINT || clue.flags.has(Flags::FORCED)).then_some(candidate)
    }

    fn scored(&self, clue: Clue, lines: Vec<(Why, i64)>) -> Candidate {
        let (sort, key) = (sort(&clue), self.key(&clue));
        let mut candidate = Candidate { clue, points: 0, sort, key, lines };
        let mut points = 0;
        // A pin is no merit: without it the choice would be the same.
        let mut add = |why, more| points += if why == Why::Pinned { 0 } else { more };
        self.points(&candidate, &mut add);
        candidate.points = points;
        candidate
    }

    /// The points of an event by itself, without what stands out in its log.
    pub fn worth(&self, clue: Clue) -> i64 {
        self.scored(clue, Vec::new()).points
    }

    /// The reasons of a candidate, best first.
    pub fn reasons(&self, candidate: &Candidate) -> Vec<Why> {
        let mut reasons: Vec<(i64, Why)> = Vec::new();
        self.points(candidate, &mut |why, points| reasons.push((-points, why)));
        reasons.retain(|(points, _)| *points < 0);
        reasons.sort_by_key(|(points, _)| *points);
        reasons.into_iter().map(|(_, why)| why).collect()
    }

    /// What becomes one row: each message its own, a state its span, a ticket its step, a log line
    /// its template.
    fn key(&self, clue: &Clue) -> (u8, u32, u64) {
        let place = u64::from(clue.place.input) << 32 | u64::from(clue.place.tick);
        match self.signals.spans.edge(clue.place) {
            Some(Edge::Opens(span) | Edge::Again(span)) => return (0, 0, span as u64),
            Some(Edge::Closes(span)) => return (1, 0, span as u64),
            None => {}
        }
        let is_step = !matches!(clue.step, Step::None | Step::Comment | Step::Field);
        if clue.kind == Kind::Ticket && is_step && clue.thread != 0 {
            let minute = clue.instant.div_euclid(5 * MINUTE) as u64;
            return (2, clue.thread, minute << 8 | clue.step as u64);
        }
        if clue.flags.has(Flags::BOT) && clue.template > RARE && clue.kind != Kind::Change {
            let hour = clue.instant.div_euclid(HOUR) as u64;
            return (3, clue.template, hour);
        }
        (4, 0, place)
    }

    /// Gives each reason with its points.
    fn points(&self, candidate: &Candidate, give: &mut dyn FnMut(Why, i64)) {
        let give = &mut |why: Why, points| {
            if !self.without.has(why.sign()) {
                give(why, points);
            }
        };
        let clue = &candidate.clue;
        for (why, points) in &candidate.lines {
            give(*why, *points);
        }
        if clue.flags.has(Flags::FORCED) {
            give(Why::Pinned, 10_000);
        }
        if clue.flags.has(Flags::PINNED) {
            give(Why::Reacted, 300);
        }
        self.state(clue, give);
        self.change(clue, give);
        // What others do at the time says nothing of it.
        if !self.is_of(clue) {
            return;
        }
        people::ticket(clue, give);
        people::people(clue, give);
        if clue.flags.has(Flags::OUTWARD) {
            give(Why::Outward, 250);
        }
        if clue.marks != 0 {
            give(Why::Marked, 150);
        }
        if clue.witnesses > 0 {
            give(Why::Witnesses(clue.witnesses), 60 * i64::from(clue.witnesses.min(3)));
        }
        if clue.flags.has(Flags::REFERRED) {
            give(Why::Referred, 60);
        }
        give(Why::OfIncident, if self.incident.is_related(clue) { 100 } else { 60 });
        give(Why::Severity, severity(clue));
    }

    /// Whether it is about what the incident is about; where none was found, everything is.
    fn is_of(&self, clue: &Clue) -> bool {
        self.incident.nodes.is_empty() || self.incident.is_of(clue)
    }

    fn state(&self, clue: &Clue, give: &mut dyn FnMut(Why, i64)) {
        let spans = &self.signals.spans;
        let times = spans.times((clue.host, clue.service));
        let worth = (400 - 120 * log2(u64::from(times)) / 1000).max(20);
        let worth = if self.is_of(clue) { worth } else { worth / 4 };
        match spans.edge(clue.place) {
            Some(Edge::Opens(_)) if times > 1 => give(Why::WentBad(times), worth),
            Some(Edge::Opens(_)) => give(Why::WentBad(1), worth),
            Some(Edge::Closes(span)) => {
                let span = spans.list[span];
                give(Why::Recovered(clue.instant - span.from.0), worth);
            }
            Some(Edge::Again(_)) => give(Why::Again, 20),
            None => match clue.state {
                Class::Acknowledged => give(Why::Acknowledged, 300),
                Class::Flapping => give(Why::Flapping, 150),
                Class::Problem if !clue.flags.has(Flags::SOFT) => give(Why::Alert, 150),
                _ if clue.kind == Kind::Alert => give(Why::Alert, 60),
                _ => {}
            },
        }
    }

    /// A change shortly before the start is the likeliest cause.
    fn change(&self, clue: &Clue, give: &mut dyn FnMut(Why, i64)) {
        if !clue.flags.has(Flags::CHANGE) && clue.kind != Kind::Change {
            return;
        }
        let before = self.incident.start - clue.instant;
        let is_before = (-5 * MINUTE..=HOUR).contains(&before);
        match (is_before, self.incident.is_related(clue)) {
            (true, true) => give(Why::ChangeBefore(before), 350),
            (true, false) => give(Why::ChangeBefore(before), 250),
            (false, true) => give(Why::Change, 200),
            (false, false) => give(Why::Change, 20),
        }
    }

    /// What stands out in logs: new templates, bursts, silences, and what is bad and seldom.
    fn lines(&self) -> Vec<Candidate> {
        let mut found: Vec<(Clue, Why, i64)> = Vec::new();
        for (number, told) in &self.signals.templates {
            if *number != RARE && self.holds(&told.first) {
                found.extend(self.novel(told));
                found.extend(seldom(told));
            }
        }
        for burst in &self.signals.bursts {
            let Some(told) = self.signals.told(burst.template) else { continue };
            let worth = if told.is_bad() { 250 } else { 120 };
            let at = |(instant, place)| Clue { instant, place, ..told.first };
            found.push((at(burst.first), Why::Burst(burst.count, burst.times), worth));
        }
        for silence in &self.signals.silences {
            let Some(told) = self.signals.told(silence.template) else { continue };
            let length = silence.next.0 - silence.last.0;
            let at = |(instant, place)| Clue { instant, place, ..told.first };
            found.push((at(silence.last), Why::Silent(length), 250));
            found.push((at(silence.next), Why::SilentEnd(length), 150));
        }
        for (clue, ..) in &mut found {
            *clue = self.signals.with_edits(*clue);
        }
        found.retain(|(clue, ..)| self.holds(clue));
        found.sort_by_key(|(clue, ..)| clue.turn());
        let of_one = found.chunk_by(|one, other| one.0.place == other.0.place);
        of_one
            .filter_map(|of| self.candidate(of[0].0, of.iter().map(|it| (it.1, it.2)).collect()))
            .collect()
    }

    /// A template that was never seen before: by how surprising that is, given how long its stream
    /// was read before. Where that was too short, nothing is known and nothing is said.
    fn novel(&self, told: &Told) -> Option<(Clue, Why, i64)> {
        let (clue, length) = (&told.first, self.incident.end - self.incident.start);
        let length = length.max(10 * MINUTE);
        let before = self.signals.baseline(clue);
        let is_known = before >= 3 * HOUR || before >= length.saturating_mul(10);
        if !is_known || clue.instant < self.incident.start - HOUR {
            return None;
        }
        // The rule of three: at most 3 in `before` were to be expected, so 3·length/before here.
        let surprise =
            ln_ratio((before / MINUTE) as u64, (length.saturating_mul(3) / MINUTE) as u64).max(0);
        let (usual, now) = self.new_ones(clue.stream, clue.instant - before, length);
        let unusual = 1000 * (now - usual.min(now)) / now.max(1);
        let bad = if told.is_bad() { 400 } else { 200 };
        let points = bad * surprise.min(1200) / 1200 * unusual / 1000;
        (points > 0).then_some((*clue, Why::New(before), points))
    }

    /// How many templates of a stream are new in the incident, and how many new ones were to be
    /// expected by the second half of the time before.
    fn new_ones(&self, stream: u32, from: i64, length: i64) -> (i64, i64) {
        let start = self.incident.start;
        let half = ((start - from) / 2).max(MINUTE);
        let firsts = self.firsts.get(&stream).map_or(&[][..], Vec::as_slice);
        let until = |instant: i64| firsts.partition_point(|first| *first < instant) as i64;
        let of = |span: std::ops::Range<i64>| until(span.end) - until(span.start);
        let usual =
            of(start - half..start).saturating_mul(length / MINUTE) / (half / MINUTE).max(1);
        (usual, of(start..start.saturating_add(length + 1)))
    }
}

/// What is bad and told but a few times.
fn seldom(told: &Told) -> Option<(Clue, Why, i64)> {
    let points = (220 - 40 * log2(told.count) / 1000).max(FAINT);
    told.is_bad().then_some((told.first, Why::Seldom(told.count), points))
}

fn sort(clue: &Clue) -> Sort {
    let has = |acts: Acts| clue.acts.has(acts) && !clue.acts.has(Acts::CHATTER);
    if clue.flags.has(Flags::CHANGE) || clue.kind == Kind::Change {
        Sort::Change
    } else if clue.state != Class::None {
        Sort::State
    } else if clue.kind == Kind::Log {
        Sort::Line
    } else if clue.kind == Kind::Ticket && !matches!(clue.step, Step::None | Step::Comment) {
        Sort::Ticket
    } else if clue.flags.has(Flags::OUTWARD) {
        Sort::Outward
    } else if !clue.is_human() {
        Sort::Program
    } else if has(Acts::RECOVER) {
        Sort::Recover
    } else if has(Acts::CAUSE) {
        Sort::Cause
    } else if has(Acts::DECIDE | Acts::ACT) {
        Sort::Act
    } else if has(Acts::DETECT | Acts::ACKNOWLEDGE) {
        Sort::Detect
    } else {
        Sort::Talk
    }
}

/// A tie-breaker, and for lines of logs not even that: everybody logs errors.
fn severity(clue: &Clue) -> i64 {
    match clue.severity.filter(|_| clue.kind != Kind::Log) {
        Some(Severity::Critical) => 30,
        Some(Severity::Error) => 20,
        Some(Severity::Warning) => 10,
        _ => 0,
    }
}
