//! Charsets of mail: labels as mail programs write them, and the encoded words of headers.

use charset::Charset;

use crate::text;

/// Labels that mail programs write and the registry of the web (WHATWG Encoding) does not have.
const OTHER_NAMES: [(&str, &str); 14] = [
    ("cp949", "euc-kr"),
    ("ms949", "euc-kr"),
    ("cp936", "gb18030"),
    ("x-gb18030", "gb18030"),
    ("cp950", "big5"),
    ("cp932", "shift_jis"),
    ("ms932", "shift_jis"),
    ("latin-1", "iso-8859-1"),
    ("latin-9", "iso-8859-15"),
    ("utf-16le-bom", "utf-16le"),
    ("unicode-1-1-utf-7", "utf-7"),
    ("x-unicode-2-0-utf-7", "utf-7"),
    ("ansi", "windows-1252"),
    ("iso-8859-8-e", "iso-8859-8"),
];

/// Bytes as text by a charset's label. A label that says nothing (`us-ascii`, `x-unknown`, a
/// misspelt one) leaves it to the bytes, which are UTF-8 or Windows-1252 then.
pub(super) fn decode(bytes: &[u8], label: &str) -> String {
    let label = label.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
    // RFC 2231 §5: a language may follow.
    let label = label.split('*').next().unwrap_or_default().to_ascii_lowercase();
    // Two charsets say with plain letters what they mean.
    let plain = bytes.is_ascii() && !label.contains("utf-7") && !label.starts_with("iso-2022");
    match known(&label) {
        Some(charset) if !plain => charset.decode(bytes).0.into_owned(),
        _ => text::decode(bytes).into_owned(),
    }
}

/// The charset of a lower-case label; none for those that the bytes themselves tell better.
fn known(label: &str) -> Option<Charset> {
    if matches!(label, "" | "us-ascii" | "ascii" | "utf-8" | "utf8" | "unicode-1-1-utf-8") {
        return None;
    }
    let other = OTHER_NAMES.iter().find(|(name, _)| *name == label);
    Charset::for_label_no_replacement(other.map_or(label, |(_, name)| name).as_bytes())
}

/// A header's value as people read it: unfolded, encoded words decoded (RFC 2047), raw bytes as
/// UTF-8, or else by the charset that the body declares.
pub(super) fn header(raw: &[u8], of_body: Option<&str>) -> String {
    let unfolded = match (std::str::from_utf8(raw), of_body) {
        (Err(_), Some(label)) => decode(raw, label),
        _ => text::decode(raw).into_owned(),
    };
    words(&unfold(&unfolded))
}

/// Line breaks of a folded header as blanks.
pub(super) fn unfold(value: &str) -> String {
    if !value.contains(['\r', '\n']) {
        return value.trim().to_owned();
    }
    let lines = value.lines().map(|line| line.trim_matches([' ', '\t', '\r']));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// An encoded word: charset, decoded bytes, and how many characters it took.
struct Word<'t> {
    charset: &'t str,
    bytes: Vec<u8>,
    len: usize,
}

/// The text with its encoded words decoded. Words of one charset that only blanks set apart are
/// decoded together: writers cut in the middle of a character.
pub(super) fn words(text: &str) -> String {
    if !text.contains("=?") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut open: Option<(&str, Vec<u8>)> = None;
    while let Some(at) = rest.find("=?") {
        let Some(word) = word(&rest[at..]) else {
            close(&mut open, &mut out);
            out.push_str(&rest[..at + 2]);
            rest = &rest[at + 2..];
            continue;
        };
        let between = &rest[..at];
        match &mut open {
            Some((charset, bytes))
                if between.trim().is_empty() && charset.eq_ignore_ascii_case(word.charset) =>
            {
                bytes.extend_from_slice(&word.bytes);
            }
            _ => {
                let joined = open.is_some() && between.trim().is_empty();
                close(&mut open, &mut out);
                out.push_str(if joined { "" } else { between });
                open = Some((word.charset, word.bytes));
            }
        }
        rest = &rest[at + word.len..];
    }
    close(&mut open, &mut out);
    out.push_str(rest);
    out
}

fn close(open: &mut Option<(&str, Vec<u8>)>, out: &mut String) {
    if let Some((charset, bytes)) = open.take() {
        out.push_str(&decode(&bytes, charset));
    }
}

/// The encoded word at the start of a text.
fn word(text: &str) -> Option<Word<'_>> {
    let (charset, rest) = text.strip_prefix("=?")?.split_once('?')?;
    let (how, rest) = rest.split_once('?')?;
    let end = rest.find("?=")?;
    let inner = &rest[..end];
    if charset.is_empty() || charset.contains(char::is_whitespace) {
        return None;
    }
    let bytes = match how {
        "B" | "b" => base64(inner.as_bytes()),
        "Q" | "q" => quoted(inner.as_bytes()),
        _ => return None,
    };
    Some(Word { charset, bytes, len: 2 + charset.len() + 1 + how.len() + 1 + end + 2 })
}

/// Q of RFC 2047: `_` is a blank, `=41` a byte.
fn quoted(text: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (*first, tail) {
            (b'_', _) => out.push(b' '),
            (b'=', [high, low, behind @ ..]) => match digit(*high).zip(digit(*low)) {
                Some((high, low)) => {
                    out.push(high << 4 | low);
                    rest = behind;
                }
                None => out.push(b'='),
            },
            (byte, _) => out.push(byte),
        }
    }
    out
}

/// Base64 as far as it goes: what is no digit of it is passed over, a cut end loses its last bits.
pub(super) fn base64(text: &[u8]) -> Vec<u8> {
    if let Ok(bytes) = data_encoding::BASE64_MIME_PERMISSIVE.decode(text) {
        return bytes;
    }
    let digit = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let mut digits: Vec<u8> = text.iter().filter(digit).copied().collect();
    digits.truncate(digits.len() - usize::from(digits.len() % 4 == 1));
    data_encoding::BASE64_NOPAD
        .decode(&digits)
        .or_else(|_| {
            // Stray bits at the end.
            digits.truncate(digits.len() / 4 * 4);
            data_encoding::BASE64_NOPAD.decode(&digits)
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
