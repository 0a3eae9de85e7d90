//! An event on its way to be told by many.

use super::{Block, Join, Told, reach};
use crate::join::{
    align,
    witness::{Entity, Inputs, Rank, Side, State, Witness},
};

/// A witness on the common clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Telling {
    /// Its instant on the common clock.
    pub(super) at: i64,
    /// Its input, or the first of those that are one.
    pub(super) series: u32,
    pub(super) side: Side,
    pub(super) witness: Witness,
}

impl Telling {
    /// None where the witness tells nothing that could be matched.
    pub(super) fn of(witness: Witness, inputs: &impl Inputs) -> Option<Self> {
        let side = witness.tells()?;
        let ahead = inputs.ahead(witness.input, witness.instant);
        let at = witness.instant.saturating_sub(ahead);
        Some(Self { at, series: inputs.series(witness.input), side, witness })
    }

    pub(super) fn block(&self) -> Block {
        (self.witness.entity, self.side)
    }

    /// What orders the tellings of a block by inputs, as news travels, and then by time.
    pub(super) fn list(&self) -> (Rank, u32, i64, u32, u32) {
        (self.witness.rank, self.series, self.at, self.witness.input, self.witness.tick)
    }

    /// Nanoseconds by which its clock was ahead.
    fn ahead(&self) -> i64 {
        self.witness.instant.saturating_sub(self.at)
    }

    /// What two tellings gain as a pair, in milli-nats, by their times alone.
    fn gain(&self, other: &Self) -> i64 {
        let (first, second) =
            if self.witness.rank <= other.witness.rank { (self, other) } else { (other, self) };
        let least = second.at - first.at - first.witness.slack();
        let most = second.at + second.witness.slack() - first.at;
        // The distance that both intervals leave open and that is nearest to none.
        let apart = if least > 0 { least } else { most.min(0) };
        align::gain(apart, reach(&first.witness, &second.witness))
    }
}

/// An event and all who tell it.
#[derive(Debug)]
pub(super) struct Event {
    /// The telling of the lowest rank, the earliest of these.
    origin: Telling,
    /// The others, in the order of joining.
    rest: Vec<Telling>,
    /// What all say together.
    entity: Entity,
    state: State,
    /// Its input told it before, so that no other can mean this.
    is_echo: bool,
}

impl Event {
    pub(super) fn new(origin: Telling) -> Self {
        let Witness { entity, state, .. } = origin.witness;
        Self { origin, rest: Vec::new(), entity, state, is_echo: false }
    }

    pub(super) fn echo(origin: Telling) -> Self {
        Self { is_echo: true, ..Self::new(origin) }
    }

    pub(super) fn at(&self) -> i64 {
        self.origin.at
    }

    pub(super) fn entity(&self) -> Entity {
        self.entity
    }

    pub(super) fn side(&self) -> Side {
        self.origin.side
    }

    /// What orders events.
    pub(super) fn turn(&self) -> (i64, (Rank, u32, u32)) {
        (self.origin.at, self.origin.witness.turn())
    }

    pub(super) fn tellings(&self) -> impl Iterator<Item = &Telling> {
        std::iter::once(&self.origin).chain(&self.rest)
    }

    fn told_by(&self, series: u32) -> bool {
        self.tellings().any(|telling| telling.series == series)
    }

    /// What a telling of the same entity gains as a part of this event; 0 where it is vetoed.
    pub(super) fn gain_of(&self, telling: &Telling) -> i64 {
        if self.state.contradicts(telling.witness.state) || self.told_by(telling.series) {
            return 0;
        }
        self.origin.gain(telling)
    }

    /// The same for another event, of an entity that may be known otherwise.
    pub(super) fn gain_of_event(&self, other: &Self) -> i64 {
        let vetoed = self.is_echo
            || other.is_echo
            || self.entity.meet(other.entity).is_none()
            || self.state.contradicts(other.state)
            || other.tellings().any(|telling| self.told_by(telling.series));
        if vetoed { 0 } else { self.origin.gain(&other.origin) }
    }

    /// Adds a telling of the same entity and of no lower rank.
    pub(super) fn add(&mut self, telling: Telling) {
        self.state = self.state.meet(telling.witness.state).unwrap_or(self.state);
        self.rest.push(telling);
    }

    /// Makes two events one.
    pub(super) fn absorb(&mut self, other: Self) {
        self.state = self.state.meet(other.state).unwrap_or(self.state);
        self.entity = self.entity.meet(other.entity).unwrap_or(self.entity);
        let first = |telling: &Telling| {
            (telling.witness.rank, telling.at, telling.witness.input, telling.witness.tick)
        };
        let mut origin = other.origin;
        if first(&origin) < first(&self.origin) {
            std::mem::swap(&mut origin, &mut self.origin);
        }
        self.rest.push(origin);
        self.rest.extend(other.rest);
    }

    pub(super) fn joins(&self) -> impl Iterator<Item = Join> {
        let origin = &self.origin;
        let same = |one: u32, other: u32| if one == other { one } else { 0 };
        self.rest.iter().map(move |member| {
            let (one, other) = (origin.witness.entity, member.witness.entity);
            Join {
                origin: origin.witness.place(),
                member: member.witness.place(),
                key: Entity {
                    host: same(one.host, other.host),
                    service: same(one.service, other.service),
                },
                offset_ns: member.ahead() - origin.ahead(),
                apart_ns: member.witness.instant.saturating_sub(origin.witness.instant),
            }
        })
    }

    pub(super) fn told(&self) -> Told {
        let witness = Witness { entity: self.entity, state: self.state, ..self.origin.witness };
        Told { at: self.origin.at, witness, count: self.rest.len() as u32 + 1 }
    }
}
