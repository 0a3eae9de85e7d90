//! The timeline: rows in the one total order, and everything a reader needs to trust them.

pub mod found;
pub mod id;
pub mod kept;
pub mod merge;
pub mod rows;
pub mod tell;

use std::{borrow::Cow, collections::BTreeMap};

use serde::Serialize;

use crate::{
    accounts::{Accounts, Fault},
    event::Event,
    incident::Incident,
    time::{Instant, zone::Zone},
};

/// What became of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// A definition read it.
    Read,
    /// A table that other inputs look things up in, such as `users.json`.
    Table,
    /// Not evidence: an image, an empty file, litter; changes nothing.
    NotEvidence,
    /// Claimed by a parser or looks like text, and was not read.
    Unread,
}

/// A clock's offset against the other sources, over a stretch of time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Clock {
    /// Start of the stretch, RFC 3339.
    pub from: Option<String>,
    /// End of the stretch, RFC 3339.
    pub to: Option<String>,
    /// How far that clock is ahead, in milliseconds.
    pub offset_ms: i64,
    /// `told`, or what the evidence says it is.
    pub class: String,
    /// Matched pairs behind it.
    pub pairs: u64,
    /// True where the times were corrected by it.
    pub applied: bool,
}

/// One input as `rfo.run/1` and `rfo inspect` tell it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InputReport {
    /// Path, as `rfo.event/1` writes it.
    pub path: String,
    /// Bytes of the unpacked original.
    pub size: u64,
    /// What became of it.
    pub standing: Standing,
    /// Name of the definition that reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parser: Option<String>,
    /// Fit (0 to 1) times proof (bits).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Why that definition, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score_how: Option<String>,
    /// Records read.
    pub records: u64,
    /// First instant, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// Last instant, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// The zone used for times without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// How the zone is known, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone_how: Option<String>,
    /// How the year is known, in words; none where it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year_how: Option<String>,
    /// How the day of records that write only a clock is known; none where it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day_how: Option<String>,
    /// How the order of day and month is known, in words; none where there is no doubt about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_how: Option<String>,
    /// Events by note of `time_quality`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub doubts: BTreeMap<String, u64>,
    /// What a reader of the report should know of how it was read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// Clock offsets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clock: Vec<Clock>,
    /// Why it was not read, or is not evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
    /// Options that would mend what is in doubt, ready to paste: `--zone 'syslog=ZONE'`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
}

impl InputReport {
    /// An input of which nothing else is known.
    pub fn new(path: &str, size: u64, standing: Standing) -> Self {
        Self {
            path: path.to_owned(),
            size,
            standing,
            parser: None,
            score: None,
            score_how: None,
            records: 0,
            first: None,
            last: None,
            zone: None,
            zone_how: None,
            year_how: None,
            day_how: None,
            order_how: None,
            doubts: BTreeMap::new(),
            remarks: Vec::new(),
            clock: Vec::new(),
            unread: None,
            needs: Vec::new(),
        }
    }
}

/// What a run did: `rfo.run/1`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Run {
    /// `rfo.run/1`.
    pub schema: &'static str,
    /// Version of rfo.
    pub version: &'static str,
    /// Version of the tz database in use.
    pub tzdb: String,
    /// Options that change the result, as typed.
    pub options: Vec<String>,
    /// The three accounts.
    pub accounts: Accounts,
    /// The incident that the rows were chosen for; none where every event is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident: Option<found::Found>,
    /// Inputs by path bytes.
    pub inputs: Vec<InputReport>,
    /// What could not be read, by path and line.
    pub faults: Vec<Fault>,
    /// Where this machine's own zone rules would have given other times. Said on the terminal only:
    /// nothing that is written depends on the machine.
    #[serde(skip)]
    pub remarks: Vec<String>,
}

/// The window asked for: `from` inclusive, `to` exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// First instant inside.
    pub from: Option<Instant>,
    /// First instant behind.
    pub to: Option<Instant>,
}

impl Window {
    /// True where it holds all instants.
    pub fn is_whole(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    /// True where the instant lies inside.
    pub fn holds(&self, instant: Instant) -> bool {
        self.from.is_none_or(|from| from <= instant) && self.to.is_none_or(|to| instant < to)
    }
}

/// What the lead calls the incident.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heading {
    /// Its title.
    pub title: Option<String>,
    /// Its number or key, how bad it was and what was hit, each with its label.
    pub facts: Vec<(&'static str, String)>,
}

impl Heading {
    /// What an incident file says.
    pub fn of(incident: &Incident) -> Self {
        let services = (!incident.services.is_empty()).then(|| incident.services.join(", "));
        let facts = [
            ("Incident", incident.id.clone()),
            ("Severity", incident.severity.clone()),
            ("Services", services),
        ];
        let told = facts.into_iter().filter_map(|(label, fact)| Some((label, fact?)));
        Self { title: incident.title.clone(), facts: told.collect() }
    }
}

/// The timeline that a run made.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// What the lead calls it.
    pub title: Heading,
    /// Rows with an instant, in the total order.
    pub rows: rows::Rows,
    /// Events without an instant, by path and byte.
    pub undated: Vec<Event>,
    /// Extra local columns.
    pub show_zones: Vec<Zone>,
    /// The window asked for.
    pub window: Window,
    /// Every event is a row (`--all`).
    pub all: bool,
    /// What the run did.
    pub run: Run,
}

impl Timeline {
    /// The rows, then the undated events.
    pub fn events(&self) -> impl Iterator<Item = Cow<'_, Event>> {
        self.rows.iter().chain(self.undated.iter().map(Cow::Borrowed))
    }
}
