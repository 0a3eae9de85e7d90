//! Markup of chat and mail systems, cleaned to plain text; JSON values as text.

mod chat;
mod stress;
mod tickets;

pub use stress::unstressed;

use std::borrow::Cow;

use serde_json::Value;

/// How the fields in `text` and `detail` are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Markup {
    /// As it is.
    #[default]
    Plain,
    /// Slack's mrkdwn: `<@U1>`, `<url|label>`, `&amp;`.
    Slack,
    /// HTML.
    Html,
    /// IRC: colours and styles.
    Irc,
    /// Jira's wiki text: `[~accountid:1]`, `{code}`, `[label|url]`.
    Wiki,
    /// Direction marks before names, times and attachments.
    WhatsApp,
    /// UTF-8 whose bytes were taken for characters: Facebook's and Instagram's downloads.
    Latin1,
}

impl Markup {
    /// The text without its markup; `name` tells who an id mentions.
    pub fn clean<'t>(self, text: &'t str, name: &dyn Fn(&str) -> Option<String>) -> Cow<'t, str> {
        match self {
            Self::Plain => Cow::Borrowed(text),
            Self::Slack if memchr::memchr2(b'<', b'&', text.as_bytes()).is_none() => text.into(),
            Self::Slack => slack(text, name).into(),
            Self::Html => html(text).into(),
            Self::Irc => irc(text).into(),
            Self::Wiki => tickets::wiki(text, name),
            Self::WhatsApp => chat::unmarked(text).into(),
            Self::Latin1 => chat::latin1(text).into(),
        }
    }

    /// The name of a person or a room without what the system did to it.
    pub fn name(self, name: String) -> String {
        match self {
            Self::WhatsApp => chat::unmarked(&name),
            Self::Latin1 => chat::latin1(&name),
            _ => name,
        }
    }
}

/// IRC text without its codes for bold, italics and colours (mIRC's, as all clients took them over).
fn irc(text: &str) -> String {
    let number = |text: &mut &str| {
        let digits = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
        *text = &text[digits..];
        digits > 0
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\u{2}' | '\u{f}' | '\u{11}' | '\u{16}' | '\u{1d}' | '\u{1e}' | '\u{1f}' => {}
            '\u{3}' => {
                let mut behind = rest;
                let ground = number(&mut behind)
                    && behind.strip_prefix(',').is_some_and(|tail| {
                        let mut tail = tail;
                        let found = number(&mut tail);
                        if found {
                            rest = tail;
                        }
                        found
                    });
                if !ground {
                    rest = behind;
                }
            }
            c => out.push(c),
        }
    }
    out
}

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
            if let Some(text) = chat::pieces(items) {
                return Some(Cow::Owned(text));
            }
            let texts: Vec<_> = items.iter().filter_map(|item| value_text(item, between)).collect();
            (!texts.is_empty()).then(|| Cow::Owned(texts.join(between)))
        }
        Value::Object(members) => match members.get("#text") {
            // An element of XML that has attributes too.
            Some(text) => value_text(text, between),
            None => tickets::document(value).or_else(|| card(value)).map(Cow::Owned),
        },
    }
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
            ("fields" | "facts", Value::Array(fields)) => {
                for field in fields {
                    card_field(field, lines);
                }
            }
            (
                "elements" | "blocks" | "attachments" | "items" | "body" | "columns",
                Value::Array(items),
            ) => {
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

/// Slack's mrkdwn as people see it: mentions by name, links by label, entities as characters.
fn slack(text: &str, name: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        out.push_str(&entities(&rest[..open]));
        let tail = &rest[open + 1..];
        // A line break inside means that this was no link, whatever Slack would have escaped.
        let Some(close) = tail.find('>').filter(|&close| !tail[..close].contains('\n')) else {
            out.push('<');
            rest = tail;
            continue;
        };
        out.push_str(&entities(&slack_link(&tail[..close], name)));
        rest = &tail[close + 1..];
    }
    out.push_str(&entities(rest));
    out
}

fn slack_link(link: &str, name: &dyn Fn(&str) -> Option<String>) -> String {
    let (target, label) = match link.split_once('|') {
        Some((target, label)) if !label.is_empty() => (target, Some(label)),
        Some((target, _)) => (target, None),
        None => (link, None),
    };
    if let Some(user) = target.strip_prefix('@') {
        let known = name(user).or_else(|| label.map(str::to_owned));
        return format!("@{}", known.unwrap_or_else(|| user.to_owned()).trim_start_matches('@'));
    }
    if let Some(channel) = target.strip_prefix('#') {
        let known = label.map(str::to_owned).or_else(|| name(channel));
        return format!("#{}", known.unwrap_or_else(|| channel.to_owned()));
    }
    if let Some(special) = target.strip_prefix('!') {
        let word = special.split('^').next().unwrap_or(special);
        return label.map_or_else(|| format!("@{word}"), str::to_owned);
    }
    label.unwrap_or_else(|| target.strip_prefix("mailto:").unwrap_or(target)).to_owned()
}

/// The character entities that machines write: the XML five, numbers, and the common blanks.
pub fn entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        let known = tail.find(';').filter(|&end| end <= 10).and_then(|end| {
            let c = entity(&tail[..end])?;
            Some((c, end))
        });
        if let Some((c, end)) = known {
            out.push(c);
            rest = &tail[end + 1..];
        } else {
            out.push('&');
            rest = tail;
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16).ok());
        return char::from_u32(hex.unwrap_or_else(|| number.parse().ok())?);
    }
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "rsquo" => '’',
        "lsquo" => '‘',
        "ldquo" => '“',
        "rdquo" => '”',
        "bull" => '•',
        "rarr" => '→',
        "larr" => '←',
        "euro" => '€',
        _ => {
            let at = LATIN_1.split_ascii_whitespace().position(|known| known == name)?;
            return char::from_u32(0xa1 + at as u32);
        }
    })
}

/// HTML's names of the characters from U+00A1 to U+00FF, in that order.
const LATIN_1: &str = "iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg \
    plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest \
    Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc \
    Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN \
    szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc \
    iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

/// HTML as text: tags dropped, blocks and rows on lines of their own, cells set apart by ` | `,
/// style and script left out. Not a browser: enough to read a mail by.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        push_text(&mut out, &rest[..open]);
        let tail = &rest[open + 1..];
        if let Some(comment) = tail.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let Some(close) = tail.find('>') else {
            push_text(&mut out, &rest[open..]);
            return tidy(&out);
        };
        let tag = tail[..close].trim_start_matches('/');
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let name = tag[..end].to_ascii_lowercase();
        rest = &tail[close + 1..];
        match name.as_str() {
            "style" | "script" | "head" | "title" if !tail.starts_with('/') => {
                rest = skip_element(rest, &name);
            }
            "br" | "p" | "div" | "tr" | "table" | "li" | "ul" | "ol" | "h1" | "h2" | "h3"
            | "h4" | "blockquote" | "pre" | "hr" => out.push('\n'),
            "td" | "th" if tail.starts_with('/') => out.push_str(" | "),
            // A mention of Teams.
            "at" if !tail.starts_with('/') => out.push('@'),
            _ => {}
        }
    }
    push_text(&mut out, rest);
    tidy(&out)
}

/// Behind the end tag of an element whose content is not text.
fn skip_element<'t>(rest: &'t str, name: &str) -> &'t str {
    let end = format!("</{name}");
    let fits = |at: &usize| {
        rest.as_bytes()
            .get(*at..at + end.len())
            .is_some_and(|tag| tag.eq_ignore_ascii_case(end.as_bytes()))
    };
    let Some(at) = memchr::memchr_iter(b'<', rest.as_bytes()).find(fits) else { return "" };
    rest[at..].find('>').map_or("", |close| &rest[at + close + 1..])
}

fn push_text(out: &mut String, text: &str) {
    // Line breaks in the source of a page are blanks.
    for c in entities(text).chars() {
        out.push(if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c });
    }
}

/// Blanks made one, empty lines made one, separators at a row's end dropped.
fn tidy(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        let line = words.join(" ");
        let line = line.trim_end_matches(" |").trim_end_matches('|').trim();
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line.to_owned());
        }
    }
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests;
