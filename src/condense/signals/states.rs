//! Spans: from when to when a check was bad.
//!
//! Takes clues with a state in the total order; gives each bad state with its recovery, if there is
//! one. Soft states are dropped; what is told again while it lasts is no edge.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    condense::clue::{Class, Clue, Flags},
    join::Place,
};

/// What goes bad so often may do so at any time.
const OFTEN: u32 = 4;

/// Whom a state is of: host and service.
pub type Entity = (u32, u32);

/// From when to when a check was bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Whom it is of.
    pub entity: Entity,
    /// The event that told it first.
    pub from: (i64, Place),
    /// The event that told the recovery; none where it lasted to the end of the evidence.
    pub to: Option<(i64, Place)>,
    /// How often it was told again.
    pub again: u32,
    /// The last of those.
    pub last: (i64, Place),
}

/// What an event is to the span of its check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// It begins span number so.
    Opens(usize),
    /// It ends span number so.
    Closes(usize),
    /// It tells span number so again.
    Again(usize),
}

/// All spans.
#[derive(Debug, Default)]
pub struct Spans {
    /// In the order of their beginnings.
    pub list: Vec<Span>,
    edges: HashMap<Place, Edge>,
    of: BTreeMap<Entity, u32>,
}

impl Spans {
    /// The spans of clues, which stand in the total order.
    pub fn of(clues: &[Clue]) -> Self {
        let mut spans = Self::default();
        let mut open: HashMap<Entity, usize> = HashMap::new();
        for clue in clues.iter().filter(|clue| !clue.flags.has(Flags::SOFT)) {
            let entity = (clue.host, clue.service);
            if entity == (0, 0) {
                continue;
            }
            match clue.state {
                Class::Problem => {
                    let next = spans.list.len();
                    let number = *open.entry(entity).or_insert(next);
                    if number == next {
                        spans.open(entity, clue);
                    } else {
                        spans.again(number, clue);
                    }
                }
                Class::Ok => {
                    if let Some(number) = open.remove(&entity) {
                        spans.list[number].to = Some(clue.turn());
                        spans.edges.insert(clue.place, Edge::Closes(number));
                    }
                }
                Class::None | Class::Acknowledged | Class::Flapping => {}
            }
        }
        spans
    }

    fn open(&mut self, entity: Entity, clue: &Clue) {
        self.edges.insert(clue.place, Edge::Opens(self.list.len()));
        let (from, last) = (clue.turn(), clue.turn());
        self.list.push(Span { entity, from, to: None, again: 0, last });
        *self.of.entry(entity).or_default() += 1;
    }

    fn again(&mut self, number: usize, clue: &Clue) {
        self.edges.insert(clue.place, Edge::Again(number));
        self.list[number].again += 1;
        self.list[number].last = clue.turn();
    }

    /// What an event is to the span of its check.
    pub fn edge(&self, place: Place) -> Option<Edge> {
        self.edges.get(&place).copied()
    }

    /// How often a check went bad.
    pub fn times(&self, entity: Entity) -> u32 {
        self.of.get(&entity).copied().unwrap_or(0)
    }

    /// The checks that go bad often, and mostly when these clues do not tell of them: that they are
    /// bad is no sign of what the clues tell of.
    pub fn usual(&self, clues: &[Clue]) -> BTreeSet<Entity> {
        let mut inside: BTreeMap<Entity, u32> = BTreeMap::new();
        let opens = |clue: &&Clue| matches!(self.edge(clue.place), Some(Edge::Opens(_)));
        for clue in clues.iter().filter(opens) {
            *inside.entry((clue.host, clue.service)).or_default() += 1;
        }
        let is_usual = |(entity, times): (Entity, u32)| {
            let all = self.times(entity);
            (all >= OFTEN && times * 2 < all).then_some(entity)
        };
        inside.into_iter().filter_map(is_usual).collect()
    }
}
