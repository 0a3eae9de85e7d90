//! Where this machine's own zone rules would have given other times than the bundled ones.
//!
//! Said on the terminal and nowhere else: what is written is the same on any machine.

use std::collections::{BTreeMap, BTreeSet};

use super::Read;
use crate::{
    settings::Reading,
    time::{
        Instant, policy,
        zone::{Database, Zone, Zones},
    },
};

/// Offsets change at quarters of an hour and not within them.
const QUARTER: i64 = 900;

/// One remark a zone, with the first instant used at which the two databases differ.
pub(super) fn zones(read: &Read, reading: &Reading, talk: bool) -> Vec<String> {
    let used = if talk && reading.bundled { quarters(read) } else { BTreeMap::new() };
    if used.is_empty() {
        return Vec::new();
    }
    match Zones::open(&Database::System) {
        Ok(system) => differing(used, &reading.zones, &system),
        Err(_) => Vec::new(),
    }
}

/// Where the system's rules differ from those in use, for zones in the quarters that were used.
fn differing(used: BTreeMap<String, BTreeSet<i64>>, zones: &Zones, system: &Zones) -> Vec<String> {
    let remark = |(zone, quarters): (String, BTreeSet<i64>)| {
        let zone = zones.named(&zone).ok()?;
        let other = system.named(zone.name()).ok()?;
        let differs = |at: &Instant| zone.offset_at(*at) != other.offset_at(*at);
        let instants = quarters.iter().filter_map(|at| Instant::from_parts(at * QUARTER, 0));
        let mut differing = instants.filter(differs);
        let first = differing.next()?;
        let found = zones.disagreement(system, &zone, first)?;
        Some(format!("this machine's zone rules differ from those used: {found}"))
    };
    used.into_iter().filter_map(remark).collect()
}

/// The quarters of hours in which each zone decided a time.
fn quarters(read: &Read) -> BTreeMap<String, BTreeSet<i64>> {
    let mut used: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    for input in &read.inputs {
        let Some(name) = input.policy.zone_name() else { continue };
        if Zone::named(name).is_ok_and(|zone| zone.is_fixed()) {
            continue;
        }
        let quarters = used.entry(name.to_owned()).or_default();
        let mut last = None;
        for (at, tick) in input.scan.ticks.iter().enumerate() {
            if tick.time.offset().is_some() {
                continue;
            }
            let instant = policy::resolve(&input.policy, at, &tick.time).instant;
            let quarter = instant.map(|instant| instant.secs().div_euclid(QUARTER));
            if quarter != last {
                quarters.extend(quarter);
                last = quarter;
            }
        }
    }
    used
}

#[cfg(test)]
mod tests;
