//! Tell: from places in the order to events, by reading the fields of the records behind them.
//!
//! Only what is shown or compared as text comes here; records of one input are read in parallel
//! stretches, in file order within a stretch.

use std::{
    collections::{HashMap, HashSet},
    io,
    ops::Range,
};

use rayon::prelude::*;

use super::id::{self, ByDigest, Digests, Identity};
use crate::{
    definition::tell::{Draft, Fields},
    discover::range::RangeRead,
    event::{Event, Source},
    reader::{Plan, RECORD_BYTES, Scan, Tick, Undated},
    report::Progress,
    time::{
        Instant, Stamp,
        policy::{self, Policy},
    },
};

/// An input that was scanned and whose times are decided.
pub struct Decided {
    /// Input and definition.
    pub plan: Plan,
    /// What the scan found.
    pub scan: Scan,
    /// How its times are read.
    pub policy: Policy,
}

/// Records that one task reads.
const STRETCH: usize = 1024;

/// Which event of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    /// The tick of that index.
    Tick(u32),
    /// The undated event of that index.
    Undated(u32),
}

/// The place of an event in its input.
struct Place {
    start: u64,
    len: u32,
    line: u32,
    part: u16,
}

impl Decided {
    /// The instant of a tick, where it has one.
    pub fn instant(&self, tick: u32) -> Option<Instant> {
        let at = tick as usize;
        policy::instant(&self.policy, at, &self.scan.ticks[at].time)
    }

    /// What orders events as they stand in the file.
    pub(super) fn file_order(&self, which: Which) -> (u64, u16) {
        let place = self.place(which);
        (place.start, place.part)
    }

    fn place(&self, which: Which) -> Place {
        match which {
            Which::Tick(at) => {
                let Tick { start, len, line, .. } = self.scan.ticks[at as usize];
                Place { start, len, line, part: self.scan.part(at as usize) }
            }
            Which::Undated(at) => {
                let Undated { start, len, line, part } = self.scan.undated[at as usize];
                Place { start, len, line, part }
            }
        }
    }

    fn stamp(&self, which: Which) -> Stamp {
        match which {
            Which::Tick(at) => {
                let at = at as usize;
                policy::resolve(&self.policy, at, &self.scan.ticks[at].time)
            }
            Which::Undated(_) => Stamp::undated(),
        }
    }
}

/// An event and its identity, before equal identities are numbered.
struct Told {
    which: Which,
    identity: Identity,
    event: Option<Event>,
}

/// Reads the events of one input. `all` are those asked for, by file order.
///
/// # Errors
/// The input's.
pub fn tell(
    input: &Decided,
    all: &[Which],
    progress: &Progress,
) -> io::Result<Vec<(Which, Event)>> {
    let mut events = Vec::with_capacity(all.len());
    tell_in_blocks(input, all, progress, |stretches| {
        events.extend(stretches.into_iter().flatten());
        Ok(())
    })?;
    Ok(events)
}

/// The same, a block at a time: events are large, and `take` may keep less of each. A block is
/// several stretches, in file order.
///
/// # Errors
/// The input's, and those of `take`.
pub fn tell_in_blocks(
    input: &Decided,
    all: &[Which],
    progress: &Progress,
    mut take: impl FnMut(Vec<Vec<(Which, Event)>>) -> io::Result<()>,
) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let twins = twins(input, all);
    let mut wanted: Vec<(Which, bool)> = all.iter().map(|&which| (which, true)).collect();
    wanted.extend(twins.into_iter().map(|which| (which, false)));
    wanted.sort_by_key(|(which, _)| input.file_order(*which));
    let stretches: Vec<&[(Which, bool)]> = wanted.chunks(STRETCH).collect();
    let read = |stretch: &&[(Which, bool)]| read_stretch(input, stretch, progress);
    let mut numbers = Numbers::default();
    for group in stretches.chunks(2 * rayon::current_num_threads()) {
        let told: Vec<Vec<Told>> = group.par_iter().map(read).collect::<io::Result<_>>()?;
        let mut number = |told: Vec<Told>| -> Vec<(Which, Event)> {
            told.into_iter().filter_map(|told| numbers.number(told)).collect()
        };
        take(told.into_iter().map(&mut number).collect())?;
    }
    Ok(())
}

/// Other events of the input that may have the same bytes as one asked for: same raw time, same
/// length. They count when equal identities are numbered, though they are not shown.
fn twins(input: &Decided, all: &[Which]) -> Vec<Which> {
    let asked: HashSet<u32> = all
        .iter()
        .filter_map(|which| match which {
            Which::Tick(at) => Some(*at),
            Which::Undated(_) => None,
        })
        .collect();
    if asked.len() == input.scan.ticks.len() {
        return Vec::new();
    }
    let key = |tick: &Tick| (tick.time.civil, tick.time.nanos, tick.len);
    let keys: HashSet<_> = asked.iter().map(|at| key(&input.scan.ticks[*at as usize])).collect();
    let others = (0..input.scan.ticks.len() as u32).filter(|at| !asked.contains(at));
    others
        .filter(|at| keys.contains(&key(&input.scan.ticks[*at as usize])))
        .map(Which::Tick)
        .collect()
}

fn read_stretch(
    input: &Decided,
    stretch: &[(Which, bool)],
    progress: &Progress,
) -> io::Result<Vec<Told>> {
    let source = input.plan.input.open()?;
    let mut told = Vec::with_capacity(stretch.len());
    // Two records may begin at the same byte where a program tells of them.
    let mut last: Option<((u64, u32), Record)> = None;
    for (which, shown) in stretch {
        let place = input.place(*which);
        let mut record = match last.take() {
            Some((span, record))
                if span == (place.start, place.len) && record.holds(place.part) =>
            {
                record
            }
            _ => {
                progress.add(u64::from(place.len));
                Record::read(input, &*source, &place)?
            }
        };
        told.push(record.tell(input, *which, &place, *shown));
        last = Some(((place.start, place.len), record));
    }
    Ok(told)
}

/// A record, read whole.
struct Record {
    drafts: Vec<Draft>,
    /// Its first bytes, where no draft may be found.
    text: Vec<u8>,
    sha256: Identity,
    lf: Identity,
    /// Its bytes in the unpacked original.
    original: Range<u64>,
    /// Events that stand in a piece of it, by their number.
    pieces: Vec<(u16, Piece)>,
}

/// A piece of a record that is evidence by itself: a mail within a mail.
struct Piece {
    /// Line ends of the record before it.
    lines: u32,
    sha256: Identity,
    /// Its bytes in the unpacked original.
    original: Range<u64>,
}

/// The digests of `len` bytes from `start`, of which the first are read already.
fn digest(
    source: &dyn RangeRead,
    start: u64,
    len: usize,
    first: &[u8],
) -> io::Result<(Identity, Identity)> {
    let mut digests = Digests::default();
    digests.feed(first);
    let mut at = first.len();
    // A record longer than what its fields are read from still has one digest over it all.
    while at < len {
        let more = source.bytes(start + at as u64, (len - at).min(1 << 20))?;
        if more.is_empty() {
            break;
        }
        digests.feed(&more);
        at += more.len();
    }
    Ok(digests.finish())
}

/// Bytes of the text that is read, in the unpacked original.
fn original(input: &Decided, text: Range<u64>) -> Range<u64> {
    let at = |at| input.plan.input.original_offset(at);
    at(text.start)..at(text.end)
}

fn digest_original(input: &Decided, bytes: &Range<u64>) -> io::Result<Identity> {
    let source = input.plan.input.open_original()?;
    Ok(digest(&*source, bytes.start, (bytes.end - bytes.start) as usize, &[])?.0)
}

/// What stands in pieces of a record, which begins at `start` with these bytes.
fn pieces(
    input: &Decided,
    start: u64,
    bytes: &[u8],
    drafts: &[Draft],
) -> io::Result<Vec<(u16, Piece)>> {
    let mut pieces = Vec::new();
    for draft in drafts {
        let place = draft.fields.as_ref().and_then(|fields| fields.place.clone());
        let Some((place, own)) = place.and_then(|p| Some((p.clone(), bytes.get(p)?))) else {
            continue;
        };
        let lines = memchr::memchr_iter(b'\n', &bytes[..place.start]).count();
        let original = original(input, start + place.start as u64..start + place.end as u64);
        let sha256 = if input.plan.input.original.is_some() {
            digest_original(input, &original)?
        } else {
            let mut digests = Digests::default();
            digests.feed(own);
            digests.finish().0
        };
        pieces.push((draft.part, Piece { lines: lines as u32, sha256, original }));
    }
    Ok(pieces)
}

impl Record {
    fn read(input: &Decided, source: &dyn RangeRead, place: &Place) -> io::Result<Self> {
        let len = place.len as usize;
        let bytes = source.bytes(place.start, len.min(RECORD_BYTES))?;
        let (sha256, lf) = digest(source, place.start, len, &bytes)?;
        let drafts = input.plan.read(&input.scan, place.start, &bytes);
        let text =
            if drafts.is_empty() { bytes[..bytes.len().min(4096)].to_vec() } else { Vec::new() };
        let pieces = pieces(input, place.start, &bytes, &drafts)?;
        let original = original(input, place.start..place.start + len as u64);
        if input.plan.input.original.is_none() {
            return Ok(Self { drafts, text, sha256, lf, original, pieces });
        }
        // The digest is over the bytes of the original, the identity over the text.
        let sha256 = digest_original(input, &original)?;
        Ok(Self { drafts, text, sha256, lf, original, pieces })
    }

    /// Where the draft of that number stands.
    fn draft(&self, part: u16) -> Option<usize> {
        // Nearly always its number is its place.
        let there = |at: &usize| self.drafts.get(*at).is_some_and(|draft| draft.part == part);
        let at = Some(usize::from(part)).filter(there);
        at.or_else(|| self.drafts.iter().position(|draft| draft.part == part))
    }

    /// False where the draft of that number was told, and its fields went with it.
    fn holds(&self, part: u16) -> bool {
        self.draft(part).is_none_or(|at| self.drafts[at].fields.is_some())
    }

    /// Tells an event; the fields of its draft go with it.
    fn tell(&mut self, input: &Decided, which: Which, place: &Place, shown: bool) -> Told {
        let mut draft = if let Some(at) = self.draft(place.part) {
            let fields = self.drafts[at].fields.take();
            Draft { fields, ..self.drafts[at].clone() }
        } else {
            // Scan and fields must tell the same events. Should they ever not, nothing is lost.
            let text = crate::text::decode(&self.text);
            Draft::bare(&input.plan.definition, place.part, &text)
        };
        let fields = draft.fields.take().unwrap_or_default();
        let kind = if draft.layer == 0 { draft.kind } else { input.plan.definition.kind };
        let identity =
            id::native(kind, &fields).unwrap_or_else(|| id::of_bytes(&self.lf, place.part));
        let event = shown.then(|| event(input, which, place.line, draft, *fields, self));
        Told { which, identity, event }
    }
}

fn event(
    input: &Decided,
    which: Which,
    line: u32,
    draft: Draft,
    fields: Fields,
    record: &Record,
) -> Event {
    let piece = record.pieces.iter().find(|(part, _)| *part == draft.part).map(|(_, piece)| piece);
    let (line, sha256, original) = match piece {
        Some(piece) => (line + piece.lines, piece.sha256, &piece.original),
        None => (line, record.sha256, &record.original),
    };
    let mut stamp = input.stamp(which);
    if let Some(other) = fields.other_time.filter(|other| Some(*other) != stamp.instant) {
        stamp.alternatives.push(other);
        stamp.alternatives.sort_unstable();
        stamp.alternatives.dedup();
    }
    let until = fields.until.as_ref().and_then(|raw| match which {
        Which::Tick(at) => policy::resolve(&input.policy, at as usize, raw).instant,
        Which::Undated(_) => None,
    });
    let source = Source {
        id: crate::event::Id(String::new()),
        path: input.plan.input.path.clone(),
        line: u64::from(line),
        record: fields.record,
        stamp: stamp.clone(),
        delay_s: fields.delay_s,
        byte_start: original.start,
        byte_len: original.end - original.start,
        sha256,
        why: None,
    };
    Event {
        time_end: until.filter(|end| stamp.instant.is_some_and(|start| start < *end)),
        stamp,
        time_raw: fields.time_raw,
        kind: draft.kind,
        system: fields.system,
        channel: fields.channel,
        actor: fields.actor,
        actor_role: fields.role,
        host: fields.host,
        service: fields.service,
        state: fields.state,
        severity: draft.severity,
        summary: fields.summary,
        detail: fields.detail,
        marks: draft.marks,
        refs: fields.refs,
        count: fields.count,
        reasons: Vec::new(),
        quiet: draft.quiet,
        own_words: false,
        sources: vec![source],
    }
}

/// Numbers equal identities in file order.
#[derive(Default)]
struct Numbers(HashMap<Identity, u64, ByDigest>);

impl Numbers {
    /// Gives an event that is shown its id.
    fn number(&mut self, told: Told) -> Option<(Which, Event)> {
        let number = self.0.entry(told.identity).or_default();
        *number += 1;
        let mut event = told.event?;
        event.sources[0].id = id::id(&told.identity, *number);
        Some((told.which, event))
    }
}
