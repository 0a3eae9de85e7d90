//! Zones of inputs that name none, from what other inputs tell of the same.
//!
//! Takes inputs whose zone nobody told, read as if they were in UTC, and those whose times are
//! certain. Where both tell of the same alerts, the same native keys or the same tickets, the offset
//! between them is the zone's. An input with too little in common with others, or with offsets that no
//! zone has, stays as it was: nothing is guessed.

mod trains;

use std::collections::BTreeMap;

use trains::{Matter, Train, Trains, trains};

use super::{Read, decide_again};
use crate::{
    join::{
        self,
        clock::{
            compare,
            zone::{Side, ZoneStretch, zones},
        },
    },
    render::safe::counted,
    settings::Reading,
    time::{
        Basis, Instant, Precision, SECOND,
        policy::{self, Inferred, Need, Offset, infer},
        zone::{Zone, offset_text},
    },
    timeline::tell::Decided,
};

/// Inputs with certain times that one is compared with: those that tell of most.
const OTHERS: usize = 16;

/// What speaks for a zone.
struct Proof {
    /// The input that tells the same.
    other: u32,
    matter: Matter,
    stretches: Vec<ZoneStretch>,
}

impl Proof {
    fn pairs(&self) -> u32 {
        self.stretches.iter().map(|stretch| stretch.pairs).sum()
    }

    /// Its stretches agree in number; each has keys of its own, so that the most are told.
    fn keys(&self) -> u32 {
        self.stretches.iter().map(|stretch| stretch.keys).max().unwrap_or(0)
    }
}

/// Infers the zones of inputs that name none, and has their times read by them.
pub(super) fn settle(read: &mut Read, reading: &Reading) {
    let groups = groups(&read.inputs);
    if groups.len() < 2 || groups.iter().all(Option::is_none) {
        return;
    }
    let Trains { open, known } = trains(&read.inputs, &groups);
    let mut proofs: BTreeMap<u32, Vec<Proof>> = BTreeMap::new();
    for train in &open {
        let found = others(train, &known).into_iter().filter_map(|other| proof(train, other));
        proofs.entry(train.group).or_default().extend(found);
    }
    let named = named(&read.inputs);
    for (group, mut proofs) in proofs {
        proofs.sort_by_key(|proof| (std::cmp::Reverse(proof.pairs()), proof.other, proof.matter));
        if !proofs.is_empty() {
            let members = (0_u32..).zip(&groups).filter(|(_, of)| **of == Some(group));
            let members: Vec<u32> = members.map(|(input, _)| input).collect();
            decide_group(read, reading, &named, &members, &proofs);
        }
    }
}

/// The inputs that name no zone and were told none, by the first of those that are parts of one log.
fn groups(inputs: &[Decided]) -> Vec<Option<u32>> {
    let mut firsts: BTreeMap<(String, &str), u32> = BTreeMap::new();
    let is_open = |input: &Decided| {
        input.policy.zone_basis() == Basis::ZoneAssumed
            && input.policy.needs().contains(&Need::Zone)
    };
    let mut found = Vec::new();
    for (number, input) in (0_u32..).zip(inputs) {
        let key = || (join::role_of(&input.plan.input.path), &*input.plan.definition.name);
        found.push(is_open(input).then(|| *firsts.entry(key()).or_insert(number)));
    }
    found
}

/// The inputs with certain times that tell most of the same matter.
fn others<'t>(train: &Train, known: &'t [Train]) -> Vec<&'t Train> {
    let is_other = |other: &&Train| {
        let tells = train.matter != Matter::Ticket || train.own != other.own;
        train.matter == other.matter && tells && train.group != other.group
    };
    let mut others: Vec<&Train> = known.iter().filter(is_other).collect();
    others.sort_by_key(|other| (std::cmp::Reverse(other.beats.len()), other.group));
    others.truncate(OTHERS);
    others
}

/// What another input says of the zone; the one that hears earlier is the cause, and of two that
/// hear side by side it may be either.
fn proof(train: &Train, other: &Train) -> Option<Proof> {
    let heard = || zones(&compare(&other.beats, &train.beats)?, Side::Effect);
    let told = || zones(&compare(&train.beats, &other.beats)?, Side::Cause);
    let stretches = match train.rank.cmp(&other.rank) {
        std::cmp::Ordering::Greater => heard(),
        std::cmp::Ordering::Less => told(),
        std::cmp::Ordering::Equal => heard().or_else(told),
    };
    Some(Proof { other: other.group, matter: train.matter, stretches: stretches? })
}

/// The zones that other inputs are known to be in.
fn named(inputs: &[Decided]) -> Vec<Zone> {
    let known = inputs.iter().filter(|input| input.policy.zone_basis() == Basis::Zone);
    known.filter_map(|input| input.policy.zone().cloned()).collect()
}

/// Decides the zone of the parts of one log.
fn decide_group(
    read: &mut Read,
    reading: &Reading,
    named: &[Zone],
    members: &[u32],
    proofs: &[Proof],
) {
    let path = |input: u32| read.inputs[input as usize].plan.input.path.to_string();
    let (words, from) = (words(proofs, path), path(proofs[0].other));
    let offsets: Vec<Offset> =
        proofs.iter().flat_map(|proof| &proof.stretches).map(offset).collect();
    let span = members.iter().filter_map(|at| span(&read.inputs[*at as usize]));
    let span = span.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let zone = span.and_then(|span| infer(&offsets, span, named, &reading.zones));
    let Some((zone, unsure)) = zone else {
        let remark = format!(
            "its zone could not be inferred: no zone has {} at these times ({words}); tell it by --zone",
            listed(&offsets)
        );
        for input in members {
            read.inputs[*input as usize].scan.remarks.push(remark.clone());
        }
        return;
    };
    let all = super::span_of_others(read);
    let is_known = zone.is_fixed() || named.contains(&zone);
    let or = if is_known { "" } else { ", or one whose clocks went with it" };
    for input in members {
        let decided = &mut read.inputs[*input as usize];
        let how = format!("from {from}");
        let inferred = Inferred { zone: zone.clone(), how, unsure: unsure.clone() };
        decide_again(decided, reading, all, &inferred);
        decided.scan.remarks.push(format!("zone inferred as {zone}{or}: {words}"));
        if decided.policy.needs().contains(&Need::Zone) {
            let remark = "nothing tells its offset beyond a change of the clocks, where zones that \
                          fit as well differ: times there stay in doubt until --zone is told";
            decided.scan.remarks.push(remark.to_owned());
        }
    }
}

/// `14 alerts of 5 keys are also told by mail/duty.mbox, 9 of …`.
fn words(proofs: &[Proof], path: impl Fn(u32) -> String) -> String {
    let told = proofs.iter().map(|proof| {
        let (one, many) = proof.matter.words();
        let (pairs, keys) = (u64::from(proof.pairs()), u64::from(proof.keys()));
        let (verb, keys) = (if pairs == 1 { "is" } else { "are" }, counted(keys, "key", "keys"));
        let other = path(proof.other);
        format!("{} of {keys} {verb} also told by {other}", counted(pairs, one, many))
    });
    told.collect::<Vec<_>>().join(", ")
}

/// `-06:00 and -05:00`.
fn listed(offsets: &[Offset]) -> String {
    let mut offsets: Vec<i32> = offsets.iter().map(|offset| offset.east_s).collect();
    offsets.sort_unstable();
    offsets.dedup();
    offsets.into_iter().map(offset_text).collect::<Vec<_>>().join(" and ")
}

fn offset(stretch: &ZoneStretch) -> Offset {
    let (from, to) = stretch.span;
    Offset { span: (from.div_euclid(SECOND), to.div_euclid(SECOND)), east_s: stretch.offset_s }
}

/// First and last instant of an input, in seconds since 1970 UTC.
fn span(input: &Decided) -> Option<(i64, i64)> {
    let ticks = input.scan.ticks.iter().enumerate();
    let instants = ticks.filter_map(|(at, tick)| policy::instant(&input.policy, at, &tick.time));
    let first = instants.fold(None, |span: Option<(Instant, Instant)>, at| match span {
        None => Some((at, at)),
        Some((first, last)) => Some((first.min(at), last.max(at))),
    });
    first.map(|(first, last)| (first.secs(), last.secs()))
}

/// A day or an hour would match anything.
fn is_fine(precision: Precision) -> bool {
    precision >= Precision::Minute
}
