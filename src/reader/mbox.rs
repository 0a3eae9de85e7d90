//! Mail: mailboxes cut into messages, single messages, headers and bodies.
//!
//! Takes a mailbox of any dialect (mboxo, mboxrd, mboxcl, mboxcl2), or one message alone; gives
//! records whose fields are headers and what the parts of the message say. The scan and the reading
//! of fields see the same bytes of a record, so that both tell the same events.

mod address;
mod body;
mod calendar;
mod charset;
mod digest;
mod frame;
mod header;
mod mail;
mod maildir;
mod place;
pub(crate) mod quote;
mod rtf;
#[cfg(test)]
mod tests;
mod tnef;
mod uu;

use std::{io, ops::Range};

pub(crate) use charset::of_code_page;
pub(crate) use frame::framing;
pub use mail::Mail;

use super::{Framing, Piece, Plan, RECORD_BYTES, line::LineReader};
use crate::{
    definition::{
        bag::Record,
        tell::{Depth, Draft},
    },
    discover::range::RangeRead,
};

/// A message whose lines are being read.
struct Open {
    start: u64,
    end: u64,
    line: u32,
    in_headers: bool,
    length: Option<u64>,
}

impl Open {
    fn new(line: &super::line::Line<'_>, number: u32) -> Self {
        let end = line.start + line.len;
        Self { start: line.start, end, line: number, in_headers: true, length: None }
    }
}

/// Where closed messages go.
struct Close<'p> {
    plan: &'p Plan,
    source: &'p dyn RangeRead,
    depth: Depth,
    drafts: Vec<Draft>,
}

impl Close<'_> {
    fn close(&mut self, open: &Open, piece: &mut Piece) -> io::Result<()> {
        let (start, len) = (open.start, open.end - open.start);
        let size = usize::try_from(len).unwrap_or(RECORD_BYTES).min(RECORD_BYTES);
        let mail = mail(self.plan, &self.source.bytes(start, size)?);
        if is_expunged(&mail) {
            piece.skip_at(start, len, open.line, "expunged");
            return Ok(());
        }
        piece.stamped(start, mail.stamped());
        self.drafts.clear();
        match self.plan.tell(Record::Mail(&mail), self.depth, &mut self.drafts) {
            Ok(()) => piece.record_at((start, len, open.line), 0, &self.drafts, self.depth),
            Err(reason) => piece.reject(start, len, open.line, reason),
        }
        Ok(())
    }
}

/// Mozilla keeps deleted messages in the file until it is compacted, and marks them so.
fn is_expunged(mail: &Mail) -> bool {
    let status = mail.raw("X-Mozilla-Status").and_then(|raw| std::str::from_utf8(raw).ok());
    status.and_then(|hex| u32::from_str_radix(hex, 16).ok()).is_some_and(|bits| bits & 8 != 0)
}

fn mail(plan: &Plan, bytes: &[u8]) -> Mail {
    let escaped = !matches!(plan.framing, Framing::SingleMail);
    Mail::new(bytes, escaped, &plan.input.path, &plan.trusted)
}

/// Scans a mailbox. Where lengths count, the chunk is the whole input.
pub(super) fn scan(
    plan: &Plan,
    source: &dyn RangeRead,
    chunk: Range<u64>,
    depth: Depth,
    piece: &mut Piece,
) -> io::Result<()> {
    let by_length = matches!(plan.framing, Framing::MailboxByLength);
    let mut lines = LineReader::in_chunk(source, &chunk)?;
    let mut close = Close { plan, source, depth, drafts: Vec::new() };
    let mut blank = None;
    let mut open: Option<Open> = None;
    // Where the next message begins, as the length of the one before tells.
    let mut next = 0;
    while let Some(line) = lines.next_line()? {
        let mine = line.start < chunk.end;
        if !mine && open.is_none() {
            break;
        }
        let after = match blank {
            Some(blank) => blank || line.start == next,
            None => frame::after_blank(source, line.start)?,
        };
        blank = Some(line.text.is_empty());
        if line.start >= next && frame::begins(source, &line, after)? {
            if let Some(open) = open.take() {
                close.close(&open, piece)?;
            }
            if !mine {
                break;
            }
            open = Some(Open::new(&line, piece.line()));
        } else if let Some(mail) = &mut open {
            mail.end = if line.is_blank() { mail.end } else { line.start + line.len };
            if by_length && mail.in_headers {
                mail.length = mail.length.or_else(|| frame::content_length(line.text));
                mail.in_headers = !line.text.is_empty();
                if let (false, Some(length)) = (mail.in_headers, mail.length) {
                    let body = line.start + line.whole;
                    next = frame::lands(source, body, length)?.unwrap_or(next);
                }
            }
        } else if !line.is_blank() {
            piece.extend(line.start, line.start + line.len, line.text);
        }
        if mine {
            piece.count_lines(u32::from(line.is_ended()));
        }
    }
    open.map_or(Ok(()), |open| close.close(&open, piece))
}

/// Scans an input that is one message.
pub(super) fn scan_single(
    plan: &Plan,
    source: &dyn RangeRead,
    depth: Depth,
    piece: &mut Piece,
) -> io::Result<()> {
    let mut lines = LineReader::new(source, 0);
    let mut open: Option<Open> = None;
    let mut ends = 0;
    while let Some(line) = lines.next_line()? {
        if !line.is_blank() {
            let open = open.get_or_insert_with(|| Open::new(&line, ends));
            open.end = line.start + line.len;
        }
        ends += u32::from(line.is_ended());
    }
    let Some(open) = open else { return Ok(()) };
    piece.count_lines(open.line);
    Close { plan, source, depth, drafts: Vec::new() }.close(&open, piece)?;
    piece.count_lines(ends.saturating_sub(piece.line()));
    Ok(())
}

/// The text of Rich Text as Outlook keeps it, compressed; none where it holds none.
pub(crate) fn rich_text(compressed: &[u8]) -> Option<String> {
    rtf::text(&rtf::decompress(compressed)?).filter(|text| !text.trim().is_empty())
}

/// Reads the fields of a record.
pub(super) fn read(plan: &Plan, bytes: &[u8], drafts: &mut Vec<Draft>) {
    // A mail that was told at the scan is told here: both read the same bytes.
    let _ = plan.tell(Record::Mail(&mail(plan, bytes)), Depth::Fields, drafts);
}
