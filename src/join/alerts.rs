//! Alerts: what monitoring, bots, mails and tickets tell of one alert.
//!
//! Takes the sketches of all events and the copies that are known; gives the witnesses among them
//! ([`witnesses`]), and when the clocks are known too, the joins and the evidence for them
//! ([`join`]).

use super::{
    Join, Joined, Place, Rule,
    lines::Streams,
    retell::{self, Told},
    sketch,
    witness::{Entities, Entity, Inputs, Names, Rank, State, Witness},
};
use crate::{
    event::Kind,
    reader::{Sketch, sketch::Known},
    timeline::{merge::Placed, tell::Decided},
};

/// The witnesses of a run.
#[derive(Debug)]
pub struct Witnesses {
    /// The witnesses, in the total order.
    pub list: Vec<Witness>,
    /// Of whom they speak.
    pub entities: Entities,
}

/// What is known of the inputs of a run.
pub struct Clocked<'j, A> {
    /// Which are copies of one log.
    pub streams: &'j Streams,
    /// Nanoseconds by which the clock of an input was ahead of the common clock at an instant.
    pub ahead: A,
}

impl<A: Fn(u32, i64) -> i64 + Sync> Inputs for Clocked<'_, A> {
    fn ahead(&self, input: u32, instant: i64) -> i64 {
        (self.ahead)(input, instant)
    }

    fn series(&self, input: u32) -> u32 {
        self.streams.of_input(input)
    }
}

/// What speaks for a join, beside the distance of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// The event that is joined.
    pub member: Place,
    /// The host and service that it names as its origin does.
    pub key: Entity,
    /// Nanoseconds by which its clock was taken to be ahead of the origin's.
    pub offset_ns: i64,
}

/// What joining found.
#[derive(Debug, Default)]
pub struct Found {
    /// The joins, by origin and member.
    pub joins: Vec<Join>,
    /// What speaks for each, by member.
    pub evidence: Vec<Evidence>,
    /// The events that are told, for what repeats.
    pub told: Vec<Told>,
}

/// The witnesses among the events that stand for themselves so far. Quiet ones are none: tries that
/// may pass and snapshots of what is known are told by no other.
pub fn witnesses(inputs: &[Decided], order: &[Placed], joined: &Joined) -> Witnesses {
    let mut names = Names::default();
    let numbers: Vec<Vec<Numbers>> = inputs.iter().map(|input| number(input, &mut names)).collect();
    let entities = names.settle(&[]);
    let witness = |placed: &Placed| {
        let place = Place::from(placed);
        let sketch = sketch(inputs, placed).filter(|sketch| sketch.about > 0 && !sketch.quiet())?;
        let input = &inputs[placed.input as usize];
        let about = numbers[placed.input as usize].get(sketch.about as usize - 1)?;
        let rank = rank(input, sketch);
        let witness = Witness {
            instant: placed.instant.0,
            input: placed.input,
            tick: placed.tick,
            entity: entities.entity(about.host, about.service),
            state: about.states[rank as usize],
            rank,
            precision: input.scan.ticks[placed.tick as usize].time.precision,
        };
        (witness.tells().is_some() && joined.as_member(place).is_none()).then_some(witness)
    };
    let list = order.iter().filter_map(witness).collect();
    Witnesses { list, entities }
}

/// What an input's events are about, in numbers.
struct Numbers {
    host: u32,
    service: u32,
    /// The state as each rank would mean it.
    states: [State; Rank::ALL.len()],
}

fn number(input: &Decided, names: &mut Names) -> Vec<Numbers> {
    let number = |about: &crate::reader::sketch::About| Numbers {
        host: about.host.as_deref().map_or(0, |host| names.host(host)),
        service: about.service.as_deref().map_or(0, |service| names.service(service)),
        states: Rank::ALL.map(|rank| {
            about.state.as_deref().map_or(State::Other, |state| State::of(state, rank))
        }),
    };
    input.scan.abouts.all().iter().map(number).collect()
}

fn rank(input: &Decided, sketch: Sketch) -> Rank {
    let base = input.plan.definition.kind;
    let carrier = match sketch.known {
        Known::Mail => Some(Kind::Email),
        _ => Some(base).filter(|kind| *kind == Kind::Chat),
    };
    Rank::of(sketch.kind(), &input.plan.definition.name, carrier)
}

/// Joins what tells of one alert.
pub fn join(witnesses: &Witnesses, inputs: &impl Inputs) -> Found {
    let retold = retell::retell(&witnesses.list, inputs);
    let join = |join: &retell::Join| Join {
        origin: join.origin,
        member: join.member,
        rule: Rule::ToldAlert,
        apart_ns: join.apart_ns,
    };
    let evidence = |join: &retell::Join| Evidence {
        member: join.member,
        key: join.key,
        offset_ns: join.offset_ns,
    };
    let joins = retold.joins.iter().map(join).collect();
    let mut evidence: Vec<Evidence> = retold.joins.iter().map(evidence).collect();
    evidence.sort_unstable();
    Found { joins, evidence, told: retold.told }
}
