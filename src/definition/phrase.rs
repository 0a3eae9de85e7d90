//! Phrases: text with `{fields}` put together from a record. A phrase fits when all its fields
//! are filled; a list of phrases is a ladder, and the first that fits is taken.

use std::borrow::Cow;

use super::bag::Bag;
use crate::reader::csv::bare;

/// A place in a record: `a.b`, `list[0]`, `list[].x`, `pairs["a key"]`, `^name`, `"quoted.key".x`, `.`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// As written, without the leading `^`.
    pub text: String,
    /// The name without what exports differ in, for tables that write it in another way.
    pub bare: String,
    /// How many enclosing objects to go up.
    pub up: usize,
    /// The steps down.
    pub steps: Vec<PathStep>,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathStep {
    /// A member of an object.
    Key(String),
    /// An element of a list.
    Index(usize),
    /// All elements of a list.
    All,
    /// All members of an object.
    Any,
}

impl Path {
    /// Reads a path. Never fails: what is no list step is part of a name, as CSV columns need.
    pub fn parse(text: &str) -> Self {
        let up = text.len() - text.trim_start_matches('^').len();
        let text = &text[up..];
        let mut steps = Vec::new();
        let mut rest = if text == "." { "" } else { text };
        while !rest.is_empty() {
            let key;
            if let Some(tail) = rest.strip_prefix('"')
                && let Some(end) = tail.find('"')
            {
                key = &tail[..end];
                rest = &tail[end + 1..];
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                key = &rest[..end];
                rest = &rest[end..];
            }
            match key {
                "" => {}
                "*" => steps.push(PathStep::Any),
                _ => steps.push(PathStep::Key(key.to_owned())),
            }
            while let Some(tail) = rest.strip_prefix('[') {
                let Some(end) = tail.find(']') else { break };
                match (&tail[..end], tail[..end].parse()) {
                    ("", _) => steps.push(PathStep::All),
                    (_, Ok(index)) => steps.push(PathStep::Index(index)),
                    (name, Err(_)) => steps.push(PathStep::Key(name.trim_matches('"').to_owned())),
                }
                rest = &tail[end + 1..];
            }
            rest = rest.strip_prefix('.').unwrap_or(rest);
        }
        Self { bare: bare(text), text: text.to_owned(), up, steps }
    }
}

impl Path {
    /// A path to the items of `each`: all elements of a list.
    pub fn each(text: &str) -> Self {
        let mut path = Self::parse(text);
        if path.steps.last() != Some(&PathStep::All) {
            path.steps.push(PathStep::All);
        }
        path
    }
}

#[derive(Clone, Debug)]
enum Part {
    Literal(String),
    Field(Path),
}

/// A phrase.
#[derive(Clone, Debug)]
pub struct Phrase {
    text: String,
    parts: Vec<Part>,
}

impl Phrase {
    /// Reads a phrase.
    ///
    /// # Errors
    /// The byte of a brace that is not closed.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut at = 0;
        while let Some(found) = text[at..].find('{') {
            literal.push_str(&text[at..at + found]);
            at += found + 1;
            if text[at..].starts_with('{') {
                literal.push('{');
                at += 1;
                continue;
            }
            let Some(len) = text[at..].find('}') else { return Err(at - 1) };
            if !literal.is_empty() {
                parts.push(Part::Literal(std::mem::take(&mut literal)));
            }
            parts.push(Part::Field(Path::parse(&text[at..at + len])));
            at += len + 1;
        }
        literal.push_str(&text[at..]);
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Ok(Self { text: text.to_owned(), parts })
    }

    /// The phrase as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The fields of the phrase.
    pub fn fields(&self) -> impl Iterator<Item = &Path> {
        self.parts.iter().filter_map(|part| match part {
            Part::Field(path) => Some(path),
            Part::Literal(_) => None,
        })
    }

    /// The name of the only field, where the phrase is nothing but that.
    pub fn only_field(&self) -> Option<&Path> {
        match self.parts.as_slice() {
            [Part::Field(path)] => Some(path),
            _ => None,
        }
    }

    /// The text, where all fields are filled.
    pub fn say<'a>(&self, bag: &Bag<'a>) -> Option<Cow<'a, str>> {
        if let Some(path) = self.only_field() {
            return bag.get(path);
        }
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                // In the middle of a sentence, a list stands on one line.
                Part::Field(path) => text.push_str(&bag.get_joined(path, ", ")?),
            }
        }
        Some(Cow::Owned(text))
    }
}

/// The first phrase of the ladder that fits.
pub fn first<'a>(ladder: &[Phrase], bag: &Bag<'a>) -> Option<Cow<'a, str>> {
    ladder.iter().find_map(|phrase| phrase.say(bag))
}
