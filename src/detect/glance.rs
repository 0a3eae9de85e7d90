//! A glance: what all definitions ask of an input, looked at once.
//!
//! With hundreds of definitions, splitting the same first row or parsing the same JSON for each of
//! them would cost more than reading a small file.

use std::{
    borrow::Cow,
    cell::{OnceCell, RefCell},
    collections::{BTreeMap, HashSet},
    ops::Range,
    rc::Rc,
};

use serde_json::Value;

use super::{
    HEAD,
    score::SAMPLE,
    signs::{self, Shown},
};
use crate::{
    definition::{Definition, phrase::PathStep},
    discover::range::RangeRead,
    reader::{
        csv::{Rows, bare, guess_delimiter},
        json::{self, Contexts},
        lines::lines_of,
    },
    template::Bytes,
};

/// JSON records that are looked at.
const RECORDS: usize = 100;
/// Bytes of a document whose first record does not fit the head.
pub(super) const LONG_HEAD: usize = 4 << 20;

/// Objects by their place; none for what cannot be parsed.
type Values = BTreeMap<(usize, usize), Option<Rc<Value>>>;
/// Where records may lie.
type Paths = Vec<Vec<PathStep>>;

/// An input under detection.
pub(super) struct Glance<'a> {
    pub(super) source: &'a dyn RangeRead,
    pub(super) head: &'a [u8],
    headers: RefCell<BTreeMap<u8, Rc<HashSet<String>>>>,
    records: RefCell<Vec<(Paths, Rc<Records>)>>,
    /// Objects by their place in the head; none for what cannot be parsed.
    values: RefCell<Values>,
    json: OnceCell<bool>,
    stretches: OnceCell<Vec<(Cow<'a, [u8]>, usize)>>,
    lines: OnceCell<Vec<Vec<Line>>>,
    lines_shown: OnceCell<Shown>,
    head_shown: OnceCell<Shown>,
    escapes: OnceCell<bool>,
    delimiter: OnceCell<u8>,
    /// Columns that the user told: what is asked for, and the name.
    columns: Vec<(String, String)>,
}

/// A line of a stretch.
pub(super) struct Line {
    /// Its place in the stretch, without its end.
    pub(super) place: Range<usize>,
    pub(super) is_blank: bool,
    /// The bytes in it.
    pub(super) bytes: Bytes,
}

/// The first JSON records at some paths, and what is around them.
#[derive(Default)]
pub(super) struct Records {
    pub(super) values: Vec<(u64, Rc<Value>)>,
    pub(super) contexts: Contexts,
    /// The first line that is not empty is one of them, whole: JSON Lines.
    pub(super) lines: bool,
}

impl<'a> Glance<'a> {
    pub(super) fn new(source: &'a dyn RangeRead, head: &'a [u8]) -> Self {
        Self {
            source,
            head,
            headers: RefCell::default(),
            records: RefCell::default(),
            values: RefCell::default(),
            json: OnceCell::new(),
            stretches: OnceCell::new(),
            lines: OnceCell::new(),
            lines_shown: OnceCell::new(),
            head_shown: OnceCell::new(),
            escapes: OnceCell::new(),
            delimiter: OnceCell::new(),
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

    /// Whether the user told any.
    pub(super) fn tells_columns(&self) -> bool {
        !self.columns.is_empty()
    }

    /// What stands in the lines that are looked at.
    pub(super) fn lines_shown(&self) -> &Shown {
        self.lines_shown.get_or_init(|| {
            let stretches = self.stretches().iter();
            Shown::in_all(stretches.map(|(text, lines)| signs::sample(text, *lines)))
        })
    }

    /// What stands in the head.
    pub(super) fn head_shown(&self) -> &Shown {
        self.head_shown.get_or_init(|| Shown::in_all(std::iter::once(self.head)))
    }

    /// Whether a name in its JSON may be written otherwise than it is read.
    pub(super) fn escapes_names(&self) -> bool {
        *self.escapes.get_or_init(|| signs::escapes_letters(self.head))
    }

    /// The delimiter that its first line has most of.
    pub(super) fn delimiter(&self) -> u8 {
        *self.delimiter.get_or_init(|| guess_delimiter(self.head))
    }

    /// What it begins with, behind marks and blanks.
    pub(super) fn start(&self) -> &'a [u8] {
        self.head[crate::template::skip_marks(self.head)..].trim_ascii_start()
    }

    /// The head, the middle and the end of an input, each with the number of lines to look at.
    pub(super) fn stretches(&self) -> &[(Cow<'a, [u8]>, usize)] {
        self.stretches.get_or_init(|| stretches(self.source, self.head))
    }

    /// The lines to look at of each stretch.
    pub(super) fn lines(&self) -> &[Vec<Line>] {
        let cut = |(text, most): &(Cow<'_, [u8]>, usize)| {
            let starts = memchr::memchr_iter(b'\n', text).map(|at| at + 1);
            let line = |at: usize| {
                let line = lines_of(&text[at..], 1).unwrap_or_default();
                let is_blank = line.trim_ascii().is_empty();
                Line { place: at..at + line.len(), is_blank, bytes: Bytes::in_text(line) }
            };
            std::iter::once(0).chain(starts).take(*most).map(line).collect()
        };
        self.lines.get_or_init(|| self.stretches().iter().map(cut).collect())
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
        let paths = &self.possible(paths)[..];
        if let Some((_, known)) = self.records.borrow().iter().find(|(known, _)| known == paths) {
            return known.clone();
        }
        let found = Rc::new(self.parse(paths));
        self.records.borrow_mut().push((paths.to_vec(), found.clone()));
        found
    }

    /// The paths that may lead anywhere: into a list only those that begin with one. Most definitions
    /// are left with the same few, or none.
    fn possible(&self, paths: &[Vec<PathStep>]) -> Paths {
        let list = self.start().starts_with(b"[");
        let fits = |path: &&Vec<PathStep>| match path.first() {
            Some(PathStep::All) => list,
            _ => !list || path.is_empty(),
        };
        paths.iter().filter(fits).cloned().collect()
    }

    fn parse(&self, paths: &[Vec<PathStep>]) -> Records {
        if paths.is_empty() {
            return Records::default();
        }
        let found = json::walk(self.head, paths);
        let mut known = self.values.borrow_mut();
        let values = found.records.iter().take(RECORDS).filter_map(|cut| {
            let place = (cut.place.start, cut.place.end);
            let value = known
                .entry(place)
                .or_insert_with(|| json::parse(&self.head[cut.place.clone()]).ok().map(Rc::new));
            Some((cut.place.start as u64, value.clone()?))
        });
        let values = values.collect();
        let line = self.start().split(|byte| *byte == b'\n').next().unwrap_or_default();
        let from = self.head.len() - self.start().len();
        let place = (from, from + line.trim_ascii_end().len());
        let first = found.records.first().map(|cut| (cut.place.start, cut.place.end));
        let lines = first == Some(place) && matches!(known.get(&place), Some(Some(_)));
        Records { values, contexts: found.contexts, lines }
    }

    /// Whether it begins as a JSON document does that is longer than what is looked at.
    pub(super) fn is_open_json(&self) -> bool {
        self.start().starts_with(b"{") && self.source.len() > self.head.len() as u64
    }

    /// Whether it begins as JSON does and goes on so: no line of a log does that.
    pub(super) fn is_json(&self) -> bool {
        *self.json.get_or_init(|| {
            let text = self.start();
            if !text.starts_with(b"{") && !text.starts_with(b"[") {
                return false;
            }
            // What breaks off at the end of the head is only cut there.
            let whole = [vec![PathStep::All], Vec::new()];
            let found = json::walk(text, &whole);
            let cut = self.source.len() > self.head.len() as u64;
            let sound = found.broken.is_none_or(|(_, how)| cut && how.starts_with("ends"));
            let mut records = found.records.iter().take(3);
            sound
                && records.len() > 0
                && records.all(|cut| json::parse(&text[cut.place.clone()]).is_ok())
        })
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
