//! Rich Text as Outlook writes it, and damaged.

use super::{decompress, text};

fn told(rtf: &str) -> String {
    text(rtf.as_bytes()).unwrap_or_default()
}

#[test]
fn rich_text_is_read_as_text() {
    let head = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}{\colortbl;\red0;}";
    assert_eq!(
        told(&format!(r"{head}\pard Caf\'e9 is {{\b down}}\par\u8364 ?5 \{{x\}}\line a\tab b}}")),
        "Café is down\n€5 {x}\na\tb"
    );
    let odd = r"{\rtf1{\*\generator Riched20;}{\pict\bin2 }}aa}{\*\htmltag64 <p>}text\'8";
    assert_eq!(told(odd), "text");
    assert_eq!(told("{\\rtf1 text}\0"), "text");
    assert_eq!(told(r"{\rtf1\ansicpg1251\'c4\'e0\uc2\u1076 xxa}"), "Дад".to_owned() + "a");
    assert_eq!(text(b"plain"), None);
    assert_eq!(told(&"{\\rtf1".repeat(3000)), "");
}

#[test]
fn compressed_text_refers_to_what_came_before() {
    // A literal run, a reference into the dictionary ("\par"), the end.
    let packed = |tokens: &[u8], size: u8| {
        let mut bytes = vec![0; 16];
        bytes[4] = size;
        bytes[8..12].copy_from_slice(b"LZFu");
        bytes.extend(tokens);
        bytes
    };
    let dictionary = super::DICTIONARY;
    assert_eq!(dictionary.len(), 207);
    let at = memchr::memmem::find(dictionary, b"{\\rtf1").expect("there");
    let reference = [(at >> 4) as u8, (at << 4) as u8 | 4];
    let tokens = [&[0b0000_0001][..], &reference, b" Hello "].concat();
    assert_eq!(decompress(&packed(&tokens, 13)), Some(b"{\\rtf1 Hello ".to_vec()));
    assert_eq!(decompress(&packed(&tokens, 4)), Some(b"{\\rt".to_vec()));
    assert_eq!(decompress(&packed(&[0xFF], 9)), Some(Vec::new()));
    assert_eq!(decompress(&packed(&[0xFF, 0x0C, 0xF0], 9)), Some(Vec::new()));
    let mut plain = packed(b"{\\rtf1 a}", 9);
    plain[8..12].copy_from_slice(b"MELA");
    assert_eq!(decompress(&plain), Some(b"{\\rtf1 a}".to_vec()));
    assert_eq!(decompress(b"short"), None);
    assert_eq!(decompress(&[0; 20]), None);
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_it(words in "(\\\\(u|uc|bin|par|ansicpg|'|\\*|fonttbl)?-?[0-9]{0,9}|[{} a]|.){0,60}") {
        let _ = text(format!("{{\\rtf1{words}").as_bytes());
        let _ = decompress(words.as_bytes());
    }
}
