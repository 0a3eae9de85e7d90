//! Charsets by the labels that mails bear.

use super::{base64, decode, header, words};

#[test]
fn labels_of_mail_programs_are_known() {
    for (bytes, label, text) in [
        (&b"\xf9\xec\xe5\xed"[..], "iso-8859-8-i", "שלום"),
        (b"\xb0\xa1\xb0\xa2", "ks_c_5601-1987", "가각"),
        (b"\x8c\x63", "cp949", "똠"),
        (b"\xc4\xe3\xba\xc3", "gb2312", "你好"),
        (b"\x81\x30\x81\x30", "gb2312", "\u{80}"),
        (b"\x1b$B%F%9%H\x1b(B", "iso-2022-jp", "テスト"),
        (b"Gr+APw-n +- +2D3eCg-", "utf-7", "Grün + 😊"),
        (b"Gr\xfc\xdfe", "x-unknown", "Grüße"),
        (b"Gr\xc3\xbc\xc3\x9fe", "x-unknown", "Grüße"),
        (b"Gr\xc3\xbc\xc3\x9fe", "us-ascii", "Grüße"),
        (b"Gr\xfc\xdfe", "utf-8", "Grüße"),
        (b"\xa4", "ISO-8859-15", "€"),
        (b"Gr\xfc\xdfe", "\"iso-8859-1\"", "Grüße"),
        (b"plain", "no such thing", "plain"),
        (b"\xff\xfeh\0i\0", "utf-16", "hi"),
        (b"h\0i\0", "utf-16le", "hi"),
    ] {
        assert_eq!(decode(bytes, label), text, "{label}");
    }
}

#[test]
fn encoded_words_are_decoded_together() {
    for (written, read) in [
        ("=?utf-8?q?W=C3=A4chter?= on duty", "Wächter on duty"),
        ("=?utf-8?B?5L2g?= =?utf-8?B?5aW9?=", "你好"),
        ("=?UTF-8?B?5L0=?= =?utf-8?B?oOWlvQ==?=", "你好"),
        ("=?gb2312?B?xOO6ww==?= (=?iso-8859-1?Q?f=FCr?= all)", "你好 (für all)"),
        ("=?ks_c_5601-1987?B?sKGwog==?=", "가각"),
        ("=?iso-8859-8-i?B?+ezl7Q==?=", "שלום"),
        ("=?utf-7?Q?Gr+APw-n?=", "Grün"),
        ("=?x-unknown?Q?Gr=FC=DFe?=", "Grüße"),
        ("=?utf-8*en?Q?a_b?=", "a b"),
        ("=?utf-8?Q?one?= and =?utf-8?Q?two?=", "one and two"),
        ("=?utf-8?q?=E2=82=AC?==?iso-8859-1?q?_=FC?=", "€ ü"),
        ("1 =? 2 ?= 3", "1 =? 2 ?= 3"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("=?utf-8?Q?never ended", "=?utf-8?Q?never ended"),
    ] {
        assert_eq!(words(written), read, "{written}");
    }
}

#[test]
fn headers_are_unfolded_and_raw_bytes_guessed() {
    assert_eq!(header(b"a\r\n\tb\n  c", None), "a b c");
    assert_eq!(header("für".as_bytes(), Some("iso-8859-1")), "für");
    assert_eq!(header(b"\xc4\xe3\xba\xc3", Some("gb2312")), "你好");
    assert_eq!(header(b"f\xfcr", None), "für");
    assert_eq!(header(b"=?iso-8859-1?Q?f=FCr_f\xfcr?= f\xfcr", None), "für für für");
}

#[test]
fn base64_is_read_as_far_as_it_goes() {
    assert_eq!(base64(b"aGVs\r\nbG8="), b"hello");
    assert_eq!(base64(b"aGVs*bG8"), b"hello");
    assert_eq!(base64(b"aGVsb"), b"hel");
    assert_eq!(base64(b""), b"");
}
