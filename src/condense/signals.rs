//! Signals: what stands out in the evidence, before anybody has read it.
//!
//! Takes the clues of all events, one by one in any order ([`Seen`]); keeps of logs the minutes of
//! each template and of all else the clues themselves, so memory grows with templates and with what
//! people and monitoring wrote, not with lines. Gives what stands out ([`Signals`]): templates never
//! seen before, bursts, what fell silent, and from when to when a check was bad.

pub mod bursts;
pub mod states;

use std::collections::HashMap;

use super::{
    clue::{Clue, Flags, MINUTE},
    template::family::Families,
};
use crate::{
    event::{Kind, Severity},
    join::Place,
};
use bursts::{Burst, Silence};
use states::Spans;

/// One minute of a template: how many of it, and the first and last of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minute {
    /// How many events.
    pub count: u32,
    /// The first of them.
    pub first: (i64, Place),
    /// The last of them.
    pub last: (i64, Place),
}

impl Minute {
    fn of(clue: &Clue) -> Self {
        Self { count: clue.count.max(1), first: clue.turn(), last: clue.turn() }
    }

    /// The minute since 1970 UTC.
    pub fn number(&self) -> i64 {
        self.first.0.div_euclid(MINUTE)
    }

    fn add(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }
}

/// What is known of a template of a log.
#[derive(Clone, Debug)]
pub struct Told {
    /// How many events.
    pub count: u64,
    /// The first of them; its severity is the worst of any.
    pub first: Clue,
    /// The minutes in which it was told, in their order.
    pub minutes: Vec<Minute>,
    /// Its log gives no severity, and its words are those of a failure.
    pub sounds_bad: bool,
}

impl Told {
    /// Whether it is a warning or worse.
    pub fn is_bad(&self) -> bool {
        self.first.severity.map_or(self.sounds_bad, |severity| severity <= Severity::Warning)
    }
}

/// What a stream was seen to cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cover {
    /// Instant of its first event, in ns.
    pub from: i64,
    /// Instant of its last event, in ns.
    pub to: i64,
}

/// Clues on their way in.
#[derive(Debug)]
pub struct Seen<'f> {
    families: &'f Families,
    streams: HashMap<u32, Cover>,
    templates: HashMap<u32, Told>,
    notable: Vec<Clue>,
    edited: Vec<Clue>,
}

impl<'f> Seen<'f> {
    /// Nothing seen yet. `families` tells which templates are one.
    pub fn new(families: &'f Families) -> Self {
        let (streams, templates) = (HashMap::new(), HashMap::new());
        Self { families, streams, templates, notable: Vec::new(), edited: Vec::new() }
    }

    /// Takes a clue.
    pub fn add(&mut self, mut clue: Clue) {
        clue.template = self.families.of(clue.template);
        let at = clue.instant;
        let cover = self.streams.entry(clue.stream).or_insert(Cover { from: at, to: at });
        (cover.from, cover.to) = (cover.from.min(at), cover.to.max(at));
        if is_line(&clue) {
            // What the lead says of a line holds for it alone, not for its template.
            if clue.flags.has(Flags::EDITED) {
                self.edited.push(clue);
                clue.flags = clue.flags.with(Flags::EDITED, false);
            }
            self.line(&clue);
        } else {
            self.notable.push(clue);
        }
    }

    fn line(&mut self, clue: &Clue) {
        let minute = Minute::of(clue);
        let told = self.templates.entry(clue.template).or_insert_with(|| Told {
            count: 0,
            first: *clue,
            minutes: Vec::new(),
            sounds_bad: false,
        });
        told.count += u64::from(minute.count);
        let worst = [told.first.severity, clue.severity].into_iter().flatten().min();
        if clue.turn() < told.first.turn() {
            told.first = *clue;
        }
        told.first.severity = worst;
        match told.minutes.last_mut() {
            Some(last) if last.number() == minute.number() => last.add(&minute),
            _ => told.minutes.push(minute),
        }
    }

    /// Settles what stands out once all are seen.
    pub fn settle(mut self) -> Signals {
        self.notable.sort_unstable_by_key(Clue::turn);
        let mut templates: Vec<(u32, Told)> = self.templates.into_iter().collect();
        templates.sort_unstable_by_key(|(number, _)| *number);
        for (_, told) in &mut templates {
            in_order(&mut told.minutes);
        }
        let spans = Spans::of(&self.notable);
        let found = bursts::find(&templates, &self.streams);
        self.edited.sort_unstable_by_key(Clue::turn);
        Signals {
            edited: self.edited,
            notable: self.notable,
            templates,
            streams: self.streams,
            bursts: found.0,
            silences: found.1,
            spans,
        }
    }
}

/// Whether an event is one line of a log among many: nothing is known of it but its template.
pub fn is_line(clue: &Clue) -> bool {
    let told = clue.marks != 0 || clue.state != super::clue::Class::None;
    let wanted = clue.flags.has(Flags(Flags::CHANGE.0 | Flags::PINNED.0));
    clue.kind == Kind::Log && !told && !wanted
}

fn in_order(minutes: &mut Vec<Minute>) {
    if !minutes.is_sorted_by_key(Minute::number) {
        minutes.sort_unstable_by_key(|minute| minute.first);
    }
    minutes.dedup_by(|next, last| {
        let same = next.number() == last.number();
        if same {
            last.add(next);
        }
        same
    });
}

/// What stands out.
#[derive(Debug)]
pub struct Signals {
    /// What people, trackers and monitoring told, in the total order.
    pub notable: Vec<Clue>,
    /// Lines of logs that the lead pinned or hid, in the total order.
    pub edited: Vec<Clue>,
    /// Templates of logs, by number.
    pub templates: Vec<(u32, Told)>,
    /// What the streams cover.
    pub streams: HashMap<u32, Cover>,
    /// Bursts, by template and time.
    pub bursts: Vec<Burst>,
    /// What fell silent.
    pub silences: Vec<Silence>,
    /// From when to when checks were bad.
    pub spans: Spans,
}

impl Signals {
    /// What people, trackers and monitoring told at that place.
    pub fn notable_at(&self, place: Place) -> Option<Clue> {
        self.notable.iter().find(|clue| clue.place == place).copied()
    }

    /// A line that stands for its template or a burst, with what the lead says of it.
    pub fn with_edits(&self, clue: Clue) -> Clue {
        let own = self.edited.iter().find(|edited| edited.place == clue.place);
        let edits = own.map_or(0, |own| own.flags.0 & Flags::EDITED.0);
        Clue { flags: Flags(clue.flags.0 | edits), ..clue }
    }

    /// What is known of a template.
    pub fn told(&self, template: u32) -> Option<&Told> {
        let at = self.templates.binary_search_by_key(&template, |(number, _)| *number).ok()?;
        Some(&self.templates[at].1)
    }

    /// How long the stream of an event was read before it, in ns.
    pub fn baseline(&self, clue: &Clue) -> i64 {
        self.streams.get(&clue.stream).map_or(0, |cover| clue.instant - cover.from)
    }
}

#[cfg(test)]
mod tests;
