//! When: how the time of an event was read, in words.

use serde::Serialize;

use crate::{
    event::Event,
    settings::Showing,
    time::{Basis, Note, Precision},
    timeline::tell::Decided,
};

/// How a time was read.
#[derive(Clone, Debug, Serialize)]
pub struct When {
    /// RFC 3339; none where undated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// The same in the zones asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub local: Vec<String>,
    /// As written; empty where no text says it (a number, a path).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub written: String,
    /// Basis and notes, as `time_quality` of `rfo.event/1` has them.
    pub quality: String,
    /// How the zone is known.
    pub zone: String,
    /// Every note in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The correction applied, in milliseconds.
    #[serde(skip_serializing_if = "is_zero")]
    pub shift_ms: i64,
    /// Other instants that stay possible.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
fn is_zero(n: &i64) -> bool {
    *n == 0
}

/// How the time of an event was read. `input` is that of its first source.
pub(super) fn of(event: &Event, input: &Decided, showing: &Showing) -> When {
    When { zone: zone(event, input), notes: notes(event, input), ..plain(event, showing) }
}

/// The time of a row that the lead wrote.
pub(super) fn written(event: &Event, showing: &Showing) -> When {
    When { zone: "as the incident file says".to_owned(), ..plain(event, showing) }
}

fn plain(event: &Event, showing: &Showing) -> When {
    let stamp = &event.stamp;
    let how = |at| crate::time::Instant::rfc3339(at, stamp.precision);
    let local = |at: crate::time::Instant| {
        let zones = showing.show_zones.iter();
        let shown = |zone: &crate::time::zone::Zone| {
            format!("{} {}", zone.civil(at).to_string().replacen('T', " ", 1), zone.name())
        };
        zones.map(shown).collect()
    };
    When {
        time: stamp.rfc3339(),
        local: stamp.instant.map(local).unwrap_or_default(),
        written: event.time_raw.clone(),
        quality: stamp.quality.to_string(),
        zone: String::new(),
        notes: Vec::new(),
        shift_ms: stamp.shift_ms,
        alternatives: stamp.alternatives.iter().copied().map(how).collect(),
    }
}

fn zone(event: &Event, input: &Decided) -> String {
    let stamp = &event.stamp;
    let name = stamp.zone.as_deref().unwrap_or("UTC");
    let path = &input.plan.input.path;
    match stamp.quality.basis {
        Basis::Exact => {
            "exact: the record says it (an offset, UTC, or a count from an epoch)".into()
        }
        Basis::Zone => format!("{name}: {}", input.policy.zone_how()),
        Basis::ZoneInferred => format!("{name}, inferred: {}", input.policy.zone_how()),
        Basis::ZoneAssumed => format!(
            "nothing tells it, so UTC was assumed; if you know it, say --zone {}",
            crate::report::shell_quote(&format!("{path}=ZONE"))
        ),
        Basis::Undated => "there is no time in it that could be read".into(),
    }
}

fn notes(event: &Event, input: &Decided) -> Vec<String> {
    let stamp = &event.stamp;
    let mut notes: Vec<String> = Vec::new();
    match stamp.precision {
        _ if stamp.instant.is_none() => {}
        Precision::Minute => notes.push("written to the minute".into()),
        Precision::Hour => notes.push("written to the hour".into()),
        Precision::Day => notes.push("only a date is written".into()),
        Precision::Second | Precision::Fraction(_) => {}
    }
    if stamp.instant.is_some() && stamp.quality.basis != Basis::Exact {
        notes.extend(input.policy.day_how().map(|how| format!("the day: {how}")));
    }
    notes.extend(stamp.quality.notes().map(|note| in_words(note, event, input)));
    if let Some(delay) = event.sources[0].delay_s.filter(|delay| delay.abs() >= 60) {
        notes.push(format!("the mail was {delay} s on its way, by its delivery headers"));
    }
    notes
}

fn in_words(note: Note, event: &Event, input: &Decided) -> String {
    let how = |how: Option<String>| how.unwrap_or_else(|| "decided for the whole input".into());
    match note {
        Note::Year => format!("the year is not written: {}", how(input.policy.year_how())),
        Note::Order => format!("day and month: {}", how(input.policy.order_how())),
        Note::Abbreviation => {
            "its zone is an abbreviation of several meanings, decided by the zone given".into()
        }
        Note::Fold => "that local time came twice: the clock was set back".into(),
        Note::Gap => "that local time never was: the clock was set forward over it".into(),
        Note::Received => {
            "by a delivery header, for the mail's own Date is not to be believed".into()
        }
        Note::Leap => "a leap second".into(),
        Note::Repaired => "mended while reading".into(),
        Note::Suspect => "other evidence contradicts it".into(),
        Note::Skew => {
            let ahead = -event.stamp.shift_ms;
            let side = if ahead < 0 { "behind" } else { "ahead" };
            let (secs, millis) = (ahead.unsigned_abs() / 1000, ahead.unsigned_abs() % 1000);
            let millis = if millis == 0 { String::new() } else { format!(".{millis:03}") };
            format!("corrected: its clock is {secs}{millis} s {side}")
        }
    }
}
