//! Where the messages of a mailbox begin and end.
//!
//! A `From ` line separates messages when an empty line (or the file's start) stands before it,
//! and when it ends like an envelope (RFC 4155: an address and a date) or headers of mails follow:
//! a sentence that begins with "From" after an empty line does not. Some writers leave the empty
//! line out; then both must hold. `Content-Length` (mboxcl, mboxcl2) is believed where it ends at a
//! `From ` line or at the end of the file, and nowhere else.

use std::io;

use super::header::{self, Survey};
use crate::{
    discover::range::RangeRead,
    reader::{Framing, line::Line},
    time::mail,
};

/// Bytes behind a `From ` line that are looked at for headers.
const LOOK: usize = 4096;

/// A line without the byte order mark that a file may begin with.
pub(super) fn bare<'l>(line: &Line<'l>) -> &'l [u8] {
    match line.start {
        0 => line.text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line.text),
        _ => line.text,
    }
}

/// True where a message begins with this line.
pub(super) fn begins(
    source: &dyn RangeRead,
    line: &Line<'_>,
    after_blank: bool,
) -> io::Result<bool> {
    let Some(rest) = header::envelope(bare(line)) else { return Ok(false) };
    let dated = mail::envelope_date(bare(line)).is_some();
    // `From -` and `From 1844347792267117879@xxx`: a sentence has more words.
    let sender = !rest.trim_ascii().contains(&b' ');
    if after_blank && dated {
        return Ok(true);
    }
    if !after_blank && !dated && !sender {
        return Ok(false);
    }
    let found = survey(&source.bytes(line.start + line.whole, LOOK)?);
    Ok(if after_blank { found.known > 0 && found.junk == 0 } else { found.known > 1 })
}

/// What headers these bytes begin with; a line that they cut is not looked at.
fn survey(bytes: &[u8]) -> Survey {
    let ended = memchr::memrchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1);
    Survey::of(&bytes[..if bytes.len() < LOOK { bytes.len() } else { ended }])
}

/// True where an empty line, or nothing, stands before `at`.
pub(super) fn after_blank(source: &dyn RangeRead, at: u64) -> io::Result<bool> {
    let before = source.bytes(at.saturating_sub(4), at.min(4) as usize)?;
    Ok(at == 0
        || before.ends_with(b"\n\n")
        || before.ends_with(b"\n\r\n")
        || before == *b"\n"
        || before == *b"\r\n"
        || before == *b"\xEF\xBB\xBF")
}

/// The number in a `Content-Length` header.
pub(super) fn content_length(line: &[u8]) -> Option<u64> {
    let name = header::name(line).filter(|name| name.eq_ignore_ascii_case(b"content-length"))?;
    let value = &line[memchr::memchr(b':', line).unwrap_or(name.len()) + 1..];
    std::str::from_utf8(value.trim_ascii()).ok()?.parse().ok()
}

/// Where the next message begins (or the file ends) if a body of `len` bytes begins at `body`; none
/// where neither is there.
pub(super) fn lands(source: &dyn RangeRead, body: u64, len: u64) -> io::Result<Option<u64>> {
    let Some(end) = body.checked_add(len).filter(|end| *end <= source.len()) else {
        return Ok(None);
    };
    // The byte before tells whether the body's own last line is over.
    let bytes = source.bytes(end.saturating_sub(1), 16)?;
    let Some((before, mut rest)) = bytes.split_first() else { return Ok(Some(end)) };
    let mut at = end;
    let mut over = *before == b'\n';
    for _ in 0..2 {
        let ended =
            if rest.starts_with(b"\r\n") { 2 } else { usize::from(rest.starts_with(b"\n")) };
        over |= ended > 0;
        at += ended as u64;
        rest = &rest[ended..];
    }
    Ok((rest.is_empty() || over && rest.starts_with(b"From ")).then_some(at))
}

/// How a mail file is framed, by its head; none where it holds no mail.
pub(crate) fn framing(source: &dyn RangeRead, head: &[u8]) -> Option<Framing> {
    let start = crate::template::skip_marks(head);
    let text = head.get(start..).unwrap_or_default();
    let blank = text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let mut text = &text[blank..];
    let first = memchr::memchr(b'\n', text).map_or(text, |end| &text[..end]);
    let envelope = header::envelope(first).is_some();
    if envelope || text.starts_with(b">From ") {
        text = text.get(first.len() + 1..)?;
    }
    let found = Survey::of(text);
    let whole = |least: u32| found.known >= least && found.junk == 0;
    let enough = match () {
        () if found.headers == 0 => false,
        () if envelope => whole(1),
        // A line between the headers may be damage, when all else says that this is a mail.
        () => {
            whole(2)
                || whole(1) && found.headers == found.known as usize
                || found.known >= 4 && found.junk * 4 <= found.headers
        }
    };
    if !enough {
        return None;
    }
    Some(match envelope {
        false => Framing::SingleMail,
        true if tells_lengths(source, head) => Framing::MailboxByLength,
        true => Framing::Mailbox,
    })
}

/// True where a message in the head has a `Content-Length` that can be believed.
fn tells_lengths(source: &dyn RangeRead, head: &[u8]) -> bool {
    let mut at = 0_u64;
    let mut length = None;
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        at += line.len() as u64;
        let line = line.trim_ascii_end();
        if line.is_empty() {
            if let Some(length) = length.take()
                && matches!(lands(source, at, length), Ok(Some(_)))
            {
                return true;
            }
        } else if let Some(found) = content_length(line) {
            length = Some(found);
        }
    }
    false
}
