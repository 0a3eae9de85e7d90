//! Near: rows that an event speaks of, and rows that are alike or near and stayed apart.

use serde::Serialize;

use super::{AskedError, Desk, LISTED, Named, evidence};
use crate::{
    join::{
        Place, alerts,
        witness::{State, Witness},
    },
    reader::sketch::Known,
    time::{SECOND, policy},
};

/// Alerts that are further apart are never one event.
const NEAR: i64 = 960 * SECOND;

/// A row that another speaks of.
#[derive(Debug, Serialize)]
pub struct Reference {
    /// True where this row speaks of the other; else the other speaks of this one.
    pub speaks: bool,
    /// `reply:id`, `quotes:text`, `forwards:text` or `mentions:ticket`.
    pub why: &'static str,
    /// The other row.
    pub other: Named,
}

/// An event that might be taken for the same, and is not.
#[derive(Debug, Serialize)]
pub struct Apart {
    /// The event.
    pub other: Named,
    /// What kept it apart, in words.
    pub because: String,
}

impl Desk<'_> {
    /// The rows that a row speaks of, then those that speak of it; so many of each at most.
    pub(super) fn references(&self, origin: Place) -> Result<Vec<Reference>, AskedError> {
        let mut found = Vec::new();
        for speaks in [true, false] {
            let mut seen = Vec::new();
            for reference in &self.joined.references {
                let row = self.joined.origin(reference.event);
                let of = self.joined.origin(reference.references);
                let (own, other) = if speaks { (row, of) } else { (of, row) };
                if own != origin || other == origin || seen.contains(&other) || seen.len() == LISTED
                {
                    continue;
                }
                seen.push(other);
                found.push(Reference { speaks, why: reference.why, other: self.named(other)? });
            }
        }
        Ok(found)
    }

    /// What the evidence holds that is alike, and stayed apart.
    pub(super) fn apart(&self, places: &[Place]) -> Result<Vec<Apart>, AskedError> {
        let mut found = self.of_one_key(places)?;
        found.extend(self.near_alerts(places)?);
        Ok(found)
    }

    /// Events with the same native key, or the same line at the same instant, that are other rows.
    fn of_one_key(&self, places: &[Place]) -> Result<Vec<Apart>, AskedError> {
        let Some(origin) = places.first().copied() else { return Ok(Vec::new()) };
        let Some(own) = self.sketch(origin).filter(|own| own.same != 0) else {
            return Ok(Vec::new());
        };
        let instant = |place: Place| {
            let input = &self.read.inputs[place.input as usize];
            let at = place.tick as usize;
            policy::instant(&input.policy, at, &input.scan.ticks[at].time)
        };
        let at = instant(origin);
        let mut found = Vec::new();
        for (number, input) in (0_u32..).zip(&self.read.inputs) {
            for (tick, sketch) in (0_u32..).zip(&input.scan.sketches) {
                let place = Place { input: number, tick };
                let alike = (sketch.known, sketch.same) == (own.known, own.same);
                if !alike || self.joined.origin(place) == origin || found.len() == LISTED {
                    continue;
                }
                let because = match own.known {
                    Known::Text if instant(place) != at => continue,
                    Known::Text if places.iter().any(|own| own.input == number) => {
                        "an equal line at the same instant in one log: two lines are two events"
                    }
                    Known::Text => {
                        "an equal line at the same instant, but the logs are not copies of each other"
                    }
                    Known::Mail => "the same Message-ID, but other content",
                    Known::Ticket => "the same event of the ticket, but another time or content",
                    Known::Key => "the same key, but other content",
                };
                found.push(Apart { other: self.named(place)?, because: because.to_owned() });
            }
        }
        Ok(found)
    }

    /// Alerts of the same host or service around the row that are told by other rows.
    fn near_alerts(&self, places: &[Place]) -> Result<Vec<Apart>, AskedError> {
        if !places.iter().any(|place| self.about(*place).is_some()) {
            return Ok(Vec::new());
        }
        // Those that stand for themselves, which are what could have been joined.
        let list = alerts::witnesses(&self.read.inputs, &self.order, self.joined).list;
        let Some(own) = list.iter().find(|witness| Some(&witness.place()) == places.first()) else {
            return Ok(Vec::new());
        };
        let is_folded = |other: &Witness| {
            self.folds.iter().any(|(row, head)| *row == other.place() && *head == own.place())
        };
        let near = |other: &&Witness| {
            other.place() != own.place()
                && !is_folded(other)
                && self.on_one_clock(other).abs_diff(self.on_one_clock(own)) <= NEAR.unsigned_abs()
                && other.state.side() == own.state.side()
                && other.entity.meet(own.entity).is_some()
        };
        let mut near: Vec<&Witness> = list.iter().filter(near).collect();
        near.sort_by_key(|other| {
            (self.on_one_clock(other).abs_diff(self.on_one_clock(own)), other.place())
        });
        near.truncate(LISTED);
        let apart = |other: &Witness| {
            let because = self.why_apart(own, other, places);
            Ok(Apart { other: self.named(other.place())?, because })
        };
        near.into_iter().map(apart).collect()
    }

    fn on_one_clock(&self, witness: &Witness) -> i64 {
        let series = self.joined.streams.of_input(witness.input);
        witness.instant - self.joined.clocks.ahead(series, witness.instant)
    }

    fn why_apart(&self, own: &Witness, other: &Witness, places: &[Place]) -> String {
        let written = |place: Place| {
            let about = self.about(place);
            about.and_then(|about| about.state.clone()).unwrap_or_else(|| "no state".to_owned())
        };
        let series = |input: u32| self.joined.streams.of_input(input);
        let apart = self.on_one_clock(other) - self.on_one_clock(own);
        let later = evidence::apart_words(apart);
        if contradicts(own.state, other.state) {
            let (one, another) = (written(own.place()), written(other.place()));
            return format!("{later}: {another} is not {one}");
        }
        if places.iter().any(|place| series(place.input) == series(other.input)) {
            return format!("{later}: an input of this row tells it, and tells an event once");
        }
        if own.entity != other.entity {
            return format!(
                "{later}: it names less, and more than one may be meant, or too far away"
            );
        }
        format!("{later}: too far away, or nearer to another event in the order of both")
    }
}

fn contradicts(one: State, other: State) -> bool {
    one.contradicts(other)
}
