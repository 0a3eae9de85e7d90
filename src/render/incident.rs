//! What a timeline tells of the incident that its rows were chosen for: the window, the milestones
//! with what else they may be, and the metrics with both their ends.

use super::{
    page::{Block, Rich, Style, plain, span},
    safe::{self, counted},
};
use crate::{
    accounts::Events,
    timeline::found::{At, Found, Metric, Milestone, Other},
};

/// Which events were chosen from how many, and by which window; and how others would be.
pub(crate) fn statement(found: &Found, events: &Events, hints: bool) -> String {
    let all = counted(events.told, "event", "events");
    let window = match (&found.from, &found.to) {
        (Some(from), Some(to)) if found.found => {
            format!(", within {}, where the evidence shows the incident", between(from, to))
        }
        _ => String::new(),
    };
    let left = safe::grouped(events.left_out);
    let mut text = format!(
        "The rows were chosen from {all} (level {}{window}; {left} left out, {} folded or joined).",
        found.level,
        safe::grouped(events.folded + events.joined),
    );
    if hints {
        text.push_str(
            " Another window: --from and --to; every event: --all; why a row is missing: rfo explain.",
        );
    }
    if !found.others.is_empty() && found.found {
        let others: Vec<String> = found.others.iter().map(other).collect();
        text.extend([" The evidence shows more incidents: ", &others.join("; "), "."]);
    }
    text
}

fn other(other: &Other) -> String {
    let about = match other.about.as_slice() {
        [] => String::new(),
        names => format!(" ({})", safe::line(&names.join(", "))),
    };
    format!("{}{about}", between(&other.from, &other.to))
}

/// `2026-03-10 05:58 to 11:40`.
fn between(from: &str, to: &str) -> String {
    super::sections::between(from, to).replace('–', "to")
}

/// The milestones, each with why, and what else it may be.
pub(crate) fn milestones(found: &Found) -> Vec<Block<'_>> {
    let rows: Vec<Vec<Rich<'_>>> = found.milestones.iter().map(milestone).collect();
    if rows.is_empty() || found.milestones.iter().all(|milestone| milestone.at.is_none()) {
        return Vec::new();
    }
    vec![Block::Table { head: vec!["Milestone", "Time (UTC)", "Event", "Why"], rows }]
}

fn milestone(milestone: &Milestone) -> Vec<Rich<'_>> {
    let name = super::row::capitalised(milestone.mark.word());
    let Some(at) = &milestone.at else {
        let why = "no evidence of it";
        return vec![vec![plain(name)], vec![plain("not recorded")], Vec::new(), vec![plain(why)]];
    };
    let mut why: Rich<'_> = vec![plain(at.why.unwrap_or_default())];
    if let Some(earliest) = &milestone.not_before {
        why.push(plain(format!(
            "; after {}, when it was still well",
            earliest.get(11..19).unwrap_or(earliest)
        )));
    }
    if let Some(other) = &milestone.runner_up {
        let reason = other.why.unwrap_or_default();
        why.push(plain(format!("; or {}: {reason} (", clock(other))));
        why.extend(id(other));
        why.push(plain(")"));
    }
    for said in &milestone.said {
        why.push(plain(format!("; people say {} (", clock(said))));
        why.extend(id(said));
        why.push(plain(")"));
    }
    vec![vec![plain(name)], vec![plain(date_and_clock(at))], id(at), why]
}

/// The metrics, each with its ends and its definition.
pub(crate) fn metrics(found: &Found) -> Vec<Block<'_>> {
    let told = |metric: &&Metric| {
        metric.from.is_some() || metric.to.is_some() || !metric.value.starts_with("not recorded")
    };
    let rows: Vec<Vec<Rich<'_>>> = found.metrics.iter().filter(told).map(metric).collect();
    let missing = found.metrics.iter().filter(|metric| !told(metric));
    let missing: Vec<&str> = missing.map(|metric| metric.name).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let head = vec!["Metric", "Value", "From", "To", "What it is"];
    let mut blocks = vec![Block::Table { head, rows }];
    if !missing.is_empty() {
        let text = format!("Not recorded: {}.", missing.join(", "));
        blocks.push(Block::Paragraph(vec![plain(text)]));
    }
    blocks
}

fn metric(metric: &Metric) -> Vec<Rich<'_>> {
    let mut value = metric.value.clone();
    let range = (metric.least_s.or(metric.seconds), metric.most_s.or(metric.seconds));
    if let (Some(least), Some(most)) = range
        && (metric.least_s.is_some() || metric.most_s.is_some())
        // A second on each side is how times are written.
        && most - least > 2
    {
        value.extend([" (", &length(least), " to ", &length(most), ")"]);
    }
    vec![
        vec![plain(metric.name)],
        vec![plain(value)],
        end(metric.from.as_ref()),
        end(metric.to.as_ref()),
        vec![plain(metric.definition)],
    ]
}

fn end(at: Option<&At>) -> Rich<'_> {
    let Some(at) = at else { return vec![plain("–")] };
    let mut text = vec![plain(format!("{} ", date_and_clock(at)))];
    text.extend(id(at));
    text
}

fn id(at: &At) -> Rich<'_> {
    let short = at.id.as_deref().map(|id| id.get(..8).unwrap_or(id));
    short.map(|short| span(Style::Code, short)).into_iter().collect()
}

/// `06:14:20`, as finely as it was written.
fn clock(at: &At) -> &str {
    let end = if at.time_precision.is_some() { 16 } else { 19 };
    at.time.get(11..end).unwrap_or(&at.time)
}

fn date_and_clock(at: &At) -> String {
    let date = at.time.get(..10).unwrap_or(&at.time);
    match at.time_precision {
        Some("day") => date.to_owned(),
        _ => format!("{date} {}", clock(at)),
    }
}

/// `4 min 5 s`, from seconds.
fn length(secs: i64) -> String {
    let (hours, minutes, secs) = (secs / 3600, secs / 60 % 60, secs % 60);
    match (hours, minutes) {
        (0, 0) => format!("{secs} s"),
        (0, minutes) => format!("{minutes} min {secs} s"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}
