//! What a record tells: the fields of `rfo.event/1`, before any output is chosen.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::time::{Instant, Stamp};

/// What kind of evidence told an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words are those of rfo.event/1")]
pub enum Kind {
    Email,
    Chat,
    Ticket,
    Alert,
    Log,
    Change,
    Manual,
}

impl Kind {
    /// All kinds, in the order of the enum.
    pub const ALL: [Self; 7] =
        [Self::Email, Self::Chat, Self::Ticket, Self::Alert, Self::Log, Self::Change, Self::Manual];

    /// The kind of that word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The word of `rfo.event/1`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Chat => "chat",
            Self::Ticket => "ticket",
            Self::Alert => "alert",
            Self::Log => "log",
            Self::Change => "change",
            Self::Manual => "manual",
        }
    }
}

/// How bad an event is, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[expect(missing_docs, reason = "the words are those of rfo.event/1")]
pub enum Severity {
    Critical,
    Error,
    Warning,
    Notice,
    Info,
    Debug,
}

impl Severity {
    /// All, worst first.
    pub const ALL: [Self; 6] =
        [Self::Critical, Self::Error, Self::Warning, Self::Notice, Self::Info, Self::Debug];

    /// The word of `rfo.event/1`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }
}

/// A milestone on a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[expect(missing_docs, reason = "the words are those of rfo.event/1")]
pub enum Mark {
    Start,
    Detected,
    Acknowledged,
    Mitigated,
    Resolved,
    Cause,
    Change,
    Decision,
    Comms,
}

impl Mark {
    /// All marks.
    pub const ALL: [Self; 9] = [
        Self::Start,
        Self::Detected,
        Self::Acknowledged,
        Self::Mitigated,
        Self::Resolved,
        Self::Cause,
        Self::Change,
        Self::Decision,
        Self::Comms,
    ];

    /// The word of `rfo.event/1`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Detected => "detected",
            Self::Acknowledged => "acknowledged",
            Self::Mitigated => "mitigated",
            Self::Resolved => "resolved",
            Self::Cause => "cause",
            Self::Change => "change",
            Self::Decision => "decision",
            Self::Comms => "comms",
        }
    }

    /// The mark of that word.
    ///
    /// # Errors
    /// What is no mark, with the words that there are.
    pub fn named(word: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|mark| mark.word() == word);
        let words = || Self::ALL.map(Self::word).join(", ");
        known.ok_or_else(|| format!("{word:?} is no mark; there are {}", words()))
    }
}

/// A stable id: `e-` and 16 base32 characters, the same whatever the path, zone or options.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
pub struct Id(pub String);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Id {
    /// Length of an id as tables show it: enough to find the row in one timeline.
    pub const SHOWN: usize = 8;
    /// Length of a whole id, `e-` and 16 characters; what makes it unique in one output stands behind.
    pub const WHOLE: usize = 18;

    /// The first characters: `e-7kq3f2`.
    pub fn short(&self) -> &str {
        self.0.get(..Self::SHOWN).unwrap_or(&self.0)
    }

    /// An id without what makes it unique in one output, and its number there: `e-7kq3f2` and 2, of
    /// `e-7kq3f2-2`.
    pub fn numbered(id: &str) -> (&str, usize) {
        let numbered = id.rsplit_once('-').filter(|(head, _)| *head != "e");
        let numbered = numbered.and_then(|(head, number)| Some((head, number.parse().ok()?)));
        numbered.unwrap_or((id, 1))
    }

    /// Whether two ids are one, where either may be shown short.
    pub fn is_same(one: &str, other: &str) -> bool {
        let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
        one == other || short.len() < Self::WHOLE && long.starts_with(short)
    }
}

/// Where an event was told: enough to open the evidence at that place and check its bytes.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Source {
    /// Id by this source's identity.
    pub id: Id,
    /// Path as `rfo.event/1` writes it.
    pub path: Arc<str>,
    /// 1-based line of the record's first byte.
    pub line: u64,
    /// Native key: Message-ID, `folder/ts`, `KEY:created` …
    pub record: Option<String>,
    /// The time that this source gives.
    pub stamp: Stamp,
    /// Mail: seconds from `Date` to the stamp of the first trusted hop; negative where `Date` lies
    /// behind it.
    pub delay_s: Option<i64>,
    /// First byte of the record in the unpacked original.
    pub byte_start: u64,
    /// Length of the record in bytes.
    pub byte_len: u64,
    /// SHA-256 of the record's bytes.
    pub sha256: [u8; 32],
    /// Why it stands beside the origin: `copy:RULE`, `told:RULE` …; none on the origin.
    pub why: Option<String>,
}

/// What a record tells. Its serde form is that of the run itself, which keeps what it has read packed;
/// `rfo.event/1` is written by [`crate::render`].
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Event {
    /// When.
    pub stamp: Stamp,
    /// End of an interval or of a folded run.
    pub time_end: Option<Instant>,
    /// The time as written.
    pub time_raw: String,
    /// Kind of evidence.
    pub kind: Kind,
    /// `slack`, `jira`, `nagios` …
    pub system: String,
    /// Room, list or project.
    pub channel: Option<String>,
    /// Who.
    pub actor: Option<String>,
    /// Role of the actor; `bot` for bots.
    pub actor_role: Option<String>,
    /// Host.
    pub host: Option<String>,
    /// Service or check.
    pub service: Option<String>,
    /// State as written, upper case.
    pub state: Option<String>,
    /// How bad.
    pub severity: Option<Severity>,
    /// One line, at most 280 characters.
    pub summary: String,
    /// Full text where it differs from the summary.
    pub detail: Option<String>,
    /// Milestones.
    pub marks: Vec<Mark>,
    /// Ticket keys, URLs, thread ids.
    pub refs: Vec<String>,
    /// Records that this row stands for, where it is more than one.
    pub count: Option<u64>,
    /// Why the row was kept.
    pub reasons: Vec<String>,
    /// The definition's `quiet` rule fits: no row unless every event is asked for.
    pub quiet: bool,
    /// The lead wrote what it says, so nothing need be said of who tells it.
    pub own_words: bool,
    /// Origin first, then by path and byte.
    pub sources: Vec<Source>,
}

impl Event {
    /// The id of the origin source.
    pub fn id(&self) -> &Id {
        &self.sources[0].id
    }

    /// The native key that the origin source gives to its record.
    pub fn record(&self) -> Option<&str> {
        self.sources.first()?.record.as_deref()
    }

    /// Puts the sources behind the origin in order: by path and byte.
    pub fn order_sources(&mut self) {
        self.sources[1..].sort_by(|a, b| {
            (a.path.as_bytes(), a.byte_start).cmp(&(b.path.as_bytes(), b.byte_start))
        });
    }
}
