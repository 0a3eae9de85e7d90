//! Accept: whether a record is of a definition's format (`[match]`), and the fields that its
//! templates make (`[match]`, `[find]`).

use std::borrow::Cow;

use super::{
    Definition, Engine, Rule,
    bag::{Bag, Field, is_nothing},
};
use crate::template::{Fit, Template};

/// What the `[match]` of a definition made of a record.
#[derive(Debug, Default)]
pub struct Accepted {
    /// The holes of the templates that fitted.
    pub fields: Vec<Field>,
    /// Bits of proof that the record is of this format.
    pub proof: u32,
}

/// Adds the holes of a template that fitted; what is known already stays.
fn keep(text: &str, template: &Template, fit: &Fit, fields: &mut Vec<Field>) {
    for (name, range) in template.holes().iter().zip(&fit.captures) {
        let value = text.get(range.clone()).unwrap_or_default().trim();
        if !is_nothing(value) && !fields.iter().any(|(known, _)| known == name) {
            fields.push((name.clone(), value.to_owned()));
        }
    }
}

/// The field that a layer may ask for: what its base tells of the record.
pub const TOLD: &str = "told";

/// Fits the value of a rule; the holes go to `fields`.
fn fits(rule: &Rule, value: &str, accepted: &mut Accepted) -> bool {
    let mut fit = Fit::default();
    if rule.is_told() {
        return fits_line(rule, value, accepted);
    }
    let fitting = rule.templates.iter().find(|t| t.fit(value.as_bytes(), &mut fit).is_ok());
    if let Some(template) = fitting {
        accepted.proof += fit.proof;
        keep(value, template, &fit, &mut accepted.fields);
    }
    fitting.is_some()
}

/// The same for what a base tells: the first template that fits where some line begins, because
/// programs put what they say in any order.
fn fits_line(rule: &Rule, value: &str, accepted: &mut Accepted) -> bool {
    let mut fit = Fit::default();
    let first = rule
        .templates
        .iter()
        .find_map(|template| Some((template, on_a_line(template, clipped(value), &mut fit)?)));
    if let Some((template, text)) = first {
        accepted.proof += fit.proof;
        keep(text, template, &fit, &mut accepted.fields);
    }
    first.is_some()
}

/// The first place that a template fits of those where the lines of a text begin.
fn on_a_line<'t>(template: &Template, text: &'t str, fit: &mut Fit) -> Option<&'t str> {
    lines_from(text, template.lines()).find(|text| template.fit(text.as_bytes(), fit).is_ok())
}

/// As much of a text as things are sought in.
fn clipped(text: &str) -> &str {
    let mut end = text.len().min(FIND_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

impl Rule {
    /// True for a rule about what the base tells.
    pub(crate) fn is_told(&self) -> bool {
        *self.path.text == *TOLD
    }

    /// Whether the field is there and fits.
    pub fn fits(&self, bag: &Bag<'_>) -> bool {
        let Some(value) = bag.get(&self.path) else { return false };
        let mut fit = Fit::default();
        self.templates.iter().any(|template| template.fit(value.as_bytes(), &mut fit).is_ok())
    }
}

impl Rule {
    /// Bits of proof of what it finds at the starts of the lines of a text; none where it finds
    /// nothing.
    pub(crate) fn sought(&self, text: &str) -> Option<u32> {
        let mut fit = Fit::default();
        let mut proof =
            |template: &Template| on_a_line(template, text, &mut fit).map(|_| fit.proof);
        self.templates.iter().filter_map(&mut proof).max()
    }
}

impl Definition {
    /// What the `[match]` of this definition makes of a record, or why it is not of this format.
    ///
    /// # Errors
    /// What is missing or does not fit.
    pub fn accepts(&self, bag: &Bag<'_>) -> Result<Accepted, String> {
        self.accepted(bag).map_err(|rule| match bag.get(&rule.path) {
            None => format!("`{}` is missing", rule.path.text),
            Some(value) => {
                format!("`{}` is {value:?}, which is another format's", rule.path.text)
            }
        })
    }

    /// The same, without words for what most records of another format are.
    ///
    /// # Errors
    /// The first rule that does not fit.
    pub(crate) fn accepted(&self, bag: &Bag<'_>) -> Result<Accepted, &Rule> {
        let mut accepted = Accepted::default();
        let mut fitting = |rule: &&Rule| {
            bag.get(&rule.path).is_some_and(|value| fits(rule, &value, &mut accepted))
        };
        match self.must.iter().find(|rule| !fitting(rule)) {
            Some(rule) => Err(rule),
            None => Ok(accepted),
        }
    }
}

/// Bytes of a field that things are sought in.
pub const FIND_BYTES: usize = 64 << 10;

/// The fields beside the record with those that the `only` of an event makes; none where the event
/// is not told.
pub(super) fn only<'b>(rules: &[Rule], bag: &Bag<'b>) -> Option<Cow<'b, [Field]>> {
    if rules.is_empty() {
        return Some(Cow::Borrowed(bag.extra));
    }
    let mut accepted = Accepted::default();
    let mut fit =
        |rule: &Rule| bag.get(&rule.path).is_some_and(|value| fits(rule, &value, &mut accepted));
    if !rules.iter().all(&mut fit) {
        return None;
    }
    accepted.fields.extend(bag.extra.iter().cloned());
    Some(Cow::Owned(accepted.fields))
}

/// The fields beside the record with those that `[find]` makes; none where it makes none.
pub(crate) fn found(definition: &Definition, bag: &Bag<'_>) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    let mut fit = Fit::default();
    for rule in &definition.find {
        let Some(value) = bag.get(&rule.path) else { continue };
        let value = clipped(&value);
        for template in &rule.templates {
            if let Some(text) = on_a_line(template, value, &mut fit) {
                keep(text, template, &fit, &mut fields);
            }
        }
    }
    if fields.is_empty() {
        return None;
    }
    // Nothing that is known already is said again, but by a record that has what it else keeps.
    let kept: &[String] = match &definition.engine {
        Engine::Lines { keep, .. } => keep,
        _ => &[],
    };
    let anew = |name: &str| {
        kept.iter().any(|keep| keep == name) && fields.iter().any(|(found, _)| **found == *name)
    };
    let known: Vec<Field> = bag.extra.iter().filter(|(name, _)| !anew(name)).cloned().collect();
    Some(known.into_iter().chain(fields).collect())
}

/// From each line of a text, so many lines; blanks before the first one and the last line end are
/// left out.
fn lines_from(text: &str, count: usize) -> impl Iterator<Item = &str> {
    let starts =
        std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|n| n + 1));
    starts.map(move |start| {
        let rest = &text[start..];
        let end = memchr::memchr_iter(b'\n', rest.as_bytes()).nth(count - 1);
        let lines = &rest[..end.unwrap_or(rest.len())];
        lines.trim_start_matches([' ', '\t', '\u{a0}']).trim_end_matches('\r')
    })
}
