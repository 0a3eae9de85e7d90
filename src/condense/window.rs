//! The incident: when it was and whom it was about, found from the evidence.
//!
//! Takes the signals; gives the incident that weighs most, its window, whom it is about, and what
//! else was seen. Anchors are what incidents are made of: a check that goes bad, a burst of
//! warnings, a ticket opened, what people do about it. Anchors with less than an hour between are
//! one episode, and within it those that share a host, service, thread or room, or that went bad
//! within five minutes of each other, are one incident. What is bad every day weighs little.

mod anchor;
mod talk;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    clue::{Clue, HOUR, MINUTE, Step, near},
    signals::{Signals, Told},
};
use crate::{event::Kind, join::Place, sets::Sets};
use anchor::Anchor;
use talk::Talk;

/// Longest pause within an episode.
const PAUSE: i64 = HOUR;
/// What goes bad within this of each other is one.
const TOGETHER: i64 = 5 * MINUTE;
/// What weighs so much makes an incident alone.
const STRONG: i64 = 250;
/// What weighs so much can be its start or its end.
const EDGE: i64 = 150;
/// What another incident weighs at least to be told of, in 1/100.
const TOLD: i64 = 250;
/// What is bad for longer than that is no incident but a condition.
const LONGEST: i64 = 12 * HOUR;
/// A timeline that somebody wrote and that is longer is of several incidents.
const LONGEST_WRITTEN: i64 = 60 * 24 * HOUR;
/// What is shown before the first anchor.
const BEFORE: i64 = 2 * HOUR;
/// What is shown after the end.
const AFTER: i64 = HOUR;
/// The end of a ticket belongs to its incident for so long.
const LATE: i64 = 24 * HOUR;
/// How long a log must have been read before what is new in it is news.
const NEW: i64 = 3 * HOUR;
/// In so many minutes it is told.
const SEVERAL: i64 = 4;
/// Logs show it so long before anybody sees it.
const EARLY: i64 = 30 * MINUTE;
/// What one check, template or person can weigh in one episode, in 1/100.
const MOST: i64 = 900;

/// One that events speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// A host.
    Host(u32),
    /// A service or check.
    Service(u32),
    /// A ticket or thread.
    Thread(u32),
    /// A channel, list or project.
    Room(u32),
    /// The stream of a log that names nobody.
    Stream(u32),
}

/// An incident: when it was and whom it was about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incident {
    /// Its first anchor, in ns since 1970 UTC.
    pub start: i64,
    /// Its last anchor.
    pub end: i64,
    /// What is shown: from, inclusive, and to, exclusive.
    pub window: (i64, i64),
    /// How much it weighs, in 1/100.
    pub weight: i64,
    /// Whom it is about.
    pub nodes: BTreeSet<Node>,
    /// What else was seen, heaviest first.
    pub others: Vec<Incident>,
}

impl Incident {
    /// No incident stands out: all of the evidence is shown, or what the user asked for.
    pub fn none(signals: &Signals, asked: Option<(i64, i64)>) -> Self {
        let from = signals.streams.values().map(|cover| cover.from).min().unwrap_or(0);
        let to = signals.streams.values().map(|cover| cover.to).max().unwrap_or(0);
        let window = asked.unwrap_or((from, to.saturating_add(1)));
        Self { start: near(window.0), end: near(window.1), window, ..Self::default() }
    }

    /// Whether an event is about what the incident is about.
    pub fn is_of(&self, clue: &Clue) -> bool {
        nodes(clue).into_iter().flatten().any(|node| self.nodes.contains(&node))
    }

    /// Whether it speaks of the same host or service.
    pub fn is_related(&self, clue: &Clue) -> bool {
        let known = |node: Node| self.nodes.contains(&node);
        (clue.host != 0 && known(Node::Host(clue.host)))
            || (clue.service != 0 && known(Node::Service(clue.service)))
    }

    /// Length in minutes.
    pub fn minutes(&self) -> i64 {
        (self.end - self.start) / MINUTE
    }
}

/// Whom an event speaks of. A room is a room where people talk: lists and projects are about
/// everything.
fn nodes(clue: &Clue) -> [Option<Node>; 4] {
    let some = |number: u32, node: fn(u32) -> Node| (number != 0).then(|| node(number));
    let talks = clue.kind == Kind::Chat && clue.is_human();
    let mut nodes = [
        some(clue.host, Node::Host),
        // The same check runs on many hosts.
        some(if clue.host == 0 { clue.service } else { 0 }, Node::Service),
        some(clue.thread, Node::Thread),
        some(if talks { clue.room } else { 0 }, Node::Room),
    ];
    if nodes == [None; 4] && clue.kind == Kind::Log {
        nodes[0] = Some(Node::Stream(clue.stream));
    }
    if clue.kind == Kind::Manual {
        // What somebody wrote down is about one incident.
        nodes[3] = Some(Node::Stream(clue.stream));
    }
    nodes
}

/// Finds the incident. `asked` is the window that the user asked for, from inclusive, to exclusive:
/// only what lies in it is looked at, and it is the window. None where nothing stands out.
pub fn find(signals: &Signals, asked: Option<(i64, i64)>) -> Option<Incident> {
    let mut anchors = anchor::anchors(signals);
    if let Some((from, to)) = asked {
        anchors.retain(|anchor| (from..to).contains(&anchor.at));
    }
    anchors.sort_by_key(|anchor| (anchor.at, anchor.key, anchor.nodes, -anchor.weight));
    let bridges = bridges(signals);
    let talk = Talk::of(signals);
    let runs = episodes(&anchors, &bridges).into_iter();
    let mut found: Vec<Incident> = runs.flat_map(|run| incidents(run, &talk)).collect();
    for incident in &mut found {
        reported(incident, signals);
    }
    found.sort_by_key(|incident| (-incident.weight, incident.start));
    let mut rest = found.into_iter();
    let mut main = rest.next()?;
    let (start, end) = (main.start, main.end);
    main.nodes.retain(|node| match node {
        Node::Room(room) => talk.is_gathered(*room, start, end),
        _ => true,
    });
    reports(&mut main, signals);
    end_of_tickets(&mut main, signals);
    main.window = asked.unwrap_or((main.start - BEFORE, main.end + AFTER));
    let worth_telling = |other: &Incident| other.weight >= TOLD.max(main.weight / 20);
    main.others = rest.take_while(worth_telling).take(9).collect();
    for other in &mut main.others {
        other.window = (other.start - BEFORE, other.end + AFTER);
    }
    Some(main)
}

/// While a check is bad that seldom is, or a burst lasts, an incident lasts: from when to when,
/// without overlaps.
fn bridges(signals: &Signals) -> Vec<(i64, i64)> {
    let rare = signals.spans.list.iter().filter(|span| signals.spans.times(span.entity) <= 3);
    let spans = rare.filter_map(|span| Some((span.from.0, span.to?.0)));
    let bad = |template: u32| signals.told(template).is_some_and(Told::is_bad);
    let bursts = signals.bursts.iter().filter(|burst| bad(burst.template));
    let bursts = bursts.map(|burst| (burst.first.0, burst.last.0));
    let mut all: Vec<(i64, i64)> =
        spans.chain(bursts).filter(|(from, to)| to - from <= LONGEST).collect();
    all.extend(written(signals));
    all.sort_unstable();
    all.dedup_by(|next, last| {
        let touches = next.0 <= last.1;
        if touches {
            last.1 = last.1.max(next.1);
        }
        touches
    });
    all
}

/// From the first to the last row of each timeline that somebody wrote by hand.
fn written(signals: &Signals) -> Vec<(i64, i64)> {
    let mut of: BTreeMap<u32, (i64, i64)> = BTreeMap::new();
    for clue in signals.notable.iter().filter(|clue| clue.kind == Kind::Manual) {
        let span = of.entry(clue.stream).or_insert((clue.instant, clue.instant));
        *span = (span.0.min(clue.instant), span.1.max(clue.instant));
    }
    of.into_values().filter(|(from, to)| to - from <= LONGEST_WRITTEN).collect()
}

/// Runs of anchors with less than an hour between, half as long between weak ones. Weak ones hold a
/// run together but alone are none: two within ten minutes are.
fn episodes<'a>(anchors: &'a [Anchor], bridges: &[(i64, i64)]) -> Vec<&'a [Anchor]> {
    let bridged = |from: i64, to: i64| {
        let after = bridges.partition_point(|(begin, _)| *begin <= from);
        after.checked_sub(1).is_some_and(|last| bridges[last].1 >= to)
    };
    let runs = anchors.chunk_by(|one, next| {
        let pause = if one.is_weak && next.is_weak { PAUSE / 2 } else { PAUSE };
        next.at - one.at <= pause || bridged(one.at, next.at)
    });
    let strong = |run: &&[Anchor]| {
        run.iter().any(|anchor| !anchor.is_weak)
            || run.windows(2).any(|pair| pair[1].at - pair[0].at <= 2 * TOGETHER)
    };
    runs.filter(strong).collect()
}

/// The incidents of an episode: anchors that share whom they speak of.
fn incidents(episode: &[Anchor], talk: &Talk) -> Vec<Incident> {
    let mut joined = Joined::default();
    let mut last_edge: Option<(i64, usize)> = None;
    let mut of: Vec<Option<usize>> = Vec::with_capacity(episode.len());
    for anchor in episode {
        let mut own: Option<usize> = None;
        // People speak of several things in one room.
        let strong = |node: &Node| !matches!(node, Node::Room(_));
        for node in anchor.nodes.into_iter().flatten().filter(strong) {
            let set = joined.of(node);
            own = Some(own.map_or(set, |own| joined.sets.join(own, set)));
        }
        let own = own.or_else(|| Some(joined.of(anchor.nodes.into_iter().flatten().next()?)));
        // What often goes bad goes bad with anything.
        if let (true, true, Some(set)) = (anchor.is_edge, anchor.weight >= STRONG, own) {
            if let Some((at, other)) = last_edge.filter(|(at, _)| anchor.at - at <= TOGETHER) {
                debug_assert!(at <= anchor.at);
                joined.sets.join(other, set);
            }
            last_edge = Some((anchor.at, set));
        }
        of.push(own);
    }
    let mut parts: BTreeMap<usize, Vec<&Anchor>> = BTreeMap::new();
    for (anchor, set) in episode.iter().zip(of) {
        if let Some(set) = set {
            parts.entry(joined.sets.root(set)).or_default().push(anchor);
        }
    }
    let (machines, people): (Vec<Vec<&Anchor>>, Vec<Vec<&Anchor>>) =
        parts.into_values().partition(|anchors| anchors.iter().any(|anchor| anchor.names()));
    let mut machines = with_nameless(machines);
    // People who name nobody speak of what is named in their room, or else of what weighs most.
    let of: Vec<Incident> = machines.iter().map(|anchors| incident(anchors)).collect();
    let rooms = rooms(&machines);
    let mut rest = Vec::new();
    for part in people {
        let named = part.iter().find_map(|anchor| rooms.get(&anchor.room()?)).copied();
        match named.or_else(|| spoken_of(&part, &of, &rooms, talk)) {
            Some(at) => machines[at].extend(part),
            None => rest.push(part),
        }
    }
    machines.iter().chain(&rest).map(|anchors| incident(anchors)).collect()
}

/// A log that names nobody is of what people speak of most while it lasts, or else of what went bad
/// with it.
fn with_nameless(machines: Vec<Vec<&Anchor>>) -> Vec<Vec<&Anchor>> {
    let (nameless, mut named): (Vec<_>, Vec<_>) =
        machines.into_iter().partition(|anchors| anchors.iter().all(|anchor| anchor.is_nameless()));
    let of: Vec<Incident> = named.iter().map(|anchors| incident(anchors)).collect();
    let mut rest = Vec::new();
    for anchors in nameless {
        let own = incident(&anchors);
        let lasts = |at: &usize| of[*at].start - EARLY <= own.end && own.start <= of[*at].end;
        let likeliest = (0..of.len()).filter(lasts).filter_map(|at| {
            let talk = named[at].iter().filter(|anchor| anchor.is_talk()).count();
            let apart = (of[at].start - own.start).abs();
            (talk > 0 || apart <= TOGETHER).then_some((std::cmp::Reverse(talk), apart, at))
        });
        match likeliest.min().map(|(.., at)| at) {
            Some(at) => named[at].extend(anchors),
            None => rest.push(anchors),
        }
    }
    named.extend(rest);
    named
}

/// Which incident people speak of who name nobody: one that no other room speaks of, during which
/// they say more than at other times; of those that weigh much the last to begin before they did.
fn spoken_of(
    part: &[&Anchor],
    of: &[Incident],
    rooms: &BTreeMap<u32, usize>,
    talk: &Talk,
) -> Option<usize> {
    let first = part.first()?.at;
    let own: BTreeSet<u32> = part.iter().filter_map(|anchor| anchor.room()).collect();
    let fits = |at: &usize| {
        let (start, end) = (of[*at].start, of[*at].end);
        let gathered = |room: &u32| talk.is_gathered(*room, start, end);
        // A thread of mails is of one thing.
        let within = part.iter().filter(|a| (start - TOGETHER..end + HOUR).contains(&a.at)).count();
        let answered = own.is_empty() && within >= 3 && within * 2 > part.len();
        !rooms.values().any(|named| named == at) && (answered || own.iter().any(gathered))
    };
    let fitting: Vec<usize> = (0..of.len()).filter(fits).collect();
    let most = fitting.iter().map(|at| of[*at].weight).max()?;
    let heavy = fitting.into_iter().filter(|at| of[*at].weight * 2 >= most);
    heavy.max_by_key(|at| {
        let start = of[*at].start;
        (start <= first + TOGETHER, start, of[*at].weight, std::cmp::Reverse(*at))
    })
}

/// Which incident a room names most often.
fn rooms(machines: &[Vec<&Anchor>]) -> BTreeMap<u32, usize> {
    let mut named: BTreeMap<u32, BTreeMap<usize, usize>> = BTreeMap::new();
    for (at, anchors) in machines.iter().enumerate() {
        for room in anchors.iter().filter_map(|anchor| anchor.room()) {
            *named.entry(room).or_default().entry(at).or_default() += 1;
        }
    }
    let most = |of: BTreeMap<usize, usize>| {
        let most = of.into_iter().max_by_key(|(at, count)| (*count, std::cmp::Reverse(*at)));
        most.map(|(at, _)| at)
    };
    named.into_iter().filter_map(|(room, of)| Some((room, most(of)?))).collect()
}

fn incident(anchors: &[&Anchor]) -> Incident {
    let mut weights: BTreeMap<(u8, u32, u32), i64> = BTreeMap::new();
    for anchor in anchors {
        *weights.entry(anchor.key).or_default() += anchor.weight;
    }
    let kinds: BTreeSet<Kind> = anchors.iter().map(|anchor| anchor.kind).collect();
    let weight: i64 = weights.values().map(|weight| *weight.min(&MOST)).sum();
    // Where several people deal with something, it is what they are here for.
    let people: BTreeSet<u32> = anchors
        .iter()
        .filter(|anchor| anchor.is_talk())
        .filter_map(|anchor| anchor.who())
        .collect();
    let weight = weight + people.len().saturating_sub(1).min(6) as i64 * EDGE;
    let sure = anchors.iter().filter(|anchor| anchor.weight >= EDGE).map(|anchor| anchor.at);
    let any = anchors.iter().map(|anchor| anchor.at);
    Incident {
        start: sure.clone().min().or(any.clone().min()).unwrap_or(0),
        end: sure.max().or(any.max()).unwrap_or(0),
        weight: weight * kinds.len() as i64,
        nodes: anchors.iter().flat_map(|anchor| anchor.nodes).flatten().collect(),
        ..Incident::default()
    }
}

/// What reports trouble, by itself, while an incident lasts.
fn reporting<'s>(
    signals: &'s Signals,
    incident: &Incident,
) -> impl Iterator<Item = &'s Clue> + use<'s> {
    let (start, end) = (incident.start, incident.end);
    signals.notable.iter().filter(move |clue| talk::reports(clue, start, end))
}

/// That others report it makes it weigh more.
fn reported(incident: &mut Incident, signals: &Signals) {
    incident.weight += reporting(signals, incident).count().min(6) as i64 * EDGE;
}

/// Who reports it by mail or ticket, and what customers are told of it, is of it.
fn reports(incident: &mut Incident, signals: &Signals) {
    let threads = reporting(signals, incident).map(|clue| clue.thread);
    incident.nodes.extend(threads.filter(|thread| *thread != 0).map(Node::Thread));
}

/// What is bad in logs, was never told before and is told again and again from shortly before the
/// incident on: first and last of each.
pub fn news<'s>(
    signals: &'s Signals,
    incident: &Incident,
) -> impl Iterator<Item = ((i64, Place), (i64, Place))> + 's {
    let (start, end) = (incident.start, incident.end);
    signals.templates.iter().filter_map(move |(_, told)| {
        let at = told.first.instant;
        let is_new = signals.baseline(&told.first) >= NEW.max(end - start);
        let often = told.minutes.len() as i64 >= SEVERAL;
        let near = (start - EARLY..end).contains(&at);
        let last = told.minutes.last().filter(|last| last.last.0 <= end + AFTER)?.last;
        (told.is_bad() && is_new && often && near).then_some((told.first.turn(), last))
    })
}

/// The end of its tickets, and what customers were told, belongs to an incident a day long.
fn end_of_tickets(incident: &mut Incident, signals: &Signals) {
    let until = incident.end + LATE;
    let late = signals.notable.iter().filter(|clue| {
        let ends = matches!(clue.step, Step::Resolved | Step::Reopened);
        let known = clue.thread != 0 && incident.nodes.contains(&Node::Thread(clue.thread));
        ends && known && clue.coarse == 0 && (incident.start..until).contains(&clue.instant)
    });
    let last = late.map(|clue| clue.instant).max().unwrap_or(incident.end);
    incident.end = incident.end.max(last);
}

/// Sets of nodes that are one.
#[derive(Default)]
struct Joined {
    numbers: BTreeMap<Node, usize>,
    sets: Sets,
}

impl Joined {
    /// The set of a node.
    fn of(&mut self, node: Node) -> usize {
        let next = self.sets.len();
        let number = *self.numbers.entry(node).or_insert(next);
        if number == next {
            self.sets.add();
        }
        self.sets.root(number)
    }
}
