//! What a document's template is given besides what every template is: `statements`, `table`,
//! `sections`, `picture`, the rows under each heading, and what the metrics say by their names.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use minijinja::{Value, value::Object};

use super::PICTURE;
use crate::{
    event::{Event, Mark},
    render::{
        clock, export, header, markdown,
        page::{self, Page},
        safe,
        template::row,
    },
    timeline::Timeline,
};

/// How the title begins where the lead gave none.
const TITLE: &str = "Reason for outage";
/// Most rows under a heading; all of them are in the table.
const MOST: usize = 12;
/// Most tickets that are named.
const TICKETS: usize = 20;

/// The values, by name. Those that are Markdown already are marked as safe.
pub(super) fn of(timeline: &Timeline) -> Vec<(&'static str, Value)> {
    let page = Page::new(timeline);
    let markdown = |text: String| Value::from_safe_string(text);
    let sections = page.sections.iter().map(|section| {
        let text = markdown::blocks(&section.blocks);
        (section.title.to_lowercase().replace(' ', "_"), markdown(text))
    });
    let metrics = timeline.run.incident.iter().flat_map(|found| &found.metrics);
    let metrics = metrics.filter(|metric| !metric.value.starts_with("not recorded"));
    let metrics = Metrics(metrics.map(|metric| (metric.name, metric.value.clone())).collect());
    let length = export::Milestones::of(timeline).impact();
    let length = length.map(|((start, _), (end, _))| clock::span(end.0 - start.0));
    let picked = |picks: &dyn Fn(&Event) -> bool| Value::from(pick(timeline, picks));
    let joined = timeline.rows.iter().filter(|row| row.sources.len() > 1).count();
    let doubtful = timeline.rows.iter().filter(|row| row.stamp.in_doubt()).count();
    vec![
        ("title", title(timeline).into()),
        ("statements", markdown(markdown::blocks(&header::statements(&page, false)))),
        ("table", markdown(markdown::timeline(&page))),
        ("sections", Value::from_pairs(sections)),
        ("picture", markdown(PICTURE.to_owned())),
        ("metric", Value::from_object(metrics)),
        ("impact_length", length.map_or(Value::from(()), Value::from)),
        ("happened", picked(&happened)),
        ("response", picked(&|row| responds(row) && !happened(row) && !ends(row))),
        ("resolution", picked(&ends)),
        ("communications", picked(&|row| row.marks.contains(&Mark::Comms))),
        ("follow_ups", picked(&|row| gives(row, &["left to do"]))),
        ("tickets", Value::from(tickets(timeline))),
        ("joined", Value::from(joined)),
        ("doubtful", Value::from(doubtful)),
        ("count", Value::from(timeline.rows.len())),
    ]
}

/// The title of the document: the lead's, else what it is and the days.
pub(super) fn title(timeline: &Timeline) -> String {
    page::title(timeline).replacen(page::TITLE, TITLE, 1)
}

/// What the metrics come to, by their names. One that is not recorded is none.
#[derive(Debug)]
struct Metrics(BTreeMap<&'static str, String>);

impl Object for Metrics {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let known = key.as_str().and_then(|name| self.0.get(name));
        Some(known.map_or(Value::from(()), |value| Value::from(value.as_str())))
    }
}

fn pick(timeline: &Timeline, picks: &dyn Fn(&Event) -> bool) -> Vec<Value> {
    timeline.rows.iter().filter(|row| picks(row)).take(MOST).map(|event| row(&event)).collect()
}

fn bears(row: &Event, marks: &[Mark]) -> bool {
    row.marks.iter().any(|mark| marks.contains(mark))
}

fn gives(row: &Event, reasons: &[&str]) -> bool {
    row.reasons.iter().any(|reason| reasons.contains(&reason.as_str()))
}

/// What began it, what failed, and what was found to be the cause.
fn happened(row: &Event) -> bool {
    let failed = row.reasons.iter().any(|reason| reason.starts_with("went bad"));
    bears(row, &[Mark::Start, Mark::Cause, Mark::Change]) || failed
}

/// Who took it, decided and did something; communications stand by themselves.
fn responds(row: &Event) -> bool {
    bears(row, &[Mark::Detected, Mark::Acknowledged, Mark::Decision])
        || gives(row, &["taken", "alert taken", "ticket taken up", "decision", "action"])
            && !row.marks.contains(&Mark::Comms)
}

/// What ended it.
fn ends(row: &Event) -> bool {
    bears(row, &[Mark::Mitigated, Mark::Resolved]) || gives(row, &["all over", "ticket resolved"])
}

/// The keys of tickets that rows name, such as `OPS-2211`.
fn tickets(timeline: &Timeline) -> Vec<String> {
    let mut keys = BTreeSet::new();
    for row in timeline.rows.iter() {
        keys.extend(
            row.refs.iter().filter(|key| is_key(key)).map(|key| safe::line(key).into_owned()),
        );
    }
    keys.into_iter().take(TICKETS).collect()
}

fn is_key(text: &str) -> bool {
    text.split_once('-').is_some_and(|(project, number)| {
        let letters = (2..=10).contains(&project.len())
            && project.starts_with(|c: char| c.is_ascii_uppercase())
            && project.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        letters && !number.is_empty() && number.chars().all(|c| c.is_ascii_digit())
    })
}
