//! Markup of chat systems beside Slack's: texts in pieces, direction marks, texts whose bytes were
//! taken for characters.

use serde_json::Value;

/// The kinds of pieces that Telegram sets a text of.
const PIECES: [&str; 20] = [
    "plain",
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "code",
    "pre",
    "link",
    "text_link",
    "mention",
    "mention_name",
    "hashtag",
    "cashtag",
    "bot_command",
    "email",
    "phone",
    "blockquote",
    "custom_emoji",
    "bank_card",
];

/// A text in pieces, strings and `{"type": …, "text": …}`, as one; none where the list is no such
/// text (Telegram's exports).
pub(super) fn pieces(items: &[Value]) -> Option<String> {
    let mut dressed = false;
    let mut text = String::new();
    for item in items {
        let piece = match item {
            Value::String(piece) => piece,
            Value::Object(members) => {
                let kind = members.get("type")?.as_str()?;
                if !PIECES.contains(&kind) {
                    return None;
                }
                dressed = true;
                members.get("text")?.as_str()?
            }
            _ => return None,
        };
        text.push_str(piece);
    }
    dressed.then_some(text)
}

/// A text without direction marks (U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069), which
/// `WhatsApp` puts before names, times and attachments.
pub(super) fn unmarked(text: &str) -> String {
    let mark = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|c| !mark(*c)).collect()
}

/// A text whose bytes were each taken for a character (Facebook's and Instagram's downloads write
/// `\u00c3\u00a9` for é), read again; as it is where that gives no UTF-8.
pub(super) fn latin1(text: &str) -> String {
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| text.to_owned())
}
