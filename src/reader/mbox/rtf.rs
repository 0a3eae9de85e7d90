//! The text of Rich Text, as Outlook keeps it: compressed ([MS-OXRTFCP]), and with pictures, fonts
//! and HTML ([MS-OXRTFEX]) in it that are no text.

use super::charset;

/// What a dictionary begins with ([MS-OXRTFCP] 2.1.3.1.1).
const DICTIONARY: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
/// Bytes of a dictionary.
const WINDOW: usize = 4096;
/// Bytes of the header of compressed Rich Text.
const HEADER: usize = 16;
/// Most bytes of Rich Text.
const MOST: usize = 16 << 20;
/// Most groups within groups.
const DEEPEST: usize = 1000;

/// Rich Text as it was before it was compressed; of damaged one what can be had.
pub(super) fn decompress(bytes: &[u8]) -> Option<Vec<u8>> {
    let (header, mut rest) = bytes.split_at_checked(HEADER)?;
    let number = |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|n| header[at + n])) as usize;
    let size = number(4).min(MOST);
    match &header[8..12] {
        b"MELA" => return Some(rest[..size.min(rest.len())].to_vec()),
        b"LZFu" => {}
        _ => return None,
    }
    let mut window = [0; WINDOW];
    window[..DICTIONARY.len()].copy_from_slice(DICTIONARY);
    let mut at = DICTIONARY.len();
    let mut out = Vec::with_capacity(size.min(1 << 20));
    let mut put = |byte, at: &mut usize, window: &mut [u8; WINDOW]| {
        out.push(byte);
        window[*at] = byte;
        *at = (*at + 1) % WINDOW;
        out.len() < size
    };
    'runs: while let Some((flags, tokens)) = rest.split_first() {
        rest = tokens;
        for bit in 0..8 {
            if flags >> bit & 1 == 0 {
                let Some((byte, tokens)) = rest.split_first() else { break 'runs };
                rest = tokens;
                if !put(*byte, &mut at, &mut window) {
                    break 'runs;
                }
                continue;
            }
            let Some((&[high, low], tokens)) = rest.split_first_chunk() else { break 'runs };
            rest = tokens;
            let from = usize::from(high) << 4 | usize::from(low >> 4);
            if from == at {
                break 'runs;
            }
            for n in 0..usize::from(low & 15) + 2 {
                let byte = window[(from + n) % WINDOW];
                if !put(byte, &mut at, &mut window) {
                    break 'runs;
                }
            }
        }
    }
    Some(out)
}

/// Groups that hold no text.
const NO_TEXT: [&[u8]; 20] = [
    b"*",
    b"fonttbl",
    b"colortbl",
    b"stylesheet",
    b"info",
    b"pict",
    b"object",
    b"header",
    b"headerl",
    b"headerr",
    b"footer",
    b"footerl",
    b"footerr",
    b"listtable",
    b"listoverridetable",
    b"rsidtbl",
    b"xmlnstbl",
    b"themedata",
    b"datastore",
    b"latentstyles",
];

/// A group that is open.
#[derive(Clone, Copy)]
struct Group {
    /// It holds no text.
    skip: bool,
    /// Characters behind a `\u` that say the same for old readers.
    fallback: usize,
}

#[derive(Default)]
struct Text {
    out: String,
    /// Bytes in the document's charset.
    bytes: Vec<u8>,
    label: String,
    /// Characters that say again what was said.
    again: usize,
}

impl Text {
    fn byte(&mut self, byte: u8) {
        if self.again > 0 {
            self.again -= 1;
        } else {
            self.bytes.push(byte);
        }
    }

    fn say(&mut self, c: char) {
        self.flush();
        self.out.push(c);
    }

    fn flush(&mut self) {
        if !self.bytes.is_empty() {
            self.out.push_str(&charset::decode(&self.bytes, &self.label));
            self.bytes.clear();
        }
    }
}

/// The text of Rich Text; none where it is none.
pub(super) fn text(rtf: &[u8]) -> Option<String> {
    let mut rest = rtf.trim_ascii_start();
    if !rest.starts_with(b"{\\rtf") {
        return None;
    }
    let mut text = Text { label: "windows-1252".to_owned(), ..Text::default() };
    let mut groups = vec![Group { skip: false, fallback: 1 }];
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let group = *groups.last()?;
        match byte {
            b'{' if groups.len() < DEEPEST => groups.push(group),
            // What stands behind the outermost group is none of it.
            b'}' if groups.len() <= 2 => break,
            b'}' => {
                groups.pop();
            }
            b'{' | b'\r' | b'\n' => {}
            b'\\' => rest = control(rest, groups.last_mut()?, &mut text),
            _ if group.skip => {}
            _ => text.byte(byte),
        }
    }
    text.flush();
    Some(text.out)
}

/// Reads what stands behind a backslash; gives the rest.
fn control<'t>(rest: &'t [u8], group: &mut Group, text: &mut Text) -> &'t [u8] {
    let Some((&first, after)) = rest.split_first() else { return rest };
    if !first.is_ascii_alphabetic() {
        return sign(first, after, group, text);
    }
    let letters = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (word, mut rest) = rest.split_at(letters);
    let digits = usize::from(rest.starts_with(b"-"));
    let digits = digits + rest[digits..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = std::str::from_utf8(&rest[..digits]).ok().and_then(|n| n.parse::<i32>().ok());
    rest = &rest[digits..];
    rest = rest.strip_prefix(b" ").unwrap_or(rest);
    group.skip |= NO_TEXT.contains(&word);
    let length = number.and_then(|number| usize::try_from(number).ok());
    match (word, length) {
        (b"bin", Some(length)) => return &rest[length.min(rest.len())..],
        (b"uc", Some(length)) => group.fallback = length,
        (b"ansicpg", Some(page)) => text.label = charset::of_code_page(page as u32),
        _ if group.skip => {}
        (b"u", _) => {
            // Signed, and a pair where one does not do: the second is lost, not shown wrong.
            let unit = number.unwrap_or_default() as u16;
            text.say(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER));
            text.again = group.fallback;
        }
        _ => {
            if let Some(c) = meant(word) {
                text.say(c);
            }
        }
    }
    rest
}

/// Signs behind a backslash.
fn sign<'t>(first: u8, after: &'t [u8], group: &mut Group, text: &mut Text) -> &'t [u8] {
    match first {
        b'*' => group.skip = true,
        b'\'' => {
            let Some((hex, rest)) = after.split_at_checked(2) else { return &[] };
            let byte =
                std::str::from_utf8(hex).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
            if let Some(byte) = byte.filter(|_| !group.skip) {
                text.byte(byte);
            }
            return rest;
        }
        _ if group.skip => {}
        b'~' => text.say(' '),
        b'_' => text.say('-'),
        b'\r' | b'\n' => text.say('\n'),
        b'\\' | b'{' | b'}' => text.byte(first),
        _ => {}
    }
    after
}

/// Words that stand for a character.
fn meant(word: &[u8]) -> Option<char> {
    Some(match word {
        b"par" | b"line" | b"row" | b"sect" | b"page" => '\n',
        b"tab" | b"cell" => '\t',
        b"lquote" => '\u{2018}',
        b"rquote" => '\u{2019}',
        b"ldblquote" => '\u{201c}',
        b"rdblquote" => '\u{201d}',
        b"bullet" => '\u{2022}',
        b"endash" => '\u{2013}',
        b"emdash" => '\u{2014}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
