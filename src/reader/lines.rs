//! Lines: a record begins where an anchor fits, and the lines below belong to it.
//!
//! Whether a line begins a record depends on that line and the definition alone, so chunks can be
//! scanned in any order. Only `more` lines that must share a field with the record above are
//! settled when the pieces are put together.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    io,
    ops::Range,
    sync::Arc,
};

use super::{
    Piece, Plan,
    head::{self, Fields},
    line::{Line, LineReader},
};
use crate::{
    definition::{
        Engine,
        bag::Record,
        tell::{Depth, Draft},
    },
    discover::range::RangeRead,
    template::{Fit, Template},
    time::{RawTime, pattern::Formats},
};

/// Most bytes of a record that its templates look at; what is longer is cut in the detail anyway.
const FIELD_BYTES: usize = 512 << 10;

/// Bytes that a template which spans lines is tried on.
const SPAN_BYTES: usize = 4 << 10;

/// The templates of a lines definition.
#[derive(Clone, Copy)]
pub struct Shapes<'a> {
    /// All, in the order of the definition.
    pub line: &'a [Template],
    anchors: &'a [usize],
    more: &'a [Template],
    /// One event, whose time is the anchor's: no need to take lines apart for their ticks.
    plain: bool,
}

impl<'a> Shapes<'a> {
    /// The shapes of a plan's definition; none where another engine reads it.
    pub fn of(definition: &'a crate::definition::Definition) -> Option<Self> {
        let Engine::Lines { line, anchors, more } = &definition.engine else { return None };
        // The first rung of `at` that a template has a hole for is the first time in it.
        let direct = line.iter().all(|template| {
            let holes = template.holes();
            let mut rungs = definition.time.at.iter().map(|phrase| phrase.only_field());
            let first = rungs
                .find(|rung| rung.is_none_or(|path| holes.iter().any(|hole| **hole == *path.text)));
            first.flatten().is_some_and(|path| template.time_hole() == Some(&path.text))
        });
        let direct = direct && definition.time.doubt.is_empty();
        Some(Self { line, anchors, more, plain: definition.is_plain() && direct })
    }

    /// Whether a record begins with this line; the anchor that says so is in `fit`.
    pub fn begins(&self, line: &[u8], fit: &mut Fit) -> Option<&'a Template> {
        let mut all = self.anchors.iter().map(|&number| &self.line[number]);
        all.find(|template| template.anchor(line, fit))
    }

    /// The first template that the whole text fits.
    pub fn whole(&self, text: &[u8], fit: &mut Fit) -> Option<&'a Template> {
        self.line.iter().find(|template| template.fit(text, fit).is_ok())
    }

    /// Whether a line is a record, or the first line of one, by a whole template.
    pub fn fits_line(&self, line: &[u8], fit: &mut Fit) -> bool {
        self.whole(line, fit).is_some() || self.line.iter().any(|t| t.begins_with(line, fit))
    }

    /// Most lines that a template spans.
    fn span(&self) -> usize {
        self.line.iter().map(Template::lines).max().unwrap_or(1)
    }

    /// Whether the line is a `more` line; the template is in `fit`.
    pub fn is_more(&self, line: &[u8], fit: &mut Fit) -> Option<&'a Template> {
        self.more.iter().find(|template| template.fit(line, fit).is_ok())
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
    let Some(shapes) = Shapes::of(&plan.definition) else { return Ok(()) };
    let mut lines = LineReader::in_chunk(source, &chunk)?;
    let mut fit = Fit::default();
    let mut drafts = Vec::new();
    let rule = &plan.definition.head;
    let mut above = plan.extra.clone();
    while let Some(line) = lines.next_line()?.filter(|line| line.start < chunk.end) {
        if let Some(said) = rule.says(line.text, &mut fit) {
            // A chunk cannot know what stands before it: then nothing that a scan asks for does.
            if rule.stateful {
                head::renew(&mut above, &said);
            }
            piece.head(line.start, line.len, said, None);
        } else if shapes.begins(line.text, &mut fit).is_some() {
            let time = fit.times.first().map(|(_, time)| *time);
            begin(plan, &shapes, source, line, time, depth, &above, &mut drafts, piece)?;
            if shapes.has_more() {
                follow(&shapes, line, &mut fit, piece);
            }
        } else if !line.is_blank() {
            piece.extend(line.start, line.start + line.len);
            if begins_with_a_time(line.text) {
                piece.glued();
            }
        }
        piece.count_lines(u32::from(line.is_ended()));
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "the state of one loop, passed on in one place")]
fn begin(
    plan: &Plan,
    shapes: &Shapes<'_>,
    source: &dyn RangeRead,
    line: Line<'_>,
    time: Option<RawTime>,
    depth: Depth,
    above: &Fields,
    drafts: &mut Vec<Draft>,
    piece: &mut Piece,
) -> io::Result<()> {
    let end = line.start + line.len;
    match time {
        Some(time) if shapes.plain && plan.layers.is_empty() && depth == Depth::Tick => {
            piece.tick(line.start, time);
            piece.extend(line.start, end);
        }
        _ => {
            drafts.clear();
            if !tell(plan, shapes, line.text, above, depth, drafts) {
                // A template may span lines: what it says of the record stands further down.
                let more = shapes.span() > 1 && {
                    let text = source.bytes(line.start, SPAN_BYTES)?;
                    let mut fit = Fit::default();
                    first_lines(&text, 2..=shapes.span()).any(|text| {
                        let fits = shapes.whole(text, &mut fit).is_some();
                        if fits {
                            drafts.clear();
                            tell(plan, shapes, text, above, depth, drafts);
                        }
                        fits
                    })
                };
                if !more && shapes.is_more(line.text, &mut Fit::default()).is_none() {
                    piece.half_fit();
                }
            }
            piece.record(line.start, line.len, drafts, depth);
        }
    }
    Ok(())
}

/// The first n lines of a text, for each n.
fn first_lines(
    text: &[u8],
    counts: std::ops::RangeInclusive<usize>,
) -> impl Iterator<Item = &[u8]> {
    counts.filter_map(|n| {
        let end = memchr::memchr_iter(b'\n', text).nth(n - 1).unwrap_or(text.len());
        text.get(..end).map(|text| text.strip_suffix(b"\r").unwrap_or(text))
    })
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

/// The drafts of a record; false where it fits no whole template.
fn tell(
    plan: &Plan,
    shapes: &Shapes<'_>,
    text: &[u8],
    above: &[(Arc<str>, String)],
    depth: Depth,
    drafts: &mut Vec<Draft>,
) -> bool {
    let mut fit = Fit::default();
    // `match` rules are about other engines' records: a template is proof enough of a line.
    if let Some(template) = shapes.whole(text, &mut fit) {
        let record = Record::Holes { text, template, fit: &fit };
        let _ = plan.tell_below(above, record, depth, drafts);
        return true;
    }
    // A template of one line, and lines below it that it has no hole for.
    let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
    let (first, below) = text.split_at(end);
    let first = first.strip_suffix(b"\r").unwrap_or(first);
    if let Some(template) = shapes.whole(first, &mut fit).filter(|_| !below.is_empty()) {
        let record = Record::Holes { text: first, template, fit: &fit };
        let _ = plan.tell_below(above, record, depth, drafts);
        for fields in drafts.iter_mut().filter_map(|draft| draft.fields.as_mut()) {
            let first = fields.detail.as_deref().unwrap_or(&fields.summary);
            let whole =
                format!("{first}\n{}", crate::text::decode(below).trim_start_matches(['\r', '\n']));
            fields.detail = Some(crate::text::detail(&whole));
        }
        return true;
    }
    // The record still stands: its time, and everything behind it as text.
    let Some(template) = shapes.begins(text, &mut fit) else { return false };
    let behind = fit.captures.iter().map(|range| range.end).max().unwrap_or(0);
    let rest = crate::text::decode(&text[behind..]);
    let rest = rest.trim_start_matches([']', ')', ':', ' ', '\t', ',']).to_owned();
    let mut extra = above.to_vec();
    extra.push(("text".into(), rest));
    let bag = crate::definition::bag::Bag::new(Record::Holes { text, template, fit: &fit }, &extra);
    plan.teller(depth).tell(&bag, drafts);
    false
}

/// The process and thread that a record names, as written.
pub(super) fn process(plan: &Plan, bytes: &[u8]) -> Vec<u8> {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mut fit = Fit::default();
    let template = Shapes::of(&plan.definition).and_then(|shapes| shapes.whole(line, &mut fit));
    let holes = template.map_or(&[][..], Template::holes).iter().zip(&fit.captures);
    let named = holes.filter(|(hole, _)| matches!(&***hole, "pid" | "tid" | "thread"));
    let texts = named.filter_map(|(_, range)| line.get(range.clone()));
    texts.collect::<Vec<_>>().join(&b' ')
}

pub(super) fn read(
    plan: &Plan,
    above: &[(Arc<str>, String)],
    bytes: &[u8],
    drafts: &mut Vec<Draft>,
) {
    if let Some(shapes) = Shapes::of(&plan.definition) {
        let text = &bytes[..bytes.len().min(FIELD_BYTES)];
        tell(plan, &shapes, text, above, Depth::Fields, drafts);
    }
}
