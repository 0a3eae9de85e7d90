//! A glance: what all definitions ask of an input, looked at once.
//!
//! With hundreds of definitions, splitting the same first row or parsing the same JSON for each of
//! them would cost more than reading a small file.

use std::{
    borrow::Cow,
    cell::{OnceCell, RefCell},
    collections::{BTreeMap, HashSet},
    rc::Rc,
};

use serde_json::Value;

use super::{HEAD, score::SAMPLE};
use crate::{
    definition::{Definition, phrase::PathStep},
    discover::range::RangeRead,
    reader::{
        csv::{Rows, bare},
        json::{self, Contexts},
    },
};

/// Bytes of a document whose first record does not fit the head.
pub(super) const LONG_HEAD: usize = 4 << 20;

/// Where records may lie.
type Paths = Vec<Vec<PathStep>>;

/// An input under detection.
pub(super) struct Glance<'a> {
    pub(super) source: &'a dyn RangeRead,
    pub(super) head: &'a [u8],
    headers: RefCell<BTreeMap<u8, Rc<HashSet<String>>>>,
    records: RefCell<Vec<(Paths, Rc<Records>)>>,
    stretches: OnceCell<Vec<(Cow<'a, [u8]>, usize)>>,
    /// Columns that the user told: what is asked for, and the name.
    columns: Vec<(String, String)>,
}

/// The first JSON records at some paths, and what is around them.
#[derive(Default)]
pub(super) struct Records {
    pub(super) values: Vec<(u64, Value)>,
    pub(super) contexts: Contexts,
}

impl<'a> Glance<'a> {
    pub(super) fn new(source: &'a dyn RangeRead, head: &'a [u8]) -> Self {
        Self {
            source,
            head,
            headers: RefCell::default(),
            records: RefCell::default(),
            stretches: OnceCell::new(),
            columns: Vec::new(),
        }
    }

    /// With the columns that the user told.
    pub(super) fn told(self, columns: Vec<(String, String)>) -> Self {
        Self { columns, ..self }
    }

    /// The columns that the user told, by the names that a definition has for them.
    pub(super) fn columns(&self, definition: &Definition) -> Vec<(String, String)> {
        let time = definition.time.at.iter().find_map(|phrase| phrase.only_field());
        let own = |what: &str| match time {
            Some(path) if what == "time" => path.text.clone(),
            _ => what.to_owned(),
        };
        self.columns.iter().map(|(what, name)| (own(what), name.clone())).collect()
    }

    /// The head, the middle and the end of an input, each with the number of lines to look at.
    pub(super) fn stretches(&self) -> &[(Cow<'a, [u8]>, usize)] {
        self.stretches.get_or_init(|| stretches(self.source, self.head))
    }

    /// The names in the first row, without what exports differ in.
    pub(super) fn header(&self, delimiter: u8) -> Rc<HashSet<String>> {
        let mut headers = self.headers.borrow_mut();
        let found = headers.entry(delimiter).or_insert_with(|| {
            let row = Rows::new(self.source, delimiter).next_row().ok().flatten();
            let cells = row.and_then(|row| row.cells).unwrap_or_default();
            Rc::new(cells.iter().map(|name| bare(name.trim_start_matches('\u{feff}'))).collect())
        });
        found.clone()
    }

    /// The records at these paths.
    pub(super) fn records(&self, paths: &[Vec<PathStep>]) -> Rc<Records> {
        if let Some((_, known)) = self.records.borrow().iter().find(|(known, _)| known == paths) {
            return known.clone();
        }
        let found = Rc::new(self.parse(paths));
        self.records.borrow_mut().push((paths.to_vec(), found.clone()));
        found
    }

    fn parse(&self, paths: &[Vec<PathStep>]) -> Records {
        let mut found = json::walk(self.head, paths);
        let longer;
        let mut text = self.head;
        // A document may say much before its first record.
        if found.records.is_empty() && self.source.len() > self.head.len() as u64 {
            let Ok(bytes) = self.source.bytes(0, LONG_HEAD) else { return Records::default() };
            longer = bytes;
            text = &longer;
            found = json::walk(text, paths);
        }
        let values = found.records.iter().take(SAMPLE).filter_map(|cut| {
            Some((cut.place.start as u64, json::parse(&text[cut.place.clone()]).ok()?))
        });
        Records { values: values.collect(), contexts: found.contexts }
    }
}

fn stretches<'h>(source: &dyn RangeRead, head: &'h [u8]) -> Vec<(Cow<'h, [u8]>, usize)> {
    let whole = head.len() as u64 == source.len();
    let ended = head.iter().rposition(|byte| *byte == b'\n').map_or(head.len(), |end| end + 1);
    let mut all = vec![(Cow::Borrowed(if whole { head } else { &head[..ended] }), SAMPLE)];
    if !whole {
        for place in [source.len() / 2, source.len().saturating_sub(HEAD as u64 / 2)] {
            let Ok(mut text) = source.bytes(place, HEAD / 2) else { continue };
            // It begins and ends within a line.
            let from = memchr::memchr(b'\n', &text).map_or(text.len(), |at| at + 1);
            let last = place + text.len() as u64 == source.len();
            let to = memchr::memrchr(b'\n', &text).filter(|_| !last).unwrap_or(text.len());
            text.truncate(to.max(from));
            all.push((Cow::Owned(text.split_off(from.min(text.len()))), SAMPLE / 4));
        }
    }
    all
}
