//! Whether an input shows the signs of a definition: the texts of which one must stand in it.
//!
//! What can be asked of an input is written down in one pass over its sample: which bytes, pairs
//! and threes stand in it, and what its lines begin with. That a text is there is then a guess that
//! may be wrong; that it is not there is sure.

use std::collections::BTreeSet;

use super::glance::Glance;
use crate::{
    definition::signs::{SHAPE, Shape, Signs, Start},
    reader::csv::bare,
    template::skip_marks,
};

/// Lines behind the last record of a stretch that its template may still span.
const BEHIND: usize = 64;
/// Words of the set of pairs, of which there are 65,536.
const PAIRS: usize = 1 << 10;
/// Words of the set of threes.
const THREES: usize = 1 << 11;

/// What stands in a text.
pub(super) struct Shown {
    pairs: Box<[u64; PAIRS]>,
    threes: Box<[u64; THREES]>,
    bytes: [bool; 256],
    /// Pairs that lines begin with.
    starts: Box<[u64; PAIRS]>,
    /// Bytes that lines begin with.
    firsts: [bool; 256],
    /// The shapes that lines begin with: digits as `0`, letters as `a`.
    shapes: BTreeSet<[u8; SHAPE]>,
}

fn has(bits: &[u64], at: usize) -> bool {
    bits[at / 64] & 1 << (at % 64) != 0
}

fn put(bits: &mut [u64], at: usize) {
    bits[at / 64] |= 1 << (at % 64);
}

fn pair(a: u8, b: u8) -> usize {
    usize::from(a) << 8 | usize::from(b)
}

/// A place for three bytes; several threes share one.
fn three(a: u8, b: u8, c: u8) -> usize {
    let text = u32::from(a) << 16 | u32::from(b) << 8 | u32::from(c);
    text.wrapping_mul(0x9E37_79B1) as usize >> (32 - THREES.ilog2() - 6)
}

/// The shape of a line's start; a short line is filled up.
fn shape(line: &[u8]) -> [u8; SHAPE] {
    std::array::from_fn(|at| match line.get(at).copied().unwrap_or_default() {
        b'0'..=b'9' => b'0',
        byte if byte.is_ascii_alphabetic() || byte >= 0x80 => b'a',
        other => other,
    })
}

impl Shown {
    fn nothing() -> Self {
        let pairs = || Box::new([0; PAIRS]);
        let threes = Box::new([0; THREES]);
        let (bytes, firsts) = ([false; 256], [false; 256]);
        let shapes = BTreeSet::new();
        Self { pairs: pairs(), threes, bytes, starts: pairs(), firsts, shapes }
    }

    /// What stands in some texts.
    pub(super) fn in_all<'t>(texts: impl Iterator<Item = &'t [u8]>) -> Self {
        let mut shown = Self::nothing();
        texts.for_each(|text| shown.look(text));
        shown
    }

    fn look(&mut self, text: &[u8]) {
        let Self { pairs, threes, bytes, .. } = self;
        let mut before = text.first().copied().unwrap_or_default();
        for [a, b] in text.windows(2).filter_map(<[u8]>::first_chunk) {
            put(&mut pairs[..], pair(*a, *b));
            put(&mut threes[..], three(before, *a, *b));
            bytes[usize::from(*a)] = true;
            before = *a;
        }
        if let Some(last) = text.last() {
            bytes[usize::from(*last)] = true;
        }
        let starts = memchr::memchr_iter(b'\n', text).map(|at| at + 1);
        for at in std::iter::once(0).chain(starts) {
            let line = &text[at..];
            let line = &line[skip_marks(line)..];
            let Some(first) = line.first() else { continue };
            self.firsts[usize::from(*first)] = true;
            if let [a, b, ..] = line {
                put(&mut self.starts[..], pair(*a, *b));
            }
            self.shapes.insert(shape(line));
        }
    }

    /// False where this text stands nowhere.
    pub(super) fn holds(&self, text: &[u8]) -> bool {
        match text {
            [] => true,
            [byte] => self.bytes[usize::from(*byte)],
            [a, b] => has(&self.pairs[..], pair(*a, *b)),
            longer => longer.windows(3).all(|w| has(&self.threes[..], three(w[0], w[1], w[2]))),
        }
    }

    /// False where no line begins with this text.
    fn begins(&self, text: &str) -> bool {
        match text.as_bytes() {
            [] => true,
            [byte] => self.firsts[usize::from(*byte)],
            [a, b, ..] => has(&self.starts[..], pair(*a, *b)),
        }
    }

    /// False where no line begins in one of these ways.
    fn begins_time(&self, ways: &[&str]) -> bool {
        let has = |way: &&str| self.shapes.iter().any(|shape| shape.starts_with(way.as_bytes()));
        self.firsts[usize::from(b'-')] || ways.iter().any(has)
    }

    fn fits(&self, shape: &Shape) -> bool {
        let begins = match shape.start {
            Start::Any => true,
            Start::Time(ways) => self.begins_time(ways),
            Start::One(texts) => texts.iter().any(|text| self.begins(text)),
        };
        begins
            && shape.holds.iter().all(|texts| texts.iter().any(|text| self.holds(text.as_bytes())))
    }
}

/// Most lines of a template that is sought in the lines that are looked at.
pub(super) const SPAN: usize = BEHIND;

/// The lines of a stretch that are looked at, and those behind them.
pub(super) fn sample(text: &[u8], lines: usize) -> &[u8] {
    let end = memchr::memchr_iter(b'\n', text).nth(lines + BEHIND);
    &text[..end.unwrap_or(text.len())]
}

/// Whether a definition with these signs is to be asked.
pub(super) fn show(glance: &Glance<'_>, signs: &Signs) -> bool {
    match *signs {
        Signs::Unknown => true,
        Signs::Never => false,
        Signs::Document { front: true } => glance.start().starts_with(b"---"),
        Signs::Document { front: false } => !glance.is_json() && has_entries(glance.head),
        Signs::Markup => glance.start().starts_with(b"<"),
        Signs::Lines(lists) => {
            !glance.is_json() && {
                let shown = glance.lines_shown();
                lists.iter().all(|shapes| shapes.iter().any(|shape| shown.fits(shape)))
            }
        }
        Signs::Table(shapes) => shapes.iter().any(|shape| {
            let stands = |text: &&str| memchr::memmem::find(glance.head, text.as_bytes()).is_some();
            shape.holds.iter().all(|texts| texts.iter().any(stands))
        }),
        Signs::Members(names) => {
            (glance.start().starts_with(b"{") || glance.start().starts_with(b"["))
                && (glance.escapes_names()
                    || names.iter().all(|name| glance.head_shown().holds(name.as_bytes())))
        }
        Signs::Columns { delimiter, need } => {
            let header = glance.header(delimiter.unwrap_or_else(|| glance.delimiter()));
            glance.tells_columns()
                || need.iter().all(|names| names.iter().any(|name| header.contains(&bare(name))))
        }
    }
}

/// Whether a line begins as an entry of a document may: a heading, a row of a table, a bullet, a
/// number with a dot or a bracket behind it, or what is no ASCII.
fn has_entries(text: &[u8]) -> bool {
    let starts = memchr::memchr_iter(b'\n', text).map(|at| at + 1);
    std::iter::once(0).chain(starts).any(|at| {
        let line = text[at..].trim_ascii_start();
        match line {
            [b'#' | b'|' | b'*' | b'-' | b'+' | 0x0B | 0x80.., ..] => true,
            [b'0'..=b'9', ..] => {
                let digits = line.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
                matches!(line.get(digits), Some(b'.' | b')'))
            }
            _ => false,
        }
    })
}

/// Whether a JSON text writes plain letters as `\u0061`: then no name can be sought in it.
pub(super) fn escapes_letters(text: &[u8]) -> bool {
    memchr::memmem::find_iter(text, b"\\u00").any(|at| {
        let digits = text.get(at + 4..at + 6).and_then(|hex| std::str::from_utf8(hex).ok());
        let byte = digits.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_-@".contains(&byte))
    })
}

#[cfg(test)]
mod tests;
