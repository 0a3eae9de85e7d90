//! Wide texts: what is taken for one, and the way back to every byte.

use proptest::{collection::vec, prelude::*};

use super::*;

const WIDE: [Charset; 8] = {
    const fn wide(unit: usize, big_endian: bool, mark: usize) -> Charset {
        Charset { unit, big_endian, mark }
    }
    [
        wide(2, false, 0),
        wide(2, false, 2),
        wide(2, true, 0),
        wide(2, true, 2),
        wide(4, false, 0),
        wide(4, false, 4),
        wide(4, true, 0),
        wide(4, true, 4),
    ]
};

/// Code units as bytes; any number will do, lone surrogates too.
fn encode(charset: Charset, units: impl IntoIterator<Item = u32>) -> Vec<u8> {
    let mark = (charset.mark > 0).then_some(0xFEFF);
    let mut bytes = Vec::new();
    for unit in mark.into_iter().chain(units) {
        let wide = unit.to_be_bytes();
        let narrow = &wide[4 - charset.unit..];
        if charset.big_endian {
            bytes.extend(narrow);
        } else {
            bytes.extend(narrow.iter().rev());
        }
    }
    bytes
}

fn units(charset: Charset, text: &str) -> Vec<u32> {
    if charset.unit == 4 {
        text.chars().map(u32::from).collect()
    } else {
        text.encode_utf16().map(u32::from).collect()
    }
}

fn decode_bytes(bytes: &[u8]) -> Input {
    decode(Input::from_bytes("x.log", bytes), &Spools::default())
}

fn text(input: &Input) -> String {
    let bytes = input.open().expect("memory").bytes(0, input.size as usize).expect("memory");
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn every_wide_charset_is_told_with_and_without_a_mark() {
    let line = "2026-03-09T10:00:00Z plain text, a 🎉, a naïve 日本 and an end\r\n";
    for charset in WIDE {
        let input = decode_bytes(&encode(charset, units(charset, line)));
        assert_eq!(text(&input), line, "{charset:?}");
        let original = input.original.as_ref().expect("decoded");
        assert_eq!(original.charset, charset);
        assert_eq!(input.damage, None);
    }
}

#[test]
fn ordinary_files_are_never_taken_for_wide_ones() {
    let log = "2026-03-09T10:00:00Z plain text\n".repeat(30);
    let mut padded_before = vec![0; 4096];
    padded_before.extend(log.bytes());
    let mut padded_within = log.clone().into_bytes();
    padded_within.splice(100..100, vec![0; 300]);
    let ends = log.bytes().flat_map(|byte| if byte == b'\n' { vec![0, 0] } else { vec![byte] });
    let numbers = (1..500_u16).flat_map(u16::to_le_bytes);
    let ordinary: [Vec<u8>; 12] = [
        log.clone().into_bytes(),
        "Ünïcödé 日本語 🎉\n".repeat(40).into_bytes(),
        padded_before,
        padded_within,
        ends.collect(),
        numbers.collect(),
        b"a".to_vec(),
        b"ab\n".to_vec(),
        b"a\0b\0".to_vec(),
        vec![0; 4096],
        vec![0xFF; 4096],
        "\u{feff}with a mark of UTF-8\n".into(),
    ];
    for bytes in ordinary {
        let input = decode_bytes(&bytes);
        assert!(input.original.is_none(), "{:?}", &bytes[..bytes.len().min(20)]);
        assert_eq!(input.size, bytes.len() as u64);
        assert_eq!(input.original_offset(1), 1);
    }
}

#[test]
fn half_a_character_at_the_end_is_named() {
    for charset in WIDE {
        let whole = encode(charset, units(charset, "ten or so letters\n"));
        for extra in 1..charset.unit {
            let mut bytes = whole.clone();
            bytes.extend(&whole[whole.len() - charset.unit..][..extra]);
            let input = decode_bytes(&bytes);
            assert_eq!(text(&input), "ten or so letters\n");
            let told = format!("(byte {})", whole.len());
            assert!(input.damage.is_some_and(|damage| damage.contains(&told)), "{charset:?}");
            // The sum of bytes is that of the file.
            let original = input.original.expect("decoded");
            assert_eq!(original.size, bytes.len() as u64);
            assert_eq!(original.offset(u64::MAX), whole.len() as u64);
        }
    }
}

#[test]
fn lone_surrogates_and_numbers_that_are_no_characters_are_replaced_one_by_one() {
    let utf16 = WIDE[1];
    let odd = [0xD800, u32::from('a'), 0xDC00, 0xD83C, 0xDF89, 0xD83C];
    let input = decode_bytes(&encode(utf16, odd));
    assert_eq!(text(&input), "\u{fffd}a\u{fffd}🎉\u{fffd}");
    let original = input.original.expect("decoded");
    let starts = [0, 3, 4, 7, 11, 14].map(|byte| original.offset(byte));
    assert_eq!(starts, [2, 4, 6, 8, 12, 14]);
    let input = decode_bytes(&encode(WIDE[7], [0x11_0000, u32::from('a'), 0xD800]));
    assert_eq!(text(&input), "\u{fffd}a\u{fffd}");
    let original = input.original.expect("decoded");
    assert_eq!([0, 3, 4, 7].map(|byte| original.offset(byte)), [4, 8, 12, 16]);
}

#[test]
fn a_pair_across_the_end_of_a_block_stays_one_character() {
    let charset = WIDE[1];
    for letters in BLOCK / 2 - 3..BLOCK / 2 + 2 {
        let line = format!("{}🎉🎉end", "x".repeat(letters));
        let input = decode_bytes(&encode(charset, units(charset, &line)));
        assert_eq!(text(&input), line);
        let original = input.original.expect("decoded");
        assert_eq!(original.offset(letters as u64 + 4), 2 + 2 * letters as u64 + 4);
        assert_eq!(original.offset(u64::MAX), original.size);
    }
}

fn piece() -> impl Strategy<Value = Vec<u32>> {
    let character = prop_oneof![
        5 => 0x20..0x7F_u32,
        1 => Just(u32::from('\n')),
        2 => 0x80..0xD800_u32,
        1 => 0xD800..0xE000_u32,
        2 => 0xE000..0x11_0000_u32,
    ];
    // Runs, so that texts span blocks and checkpoints.
    (character, 1..2000_usize).prop_map(|(c, n)| vec![c; n])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// The bytes of the original between the offsets of two characters decode to just those.
    #[test]
    fn offsets_lead_back_to_the_original(
        pieces in vec(piece(), 0..30),
        wide in proptest::sample::select(&[WIDE[1], WIDE[3], WIDE[5], WIDE[7]][..]),
        places in vec(any::<proptest::sample::Index>(), 8),
    ) {
        let numbers = pieces.concat();
        let units: Vec<u32> = if wide.unit == 4 { numbers } else {
            // A character beyond the first plane is a pair; a surrogate stands as it is.
            let pair = |n: u32| match char::from_u32(n) {
                Some(c) => c.encode_utf16(&mut [0; 2]).iter().map(|unit| u32::from(*unit)).collect(),
                None => vec![n],
            };
            numbers.into_iter().flat_map(pair).collect()
        };
        let bytes = encode(wide, units);
        let input = decode_bytes(&bytes);
        let decoded = text(&input);
        let starts: Vec<usize> =
            decoded.char_indices().map(|(at, _)| at).chain([decoded.len()]).collect();
        let mut chosen: Vec<usize> = places.iter().map(|place| starts[place.index(starts.len())]).collect();
        chosen.extend([0, decoded.len()]);
        chosen.sort_unstable();
        for pair in chosen.windows(2) {
            let [start, end] = [pair[0], pair[1]].map(|at| input.original_offset(at as u64) as usize);
            prop_assert_eq!(wide.decode(&bytes[start..end]), &decoded[pair[0]..pair[1]]);
        }
        prop_assert_eq!(input.original_offset(0) as usize, wide.mark.min(bytes.len()));
        prop_assert_eq!(input.original_offset(decoded.len() as u64) as usize, bytes.len());
    }
}
