//! Paths through JSON: the values that they lead to, and the items of lists.

use std::borrow::Cow;

use serde_json::Value;

use super::is_nothing;
use crate::definition::{markup, phrase::PathStep};

/// Most members of an object that are looked through for one.
const FEW: usize = 24;

/// An item of `each`, and the elements of lists that it lies in, innermost first.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    /// The item.
    pub value: Cow<'a, Value>,
    /// What it lies in, below the record.
    pub within: Vec<&'a Value>,
}

/// The items at a path, in document order.
pub(super) fn elements<'v>(
    value: &'v Value,
    steps: &[PathStep],
    within: &mut Vec<&'v Value>,
    found: &mut Vec<Found<'v>>,
) {
    let (here, below) = match steps.iter().position(|step| *step == PathStep::All) {
        Some(all) => (&steps[..all], &steps[all + 1..]),
        None => return,
    };
    let mut lists = Vec::new();
    collect(value, here, &mut lists);
    for list in lists {
        match list {
            Cow::Borrowed(Value::Array(items)) if below.is_empty() => {
                let inner: Vec<&Value> = within.iter().rev().copied().collect();
                let items = items.iter().map(Cow::Borrowed);
                found.extend(items.map(|value| Found { value, within: inner.clone() }));
            }
            Cow::Borrowed(Value::Array(items)) => {
                for item in items {
                    within.push(item);
                    elements(item, below, within, found);
                    within.pop();
                }
            }
            Cow::Owned(Value::Array(items)) if below.is_empty() => {
                let inner: Vec<&Value> = within.iter().rev().copied().collect();
                let items = items.into_iter().map(Cow::Owned);
                found.extend(items.map(|value| Found { value, within: inner.clone() }));
            }
            // One object where a list is usual is a list of one.
            value if below.is_empty() && !value.is_null() => {
                found.push(Found { value, within: within.iter().rev().copied().collect() });
            }
            _ => {}
        }
    }
}

/// All values at a path, in document order. A path that goes on below a text reads the text as JSON.
pub fn collect<'v>(value: &'v Value, steps: &[PathStep], found: &mut Vec<Cow<'v, Value>>) {
    let Some((step, rest)) = steps.split_first() else {
        found.push(Cow::Borrowed(value));
        return;
    };
    match (step, value) {
        (PathStep::Key(key), Value::Object(members)) => {
            if let Some(member) = member(members, key) {
                collect(member, rest, found);
            } else if let Some((member, rest)) = dotted(members, key, rest) {
                collect(member, rest, found);
            }
        }
        (PathStep::Key(key), Value::Array(items)) => {
            if let Some(member) = items.iter().find_map(|item| paired(item, key)) {
                collect(member, rest, found);
            }
        }
        (PathStep::Index(index), Value::Array(items)) => {
            if let Some(item) = items.get(*index) {
                collect(item, rest, found);
            }
        }
        (PathStep::All, Value::Array(items)) => {
            for item in items {
                collect(item, rest, found);
            }
        }
        (PathStep::Any, Value::Object(members)) => {
            for member in members.values() {
                collect(member, rest, found);
            }
        }
        (_, Value::String(text)) if text.trim_start().starts_with(['{', '[']) => {
            let Ok(inner) = serde_json::from_str::<Value>(text) else { return };
            let mut below = Vec::new();
            collect(&inner, steps, &mut below);
            found.extend(below.into_iter().map(|value| Cow::Owned(value.into_owned())));
        }
        _ => {}
    }
}

/// A member of an object. Most have few, and looking at their names is cheaper than a hash.
fn member<'v>(members: &'v serde_json::Map<String, Value>, name: &str) -> Option<&'v Value> {
    if members.len() > FEW {
        return members.get(name);
    }
    members.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// The value of a list of `{"key": …, "value": …}`: how OpenTelemetry and AWS write attributes and
/// tags.
fn paired<'v>(item: &'v Value, wanted: &str) -> Option<&'v Value> {
    let member = |names: [&str; 3]| names.into_iter().find_map(|name| item.get(name));
    let key = member(["key", "Key", "name"])?.as_str()?;
    (key == wanted).then(|| member(["value", "Value", "values"])).flatten()
}

/// Flat writers spell a path as one key: `"log.level"`.
fn dotted<'v, 's>(
    members: &'v serde_json::Map<String, Value>,
    key: &str,
    mut rest: &'s [PathStep],
) -> Option<(&'v Value, &'s [PathStep])> {
    let mut name = key.to_owned();
    while let Some((PathStep::Key(next), tail)) = rest.split_first() {
        name = format!("{name}.{next}");
        rest = tail;
        if let Some(member) = members.get(&name) {
            return Some((member, rest));
        }
    }
    None
}

/// The value at a path in the JSON that a cell holds.
pub(super) fn in_cell<'v>(cell: &str, below: &[PathStep], between: &str) -> Option<Cow<'v, str>> {
    if !cell.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let value: Value = serde_json::from_str(cell).ok()?;
    walk(&value, below, between).map(|text| Cow::Owned(text.into_owned()))
}

/// The text at a path; of several values, with `between` between them.
pub(super) fn walk<'v>(root: &'v Value, steps: &[PathStep], between: &str) -> Option<Cow<'v, str>> {
    if let [PathStep::Key(key)] = steps
        && let Some(Value::String(text)) = root.as_object().and_then(|members| member(members, key))
    {
        return Some(Cow::Borrowed(text));
    }
    let mut found = Vec::new();
    collect(root, steps, &mut found);
    let text = |value| match value {
        Cow::Borrowed(value) => markup::value_text(value, between),
        Cow::Owned(value) => {
            markup::value_text(&value, between).map(|text| Cow::Owned(text.into_owned()))
        }
    };
    let mut texts = found.into_iter().filter_map(text).filter(|text| !is_nothing(text));
    let first = texts.next()?;
    let rest: Vec<_> = texts.collect();
    if rest.is_empty() {
        return Some(first);
    }
    let all: Vec<_> = std::iter::once(first).chain(rest).collect();
    Some(Cow::Owned(all.join(between)))
}
