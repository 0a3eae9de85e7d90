//! What one chunk gave, and how the pieces of an input become its scan.

use std::{ops::Range, sync::Arc};

use super::{
    Framing, Plan, Scan, Sketch, Tick, Undated, command,
    csv::Columns,
    head::{Fields, Heads},
    json,
    sketch::{Abouts, Lines},
};
use crate::{
    accounts::Fault,
    condense::template::Shapes,
    definition::tell::{Depth, Draft},
    time::mail::{Stamped, Stamps},
};

/// A record that told nothing.
#[derive(Clone, Debug)]
pub struct Passed {
    /// First byte.
    pub start: u64,
    /// Bytes.
    pub len: u64,
    /// 1-based line of the first byte.
    pub line: u32,
    /// Skipped by this rule, or rejected for this reason.
    pub why: Result<&'static str, String>,
}

/// Text at a chunk's start that belongs to a record of an earlier chunk.
#[derive(Clone, Copy, Debug)]
struct Leading {
    start: u64,
    /// End of its last line that is not blank.
    end: u64,
    line: u32,
    lines: Lines,
}

/// What a scan found in a chunk. Lines are counted from the chunk's start.
#[derive(Clone, Debug, Default)]
pub struct Piece {
    ticks: Vec<Tick>,
    parts: Vec<u16>,
    plans: Vec<u8>,
    sketches: Vec<Sketch>,
    abouts: Abouts,
    shapes: Shapes,
    undated: Vec<Undated>,
    passed: Vec<Passed>,
    leading: Option<Leading>,
    /// Start of the record that is last in this piece.
    last: Option<u64>,
    /// Where `more` lines stand: `(start of the record, key of what both must share)`.
    follow: Vec<(u64, u64, bool)>,
    /// Line ends in the chunk.
    lines: u32,
    records: u64,
    half_fits: u64,
    /// Events told by each layer.
    layered: Vec<u64>,
    /// Lines that begin with a time and were taken as part of the record above; the first of them.
    glued: Option<(u64, u32)>,
    /// From this byte on nothing could be read, with the reason.
    broken: Option<(u64, u32, String)>,
    /// Objects around JSON records.
    pub(super) contexts: json::Contexts,
    /// What head lines say.
    heads: Heads,
    /// The last record of this piece is a head line: no line belongs to it.
    last_is_head: bool,
    /// Records have their date from a line above.
    shared_date: bool,
    /// What the program of a `[command]` wrote,
    pub(super) output: command::Output,
    /// and why lines of it tell nothing: records that lie nowhere in the input.
    strays: Vec<String>,
    /// Who stamped the mails.
    stamps: Stamps,
}

/// Why a line below a head line is no record.
const STRAY: &str = "stands before the next record and fits no template of this parser";

impl Piece {
    /// Lines counted so far.
    pub(super) fn line(&self) -> u32 {
        self.lines
    }

    /// Counts a line end.
    pub(super) fn count_lines(&mut self, n: u32) {
        self.lines = self.lines.saturating_add(n);
    }

    /// A record that tells these drafts; without any, it is skipped by that rule. `same` is the
    /// identity of its text, 0 where it has none.
    pub(super) fn record(
        &mut self,
        start: u64,
        len: u64,
        same: u64,
        drafts: &[Draft],
        depth: Depth,
    ) {
        let line = self.lines;
        self.record_at((start, len, line), same, drafts, depth);
    }

    /// The same with the line of its first byte.
    pub(super) fn record_at(
        &mut self,
        (start, len, line): (u64, u64, u32),
        same: u64,
        drafts: &[Draft],
        depth: Depth,
    ) {
        self.begin(start);
        if drafts.is_empty() {
            return self.pass(start, len, line, Ok("tells nothing"));
        }
        self.records += 1;
        self.shared_date |= drafts.iter().any(|draft| draft.date_above);
        for draft in drafts {
            self.layer(draft.layer, 1);
            let len = u32::try_from(len).unwrap_or(u32::MAX);
            match draft.time {
                Some(time) => {
                    self.ticks.push(Tick { start, len, line, time });
                    self.parts.push(draft.part);
                    self.plans.push(draft.plan);
                    if depth >= Depth::Sketch {
                        let sketch = Sketch::of(draft, same, &mut self.abouts);
                        self.shapes.note(sketch.template, &draft.message);
                        self.sketches.push(sketch);
                    }
                }
                None => self.undated.push(Undated { start, len, line, part: draft.part }),
            }
        }
    }

    /// Counts events told by a layer, from 1; 0 is none.
    fn layer(&mut self, number: u8, events: u64) {
        let Some(at) = usize::from(number).checked_sub(1) else { return };
        if self.layered.len() <= at {
            self.layered.resize(at + 1, 0);
        }
        self.layered[at] += events;
    }

    /// A plain record: one event whose time is known, without a draft.
    pub(super) fn tick(&mut self, start: u64, len: u64, time: crate::time::RawTime) {
        self.begin(start);
        self.records += 1;
        let len = u32::try_from(len).unwrap_or(u32::MAX);
        self.ticks.push(Tick { start, len, line: self.lines, time });
        self.parts.push(0);
        self.plans.push(0);
    }

    /// The mail that starts at `start` was stamped by these hosts.
    pub(super) fn stamped(&mut self, start: u64, mail: &Stamped) {
        self.stamps.push(start, mail);
    }

    /// A record begins: what follows belongs to it.
    fn begin(&mut self, start: u64) {
        self.last = Some(start);
        self.last_is_head = false;
    }

    /// A head line, and what it says.
    pub(super) fn head(
        &mut self,
        start: u64,
        len: u64,
        said: Fields,
        columns: Option<Arc<Columns>>,
    ) {
        self.skip(start, len, "header");
        self.last_is_head = true;
        // No line below belongs to a record above.
        self.follow.push((start, 0, false));
        self.heads.push(start, self.lines, said, columns);
    }

    /// What a record says that holds for the records below it, too.
    pub(super) fn say(&mut self, start: u64, said: Fields) {
        self.heads.push(start, self.lines, said, None);
    }

    fn pass(&mut self, start: u64, len: u64, line: u32, why: Result<&'static str, String>) {
        self.begin(start);
        self.passed.push(Passed { start, len, line, why });
    }

    /// A record passed over by a named rule.
    pub(super) fn skip(&mut self, start: u64, len: u64, rule: &'static str) {
        self.pass(start, len, self.lines, Ok(rule));
    }

    /// The same with the line of its first byte.
    pub(super) fn skip_at(&mut self, start: u64, len: u64, line: u32, rule: &'static str) {
        self.pass(start, len, line, Ok(rule));
    }

    /// A record that could not be read.
    pub(super) fn reject(&mut self, start: u64, len: u64, line: u32, reason: String) {
        self.pass(start, len, line, Err(reason));
    }

    /// A record that fitted no whole template.
    pub(super) fn half_fit(&mut self) {
        self.half_fits += 1;
    }

    /// The line that was just taken as part of the record above begins with a time.
    pub(super) fn glued(&mut self) {
        let (n, first) = self.glued.unwrap_or((0, self.lines));
        self.glued = Some((n + 1, first));
    }

    /// Nothing behind this byte could be read.
    pub(super) fn broken(&mut self, at: u64, line: u32, reason: String) {
        self.broken = Some((at, line, reason));
    }

    /// The same behind the record that ends last.
    pub(super) fn broken_behind_last(&mut self, reason: String) {
        let ticks = self.ticks.iter().map(|tick| (tick.start + u64::from(tick.len), tick.line));
        let undated = self.undated.iter();
        let undated = undated.map(|place| (place.start + u64::from(place.len), place.line));
        let (end, line) = ticks.chain(undated).max().unwrap_or_default();
        self.broken(end, line, reason);
    }

    /// A record that lies nowhere in the input, and tells nothing.
    pub(super) fn stray(&mut self, reason: String) {
        self.strays.push(reason);
    }

    /// Remembers the key that a `more` line and the record above it must share.
    pub(super) fn follows(&mut self, start: u64, key: u64, more: bool) {
        self.follow.push((start, key, more));
    }

    /// A line that is not blank and begins no record: it makes the last record longer.
    pub(super) fn extend(&mut self, start: u64, end: u64, text: &[u8]) {
        let lines = Lines::one(text);
        self.extend_at(Leading { start, end, line: self.lines, lines });
    }

    fn extend_at(&mut self, text: Leading) {
        match self.last {
            Some(_) if self.last_is_head => {
                self.reject(text.start, text.end - text.start, text.line, STRAY.to_owned());
            }
            Some(last) => {
                self.set_end(last, text.end);
                self.go_on(last, text.lines);
            }
            None => match &mut self.leading {
                Some(leading) => {
                    leading.end = text.end;
                    leading.lines = leading.lines.and(text.lines);
                }
                None => self.leading = Some(text),
            },
        }
    }

    /// The record at `start` ends at `end`.
    fn set_end(&mut self, start: u64, end: u64) {
        let len = end - start;
        let short = u32::try_from(len).unwrap_or(u32::MAX);
        let ticks = self.ticks.iter_mut().rev();
        ticks.take_while(|tick| tick.start == start).for_each(|tick| tick.len = short);
        let undated = self.undated.iter_mut().rev();
        undated.take_while(|place| place.start == start).for_each(|place| place.len = short);
        let passed = self.passed.iter_mut().rev();
        passed.take_while(|passed| passed.start == start).for_each(|passed| passed.len = len);
    }

    /// The text of the record at `start` goes on.
    fn go_on(&mut self, start: u64, lines: Lines) {
        let told = self.ticks.iter().zip(&mut self.sketches).rev();
        let told = told.take_while(|(tick, _)| tick.start == start);
        told.for_each(|(_, sketch)| sketch.extend(lines));
    }

    fn shift_lines(&mut self, by: u32) {
        self.ticks.iter_mut().for_each(|tick| tick.line += by);
        self.undated.iter_mut().for_each(|place| place.line += by);
        self.passed.iter_mut().for_each(|passed| passed.line += by);
        if let Some((_, line, _)) = &mut self.broken {
            *line += by;
        }
        if let Some((_, line)) = &mut self.glued {
            *line += by;
        }
        if let Some(leading) = &mut self.leading {
            leading.line += by;
        }
        self.heads.shift_lines(by);
    }

    fn append(&mut self, mut next: Self) {
        next.shift_lines(self.lines);
        if let Some(leading) = next.leading {
            self.extend_at(leading);
        }
        if next.last.is_some() {
            (self.last, self.last_is_head) = (next.last, next.last_is_head);
        }
        self.heads.append(next.heads);
        self.shared_date |= next.shared_date;
        self.stamps.append(next.stamps);
        self.output.append(next.output);
        self.strays.append(&mut next.strays);
        self.lines = self.lines.saturating_add(next.lines);
        self.records += next.records;
        self.half_fits += next.half_fits;
        for (number, events) in (1..).zip(std::mem::take(&mut next.layered)) {
            self.layer(number, events);
        }
        self.glued = match (self.glued, next.glued) {
            (Some((n, first)), Some((more, _))) => Some((n + more, first)),
            (one, other) => one.or(other),
        };
        self.ticks.append(&mut next.ticks);
        self.parts.append(&mut next.parts);
        self.plans.append(&mut next.plans);
        self.abouts.append(&next.abouts, &mut next.sketches);
        self.sketches.append(&mut next.sketches);
        self.shapes.append(next.shapes);
        self.undated.append(&mut next.undated);
        self.passed.append(&mut next.passed);
        self.follow.append(&mut next.follow);
        self.contexts.append(next.contexts);
        self.broken = self.broken.take().or(next.broken);
    }

    /// Gives `more` lines to the record above them, where both share their key.
    fn join_followers(&mut self) {
        let mut above: Option<(u64, u64)> = None;
        let mut joined: Vec<(u64, u64)> = Vec::new();
        for &(start, key, more) in &self.follow {
            match above {
                Some((head, same)) if more && same == key => joined.push((start, head)),
                _ => above = Some((start, key)),
            }
        }
        if joined.is_empty() {
            return;
        }
        // From the last to the first, so that each end is final when it is handed up.
        for &(start, head) in joined.iter().rev() {
            let Some(len) = self.len_of(start).map(|len| u64::from(*len)) else { continue };
            if let Some(whole) = self.len_of(head) {
                *whole = (*whole).max(u32::try_from(start + len - head).unwrap_or(u32::MAX));
            }
        }
        for &(start, head) in &joined {
            let sketch_of = |start| {
                let at = self.ticks.partition_point(|tick| tick.start < start);
                self.ticks.get(at).is_some_and(|tick| tick.start == start).then_some(at)
            };
            let (Some(more), Some(head)) = (sketch_of(start), sketch_of(head)) else { continue };
            if let Some(more) = self.sketches.get(more).copied() {
                self.sketches[head].extend(Lines::record(more.same));
            }
        }
        let gone: Vec<u64> = joined.iter().map(|(start, _)| *start).collect();
        let undated = self.undated.len();
        self.undated.retain(|place| gone.binary_search(&place.start).is_err());
        self.records -= (undated - self.undated.len()) as u64;
        let keep: Vec<bool> =
            self.ticks.iter().map(|tick| gone.binary_search(&tick.start).is_err()).collect();
        self.records -= keep.iter().filter(|keep| !**keep).count() as u64;
        let mut at = 0;
        let mut kept = |_: &_| {
            at += 1;
            keep[at - 1]
        };
        self.ticks.retain(&mut kept);
        retain(&mut self.parts, &keep);
        retain(&mut self.plans, &keep);
        retain(&mut self.sketches, &keep);
    }
}

impl Piece {
    /// The length of the record that starts at `start`, dated or not.
    fn len_of(&mut self, start: u64) -> Option<&mut u32> {
        let at = self.ticks.partition_point(|tick| tick.start < start);
        if let Some(tick) = self.ticks.get_mut(at).filter(|tick| tick.start == start) {
            return Some(&mut tick.len);
        }
        let at = self.undated.partition_point(|place| place.start < start);
        self.undated.get_mut(at).filter(|place| place.start == start).map(|place| &mut place.len)
    }
}

fn retain<T>(list: &mut Vec<T>, keep: &[bool]) {
    if list.len() == keep.len() {
        let mut at = 0;
        list.retain(|_| {
            at += 1;
            keep[at - 1]
        });
    }
}

/// One piece of all pieces of an input.
fn put_together(plan: &Plan, pieces: Vec<Piece>) -> Piece {
    // Lines are told from 1.
    let before = plan.part.as_ref().map_or(0, |part| part.lines);
    let mut whole = Piece { lines: before.saturating_add(1), ..Piece::default() };
    for piece in pieces {
        whole.append(piece);
    }
    if let Some(leading) = whole.leading.take() {
        let reason = "stands before the first record and fits no template of this parser";
        whole.passed.insert(
            0,
            Passed {
                start: leading.start,
                len: leading.end - leading.start,
                line: leading.line,
                why: Err(reason.to_owned()),
            },
        );
    }
    whole.join_followers();
    whole
}

/// The records that told nothing, from the pieces of an input in the order of its chunks.
pub(super) fn passed(plan: &Plan, pieces: Vec<Piece>) -> Vec<Passed> {
    put_together(plan, pieces).passed
}

/// The scan of an input, from its pieces in the order of its chunks.
pub(super) fn combine(plan: &Plan, pieces: Vec<Piece>) -> Scan {
    let mut whole = put_together(plan, pieces);
    whole.heads.settle();
    whole.heads.spread_zones(&plan.definition.time.declared, &mut whole.ticks);
    let mut scan = Scan {
        half_fits: whole.half_fits,
        layered: std::mem::take(&mut whole.layered),
        glued: whole.glued,
        ..Scan::default()
    };
    let size = plan.input.original_size();
    let Range { start, end } = plan.bytes();
    // A byte order mark stands before the first byte of a text that was decoded, and is read.
    let read_from = if start == 0 { 0 } else { plan.input.original_offset(start).min(size) };
    let read_to = match &whole.broken {
        Some((at, _, _)) => plan.input.original_offset(*at),
        None if end < plan.input.size => plan.input.original_offset(end),
        None => size,
    };
    let read_to = read_to.min(size);
    let (in_records, between) = ledger(plan, &whole, read_from..read_to);
    let bytes = &mut scan.accounts.bytes;
    bytes.size = size;
    bytes.in_records = in_records;
    bytes.between_records = between;
    bytes.not_read = size - (read_to - read_from);
    for passed in &whole.passed {
        match &passed.why {
            Ok(rule) => scan.accounts.skip(rule),
            Err(reason) => {
                scan.accounts.records.read += 1;
                scan.accounts.records.rejected += 1;
                scan.faults.push(Fault {
                    path: plan.input.path.to_string(),
                    line: u64::from(passed.line),
                    reason: reason.clone(),
                });
            }
        }
    }
    scan.accounts.records.read += whole.strays.len() as u64;
    scan.accounts.records.rejected += whole.strays.len() as u64;
    let path = plan.input.path.to_string();
    let stray = |reason| Fault { path: path.clone(), line: 0, reason };
    scan.faults.extend(std::mem::take(&mut whole.strays).into_iter().map(stray));
    if let Some((_, line, reason)) = whole.broken {
        scan.faults.push(Fault {
            path: plan.input.path.to_string(),
            line: u64::from(line),
            reason,
        });
    }
    scan.faults.sort_by_key(|fault| fault.line);
    scan.accounts.records.read += whole.records;
    scan.accounts.records.telling = whole.records;
    scan.accounts.events.told = (whole.ticks.len() + whole.undated.len()) as u64;
    if whole.parts.iter().any(|part| *part != 0) {
        scan.parts = whole.parts;
    }
    if whole.plans.iter().any(|number| *number != 0) {
        scan.plans = whole.plans;
    }
    scan.ticks = whole.ticks;
    scan.ticks.shrink_to_fit();
    scan.sketches = whole.sketches;
    scan.abouts = whole.abouts;
    scan.shapes = whole.shapes;
    scan.undated = whole.undated;
    scan.contexts = whole.contexts;
    scan.heads = whole.heads;
    scan.shared_date = whole.shared_date;
    scan.stamps = whole.stamps;
    scan.output = whole.output;
    scan
}

/// Bytes in records and between them, of those that were read. Counted from the records'
/// places, not from the size: an overlap or a hole shows as a sum that does not hold.
fn ledger(plan: &Plan, piece: &Piece, read: Range<u64>) -> (u64, u64) {
    let ticks = piece.ticks.iter().map(|tick| (tick.start, u64::from(tick.len)));
    let undated = piece.undated.iter().map(|place| (place.start, u64::from(place.len)));
    let passed = piece.passed.iter().map(|passed| (passed.start, passed.len));
    let mut spans: Vec<(u64, u64)> = ticks.collect();
    if !piece.undated.is_empty() || !piece.passed.is_empty() {
        spans.extend(undated.chain(passed));
        spans.sort_unstable();
    }
    // A program may tell of the same bytes as parts of several records.
    let overlap = matches!(plan.framing, Framing::Command);
    let (mut inside, mut between, mut at) = (0, 0, read.start);
    let mut last = None;
    for (start, len) in spans {
        if last == Some(start) && !overlap {
            continue;
        }
        last = Some(start);
        let end = plan.input.original_offset(start + len);
        let start = plan.input.original_offset(start);
        let start = if overlap { start.max(at).min(end) } else { start };
        inside += end - start;
        between += start.saturating_sub(at);
        at = if overlap { end.max(at) } else { end };
    }
    (inside, between + read.end.saturating_sub(at))
}
