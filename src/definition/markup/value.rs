//! JSON values as text: lists, cards, texts in pieces.

use std::borrow::Cow;

use serde_json::Value;

use super::adf;

/// A JSON value as text: scalars as written, lists with `between` between their elements, objects
/// as a card.
pub fn value_text<'v>(value: &'v Value, between: &str) -> Option<Cow<'v, str>> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Bool(truth) => Some(Cow::Borrowed(if *truth { "true" } else { "false" })),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Array(items) => {
            if let Some(bytes) = small_bytes(items) {
                return Some(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()));
            }
            if let Some(text) = pieces(items) {
                return Some(Cow::Owned(text));
            }
            let texts: Vec<_> = items.iter().filter_map(|item| value_text(item, between)).collect();
            (!texts.is_empty()).then(|| Cow::Owned(texts.join(between)))
        }
        Value::Object(_) if adf::is_document(value) => Some(Cow::Owned(adf::text(value))),
        Value::Object(members) => match members.get("#text") {
            // An element of XML that has attributes too.
            Some(text) => value_text(text, between),
            None => card(value).map(Cow::Owned),
        },
    }
}

/// A text in pieces, plain ones and such as `{"type": "bold", "text": "…"}` (Telegram): they stand
/// behind each other, without a break.
fn pieces(items: &[Value]) -> Option<String> {
    let plain = |item: &Value| {
        item.is_string() || item.get("type").and_then(Value::as_str) == Some("plain")
    };
    let text = |item: &Value| match item {
        Value::String(text) => Some(text.clone()),
        Value::Object(_) if item.get("type").is_some_and(Value::is_string) => {
            Some(item.get("text")?.as_str()?.to_owned())
        }
        _ => None,
    };
    if !items.iter().any(plain) || !items.iter().any(Value::is_object) {
        return None;
    }
    items.iter().map(text).collect()
}

/// journald writes text that is no UTF-8 as a list of byte values.
fn small_bytes(items: &[Value]) -> Option<Vec<u8>> {
    if items.is_empty() {
        return None;
    }
    items.iter().map(|item| item.as_u64().and_then(|n| u8::try_from(n).ok())).collect()
}

/// What a person would read on a card: pretext, title, text and fields, in document order.
fn card(value: &Value) -> Option<String> {
    let mut lines = Vec::new();
    card_lines(value, &mut lines);
    if lines.is_empty()
        && let Some(fallback) = value.get("fallback").and_then(Value::as_str)
    {
        lines.push(fallback.to_owned());
    }
    lines.retain(|line| !line.trim().is_empty());
    (!lines.is_empty()).then(|| lines.join("\n"))
}

const SAID: [&str; 9] = [
    "author_name",
    "pretext",
    "header",
    "title",
    "text",
    "description",
    "message",
    "content",
    "summary",
];

fn card_lines(value: &Value, lines: &mut Vec<String>) {
    let Value::Object(members) = value else {
        lines.extend(value_text(value, "\n").map(Cow::into_owned));
        return;
    };
    if let Some(line) = inline(value) {
        lines.push(line);
        return;
    }
    for (key, member) in members {
        match (key.as_str(), member) {
            (key, Value::String(text)) if SAID.contains(&key) => lines.push(text.clone()),
            (key, Value::Object(_)) if SAID.contains(&key) => card_lines(member, lines),
            ("fields", Value::Array(fields)) => {
                for field in fields {
                    card_field(field, lines);
                }
            }
            ("elements" | "blocks" | "attachments" | "items", Value::Array(items)) => {
                for item in items {
                    card_lines(item, lines);
                }
            }
            _ => {}
        }
    }
}

fn card_field(field: &Value, lines: &mut Vec<String>) {
    let part = |key| field.get(key).and_then(|value| value_text(value, ", "));
    match (part("title").or_else(|| part("name")), part("value")) {
        (Some(name), Some(value)) => lines.push(format!("{name}: {value}")),
        (None, Some(value)) => lines.push(value.into_owned()),
        _ => card_lines(field, lines),
    }
}

/// A section of Slack's rich text: its elements are one line together, in Slack's own markup.
fn inline(value: &Value) -> Option<String> {
    let kind = value.get("type")?.as_str()?;
    if !matches!(kind, "rich_text_section" | "rich_text_preformatted" | "rich_text_quote") {
        return None;
    }
    let elements = value.get("elements")?.as_array()?;
    let text = |element: &Value, key: &str| {
        element.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let parts = elements.iter().map(|element| match text(element, "type").as_str() {
        "user" => format!("<@{}>", text(element, "user_id")),
        "channel" => format!("<#{}>", text(element, "channel_id")),
        "emoji" => format!(":{}:", text(element, "name")),
        "broadcast" => format!("@{}", text(element, "range")),
        "link" if text(element, "text").is_empty() => text(element, "url"),
        _ => text(element, "text"),
    });
    Some(parts.collect())
}
