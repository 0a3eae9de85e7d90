//! A record as a bag of named fields, whatever engine cut it.
//!
//! The engine names the fields: holes of a template, columns, JSON paths, mail headers. Beside
//! them lie the fields that the file's path, lookups and `match` templates gave.

mod json;

use std::{borrow::Cow, sync::Arc};

use serde_json::Value;

pub use json::{Found, collect};

use json::{elements, in_cell, walk};

use super::phrase::{Path, PathStep};
use crate::{
    reader::{csv::Columns, mbox::Mail},
    template::{Fit, PAIRS, Template, pairs},
    text,
};

/// What an engine cut.
#[derive(Clone, Copy)]
pub enum Record<'a> {
    /// A text taken apart by a template.
    Holes {
        /// The whole text.
        text: &'a [u8],
        /// The template that fitted.
        template: &'a Template,
        /// Where its holes lie.
        fit: &'a Fit,
    },
    /// A row of a CSV file.
    Row {
        /// Names of the columns.
        columns: &'a Columns,
        /// The cells.
        cells: &'a [String],
    },
    /// A JSON object, and the objects around it, innermost first.
    Json {
        /// The record.
        value: &'a Value,
        /// The objects around it.
        around: &'a [&'a Value],
    },
    /// A mail.
    Mail(&'a Mail),
    /// A text that no template took apart.
    Text(&'a str),
}

/// The item of an `each` event: its number from 1, and itself.
#[derive(Clone, Copy)]
pub struct Item<'a> {
    /// From 1, in the order of the record.
    pub number: usize,
    /// The item; for an item taken apart by a template, its holes.
    pub record: Record<'a>,
    /// The elements of lists that it lies in, innermost first: `^` leads through these to the
    /// record.
    pub within: &'a [&'a Value],
}

/// A field that a path, a look-up, a `match` or a head line gives: its name and its value.
pub type Field = (Arc<str>, String);

/// Named fields.
#[derive(Clone, Copy)]
pub struct Bag<'a> {
    /// The record.
    pub record: Record<'a>,
    /// The item, inside an `each` event.
    pub item: Option<Item<'a>>,
    /// Fields from the path, lookups and `match`: `(name, value)`.
    pub extra: &'a [Field],
    /// Words of the format that mean that there is no value.
    pub nothing: &'a [String],
}

/// True for the ways to write "nothing".
pub fn is_nothing(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || text == "-" || text.eq_ignore_ascii_case("null")
}

impl<'a> Bag<'a> {
    /// A bag of that record alone.
    pub fn new(record: Record<'a>, extra: &'a [Field]) -> Self {
        Self { record, item: None, extra, nothing: &[] }
    }

    /// The value at a path; none where there is nothing. A list is told one a line.
    pub fn get(&self, path: &Path) -> Option<Cow<'a, str>> {
        self.get_joined(path, "\n")
    }

    /// The value at a path, the elements of a list with `between` between them.
    pub fn get_joined(&self, path: &Path, between: &str) -> Option<Cow<'a, str>> {
        // Up from an item: through the lists around it, then to the record and what is around that.
        let below_record = self.item.as_ref().map_or(0, |item| item.within.len() + 1);
        let value = match &self.item {
            Some(item) if path.text == "#" => Some(Cow::Owned(item.number.to_string())),
            Some(item) if path.up == 0 => item.record.get(path, 0, between),
            Some(item) if path.up < below_record => {
                walk(item.within[path.up - 1], &path.steps, between)
            }
            _ => self.record.get(path, path.up - below_record, between),
        };
        let value = value.filter(|value| self.says(value));
        if value.is_some() || path.up > below_record {
            return value;
        }
        let extra = self.extra.iter().find(|(name, _)| **name == *path.text);
        extra.map(|(_, value)| Cow::Borrowed(value.as_str())).filter(|value| self.says(value))
    }

    /// False where a value means that there is none.
    fn says(&self, value: &str) -> bool {
        let none = |word: &String| word.eq_ignore_ascii_case(value.trim());
        !is_nothing(value) && !self.nothing.iter().any(none)
    }

    /// The value that fills an event key by its name alone: from the definition's own holes,
    /// path fields, lookups and `match`, never from a column or member of that name.
    pub fn own(&self, name: &str) -> Option<Cow<'a, str>> {
        let holes = |record: &Record<'a>| match *record {
            Record::Holes { text, template, fit } => hole(text, template, fit, name),
            _ => None,
        };
        let value = self.item.as_ref().and_then(|item| holes(&item.record));
        let value = value.or_else(|| holes(&self.record)).filter(|value| self.says(value));
        value.or_else(|| {
            let extra = self.extra.iter().find(|(known, _)| **known == *name);
            extra.map(|(_, value)| Cow::Borrowed(value.as_str())).filter(|v| self.says(v))
        })
    }
}

impl<'a> Record<'a> {
    fn get(&self, path: &Path, up: usize, between: &str) -> Option<Cow<'a, str>> {
        match *self {
            Self::Holes { text, template, fit } => hole(text, template, fit, &path.text),
            Self::Row { columns, cells } => {
                let filled = |&at: &usize| cells.get(at).filter(|cell| !is_nothing(cell));
                let cell = |places: Option<&'_ [usize]>| places?.iter().find_map(filled);
                match (cell(columns.places_of(path)), path.steps.split_first()) {
                    (Some(cell), _) => Some(Cow::Borrowed(cell.as_str())),
                    (None, Some((PathStep::Key(name), below @ [_, ..]))) => {
                        in_cell(cell(columns.places(name))?, below, between)
                    }
                    _ => None,
                }
            }
            Self::Json { value, around } => {
                let root = if up == 0 { value } else { around.get(up - 1)? };
                walk(root, &path.steps, between)
            }
            Self::Mail(mail) => mail.field(&path.text),
            Self::Text(text) => (path.text == "text" || path.text == ".").then_some(text.into()),
        }
    }

    /// The mails attached to a mail: the items of `each = "attached"`.
    pub fn mails(&self, name: &str) -> &'a [Mail] {
        match *self {
            Self::Mail(mail) if name == "attached" => mail.attached(),
            _ => &[],
        }
    }

    /// The values of all cells of a column, or all elements of a list, also of lists in the elements
    /// of lists: the items of `each`.
    pub fn items(&self, each: &Path) -> Vec<Found<'a>> {
        let mut found = Vec::new();
        match *self {
            Self::Row { columns, cells } => {
                let places = columns.places_of(each).unwrap_or_default();
                let cells = places.iter().filter_map(|&at| cells.get(at));
                let filled = cells.filter(|cell| !is_nothing(cell));
                found.extend(filled.map(|cell| Found {
                    value: Cow::Owned(Value::String(cell.clone())),
                    within: Vec::new(),
                }));
            }
            Self::Json { value, .. } => {
                elements(value, &each.steps, &mut Vec::new(), &mut found);
            }
            _ => {}
        }
        found
    }
}

fn hole<'a>(text: &'a [u8], template: &Template, fit: &Fit, name: &str) -> Option<Cow<'a, str>> {
    if name == "." {
        return Some(text::decode(text));
    }
    let place = |name: &str| template.holes().iter().position(|hole| **hole == *name);
    if let Some(at) = place(name) {
        return text.get(fit.captures.get(at)?.clone()).map(text::decode);
    }
    if let Some((base, part)) = name.rsplit_once('.')
        && let Some(at) = place(base)
        && base == "pri"
    {
        return syslog_priority(text.get(fit.captures.get(at)?.clone())?, part);
    }
    let range = fit.captures.get(place(PAIRS)?)?;
    let mut found = pairs(&text[range.clone()]);
    found.find(|(key, _)| *key == name.as_bytes()).map(|(_, value)| unquoted(text::decode(value)))
}

/// `\"` and `\\` of a quoted value as their characters.
fn unquoted(value: Cow<'_, str>) -> Cow<'_, str> {
    if !value.contains('\\') {
        return value;
    }
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(c @ ('"' | '\\')) => out.push(c),
                Some(c) => out.extend(['\\', c]),
                None => out.push('\\'),
            },
            (c, false) => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Severity and facility of a syslog PRI (RFC 5424 §6.2.1).
fn syslog_priority(digits: &[u8], part: &str) -> Option<Cow<'static, str>> {
    const SEVERITY: [&str; 8] =
        ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];
    const FACILITY: [&str; 24] = [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron",
        "authpriv", "ftp", "ntp", "audit", "alert", "clock", "local0", "local1", "local2",
        "local3", "local4", "local5", "local6", "local7",
    ];
    let number: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
    match part {
        "severity" => Some(SEVERITY[number % 8].into()),
        "facility" => FACILITY.get(number / 8).map(|&word| word.into()),
        _ => None,
    }
}
