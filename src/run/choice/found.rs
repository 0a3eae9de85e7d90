//! Found: what was chosen, as the timeline tells it: window, milestones, metrics.

use std::collections::HashMap;

use super::{Choice, of_incident};
use crate::{
    condense::{
        clue::Flags,
        facts::Said,
        metrics::{self, End, Promise, Value},
        milestone::{self, Candidate},
        select::Level,
        window::{Incident, Node},
    },
    event::{Event, Mark},
    join::{Place, witness::Entity},
    render::span_words,
    run::Read,
    time::{Instant, Precision, SECOND},
    timeline::{
        found::{At, Found, Metric, Milestone, Other},
        kept::Kept,
        tell::Which,
    },
};

/// Most hosts and services of another incident that are named.
const NAMED: usize = 4;
/// What people say of the start is told where it is so far from it, in ns.
const APART: i64 = 60 * SECOND;

/// The id of an event, and how finely its time was written.
type Known<'k> = dyn Fn(Place) -> Option<(String, Precision)> + 'k;

fn told_at(instant: i64, place: Option<Place>, why: Option<&'static str>, id: &Known<'_>) -> At {
    let (id, precision) = place.and_then(id).unzip();
    let time_precision = precision.and_then(Precision::word);
    At { time: time(instant), time_precision, id, why }
}

fn time(instant: i64) -> String {
    Instant(instant).rfc3339(Precision::Second)
}

impl Choice {
    /// What the timeline tells of the choice. `rows` are its rows, under the ids that they show.
    pub(in crate::run) fn found(&self, read: &Read, kept: &Kept, rows: &[(Place, Event)]) -> Found {
        let ids: HashMap<Place, &Event> = rows.iter().map(|(place, row)| (*place, row)).collect();
        let id = |place: Place| {
            let known = |row: &Event| (row.id().0.clone(), row.stamp.precision);
            let shown = ids.get(&place).map(|row| known(row));
            shown.or_else(|| Some(known(&kept.get(place.input, Which::Tick(place.tick))?)))
        };
        let (from, to) = self.incident.window;
        let end = |instant: i64| (instant.abs() < i64::MAX / 2).then(|| time(instant));
        Found {
            level: match self.level {
                Level::Core => "core",
                Level::Full => "full",
            },
            found: self.is_found,
            from: end(from),
            to: end(to),
            others: self.incident.others.iter().map(|other| self.other(other)).collect(),
            milestones: milestone::ORDER.map(|mark| self.milestone(mark, &id)).into(),
            metrics: self.metrics(read, &id),
        }
    }

    fn other(&self, other: &Incident) -> Other {
        let names = other.nodes.iter().filter_map(|node| match node {
            Node::Host(host) => {
                Some(self.names.names(Entity { host: *host, service: 0 }).0.to_owned())
            }
            Node::Service(service) => {
                Some(self.names.names(Entity { host: 0, service: *service }).1.to_owned())
            }
            Node::Thread(_) | Node::Room(_) | Node::Stream(_) => None,
        });
        let names = names.filter(|name| !name.is_empty()).take(NAMED);
        Other { from: time(other.start), to: time(other.end), about: names.collect() }
    }

    fn milestone(&self, mark: Mark, id: &Known<'_>) -> Milestone {
        let choice = self.milestones.get(mark);
        let at = |of: &Candidate| told_at(of.instant, Some(of.place), Some(of.why), id);
        let taken = choice.map(|choice| choice.taken);
        let not_before = taken.filter(|taken| taken.earliest < taken.instant);
        let said = |claim: &milestone::Claim| At {
            time_precision: Some("minute"),
            ..told_at(claim.start, Some(claim.by), Some("people say that it began then"), id)
        };
        Milestone {
            mark,
            at: taken.as_ref().map(at),
            not_before: not_before.map(|taken| time(taken.earliest)),
            runner_up: choice.and_then(|choice| choice.runner_up.as_ref()).map(at),
            said: self.said_of(mark).into_iter().map(said).collect(),
        }
    }

    /// What people say of a start, where that is another time, and before anybody knew; each time once.
    fn said_of(&self, mark: Mark) -> Vec<&milestone::Claim> {
        let Some(taken) = self.milestones.get(mark).filter(|_| mark == Mark::Start) else {
            return Vec::new();
        };
        let start = taken.taken.instant;
        let known = self.milestones.instant(Mark::Detected).unwrap_or(start).max(start);
        let apart = |claim: &&milestone::Claim| {
            claim.start <= known && (claim.start - start).abs() >= APART
        };
        let mut said: Vec<_> = self.claims.iter().filter(apart).collect();
        said.dedup_by_key(|claim| claim.start);
        said
    }

    fn metrics(&self, read: &Read, id: &Known<'_>) -> Vec<Metric> {
        let clues = of_incident(&self.signals, &self.incident);
        let promise = |(place, said): (&Place, &Said)| match said {
            Said::Due(due, span) => Some(Promise { by: *place, due: *due, span: *span }),
            Said::Since(_) => None,
        };
        let mut promises: Vec<Promise> = self.said.iter().filter_map(promise).collect();
        promises.sort_unstable_by_key(|promise| (promise.due, promise.by));
        let doubt = |place: Place| {
            // A row of the lead's own has no input, and no doubt.
            let stamp = read.inputs.get(place.input as usize).and_then(|input| {
                let tick = input.scan.ticks.get(place.tick as usize)?;
                Some(crate::time::policy::resolve(&input.policy, place.tick as usize, &tick.time))
            });
            let far = stamp.iter().flat_map(|stamp| {
                let own = stamp.instant.map_or(0, |instant| instant.0);
                stamp
                    .alternatives
                    .iter()
                    .map(move |other| other.0.saturating_sub(own).saturating_abs())
            });
            far.max().unwrap_or(0)
        };
        let of = metrics::of(&metrics::Case {
            clues: &clues,
            found: &self.milestones,
            promises: &promises,
            doubt: &doubt,
            customer: &|clue| clue.flags.has(Flags::CUSTOMER),
            delay: &|place| self.delays.get(&place).copied(),
        });
        of.iter().map(|metric| told(metric, id)).collect()
    }
}

/// A metric in words.
fn told(metric: &metrics::Metric, id: &Known<'_>) -> Metric {
    let at = |end: &End| told_at(end.instant, end.place, None, id);
    let secs = |ns: i64| ns.div_euclid(SECOND);
    let (value, lasted) = match &metric.value {
        Value::Lasted { length, least, most } => {
            (span_words(*length), Some((*length, *least, *most)))
        }
        Value::Promises { kept, missed, open } => {
            (format!("{kept} kept, {missed} missed, {open} open at the end"), None)
        }
        Value::Learned(learned) => (learned.word().to_owned(), None),
        Value::NotRecorded(what) => (format!("not recorded: {what}"), None),
    };
    let lasted = lasted.map(|(length, least, most)| (secs(length), secs(least), secs(most)));
    Metric {
        name: metric.name,
        definition: metric.definition,
        value,
        seconds: lasted.map(|it| it.0),
        least_s: lasted.filter(|it| it.1 < it.0).map(|it| it.1),
        most_s: lasted.filter(|it| it.2 > it.0).map(|it| it.2),
        from: metric.from.as_ref().map(at),
        to: metric.to.as_ref().map(at),
    }
}
