//! Zone abbreviations: which fix an offset by themselves, and which need a zone beside them.
//!
//! An abbreviation counts as unique where the tz database has used it for one offset since 1995,
//! or where RFC 5322 §4.3 gives it a meaning and any other use is rare (`EST`, `PST`). The rest
//! (`CST`, `IST`, `BST` …) stand for different offsets in different places and decide nothing
//! alone. Words that logs use for other things (`GET`, `BOT`, `ACT`) are left out.

use super::zone::{Local, Zone};

/// An abbreviation: its spelling, the offsets it may mean, and zones that use it.
#[derive(Debug)]
pub struct Abbreviation {
    /// Upper case, save `ChST`.
    pub name: &'static str,
    /// Minutes east of UTC, the commonest first; one alone makes the abbreviation unique.
    offsets: &'static [i16],
    /// Zones that use it, in the order of `offsets` where it is ambiguous.
    zones: &'static [&'static str],
}

/// What a `Z` and the spelt-out words for UTC are worth: offset 0, and nobody's abbreviation.
pub(super) const UTC_WORDS: [&str; 4] = ["UTC", "GMT", "UT", "UCT"];

/// Moscow was an hour further east in these seconds of its own clock (2011-03-27T02:00 to
/// 2014-10-26T02:00); the abbreviation stayed.
const MSK_EAST: std::ops::Range<i64> = 1_301_191_200..1_414_288_800;

impl Abbreviation {
    /// The offset in seconds, where there is only one; `civil` are seconds since
    /// 1970-01-01T00:00:00 on the clock that wrote it.
    pub fn offset(&self, civil: i64) -> Option<i32> {
        if self.name == "MSK" && MSK_EAST.contains(&civil) {
            return Some(4 * 3600);
        }
        match self.offsets {
            [only] => Some(i32::from(*only) * 60),
            _ => None,
        }
    }

    /// All offsets it may mean, in seconds.
    pub fn offsets(&self) -> impl Iterator<Item = i32> {
        self.offsets.iter().map(|minutes| i32::from(*minutes) * 60)
    }

    /// The offset of the zone that this word usually stands for, where that zone has another one
    /// at this local time: `EST` in July. A clock that keeps winter time all year writes so, and
    /// so do people who mean New York's time.
    pub(super) fn usual_season(&self, civil: i64, written: i32) -> Option<i32> {
        let zone = Zone::named(self.zones.first()?).ok()?;
        match zone.local(civil) {
            Local::One { offset_s } if offset_s != written => Some(offset_s),
            _ => None,
        }
    }

    /// True where it means one offset.
    pub fn is_unique(&self) -> bool {
        self.offsets.len() == 1
    }
}

/// The abbreviation with that index ([`super::RawTime::word`]); none for 0.
pub fn by_index(word: u16) -> Option<&'static Abbreviation> {
    TABLE.get(usize::from(word).checked_sub(1)?)
}

/// The index of an abbreviation, in the case of the table.
pub(super) fn index(name: &[u8]) -> Option<u16> {
    if name.len() > LONGEST || !name.first().is_some_and(u8::is_ascii_uppercase) {
        return None;
    }
    let found = TABLE.binary_search_by(|known| known.name.as_bytes().cmp(name)).ok()?;
    Some(found as u16 + 1)
}

/// The index of an abbreviation written in any case.
pub(super) fn index_any_case(name: &[u8]) -> Option<u16> {
    if name.len() > LONGEST {
        return None;
    }
    index(name).or_else(|| index(&name.to_ascii_uppercase()))
}

/// True for a word for UTC.
pub(super) fn is_utc(name: &[u8]) -> bool {
    UTC_WORDS.iter().any(|word| word.as_bytes() == name)
}

/// IANA zones that use an abbreviation, to be suggested where one is no zone name.
pub(super) fn zones_using(name: &str) -> impl Iterator<Item = &'static str> {
    let known = index_any_case(name.as_bytes()).and_then(by_index);
    known.into_iter().flat_map(|known| known.zones.iter().copied())
}

const fn row(
    name: &'static str,
    offsets: &'static [i16],
    zones: &'static [&'static str],
) -> Abbreviation {
    Abbreviation { name, offsets, zones }
}

/// Bytes of the longest name.
const LONGEST: usize = 4;

/// Sorted by the bytes of the name.
#[rustfmt::skip]
const TABLE: [Abbreviation; 67] = [
    row("ACDT", &[630], &["Australia/Adelaide"]),
    row("ACST", &[570], &["Australia/Adelaide", "Australia/Darwin"]),
    row("ADT", &[-180], &["America/Halifax"]),
    row("AEDT", &[660], &["Australia/Sydney"]),
    row("AEST", &[600], &["Australia/Sydney", "Australia/Brisbane"]),
    row("AKDT", &[-480], &["America/Anchorage"]),
    row("AKST", &[-540], &["America/Anchorage"]),
    row("AMT", &[-240, 240], &["America/Manaus", "Asia/Yerevan"]),
    row("AST", &[-240, 180], &["America/Halifax", "Asia/Riyadh"]),
    row("AWDT", &[540], &["Australia/Perth"]),
    row("AWST", &[480], &["Australia/Perth"]),
    row("BRST", &[-120], &["America/Sao_Paulo"]),
    row("BRT", &[-180], &["America/Sao_Paulo"]),
    row("BST", &[60, 360, 660], &["Europe/London", "Asia/Dhaka", "Pacific/Bougainville"]),
    row("CAT", &[120], &["Africa/Maputo"]),
    row("CDT", &[-300], &["America/Chicago"]),
    row("CEST", &[120], &["Europe/Paris", "Europe/Berlin", "Europe/Warsaw"]),
    row("CET", &[60], &["Europe/Paris", "Europe/Berlin", "Europe/Warsaw"]),
    row("CST", &[-360, 480, -300], &["America/Chicago", "Asia/Shanghai", "America/Havana"]),
    row("ChST", &[600], &["Pacific/Guam"]),
    row("EAT", &[180], &["Africa/Nairobi"]),
    row("ECT", &[-300, -240], &["America/Guayaquil", "America/St_Lucia"]),
    row("EDT", &[-240], &["America/New_York", "America/Toronto"]),
    row("EEST", &[180], &["Europe/Athens", "Europe/Helsinki", "Europe/Kyiv"]),
    row("EET", &[120], &["Europe/Athens", "Europe/Helsinki", "Europe/Kyiv"]),
    row("EST", &[-300], &["America/New_York", "America/Toronto"]),
    row("GMT", &[0], &["UTC", "Europe/London"]),
    row("GST", &[240, 600, -120], &["Asia/Dubai", "Pacific/Guam", "Atlantic/South_Georgia"]),
    row("HDT", &[-540], &["America/Adak"]),
    row("HKT", &[480], &["Asia/Hong_Kong"]),
    row("HST", &[-600], &["Pacific/Honolulu"]),
    row("IDT", &[180], &["Asia/Jerusalem"]),
    row("IST", &[330, 120, 60], &["Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"]),
    row("JST", &[540], &["Asia/Tokyo"]),
    row("KST", &[540], &["Asia/Seoul"]),
    row("MDT", &[-360], &["America/Denver"]),
    row("MEST", &[120], &["Europe/Berlin"]),
    row("MESZ", &[120], &["Europe/Berlin"]),
    row("MET", &[60], &["Europe/Berlin"]),
    row("MEZ", &[60], &["Europe/Berlin"]),
    row("MSD", &[240], &["Europe/Moscow"]),
    row("MSK", &[180], &["Europe/Moscow"]),
    row("MST", &[-420], &["America/Denver", "America/Phoenix"]),
    row("NDT", &[-150], &["America/St_Johns"]),
    row("NPT", &[345], &["Asia/Kathmandu"]),
    row("NST", &[-210], &["America/St_Johns"]),
    row("NZDT", &[780], &["Pacific/Auckland"]),
    row("NZST", &[720], &["Pacific/Auckland"]),
    row("PDT", &[-420], &["America/Los_Angeles"]),
    row("PHT", &[480], &["Asia/Manila"]),
    row("PKT", &[300], &["Asia/Karachi"]),
    row("PST", &[-480], &["America/Los_Angeles"]),
    row("SAST", &[120], &["Africa/Johannesburg"]),
    row("SGT", &[480], &["Asia/Singapore"]),
    row("SST", &[-660, 480], &["Pacific/Pago_Pago", "Asia/Singapore"]),
    row("TRT", &[180], &["Europe/Istanbul"]),
    row("UCT", &[0], &["UTC"]),
    row("UT", &[0], &["UTC"]),
    row("UTC", &[0], &["UTC"]),
    row("WAST", &[120], &["Africa/Windhoek"]),
    row("WAT", &[60], &["Africa/Lagos"]),
    row("WEST", &[60], &["Europe/Lisbon"]),
    row("WET", &[0], &["Europe/Lisbon"]),
    row("WIB", &[420], &["Asia/Jakarta"]),
    row("WIT", &[540], &["Asia/Jayapura"]),
    row("WITA", &[480], &["Asia/Makassar"]),
    row("YEKT", &[300], &["Asia/Yekaterinburg"]),
];

#[cfg(test)]
mod tests;
