//! The digest with LF ends is that of the bytes with their line ends replaced, however they come.

use sha2::{Digest, Sha256};

use super::Digests;

#[test]
fn stretches_do_not_matter() {
    let texts: [&[u8]; 8] = [
        b"",
        b"one line",
        b"a\nb\n",
        b"a\r\nb\r\n",
        b"a\nb\r\nc\rd\r\r\ne\r",
        b"\r",
        b"\r\n",
        b"a\r\n\r\nb\rc",
    ];
    for text in texts {
        let lf = String::from_utf8_lossy(text).replace("\r\n", "\n");
        let told = (Sha256::digest(text).into(), Sha256::digest(lf.as_bytes()).into());
        for first in 0..=text.len() {
            for second in first..=text.len() {
                let mut digests = Digests::default();
                digests.feed(&text[..first]);
                digests.feed(&text[first..second]);
                digests.feed(&text[second..]);
                assert_eq!(digests.finish(), told, "{text:?} cut at {first} and {second}");
            }
        }
    }
}
