//! The clocks of a run: from its witnesses to what is said of every input's clock.
//!
//! Takes the witnesses of all inputs; compares each two inputs by them, settles which is off, and
//! answers how far a clock was ahead when it showed an instant.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{
    Beat, Class, Segment, compare, drift, middle,
    settle::{Edge, Offset, Settled, Trust, settle},
};
use crate::{
    join::{
        Place,
        witness::{Rank, Witness},
    },
    time::SECOND,
};

/// An input that tells of fewer has no clock that could be compared.
const LEAST: usize = 3;
/// Most inputs that are compared each with each: those that tell of most.
const INPUTS: usize = 16;
/// What telling of an alert may always take, in nanoseconds.
const DELAY: i64 = 300 * SECOND;

/// What is known of the clocks of a run.
#[derive(Debug, Default)]
pub struct Clocks {
    /// Which inputs are off, and which of two nobody can tell.
    pub settled: Settled,
    /// By the first input of a series: from and to by its own clock, how far ahead it was in the
    /// middle of that (ns), and its drift.
    ahead: BTreeMap<u32, Vec<Stretch>>,
    /// The events by the numbers that [`Settled`] has.
    places: Vec<Place>,
    edges: Vec<Edge>,
}

/// An event of a ticket, told by the ticket's own record or by a program's mail or post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The event.
    pub at: Place,
    /// Start of its time (ns since 1970 UTC, by its own clock), and its length (ns).
    pub time: (i64, i64),
    /// The ticket.
    pub ticket: u64,
    /// What was done to it.
    pub action: u32,
    /// It is the ticket's own record.
    pub own: bool,
}

#[derive(Clone, Copy, Debug)]
struct Stretch {
    /// Where it is known, by the input's own clock.
    known: (i64, i64),
    /// Where it is taken to hold.
    held: (i64, i64),
    ahead: i64,
    drift_ppb: i64,
}

impl Clocks {
    /// Nanoseconds by which the clock of a series was ahead of the common clock when it showed an
    /// instant (ns since 1970 UTC). Where nobody can tell which of two is off, the one that hears
    /// later is measured by the other: to match their events it does not matter.
    pub fn ahead(&self, series: u32, instant: i64) -> i64 {
        let Some(stretches) = self.ahead.get(&series) else { return 0 };
        let held =
            stretches.iter().filter(|stretch| (stretch.held.0..=stretch.held.1).contains(&instant));
        // Where a clock was set back, two hold at once: the one known nearer by.
        let away = |stretch: &&Stretch| {
            let (from, to) = stretch.known;
            from.saturating_sub(instant).max(instant.saturating_sub(to)).max(0)
        };
        held.min_by_key(away).map_or(0, |stretch| {
            let (from, to) = stretch.known;
            let since = instant.clamp(from, to) - middle(from, to);
            stretch.ahead.saturating_add(drift::over(stretch.drift_ppb, since))
        })
    }

    /// The event of a number.
    pub fn place(&self, tick: u32) -> Option<Place> {
        self.places.get(tick as usize).copied()
    }
}

/// Compares the clocks of all inputs. `list` stands in the total order; `series` gives the first of
/// the inputs that are one, `trust` what the times of an input are worth. Inputs are compared each
/// with each, at most 16 of them, so that no crowd of files takes long.
pub fn hear(list: &[Witness], series: impl Fn(u32) -> u32, trust: impl Fn(u32) -> Trust) -> Clocks {
    let mut trains: BTreeMap<u32, (Rank, Vec<Beat>)> = BTreeMap::new();
    let mut places = Vec::new();
    for witness in list {
        let Some(side) = witness.tells() else { continue };
        let (rank, train) =
            trains.entry(series(witness.input)).or_insert((witness.rank, Vec::new()));
        *rank = (*rank).min(witness.rank);
        train.push(Beat {
            instant: witness.instant,
            precision: witness.precision.nanos(),
            entity: u64::from(witness.entity.host) << 32 | u64::from(witness.entity.service),
            state: side as u32,
            tick: places.len() as u32,
        });
        places.push(witness.place());
    }
    Clocks::settled(edges(trains), places, trust)
}

/// The trains of tickets and of what tells of them, by whether they are tickets, and series. `list`
/// stands in the order of the instants; `first` is the number of the first of them.
pub fn of_tickets(
    list: &[Ticket],
    series: impl Fn(u32) -> u32,
    first: usize,
) -> BTreeMap<(bool, u32), Vec<Beat>> {
    let mut trains: BTreeMap<(bool, u32), Vec<Beat>> = BTreeMap::new();
    for (number, ticket) in list.iter().enumerate() {
        trains.entry((ticket.own, series(ticket.at.input))).or_default().push(Beat {
            instant: ticket.time.0,
            precision: ticket.time.1,
            entity: ticket.ticket,
            state: ticket.action,
            tick: (first + number) as u32,
        });
    }
    trains.retain(|_, train| train.len() >= LEAST);
    trains
}

impl Clocks {
    /// The clocks that these comparisons tell of.
    fn settled(edges: Vec<Edge>, places: Vec<Place>, trust: impl Fn(u32) -> Trust) -> Self {
        let settled = settle(&edges, trust);
        let mut ahead: BTreeMap<u32, Vec<Stretch>> = BTreeMap::new();
        for offset in &settled.offsets {
            ahead.entry(offset.input).or_default().push(of_offset(offset));
        }
        for either in &settled.open {
            ahead.entry(either.effect).or_default().push(of_effect(&either.segment));
        }
        Self { settled, ahead, places, edges }
    }

    /// The same, and what tickets tell: the mail and the post about one come behind its own record.
    #[must_use]
    pub fn with_tickets(
        self,
        list: &[Ticket],
        series: impl Fn(u32) -> u32,
        trust: impl Fn(u32) -> Trust,
    ) -> Self {
        let Self { mut edges, mut places, settled, ahead } = self;
        let before = edges.len();
        let trains = of_tickets(list, series, places.len());
        places.extend(list.iter().map(|ticket| ticket.at));
        let side = |own: bool| {
            let trains = trains.iter().filter(move |((is_own, _), _)| *is_own == own);
            let mut trains: Vec<(u32, &Vec<Beat>)> =
                trains.map(|((_, series), train)| (*series, train)).collect();
            trains.sort_by_key(|(series, train)| (std::cmp::Reverse(train.len()), *series));
            trains.truncate(INPUTS / 2);
            trains
        };
        for (cause, tickets) in side(true) {
            for (effect, train) in side(false).into_iter().filter(|(effect, _)| *effect != cause) {
                let Some(mut comparison) = compare(tickets, train) else { continue };
                comparison.segments.iter_mut().for_each(|segment| allow_delay(segment, false));
                edges.push(Edge { cause, effect, aside: false, comparison });
            }
        }
        if edges.len() == before {
            return Self { settled, ahead, places, edges };
        }
        Self::settled(edges, places, trust)
    }
}

/// Compares each with each, the one that hears earlier being the cause.
fn edges(trains: BTreeMap<u32, (Rank, Vec<Beat>)>) -> Vec<Edge> {
    let mut trains: Vec<(Rank, u32, Vec<Beat>)> = trains
        .into_iter()
        .filter(|(_, (_, train))| train.len() >= LEAST)
        .map(|(series, (rank, train))| (rank, series, train))
        .collect();
    trains.sort_by_key(|(_, series, train)| (std::cmp::Reverse(train.len()), *series));
    trains.truncate(INPUTS);
    trains.sort_by_key(|(rank, series, _)| (*rank, *series));
    let pairs: Vec<(usize, usize)> = (0..trains.len())
        .flat_map(|cause| (cause + 1..trains.len()).map(move |effect| (cause, effect)))
        .collect();
    let edge = |&(cause, effect): &(usize, usize)| {
        let ((rank, cause, one), (_, effect, other)) = (&trains[cause], &trains[effect]);
        let mut comparison = compare(one, other)?;
        let by_side = *rank > Rank::Monitoring;
        comparison.segments.iter_mut().for_each(|segment| allow_delay(segment, by_side));
        Some(Edge { cause: *cause, effect: *effect, aside: by_side, comparison })
    };
    pairs.par_iter().filter_map(edge).collect()
}

/// What tells of an alert may take its time, always as long: Alertmanager waits for half a minute
/// before it sends. A post and a mail are sent side by side, and either may take longer.
fn allow_delay(segment: &mut Segment, by_side: bool) {
    let least = if by_side { -DELAY } else { 0 };
    if (least..=DELAY).contains(&segment.offset_ns) {
        segment.class = Class::None;
    }
}

fn of_offset(offset: &Offset) -> Stretch {
    let (from, to) = (offset.from.own_time, offset.to.own_time);
    let known = (from.min(to), from.max(to));
    let from = if offset.from.open { i64::MIN } else { known.0 };
    let to = if offset.to.open { i64::MAX } else { known.1 };
    let drift_ppb = offset.drift_ppb.unwrap_or(0);
    Stretch { known, held: (from, to), ahead: offset.ahead_ns, drift_ppb }
}

fn of_effect(segment: &Segment) -> Stretch {
    let (one, other) = (segment.first.effect, segment.last.effect);
    let known = (one.min(other), one.max(other));
    let drift_ppb = segment.drift_ppb.unwrap_or(0);
    Stretch { known, held: known, ahead: segment.offset_ns, drift_ppb }
}
