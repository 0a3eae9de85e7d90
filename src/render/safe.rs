//! Text from evidence made harmless for any output, before the escaping of the output itself.
//!
//! Control characters can move a terminal's cursor or end a row, and bidirectional controls can
//! show text in another order than it has (Unicode TR 36, "Trojan Source"); both become U+FFFD.

use std::borrow::Cow;

use crate::text;

/// Longest text of one field in a human output, in characters: the limit of a summary.
pub(crate) const LONGEST: usize = 280;

/// One harmless line for people: line breaks and tabs become one space, other control characters
/// and bidirectional controls U+FFFD.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| !breaks(c) && !c.is_control() && !bidi(c)) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if breaks(c) => {
                if !safe.ends_with(' ') {
                    safe.push(' ');
                }
            }
            _ if c.is_control() || bidi(c) => safe.push(char::REPLACEMENT_CHARACTER),
            _ => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

/// [`line`], cut to `longest` characters with an ellipsis.
pub(crate) fn short(text: &str, longest: usize) -> Cow<'_, str> {
    match text.char_indices().nth(longest) {
        None => line(text),
        Some((end, _)) => {
            let kept = text[..end].trim_end();
            Cow::Owned(format!("{}…", line(kept)))
        }
    }
}

/// One line for programs: every control character becomes U+FFFD, nothing else changes.
pub(crate) fn data(text: &str) -> Cow<'_, str> {
    if !text::may_hold_controls(text, false) {
        return Cow::Borrowed(text);
    }
    replaced(text, char::is_control)
}

/// Several lines for programs: as [`data`], but line breaks and tabs stay.
pub(crate) fn data_lines(text: &str) -> Cow<'_, str> {
    if !text::may_hold_controls(text, true) {
        return Cow::Borrowed(text);
    }
    replaced(text, |c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

fn replaced(text: &str, bad: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.chars().any(&bad) {
        let mend = |c| if bad(c) { char::REPLACEMENT_CHARACTER } else { c };
        Cow::Owned(text.chars().map(mend).collect())
    } else {
        Cow::Borrowed(text)
    }
}

fn breaks(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The characters of Unicode's property `Bidi_Control`.
fn bidi(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A number with a comma at each thousand.
pub(crate) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 row`, `1,204 rows`.
pub(crate) fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests;
