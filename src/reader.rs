//! Readers: the engines that cut an input into records.
//!
//! Takes a [`Plan`] (an input and the definition that reads it); gives a [`Scan`]: a tick for
//! every event that has a time, a place for every one that has none, a fault for every record
//! that could not be read, and the account of every byte. A chunk owns the records whose first
//! byte lies in it; any cuts give the same records.

pub mod command;
pub mod csv;
pub mod head;
pub(crate) mod inner;
pub mod json;
pub mod line;
pub mod lines;
pub mod markdown;
pub mod mbox;
mod piece;
pub mod sketch;
pub mod table;
pub mod xml;

use std::{io, ops::Range, sync::Arc};

pub use piece::{Passed, Piece};
pub use sketch::Sketch;

use crate::{
    accounts::{Accounts, Fault},
    condense::template::Shapes,
    definition::{
        Accepted, Definition, TOLD,
        bag::{Bag, Field, Record},
        lookup::Tables,
        tell::{Depth, Draft, Teller},
    },
    discover::{Input, range::RangeRead},
    event::Kind,
    time::{
        RawTime,
        mail::{Stamps, Trusted},
    },
};

/// Bytes of a chunk, unless a caller says otherwise.
pub const CHUNK: u64 = 4 << 20;
/// Most bytes of a record that are read for its fields; its digest is over all of them.
pub const RECORD_BYTES: usize = 16 << 20;

/// Place and raw time of an event: 40 bytes, no strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick {
    /// First byte of the record.
    pub start: u64,
    /// Bytes of the record.
    pub len: u32,
    /// 1-based line of the first byte.
    pub line: u32,
    /// What its clock showed.
    pub time: RawTime,
}

impl AsRef<RawTime> for Tick {
    fn as_ref(&self) -> &RawTime {
        &self.time
    }
}

/// Place of an event that has no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undated {
    /// First byte of the record.
    pub start: u64,
    /// Bytes of the record.
    pub len: u32,
    /// 1-based line of the first byte.
    pub line: u32,
    /// Number of the event within the record, from 0.
    pub part: u16,
}

/// How an input is framed; found at detection, because the head tells.
#[derive(Clone, Debug, Default)]
pub enum Framing {
    /// Lines.
    #[default]
    Lines,
    /// Rows under these columns.
    Csv(csv::Columns),
    /// Rows under columns that lines of the file name, again and again.
    Table,
    /// One JSON value a line.
    JsonLines,
    /// One JSON document, or values in a row that lines do not set apart.
    JsonDocument,
    /// Elements of an XML document in this charset.
    Xml(xml::Charset),
    /// Entries of a Markdown document.
    Markdown,
    /// Mails behind `From ` lines.
    Mailbox,
    /// Mails whose headers tell how long they are.
    MailboxByLength,
    /// The whole input is one mail.
    SingleMail,
    /// What a program tells of.
    Command,
}

/// The part of an input that is read, where the rest is taken to lie outside the window.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its bytes; it begins with a record, or with the input.
    pub bytes: Range<u64>,
    /// Line ends before it.
    pub lines: u32,
}

/// An input and how it is read.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The input.
    pub input: Input,
    /// The part of it that is read; none for all of it.
    pub part: Option<Part>,
    /// The definition.
    pub definition: Arc<Definition>,
    /// Framing.
    pub framing: Framing,
    /// Score of the definition.
    pub score: f64,
    /// The score in words.
    pub score_how: String,
    /// Fields that the path gives.
    pub extra: Vec<Field>,
    /// Look-up tables.
    pub tables: Tables,
    /// The layers upon the definition, by name.
    pub layers: Arc<[Arc<Definition>]>,
    /// How the lines that its records hold are read, by the program that wrote them, the best known
    /// first; of a wrapper without `by`, one for all.
    pub inner: Vec<(String, Plan)>,
    /// Hosts whose stamps on mails are believed; known once all evidence was scanned.
    pub trusted: Trusted,
}

/// What a scan found in an input.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// Events with a raw time, in file order.
    pub ticks: Vec<Tick>,
    /// Number of the event within its record, by tick; empty where all are 0.
    pub parts: Vec<u16>,
    /// Which `[[event]]` of the definition told the event, by tick; empty where it is always the
    /// first.
    pub plans: Vec<u8>,
    /// Sketches, by tick; empty at [`Depth::Tick`].
    pub sketches: Vec<Sketch>,
    /// What the sketches are about.
    pub abouts: sketch::Abouts,
    /// The shapes of the templates of its log records.
    pub shapes: Shapes,
    /// Events without a time, in file order.
    pub undated: Vec<Undated>,
    /// Objects around JSON records, elements around those of XML.
    pub contexts: json::Contexts,
    /// What head lines say about the records below them.
    pub heads: head::Heads,
    /// The dates of records stand in lines above them (or in the path), their clocks in them.
    pub shared_date: bool,
    /// What the program of a `[command]` wrote.
    pub output: command::Output,
    /// Who stamped the mails.
    pub stamps: Stamps,
    /// What the mails of other inputs say about those of this one.
    pub remarks: Vec<String>,
    /// Bytes, records, and the events told.
    pub accounts: Accounts,
    /// What could not be read.
    pub faults: Vec<Fault>,
    /// Records that fitted no whole template.
    pub half_fits: u64,
    /// Events told by each layer of the plan.
    pub layered: Vec<u64>,
    /// Lines that begin with a time and were taken as part of the record above: how many, and the
    /// first of them.
    pub glued: Option<(u64, u32)>,
}

impl Scan {
    /// Number of the event within its record.
    pub fn part(&self, tick: usize) -> u16 {
        self.parts.get(tick).copied().unwrap_or(0)
    }
}

/// The time of the record that a line is, where records are lines: what a scan takes of it.
pub(crate) fn line_time(plan: &Plan, line: &[u8]) -> Option<RawTime> {
    match plan.framing {
        Framing::JsonLines => json::line_time(plan, line),
        _ => lines::line_time(plan, line),
    }
}

impl Plan {
    /// The names of the columns, where it has some from the start.
    pub fn columns(&self) -> Option<&[String]> {
        match &self.framing {
            Framing::Csv(columns) => Some(&columns.names),
            _ => None,
        }
    }

    /// True where chunks can be scanned in parallel.
    pub fn is_chunked(&self) -> bool {
        // A record that goes on in the next one is known by the one before.
        let goes_on = self.definition.inner.as_ref().is_some_and(|inner| !inner.whole.is_empty());
        !self.definition.head.stateful
            && !goes_on
            && matches!(self.framing, Framing::Lines | Framing::JsonLines | Framing::Mailbox)
    }

    /// The bytes that are read.
    pub fn bytes(&self) -> Range<u64> {
        self.part.as_ref().map_or(0..self.input.size, |part| part.bytes.clone())
    }

    /// The chunks of what is read, of about `size` bytes.
    pub fn chunks(&self, size: u64) -> Vec<Range<u64>> {
        let Range { start, end } = self.bytes();
        if !self.is_chunked() || end - start <= size {
            return std::iter::once(start..end).collect();
        }
        let starts = (start..end).step_by(usize::try_from(size.max(1)).unwrap_or(usize::MAX));
        starts.map(|start| start..(start + size).min(end)).collect()
    }

    fn teller(&self, depth: Depth) -> Teller<'_> {
        Teller { definition: &self.definition, base: None, tables: &self.tables, depth }
    }

    /// Scans one chunk.
    ///
    /// # Errors
    /// The input's.
    pub fn scan(
        &self,
        source: &dyn RangeRead,
        chunk: Range<u64>,
        depth: Depth,
    ) -> io::Result<Piece> {
        let mut piece = Piece::default();
        match &self.framing {
            Framing::Lines => lines::scan(self, source, chunk, depth, &mut piece)?,
            Framing::JsonLines => json::scan_lines(self, source, chunk, depth, &mut piece)?,
            Framing::JsonDocument => json::scan_document(self, source, depth, &mut piece)?,
            Framing::Csv(columns) => csv::scan(self, columns, source, depth, &mut piece)?,
            Framing::Table => table::scan(self, source, depth, &mut piece)?,
            Framing::Xml(charset) => xml::scan(self, *charset, source, depth, &mut piece)?,
            Framing::Markdown => markdown::scan(self, source, depth, &mut piece)?,
            Framing::Mailbox | Framing::MailboxByLength => {
                mbox::scan(self, source, chunk, depth, &mut piece)?;
            }
            Framing::SingleMail => mbox::scan_single(self, source, depth, &mut piece)?,
            Framing::Command => command::scan(self, source, depth, &mut piece)?,
        }
        Ok(piece)
    }

    /// Puts the pieces of an input together, in the order of its chunks.
    pub fn combine(&self, pieces: Vec<Piece>) -> Scan {
        piece::combine(self, pieces)
    }

    /// Scans the whole input in chunks of `size`, one after the other.
    ///
    /// # Errors
    /// The input's.
    pub fn scan_all(&self, source: &dyn RangeRead, size: u64, depth: Depth) -> io::Result<Scan> {
        let chunks = self.chunks(size).into_iter();
        let pieces = chunks.map(|chunk| self.scan(source, chunk, depth));
        Ok(self.combine(pieces.collect::<io::Result<_>>()?))
    }

    /// The records that tell nothing, read anew in chunks of `size`, in file order: those skipped by a
    /// rule and those rejected.
    ///
    /// # Errors
    /// The input's.
    pub fn passed(&self, source: &dyn RangeRead, size: u64) -> io::Result<Vec<Passed>> {
        let chunks = self.chunks(size).into_iter();
        let pieces = chunks.map(|chunk| self.scan(source, chunk, Depth::Tick));
        Ok(piece::passed(self, pieces.collect::<io::Result<_>>()?))
    }

    /// Reads the fields of the record that starts at `start`: the drafts of all that it tells.
    pub fn read(&self, scan: &Scan, start: u64, bytes: &[u8]) -> Vec<Draft> {
        let mut drafts = Vec::new();
        let above = scan.heads.fields(start, &self.extra);
        match &self.framing {
            Framing::Lines => lines::read(self, &above, bytes, &mut drafts),
            Framing::JsonLines | Framing::JsonDocument => {
                json::read(self, &scan.contexts.around(start), bytes, &mut drafts);
            }
            Framing::Xml(charset) => {
                let around = scan.contexts.around(start);
                xml::read(self, *charset, &around, bytes, &mut drafts);
            }
            Framing::Markdown => markdown::read(self, &above, bytes, &mut drafts),
            Framing::Csv(columns) => csv::read(self, columns, &above, bytes, &mut drafts),
            Framing::Table => {
                if let Some(columns) = scan.heads.columns(start) {
                    table::read(self, columns, &above, bytes, &mut drafts);
                }
            }
            Framing::Mailbox | Framing::MailboxByLength | Framing::SingleMail => {
                mbox::read(self, bytes, &mut drafts);
            }
            Framing::Command => command::read(self, &scan.output, start, &mut drafts),
        }
        drafts
    }

    /// Who wrote the record that starts at `start`: a hash of the host in the upper half, one of
    /// what ran there in the lower; never 0.
    pub fn writer(&self, scan: &Scan, start: u64, bytes: &[u8]) -> u32 {
        let drafts = self.read(scan, start, bytes);
        let fields = drafts.first().and_then(|draft| draft.fields.as_deref());
        let host = fields.and_then(|fields| fields.host.as_deref()).unwrap_or_default();
        let service = fields.and_then(|fields| fields.service.as_deref()).unwrap_or_default();
        let process = match self.framing {
            Framing::Lines => lines::process(self, bytes),
            _ => Vec::new(),
        };
        let (upper, lower) = (half(&[host.as_bytes()]), half(&[service.as_bytes(), &process]));
        (upper << 16 | lower).max(1)
    }

    /// What a record tells; false where it is not of this format.
    pub fn try_tell(&self, record: Record<'_>, depth: Depth, out: &mut Vec<Draft>) -> bool {
        self.tell(record, depth, out).is_ok()
    }

    /// Tells what a record tells, after asking whether it is of this format at all.
    fn tell(&self, record: Record<'_>, depth: Depth, out: &mut Vec<Draft>) -> Result<(), String> {
        self.tell_below(&self.extra, record, depth, out)
    }

    /// The same for a record below head lines: `above` is what they say, and the path.
    fn tell_below(
        &self,
        above: &[Field],
        record: Record<'_>,
        depth: Depth,
        out: &mut Vec<Draft>,
    ) -> Result<(), String> {
        self.tell_held(above, record, None, depth, out)
    }

    /// The same for a record that holds a line of another format; `held` is that line, where it was
    /// put together from several records.
    fn tell_held(
        &self,
        above: &[Field],
        record: Record<'_>,
        held: Option<&str>,
        depth: Depth,
        out: &mut Vec<Draft>,
    ) -> Result<(), String> {
        self.tell_layered(above, record, depth, out)?;
        if let Some(held) = held {
            inner::say(held, out);
        }
        if !self.inner.is_empty() {
            let bag = Bag::new(record, above);
            let own = || inner::text_of(self.definition.inner.as_ref(), &bag);
            if let Some(held) = held.map(str::to_owned).or_else(own) {
                let by = inner::written_by(self.definition.inner.as_ref(), &bag);
                inner::unwrap(self, &by, &held, depth, out);
            }
        }
        Ok(())
    }

    fn tell_layered(
        &self,
        above: &[Field],
        record: Record<'_>,
        depth: Depth,
        out: &mut Vec<Draft>,
    ) -> Result<(), String> {
        let mut teller = self.teller(depth);
        let mut bag = Bag::new(record, above);
        let mut accepted = self.definition.accepts(&bag)?;
        let fields = below(&mut accepted, above);
        bag.extra = fields.as_deref().unwrap_or(above);
        let taken = self.is_layered(depth).then(|| self.layer(&teller, &bag)).flatten();
        let Some((number, fields)) = taken else {
            teller.tell(&bag, out);
            return Ok(());
        };
        let base = Teller { base: None, ..teller };
        teller.base = Some(&self.definition);
        teller.definition = &self.layers[number];
        let before = out.len();
        teller.tell(&Bag { extra: &fields, ..bag }, out);
        let known = self.layers[..number].iter().map(|layer| layer.events.len()).sum::<usize>();
        let known = u8::try_from(self.definition.events.len() + known).unwrap_or(u8::MAX);
        for draft in &mut out[before..] {
            draft.plan = draft.plan.saturating_add(known);
            draft.layer = u8::try_from(number + 1).unwrap_or(u8::MAX);
        }
        let stays = &self.layers[number].stays;
        if !stays.is_empty() {
            base.tell_those(&bag, |event| stays.contains(&event), out);
        }
        Ok(())
    }

    /// True where layers have a say at that depth: of its times alone, most say nothing.
    pub(crate) fn is_layered(&self, depth: Depth) -> bool {
        match depth {
            Depth::Tick => !self.layers.iter().all(|layer| layer.is_timeless()),
            _ => !self.layers.is_empty(),
        }
    }

    /// The layer that takes a record, and the fields beside the record: of the layers that it fits,
    /// the one that proves most. What a person says in a chat is no alert, whatever it quotes.
    fn layer(&self, base: &Teller<'_>, bag: &Bag<'_>) -> Option<(usize, head::Fields)> {
        let person = self.definition.kind == Kind::Chat && !base.is_bot(bag);
        let offered = |layer: &Definition| !(person && layer.kind == Kind::Alert);
        let offered = self.layers.iter().enumerate().filter(|(_, layer)| offered(layer));
        let mut told: Option<Vec<Field>> = None;
        let mut best: Option<(usize, Accepted)> = None;
        for (number, layer) in offered {
            let extra = if layer.asks_told() {
                told.get_or_insert_with(|| with_told(base, bag)).as_slice()
            } else {
                bag.extra
            };
            let Ok(accepted) = layer.accepted(&Bag { extra, ..*bag }) else { continue };
            // Of equals the first by name.
            if best.as_ref().is_none_or(|(_, known)| accepted.proof > known.proof) {
                best = Some((number, accepted));
            }
        }
        let (number, mut accepted) = best?;
        let mut fields = std::mem::take(&mut accepted.fields);
        let asks = self.layers[number].asks_told();
        fields.extend_from_slice(told.as_deref().filter(|_| asks).unwrap_or(bag.extra));
        Some((number, fields))
    }
}

/// The fields beside a record, and what its base tells of it.
fn with_told(base: &Teller<'_>, bag: &Bag<'_>) -> Vec<Field> {
    let told = base.told(bag).map(|told| (Arc::from(TOLD), told));
    told.into_iter().chain(bag.extra.iter().cloned()).collect()
}

/// What `[match]` made of a record, above what is known of it; none where it made nothing.
fn below(accepted: &mut Accepted, above: &[Field]) -> Option<head::Fields> {
    if accepted.fields.is_empty() {
        return None;
    }
    let mut fields = std::mem::take(&mut accepted.fields);
    fields.extend_from_slice(above);
    Some(fields)
}

/// FNV-1a (RFC 9923) of 32 bits, folded to 16.
fn half(parts: &[&[u8]]) -> u32 {
    let hash = parts
        .iter()
        .flat_map(|part| part.iter().chain(&[0]))
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    (hash >> 16) ^ (hash & 0xffff)
}

#[cfg(test)]
mod tests;
