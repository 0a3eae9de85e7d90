//! Wide texts and packed files, through the whole program: sources name bytes of the unpacked
//! original, and what a log is packed in changes nothing but its path.

use std::{fs, io::Write as _, path::Path};

use rfo::{
    run,
    settings::{Reading, Showing},
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::house::{folder, rfo};

/// A log of a Windows host: letters beyond ASCII, a pair of surrogates, a record of two lines.
const LOG: &str = "\
2026-03-09 10:00:00,120 ERROR [main] shop.Pay - Zahlung für Müller abgelehnt\r
2026-03-09 10:00:01,340 WARN [main] shop.Pay - 再試行 🎉 and again\r
\tat shop.Pay.retry(Pay.java:10)\r
2026-03-09 10:00:02,000 ERROR [main] shop.Pay - gave up\r
";

fn wide(unit: usize, big_endian: bool, mark: bool, text: &str) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    let text = mark.chars().chain(text.chars());
    let units: Vec<u32> = if unit == 4 {
        text.map(u32::from).collect()
    } else {
        let text: String = text.collect();
        text.encode_utf16().map(u32::from).collect()
    };
    let bytes = |n: u32| -> Vec<u8> {
        let mut bytes = n.to_be_bytes()[4 - unit..].to_vec();
        if !big_endian {
            bytes.reverse();
        }
        bytes
    };
    units.into_iter().flat_map(bytes).collect()
}

fn events(folder: &Path, path: &str) -> Vec<Value> {
    let said = rfo(folder, &["timeline", "--all", "-f", "jsonl", "--zone", "UTC", path]);
    assert!(said.code < 2, "{}", said.err);
    said.events()
}

/// Events without what names the bytes of their evidence.
fn bare(mut events: Vec<Value>) -> Vec<Value> {
    for source in
        events.iter_mut().flat_map(|event| event["sources"].as_array_mut().expect("sources"))
    {
        for key in ["path", "byte_start", "byte_len", "sha256"] {
            source.as_object_mut().expect("a source").remove(key);
        }
    }
    events
}

#[test]
fn sources_of_a_wide_text_select_the_bytes_of_the_original() {
    let log = LOG.repeat(200);
    let plain = folder(&[("app.log", log.as_bytes())]);
    let told = bare(events(plain.path(), "app.log"));
    assert_eq!(told.len(), 600);
    let text: Vec<&str> = log.split_inclusive('\n').collect();
    for (unit, big_endian, mark) in
        [(2, false, true), (2, true, true), (2, false, false), (4, false, true), (4, true, false)]
    {
        let bytes = wide(unit, big_endian, mark, &log);
        let folder = folder(&[("app.log", &bytes)]);
        let found = events(folder.path(), "app.log");
        for event in &found {
            let source = &event["sources"][0];
            let number = |key: &str| source[key].as_u64().expect(key) as usize;
            let range = number("byte_start")..number("byte_start") + number("byte_len");
            let record = &bytes[range];
            let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(record));
            assert_eq!(source["sha256"], Value::from(digest));
            // The record is one of the log's, from its first byte to before its last line's end.
            let place = number("line") - 1;
            let rest = text[place..].iter().take(2).copied().collect::<String>();
            let first = wide(unit, big_endian, false, text[place].trim_end_matches("\r\n"));
            assert!(record.starts_with(&first), "line {place}");
            assert!(
                wide(unit, big_endian, false, rest.trim_end_matches("\r\n")).starts_with(record)
            );
        }
        assert_eq!(bare(found), told, "{unit} {big_endian} {mark}");
        let paths = vec![folder.path().join("app.log")];
        let reading = Reading::new(paths).expect("the shipped parsers compile");
        let showing = Showing { all: true, ..Showing::default() };
        let timeline = run::timeline(&reading, &showing, &[], false).expect("the file is there");
        assert_eq!(timeline.run.accounts.check(), Vec::<String>::new());
        assert_eq!(timeline.run.accounts.bytes.size, bytes.len() as u64);
        assert_eq!(timeline.run.accounts.bytes.not_read, 0);
    }
}

#[test]
fn a_mail_within_a_mail_is_evidence_by_itself() {
    let inner = |number: usize| {
        format!(
            "From: Jo <jo@example.net>\nDate: Sat, 14 Mar 2026 20:01:0{number} +0000\nSubject: inner\n\n\u{fc}ber\n>From here on"
        )
    };
    let mail = |number: usize| {
        format!(
            "From a@example.net Sat Mar 14 21:02:13 2026\nFrom: a@example.net\nDate: Sat, 14 Mar 2026 21:02:1{number} +0000\nSubject: outer\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n{}\n\n--b--\n",
            inner(number)
        )
    };
    let text = (0..3).map(mail).collect::<String>();
    let mut told = Vec::new();
    for text in [text.clone(), text.replace('\n', "\r\n")] {
        let wide = wide(2, false, true, &text);
        for bytes in [text.as_bytes(), &wide] {
            let folder = folder(&[("all.mbox", bytes)]);
            let found = events(folder.path(), "all.mbox");
            assert_eq!(found.len(), 6);
            let within = found.iter().filter(|event| event["summary"] != "outer");
            for (number, event) in within.enumerate() {
                let source = &event["sources"][0];
                assert_eq!(source["line"], 10 + number * 17);
                let at = |key: &str| source[key].as_u64().expect(key) as usize;
                let piece = &bytes[at("byte_start")..at("byte_start") + at("byte_len")];
                let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(piece));
                assert_eq!(source["sha256"], Value::from(digest));
                let read = if piece.contains(&0) {
                    let units = piece.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
                    String::from_utf16(&units.collect::<Vec<_>>()).expect("text")
                } else {
                    String::from_utf8(piece.to_vec()).expect("text")
                };
                assert_eq!(read.replace("\r\n", "\n"), inner(number));
            }
            told.push(bare(found));
        }
    }
    assert!(told.windows(2).all(|pair| pair[0] == pair[1]));
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).expect("options");
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    oxiarc_bzip2::compress(bytes, oxiarc_bzip2::CompressionLevel::new(9)).expect("memory")
}

fn tar(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    let mut builder = tar::Builder::new(Vec::new());
    builder.append_data(&mut header, name, bytes).expect("memory");
    builder.into_inner().expect("memory")
}

#[test]
fn what_a_log_is_packed_in_changes_only_its_path() {
    let log = LOG.repeat(50);
    let text = log.as_bytes();
    let packed: [(&str, Vec<u8>, &str); 8] = [
        ("app.log.gz", gz(text), "app.log.gz"),
        ("app.log.xz", xz(text), "app.log.xz"),
        ("app.log.bz2", bzip2(text), "app.log.bz2"),
        ("app.log.zst", [zstd(&text[..1000]), zstd(&text[1000..])].concat(), "app.log.zst"),
        ("app.log.lz4", lz4(text), "app.log.lz4"),
        ("logs.tar", tar("app.log", text), "logs.tar/app.log"),
        ("logs.txz", xz(&tar("app.log", text)), "logs.txz/app.log"),
        ("logs.tar", tar("app.log.zst", &zstd(text)), "logs.tar/app.log.zst"),
    ];
    let plain = folder(&[("app.log", text)]);
    let told: Vec<Value> = events(plain.path(), "app.log");
    for (file, bytes, path) in packed {
        let folder = folder(&[(file, &bytes)]);
        let mut found = events(folder.path(), file);
        for event in &mut found {
            assert_eq!(event["sources"][0]["path"], path);
            event["sources"][0]["path"] = Value::from("app.log");
        }
        assert!(found == told, "{file}");
    }
}

#[test]
fn of_a_cut_file_what_came_before_is_told_and_the_cut_is_a_fault() {
    let line = |n: u32| {
        let id = n.wrapping_mul(2_654_435_761);
        format!("2026-03-09 10:{:02}:{:02},000 ERROR [main] shop.Pay - {id}\n", n / 60, n % 60)
    };
    let log: String = (0..3600).map(line).collect();
    for (name, bytes) in [
        ("a.gz", gz(log.as_bytes())),
        ("a.xz", xz(log.as_bytes())),
        ("a.zst", zstd(log.as_bytes())),
    ] {
        let folder = folder(&[(name, &bytes[..bytes.len() * 2 / 3])]);
        let args =
            ["timeline", "--all", "-f", "jsonl", "--zone", "UTC", "--summary", "run.json", name];
        let said = rfo(folder.path(), &args);
        assert_eq!(said.code, 1, "{name}");
        assert!(said.events().len() > 1000, "{name} {}", said.events().len());
        let summary = fs::read_to_string(folder.path().join("run.json")).expect("the summary");
        assert!(summary.contains("is cut short; read up to byte"), "{name} {summary}");
    }
}

#[test]
fn a_large_sparse_file_is_looked_at_and_not_read() {
    let folder = folder(&[("zeros", b""), ("text", b"no log, and nothing after it\n")]);
    for name in ["zeros", "text"] {
        let file = fs::File::options().write(true).open(folder.path().join(name)).expect("a file");
        file.set_len(100 << 30).expect("a file system with sparse files");
    }
    let start = std::time::Instant::now();
    let said = rfo(folder.path(), &["inspect", "."]);
    assert!(said.code < 2, "{}", said.err);
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}
