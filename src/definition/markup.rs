//! Markup of chat and mail systems, cleaned to plain text; JSON values as text.

mod adf;
mod html;
mod slack;
mod value;
mod wiki;

use std::borrow::Cow;

pub use html::{entities, html};
pub use value::value_text;

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
    /// Jira's wiki text: `[~jo]`, `{code}`, `[label|url]`.
    Wiki,
    /// `WhatsApp`: marks of writing direction around what is said.
    WhatsApp,
    /// UTF-8 that was taken for Latin-1 and written so, as Facebook exports do, names too.
    Latin1,
}

impl Markup {
    /// The text without its markup; `name` tells who an id mentions.
    pub fn clean(self, text: &str, name: &dyn Fn(&str) -> Option<String>) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Slack => slack::clean(text, name),
            Self::Html => html(text),
            Self::Irc => irc(text),
            Self::Wiki => wiki::clean(text, name),
            Self::WhatsApp => text.replace(is_direction, ""),
            Self::Latin1 => latin1(text).into_owned(),
        }
    }

    /// A name (of a person, a room) without what the markup does to names.
    pub fn name(self, name: String) -> String {
        match self {
            Self::Latin1 => latin1(&name).into_owned(),
            Self::WhatsApp => name.replace(is_direction, ""),
            _ => name,
        }
    }
}

/// Marks of writing direction: they show nothing themselves.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text whose characters are the bytes of a UTF-8 text; any other text stays.
fn latin1(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    match bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(meant) => Cow::Owned(meant),
        None => Cow::Borrowed(text),
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

#[cfg(test)]
mod tests;
