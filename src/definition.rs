//! Definitions: what a format is, as data.
//!
//! Takes the TOML of `parsers/` (embedded), of the user's folder and of `--parser FILE`; gives
//! compiled [`Definition`]s. `parsers/README.md` tells the language; `schema` holds its shape,
//! `compile` checks and compiles it, `tell` turns a record into what it tells, `check` runs the
//! samples.

mod accept;
pub mod bag;
pub mod check;
mod compile;
pub mod draft;
mod layer;
pub mod lookup;
pub mod markup;
pub mod phrase;
pub mod schema;
pub mod shelf;
pub mod signs;
pub mod tell;
mod when;
pub mod words;

pub(crate) use self::accept::found;
pub use self::accept::{Accepted, FIND_BYTES, TOLD};

use std::{borrow::Cow, path::PathBuf, sync::Arc, time::Duration};

use self::{
    lookup::Lookup,
    markup::Markup,
    phrase::{Path, PathStep, Phrase},
    words::{SeverityWords, Table},
};
use crate::{
    event::{Kind, Mark},
    settings::glob::PathShape,
    snippet::Snippet,
    template::Template,
    time::{pattern::Formats, zone::Zone},
};

/// Where a definition came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Shipped with rfo.
    Shipped,
    /// A file of the user's folder, or of `--parser`.
    File(PathBuf),
}

/// A compiled definition.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Its name.
    pub name: String,
    /// One line about it.
    pub about: String,
    /// Kind of its events, unless an event says another.
    pub kind: Kind,
    /// Where it came from.
    pub origin: Origin,
    /// The TOML it was made from.
    pub toml: Cow<'static, str>,
    /// Hints about file names.
    pub files: Vec<PathShape>,
    /// How texts are written.
    pub markup: Markup,
    /// How records are cut.
    pub engine: Engine,
    /// Lines that are no records, and what they say about the records below them.
    pub head: HeadRule,
    /// The definition whose records it is offered, or the kind of those; for a layer.
    pub upon: Option<String>,
    /// Of a layer upon its base: the events of the base that are told beside its own, by number.
    pub stays: Vec<usize>,
    /// Fields that must fit, or the record is not of this format.
    pub must: Vec<Rule>,
    /// Templates that are sought at the starts of a field's lines.
    pub find: Vec<Rule>,
    /// What a value of its records holds.
    pub inner: Option<Inner>,
    /// Tables beside the input.
    pub lookups: Vec<Lookup>,
    /// Records that make no row unless every event is asked for.
    pub quiet: Vec<Rule>,
    /// Values that mean that there is none, beside the usual ones.
    pub nothing: Vec<String>,
    /// Severity words.
    pub severity: Arc<SeverityWords>,
    /// Translation of states; without rows, states pass as written.
    pub states: Table<usize>,
    /// Results of `states`.
    pub state_names: Vec<String>,
    /// Translation of marks; only what it lists passes.
    pub marks: Table<Mark>,
    /// Translation of roles; only what it lists passes.
    pub roles: Table<usize>,
    /// Results of `roles`.
    pub role_names: Vec<String>,
    /// Times.
    pub time: TimeRule,
    /// What a record tells.
    pub events: Vec<EventPlan>,
    /// Samples, as written.
    pub samples: Vec<schema::Sample>,
}

/// A field and the templates that it may fit.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The field.
    pub path: Path,
    /// The templates.
    pub templates: Vec<Template>,
}

/// `[inner]`: a value of the record is a line of another format.
#[derive(Clone, Debug)]
pub struct Inner {
    /// The value.
    pub text: Vec<Phrase>,
    /// A record that does not fit goes on in the next one.
    pub whole: Vec<Rule>,
    /// Which program wrote it: each has a format of its own, and its records without a time go on in
    /// the one above.
    pub by: Vec<Phrase>,
}

/// `head` and `columns`: lines that are no records.
#[derive(Clone, Debug, Default)]
pub struct HeadRule {
    /// Their holes hold for the records below, until they are said again.
    pub templates: Vec<Template>,
    /// The line that names the columns of the rows below it.
    pub columns: Option<Template>,
    /// The time or the choice of rows needs what they say: a record can only be read when all head
    /// lines before it are known.
    pub stateful: bool,
    /// An input without any of them is of another format.
    pub needed: bool,
}

/// How records are cut.
#[derive(Clone, Debug)]
pub enum Engine {
    /// Lines, with the lines that go on below them.
    Lines {
        /// Shapes of a record.
        line: Vec<Template>,
        /// Indices into `line` of the templates whose anchors differ.
        anchors: Vec<usize>,
        /// Lines that belong to the record above.
        more: Vec<Template>,
        /// Holes that a record without them has from the one before.
        keep: Vec<String>,
    },
    /// Rows of a CSV file.
    Csv {
        /// Columns that must be there.
        need: Vec<String>,
        /// Other names of columns.
        names: Vec<(String, Vec<String>)>,
        /// The delimiter, where the definition names one.
        delimiter: Option<u8>,
        /// The columns of files that do not name them.
        header: Option<Vec<String>>,
        /// Columns that no name tells are found by what stands in them.
        guess: bool,
    },
    /// JSON objects.
    Json {
        /// Where they lie in the document.
        records: Vec<Vec<PathStep>>,
        /// Members that must be there.
        need: Vec<Path>,
    },
    /// Elements of an XML document.
    Xml {
        /// Where they lie in the document, from its root on.
        records: Vec<Vec<PathStep>>,
        /// Elements and attributes that must be there.
        need: Vec<Path>,
    },
    /// Timelines that people write in Markdown.
    Markdown {
        /// Members that the front matter must have; with any, it is a record.
        front: Vec<String>,
    },
    /// Mails.
    Mbox,
    /// A program tells what an input holds.
    Command(Program),
    /// Nothing is cut: a layer is offered the records of the definition in its `upon`.
    Layer,
}

/// `[command]`: a program that reads an input and tells events.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its name or path, and its arguments; no shell comes between.
    pub run: Vec<String>,
    /// Where it runs, and where a relative path in `run` begins: the folder of the definition.
    pub folder: PathBuf,
    /// How long it may take for one input.
    pub timeout: Duration,
    /// Most bytes that it may write for one input.
    pub output: u64,
    /// What its inputs may begin with.
    pub magic: Vec<String>,
}

impl Program {
    /// The program and its arguments, for messages.
    pub fn shown(&self) -> String {
        self.run.join(" ")
    }
}

/// `[time]`.
#[derive(Clone, Debug)]
pub struct TimeRule {
    /// The record's time.
    pub at: Vec<Phrase>,
    /// Formats of every hole that has none of its own.
    pub formats: Arc<Formats>,
    /// Formats by hole.
    pub by_hole: Vec<(String, Arc<Formats>)>,
    /// The pieces of the formats that stand for the holes of a composed time; none for a piece
    /// that is no time by itself, such as a year.
    pub pieces: Vec<(String, Option<Arc<Formats>>)>,
    /// By rung of `at`: the date stands above the record, and only the clock in it.
    pub date_above: Vec<bool>,
    /// All formats as written, for the checker: `(hole or "", list)`.
    pub written: Vec<(String, Vec<String>)>,
    /// Fields of `head` that declare a zone for the whole file, in order.
    pub declared: Vec<Phrase>,
    /// Where the zone comes from when neither the text nor the file names one.
    pub zone: ZoneRule,
    /// Where one of these is filled, the writer itself does not trust its clock.
    pub doubt: Vec<Phrase>,
}

impl TimeRule {
    /// True where the record's time is the first one that a template has: the first rung of `at` that
    /// it has a hole for is the hole of that time.
    pub fn is_first_of(&self, template: &Template) -> bool {
        let holes = template.holes();
        let mut rungs = self.at.iter().map(|phrase| phrase.only_field());
        let first = rungs
            .find(|rung| rung.is_none_or(|path| holes.iter().any(|hole| **hole == *path.text)));
        first.flatten().is_some_and(|path| template.time_hole() == Some(&path.text))
    }

    /// The formats that the table of formats gives for a hole.
    pub fn own_formats(&self, hole: &str) -> Option<&Arc<Formats>> {
        self.by_hole.iter().find(|(name, _)| name == hole).map(|(_, formats)| formats)
    }

    /// The formats that a hole or field may have.
    pub fn formats_of(&self, hole: &str) -> &Arc<Formats> {
        self.hole_formats(hole).unwrap_or(&self.formats)
    }

    /// The formats of a hole that is a time; none for a mere part of one.
    pub fn hole_formats(&self, hole: &str) -> Option<&Arc<Formats>> {
        let piece = || self.pieces.iter().find(|(name, _)| name == hole);
        match (self.own_formats(hole), piece()) {
            (Some(own), _) => Some(own),
            (None, Some((_, piece))) => piece.as_ref(),
            (None, None) => Some(&self.formats),
        }
    }
}

/// Where the zone comes from when the text names none.
#[derive(Clone, Debug)]
pub enum ZoneRule {
    /// Nobody knows: the user is asked.
    Ask,
    /// The format says.
    Fixed(Zone),
    /// A field of the record: an offset or a name.
    Field(Phrase),
}

/// What kind of event is told.
#[derive(Clone, Debug, Default)]
pub enum KindRule {
    /// The definition's.
    #[default]
    Own,
    /// This one.
    Fixed(Kind),
    /// The record says its word; where it says another word, the definition's.
    Said(Vec<Phrase>),
}

/// `[[event]]`.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the keys are told in parsers/README.md")]
pub struct EventPlan {
    pub each: Option<Path>,
    pub must: Vec<Template>,
    /// The event is told only where all of these fit.
    pub only: Vec<Rule>,
    /// The templates of `cut`, each with the template of its first line.
    pub cut: Vec<(Template, Template)>,
    pub at: Option<Vec<Phrase>>,
    /// The `at` of the base's event, for a layer's that has none.
    pub under: Option<Vec<Phrase>>,
    pub until: Vec<Phrase>,
    pub count: Vec<Phrase>,
    pub kind: KindRule,
    pub quiet: bool,
    pub system: Vec<Phrase>,
    pub id: Vec<Phrase>,
    pub same: Vec<Phrase>,
    pub thread: Vec<Phrase>,
    pub refs: Vec<Phrase>,
    pub channel: Vec<Phrase>,
    pub actor: Vec<Phrase>,
    pub role: Vec<Phrase>,
    pub host: Vec<Phrase>,
    pub service: Vec<Phrase>,
    pub state: Vec<Phrase>,
    pub severity: Vec<Phrase>,
    pub mark: Vec<Phrase>,
    pub text: Vec<Phrase>,
    pub detail: Vec<Phrase>,
}

/// Why a definition cannot be used: place, reason and way out.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct DefinitionError(pub Box<Snippet>);

impl EventPlan {
    /// True where its native key ends so: `due` for `{Issue key}:due`.
    pub fn is_called(&self, word: &str) -> bool {
        let mut words = self.id.iter().filter_map(|phrase| phrase.text().rsplit_once(':'));
        words.any(|(_, last)| last == word)
    }

    /// True where the tracker itself stamps it when it happens, by its native key: a comment, the last
    /// change, the end of it. What people enter of the work is not.
    pub fn is_stamped(&self) -> bool {
        const STAMPED: [&str; 8] =
            ["updated", "resolved", "closed", "solved", "completed", "answered", "comment", "note"];
        let mut parts = self.id.iter().flat_map(|phrase| phrase.text().split(':').skip(1));
        parts.any(|part| STAMPED.contains(&part))
    }
}

impl Definition {
    /// Reads and compiles a definition.
    ///
    /// # Errors
    /// What is wrong with it, with the line and a caret.
    pub fn parse(toml: &str, origin: Origin, file: &str) -> Result<Self, DefinitionError> {
        compile::definition(toml, origin, file)
    }

    /// Compiles a shipped definition; without its samples, where it is not read from its TOML.
    ///
    /// # Errors
    /// A defect of rfo that its tests catch: what is wrong with it, as for any other.
    pub fn shipped(shipped: &signs::Shipped) -> Result<Self, DefinitionError> {
        compile::shipped(shipped)
    }

    /// The one event of most definitions: its time is the record's, and nothing is repeated.
    pub fn is_plain(&self) -> bool {
        matches!(self.events.as_slice(), [plan] if plan.each.is_none() && plan.at.is_none())
    }

    /// Word for the engine.
    pub fn engine_word(&self) -> &'static str {
        match self.engine {
            Engine::Lines { .. } => "lines",
            Engine::Csv { .. } => "csv",
            Engine::Json { .. } => "json",
            Engine::Xml { .. } => "xml",
            Engine::Markdown { .. } => "markdown",
            Engine::Mbox => "mbox",
            Engine::Command(_) => "command",
            Engine::Layer => "upon",
        }
    }
}

#[cfg(test)]
mod tests;
