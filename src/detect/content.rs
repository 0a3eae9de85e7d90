//! What the first bytes of an input say: text, something else, or our own work.

use serde_json::Value;

use crate::render::bears_our_header;

/// What an input holds.
pub(super) enum Content {
    /// Text that a definition may read.
    Text,
    /// A web page. Some programs write their logs so; any other is not read, for this reason.
    Page(String),
    /// No evidence: images, documents, empty files.
    NotEvidence(String),
    /// Evidence, perhaps, that cannot be read as it is: the reason and the way out.
    Unread(String),
}

/// First bytes of files that are no evidence.
const PICTURES: [(&[u8], &str); 16] = [
    (b"\x89PNG\r\n\x1a\n", "PNG image"),
    (b"\xFF\xD8\xFF", "JPEG image"),
    (b"GIF8", "GIF image"),
    (b"BM", "bitmap image"),
    (b"II*\0", "TIFF image"),
    (b"MM\0*", "TIFF image"),
    (b"%PDF-", "PDF document"),
    (b"{\\rtf", "RTF document"),
    (b"\x7FELF", "program"),
    (b"MZ", "program"),
    (b"\xCA\xFE\xBA\xBE", "program"),
    (b"OggS", "sound or video"),
    (b"ID3", "sound"),
    (b"\x1A\x45\xDF\xA3", "video"),
    (b"wOFF", "font"),
    (b"SQLite format 3\0", "SQLite database"),
];

/// First bytes of files that hold evidence in a form that is not read, and the way out. What
/// discover unpacks does not come here.
const OTHERS: [(&[u8], &str); 15] = [
    (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive; unpack it and name the folder"),
    (b"Rar!\x1A\x07", "a RAR archive; unpack it and name the folder"),
    (b"MSCF\0\0\0\0", "a Windows cabinet; unpack it and name the folder"),
    (b"\x89LZO\0\r\n\x1A\n", "compressed with lzop; unpack it first"),
    (b"\x02\x21\x4C\x18", "compressed with an old lz4; unpack it first"),
    (b"\x1F\x9D", "compressed with compress; unpack it first"),
    (b"\x5D\0\0", "compressed with lzma; unpack it first"),
    (b"!BDN", "an Outlook data file; export its folders as .mbox or .eml (readpst does that)"),
    (b"LPKSHHRH", "a binary systemd journal; export it with journalctl --file FILE -o json"),
    (b"ElfFile\0", "a Windows event log; save it as CSV or XML in the Event Viewer"),
    (b"\xD4\xC3\xB2\xA1", "a packet capture; export what counts with tshark -r FILE -t ud"),
    (b"\x0A\x0D\x0D\x0A", "a packet capture; export what counts with tshark -r FILE -t ud"),
    (b"bplist00", "a binary property list; convert it with plutil -convert json"),
    (b"\x1A\0\0\x04", "a Notes database; export its mail as .eml or .mbox"),
    (b"\xCF\xAD\x12\xFE", "an Outlook Express folder; export its mail as .eml or .mbox"),
];

/// Looks at the first bytes, and at the last where the first say nothing.
pub(super) fn look(head: &[u8], tail: impl FnOnce() -> Vec<u8>, path: &str) -> Content {
    if head.is_empty() {
        return Content::NotEvidence("empty file".to_owned());
    }
    let starts = |(magic, _): &&(&[u8], &str)| head.starts_with(magic);
    if let Some((magic, what)) = PICTURES.iter().find(starts)
        && (magic.len() > 2 || looks_binary(head))
    {
        return Content::NotEvidence((*what).to_owned());
    }
    if let Some((_, how)) = OTHERS.iter().find(starts) {
        return Content::Unread((*how).to_owned());
    }
    if head.iter().all(u8::is_ascii_whitespace) {
        return Content::NotEvidence("nothing but blanks".to_owned());
    }
    if is_web_page(head) {
        let name = last_component(path);
        return Content::Page(format!(
            "a web page, and pages have no records to read; if {name} was saved from a chat or ticket \
             system, export it there as JSON, CSV or mbox"
        ));
    }
    if head.iter().all(|byte| *byte == 0) && !looks_binary(&tail()) {
        let name = crate::report::shell_quote(last_component(path));
        return Content::Unread(format!(
            "begins with zero bytes, as a log does that was emptied while a program wrote to it; what \
             follows them is text: tr -d '\\0' < {name} > mended.log"
        ));
    }
    if looks_binary(head) {
        return Content::NotEvidence("binary data of an unknown kind".to_owned());
    }
    Content::Text
}

/// An export that asked for what is not there: `[]`, `{}`, or an answer whose lists are all empty.
pub(super) fn holds_nothing(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let answer: Option<Value> = serde_json::from_slice(head).ok();
    answer.is_some_and(|answer| match &answer {
        Value::Array(list) => list.is_empty(),
        Value::Object(members) => {
            members.values().all(is_hollow) && {
                let is_list = |value: &Value| value.is_array() || value.is_object();
                members.is_empty() || members.values().any(is_list)
            }
        }
        _ => false,
    })
}

/// Nothing that could be a record, or a part of one.
fn is_hollow(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => true,
        // A count; a time would be a record's.
        Value::Number(number) => number.as_f64().is_some_and(|number| number.abs() < 1e8),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(members) => members.values().all(is_hollow),
    }
}

fn is_web_page(head: &[u8]) -> bool {
    let start = head.trim_ascii_start();
    let start = &start[..start.len().min(15)];
    let lower = start.to_ascii_lowercase();
    lower.starts_with(b"<!doctype html") || lower.starts_with(b"<html")
}

/// More than a stray control character: a text has line breaks, tabs, colours (those of terminals and
/// of IRC) and little else.
fn looks_binary(head: &[u8]) -> bool {
    // Logs are padded with NUL when they are truncated while open; those runs are no content.
    let nul = memchr::memchr_iter(0, head).count();
    let irc = |byte: &u8| nul == 0 && matches!(byte, 2 | 3 | 15 | 22 | 29 | 31);
    let odd = |byte: &&u8| matches!(byte, 0..=8 | 14..=26 | 28..=31) && !irc(byte);
    let odd = head.iter().filter(odd).count();
    odd * 20 > head.len() && (odd - nul) * 100 + nul * 2 > head.len()
}

/// What rfo writes, in any of its formats, is known by its first bytes.
pub(super) fn is_our_own(head: &[u8]) -> bool {
    let start = &head[..head.len().min(4096)];
    bears_our_header(start) || memchr::memmem::find(start, b"\"schema\": \"rfo.run/").is_some()
}

/// The last component of a path.
pub(super) fn last_component(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests;
