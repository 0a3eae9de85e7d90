//! Answers: what is told of an event, the shape of `rfo.explain/1`.

use serde::Serialize;

use super::{Apart, Evidence, Raw, Reference, When};
use crate::{event::Event, timeline::Run};

/// What is known of what was asked for: `rfo.explain/1`.
#[derive(Debug, Serialize)]
pub struct Explained {
    /// `rfo.explain/1`.
    pub schema: &'static str,
    /// What was asked for, as typed.
    pub asked: String,
    /// How many events hold the text that was missed; the answers are for the first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holding: Option<u64>,
    /// The events that it names: one, but for a record that tells several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
    /// What is there where no event is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nothing: Option<Nothing>,
    /// What the run did.
    #[serde(skip)]
    pub run: Run,
}

/// A place of the evidence that tells no event.
#[derive(Debug, Serialize)]
pub struct Nothing {
    /// `skipped`, `rejected`, `between_records`, `part_of_a_table`, `not_evidence` or `not_read`.
    pub standing: &'static str,
    /// The same in words, with the reason.
    pub because: String,
    /// The input.
    pub path: String,
    /// The lines there.
    #[serde(skip_serializing_if = "Raw::is_empty")]
    pub raw: Raw,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Its row is shown.
    Row,
    /// Its row is folded into another.
    Folded,
    /// Its row was left out by the choice of rows.
    LeftOut,
    /// Its row lies outside the window.
    OutsideWindow,
    /// It has no instant and is listed apart.
    Undated,
}

/// An event, and all that is known of the row that tells it.
#[derive(Debug, Serialize)]
pub struct Answer {
    /// The event that was asked for.
    pub event: Named,
    /// What became of its row.
    pub standing: Standing,
    /// Why, in words: of the event, then of its row.
    pub because: Vec<String>,
    /// The row that tells the event, as a timeline shows it, or would.
    #[serde(serialize_with = "as_event")]
    pub row: Event,
    /// How its time was read.
    pub time: When,
    /// The sources of the row, the origin first, the rest in their order.
    pub sources: Vec<Told>,
    /// Rows that are folded into it.
    #[serde(skip_serializing_if = "Folded::is_empty")]
    pub folded: Folded,
    /// Rows that it speaks of, and rows that speak of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// Rows that are near or alike, and what kept them apart.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub apart: Vec<Apart>,
    /// What is known of the clocks of its inputs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<Clock>,
}

/// An event in few words.
#[derive(Clone, Debug, Serialize)]
pub struct Named {
    /// Id.
    pub id: String,
    /// Path of the input.
    pub path: String,
    /// 1-based line.
    pub line: u64,
    /// RFC 3339; none for an undated one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Its summary.
    pub summary: String,
}

impl Named {
    pub(super) fn of(event: &Event) -> Self {
        let source = &event.sources[0];
        Self {
            id: source.id.0.clone(),
            path: source.path.to_string(),
            line: source.line,
            time: event.stamp.rfc3339(),
            summary: event.summary.clone(),
        }
    }

    /// `logs/app.log:12`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }
}

/// A source of a row.
#[derive(Debug, Serialize)]
pub struct Told {
    /// The event as this source tells it.
    pub event: Named,
    /// It is the one that was asked for.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub asked: bool,
    /// Native key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// How its time was read.
    pub time: When,
    /// What joined it; none for the origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// Its record.
    pub raw: Raw,
}

/// The rows that are folded into one.
#[derive(Debug, Default, Serialize)]
pub struct Folded {
    /// How many.
    pub count: usize,
    /// The first of them, and the last.
    pub rows: Vec<Named>,
    /// What repeats, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub how: Vec<String>,
}

impl Folded {
    /// True where none is.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// What is known of a clock.
#[derive(Debug, Serialize)]
pub struct Clock {
    /// The input.
    pub path: String,
    /// What the evidence says, in words.
    pub words: String,
    /// Pairs of records that show it: the input's own, and the other's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<[Raw; 2]>,
}

fn as_event<S: serde::Serializer>(event: &Event, serializer: S) -> Result<S::Ok, S::Error> {
    let mut json = Vec::new();
    crate::render::jsonl::event(&mut json, event).map_err(serde::ser::Error::custom)?;
    let value: serde_json::Value =
        serde_json::from_slice(&json).map_err(serde::ser::Error::custom)?;
    value.serialize(serializer)
}
