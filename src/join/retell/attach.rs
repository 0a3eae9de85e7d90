//! Events that name a host only, or a service only, put to those that name both.
//!
//! A pager names the service, a ticket the host: each may mean the one event that names both and
//! lies near. Where two of them could be meant, none is.

use std::ops::Range;

use rayon::prelude::*;

use super::{APART, Event, HostChecks};
use crate::join::{
    align::{Reach, align},
    witness::{Entity, Side},
};

/// Most whole events near a partial one; where more lie near, it is open which is meant.
const MOST: usize = 4096;

/// An event and what of it decides.
struct Key {
    /// The number of what the events of a block share.
    shared: u32,
    side: Side,
    whole: bool,
    event: usize,
}

/// Puts events that name a host only to those of that host.
pub(super) fn by_host(events: Vec<Event>, checks: &HostChecks) -> Vec<Event> {
    let shared = |event: &Event| {
        let Entity { host, service } = event.entity();
        (host != 0 && (service != 0 || !checks.hold(event))).then_some(host)
    };
    attach(events, shared)
}

/// Puts events that name a service only to those of that service.
pub(super) fn by_service(events: Vec<Event>) -> Vec<Event> {
    attach(events, |event| Some(event.entity().service).filter(|service| *service != 0))
}

fn attach(events: Vec<Event>, shared: impl Fn(&Event) -> Option<u32> + Sync) -> Vec<Event> {
    let key = |(event, of): (usize, &Event)| {
        Some(Key { shared: shared(of)?, side: of.side(), whole: of.entity().whole(), event })
    };
    let mut keys: Vec<Key> = events.par_iter().enumerate().filter_map(key).collect();
    keys.par_sort_unstable_by_key(|key| {
        (key.shared, key.side, key.whole, events[key.event].turn())
    });
    let blocks: Vec<&[Key]> =
        keys.chunk_by(|a, b| (a.shared, a.side) == (b.shared, b.side)).collect();
    let pairs: Vec<(usize, usize)> =
        blocks.into_par_iter().flat_map_iter(|block| pairs(&events, block)).collect();
    unite(events, pairs)
}

/// Pairs of a partial event and the whole one that it means, by index.
fn pairs(events: &[Event], block: &[Key]) -> Vec<(usize, usize)> {
    let (partial, whole) = block.split_at(block.partition_point(|key| !key.whole));
    let mut meant: Vec<(Entity, &Event, usize)> = partial
        .iter()
        .filter_map(|key| {
            let event = &events[key.event];
            Some((meant(events, event, whole)?, event, key.event))
        })
        .collect();
    // Stable, both: the events of one entity keep their order.
    meant.sort_by_key(|meant| meant.0);
    let mut whole: Vec<usize> = whole.iter().map(|key| key.event).collect();
    whole.sort_by_key(|&event| events[event].entity());
    let of_one = meant.chunk_by(|a, b| a.0 == b.0);
    of_one.flat_map(|partial| pairs_of_one(events, partial, &whole)).collect()
}

/// Which whole events lie near.
fn near(events: &[Event], event: &Event, whole: &[Key]) -> Range<usize> {
    let at = |key: &Key| events[key.event].at();
    whole.partition_point(|key| at(key) < event.at() - APART)
        ..whole.partition_point(|key| at(key) <= event.at() + APART)
}

/// The one entity that a partial event can mean.
fn meant(events: &[Event], event: &Event, whole: &[Key]) -> Option<Entity> {
    let near = &whole[near(events, event, whole)];
    if near.len() > MOST {
        return None;
    }
    let fits = |key: &&Key| events[key.event].gain_of_event(event) > 0;
    let mut entities = near.iter().filter(fits).map(|key| events[key.event].entity());
    let one = entities.next()?;
    entities.all(|entity| entity == one).then_some(one)
}

/// Aligns the partial events that mean one entity with its whole ones; `whole` is sorted by entity.
fn pairs_of_one(
    events: &[Event],
    partial: &[(Entity, &Event, usize)],
    whole: &[usize],
) -> Vec<(usize, usize)> {
    let Some((entity, ..)) = partial.first() else { return Vec::new() };
    let of = |event: &usize| events[*event].entity();
    let whole = &whole[whole.partition_point(|event| of(event) < *entity)
        ..whole.partition_point(|event| of(event) <= *entity)];
    let one: Vec<i64> = whole.iter().map(|&event| events[event].at()).collect();
    let other: Vec<i64> = partial.iter().map(|meant| meant.1.at()).collect();
    let wide = Reach { early: APART, late: APART };
    let gain = |one: usize, other: usize| events[whole[one]].gain_of_event(partial[other].1);
    let pairs = align(&one, &other, wide, gain);
    pairs.into_iter().map(|(one, other)| (partial[other].2, whole[one])).collect()
}

/// Makes each partial event one with the whole one that it means.
fn unite(events: Vec<Event>, pairs: Vec<(usize, usize)>) -> Vec<Event> {
    let mut events: Vec<Option<Event>> = events.into_iter().map(Some).collect();
    for (partial, whole) in pairs {
        let partial = events[partial].take();
        if let (Some(whole), Some(partial)) = (&mut events[whole], partial) {
            whole.absorb(partial);
        }
    }
    events.into_iter().flatten().collect()
}
