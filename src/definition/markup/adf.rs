//! Atlassian's document format: the texts of Jira's API version 3 (developer.atlassian.com, "Atlassian
//! Document Format").

use serde_json::Value;

use crate::time::Civil;

/// Deepest nesting that is followed.
const DEEPEST: usize = 64;

/// Whether a value is such a document.
pub(super) fn is_document(value: &Value) -> bool {
    value.get("type").and_then(Value::as_str) == Some("doc")
        && value.get("content").is_some_and(Value::is_array)
}

/// A document as text: a line for each paragraph, item or row.
pub(super) fn text(document: &Value) -> String {
    let mut out = String::new();
    node(document, 0, &mut out);
    out.trim().to_owned()
}

fn node(value: &Value, depth: usize, out: &mut String) {
    if depth > DEEPEST {
        return;
    }
    let attribute = |name: &str| value.get("attrs").and_then(|attrs| attrs.get(name)?.as_str());
    let kind = value.get("type").and_then(Value::as_str).unwrap_or_default();
    match kind {
        "text" => out.push_str(value.get("text").and_then(Value::as_str).unwrap_or_default()),
        "hardBreak" => out.push('\n'),
        "mention" | "status" => out.push_str(attribute("text").unwrap_or_default()),
        "emoji" => {
            out.push_str(attribute("text").or_else(|| attribute("shortName")).unwrap_or_default());
        }
        "inlineCard" | "blockCard" | "embedCard" => {
            out.push_str(attribute("url").unwrap_or_default());
        }
        "date" => out.push_str(&date(value).unwrap_or_default()),
        "media" => out.push_str(attribute("alt").unwrap_or_default()),
        _ => {}
    }
    for child in value.get("content").and_then(Value::as_array).into_iter().flatten() {
        node(child, depth + 1, out);
    }
    match kind {
        "tableCell" | "tableHeader" => {
            out.truncate(out.trim_end().len());
            out.push_str(" | ");
        }
        "tableRow" => {
            out.truncate(out.trim_end_matches([' ', '|']).len());
            out.push('\n');
        }
        "paragraph" | "heading" | "codeBlock" | "rule" | "blockCard" | "mediaSingle" => {
            out.push('\n');
        }
        _ => {}
    }
}

/// The day of a date node: milliseconds since 1970, UTC.
fn date(value: &Value) -> Option<String> {
    let stamp = value.get("attrs")?.get("timestamp")?;
    let ms: i64 = match stamp {
        Value::String(text) => text.parse().ok()?,
        other => other.as_i64()?,
    };
    Some(Civil::from_secs(ms.div_euclid(1000)).to_string().chars().take(10).collect())
}
