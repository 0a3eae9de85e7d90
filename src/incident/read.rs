//! Reads the text of an incident file, and tells where it cannot be understood.

use std::{collections::HashMap, fmt, ops::Range, path::Path};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use sha2::{Digest, Sha256};
use toml::Spanned;

use super::{Deed, Edit, Incident, IncidentError, Person, SCHEMA};
use crate::{
    event::{Event, Kind, Mark, Source},
    snippet::{Snippet, nearest},
    text,
    time::{Basis, Instant, Precision, Quality, RawTime, Stamp, pattern},
    timeline::id,
};

/// The keys of the file.
const KEYS: [&str; 19] = [
    "schema", "title", "id", "severity", "services", "paths", "from", "to", "zone", "skew",
    "person", "pin", "hide", "reword", "mark", "unmark", "join", "unjoin", "row",
];
/// The keys of its entries.
const INNER: [&str; 14] = [
    "id", "ids", "text", "mark", "was", "at", "record", "note", "time", "actor", "marks", "name",
    "role", "also",
];
/// How a time is to be written.
const TIME: &str = "write a time with its zone: 2026-03-10T06:14:00Z or 2026-03-10 07:14 +01:00";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    title: Option<String>,
    id: Option<String>,
    severity: Option<String>,
    #[serde(default)]
    services: Vec<String>,
    #[serde(default)]
    paths: Vec<String>,
    from: Option<Spanned<String>>,
    to: Option<Spanned<String>>,
    #[serde(default)]
    zone: Rules,
    #[serde(default)]
    skew: Rules,
    #[serde(default)]
    person: Vec<Person>,
    #[serde(default)]
    pin: Vec<Spanned<Told>>,
    #[serde(default)]
    hide: Vec<Spanned<Told>>,
    #[serde(default)]
    reword: Vec<Spanned<Told>>,
    #[serde(default)]
    mark: Vec<Spanned<Told>>,
    #[serde(default)]
    unmark: Vec<Spanned<Told>>,
    #[serde(default)]
    join: Vec<Spanned<Told>>,
    #[serde(default)]
    unjoin: Vec<Spanned<Told>>,
    #[serde(default)]
    row: Vec<Spanned<Written>>,
}

/// `[[pin]]`, `[[hide]]`, `[[reword]]`, `[[mark]]`, `[[unmark]]`, `[[join]]`, `[[unjoin]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    id: Option<String>,
    ids: Option<Vec<String>>,
    text: Option<String>,
    mark: Option<String>,
    was: Option<String>,
    at: Option<String>,
    record: Option<String>,
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

/// What is told of all inputs or of some: a list of what the option takes, or a table by glob.
#[derive(Default)]
struct Rules(Vec<Spanned<String>>);

impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Rules;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list as of the option, or a table by path")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Rules, A::Error> {
                let mut rules = Vec::new();
                while let Some(rule) = list.next_element()? {
                    rules.push(rule);
                }
                Ok(Rules(rules))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Rules, A::Error> {
                let mut rules = Vec::new();
                while let Some((glob, value)) = table.next_entry::<String, Spanned<String>>()? {
                    let place = value.span();
                    rules.push(Spanned::new(place, format!("{glob}={}", value.into_inner())));
                }
                Ok(Rules(rules))
            }
        }
        from.deserialize_any(Either)
    }
}

/// Reads the text of an incident file at that path.
pub(super) fn parse(path: &str, text: &str) -> Result<Incident, IncidentError> {
    let at = Text { path, text };
    let file: File = toml::from_str(text).map_err(|error| at.syntax(&error))?;
    if file.schema != SCHEMA {
        let reason = format!("the schema is {:?}, and must be {SCHEMA:?}", file.schema);
        return Err(at.wrong(&reason, 0..0, "here"));
    }
    let mut told = Vec::new();
    let mut rules = |option: &'static str, rules: Vec<Spanned<String>>| -> Vec<String> {
        let rule = |rule: Spanned<String>| {
            let line = at.line(rule.span().start);
            told.push((option, rule.get_ref().clone(), line));
            rule.into_inner()
        };
        rules.into_iter().map(rule).collect()
    };
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    let mut incident = Incident {
        path: path.into(),
        title: file.title,
        id: file.id,
        severity: file.severity,
        services: file.services,
        paths: file.paths.iter().map(|path| folder.join(path)).collect(),
        from: rules("--from", file.from.into_iter().collect()).pop(),
        to: rules("--to", file.to.into_iter().collect()).pop(),
        zone: rules("--zone", file.zone.0),
        skew: rules("--skew", file.skew.0),
        people: file.person,
        ..Incident::default()
    };
    incident.told = told;
    let edits = [
        (file.pin, "pin"),
        (file.hide, "hide"),
        (file.reword, "reword"),
        (file.mark, "mark"),
        (file.unmark, "unmark"),
        (file.unjoin, "unjoin"),
    ];
    for (told, word) in edits {
        for told in told {
            match told.get_ref() {
                Told { id: None, mark: Some(mark), .. } if word == "unmark" => {
                    incident.absent.push(at.mark(mark, &told.span())?);
                }
                _ => incident.edits.push(at.edit(word, told)?),
            }
        }
    }
    for (number, told) in (0..).zip(file.join) {
        incident.edits.extend(at.join(number, told)?);
    }
    incident.edits.sort_by_key(|edit| edit.line);
    let mut again: HashMap<Vec<u8>, u64> = HashMap::new();
    for written in file.row {
        incident.rows.push(at.row(written, &mut again)?);
    }
    Ok(incident)
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
        let near = unknown.and_then(|word| nearest(word, KEYS.into_iter().chain(INNER)));
        if let Some(near) = near {
            snippet = snippet.hint(&format!("did you mean {near}?"));
        }
        IncidentError::Wrong(Box::new(snippet))
    }

    fn edit(&self, word: &str, told: Spanned<Told>) -> Result<Edit, IncidentError> {
        let place = told.span();
        let Told { id, ids, text, mark, was, at, record, _note: _ } = told.into_inner();
        let entry = |reason: &str| self.wrong(reason, place.clone(), "in this entry");
        let missing = |key: &str| entry(&format!("[[{word}]] needs `{key}`"));
        let takes = |key: &str| match key {
            "text" => word == "reword",
            "mark" => matches!(word, "mark" | "unmark"),
            _ => false,
        };
        let given = [("ids", ids.is_some()), ("text", text.is_some()), ("mark", mark.is_some())];
        if let Some((key, _)) = given.into_iter().find(|(key, given)| *given && !takes(key)) {
            return Err(entry(&format!("[[{word}]] has no `{key}`")));
        }
        let mark = || self.mark(mark.as_deref().ok_or_else(|| missing("mark"))?, &place);
        let deed = match word {
            "pin" => Deed::Pin,
            "hide" => Deed::Hide,
            "reword" => Deed::Reword(text.clone().ok_or_else(|| missing("text"))?),
            "mark" => Deed::Mark(mark()?),
            "unmark" => Deed::Unmark(mark()?),
            _ => Deed::Unjoin,
        };
        let id = self.id(id.as_deref().ok_or_else(|| missing("id"))?, &place)?;
        let at = at.map(|at| self.time(&at, &place)).transpose()?;
        Ok(Edit { id, deed, was, at, record, line: self.line(place.start) })
    }

    /// `[[join]]`: an edit for each event, the row's own first.
    fn join(&self, number: u32, told: Spanned<Told>) -> Result<Vec<Edit>, IncidentError> {
        let place = told.span();
        let Told { ids, id, text, mark, was, at, record, _note: _ } = told.into_inner();
        let entry = |reason: &str| self.wrong(reason, place.clone(), "in this entry");
        if id.is_some() || text.or(mark).or(was).or(at).or(record).is_some() {
            return Err(entry("[[join]] has `ids` and `note`, nothing else"));
        }
        let ids = ids.filter(|ids| ids.len() > 1);
        let ids = ids.ok_or_else(|| entry("[[join]] needs `ids`, two or more"))?;
        let line = self.line(place.start);
        let edit = |id: &String| {
            let (id, deed) = (self.id(id, &place)?, Deed::Join(number));
            Ok(Edit { id, deed, was: None, at: None, record: None, line })
        };
        ids.iter().map(edit).collect()
    }

    fn id(&self, id: &str, place: &Range<usize>) -> Result<String, IncidentError> {
        if id.starts_with("e-") && id.len() >= 4 {
            return Ok(id.to_lowercase());
        }
        let reason = format!("{id:?} is no id: ids begin with e-, as the timeline shows them");
        Err(self.wrong(&reason, place.clone(), "in this entry"))
    }

    fn time(&self, time: &str, place: &Range<usize>) -> Result<Instant, IncidentError> {
        let instant = pattern::written(time).as_ref().and_then(RawTime::instant);
        instant.ok_or_else(|| {
            self.wrong(&format!("{time:?} is no time; {TIME}"), place.clone(), "in this entry")
        })
    }

    fn mark(&self, word: &str, place: &Range<usize>) -> Result<Mark, IncidentError> {
        Mark::named(word).map_err(|reason| self.wrong(&reason, place.clone(), "in this entry"))
    }

    /// `again` counts rows that are the same, so that each has an id of its own.
    fn row(
        &self,
        written: Spanned<Written>,
        again: &mut HashMap<Vec<u8>, u64>,
    ) -> Result<Event, IncidentError> {
        let place = self.entry(written.span());
        let Written { time, text: said, actor, marks, _note: _ } = written.into_inner();
        let instant = self.time(&time, &place)?;
        let precision = pattern::written(&time).map_or(Precision::Second, |raw| raw.precision);
        let marks = marks.iter().map(|mark| self.mark(mark, &place)).collect::<Result<_, _>>()?;
        let bytes = self.text.as_bytes().get(place.clone()).unwrap_or_default();
        let identity: [u8; 32] = Sha256::digest(format!("manual\0{time}\0{said}")).into();
        let number = again.entry(identity.to_vec()).or_default();
        *number += 1;
        let stamp = Stamp {
            instant: Some(instant),
            precision,
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
            own_words: true,
            sources: vec![source],
        })
    }
}
