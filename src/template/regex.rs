//! Regular expressions as templates: the way out for lines that no template describes.
//!
//! Takes an expression whose named groups are holes; gives a [`Template`] of one step. It is matched
//! against the whole first line of a record, in linear time and bounded memory (the `regex` crate).

use super::{Bytes, Fit, Kinds, Step, Template, TemplateError, TimeHole, compile::HoleKind};

/// Most bytes that a compiled expression may take.
const SIZE: usize = 1 << 20;
/// Bits that an expression proves beside its time: about five literal characters.
const PROOF: u32 = 30;

/// An expression and what its groups are.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    regex: regex::bytes::Regex,
    /// Each hole's group, and the formats of one that is a time.
    groups: Vec<(usize, Option<TimeHole>)>,
}

pub(super) fn compile(text: &str, kinds: &dyn Kinds) -> Result<Template, TemplateError> {
    let whole = format!("^(?:{text})$");
    let regex = regex::bytes::RegexBuilder::new(&whole).size_limit(SIZE).build();
    let regex = regex.map_err(|error| TemplateError {
        at: 0,
        reason: format!("this regular expression cannot be used: {}", reason(&error)),
    })?;
    let (mut holes, mut groups) = (Vec::new(), Vec::new());
    for (number, name) in regex.capture_names().enumerate() {
        let Some(name) = name else { continue };
        let formats = match kinds.kind(name) {
            HoleKind::Time(formats) => Some(formats),
            HoleKind::Plain | HoleKind::Severity(_) => None,
        };
        holes.push(name.into());
        groups.push((number, formats));
    }
    if !groups.iter().any(|(_, formats)| formats.is_some()) {
        let reason = "one group must be a time that `at` names: (?P<time>…)".to_owned();
        return Err(TemplateError { at: 0, reason });
    }
    let step = Step::Expression(Box::new(Expression { regex, groups }));
    let (steps, places, lines) = (vec![step], vec![0], text.lines().count().max(1));
    let (text, needs) = (text.into(), Bytes::default());
    Ok(Template {
        text,
        steps,
        places,
        holes,
        anchor: 1,
        lines,
        anchor_lines: 1,
        first: None,
        needs,
    })
}

/// The last line of the message: the others draw the expression.
fn reason(error: &regex::Error) -> String {
    let said = error.to_string();
    said.lines().last().unwrap_or_default().trim().trim_start_matches("error: ").to_owned()
}

impl Expression {
    /// The time hole that comes first.
    pub(super) fn time_hole(&self) -> Option<usize> {
        self.groups.iter().position(|(_, formats)| formats.is_some())
    }

    /// The most bits that it proves.
    pub(super) fn most_proof(&self) -> u32 {
        let times = self.groups.iter().filter_map(|(_, formats)| formats.as_ref());
        PROOF + times.map(|formats| formats.most_proof()).sum::<u32>()
    }

    /// Takes a whole line; gives the place behind it, or that where it stopped.
    pub(super) fn take(&self, text: &[u8], at: usize, fit: &mut Fit) -> Result<usize, usize> {
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end);
        let line = text[at..end].strip_suffix(b"\r").unwrap_or(&text[at..end]);
        let found = self.regex.captures(line).ok_or(at)?;
        for (hole, (group, formats)) in self.groups.iter().enumerate() {
            let Some(part) = found.get(*group) else { continue };
            fit.captures[hole] = at + part.start()..at + part.end();
            let Some(formats) = formats else { continue };
            let time = formats.take(part.as_bytes()).filter(|taken| taken.len == part.len());
            let time = time.ok_or(at + part.start())?;
            fit.proof += time.proof;
            fit.times.push((hole, time.raw));
        }
        fit.proof += PROOF;
        Ok(at + line.len())
    }
}
