//! What a run knows of each input: the facts that decide its times, the tally of its doubts, and
//! the report of it.

use std::collections::BTreeMap;

use super::{Read, Span, both, streams};
use crate::{
    accounts::{Accounts, Fault},
    definition::ZoneRule,
    detect::Verdict,
    event::Kind,
    reader::{Framing, Plan, Scan, Tick, head},
    render::safe::counted,
    report::shell_quote,
    settings::Reading,
    time::{
        Basis, Flags, Instant, Precision, Stamp, path_date,
        policy::{self, Facts, Need, PathDate, Policy},
    },
    timeline::{Clock, InputReport, Run, Standing, merge::Placed, tell::Decided},
};

/// What resolving an input gave.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(super) first: Option<(Instant, Precision)>,
    pub(super) last: Option<(Instant, Precision)>,
    pub(super) doubts: BTreeMap<String, u64>,
    /// Ticks that have a raw time and still no instant.
    pub(crate) undated: Vec<u32>,
}

/// Plans to read, and everything else.
pub(super) fn split(verdicts: Vec<Verdict>) -> (Vec<Plan>, Vec<Verdict>) {
    let mut plans = Vec::new();
    let mut others = Vec::new();
    for verdict in verdicts {
        match verdict {
            Verdict::Read(plan) => plans.push(*plan),
            other => others.push(other),
        }
    }
    (plans, others)
}

/// What an input and its definition themselves say of its times, whatever the user told.
pub(crate) fn own_facts(plan: &Plan, scan: &Scan) -> Facts {
    let mut facts = Facts {
        defined_zone: match &plan.definition.time.zone {
            ZoneRule::Fixed(zone) => Some(zone.clone()),
            ZoneRule::Ask | ZoneRule::Field(_) => None,
        },
        declared_zone: head::declared_zone(&scan.heads, plan),
        modified: plan.input.modified,
        machine: is_machine(plan.definition.kind),
        path_date: named_date(&plan.input.path, scan),
        shared_date: scan.shared_date,
        ..Facts::default()
    };
    streams::columns(plan, scan, &mut facts);
    facts
}

/// The facts that decide how an input's times are read.
pub(super) fn facts(
    plan: &Plan,
    scan: &Scan,
    reading: &Reading,
    others: Option<(Instant, Instant)>,
) -> Facts {
    let path = &*plan.input.path;
    let skew = reading.skew_ms.get(path).filter(|ms| **ms != 0).into_iter();
    Facts {
        told_zone: reading.zone.by_glob(path).cloned(),
        bare_zone: reading.zone.bare().cloned(),
        told_year: reading.year.get(path).copied(),
        told_date: reading.date.get(path).copied(),
        told_order: reading.order.get(path).copied(),
        others,
        corrections: skew.map(|ms| policy::Correction::always(*ms)).collect(),
        ..own_facts(plan, scan)
    }
}

/// The date in the path of records that lack a part of theirs.
fn named_date(path: &str, scan: &Scan) -> Option<PathDate> {
    let lacks = |flag: Flags| scan.ticks.iter().any(|tick| tick.time.flags.has(flag));
    if lacks(Flags::NO_DATE) {
        path_date::day(path)
    } else if lacks(Flags::NO_YEAR) {
        path_date::hint(path)
    } else {
        None
    }
}

/// Records of these kinds stand in the order in which things happened.
fn is_machine(kind: Kind) -> bool {
    matches!(kind, Kind::Log | Kind::Alert | Kind::Chat)
}

/// True where the inputs' own times lack a year or a date, and other sources may help.
pub(super) fn lacks_date(scan: &Scan) -> bool {
    let lacks = |flags: Flags| {
        flags.has(Flags::NO_YEAR) || flags.has(Flags::NO_DATE) || flags.has(Flags::EITHER_ORDER)
    };
    scan.ticks.iter().any(|tick| lacks(tick.time.flags))
}

/// The span of an input's instants whose dates are written whole.
pub(super) fn written_span(input: &Decided) -> Option<Span> {
    if lacks_date(&input.scan) {
        return None;
    }
    let instants = input.scan.ticks.iter().enumerate();
    let instants =
        instants.filter_map(|(at, tick)| policy::resolve(&input.policy, at, &tick.time).instant);
    instants.fold(None, |span, instant| both(span, Some((instant, instant))))
}

/// The span of stamps.
pub(super) fn span_of(ticks: &[Tick], policy: &Policy) -> Option<Span> {
    let instants = ticks.iter().enumerate();
    let instants = instants.filter_map(|(at, tick)| policy::instant(policy, at, &tick.time));
    instants.fold(None, |span, instant| both(span, Some((instant, instant))))
}

/// Resolves every tick of an input.
pub(super) fn resolve(number: u32, input: &Decided) -> (Vec<Placed>, Tally) {
    let mut tally = Tally::default();
    let mut counts = [0_u64; 13];
    let mut placed = Vec::with_capacity(input.scan.ticks.len());
    for (at, tick) in input.scan.ticks.iter().enumerate() {
        let stamp = policy::resolve(&input.policy, at, &tick.time);
        count(&stamp, &mut counts);
        match stamp.instant {
            Some(instant) => {
                let here = (instant, stamp.precision);
                if tally.first.is_none_or(|(first, _)| instant < first) {
                    tally.first = Some(here);
                }
                if tally.last.is_none_or(|(last, _)| instant > last) {
                    tally.last = Some(here);
                }
                placed.push(Placed { instant, input: number, tick: at as u32 });
            }
            None => tally.undated.push(at as u32),
        }
    }
    counts[1] += input.scan.undated.len() as u64;
    let names = ["zone_assumed", "undated", "ambiguous"].into_iter();
    let names = names.chain(crate::time::Note::ALL.map(crate::time::Note::word));
    for (name, n) in names.zip(counts) {
        if n > 0 {
            tally.doubts.insert(name.to_owned(), n);
        }
    }
    (placed, tally)
}

fn count(stamp: &Stamp, counts: &mut [u64; 13]) {
    counts[0] += u64::from(stamp.quality.basis == Basis::ZoneAssumed);
    counts[1] += u64::from(stamp.quality.basis == Basis::Undated);
    counts[2] += u64::from(!stamp.alternatives.is_empty());
    for note in stamp.quality.notes() {
        counts[3 + note as usize] += 1;
    }
}

/// What the run did.
pub(super) fn run(read: Read, reading: &Reading, accounts: Accounts) -> Run {
    let mut faults: Vec<Fault> = Vec::new();
    let mut reports = Vec::new();
    for (input, tally) in read.inputs.into_iter().zip(read.tallies) {
        reports.push(report(&input, tally, reading));
        faults.extend(input.scan.faults);
        if let Some(damage) = input.plan.input.damage {
            let path = input.plan.input.path.to_string();
            faults.push(Fault { path, line: 0, reason: damage });
        }
    }
    for wrong in accounts.check() {
        let reason = format!("the accounts do not add up, which is a defect of rfo: {wrong}");
        faults.push(Fault { path: String::new(), line: 0, reason });
    }
    reports.extend(read.others.into_iter().map(other));
    reports.sort_by(|a, b| a.path.as_bytes().cmp(b.path.as_bytes()));
    faults.sort_by(|a, b| (a.path.as_bytes(), a.line).cmp(&(b.path.as_bytes(), b.line)));
    Run {
        schema: "rfo.run/1",
        version: env!("CARGO_PKG_VERSION"),
        tzdb: reading.zones.version().to_owned(),
        options: reading.options.clone(),
        accounts,
        inputs: reports,
        incident: None,
        faults,
        remarks: Vec::new(),
    }
}

fn report(input: &Decided, tally: Tally, reading: &Reading) -> InputReport {
    let plan = &input.plan;
    let shown = |place: Option<(Instant, Precision)>| place.map(|(at, how)| at.rfc3339(how));
    let skew = reading.skew_ms.get(&plan.input.path);
    let clock = skew.map(|&offset_ms| Clock {
        from: shown(tally.first),
        to: shown(tally.last),
        offset_ms,
        class: "told".to_owned(),
        pairs: 0,
        applied: true,
    });
    InputReport {
        parser: Some(plan.definition.name.clone()),
        score: Some((plan.score * 100.0).round() / 100.0),
        score_how: Some(plan.score_how.clone()),
        records: input.scan.accounts.records.read,
        first: shown(tally.first),
        last: shown(tally.last),
        zone: input.policy.zone_name().map(std::string::ToString::to_string),
        zone_how: Some(input.policy.zone_how()),
        year_how: input.policy.year_how(),
        day_how: input.policy.day_how(),
        order_how: input.policy.order_how(),
        doubts: tally.doubts,
        remarks: remarks(plan, &input.scan),
        clock: clock.into_iter().collect(),
        needs: input.policy.needs().iter().map(|need| option(*need, &plan.input.path)).collect(),
        ..InputReport::new(&plan.input.path, plan.input.original_size(), Standing::Read)
    }
}

/// What the reading of an input left open, though nothing was lost.
fn remarks(plan: &Plan, scan: &Scan) -> Vec<String> {
    let layers = plan.layers.iter().zip(&scan.layered).filter(|(_, events)| **events > 0);
    let layers =
        layers.map(|(layer, events)| format!("{events} of its events are told by {}", layer.name));

    let half = (scan.half_fits > 0).then(|| {
        format!("{} records fit no whole template: a time, and the rest as text", scan.half_fits)
    });
    let glued = scan.glued.map(|(n, first)| {
        format!(
            "{n} lines begin with a time that this parser does not know; they were taken as part \
             of the record above (first: line {first})"
        )
    });
    let left = plan.part.as_ref().map(|part| {
        let n = plan.input.size - (part.bytes.end - part.bytes.start);
        format!("{} not read: file taken as ordered", counted(n, "byte", "bytes"))
    });
    let guessed = match &plan.framing {
        Framing::Csv(columns) if !columns.guessed.is_empty() => {
            let pairs = columns.guessed.iter().map(|(what, name)| format!("{what} is {name:?}"));
            let pairs: Vec<_> = pairs.collect();
            let way = "if that is wrong, say --column time=NAME";
            Some(format!("columns guessed: {}; {way}", pairs.join(", ")))
        }
        _ => None,
    };
    let mut held: Vec<&str> = Vec::new();
    for (_, inner) in &plan.inner {
        if !held.contains(&inner.definition.name.as_str()) {
            held.push(&inner.definition.name);
        }
    }
    let inner =
        (!held.is_empty()).then(|| format!("its records hold lines of {}", held.join(", ")));
    layers
        .chain(left)
        .chain(guessed)
        .chain(inner)
        .chain(half)
        .chain(glued)
        .chain(scan.output.remarks(&scan.accounts.bytes))
        .chain(scan.remarks.iter().cloned())
        .collect()
}

/// The option that would answer a question, ready to paste but for the answer.
fn option(need: Need, path: &str) -> String {
    let (option, answer) = match need {
        Need::Zone => ("--zone", "ZONE"),
        Need::Year => ("--year", "YYYY"),
        Need::Date => ("--date", "YYYY-MM-DD"),
        Need::DateOrder => ("--date-order", "dmy|mdy"),
        Need::YearOrder => ("--date-order", "dmy|ymd"),
    };
    format!("{option} {}", shell_quote(&format!("{path}={answer}")))
}

fn other(verdict: Verdict) -> InputReport {
    let (input, standing, why) = match verdict {
        Verdict::Table(input) => (input, Standing::Table, None),
        Verdict::NotEvidence(input, why) => (input, Standing::NotEvidence, Some(why)),
        Verdict::Unread(input, why) => {
            let damage = input.damage.as_ref().map(|damage| format!("; {damage}"));
            let why = format!("{why}{}", damage.unwrap_or_default());
            (input, Standing::Unread, Some(why))
        }
        Verdict::Read(plan) => (plan.input, Standing::Read, None),
    };
    InputReport { unread: why, ..InputReport::new(&input.path, input.original_size(), standing) }
}
