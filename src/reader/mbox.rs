//! Mail: mailboxes cut at their `From ` lines, single messages, headers and bodies.
//!
//! A `From ` line separates messages when an empty line (or the file's start) stands before it,
//! and when it ends like an envelope (RFC 4155: an address and a date) or a header follows: a
//! sentence that begins with "From" after an empty line does not.

use std::{io, ops::Range};

use mailparse::{MailHeader, MailHeaderMap, ParsedMail};

use super::{Piece, Plan, line::LineReader};
use crate::{
    definition::{
        bag::Record,
        markup,
        tell::{Depth, Draft},
    },
    discover::range::RangeRead,
    text,
    time::{
        Instant, RawTime,
        mail::{self, Stamped, Trusted},
    },
};

/// Most bytes of headers that are read.
const HEADER_BYTES: usize = 256 << 10;

/// A mail, its header fields decoded on demand.
#[derive(Default)]
pub struct Mail {
    when: Option<RawTime>,
    when_text: String,
    other: Option<Instant>,
    delay_s: Option<i64>,
    stamped: Stamped,
    headers: Vec<(String, String)>,
    body: Option<String>,
}

impl Mail {
    /// Its time.
    pub fn when(&self) -> Option<RawTime> {
        self.when
    }

    /// Its time as written.
    pub fn when_text(&self) -> &str {
        &self.when_text
    }

    /// Another time that stays possible: that of a `Date` which was not believed.
    pub fn other(&self) -> Option<Instant> {
        self.other
    }

    /// How long it was on its way to the first trusted hop, in seconds; negative for a clock ahead.
    pub fn delay_s(&self) -> Option<i64> {
        self.delay_s
    }

    /// The address that wrote it, in lower case.
    pub fn sender(&self) -> Option<String> {
        mailbox_address(self.header("From")?).map(|address| address.to_lowercase())
    }

    /// A field: a header's name, with `.name` or `.address` of its first mailbox, or `[n]` of
    /// its n-th message id from 0; or `body`.
    pub fn field(&self, name: &str) -> Option<String> {
        if name == "body" {
            return self.body.clone();
        }
        if let Some(value) = self.header(name) {
            return Some(value.to_owned());
        }
        if let Some((header, number)) =
            name.strip_suffix(']').and_then(|name| name.rsplit_once('['))
        {
            let ids = message_ids(self.header(header)?);
            return ids.into_iter().nth(number.parse().ok()?);
        }
        let (header, part) = name.rsplit_once('.')?;
        let value = self.header(header)?;
        match part {
            "name" => mailbox_name(value),
            "address" => mailbox_address(value),
            _ => None,
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.trim())
    }

    fn from_headers(
        headers: &[MailHeader<'_>],
        envelope: Option<&[u8]>,
        trusted: &Trusted,
    ) -> Self {
        let pairs: Vec<(String, String)> =
            headers.iter().map(|header| (header.get_key(), header.get_value())).collect();
        let mut mail = Self {
            when: None,
            when_text: String::new(),
            other: None,
            delay_s: None,
            stamped: Stamped::default(),
            headers: pairs,
            body: None,
        };
        let all = |name: &str| headers.get_all_values(name);
        let date = headers.get_first_value("Date");
        let received = all("Received");
        let others = ["X-Received", "Delivery-date", "Resent-Date", "X-Original-Date"];
        let others: Vec<String> = others.iter().flat_map(|name| all(name)).collect();
        let sender = headers.get_first_value("From").as_deref().and_then(mailbox_address);
        let sender = sender.map(|address| address.to_lowercase());
        let envelope = envelope.map(|line| text::decode(line).into_owned());
        let times = mail::Headers {
            date: date.as_deref(),
            received: received.iter().map(String::as_str).collect(),
            others: others.iter().map(String::as_str).collect(),
            envelope: envelope.as_deref(),
            sender: sender.as_deref(),
        };
        mail.stamped = mail::stamped(&times);
        if let Some(found) = mail::choose(&times, trusted) {
            mail.when = Some(found.raw);
            mail.other = found.alternative;
            mail.delay_s = found.delay_s;
            found.text.clone_into(&mut mail.when_text);
        } else {
            mail.when_text = date.unwrap_or_default();
        }
        mail
    }

    /// Parses a whole message, without its `From ` line.
    fn parse(message: &[u8], envelope: Option<&[u8]>, trusted: &Trusted) -> Self {
        match mailparse::parse_mail(message) {
            Ok(parsed) => {
                let mut mail = Self::from_headers(&parsed.headers, envelope, trusted);
                mail.body = body(&parsed);
                mail
            }
            Err(_) => Self::from_bare(message, envelope, trusted),
        }
    }

    /// What can be had of a message that is no proper MIME.
    fn from_bare(message: &[u8], envelope: Option<&[u8]>, trusted: &Trusted) -> Self {
        let headers = mailparse::parse_headers(message);
        let (headers, end) = headers.unwrap_or_default();
        let mut mail = Self::from_headers(&headers, envelope, trusted);
        mail.body = Some(text::decode(&message[end.min(message.len())..]).into_owned());
        mail
    }
}

/// The words in angle brackets; prose around them (`Your message of "Mon…" <id>`) is left out.
fn message_ids(value: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut rest = value;
    while let Some(open) = rest.find('<') {
        let Some(close) = rest[open..].find('>') else { break };
        ids.push(rest[open..=open + close].to_owned());
        rest = &rest[open + close + 1..];
    }
    ids
}

/// The display name of the first mailbox; for `List-Id`, its phrase.
fn mailbox_name(value: &str) -> Option<String> {
    let name = match value.find('<') {
        Some(open) => value[..open].trim().trim_matches('"').trim(),
        // Mailman's archives: `ana at example.net (Ana Ruiz)`.
        None => value.rsplit_once('(').and_then(|(_, tail)| tail.split(')').next()).unwrap_or(""),
    };
    let name = name.replace("\\\"", "\"");
    (!name.trim().is_empty()).then(|| name.trim().to_owned())
}

/// The address of the first mailbox.
fn mailbox_address(value: &str) -> Option<String> {
    let address = match value.find('<') {
        Some(open) => value[open + 1..].split('>').next().unwrap_or_default(),
        None => value.split(['(', ',']).next().unwrap_or_default(),
    };
    let address = address.trim();
    (!address.is_empty()).then(|| address.to_owned())
}

/// The text that a reader sees: the first plain text, else the first HTML as text.
fn body(mail: &ParsedMail<'_>) -> Option<String> {
    let mut html = None;
    let plain = first_text(mail, &mut html, 0);
    plain.or_else(|| html.map(|page| markup::html(&page)))
}

fn first_text(mail: &ParsedMail<'_>, html: &mut Option<String>, depth: usize) -> Option<String> {
    if mail.subparts.is_empty() || depth > 20 {
        return match mail.ctype.mimetype.as_str() {
            "text/html" => {
                if html.is_none() {
                    *html = part_text(mail);
                }
                None
            }
            kind if kind.starts_with("text/") => part_text(mail).filter(|t| !t.trim().is_empty()),
            _ => None,
        };
    }
    mail.subparts.iter().find_map(|part| first_text(part, html, depth + 1))
}

fn part_text(mail: &ParsedMail<'_>) -> Option<String> {
    let raw = mail.get_body_raw().ok()?;
    let label = mail.ctype.charset.as_bytes();
    match encoding_rs::Encoding::for_label(label) {
        Some(charset) if charset != encoding_rs::UTF_8 => Some(charset.decode(&raw).0.into_owned()),
        _ => Some(text::decode(&raw).into_owned()),
    }
}

/// True for a line that separates messages by its looks: `From `, something, and a date.
fn is_envelope(line: &[u8]) -> bool {
    line.strip_prefix(b"From ").is_some_and(|rest| mail::envelope_date(rest).is_some())
}

/// True for a line that is a header field: a name without blanks, and a colon.
pub(crate) fn is_header(line: &[u8]) -> bool {
    let colon = memchr::memchr(b':', line).unwrap_or(0);
    colon > 0 && line[..colon].iter().all(u8::is_ascii_graphic) && line[0].is_ascii_alphanumeric()
}

/// True where a message begins with this line.
fn begins(
    source: &dyn RangeRead,
    line: &super::line::Line<'_>,
    after_blank: bool,
) -> io::Result<bool> {
    if !after_blank || !line.text.starts_with(b"From ") {
        return Ok(false);
    }
    if is_envelope(line.text) {
        return Ok(true);
    }
    let next = source.bytes(line.start + line.whole, 200)?;
    let end = memchr::memchr(b'\n', &next).unwrap_or(next.len());
    Ok(is_header(&next[..end])
        && memchr::memchr(b' ', &next[..end]).is_none_or(|at| next[at - 1] == b':'))
}

/// True where an empty line, or nothing, stands before `at`.
fn after_blank(source: &dyn RangeRead, at: u64) -> io::Result<bool> {
    let before = source.bytes(at.saturating_sub(4), at.min(4) as usize)?;
    Ok(at == 0
        || before.ends_with(b"\n\n")
        || before.ends_with(b"\n\r\n")
        || before == *b"\n"
        || before == *b"\r\n"
        || before == *b"\xEF\xBB\xBF")
}

pub(super) fn scan(
    plan: &Plan,
    source: &dyn RangeRead,
    chunk: Range<u64>,
    depth: Depth,
    piece: &mut Piece,
) -> io::Result<()> {
    let mut lines = LineReader::in_chunk(source, &chunk)?;
    let mut blank = None;
    let mut open: Option<Open> = None;
    let mut drafts = Vec::new();
    while let Some(line) = lines.next_line()? {
        let mine = line.start < chunk.end;
        if !mine && open.is_none() {
            break;
        }
        let after = match blank {
            Some(blank) => blank,
            None => after_blank(source, line.start)?,
        };
        blank = Some(line.text.is_empty());
        if begins(source, &line, after)? {
            if let Some(open) = open.take() {
                open.close(plan, source, depth, &mut drafts, piece)?;
            }
            if !mine {
                break;
            }
            open = Some(Open::new(&line, piece.line()));
        } else if let Some(mail) = &mut open {
            mail.end = if line.is_blank() { mail.end } else { line.start + line.len };
            if !mail.body && mail.headers(line.text) {
                mail.look(plan);
            }
            if !mail.body && mail.over {
                let mail = open.take().unwrap_or_default();
                mail.close(plan, source, depth, &mut drafts, piece)?;
            }
        } else if !line.is_blank() {
            piece.extend(line.start, line.start + line.len);
        }
        if mine {
            piece.count_lines(u32::from(line.is_ended()));
        }
    }
    if let Some(open) = open {
        open.close(plan, source, depth, &mut drafts, piece)?;
    }
    Ok(())
}

/// A message whose headers are being read.
#[derive(Default)]
struct Open {
    start: u64,
    end: u64,
    line: u32,
    envelope: Option<Vec<u8>>,
    head: Vec<u8>,
    /// The headers are over.
    over: bool,
    /// What the headers say, once they are over.
    mail: Option<Mail>,
    /// A layer may take it: its body is read as well.
    body: bool,
}

impl Open {
    fn new(line: &super::line::Line<'_>, number: u32) -> Self {
        Self {
            start: line.start,
            end: line.start + line.len,
            line: number,
            envelope: line.text.strip_prefix(b"From ").map(<[u8]>::to_vec),
            head: Vec::new(),
            over: false,
            mail: None,
            body: false,
        }
    }

    /// Takes a line; true where the headers are over.
    fn headers(&mut self, line: &[u8]) -> bool {
        if line.is_empty() || self.head.len() > HEADER_BYTES {
            self.over = true;
            return true;
        }
        self.head.extend_from_slice(line);
        self.head.push(b'\n');
        false
    }

    /// Parses the headers, and asks whether they are all that a scan needs.
    fn look(&mut self, plan: &Plan) {
        let mail = Mail::from_bare(&self.head, self.envelope.as_deref(), &plan.trusted);
        self.body = plan.asks_body(&mail);
        self.mail = Some(mail);
    }

    fn close(
        mut self,
        plan: &Plan,
        source: &dyn RangeRead,
        depth: Depth,
        drafts: &mut Vec<Draft>,
        piece: &mut Piece,
    ) -> io::Result<()> {
        drafts.clear();
        if self.mail.is_none() {
            self.look(plan);
        }
        let mail = if self.body {
            let len = (self.end - self.start).min(super::RECORD_BYTES as u64);
            whole(plan, &source.bytes(self.start, len as usize)?)
        } else {
            self.mail.unwrap_or_default()
        };
        piece.stamped(self.start, &mail.stamped);
        match plan.tell(Record::Mail(&mail), depth, drafts) {
            Ok(()) => piece.record_at(self.start, self.end - self.start, self.line, drafts, depth),
            Err(reason) => piece.reject(self.start, self.end - self.start, self.line, reason),
        }
        Ok(())
    }
}

pub(super) fn scan_single(
    plan: &Plan,
    source: &dyn RangeRead,
    depth: Depth,
    piece: &mut Piece,
) -> io::Result<()> {
    let mut lines = LineReader::new(source, 0);
    let mut open: Option<Open> = None;
    let mut done = false;
    let mut ends = 0;
    let mut end = 0;
    while let Some(line) = lines.next_line()? {
        ends += u32::from(line.is_ended());
        if line.is_blank() && open.is_none() {
            piece.count_lines(1);
            continue;
        }
        if !line.is_blank() {
            end = line.start + line.len;
        }
        let mail = open.get_or_insert_with(|| Open::new(&line, ends - u32::from(line.is_ended())));
        done = done || mail.headers(line.text);
    }
    let Some(mut mail) = open else { return Ok(()) };
    mail.end = end;
    mail.look(plan);
    mail.close(plan, source, depth, &mut Vec::new(), piece)?;
    piece.count_lines(ends.saturating_sub(piece.line()));
    Ok(())
}

/// Takes the escape off lines that a mailbox writer changed: `>From ` (mboxo, mboxrd).
fn unescape(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len());
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        let quotes = line.iter().take_while(|byte| **byte == b'>').count();
        let escaped = quotes > 0 && line[quotes..].starts_with(b"From ");
        out.extend_from_slice(&line[usize::from(escaped)..]);
    }
    out
}

/// A whole message, from its `From ` line on.
fn whole(plan: &Plan, bytes: &[u8]) -> Mail {
    let mut message = bytes;
    let mut envelope = None;
    if let Some(rest) = message.strip_prefix(b"From ") {
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        envelope = Some(rest[..end].trim_ascii_end());
        message = rest.get(end + 1..).unwrap_or_default();
    }
    let message = unescape(message);
    Mail::parse(&message, envelope, &plan.trusted)
}

pub(super) fn read(plan: &Plan, bytes: &[u8], drafts: &mut Vec<Draft>) {
    let mail = whole(plan, bytes);
    // A mail that was told at the scan is told here: both ask for the same headers.
    let _ = plan.tell(Record::Mail(&mail), Depth::Fields, drafts);
}
