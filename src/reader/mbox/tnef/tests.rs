//! Packed mails, whole and damaged.

use super::{Tnef, read};

fn attribute(level: u8, id: u32, data: &[u8]) -> Vec<u8> {
    [&[level][..], &id.to_le_bytes(), &(data.len() as u32).to_le_bytes(), data, &[0, 0]].concat()
}

fn property(kind: u16, id: u16, value: &[u8]) -> Vec<u8> {
    let sized = matches!(kind, 0x1E | 0x1F | 0x102);
    let mut bytes = [kind.to_le_bytes(), id.to_le_bytes()].concat();
    if id >= 0x8000 {
        // A name of three letters, and how long it is.
        bytes.extend(
            [0; 16].iter().chain(&[1, 0, 0, 0, 6, 0, 0, 0, b'a', 0, b'b', 0, b'c', 0, 0, 0]),
        );
    }
    if sized {
        bytes.extend([1, 0, 0, 0]);
        bytes.extend((value.len() as u32).to_le_bytes());
    }
    bytes.extend(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn list(properties: &[Vec<u8>]) -> Vec<u8> {
    [&(properties.len() as u32).to_le_bytes()[..], &properties.concat()].concat()
}

fn file(attributes: &[Vec<u8>]) -> Vec<u8> {
    [&0x223E_9F78_u32.to_le_bytes()[..], &[1, 0], &attributes.concat()].concat()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

#[test]
fn text_and_names_are_read() {
    let properties = list(&[
        property(0x03, 0x3FDE, &28591_u32.to_le_bytes()),
        property(0x102, 0x8005, b"odd"),
        property(0x40, 0x0039, &[1; 8]),
        property(0x102, 0x1013, b"<p>caf\xE9 <b>is</b> down</p>\0"),
    ]);
    let named = list(&[property(0x1F, 0x3707, &wide("disk usage.png"))]);
    let file = file(&[
        attribute(1, 0x0006_9007, &[0xE4, 4, 0, 0, 0, 0, 0, 0]),
        attribute(1, 0x0006_9003, &properties),
        attribute(2, 0x0006_9002, &[0; 14]),
        attribute(2, 0x0001_8010, b"DISKUS~1.PNG\0"),
        attribute(2, 0x0006_9005, &named),
        attribute(2, 0x0006_9002, &[0; 14]),
        attribute(2, 0x0001_8010, b"two.txt\0"),
    ]);
    let names = vec!["disk usage.png".to_owned(), "two.txt".to_owned()];
    let text = Some("café is down".to_owned());
    let whole = Tnef { text, attachments: names };
    assert_eq!(read(&file).as_ref(), Some(&whole));
    // Wherever it is cut, nothing breaks.
    for len in 0..file.len() {
        let cut = read(&file[..len]);
        assert_eq!(cut.is_some(), len >= 6, "{len}");
    }
}

#[test]
fn plain_text_comes_before_the_others() {
    let rtf = [&[0, 0, 0, 0, 9, 0, 0, 0][..], b"MELA", &[0; 4], b"{\\rtf1 r}"].concat();
    let bodies = [
        property(0x1E, 0x1000, b"plain\0"),
        property(0x1E, 0x1013, b"<p>html</p>\0"),
        property(0x102, 0x1009, &rtf),
    ];
    let text = |bodies: &[Vec<u8>]| {
        read(&file(&[attribute(1, 0x0006_9003, &list(bodies))])).and_then(|tnef| tnef.text)
    };
    assert_eq!(text(&bodies).as_deref(), Some("plain"));
    assert_eq!(text(&bodies[1..]).as_deref(), Some("html"));
    assert_eq!(text(&bodies[2..]).as_deref(), Some("r"));
    assert_eq!(text(&[]), None);
    let old = read(&file(&[attribute(1, 0x0002_800C, b"one\r\ntwo\0")]));
    assert_eq!(old.and_then(|tnef| tnef.text).as_deref(), Some("one\ntwo"));
    assert_eq!(read(b"winmail"), None);
}

proptest::proptest! {
    #[test]
    fn no_bytes_break_it(bytes: Vec<u8>, at in 0_usize..400, byte: u8) {
        let _ = read(&[&0x223E_9F78_u32.to_le_bytes()[..], &bytes].concat());
        let rtf = [&[0, 0, 0, 0, 255, 0, 0, 0][..], b"LZFu", &[0; 4], &bytes].concat();
        let properties = list(&[property(0x102, 0x1009, &rtf), property(0x1E, 0x8001, &bytes)]);
        let mut file = file(&[attribute(1, 0x0006_9003, &properties)]);
        let at = at.min(file.len() - 1);
        file[at] = byte;
        let _ = read(&file);
    }
}
