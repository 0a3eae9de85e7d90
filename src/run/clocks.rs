//! What a run tells of clocks that are off: the `clock` of `rfo.run/1` and the evidence in words.

use super::Read;
use crate::{
    join::{
        self, Joined, Place,
        clock::{
            Class,
            settle::{Bound, Offset},
        },
    },
    report::shell_quote,
    settings::Reading,
    time::{
        Instant, Precision,
        policy::{self, Correction, Set, rounded},
    },
    timeline::{
        Clock, Run,
        merge::{Placed, merge},
        tell::Decided,
    },
};

/// Nanoseconds in a millisecond.
const MILLI: i64 = 1_000_000;

/// What is said of one input's clock.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) input: u32,
    path: String,
    /// None where it may be a delay.
    clock: Option<Clock>,
    pub(super) remark: String,
    /// The option that takes it out, where one option for the whole input does.
    option: Option<String>,
    /// Pairs of events that show it: the input's own, and the other's.
    pub(super) examples: Vec<(Place, Place)>,
    /// All conditions of `--skew auto` hold.
    sure: bool,
}

/// What the joins tell of the clocks, by input and time. An input that only tells later than one
/// other may have waited with it: that is said, but no offset of a clock, unless it is one of
/// zones.
pub(super) fn clocks(read: &Read, joined: &Joined) -> Vec<Said> {
    let path = |input: u32| read.inputs[input as usize].plan.input.path.to_string();
    let inputs = || 0..read.inputs.len() as u32;
    let of_series =
        |series: u32| inputs().filter(move |input| joined.streams.of_input(*input) == series);
    let mut said = Vec::new();
    for offset in &joined.clocks.settled.offsets {
        let others: Vec<String> =
            offset.against.iter().filter_map(|other| of_series(*other).next()).map(path).collect();
        for input in of_series(offset.input) {
            // No way takes whole quarters of an hour, again and again.
            let is_zone = matches!(offset.class, Class::ZoneError(_));
            let known = offset.proven || is_zone || offset.against.len() > 1;
            let clock = known.then(|| clock(offset));
            let examples = examples(offset, joined);
            let remark = words(offset, &others, known) + &shown_by(read, &examples);
            let option = known.then(|| option(&read.inputs[input as usize], offset)).flatten();
            said.push(Said {
                input,
                path: path(input),
                clock,
                remark,
                option,
                examples,
                sure: offset.sure,
            });
        }
    }
    for either in &joined.clocks.settled.open {
        let segment = &either.segment;
        if !segment.is_proven() {
            continue;
        }
        let names = [either.cause, either.effect].map(|series| of_series(series).next());
        let [Some(cause), Some(effect)] = names else { continue };
        for (input, other) in [(cause, effect), (effect, cause)] {
            let remark = format!(
                "its clock or that of {} is off by {}: {} alerts are told there before or after \
                 they can have been; nothing says which, and nothing was corrected",
                path(other),
                duration(segment.offset_ns),
                segment.pairs,
            );
            let (path, examples) = (path(input), Vec::new());
            said.push(Said {
                input,
                path,
                clock: None,
                remark,
                option: None,
                examples,
                sure: false,
            });
        }
    }
    said
}

/// What alerts tell of the clocks of inputs that are not joined: `placed` are the events of each. Only
/// the inputs that tell of alerts are looked at, and no text is read.
pub(super) fn heard(read: &Read, mut placed: Vec<Vec<Placed>>) -> Vec<Said> {
    let mut telling = 0;
    for (input, placed) in read.inputs.iter().zip(&mut placed) {
        if input.scan.abouts.all().is_empty() {
            *placed = Vec::new();
        } else {
            telling += 1;
        }
    }
    if telling < 2 {
        return Vec::new();
    }
    clocks(read, &join::clocks(&read.inputs, &merge(&placed)))
}

/// `--skew 'mail/noc.mbox=-1h'`, or the question for the zone where that is what was wrong; none where
/// the clock was off for a time only, or drifts.
fn option(input: &Decided, offset: &Offset) -> Option<String> {
    let path = &input.plan.input.path;
    let whole = offset.from.open && offset.to.open && offset.drift_ppb.is_none();
    let argument = match offset.class {
        Class::ZoneError(_) if input.policy.zone_name().is_some() => {
            return whole.then(|| format!("--zone {}", shell_quote(&format!("{path}=ZONE"))));
        }
        _ => format!("{path}={}", told(ahead(offset))),
    };
    whole.then(|| format!("--skew {}", shell_quote(&argument)))
}

/// `-1h`, `+2m10s`: as `--skew` takes it, to the second.
fn told(nanos: i64) -> String {
    let secs = (nanos.unsigned_abs() + 500_000_000) / 1_000_000_000;
    let parts = [(secs / 3600, "h"), (secs / 60 % 60, "m"), (secs % 60, "s")].into_iter();
    let parts = parts.filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}"));
    format!("{}{}", if nanos < 0 { '-' } else { '+' }, parts.collect::<String>())
}

/// Puts the clocks right that are surely off and of which nobody told (`--skew auto`), from their raw
/// times on: what was joined before does not hold any more. Gives what is to be said of them.
pub(super) fn correct(read: &mut Read, reading: &Reading, joined: &Joined) -> Vec<Said> {
    let said = clocks(read, joined);
    let mut done = Vec::new();
    for input in 0..read.inputs.len() as u32 {
        let decided = &mut read.inputs[input as usize];
        if reading.skew_ms.get(&decided.plan.input.path).is_some() {
            continue;
        }
        let series = joined.streams.of_input(input);
        let offsets = joined.clocks.settled.offsets.iter();
        let sure: Vec<&Offset> =
            offsets.filter(|offset| offset.input == series && offset.sure).collect();
        if sure.is_empty() {
            continue;
        }
        let in_order = decided.policy.stands_in_order();
        let of_input = |tick: u32| {
            let place = joined.clocks.place(tick)?;
            (place.input == input && in_order).then_some(place.tick)
        };
        decided.policy.correct(sure.iter().map(|offset| correction(offset, &of_input)).collect());
        done.push((input, sure.len()));
    }
    // Of each input, what is said of those offsets that were sure.
    said.into_iter()
        .filter(|said| said.sure && done.iter().any(|(input, _)| *input == said.input))
        .map(Said::applied)
        .collect()
}

/// An offset as what is taken off. `tick` gives the tick of an event in the input, if its records
/// stand in order.
fn correction(offset: &Offset, tick: &impl Fn(u32) -> Option<u32>) -> Correction {
    let (from, to) = (offset.from.own_time, offset.to.own_time);
    let here = |bound: &Bound| (bound.own_time, offset.ahead_ns);
    let begin = offset.from.beyond.map(|beyond| {
        let ticks = tick(beyond.tick).zip(tick(offset.from.tick));
        Set::between((beyond.own_time, beyond.ahead_ns), here(&offset.from), ticks)
    });
    let end = offset.to.beyond.map(|beyond| {
        let ticks = tick(offset.to.tick).zip(tick(beyond.tick));
        Set::between(here(&offset.to), (beyond.own_time, beyond.ahead_ns), ticks)
    });
    Correction {
        ahead_ns: ahead(offset),
        drift_ppb: offset.drift_ppb.unwrap_or(0),
        known: (from.min(to), from.max(to)),
        from: begin,
        to: end,
    }
}

/// How far a clock is taken to be ahead: quarters of an hour are whole without the delay.
fn ahead(offset: &Offset) -> i64 {
    let quarters = match offset.class {
        Class::ZoneError(quarters) => Some(quarters),
        _ => None,
    };
    rounded(offset.ahead_ns, quarters)
}

impl Said {
    /// The same of a clock that was put right.
    fn applied(mut self) -> Self {
        if let Some(clock) = &mut self.clock {
            clock.applied = true;
        }
        self.remark = format!("put right by --skew auto: {}", self.remark);
        self
    }
}

/// The remarks, by input.
pub(super) fn remarks(said: &[Said]) -> Vec<(u32, String)> {
    said.iter().map(|said| (said.input, said.remark.clone())).collect()
}

/// Adds the clocks, and the options that take them out, to the inputs of a run.
pub(super) fn add(said: Vec<Said>, mut run: Run) -> Run {
    for said in said {
        let input = run.inputs.iter_mut().find(|input| input.path == said.path);
        if let Some(input) = input {
            input.clock.extend(said.clock);
            input.needs.extend(said.option.filter(|option| !input.needs.contains(option)));
        }
    }
    run
}

fn clock(offset: &Offset) -> Clock {
    Clock {
        from: Some(shown(offset.from.true_time)),
        to: Some(shown(offset.to.true_time)),
        offset_ms: ahead(offset) / MILLI,
        class: offset.class.word().to_owned(),
        pairs: offset.evidence.pairs.into(),
        applied: false,
    }
}

/// `its clock is 1 h behind since 2026-03-14T07:00:12Z (4 quarter hours: another zone), as …`.
fn words(offset: &Offset, others: &[String], known: bool) -> String {
    let side = if offset.ahead_ns < 0 { "behind" } else { "ahead" };
    let off = ahead(offset);
    let proof = &offset.evidence;
    let mut parts = vec![format!("its clock is {} {side}", duration(off))];
    if !known {
        parts.push(", or what it tells is always as long on its way".to_owned());
    }
    if !offset.from.open {
        parts.push(format!(" since {}", shown(offset.from.true_time)));
    }
    if !offset.to.open {
        parts.push(format!(" until {}", shown(offset.to.true_time)));
    }
    if let Class::ZoneError(_) = offset.class {
        let zone = " (whole quarter hours: it was read in the wrong zone, or kept one)";
        parts.push(zone.to_owned());
    }
    if let Some(drift) = offset.drift_ppb {
        let verb = if drift < 0 { "loses" } else { "gains" };
        let drift = drift.unsigned_abs();
        parts.push(format!(", and {verb} {}.{:03} ppm", drift / 1000, drift % 1000));
    }
    parts.push(format!(
        ": {} alerts of {} keys are also told by {}, which bounds it to {} to {}",
        proof.pairs,
        proof.keys,
        others.join(", "),
        seconds(offset.low),
        seconds(offset.high),
    ));
    if proof.violations_before > 0 {
        parts.push(format!(
            "; {} are told before they can have been, {} when it is taken out",
            proof.violations_before, proof.violations_after
        ));
    }
    parts.concat()
}

/// The pairs that show an offset, the input's own event first.
fn examples(offset: &Offset, joined: &Joined) -> Vec<(Place, Place)> {
    let pair = |(cause, effect): (u32, u32)| {
        let (own, other) = if offset.is_effect { (effect, cause) } else { (cause, effect) };
        joined.clocks.place(own).zip(joined.clocks.place(other))
    };
    offset.evidence.examples.iter().filter_map(|example| pair(example.ticks)).collect()
}

/// `; such as mail/noc.mbox:120 (2026-03-14T07:02:11Z) for …`.
fn shown_by(read: &Read, examples: &[(Place, Place)]) -> String {
    let event = |place: &Place| {
        let input = &read.inputs[place.input as usize];
        let tick = &input.scan.ticks[place.tick as usize];
        let at = policy::resolve(&input.policy, place.tick as usize, &tick.time).rfc3339();
        format!("{}:{} ({})", input.plan.input.path, tick.line, at.unwrap_or_default())
    };
    let pairs: Vec<String> = examples
        .iter()
        .map(|(own, other)| format!("{} for {}", event(own), event(other)))
        .collect();
    if pairs.is_empty() { String::new() } else { format!("; such as {}", pairs.join(", ")) }
}

fn shown(instant: i64) -> String {
    Instant(instant).rfc3339(Precision::Second)
}

/// `1 h`, `10 min`, `37 s`, `2434 s`: without a sign.
fn duration(nanos: i64) -> String {
    let secs = (nanos.unsigned_abs() + 500_000_000) / 1_000_000_000;
    match secs {
        1.. if secs.is_multiple_of(3600) => format!("{} h", secs / 3600),
        1.. if secs.is_multiple_of(60) => format!("{} min", secs / 60),
        _ => format!("{secs} s"),
    }
}

fn seconds(nanos: i64) -> String {
    format!("{} s", nanos.div_euclid(1_000_000_000))
}
