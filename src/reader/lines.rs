//! Lines: a record begins where an anchor fits, and the lines below belong to it.
//!
//! Whether a line begins a record depends on that line and the definition alone, so chunks can be
//! scanned in any order. Only `more` lines that must share a field with the record above are
//! settled when the pieces are put together.

mod tell;

use std::{
    borrow::Cow,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    ops::Range,
};

use tell::tell;
pub(super) use tell::{process, read, tell_whole};

use super::{
    Piece, Plan,
    head::{self, Fields},
    inner,
    line::{Line, LineReader},
    sketch,
};
use crate::{
    definition::{
        Engine, FIND_BYTES, HeadRule,
        bag::{Bag, Record},
        found,
        tell::{Depth, Draft},
    },
    discover::range::RangeRead,
    template::{Fit, Template},
    time::{RawTime, pattern::Formats},
};

/// Bytes that a template which spans lines is tried on.
const SPAN_BYTES: usize = 4 << 10;

/// The templates of a lines definition.
#[derive(Clone, Copy)]
pub struct Shapes<'a> {
    /// All, in the order of the definition.
    pub line: &'a [Template],
    anchors: &'a [usize],
    more: &'a [Template],
    keep: &'a [String],
    /// Something is sought in the lines of a record: the first one does not tell all.
    finds: bool,
    /// Lines of several programs: those without a time of their own go on in the one above.
    sorts: bool,
    /// Only ticks are asked for, and the anchor tells them.
    plain: bool,
}

impl<'a> Shapes<'a> {
    /// The shapes of a plan's definition; none where another engine reads it.
    pub fn of(definition: &'a crate::definition::Definition) -> Option<Self> {
        let Engine::Lines { line, anchors, more, keep } = &definition.engine else { return None };
        let sorts = definition.inner.as_ref().is_some_and(|inner| !inner.by.is_empty());
        let finds = !definition.find.is_empty();
        Some(Self { line, anchors, more, keep, finds, sorts, plain: false })
    }

    /// The shapes for a scan at that depth. Where a record has one event and its time is the
    /// anchor's, lines need not be taken apart for their ticks.
    fn for_scan(plan: &Plan, depth: Depth) -> Option<Shapes<'_>> {
        let shapes = Shapes::of(&plan.definition)?;
        let rule = &plan.definition.time;
        let only_ticks = depth == Depth::Tick
            && !plan.is_layered(depth)
            && plan.definition.inner.is_none()
            && plan.definition.is_plain()
            && rule.doubt.is_empty()
            && shapes.keep.is_empty();
        Some(Shapes {
            plain: only_ticks && shapes.line.iter().all(|template| rule.is_first_of(template)),
            ..shapes
        })
    }

    /// Whether a record begins with this text, of which as many lines count as an anchor spans; the
    /// anchor that says so is in `fit`.
    pub fn begins(&self, text: &[u8], fit: &mut Fit) -> Option<&'a Template> {
        let mut all = self.anchors.iter().map(|&number| &self.line[number]);
        all.find(|template| {
            let lines = template.anchor_lines();
            lines_of(text, lines).is_some_and(|lines| template.anchor(lines, fit))
        })
    }

    /// Lines that must be seen to know whether a record begins.
    fn look(&self) -> usize {
        let anchors = self.anchors.iter().map(|&number| self.line[number].anchor_lines());
        anchors.max().unwrap_or(1)
    }

    /// Whether a line may be the first of an anchor that spans several.
    fn may_begin(&self, line: &[u8], fit: &mut Fit) -> bool {
        let mut all = self.anchors.iter().map(|&number| &self.line[number]);
        all.any(|template| match template.anchor_lines() {
            1 => template.anchor(line, fit),
            _ => template.begins_with(line, fit),
        })
    }

    /// The template that the whole of the first lines of a text fits, and how many those are.
    pub fn first_fit(&self, text: &[u8], fit: &mut Fit) -> Option<(usize, &'a Template)> {
        let mut counts = 1..=self.span();
        counts.find_map(|n| Some((n, self.whole(lines_of(text, n)?, fit)?)))
    }

    /// The first template that the whole text fits.
    pub fn whole(&self, text: &[u8], fit: &mut Fit) -> Option<&'a Template> {
        Template::first_of(self.line, text, fit)
    }

    /// Most lines that a template spans.
    pub fn span(&self) -> usize {
        self.line.iter().map(Template::lines).max().unwrap_or(1)
    }

    /// Whether the line is a `more` line; the template is in `fit`.
    pub fn is_more(&self, line: &[u8], fit: &mut Fit) -> Option<&'a Template> {
        self.more.iter().find(|template| template.fit(line, fit).is_ok())
    }

    fn keeps(&self, hole: &str) -> bool {
        self.keep.iter().any(|keep| keep == hole)
    }

    fn has_more(&self) -> bool {
        !self.more.is_empty()
    }

    /// The values of the holes that `more` templates and lines have in common, as a hash.
    fn shared(&self, text: &[u8], template: &Template, fit: &Fit) -> u64 {
        let mut hasher = DefaultHasher::new();
        let holes = template.holes().iter().enumerate();
        for (number, hole) in holes {
            let named = |other: &Template| other.holes().contains(hole);
            let time = fit.times.iter().any(|(at, _)| *at == number);
            if !time && self.more.iter().any(named) && self.line.iter().any(named) {
                (hole, text.get(fit.captures[number].clone())).hash(&mut hasher);
            }
        }
        hasher.finish()
    }
}

pub(super) fn scan(
    plan: &Plan,
    source: &dyn RangeRead,
    chunk: Range<u64>,
    depth: Depth,
    piece: &mut Piece,
) -> io::Result<()> {
    let Some(shapes) = Shapes::for_scan(plan, depth) else { return Ok(()) };
    let mut lines = LineReader::in_chunk(source, &chunk)?;
    let mut fit = Fit::default();
    let mut drafts = Vec::new();
    let rule = &plan.definition.head;
    let mut above = plan.extra.clone();
    let mut covered = covered_before(&shapes, source, &chunk)?;
    while let Some(line) = lines.next_line()?.filter(|line| line.start < chunk.end) {
        let end = line.start + line.len;
        if let Some(said) = rule.says(line.text, &mut fit) {
            // A chunk cannot know what stands before it: then nothing that a scan asks for does.
            if rule.stateful {
                head::renew(&mut above, &said);
            }
            piece.head(line.start, line.len, said, None);
            piece.count_lines(u32::from(line.is_ended()));
            continue;
        }
        let (begins, lines) = begins(&shapes, source, &line, &mut fit)?;
        let mut lines = lines;
        if begins && line.start >= covered {
            let time = fit.times.first().map(|(_, time)| *time);
            if let Some(whole) = held_lines(plan, &shapes, source, &line)? {
                lines = Cow::Owned(whole);
            }
            let record = Begun { line, lines: &lines, time };
            begin(plan, &shapes, source, &record, depth, &above, &mut drafts, piece)?;
            if shapes.has_more() {
                follow(&shapes, line, &mut fit, piece);
            } else if shapes.sorts {
                follow_program(plan, &shapes, line, &drafts, piece);
            }
            let said = kept(plan, &shapes, source, &record)?;
            if rule.stateful {
                head::renew(&mut above, &said);
            }
            piece.say(line.start, said);
        } else if !line.is_blank() {
            piece.extend(line.start, end, line.text);
            if line.start >= covered && begins_with_a_time(line.text) {
                piece.glued();
            }
        }
        if begins {
            covered = covered.max(line.start + lines.len() as u64);
        }
        piece.count_lines(u32::from(line.is_ended()));
    }
    Ok(())
}

/// The time of the record that a line is, as a scan takes it; none where it has none.
pub(super) fn line_time(plan: &Plan, line: &[u8]) -> Option<RawTime> {
    let shapes = Shapes::of(&plan.definition)?;
    let mut drafts = Vec::new();
    tell(plan, &shapes, line, &plan.extra, Depth::Tick, &mut drafts);
    drafts.iter().find_map(|draft| draft.time)
}

/// Whether a record begins with this line, and the lines of its anchor: those of one that spans
/// several are read from the input.
fn begins<'l>(
    shapes: &Shapes<'_>,
    source: &dyn RangeRead,
    line: &Line<'l>,
    fit: &mut Fit,
) -> io::Result<(bool, Cow<'l, [u8]>)> {
    if shapes.look() == 1 || !shapes.may_begin(line.text, fit) {
        let begins = shapes.look() == 1 && shapes.begins(line.text, fit).is_some();
        return Ok((begins, Cow::Borrowed(line.text)));
    }
    let mut text = source.bytes(line.start, SPAN_BYTES)?;
    let Some(template) = shapes.begins(&text, fit) else { return Ok((false, line.text.into())) };
    let end = lines_of(&text, template.anchor_lines()).map_or(text.len(), <[u8]>::len);
    text.truncate(end);
    Ok((true, Cow::Owned(text)))
}

/// The end of the lines that an anchor from above the chunk spans: they are not asked whether a
/// record begins with them.
fn covered_before(
    shapes: &Shapes<'_>,
    source: &dyn RangeRead,
    chunk: &Range<u64>,
) -> io::Result<u64> {
    let look = shapes.look();
    if look == 1 || chunk.start == 0 {
        return Ok(0);
    }
    let from = chunk.start.saturating_sub(SPAN_BYTES as u64);
    let text = source.bytes(from, 2 * SPAN_BYTES)?;
    let here = (chunk.start - from) as usize;
    let starts = memchr::memchr_iter(b'\n', &text[..here.min(text.len())]).map(|at| at + 1);
    // The line that the chunk begins in belongs to the one before, too.
    let starts: Vec<usize> = std::iter::once(0).chain(starts).filter(|at| *at < here).collect();
    let mut fit = Fit::default();
    let last = starts.iter().rev().take(look);
    let ends = last.filter_map(|&at| {
        let template = shapes.begins(&text[at..], &mut fit)?;
        let lines = lines_of(&text[at..], template.anchor_lines())?;
        Some(from + (at + lines.len()) as u64)
    });
    Ok(ends.max().unwrap_or(0))
}

/// A record that begins: its first line, the lines of its anchor, and the time in it.
struct Begun<'a> {
    line: Line<'a>,
    lines: &'a [u8],
    time: Option<RawTime>,
}

/// What records without it have from this one (`keep`): holes of its line, and what is found in it.
fn kept(
    plan: &Plan,
    shapes: &Shapes<'_>,
    source: &dyn RangeRead,
    record: &Begun<'_>,
) -> io::Result<Fields> {
    if shapes.keep.is_empty() {
        return Ok(Fields::new());
    }
    let text = if shapes.finds {
        Cow::Owned(whole_record(plan, shapes, source, record.line.start)?)
    } else {
        Cow::Borrowed(record.lines)
    };
    let mut fit = Fit::default();
    let template = shapes.whole(&text, &mut fit);
    let Some(template) = template.or_else(|| shapes.begins(&text, &mut fit)) else {
        return Ok(Fields::new());
    };
    let holes = template.holes().iter().zip(&fit.captures);
    let value = |range: &Range<usize>| crate::text::decode(&text[range.clone()]);
    let said = holes.filter(|(name, range)| !range.is_empty() && shapes.keeps(name));
    let mut said: Fields =
        said.map(|(name, range)| (name.clone(), value(range).into_owned())).collect();
    let bag = Bag::new(Record::Holes { text: &text, template, fit: &fit }, &[]);
    said.extend(found(&plan.definition, &bag).unwrap_or_default());
    said.retain(|(name, _)| shapes.keeps(name));
    Ok(said)
}

#[expect(clippy::too_many_arguments, reason = "the state of one loop, passed on in one place")]
fn begin(
    plan: &Plan,
    shapes: &Shapes<'_>,
    source: &dyn RangeRead,
    record: &Begun<'_>,
    depth: Depth,
    above: &Fields,
    drafts: &mut Vec<Draft>,
    piece: &mut Piece,
) -> io::Result<()> {
    let Begun { line, lines, time } = record;
    if let Some(time) = time
        && shapes.plain
    {
        piece.tick(line.start, line.len, *time);
        return Ok(());
    }
    drafts.clear();
    let whole = if lines.len() as u64 > line.len {
        tell(plan, shapes, lines, above, depth, drafts)
    } else if shapes.finds || plan.is_layered(depth) {
        let text = whole_record(plan, shapes, source, line.start)?;
        tell(plan, shapes, &text, above, depth, drafts)
    } else {
        tell(plan, shapes, lines, above, depth, drafts) || {
            // A template may span lines: what it says of the record stands further down.
            shapes.span() > 1 && {
                let text = source.bytes(line.start, SPAN_BYTES)?;
                let mut fit = Fit::default();
                let fits = shapes.first_fit(&text, &mut fit);
                fits.and_then(|(n, _)| lines_of(&text, n)).is_some_and(|text| {
                    drafts.clear();
                    tell(plan, shapes, text, above, depth, drafts)
                })
            }
        }
    };
    if !whole && shapes.is_more(line.text, &mut Fit::default()).is_none() {
        piece.half_fit();
    }
    // Lines below the first one come one by one.
    piece.record(line.start, line.len, sketch::same(line.text), drafts, depth);
    Ok(())
}

/// The lines of a record that goes on in the next ones (`[inner] whole`); none where it does not.
fn held_lines(
    plan: &Plan,
    shapes: &Shapes<'_>,
    source: &dyn RangeRead,
    line: &Line<'_>,
) -> io::Result<Option<Vec<u8>>> {
    let inner = plan.definition.inner.as_ref().filter(|inner| !inner.whole.is_empty());
    let ends = |text: &[u8]| {
        let mut fit = Fit::default();
        let template = shapes.whole(text, &mut fit);
        template.is_none_or(|template| {
            let record = Record::Holes { text, template, fit: &fit };
            inner::is_whole(inner, &Bag::new(record, &[]))
        })
    };
    if inner.is_none() || ends(line.text) {
        return Ok(None);
    }
    let mut text = source.bytes(line.start, inner::JOINED_BYTES)?;
    let mut end = line.len as usize;
    while let Some(next) = text.get(end..).and_then(|rest| memchr::memchr(b'\n', rest)) {
        let below = lines_of(&text[end + next + 1..], 1).unwrap_or_default();
        if below.is_empty() {
            break;
        }
        end += next + 1 + below.len();
        if ends(below) {
            break;
        }
    }
    text.truncate(end);
    Ok(Some(text))
}

/// The lines of the record that begins at `start`, as far as a scan looks into it.
fn whole_record(
    plan: &Plan,
    shapes: &Shapes<'_>,
    source: &dyn RangeRead,
    start: u64,
) -> io::Result<Vec<u8>> {
    let mut text = source.bytes(start, FIND_BYTES + SPAN_BYTES)?;
    let len = record_len(&plan.definition.head, shapes, &text);
    text.truncate(len.min(FIND_BYTES));
    Ok(text)
}

/// Bytes of the record that a text begins with: up to the last line that is not blank before the
/// next record or head line.
pub(crate) fn record_len(head: &HeadRule, shapes: &Shapes<'_>, text: &[u8]) -> usize {
    let mut fit = Fit::default();
    let anchor = shapes.begins(text, &mut fit).map_or(1, Template::anchor_lines);
    let first = lines_of(text, anchor).map_or(text.len(), <[u8]>::len);
    let mut end = first;
    for at in memchr::memchr_iter(b'\n', text).map(|at| at + 1).filter(|at| *at > first) {
        let line = lines_of(&text[at..], 1).unwrap_or_default();
        if head.says(line, &mut fit).is_some() || shapes.begins(&text[at..], &mut fit).is_some() {
            break;
        }
        if !line.trim_ascii().is_empty() {
            end = at + line.len();
        }
    }
    end
}

/// The first n lines of a text without the last line end; none where there are fewer.
pub(crate) fn lines_of(text: &[u8], n: usize) -> Option<&[u8]> {
    let end = memchr::memchr_iter(b'\n', text).nth(n - 1).unwrap_or(text.len());
    let lines = text.get(..end)?;
    let enough = n == 1 || memchr::memchr_iter(b'\n', lines).count() == n - 1;
    enough.then(|| lines.strip_suffix(b"\r").unwrap_or(lines))
}

/// True for a line that any common format reads a time at the start of: perhaps a record of a
/// shape that the definition does not know, and not the rest of the one above.
fn begins_with_a_time(line: &[u8]) -> bool {
    static COMMON: std::sync::LazyLock<Option<Formats>> = std::sync::LazyLock::new(|| {
        let common = [
            "iso",
            "%Y/%m/%d %H:%M:%S",
            "%b %e[ %Y] %H:%M:%S",
            "%d %b[ %Y] %H:%M:%S",
            "%a[,] %b %e[ %Y] %H:%M:%S[ %z]",
            "%d/%b/%Y:%H:%M:%S",
        ];
        Formats::compile(&common).ok()
    });
    let text = line.strip_prefix(b"[").unwrap_or(line);
    COMMON.as_ref().is_some_and(|formats| formats.take(text).is_some())
}

/// Notes for [`Piece::follows`] what a `more` line and the record above must share.
fn follow(shapes: &Shapes<'_>, line: Line<'_>, fit: &mut Fit, piece: &mut Piece) {
    if let Some(template) = shapes.is_more(line.text, fit) {
        piece.follows(line.start, shapes.shared(line.text, template, fit), true);
    } else if let Some(template) = shapes.whole(line.text, fit) {
        piece.follows(line.start, shapes.shared(line.text, template, fit), false);
    } else {
        piece.follows(line.start, 0, false);
    }
}

/// The same for a wrapper that tells programs apart: what one wrote without a time goes on in what
/// it wrote right above.
fn follow_program(
    plan: &Plan,
    shapes: &Shapes<'_>,
    line: Line<'_>,
    drafts: &[Draft],
    piece: &mut Piece,
) {
    let inner = plan.definition.inner.as_ref();
    let mut fit = Fit::default();
    let Some(template) = shapes.whole(line.text, &mut fit) else {
        return piece.follows(line.start, 0, false);
    };
    let bag = Bag::new(Record::Holes { text: line.text, template, fit: &fit }, &[]);
    let mut hasher = DefaultHasher::new();
    inner::written_by(inner, &bag).hash(&mut hasher);
    let untimed = drafts.iter().all(|draft| draft.time.is_none());
    let more = untimed && inner::text_of(inner, &bag).is_some();
    piece.follows(line.start, hasher.finish(), more);
}
