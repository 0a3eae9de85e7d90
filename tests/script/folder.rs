//! A folder of evidence, and which of its records tell of which key event.

use std::{collections::BTreeMap, path::Path};

use crate::house::write;

/// A milestone, in the order they have.
pub(crate) const MILESTONES: [&str; 5] =
    ["start", "detected", "acknowledged", "mitigated", "resolved"];

/// Something that a lead would put into the timeline.
pub(crate) struct Key {
    pub(crate) act: &'static str,
    pub(crate) at: i64,
    pub(crate) tells: Vec<Tell>,
}

/// A record that tells of a key event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tell {
    pub(crate) path: String,
    pub(crate) line: u64,
    /// How the record's own name ends, where a line holds several events.
    pub(crate) part: String,
    /// The instant that the record shows.
    pub(crate) shown: i64,
    pub(crate) text: String,
}

/// What an entry tells: the number of the key event, the part, and the instant that it shows.
pub(crate) type About = (usize, String, i64);

/// A milestone as it truly was.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub(crate) struct Milestone {
    /// The instants that a lead might write: the alert, or its delivery a few seconds later.
    pub(crate) at: Vec<i64>,
    /// Whether a lead might write none.
    pub(crate) or_none: bool,
}

impl Milestone {
    pub(crate) fn at(at: &[i64]) -> Self {
        Self { at: at.to_owned(), or_none: at.is_empty() }
    }
}

/// What a record is to the incident.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    /// It tells of it, though of no key event.
    Tale,
    /// It has nothing to do with it.
    Noise,
    /// Nor has this, which tries to look so.
    Trap,
}

struct Entry {
    at: i64,
    text: String,
    about: Vec<About>,
    part: Part,
}

/// A file that is still to be put in order.
#[derive(Default)]
struct Sheet {
    head: &'static str,
    between: &'static str,
    tail: &'static str,
    entries: Vec<Entry>,
}

/// The folder as it is made.
#[derive(Default)]
pub(crate) struct Folder {
    pub(crate) cause: &'static str,
    sheets: BTreeMap<String, Sheet>,
    pub(crate) keys: Vec<Key>,
    /// The instants of [`MILESTONES`].
    pub(crate) milestones: [Milestone; 5],
    pub(crate) zones: Vec<String>,
    /// Files, once finished.
    pub(crate) files: BTreeMap<String, String>,
    /// What records are that tell of no key event, by path and line; what is noise is not here.
    pub(crate) others: BTreeMap<(String, u64), Part>,
    /// How the incident went, in words.
    pub(crate) plot: String,
    pub(crate) records: usize,
}

impl Folder {
    /// An empty folder for an incident of that cause.
    pub(crate) fn of(cause: &'static str) -> Self {
        Self { cause, ..Self::default() }
    }

    /// A file's frame: what stands before, between and after its records.
    pub(crate) fn frame(&mut self, path: &str, frame: [&'static str; 3]) {
        let sheet = self.sheets.entry(path.to_owned()).or_default();
        [sheet.head, sheet.between, sheet.tail] = frame;
    }

    pub(crate) fn key(&mut self, act: &'static str, at: i64) -> usize {
        self.keys.push(Key { act, at, tells: Vec::new() });
        self.keys.len() - 1
    }

    /// A record that tells of key events.
    pub(crate) fn put(&mut self, path: &str, at: i64, text: String, about: Vec<About>) {
        self.entry(path, Entry { at, text, about, part: Part::Tale });
    }

    /// A record that tells of none.
    pub(crate) fn other(&mut self, path: &str, at: i64, text: String, part: Part) {
        self.entry(path, Entry { at, text, about: Vec::new(), part });
    }

    fn entry(&mut self, path: &str, entry: Entry) {
        self.sheets.entry(path.to_owned()).or_default().entries.push(entry);
        self.records += 1;
    }

    /// The last record of that file shows another instant than that of its writing.
    pub(crate) fn last_shows(&mut self, path: &str, at: i64) {
        let last = self.sheets.get_mut(path).and_then(|sheet| sheet.entries.last_mut());
        for (_, _, shown) in last.into_iter().flat_map(|entry| &mut entry.about) {
            *shown = at;
        }
    }

    /// Takes away what was written of a fault of that start after it was put right. The first line
    /// stays. Gives when the last one was written.
    pub(crate) fn cut_tail(&mut self, start: i64, end: i64) -> Option<i64> {
        let mut last = None;
        for (path, sheet) in &mut self.sheets {
            if path.starts_with("logs/") && !path.ends_with("nagios.log") {
                let before = sheet.entries.len();
                sheet
                    .entries
                    .retain(|entry| entry.at < start || entry.at < end || !entry.about.is_empty());
                self.records -= before - sheet.entries.len();
                last = last.max(sheet.entries.iter().map(|entry| entry.at).max());
            }
        }
        last
    }

    /// Puts all files in order.
    pub(crate) fn finish(mut self) -> Self {
        for (path, mut sheet) in std::mem::take(&mut self.sheets) {
            sheet.entries.sort_by_key(|entry| entry.at);
            let mut text = sheet.head.to_owned();
            let mut line = 1 + text.matches('\n').count() as u64;
            for (n, entry) in sheet.entries.into_iter().enumerate() {
                let before = if n > 0 { sheet.between } else { "" };
                line += before.matches('\n').count() as u64;
                text.push_str(before);
                text.push_str(&entry.text);
                for (key, part, shown) in entry.about {
                    let (path, text) = (path.clone(), entry.text.clone());
                    self.keys[key].tells.push(Tell { path, line, part, shown, text });
                }
                if entry.part != Part::Noise {
                    self.others.insert((path.clone(), line), entry.part);
                }
                line += entry.text.matches('\n').count() as u64;
            }
            self.files.insert(path, text + sheet.tail);
        }
        self
    }

    pub(crate) fn write(&self, folder: &Path) {
        for (path, text) in &self.files {
            write(&folder.join(path), text.as_bytes());
        }
    }

    /// Act, instant, path, line, part and text of all that tells of key events.
    pub(crate) fn truth(&self) -> String {
        let mut lines = format!("# {}: {}\n", self.cause, self.plot);
        for (name, Milestone { at, or_none }) in MILESTONES.iter().zip(&self.milestones) {
            lines.extend([format!("# {name}: {at:?}{}\n", if *or_none { " or none" } else { "" })]);
        }
        for key in &self.keys {
            for Tell { path, line, part, shown, text } in &key.tells {
                let text = text.replace('\n', " ");
                let Key { act, at, .. } = key;
                let place = format!("{path}\t{line}\t{part}");
                lines.extend([format!("{act}\t{at}\t{place}\t{shown}\t{text}\n")]);
            }
        }
        lines
    }
}
