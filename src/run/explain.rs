//! Explain: why a row is here, how its time was read and what was joined to it; or why it is not.
//!
//! Takes what a timeline takes, and the id of a source or the place of a record. Runs the same stages
//! with the same settings, so that the row explained is the row shown; gives what they knew of it
//! ([`Explained`], `rfo.explain/1`), with the raw lines of its evidence.

mod evidence;
mod find;
mod near;
mod raw;
mod standing;
mod when;

use serde::Serialize;

use super::{
    Placing, Read, RunError, clocks, in_pool, inputs, join_all, lay, read, resolve, zones,
};
use crate::{
    event::{Event, Id},
    join::{Joined, Place},
    reader::Sketch,
    report::Progress,
    settings::{Reading, Showing},
    timeline::{
        Run,
        merge::Placed,
        tell::{Which, tell},
    },
};

pub use evidence::{Evidence, Same};
pub use find::AskedError;
pub use near::{Apart, Reference};
pub use raw::{Line, Raw};
pub use when::When;

/// Most rows that a list of many names.
const LISTED: usize = 6;

/// What is known of what was asked for: `rfo.explain/1`.
#[derive(Debug, Serialize)]
pub struct Explained {
    /// `rfo.explain/1`.
    pub schema: &'static str,
    /// What was asked for, as typed.
    pub asked: String,
    /// The events that it names: one, but for a record that tells several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
    /// What is there where no event is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nothing: Option<Nothing>,
    /// What the run did.
    #[serde(skip)]
    pub run: Run,
}

/// A place of the evidence that tells no event.
#[derive(Debug, Serialize)]
pub struct Nothing {
    /// `skipped`, `rejected`, `between_records`, `part_of_a_table`, `not_evidence` or `not_read`.
    pub standing: &'static str,
    /// The same in words, with the reason.
    pub because: String,
    /// The input.
    pub path: String,
    /// The lines there.
    #[serde(skip_serializing_if = "Raw::is_empty")]
    pub raw: Raw,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Its row is shown.
    Row,
    /// Its row is folded into another.
    Folded,
    /// Its row was left out by the choice of rows.
    LeftOut,
    /// Its row lies outside the window.
    OutsideWindow,
    /// It has no instant and is listed apart.
    Undated,
}

/// An event, and all that is known of the row that tells it.
#[derive(Debug, Serialize)]
pub struct Answer {
    /// The event that was asked for.
    pub event: Named,
    /// What became of its row.
    pub standing: Standing,
    /// Why, in words: of the event, then of its row.
    pub because: Vec<String>,
    /// The row that tells the event, as a timeline shows it, or would.
    #[serde(serialize_with = "as_event")]
    pub row: Event,
    /// How its time was read.
    pub time: When,
    /// The sources of the row, the origin first, the rest in their order.
    pub sources: Vec<Told>,
    /// Rows that are folded into it.
    #[serde(skip_serializing_if = "Folded::is_empty")]
    pub folded: Folded,
    /// Rows that it speaks of, and rows that speak of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// Rows that are near or alike, and what kept them apart.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub apart: Vec<Apart>,
    /// What is known of the clocks of its inputs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<Clock>,
}

/// An event in few words.
#[derive(Clone, Debug, Serialize)]
pub struct Named {
    /// Id.
    pub id: String,
    /// Path of the input.
    pub path: String,
    /// 1-based line.
    pub line: u64,
    /// RFC 3339; none for an undated one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Its summary.
    pub summary: String,
}

impl Named {
    fn of(event: &Event) -> Self {
        let source = &event.sources[0];
        Self {
            id: source.id.0.clone(),
            path: source.path.to_string(),
            line: source.line,
            time: event.stamp.rfc3339(),
            summary: event.summary.clone(),
        }
    }

    /// `logs/app.log:12`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }
}

/// A source of a row.
#[derive(Debug, Serialize)]
pub struct Told {
    /// The event as this source tells it.
    pub event: Named,
    /// It is the one that was asked for.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub asked: bool,
    /// Native key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// How its time was read.
    pub time: When,
    /// What joined it; none for the origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// Its record.
    pub raw: Raw,
}

/// The rows that are folded into one.
#[derive(Debug, Default, Serialize)]
pub struct Folded {
    /// How many.
    pub count: usize,
    /// The first of them, and the last.
    pub rows: Vec<Named>,
    /// What repeats, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub how: Vec<String>,
}

impl Folded {
    /// True where none is.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// What is known of a clock.
#[derive(Debug, Serialize)]
pub struct Clock {
    /// The input.
    pub path: String,
    /// What the evidence says, in words.
    pub words: String,
    /// Pairs of records that show it: the input's own, and the other's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<[Raw; 2]>,
}

fn as_event<S: serde::Serializer>(event: &Event, serializer: S) -> Result<S::Ok, S::Error> {
    let mut json = Vec::new();
    crate::render::jsonl::event(&mut json, event).map_err(serde::ser::Error::custom)?;
    let value: serde_json::Value =
        serde_json::from_slice(&json).map_err(serde::ser::Error::custom)?;
    value.serialize(serializer)
}

/// Explains an event, or the line of an input.
///
/// # Errors
/// As [`timeline`](super::timeline); and what names no event or no place, or more than one.
pub fn explain(
    reading: &Reading,
    showing: &Showing,
    what: &str,
    talk: bool,
) -> Result<Explained, RunError> {
    in_pool(reading, || {
        let asked = find::Asked::of(what)?;
        let mut read = read(reading, &[], |_| true, None, talk)?;
        zones::settle(&mut read, reading);
        let mut nothing = None;
        let mut wanted = Vec::new();
        if let find::Asked::Line(path, line) = &asked {
            match find::at_line(&read, reading, path, *line)? {
                find::AtLine::Events(events) => wanted = events,
                find::AtLine::Nothing(found) => nothing = Some(found),
            }
        }
        let mut answers = Vec::new();
        let mut accounts = read.accounts();
        if nothing.is_none() {
            let Placing { order, kept, joined, .. } = join_all(&mut read, reading);
            let mut folds = Vec::new();
            let mut laid = lay(&mut read, order.clone(), &kept, &joined, showing, talk);
            let rows = laid.held(showing, &mut |row, head| folds.push((row, head)));
            let (undated, sums) = laid.finish(rows.len());
            accounts = sums;
            let desk = Desk { read: &read, joined: &joined, order, rows, undated, folds, showing };
            if let find::Asked::Id(id) = &asked {
                wanted = vec![find::by_id(&desk, id)?];
            }
            answers = wanted.iter().map(|event| desk.answer(*event)).collect::<Result<_, _>>()?;
        } else {
            resolve(&mut read);
            accounts.events.shown = accounts.events.told;
        }
        let run = inputs::run(read, reading, accounts);
        Ok(Explained { schema: "rfo.explain/1", asked: what.to_owned(), answers, nothing, run })
    })
}

/// An event: its input and which of it.
type Wanted = (u32, Which);

/// All that is known when a timeline is made.
struct Desk<'r> {
    read: &'r Read,
    joined: &'r Joined,
    /// The total order.
    order: Vec<Placed>,
    rows: Vec<(Place, Event)>,
    undated: Vec<Event>,
    /// Rows that were folded, and into which.
    folds: Vec<(Place, Place)>,
    showing: &'r Showing,
}

impl Desk<'_> {
    /// The events of these places, each by itself, in the order asked for.
    fn tell(&self, wanted: &[Wanted]) -> Result<Vec<Event>, AskedError> {
        let quiet = Progress::new(0, false);
        let one = |&(number, which): &Wanted| {
            let input = &self.read.inputs[number as usize];
            let told = tell(input, &[which], &quiet).map_err(|error| AskedError::Gone {
                path: input.plan.input.path.to_string(),
                error: error.to_string(),
            })?;
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
        let own = &asked.sources[0];
        let is_own = |row: &&Event| {
            row.sources.iter().any(|source| {
                (&source.path, source.byte_start) == (&own.path, own.byte_start)
                    && source.id.0.starts_with(&own.id.0)
            })
        };
        let row = self.undated.iter().find(is_own);
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
            super::rows::put_together(
                first,
                self.joined.members(origin).iter().zip(events).collect(),
            )
        });
        let (standing, mut because) = self.standing(place, origin, &row, is_shown)?;
        because.extend(self.also(&places));
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
        let own = &event.sources[0];
        let same = row.sources.iter().find(|source| {
            (&source.path, source.byte_start) == (&own.path, own.byte_start)
                && source.id.0.starts_with(&own.id.0)
        });
        let named = Named::of(event);
        Named { id: same.map_or(named.id, |source| source.id.0.clone()), ..named }
    }

    fn clocks(&self, places: &[Place]) -> Result<Vec<Clock>, AskedError> {
        let said = clocks::clocks(self.read, self.joined).into_iter();
        let said = said.filter(|said| places.iter().any(|place| place.input == said.input));
        let clock = |said: clocks::Said| {
            let example =
                |(own, other): &(Place, Place)| Ok([self.raw_at(*own)?, self.raw_at(*other)?]);
            Ok(Clock {
                path: self.read.inputs[said.input as usize].plan.input.path.to_string(),
                examples: said.examples.iter().map(example).collect::<Result<_, AskedError>>()?,
                words: said.remark,
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

/// The id without what makes it unique in one output: `e-7kq3` of `e-7kq3-2`.
fn bare(id: &Id) -> &str {
    let numbered = id.0.rsplit_once('-').filter(|(head, _)| *head != "e");
    numbered.map_or(&id.0, |(head, _)| head)
}
