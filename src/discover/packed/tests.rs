//! Every packing: whole, several streams, cut at any byte, damaged, too large.

use std::io::{Read, Write};

use super::*;
use crate::discover::range::Bytes;

/// `"one two three four five six seven eight nine ten\n"` ten times, by bzip2 1.0.
const BZIP2: &str = "425a6839314159265359553602060000aed1800010400003e19fc020008a8295283d1186814aa8c9b299a23627e4f89c2693d1384c13b4c9329ba61374ed362769ba6932994d261362653fa6e9a4e9364d2693e930985594c265349ed3f8bb9229c28482a9b01030";

fn log(lines: u32) -> Vec<u8> {
    let line =
        |n: u32| format!("2026-03-09T10:00:00Z line {n} {}\n", n.wrapping_mul(2_654_435_761));
    (0..lines).flat_map(|n| line(n).into_bytes()).collect()
}

fn pack(packing: Packing, bytes: &[u8]) -> Vec<u8> {
    match packing {
        Packing::Gzip => {
            let level = flate2::Compression::fast();
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
            encoder.write_all(bytes).expect("memory");
            encoder.finish().expect("memory")
        }
        Packing::Xz => {
            let options = lzma_rust2::XzOptions::with_preset(1);
            let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).expect("options");
            encoder.write_all(bytes).expect("memory");
            encoder.finish().expect("memory")
        }
        Packing::Bzip2 => {
            oxiarc_bzip2::compress(bytes, oxiarc_bzip2::CompressionLevel::new(1)).expect("memory")
        }
        Packing::Zstd => {
            let level = ruzstd::encoding::CompressionLevel::Fastest;
            ruzstd::encoding::compress_to_vec(bytes, level)
        }
        Packing::Lz4 => {
            let info = lz4_flex::frame::FrameInfo::new()
                .block_size(lz4_flex::frame::BlockSize::Max64KB)
                .content_checksum(true);
            let mut encoder = lz4_flex::frame::FrameEncoder::with_frame_info(info, Vec::new());
            encoder.write_all(bytes).expect("memory");
            encoder.finish().expect("memory")
        }
        Packing::Lzip => {
            let options = lzma_rust2::LzipOptions::with_preset(1);
            let mut encoder = lzma_rust2::LzipWriter::new(Vec::new(), options);
            encoder.write_all(bytes).expect("memory");
            encoder.finish().expect("memory")
        }
    }
}

const ALL: [Packing; 6] =
    [Packing::Gzip, Packing::Xz, Packing::Bzip2, Packing::Zstd, Packing::Lz4, Packing::Lzip];

fn unpacked(packing: Packing, packed: &[u8], most: u64) -> (Vec<u8>, Option<String>) {
    let spools = Spools::default();
    let given = unpack(packing, &Bytes(packed.into()), most, &spools).expect("memory");
    let source = crate::discover::open(&given.place, given.size).expect("memory");
    let bytes = source.bytes(0, given.size as usize).expect("memory");
    assert_eq!(bytes.len() as u64, given.size);
    (bytes, given.damage)
}

#[test]
fn each_is_told_by_its_bytes_and_unpacks_to_what_went_in() {
    let text = log(5000);
    for packing in ALL {
        let packed = pack(packing, &text);
        assert_eq!(Packing::of(&packed), Some(packing));
        let (bytes, damage) = unpacked(packing, &packed, u64::MAX);
        assert!(bytes == text && damage.is_none(), "{packing:?} {damage:?}");
    }
    assert_eq!(Packing::of(&text), None);
    assert_eq!(Packing::of(b"BZh9 is how bzip2 files begin\n"), None);
}

#[test]
fn a_file_of_another_bzip2_is_read() {
    let packed = data_encoding::HEXLOWER.decode(BZIP2.as_bytes()).expect("hex");
    let (bytes, damage) = unpacked(Packing::Bzip2, &packed, u64::MAX);
    assert_eq!(bytes, "one two three four five six seven eight nine ten\n".repeat(10).as_bytes());
    assert_eq!(damage, None);
}

#[test]
fn streams_one_after_another_are_all_read() {
    let (first, second) = (log(3000), log(10));
    for packing in ALL {
        let mut packed = pack(packing, &first);
        packed.extend(pack(packing, b""));
        packed.extend(pack(packing, &second));
        let (bytes, damage) = unpacked(packing, &packed, u64::MAX);
        assert!(bytes == [&first[..], &second].concat(), "{packing:?} {}", bytes.len());
        assert_eq!(damage, None, "{packing:?}");
    }
}

#[test]
fn frames_that_readers_skip_are_skipped() {
    let mut packed = vec![0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3];
    assert_eq!(Packing::of(&packed), Some(Packing::Zstd));
    packed.extend(pack(Packing::Zstd, b"text\n"));
    assert_eq!(unpacked(Packing::Zstd, &packed, u64::MAX), (b"text\n".to_vec(), None));
}

#[test]
fn of_a_file_that_is_cut_anywhere_what_came_before_is_given_and_the_cut_is_named() {
    let text = log(4000);
    for packing in ALL {
        let packed = pack(packing, &text);
        let mut longest = 0;
        for cut in (1..packed.len()).step_by(packed.len() / 40).chain([packed.len() - 1]) {
            let (bytes, damage) = unpacked(packing, &packed[..cut], u64::MAX);
            let damage =
                damage.unwrap_or_else(|| panic!("{packing:?} cut at {cut}: no word of it"));
            assert!(text.starts_with(&bytes), "{packing:?} cut at {cut}");
            assert!(damage.contains("is cut short"), "{packing:?} cut at {cut}: {damage}");
            assert!(damage.contains(&format!("byte {} ", bytes.len())), "{damage}");
            longest = longest.max(bytes.len());
        }
        // Whole blocks come out: of gzip, xz and lzip every byte, of the others their blocks.
        assert!(longest * 10 > text.len() * 9, "{packing:?} {longest} of {}", text.len());
    }
}

#[test]
fn a_damaged_file_never_ends_the_run() {
    let text = log(2000);
    for packing in ALL {
        let packed = pack(packing, &text);
        for at in (0..packed.len()).step_by(packed.len() / 40) {
            for flip in [0x01, 0x80, 0xFF] {
                let mut broken = packed.clone();
                broken[at] ^= flip;
                let (bytes, damage) = unpacked(packing, &broken, 1 << 20);
                // Lzip and lz4 headers have bits that change nothing.
                assert!(
                    bytes == text || damage.is_some(),
                    "{packing:?} byte {at} flipped by {flip}"
                );
            }
        }
    }
}

#[test]
fn no_more_comes_out_than_is_allowed_and_always_the_same() {
    let text = log(5000);
    for packing in ALL {
        let packed = pack(packing, &text);
        let (bytes, damage) = unpacked(packing, &packed, 100_001);
        assert_eq!(bytes, text[..100_001], "{packing:?}");
        assert!(damage.is_some_and(|damage| damage.contains("bomb")), "{packing:?}");
        let (bytes, damage) = unpacked(packing, &packed, text.len() as u64);
        assert!(bytes == text && damage.is_none(), "{packing:?}");
    }
}

#[test]
fn what_follows_the_last_stream_is_named() {
    for packing in ALL {
        let mut packed = pack(packing, b"text\n");
        packed.extend(b"something else, and long enough to be a header");
        let (bytes, damage) = unpacked(packing, &packed, u64::MAX);
        assert_eq!(bytes, b"text\n", "{packing:?}");
        assert!(damage.is_some(), "{packing:?}");
    }
}

#[test]
fn a_guard_tells_an_interruption_from_the_end() {
    struct Interrupted(bool);
    impl Read for Interrupted {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            self.0 = !self.0;
            if self.0 {
                Err(io::ErrorKind::Interrupted.into())
            } else {
                buf[..1].copy_from_slice(b"x");
                Ok(1)
            }
        }
    }
    let mut guard = Guard::new(Interrupted(false), 10);
    let mut bytes = Vec::new();
    guard.read_to_end(&mut bytes).expect("remembered");
    assert_eq!(bytes, b"xxxxxxxxxx");
}
