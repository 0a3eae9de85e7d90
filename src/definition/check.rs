//! The checker: a definition's samples are its tests.
//!
//! Every sample must give exactly the events that it states, the definition must win detection on
//! its own samples with the file name withheld, and no template or format may be dead: each is
//! taken away in turn, and some sample must miss it.

mod compare;
mod rungs;

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
    sync::Arc,
};

use super::{Definition, Engine, schema::Sample, shelf::Shelf};
use crate::{
    definition::tell::Depth,
    detect,
    discover::Input,
    event::Event,
    reader::{
        Plan, Scan,
        lines::{Shapes, lines_of},
    },
    report::Progress,
    template::Fit,
    time::{
        Instant,
        policy::{self, Facts},
        zone::Zone,
    },
    timeline::tell::{Decided, Which, tell},
};

/// What the checker found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Definitions checked.
    pub definitions: usize,
    /// Samples run.
    pub samples: usize,
    /// What is wrong, with place, reason and way out.
    pub failures: Vec<String>,
}

impl Report {
    /// True where nothing is wrong.
    pub fn holds(&self) -> bool {
        self.failures.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failure in &self.failures {
            writeln!(f, "{failure}\n")?;
        }
        let Self { definitions, samples, failures } = self;
        writeln!(f, "{definitions} parsers, {samples} samples, {} failures", failures.len())
    }
}

/// Checks the definitions of these names, or all.
pub fn check(shelf: &Shelf, names: &[String]) -> Report {
    let mut report = Report::default();
    for definition in shelf.iter() {
        if names.is_empty() || names.contains(&definition.name) {
            report.definitions += 1;
            report.samples += definition.samples.len();
            report.failures.extend(check_one(definition, shelf));
        }
    }
    report
}

/// What is wrong with one definition.
pub fn check_one(definition: &Arc<Definition>, shelf: &Shelf) -> Vec<String> {
    if definition.samples.is_empty() {
        return vec![format!(
            "{}: no [[sample]]: a parser without samples cannot be trusted; add one a template",
            definition.name
        )];
    }
    let mut failures = Vec::new();
    for (number, sample) in definition.samples.iter().enumerate() {
        let place = format!("{}: sample {}", definition.name, number + 1);
        failures.extend(claim(definition, sample, shelf).map(|why| format!("{place}{why}")));
        failures.extend(taken(definition, sample, shelf).map(|why| format!("{place}{why}")));
        match run(&company(definition, text(sample), shelf), sample) {
            Ok(events) => {
                let wrong = compare::compare(&sample.event, &events);
                failures.extend(wrong.into_iter().map(|why| format!("{place}{why}")));
            }
            Err(why) => failures.push(format!("{place}: {why}")),
        }
        failures
            .extend(strangers(definition, sample).into_iter().map(|why| format!("{place}{why}")));
    }
    if failures.is_empty() {
        failures.extend(rungs::dead(definition, shelf));
    }
    failures
}

/// The text of a sample, without the line break that only makes the TOML readable.
pub(crate) fn text(sample: &Sample) -> &str {
    sample.input.strip_prefix('\n').unwrap_or(&sample.input)
}

/// The path of a sample for detection: none tells more than the content, but for what a program
/// reads whose definition asks for nothing but names.
fn withheld<'s>(definition: &Definition, sample: &'s Sample) -> &'s str {
    let by_name = match &definition.engine {
        Engine::Command(program) => program.magic.is_empty() && definition.find.is_empty(),
        _ => false,
    };
    sample.path.as_deref().filter(|_| by_name).unwrap_or("sample")
}

/// What reads a text that is of a definition: see [`Shelf::company`].
pub(crate) fn company(
    definition: &Arc<Definition>,
    text: &str,
    shelf: &Shelf,
) -> Vec<Arc<Definition>> {
    shelf.company(definition, base(definition, text, shelf).as_ref())
}

/// The definition whose records a layer is offered, of its kind the one that claims the text; for
/// any other definition, itself.
fn base(definition: &Arc<Definition>, text: &str, shelf: &Shelf) -> Option<Arc<Definition>> {
    let Some(upon) = &definition.upon else { return Some(definition.clone()) };
    let Some(kind) = shelf.kind_named(upon) else { return shelf.get(upon).cloned() };
    let input = Input::from_bytes("sample", text.as_bytes());
    let scores = detect::scores(&input, &*input.open().ok()?, shelf).ok()?;
    let of_kind = scores
        .into_iter()
        .filter(|(other, score)| other.kind == kind && other.upon.is_none() && score.claims());
    let best = of_kind.max_by(|(_, a), (_, b)| a.value().total_cmp(&b.value()));
    best.map(|(definition, _)| definition)
}

/// Whether the definition wins its own sample, with the file name withheld.
fn claim(definition: &Arc<Definition>, sample: &Sample, shelf: &Shelf) -> Option<String> {
    let input = Input::from_bytes(withheld(definition, sample), text(sample).as_bytes());
    let source = input.open().ok()?;
    let scores = detect::scores(&input, &*source, shelf).ok()?;
    let Some(reads) = base(definition, text(sample), shelf).map(|base| base.name.clone()) else {
        return Some(": no parser of the kind that it lies upon claims it".to_owned());
    };
    let own = scores.iter().find(|(other, _)| other.name == reads)?.1.clone();
    if !own.claims() {
        return Some(format!(
            ": it does not claim its own sample ({:.0} % fit, {:.0} bits of proof); write more of \
             what never changes into the templates, or more lines into the sample",
            own.fit * 100.0,
            own.proof
        ));
    }
    let rival = scores.iter().filter(|(other, score)| {
        other.name != reads && score.claims() && score.value() + 1e-9 >= own.value()
    });
    rival.into_iter().next().map(|(other, score)| {
        format!(
            ": {} claims it with {:.0}, this one with {:.0}",
            other.name,
            score.value(),
            own.value()
        )
    })
}

/// Whether these definitions claim a sample at all.
fn is_claimed(company: &[Arc<Definition>], sample: &Sample) -> bool {
    let input = Input::from_bytes("sample", text(sample).as_bytes());
    let scores = || {
        let shelf = Shelf::of(company.iter().cloned()).ok()?;
        detect::scores(&input, &*input.open().ok()?, &shelf).ok()
    };
    scores().is_some_and(|scores| scores.iter().any(|(_, score)| score.claims()))
}

/// Whether other layers upon the same base take records of a layer's sample.
fn taken(definition: &Arc<Definition>, sample: &Sample, shelf: &Shelf) -> Option<String> {
    definition.upon.as_ref()?;
    let base = base(definition, text(sample), shelf)?;
    let layers = shelf.layers_upon(&base.name).cloned();
    let all: Vec<_> = std::iter::once(base.clone()).chain(layers).collect();
    let few = shelf.company(definition, Some(&base));
    if all.len() == few.len() {
        return None;
    }
    let alone = scan(&few, sample).ok()?;
    let among = scan(&all, sample).ok()?;
    let by = |(plan, scan): &(Plan, Scan)| -> BTreeMap<String, u64> {
        let names = plan.layers.iter().map(|layer| layer.name.clone());
        names.zip(scan.layered.iter().copied()).filter(|(_, events)| *events > 0).collect()
    };
    let alone = by(&alone);
    let other = by(&among).into_iter().find(|(name, events)| alone.get(name) != Some(events))?;
    (other.0 != definition.name).then(|| {
        format!(
            ": {} takes {} of its events; write more of what never changes into `match`",
            other.0, other.1
        )
    })
}

/// The events of a sample, in the order of the file. The first of the definitions reads, the others
/// are layers upon it.
pub(crate) fn run(company: &[Arc<Definition>], sample: &Sample) -> Result<Vec<Event>, String> {
    let (plan, scan) = scan(company, sample)?;
    let zone = sample.zone.as_deref().map(Zone::named).transpose().map_err(|e| e.to_string())?;
    let facts =
        Facts { bare_zone: zone, told_year: sample.year, ..crate::run::own_facts(&plan, &scan) };
    let policy = policy::decide(&scan.ticks, &facts);
    let rejected = scan.faults.first().map(|fault| match fault.line {
        0 => fault.reason.clone(),
        line => format!("line {line}: {}", fault.reason),
    });
    if let Some(rejected) = rejected {
        return Err(rejected);
    }
    let ticks = (0..scan.ticks.len() as u32).map(Which::Tick);
    let all: Vec<Which> = ticks.chain((0..scan.undated.len() as u32).map(Which::Undated)).collect();
    let decided = Decided { plan, scan, policy };
    let told = tell(&decided, &all, &Progress::new(0, false)).map_err(|error| error.to_string())?;
    Ok(told.into_iter().map(|(_, event)| event).collect())
}

/// Scans a sample.
pub(crate) fn scan(company: &[Arc<Definition>], sample: &Sample) -> Result<(Plan, Scan), String> {
    let path = sample.path.as_deref().unwrap_or("sample");
    let mut input = Input::from_bytes(path, text(sample).as_bytes());
    input.modified = sample.mtime.as_ref().and_then(instant);
    let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let mut inputs = vec![input];
    inputs.extend(
        sample
            .beside
            .iter()
            .map(|(name, text)| Input::from_bytes(&format!("{folder}{name}"), text.as_bytes())),
    );
    let shelf = Shelf::of(company.iter().cloned()).map_err(|error| error.to_string())?;
    let told = |other: &str| (other == path).then(|| company[0].clone());
    let verdicts = detect::detect(inputs, &shelf, &told);
    let plan = verdicts.into_iter().find_map(|verdict| match verdict {
        detect::Verdict::Read(plan) => Some(*plan),
        _ => None,
    });
    let plan = plan.ok_or("it was not read at all")?;
    let source = plan.input.open().map_err(|error| error.to_string())?;
    let scan = plan.scan_all(&*source, u64::MAX, Depth::Sketch).map_err(|e| e.to_string())?;
    Ok((plan, scan))
}

/// A TOML date as an instant; without an offset it is UTC.
fn instant(date: &toml::value::Datetime) -> Option<Instant> {
    let raw = crate::time::pattern::written(&date.to_string())?;
    Instant::from_parts(raw.civil - i64::from(raw.offset().unwrap_or(0)), raw.nanos)
}

/// Lines of a sample that begin a record and fit no whole template: how far each template came,
/// the one that came furthest first.
fn strangers(definition: &Definition, sample: &Sample) -> Vec<String> {
    let Some(shapes) = Shapes::of(definition) else { return Vec::new() };
    let mut fit = Fit::default();
    let mut found = Vec::new();
    let sample = text(sample);
    let mut covered = 0;
    let starts = memchr::memchr_iter(b'\n', sample.as_bytes()).map(|at| at + 1);
    for (number, at) in std::iter::once(0).chain(starts).enumerate() {
        let line = sample[at..].lines().next().unwrap_or_default();
        let bytes = line.as_bytes();
        if at < covered || definition.head.says(bytes, &mut fit).is_some() {
            continue;
        }
        let below = &sample.as_bytes()[at..];
        let fitting = shapes.first_fit(below, &mut fit);
        let lines = fitting.and_then(|(n, _)| lines_of(below, n));
        covered = at + lines.map_or(0, <[u8]>::len);
        let known = lines.is_some() || shapes.is_more(bytes, &mut fit).is_some();
        let goes_on = shapes.begins(below, &mut fit).is_none() && number > 0;
        if known || goes_on || line.trim().is_empty() {
            continue;
        }
        let mut stuck: Vec<_> = shapes
            .line
            .iter()
            .filter_map(|template| Some((template, template.fit(bytes, &mut fit).err()?)))
            .collect();
        stuck.sort_by_key(|(_, stuck)| std::cmp::Reverse(stuck.at));
        let mut drawn = format!(", line {} fits no template\n  | {line}", number + 1);
        for (template, stuck) in stuck.iter().take(3) {
            let _ = write!(
                drawn,
                "\n  | {:at$}^ matched up to here\n  {:?}\n   {:place$}^ wanted: {}",
                "",
                template.text(),
                "",
                template.wanted(stuck),
                at = columns(line, stuck.at),
                place = columns(template.text(), stuck.place),
            );
        }
        found.push(drawn);
    }
    found
}

/// Columns of a text up to a byte.
fn columns(text: &str, at: usize) -> usize {
    text.char_indices().take_while(|(byte, _)| *byte < at).count()
}
