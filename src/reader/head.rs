//! Head lines: no records, but what they say holds for the records below them.
//!
//! Takes the lines of an input that fit the `head` or `columns` of its definition; gives, for any
//! place, the fields and columns that hold there. A scan keeps the list, so that a record read
//! again by itself finds the same fields.

use std::{borrow::Cow, sync::Arc};

use super::{Plan, Tick, csv::Columns};
use crate::{
    definition::{
        HeadRule,
        bag::{Bag, Field, Record, is_nothing},
        phrase::Phrase,
    },
    template::Fit,
    text,
    time::{Instant, zone::Zone},
};

/// Named fields.
pub type Fields = Vec<Field>;

/// What a head line says.
#[derive(Clone, Debug)]
pub struct Said {
    start: u64,
    line: u32,
    fields: Fields,
    /// The line on which each field was said, as [`Said::fields`] has them.
    lines: Vec<u32>,
    columns: Option<Arc<Columns>>,
}

/// What the head lines of an input say, in file order.
#[derive(Clone, Debug, Default)]
pub struct Heads(Vec<Said>);

impl Heads {
    /// Adds what a line at `start` says; nothing said is not kept.
    pub(super) fn push(
        &mut self,
        start: u64,
        line: u32,
        fields: Fields,
        columns: Option<Arc<Columns>>,
    ) {
        if !fields.is_empty() || columns.is_some() {
            let lines = vec![line; fields.len()];
            self.0.push(Said { start, line, fields, lines, columns });
        }
    }

    pub(super) fn append(&mut self, next: Self) {
        self.0.extend(next.0);
    }

    pub(super) fn shift_lines(&mut self, by: u32) {
        for said in &mut self.0 {
            said.line += by;
            said.lines.iter_mut().for_each(|line| *line += by);
        }
    }

    /// Lets what was said go on until it is said again: then one look tells all that holds.
    pub(super) fn settle(&mut self) {
        for at in 1..self.0.len() {
            let (before, rest) = self.0.split_at_mut(at);
            let (Some(before), Some(said)) = (before.last(), rest.first_mut()) else { return };
            for ((name, value), line) in before.fields.iter().zip(&before.lines) {
                if !said.fields.iter().any(|(known, _)| known == name) {
                    said.fields.push((name.clone(), value.clone()));
                    said.lines.push(*line);
                }
            }
            if said.columns.is_none() {
                said.columns.clone_from(&before.columns);
            }
        }
    }

    fn at(&self, start: u64) -> Option<&Said> {
        let above = self.0.partition_point(|said| said.start <= start);
        above.checked_sub(1).map(|at| &self.0[at])
    }

    /// The fields that hold for a record at `start`: those said above it, then those of the path.
    pub(super) fn fields<'a>(&'a self, start: u64, path: &'a Fields) -> Cow<'a, [Field]> {
        match self.at(start) {
            None => Cow::Borrowed(path),
            Some(said) if path.is_empty() => Cow::Borrowed(&said.fields),
            Some(said) => Cow::Owned(said.fields.iter().chain(path).cloned().collect()),
        }
    }

    /// The columns that hold for a row at `start`.
    pub(super) fn columns(&self, start: u64) -> Option<&Arc<Columns>> {
        self.at(start)?.columns.as_ref()
    }

    /// The zones that head lines declare, each with the byte from which it holds and its line.
    fn zones(&self, declared: &[Phrase]) -> Vec<(u64, u32, Zone)> {
        let mut zones: Vec<(u64, u32, Zone)> = Vec::new();
        for said in &self.0 {
            let Some((phrase, zone)) = first_zone(declared, &said.fields) else { continue };
            if zones.last().is_none_or(|(_, _, last)| last.name() != zone.name()) {
                let of_phrase = |name: &str| phrase.fields().any(|path| path.text == name);
                let place = said.fields.iter().position(|(name, _)| of_phrase(name));
                let line = place.map_or(said.line, |place| said.lines[place]);
                zones.push((said.start, line, zone));
            }
        }
        zones
    }

    /// Where a file declares several zones one after the other, each holds for what is below it:
    /// no one policy can tell them apart, so the ticks take their offsets from them.
    pub(super) fn spread_zones(&self, declared: &[Phrase], ticks: &mut [Tick]) {
        let zones = if declared.is_empty() { Vec::new() } else { self.zones(declared) };
        if zones.len() < 2 {
            return;
        }
        for tick in
            ticks.iter_mut().filter(|tick| tick.time.offset().is_none() && tick.time.word == 0)
        {
            let above = zones.partition_point(|(start, _, _)| *start <= tick.start);
            let (_, _, zone) = &zones[above.saturating_sub(1)];
            if let Some(there) = Instant::from_parts(tick.time.civil, 0) {
                tick.time.offset = zone.at(there).0;
            }
        }
    }
}

fn first_zone<'p>(declared: &'p [Phrase], fields: &Fields) -> Option<(&'p Phrase, Zone)> {
    let bag = Bag::new(Record::Text(""), fields);
    let mut zones =
        declared.iter().filter_map(|phrase| Some((phrase, Zone::named(&phrase.say(&bag)?).ok()?)));
    zones.next()
}

impl HeadRule {
    /// True where no line of a file of this format is a head line.
    pub fn is_empty(&self) -> bool {
        self.templates.is_empty() && self.columns.is_none()
    }

    /// What a line says, if it is a head line.
    pub(crate) fn says(&self, line: &[u8], fit: &mut Fit) -> Option<Fields> {
        let template = self.templates.iter().find(|template| template.fit(line, fit).is_ok())?;
        let holes = template.holes().iter().zip(&fit.captures);
        let said = holes.map(|(name, range)| (name.clone(), text::decode(&line[range.clone()])));
        let said = said.map(|(name, value)| (name, value.trim().to_owned()));
        Some(said.filter(|(_, value)| !is_nothing(value)).collect())
    }

    /// The text that names the columns, if this is the line that does.
    pub(crate) fn names_columns<'l>(&self, line: &'l [u8], fit: &mut Fit) -> Option<Cow<'l, str>> {
        let template = self.columns.as_ref()?;
        template.fit(line, fit).ok()?;
        let hole = template.holes().iter().position(|hole| **hole == *"columns")?;
        Some(text::decode(&line[fit.captures[hole].clone()]))
    }
}

/// Puts what was just said before what was said earlier, and drops what it replaces.
pub(crate) fn renew(fields: &mut Fields, said: &Fields) {
    fields.retain(|(name, _)| !said.iter().any(|(new, _)| new == name));
    fields.splice(0..0, said.iter().cloned());
}

/// The zone that an input declares, in a line or in its path, and how; none where it declares
/// none, or several one after the other (their ticks have them already).
pub(crate) fn declared_zone(heads: &Heads, plan: &Plan) -> Option<(Zone, String)> {
    let declared = &plan.definition.time.declared;
    match heads.zones(declared).as_slice() {
        [] => first_zone(declared, &plan.extra)
            .map(|(_, zone)| (zone, "declared in the path".to_owned())),
        [(_, line, zone)] => Some((zone.clone(), format!("declared in the file (line {line})"))),
        _ => None,
    }
}
