//! Plain text: what a person wrote, as words of small letters with one blank between.
//!
//! Takes UTF-8; gives bytes that begin and end with a blank, so that a phrase of a lexicon is found
//! on word boundaries alone. Accents fall away, apostrophes part words (`can't`: `can t`), what
//! points elsewhere is left out (links, code, `:emoji:`, quoted lines), and marks stand as words:
//! `.` ends a sentence, `?` ends a question, `,` parts clauses.

/// Bytes of a text that are read.
pub(super) const READ: usize = 4 << 10;

/// What stands for each byte of a word, 0 where it is none.
const LETTER: [u8; 256] = letters();

const fn letters() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let c = byte as u8;
        if c.is_ascii_alphanumeric() || c == b'_' || c >= 0x80 {
            table[byte] = c.to_ascii_lowercase();
        }
        byte += 1;
    }
    // These begin letters with accents and marks of other scripts: they are looked at.
    table[0xc2] = 0;
    table[0xc3] = 0;
    table[0xc5] = 0;
    table[0xe2] = 0;
    table[0xef] = 0;
    table[0xf0] = 0;
    table
}

/// The letters of U+00C0 to U+00FF without accents; ß and æ are two.
const FOLDED: &[u8; 64] = b"aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty";

/// Puts the plain form of `text` into `out`, of its first [`READ`] bytes.
pub(super) fn plain(text: &str, out: &mut Vec<u8>) {
    out.clear();
    out.reserve(text.len().min(READ) + 8);
    out.push(b' ');
    let mut end = text.len().min(READ);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let bytes = &text.as_bytes()[..end];
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let word = rest.iter().take_while(|c| LETTER[usize::from(**c)] != 0).count();
        out.extend(rest[..word].iter().map(|c| LETTER[usize::from(*c)]));
        at += word;
        match rest.get(word) {
            Some(b' ') if word > 0 => {
                out.push(b' ');
                at += 1;
            }
            Some(_) => at += other(bytes, at, out),
            None => {}
        }
    }
    mark(out, b'.');
}

/// Writes what stands for the bytes at `at`, which are no plain letter; gives how many they are.
fn other(bytes: &[u8], at: usize, out: &mut Vec<u8>) -> usize {
    let next = bytes.get(at + 1).copied().unwrap_or(b' ');
    let before = out[out.len() - 1].is_ascii_alphanumeric();
    match bytes[at] {
        b'\n' => {
            mark(out, b'.');
            return 1 + quoted(&bytes[at + 1..]);
        }
        b'>' if at == 0 => return quoted(bytes).max(1),
        c @ (b'.' | b'-') if before && next.is_ascii_alphanumeric() => out.push(c),
        b':' if before && next.is_ascii_digit() && out[out.len() - 1].is_ascii_digit() => {
            out.push(b':');
        }
        b'+' if next.is_ascii_digit() => out.push(b'+'),
        b':' if bytes[at + 1..].starts_with(b"//") => return address(&bytes[at..]),
        b':' => {
            if let Some(len) = emoji(&bytes[at..]) {
                blank(out);
                return len;
            }
            mark(out, b',');
        }
        b'.' | b'!' | b';' => mark(out, b'.'),
        b'?' => mark(out, b'?'),
        b',' | b'(' | b')' | b'|' => mark(out, b','),
        b'-' if out.ends_with(b" ") && next == b' ' => mark(out, b','),
        b'`' => return code(&bytes[at..], out),
        b'<' if next == b'@' => return address(&bytes[at..]).max(1),
        0xc3 => {
            let folded = FOLDED[usize::from(next & 0x3f)];
            match next {
                0x9f => out.extend_from_slice(b"ss"),
                0x86 | 0xa6 => out.extend_from_slice(b"ae"),
                _ if folded == b' ' => blank(out),
                _ => out.push(folded),
            }
            return 2;
        }
        0xc5 if matches!(next, 0x92 | 0x93) => {
            out.extend_from_slice(b"oe");
            return 2;
        }
        0xc5 => {
            out.extend_from_slice(&[0xc5, next]);
            return 2;
        }
        0xe2 | 0xef => {
            match &bytes[at..(at + 3).min(bytes.len())] {
                // Dashes and the three dots in one.
                [0xe2, 0x80, 0x93 | 0x94] => mark(out, b','),
                [0xe2, 0x80, 0xa6] => mark(out, b'.'),
                _ => blank(out),
            }
            return 3;
        }
        0xf0 => {
            blank(out);
            return 4;
        }
        0xc2 => {
            blank(out);
            return 2;
        }
        _ => blank(out),
    }
    1
}

fn blank(out: &mut Vec<u8>) {
    if !out.ends_with(b" ") {
        out.push(b' ');
    }
}

/// Writes a mark as a word of its own; of several in a row the weightiest stays.
fn mark(out: &mut Vec<u8>, mark: u8) {
    blank(out);
    let weight = |mark: u8| [b',', b'.', b'?'].iter().position(|m| *m == mark);
    match out.as_slice() {
        [.., b' ', last, b' '] if weight(*last).is_some() => {
            let at = out.len() - 2;
            if weight(mark) > weight(out[at]) {
                out[at] = mark;
            }
        }
        [b' '] => {}
        _ => out.extend_from_slice(&[mark, b' ']),
    }
}

/// Length of the lines from here that are quoted with `>`.
fn quoted(bytes: &[u8]) -> usize {
    let mut at = 0;
    while bytes[at..].starts_with(b">") || bytes[at..].starts_with(b"&gt;") {
        let rest = &bytes[at..];
        at += memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
    }
    at
}

/// Length of the rest of an address that begins with `://`.
fn address(bytes: &[u8]) -> usize {
    let ends = |c: &u8| c.is_ascii_whitespace() || matches!(c, b'>' | b'|' | b')');
    bytes.iter().position(ends).unwrap_or(bytes.len())
}

/// Length of an `:emoji_code:` that begins here.
fn emoji(bytes: &[u8]) -> Option<usize> {
    let name =
        |c: &u8| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'_' | b'-' | b'+');
    let len = bytes[1..].iter().take(40).take_while(|c| name(c)).count();
    let letters = bytes.get(1).is_some_and(|c| c.is_ascii_lowercase() || *c == b'+');
    (letters && bytes.get(1 + len) == Some(&b':')).then_some(len + 2)
}

/// Skips code: a block, or a piece within a line, which counts as a name. Gives its length.
fn code(bytes: &[u8], out: &mut Vec<u8>) -> usize {
    let fence: &[u8] = if bytes.starts_with(b"```") { b"```" } else { b"`" };
    let body = &bytes[fence.len()..];
    let end = memchr::memmem::find(body, fence);
    blank(out);
    match end {
        Some(end) if fence.len() == 3 || !body[..end].contains(&b'\n') => {
            out.extend_from_slice(if fence.len() == 1 { b"code-1 " } else { b". " });
            2 * fence.len() + end
        }
        _ => fence.len(),
    }
}
