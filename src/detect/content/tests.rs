//! What is text, what is no evidence, and what the lead is told to do about the rest.

use super::*;

fn told(head: &[u8]) -> (bool, String) {
    told_with(head, b"")
}

fn told_with(head: &[u8], tail: &[u8]) -> (bool, String) {
    match look(head, || tail.to_vec(), "folder/my file.log") {
        Content::Text => (true, String::new()),
        Content::NotEvidence(why) => (false, why),
        Content::Unread(why) | Content::Page(why) => (true, why),
    }
}

#[test]
fn text_is_text_with_a_few_odd_bytes_too() {
    let padded =
        [&[0; 300][..], &b"10:00:01 a line of a log, and more of it\n".repeat(20)].concat();
    for head in [
        &b"10:00:00 up\n"[..],
        b"\x1B[31m10:00:00 ERROR\x1B[0m red\n",
        b"10:00:00 a bell \x07 and a null \0 in a line that is long enough to be one\n",
        "10:00:00 naïve 日本 🎉\n".as_bytes(),
        b"10:00:00 latin-1 na\xEFve\n",
        b"BMW and MZ and PK are only letters\n",
        &padded,
    ] {
        assert_eq!(told(head), (true, String::new()), "{:?}", String::from_utf8_lossy(head));
    }
}

#[test]
fn pictures_blanks_and_zeros_are_no_evidence() {
    for (head, why) in [
        (&b""[..], "empty file"),
        (b" \r\n\n", "nothing but blanks"),
        (b"\x89PNG\r\n\x1a\nxx", "PNG image"),
        (b"BM\x36\0\0\0\0\0\0\0", "bitmap image"),
        (&[0; 100], "binary data of an unknown kind"),
    ] {
        let tail = head;
        assert_eq!(told_with(head, tail), (false, why.to_owned()));
    }
}

#[test]
fn what_may_be_evidence_is_named_with_the_way_out() {
    for (head, way) in [
        (&b"7z\xBC\xAF\x27\x1C\0\x04"[..], "unpack it and name the folder"),
        (b"\x89LZO\0\r\n\x1A\n\x10", "unpack it first"),
        (b"LPKSHHRH\0\0", "journalctl --file FILE -o json"),
        (b"ElfFile\0\0", "Event Viewer"),
        (b"!BDN\x00\x01", ".mbox"),
        (b"\n<!DOCTYPE html><html>", "if my file.log was saved from a chat or ticket system"),
    ] {
        let (evidence, why) = told(head);
        assert!(evidence && why.contains(way), "{why}");
    }
    let (evidence, why) = told_with(&[0; 64], b"10:00:00 up again\n");
    assert!(evidence && why.contains("what follows them is text"), "{why}");
}
