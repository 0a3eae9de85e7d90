//! The incident file: what the lead decided, kept beside the evidence.
//!
//! Takes a TOML file; gives what it says of the incident (title, severity, window, zones and clocks)
//! and the edits of its timeline: rows pinned, hidden, reworded, marked, or written by hand. Edits
//! name events by the id of any of their sources, so that they hold when evidence is added or moved;
//! what finds no event any more is told with the likeliest successor ([`edits`]).

mod draft;
pub mod edits;

use std::{collections::HashMap, ops::Range, path::Path, sync::Arc};

use serde::Deserialize;
use sha2::{Digest, Sha256};

pub use draft::draft;

use crate::{
    event::{Event, Kind, Mark, Source},
    snippet::{Snippet, nearest},
    text,
    time::{Basis, Quality, RawTime, Stamp, pattern},
    timeline::id,
};

/// Version of the file, as its `schema` says it.
pub const SCHEMA: &str = "rfo.incident/1";
/// The keys of the file.
const KEYS: [&str; 14] = [
    "schema", "title", "id", "severity", "services", "from", "to", "zone", "skew", "pin", "hide",
    "reword", "mark", "row",
];

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
    /// First instant of the window, as `--from` takes it.
    pub from: Option<String>,
    /// First instant behind the window, as `--to` takes it.
    pub to: Option<String>,
    /// Zones, as `--zone` takes them.
    pub zone: Vec<String>,
    /// Clocks, as `--skew` takes them.
    pub skew: Vec<String>,
    /// What is done to events of the evidence, in the order of the file.
    pub edits: Vec<Edit>,
    /// Rows that the lead wrote.
    pub rows: Vec<Event>,
}

/// What is done to an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// It is a row, whatever else is chosen.
    Pin,
    /// It is none.
    Hide,
    /// Its row says this; the text that it replaced, where that is told.
    Reword(String, Option<String>),
    /// It is that milestone.
    Mark(Mark),
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
    /// 1-based line in the file.
    pub line: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    title: Option<String>,
    id: Option<String>,
    severity: Option<String>,
    #[serde(default)]
    services: Vec<String>,
    from: Option<String>,
    to: Option<String>,
    #[serde(default)]
    zone: Vec<String>,
    #[serde(default)]
    skew: Vec<String>,
    #[serde(default)]
    pin: Vec<toml::Spanned<Told>>,
    #[serde(default)]
    hide: Vec<toml::Spanned<Told>>,
    #[serde(default)]
    reword: Vec<toml::Spanned<Told>>,
    #[serde(default)]
    mark: Vec<toml::Spanned<Told>>,
    #[serde(default)]
    row: Vec<toml::Spanned<Written>>,
}

/// `[[pin]]`, `[[hide]]`, `[[reword]]`, `[[mark]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    id: String,
    text: Option<String>,
    mark: Option<String>,
    was: Option<String>,
    /// For people.
    #[serde(rename = "note")]
    _note: Option<String>,
}

/// `[[row]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    time: String,
    text: String,
    actor: Option<String>,
    #[serde(default)]
    marks: Vec<String>,
    #[serde(rename = "note")]
    _note: Option<String>,
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
        let at = Text { path, text };
        let file: File = toml::from_str(text).map_err(|error| at.syntax(&error))?;
        if file.schema != SCHEMA {
            let reason = format!("the schema is {:?}, and must be {SCHEMA:?}", file.schema);
            return Err(at.wrong(&reason, 0..0, "here"));
        }
        let mut incident = Self {
            path: path.into(),
            title: file.title,
            id: file.id,
            severity: file.severity,
            services: file.services,
            from: file.from,
            to: file.to,
            zone: file.zone,
            skew: file.skew,
            ..Self::default()
        };
        for (told, word) in
            [(file.pin, "pin"), (file.hide, "hide"), (file.reword, "reword"), (file.mark, "mark")]
        {
            for told in told {
                incident.edits.push(at.edit(word, told)?);
            }
        }
        incident.edits.sort_by_key(|edit| edit.line);
        let mut again: HashMap<Vec<u8>, u64> = HashMap::new();
        for written in file.row {
            incident.rows.push(at.row(written, &mut again)?);
        }
        Ok(incident)
    }
}

/// The text of a file, to tell of places in it.
struct Text<'t> {
    path: &'t str,
    text: &'t str,
}

impl Text<'_> {
    fn line(&self, at: usize) -> u64 {
        let head = self.text.as_bytes().get(..at).unwrap_or_default();
        1 + memchr::memchr_iter(b'\n', head).count() as u64
    }

    /// The whole entry whose head stands there: to the line before the next head, or the end.
    fn entry(&self, head: Range<usize>) -> Range<usize> {
        let rest = self.text.get(head.end..).unwrap_or_default();
        let is_head = |at: &usize| {
            let line = rest[at + 1..].lines().next().unwrap_or_default();
            KEYS.iter().any(|key| line.trim() == format!("[[{key}]]"))
        };
        let mut ends = memchr::memchr_iter(b'\n', rest.as_bytes());
        let end = ends.find(is_head).map_or(self.text.len(), |end| head.end + end);
        let whole = self.text.get(head.start..end).unwrap_or_default();
        head.start..head.start + whole.trim_end().len()
    }

    fn wrong(&self, reason: &str, place: Range<usize>, label: &str) -> IncidentError {
        IncidentError::Wrong(Box::new(Snippet::new(self.path, reason).at(self.text, place, label)))
    }

    fn syntax(&self, error: &toml::de::Error) -> IncidentError {
        let reason = error.message().lines().next().unwrap_or_default();
        let mut snippet = Snippet::new(self.path, reason);
        if let Some(place) = error.span() {
            snippet = snippet.at(self.text, place, "here");
        }
        let unknown =
            reason.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
        let inner = ["id", "text", "mark", "was", "note", "time", "actor", "marks"];
        let near = unknown.and_then(|word| nearest(word, KEYS.into_iter().chain(inner)));
        if let Some(near) = near {
            snippet = snippet.hint(&format!("did you mean {near}?"));
        }
        IncidentError::Wrong(Box::new(snippet))
    }

    fn edit(&self, word: &str, told: toml::Spanned<Told>) -> Result<Edit, IncidentError> {
        let place = told.span();
        let Told { id, text, mark, was, _note: _ } = told.into_inner();
        let missing = |key: &str| {
            self.wrong(&format!("[[{word}]] needs `{key}`"), place.clone(), "in this entry")
        };
        if !id.starts_with("e-") || id.len() < 4 {
            let reason = format!("{id:?} is no id: ids begin with e-, as the timeline shows them");
            return Err(self.wrong(&reason, place.clone(), "in this entry"));
        }
        let takes = |key: &str| match key {
            "text" => word == "reword",
            _ => word == "mark",
        };
        let given = [("text", text.is_some()), ("mark", mark.is_some())];
        if let Some((key, _)) = given.into_iter().find(|(key, given)| *given && !takes(key)) {
            let reason = format!("[[{word}]] has no `{key}`");
            return Err(self.wrong(&reason, place.clone(), "in this entry"));
        }
        let deed = match word {
            "pin" => Deed::Pin,
            "hide" => Deed::Hide,
            "reword" => Deed::Reword(text.ok_or_else(|| missing("text"))?, was.clone()),
            _ => Deed::Mark(self.mark(&mark.ok_or_else(|| missing("mark"))?, &place)?),
        };
        Ok(Edit { id: id.to_lowercase(), deed, was, line: self.line(place.start) })
    }

    fn mark(&self, word: &str, place: &Range<usize>) -> Result<Mark, IncidentError> {
        Mark::ALL.into_iter().find(|mark| mark.word() == word).ok_or_else(|| {
            let words: Vec<&str> = Mark::ALL.iter().map(|mark| mark.word()).collect();
            let reason = format!("{word:?} is no mark; there are {}", words.join(", "));
            self.wrong(&reason, place.clone(), "in this entry")
        })
    }

    /// `again` counts rows that are the same, so that each has an id of its own.
    fn row(
        &self,
        written: toml::Spanned<Written>,
        again: &mut HashMap<Vec<u8>, u64>,
    ) -> Result<Event, IncidentError> {
        let place = self.entry(written.span());
        let Written { time, text: said, actor, marks, _note: _ } = written.into_inner();
        let help = "write a time with its zone: 2026-03-10T06:14:00Z or 2026-03-10 07:14 +01:00";
        let raw = pattern::written(&time);
        let instant = raw.as_ref().and_then(RawTime::instant);
        let (Some(instant), Some(raw)) = (instant, raw) else {
            return Err(self.wrong(
                &format!("{time:?} is no time; {help}"),
                place.clone(),
                "in this entry",
            ));
        };
        let marks = marks.iter().map(|mark| self.mark(mark, &place)).collect::<Result<_, _>>()?;
        let bytes = self.text.as_bytes().get(place.clone()).unwrap_or_default();
        let identity: [u8; 32] = Sha256::digest(format!("manual\0{time}\0{said}")).into();
        let number = again.entry(identity.to_vec()).or_default();
        *number += 1;
        let stamp = Stamp {
            instant: Some(instant),
            precision: raw.precision,
            quality: Quality::new(Basis::Exact),
            ..Stamp::undated()
        };
        let source = Source {
            id: id::id(&identity, *number),
            path: self.path.into(),
            line: self.line(place.start),
            record: None,
            stamp: stamp.clone(),
            delay_s: None,
            byte_start: place.start as u64,
            byte_len: bytes.len() as u64,
            sha256: Sha256::digest(bytes).into(),
            why: Some("manual".to_owned()),
        };
        Ok(Event {
            stamp,
            time_end: None,
            time_raw: time,
            kind: Kind::Manual,
            system: "incident-file".to_owned(),
            channel: None,
            actor,
            actor_role: None,
            host: None,
            service: None,
            state: None,
            severity: None,
            summary: text::summary(&said),
            detail: None,
            marks,
            refs: Vec::new(),
            count: None,
            reasons: vec!["written in the incident file".to_owned()],
            quiet: false,
            sources: vec![source],
        })
    }
}

#[cfg(test)]
mod tests;
