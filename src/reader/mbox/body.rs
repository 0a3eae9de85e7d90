//! The parts of a mail: the text that a reader sees, calendar, delivery report, attached mails.

use std::{borrow::Cow, ops::Range};

use mailparse::{MailHeaderMap, ParsedMail};

use super::{calendar::Calendar, charset, digest, tnef, uu};
use crate::{definition::markup, text};

/// How deep parts may lie in parts.
const DEPTH: usize = 20;

/// What the parts of a mail say.
#[derive(Default)]
pub(super) struct Parts {
    /// The text.
    pub(super) text: Option<String>,
    /// The first calendar part.
    pub(super) calendar: Option<Calendar>,
    /// The fields of a delivery or disposition report, in order.
    pub(super) report: Vec<(String, String)>,
    /// The names of attached files, in order.
    pub(super) attachments: Vec<String>,
}

impl Parts {
    /// The parts of a message.
    pub(super) fn of(mail: &ParsedMail<'_>) -> Self {
        let mut parts = Self { text: text_in(mail, 0), ..Self::default() };
        if let Some((text, names)) = parts.text.as_deref().and_then(uu::cut) {
            parts.text = Some(text);
            parts.attachments = names;
        }
        parts.others(mail, 0);
        parts
    }

    /// Of a body that is text as it is.
    pub(super) fn plain(body: &[u8]) -> Self {
        Self { text: Some(text::decode(body).into_owned()), ..Self::default() }
    }

    fn others(&mut self, mail: &ParsedMail<'_>, depth: usize) {
        match mail.ctype.mimetype.as_str() {
            "text/calendar" | "application/ics" if self.calendar.is_none() => {
                self.calendar = Some(Calendar::parse(&decoded(mail)));
            }
            "message/delivery-status"
            | "message/disposition-notification"
            | "message/global-delivery-status"
                if self.report.is_empty() =>
            {
                self.report = fields(&decoded(mail));
            }
            "application/ms-tnef" | "application/vnd.ms-tnef" => self.packed(mail),
            "application/octet-stream" if name(mail).as_deref() == Some("winmail.dat") => {
                self.packed(mail);
            }
            // A signature is no file that somebody meant to send.
            kind if kind.ends_with("-signature") => {}
            _ if mail.subparts.is_empty() => self.attachments.extend(name(mail)),
            _ if depth < DEPTH => {
                mail.subparts.iter().for_each(|part| self.others(part, depth + 1));
            }
            _ => {}
        }
    }

    /// What Outlook packed: its text where the mail has no other.
    fn packed(&mut self, mail: &ParsedMail<'_>) {
        let Some(packed) = tnef::read(&raw(mail)) else { return };
        self.text = self.text.take().or(packed.text);
        self.attachments.extend(packed.attachments);
    }
}

/// The name of the file that a part is.
fn name(mail: &ParsedMail<'_>) -> Option<String> {
    let disposition = mail.get_content_disposition();
    let name = disposition.params.get("filename").or_else(|| mail.ctype.params.get("name"))?;
    let name = charset::header(name.trim().as_bytes(), None);
    (!name.is_empty()).then_some(name)
}

/// The groups of fields of a report (RFC 3464 §2.1), all in one list.
fn fields(text: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(rest.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    fields
}

/// The text of a part: of alternatives the plain one, else HTML as text; of several parts the
/// first that has any.
fn text_in(mail: &ParsedMail<'_>, depth: usize) -> Option<String> {
    let kind = mail.ctype.mimetype.as_str();
    if mail.subparts.is_empty() || depth > DEPTH {
        return leaf(mail, kind, depth);
    }
    let children = || mail.subparts.iter();
    if kind == "multipart/alternative" {
        let mut plain = children().filter(|part| part.ctype.mimetype == "text/plain");
        if let Some(found) = plain.find_map(|part| text_in(part, depth + 1)) {
            return Some(found);
        }
    }
    if kind == "multipart/digest" {
        return None;
    }
    let mut inline = children().filter(|part| !is_attachment(part));
    inline.find_map(|part| text_in(part, depth + 1))
}

fn is_attachment(mail: &ParsedMail<'_>) -> bool {
    let disposition = mail.headers.get_first_value("Content-Disposition").unwrap_or_default();
    disposition.trim_start().to_ascii_lowercase().starts_with("attachment")
}

fn leaf(mail: &ParsedMail<'_>, kind: &str, depth: usize) -> Option<String> {
    let found = match kind {
        "text/html" | "text/enriched" | "text/richtext" => markup::html(&decoded(mail)),
        "text/calendar" | "text/rfc822-headers" | "text/x-vcard" | "text/vcard" => return None,
        _ if kind.starts_with("text/") => {
            let flowed = mail.ctype.params.get("format").map(String::as_str);
            // The mails of a digest are told for themselves.
            let text = around_mails(mail, kind).unwrap_or_else(|| decoded(mail));
            if flowed.is_some_and(|format| format.eq_ignore_ascii_case("flowed")) {
                unflow(&text)
            } else {
                text
            }
        }
        // Parts that could not be cut, and types that are none (`text`, `plain`), are text.
        _ if !kind.contains('/') || kind.starts_with("multipart/") && depth <= DEPTH => {
            decoded(mail)
        }
        _ => return None,
    };
    (!found.trim().is_empty()).then_some(found)
}

/// Lines that were broken for the way are one again (RFC 3676).
fn unflow(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let quotes = |line: &str| line.bytes().take_while(|byte| *byte == b'>').count();
    let mut soft: Option<usize> = None;
    for line in text.lines() {
        let depth = quotes(line);
        let bare = line[depth..].strip_prefix(' ').unwrap_or(&line[depth..]);
        match soft {
            Some(before) if before == depth && bare != "-- " => out.push_str(bare),
            _ => {
                if !out.is_empty() {
                    out.push('\n');
                }
                out.push_str(if depth > 0 { line } else { bare });
            }
        }
        soft = (bare.ends_with(' ') && bare != "-- ").then_some(depth);
    }
    out
}

/// What a digest says around its mails; none where the part is none.
fn around_mails(mail: &ParsedMail<'_>, kind: &str) -> Option<String> {
    let text = raw(mail);
    let cut = digest::cut(&text).filter(|_| kind == "text/plain")?;
    let rest = cut.rest.into_iter().map(|range| text_of(mail, &text[range]));
    let rest: Vec<String> = rest.map(|text| text.trim().to_owned()).collect();
    Some(rest.join("\n\n"))
}

/// The decoded text of a part.
fn decoded(mail: &ParsedMail<'_>) -> String {
    text_of(mail, &raw(mail))
}

/// Bytes of a part as text.
fn text_of(mail: &ParsedMail<'_>, bytes: &[u8]) -> String {
    let label = mail.ctype.params.get("charset").map_or("", String::as_str);
    let text = charset::decode(bytes, label);
    // Old Macs, and some gateways, end lines with a return alone.
    if text.contains('\r') && !text.contains('\n') { text.replace('\r', "\n") } else { text }
}

/// The bytes of a part behind its transfer encoding, borrowed where they stand there as they are; of
/// a damaged one what can be had.
pub(super) fn raw<'m>(mail: &ParsedMail<'m>) -> Cow<'m, [u8]> {
    let how = mail.headers.get_first_value("Content-Transfer-Encoding").unwrap_or_default();
    let how = how.trim().trim_matches('"').to_ascii_lowercase();
    // What parts could not be cut from has no body to mailparse, and is text all the same.
    let start = mailparse::parse_headers(mail.raw_bytes).map_or(0, |(_, start)| start);
    let body = &mail.raw_bytes[start..];
    if how.starts_with("base64") {
        Cow::Owned(charset::base64(body))
    } else if how.starts_with("quoted-printable") || how == "quoted/printable" {
        mail.get_body_raw().map_or(Cow::Borrowed(body), Cow::Owned)
    } else {
        Cow::Borrowed(body)
    }
}

/// How a mail came to be attached to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// Somebody passed it on.
    Forwarded,
    /// A list's digest holds it.
    Digest,
    /// It could not be delivered.
    Returned,
}

impl How {
    /// In one word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Forwarded => "forwarded",
            Self::Digest => "digest",
            Self::Returned => "returned",
        }
    }
}

/// A mail attached to another.
pub(super) struct Attached {
    /// Why it is there.
    pub(super) how: How,
    /// Headers and body.
    pub(super) message: Vec<u8>,
    /// The body is text as it is, whatever the headers say.
    pub(super) plain: bool,
    /// Where it stands in the outer message, where it stands there as it is.
    pub(super) place: Option<Range<usize>>,
}

/// The mails attached to a message, outermost first.
pub(super) fn attached(mail: &ParsedMail<'_>) -> Vec<Attached> {
    let mut found = Vec::new();
    collect(mail, mail.raw_bytes, How::Forwarded, 0, &mut found);
    found
}

fn collect(mail: &ParsedMail<'_>, outer: &[u8], how: How, depth: usize, found: &mut Vec<Attached>) {
    let how = match mail.ctype.mimetype.as_str() {
        "message/rfc822" | "message/global" => {
            // Some programs put an empty line above the headers.
            let message = match raw(mail) {
                Cow::Borrowed(bytes) => Cow::Borrowed(bytes.trim_ascii_start()),
                Cow::Owned(bytes) => Cow::Owned(bytes.trim_ascii_start().to_vec()),
            };
            let place = place(outer, &message);
            found.push(Attached { how, message: message.into_owned(), plain: false, place });
            return;
        }
        "text/plain" if !is_attachment(mail) => {
            let bytes = raw(mail);
            let place = place(outer, &bytes);
            let mails = digest::cut(&bytes).map(|digest| digest.mails).unwrap_or_default();
            found.extend(mails.into_iter().map(|range| Attached {
                how: How::Digest,
                message: text_of(mail, bytes[range.clone()].trim_ascii_start()).into_bytes(),
                plain: true,
                place: place.as_ref().map(|at| at.start + range.start..at.start + range.end),
            }));
            return;
        }
        "multipart/digest" => How::Digest,
        "multipart/report" => How::Returned,
        _ => how,
    };
    if depth < DEPTH {
        mail.subparts.iter().for_each(|part| collect(part, outer, how, depth + 1, found));
    }
}

/// Where bytes that are a piece of others lie in these; none where they were decoded from them.
fn place(outer: &[u8], piece: &[u8]) -> Option<Range<usize>> {
    let start = piece.as_ptr().addr().checked_sub(outer.as_ptr().addr())?;
    (start + piece.len() <= outer.len()).then(|| start..start + piece.len())
}
