//! Zones: local times to instants and back.
//!
//! Takes what a clock showed, gives the instants it may mean: one, two where clocks were set back,
//! none where they were set forward. Rules come from the bundled tz database (through `jiff`),
//! never from the machine, unless the user asks for it ([`Zones`]).

use std::{fmt, sync::Arc};

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone},
};

use super::{Civil, Instant};

pub use super::zones::{
    Database, Disagreement, NoDatabase, UnknownZone, Zones, bundled_version, offset_text,
};

/// A zone: a name as its teller wrote it, and its rules.
#[derive(Clone, Debug)]
pub struct Zone {
    name: Arc<str>,
    rules: TimeZone,
}

/// The offsets from UTC, in seconds (east is positive), that a local time may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Local {
    /// The usual case.
    One {
        /// The offset.
        offset_s: i32,
    },
    /// The local time occurs twice.
    Fold {
        /// Offset of the first pass.
        first_offset_s: i32,
        /// Offset of the second pass.
        second_offset_s: i32,
    },
    /// The local time does not exist. An instant is still made with the offset before the
    /// transition, as RFC 5545 and the other tools do ("compatible").
    Gap {
        /// Offset before the clocks went forward.
        before_offset_s: i32,
        /// Offset afterwards.
        after_offset_s: i32,
    },
}

impl Local {
    /// The offset of the earlier (or compatible) reading.
    pub fn first(self) -> i32 {
        match self {
            Self::One { offset_s } => offset_s,
            Self::Fold { first_offset_s, .. } => first_offset_s,
            Self::Gap { before_offset_s, .. } => before_offset_s,
        }
    }
}

/// A stretch of local time over which a zone gives one answer: seconds since
/// 1970-01-01T00:00:00 on the zone's clock, `from` inclusive, `to` exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First second.
    pub from: i64,
    /// First second that is no more in it.
    pub to: i64,
    /// The answer.
    pub local: Local,
}

impl Window {
    /// True for a local time within it.
    pub fn holds(&self, civil: i64) -> bool {
        self.from <= civil && civil < self.to
    }
}

impl Zone {
    /// UTC.
    pub fn utc() -> Self {
        Self { name: "UTC".into(), rules: TimeZone::UTC }
    }

    /// A zone that is always `offset_s` seconds east of UTC; UTC where that is a day or more.
    pub fn fixed(name: &str, offset_s: i32) -> Self {
        let rules = jiff::tz::Offset::from_seconds(offset_s).map_or(TimeZone::UTC, TimeZone::fixed);
        Self { name: name.into(), rules }
    }

    /// The zone of that name in the bundled database: IANA name in any case, `UTC`, `±HH:MM`,
    /// `±HHMM` or a Windows zone name. Anything else is refused with likely names.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        Zones::bundled().named(name)
    }

    pub(super) fn new(name: &str, rules: TimeZone) -> Self {
        Self { name: name.into(), rules }
    }

    /// The name, as it was told.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Seconds east of UTC, and the abbreviation in use, at an instant.
    pub fn at(&self, instant: Instant) -> (i32, String) {
        let info = self.rules.to_offset_info(timestamp(instant.secs()));
        (info.offset().seconds(), info.abbreviation().to_owned())
    }

    /// Seconds east of UTC at an instant.
    pub fn offset_at(&self, instant: Instant) -> i32 {
        self.offset_at_secs(instant.secs())
    }

    fn offset_at_secs(&self, secs: i64) -> i32 {
        self.rules.to_offset(timestamp(secs)).seconds()
    }

    /// What a clock in this zone shows at an instant.
    pub fn civil(&self, instant: Instant) -> Civil {
        Civil::from_secs(instant.secs() + i64::from(self.offset_at(instant)))
    }

    /// True where the zone's offset never changes.
    pub fn is_fixed(&self) -> bool {
        self.rules.to_fixed_offset().is_ok()
    }

    /// The offsets that a local time may have; `civil_secs` are seconds since 1970-01-01T00:00:00
    /// on the zone's clock.
    pub fn local(&self, civil_secs: i64) -> Local {
        match self.rules.to_ambiguous_timestamp(datetime(civil_secs)).offset() {
            AmbiguousOffset::Unambiguous { offset } => Local::One { offset_s: offset.seconds() },
            AmbiguousOffset::Fold { before, after } => {
                Local::Fold { first_offset_s: before.seconds(), second_offset_s: after.seconds() }
            }
            AmbiguousOffset::Gap { before, after } => {
                Local::Gap { before_offset_s: before.seconds(), after_offset_s: after.seconds() }
            }
        }
    }

    /// The answer of [`Zone::local`] together with the stretch over which it stays the same.
    pub fn window(&self, civil_secs: i64) -> Window {
        let local = self.local(civil_secs);
        let (from, to) = match local {
            Local::One { offset_s } => self.span_of_one(civil_secs, offset_s),
            // At a transition T the clock jumps from T+before to T+after.
            Local::Fold { first_offset_s, second_offset_s } => {
                let change = self.next_change(civil_secs - i64::from(first_offset_s));
                (
                    change.map(|(at, _)| at + i64::from(second_offset_s)),
                    change.map(|(at, _)| at + i64::from(first_offset_s)),
                )
            }
            Local::Gap { before_offset_s, after_offset_s } => {
                let change = self.last_change(civil_secs - i64::from(before_offset_s));
                (
                    change.map(|(at, _)| at + i64::from(before_offset_s)),
                    change.map(|(at, _)| at + i64::from(after_offset_s)),
                )
            }
        };
        Window {
            from: from.unwrap_or(i64::MIN).min(civil_secs),
            to: to.unwrap_or(i64::MAX).max(civil_secs.saturating_add(1)),
            local,
        }
    }

    /// Between two transitions a local time is certain except where the clock's jumps at both ends
    /// make it occur twice or not at all.
    fn span_of_one(&self, civil_secs: i64, offset_s: i32) -> (Option<i64>, Option<i64>) {
        let secs = civil_secs - i64::from(offset_s);
        let from = self.last_change(secs).map(|(at, _)| {
            let before = self.offset_at_secs(at - 1);
            at + i64::from(before.max(offset_s))
        });
        let to = self.next_change(secs).map(|(at, after)| at + i64::from(after.min(offset_s)));
        (from, to)
    }

    /// The last transition at or before an instant, and the offset from then on.
    pub fn last_change(&self, secs: i64) -> Option<(i64, i32)> {
        let change = self.rules.preceding(timestamp(secs.saturating_add(1))).next()?;
        Some((change.timestamp().as_second(), change.offset().seconds()))
    }

    /// The first transition after an instant, and the offset from then on.
    pub fn next_change(&self, secs: i64) -> Option<(i64, i32)> {
        let change = self.rules.following(timestamp(secs)).next()?;
        Some((change.timestamp().as_second(), change.offset().seconds()))
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.rules == other.rules
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Out of jiff's range (years −9999 to 9999) the nearest end is as good as any.
fn timestamp(secs: i64) -> Timestamp {
    let secs = secs.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Timestamp::from_second(secs).unwrap_or_default()
}

fn datetime(civil_secs: i64) -> DateTime {
    let civil = Civil::from_secs(civil_secs.clamp(-300_000_000_000, 250_000_000_000));
    DateTime::new(
        civil.year as i16,
        civil.month as i8,
        civil.day as i8,
        civil.hour as i8,
        civil.minute as i8,
        civil.second as i8,
        0,
    )
    .unwrap_or_default()
}

/// Looks up local times that mostly lie close together: an answer costs a search only where the
/// stretch of the last one is left.
#[derive(Clone, Debug)]
pub struct ZoneCursor {
    zone: Zone,
    window: Window,
}

impl ZoneCursor {
    /// A cursor that has seen nothing yet.
    pub fn new(zone: Zone) -> Self {
        let window = Window { from: 0, to: 0, local: Local::One { offset_s: 0 } };
        Self { zone, window }
    }

    /// As [`Zone::local`].
    pub fn local(&mut self, civil_secs: i64) -> Local {
        self.window(civil_secs).local
    }

    /// As [`Zone::window`].
    pub fn window(&mut self, civil_secs: i64) -> Window {
        if !self.window.holds(civil_secs) {
            self.window = self.zone.window(civil_secs);
        }
        self.window
    }
}

/// The windows of a zone over a span of local time, so that many threads may look up without a
/// cursor of their own. Outside of the span the zone itself is asked.
#[derive(Clone, Debug)]
pub struct ZoneTable {
    zone: Zone,
    windows: Vec<Window>,
}

impl ZoneTable {
    /// More windows than this are not kept: 200 years of summer time.
    const MOST: usize = 1600;

    /// A table from the local time `from` to `to`, both in seconds and inclusive.
    pub fn new(zone: Zone, from: i64, to: i64) -> Self {
        let mut windows = vec![zone.window(from)];
        while let Some(last) = windows.last()
            && last.to <= to
            && windows.len() < Self::MOST
        {
            windows.push(zone.window(last.to));
        }
        Self { zone, windows }
    }

    /// The zone.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// As [`Zone::local`].
    pub fn local(&self, civil_secs: i64) -> Local {
        self.window(civil_secs).local
    }

    /// As [`Zone::window`].
    pub fn window(&self, civil_secs: i64) -> Window {
        let place = self.windows.partition_point(|window| window.to <= civil_secs);
        match self.windows.get(place) {
            Some(window) if window.holds(civil_secs) => *window,
            _ => self.zone.window(civil_secs),
        }
    }
}

#[cfg(test)]
mod tests;
