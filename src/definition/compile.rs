//! From the TOML of a definition to the compiled one, with errors that point at the text.

mod command;
mod composed;

use std::{borrow::Cow, cell::Cell, sync::Arc};

use super::{
    Definition, DefinitionError, Engine, EventPlan, HeadRule, Inner, KindRule, Origin, Rule,
    TimeRule, ZoneRule,
    lookup::{self, Lookup},
    phrase::{Path, Phrase},
    schema::{self, FormatKey, Ladder, Ordered},
    signs::Shipped,
    words::{SeverityWords, Table},
};
use crate::{
    event::{Kind, Mark, Severity},
    settings::glob::PathShape,
    snippet::Snippet,
    template::{HoleKind, Kinds, Template},
    time::{pattern::Formats, zone::Zone},
};

type Outcome<T> = Result<T, DefinitionError>;

/// The text that is being compiled, to point into it.
struct Source<'a> {
    file: &'a str,
    toml: &'a str,
    /// Texts are compiled in file order where they can be: searching goes on from the last one.
    seen: Cell<usize>,
}

impl Source<'_> {
    /// An error at byte `at` of a text that stands somewhere in the TOML.
    fn error(&self, text: &str, at: usize, reason: &str) -> DefinitionError {
        let start = self.find(text);
        let mut snippet = Snippet::new(self.file, reason);
        if let Some(start) = start {
            let from = (start + at).min(self.toml.len());
            snippet = snippet.at(self.toml, from..from + 1, "here");
        }
        DefinitionError(Box::new(snippet))
    }

    fn find(&self, text: &str) -> Option<usize> {
        // Only the first line stands in the TOML byte for byte, whatever quotes were used.
        let line = text.lines().next().filter(|line| !line.is_empty())?;
        let later = self.toml[self.seen.get()..].find(line).map(|at| at + self.seen.get());
        later.or_else(|| self.toml.find(line))
    }

    fn plain(&self, reason: impl Into<String>) -> DefinitionError {
        DefinitionError(Box::new(Snippet::new(self.file, &reason.into())))
    }
}

pub(super) fn definition(toml: &str, origin: Origin, file: &str) -> Outcome<Definition> {
    let source = Source { file, toml, seen: Cell::new(0) };
    let raw: schema::File = toml::from_str(toml).map_err(|error| schema_error(&source, &error))?;
    build(toml.to_owned().into(), raw, origin, file)
}

/// A shipped definition, from its JSON; where there is anything wrong with it, its TOML says what.
pub(super) fn shipped(shipped: &Shipped) -> Outcome<Definition> {
    let file = format!("parsers/{}", shipped.file);
    let read = shipped.json.and_then(|json| serde_json::from_str::<schema::File>(json).ok());
    let built = read.and_then(|raw| build(shipped.toml.into(), raw, Origin::Shipped, &file).ok());
    built.map_or_else(|| definition(shipped.toml, Origin::Shipped, &file), Ok)
}

/// Compiles what the TOML holds, or what the checker made of it.
pub(super) fn build(
    toml: Cow<'static, str>,
    raw: schema::File,
    origin: Origin,
    file: &str,
) -> Outcome<Definition> {
    let source = Source { file, toml: &toml, seen: Cell::new(0) };
    let time = time_rule(&source, &raw)?;
    let severity =
        Arc::new(SeverityWords { table: Arc::new(severities(&source, &raw.words.severity)?) });
    let kinds =
        Holes { time: &time, times: time_holes(&time, &raw), severity: &severity, raw: &raw };
    let engine = engine(&source, &raw, &kinds, &origin)?;
    let head = head(&source, &raw, &kinds)?;
    let (states, state_names) = named_table(&source, &raw.words.state)?;
    let (roles, role_names) = named_table(&source, &raw.words.role)?;
    let events = events(&source, &raw, &kinds)?;
    Ok(Definition {
        must: rules(&source, &raw.must, &kinds)?,
        find: rules(&source, &raw.find, &kinds)?,
        quiet: rules(&source, &raw.quiet, &())?,
        nothing: raw.nothing.iter().map(|word| word.trim().to_owned()).collect(),
        inner: inner(&source, &raw)?,
        lookups: lookups(&source, &raw)?,
        marks: marks(&source, &raw.words.mark)?,
        states,
        state_names,
        roles,
        role_names,
        engine,
        head,
        events,
        severity: severity.clone(),
        time: time.clone(),
        upon: raw.upon,
        stays: Vec::new(),
        files: raw.files.0.iter().map(|glob| PathShape::parse(glob)).collect(),
        name: raw.name,
        about: raw.about,
        kind: raw.kind,
        markup: raw.markup,
        samples: raw.sample,
        origin,
        toml,
    })
}

/// Serde's message with the line and, for a misspelt key, the nearest one.
fn schema_error(source: &Source<'_>, error: &toml::de::Error) -> DefinitionError {
    let message = error.message();
    let mut snippet =
        Snippet::new(source.file, message.split(", expected").next().unwrap_or(message));
    if let Some(span) = error.span() {
        snippet = snippet.at(source.toml, span.clone(), "here");
        let word = &source.toml[span];
        let unknown = message.starts_with("unknown ");
        if let Some((_, allowed)) = message.split_once("expected ").filter(|_| unknown) {
            let names = allowed.split('`').skip(1).step_by(2).collect::<Vec<_>>();
            if let Some(near) = crate::snippet::nearest(word, names.iter().copied()) {
                snippet = snippet.hint(&format!("did you mean `{near}`?"));
            }
            snippet = snippet.hint(&format!("allowed here: {}", names.join(", ")));
        }
    }
    DefinitionError(Box::new(snippet))
}

fn time_rule(source: &Source<'_>, raw: &schema::File) -> Outcome<TimeRule> {
    let compile = |ladder: &Ladder| {
        let formats = Formats::compile(&ladder.0);
        formats.map(Arc::new).map_err(|error| source.error(&error.format, error.at, &error.reason))
    };
    let iso = Ladder(vec![if raw.mbox.is_some() { "mail" } else { "iso" }.to_owned()]);
    let (formats, by_hole, written) = match &raw.time.format {
        None => (compile(&iso)?, Vec::new(), vec![(String::new(), iso.0)]),
        Some(FormatKey::All(ladder)) => {
            (compile(ladder)?, Vec::new(), vec![(String::new(), ladder.0.clone())])
        }
        Some(FormatKey::ByHole(Ordered(rows))) => {
            let compiled: Outcome<Vec<_>> =
                rows.iter().map(|(hole, ladder)| Ok((hole.clone(), compile(ladder)?))).collect();
            let written = rows.iter().map(|(hole, ladder)| (hole.clone(), ladder.0.clone()));
            (compile(&iso)?, compiled?, written.collect())
        }
    };
    // A layer that says nothing about its time has its base's.
    let own = Ladder(if raw.upon.is_some() && !composed::fields(raw).any(|name| name == "time") {
        Vec::new()
    } else {
        vec!["{time}".to_owned()]
    });
    let at = phrases(source, if raw.time.at.0.is_empty() { &own } else { &raw.time.at })?;
    let above = composed::above(raw);
    let pieces = composed::pieces(&at, &written);
    let date_above =
        at.iter().map(|phrase| composed::date_above(phrase, &above, &pieces, &written));
    let (declared, zone) = zone_rules(source, &raw.time.zone, &above)?;
    Ok(TimeRule {
        date_above: date_above.collect(),
        pieces: composed::compiled(pieces),
        at,
        formats,
        by_hole,
        written,
        declared,
        zone,
        doubt: phrases(source, &raw.time.doubt)?,
    })
}

/// What declares the zone of a file, and what holds when nothing does.
fn zone_rules(
    source: &Source<'_>,
    ladder: &Ladder,
    above: &[String],
) -> Outcome<(Vec<Phrase>, ZoneRule)> {
    let (mut declared, mut rule) = (Vec::new(), None);
    for text in &ladder.0 {
        let next = match text.as_str() {
            "ask" => ZoneRule::Ask,
            "utc" => ZoneRule::Fixed(Zone::utc()),
            text if text.contains('{') => {
                let phrase = phrase(source, text)?;
                if phrase.fields().all(|path| above.contains(&path.text)) {
                    declared.push(phrase);
                    continue;
                }
                ZoneRule::Field(phrase)
            }
            name => ZoneRule::Fixed(
                Zone::named(name).map_err(|error| source.error(name, 0, &error.to_string()))?,
            ),
        };
        if rule.replace(next).is_some() {
            let reason = "only fields of `head` may stand before the last zone";
            return Err(source.error(text, 0, reason));
        }
    }
    Ok((declared, rule.unwrap_or(ZoneRule::Ask)))
}

/// Names of the holes that a time fits: those that `at` and `until` name.
fn time_holes(time: &TimeRule, raw: &schema::File) -> Vec<String> {
    let keys = raw.event.iter().flat_map(|event| [&event.at, &event.until]).flatten();
    let own = keys.flat_map(|ladder| &ladder.0).filter_map(|text| Phrase::parse(text).ok());
    let all = time.at.iter().cloned().chain(own);
    all.flat_map(|phrase| phrase.fields().map(|path| path.text.clone()).collect::<Vec<_>>())
        .collect()
}

/// What the holes of this definition are.
struct Holes<'a> {
    time: &'a TimeRule,
    times: Vec<String>,
    severity: &'a Arc<SeverityWords>,
    raw: &'a schema::File,
}

impl Kinds for Holes<'_> {
    fn kind(&self, hole: &str) -> HoleKind {
        if self.times.iter().any(|name| name == hole) {
            let formats = self.time.hole_formats(hole);
            return formats.map_or(HoleKind::Plain, |formats| HoleKind::Time(formats.clone()));
        }
        // A table with holes lets any word through: then it proves nothing.
        let whole = |ladder: &Ladder| ladder.0.iter().any(|text| *text == format!("{{{hole}}}"));
        let tells = self.raw.event.iter().filter_map(|event| event.severity.as_ref()).any(whole);
        if tells && !self.severity.table.is_open() {
            return HoleKind::Severity(self.severity.clone());
        }
        HoleKind::Plain
    }
}

fn engine(
    source: &Source<'_>,
    raw: &schema::File,
    kinds: &Holes<'_>,
    origin: &Origin,
) -> Outcome<Engine> {
    let engines = [
        raw.lines.is_some(),
        raw.csv.is_some(),
        raw.json.is_some(),
        raw.xml.is_some(),
        raw.markdown.is_some(),
        raw.mbox.is_some(),
        raw.command.is_some(),
        raw.upon.is_some(),
    ];
    if engines.iter().filter(|given| **given).count() != 1 {
        return Err(source.plain(
            "give exactly one of [lines], [csv], [json], [xml], [markdown], [mbox], [command] and \
             `upon`",
        ));
    }
    if raw.upon.is_some() {
        return layer_engine(source, raw);
    }
    if let Some(command) = &raw.command {
        return command::program(source, raw, command, kinds.time, origin).map(Engine::Command);
    }
    if let Some(lines) = &raw.lines {
        let mut line = templates(source, &lines.line, kinds)?;
        for text in &lines.regex.0 {
            let expression = Template::expression(text, kinds);
            line.push(expression.map_err(|error| source.error(text, error.at, &error.reason))?);
        }
        if line.is_empty() {
            return Err(source.plain("[lines] needs at least one template in `line`"));
        }
        let mut anchors: Vec<usize> = Vec::new();
        for (number, template) in line.iter().enumerate() {
            let same = |&at: &usize| line[at].anchor_text() == template.anchor_text();
            if !anchors.iter().any(same) {
                anchors.push(number);
            }
        }
        let more = templates(source, &lines.more, kinds)?;
        return Ok(Engine::Lines { line, anchors, more, keep: lines.keep.0.clone() });
    }
    if let Some(csv) = &raw.csv {
        let delimiter = match csv.delimiter.as_deref().map(str::as_bytes) {
            None => None,
            Some([byte]) => Some(*byte),
            Some(_) => return Err(source.plain("`delimiter` is one character")),
        };
        if delimiter == Some(b' ') && csv.columns.is_none() {
            return Err(source.plain("runs of blanks as `delimiter` need a line of `columns`"));
        }
        let names = csv.names.0.iter().map(|(name, other)| (name.clone(), other.0.clone()));
        if csv.header.is_some() && csv.columns.is_some() {
            return Err(source.plain("give either `header` or `columns`: what names the columns?"));
        }
        return Ok(Engine::Csv {
            need: csv.need.0.clone(),
            names: names.collect(),
            delimiter,
            header: csv.header.clone(),
            guess: csv.guess,
        });
    }
    if let Some(json) = &raw.json {
        let paths = if json.records.0.is_empty() { &vec![".".to_owned()] } else { &json.records.0 };
        return Ok(Engine::Json {
            records: paths.iter().map(|path| Path::parse(path).steps).collect(),
            need: json.need.0.iter().map(|path| Path::parse(path)).collect(),
        });
    }
    if let Some(xml) = &raw.xml {
        return Ok(Engine::Xml {
            records: xml.records.0.iter().map(|path| Path::parse(path).steps).collect(),
            need: xml.need.0.iter().map(|path| Path::parse(path)).collect(),
        });
    }
    if let Some(markdown) = &raw.markdown {
        return Ok(Engine::Markdown { front: markdown.front.0.clone() });
    }
    Ok(Engine::Mbox)
}

/// A layer is known by its `[match]` alone.
fn layer_engine(source: &Source<'_>, raw: &schema::File) -> Outcome<Engine> {
    if raw.must.0.is_empty() {
        return Err(
            source.plain("a parser with `upon` needs a [match]: it says which records are its own")
        );
    }
    if !raw.lookup.is_empty() || !raw.files.0.is_empty() {
        return Err(
            source.plain("`files` and [lookup] belong to the parser that is named in `upon`")
        );
    }
    Ok(Engine::Layer)
}

/// The lines that are no records.
fn head(source: &Source<'_>, raw: &schema::File, kinds: &Holes<'_>) -> Outcome<HeadRule> {
    let ladder = raw.lines.as_ref().map(|lines| &lines.head);
    let ladder = ladder.or(raw.csv.as_ref().map(|csv| &csv.head));
    let templates = ladder.map_or(Ok(Vec::new()), |ladder| templates(source, ladder, kinds))?;
    let columns = raw.csv.as_ref().and_then(|csv| csv.columns.as_deref());
    let columns = columns.map(|text| template(source, text, &())).transpose()?;
    if let Some(columns) = &columns
        && !columns.holes().iter().any(|hole| **hole == *"columns")
    {
        let reason = "`columns` needs a hole {columns}: the names stand there";
        return Err(source.error(columns.text(), 0, reason));
    }
    let used = composed::used_by_scan(raw);
    let says = |template: &Template| template.holes().iter().any(|hole| used.contains(&**hole));
    let kept = raw.lines.iter().flat_map(|lines| &lines.keep.0).any(|hole| used.contains(hole));
    let stateful = columns.is_some() || kept || templates.iter().any(says);
    let needed = raw.lines.as_ref().is_some_and(|lines| lines.headed);
    Ok(HeadRule { templates, columns, stateful, needed })
}

fn events(source: &Source<'_>, raw: &schema::File, kinds: &Holes<'_>) -> Outcome<Vec<EventPlan>> {
    if raw.event.is_empty() {
        // A layer has its base's.
        return Ok(if raw.upon.is_some() { Vec::new() } else { vec![EventPlan::default()] });
    }
    raw.event.iter().map(|event| event_plan(source, event, kinds)).collect()
}

fn event_plan(source: &Source<'_>, raw: &schema::Event, kinds: &Holes<'_>) -> Outcome<EventPlan> {
    let list = |key: &Option<Ladder>| {
        key.as_ref().map_or(Ok(Vec::new()), |ladder| phrases(source, ladder))
    };
    let cut = raw.cut.0.iter().map(|text| {
        let head = text.lines().next().unwrap_or_default();
        Ok((template(source, text, kinds)?, template(source, head, kinds)?))
    });
    Ok(EventPlan {
        each: raw.each.as_deref().map(Path::each),
        must: templates(source, &raw.must, kinds)?,
        only: rules(source, &raw.only, kinds)?,
        cut: cut.collect::<Outcome<_>>()?,
        at: raw.at.as_ref().map(|ladder| phrases(source, ladder)).transpose()?,
        under: None,
        until: list(&raw.until)?,
        count: list(&raw.count)?,
        kind: kind_rule(source, raw.kind.as_ref())?,
        quiet: raw.quiet,
        system: list(&raw.system)?,
        id: list(&raw.id)?,
        same: list(&raw.same)?,
        thread: list(&raw.thread)?,
        refs: list(&raw.refs)?,
        channel: list(&raw.channel)?,
        actor: list(&raw.actor)?,
        role: list(&raw.role)?,
        host: list(&raw.host)?,
        service: list(&raw.service)?,
        state: list(&raw.state)?,
        severity: list(&raw.severity)?,
        mark: list(&raw.mark)?,
        text: list(&raw.text)?,
        detail: list(&raw.detail)?,
    })
}

fn phrase(source: &Source<'_>, text: &str) -> Outcome<Phrase> {
    Phrase::parse(text)
        .map_err(|at| source.error(text, at, "this brace is not closed; write {{ for a brace"))
}

fn phrases(source: &Source<'_>, ladder: &Ladder) -> Outcome<Vec<Phrase>> {
    ladder.0.iter().map(|text| phrase(source, text)).collect()
}

fn template(source: &Source<'_>, text: &str, kinds: &dyn Kinds) -> Outcome<Template> {
    Template::compile(text, kinds).map_err(|error| source.error(text, error.at, &error.reason))
}

/// A word, or phrases that give one.
fn kind_rule(source: &Source<'_>, ladder: Option<&Ladder>) -> Outcome<KindRule> {
    let Some(ladder) = ladder else { return Ok(KindRule::Own) };
    match ladder.0.as_slice() {
        [word] if !word.contains('{') => {
            let words = Kind::ALL.map(Kind::word);
            let kind = Kind::named(word).ok_or_else(|| unknown(source, word, &words))?;
            Ok(KindRule::Fixed(kind))
        }
        _ => Ok(KindRule::Said(phrases(source, ladder)?)),
    }
}

fn templates(source: &Source<'_>, ladder: &Ladder, kinds: &dyn Kinds) -> Outcome<Vec<Template>> {
    ladder.0.iter().map(|text| template(source, text, kinds)).collect()
}

fn rules(source: &Source<'_>, table: &Ordered, kinds: &dyn Kinds) -> Outcome<Vec<Rule>> {
    let rule = |(name, ladder): &(String, Ladder)| {
        Ok(Rule { path: Path::parse(name), templates: templates(source, ladder, kinds)? })
    };
    table.0.iter().map(rule).collect()
}

fn inner(source: &Source<'_>, raw: &schema::File) -> Outcome<Option<Inner>> {
    let Some(inner) = &raw.inner else { return Ok(None) };
    if raw.lines.is_none() && raw.json.is_none() {
        return Err(source.plain("[inner] is for [lines] and [json]"));
    }
    let whole = rules(source, &inner.whole, &())?;
    let by = phrases(source, &inner.by)?;
    Ok(Some(Inner { text: phrases(source, &inner.text)?, whole, by }))
}

fn lookups(source: &Source<'_>, raw: &schema::File) -> Outcome<Vec<Lookup>> {
    let lookup = |(name, lookup): (&String, &schema::Lookup)| {
        let columns = &lookup.columns.0;
        let keyed = !lookup.key.is_empty() && !lookup.value.0.is_empty();
        let table = match (lookup.file.0.as_slice(), &lookup.list) {
            ([], None) if !columns.is_empty() && !keyed => {
                if raw.csv.is_none() {
                    return Err(source.plain("`columns` of a look-up are those of a [csv]"));
                }
                let values = |(key, value): &(String, Ladder)| {
                    value.0.iter().map(|value| (key.clone(), value.clone())).collect::<Vec<_>>()
                };
                lookup::Table::Columns(columns.iter().flat_map(values).collect())
            }
            ([_, ..], None) if keyed => {
                let paths = lookup.records.0.iter().map(|path| Path::parse(path).steps);
                lookup::Table::File(lookup.file.0.clone(), paths.collect())
            }
            ([], Some(list)) if keyed => lookup::Table::List(Path::parse(list)),
            _ => {
                let why = "a look-up needs `key`, `value` and either `file` (beside the input, or \
                           above it) or `list` (in the same document); or `columns` alone";
                return Err(source.error(&format!("[lookup.{name}]"), 0, why));
            }
        };
        Ok(Lookup {
            name: name.as_str().into(),
            of: phrases(source, &lookup.of)?,
            table,
            key: Path::parse(&lookup.key),
            value: phrases(source, &lookup.value)?,
        })
    };
    raw.lookup.iter().map(lookup).collect()
}

fn table<T>(
    source: &Source<'_>,
    words: &Ordered,
    result: impl Fn(usize, &str) -> Outcome<T>,
) -> Outcome<Table<T>> {
    let row = |(number, (name, ladder)): (usize, &(String, Ladder))| {
        Ok((result(number, name)?, templates(source, ladder, &())?))
    };
    words.0.iter().enumerate().map(row).collect::<Outcome<_>>().map(Table)
}

fn named_table(source: &Source<'_>, words: &Ordered) -> Outcome<(Table<usize>, Vec<String>)> {
    let names = words.0.iter().map(|(name, _)| name.clone()).collect();
    Ok((table(source, words, |number, _| Ok(number))?, names))
}

fn severities(source: &Source<'_>, words: &Ordered) -> Outcome<Table<Severity>> {
    table(source, words, |_, name| {
        let known = Severity::ALL.into_iter().find(|severity| severity.word() == name);
        known.ok_or_else(|| unknown(source, name, Severity::ALL.map(Severity::word).as_slice()))
    })
}

fn marks(source: &Source<'_>, words: &Ordered) -> Outcome<Table<Mark>> {
    table(source, words, |_, name| {
        Mark::named(name).map_err(|_| unknown(source, name, Mark::ALL.map(Mark::word).as_slice()))
    })
}

fn unknown(source: &Source<'_>, name: &str, allowed: &[&str]) -> DefinitionError {
    source.error(name, 0, &format!("unknown word `{name}`; allowed: {}", allowed.join(", ")))
}
