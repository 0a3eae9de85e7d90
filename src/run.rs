//! The run: one call a stage, in the order of the picture. Read this file first.
//!
//! ```text
//! paths ─► discover ─► detect ─► scan ─► decide ─► resolve ─► merge ─► tell ─► join ─► condense ─► render
//! ```
//!
//! Everything that a stage finds out stands in what it gives; nothing is kept in globals, so the
//! same inputs and settings give the same bytes for any number of threads.

mod choice;
mod clocks;
pub mod explain;
mod inputs;
mod mails;
pub mod merge;
mod remarks;
mod rows;
mod streams;
pub mod trial;
mod trust;
mod zones;

pub(crate) use inputs::own_facts;

use std::path::PathBuf;

use rayon::prelude::*;

use crate::{
    accounts::Accounts,
    definition::tell::Depth,
    detect::{self, Verdict},
    discover::{self, DiscoverError, Limits},
    incident::{Incident, edits::Edits},
    join::{self, Joined},
    reader::{Piece, Plan, Scan},
    report::Progress,
    settings::{Reading, SettingsError, Showing},
    time::{
        Instant, SECOND,
        policy::{self, Facts, Inferred},
    },
    timeline::{
        Heading, Run, Timeline, Window,
        kept::Kept,
        merge::{Placed, merge},
        tell::Decided,
    },
};

/// Places between its ends that an input is looked at in, to see whether it is in order.
const PLACES: u64 = 64;
/// Disorder that a window in an input taken as ordered allows for (ns).
const SLACK: i64 = 60 * SECOND;

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The command line.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The paths.
    #[error(transparent)]
    Discover(#[from] DiscoverError),
    /// What is to be explained.
    #[error(transparent)]
    Asked(#[from] explain::AskedError),
    /// The thread pool.
    #[error("cannot start threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

impl RunError {
    /// The same, with the place in the incident file where it is the file that says so.
    #[must_use]
    pub fn placed(self, incident: Option<&Incident>) -> Self {
        match self {
            Self::Settings(error) => error.placed(incident).into(),
            other => other,
        }
    }
}

/// Builds the timeline. `own` are files that this run writes; a walk passes over them.
///
/// # Errors
/// A path that is not there, or an option that matches nothing. What goes wrong with single
/// inputs and records stands in the timeline instead.
pub fn timeline(
    reading: &Reading,
    showing: &Showing,
    own: &[PathBuf],
    talk: bool,
) -> Result<Timeline, RunError> {
    in_pool(reading, || {
        let trusted = showing.trust_order.then_some(showing.window);
        let mut read = read(reading, own, |_| true, trusted, talk)?;
        let kept = zones::settle(&mut read, reading);
        Ok(show(read, kept, reading, showing, talk))
    })
}

/// The records that [`merge`](merge::prepare) would write, each as an event.
///
/// # Errors
/// As [`timeline`].
pub fn merged_events(
    reading: &Reading,
    window: Window,
    own: &[PathBuf],
    talk: bool,
) -> Result<Timeline, RunError> {
    in_pool(reading, || {
        let read = read(reading, own, merge::is_merged, None, talk)?;
        let showing = Showing { window, all: true, ..Showing::default() };
        let kept = Kept::new(read.inputs.len());
        Ok(show(read, kept, reading, &showing, talk))
    })
}

/// Reads all inputs without showing any event: what `rfo inspect` tells.
///
/// # Errors
/// As [`timeline`].
pub fn inspect(reading: &Reading, talk: bool) -> Result<Run, RunError> {
    in_pool(reading, || {
        let mut read = read(reading, &[], |_| true, None, talk)?;
        zones::settle(&mut read, reading);
        let placed = resolve(&mut read);
        let clocks = clocks::heard(&read, placed);
        let mut accounts = read.accounts();
        accounts.events.shown = accounts.events.told;
        let remarks = remarks::zones(&read, reading, talk);
        for (input, remark) in clocks::remarks(&clocks) {
            read.inputs[input as usize].scan.remarks.push(remark);
        }
        Ok(clocks::add(clocks, Run { remarks, ..inputs::run(read, reading, accounts) }))
    })
}

fn in_pool<T: Send>(
    reading: &Reading,
    work: impl FnOnce() -> Result<T, RunError> + Send,
) -> Result<T, RunError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(reading.jobs).build()?;
    pool.install(work)
}

/// What the reading stages gave.
pub(crate) struct Read {
    pub(crate) inputs: Vec<Decided>,
    pub(crate) others: Vec<Verdict>,
    pub(crate) tallies: Vec<inputs::Tally>,
}

impl Read {
    fn accounts(&self) -> Accounts {
        let mut sum = Accounts::default();
        self.inputs.iter().for_each(|input| sum.add(&input.scan.accounts));
        for verdict in &self.others {
            if let Verdict::Unread(input, _) = verdict {
                sum.bytes.size += input.original_size();
                sum.bytes.not_read += input.original_size();
            }
        }
        sum
    }
}

/// Discover, detect, scan, decide.
///
/// Of inputs in order, those records are left that may lie in the `trusted` window, where there is
/// one. Records are sketched, not only ticked: the choice of rows needs the sketches, and the inspection
/// counts the records that fit no whole template.
fn read(
    reading: &Reading,
    own: &[PathBuf],
    wanted: impl Fn(&Plan) -> bool,
    trusted: Option<Window>,
    talk: bool,
) -> Result<Read, RunError> {
    let (plans, mut others) = find(reading, own)?;
    let (mut plans, left): (Vec<Plan>, Vec<Plan>) = plans.into_iter().partition(wanted);
    others.extend(left.into_iter().map(merge::passed_over));
    if let Some(window) = trusted {
        plans.par_iter_mut().for_each(|plan| trust::narrow(plan, reading, window));
    }
    let bytes = |plan: &Plan| plan.bytes().end - plan.bytes().start;
    let progress = Progress::new(plans.iter().map(bytes).sum(), talk);
    let mut scans = scan(plans, reading.chunk, Depth::Sketch, &progress, &mut others);
    mails::settle(&mut scans);
    progress.finish();
    Ok(Read { inputs: decide(scans, reading, None), others, tallies: Vec::new() })
}

/// Discover, detect: how each input is to be read, and those that are not.
fn find(reading: &Reading, own: &[PathBuf]) -> Result<(Vec<Plan>, Vec<Verdict>), RunError> {
    let found = discover::inputs(&reading.paths, own, Limits::default())?;
    let paths: Vec<_> = found.iter().map(|input| input.path.clone()).collect();
    reading.check_globs(&paths)?;
    let verdicts = detect::detect(found, &reading.shelf, reading);
    reading.shelf.sound().map_err(SettingsError::from)?;
    reading.check_columns(verdicts.iter().filter_map(|verdict| match verdict {
        Verdict::Read(plan) => Some((&*plan.input.path, plan.columns()?)),
        _ => None,
    }))?;
    Ok(inputs::split(verdicts))
}

/// Scans all inputs, in parallel by file and by chunk; results stand by index, so their order
/// never depends on which thread was first.
fn scan(
    plans: Vec<Plan>,
    chunk: u64,
    depth: Depth,
    progress: &Progress,
    others: &mut Vec<Verdict>,
) -> Vec<(Plan, Scan)> {
    let tasks: Vec<(usize, std::ops::Range<u64>)> = plans
        .iter()
        .enumerate()
        .flat_map(|(number, plan)| plan.chunks(chunk).into_iter().map(move |range| (number, range)))
        .collect();
    let scanned: Vec<(usize, std::io::Result<Piece>)> = tasks
        .into_par_iter()
        .map(|(number, range)| {
            let plan = &plans[number];
            let bytes = range.end - range.start;
            let piece = plan.input.open().and_then(|source| plan.scan(&*source, range, depth));
            progress.add(bytes);
            (number, piece)
        })
        .collect();
    let mut pieces: Vec<Vec<std::io::Result<Piece>>> = plans.iter().map(|_| Vec::new()).collect();
    for (number, piece) in scanned {
        pieces[number].push(piece);
    }
    let mut scans = Vec::new();
    for (plan, pieces) in plans.into_iter().zip(pieces) {
        match pieces.into_iter().collect::<std::io::Result<Vec<Piece>>>() {
            Ok(pieces) => {
                let scan = plan.combine(pieces);
                scans.push((plan, scan));
            }
            Err(error) => {
                others.push(Verdict::Unread(plan.input, format!("cannot read: {error}")));
            }
        }
    }
    scans
}

/// Fixes one policy an input: first the inputs that write their dates whole, then, knowing the
/// time that these span, the others. `known` is a span that inputs beside these have.
fn decide(scans: Vec<(Plan, Scan)>, reading: &Reading, known: Option<Span>) -> Vec<Decided> {
    let first: Vec<Decided> = scans
        .into_par_iter()
        .map(|(plan, scan)| {
            let policy = policy::decide(&scan.ticks, &inputs::facts(&plan, &scan, reading, None));
            Decided { plan, scan, policy }
        })
        .collect();
    let span = first.par_iter().map(inputs::written_span).reduce(|| known, both);
    let again = |mut input: Decided| {
        let span = span.filter(|_| inputs::lacks_date(&input.scan));
        if span.is_some() {
            let facts = inputs::facts(&input.plan, &input.scan, reading, span);
            input.policy = policy::decide(&input.scan.ticks, &facts);
        }
        decide_writers(&mut input, &|input| inputs::facts(&input.plan, &input.scan, reading, span));
        input
    };
    first.into_par_iter().map(again).collect()
}

/// Asks who wrote which record, where that decides. An input that can no longer be read is told of
/// where its records are asked for.
fn decide_writers(input: &mut Decided, facts: &dyn Fn(&Decided) -> Facts) {
    if let Ok(Some(writers)) = streams::writers(input) {
        let facts = Facts { streams: writers, ..facts(input) };
        input.policy = policy::decide(&input.scan.ticks, &facts);
    }
}

/// Decides the policy of an input again, of which other inputs prove the zone. `others` is the time
/// that those span which write their dates whole.
fn decide_again(input: &mut Decided, reading: &Reading, others: Option<Span>, inferred: &Inferred) {
    let others = others.filter(|_| inputs::lacks_date(&input.scan));
    let facts = |input: &Decided| {
        let inferred_zone = Some(inferred.clone());
        Facts { inferred_zone, ..inputs::facts(&input.plan, &input.scan, reading, others) }
    };
    input.policy = policy::decide(&input.scan.ticks, &facts(input));
    decide_writers(input, &facts);
}

/// The time that inputs which write their dates whole span.
fn span_of_others(read: &Read) -> Option<Span> {
    read.inputs.par_iter().map(inputs::written_span).reduce(|| None, both)
}

/// First and last instant.
pub(crate) type Span = (Instant, Instant);

/// The span that holds two.
fn both(one: Option<Span>, other: Option<Span>) -> Option<Span> {
    match (one, other) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (one, other) => one.or(other),
    }
}

/// Resolves every tick: its place in the order, or none; and tallies what is in doubt.
fn resolve(read: &mut Read) -> Vec<Vec<Placed>> {
    let resolved: Vec<(Vec<Placed>, inputs::Tally)> = read
        .inputs
        .par_iter()
        .enumerate()
        .map(|(number, input)| inputs::resolve(number as u32, input))
        .collect();
    let (placed, tallies) = resolved.into_iter().unzip();
    read.tallies = tallies;
    placed
}

/// All events in their order, and what is one among them.
struct Placing {
    order: Vec<Placed>,
    /// What was read for the joins.
    kept: Kept,
    joined: Joined,
    /// What was put right of clocks.
    corrected: Vec<clocks::Said>,
}

impl Placing {
    /// What is said of the clocks: what was put right of them, and what is off now.
    fn clocks(&self, read: &Read) -> Vec<clocks::Said> {
        [self.corrected.clone(), clocks::clocks(read, &self.joined)].concat()
    }
}

/// Resolve, merge, join; `kept` is what was read before. Where clocks are to be put right by what that shows, it is all done again
/// with the right ones.
fn join_all(read: &mut Read, reading: &Reading, kept: Kept) -> Placing {
    let first = place(read, kept);
    let corrected =
        if reading.skew_auto { clocks::correct(read, reading, &first.joined) } else { Vec::new() };
    if corrected.is_empty() {
        return first;
    }
    drop(first);
    let kept = Kept::new(read.inputs.len());
    Placing { corrected, ..place(read, kept) }
}

fn place(read: &mut Read, kept: Kept) -> Placing {
    let order = merge(&resolve(read));
    let joined = join::join(&read.inputs, &order, &kept);
    Placing { order, kept, joined, corrected: Vec::new() }
}

/// Resolve, merge, join, choose, tell, condense: from scans to rows.
fn show(mut read: Read, kept: Kept, reading: &Reading, showing: &Showing, talk: bool) -> Timeline {
    let placing = join_all(&mut read, reading, kept);
    let clocks = placing.clocks(&read);
    let Placing { order, kept, mut joined, .. } = placing;
    let placed = (&order[..], &kept);
    let mut edits = Edits::find(showing.incident.as_deref(), &read.inputs, placed, &mut joined);
    let placed = (&order[..], &kept, &joined);
    let choice = (!showing.all).then(|| choice::choose(&read, placed, showing, &edits));
    let mut laid = rows::lay(&mut read, placed, choice.as_ref(), (showing.window, &edits), talk);
    let edited = showing.incident.is_some();
    let (rows, incident) = if choice.is_none() && !edited {
        (laid.packed(), None)
    } else {
        let mut held = laid.held(&mut |_, _| {});
        let added = edits.apply(&mut held, showing.window, showing.all);
        laid.written(added, edits.written() - added);
        let found = choice.as_ref().map(|choice| choice.found(&read, &kept, &held));
        (held.into_iter().map(|(_, row)| row).collect::<Vec<_>>().into(), found)
    };
    let (mut undated, accounts) = laid.finish(rows.len());
    edits.apply_undated(&mut undated);
    let remarks = remarks::zones(&read, reading, talk);
    for (input, remark) in joined.remarks.into_iter().chain(clocks::remarks(&clocks)) {
        read.inputs[input as usize].scan.remarks.push(remark);
    }
    let mut run = Run { incident, remarks, ..inputs::run(read, reading, accounts) };
    run.faults.append(&mut edits.faults);
    Timeline {
        title: showing.incident.as_deref().map(Heading::of).unwrap_or_default(),
        rows,
        undated,
        show_zones: showing.show_zones.clone(),
        window: showing.window,
        all: showing.all,
        run: clocks::add(clocks, run),
    }
}
