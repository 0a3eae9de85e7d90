//! `rfo merge`: raw log records in one time order. One call a stage, as in [`run`](super).
//!
//! Most logs say in every stamp when it was, and stand in order: a look at some of their stamps
//! shows that, and they are read once, while they are written. Where the stamps of an input have to
//! be looked at together (no year, a repeated hour, days and months in doubt), that is done first.
//! An input in no order is sorted by its stamps. A record gets the instant that the timeline gives it.

use std::{
    io::{self, Write},
    path::PathBuf,
    sync::Arc,
};

use rayon::prelude::*;

use super::{RunError, Span, both, decide, find, in_pool, inputs, scan};
use crate::{
    accounts::{Accounts, Fault},
    definition::tell::Depth,
    detect::Verdict,
    discover::range::RangeRead,
    merge::{
        Findings,
        clock::Clock,
        cut::{Cutter, Foreseen, Source},
        listed::{Entry, Listed, Sorter},
        page::Page,
        probe, seek,
        sink::{Fate, Prefix, Sink, label},
        steady::Steady,
        weave::{Break, Strand, Weave, Woven, weave},
    },
    reader::{Framing, Plan, Scan, Tick},
    report::Progress,
    settings::{Label, Merging, Reading},
    time::{
        Basis, Instant, Precision, SECOND,
        policy::{self, Policy},
    },
    timeline::{Run, tell::Decided},
};

/// Largest page that an input is read by, in bytes.
const PAGE: usize = 256 << 10;
/// Smallest page, in bytes.
const SMALL_PAGE: usize = 16 << 10;
/// What all pages together may take, in bytes, unless there are more inputs than that allows for.
const PAGES: usize = 64 << 20;
/// Pages an input may have in memory at a time: written, waiting, held and read.
const PAGES_AN_INPUT: usize = 4;
/// Places between its ends that an input is looked at in.
const PLACES: u64 = 64;
/// The same where a window is asked for: the input is taken as ordered then.
const FEW_PLACES: u64 = 4;
/// Disorder that a window in an input taken as ordered allows for (ns).
const SLACK: i64 = 60 * SECOND;
/// More inputs than this are not held open all the time.
const OPEN: usize = 200;

/// How the records of an input come to be in order.
enum Course {
    /// They are, or nearly.
    Stream(Foreseen),
    /// They are sorted by their stamps.
    List(Foreseen),
    /// They were found by a scan, as the timeline finds them.
    Scanned(Vec<Entry>),
}

/// An input that is merged.
struct Part {
    plan: Plan,
    /// The stamps that were looked at, and what the run reports.
    scan: Scan,
    policy: Policy,
    course: Course,
    remarks: Vec<String>,
}

/// Inputs that are ready to be merged.
pub struct Merge<'r> {
    reading: &'r Reading,
    merging: &'r Merging,
    parts: Vec<Part>,
    others: Vec<Verdict>,
    /// Evidence that is no log, by path, and why it is not merged.
    left: Vec<(String, String)>,
    /// The time that inputs with whole dates span.
    span: Option<Span>,
    page: usize,
    fates: Vec<Fate>,
    woven: Vec<Woven>,
    /// The last attempt found an input in no order; the next one knows.
    again: bool,
}

/// Finds the inputs and decides how their times are read. `own` are files that this run writes.
///
/// # Errors
/// A path that is not there, or an option that matches nothing.
pub fn prepare<'r>(
    reading: &'r Reading,
    merging: &'r Merging,
    own: &[PathBuf],
) -> Result<Merge<'r>, RunError> {
    in_pool(reading, || {
        let (plans, others) = find(reading, own)?;
        let (plans, rest): (Vec<Plan>, Vec<Plan>) = plans.into_iter().partition(is_merged);
        let page = PAGES / PAGES_AN_INPUT / plans.len().max(1);
        let mut merge = Merge {
            reading,
            merging,
            parts: Vec::new(),
            others,
            left: Vec::new(),
            span: None,
            page: page.clamp(SMALL_PAGE, PAGE),
            fates: Vec::new(),
            woven: Vec::new(),
            again: false,
        };
        merge.decide_all(plans, &rest);
        let rest = rest.into_iter().map(passed_over).inspect(|verdict| {
            if let Verdict::NotEvidence(input, why) = verdict {
                merge.left.push((input.path.to_string(), why.clone()));
            }
        });
        merge.others.extend(rest);
        Ok(merge)
    })
}

/// Evidence that is no log.
pub(super) fn passed_over(plan: Plan) -> Verdict {
    let what = kind_of(&plan.framing);
    let why = format!("{what} are not merged: rfo timeline reads them");
    Verdict::NotEvidence(plan.input, why)
}

/// True for an input whose records are lines, which alone are merged.
pub(super) fn is_merged(plan: &Plan) -> bool {
    matches!(plan.framing, Framing::Lines | Framing::JsonLines)
}

fn kind_of(framing: &Framing) -> &'static str {
    match framing {
        Framing::Csv(_) | Framing::Table => "rows of tables",
        Framing::JsonDocument => "members of a JSON document",
        Framing::Xml(_) => "elements of XML",
        Framing::Markdown => "entries of Markdown",
        Framing::Command => "what a program tells",
        Framing::Mailbox | Framing::MailboxByLength | Framing::SingleMail => "mails",
        Framing::Lines | Framing::JsonLines => "these",
    }
}

/// What a first look at an input gave.
enum Looked {
    /// Enough is known.
    Known(Box<Part>, Option<Span>),
    /// All stamps were looked at, and the dates of others may help.
    Open(Box<Plan>, Box<Scan>),
    /// A scan is needed.
    Scan(Box<Plan>),
    Unreadable(Box<Plan>, io::Error),
}

impl Merge<'_> {
    fn decide_all(&mut self, plans: Vec<Plan>, rest: &[Plan]) {
        let looked: Vec<Looked> = plans.into_par_iter().map(|plan| self.look(plan)).collect();
        let mut open = Vec::new();
        let mut scanned = Vec::new();
        for looked in looked {
            match looked {
                Looked::Known(part, span) => {
                    self.span = both(self.span, span);
                    self.parts.push(*part);
                }
                Looked::Open(plan, scan) => open.push((*plan, *scan)),
                Looked::Scan(plan) => scanned.push(*plan),
                Looked::Unreadable(plan, error) => {
                    let why = format!("cannot read: {error}");
                    self.others.push(Verdict::Unread(plan.input, why));
                }
            }
        }
        if !open.is_empty() || !scanned.is_empty() {
            // The dates of all evidence may settle those of a log, whether it is merged or not.
            let known = self.scan_and_decide(rest.to_vec());
            let spans = known.par_iter().filter_map(inputs::written_span);
            let span = spans.reduce_with(|a, b| (a.0.min(b.0), a.1.max(b.1)));
            self.span = both(self.span, span);
        }
        for (plan, scan) in open {
            let facts = inputs::facts(&plan, &scan, self.reading, self.span);
            let policy = policy::decide(&scan.ticks, &facts);
            if policy.open_places().is_empty() {
                let part = self.streamed(plan, scan, policy, Foreseen::All);
                self.parts.push(part);
            } else {
                // Who wrote which record decides, and only a scan knows that.
                scanned.push(plan);
            }
        }
        let decided = self.scan_and_decide(scanned);
        self.parts.extend(decided.into_iter().map(|decided| part_of(decided)));
        self.parts.sort_by(|a, b| a.plan.input.path.as_bytes().cmp(b.plan.input.path.as_bytes()));
    }

    /// Looks at the stamps of an input: at some, and if those do not settle how its times are read,
    /// at all.
    fn look(&self, plan: Plan) -> Looked {
        let Some(mut clock) = Clock::of(&plan) else { return Looked::Scan(Box::new(plan)) };
        let windowed = self.merging.window.from.is_some() || self.merging.window.to.is_some();
        let places = if windowed { FEW_PLACES } else { PLACES };
        let look = || -> io::Result<Result<(Scan, Policy, Foreseen), Scan>> {
            let bytes = plan.input.open()?;
            let ticks = probe::some(&*bytes, &mut clock, places)?;
            let scan = Scan { ticks, ..Scan::default() };
            let policy =
                policy::decide(&scan.ticks, &inputs::facts(&plan, &scan, self.reading, None));
            if let Some(foreseen) = probe::foresee(&scan.ticks, &policy) {
                return Ok(Ok((scan, policy, foreseen)));
            }
            let ticks = probe::all(&*bytes, &mut clock)?;
            let scan = Scan { ticks, ..Scan::default() };
            if inputs::lacks_date(&scan) {
                return Ok(Err(scan));
            }
            let policy =
                policy::decide(&scan.ticks, &inputs::facts(&plan, &scan, self.reading, None));
            Ok(Ok((scan, policy, Foreseen::All)))
        };
        let looked = {
            let mut look = look;
            look()
        };
        match looked {
            Err(error) => Looked::Unreadable(Box::new(plan), error),
            Ok(Err(scan)) => Looked::Open(Box::new(plan), Box::new(scan)),
            Ok(Ok((_, policy, Foreseen::All))) if !policy.open_places().is_empty() => {
                Looked::Scan(Box::new(plan))
            }
            Ok(Ok((scan, policy, foreseen))) => {
                let part = self.streamed(plan, scan, policy, foreseen);
                let span = span_of(&part.scan.ticks, &part.policy);
                Looked::Known(Box::new(part), span)
            }
        }
    }

    /// An input whose stamps are understood: streamed, unless they are seen to be in no order.
    fn streamed(&self, plan: Plan, scan: Scan, policy: Policy, foreseen: Foreseen) -> Part {
        let reach = 2 * self.page as u64;
        let mut remarks = Vec::new();
        let course = if probe::is_disordered(&scan.ticks, &policy, reach) {
            remarks.push(DISORDERED.to_owned());
            Course::List(foreseen)
        } else {
            Course::Stream(foreseen)
        };
        Part { plan, scan, policy, course, remarks }
    }

    /// Scans inputs as the timeline does.
    fn scan_and_decide(&mut self, plans: Vec<Plan>) -> Vec<Decided> {
        if plans.is_empty() {
            return Vec::new();
        }
        let progress = Progress::new(0, false);
        let scans = scan(plans, self.reading.chunk, Depth::Tick, &progress, &mut self.others);
        decide(scans, self.reading, self.span)
    }

    /// Writes all records in order. For an output that can be taken back (`may_restart`), an input
    /// that turns out to be in no order ends the attempt: [`Merge::settles`] says so, and the next
    /// attempt puts its records into their places.
    ///
    /// # Errors
    /// The output's.
    pub fn write(&mut self, out: &mut dyn Write, may_restart: bool) -> io::Result<()> {
        loop {
            self.again = false;
            let labels = self.merging.label.map(|how| {
                let path = |part: &Part| label(&part.plan.input.path, how == Label::Path);
                self.parts.iter().map(path).collect()
            });
            let prefix = Prefix { zones: self.merging.prepend.clone(), labels };
            let mut sink = Sink::new(out, prefix, &self.merging.window, self.parts.len());
            let how = Weave {
                threads: match self.reading.jobs {
                    0 => std::thread::available_parallelism().map_or(1, usize::from),
                    jobs => jobs,
                },
                dedupe: self.merging.dedupe,
                may_restart,
            };
            let strands = self.strands()?;
            let woven = weave(strands, how, &mut sink);
            self.fates = std::mem::take(&mut sink.fates);
            let restarts = !sink.has_written();
            match woven {
                Ok(woven) => {
                    self.woven = woven;
                    return Ok(());
                }
                Err(Break::Output(error)) => return Err(error),
                Err(Break::Unsettled(input)) => {
                    self.settle(input);
                    if !restarts {
                        self.again = true;
                        return Err(io::Error::other("an input is in no order"));
                    }
                }
            }
        }
    }

    /// The last attempt ended because an input is in no order, and the next one will not.
    pub fn settles(&self) -> bool {
        self.again
    }

    /// An input was found to be in no order, or to have stamps of several kinds: next time it is
    /// looked at as a whole.
    fn settle(&mut self, input: usize) {
        let part = &mut self.parts[input];
        let unforeseen = matches!(&part.course, Course::List(_));
        if let (Course::Stream(foreseen), false) = (&part.course, unforeseen) {
            let foreseen = *foreseen;
            part.course = Course::List(foreseen);
            part.remarks.push(DISORDERED.to_owned());
            return;
        }
        let mut decided = self.scan_and_decide(vec![self.parts[input].plan.clone()]);
        if let Some(decided) = decided.pop() {
            let remarks = std::mem::take(&mut self.parts[input].remarks);
            self.parts[input] = Part { remarks, ..part_of(decided) };
        }
    }

    /// The records of each input, to be woven.
    fn strands(&self) -> io::Result<Vec<Strand<'_>>> {
        let strand = |part| self.strand(part);
        in_pool(self.reading, || Ok(self.parts.par_iter().map(strand).collect()))
            .map_err(io::Error::other)?
    }

    fn strand<'s>(&'s self, part: &'s Part) -> io::Result<Strand<'s>> {
        let sparing = self.parts.len() > OPEN;
        let bytes: Arc<dyn RangeRead> = part.plan.input.open_for_long(sparing)?.into();
        let source = |foreseen| {
            let clock = Clock::of(&part.plan)?;
            Some(Source { bytes: bytes.clone(), clock, policy: &part.policy, foreseen })
        };
        let budget = self.merging.memory / self.parts.len().max(1) as u64;
        let size = part.plan.input.size;
        let listed = |sorter, findings| Listed::new(bytes.clone(), sorter, self.page, findings);
        let supply: Box<dyn crate::merge::Supply + 's> = match &part.course {
            Course::Stream(foreseen) => match source(*foreseen) {
                Some(source) => Box::new(self.steady(source, size)?),
                None => Box::new(listed(Sorter::new(budget), Findings::default())?),
            },
            Course::List(foreseen) => {
                let mut sorter = Sorter::new(budget);
                let mut findings = Findings::default();
                if let Some(source) = source(*foreseen) {
                    findings = list(source, size, self.page, &mut sorter)?;
                }
                Box::new(listed(sorter, findings)?)
            }
            Course::Scanned(entries) => {
                let mut sorter = Sorter::new(budget);
                let mut findings = Findings { to: size, ..Findings::default() };
                for entry in entries {
                    findings.count(entry);
                    sorter.push(*entry)?;
                }
                Box::new(listed(sorter, findings)?)
            }
        };
        Ok(Strand { supply, bytes })
    }

    /// The stream of an input; of one that is taken as ordered, only the part around the window.
    fn steady<'s>(&self, mut source: Source<'s>, size: u64) -> io::Result<Steady<'s>> {
        let window = self.merging.window;
        let mut start = 0;
        let mut until = None;
        if matches!(source.foreseen, Foreseen::Some { .. }) {
            if let Some(from) = window.from {
                start = seek::first_from(&mut source, from.0.saturating_sub(SLACK), size)?;
            }
            until = window.to.map(|to| to.0.saturating_add(SLACK));
        }
        Ok(Steady::new(Cutter::new(source, start..size, self.page), until))
    }

    /// What the run did.
    pub fn finish(self) -> Run {
        let Self { reading, parts, others, left, fates, woven, .. } = self;
        let mut faults = Vec::new();
        let mut accounts = Accounts::default();
        let mut decided = Vec::new();
        let mut tallies = Vec::new();
        for ((part, fate), woven) in parts.into_iter().zip(fates).zip(woven) {
            let (input, tally) = finished(part, fate, &woven, &mut faults);
            accounts.add(&input.scan.accounts);
            decided.push(input);
            tallies.push(tally);
        }
        for verdict in &others {
            if let Verdict::Unread(input, _) = verdict {
                accounts.bytes.size += input.original_size();
                accounts.bytes.not_read += input.original_size();
            }
        }
        let read = super::Read { inputs: decided, others, tallies };
        let mut run = inputs::run(read, reading, accounts);
        for report in &mut run.inputs {
            let why = left.iter().find(|(path, _)| *path == report.path);
            report.remarks.extend(why.map(|(_, why)| why.clone()));
        }
        run.faults.extend(faults);
        run.faults.sort_by(|a, b| (a.path.as_bytes(), a.line).cmp(&(b.path.as_bytes(), b.line)));
        run
    }
}

const DISORDERED: &str = "its records are in no order: they were sorted by their times";

/// The account, the tally and the remarks of an input that was merged.
fn finished(
    part: Part,
    fate: Fate,
    woven: &Woven,
    faults: &mut Vec<Fault>,
) -> (Decided, inputs::Tally) {
    let Part { plan, mut scan, policy, mut remarks, .. } = part;
    let found = woven.findings;
    let path = plan.input.path.to_string();
    let mut fault = |reason: String| faults.push(Fault { path: path.clone(), line: 0, reason });
    if let Some(error) = &woven.broken {
        fault(format!("could be read to byte {} only: {error}", found.to));
    } else if fate.cut_short {
        fault("a record that fits no page could not be read to its end".to_owned());
    }
    if found.late > 0 {
        fault(format!(
            "{} of its records stand further out of order than was read ahead, by up to {} s (the \
             first at byte {}): they were written where they were met; write to a file (-o) to have \
             them in their places",
            found.late,
            found.worst_ns / SECOND,
            found.first_late
        ));
    }
    if found.unforeseen > 0 {
        fault(format!(
            "{} of its stamps are of another kind than those that were looked at first; write to a \
             file (-o) to have all of them looked at before",
            found.unforeseen
        ));
    }
    let size = plan.input.original_size();
    let read = match plan.input.original {
        // A text that was decoded is read whole.
        Some(_) if woven.broken.is_none() => size,
        _ => plan.input.original_offset(found.to).saturating_sub(found.from).min(size),
    };
    if size > read && woven.broken.is_none() {
        let bytes = crate::render::safe::counted(size - read, "byte", "bytes");
        remarks.push(format!("{bytes} not read: the file was taken as ordered"));
    }
    if plan.input.original.is_some() {
        remarks.push("was read as UTF-16 or UTF-32 and is written as UTF-8".to_owned());
    }
    if fate.ended {
        remarks.push("its last record had no line end and was given one".to_owned());
    }
    let accounts = &mut scan.accounts;
    *accounts = Accounts::default();
    accounts.bytes.size = size;
    accounts.bytes.between_records = found.before_first.min(read);
    accounts.bytes.in_records = read - accounts.bytes.between_records;
    accounts.bytes.not_read = size - read;
    accounts.records.read = found.records;
    accounts.records.telling = found.records;
    accounts.events.told = found.records;
    accounts.events.shown = fate.written;
    accounts.events.joined = fate.joined;
    // What was read around a window and never asked for lies outside of it, too.
    accounts.events.outside_window = found.records.saturating_sub(fate.written + fate.joined);
    scan.remarks = remarks;
    scan.faults = Vec::new();
    let at = |instant: i64| Some((Instant(instant), Precision::Second));
    let mut tally = inputs::Tally::default();
    tally.first = found.span.and_then(|(first, _)| at(first));
    tally.last = found.span.and_then(|(_, last)| at(last));
    if policy.zone_basis() == Basis::ZoneAssumed && policy.zone_name().is_some() {
        tally.doubts.insert("zone_assumed".to_owned(), found.records);
    }
    (Decided { plan, scan, policy }, tally)
}

/// The span of stamps.
fn span_of(ticks: &[Tick], policy: &Policy) -> Option<Span> {
    let instants = ticks.iter().enumerate();
    let instants = instants.filter_map(|(at, tick)| policy::instant(policy, at, &tick.time));
    instants.fold(None, |span, instant| both(span, Some((instant, instant))))
}

/// The places of all records of an input.
fn list(source: Source<'_>, size: u64, page: usize, sorter: &mut Sorter) -> io::Result<Findings> {
    let mut cutter = Cutter::new(source, 0..size, page);
    while let Some(cut) = cutter.next(Page::default())? {
        for pick in &cut.picks {
            let (start, len) = match &cut.giant {
                Some(range) => (range.start, range.end - range.start),
                None => (cut.start + u64::from(pick.at), u64::from(pick.len)),
            };
            let (instant, precision, is_record) = (pick.instant, pick.precision, pick.is_record);
            sorter.push(Entry { instant, start, len, precision, is_record })?;
        }
    }
    Ok(cutter.findings)
}

/// A scanned input: each record goes up to the next one that has an instant.
fn part_of(decided: Decided) -> Part {
    let Decided { plan, scan, policy } = decided;
    let mut entries: Vec<Entry> = Vec::new();
    for (number, tick) in scan.ticks.iter().enumerate() {
        let Some(instant) = policy::instant(&policy, number, &tick.time) else { continue };
        if entries.last().is_some_and(|last| last.start == tick.start) {
            continue;
        }
        let (instant, start, precision) = (instant.0, tick.start, tick.time.precision);
        entries.push(Entry { instant, start, len: 0, precision, is_record: true });
    }
    let size = plan.input.size;
    let starts: Vec<u64> = entries.iter().map(|entry| entry.start).collect();
    let ends = starts.iter().skip(1).copied().chain(std::iter::once(size));
    for (entry, end) in entries.iter_mut().zip(ends) {
        entry.len = end - entry.start;
    }
    let first = starts.first().copied().unwrap_or(size);
    if first > 0 {
        let instant = entries.first().map_or(crate::merge::UNDATED, |entry| entry.instant);
        let precision = Precision::Second;
        entries.insert(0, Entry { instant, start: 0, len: first, precision, is_record: false });
    }
    let scan = Scan { accounts: Accounts::default(), ..scan };
    Part { plan, scan, policy, course: Course::Scanned(entries), remarks: Vec::new() }
}

impl Findings {
    fn count(&mut self, entry: &Entry) {
        if entry.is_record {
            self.records += 1;
            let (first, last) = self.span.unwrap_or((entry.instant, entry.instant));
            self.span = Some((first.min(entry.instant), last.max(entry.instant)));
        } else {
            self.before_first += entry.len;
        }
    }
}
