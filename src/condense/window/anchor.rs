//! Anchors: what incidents are made of.
//!
//! Takes the signals; gives each event and burst that speaks of trouble, or of what is done about it,
//! with what it weighs and whom it speaks of.

use super::{Node, STRONG, nodes};
use crate::{
    condense::{
        acts::Acts,
        clue::{Class, Clue, Flags, Step},
        signals::{Signals, states::Edge},
    },
    event::{Kind, Mark, Severity},
};

/// What an anchor weighs at least, in 1/100.
const LEAST: i64 = 60;

/// What an incident is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Anchor {
    pub(super) at: i64,
    /// In 1/100.
    pub(super) weight: i64,
    pub(super) key: (u8, u32, u32),
    pub(super) nodes: [Option<Node>; 4],
    pub(super) kind: Kind,
    /// What goes bad with others is one with them.
    pub(super) is_edge: bool,
    /// Others hold together, but alone make no incident.
    pub(super) is_weak: bool,
}

impl Anchor {
    /// Whether it names a host, a service or a log.
    pub(super) fn names(&self) -> bool {
        let talk = |node: &Node| matches!(node, Node::Thread(_) | Node::Room(_));
        self.nodes.iter().flatten().any(|node| !talk(node))
    }

    /// Whether people or a tracker say it.
    pub(super) fn is_talk(&self) -> bool {
        matches!(self.kind, Kind::Chat | Kind::Email | Kind::Ticket)
    }

    /// Who said it, where that is known.
    pub(super) fn who(&self) -> Option<u32> {
        matches!(self.key, (2, who, _) if who != 0).then_some(self.key.1)
    }

    /// Whether it is of a log that names nobody.
    pub(super) fn is_nameless(&self) -> bool {
        let stream = |node: &Node| matches!(node, Node::Stream(_));
        self.kind == Kind::Log && self.nodes.iter().flatten().all(stream)
    }

    pub(super) fn room(&self) -> Option<u32> {
        let room = |node: &Node| if let Node::Room(room) = node { Some(*room) } else { None };
        self.nodes.iter().flatten().find_map(room)
    }
}

/// All anchors of the evidence, in no order.
pub(super) fn anchors(signals: &Signals) -> Vec<Anchor> {
    let mut anchors: Vec<Anchor> =
        signals.notable.iter().filter_map(|clue| anchor(clue, signals)).collect();
    for burst in &signals.bursts {
        let Some(told) = signals.told(burst.template).filter(|told| told.is_bad()) else {
            continue;
        };
        let worse = told.first.severity.is_some_and(|severity| severity <= Severity::Error);
        // What bursts every hour is a job that fails.
        let times = signals.bursts.iter().filter(|other| other.template == burst.template).count();
        let weight = if worse { 300 } else { 150 } * 2 / (times as i64 + 1);
        for (at, weight) in [(burst.first.0, weight), (burst.last.0, weight / 3)] {
            let key = (0, burst.template, 0);
            let clue = &told.first;
            let is_edge = at == burst.first.0;
            let nodes = nodes(clue);
            anchors.push(Anchor {
                at,
                weight,
                key,
                nodes,
                kind: Kind::Log,
                is_edge,
                is_weak: false,
            });
        }
    }
    anchors
}

fn anchor(clue: &Clue, signals: &Signals) -> Option<Anchor> {
    if clue.coarse > 1 {
        return None;
    }
    let times = signals.spans.times((clue.host, clue.service));
    // What went bad three times weighs half as much each time, seven times a quarter.
    let usual = (i64::from(times) + 1).max(2);
    let edge = signals.spans.edge(clue.place);
    let (weight, is_edge) = match edge {
        Some(Edge::Opens(_)) => (if is_bad(clue) { 400 } else { 250 } * 2 / usual, true),
        Some(Edge::Closes(_)) => (200 * 2 / usual, false),
        Some(Edge::Again(_)) => (20 * 2 / usual, false),
        None => (told(clue), false),
    };
    let own =
        if edge.is_some() { (1, clue.host, clue.service) } else { (2, clue.actor, clue.room) };
    let key = if clue.kind == Kind::Ticket { (3, clue.thread, 0) } else { own };
    (weight >= LEAST).then(|| Anchor {
        at: clue.instant,
        weight,
        key,
        nodes: nodes(clue),
        kind: clue.kind,
        is_edge,
        is_weak: weight < STRONG,
    })
}

fn is_bad(clue: &Clue) -> bool {
    clue.severity.is_none_or(|severity| severity <= Severity::Error)
}

/// What an event without an edge weighs.
fn told(clue: &Clue) -> i64 {
    if clue.flags.has(Flags::PINNED) {
        return 300;
    }
    if clue.kind == Kind::Manual {
        return STRONG;
    }
    let ticket = match clue.step {
        Step::Created | Step::Reopened => 250,
        Step::InProgress | Step::Resolved => 150,
        Step::Priority => 100,
        _ => 0,
    };
    let of = |acts: Acts, weight: i64| if clue.acts.has(acts) { weight } else { 0 };
    let acts = if clue.acts.has(Acts::CHATTER) || !clue.is_human() {
        0
    } else {
        of(Acts::DETECT | Acts::ACKNOWLEDGE | Acts::RECOVER | Acts::CAUSE, 150)
            .max(of(Acts::ACT | Acts::DECIDE | Acts::INFORM, 100))
            // Who looks into a host tells which one his room or thread is about.
            .max(if clue.host != 0 { of(Acts::INVESTIGATE, LEAST) } else { 0 })
    };
    let marked = clue.marked(Mark::Start) || clue.marked(Mark::Detected);
    let state = match clue.state {
        Class::Acknowledged => 150,
        Class::Problem => 100,
        Class::None | Class::Ok | Class::Flapping => 0,
    };
    let outward = if clue.flags.has(Flags::OUTWARD) { 150 } else { 0 };
    ticket.max(acts).max(if marked { 300 } else { 0 }).max(state).max(outward)
}
