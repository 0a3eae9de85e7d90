//! By hand: what the lead says is one, and what is not.
//!
//! Takes the joins that the rules found and what the incident file says of them; the lead wins.

use std::collections::{BTreeMap, HashMap};

use super::{Join, Joined, Place, Rule};
use crate::timeline::{merge::Placed, tell::Decided};

/// What the lead says of joins.
#[derive(Clone, Debug, Default)]
pub struct ByHand {
    /// Events that stand for themselves.
    pub apart: Vec<Place>,
    /// Events that are one row, the row's own first.
    pub together: BTreeMap<u32, Vec<Place>>,
}

impl Joined {
    /// True where an event is told by a row of several, or folded into one.
    pub fn is_joined(&self, place: Place) -> bool {
        let is_folded = || self.folds.iter().any(|fold| fold.members.contains(&place));
        self.as_member(place).is_some() || !self.members(place).is_empty() || is_folded()
    }

    /// Takes apart, then puts together.
    pub fn by_hand(&mut self, told: &ByHand, inputs: &[Decided], order: &[Placed]) {
        if told.apart.is_empty() && told.together.is_empty() {
            return;
        }
        for place in &told.apart {
            self.part(*place);
            self.renumber(inputs);
        }
        let rows: Vec<Place> =
            told.together.values().flatten().map(|place| self.origin(*place)).collect();
        let wanted = order.iter().map(|placed| (Place::from(placed), placed.instant.0));
        let instants: HashMap<Place, i64> =
            wanted.filter(|(place, _)| rows.contains(place)).collect();
        for group in told.together.values() {
            self.put_together(group, &instants);
            self.renumber(inputs);
            self.leave_folds(group);
        }
    }

    /// What is put together by hand is a row, and no repetition of another; what repeats the first of a
    /// fold that is part of it stands for itself.
    fn leave_folds(&mut self, group: &[Place]) {
        let Some(row) = group.first().map(|first| self.origin(*first)) else { return };
        let mut folds = std::mem::take(&mut self.folds);
        folds.retain_mut(|fold| {
            fold.members.retain(|member| self.origin(*member) != row);
            self.origin(fold.head) != row && !fold.members.is_empty()
        });
        self.folds = folds;
    }

    fn part(&mut self, place: Place) {
        if self.as_member(place).is_some() {
            self.joins.retain(|join| join.member != place);
            return;
        }
        // Of a row whose origin goes, the first member tells the rest.
        let Some(heir) = self.members(place).first().copied() else {
            self.folds.iter_mut().for_each(|fold| fold.members.retain(|member| *member != place));
            return;
        };
        self.joins.retain(|join| join.member != heir.member);
        for join in self.joins.iter_mut().filter(|join| join.origin == place) {
            join.origin = heir.member;
            join.apart_ns = join.apart_ns.saturating_sub(heir.apart_ns);
        }
    }

    fn put_together(&mut self, group: &[Place], instants: &HashMap<Place, i64>) {
        let Some(origin) = group.first().map(|first| self.origin(*first)) else { return };
        let at = |place: Place| instants.get(&place).copied().unwrap_or(0);
        for member in group.iter().skip(1) {
            let member = self.as_joined(*member);
            if member == origin {
                continue;
            }
            let apart_ns = at(member).saturating_sub(at(origin));
            for join in self.joins.iter_mut().filter(|join| join.origin == member) {
                join.origin = origin;
                join.apart_ns = join.apart_ns.saturating_add(apart_ns);
            }
            self.joins.push(Join { origin, member, rule: Rule::ByHand, apart_ns });
        }
    }

    /// The origin of an event among joins that are not numbered yet.
    fn as_joined(&self, place: Place) -> Place {
        let join = self.joins.iter().find(|join| join.member == place);
        join.map_or(place, |join| join.origin)
    }

    fn renumber(&mut self, inputs: &[Decided]) {
        self.joins.sort_unstable();
        self.members.clear();
        for at in 0..self.joins.len() {
            self.number(self.joins[at].member, at, inputs);
        }
    }
}
