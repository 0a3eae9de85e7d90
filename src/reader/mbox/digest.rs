//! Digests that are plain text (RFC 1153): mails of a list, one below the other in one body.
//!
//! A line of 70 hyphens ends the preamble, lines of 30 hyphens end the mails. Takes a body; gives
//! where the mails lie in it, and what belongs to none of them.

use std::{ops::Range, sync::LazyLock};

use memchr::memmem::Finder;

use super::header::{self, Block, Survey};

/// Ends the preamble.
const FIRST: [u8; 70] = [b'-'; 70];
/// Ends a mail.
const NEXT: [u8; 30] = [b'-'; 30];

/// Where the pieces of a digest lie in its body, in bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Digest {
    /// The mails: headers, an empty line, a body.
    pub(super) mails: Vec<Range<usize>>,
    /// What is above the first and below the last.
    pub(super) rest: Vec<Range<usize>>,
}

/// True where the line that ends a preamble may stand in these bytes.
pub(super) fn may_be(text: &[u8]) -> bool {
    static SIGN: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(&FIRST));
    SIGN.find(text).is_some()
}

/// Cuts a digest; none where the body is not one.
pub(super) fn cut(text: &[u8]) -> Option<Digest> {
    if !may_be(text) {
        return None;
    }
    let mut pieces = pieces(text)?.into_iter();
    let mut digest = Digest { mails: Vec::new(), rest: vec![pieces.next()?] };
    let last = pieces.len().checked_sub(2)?;
    for (number, piece) in pieces.enumerate() {
        let ends = number > last && is_end(&text[piece.clone()]);
        match digest.mails.last_mut() {
            _ if is_mail(&text[piece.clone()]) => digest.mails.push(piece),
            // Somebody drew a line of the same length in a mail.
            Some(mail) if !ends && !is_footer(&text[piece.clone()]) => mail.end = piece.end,
            _ => digest.rest.push(piece),
        }
    }
    (!digest.mails.is_empty()).then_some(digest)
}

/// The preamble, and what lies between the lines that end mails; none without any such line.
fn pieces(text: &[u8]) -> Option<Vec<Range<usize>>> {
    let mut pieces = Vec::new();
    let (mut start, mut blank) = (0, false);
    for (at, line) in header::lines(text) {
        let line = line.trim_ascii_end();
        let wanted: &[u8] = if pieces.is_empty() { &FIRST } else { &NEXT };
        let alone = || is_blank(header::lines(&text[at..]).nth(1));
        if line == wanted && (blank || pieces.is_empty()) && alone() {
            pieces.push(start..at);
            start = at + line.len();
        }
        blank = line.is_empty();
    }
    pieces.push(start..text.len());
    (pieces.len() > 2).then_some(pieces)
}

fn is_blank(line: Option<(usize, &[u8])>) -> bool {
    line.is_none_or(|(_, line)| line.trim_ascii().is_empty())
}

/// A piece says who wrote it, and when or about what.
fn is_mail(piece: &[u8]) -> bool {
    let piece = piece.trim_ascii_start();
    let has = |name| Block::cut(piece).all(piece, name).next().is_some();
    Survey::of(piece).junk == 0 && has("From") && (has("Date") || has("Subject"))
}

/// What Mailman puts below the last mail, dressed as one that nobody wrote.
fn is_footer(piece: &[u8]) -> bool {
    piece.trim_ascii_start().starts_with(b"Subject: Digest Footer")
}

/// The last piece of all.
fn is_end(piece: &[u8]) -> bool {
    header::lines(piece).any(|(_, line)| line.starts_with(b"End of "))
}

#[cfg(test)]
mod tests;
