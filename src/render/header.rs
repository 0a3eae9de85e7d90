//! The statements above the table: coverage, zones, elapsed, and the doubts in plain words.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    clock, incident,
    page::{Block, MADE_BY, Page, Rich, Style, ends, plain, span},
    row::DOUBT,
    safe::{self, counted},
};
use crate::{
    event::Event,
    time::{Basis, Note, Precision, Quality, Stamp},
    timeline::{Standing, Timeline},
};

/// Most sources named in one statement.
const NAMED: usize = 4;

/// The statements of a page, and how another one is made.
pub(crate) fn of<'t>(page: &Page<'t>) -> Vec<Block<'t>> {
    statements(page, true)
}

/// The statements; with what to say to rfo for another page only where that helps.
pub(crate) fn statements<'t>(page: &Page<'t>, hints: bool) -> Vec<Block<'t>> {
    let timeline = page.timeline;
    let told = timeline.title.facts.iter();
    let told = told.map(|(label, fact)| vec![plain(format!("{label}: {}.", safe::line(fact)))]);
    let mut facts: Vec<Rich<'_>> = told.collect();
    facts.push(zones(page));
    facts.push(vec![plain(coverage(timeline))]);
    facts.extend(window(timeline).map(|text| vec![plain(text)]));
    let events = &timeline.run.accounts.events;
    let found = timeline.run.incident.as_ref();
    facts.extend(found.map(|found| vec![plain(incident::statement(found, events, hints))]));
    facts.extend(page.base.map(|base| {
        let from = if base.marked { "the row marked Start" } else { "the first row" };
        let at = clock::date_and_time(base.at.0, base.at.1);
        vec![plain(format!(
            "Elapsed is h:mm:ss (h:mm for times without seconds) from {from}, {at}."
        ))]
    }));
    facts.extend(remarks(timeline).map(|text| vec![plain(text)]));
    let mut blocks = vec![Block::List(facts)];
    let doubts = doubts(timeline);
    if !doubts.is_empty() {
        blocks.push(Block::Paragraph(legend(page)));
        blocks.push(Block::List(doubts));
    }
    blocks
}

/// The zone statement, with each local column and its clock changes.
fn zones<'t>(page: &Page<'t>) -> Rich<'t> {
    let mut text = vec![span(Style::Strong, "All times are UTC.")];
    let locals: Vec<_> = page.locals.iter().map(clock::LocalClock::words).collect();
    let rules = format!("tz database {}", safe::line(&page.timeline.run.tzdb));
    match locals.as_slice() {
        [] => {}
        [one] => text.push(plain(format!(" Local column: {one} ({rules})."))),
        more => text.push(plain(format!(" Local columns: {} ({rules}).", more.join("; ")))),
    }
    text
}

fn coverage(timeline: &Timeline) -> String {
    let accounts = &timeline.run.accounts;
    let sources = timeline.run.inputs.iter().filter(|input| input.standing == Standing::Read);
    let of = format!(
        "from {} in {}, {MADE_BY}{}",
        counted(accounts.records.read, "record", "records"),
        counted(sources.count() as u64, "source", "sources"),
        timeline.run.version
    );
    let (Some((first, last)), Some(row)) = (ends(timeline), timeline.rows.get(0)) else {
        return format!("No rows with a time, {of}.");
    };
    let finest = |event: &Cow<'_, Event>| event.stamp.instant == Some(last);
    let end = timeline.rows.iter().rev().find(finest).unwrap_or_else(|| row.clone());
    let rows = counted(timeline.rows.len() as u64, "row", "rows");
    let from = clock::date_and_time(first, row.stamp.precision);
    let to = clock::beside(last, end.stamp.precision, first);
    let days = [&row, &end].iter().any(|event| event.stamp.precision == Precision::Day);
    let long = clock::span(last.0.saturating_sub(first.0));
    let long = if days { String::new() } else { format!(" ({long})") };
    let all = if timeline.all { " Every event is a row." } else { "" };
    format!("{rows}, {from} to {to}{long}, {of}.{all}")
}

fn window(timeline: &Timeline) -> Option<String> {
    let show = |instant| clock::date_and_time(instant, Precision::Second);
    let window = timeline.window;
    let asked = match (window.from.map(show), window.to.map(show)) {
        (None, None) => return None,
        (Some(from), None) => format!("from {from} on"),
        (None, Some(to)) => format!("before {to}"),
        (Some(from), Some(to)) => format!("from {from} until just before {to}"),
    };
    let outside = timeline.run.accounts.events.outside_window;
    let outside = counted(outside, "event lies", "events lie");
    Some(format!("Only events {asked} are shown; {outside} outside."))
}

/// What is not in doubt and still not as written: law 2 wants it said.
fn remarks(timeline: &Timeline) -> Option<String> {
    type Fits = fn(Quality) -> bool;
    let kinds: [(&str, Fits); 6] = [
        ("zone inferred from other sources", |q| q.basis == Basis::ZoneInferred),
        ("year not written", |q| q.has(Note::Year)),
        ("day/month order decided from the file", |q| q.has(Note::Order)),
        ("time of delivery, not of sending", |q| q.has(Note::Received)),
        ("mended while reading", |q| q.has(Note::Repaired)),
        ("clock corrected", |q| q.has(Note::Skew)),
    ];
    let told = kinds.into_iter().filter_map(|(words, fits)| {
        let n = timeline.rows.iter().filter(|event| fits(event.stamp.quality)).count();
        (n > 0).then(|| format!("{words} ({})", counted(n as u64, "row", "rows")))
    });
    let told = told.collect::<Vec<_>>().join(", ");
    (!told.is_empty()).then(|| format!("Times worked out by a rule: {told}."))
}

fn legend<'t>(page: &Page<'_>) -> Rich<'t> {
    let doubtful = page.timeline.rows.iter().filter(|event| event.stamp.in_doubt()).count() as u64;
    let rows = page.timeline.rows.len() as u64;
    let head = format!("{DOUBT} marks a time in doubt");
    let count = if doubtful == 0 {
        ":".to_owned()
    } else {
        format!(", in {} of {}:", safe::grouped(doubtful), counted(rows, "row", "rows"))
    };
    vec![span(Style::Strong, format!("{head}{count}"))]
}

/// Why a time is in doubt: the gravest reason alone, so that the counts add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Doubt {
    Zone,
    Gap,
    Fold,
    Suspect,
    Readings,
    Undated,
}

impl Doubt {
    fn of(stamp: &Stamp) -> Option<Self> {
        let quality = stamp.quality;
        match stamp.instant {
            _ if !stamp.in_doubt() => None,
            None => Some(Self::Undated),
            Some(_) if quality.basis == Basis::ZoneAssumed => Some(Self::Zone),
            Some(_) if quality.has(Note::Gap) => Some(Self::Gap),
            Some(_) if quality.has(Note::Suspect) => Some(Self::Suspect),
            Some(_) if quality.has(Note::Fold) => Some(Self::Fold),
            Some(_) => Some(Self::Readings),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Zone => "zone nowhere told, UTC assumed",
            Self::Gap => "a local time that the clock change skipped",
            Self::Fold => "a local time that occurred twice",
            Self::Suspect => "contradicted by other evidence",
            Self::Readings => "more than one reading possible",
            Self::Undated => "no time at all, listed under Undated",
        }
    }

    /// True for an option that settles this doubt.
    fn mended_by(self, option: &str) -> bool {
        option.starts_with("--zone") == (self == Self::Zone) && self != Self::Undated
    }
}

/// The doubts, counted, with the sources that have them and the options that would settle them.
fn doubts(timeline: &Timeline) -> Vec<Rich<'_>> {
    let mut by_reason: BTreeMap<Doubt, (u64, BTreeSet<Arc<str>>)> = BTreeMap::new();
    for event in timeline.events() {
        let Some(doubt) = Doubt::of(&event.stamp) else { continue };
        let (count, paths) = by_reason.entry(doubt).or_default();
        *count += 1;
        paths.extend(event.sources.first().map(|source| source.path.clone()));
    }
    let statements = by_reason.into_iter();
    statements.map(|(doubt, (count, paths))| statement(timeline, doubt, count, &paths)).collect()
}

fn statement(
    timeline: &Timeline,
    doubt: Doubt,
    count: u64,
    paths: &BTreeSet<Arc<str>>,
) -> Rich<'static> {
    let rows = match doubt {
        Doubt::Undated => counted(count, "event", "events"),
        _ => counted(count, "row", "rows"),
    };
    let mut text = vec![plain(format!("{rows}: {} (", doubt.words()))];
    for (at, path) in paths.iter().take(NAMED).enumerate() {
        if at > 0 {
            text.push(plain(", "));
        }
        text.push(span(Style::Code, safe::line(path).into_owned()));
    }
    let more = match paths.len().saturating_sub(NAMED) {
        0 => ").".to_owned(),
        more => format!(" and {more} more)."),
    };
    text.push(plain(more));
    let inputs = timeline.run.inputs.iter().filter(|input| paths.contains(&*input.path));
    let needs = inputs.flat_map(|input| &input.needs);
    let needs: BTreeSet<_> = needs.filter(|option| doubt.mended_by(option)).collect();
    for (at, option) in needs.iter().take(NAMED).enumerate() {
        text.push(plain(if at == 0 { " Settle with " } else { " " }));
        text.push(span(Style::Code, safe::line(option).into_owned()));
    }
    text
}
