//! Repeats: what a monitoring says again and again is one row with a count.
//!
//! Takes the events that [retelling](super::retell) left; gives which of them fold into which one
//! before ([`Fold`]). A problem that is still open is told again every hour: these count on it until
//! its recovery. A check that changes to and fro tells each change: these are one interval of
//! flapping. An event folds once; acknowledgements never fold.

mod flapping;

use rayon::prelude::*;

use super::{
    Place,
    retell::Told,
    witness::{Inputs, Side, State},
};
use crate::time::SECOND;
use flapping::Flap;

/// Longest silence after which the next notification of a problem still repeats the one before:
/// Alertmanager repeats after 4 hours, Nagios after one. A problem that is told again after more may
/// be a new one, whose recovery was lost.
const RENOTIFIED: i64 = 6 * 3600 * SECOND;
/// The same for a recovery: it is told by the check and by its notification.
const RECOVERED: i64 = 900 * SECOND;

/// By which rule events were folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The problem was open, or its recovery told, already.
    Renotification,
    /// The state changed to and fro.
    Flapping,
}

impl Rule {
    /// The rule's word in `why`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Renotification => "folded:renotification",
            Self::Flapping => "folded:flapping",
        }
    }
}

/// Events that fold into one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// The event that stands for all, the first of them.
    pub head: Place,
    /// By which rule.
    pub rule: Rule,
    /// The others, in the order of time. Renotifications of an interval of flapping that stayed open
    /// make a second fold with its head.
    pub members: Vec<Place>,
    /// Instant of the head on the common clock, in nanoseconds since 1970 UTC.
    pub first: i64,
    /// Instant of the last member.
    pub last: i64,
    /// How often it went bad within the fold.
    pub times: u32,
    /// Nanoseconds of the longest time that it was bad within the fold.
    pub longest_bad: i64,
    /// All was well at the last member.
    pub well: bool,
}

/// Folds what repeats. `told` stand in any order. Sorted by head and rule.
pub fn repeats(told: &[Told], inputs: &impl Inputs) -> Vec<Fold> {
    let mut order: Vec<Told> =
        told.par_iter().filter(|told| told.witness.tells().is_some()).copied().collect();
    order.par_sort_unstable_by_key(|told| (told.witness.entity, told.at, told.witness.turn()));
    let entities: Vec<&[Told]> =
        order.chunk_by(|a, b| a.witness.entity == b.witness.entity).collect();
    let mut folds: Vec<Fold> =
        entities.into_par_iter().flat_map_iter(|told| of_entity(told, inputs)).collect();
    folds.par_sort_unstable_by_key(|fold| (fold.head, fold.rule));
    folds
}

/// The folds of one entity, whose events stand in the order of time.
fn of_entity(told: &[Told], inputs: &impl Inputs) -> Vec<Fold> {
    if told.len() < 2 {
        return Vec::new();
    }
    let mut folds = Vec::new();
    let mut watch = Watch::default();
    let mut from = 0;
    for Flap { fold, range, state: end } in flapping::find(told, inputs) {
        told[from..range.start].iter().for_each(|told| watch.see(told, &mut folds));
        watch.close(&mut folds);
        watch.open = Some(Open::new(fold.head, end, fold.last));
        folds.push(fold);
        from = range.end;
    }
    told[from..].iter().for_each(|told| watch.see(told, &mut folds));
    watch.close(&mut folds);
    folds
}

/// What is known while the events of one entity pass.
#[derive(Default)]
struct Watch {
    /// The problem that is open, or the recovery that was told last.
    open: Option<Open>,
}

/// News, and what repeated it so far.
struct Open {
    head: Place,
    state: State,
    first: i64,
    last: i64,
    members: Vec<Place>,
}

impl Open {
    fn new(head: Place, state: State, at: i64) -> Self {
        Self { head, state, first: at, last: at, members: Vec::new() }
    }

    /// What both say together, where the event repeats this.
    fn repeated(&self, told: &Told) -> Option<State> {
        let silence = if self.state == State::Good { RECOVERED } else { RENOTIFIED };
        self.state.meet(told.witness.state).filter(|_| told.at - self.last <= silence)
    }
}

impl Watch {
    fn see(&mut self, told: &Told, folds: &mut Vec<Fold>) {
        if !matches!(told.witness.tells(), Some(Side::Bad | Side::Good)) {
            return;
        }
        let place = told.witness.place();
        if let Some(open) = &mut self.open
            && let Some(state) = open.repeated(told)
        {
            open.state = state;
            open.last = told.at;
            open.members.push(place);
        } else {
            self.close(folds);
            self.open = Some(Open::new(place, told.witness.state, told.at));
        }
    }

    /// What was open is over: another state, a long silence or the end.
    fn close(&mut self, folds: &mut Vec<Fold>) {
        let Some(open) = self.open.take().filter(|open| !open.members.is_empty()) else { return };
        let well = open.state == State::Good;
        folds.push(Fold {
            head: open.head,
            rule: Rule::Renotification,
            members: open.members,
            first: open.first,
            last: open.last,
            times: u32::from(!well),
            longest_bad: if well { 0 } else { open.last - open.first },
            well,
        });
    }
}

#[cfg(test)]
mod tests;
