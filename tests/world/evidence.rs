//! Evidence with the truth known: pages that note what each of their records tells.

use std::{collections::BTreeMap, io::Write as _, path::Path};

use crate::house::write;

/// What a record truly tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// The true event, or the true events that nobody can tell apart: equal lines of one host in
    /// one instant.
    pub(crate) event: u32,
    /// What it is about: records about different things must never be joined.
    pub(crate) about: Option<String>,
    /// Wherever it is joined, or not, with what is about the same is right: a line that was cut
    /// off, the line that says who was notified of the alert above it.
    pub(crate) free: bool,
    /// It may be read as no event at all: the rest of a line that was cut off.
    pub(crate) optional: bool,
}

impl Told {
    pub(crate) fn new(event: u32, about: &str) -> Self {
        let about = (!about.is_empty()).then(|| about.to_owned());
        Self { event, about, free: false, optional: false }
    }

    pub(crate) fn free(self) -> Self {
        Self { free: true, ..self }
    }
}

/// A record on a page.
#[derive(Clone)]
struct Mark {
    start: usize,
    end: usize,
    line: u64,
    /// Which of the events of one ticket row.
    part: String,
    told: Told,
}

/// A file as it is written.
#[derive(Clone, Default)]
pub(crate) struct Page {
    text: String,
    lines: u64,
    marks: Vec<Mark>,
}

impl Page {
    /// Writes something that tells nothing.
    pub(crate) fn raw(&mut self, text: &str) {
        self.lines += text.matches('\n').count() as u64;
        self.text.push_str(text);
    }

    /// Writes a record.
    pub(crate) fn record(&mut self, text: &str, told: Told) {
        self.parts(text, [("", told)]);
    }

    /// Writes a record that tells several events.
    pub(crate) fn parts<'p>(
        &mut self,
        text: &str,
        told: impl IntoIterator<Item = (&'p str, Told)>,
    ) {
        let (start, line) = (self.text.len(), self.lines + 1);
        self.raw(text);
        let end = self.text.trim_end_matches('\n').len();
        for (part, told) in told {
            self.marks.push(Mark { start, end, line, part: part.to_owned(), told });
        }
    }

    /// The same with CR LF at the end of each line.
    pub(crate) fn with_other_ends(&self) -> Self {
        Self { text: self.text.replace('\n', "\r\n"), ..self.clone() }
    }

    /// Number of bytes.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// The bytes from `from` to `to`; what is cut through there tells what it will, and so does
    /// the record before a line that ends so early that it may be taken for a part of it.
    pub(crate) fn cut(&self, from: usize, to: usize) -> Self {
        let text = self.text[from..to].to_owned();
        let inside = self.marks.iter().filter(|mark| mark.start < to && from < mark.end);
        let split = self.marks.iter().position(|mark| mark.start < to && to < mark.end);
        let before = split.and_then(|at| at.checked_sub(1)).map(|at| self.marks[at].start);
        let marks = inside.map(|mark| {
            let start = mark.start.max(from) - from;
            let line = text[..start].matches('\n').count() as u64 + 1;
            let whole = from <= mark.start && mark.end <= to;
            let free = !whole || before == Some(mark.start);
            let told = Told { free, optional: !whole, ..mark.told.clone() };
            Mark { start, end: mark.end.min(to) - from, line, part: mark.part.clone(), told }
        });
        Self { marks: marks.collect(), lines: text.matches('\n').count() as u64, text }
    }
}

/// Where a record stands: path, line, and which of its events.
pub(crate) type Place = (String, u64, String);

/// A folder of evidence, and the truth about it.
#[derive(Default)]
pub(crate) struct Evidence {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) told: BTreeMap<Place, Told>,
    /// How often each event happened, as far as the evidence has it.
    pub(crate) happened: BTreeMap<u32, u64>,
    /// Clocks that are wrong: the path's beginning, how many seconds the clock is ahead, and whether
    /// it must be found: half a minute may be a slow way, too.
    pub(crate) wrong_clocks: Vec<(&'static str, i64, bool)>,
    events: u32,
}

impl Evidence {
    /// An event that happened once; equal records of it are pieces of its evidence.
    pub(crate) fn event(&mut self) -> u32 {
        let event = self.number();
        self.happened.insert(event, 1);
        event
    }

    /// The number of an event that is still to happen.
    pub(crate) fn number(&mut self) -> u32 {
        self.events += 1;
        self.events
    }

    /// Puts a page there.
    pub(crate) fn put(&mut self, path: &str, page: &Page) {
        let bytes = if Path::new(path).extension().is_some_and(|ending| ending == "gz") {
            gz(page.text.as_bytes())
        } else {
            page.text.clone().into()
        };
        let before = self.files.insert(path.to_owned(), bytes);
        assert!(before.is_none(), "{path} is written twice");
        for mark in &page.marks {
            let place = (path.to_owned(), mark.line, mark.part.clone());
            self.told.insert(place, mark.told.clone());
        }
    }

    /// Path, line, part, event, and what it is about, of each record.
    pub(crate) fn truth(&self) -> String {
        let line = |((path, line, part), told): (&Place, &Told)| {
            let about = told.about.as_deref().unwrap_or_default().replace('\n', " ");
            let free = if told.free { "free" } else { "" };
            format!("{path}\t{line}\t{part}\t{}\t{free}\t{about}\n", told.event)
        };
        self.told.iter().map(line).collect()
    }

    /// Writes the folder.
    pub(crate) fn write(&self, folder: &Path) {
        for (path, bytes) in &self.files {
            write(&folder.join(path), bytes);
        }
    }
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}
