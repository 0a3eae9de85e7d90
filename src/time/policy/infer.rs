//! The zone of an input that names none, from offsets that other inputs prove.
//!
//! Takes the offsets from UTC that were found, by stretch of time, and the zones that the rest of
//! the evidence names. Gives a zone that had all of them, and the times at which another zone that
//! had them too would say something else: there it stays an assumption.

use crate::time::{
    Instant, windows,
    zone::{Zone, Zones, offset_text},
};

/// Of several zones that fit as well, the one that most people know.
const KNOWN_BEST: [&str; 8] = [
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "Australia/Sydney",
    "Europe/Kyiv",
];
/// Seconds in a day.
const DAY: i64 = 86_400;

/// A zone that other inputs prove.
#[derive(Clone, Debug)]
pub struct Inferred {
    /// The zone.
    pub zone: Zone,
    /// By what, in words.
    pub how: String,
    /// Between these instants (seconds since 1970 UTC, the second exclusive) other zones that fit
    /// as well have other offsets, in order.
    pub unsure: Vec<(i64, i64)>,
}

/// An offset from UTC over a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Offset {
    /// First and last instant at which it was seen, in seconds since 1970 UTC.
    pub span: (i64, i64),
    /// Seconds east of UTC.
    pub east_s: i32,
}

impl Offset {
    /// The zone has this offset all the while.
    fn is_of(&self, zone: &Zone) -> bool {
        let (from, to) = self.span;
        let at = Instant::from_parts(from, 0).map(|at| zone.offset_at(at));
        at == Some(self.east_s)
            && changes(zone, (from, to)).iter().all(|(_, after)| *after == self.east_s)
    }
}

/// The zone that has all these offsets, and where it is in doubt within the span (seconds since 1970
/// UTC) that its records take; none where no zone has them. `named` are zones that other inputs are
/// known to be in.
///
/// Where the clocks were changed between the offsets, and one zone of those named did so, it is that.
/// Else any zone that fits stands for all of them: the offset itself, where it never changed.
pub fn infer(
    offsets: &[Offset],
    span: (i64, i64),
    named: &[Zone],
    zones: &Zones,
) -> Option<(Zone, Vec<(i64, i64)>)> {
    let first = offsets.first()?;
    let fits = |zone: &Zone| offsets.iter().all(|offset| offset.is_of(zone));
    let usual = windows::usual().filter(|name| !KNOWN_BEST.contains(name));
    let known = KNOWN_BEST.into_iter().chain(usual).filter_map(|name| zones.named(name).ok());
    let mut fitting: Vec<Zone> = known.filter(&fits).collect();
    let mut own: Vec<&Zone> = Vec::new();
    for zone in named.iter().filter(|zone| !zone.is_fixed() && fits(zone)) {
        if !own.contains(&zone) {
            own.push(zone);
        }
    }
    if fitting.is_empty() && own.is_empty() {
        return None;
    }
    let is_changed = offsets.iter().any(|offset| offset.east_s != first.east_s);
    let zone = match &own[..] {
        [zone] if is_changed => return Some(((*zone).clone(), Vec::new())),
        [zone] => (*zone).clone(),
        _ if is_changed => own.first().copied().or(fitting.first())?.clone(),
        _ if first.east_s == 0 => Zone::utc(),
        _ => Zone::fixed(&offset_text(first.east_s), first.east_s),
    };
    fitting.extend(own.into_iter().cloned());
    if !is_changed {
        fitting.push(Zone::fixed(&offset_text(first.east_s), first.east_s));
    }
    let unsure = differing(&zone, &fitting, (span.0 - DAY, span.1 + DAY));
    Some((zone, unsure))
}

/// The changes of a zone behind the first instant, up to the last: when, and the offset from then on.
fn changes(zone: &Zone, (from, to): (i64, i64)) -> Vec<(i64, i32)> {
    let mut found = Vec::new();
    let mut at = from;
    while let Some(change) = zone.next_change(at).filter(|(next, _)| *next <= to && *next > at) {
        found.push(change);
        at = change.0;
    }
    found
}

/// Where one of the others has another offset than the zone, within a span; with what is shown twice
/// or never when such a clock is changed.
fn differing(zone: &Zone, others: &[Zone], span: (i64, i64)) -> Vec<(i64, i64)> {
    let mut starts: Vec<i64> = std::iter::once(zone)
        .chain(others)
        .flat_map(|zone| changes(zone, span))
        .map(|(at, _)| at)
        .chain([span.0])
        .collect();
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().copied().skip(1).chain([i64::MAX]);
    let mut found: Vec<(i64, i64)> = Vec::new();
    for (from, to) in starts.iter().copied().zip(ends) {
        let Some(at) = Instant::from_parts(from, 0) else { continue };
        let own = zone.offset_at(at);
        let away = others.iter().map(|other| i64::from(other.offset_at(at).abs_diff(own))).max();
        let Some(away) = away.filter(|away| *away > 0) else { continue };
        let (from, to) = (from - away, to.saturating_add(away));
        match found.last_mut() {
            Some(last) if last.1 >= from => *last = (last.0.min(from), last.1.max(to)),
            _ => found.push((from, to)),
        }
    }
    found
}

impl super::Policy {
    /// True where an inferred zone is in doubt, at an instant in seconds since 1970 UTC.
    pub(super) fn is_unsure(&self, secs: i64) -> bool {
        let behind = self.unsure.partition_point(|(_, to)| *to <= secs);
        self.unsure.get(behind).is_some_and(|(from, _)| *from <= secs)
    }
}

#[cfg(test)]
mod tests;
