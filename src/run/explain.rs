//! Explain: why a row is here, how its time was read and what was joined to it; or why it is not.
//!
//! Takes what a timeline takes, and the id of a source or the place of a record. Runs the same stages
//! with the same settings, so that the row explained is the row shown; gives what they knew of it
//! ([`Explained`], `rfo.explain/1`), with the raw lines of its evidence.

mod answer;
mod evidence;
mod find;
mod near;
mod raw;
mod standing;
mod when;

use std::path::PathBuf;

use super::{
    Placing, Read, RunError,
    choice::{self, Choice},
    clocks, in_pool, inputs, join_all, read, resolve, rows, zones,
};
use crate::{
    event::{Event, Source},
    incident::edits::{BY_LEAD, Edits},
    join::{Joined, Place},
    reader::Sketch,
    settings::{Reading, Showing},
    timeline::{kept::Kept, merge::Placed, tell::Which},
};

pub use answer::{Answer, Clock, Explained, Folded, Named, Nothing, Standing, Told};
pub use evidence::{Evidence, Same};
pub use find::AskedError;
pub use near::{Apart, Reference};
pub use raw::{Line, Raw};
pub use when::When;

/// Most rows that a list of many names.
const LISTED: usize = 6;

/// Explains an event, or the line of an input; or, where `missing`, events that hold a text.
///
/// # Errors
/// As [`timeline`](super::timeline); and what names no event or no place, or more than one.
pub fn explain(
    reading: &Reading,
    showing: &Showing,
    (what, missing): (&str, bool),
    talk: bool,
) -> Result<Explained, RunError> {
    in_pool(reading, || {
        let asked = find::Asked::of(what, missing)?;
        let own: Vec<PathBuf> = showing.incident.iter().map(|file| (&*file.path).into()).collect();
        let mut read = read(reading, &own, |_| true, None, talk)?;
        let kept = zones::settle(&mut read, reading);
        let mut nothing = None;
        let mut wanted = Vec::new();
        let mut holding = 0;
        if let find::Asked::Line(path, line) = &asked {
            match find::at_line(&read, &kept, reading, path, *line)? {
                find::AtLine::Events(events) => wanted = events,
                find::AtLine::Nothing(found) => nothing = Some(found),
            }
        }
        let mut answers = Vec::new();
        let mut accounts = read.accounts();
        if nothing.is_none() {
            let placing = join_all(&mut read, reading, kept);
            let clocks = placing.clocks(&read);
            let Placing { order, kept, mut joined, .. } = placing;
            let mut folds = Vec::new();
            let placed = (&order[..], &kept);
            let incident = showing.incident.as_deref();
            let mut edits = Edits::find(incident, &read.inputs, placed, &mut joined);
            let placed = (&order[..], &kept, &joined);
            let choice = (!showing.all).then(|| choice::choose(&read, placed, showing, &edits));
            let window = (showing.window, &edits);
            let mut laid = rows::lay(&mut read, placed, choice.as_ref(), window, talk);
            let mut rows = laid.held(&mut |row, head| folds.push((row, head)));
            let (mut undated, sums) = laid.finish(rows.len());
            edits.apply(&mut rows, showing.window, showing.all);
            edits.apply_undated(&mut undated);
            accounts = sums;
            let (read, kept, joined, order) = (&read, &kept, &joined, &order[..]);
            let choice = choice.as_ref();
            let desk =
                Desk { read, kept, joined, order, choice, rows, undated, folds, clocks, showing };
            match &asked {
                find::Asked::Id(id) => wanted = vec![find::by_id(&desk, id)?],
                find::Asked::Missing(text) => (wanted, holding) = find::missing(&desk, text)?,
                find::Asked::Line(..) => {}
            }
            answers = wanted.iter().map(|event| desk.answer(*event)).collect::<Result<_, _>>()?;
        } else {
            resolve(&mut read);
            accounts.events.shown = accounts.events.told;
        }
        let run = inputs::run(read, reading, accounts);
        let holding = missing.then_some(holding);
        let asked = what.to_owned();
        Ok(Explained { schema: "rfo.explain/1", asked, holding, answers, nothing, run })
    })
}

/// An event: its input and which of it.
type Wanted = (u32, Which);

/// All that is known when a timeline is made.
struct Desk<'r> {
    read: &'r Read,
    kept: &'r Kept,
    joined: &'r Joined,
    /// The total order.
    order: &'r [Placed],
    /// How the rows were chosen; none where every event is one.
    choice: Option<&'r Choice>,
    rows: Vec<(Place, Event)>,
    undated: Vec<Event>,
    /// Rows that were folded, and into which.
    folds: Vec<(Place, Place)>,
    /// What is said of the clocks.
    clocks: Vec<clocks::Said>,
    showing: &'r Showing,
}

impl Desk<'_> {
    /// The events of these places, each by itself, in the order asked for.
    fn tell(&self, wanted: &[Wanted]) -> Result<Vec<Event>, AskedError> {
        let one = |&(number, which): &Wanted| {
            let told = find::told(self.read, self.kept, number, &[which])?;
            Ok(told.into_iter().map(|(_, event)| event))
        };
        let told: Vec<_> = wanted.iter().map(one).collect::<Result<_, AskedError>>()?;
        Ok(told.into_iter().flatten().collect())
    }

    fn named(&self, place: Place) -> Result<Named, AskedError> {
        let told = self.tell(&[(place.input, Which::Tick(place.tick))])?;
        let row = self.rows.iter().find(|(other, _)| *other == place);
        // A row bears the id that is unique in this output.
        let event = row.map(|(_, row)| row).or(told.first());
        event.map(Named::of).ok_or_else(|| AskedError::gone(self.read, place.input))
    }

    fn sketch(&self, place: Place) -> Option<Sketch> {
        let scan = &self.read.inputs[place.input as usize].scan;
        scan.sketches.get(place.tick as usize).copied()
    }

    fn answer(&self, (input, which): Wanted) -> Result<Answer, AskedError> {
        let is_asked = |(place, _): &&(Place, Event)| {
            place.input == BY_LEAD && (place.input, Which::Tick(place.tick)) == (input, which)
        };
        if let Some((_, row)) = self.rows.iter().find(is_asked) {
            return Ok(self.of_written(row));
        }
        let mut asked = self.tell(&[(input, which)])?;
        let asked = asked.pop().ok_or_else(|| AskedError::gone(self.read, input))?;
        match which {
            Which::Tick(tick) if asked.stamp.instant.is_some() => {
                self.dated(Place { input, tick }, &asked)
            }
            _ => self.of_undated(input, &asked),
        }
    }

    /// An event that has no instant.
    fn of_undated(&self, input: u32, asked: &Event) -> Result<Answer, AskedError> {
        let row = self.undated.iter().find(|row| source_of(row, asked).is_some());
        let because = match row {
            Some(_) => "it has no instant, so it is listed apart from the rows".to_owned(),
            None => "it has no instant, and the choice of rows left it out".to_owned(),
        };
        let standing = if row.is_some() { Standing::Undated } else { Standing::LeftOut };
        let row = row.unwrap_or(asked).clone();
        let of_input = &self.read.inputs[input as usize];
        let told = |event: &Event, evidence: Option<Evidence>| {
            let raw = raw::of_source(of_input, &event.sources[0])?;
            Ok::<_, AskedError>(Told {
                event: Named::of(event),
                asked: true,
                record: event.sources[0].record.clone(),
                time: when::of(event, of_input, self.showing),
                evidence,
                raw,
            })
        };
        let mut because = vec![because];
        if let copies @ 1.. = row.sources.len() - 1 {
            because.push(format!("{copies} more tell the same, by its key and its content"));
        }
        Ok(Answer {
            event: Named::of(asked),
            standing,
            because,
            time: when::of(asked, of_input, self.showing),
            sources: vec![told(asked, None)?],
            row,
            folded: Folded::default(),
            references: Vec::new(),
            apart: Vec::new(),
            clocks: Vec::new(),
        })
    }

    /// A row that the lead wrote.
    fn of_written(&self, row: &Event) -> Answer {
        let source = &row.sources[0];
        let text = std::fs::read_to_string(&*source.path).unwrap_or_default();
        let (start, len) = (source.byte_start as usize, source.byte_len as usize);
        let entry = text.get(start..start + len).unwrap_or_default();
        let lines = (source.line..).zip(entry.lines());
        let lines = lines.map(|(line, text)| Line { line, text: text.to_owned() }).collect();
        let time = when::written(row, self.showing);
        let raw = Raw { path: source.path.to_string(), lines, more: 0 };
        Answer {
            event: Named::of(row),
            standing: Standing::Row,
            because: vec![
                "it is written in the incident file, and no evidence tells it".to_owned(),
            ],
            sources: vec![Told {
                event: Named::of(row),
                asked: true,
                record: None,
                time: time.clone(),
                evidence: None,
                raw,
            }],
            time,
            row: row.clone(),
            folded: Folded::default(),
            references: Vec::new(),
            apart: Vec::new(),
            clocks: Vec::new(),
        }
    }

    fn dated(&self, place: Place, asked: &Event) -> Result<Answer, AskedError> {
        let origin = self.joined.origin(place);
        let shown = self.rows.iter().find(|(row, _)| *row == origin).map(|(_, row)| row.clone());
        let mut places = vec![origin];
        places.extend(self.joined.members(origin).iter().map(|join| join.member));
        let wanted: Vec<Wanted> =
            places.iter().map(|place| (place.input, Which::Tick(place.tick))).collect();
        let events = self.tell(&wanted)?;
        let is_shown = shown.is_some();
        let row = shown.unwrap_or_else(|| {
            let mut events = events.iter().cloned();
            let first = events.next().unwrap_or_else(|| asked.clone());
            rows::put_together(first, self.joined.members(origin).iter().zip(events).collect())
        });
        let (standing, because) = self.standing(place, origin, &row, is_shown)?;
        let first = &self.read.inputs[origin.input as usize];
        let sources = places.iter().zip(&events).map(|(own, event)| {
            let input = &self.read.inputs[own.input as usize];
            Ok(Told {
                event: Self::as_shown(&row, event),
                asked: *own == place,
                record: event.sources[0].record.clone(),
                time: when::of(event, input, self.showing),
                evidence: self.joined.as_member(*own).map(|join| self.evidence(join, event)),
                raw: raw::of_source(input, &event.sources[0])?,
            })
        });
        let sources: Vec<Told> = sources.collect::<Result<_, AskedError>>()?;
        Ok(Answer {
            event: Self::as_shown(&row, asked),
            standing,
            because,
            time: when::of(&row, first, self.showing),
            sources,
            folded: self.folded(origin, &row)?,
            references: self.references(origin)?,
            apart: self.apart(&places)?,
            clocks: self.clocks(&places)?,
            row,
        })
    }

    /// The name of a source, under the id that the row gives it.
    fn as_shown(row: &Event, event: &Event) -> Named {
        let named = Named::of(event);
        Named { id: source_of(row, event).map_or(named.id, |own| own.id.0.clone()), ..named }
    }

    fn clocks(&self, places: &[Place]) -> Result<Vec<Clock>, AskedError> {
        let said = self.clocks.iter();
        let said = said.filter(|said| places.iter().any(|place| place.input == said.input));
        let clock = |said: &clocks::Said| {
            let example =
                |(own, other): &(Place, Place)| Ok([self.raw_at(*own)?, self.raw_at(*other)?]);
            Ok(Clock {
                path: self.read.inputs[said.input as usize].plan.input.path.to_string(),
                examples: said.examples.iter().map(example).collect::<Result<_, AskedError>>()?,
                words: said.remark.clone(),
            })
        };
        said.map(clock).collect()
    }

    /// The record of an event, with its path.
    fn raw_at(&self, place: Place) -> Result<Raw, AskedError> {
        let event = self.tell(&[(place.input, Which::Tick(place.tick))])?;
        let input = &self.read.inputs[place.input as usize];
        let source = event.first().map(|event| &event.sources[0]);
        source.map_or_else(|| Ok(Raw::default()), |source| raw::of_source(input, source))
    }
}

/// The source of a row that an event by itself is.
fn source_of<'r>(row: &'r Event, event: &Event) -> Option<&'r Source> {
    let own = &event.sources[0];
    row.sources.iter().find(|source| {
        (&source.path, source.byte_start) == (&own.path, own.byte_start)
            && source.id.0.starts_with(&own.id.0)
    })
}
