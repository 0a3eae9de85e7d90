//! Archives as people send them, and as those who mean harm would.

use std::io::{Cursor, Write};

use ::tar::{Builder, EntryType, Header};
use ::zip::{ZipWriter, write::SimpleFileOptions};

use super::*;
use crate::discover::tell_apart;

const TEXT: &[u8] = b"2026-03-09T10:00:00Z up\n";

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::GzBuilder::new()
        .mtime(1_773_050_400)
        .write(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let time = ::zip::DateTime::from_date_and_time(2026, 3, 31, 10, 0, 0).expect("a time");
    for (name, bytes) in members {
        let options = SimpleFileOptions::default().last_modified_time(time);
        writer.start_file(*name, options).expect("a member");
        writer.write_all(bytes).expect("a member");
    }
    writer.finish().expect("the end").into_inner()
}

/// A header with any name at all, which the builder would refuse.
fn header(name: &[u8], kind: EntryType, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mtime(1_773_050_400);
    header.set_cksum();
    header
}

fn tar(members: &[(&[u8], EntryType, &[u8])]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (name, kind, bytes) in members {
        builder.append(&header(name, *kind, bytes.len() as u64), *bytes).expect("a member");
    }
    builder.into_inner().expect("the end")
}

fn file(name: &'static str, bytes: &'static [u8]) -> (&'static [u8], EntryType, &'static [u8]) {
    (name.as_bytes(), EntryType::Regular, bytes)
}

fn open_within(path: &str, bytes: Vec<u8>, limits: Limits) -> Vec<Input> {
    let mut found = Opener::new(limits).open(Input::from_bytes(path, bytes));
    tell_apart(&mut found);
    found
}

fn open(path: &str, bytes: Vec<u8>) -> Vec<Input> {
    open_within(path, bytes, Limits::default())
}

fn paths(found: &[Input]) -> Vec<&str> {
    found.iter().map(|input| &*input.path).collect()
}

fn text(input: &Input) -> Vec<u8> {
    assert!(matches!(input.standing, Standing::Candidate), "{input:?}");
    input.open().expect("open").bytes(0, input.size as usize).expect("read")
}

fn why(input: &Input) -> &str {
    match &input.standing {
        Standing::Candidate => "",
        Standing::NotEvidence(why) | Standing::Unread(why) => why,
    }
}

#[test]
fn a_packed_file_is_its_own_only_member() {
    let found = open("a.gz", gz(TEXT));
    assert_eq!(paths(&found), ["a.gz"]);
    assert_eq!(text(&found[0]), TEXT);
    assert_eq!(found[0].modified, Instant::from_parts(1_773_050_400, 0));
}

#[test]
fn tar_is_read_plain_packed_and_without_a_magic() {
    let plain = tar(&[file("logs/b.log", TEXT), file("a.log", b"one\n")]);
    let mut old = header(b"v7.log", EntryType::Regular, TEXT.len() as u64);
    old.as_mut_bytes()[257..265].fill(0);
    old.set_cksum();
    let old = [&old.as_bytes()[..], TEXT].concat();
    for bytes in [plain.clone(), gz(&plain)] {
        let found = open("x.tar", bytes);
        assert_eq!(paths(&found), ["x.tar/a.log", "x.tar/logs/b.log"]);
        assert_eq!(text(&found[0]), b"one\n");
        assert_eq!(text(&found[1]), TEXT);
        assert_eq!(found[1].modified, Instant::from_parts(1_773_050_400, 0));
        assert!(!found[1].named);
    }
    let found = open("old.tar", old);
    assert_eq!(paths(&found), ["old.tar/v7.log"]);
    assert_eq!(text(&found[0]), TEXT);
}

#[test]
fn long_names_and_archives_one_after_another() {
    let mut builder = Builder::new(Vec::new());
    let long = format!("{}x.log", "folder/".repeat(60));
    let mut about = header(b"", EntryType::Regular, TEXT.len() as u64);
    builder.append_data(&mut about, &long, TEXT).expect("a member");
    let mut bytes = builder.into_inner().expect("the end");
    bytes.extend(tar(&[file("second.log", TEXT)]));
    let found = open("x.tar", bytes);
    assert_eq!(paths(&found), [&*format!("x.tar/{long}"), "x.tar/second.log"]);
}

#[test]
fn links_and_devices_in_a_tar_are_named_and_not_followed() {
    let kinds = [
        EntryType::Symlink,
        EntryType::Link,
        EntryType::Char,
        EntryType::Block,
        EntryType::Fifo,
        EntryType::Directory,
    ];
    let members: Vec<_> = kinds.iter().map(|kind| (&b"x"[..], *kind, &b""[..])).collect();
    let found = open("x.tar", tar(&members));
    // The folder itself is nothing to read.
    assert_eq!(found.len(), 5);
    assert!(found.iter().all(|input| matches!(&input.standing, Standing::NotEvidence(_))));
    assert_eq!(found.iter().filter(|input| why(input) == "link, not followed").count(), 2);
}

#[test]
fn hostile_names_stay_text_inside_the_archive() {
    let names: [&[u8]; 8] = [
        b"../../up.log",
        b"/etc/passwd",
        b"a/./../b",
        b"new\nline",
        b"\x1B[31mred",
        b"\xFFlatin",
        b"..",
        b"c\\d",
    ];
    let members: Vec<_> = names.iter().map(|name| (*name, EntryType::Regular, TEXT)).collect();
    let found = open("x.tar", tar(&members));
    assert_eq!(
        paths(&found),
        [
            "x.tar/#6",
            "x.tar/%1B[31mred",
            "x.tar/%FFlatin",
            "x.tar/a/b",
            "x.tar/c\\d",
            "x.tar/etc/passwd",
            "x.tar/new%0Aline",
            "x.tar/up.log",
        ]
    );
    let found = open("x.zip", zip(&[("..\\..\\up.log", TEXT), ("/C:/x", TEXT), ("n\nl", TEXT)]));
    assert_eq!(paths(&found), ["x.zip/C:/x", "x.zip/n%0Al", "x.zip/up.log"]);
}

#[test]
fn a_name_that_comes_twice_means_two_inputs() {
    let found = open("x.tar", tar(&[file("a", b"1\n"), file("a#2", b"2\n"), file("./a", b"3\n")]));
    assert_eq!(paths(&found), ["x.tar/a", "x.tar/a#2", "x.tar/a#3"]);
    assert_eq!(text(&found[0]), b"1\n");
    assert_eq!(text(&found[2]), b"3\n");
    // Of a zip only the last is to be had; that is said.
    let mut bytes = zip(&[("a.log", b"1\n"), ("b.log", b"2\n")]);
    while let Some(at) = memchr::memmem::find(&bytes, b"b.log") {
        bytes[at] = b'a';
    }
    let found = open("x.zip", bytes);
    assert_eq!(paths(&found), ["x.zip", "x.zip/a.log"]);
    assert!(why(&found[0]).contains("more than once"));
}

#[test]
fn one_more_compression_is_opened_and_the_rest_is_named() {
    let inner = zip(&[("a.log", TEXT)]);
    let tarred = tar(&[file("b.log", TEXT)]);
    let members: [(&str, &[u8]); 5] = [
        ("1.gz", &gz(TEXT)),
        ("2.gz.gz", &gz(&gz(TEXT))),
        ("3.zip", &inner),
        ("4.tar.gz", &gz(&tarred)),
        ("5.docx", &zip(&[("[Content_Types].xml", b"<x/>")])),
    ];
    let found = open("x.zip", zip(&members));
    assert_eq!(text(&found[0]), TEXT);
    assert!(why(&found[1]).starts_with("compressed more than once"), "{}", why(&found[1]));
    assert!(why(&found[2]).starts_with("an archive inside"), "{}", why(&found[2]));
    assert!(why(&found[3]).starts_with("an archive inside"), "{}", why(&found[3]));
    assert_eq!(why(&found[4]), "office document");
    assert!(matches!(found[4].standing, Standing::NotEvidence(_)));
    assert_eq!(paths(&open("x.zip.gz", gz(&inner))), ["x.zip.gz/a.log"]);
    assert!(why(&open("x.gz", gz(&gz(TEXT)))[0]).starts_with("compressed more than once"));
}

#[test]
fn litter_documents_and_empty_archives_are_no_evidence() {
    let found = open("x.zip", zip(&[("__MACOSX/._a", b"x"), ("a/.git/HEAD", b"x"), ("b", TEXT)]));
    let read: Vec<bool> =
        found.iter().map(|input| matches!(input.standing, Standing::Candidate)).collect();
    assert_eq!(read, [false, false, true]);
    assert_eq!(found[2].modified, Instant::from_parts(1_774_951_200, 0));
    for empty in [zip(&[]), tar(&[(b"folder/", EntryType::Directory, b"")])] {
        let found = open("x", empty);
        assert_eq!(why(&found[0]), "an archive without members");
    }
    assert_eq!(
        why(&open("x.odt", zip(&[("mimetype", b"text"), ("a", b"b")]))[0]),
        "office document"
    );
}

#[test]
fn a_cut_tar_gives_what_is_there_and_says_where_it_ends() {
    let whole = tar(&[file("a.log", TEXT), file("b.log", TEXT), file("c.log", TEXT)]);
    // In the middle of the second member, and of the third header.
    let found = open("x.tar", whole[..1024 + 512 + 10].to_vec());
    assert_eq!(text(&found[0]), TEXT);
    assert_eq!(text(&found[1]), TEXT[..10]);
    assert_eq!(found[1].damage.as_deref(), Some("the member is cut short (byte 10)"));
    let found = open("x.tar", whole[..2048 + 100].to_vec());
    assert_eq!(paths(&found), ["x.tar", "x.tar/a.log", "x.tar/b.log"]);
    assert!(why(&found[0]).contains("is damaged"), "{}", why(&found[0]));
    // Packed, and cut in its packed form.
    let packed = gz(&whole);
    let found = open("x.tgz", packed[..packed.len() - 12].to_vec());
    assert_eq!(paths(&found), ["x.tgz", "x.tgz/a.log", "x.tgz/b.log", "x.tgz/c.log"]);
    assert!(why(&found[0]).contains("the gzip stream is cut short"), "{}", why(&found[0]));
}

#[test]
fn a_cut_zip_gives_the_members_at_its_start() {
    let whole = zip(&[("a.log", TEXT), ("b.log", TEXT), ("c.log", TEXT)]);
    let found = open("x.zip", whole[..whole.len() / 3].to_vec());
    assert_eq!(paths(&found)[..2], ["x.zip", "x.zip/a.log"]);
    assert!(why(&found[0]).contains("cut short or damaged"), "{}", why(&found[0]));
    assert_eq!(text(&found[1]), TEXT);
}

#[test]
fn too_many_members_and_endless_headers_are_named() {
    let limits = Limits { members: 2, ..Limits::default() };
    let found =
        open_within("x.tar", tar(&[file("a", TEXT), file("b", TEXT), file("c", TEXT)]), limits);
    assert_eq!(paths(&found), ["x.tar", "x.tar/a", "x.tar/b"]);
    assert!(why(&found[0]).contains("more than 2 members"));
    let found = open_within("x.zip", zip(&[("a", TEXT), ("b", TEXT), ("c", TEXT)]), limits);
    assert!(why(&found[0]).contains("more than 2 members"), "{}", why(&found[0]));
    // A name of 3 MiB.
    let name = vec![b'n'; 3 << 20];
    let long = tar(&[(b"././@LongLink", EntryType::GNULongName, &name), file("x", TEXT)]);
    let found = open("x.tar", gz(&long));
    assert!(why(&found[0]).contains("1 MiB"), "{}", why(&found[0]));
}

#[test]
fn bombs_are_stopped_by_member_by_total_and_by_ratio() {
    let zeros = vec![0; 3 << 20];
    let small = Limits { member_bytes: 1 << 20, ..Limits::default() };
    for found in [
        open_within("x.gz", gz(&zeros), small),
        open_within("x.zip", zip(&[("a", &zeros)]), small),
        open_within("x.zip", zip(&[("a.gz", &gz(&zeros))]), small),
    ] {
        let damage = found[0].damage.as_deref().unwrap_or_default();
        assert!(damage.contains("bomb"), "{damage}");
        assert_eq!(found[0].size, 1 << 20);
    }
    // The second member finds nothing left, is named, and the small third too.
    let total = Limits { archive_bytes: 4 << 20, ..Limits::default() };
    let found = open_within("x.zip", zip(&[("a", &zeros), ("b", &zeros), ("c", &zeros)]), total);
    assert_eq!(found.iter().map(|input| input.size).sum::<u64>(), 4 << 20);
    assert!(found[0].damage.is_none() && found[1].damage.is_some());
    assert!(matches!(found[2].standing, Standing::Unread(_)) && why(&found[2]).contains("bomb"));
    let limits = Limits { ratio: 2, ..Limits::default() };
    let bomb = gz(&vec![0; 65 << 20]);
    let found = open_within("x.gz", bomb, limits);
    assert_eq!(found[0].size, 64 << 20);
    // A hole of 1 TB in a sparse member is bounded too.
    let mut hole = header(b"hole", EntryType::GNUSparse, 0);
    if let Some(gnu) = hole.as_gnu_mut() {
        gnu.set_real_size(1 << 40);
        gnu.sparse[0].set_offset(1 << 40);
        gnu.sparse[0].set_length(0);
    }
    hole.set_cksum();
    let limits = Limits { archive_bytes: 1 << 20, ..Limits::default() };
    let found = open_within("x.tar", hole.as_bytes().to_vec(), limits);
    assert_eq!(found[0].size, 1 << 20);
    assert!(found[0].damage.as_deref().unwrap_or_default().contains("bomb"));
}

#[test]
fn damaged_archives_never_end_the_run() {
    let members = tar(&[file("a.log", TEXT), file("b.log", TEXT)]);
    let zipped = zip(&[("a.log", TEXT), ("b.log", TEXT)]);
    for whole in [members, zipped] {
        for at in 0..whole.len().min(1600) {
            let mut broken = whole.clone();
            broken[at] ^= 0xFF;
            assert!(!open("x", broken).is_empty());
            assert!(!open("x", whole[..at].to_vec()).is_empty());
        }
    }
}

#[test]
fn members_beyond_what_memory_holds_lie_in_a_spool() {
    let [large, other] = [b'x', b'y'].map(|byte| [vec![byte; 17 << 20], vec![b'\n']].concat());
    let found = open("x.zip", zip(&[("a", &large), ("b", TEXT), ("c", &other)]));
    assert!(
        matches!(&found[0].place, Place::Part(..)) && matches!(&found[1].place, Place::Bytes(_))
    );
    assert!(text(&found[0]) == large && text(&found[2]) == other);
    let end = found[2].open().expect("open").bytes(other.len() as u64 - 2, 100).expect("read");
    assert_eq!(end, b"y\n");
}
