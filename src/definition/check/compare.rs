//! Expected events against those that a sample gave.

use toml::{Table, Value};

use crate::event::Event;

/// What differs, in words; empty where all is as stated.
pub(super) fn compare(expected: &[Table], events: &[Event]) -> Vec<String> {
    let mut wrong = Vec::new();
    if expected.len() != events.len() {
        let told: Vec<String> = events
            .iter()
            .map(|event| format!("{} {}", event.stamp.rfc3339().unwrap_or_default(), event.summary))
            .collect();
        wrong.push(format!(
            ": {} events are stated, {} are told:\n  {}",
            expected.len(),
            events.len(),
            told.join("\n  ")
        ));
    }
    for (number, (table, event)) in expected.iter().zip(events).enumerate() {
        for (key, value) in table {
            match found(event, key) {
                None => wrong.push(format!(
                    ", event {}: unknown key `{key}`; the keys are {}",
                    number + 1,
                    KEYS.join(", ")
                )),
                Some(found) => {
                    let expected = shown(value);
                    let fits = match key.as_str() {
                        "refs" | "thread" => {
                            words(value).iter().all(|word| event.refs.contains(word))
                        }
                        _ => found == expected,
                    };
                    if !fits {
                        wrong.push(format!(
                            ", event {}: {key}\n  stated: {expected:?}\n  told:   {found:?}",
                            number + 1
                        ));
                    }
                }
            }
        }
    }
    wrong
}

const KEYS: [&str; 23] = [
    "time",
    "time_end",
    "time_quality",
    "time_precision",
    "time_raw",
    "kind",
    "system",
    "id",
    "record",
    "thread",
    "refs",
    "channel",
    "actor",
    "role",
    "host",
    "service",
    "state",
    "severity",
    "mark",
    "summary",
    "detail",
    "count",
    "quiet",
];

fn found(event: &Event, key: &str) -> Option<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    Some(match key {
        "time" => event.stamp.rfc3339().unwrap_or_default(),
        "time_end" => {
            event.time_end.map_or(String::new(), |end| end.rfc3339(event.stamp.precision))
        }
        "time_quality" => event.stamp.quality.to_string(),
        "time_precision" => event.stamp.precision.word().unwrap_or_default().to_owned(),
        "time_raw" => event.time_raw.clone(),
        "kind" => event.kind.word().to_owned(),
        "system" => event.system.clone(),
        "id" | "record" => text(&event.sources[0].record),
        "thread" | "refs" => event.refs.join(" "),
        "channel" => text(&event.channel),
        "actor" => text(&event.actor),
        "role" => text(&event.actor_role),
        "host" => text(&event.host),
        "service" => text(&event.service),
        "state" => text(&event.state),
        "severity" => event.severity.map_or("", crate::event::Severity::word).to_owned(),
        "mark" => event.marks.iter().map(|mark| mark.word()).collect::<Vec<_>>().join(" "),
        "summary" => event.summary.clone(),
        "detail" => text(&event.detail),
        "count" => event.count.map(|count| count.to_string()).unwrap_or_default(),
        "quiet" => event.quiet.to_string(),
        _ => return None,
    })
}

fn words(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().map(shown).collect(),
        other => vec![shown(other)],
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.strip_prefix('\n').unwrap_or(text).to_owned(),
        Value::Array(_) => words(value).join(" "),
        Value::Integer(number) => number.to_string(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Datetime(date) => date.to_string(),
        Value::Float(_) | Value::Table(_) => String::new(),
    }
}
