//! Times for people: never a digit that was not written (law 2).
//!
//! Fractions of a second stay in the machine formats; rows keep their order without them.

use std::fmt::Write as _;

use crate::time::{Civil, Instant, Precision, SECOND, zone::Zone};

/// `2026-03-10`.
pub(crate) fn date(civil: Civil) -> String {
    format!("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day)
}

/// `14:02:05`, `14:02`, `14h`, or nothing for a date alone.
pub(crate) fn time_of_day(civil: Civil, precision: Precision) -> String {
    let Civil { hour, minute, second, .. } = civil;
    match precision {
        Precision::Day => String::new(),
        Precision::Hour if minute == 0 => format!("{hour:02}h"),
        // An hour on a clock that is half an hour off: the interval is known, so it is shown.
        Precision::Hour => format!("{hour:02}:{minute:02}–{:02}:{minute:02}", (hour + 1) % 24),
        Precision::Minute => format!("{hour:02}:{minute:02}"),
        Precision::Second | Precision::Fraction(_) => format!("{hour:02}:{minute:02}:{second:02}"),
    }
}

/// `2026-03-10 14:02:05` in UTC, as finely as it was written.
pub(crate) fn date_and_time(instant: Instant, precision: Precision) -> String {
    let civil = utc(instant);
    format!("{} {}", date(civil), time_of_day(civil, precision)).trim_end().to_owned()
}

/// The same, without the date where it is that of `beside`.
pub(crate) fn beside(instant: Instant, precision: Precision, beside: Instant) -> String {
    let civil = utc(instant);
    if date(civil) == date(utc(beside)) && precision != Precision::Day {
        time_of_day(civil, precision)
    } else {
        date_and_time(instant, precision)
    }
}

/// What a UTC clock shows.
pub(crate) fn utc(instant: Instant) -> Civil {
    Civil::from_secs(instant.secs())
}

/// Valid for the `datetime` attribute of HTML's `time`; none where only a local day is known.
pub(crate) fn attribute(instant: Instant, precision: Precision) -> Option<String> {
    let civil = utc(instant);
    match precision {
        Precision::Day if civil.secs() % 86_400 == 0 => Some(date(civil)),
        Precision::Day => None,
        Precision::Hour | Precision::Minute => {
            Some(format!("{}T{:02}:{:02}Z", date(civil), civil.hour, civil.minute))
        }
        Precision::Second | Precision::Fraction(_) => Some(format!("{civil}Z")),
    }
}

/// `+0:12:05` from `base` to `instant`; only `+0:12` where either was written to the minute, and
/// nothing where either is a date or an hour.
pub(crate) fn elapsed(base: (Instant, Precision), at: (Instant, Precision)) -> Option<String> {
    let coarser = if base.1.nanos() > at.1.nanos() { base.1 } else { at.1 };
    // Cut both to the coarser unit first: 06:14:05 to 06:26 reads as twelve minutes.
    let unit = coarser.nanos().max(SECOND);
    let units = at.0.0.div_euclid(unit) - base.0.0.div_euclid(unit);
    let sign = if units < 0 { '-' } else { '+' };
    let n = units.unsigned_abs();
    match coarser {
        Precision::Day | Precision::Hour => None,
        Precision::Minute => Some(format!("{sign}{}:{:02}", n / 60, n % 60)),
        Precision::Second | Precision::Fraction(_) => {
            Some(format!("{sign}{}:{:02}:{:02}", n / 3600, n / 60 % 60, n % 60))
        }
    }
}

/// A length of time in words: `2 d 3 h`, `5 h 42 min`, `40 s`.
pub(crate) fn span(nanos: i64) -> String {
    let secs = nanos.max(0) / SECOND;
    let (days, hours, minutes) = (secs / 86_400, secs / 3600 % 24, secs / 60 % 60);
    let parts = match secs {
        86_400.. => [(days, "d"), (hours, "h")],
        3600.. => [(hours, "h"), (minutes, "min")],
        60.. => [(minutes, "min"), (secs % 60, "s")],
        _ => return format!("{secs} s"),
    };
    let told = parts.into_iter().filter(|(n, _)| *n > 0);
    told.map(|(n, unit)| format!("{n} {unit}")).collect::<Vec<_>>().join(" ")
}

/// A column that shows a local clock.
#[derive(Clone, Debug)]
pub(crate) struct LocalClock<'t> {
    zone: &'t Zone,
    /// Offset and abbreviation at the first row.
    first: (i32, String),
    /// Clock changes between the first and the last row.
    pub(crate) changes: Vec<Change>,
}

/// A clock change: from that instant on, the offset in seconds and the abbreviation are these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) at: Instant,
    pub(crate) offset: i32,
    pub(crate) abbreviation: String,
}

impl<'t> LocalClock<'t> {
    /// The clock of a zone over the span that the rows cover.
    pub(crate) fn new(zone: &'t Zone, first: Instant, last: Instant) -> Self {
        Self { zone, first: zone.at(first), changes: changes(zone, first, last) }
    }

    /// Head of the column: the zone, and its abbreviation where one holds throughout.
    pub(crate) fn head(&self) -> String {
        match self.abbreviation() {
            Some(short) => format!("{} ({short})", self.zone),
            None => self.zone.to_string(),
        }
    }

    /// The one abbreviation over the whole span, where it is a word other than the name.
    fn abbreviation(&self) -> Option<&str> {
        let short = self.first.1.as_str();
        (self.changes.is_empty() && is_word(short) && short != self.zone.name().as_ref())
            .then_some(short)
    }

    /// The local time of a row: with its day where that is another than in UTC, and with its
    /// abbreviation where the clock changes within the timeline.
    pub(crate) fn cell(&self, instant: Instant, precision: Precision) -> String {
        if precision == Precision::Day {
            return String::new();
        }
        let civil = self.zone.civil(instant);
        let mut text = time_of_day(civil, precision);
        if date(civil) != date(utc(instant)) {
            text = format!("{:02}-{:02} {text}", civil.month, civil.day);
        }
        if !self.changes.is_empty() {
            let (offset, abbreviation) = self.zone.at(instant);
            text = format!("{text} {}", short_name(offset, &abbreviation));
        }
        text
    }

    /// The zone in words: `America/New_York is EDT (UTC−04:00)`, with the changes in the span.
    pub(crate) fn words(&self) -> String {
        let mut text = format!("{} is {}", self.zone, long_name(self.first.0, &self.first.1));
        for change in self.changes.iter().take(4) {
            let _ = write!(
                text,
                " until {} UTC, then {}",
                date_and_time(change.at, Precision::Second),
                long_name(change.offset, &change.abbreviation)
            );
        }
        if let more @ 1.. = self.changes.len().saturating_sub(4) {
            let _ = write!(text, ", and {more} more changes");
        }
        text
    }
}

/// The instants in (first, last] at which the zone's clock changes.
fn changes(zone: &Zone, first: Instant, last: Instant) -> Vec<Change> {
    const DAY: i64 = 86_400;
    let mut found = Vec::new();
    let mut from = first.secs();
    let at = |secs: i64| zone.at(Instant(secs.saturating_mul(SECOND)));
    let mut before = at(from);
    while from < last.secs() {
        let to = from.saturating_add(DAY).min(last.secs());
        let after = at(to);
        if after != before {
            let (mut low, mut high) = (from, to);
            while high - low > 1 {
                let middle = low + (high - low) / 2;
                if at(middle) == before { low = middle } else { high = middle }
            }
            let (offset, abbreviation) = at(high);
            found.push(Change { at: Instant(high * SECOND), offset, abbreviation });
        }
        (from, before) = (to, after);
    }
    found
}

/// `EDT`, or `UTC−03:00` where the database has no word.
fn short_name(offset: i32, abbreviation: &str) -> String {
    if is_word(abbreviation) { abbreviation.to_owned() } else { offset_words(offset) }
}

/// `EDT (UTC−04:00)`.
fn long_name(offset: i32, abbreviation: &str) -> String {
    if abbreviation == "UTC" || !is_word(abbreviation) {
        offset_words(offset)
    } else {
        format!("{abbreviation} ({})", offset_words(offset))
    }
}

/// The database writes `-03` where a zone has no abbreviation in use.
fn is_word(abbreviation: &str) -> bool {
    abbreviation.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// `UTC`, `UTC+05:30`, `UTC−04:00`.
fn offset_words(offset: i32) -> String {
    if offset == 0 {
        return "UTC".to_owned();
    }
    let sign = if offset < 0 { '−' } else { '+' };
    let n = offset.unsigned_abs();
    format!("UTC{sign}{:02}:{:02}", n / 3600, n / 60 % 60)
}

#[cfg(test)]
mod tests;
