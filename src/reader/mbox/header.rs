//! The header block of a mail, cut leniently: names may have blanks behind them, lines that are
//! no header are passed over, and a block that never ended is over where the headers are.

use std::{cell::OnceCell, ops::Range};

/// Headers that only mails have, or that no mail lacks all of.
const MAIL_HEADERS: [&str; 18] = [
    "from",
    "to",
    "cc",
    "date",
    "subject",
    "received",
    "message-id",
    "return-path",
    "delivered-to",
    "mime-version",
    "reply-to",
    "x-mailer",
    "sender",
    "x-received",
    "in-reply-to",
    "content-type",
    "x-mozilla-status",
    "x-gm-thrid",
];

/// Bytes of headers that are looked at.
pub(super) const HEADER_BYTES: usize = 256 << 10;

/// The name of a header line: graphic characters up to a colon, blanks before it allowed.
pub(super) fn name(line: &[u8]) -> Option<&[u8]> {
    let colon = memchr::memchr(b':', line)?;
    let name = line[..colon].trim_ascii_end();
    let fits = name.first()?.is_ascii_alphanumeric() && name.iter().all(u8::is_ascii_graphic);
    fits.then_some(name)
}

/// What stands behind `From ` in the line that a mailbox puts above a message. `From : Jo` is a header.
pub(super) fn envelope(line: &[u8]) -> Option<&[u8]> {
    line.strip_prefix(b"From ").filter(|_| name(line).is_none())
}

fn known(name: &[u8]) -> Option<usize> {
    MAIL_HEADERS.iter().position(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// The lines of a text, with where each starts; the line ends are taken off.
pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    text.split_inclusive(|byte| *byte == b'\n').map(move |line| {
        let start = at;
        at += line.len();
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        (start, line.strip_suffix(b"\r").unwrap_or(line))
    })
}

/// What a block of lines looks like, up to its first empty line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Survey {
    /// Header lines.
    pub(super) headers: usize,
    /// Different headers that mails have.
    pub(super) known: u32,
    /// Lines that are neither a header nor the rest of one.
    pub(super) junk: usize,
}

impl Survey {
    /// Looks at a text.
    pub(super) fn of(text: &[u8]) -> Self {
        let mut survey = Self::default();
        let mut seen = 0_u32;
        for (_, line) in lines(text).take_while(|(_, line)| !line.is_empty()) {
            match name(line) {
                _ if line[0].is_ascii_whitespace() => {
                    survey.junk += usize::from(survey.headers == 0);
                }
                Some(name) => {
                    survey.headers += 1;
                    seen |= known(name).map_or(0, |at| 1 << at);
                }
                None => survey.junk += 1,
            }
        }
        survey.known = seen.count_ones();
        survey
    }
}

struct Field {
    name: Range<usize>,
    value: Range<usize>,
    /// The value as people read it, once somebody asked for it.
    decoded: OnceCell<String>,
}

/// Where the headers of a message lie, and where its body begins.
pub(super) struct Block {
    fields: Vec<Field>,
    body: usize,
}

impl Block {
    /// Cuts the header block of a message.
    pub(super) fn cut(message: &[u8]) -> Self {
        let mut fields: Vec<Field> = Vec::new();
        let looked = &message[..message.len().min(HEADER_BYTES)];
        let mut body = looked.len();
        // A line that is no header: the body, unless a header of mails still follows.
        let mut stray: Option<usize> = None;
        for (start, line) in lines(looked) {
            if line.is_empty() {
                let ended = memchr::memchr(b'\n', &message[start..]);
                body = ended.map_or(message.len(), |end| start + end + 1);
                break;
            }
            if line[0] == b' ' || line[0] == b'\t' {
                if let (Some(field), None) = (fields.last_mut(), stray) {
                    field.value.end = start + line.len();
                }
                continue;
            }
            match name(line) {
                Some(name) if stray.is_none() || known(name).is_some() => {
                    stray = None;
                    let colon = memchr::memchr(b':', line).unwrap_or(name.len());
                    let value = start + colon + 1..start + line.len();
                    let name = start..start + name.len();
                    fields.push(Field { name, value, decoded: OnceCell::new() });
                }
                _ => stray = stray.or(Some(start)),
            }
        }
        // Before the first header it is an envelope or what a program says about the mail.
        if let Some(stray) = stray.filter(|_| !fields.is_empty()) {
            body = stray;
        }
        Self { fields, body }
    }

    /// Where the body begins.
    pub(super) fn body(&self) -> usize {
        self.body
    }

    /// The raw values of a header, in the order of the message, still folded.
    pub(super) fn all<'m>(&self, message: &'m [u8], name: &str) -> impl Iterator<Item = &'m [u8]> {
        self.named(message, name).map(|field| message[field.value.clone()].trim_ascii())
    }

    /// The first value of a header that holds something, as `decode` reads it.
    pub(super) fn decoded(
        &self,
        message: &[u8],
        name: &str,
        decode: impl FnOnce(&[u8]) -> String,
    ) -> Option<&str> {
        let value = |field: &Field| message[field.value.clone()].trim_ascii();
        let field = self.named(message, name).find(|field| !value(field).is_empty())?;
        Some(field.decoded.get_or_init(|| decode(value(field))))
    }

    fn named(&self, message: &[u8], name: &str) -> impl Iterator<Item = &Field> {
        let fits =
            move |field: &&Field| message[field.name.clone()].eq_ignore_ascii_case(name.as_bytes());
        self.fields.iter().filter(fits)
    }
}
