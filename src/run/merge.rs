//! `rfo merge`: raw log records in one time order. One call a stage, as in [`run`](super).
//!
//! Most logs say in every stamp when it was, and stand in order: a look at some of their stamps
//! shows that, and they are read once, while they are written. Where the stamps of an input have to
//! be looked at together (no year, a repeated hour, days and months in doubt), that is done first.
//! An input in no order is sorted by its stamps. A record gets the instant that the timeline gives it.

mod account;
mod parts;

use std::{
    io::{self, Write},
    path::PathBuf,
    sync::Arc,
};

use account::finished;
use parts::{list, part_of, span_of};
use rayon::prelude::*;

use super::{PLACES, RunError, SLACK, Span, both, decide, find, in_pool, inputs, scan};
use crate::{
    definition::tell::Depth,
    detect::Verdict,
    discover::range::RangeRead,
    merge::{
        Findings,
        clock::Clock,
        cut::{Cutter, Foreseen, Source},
        listed::{Entry, Listed, Sorter},
        probe, seek,
        sink::{Fate, Prefix, Sink, label},
        steady::Steady,
        weave::{Break, Strand, Weave, Woven, weave},
    },
    reader::{Framing, Plan, Scan},
    report::Progress,
    settings::{Label, Merging, Reading, SettingsError},
    time::policy::{self, Policy},
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
/// Why no clock is put right by itself.
const ALONE: &str = "rfo merge compares no inputs; let rfo inspect --skew auto say what is off, and tell \
                     it by --skew GLOB=±DUR";
/// Places to look at where a window is asked for: the input is taken as ordered then.
const FEW_PLACES: u64 = 4;
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
    /// Paths of the evidence that is no log.
    left: Vec<Arc<str>>,
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
/// A path that is not there, an option that matches nothing, or `--skew auto`.
pub fn prepare<'r>(
    reading: &'r Reading,
    merging: &'r Merging,
    own: &[PathBuf],
) -> Result<Merge<'r>, RunError> {
    if reading.skew_auto {
        return Err(SettingsError::Option {
            option: "--skew auto".to_owned(),
            reason: ALONE.to_owned(),
        }
        .into());
    }
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
        merge.left.extend(rest.iter().map(|plan| plan.input.path.clone()));
        merge.others.extend(rest.into_iter().map(passed_over));
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

/// Stamps, and how they are read.
type Stamps = (Scan, Option<(Policy, Foreseen)>);

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
            self.span = known.par_iter().map(inputs::written_span).reduce(|| self.span, both);
        }
        for (plan, scan) in open {
            let policy = self.policy(&plan, &scan, self.span);
            if policy.open_places().is_empty() {
                let part = self.streamed(plan, scan, policy, Foreseen::All);
                self.parts.push(part);
            } else {
                // Who wrote which record decides, and only a scan knows that.
                scanned.push(plan);
            }
        }
        let decided = self.scan_and_decide(scanned);
        self.parts.extend(decided.into_iter().map(part_of));
        self.parts.sort_by(|a, b| a.plan.input.path.as_bytes().cmp(b.plan.input.path.as_bytes()));
    }

    /// Looks at the stamps of an input: at some, and if those do not settle how its times are read,
    /// at all.
    fn look(&self, plan: Plan) -> Looked {
        let Some(mut clock) = Clock::of(&plan) else { return Looked::Scan(Box::new(plan)) };
        let stamps = self.stamps(&plan, &mut clock);
        drop(clock);
        match stamps {
            Err(error) => Looked::Unreadable(Box::new(plan), error),
            Ok((scan, None)) => Looked::Open(Box::new(plan), Box::new(scan)),
            Ok((_, Some((policy, Foreseen::All)))) if !policy.open_places().is_empty() => {
                Looked::Scan(Box::new(plan))
            }
            Ok((scan, Some((policy, foreseen)))) => {
                let part = self.streamed(plan, scan, policy, foreseen);
                let span = span_of(&part.scan.ticks, &part.policy);
                Looked::Known(Box::new(part), span)
            }
        }
    }

    /// The stamps that were looked at, and the policy that they settle; none where the dates of other
    /// inputs may help.
    fn stamps(&self, plan: &Plan, clock: &mut Clock<'_>) -> io::Result<Stamps> {
        let places = if self.merging.window.is_whole() { PLACES } else { FEW_PLACES };
        let bytes = plan.input.open()?;
        let scan = Scan { ticks: probe::some(&*bytes, clock, places)?, ..Scan::default() };
        let policy = self.policy(plan, &scan, None);
        if let Some(foreseen) = probe::foresee(&scan.ticks, &policy) {
            return Ok((scan, Some((policy, foreseen))));
        }
        let scan = Scan { ticks: probe::all(&*bytes, clock)?, ..Scan::default() };
        let settled = !inputs::lacks_date(&scan);
        let policy = settled.then(|| (self.policy(plan, &scan, None), Foreseen::All));
        Ok((scan, policy))
    }

    fn policy(&self, plan: &Plan, scan: &Scan, others: Option<Span>) -> Policy {
        policy::decide(&scan.ticks, &inputs::facts(plan, scan, self.reading, others))
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
                    self.settle(input)?;
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
    fn settle(&mut self, input: usize) -> io::Result<()> {
        let part = &mut self.parts[input];
        if let Course::Stream(foreseen) = part.course {
            part.course = Course::List(foreseen);
            part.remarks.push(DISORDERED.to_owned());
            return Ok(());
        }
        let plan = part.plan.clone();
        let decided = in_pool(self.reading, || Ok(self.scan_and_decide(vec![plan])));
        if let Some(decided) = decided.map_err(io::Error::other)?.pop() {
            let remarks = std::mem::take(&mut self.parts[input].remarks);
            self.parts[input] = Part { remarks, ..part_of(decided) };
        }
        Ok(())
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
            let clock = Clock::of(&part.plan).ok_or_else(|| io::Error::other("it has no clock"))?;
            let bytes = bytes.clone();
            Ok::<_, io::Error>(Source { bytes, clock, policy: &part.policy, foreseen })
        };
        let mut sorter = Sorter::new(self.merging.memory / self.parts.len().max(1) as u64);
        let size = part.plan.input.size;
        let findings = match &part.course {
            Course::Stream(foreseen) => {
                let supply = Box::new(self.steady(source(*foreseen)?, size)?);
                return Ok(Strand { supply, bytes });
            }
            Course::List(foreseen) => list(source(*foreseen)?, size, self.page, &mut sorter)?,
            Course::Scanned(entries) => {
                let mut findings = Findings { to: size, ..Findings::default() };
                for entry in entries {
                    findings.count(entry.instant, entry.len, entry.is_record);
                    sorter.push(*entry)?;
                }
                findings
            }
        };
        let supply = Box::new(Listed::new(bytes.clone(), sorter, self.page, findings)?);
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
        let parts = parts.into_iter().zip(fates).zip(woven);
        let (inputs, tallies) =
            parts.map(|((part, fate), woven)| finished(part, fate, &woven)).unzip();
        let read = super::Read { inputs, others, tallies };
        let accounts = read.accounts();
        let mut run = inputs::run(read, reading, accounts);
        for report in &mut run.inputs {
            // An image is no log either, and nobody would look for it in the output.
            if left.iter().any(|path| **path == *report.path) {
                report.remarks.extend(report.unread.clone());
            }
        }
        run
    }
}

const DISORDERED: &str = "its records are in no order: they were sorted by their times";
