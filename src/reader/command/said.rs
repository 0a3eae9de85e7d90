//! Said: a line that a program wrote, as an event.

use serde::Deserialize;

use super::place::Claim;
use crate::{
    condense::template,
    definition::{
        bag::{Bag, Record, is_nothing},
        tell::{Depth, Draft, Fields},
    },
    event::{Kind, Mark, Severity},
    reader::{
        Plan,
        sketch::{self, About, Known},
    },
    text,
    time::{Flags, RawTime},
};

/// The words of `rfo.event/1` that a program may say; other keys are passed over, as the contract
/// asks of readers.
#[derive(Debug, Deserialize)]
pub(super) struct Said {
    schema: Option<String>,
    time: Option<String>,
    time_end: Option<String>,
    #[serde(default)]
    time_alt: Option<Vec<String>>,
    time_quality: Option<String>,
    time_raw: Option<String>,
    kind: Option<String>,
    system: Option<String>,
    channel: Option<String>,
    actor: Option<String>,
    actor_role: Option<String>,
    host: Option<String>,
    service: Option<String>,
    state: Option<String>,
    severity: Option<String>,
    summary: String,
    detail: Option<String>,
    marks: Option<Vec<String>>,
    refs: Option<Vec<String>>,
    count: Option<u64>,
    /// The source's own name for the event.
    record: Option<String>,
    line: Option<u64>,
    lines: Option<u64>,
    byte_start: Option<u64>,
    byte_len: Option<u64>,
    /// The object as written, for `[quiet]`.
    #[serde(skip)]
    value: serde_json::Value,
}

/// Words of `time_quality` that say that a time is in doubt.
const DOUBTS: [&str; 5] = ["zone_assumed", "fold", "gap", "suspect", "undated"];

impl Said {
    /// Reads a line.
    ///
    /// # Errors
    /// Why it is no event.
    pub(super) fn parse(line: &[u8]) -> Result<Self, String> {
        let value = crate::reader::json::parse(line.trim_ascii())?;
        let said = serde_json::from_value::<Self>(value.clone());
        let said = said.map_err(|error| format!("no event: {error}"))?;
        if said.schema.as_deref().is_some_and(|schema| schema != "rfo.event/1") {
            return Err("no event: its `schema` is not \"rfo.event/1\"".to_owned());
        }
        if said.summary.trim().is_empty() {
            return Err("no event: its `summary` says nothing".to_owned());
        }
        Ok(Self { value, ..said })
    }

    /// Where in the input it was told from.
    ///
    /// # Errors
    /// A place that is only half said.
    pub(super) fn claim(&self) -> Result<Claim, String> {
        match (self.byte_start, self.byte_len, self.line, self.lines) {
            (Some(start), Some(len), _, _) => Ok(Claim::Bytes(start, len)),
            (None, None, Some(line), lines) => Ok(Claim::Lines(line, lines.unwrap_or(1))),
            (None, None, None, None) => Ok(Claim::Whole),
            (None, None, None, Some(_)) => Err("no place: `lines` without `line`".to_owned()),
            _ => Err("no place: `byte_start` and `byte_len` go together".to_owned()),
        }
    }

    /// What it tells.
    ///
    /// # Errors
    /// A word that `rfo.event/1` does not have.
    pub(super) fn draft(mut self, plan: &Plan, depth: Depth) -> Result<Draft, String> {
        let kind = word("kind", self.kind.as_deref(), &Kind::ALL, Kind::word)?;
        let severity = self.severity.as_deref();
        let severity = word("severity", severity, &Severity::ALL, Severity::word)?;
        let marks = self.marks.take().unwrap_or_default();
        let marks = marks.iter().map(|mark| word("marks", Some(mark), &Mark::ALL, Mark::word));
        let marks = marks.filter_map(Result::transpose).collect::<Result<Vec<Mark>, _>>()?;
        let bag = Bag::new(Record::Json { value: &self.value, around: &[] }, &plan.extra);
        let quiet = plan.definition.quiet.iter().any(|rule| rule.fits(&bag));
        let kind = kind.unwrap_or(plan.definition.kind);
        let time = self.time(plan);
        let fields = (depth > Depth::Tick).then(|| Box::new(self.fields(plan)));
        let same = fields.as_deref().and_then(|fields| {
            let id = fields.same.as_deref().or(fields.record.as_deref())?;
            Some((Known::Key, sketch::same(id.as_bytes())))
        });
        let about = fields.as_deref().and_then(|fields| {
            let Fields { host, service, state, .. } = fields;
            let about =
                About { host: host.clone(), service: service.clone(), state: state.clone() };
            about.told(kind)
        });
        let said = fields.as_deref().filter(|_| kind == Kind::Log);
        let message = said.map(|fields| template::counted(&fields.summary).into());
        Ok(Draft {
            part: 0,
            plan: 0,
            layer: 0,
            time,
            kind,
            severity,
            marks,
            quiet,
            date_above: false,
            same: same.filter(|_| kind != Kind::Log),
            about: about.map(Box::new),
            count: 0,
            message: message.unwrap_or_default(),
            fields: fields.filter(|_| depth == Depth::Fields),
        })
    }

    fn time(&self, plan: &Plan) -> Option<RawTime> {
        let mut time = raw(plan, self.time.as_deref())?;
        let quality = self.time_quality.as_deref().unwrap_or_default();
        let doubted = quality.split('+').any(|word| DOUBTS.contains(&word));
        // What was in doubt for the program stays so, however certain its text looks.
        if doubted || self.time_alt.as_ref().is_some_and(|other| !other.is_empty()) {
            time.flags = time.flags.with(Flags::FELL_BACK);
        }
        Some(time)
    }

    fn fields(self, plan: &Plan) -> Fields {
        // What the path says fills what the program leaves out.
        let told = |value: Option<String>, name: &str| {
            let value = value.filter(|value| !is_nothing(value));
            let of_path = || plan.extra.iter().find(|(known, _)| **known == *name);
            let value = value.or_else(|| of_path().map(|(_, value)| value.clone()));
            value.map(|value| value.trim().to_owned())
        };
        let mut refs: Vec<String> = Vec::new();
        for value in self.refs.unwrap_or_default() {
            if !is_nothing(&value) && !refs.contains(&value) {
                refs.push(value);
            }
        }
        let summary = text::summary(&self.summary);
        let detail = text::detail(self.detail.as_deref().unwrap_or(&self.summary));
        Fields {
            time_raw: self.time_raw.or_else(|| self.time.clone()).unwrap_or_default(),
            until: raw(plan, self.time_end.as_deref()),
            count: self.count,
            system: told(self.system, "system").unwrap_or_else(|| plan.definition.name.clone()),
            record: told(self.record, "record"),
            channel: told(self.channel, "channel"),
            actor: told(self.actor, "actor"),
            role: told(self.actor_role, "role"),
            host: told(self.host, "host"),
            service: told(self.service, "service"),
            state: told(self.state, "state").map(|state| state.to_uppercase()),
            refs,
            detail: (!detail.is_empty() && detail != summary).then_some(detail),
            summary,
            ..Fields::default()
        }
    }
}

fn raw(plan: &Plan, text: Option<&str>) -> Option<RawTime> {
    plan.definition.time.formats.whole(text?.trim().as_bytes())
}

/// A word of a list; none where nothing is said.
fn word<T: Copy>(
    key: &str,
    said: Option<&str>,
    all: &[T],
    spell: fn(T) -> &'static str,
) -> Result<Option<T>, String> {
    let Some(said) = said.filter(|said| !is_nothing(said)) else { return Ok(None) };
    let known = all.iter().copied().find(|one| spell(*one) == said);
    known.map(Some).ok_or_else(|| {
        let words: Vec<&str> = all.iter().copied().map(spell).collect();
        format!("no event: `{key}` is {said:?}; the words are {}", words.join(", "))
    })
}
