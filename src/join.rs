//! Join: copies of one record become one event with several sources.
//!
//! A first rule, the safe one: exact copies by native key. Two mails with the same Message-ID and
//! the same content, a chat message exported twice, the same event of a ticket in two exports.
//! Anything that differs keeps two events apart: over-merging is worse than a duplicate.

pub mod text;

use std::collections::HashMap;

use crate::{
    event::{Event, Kind},
    timeline::id::ticket_event,
};

/// What two copies must have in common, beyond nothing that contradicts.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    kind: Kind,
    system: String,
    record: String,
    instant: Option<i64>,
    time_raw: String,
    actor: Option<String>,
    state: Option<String>,
    summary: String,
    detail: Option<String>,
}

/// The rule by which a kind's copies are known, and the key's part of it.
fn key(event: &Event) -> Option<(&'static str, Key)> {
    let record = event.sources[0].record.as_deref()?;
    let (rule, record) = match event.kind {
        Kind::Email => ("copy:message-id", record),
        Kind::Chat => ("copy:channel-and-ts", record),
        // The number of a comment counts within one export.
        Kind::Ticket => ("copy:ticket-event", ticket_event(record)),
        _ => ("copy:native-key", record),
    };
    let key = Key {
        kind: event.kind,
        system: event.system.clone(),
        record: record.to_owned(),
        instant: event.stamp.instant.map(|instant| instant.0),
        time_raw: event.time_raw.clone(),
        actor: event.actor.clone(),
        state: event.state.clone(),
        summary: event.summary.clone(),
        detail: event.detail.clone(),
    };
    Some((rule, key))
}

/// Joins the copies among events that stand in the total order; the first of each stays, with the
/// others as sources by path and byte. Gives the number of events joined.
pub fn copies(events: &mut Vec<Event>) -> u64 {
    let mut first: HashMap<Key, usize> = HashMap::new();
    let mut kept: Vec<Event> = Vec::with_capacity(events.len());
    let mut joined = 0;
    for mut event in events.drain(..) {
        let Some((rule, key)) = key(&event) else {
            kept.push(event);
            continue;
        };
        match first.get(&key) {
            None => {
                first.insert(key, kept.len());
                kept.push(event);
            }
            Some(&at) => {
                joined += 1;
                for mut source in event.sources.drain(..) {
                    source.why = Some(rule.to_owned());
                    kept[at].sources.push(source);
                }
            }
        }
    }
    for event in &mut kept {
        event.sources[1..].sort_by(|a, b| {
            (a.path.as_bytes(), a.byte_start).cmp(&(b.path.as_bytes(), b.byte_start))
        });
    }
    *events = kept;
    joined
}

/// Makes ids unique in one output: of equal ones, the later gets `-2`, `-3` …
pub fn unique_ids<'e>(events: impl Iterator<Item = &'e mut Event>) {
    let mut seen: HashMap<String, u64> = HashMap::new();
    for source in events.flat_map(|event| &mut event.sources) {
        let number = seen.entry(source.id.0.clone()).or_default();
        *number += 1;
        if *number > 1 {
            source.id.0 = format!("{}-{number}", source.id.0);
        }
    }
}

#[cfg(test)]
mod tests;
