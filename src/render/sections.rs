//! The sections below the table: undated events, sources, what was not read, and the accounts.

use super::{
    incident,
    page::{Block, Rich, Section, Style, plain, span},
    row,
    safe::{self, grouped},
};
use crate::{
    accounts::{Accounts, Fault},
    timeline::{Clock, InputReport, Standing, Timeline},
};

/// Most lines of a list that only names files; the rest is counted.
const LISTED: usize = 20;

/// The sections that have something to say.
pub(crate) fn of(timeline: &Timeline) -> Vec<Section<'_>> {
    let run = &timeline.run;
    let found = run.incident.as_ref();
    let sections = [
        ("Milestones", found.map(incident::milestones).unwrap_or_default()),
        ("Metrics", found.map(incident::metrics).unwrap_or_default()),
        ("Undated", undated(timeline)),
        ("Sources", sources(&run.inputs)),
        ("Not read", not_read(&run.inputs, &run.faults)),
        ("Not evidence", not_evidence(&run.inputs)),
        ("Accounts", vec![accounts(&run.accounts)]),
    ];
    let told = sections.into_iter().filter(|(_, blocks)| !blocks.is_empty());
    told.map(|(title, blocks)| Section { title, blocks }).collect()
}

/// Events without a time: all of them, for nobody else shows them.
fn undated(timeline: &Timeline) -> Vec<Block<'_>> {
    if timeline.undated.is_empty() {
        return Vec::new();
    }
    let written = |text| vec![plain(safe::short(text, 60))];
    let rows = timeline.undated.iter().map(|event| {
        vec![row::telling(event), written(&event.time_raw), row::evidence(&event.sources)]
    });
    vec![Block::Table { head: vec!["Event", "Time as written", "Evidence"], rows: rows.collect() }]
}

fn sources(inputs: &[InputReport]) -> Vec<Block<'_>> {
    let read = inputs.iter().filter(|i| matches!(i.standing, Standing::Read | Standing::Table));
    let read: Vec<&InputReport> = read.collect();
    let runs = read.chunk_by(|a, b| one_export(a, b));
    let rows: Vec<_> = runs
        .flat_map(|run| match run {
            [_, _, _, ..] => vec![export(run)],
            few => few.iter().map(|input| source(input)).collect(),
        })
        .collect();
    let head = vec!["Source", "Read as", "Records", "First – last (UTC)", "How its times are read"];
    if rows.is_empty() { Vec::new() } else { vec![Block::Table { head, rows }] }
}

/// Files of one folder that are read alike: a chat export writes one a day, and nobody wants to
/// read them all.
fn one_export(a: &InputReport, b: &InputReport) -> bool {
    let folder =
        |input: &InputReport| input.path.rfind('/').map(|end| input.path[..end].to_owned());
    a.standing == Standing::Read
        && b.standing == Standing::Read
        && a.parser == b.parser
        && folder(a).is_some()
        && folder(a) == folder(b)
        && how_read(a) == how_read(b)
}

/// Several files as one row.
fn export<'t>(inputs: &[&'t InputReport]) -> Vec<Rich<'t>> {
    let folder = inputs[0].path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let first = inputs.iter().filter_map(|input| input.first.as_deref()).min();
    let last = inputs.iter().filter_map(|input| input.last.as_deref()).max();
    let span_of = first.zip(last).map_or_else(|| "–".to_owned(), |(a, b)| between(a, b));
    vec![
        vec![
            span(Style::Code, safe::line(folder)),
            plain(format!(" ({} files)", grouped(inputs.len() as u64))),
        ],
        vec![plain(safe::line(inputs[0].parser.as_deref().unwrap_or("–")))],
        vec![plain(grouped(inputs.iter().map(|input| input.records).sum()))],
        vec![plain(span_of)],
        vec![plain(how_read(inputs[0]))],
    ]
}

fn source(input: &InputReport) -> Vec<Rich<'_>> {
    let table = input.standing == Standing::Table;
    let parser = input.parser.as_deref().unwrap_or(if table { "look-up table" } else { "–" });
    let span_of = match (&input.first, &input.last) {
        (Some(first), Some(last)) => between(first, last),
        _ => "–".to_owned(),
    };
    let how = if table { "looked up by other sources".to_owned() } else { how_read(input) };
    vec![
        vec![span(Style::Code, safe::line(&input.path))],
        vec![plain(safe::line(parser))],
        vec![plain(grouped(input.records))],
        vec![plain(span_of)],
        vec![plain(how)],
    ]
}

/// `2026-03-10 05:58 – 11:40`. To the minute: how finely an extreme was written is not known here.
pub(crate) fn between(first: &str, last: &str) -> String {
    let minute = |text: &str| safe::line(text.get(..16).unwrap_or(text)).replacen('T', " ", 1);
    let (first, last) = (minute(first), minute(last));
    match (first.get(..10), last.get(..10)) {
        _ if first == last => first,
        (Some(day), Some(same)) if day == same => format!("{first} – {}", last[10..].trim_start()),
        _ => format!("{first} – {last}"),
    }
}

/// The zone, the year and the clock of an input in words.
pub(crate) fn how_read(input: &InputReport) -> String {
    let zone = match (&input.zone, &input.zone_how) {
        (Some(zone), Some(how)) => format!("{zone}: {how}"),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => "zone in each record".to_owned(),
    };
    let year = input.year_how.as_ref().map(|how| format!("year: {how}"));
    let clocks = input
        .clock
        .iter()
        .filter(|clock| clock.offset_ms != 0)
        .map(|clock| format!("clock {}", clock_words(clock)));
    let parts: Vec<_> = [Some(zone), year].into_iter().flatten().chain(clocks).collect();
    safe::line(&parts.join("; ")).into_owned()
}

/// `37 s ahead (told), corrected`.
pub(crate) fn clock_words(clock: &Clock) -> String {
    let side = if clock.offset_ms < 0 { "behind" } else { "ahead" };
    let done = if clock.applied { "corrected" } else { "not corrected" };
    let (secs, millis) =
        (clock.offset_ms.unsigned_abs() / 1000, clock.offset_ms.unsigned_abs() % 1000);
    let millis = if millis == 0 { String::new() } else { format!(".{millis:03}") };
    format!("{secs}{millis} s {side} ({}), {done}", clock.class)
}

fn not_read<'t>(inputs: &'t [InputReport], faults: &'t [Fault]) -> Vec<Block<'t>> {
    let whole = inputs.iter().filter(|input| input.standing == Standing::Unread).map(|input| {
        let why = input.unread.as_deref().unwrap_or("no reason given");
        (safe::line(&input.path), why)
    });
    let parts = faults.iter().map(|fault| {
        let place = match fault.line {
            0 => safe::line(&fault.path),
            line => format!("{}:{line}", safe::line(&fault.path)).into(),
        };
        (place, &*fault.reason)
    });
    listed(whole.chain(parts))
}

fn not_evidence(inputs: &[InputReport]) -> Vec<Block<'_>> {
    let inputs = inputs.iter().filter(|input| input.standing == Standing::NotEvidence);
    listed(
        inputs.map(|input| {
            (safe::line(&input.path), input.unread.as_deref().unwrap_or("not evidence"))
        }),
    )
}

/// Places and reasons as a list, capped and counted.
fn listed<'t>(
    places: impl Iterator<Item = (std::borrow::Cow<'t, str>, &'t str)>,
) -> Vec<Block<'t>> {
    let mut items: Vec<Rich<'t>> = Vec::new();
    let mut more = 0_usize;
    for (place, reason) in places {
        if items.len() < LISTED {
            let reason = safe::short(reason, safe::LONGEST);
            items.push(vec![span(Style::Code, place), plain(format!(": {reason}"))]);
        } else {
            more += 1;
        }
    }
    if more > 0 {
        items.push(vec![
            plain(format!("and {} more; ", grouped(more as u64))),
            span(Style::Code, "rfo inspect"),
            plain(" lists all of them"),
        ]);
    }
    if items.is_empty() { Vec::new() } else { vec![Block::List(items)] }
}

/// The three sums, a sentence each.
fn accounts(accounts: &Accounts) -> Block<'static> {
    let sums = sums(accounts).map(|sum| {
        let parts = sum.parts.iter().map(|(n, what)| format!("{} {what}", grouped(*n)));
        let parts = parts.collect::<Vec<_>>();
        vec![plain(format!("{} {} = {}.", grouped(sum.whole), sum.what, parts.join(" + ")))]
    });
    Block::List(sums.into())
}

/// One of the three sums.
pub(crate) struct Sum {
    pub(crate) whole: u64,
    pub(crate) what: &'static str,
    pub(crate) parts: Vec<(u64, &'static str)>,
}

/// The three sums of the first law, as words and numbers.
pub(crate) fn sums(accounts: &Accounts) -> [Sum; 3] {
    let Accounts { bytes, records, events } = accounts;
    [
        Sum {
            whole: bytes.size,
            what: "bytes of evidence",
            parts: vec![
                (bytes.in_records, "in records"),
                (bytes.between_records, "between records"),
                (bytes.not_read, "not read"),
            ],
        },
        Sum {
            whole: records.read,
            what: "records read",
            parts: vec![
                (records.telling, "telling an event"),
                (records.skipped, "skipped by rule"),
                (records.rejected, "rejected"),
            ],
        },
        Sum {
            whole: events.told,
            what: "events told",
            parts: vec![
                (events.shown, "shown"),
                (events.folded, "folded into rows"),
                (events.left_out, "left out"),
                (events.joined, "joined as copies or retellings"),
                (events.outside_window, "outside the window"),
            ],
        },
    ]
}

#[cfg(test)]
mod tests;
