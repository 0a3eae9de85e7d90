//! From the text of a template to its steps.

use std::sync::Arc;

use super::{
    Bytes, Step, Stop, Template, TimeHole, WordTest,
    pieces::{Piece, Written, pieces},
    step::{Class, Texts, TimeBehind},
};

/// What a hole is, beyond what the template writes.
#[derive(Clone, Debug)]
pub enum HoleKind {
    /// Nothing special.
    Plain,
    /// A time of these formats fits.
    Time(TimeHole),
    /// A word that tells a severity must stand here.
    Severity(Arc<dyn WordTest>),
}

/// Tells what the holes of a definition are.
pub trait Kinds {
    /// The kind of the hole of that name.
    fn kind(&self, hole: &str) -> HoleKind;
}

/// All holes plain.
impl Kinds for () {
    fn kind(&self, _: &str) -> HoleKind {
        HoleKind::Plain
    }
}

/// Why a template cannot be compiled, and where in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct TemplateError {
    /// Byte in the template.
    pub at: usize,
    /// What is wrong and what would be right.
    pub reason: String,
}

fn error<T>(at: usize, reason: impl Into<String>) -> Result<T, TemplateError> {
    Err(TemplateError { at, reason: reason.into() })
}

pub(super) fn compile(text: &str, kinds: &dyn Kinds) -> Result<Template, TemplateError> {
    let pieces = pieces(text).or_else(|(at, reason)| error(at, reason))?;
    let mut steps = Vec::new();
    let mut places = Vec::new();
    let mut holes: Vec<Arc<str>> = Vec::new();
    let mut anchor = None;
    for (number, (place, piece)) in pieces.iter().enumerate() {
        places.push(*place);
        let step = match piece {
            Piece::Literal(literal) => Step::Literal(literal.as_slice().into()),
            Piece::Blank(least) => Step::Blanks(*least),
            Piece::Hole { name, class } => {
                let hole = name.as_ref().map(|name| {
                    holes.push(name.clone());
                    holes.len() - 1
                });
                if name.as_ref().is_some_and(|name| holes[..holes.len() - 1].contains(name)) {
                    return error(*place, "this hole stands twice; name one of them otherwise");
                }
                let kind = name.as_ref().map_or(HoleKind::Plain, |name| kinds.kind(name));
                hole_step(hole, class, kind, &Around { pieces: &pieces, number, kinds })?
            }
        };
        if matches!(step, Step::Time { .. }) && anchor.is_none() {
            anchor = Some(number);
        }
        steps.push(step);
    }
    let anchor = anchor_len(&steps, anchor);
    let first = steps.first().and_then(Step::first);
    let lines = text.lines().count().max(1);
    let anchor_lines = 1 + steps[..anchor].iter().filter(|step| step.ends_line()).count();
    let text = text.into();
    let mut needs = Bytes::default();
    for step in &steps {
        if let Texts::One(text) = step.texts() {
            for byte in text {
                needs.add(*byte);
            }
        }
    }
    Ok(Template { text, steps, places, holes, anchor, lines, anchor_lines, first, needs })
}

/// The anchor: up to the literals behind the first time, and a word list that follows them; never
/// past the line of the time, or the first line where there is none.
fn anchor_len(steps: &[Step], time: Option<usize>) -> usize {
    let Some(time) = time else {
        return steps.iter().position(Step::ends_line).unwrap_or(steps.len());
    };
    let mut end = time + 1;
    let literal = |step: &Step| matches!(step, Step::Literal(_) | Step::Blanks(_));
    while end < steps.len() && literal(&steps[end]) && !steps[end].ends_line() {
        end += 1;
    }
    if end < steps.len() && matches!(steps[end], Step::OneOf { .. }) {
        end += 1;
    }
    end
}

/// A hole's place among the pieces of its template.
struct Around<'a> {
    pieces: &'a [(usize, Piece)],
    number: usize,
    kinds: &'a dyn Kinds,
}

fn hole_step(
    hole: Option<usize>,
    class: &Written,
    kind: HoleKind,
    around: &Around<'_>,
) -> Result<Step, TemplateError> {
    let Around { pieces, number, .. } = *around;
    if let HoleKind::Time(formats) = kind {
        return Ok(Step::Time { hole, formats });
    }
    let next = pieces.get(number + 1).map(|(_, piece)| piece);
    let class = match (class, kind) {
        (Written::OneOf(words), _) => return Ok(Step::OneOf { hole, words: words.clone() }),
        (Written::Pairs, _) => return Ok(Step::Pairs { hole }),
        (Written::Word, HoleKind::Severity(words)) => Class::Severity(words),
        (Written::Digits, _) => Class::Digits,
        (Written::Word | Written::Wide, _) if next.is_none() => Class::Any,
        (Written::Word, _) => Class::Word,
        (Written::Wide, _) => Class::Wide,
    };
    let before = number.checked_sub(1).map(|before| &pieces[before].1);
    if let (Some(Piece::Literal(before)), Some(Piece::Literal(after))) = (before, next)
        && closes(before, after)
        && matches!(class, Class::Word | Class::Severity(_))
    {
        let class = if matches!(class, Class::Word) { Class::Any } else { class };
        let behind = pieces.get(number + 2).map(|(_, piece)| piece);
        let apart = matches!(behind, None | Some(Piece::Blank(_))) && after.len() == 1;
        return Ok(Step::Inside { hole, class, close: after.as_slice().into(), apart });
    }
    let stop = match next {
        _ if matches!(class, Class::Wide) && around.time_behind().is_some() => {
            around.time_behind().unwrap_or(Stop::Blank)
        }
        None => Stop::End,
        Some(Piece::Literal(literal)) if literal == b"\n" => Stop::Line,
        Some(Piece::Literal(literal)) => Stop::Literal(literal.as_slice().into()),
        Some(Piece::Blank(_)) => blank_stop(pieces, number),
        Some(Piece::Hole { .. }) if matches!(class, Class::Digits) => Stop::Word,
        Some(Piece::Hole { .. }) => {
            return error(
                pieces[number + 1].0,
                "two holes need a literal between them, or nobody knows where the first ends",
            );
        }
    };
    Ok(Step::Until { hole, class, stop })
}

impl Around<'_> {
    /// A wide hole before a time ends where that time stands, and not at its first blank.
    fn time_behind(&self) -> Option<Stop> {
        let behind = &self.pieces[self.number + 1..];
        let count = behind.iter().take_while(|(_, piece)| !matches!(piece, Piece::Hole { .. }));
        let count = count.count();
        let Some((_, Piece::Hole { name: Some(name), .. })) = behind.get(count) else {
            return None;
        };
        let HoleKind::Time(formats) = self.kinds.kind(name) else { return None };
        let simple = |(_, piece): &(usize, Piece)| match piece {
            Piece::Literal(literal) if literal == b"\n" => None,
            Piece::Literal(literal) => Some(Step::Literal(literal.as_slice().into())),
            Piece::Blank(least) => Some(Step::Blanks(*least)),
            Piece::Hole { .. } => None,
        };
        let before: Option<Vec<Step>> = behind[..count].iter().map(simple).collect();
        let after = behind.get(count + 1).map(simple);
        let line_ends = matches!(after, None | Some(None))
            && !matches!(behind.get(count + 1), Some((_, Piece::Hole { .. })));
        Some(Stop::Time(Box::new(TimeBehind {
            before: before.filter(|steps| !steps.is_empty())?,
            formats,
            after: after.flatten(),
            line_ends,
        })))
    }
}

/// A wide hole before ` - ` ends at the whole of it, not at its first blank.
fn blank_stop(pieces: &[(usize, Piece)], number: usize) -> Stop {
    let Piece::Hole { class: Written::Wide, .. } = &pieces[number].1 else { return Stop::Blank };
    let mut literal = Vec::new();
    for (_, piece) in &pieces[number + 1..] {
        match piece {
            Piece::Literal(text) => literal.extend_from_slice(text),
            Piece::Blank(_) => literal.push(b' '),
            Piece::Hole { .. } => break,
        }
    }
    if literal == b" " { Stop::Blank } else { Stop::Literal(literal.into()) }
}

fn closes(before: &[u8], after: &[u8]) -> bool {
    matches!(
        (before.last(), after.first()),
        (Some(b'"'), Some(b'"'))
            | (Some(b'\''), Some(b'\''))
            | (Some(b'['), Some(b']'))
            | (Some(b'('), Some(b')'))
            | (Some(b'<'), Some(b'>'))
    )
}
