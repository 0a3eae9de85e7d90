//! Outlook: a `.msg` file as one mail.
//!
//! A message is a compound file whose streams are its properties ([MS-OXMSG] 2.2). It is written out
//! once as a mail (RFC 5322), and that text is the input: lines, bytes and sums are about it. The
//! headers are those that came with it; a message that never travelled has none, and gets what its
//! properties say. Messages attached to it are mails of their own.

use std::{
    io::{self, Read, Seek, SeekFrom},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use cfb::CompoundFile;
use data_encoding::BASE64;

use super::{Opener, begin, kept, not_evidence, not_kept, unread, workbook};
use crate::{
    discover::{
        Input,
        range::{RangeRead, Sequential},
    },
    reader::{RECORD_BYTES, mbox},
    time::Civil,
};

/// First bytes of a compound file ([MS-CFB] 2.2).
const MAGIC: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
/// Messages inside messages that are followed.
const DEEPEST: usize = 8;
/// Most messages of one file.
const MESSAGES: usize = 1000;

type File<'s> = CompoundFile<io::BufReader<Padded<'s>>>;

/// Opens a compound file. Some writers fill the last sector of their table with entries for sectors
/// that are not there: these are read as zeros.
fn compound(source: &dyn RangeRead) -> io::Result<File<'_>> {
    let open = |len| {
        let padded = Padded { source: Sequential::new(source), at: 0, len };
        CompoundFile::open(io::BufReader::new(padded))
    };
    open(source.len()).or_else(|error| match told_len(source)? {
        Some(len) if len > source.len() => open(len),
        _ => Err(error),
    })
}

/// How long the file is by its table of sectors ([MS-CFB] 2.2: sector shift, number of sectors of
/// the table); none where it says more than its own bytes can hold.
fn told_len(source: &dyn RangeRead) -> io::Result<Option<u64>> {
    let head = source.bytes(0, 48)?;
    let (Some(shift), Some(tables)) = (head.get(30..32), head.get(44..48)) else { return Ok(None) };
    let shift = u32::from(u16::from_le_bytes([shift[0], shift[1]]));
    let tables = u64::from(u32::from_le_bytes([tables[0], tables[1], tables[2], tables[3]]));
    if !matches!(shift, 9 | 12) || tables << shift > source.len() {
        return Ok(None);
    }
    let entries = (tables << shift) / 4;
    Ok(Some((entries + 1) << shift))
}

/// A file, and zeros behind its end up to a length.
struct Padded<'s> {
    source: Sequential<'s>,
    at: u64,
    len: u64,
}

impl Read for Padded<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut n = self.source.read(buf)?;
        if n == 0 {
            let left = self.len.saturating_sub(self.at);
            n = buf.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            buf[..n].fill(0);
        }
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for Padded<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = self.source.seek(SeekFrom::Start(at.ok_or(io::ErrorKind::InvalidInput)?))?;
        Ok(self.at)
    }
}

/// True for a compound file.
pub(super) fn is_compound(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

/// The mails of a message; or what else a compound file is.
pub(super) fn messages(opener: &Opener, input: Input, left: &mut u64) -> Vec<Input> {
    let read = catch_unwind(AssertUnwindSafe(|| read(&input)));
    let texts = match read {
        Ok(Ok(texts)) => texts,
        Ok(Err(Other::Damaged(error))) => {
            return vec![unread(input, &format!("a compound file that cannot be read: {error}"))];
        }
        Ok(Err(Other::Document)) => return vec![not_evidence(input, "office document")],
        Ok(Err(Other::Workbook(stream))) => return old_workbook(opener, &input, stream, left),
        Ok(Err(Other::Unread(why))) => return vec![unread(input, why)],
        Err(_) => return vec![unread(input, "a compound file that is damaged; export it anew")],
    };
    let mails = texts.into_iter().enumerate().map(|(number, text)| {
        let mail = match number {
            0 => input.clone(),
            number => begin(&input, &[format!("#{number}")], number),
        };
        match opener.spools.keep(&mut text.as_bytes().take(*left)) {
            Ok((place, size)) => {
                *left -= size;
                let cut = size < text.len() as u64;
                kept(mail, place, size, cut.then(|| "the message is too large".to_owned()))
            }
            Err(error) => unread(mail, &not_kept(&error)),
        }
    });
    mails.collect()
}

/// The sheets of an `.xls` workbook.
fn old_workbook(opener: &Opener, input: &Input, stream: &str, left: &mut u64) -> Vec<Input> {
    let source = match input.open() {
        Ok(source) => source,
        Err(error) => return vec![unread(input.clone(), &format!("cannot read: {error}"))],
    };
    let damaged =
        |error| vec![unread(input.clone(), &format!("a workbook that cannot be read: {error}"))];
    // The file must outlive its stream.
    let mut file = match compound(&*source) {
        Ok(file) => file,
        Err(error) => return damaged(error),
    };
    match file.open_stream(Path::new("/").join(stream)) {
        Ok(stream) => workbook::old_sheets(opener, input, stream, left),
        Err(error) => damaged(error),
    }
}

/// A compound file that is no message.
enum Other {
    Damaged(io::Error),
    Document,
    /// An old workbook, and the name of its stream.
    Workbook(&'static str),
    Unread(&'static str),
}

fn read(input: &Input) -> Result<Vec<String>, Other> {
    let source: Box<dyn RangeRead> = input.open().map_err(Other::Damaged)?;
    let mut file = compound(&*source).map_err(Other::Damaged)?;
    let has = |name: &str| file.exists(Path::new("/").join(name));
    if let Some(name) = ["Workbook", "Book"].into_iter().find(|name| has(name)) {
        return Err(Other::Workbook(name));
    }
    if has("EncryptedPackage") {
        return Err(Other::Unread("an encrypted office document; save it without its password"));
    }
    if has("WordDocument") || has("PowerPoint Document") {
        return Err(Other::Document);
    }
    if !has("__properties_version1.0") {
        return Err(Other::Unread(
            "a compound file of an unknown kind; export what it holds as text",
        ));
    }
    let mut texts = Vec::new();
    let mut open = vec![(PathBuf::from("/"), 0)];
    while let Some((storage, depth)) = open.pop() {
        texts.push(Message { file: &mut file, storage: &storage }.text());
        if depth < DEEPEST && texts.len() + open.len() < MESSAGES {
            let mut below = attached(&file, &storage);
            below.reverse();
            open.extend(below.into_iter().map(|storage| (storage, depth + 1)));
        }
    }
    Ok(texts)
}

/// The messages attached to a message, in order.
fn attached(file: &File<'_>, storage: &Path) -> Vec<PathBuf> {
    let Ok(entries) = file.read_storage(storage) else { return Vec::new() };
    let attachments = entries.filter(|entry| entry.name().starts_with("__attach_version1.0_"));
    let inner = attachments.map(|entry| storage.join(entry.name()).join("__substg1.0_3701000D"));
    inner.filter(|inner| file.is_storage(inner)).collect()
}

/// Properties ([MS-OXPROPS]).
mod id {
    pub(super) const SUBJECT: u16 = 0x0037;
    pub(super) const CLIENT_SUBMIT_TIME: u16 = 0x0039;
    pub(super) const SENT_REPRESENTING_NAME: u16 = 0x0042;
    pub(super) const SENT_REPRESENTING_SMTP: u16 = 0x5D02;
    pub(super) const TRANSPORT_HEADERS: u16 = 0x007D;
    pub(super) const SENDER_NAME: u16 = 0x0C1A;
    pub(super) const SENDER_ADDRESS: u16 = 0x0C1F;
    pub(super) const SENDER_SMTP: u16 = 0x5D01;
    pub(super) const DISPLAY_CC: u16 = 0x0E03;
    pub(super) const DISPLAY_TO: u16 = 0x0E04;
    pub(super) const DELIVERY_TIME: u16 = 0x0E06;
    pub(super) const BODY: u16 = 0x1000;
    pub(super) const RTF_COMPRESSED: u16 = 0x1009;
    pub(super) const HTML: u16 = 0x1013;
    pub(super) const MESSAGE_ID: u16 = 0x1035;
    pub(super) const REFERENCES: u16 = 0x1039;
    pub(super) const IN_REPLY_TO: u16 = 0x1042;
    pub(super) const INTERNET_CODEPAGE: u16 = 0x3FDE;
}

struct Message<'f, 's> {
    file: &'f mut File<'s>,
    storage: &'f Path,
}

impl Message<'_, '_> {
    fn stream(&mut self, name: &str) -> Option<Vec<u8>> {
        let stream = self.file.open_stream(self.storage.join(name)).ok()?;
        let mut bytes = Vec::new();
        // What a damaged stream holds before its damage still counts.
        let _ = stream.take(RECORD_BYTES as u64).read_to_end(&mut bytes);
        Some(bytes)
    }

    /// The mail.
    fn text(&mut self) -> String {
        let subject = self.string(id::SUBJECT).unwrap_or_default();
        let mut mail = self.headers(&subject);
        let html = self.html();
        let (kind, body) =
            match (self.string(id::BODY).filter(|body| !body.trim().is_empty()), html) {
                (Some(body), _) => ("plain", body),
                (None, Some(html)) => ("html", html),
                (None, None) => ("plain", self.rich().unwrap_or_default()),
            };
        mail.push_str("MIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n");
        mail.extend(["Content-Type: text/", kind, "; charset=utf-8\n\n"]);
        mail.push_str(&body.replace("\r\n", "\n"));
        mail
    }

    /// A property of variable length: text in UTF-16, or in the message's own charset.
    fn string(&mut self, id: u16) -> Option<String> {
        if let Some(wide) = self.stream(&format!("__substg1.0_{id:04X}001F")) {
            let text = encoding_rs::UTF_16LE.decode_without_bom_handling(&wide).0;
            return Some(text.trim_end_matches('\0').to_owned());
        }
        let bytes = self.stream(&format!("__substg1.0_{id:04X}001E"))?;
        Some(self.decode(&bytes).trim_end_matches('\0').to_owned())
    }

    fn html(&mut self) -> Option<String> {
        let bytes = self.stream(&format!("__substg1.0_{:04X}0102", id::HTML));
        let html = match bytes {
            Some(bytes) => Some(self.decode(&bytes)),
            None => self.string(id::HTML),
        };
        html.filter(|html| !html.trim().is_empty())
    }

    /// The text of a body that is kept as Rich Text alone.
    fn rich(&mut self) -> Option<String> {
        mbox::rich_text(&self.stream(&format!("__substg1.0_{:04X}0102", id::RTF_COMPRESSED))?)
    }

    /// Text in the code page that the message names.
    fn decode(&mut self, bytes: &[u8]) -> String {
        let page = self.fixed(id::INTERNET_CODEPAGE).map(|value| value as u32);
        let label = page.map(mbox::of_code_page).unwrap_or_default();
        match encoding_rs::Encoding::for_label(label.as_bytes()) {
            Some(charset) if std::str::from_utf8(bytes).is_err() => {
                charset.decode_without_bom_handling(bytes).0.into_owned()
            }
            _ => crate::text::decode(bytes).into_owned(),
        }
    }

    /// The eight bytes of a property of fixed length ([MS-OXMSG] 2.4): behind a header, entries of 16.
    fn fixed(&mut self, id: u16) -> Option<u64> {
        let bytes = self.stream("__properties_version1.0")?;
        // The header of a message inside another is shorter by what it shares with that one.
        let header = if self.storage == Path::new("/") { 32 } else { 24 };
        let mut entries = bytes.get(header..)?.chunks_exact(16);
        let entry = entries.find(|entry| entry[2..4] == id.to_le_bytes())?;
        Some(u64::from_le_bytes(entry[8..16].try_into().ok()?))
    }

    /// A moment as a mail writes it; FILETIME counts 100 ns since 1601 in UTC.
    fn date(&mut self, id: u16) -> Option<String> {
        const YEAR_1601: i64 = 11_644_473_600;
        let ticks = self.fixed(id).filter(|ticks| *ticks != 0)?;
        let secs = i64::try_from(ticks / 10_000_000).ok()? - YEAR_1601;
        let Civil { year, month, day, hour, minute, second } = Civil::from_secs(secs);
        let month = MONTHS.get(usize::from(month).checked_sub(1)?)?;
        Some(format!("{day} {month} {year:04} {hour:02}:{minute:02}:{second:02} +0000"))
    }

    fn headers(&mut self, subject: &str) -> String {
        let mut mail =
            self.string(id::TRANSPORT_HEADERS).map(|own| travelled(&own)).unwrap_or_default();
        let has = |mail: &str, name: &str| {
            let starts = |line: &str| {
                line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
            };
            mail.lines().any(starts)
        };
        let sender = [
            (id::SENDER_NAME, id::SENDER_SMTP),
            (id::SENT_REPRESENTING_NAME, id::SENT_REPRESENTING_SMTP),
        ];
        let from = sender.into_iter().find_map(|(name, address)| {
            let name = self.string(name)?;
            let address = self.string(address).or_else(|| self.string(id::SENDER_ADDRESS));
            // Inside an organisation an address may be a directory's: it says nothing here.
            let address = address.filter(|address| address.contains('@'));
            Some(address.map_or_else(
                || encoded(&name),
                |address| format!("{} <{}>", encoded(&name), line(&address)),
            ))
        });
        let date = self.date(id::CLIENT_SUBMIT_TIME).or_else(|| self.date(id::DELIVERY_TIME));
        let properties = [
            ("From:", from),
            ("To:", self.string(id::DISPLAY_TO).map(|to| encoded(&to))),
            ("Cc:", self.string(id::DISPLAY_CC).map(|cc| encoded(&cc))),
            ("Subject:", Some(encoded(subject))),
            ("Date:", date),
            ("Message-ID:", self.string(id::MESSAGE_ID).map(|id| line(&id))),
            ("In-Reply-To:", self.string(id::IN_REPLY_TO).map(|id| line(&id))),
            ("References:", self.string(id::REFERENCES).map(|ids| line(&ids))),
        ];
        for (name, value) in properties {
            if let Some(value) = value.filter(|value| !value.trim().is_empty() && !has(&mail, name))
            {
                mail.extend([name, " ", value.trim(), "\n"]);
            }
        }
        mail
    }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The headers that a message travelled with, without those that tell of a body which is not there as
/// it was.
fn travelled(own: &str) -> String {
    let mut mail = String::new();
    let mut keep = false;
    for line in own.lines() {
        if line.trim().is_empty() {
            continue;
        }
        if !line.starts_with([' ', '\t']) {
            let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
            let header = line.contains(':') && !name.contains([' ', '\t']);
            keep = header && !name.starts_with("content-") && name != "mime-version";
        }
        if keep {
            mail.push_str(line);
            mail.push('\n');
        }
    }
    mail
}

/// A value of one line.
fn line(text: &str) -> String {
    text.split(char::is_control).collect::<Vec<_>>().join(" ")
}

/// A header's text; what is not ASCII as RFC 2047 has it.
fn encoded(text: &str) -> String {
    let text = line(text);
    if text.is_ascii() { text } else { format!("=?UTF-8?B?{}?=", BASE64.encode(text.as_bytes())) }
}

#[cfg(test)]
mod tests;
