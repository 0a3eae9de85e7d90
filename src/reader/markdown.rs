//! Markdown: timelines that people write. A heading, bullet, table row or line that begins with a
//! clock time begins an entry; what is written below belongs to it.
//!
//! Takes the text of a document; gives each entry's place and fields: `{clock}` as written, with the
//! zone that the document declares where the entry names none; `{day}` its own date, `{date}` the one
//! that stands above it; `{end}` of a range; `{text}`, `{who}`, `{urls}`, `{section}`. What holds for
//! the entries below a place (date, zone, section) is kept as head lines are, so that an entry read
//! again by itself finds the same. `{odd}` is there where the document contradicts itself: its value
//! says how. With `front`, the lines between `---` at the start are a record too, `{front.title}`,
//! together with the text up to the first entry.

mod entry;
mod said;

use std::io;

use serde_json::{Map, Value};

use self::entry::Shape;
use super::{
    Piece, Plan,
    head::{self, Fields},
    sketch,
};
use crate::{
    definition::{
        Definition, Engine,
        bag::{Field, Record},
        tell::{Depth, Draft},
    },
    discover::range::RangeRead,
    text,
    time::path_date,
};

/// Largest document that is read; people do not write longer ones.
const DOCUMENT_BYTES: u64 = 16 << 20;

/// A line of a document: its place in bytes, and its text.
struct Line<'t> {
    start: usize,
    end: usize,
    text: std::borrow::Cow<'t, str>,
}

/// A stretch of a document.
#[derive(Debug)]
enum Part {
    /// What stands before `---` at the start, and what is said there.
    Front,
    /// An entry.
    Entry,
    /// Anything else: no record.
    Prose,
}

/// A stretch, what its first line says for itself and all below, and its lines.
struct Stretch {
    part: Part,
    lines: std::ops::Range<usize>,
    said: Fields,
}

/// What a look at a document found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Survey {
    /// Entries.
    pub entries: usize,
    /// Bullets at the margin of a timeline, and rows of tables, that are none.
    pub strangers: usize,
    /// Bullets elsewhere that are none.
    pub elsewhere: usize,
    /// A heading calls something a timeline, or a line says in which zone times are.
    pub declared: bool,
    /// Members of the front matter that the definition asks for, if all are there.
    pub front: Option<usize>,
}

fn lines(text: &[u8]) -> Vec<Line<'_>> {
    let mut start = 0;
    text.split_inclusive(|byte| *byte == b'\n')
        .map(|line| {
            let bare = line.strip_suffix(b"\n").unwrap_or(line);
            let bare = bare.strip_suffix(b"\r").unwrap_or(bare);
            let place = start;
            start += line.len();
            Line { start: place, end: place + bare.len(), text: text::decode(bare) }
        })
        .collect()
}

/// Cuts a document from top to bottom.
struct Cutter<'a> {
    lines: &'a [Line<'a>],
    definition: &'a Definition,
    found: Vec<Stretch>,
    survey: Survey,
    above: Fields,
    fence: Option<char>,
    /// Below a heading that calls what follows a timeline, of this level.
    timeline: Option<usize>,
    /// The entry that is open, by its shape.
    open: Option<Shape>,
}

impl<'a> Cutter<'a> {
    fn new(lines: &'a [Line<'a>], definition: &'a Definition, path: &str) -> Self {
        let mut above = Fields::new();
        if let Some(day) = path_date::day(path).and_then(said::iso) {
            above.push(("date".into(), day.clone()));
            above.push(("path_date".into(), day));
        }
        let (found, survey) = (Vec::new(), Survey::default());
        Self { lines, definition, found, survey, above, fence: None, timeline: None, open: None }
    }

    fn cut(mut self) -> (Vec<Stretch>, Survey) {
        let mut at = self.front();
        while at < self.lines.len() {
            self.line(at);
            at += 1;
        }
        // Blank lines belong to nobody.
        for stretch in &mut self.found {
            while stretch.lines.len() > 1
                && self.lines[stretch.lines.end - 1].text.trim().is_empty()
            {
                stretch.lines.end -= 1;
            }
        }
        (self.found, self.survey)
    }

    /// Passes over the front matter; gives the line behind it.
    fn front(&mut self) -> usize {
        let bare = |line: &Line<'_>| {
            line.text.trim_end_matches(' ').trim_start_matches('\u{feff}').to_owned()
        };
        let closed = self.lines.first().filter(|line| bare(line) == "---");
        let end =
            closed.and_then(|_| self.lines.iter().skip(1).position(|line| bare(line) == "---"));
        let Some(end) = end.map(|end| end + 2) else { return 0 };
        let front = said::front(self.lines[..end].iter().map(|line| &*line.text));
        let mut now = Fields::new();
        if let Some(Value::String(date)) = front.get("date") {
            now.extend(said::date(date, self.year()).map(|date| ("date".into(), date)));
        }
        let Engine::Markdown { front: need } = &self.definition.engine else { return end };
        let has = |name: &String| front.get(name).is_some_and(|value| !value.is_null());
        if !need.is_empty() && need.iter().all(has) {
            self.survey.front = Some(need.len());
        }
        let part = if need.is_empty() { Part::Prose } else { Part::Front };
        self.begin(part, 0, now);
        if let Some(stretch) = self.found.last_mut() {
            stretch.lines.end = end;
        }
        end
    }

    fn line(&mut self, at: usize) {
        let line = &*self.lines[at].text;
        let trimmed = line.trim_start();
        let fence = ['`', '~'].into_iter().find(|c| trimmed.starts_with(&c.to_string().repeat(3)));
        match (self.fence, fence) {
            (None, Some(_)) => self.fence = fence,
            (Some(open), Some(close)) if open == close => self.fence = None,
            _ => {}
        }
        if self.fence.is_some() || fence.is_some() || trimmed.is_empty() {
            return self.more(at);
        }
        let shape = Shape::of(line);
        match shape {
            Shape::Heading(level) => self.heading(at, level),
            Shape::Row => self.row(at),
            Shape::Bullet(_) | Shape::Text => self.plain(at, shape),
        }
    }

    /// The line belongs to what stands above it.
    fn more(&mut self, at: usize) {
        match self.found.last_mut() {
            Some(stretch) => stretch.lines.end = at + 1,
            None => self.begin(Part::Prose, at, Fields::new()),
        }
    }

    fn begin(&mut self, part: Part, at: usize, said: Fields) {
        head::renew(&mut self.above, &said);
        self.found.push(Stretch { part, lines: at..at + 1, said });
    }

    fn prose(&mut self, at: usize, said: Fields) {
        self.open = None;
        let goes_on =
            matches!(self.found.last(), Some(Stretch { part: Part::Prose | Part::Front, .. }));
        if said.is_empty() && goes_on { self.more(at) } else { self.begin(Part::Prose, at, said) }
    }

    fn above(&self, name: &str) -> Option<&str> {
        let found = self.above.iter().find(|(known, _)| **known == *name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    fn year(&self) -> Option<i32> {
        self.above("date")?.get(..4)?.parse().ok()
    }

    fn heading(&mut self, at: usize, level: usize) {
        let line = &*self.lines[at].text;
        let title = line.trim_start().trim_start_matches('#').trim();
        if entry::read(title, self.definition).is_some() && level > 1 {
            return self.entry(at, Shape::Heading(level));
        }
        let mut now = said::zone(title);
        self.survey.declared |= !now.is_empty();
        if said::is_timeline(title) {
            self.timeline = Some(level);
            self.survey.declared = true;
        } else if self.timeline.is_some_and(|timeline| level <= timeline)
            && said::date_alone(title, None).is_none()
        {
            self.timeline = None;
        }
        if let Some(date) = said::date(title, self.year()) {
            if level == 1 {
                let named = self.above("path_date").filter(|named| *named != date);
                let odd =
                    named.map(|named| format!("the title says {date}, the file's name {named}"));
                now.push(("odd".into(), odd.unwrap_or_default()));
            } else {
                now.push(("odd".into(), String::new()));
            }
            now.push(("date".into(), date));
        }
        if level > 1 {
            now.push(("section".into(), title.trim_matches(['*', '_']).to_owned()));
        }
        self.prose(at, now);
    }

    fn row(&mut self, at: usize) {
        let cells = entry::cells(&self.lines[at].text);
        if entry::is_rule(&cells) {
            return self.more(at);
        }
        let header =
            self.lines.get(at + 1).is_some_and(|next| entry::is_rule(&entry::cells(&next.text)));
        if header {
            let mut now = said::columns(&cells);
            now.extend(
                cells
                    .iter()
                    .take(2)
                    .find_map(|cell| {
                        Some(said::zone_of_column(cell)).filter(|said| !said.is_empty())
                    })
                    .unwrap_or_default(),
            );
            self.survey.declared |= now.len() > 1;
            return self.prose(at, now);
        }
        if entry::row(&cells, self.above("columns"), self.definition).is_some() {
            return self.entry(at, Shape::Row);
        }
        // A row with a date alone dates the rows below it.
        let date = cells.first().and_then(|cell| said::date_alone(cell, self.year()));
        let now = date.map(|date| vec![("date".into(), date), ("odd".into(), String::new())]);
        self.survey.strangers += usize::from(now.is_none());
        self.prose(at, now.unwrap_or_default());
    }

    fn plain(&mut self, at: usize, shape: Shape) {
        let line = &*self.lines[at].text;
        let body = shape.body(line);
        let found = entry::read(body, self.definition);
        let begins = match shape {
            Shape::Bullet(_) => found.is_some(),
            // A sentence may begin with a time; in a timeline, or in bold, it is an entry's.
            _ => {
                found.is_some_and(|entry| {
                    let alone = entry.rest.is_empty();
                    alone && (body.starts_with("**") || self.timeline.is_some())
                        || self.timeline.is_some() && entry.set_apart
                }) && !line.starts_with([' ', '>'])
            }
        };
        if begins {
            return self.entry(at, shape);
        }
        let now =
            if matches!(shape, Shape::Text) { said::zone_of_sentence(body) } else { Fields::new() };
        if !now.is_empty() {
            self.survey.declared = true;
            return self.prose(at, now);
        }
        let inside = match (self.open, shape) {
            (Some(Shape::Bullet(indent)), Shape::Bullet(own)) => own > indent,
            (Some(Shape::Bullet(_)), _) => {
                line.starts_with([' ', '\t'])
                    || at > 0 && !self.lines[at - 1].text.trim().is_empty()
            }
            (Some(Shape::Row) | None, _) => false,
            (Some(_), _) => true,
        };
        if inside {
            return self.more(at);
        }
        let bullet = usize::from(matches!(shape, Shape::Bullet(0)));
        if self.timeline.is_some() {
            self.survey.strangers += bullet;
        } else {
            self.survey.elsewhere += bullet;
        }
        self.prose(at, Fields::new());
    }

    fn entry(&mut self, at: usize, shape: Shape) {
        self.survey.entries += 1;
        let mut now = Fields::new();
        let day = entry::day(&self.lines[at].text, self.above("columns"), self.definition);
        if let Some(date) = day.and_then(|day| said::date(&day, self.year())) {
            now.push(("date".into(), date));
            now.push(("odd".into(), String::new()));
        }
        self.begin(Part::Entry, at, now);
        self.open = Some(shape);
    }
}

/// Looks at a document, or at its first part.
pub fn survey(text: &[u8], path: &str, definition: &Definition) -> Survey {
    Cutter::new(&lines(text), definition, path).cut().1
}

pub(super) fn scan(
    plan: &Plan,
    source: &dyn RangeRead,
    depth: Depth,
    piece: &mut Piece,
) -> io::Result<()> {
    if source.len() > DOCUMENT_BYTES {
        piece.broken(0, 0, "a document larger than 16 MiB; cut it up".to_owned());
        return Ok(());
    }
    let text = source.bytes(0, source.len() as usize)?;
    let lines = lines(&text);
    let cutter = Cutter::new(&lines, &plan.definition, &plan.input.path);
    let mut above = plan.extra.clone();
    head::renew(&mut above, &cutter.above);
    piece.say(0, cutter.above.clone());
    let (stretches, _) = cutter.cut();
    let (mut counted, mut drafts) = (0, Vec::new());
    for Stretch { part, lines: place, said } in stretches {
        piece.count_lines((place.start - counted) as u32);
        counted = place.start;
        let (start, end) = (lines[place.start].start, lines[place.end - 1].end);
        head::renew(&mut above, &said);
        piece.say(start as u64, said);
        let len = (end - start) as u64;
        let bytes = &text[start..end];
        drafts.clear();
        match part {
            Part::Prose if bytes.trim_ascii().is_empty() => {}
            Part::Prose => piece.skip(start as u64, len, "prose"),
            Part::Front | Part::Entry => match tell(plan, &above, bytes, depth, &mut drafts) {
                Ok(()) => {
                    piece.record(start as u64, len, sketch::same(bytes), &drafts, depth);
                }
                Err(reason) => piece.reject(start as u64, len, piece.line(), reason),
            },
        }
    }
    let ends = lines.len() - usize::from(!text.ends_with(b"\n") && !text.is_empty());
    piece.count_lines((ends.max(counted) - counted) as u32);
    Ok(())
}

fn tell(
    plan: &Plan,
    above: &[Field],
    bytes: &[u8],
    depth: Depth,
    drafts: &mut Vec<Draft>,
) -> Result<(), String> {
    let lines = lines(bytes);
    let texts: Vec<&str> = lines.iter().map(|line| &*line.text).collect();
    let is_front =
        texts.first().is_some_and(|line| line.trim_start_matches('\u{feff}').trim_end() == "---");
    let value = if is_front {
        let mut members = Map::new();
        members.insert("front".to_owned(), Value::Object(said::front(texts.iter().copied())));
        let body = texts.iter().skip(1).skip_while(|line| line.trim_end() != "---").skip(1);
        let body: Vec<&str> = body.copied().collect();
        members.insert("body".to_owned(), body.join("\n").trim().into());
        Value::Object(members)
    } else {
        Value::Object(entry::fields(&texts, above, &plan.definition).ok_or("no entry")?)
    };
    plan.tell_below(above, Record::Json { value: &value, around: &[] }, depth, drafts)
}

pub(super) fn read(plan: &Plan, above: &[Field], bytes: &[u8], drafts: &mut Vec<Draft>) {
    let _ = tell(plan, above, bytes, Depth::Fields, drafts);
}

#[cfg(test)]
mod tests;
