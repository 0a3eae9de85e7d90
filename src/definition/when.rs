//! When: the time that a record says, from the fields named in `[time]` or in `at` and `until`.

use super::{
    Definition, ZoneRule,
    bag::{Bag, Record},
    phrase::{Path, Phrase},
};
use crate::time::{
    Flags, Instant, RawTime,
    compose::compose,
    pattern::{self, Formats},
    zone::Zone,
};

/// A time as a record says it.
#[derive(Default)]
pub(super) struct FoundTime {
    /// The time; none where there is none, or none that can be read.
    pub(super) time: Option<RawTime>,
    /// A rung had a value, readable or not.
    pub(super) filled: bool,
    /// As written.
    pub(super) text: String,
    /// Another time that stays possible.
    pub(super) other: Option<Instant>,
    /// The date stands above the record, and only the clock in it.
    pub(super) date_above: bool,
}

/// The first rung of `at` that can be read. `of_record`: it is the record's own time, and not that
/// of a cell beside it.
pub(super) fn time(
    definition: &Definition,
    at: &[Phrase],
    of_record: bool,
    bag: &Bag<'_>,
) -> FoundTime {
    let rule = &definition.time;
    let mut found = FoundTime::default();
    let mut fell_back = false;
    let mut empty = None;
    for (rung, phrase) in at.iter().enumerate() {
        let Some(text) = phrase.say(bag) else { continue };
        let read = match phrase.only_field() {
            Some(path) => part(definition, path, bag),
            None => {
                composed(definition, phrase, bag).or_else(|| rule.formats.whole(text.as_bytes()))
            }
        };
        let Some(mut time) = read else {
            found.filled = true;
            if found.text.is_empty() {
                found.text = text.into_owned();
            }
            fell_back = true;
            continue;
        };
        let date_above = of_record && rule.date_above.get(rung) == Some(&true);
        let whole = |time| FoundTime {
            time: Some(time),
            filled: true,
            text: text.into_owned(),
            other: None,
            date_above,
        };
        if pattern::sentinel(&time) {
            empty.get_or_insert_with(|| whole(time));
            continue;
        }
        if fell_back || crate::definition::phrase::first(&rule.doubt, bag).is_some() {
            time.flags = time.flags.with(Flags::FELL_BACK);
        }
        set_zone(definition, &mut time, bag);
        return whole(time);
    }
    // A record has one time, so what looks like "never" may be a clock that nobody set: the
    // whole input tells. A cell beside it is simply empty.
    match empty {
        Some(empty) if of_record && !found.filled => empty,
        _ => found,
    }
}

/// The time that one field says.
fn part(definition: &Definition, path: &Path, bag: &Bag<'_>) -> Option<RawTime> {
    let formats = definition.time.formats_of(&path.text);
    captured(bag, &path.text).or_else(|| formats.whole(bag.get(path)?.as_bytes()))
}

/// The time that several fields say together, where each has formats of its own.
fn composed(definition: &Definition, phrase: &Phrase, bag: &Bag<'_>) -> Option<RawTime> {
    let own = |path: &&Path| definition.time.own_formats(&path.text).is_some();
    let mut parts = Vec::new();
    for path in phrase.fields() {
        parts.push(Some(path).filter(own).and_then(|path| part(definition, path, bag))?);
    }
    compose(&parts)
}

/// The time that a template took in the hole of that name.
fn captured(bag: &Bag<'_>, name: &str) -> Option<RawTime> {
    let holes = |record: &Record<'_>| match record {
        Record::Holes { template, fit, .. } => {
            let hole = template.holes().iter().position(|hole| **hole == *name)?;
            fit.times.iter().find(|(at, _)| *at == hole).map(|(_, time)| *time)
        }
        _ => None,
    };
    match &bag.item {
        Some(item) => holes(&item.record),
        None => holes(&bag.record),
    }
}

/// Gives a time without an offset the one that its record tells.
fn set_zone(definition: &Definition, time: &mut RawTime, bag: &Bag<'_>) {
    if time.offset().is_some() || time.word != 0 {
        return;
    }
    let zone = match &definition.time.zone {
        ZoneRule::Field(phrase) => phrase.say(bag).and_then(|said| {
            let known = Zone::named(&said);
            let field = phrase.only_field().map_or("", |path| &*path.text);
            let formats = definition.time.formats_of(field);
            known.ok().or_else(|| second_writing(formats, time, &said))
        }),
        // The zone of an input is its base's: a layer's holds for its own records only.
        ZoneRule::Fixed(zone) if definition.upon.is_some() => Some(zone.clone()),
        ZoneRule::Fixed(_) | ZoneRule::Ask => None,
    };
    if let Some(zone) = zone
        && let Some(there) = Instant::from_parts(time.civil, 0)
    {
        time.offset = zone.at(there).0;
    }
}

/// The zone of a local clock beside which the same instant stands with its offset: their difference,
/// to a quarter of an hour. What lies further apart is not the same instant.
fn second_writing(formats: &Formats, local: &RawTime, said: &str) -> Option<Zone> {
    let exact = formats.whole(said.as_bytes())?;
    let apart = local.civil - (exact.civil - i64::from(exact.offset()?));
    let quarters = (apart + apart.signum() * QUARTER / 2) / QUARTER;
    let near = (apart - quarters * QUARTER).abs() <= QUARTER / 3;
    // Zones lie between 12 hours behind and 14 hours before UTC.
    let offset = i32::try_from(quarters * QUARTER).ok()?;
    (near && (-12 * 3600..=14 * 3600).contains(&offset)).then(|| Zone::fixed(said, offset))
}

/// Seconds of a quarter of an hour: all offsets of today are whole quarters.
const QUARTER: i64 = 900;
