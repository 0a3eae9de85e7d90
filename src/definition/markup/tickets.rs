//! Markup of ticket systems: Jira's wiki text, and the documents that Jira and Confluence write as
//! JSON (Atlassian Document Format; other editors built on `ProseMirror` write the same shape).

use std::borrow::Cow;

use serde_json::Value;

/// Macros of Jira's wiki text that are dropped; what stands between them stays.
const MACROS: [&str; 8] =
    ["code", "noformat", "quote", "panel", "color", "anchor", "info", "warning"];

/// Jira's wiki text as people see it: mentions by name, links by label, macros dropped.
pub(super) fn wiki<'t>(text: &'t str, name: &dyn Fn(&str) -> Option<String>) -> Cow<'t, str> {
    if !text.contains(['[', '{', '\\', '\r'])
        && text.lines().all(|line| heading(line).len() == line.len())
    {
        return Cow::Borrowed(text.trim());
    }
    let lines = text.lines().map(|line| inline(heading(line), name));
    Cow::Owned(lines.collect::<Vec<_>>().join("\n").trim().to_owned())
}

/// A line without the sign of a heading or a quote: `h2. `, `bq. `.
fn heading(line: &str) -> &str {
    let rest = line.trim_start();
    let sign = match rest.as_bytes() {
        [b'b', b'q', b'.', b' ', ..] => 4,
        [b'h', level, b'.', b' ', ..] if level.is_ascii_digit() => 4,
        _ => return line,
    };
    &rest[sign..]
}

fn inline(line: &str, name: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['[', '{', '\\']) {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        let taken = match rest.as_bytes()[at] {
            b'[' => link(tail, name),
            b'{' => braces(tail),
            _ => tail
                .chars()
                .next()
                .filter(char::is_ascii_punctuation)
                .map(|c| (c.to_string(), &tail[1..])),
        };
        if let Some((text, behind)) = taken {
            out.push_str(&text);
            rest = behind;
        } else {
            out.push_str(&rest[at..=at]);
            rest = tail;
        }
    }
    out.push_str(rest);
    out
}

/// What stands in square brackets: a mention, or a link with a label.
fn link<'t>(tail: &'t str, name: &dyn Fn(&str) -> Option<String>) -> Option<(String, &'t str)> {
    let (inside, behind) = tail.split_once(']')?;
    if let Some(user) = inside.strip_prefix('~') {
        let id = user.strip_prefix("accountid:").unwrap_or(user);
        return Some((format!("@{}", name(id).unwrap_or_else(|| id.to_owned())), behind));
    }
    if let Some((label, target)) = inside.split_once('|') {
        let target = target.split('|').next().unwrap_or(target);
        let shown = if label == target { label.to_owned() } else { format!("{label} ({target})") };
        return Some((shown, behind));
    }
    let url = inside.contains("://") || inside.starts_with("mailto:");
    url.then(|| (inside.to_owned(), behind))
}

/// What stands in braces: `{{fixed}}` keeps its text, a macro goes.
fn braces(tail: &str) -> Option<(String, &str)> {
    if let Some(fixed) = tail.strip_prefix('{') {
        let (inside, behind) = fixed.split_once("}}")?;
        return Some((inside.to_owned(), behind));
    }
    let (inside, behind) = tail.split_once('}')?;
    let word = inside.split(':').next()?;
    MACROS.contains(&word).then(|| (String::new(), behind))
}

/// A document in Atlassian's format, where that is what the value is.
pub(super) fn document(value: &Value) -> Option<String> {
    let content = value.get("content")?.as_array()?;
    if value.get("type")?.as_str()? != "doc" {
        return None;
    }
    let mut out = String::new();
    for node in content {
        block(node, &mut out, 0);
    }
    Some(out.trim().to_owned())
}

/// Deepest nesting that is followed.
const DEEPEST: usize = 64;

fn block(node: &Value, out: &mut String, depth: usize) {
    let kind = node.get("type").and_then(Value::as_str).unwrap_or_default();
    let part = |key: &str| node.pointer(key).and_then(Value::as_str);
    match kind {
        "text" => out.push_str(part("/text").unwrap_or_default()),
        "hardBreak" => out.push('\n'),
        "mention" | "emoji" | "date" | "status" => {
            let shown = part("/attrs/text").or(part("/attrs/shortName"));
            out.push_str(shown.or(part("/attrs/timestamp")).unwrap_or_default());
        }
        "inlineCard" | "blockCard" => out.push_str(part("/attrs/url").unwrap_or_default()),
        _ => {
            let lines = matches!(
                kind,
                "paragraph"
                    | "heading"
                    | "codeBlock"
                    | "blockquote"
                    | "listItem"
                    | "tableRow"
                    | "panel"
                    | "rule"
                    | "taskItem"
            );
            if lines && !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
            let nodes = node.get("content").and_then(Value::as_array);
            for inner in nodes.into_iter().flatten().take_while(|_| depth < DEEPEST) {
                block(inner, out, depth + 1);
                if matches!(kind, "tableRow") {
                    out.push(' ');
                }
            }
        }
    }
}
