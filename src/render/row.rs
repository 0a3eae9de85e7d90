//! One row of the timeline, cell by cell, as people read it.

use super::{
    clock,
    page::{Page, Rich, Role, Span, Style, plain, span},
    safe,
};
use crate::{
    event::{Event, Kind, Mark, Severity, Source},
    time::{Basis, Note, Precision, Stamp},
};

/// The sign of a time in doubt.
pub(crate) const DOUBT: char = '≈';
/// Longest name of an actor, a room or a host, in characters.
const LONGEST_NAME: usize = 80;

/// A row: one cell a column.
#[derive(Clone, Debug)]
pub(crate) struct Row<'t> {
    pub(crate) cells: Vec<Rich<'t>>,
    /// How bad, for writers that have colours.
    pub(crate) severity: Option<Severity>,
    /// For HTML's `time` element.
    pub(crate) datetime: Option<String>,
}

/// The row of an event.
pub(crate) fn of<'t>(page: &Page<'t>, event: &'t Event) -> Row<'t> {
    let mut locals = page.locals.iter();
    let stamp = &event.stamp;
    let cell = |role| match role {
        Role::Time => vec![plain(time(event))],
        Role::Local => local(locals.next().zip(stamp.instant), stamp.precision),
        Role::Elapsed => elapsed(page, stamp),
        Role::Mark => marks(event),
        Role::Event => telling(event),
        Role::Evidence => evidence(&event.sources),
    };
    let cells = page.columns.iter().map(|column| column.role).map(cell).collect();
    let datetime = stamp.instant.and_then(|instant| clock::attribute(instant, stamp.precision));
    Row { cells, severity: event.severity, datetime }
}

/// `≈ 14:02:05 – 14:09:11`.
fn time(event: &Event) -> String {
    let Stamp { instant: Some(instant), precision, .. } = event.stamp else {
        return "undated".to_owned();
    };
    let mut text = clock::time_of_day(clock::utc(instant), precision);
    if text.is_empty() {
        "date only".clone_into(&mut text);
    }
    if let Some(end) = event.time_end.filter(|&end| end > instant) {
        let end = clock::beside(end, precision, instant);
        if end != text {
            text = format!("{text} – {end}");
        }
    }
    if event.stamp.in_doubt() { format!("{DOUBT} {text}") } else { text }
}

fn local<'t>(
    clock: Option<(&clock::LocalClock<'_>, crate::time::Instant)>,
    precision: Precision,
) -> Rich<'t> {
    clock.map(|(clock, instant)| plain(clock.cell(instant, precision))).into_iter().collect()
}

fn elapsed<'t>(page: &Page<'_>, stamp: &Stamp) -> Rich<'t> {
    let ends = page.base.zip(stamp.instant);
    let text = ends.and_then(|(base, at)| clock::elapsed(base.at, (at, stamp.precision)));
    text.map(plain).into_iter().collect()
}

fn marks<'t>(event: &Event) -> Rich<'t> {
    let words = mark_words(&event.marks);
    if words.is_empty() { Vec::new() } else { vec![span(Style::Mark, words)] }
}

/// `Start, Detected`.
pub(crate) fn mark_words(marks: &[Mark]) -> String {
    let words = marks.iter().map(|mark| capitalised(mark.word()));
    words.collect::<Vec<_>>().join(", ")
}

/// `start` as `Start`.
pub(crate) fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// `Dana Ortiz (slack #inc-42): **CRITICAL** connection refused ×14 ≈ UTC assumed`.
pub(crate) fn telling(event: &Event) -> Rich<'_> {
    let mut cell = if event.own_words { in_own_words(event) } else { as_told(event) };
    if let Some(reason) = doubt_words(&event.stamp) {
        cell.push(plain(" "));
        cell.push(span(Style::Note, format!("{DOUBT} {reason}")));
    }
    if let Some(written) = local_day(event) {
        cell.push(plain(" "));
        cell.push(span(Style::Note, written));
    }
    cell
}

/// What evidence says, after who says it.
fn as_told(event: &Event) -> Rich<'_> {
    let mut cell = lead(event);
    tell(event, &mut cell);
    if let Some(count @ 2..) = event.count {
        cell.push(span(Style::Faint, format!(" (×{})", safe::grouped(count))));
    }
    cell
}

/// What the lead wrote stands as it was written; only a row of the lead's own names whom it is about.
fn in_own_words(event: &Event) -> Rich<'_> {
    let actor = event.actor.as_deref().filter(|_| event.kind == Kind::Manual);
    let text = safe::short(&event.summary, safe::LONGEST);
    let actor = named(actor).map(|actor| plain(format!("{actor}: ")));
    actor.into_iter().chain([plain(text)]).collect()
}

/// A name, where there is one, no longer than a name should be.
fn named(text: Option<&str>) -> Option<std::borrow::Cow<'_, str>> {
    text.filter(|text| !text.is_empty()).map(|text| safe::short(text, LONGEST_NAME))
}

/// `Priya Nair` of `Priya Nair <priya@isp.example>`: a row has room for one of the two.
fn without_address(actor: &str) -> &str {
    let (name, address) = actor.split_once('<').unwrap_or((actor, ""));
    let name = name.trim().trim_matches('"');
    if address.ends_with('>') && address.contains('@') && !name.is_empty() { name } else { actor }
}

/// Who or what tells it, and where.
fn lead(event: &Event) -> Rich<'_> {
    if event.kind == Kind::Log {
        return log_lead(event);
    }
    let system = named(Some(&event.system));
    let actor = named(event.actor.as_deref().map(without_address));
    let place = match (actor.is_some().then_some(&system), named(event.channel.as_deref())) {
        (Some(Some(system)), Some(channel)) => Some(format!("{system} {channel}").into()),
        (Some(Some(system)), None) => Some(system.clone()),
        (_, channel) => channel,
    };
    let unsaid = |text: Option<_>| named(text).filter(|name| !says(&event.summary, name));
    let role = named(event.actor_role.as_deref()).filter(|role| Some(role) != actor.as_ref());
    let context: Vec<_> =
        [role, place, unsaid(event.host.as_deref()), unsaid(event.service.as_deref())]
            .into_iter()
            .flatten()
            .collect();
    let mut cell = vec![plain(actor.or(system).unwrap_or_else(|| event.kind.word().into()))];
    if !context.is_empty() {
        cell.push(span(Style::Faint, format!(" ({})", context.join(", "))));
    }
    cell.push(plain(": "));
    cell
}

/// A log line is told by its host and service; the name of its format helps nobody.
fn log_lead(event: &Event) -> Rich<'_> {
    let names = [&event.host, &event.service, &event.actor];
    let mut names = names.into_iter().filter_map(|name| named(name.as_deref()));
    let first = names.next().or_else(|| named(Some(&event.system)));
    let mut cell = vec![plain(first.unwrap_or_else(|| event.kind.word().into()))];
    let context: Vec<_> = names.collect();
    if !context.is_empty() {
        cell.push(span(Style::Faint, format!(" ({})", context.join(", "))));
    }
    cell.push(plain(": "));
    cell
}

/// The summary, with the state or a bad severity made to stand out: in place where the summary
/// has the word, else before it.
fn tell<'t>(event: &'t Event, cell: &mut Rich<'t>) {
    let bad = event.severity.is_some_and(|severity| severity <= Severity::Warning);
    let severity = event.severity.filter(|_| bad).map(|s| s.word().to_uppercase());
    let state = event.state.as_deref().filter(|state| !state.is_empty());
    let word = state.map(|state| safe::short(state, LONGEST_NAME).into_owned()).or(severity);
    let summary = safe::short(&event.summary, safe::LONGEST);
    let Some(word) = word else { return cell.push(plain(summary)) };
    let style = if bad { Style::Strong } else { Style::Plain };
    match find_word(&summary, &word) {
        Some(at) => {
            let (before, rest) = summary.split_at(at);
            let (word, after) = rest.split_at(word.len());
            let pieces = [(Style::Plain, before), (style, word), (Style::Plain, after)];
            let pieces = pieces.into_iter().filter(|(_, text)| !text.is_empty());
            cell.extend(pieces.map(|(style, text)| span(style, text.to_owned())));
        }
        None if says(&summary, &word) => cell.push(plain(summary)),
        None => cell.extend([span(style, word), plain(" "), plain(summary)]),
    }
}

/// Where `word` stands as a whole word in `text`, in the same case.
fn find_word(text: &str, word: &str) -> Option<usize> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word)
        .map(|(at, _)| at)
        .find(|&at| !text[..at].ends_with(part) && !text[at + word.len()..].starts_with(part))
}

/// True where `text` has `word` as a whole word, in any case.
fn says(text: &str, word: &str) -> bool {
    find_word(&text.to_lowercase(), &word.to_lowercase()).is_some()
}

/// Why a time is in doubt, in few words, with the other readings.
fn doubt_words(stamp: &Stamp) -> Option<String> {
    let instant = stamp.instant.filter(|_| stamp.in_doubt())?;
    let mut words = Vec::new();
    if stamp.quality.basis == Basis::ZoneAssumed {
        words.push("UTC assumed".to_owned());
    }
    if stamp.quality.has(Note::Gap) {
        words.push("local time skipped by a clock change".to_owned());
    }
    if stamp.quality.has(Note::Fold) && !stamp.alternatives.is_empty() {
        words.push("local time occurred twice".to_owned());
    }
    if stamp.quality.has(Note::Suspect) {
        words.push("other evidence contradicts".to_owned());
    }
    let others = stamp.alternatives.iter().take(3);
    let others = others.map(|&other| clock::beside(other, stamp.precision, instant));
    words.extend(others.map(|other| format!("or {other}")));
    if stamp.alternatives.len() > 3 {
        words.push("or later".to_owned());
    }
    Some(words.join(", "))
}

/// A date alone on a clock that is not UTC: the day row above would mislead, so the date is shown
/// as it was written.
fn local_day(event: &Event) -> Option<String> {
    let instant = event.stamp.instant?;
    let local = event.stamp.precision == Precision::Day && instant.secs().rem_euclid(86_400) != 0;
    let zone = event.stamp.zone.as_deref().unwrap_or("local");
    local.then(|| {
        format!("date as written: {} ({})", safe::short(&event.time_raw, 40), safe::line(zone))
    })
}

/// `e-7kq3f2 mail/noc.mbox:120 +2 more`.
pub(crate) fn evidence(sources: &[Source]) -> Rich<'_> {
    let Some(origin) = sources.first() else { return Vec::new() };
    let mut cell: Vec<Span<'_>> = vec![
        span(Style::Code, safe::line(origin.id.short())),
        plain(" "),
        span(Style::Code, format!("{}:{}", safe::line(&origin.path), origin.line)),
    ];
    if let more @ 1.. = sources.len() - 1 {
        cell.push(span(Style::Faint, format!(" +{more} more")));
    }
    cell
}

#[cfg(test)]
mod tests;
