//! Cut: an input into pages of records, each record whole in its page.

use std::{io, ops::Range, sync::Arc};

use super::{
    Findings, GIANT, Pick, UNDATED,
    clock::Clock,
    page::{self, Page},
};
use crate::{
    discover::range::RangeRead,
    reader::line::LineReader,
    time::{
        Flags, Open, Precision, RawTime,
        policy::{self, Policy},
        zone::Window,
    },
};

/// An input that is cut: its bytes, its clock, and how its times are read.
#[derive(Clone)]
pub(crate) struct Source<'p> {
    pub(crate) bytes: Arc<dyn RangeRead + 'p>,
    pub(crate) clock: Clock<'p>,
    pub(crate) policy: &'p Policy,
    pub(crate) foreseen: Foreseen,
}

/// The stamps that the samples of an input had. Times of another kind would have been a reason to
/// look at all stamps before the first record is placed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Foreseen {
    /// All of them were looked at.
    All,
    /// Times with their offset, epochs of one unit, and local times within a stretch of one offset.
    Some {
        /// The unit of epochs ([`RawTime::word`]).
        unit: Option<u16>,
        /// The stretch of local times.
        stretch: Option<Window>,
    },
}

/// Facts that leave a time what it is, whatever the other times of its input are.
const PLAIN: Flags = Flags(Flags::EPOCH.0 | (7 << 13));

impl Foreseen {
    /// Whether the samples, or all stamps, had such a time.
    pub(crate) fn holds(&self, raw: &RawTime) -> bool {
        let Self::Some { unit, stretch } = self else { return true };
        let plain = raw.flags.without(PLAIN).0 == 0 && raw.open == Open::default();
        if !plain || !policy::SET.contains(&raw.civil) {
            return false;
        }
        if raw.flags.has(Flags::EPOCH) {
            return *unit == Some(raw.word);
        }
        let local = || stretch.is_some_and(|stretch| stretch.holds(raw.civil));
        raw.offset().is_some() || raw.word == 0 && local()
    }
}

/// Counts the stamps of an input as a pass over them did: a stamp that shows the same second as the
/// one before is not counted anew.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counter {
    last: Option<(i64, i32, Flags, u16, Open)>,
    seen: usize,
}

impl Counter {
    /// The number of this stamp, from 0, and whether it is a new one.
    pub(crate) fn count(&mut self, raw: &RawTime) -> (usize, bool) {
        let here = Some((raw.civil, raw.offset, raw.flags, raw.word, raw.open));
        let new = here != self.last;
        if new {
            self.last = here;
            self.seen += 1;
        }
        (self.seen - 1, new)
    }
}

/// The records of one page.
#[derive(Debug)]
pub(crate) struct Cut {
    pub(crate) page: Page,
    pub(crate) picks: Vec<Pick>,
    /// The one record of a page that it does not fit into.
    pub(crate) giant: Option<Range<u64>>,
    /// First byte of the page in the input.
    pub(crate) start: u64,
    /// In order within themselves.
    pub(crate) sorted: bool,
}

/// Cuts an input from a record's start on.
pub(crate) struct Cutter<'p> {
    source: Source<'p>,
    counter: Counter,
    /// The next record starts here.
    at: u64,
    /// What its first line says, where the page before went that far.
    open: Option<Begin>,
    end: u64,
    bytes: usize,
    pub(crate) findings: Findings,
}

/// What the first line of a record says.
#[derive(Clone, Copy)]
struct Begin {
    instant: i64,
    precision: Precision,
}

impl<'p> Cutter<'p> {
    /// Cuts the range `from..to`, which begins with a record (or with the input), into pages of about
    /// so many bytes.
    pub(crate) fn new(source: Source<'p>, range: Range<u64>, bytes: usize) -> Self {
        let findings = Findings { from: range.start, to: range.start, ..Findings::default() };
        Self {
            source,
            counter: Counter::default(),
            at: range.start,
            open: None,
            end: range.end,
            bytes,
            findings,
        }
    }

    #[inline]
    fn begin(&mut self, line: &[u8]) -> Option<Begin> {
        let Self { source: Source { clock, policy, foreseen, .. }, counter, findings, .. } = self;
        // Only what was decided from all stamps goes by their numbers.
        let by_time = |raw: &RawTime| {
            let plain = matches!(foreseen, Foreseen::Some { .. }) && foreseen.holds(raw);
            policy::instant(policy, 0, raw).filter(|_| plain).map(|instant| instant.0)
        };
        let instant = |raw: &RawTime| {
            let number = match foreseen {
                Foreseen::All => counter.count(raw).0,
                Foreseen::Some { .. } => 0,
            };
            let instant = policy::instant(policy, number, raw)?;
            findings.unforeseen += u64::from(!foreseen.holds(raw));
            Some(instant.0)
        };
        let (instant, precision) = clock.instant(line, by_time, instant)?;
        Some(Begin { instant, precision })
    }

    /// The records of the next page; none at the end.
    ///
    /// # Errors
    /// The input's.
    pub(crate) fn next(&mut self, mut page: Page) -> io::Result<Option<Cut>> {
        if self.at >= self.end {
            return Ok(None);
        }
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        page.fill(&*self.source.bytes, self.at, left.min(self.bytes))?;
        let text = page.text();
        if text.is_empty() || text.len() < left.min(self.bytes) {
            return Err(page::shorter());
        }
        let last = text.len() == left;
        let before = (self.counter, self.findings.unforeseen, self.open);
        let mut open = self.open.take();
        let mut picks: Vec<Pick> = Vec::with_capacity(text.len() / 96);
        let mut sorted = true;
        let mut latest = i64::MIN;
        let mut line_start = 0;
        let mut lines = memchr::memchr_iter(b'\n', text);
        loop {
            let (line_end, next) = match lines.next() {
                Some(end) => (end, end + 1),
                // The rest of a page is a line only where it is the rest of the input.
                None if last && line_start < text.len() => (text.len(), text.len()),
                None => break,
            };
            let line = &text[line_start..line_end];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if let Some(Begin { instant, precision }) = open.take().or_else(|| self.begin(line)) {
                if let Some(open) = picks.last_mut() {
                    open.len = line_start as u32 - open.at;
                } else if line_start > 0 {
                    // What stands before the first record goes with it.
                    let len = line_start as u32;
                    let pick = Pick { instant, at: 0, len, page: 0, precision, is_record: false };
                    picks.push(pick);
                }
                sorted &= latest <= instant;
                latest = instant;
                let at = line_start as u32;
                picks.push(Pick { instant, at, len: 0, page: 0, precision, is_record: true });
            }
            line_start = next;
        }
        let start = self.at;
        if last {
            if picks.is_empty() {
                return Ok(Some(self.undated(page, start)));
            }
            if let Some(open) = picks.last_mut() {
                open.len = text.len() as u32 - open.at;
            }
            self.at = self.end;
        } else {
            // The last record may go on behind the page: it is the first of the next one.
            let open = picks.pop().filter(|_| !picks.is_empty());
            let Some(open) = open else {
                (self.counter, self.findings.unforeseen, self.open) = before;
                return self.giant(page).map(Some);
            };
            self.open = Some(Begin { instant: open.instant, precision: open.precision });
            self.at = start + u64::from(open.at);
            sorted = sorted || picks.is_sorted_by_key(|pick| pick.instant);
        }
        self.tally(&picks, sorted);
        Ok(Some(Cut { page, picks, giant: None, start, sorted }))
    }

    fn tally(&mut self, picks: &[Pick], sorted: bool) {
        let findings = &mut self.findings;
        findings.to = self.at;
        // Only the first may be the lines before the first record.
        let before = picks.first().filter(|pick| !pick.is_record);
        findings.before_first += before.map_or(0, |pick| u64::from(pick.len));
        let records = &picks[usize::from(before.is_some())..];
        findings.records += records.len() as u64;
        let instants = || records.iter().map(|pick| pick.instant);
        let span = if sorted {
            records.first().zip(records.last()).map(|(first, last)| (first.instant, last.instant))
        } else {
            instants().min().zip(instants().max())
        };
        let both = |(a, b): (i64, i64), (c, d): (i64, i64)| (a.min(c), b.max(d));
        findings.span = match (findings.span, span) {
            (Some(one), Some(other)) => Some(both(one, other)),
            (one, other) => one.or(other),
        };
    }

    /// The rest of an input in which no record begins.
    fn undated(&mut self, page: Page, start: u64) -> Cut {
        let len = page.text().len() as u32;
        self.at = self.end;
        let pick = Pick {
            instant: UNDATED,
            at: 0,
            len,
            page: 0,
            precision: Precision::Second,
            is_record: false,
        };
        self.tally(&[pick], true);
        Cut { page, picks: vec![pick], giant: None, start, sorted: true }
    }

    /// A record that fits no page, or the lines before the first one where those fit none.
    fn giant(&mut self, page: Page) -> io::Result<Cut> {
        let start = self.at;
        let bytes = self.source.bytes.clone();
        let mut lines = LineReader::new(&*bytes, start);
        let mut first = self.open.take();
        let mut next = self.end;
        let mut is_first_line = true;
        while let Some(line) = lines.next_line()?.filter(|line| line.start < self.end) {
            let known = first.filter(|_| is_first_line);
            let begin = match known {
                Some(begin) => Some(begin),
                None => self.begin(&line.whole_text(&*bytes)?),
            };
            let is_first = std::mem::replace(&mut is_first_line, false);
            match begin {
                None => {}
                Some(begin) if is_first => first = Some(begin),
                Some(begin) => {
                    next = line.start;
                    self.open = Some(begin);
                    if first.is_none() {
                        return Ok(self.giant_cut(page, start..next, begin, false));
                    }
                    break;
                }
            }
        }
        let is_record = first.is_some();
        let first = first.unwrap_or(Begin { instant: UNDATED, precision: Precision::Second });
        Ok(self.giant_cut(page, start..next, first, is_record))
    }

    fn giant_cut(&mut self, page: Page, range: Range<u64>, begin: Begin, is_record: bool) -> Cut {
        let Begin { instant, precision } = begin;
        self.at = range.end;
        let pick = Pick { instant, at: 0, len: GIANT, page: 0, precision, is_record };
        self.findings.to = self.at;
        self.findings.count(instant, range.end - range.start, is_record);
        Cut { page, picks: vec![pick], start: range.start, giant: Some(range), sorted: true }
    }
}
