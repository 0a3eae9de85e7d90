//! Command: a program of the user's tells what an input holds.
//!
//! Takes the input, which goes to the program's stdin, and what the program writes: one event a
//! line, in the words of `rfo.event/1`; gives the records that these events say they were told
//! from (`line` and `lines`, or `byte_start` and `byte_len`; without them the whole input).
//! Events of the same bytes are events of one record; bytes that no event names lie between
//! records. The program runs once a run: what it wrote is kept, so that fields are read from there.
//! What is no event is a fault with the number of its line; a program that fails is one too.

mod place;
mod process;
mod said;

use std::io;

use self::{
    place::{Claim, Place},
    process::Ran,
    said::Said,
};
use super::{Piece, Plan, RECORD_BYTES, line::LineReader};
use crate::{
    accounts,
    definition::{
        Definition, Engine, Program,
        tell::{Depth, Draft},
    },
    discover::{Input, range::RangeRead},
};

/// Events that one place may tell: they are numbered with 16 bits.
const PARTS: usize = 1 << 16;

/// What a program wrote about an input, and what of it is an event.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// The text, in memory or in a file without a name.
    text: Option<Input>,
    /// Its events, by the places in the input that they were told from.
    events: Vec<Event>,
    /// What is to be said of it though nothing was lost.
    remarks: Vec<String>,
    /// Lines of the input that no event was told from; blank ones do not count.
    untold: u64,
}

/// Where an event stands in the output.
#[derive(Clone, Copy, Debug)]
struct Event {
    /// First byte of its record in the input.
    record: u64,
    /// First byte of its line in the output.
    start: u64,
    /// Bytes of the line.
    len: usize,
}

impl Output {
    /// What a chunk was told: there is only one.
    pub(super) fn append(&mut self, next: Self) {
        if next.text.is_some() {
            *self = next;
        }
    }

    /// What `rfo inspect` says of it.
    pub fn remarks(&self, accounts: &accounts::Bytes) -> Vec<String> {
        let untold = (self.untold > 0).then(|| {
            let between = accounts.between_records;
            format!("{} of its lines ({between} bytes) are told of by no event", self.untold)
        });
        self.remarks.iter().cloned().chain(untold).collect()
    }
}

/// A line of the output that is an event, and where in the input it was told from.
struct Heard {
    /// First byte in the output, and bytes.
    start: u64,
    len: usize,
    /// Its number in the output, from 1.
    number: u64,
    claim: Claim,
    draft: Draft,
}

/// The program of a definition that has one.
fn program(definition: &Definition) -> Option<&Program> {
    match &definition.engine {
        Engine::Command(program) => Some(program),
        _ => None,
    }
}

pub(super) fn scan(
    plan: &Plan,
    source: &dyn RangeRead,
    depth: Depth,
    piece: &mut Piece,
) -> io::Result<()> {
    let Some(program) = program(&plan.definition) else { return Ok(()) };
    let Ran { text, failed, said } =
        process::run(program, &plan.definition.name, &plan.input).map_err(io::Error::other)?;
    let shown = program.shown();
    let mut heard = Vec::new();
    let mut deaf = listen(plan, &*text.open()?, depth, &mut heard)?;
    if let Some(failed) = failed.as_ref().filter(|_| heard.is_empty()) {
        return Err(io::Error::other(failed.clone()));
    }
    let claims: Vec<Claim> = heard.iter().map(|event| event.claim).collect();
    let place::Found { places, untold } = place::find(source, &claims)?;
    let mut told: Vec<(Place, Heard)> = Vec::with_capacity(heard.len());
    for (place, event) in places.into_iter().zip(heard) {
        match place {
            Ok(place) => told.push((place, event)),
            Err(why) => deaf.push((event.number, why)),
        }
    }
    told.sort_by_key(|(place, event)| (place.start, place.len, event.number));
    let mut output = Output { untold, ..Output::default() };
    output.events = records(told, depth, piece, &mut deaf);
    deaf.sort_by_key(|(number, _)| *number);
    for (number, why) in deaf {
        piece.stray(format!("line {number} of what `{shown}` wrote: {why}"));
    }
    output.remarks = remarks(&shown, said, output.events.is_empty() && failed.is_none());
    output.text = Some(text);
    if let Some(failed) = failed {
        piece.broken_behind_last(failed);
    }
    piece.output = output;
    Ok(())
}

fn remarks(shown: &str, said: Option<String>, silent: bool) -> Vec<String> {
    let silent = if silent { ", and told no event" } else { "" };
    let said = said.map(|said| format!("`{shown}` said: {said}"));
    std::iter::once(format!("read by `{shown}`{silent}")).chain(said).collect()
}

/// Hears every line that the program wrote; gives those that are no event: number and reason.
fn listen(
    plan: &Plan,
    text: &dyn RangeRead,
    depth: Depth,
    heard: &mut Vec<Heard>,
) -> io::Result<Vec<(u64, String)>> {
    let mut deaf = Vec::new();
    let mut lines = LineReader::new(text, 0);
    let mut number = 0;
    while let Some(line) = lines.next_line()? {
        number += 1;
        if line.is_blank() && line.len <= line.text.len() as u64 {
            continue;
        }
        let (start, len) = (line.start, usize::try_from(line.len).unwrap_or(usize::MAX));
        let long;
        let bytes = if len <= line.text.len() {
            line.text
        } else if len <= RECORD_BYTES {
            long = text.bytes(start, len)?;
            &long
        } else {
            deaf.push((number, "it is longer than 16 MiB".to_owned()));
            continue;
        };
        let event = Said::parse(bytes).and_then(|said| {
            Ok(Heard { start, len, number, claim: said.claim()?, draft: said.draft(plan, depth)? })
        });
        match event {
            Ok(event) => heard.push(event),
            Err(why) => deaf.push((number, why)),
        }
    }
    Ok(deaf)
}

/// Makes records of the events, place by place; gives where each stands in the output.
fn records(
    told: Vec<(Place, Heard)>,
    depth: Depth,
    piece: &mut Piece,
    deaf: &mut Vec<(u64, String)>,
) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::with_capacity(told.len());
    let mut drafts: Vec<Draft> = Vec::new();
    let mut open: Option<Place> = None;
    let mut close = |open: Option<Place>, drafts: &mut Vec<Draft>| {
        if let Some(Place { start, len, line }) = open.filter(|_| !drafts.is_empty()) {
            piece.record_at((start, len, line), 0, drafts, depth);
            drafts.clear();
        }
    };
    // Events that begin at the same byte are numbered together, however far their records go.
    let mut part = 0;
    for (place, Heard { start, len, number, mut draft, .. }) in told {
        if open != Some(place) {
            close(open, &mut drafts);
            part = if open.is_some_and(|open| open.start == place.start) { part } else { 0 };
            open = Some(place);
        }
        if part == PARTS {
            let why = format!(
                "more than {PARTS} events are told from one place: let each say the `line`, or \
                 `byte_start` and `byte_len`, that it was told from"
            );
            deaf.push((number, why));
            continue;
        }
        draft.part = u16::try_from(part).unwrap_or(u16::MAX);
        part += 1;
        drafts.push(draft);
        events.push(Event { record: place.start, start, len });
    }
    close(open, &mut drafts);
    events
}

/// Reads the fields of all events that were told from a place which begins at `start`.
pub(super) fn read(plan: &Plan, output: &Output, start: u64, drafts: &mut Vec<Draft>) {
    let Some(Ok(text)) = output.text.as_ref().map(Input::open) else { return };
    let from = output.events.partition_point(|event| event.record < start);
    let events = output.events[from..].iter().take_while(|event| event.record == start);
    for (part, event) in (0..).zip(events) {
        let said = text.bytes(event.start, event.len).ok();
        let said = said.and_then(|bytes| Said::parse(&bytes).ok());
        if let Some(draft) = said.and_then(|said| said.draft(plan, Depth::Fields).ok()) {
            drafts.push(Draft { part, ..draft });
        }
    }
}

// The programs of the tests are scripts for `sh`.
#[cfg(all(test, unix))]
mod tests;
