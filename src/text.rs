//! Text out of bytes: charsets of stray lines, one line out of many, cutting at a length.

use std::borrow::Cow;

/// Most characters of a summary (`rfo.event/1`).
pub const SUMMARY_CHARS: usize = 280;
/// Most characters of a detail (`rfo.event/1`).
pub const DETAIL_CHARS: usize = 65_536;

/// Bytes as text: UTF-8 where they are; else Windows-1252, where that gives no control codes (one
/// stray line of a Latin-1 writer, a ticket export for spreadsheets); else UTF-8 with U+FFFD.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(error) => {
            // A cut-off character at the end is damage, not another charset; so is a text that
            // holds proper multi-byte characters elsewhere.
            let proper = bytes[..error.valid_up_to()].iter().any(|byte| *byte >= 0x80);
            if error.error_len().is_some() && !proper {
                let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
                if !text.chars().any(|c| ('\u{80}'..='\u{9f}').contains(&c)) {
                    return Cow::Owned(text.into_owned());
                }
            }
            String::from_utf8_lossy(bytes)
        }
    }
}

/// False where a text surely holds no control character but line breaks and tabs, and not even
/// those where `lines` is false. One look at each byte, without a branch: nearly all texts are plain.
pub fn may_hold_controls(text: &str, lines: bool) -> bool {
    let kept = |byte: u8| lines && matches!(byte, b'\n' | b'\t' | b'\r');
    // U+0080 to U+009F begin with C2 in UTF-8, as other characters do.
    let odd = |byte: u8| byte < b' ' && !kept(byte) || byte == 0x7f || byte == 0xc2;
    text.bytes().fold(false, |found, byte| found | odd(byte))
}

/// One line of at most [`SUMMARY_CHARS`] characters: the first line that says something, runs of
/// blanks made one, control characters made U+FFFD.
pub fn summary(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    if line.len() <= SUMMARY_CHARS && is_even(line) {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len().min(SUMMARY_CHARS));
    let mut chars = 0;
    let mut blank = false;
    for c in line.chars() {
        if c.is_whitespace() {
            blank = true;
            continue;
        }
        if chars + usize::from(blank) >= SUMMARY_CHARS {
            // The last place belongs to the sign that something was cut.
            out.pop();
            out.push('…');
            return out;
        }
        if blank && !out.is_empty() {
            out.push(' ');
            chars += 1;
        }
        blank = false;
        out.push(if c.is_control() { '\u{fffd}' } else { c });
        chars += 1;
    }
    out
}

/// Nothing but visible ASCII, and single spaces between.
fn is_even(line: &str) -> bool {
    let mut last = b' ';
    line.bytes().all(|byte| {
        let even = byte.is_ascii_graphic() || byte == b' ' && last != b' ';
        last = byte;
        even
    })
}

/// A detail: trimmed of blank lines around it, cut at [`DETAIL_CHARS`] characters and said so.
/// Line breaks and tabs stay, other control characters become U+FFFD.
pub fn detail(text: &str) -> String {
    let text = text.trim_matches(['\n', '\r']).trim_end();
    if text.len() <= DETAIL_CHARS
        && !may_hold_controls(text, true)
        && memchr::memchr(b'\r', text.as_bytes()).is_none()
    {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len().min(DETAIL_CHARS));
    let mut rest = text.chars().peekable();
    let mut chars = 0;
    while let Some(c) = rest.next() {
        if chars == DETAIL_CHARS {
            out.push_str("\n[cut here: the record is longer]");
            break;
        }
        match c {
            '\r' if rest.peek() == Some(&'\n') => continue,
            '\n' | '\t' => out.push(c),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
        chars += 1;
    }
    out
}
