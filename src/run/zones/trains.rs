//! Trains: what each input tells of the same alerts, keys and tickets, with its times.

use std::collections::{BTreeMap, HashSet};

use super::is_fine;
use crate::{
    event::Kind,
    join::{self, Joined, Place, alerts, clock::Beat},
    reader::{Sketch, sketch::Known},
    time::{
        Basis, Stamp,
        policy::{self, Policy},
    },
    timeline::{
        merge::Placed,
        tell::{Decided, Which},
    },
};

/// What two inputs may both tell of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Matter {
    /// A host or service, and its state.
    Alert,
    /// A mail, message or ticket event, by its native key.
    Key,
    /// What was done to a ticket.
    Ticket,
}

impl Matter {
    /// One of them, and many.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Alert => ("alert", "alerts"),
            Self::Key => ("record", "records"),
            Self::Ticket => ("event of tickets", "events of tickets"),
        }
    }
}

/// What an input tells of one matter.
#[derive(Debug)]
pub(super) struct Train {
    /// The input, or the first of the parts of a log.
    pub(super) group: u32,
    pub(super) matter: Matter,
    /// How early it hears of it.
    pub(super) rank: u8,
    /// The tickets' own records, and not what tells of them.
    pub(super) own: bool,
    /// In the order of their instants.
    pub(super) beats: Vec<Beat>,
}

/// The trains of a run.
#[derive(Debug, Default)]
pub(super) struct Trains {
    /// Of records without a zone.
    pub(super) open: Vec<Train>,
    /// Of records whose time is certain.
    pub(super) known: Vec<Train>,
}

/// Input or group, matter, rank, own.
type Name = (u32, Matter, u8, bool);

/// Gathers trains.
struct Gathered<'i> {
    inputs: &'i [Decided],
    groups: &'i [Option<u32>],
    open: BTreeMap<Name, Vec<Beat>>,
    known: BTreeMap<Name, Vec<Beat>>,
}

impl Gathered<'_> {
    /// Takes an event, if its zone is open or its time certain.
    fn take(
        &mut self,
        at: Place,
        (matter, rank, own): (Matter, u8, bool),
        entity: u64,
        state: u32,
    ) {
        let (input, tick) = (&self.inputs[at.input as usize], at.tick as usize);
        let raw = &input.scan.ticks[tick].time;
        let stamp = policy::resolve(&input.policy, tick, raw);
        let Some(instant) = stamp.instant.filter(|_| is_fine(stamp.precision)) else { return };
        let precision = stamp.precision.nanos();
        let beat = Beat { instant: instant.0, precision, entity, state, tick: at.tick };
        match self.groups[at.input as usize] {
            Some(group) if is_open(&stamp) => {
                self.open.entry((group, matter, rank, own)).or_default().push(beat);
            }
            _ if is_certain(&stamp) => {
                self.known.entry((at.input, matter, rank, own)).or_default().push(beat);
            }
            _ => {}
        }
    }

    /// All that was gathered, each in order.
    fn trains(trains: BTreeMap<Name, Vec<Beat>>) -> Vec<Train> {
        let train = |((group, matter, rank, own), mut beats): (Name, Vec<Beat>)| {
            beats.sort_by_key(|beat| (beat.instant, beat.tick));
            Train { group, matter, rank, own, beats }
        };
        trains.into_iter().map(train).collect()
    }
}

/// Nothing but the zone is in doubt.
fn is_open(stamp: &Stamp) -> bool {
    stamp.quality.basis == Basis::ZoneAssumed && stamp.alternatives.is_empty()
}

fn is_certain(stamp: &Stamp) -> bool {
    matches!(stamp.quality.basis, Basis::Exact | Basis::Zone) && !stamp.in_doubt()
}

/// What inputs tell of the same. `groups` are those whose zone is open.
pub(super) fn trains(inputs: &[Decided], groups: &[Option<u32>]) -> Trains {
    let (open, known) = (BTreeMap::new(), BTreeMap::new());
    let mut gathered = Gathered { inputs, groups, open, known };
    of_alerts(&mut gathered);
    of_keys(&mut gathered);
    of_tickets(&mut gathered);
    let Gathered { open, known, .. } = gathered;
    Trains { open: Gathered::trains(open), known: Gathered::trains(known) }
}

/// The sketches of an input with the indices of their ticks.
fn sketches(input: &Decided) -> impl Iterator<Item = (u32, Sketch)> + '_ {
    (0_u32..).zip(input.scan.sketches.iter().copied())
}

fn of_alerts(gathered: &mut Gathered<'_>) {
    let inputs = gathered.inputs;
    let tells = |number: usize| {
        let has_about = !inputs[number].scan.abouts.all().is_empty();
        has_about && sketches(&inputs[number]).any(|(_, sketch)| sketch.about > 0)
    };
    if !(0..inputs.len()).any(|at| gathered.groups[at].is_some() && tells(at)) {
        return;
    }
    let mut order: Vec<Placed> = Vec::new();
    for (number, input) in (0_u32..).zip(inputs) {
        for (tick, sketch) in sketches(input).filter(|(_, sketch)| sketch.about > 0) {
            let raw = &input.scan.ticks[tick as usize].time;
            let instant = policy::instant(&input.policy, tick as usize, raw);
            let instant = instant.filter(|_| !sketch.quiet());
            order.extend(instant.map(|instant| Placed { instant, input: number, tick }));
        }
    }
    order.sort_unstable();
    let witnesses = alerts::witnesses(inputs, &order, &Joined::default());
    for witness in &witnesses.list {
        let Some(side) = witness.tells() else { continue };
        let entity = u64::from(witness.entity.host) << 32 | u64::from(witness.entity.service);
        let name = (Matter::Alert, witness.rank as u8, false);
        gathered.take(witness.place(), name, entity, side as u32);
    }
}

/// Copies by native key: exports of one tracker or channel, of which one writes its offset.
fn of_keys(gathered: &mut Gathered<'_>) {
    let (inputs, groups) = (gathered.inputs, gathered.groups);
    let keyed = |input: &Decided| {
        let keyed = sketches(input).filter(|(_, sketch)| sketch.known != Known::Text);
        keyed.map(|(tick, sketch)| (tick, (sketch.known, sketch.same))).collect::<Vec<_>>()
    };
    let open = inputs.iter().zip(groups).filter(|(_, group)| group.is_some());
    let wanted: HashSet<(Known, u64)> =
        open.flat_map(|(input, _)| keyed(input)).map(|(_, key)| key).collect();
    if wanted.is_empty() {
        return;
    }
    for (number, input) in (0_u32..).zip(inputs) {
        for (tick, (known, same)) in
            keyed(input).into_iter().filter(|(_, key)| wanted.contains(key))
        {
            let at = Place { input: number, tick };
            gathered.take(at, (Matter::Key, 0, false), same, known as u32);
        }
    }
}

/// Tickets and what programs tell of them: texts are read only where a ticket's zone is open, or that
/// of what may tell of it.
fn of_tickets(gathered: &mut Gathered<'_>) {
    let (inputs, groups) = (gathered.inputs, gathered.groups);
    let is_ticket = |sketch: Sketch| sketch.known == Known::Ticket;
    let says = |sketch: Sketch| {
        let said = matches!(sketch.kind(), Kind::Chat | Kind::Email | Kind::Ticket);
        !sketch.quiet() && (said || sketch.known == Known::Mail)
    };
    let any = |number: usize, of: &dyn Fn(Sketch) -> bool| {
        sketches(&inputs[number]).any(|(_, sketch)| of(sketch))
    };
    let all = || 0..inputs.len();
    let tickets = all().any(|at| any(at, &is_ticket));
    let said =
        |open: bool| all().filter(|at| groups[*at].is_some() == open).any(|at| any(at, &says));
    if !tickets || !said(true) || !said(false) {
        return;
    }
    let is_wanted = |input: &Decided, tick: u32, sketch: Sketch| {
        says(sketch) && may_be_known(&input.policy, input, tick)
    };
    let wanted: Vec<Vec<Which>> = inputs
        .iter()
        .map(|input| {
            let ticks = sketches(input).filter(|(tick, sketch)| is_wanted(input, *tick, *sketch));
            ticks.map(|(tick, _)| Which::Tick(tick)).collect()
        })
        .collect();
    for told in join::tickets(inputs, &wanted) {
        let name = (Matter::Ticket, u8::from(!told.own), told.own);
        gathered.take(told.at, name, told.ticket, told.action);
    }
}

fn may_be_known(policy: &Policy, input: &Decided, tick: u32) -> bool {
    let raw = &input.scan.ticks[tick as usize].time;
    policy::instant(policy, tick as usize, raw).is_some() && is_fine(raw.precision)
}
