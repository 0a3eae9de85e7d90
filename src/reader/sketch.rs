//! Sketches: what the later stages need to know of every event before any text is kept.
//!
//! Takes the draft of an event and the text of its record; gives 24 bytes: kind, severity, flags and
//! template for the choice of rows, an identity for the copies, and the number of what it says it is
//! about (host, service, state), the names of which stand once an input.

use std::collections::BTreeMap;

use xxhash_rust::xxh3::xxh3_64;

use crate::{
    condense::template,
    definition::tell::Draft,
    event::{Kind, Severity},
};

/// By what an event is known to be the same as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Known {
    /// The text of its record: the n-th in one input is the n-th in another.
    Text,
    /// The Message-ID of a mail; of one without, its Date and sender.
    Mail,
    /// The tracker's key of a ticket and what happened to it.
    Ticket,
    /// The native key of a chat message, an alert or an entry.
    Key,
}

/// The state of an event that tells that someone has taken an alert.
pub const TAKEN: &str = "ACKNOWLEDGED";

/// The same with the state that the alert is in, behind a space, where the record tells it.
pub fn taken(state: Option<&str>) -> String {
    state.map_or_else(|| TAKEN.to_owned(), |state| format!("{TAKEN} {state}"))
}

/// What an event is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct About {
    /// Host, as written.
    pub host: Option<String>,
    /// Service or check, as written.
    pub service: Option<String>,
    /// State, as written, upper case; `ACKNOWLEDGED` before it where it is marked so ([`taken`]).
    pub state: Option<String>,
}

impl About {
    /// What an event of that kind is about: where it tells a state, or is an alert.
    pub fn told(self, kind: Kind) -> Option<Self> {
        let tells = self.state.is_some() || kind == Kind::Alert;
        Some(self).filter(|about| tells && *about != Self::default())
    }
}

/// What the choice of rows and the joins need to know of an event: 24 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sketch {
    /// Its identity, as a hash: the same for copies.
    pub same: u64,
    /// What it is about, from 1, in the [`Abouts`] of its input; 0 for nothing.
    pub about: u32,
    /// By what its identity is known.
    pub known: Known,
    facts: u8,
    /// How many records it stands for, where it says so ("last message repeated 3 times"); 0 where
    /// it does not.
    pub count: u16,
    /// Of a record of a log, what it says but for numbers and names ([`template::number`]); 0 for
    /// none.
    pub template: u32,
}

impl Sketch {
    const QUIET: u8 = 1 << 3;
    const MARKED: u8 = 1 << 4;
    const KIND: u32 = 5;

    /// A sketch of these facts, of nothing in particular.
    pub fn new(kind: Kind, severity: Option<Severity>, quiet: bool, marked: bool) -> Self {
        let severity = severity.map_or(7, |severity| severity as u8);
        let quiet = if quiet { Self::QUIET } else { 0 };
        let marked = if marked { Self::MARKED } else { 0 };
        let facts = severity | quiet | marked | (kind as u8) << Self::KIND;
        Self { same: 0, about: 0, known: Known::Text, facts, count: 0, template: 0 }
    }

    /// The sketch of a draft. `text` is the identity of its record's text.
    pub(super) fn of(draft: &Draft, text: u64, abouts: &mut Abouts) -> Self {
        let (known, same) = draft.same.unwrap_or_else(|| {
            // A record without text, and no other, has none.
            let part = u64::from(draft.part).wrapping_mul(LINE);
            (Known::Text, if text == 0 { 0 } else { text.wrapping_add(part) })
        });
        let about = draft.about.as_deref().map_or(0, |about| abouts.number(about));
        let sketch = Self::new(draft.kind, draft.severity, draft.quiet, !draft.marks.is_empty());
        let template = template::number(&draft.message);
        Self { same, about, known, count: draft.count, template, ..sketch }
    }

    /// How bad.
    pub fn severity(self) -> Option<Severity> {
        Severity::ALL.get(usize::from(self.facts & 7)).copied()
    }

    /// The definition's `quiet` rule fits.
    pub fn quiet(self) -> bool {
        self.facts & Self::QUIET != 0
    }

    /// It bears a mark.
    pub fn marked(self) -> bool {
        self.facts & Self::MARKED != 0
    }

    /// The kind of the event.
    pub fn kind(self) -> Kind {
        Kind::ALL[usize::from(self.facts >> Self::KIND) % Kind::ALL.len()]
    }

    /// The record goes on with these lines.
    pub(super) fn extend(&mut self, lines: Lines) {
        if self.known == Known::Text {
            self.same = lines.below(self.same);
        }
    }
}

/// What a line counts in the identity of a record: an odd number without a pattern.
const LINE: u64 = 0x9e37_79b9_7f4a_7c15;

/// The identity of a line or of a record's bytes, without the line end; never 0.
pub fn same(text: &[u8]) -> u64 {
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    xxh3_64(text).max(1)
}

/// The identity of the lines that a record goes on with: put together in the order of the lines,
/// the same wherever an input is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lines {
    same: u64,
    /// [`LINE`] to the power of the number of lines.
    power: u64,
}

impl Lines {
    /// One line.
    pub(super) fn one(text: &[u8]) -> Self {
        Self { same: same(text), power: LINE }
    }

    /// A record as if it were a line.
    pub(super) fn record(same: u64) -> Self {
        Self { same, power: LINE }
    }

    /// The identity of what stands above, and these below it.
    fn below(self, above: u64) -> u64 {
        above.wrapping_mul(self.power).wrapping_add(self.same)
    }

    /// These lines, and others below them.
    pub(super) fn and(self, next: Self) -> Self {
        Self { same: next.below(self.same), power: self.power.wrapping_mul(next.power) }
    }
}

/// What the events of an input are about, each once.
#[derive(Clone, Debug, Default)]
pub struct Abouts {
    list: Vec<About>,
    numbers: BTreeMap<About, u32>,
}

impl Abouts {
    /// What has that number, from 1.
    pub fn get(&self, number: u32) -> Option<&About> {
        self.list.get((number as usize).checked_sub(1)?)
    }

    /// All, from number 1 on.
    pub fn all(&self) -> &[About] {
        &self.list
    }

    fn number(&mut self, about: &About) -> u32 {
        if let Some(&number) = self.numbers.get(about) {
            return number;
        }
        self.list.push(about.clone());
        let number = self.list.len() as u32;
        self.numbers.insert(about.clone(), number);
        number
    }

    /// Takes those of the next piece; its sketches are numbered anew.
    pub(super) fn append(&mut self, next: &Self, sketches: &mut [Sketch]) {
        if next.list.is_empty() {
            return;
        }
        let numbers: Vec<u32> = next.list.iter().map(|about| self.number(about)).collect();
        for sketch in sketches.iter_mut().filter(|sketch| sketch.about > 0) {
            sketch.about = numbers[sketch.about as usize - 1];
        }
    }
}
