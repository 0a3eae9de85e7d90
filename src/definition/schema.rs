//! The definition language as TOML holds it: words and shapes, nothing decided yet.
//!
//! `parsers/README.md` tells what each key means. Unknown keys are errors, so that a misspelt one
//! is never passed over in silence.

use std::collections::BTreeMap;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};

use super::markup::Markup;
use crate::event::Kind;

/// One text or a list of them: wherever one may stand, a ladder may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ladder(pub Vec<String>);

impl<'de> Deserialize<'de> for Ladder {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;
        impl<'de> Visitor<'de> for OneOrMore {
            type Value = Ladder;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text or a list of texts")
            }

            fn visit_str<E>(self, text: &str) -> Result<Ladder, E> {
                Ok(Ladder(vec![text.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Ladder, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = list.next_element()? {
                    texts.push(text);
                }
                Ok(Ladder(texts))
            }
        }
        deserializer.deserialize_any(OneOrMore)
    }
}

/// A table whose order counts: words are tried from its top.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ordered(pub Vec<(String, Ladder)>);

impl<'de> Deserialize<'de> for Ordered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Ordered;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a table of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = map.next_entry()? {
                    rows.push(row);
                }
                Ok(Ordered(rows))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// Formats: a ladder for every time hole, or a table with one a hole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatKey {
    /// The same for every hole.
    All(Ladder),
    /// By hole.
    ByHole(Ordered),
}

impl<'de> Deserialize<'de> for FormatKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = FormatKey;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a time format, a list of them, or a table with one a hole")
            }

            fn visit_str<E>(self, text: &str) -> Result<FormatKey, E> {
                Ok(FormatKey::All(Ladder(vec![text.to_owned()])))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<FormatKey, A::Error> {
                let list = serde::de::value::SeqAccessDeserializer::new(list);
                Ladder::deserialize(list).map(FormatKey::All)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FormatKey, A::Error> {
                let map = serde::de::value::MapAccessDeserializer::new(map);
                Ordered::deserialize(map).map(FormatKey::ByHole)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// A definition file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the keys are told in parsers/README.md")]
pub struct File {
    pub name: String,
    pub about: String,
    pub kind: Kind,
    #[serde(default)]
    pub files: Ladder,
    #[serde(default)]
    pub markup: Markup,
    pub lines: Option<Lines>,
    pub csv: Option<Csv>,
    pub json: Option<Json>,
    pub xml: Option<Xml>,
    pub markdown: Option<Markdown>,
    pub mbox: Option<Mbox>,
    pub command: Option<Command>,
    pub upon: Option<String>,
    #[serde(default, rename = "match")]
    pub must: Ordered,
    #[serde(default)]
    pub find: Ordered,
    #[serde(default)]
    pub lookup: BTreeMap<String, Lookup>,
    #[serde(default)]
    pub quiet: Ordered,
    pub inner: Option<Inner>,
    #[serde(default)]
    pub nothing: Vec<String>,
    #[serde(default)]
    pub words: Words,
    #[serde(default)]
    pub time: Time,
    #[serde(default)]
    pub event: Vec<Event>,
    #[serde(default)]
    pub sample: Vec<Sample>,
}

/// `[lines]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the keys are told in parsers/README.md")]
pub struct Lines {
    #[serde(default)]
    pub line: Ladder,
    #[serde(default)]
    pub regex: Ladder,
    #[serde(default)]
    pub more: Ladder,
    #[serde(default)]
    pub keep: Ladder,
    #[serde(default)]
    pub head: Ladder,
    #[serde(default)]
    pub headed: bool,
}

/// `[csv]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the keys are told in parsers/README.md")]
pub struct Csv {
    pub need: Ladder,
    #[serde(default)]
    pub names: Ordered,
    pub delimiter: Option<String>,
    pub columns: Option<String>,
    pub header: Option<Vec<String>>,
    #[serde(default)]
    pub guess: bool,
    #[serde(default)]
    pub head: Ladder,
}

/// `[json]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the keys are told in parsers/README.md")]
pub struct Json {
    #[serde(default)]
    pub records: Ladder,
    #[serde(default)]
    pub need: Ladder,
}

/// `[xml]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the keys are told in parsers/README.md")]
pub struct Xml {
    pub records: Ladder,
    #[serde(default)]
    pub need: Ladder,
}

/// `[markdown]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the keys are told in parsers/README.md")]
pub struct Markdown {
    #[serde(default)]
    pub front: Ladder,
}

/// `[inner]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the keys are told in parsers/README.md")]
pub struct Inner {
    pub text: Ladder,
    #[serde(default)]
    pub whole: Ordered,
    #[serde(default)]
    pub by: Ladder,
}

/// `[mbox]`: no keys.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mbox {}

/// `[command]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the keys are told in parsers/README.md")]
pub struct Command {
    pub run: Vec<String>,
    pub timeout: Option<u64>,
    pub output: Option<u64>,
    #[serde(default)]
    pub magic: Ladder,
}

/// `[lookup.NAME]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the keys are told in parsers/README.md")]
pub struct Lookup {
    pub of: Ladder,
    #[serde(default)]
    pub file: Ladder,
    #[serde(default)]
    pub records: Ladder,
    pub list: Option<String>,
    #[serde(default)]
    pub columns: Ordered,
    #[serde(default)]
    pub key: String,
    #[serde(default)]
    pub value: Ladder,
}

/// `[words.*]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the keys are told in parsers/README.md")]
pub struct Words {
    #[serde(default)]
    pub severity: Ordered,
    #[serde(default)]
    pub state: Ordered,
    #[serde(default)]
    pub mark: Ordered,
    #[serde(default)]
    pub role: Ordered,
}

/// `[time]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the keys are told in parsers/README.md")]
pub struct Time {
    #[serde(default)]
    pub at: Ladder,
    pub format: Option<FormatKey>,
    #[serde(default)]
    pub zone: Ladder,
    #[serde(default)]
    pub doubt: Ladder,
}

/// `[[event]]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the keys are told in parsers/README.md")]
pub struct Event {
    pub each: Option<String>,
    #[serde(default, rename = "match")]
    pub must: Ladder,
    #[serde(default)]
    pub only: Ordered,
    #[serde(default)]
    pub cut: Ladder,
    pub at: Option<Ladder>,
    pub until: Option<Ladder>,
    pub count: Option<Ladder>,
    pub kind: Option<Ladder>,
    #[serde(default)]
    pub quiet: bool,
    pub system: Option<Ladder>,
    pub id: Option<Ladder>,
    pub same: Option<Ladder>,
    pub thread: Option<Ladder>,
    pub refs: Option<Ladder>,
    pub channel: Option<Ladder>,
    pub actor: Option<Ladder>,
    pub role: Option<Ladder>,
    pub host: Option<Ladder>,
    pub service: Option<Ladder>,
    pub state: Option<Ladder>,
    pub severity: Option<Ladder>,
    pub mark: Option<Ladder>,
    pub text: Option<Ladder>,
    pub detail: Option<Ladder>,
}

/// `[[sample]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the keys are told in parsers/README.md")]
pub struct Sample {
    pub input: String,
    pub path: Option<String>,
    #[serde(default)]
    pub beside: BTreeMap<String, String>,
    pub zone: Option<String>,
    pub mtime: Option<toml::value::Datetime>,
    pub year: Option<i32>,
    #[serde(default)]
    pub event: Vec<toml::Table>,
}
