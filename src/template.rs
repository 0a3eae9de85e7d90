//! Templates: the shape of a text as a line with `{holes}`, compiled to steps.
//!
//! Takes the text of a template and the kinds of its holes; gives a [`Template`] that takes a
//! record apart in one pass from left to right. A hole ends at the first place where the literal
//! behind it fits; nothing is tried twice, so matching is linear and a failure can say how far it
//! came. Bytes in, byte ranges out: no text is copied here.

mod compile;
mod pieces;
mod regex;
mod step;

use std::{ops::Range, sync::Arc};

pub use compile::{HoleKind, Kinds, TemplateError};
pub(crate) use pieces::PAIRS;
pub(crate) use step::pairs;
use step::{Step, Stop, Texts};

use crate::time::{
    RawTime,
    pattern::{Formats, Taken},
};

/// Where a hole's text lies, by hole number; empty ranges for holes not reached.
pub type Captures = Vec<Range<usize>>;

/// A compiled template.
#[derive(Clone, Debug)]
pub struct Template {
    text: Arc<str>,
    steps: Vec<Step>,
    /// Place of each step in `text`, for the caret.
    places: Vec<usize>,
    holes: Vec<Arc<str>>,
    /// Number of steps that make the anchor.
    anchor: usize,
    /// Lines that the template and its anchor span.
    lines: usize,
    anchor_lines: usize,
    /// The bytes that a text which fits begins with; none where that may be any. Most texts fit most
    /// templates not, and their first byte says so.
    first: Option<Bytes>,
    /// The bytes that stand somewhere in every text that fits.
    needs: Bytes,
}

/// A set of bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bytes([u64; 4]);

impl Bytes {
    /// All that there are.
    pub(crate) const ALL: Self = Self([u64::MAX; 4]);

    /// Those of a text.
    pub(crate) fn in_text(text: &[u8]) -> Self {
        let mut bytes = Self::default();
        for byte in text {
            bytes.add(*byte);
        }
        bytes
    }

    fn add(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    /// These and those.
    pub(crate) fn and(self, others: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] | others.0[at]))
    }

    fn is_within(self, others: Self) -> bool {
        self.0.iter().zip(others.0).all(|(own, other)| own & !other == 0)
    }

    fn of(fits: impl Fn(u8) -> bool) -> Self {
        let mut bytes = Self::default();
        (0..=255).filter(|byte| fits(*byte)).for_each(|byte| bytes.add(byte));
        bytes
    }

    fn has(self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] & 1 << (byte & 63) != 0
    }
}

/// Why a text does not fit: how far it came, and what was wanted there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// Byte in the text.
    pub at: usize,
    /// Byte in the template.
    pub place: usize,
    /// The step that did not fit; as many as there are steps where more text stands behind.
    step: usize,
}

/// What a fitting text gave.
#[derive(Clone, Debug, Default)]
pub struct Fit {
    /// Ranges by hole.
    pub captures: Captures,
    /// Times taken, by hole.
    pub times: Vec<(usize, RawTime)>,
    /// Bits of proof that the text is of this format (see `definitions`: detection).
    pub proof: u32,
    /// The time that was taken last from this text: by which formats, and at which byte. The next
    /// template often asks for the same.
    known: Option<((usize, usize), Option<Taken>)>,
}

impl Fit {
    /// Forgets everything, keeping the memory.
    fn reset(&mut self, holes: usize) {
        self.captures.clear();
        self.captures.resize(holes, 0..0);
        self.times.clear();
        self.proof = 0;
    }
}

impl Template {
    /// Compiles a template; `kinds` tells what its holes are beyond what is written in it.
    ///
    /// # Errors
    /// An unclosed brace, an unknown class, two holes without a literal between, a name twice.
    pub fn compile(text: &str, kinds: &dyn Kinds) -> Result<Self, TemplateError> {
        compile::compile(text, kinds)
    }

    /// Compiles a regular expression, whose named groups are holes.
    ///
    /// # Errors
    /// An expression that is none, that is too large, or that has no time among its groups.
    pub fn expression(text: &str, kinds: &dyn Kinds) -> Result<Self, TemplateError> {
        regex::compile(text, kinds)
    }

    /// The template as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Names of the holes, by hole number.
    pub fn holes(&self) -> &[Arc<str>] {
        &self.holes
    }

    /// True where a template has no hole: it is then an equality.
    pub fn is_constant(&self) -> bool {
        self.steps.iter().all(|step| matches!(step, Step::Literal(_) | Step::Blanks(_)))
    }

    /// True where the template holds a time.
    pub fn has_time(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Time { .. } | Step::Expression(_)))
    }

    /// The name of the hole that the first time stands in.
    pub fn time_hole(&self) -> Option<&str> {
        let holes = self.steps.iter().find_map(|step| match step {
            Step::Time { hole, .. } => Some(*hole),
            Step::Expression(expression) => Some(expression.time_hole()),
            _ => None,
        });
        self.holes.get(holes??).map(|name| &**name)
    }

    /// Takes the whole text apart.
    ///
    /// # Errors
    /// [`Stuck`]: how far it came.
    pub fn fit(&self, text: &[u8], fit: &mut Fit) -> Result<(), Stuck> {
        fit.known = None;
        self.fit_too(text, fit)
    }

    /// The first of some templates that takes the whole text apart.
    pub fn first_of<'t>(
        templates: impl IntoIterator<Item = &'t Self>,
        text: &[u8],
        fit: &mut Fit,
    ) -> Option<&'t Self> {
        fit.known = None;
        let begin = text.get(skip_marks(text));
        let may = |template: &&Self| match (&template.first, begin) {
            (Some(first), Some(byte)) => first.has(*byte),
            _ => true,
        };
        let fits = |template: &&Self| template.fit_too(text, fit).is_ok();
        templates.into_iter().filter(may).find(fits)
    }

    /// False where no text in a sample can fit: `holds` tells of a text whether it may stand there.
    pub(crate) fn may_fit_in(&self, holds: &dyn Fn(&[u8]) -> bool) -> bool {
        self.steps.iter().all(|step| match step.texts() {
            Texts::Any => true,
            Texts::One(text) => holds(text),
            Texts::OneOf(words) => words.iter().any(|word| holds(word)),
        })
    }

    /// The most bits of proof that a text which fits has; perhaps a few more than that.
    pub(crate) fn most_proof(&self) -> u32 {
        self.steps.iter().map(Step::most_proof).sum()
    }

    /// False where no text of these bytes can fit.
    pub(crate) fn may_fit_of(&self, bytes: Bytes) -> bool {
        self.needs.is_within(bytes)
    }

    /// Takes the text apart that the template before did not fit.
    fn fit_too(&self, text: &[u8], fit: &mut Fit) -> Result<(), Stuck> {
        fit.reset(self.holes.len());
        let end = self.run(text, &self.steps, fit)?;
        if is_blank(&text[end..]) {
            return Ok(());
        }
        Err(Stuck { at: end, place: self.text.len(), step: self.steps.len() })
    }

    /// What was wanted where a text got stuck, in words: said only to those who look, for most texts
    /// fit most templates not.
    pub fn wanted(&self, stuck: &Stuck) -> String {
        self.steps.get(stuck.step).map_or_else(|| "the end".to_owned(), Step::wanted)
    }

    /// Whether a line is the first line of what this template fits, where it spans several.
    pub fn begins_with(&self, line: &[u8], fit: &mut Fit) -> bool {
        let Some(end) = self.steps.iter().position(Step::ends_line) else { return false };
        fit.known = None;
        fit.reset(self.holes.len());
        self.run(line, &self.steps[..end], fit).is_ok_and(|end| is_blank(&line[end..]))
    }

    /// Whether its last hole stands on a line of its own: it takes whatever lies below.
    pub fn is_open(&self) -> bool {
        let newline = self.steps.iter().rposition(Step::ends_line);
        newline.is_some_and(|at| matches!(self.steps[at + 1..], [Step::Until { .. }]))
    }

    /// Lines that the template spans.
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// Takes the anchor off the start of a text of [`Template::anchor_lines`] lines: what alone
    /// decides whether a record begins here. Gives the first time in it, if it holds one, and the
    /// proof.
    pub fn anchor(&self, text: &[u8], fit: &mut Fit) -> bool {
        self.anchor_len(text, fit).is_some()
    }

    /// The same; gives the bytes that the anchor takes.
    pub fn anchor_len(&self, text: &[u8], fit: &mut Fit) -> Option<usize> {
        fit.known = None;
        fit.reset(self.holes.len());
        let ends = self.steps.get(self.anchor).is_none_or(Step::ends_line);
        let end = self.run(text, &self.steps[..self.anchor], fit).ok()?;
        (!ends || is_blank(&text[end..])).then_some(end)
    }

    /// True where which text fits before the first time depends on the places of its punctuation, digits
    /// and letters alone: holes and blanks and marks stand there, and at least one of them.
    pub fn leads_by_shape(&self) -> bool {
        let time = self.steps.iter().position(|step| matches!(step, Step::Time { .. }));
        let is_shape = |step: &Step| match step {
            Step::Literal(literal) => !literal.iter().any(u8::is_ascii_alphanumeric),
            Step::Blanks(_) => true,
            Step::Until { class, .. } => class.is_plain(),
            _ => false,
        };
        time.is_some_and(|time| time > 0 && self.steps[..time].iter().all(is_shape))
    }

    /// False where no text that begins with that byte can fit.
    pub fn can_begin_with(&self, byte: u8) -> bool {
        // Colours and marks before a text are passed over.
        matches!(byte, 0x1B | 0xE2 | 0xEF) || self.first.is_none_or(|first| first.has(byte))
    }

    /// True for a line of pairs, and nothing else.
    pub fn is_pairs(&self) -> bool {
        matches!(self.steps[..], [Step::Pairs { .. }])
    }

    /// Lines that the anchor spans: those up to the one that the time stands on.
    pub fn anchor_lines(&self) -> usize {
        self.anchor_lines
    }

    /// The steps of the anchor, to tell equal anchors of several templates.
    pub fn anchor_text(&self) -> &str {
        let end = self.places.get(self.anchor).copied().unwrap_or(self.text.len());
        &self.text[..end]
    }

    /// True where nothing of the template lies behind its anchor.
    pub fn is_all_anchor(&self) -> bool {
        self.anchor == self.steps.len()
    }

    fn run(&self, text: &[u8], steps: &[Step], fit: &mut Fit) -> Result<usize, Stuck> {
        let mut at = skip_marks(text);
        if let (Some(first), Some(byte)) = (&self.first, text.get(at))
            && !first.has(*byte)
        {
            return Err(Stuck { at, place: 0, step: 0 });
        }
        for (number, step) in steps.iter().enumerate() {
            let next = step.take(text, at, fit);
            at = next.map_err(|at| Stuck { at, place: self.places[number], step: number })?;
        }
        Ok(at)
    }
}

fn is_blank(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_whitespace)
}

/// Bytes at a line's start that are no text: a byte order mark, ANSI colours, direction marks.
pub fn skip_marks(text: &[u8]) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        match rest {
            // U+FEFF; U+200E, U+200F, U+202A to U+202E
            [0xEF, 0xBB, 0xBF, ..] | [0xE2, 0x80, 0x8E | 0x8F | 0xAA..=0xAE, ..] => at += 3,
            [0x1B, b'[', tail @ ..] => {
                let Some(end) = tail.iter().position(u8::is_ascii_alphabetic) else {
                    return at;
                };
                at += end + 3;
            }
            _ => return at,
        }
    }
}

/// Length of the blank at the start: space, tab, NBSP or narrow NBSP; 0 for none.
pub fn blank_len(text: &[u8]) -> usize {
    match text {
        [b' ' | b'\t', ..] => 1,
        [0xC2, 0xA0, ..] => 2,
        [0xE2, 0x80, 0xAF, ..] => 3,
        _ => 0,
    }
}

/// Tells whether a word may stand in a hole.
pub trait WordTest: std::fmt::Debug + Send + Sync {
    /// True where it may.
    fn fits(&self, word: &[u8]) -> bool;
}

/// A hole that a time fits, with the formats that it may have.
pub type TimeHole = Arc<Formats>;

#[cfg(test)]
mod tests;
