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
    // Some charsets say with bytes of ASCII what they mean.
    let plain =
        bytes.is_ascii() && !["utf-7", "utf-16", "iso-2022"].iter().any(|l| label.contains(l));
    match known(&label) {
        Some(charset) if !plain => charset.decode(bytes).0.into_owned(),
        _ => text::decode(bytes).into_owned(),
    }
}

/// The label of a Windows code page.
pub(crate) fn of_code_page(page: u32) -> String {
    match page {
        65001 => "utf-8".to_owned(),
        28591..=28606 => format!("iso-8859-{}", page - 28590),
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        20866 => "koi8-r".to_owned(),
        20127 => "us-ascii".to_owned(),
        page => format!("windows-{page}"),
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
    let plain = |bytes: &[u8]| match (std::str::from_utf8(bytes), of_body) {
        (Err(_), Some(label)) => decode(bytes, label),
        _ => text::decode(bytes).into_owned(),
    };
    let unfolded;
    let raw = if memchr::memchr2(b'\r', b'\n', raw).is_some() {
        let lines = raw.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        unfolded = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(&b' ');
        &unfolded
    } else {
        raw.trim_ascii()
    };
    words_of(raw, &plain)
}

/// Line breaks of a folded header as blanks.
pub(super) fn unfold(value: &str) -> String {
    if !value.contains(['\r', '\n']) {
        return value.trim().to_owned();
    }
    let lines = value.lines().map(|line| line.trim_matches([' ', '\t', '\r']));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// An encoded word: charset, decoded bytes, and how many bytes it took.
struct Word<'t> {
    charset: &'t str,
    bytes: Vec<u8>,
    len: usize,
}

/// The text with its encoded words decoded.
pub(super) fn words(text: &str) -> String {
    words_of(text.as_bytes(), &|bytes| text::decode(bytes).into_owned())
}

/// The text with its encoded words decoded, and `plain` for what lies between them. Words of one
/// charset that only blanks set apart are decoded together: writers cut in the middle of a character.
fn words_of(text: &[u8], plain: &dyn Fn(&[u8]) -> String) -> String {
    if memchr::memchr(b'=', text).is_none() {
        return plain(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Where the search goes on, behind a sign that began no word.
    let mut from = 0;
    let mut open: Option<(&str, Vec<u8>)> = None;
    while let Some(at) = memchr::memmem::find(&rest[from..], b"=?").map(|at| from + at) {
        let Some(word) = word(&rest[at..]) else {
            from = at + 2;
            continue;
        };
        let between = &rest[..at];
        let blank = between.trim_ascii().is_empty();
        match &mut open {
            Some((charset, bytes)) if blank && charset.eq_ignore_ascii_case(word.charset) => {
                bytes.extend_from_slice(&word.bytes);
            }
            _ => {
                let joined = open.is_some() && blank;
                close(&mut open, &mut out);
                if !joined {
                    out.push_str(&plain(between));
                }
                open = Some((word.charset, word.bytes));
            }
        }
        rest = &rest[at + word.len..];
        from = 0;
    }
    close(&mut open, &mut out);
    out.push_str(&plain(rest));
    out
}

fn close(open: &mut Option<(&str, Vec<u8>)>, out: &mut String) {
    if let Some((charset, bytes)) = open.take() {
        out.push_str(&decode(&bytes, charset));
    }
}

/// The encoded word at the start of a text.
fn word(text: &[u8]) -> Option<Word<'_>> {
    let rest = text.strip_prefix(b"=?")?;
    let charset = &rest[..memchr::memchr(b'?', rest)?];
    let rest = &rest[charset.len() + 1..];
    let how = &rest[..memchr::memchr(b'?', rest)?];
    let rest = &rest[how.len() + 1..];
    let end = memchr::memmem::find(rest, b"?=")?;
    if charset.is_empty() || !charset.iter().all(u8::is_ascii_graphic) {
        return None;
    }
    let bytes = match how {
        b"B" | b"b" => base64(&rest[..end]),
        b"Q" | b"q" => quoted(&rest[..end]),
        _ => return None,
    };
    let len = 2 + charset.len() + 1 + how.len() + 1 + end + 2;
    Some(Word { charset: std::str::from_utf8(charset).ok()?, bytes, len })
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
