//! Messages as Outlook saves them, and as those who mean harm would.

use std::io::{Cursor, Write};

use proptest::prelude::*;

use super::*;
use crate::discover::{Limits, Standing};

type Writer = CompoundFile<Cursor<Vec<u8>>>;

fn put(file: &mut Writer, path: &str, bytes: &[u8]) {
    let mut stream = file.create_stream(path).expect("a stream");
    stream.write_all(bytes).expect("memory");
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// The stream of fixed properties: a FILETIME each.
fn fixed(header: usize, times: &[(u16, u64)]) -> Vec<u8> {
    let mut bytes = vec![0; header];
    for (id, ticks) in times {
        bytes.extend(0x0040_u16.to_le_bytes());
        bytes.extend(id.to_le_bytes());
        bytes.extend(6_u32.to_le_bytes());
        bytes.extend(ticks.to_le_bytes());
    }
    bytes
}

/// 2026-03-14T21:02:11Z.
const SENT: u64 = (1_773_522_131 + 11_644_473_600) * 10_000_000;

fn message() -> Vec<u8> {
    let mut file = CompoundFile::create(Cursor::new(Vec::new())).expect("memory");
    put(
        &mut file,
        "/__properties_version1.0",
        &fixed(32, &[(0x0E06, SENT + 50_000_000), (0x0039, SENT)]),
    );
    for (id, text) in [
        ("0037", "Cache läuft über"),
        ("0C1A", "Jo Brandt"),
        ("5D01", "jo@example.net"),
        ("0E04", "Lee Kim"),
        ("1000", "cache-2 is full.\r\nSince nine.\r\n"),
        ("1035", "<1@example.net>\r\nX-Evil: yes"),
    ] {
        put(&mut file, &format!("/__substg1.0_{id}001F"), &wide(text));
    }
    let inner = "/__attach_version1.0_#00000000/__substg1.0_3701000D";
    file.create_storage_all(inner).expect("a storage");
    put(&mut file, &format!("{inner}/__properties_version1.0"), &fixed(24, &[(0x0039, SENT)]));
    let headers = "Microsoft Mail Internet Headers Version 2.0\r\nReceived: from a\r\n by b\r\n\
                   Content-Type: multipart/mixed;\r\n boundary=x\r\nFrom: lee@example.net\r\n\
                   Date: Sat, 14 Mar 2026 22:05:00 +0100\r\n\r\n";
    put(&mut file, &format!("{inner}/__substg1.0_007D001F"), &wide(headers));
    put(&mut file, &format!("{inner}/__substg1.0_10130102"), b"<p>caf\xE9</p>");
    file.into_inner().into_inner()
}

fn open(path: &str, bytes: Vec<u8>) -> Vec<Input> {
    Opener::new(Limits::default()).open(Input::from_bytes(path, bytes))
}

fn text(input: &Input) -> String {
    assert!(matches!(input.standing, Standing::Candidate), "{:?}", input.standing);
    let bytes = input.open().and_then(|source| source.bytes(0, input.size as usize));
    String::from_utf8(bytes.expect("memory")).expect("text")
}

#[test]
fn a_message_is_a_mail_and_so_is_one_attached_to_it() {
    let found = open("a.msg", message());
    let paths: Vec<&str> = found.iter().map(|input| &*input.path).collect();
    assert_eq!(paths, ["a.msg", "a.msg/#1"]);
    assert_eq!(
        text(&found[0]),
        "From: Jo Brandt <jo@example.net>\nTo: Lee Kim\n\
         Subject: =?UTF-8?B?Q2FjaGUgbMOkdWZ0IMO8YmVy?=\nDate: 14 Mar 2026 21:02:11 +0000\n\
         Message-ID: <1@example.net>  X-Evil: yes\nMIME-Version: 1.0\n\
         Content-Transfer-Encoding: 8bit\nContent-Type: text/plain; charset=utf-8\n\n\
         cache-2 is full.\nSince nine.\n"
    );
    assert_eq!(
        text(&found[1]),
        "Received: from a\n by b\nFrom: lee@example.net\nDate: Sat, 14 Mar 2026 22:05:00 +0100\n\
         MIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n\
         Content-Type: text/html; charset=utf-8\n\n<p>café</p>"
    );
}

#[test]
fn rich_text_is_read_where_there_is_no_other() {
    let mut file = CompoundFile::create(Cursor::new(Vec::new())).expect("memory");
    put(&mut file, "/__properties_version1.0", &fixed(32, &[(0x0039, SENT)]));
    let rtf = b"{\\rtf1\\ansi cache-2 {\\b is} full}";
    let mut stored = vec![0; 16];
    stored[4] = rtf.len() as u8;
    stored[8..12].copy_from_slice(b"MELA");
    stored.extend(rtf);
    put(&mut file, "/__substg1.0_10090102", &stored);
    let found = open("a.msg", file.into_inner().into_inner());
    assert!(text(&found[0]).ends_with("\n\ncache-2 is full"), "{}", text(&found[0]));
}

#[test]
fn other_compound_files_are_named() {
    for (stream, expected) in [
        ("Workbook", "the workbook cannot be read"),
        ("WordDocument", "office document"),
        ("EncryptedPackage", "an encrypted office document"),
        ("Other", "a compound file of an unknown kind"),
    ] {
        let mut file = CompoundFile::create(Cursor::new(Vec::new())).expect("memory");
        put(&mut file, &format!("/{stream}"), b"x");
        let found = open("x", file.into_inner().into_inner());
        match &found[0].standing {
            Standing::NotEvidence(why) | Standing::Unread(why) => {
                assert!(why.starts_with(expected), "{why}");
            }
            Standing::Candidate => panic!("{stream}"),
        }
    }
}

proptest! {
    #[test]
    fn damage_never_ends_the_run(at in any::<prop::sample::Index>(), byte: u8, cut in any::<prop::sample::Index>()) {
        let mut bytes = message();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        open("x.msg", bytes.clone());
        bytes.truncate(cut.index(bytes.len()));
        open("x.msg", bytes);
    }
}
