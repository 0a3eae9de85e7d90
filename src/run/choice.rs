//! Choice: which events become rows, where not every one does.
//!
//! Takes joined events in the total order; reads what people and trackers wrote, gives each event a
//! clue, and lets [`condense`](crate::condense) choose: the incident, its rows with their reasons, its
//! milestones and metrics. What is not chosen can still be asked for ([`Choice::part`],
//! [`Choice::fate`]).

mod clues;
mod found;

use std::collections::HashMap;

use super::Read;
use crate::{
    condense::{
        clue::{Class, Clue, Flags},
        facts::Said,
        milestone::{self, Claim, Milestones, Surge},
        score::Scorer,
        select::{self, Chosen, Fate, Level},
        signals::{Signals, Told, bursts::Burst},
        template::family::Families,
        window::{self, Incident},
    },
    event::{Event, Mark},
    incident::edits::Edits,
    join::{Joined, Place, witness::Entities},
    settings::Showing,
    timeline::{Window, kept::Kept, merge::Placed},
};

/// What becomes of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// It is a row.
    Row,
    /// It is read, and told by the row of that event.
    Folded,
    /// It is counted by the row of that event, one of many lines.
    Counted(Place),
    /// It is left out.
    Left,
}

/// A burst that is one row: from its first line to its last, both in ns.
struct Run {
    from: i64,
    to: i64,
    row: Place,
}

/// What was chosen, and from what.
pub(super) struct Choice {
    level: Level,
    /// The window was found, not asked for.
    is_found: bool,
    families: Families,
    names: Entities,
    signals: Signals,
    incident: Incident,
    milestones: Milestones,
    /// Since when people say that it lasts.
    claims: Vec<Claim>,
    /// What messages promise and claim.
    said: HashMap<Place, Said>,
    /// How long the delivery of mails took, in ns.
    delays: HashMap<Place, i64>,
    /// What the incident file says of events.
    edited: HashMap<Place, Flags>,
    chosen: select::Choice,
    rows: HashMap<Place, Chosen>,
    folded: HashMap<Place, Place>,
    runs: HashMap<u32, Vec<Run>>,
}

/// Chooses the rows of a level.
pub(super) fn choose(
    read: &Read,
    (order, kept, joined): (&[Placed], &Kept, &Joined),
    showing: &Showing,
    edits: &Edits<'_>,
) -> Choice {
    let (level, edited) = (showing.level, edits.flags());
    let clues::Told { families, names, signals, said, delays, again } =
        clues::tell(read, (order, kept, joined), showing.window, &edited);
    let asked = asked(showing.window);
    let found = window::find(&signals, asked);
    let is_found = asked.is_none() && found.is_some();
    let incident = found.unwrap_or_else(|| Incident::none(&signals, asked));
    let claims = claims(&said, &incident);
    let mut milestones = milestones(&signals, &incident, &claims, &edits.barred());
    for (place, mark) in edits.marks() {
        if let Some(clue) = clue_of(&signals, place) {
            milestones.tell(mark, &clue);
        }
    }
    for (clue, mark) in edits.written_marks(showing.window) {
        milestones.tell(mark, &clue);
    }
    let forced: Vec<Place> =
        milestones.chosen.iter().flatten().map(|choice| choice.taken.place).collect();
    let scorer = Scorer::new(&signals, &incident).without(showing.without);
    let marked: Vec<Clue> = forced.iter().filter_map(|place| clue_of(&signals, *place)).collect();
    let candidates = scorer.candidates(&marked);
    let read_words = |places: &[Place]| clues::words(read, kept, places);
    let chosen = select::choose(&scorer, &candidates, &forced, level, &read_words);
    let rows: HashMap<Place, Chosen> =
        chosen.rows.iter().map(|row| (row.clue.place, row.clone())).collect();
    let mut folded: HashMap<Place, Place> = chosen.folded().collect();
    folded.extend(again.into_iter().filter(|(_, head)| rows.contains_key(head)));
    let mut runs: HashMap<u32, Vec<Run>> = HashMap::new();
    for row in chosen.rows.iter().filter(|row| row.fold.is_some()) {
        let Some(fold) = row.fold else { continue };
        let run = Run { from: row.clue.instant, to: fold.last.0, row: row.clue.place };
        runs.entry(row.clue.template).or_default().push(run);
        if fold.last.1 != row.clue.place {
            folded.insert(fold.last.1, row.clue.place);
        }
    }
    folded.retain(|place, _| !rows.contains_key(place));
    Choice {
        level,
        is_found,
        families,
        names,
        signals,
        incident,
        milestones,
        claims,
        said,
        delays,
        edited,
        chosen,
        rows,
        folded,
        runs,
    }
}

/// The window asked for, in ns; an end that is left open is that of time.
fn asked(window: Window) -> Option<(i64, i64)> {
    let from = window.from.map_or(i64::MIN / 2, |from| from.0);
    let to = window.to.map_or(i64::MAX / 2, |to| to.0);
    (!window.is_whole()).then_some((from, to))
}

/// What is known of an event that may be a milestone: what is notable, and the lines that stand for
/// their template or a burst of it.
fn clue_of(signals: &Signals, place: Place) -> Option<Clue> {
    let line = || {
        let first = |(_, told): &(u32, Told)| told.first;
        let own = signals.templates.iter().map(first).find(|clue| clue.place == place);
        own.or_else(|| {
            let ends = |burst: &&Burst| burst.first.1 == place || burst.last.1 == place;
            let burst = signals.bursts.iter().find(ends)?;
            let end = if burst.first.1 == place { burst.first } else { burst.last };
            let told = signals.told(burst.template)?;
            Some(Clue { instant: end.0, place, ..told.first })
        })
    };
    let edited = || signals.edited.iter().find(|clue| clue.place == place).copied();
    signals.notable_at(place).or_else(line).or_else(edited)
}

/// What people say of the start within the window of the incident.
fn claims(said: &HashMap<Place, Said>, incident: &Incident) -> Vec<Claim> {
    let (from, to) = incident.window;
    let claim = |(place, said): (&Place, &Said)| match said {
        Said::Since(start) if (from..to).contains(start) => {
            Some(Claim { by: *place, start: *start })
        }
        _ => None,
    };
    let mut claims: Vec<Claim> = said.iter().filter_map(claim).collect();
    claims.sort_unstable_by_key(|claim| (claim.start, claim.by));
    claims
}

/// The clues that the incident is told by: those of whom it is about.
fn of_incident(signals: &Signals, incident: &Incident) -> Vec<Clue> {
    let (from, to) = incident.window;
    let is_of = |clue: &&Clue| {
        let hidden = Flags(Flags::HIDDEN.0 | Flags::QUIET.0);
        (from..to).contains(&clue.instant)
            && !clue.flags.has(hidden)
            && (incident.nodes.is_empty() || incident.is_of(clue))
    };
    signals.notable.iter().filter(is_of).copied().collect()
}

/// Finds the milestones. What is told is a row; that people say that it began at another time stands
/// beside it, and counts alone only where nothing else shows a start.
fn milestones(
    signals: &Signals,
    incident: &Incident,
    claims: &[Claim],
    barred: &milestone::Barred,
) -> Milestones {
    let mut clues = of_incident(signals, incident);
    let (from, to) = incident.window;
    // What goes bad as often at other times is no sign of it.
    let usual = signals.spans.usual(&clues);
    clues.retain(|clue| clue.state == Class::None || !usual.contains(&(clue.host, clue.service)));
    let surge = |burst: &Burst| {
        let bad = signals.told(burst.template).is_some_and(Told::is_bad);
        let within = (from..to).contains(&burst.first.0) && (from..to).contains(&burst.last.0);
        let once = signals.bursts.iter().filter(|other| other.template == burst.template).count();
        let within = within && once <= 3;
        let times = burst.times.max(1);
        (bad && within).then_some(Surge { first: burst.first, last: burst.last, times })
    };
    let mut surges: Vec<Surge> = signals.bursts.iter().filter_map(surge).collect();
    surges.extend(window::news(signals, incident).map(|(first, last)| Surge {
        first,
        last,
        times: 1,
    }));
    surges.sort_unstable_by_key(|surge| surge.first);
    surges.dedup_by_key(|surge| surge.first);
    let find = |claims| {
        milestone::find(milestone::Case { clues: &clues, claims, surges: &surges, barred })
    };
    let found = find(&[]);
    if found.get(Mark::Start).is_some() || claims.is_empty() { found } else { find(claims) }
}

impl Choice {
    /// What becomes of an event that stands for itself; `instant` in ns.
    pub(super) fn part(&self, read: &Read, place: Place, instant: i64) -> Part {
        if self.rows.contains_key(&place) {
            return Part::Row;
        }
        if self.folded.contains_key(&place) {
            return Part::Folded;
        }
        let runs = || {
            let sketch =
                read.inputs[place.input as usize].scan.sketches.get(place.tick as usize)?;
            let runs = self.runs.get(&self.families.of(sketch.template))?;
            runs.iter().find(|run| (run.from..=run.to).contains(&instant))
        };
        let run = if self.runs.is_empty() { None } else { runs() };
        run.map_or(Part::Left, |run| Part::Counted(run.row))
    }

    /// The row that tells an event, too.
    pub(super) fn folded(&self, place: Place) -> Option<Place> {
        self.folded.get(&place).copied()
    }

    /// Says on a row why it is one, and which milestones it is.
    pub(super) fn mark(&self, place: Place, row: &mut Event) {
        row.marks.retain(|mark| !milestone::ORDER.contains(mark));
        let taken = self.milestones.chosen.iter().flatten().map(|choice| &choice.taken);
        let taken = taken.filter(|taken| !self.is_elsewhere(taken));
        let all = taken.chain(&self.milestones.others).filter(|own| own.place == place);
        row.marks.extend(all.map(|own| own.mark));
        row.marks.sort_unstable();
        row.marks.dedup();
        let Some(chosen) = self.rows.get(&place) else { return };
        row.reasons.clone_from(&chosen.reasons);
        if let Some(fold) = chosen.fold.filter(|fold| fold.count > 1) {
            // Its last line is read, and folded into it.
            row.count = Some(fold.count - 1);
        }
    }

    /// Whether a milestone was at another time than the event that tells of it.
    fn is_elsewhere(&self, taken: &milestone::Candidate) -> bool {
        self.claims.iter().any(|claim| claim.by == taken.place && claim.start == taken.instant)
    }

    /// What became of an event that is no row, in full.
    pub(super) fn fate(&self, read: &Read, place: Place, instant: i64) -> Fate {
        if self.edited.get(&place).is_some_and(|flags| flags.has(Flags::HIDDEN)) {
            return Fate::Left(select::Rule::Hidden);
        }
        if let Some(row) = self.folded(place) {
            return Fate::Folded(row);
        }
        if let Part::Counted(row) = self.part(read, place, instant) {
            return Fate::Folded(row);
        }
        let clue = self.signals.notable_at(place).unwrap_or_else(|| {
            let input = &read.inputs[place.input as usize];
            let mut clue = clues::line(input, place, instant);
            clue.template = self.families.of(clue.template);
            clue
        });
        let scorer = Scorer::new(&self.signals, &self.incident);
        self.chosen.fate(&clue, &scorer)
    }
}
