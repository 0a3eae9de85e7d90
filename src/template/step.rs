//! The steps of a compiled template, each one taking its part off a text.

use std::{ops::Range, sync::Arc};

use memchr::memmem;

use super::{Bytes, Fit, TimeHole, WordTest, blank_len, regex::Expression};

/// Bits that steps prove: a byte of a literal, blanks, one word of a list, a line of pairs.
const LETTER: u32 = 6;
const BLANKS: u32 = 2;
const ONE_OF: u32 = 8;
const PAIRS: u32 = 20;

/// What ends a hole.
#[derive(Clone, Debug)]
pub(super) enum Stop {
    /// A literal; the step behind takes it.
    Literal(Box<[u8]>),
    /// A run of blanks.
    Blank,
    /// The end of the line.
    Line,
    /// A time, and what stands before and behind it: a wide hole ends where all of it fits.
    Time(Box<TimeBehind>),
    /// A time of these formats, or digits: the hole before is a single word then.
    Word,
    /// Nothing: the rest.
    End,
}

/// A time behind a wide hole.
#[derive(Clone, Debug)]
pub(super) struct TimeBehind {
    /// Literals and blanks between the hole and the time.
    pub(super) before: Vec<Step>,
    pub(super) formats: TimeHole,
    /// What follows the time, where that is a literal or a blank.
    pub(super) after: Option<Step>,
    /// Nothing follows the time on its line.
    pub(super) line_ends: bool,
}

impl TimeBehind {
    /// The first place in a stretch at which what comes before the time may begin.
    fn next(&self, text: &[u8], within: Range<usize>) -> Option<usize> {
        let stretch = text.get(within.clone())?;
        let found = match self.before.first() {
            Some(Step::Literal(literal)) => memchr::memchr(*literal.first()?, stretch)?,
            Some(Step::Blanks(_)) => {
                let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0xC2 | 0xE2);
                stretch.iter().position(blank)?
            }
            _ => (!stretch.is_empty()).then_some(0)?,
        };
        Some(within.start + found)
    }

    /// Whether it all fits here.
    fn fits(&self, text: &[u8], at: usize, fit: &mut Fit) -> bool {
        let mut place = at;
        for step in &self.before {
            let Ok(next) = step.take(text, place, fit) else { return false };
            place = next;
        }
        let Some(taken) = self.formats.take(&text[place..]) else { return false };
        place += taken.len;
        if let Some(after) = &self.after {
            return after.take(text, place, fit).is_ok();
        }
        let line = text[place..].split(|byte| *byte == b'\n').next().unwrap_or_default();
        !self.line_ends || line.iter().all(u8::is_ascii_whitespace)
    }
}

/// What may stand in a hole.
#[derive(Clone, Debug)]
pub(super) enum Class {
    /// No white space.
    Word,
    /// Blanks too, no line breaks.
    Wide,
    /// ASCII digits.
    Digits,
    /// Everything, line breaks too (the last hole, and holes inside quotes or brackets).
    Any,
    /// A word that tells a severity.
    Severity(Arc<dyn WordTest>),
}

impl Class {
    /// No list of words decides what may stand there.
    pub(super) fn is_plain(&self) -> bool {
        !matches!(self, Self::Severity(_))
    }
}

/// One step.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Literal(Box<[u8]>),
    /// So many blanks at least.
    Blanks(usize),
    Time {
        hole: Option<usize>,
        formats: TimeHole,
    },
    Until {
        hole: Option<usize>,
        class: Class,
        stop: Stop,
    },
    /// Inside quotes or brackets: up to the closing literal.
    /// `apart`: a blank or the end stands behind it, which tells the closing literal from others.
    Inside {
        hole: Option<usize>,
        class: Class,
        close: Box<[u8]>,
        apart: bool,
    },
    OneOf {
        hole: Option<usize>,
        words: Vec<Box<[u8]>>,
    },
    Pairs {
        hole: Option<usize>,
    },
    /// A regular expression takes the line.
    Expression(Box<Expression>),
}

/// What stands where a step fits, whatever else does.
pub(super) enum Texts<'a> {
    /// Nothing is sure.
    Any,
    /// This text.
    One(&'a [u8]),
    /// One of these.
    OneOf(&'a [Box<[u8]>]),
}

/// The place behind what was taken, or the place where it got stuck.
type Took = Result<usize, usize>;

impl Step {
    /// A line break that a template writes.
    pub(super) fn ends_line(&self) -> bool {
        matches!(self, Self::Literal(literal) if **literal == *b"\n")
    }

    /// The bytes that what it takes begins with; none where that may be any, or nothing at all.
    pub(super) fn first(&self) -> Option<Bytes> {
        let of = |fits: &dyn Fn(u8) -> bool| Some(Bytes::of(fits));
        match self {
            Self::Literal(literal) if !self.ends_line() => {
                of(&|byte| literal.first() == Some(&byte))
            }
            Self::Time { formats, .. } => of(&|byte| byte == b'-' || formats.can_start(byte)),
            Self::OneOf { words, .. } if words.iter().all(|word| !word.is_empty()) => {
                of(&|byte| words.iter().any(|word| word[0] == byte))
            }
            Self::Until { class: Class::Digits, .. } => of(&|byte| byte.is_ascii_digit()),
            _ => None,
        }
    }

    /// What stands where it fits.
    pub(super) fn texts(&self) -> Texts<'_> {
        match self {
            Self::Literal(literal) => Texts::One(literal),
            Self::Inside { close, .. } => Texts::One(close),
            Self::OneOf { words, .. } => Texts::OneOf(words),
            _ => Texts::Any,
        }
    }

    /// The most bits that it proves; perhaps a few more than that.
    pub(super) fn most_proof(&self) -> u32 {
        match self {
            Self::Literal(literal) => LETTER * literal.len() as u32,
            Self::Blanks(_) => BLANKS,
            Self::Time { formats, .. } => formats.most_proof(),
            Self::Until { class, .. } => class.proof(),
            Self::Inside { class, .. } => class.proof().max(1),
            Self::OneOf { .. } => ONE_OF,
            Self::Pairs { .. } => PAIRS,
            Self::Expression(expression) => expression.most_proof(),
        }
    }

    /// Takes this step at `at`; gives the place behind it.
    pub(super) fn take(&self, text: &[u8], at: usize, fit: &mut Fit) -> Took {
        match self {
            Self::Literal(literal) => take_literal(text, at, literal, fit),
            Self::Blanks(least) => take_blanks(text, at, *least, fit),
            Self::Time { hole, formats } => take_time(text, at, *hole, formats, fit),
            Self::Until { hole, class, stop } => take_until(text, at, *hole, class, stop, fit),
            Self::Inside { hole, class, close, apart } => {
                take_inside(text, at, *hole, class, Close { literal: close, apart: *apart }, fit)
            }
            Self::OneOf { hole, words } => take_one(text, at, *hole, words, fit),
            Self::Pairs { hole } => take_pairs(text, at, *hole, fit),
            Self::Expression(expression) => expression.take(text, at, fit),
        }
    }

    /// What this step wants to see, in words.
    pub(super) fn wanted(&self) -> String {
        let shown = |literal: &[u8]| format!("{:?}", String::from_utf8_lossy(literal));
        match self {
            Self::Literal(literal) => shown(literal),
            Self::Blanks(2..) => "two blanks".to_owned(),
            Self::Blanks(_) => "a blank".to_owned(),
            Self::Time { .. } => "a time of one of the formats".to_owned(),
            Self::Until { class, stop, .. } => match stop {
                Stop::Literal(literal) => format!("{}, then {}", class.wanted(), shown(literal)),
                Stop::Blank => format!("{}, then a blank", class.wanted()),
                Stop::Time(_) => format!("{}, then a time of one of the formats", class.wanted()),
                Stop::Line | Stop::Word | Stop::End => class.wanted().to_owned(),
            },
            Self::Inside { close, .. } => format!("text, then {}", shown(close)),
            Self::OneOf { words, .. } => {
                let words: Vec<_> =
                    words.iter().map(|word| String::from_utf8_lossy(word)).collect();
                format!("one of {}", words.join(", "))
            }
            Self::Pairs { .. } => "key=value pairs".to_owned(),
            Self::Expression(_) => "what the expression says".to_owned(),
        }
    }
}

fn keep(hole: Option<usize>, from: usize, to: usize, fit: &mut Fit) {
    if let Some(hole) = hole {
        fit.captures[hole] = from..to;
    }
}

fn take_literal(text: &[u8], at: usize, literal: &[u8], fit: &mut Fit) -> Took {
    if text[at..].starts_with(literal) {
        fit.proof += LETTER * literal.len() as u32;
        return Ok(at + literal.len());
    }
    // A line break in a template stands for either kind.
    if literal == b"\n" && text[at..].starts_with(b"\r\n") {
        return Ok(at + 2);
    }
    Err(at)
}

fn take_blanks(text: &[u8], at: usize, least: usize, fit: &mut Fit) -> Took {
    let mut end = at;
    let mut count = 0;
    loop {
        match blank_len(&text[end..]) {
            0 => break,
            blank => {
                // A tab is as wide as it likes.
                count += if text[end] == b'\t' { least } else { 1 };
                end += blank;
            }
        }
    }
    if least > 1 && count < least {
        return Err(at);
    }
    // Writers strip trailing blanks: `app: ` with nothing behind it may have lost its blank.
    if end == at && end < text.len() && !matches!(text[end], b'\n' | b'\r') {
        return Err(at);
    }
    fit.proof += BLANKS;
    Ok(end)
}

fn take_time(
    text: &[u8],
    at: usize,
    hole: Option<usize>,
    formats: &TimeHole,
    fit: &mut Fit,
) -> Took {
    let asked = (Arc::as_ptr(formats).addr(), at);
    let known = fit.known.filter(|(known, _)| *known == asked);
    let taken = known.map_or_else(|| formats.take(&text[at..]), |(_, taken)| taken);
    fit.known = Some((asked, taken));
    if let Some(taken) = taken {
        keep(hole, at, at + taken.len, fit);
        fit.proof += taken.proof;
        fit.times.push((hole.unwrap_or(usize::MAX), taken.raw));
        return Ok(at + taken.len);
    }
    // A lone dash: the writer had no time (RFC 5424 NILVALUE).
    if text[at..].starts_with(b"-") && text.get(at + 1).is_none_or(u8::is_ascii_whitespace) {
        keep(hole, at, at + 1, fit);
        return Ok(at + 1);
    }
    Err(at)
}

/// Length of the longest stretch at `at` that the class allows.
fn reach(text: &[u8], at: usize, class: &Class) -> usize {
    let allowed = |byte: &u8| match class {
        Class::Word | Class::Severity(_) => !byte.is_ascii_whitespace(),
        Class::Wide => !matches!(byte, b'\n' | b'\r'),
        Class::Digits => byte.is_ascii_digit(),
        Class::Any => true,
    };
    match class {
        Class::Any => text.len() - at,
        Class::Wide => memchr::memchr2(b'\n', b'\r', &text[at..]).unwrap_or(text.len() - at),
        _ => text[at..].iter().position(|byte| !allowed(byte)).unwrap_or(text.len() - at),
    }
}

fn take_until(
    text: &[u8],
    at: usize,
    hole: Option<usize>,
    class: &Class,
    stop: &Stop,
    fit: &mut Fit,
) -> Took {
    let limit = at + reach(text, at, class);
    let end = match stop {
        Stop::End | Stop::Word | Stop::Line => limit,
        Stop::Time(behind) => {
            let proof = fit.proof;
            let end = limit.max(at + 1).min(text.len());
            let mut place = at + 1;
            let found = loop {
                let Some(next) = behind.next(text, place..end) else { break None };
                if behind.fits(text, next, fit) {
                    break Some(next);
                }
                place = next + 1;
            };
            fit.proof = proof;
            found.ok_or(limit)?
        }
        Stop::Blank => match class {
            // Words end at their first white space by themselves.
            Class::Wide | Class::Any => (at + 1..limit.max(at + 1))
                .find(|&place| place < text.len() && blank_len(&text[place..]) > 0)
                .ok_or(limit)?,
            _ => limit,
        },
        // Digits end where they end; what follows must be the literal, and the next step sees.
        Stop::Literal(_) if matches!(class, Class::Digits) => limit,
        Stop::Literal(literal) => {
            let from = (at + 1).min(text.len());
            let until = (limit + literal.len()).min(text.len());
            let found = memmem::find(&text[from..until.max(from)], literal);
            let found = found.map(|found| from + found).filter(|&found| found <= limit);
            found.ok_or(limit)?
        }
    };
    let may_be_empty = matches!((class, stop), (Class::Any, Stop::End));
    if end == at && !may_be_empty {
        return Err(at);
    }
    if let Class::Severity(words) = class
        && !words.fits(&text[at..end])
    {
        return Err(at);
    }
    keep(hole, at, end, fit);
    fit.proof += class.proof();
    Ok(end)
}

impl Class {
    fn wanted(&self) -> &'static str {
        match self {
            Self::Word => "a word",
            Self::Wide => "words",
            Self::Digits => "digits",
            Self::Any => "text",
            Self::Severity(_) => "a word that tells a severity",
        }
    }

    fn proof(&self) -> u32 {
        match self {
            Self::Word => 1,
            Self::Wide | Self::Any => 0,
            Self::Digits => 4,
            Self::Severity(_) => 8,
        }
    }
}

/// What closes a hole inside quotes or brackets.
#[derive(Clone, Copy)]
struct Close<'a> {
    literal: &'a [u8],
    apart: bool,
}

impl Close<'_> {
    /// True where the hole may close at this place.
    fn fits(self, rest: &[u8], at: usize) -> bool {
        let behind = rest.get(at + self.literal.len()..).unwrap_or_default();
        rest[at..].starts_with(self.literal)
            && (!self.apart
                || behind.is_empty()
                || blank_len(behind) > 0
                || matches!(behind[0], b'\n' | b'\r'))
    }
}

fn take_inside(
    text: &[u8],
    at: usize,
    hole: Option<usize>,
    class: &Class,
    close: Close<'_>,
    fit: &mut Fit,
) -> Took {
    let rest = &text[at..];
    let end = match close.literal[0] {
        quote @ (b'"' | b'\'') => closing_quote(rest, quote, close),
        _ => closing_bracket(rest, close),
    };
    let end = end.or_else(|| memmem::find(rest, close.literal)).map(|end| at + end);
    let end = end.ok_or(text.len())?;
    if let Class::Severity(words) = class
        && !words.fits(&text[at..end])
    {
        return Err(at);
    }
    keep(hole, at, end, fit);
    fit.proof += class.proof().max(1);
    Ok(end)
}

/// The closing quote, past `\"`.
fn closing_quote(rest: &[u8], quote: u8, close: Close<'_>) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(quote, b'\\', rest.get(at..)?)?;
        if rest[at] == b'\\' {
            at += 2;
        } else if close.fits(rest, at) {
            return Some(at);
        } else {
            at += 1;
        }
    }
}

/// The closing bracket, past text in double quotes; none where a quote stays open.
fn closing_bracket(rest: &[u8], close: Close<'_>) -> Option<usize> {
    let mut at = 0;
    while at < rest.len() {
        if close.fits(rest, at) {
            return Some(at);
        }
        if rest[at] == b'"' {
            at += 1 + closing_quote(&rest[at + 1..], b'"', QUOTE)?;
        }
        if rest[at] == b'\n' {
            return None;
        }
        at += 1;
    }
    None
}

/// A double quote, whatever stands behind it.
const QUOTE: Close<'_> = Close { literal: b"\"", apart: false };

fn take_one(
    text: &[u8],
    at: usize,
    hole: Option<usize>,
    words: &[Box<[u8]>],
    fit: &mut Fit,
) -> Took {
    let found = words.iter().find(|word| text[at..].starts_with(word));
    let Some(word) = found else {
        return Err(at);
    };
    keep(hole, at, at + word.len(), fit);
    fit.proof += ONE_OF;
    Ok(at + word.len())
}

/// `key=value key="quoted value"`, at least one pair, to the end of the line.
fn take_pairs(text: &[u8], at: usize, hole: Option<usize>, fit: &mut Fit) -> Took {
    let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end);
    if !is_pairs(&text[at..end]) {
        return Err(at);
    }
    keep(hole, at, end, fit);
    fit.proof += PAIRS;
    Ok(end)
}

/// True for a text of pairs: it begins with one, their keys are names, and most of its bytes are
/// theirs. One `=` in a sentence or in a program does not make pairs.
fn is_pairs(text: &[u8]) -> bool {
    let name = |key: &[u8]| {
        key[0].is_ascii_alphabetic()
            || (key[0] == b'_')
            || (key[0] == b'@')
                && key.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-.@/".contains(byte))
    };
    let text = text.trim_ascii();
    let mut covered = 0;
    let mut first = true;
    for (key, value) in pairs(text) {
        if !name(key) || first && !text.starts_with(key) {
            return false;
        }
        first = false;
        covered += key.len() + value.len() + 2;
    }
    covered * 2 > text.len()
}

/// The pairs of a logfmt line: keys and values as written, quotes taken off; words without `=`
/// are passed over.
pub(crate) fn pairs(text: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            at += text[at..].iter().position(|byte| !byte.is_ascii_whitespace())?;
            let key_end =
                at + text[at..].iter().position(|&b| b == b'=' || b.is_ascii_whitespace())?;
            if text[key_end] != b'=' || key_end == at {
                at = key_end + 1;
                if at >= text.len() {
                    return None;
                }
                continue;
            }
            let key = &text[at..key_end];
            let value = key_end + 1;
            if text.get(value) == Some(&b'"')
                && let Some(close) = closing_quote(&text[value + 1..], b'"', QUOTE)
            {
                at = value + close + 2;
                return Some((key, &text[value + 1..value + 1 + close]));
            }
            let rest = &text[value.min(text.len())..];
            let len = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
            at = value + len;
            return Some((key, &rest[..len]));
        }
    })
}
