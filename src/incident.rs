//! The incident file: what the lead decided, kept beside the evidence.
//!
//! Takes a TOML file; gives what it says of the incident (title, severity, window, zones and clocks,
//! people) and the edits of its timeline: rows pinned, hidden, reworded, marked, put together, taken
//! apart, or written by hand. Edits name events by the id of any of their sources, so that they hold
//! when evidence is added or moved; what finds no event any more is told with the likeliest
//! successor ([`edits`]).

mod draft;
pub mod edits;
mod people;
mod read;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

pub use draft::draft;
pub use people::Person;

use crate::{
    event::{Event, Mark},
    snippet::Snippet,
    time::Instant,
};

/// Version of the file, as its `schema` says it.
pub const SCHEMA: &str = "rfo.incident/1";

/// Why an incident file cannot be used: place, reason, way out.
#[derive(Clone, Debug, thiserror::Error)]
pub enum IncidentError {
    /// It cannot be read.
    #[error("{0}: {1}")]
    Read(String, String),
    /// What it says cannot be understood.
    #[error("{0}")]
    Wrong(Box<Snippet>),
    /// A draft would overwrite it.
    #[error("{0}: is there already, and may hold edits; name another file")]
    There(String),
}

/// An incident file.
#[derive(Clone, Debug, Default)]
pub struct Incident {
    /// Its path, as given.
    pub path: Arc<str>,
    /// What the incident is called.
    pub title: Option<String>,
    /// Its number or key.
    pub id: Option<String>,
    /// How bad it was.
    pub severity: Option<String>,
    /// What was hit.
    pub services: Vec<String>,
    /// The evidence, where the command line names none; from the folder of the file on.
    pub paths: Vec<PathBuf>,
    /// First instant of the window, as `--from` takes it.
    pub from: Option<String>,
    /// First instant behind the window, as `--to` takes it.
    pub to: Option<String>,
    /// Zones, as `--zone` takes them.
    pub zone: Vec<String>,
    /// Clocks, as `--skew` takes them.
    pub skew: Vec<String>,
    /// Who took part.
    pub people: Vec<Person>,
    /// What is done to events of the evidence, in the order of the file.
    pub edits: Vec<Edit>,
    /// Milestones that the incident does not have, whatever evidence says.
    pub absent: Vec<Mark>,
    /// Rows that the lead wrote.
    pub rows: Vec<Event>,
    /// Where the file says what options could say, too: option, value, 1-based line.
    told: Vec<(&'static str, String, u64)>,
}

/// What is done to an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// It is a row, whatever else is chosen.
    Pin,
    /// It is none.
    Hide,
    /// Its row says this.
    Reword(String),
    /// It is that milestone.
    Mark(Mark),
    /// It is not that milestone.
    Unmark(Mark),
    /// It is told by one row with the others of that number; the first of them is the row.
    Join(u32),
    /// It stands for itself, whatever it was joined to.
    Unjoin,
}

/// One edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The id of any source of the event, or how it begins.
    pub id: String,
    /// What is done to it.
    pub deed: Deed,
    /// What the event said when it was edited: by that a successor is found.
    pub was: Option<String>,
    /// When it was: a successor is near.
    pub at: Option<Instant>,
    /// Its native key: a successor has the same.
    pub record: Option<String>,
    /// 1-based line in the file.
    pub line: u64,
}

impl Incident {
    /// Reads an incident file.
    ///
    /// # Errors
    /// What cannot be read, or not understood, with its place and the way out.
    pub fn read(path: &Path) -> Result<Self, IncidentError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| IncidentError::Read(shown.clone(), error.to_string()))?;
        Self::parse(&shown, &text)
    }

    /// Reads the text of an incident file at that path.
    ///
    /// # Errors
    /// What cannot be understood.
    pub fn parse(path: &str, text: &str) -> Result<Self, IncidentError> {
        read::parse(path, text)
    }

    /// The place of an option in the file and what is said there, `i.toml:4: zone "…"`, for the option
    /// and its value, or its glob alone; none where it is not the file that says so.
    pub fn placed(&self, option: &str) -> Option<String> {
        let says = |(name, value, _): &&(&str, String, u64)| {
            let rest = option.strip_prefix(*name).and_then(|rest| rest.strip_prefix(' '));
            let glob = value.split_once('=').map(|(glob, _)| glob);
            rest.is_some_and(|rest| rest == value || glob == Some(rest))
        };
        let (name, value, line) = self.told.iter().find(says)?;
        Some(format!("{}:{line}: {} {value:?}", self.path, name.trim_start_matches('-')))
    }

    /// The place of what the file says of an option: `i.toml:4`.
    pub fn place_of(&self, option: &str) -> Option<String> {
        let of = |told: &&(&str, String, u64)| told.0 == option;
        self.told.iter().find(of).map(|(_, _, line)| format!("{}:{line}", self.path))
    }
}

#[cfg(test)]
mod tests;
