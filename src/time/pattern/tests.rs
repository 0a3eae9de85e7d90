//! Formats over texts: what is taken, what is left alone, and what is refused.

use super::{Formats, Taken, sentinel};
use crate::time::{Civil, Flags, Precision, RawTime};

fn formats(list: &[&str]) -> Formats {
    Formats::compile(list).expect("formats compile")
}

/// The raw time as text: civil time, fraction, offset.
fn shown(raw: &RawTime) -> String {
    let mut text = Civil::from_secs(raw.civil).to_string();
    crate::time::push_fraction(&mut text, raw.nanos, raw.precision);
    match raw.offset() {
        Some(offset) => text + &crate::time::zone::offset_text(offset),
        None => text,
    }
}

fn take(format: &str, text: &str) -> Option<(usize, String)> {
    let Taken { len, raw, .. } = formats(&[format]).take(text.as_bytes())?;
    Some((len, shown(&raw)))
}

fn whole(format: &str, text: &str) -> Option<String> {
    formats(&[format]).whole(text.as_bytes()).map(|raw| shown(&raw))
}

#[test]
fn iso_and_its_kin_are_taken() {
    for (text, len, expected) in [
        ("2026-03-10T06:14:05Z rest", 20, "2026-03-10T06:14:05+00:00"),
        ("2026-03-10 06:14:05.120+01:00", 29, "2026-03-10T06:14:05.120+01:00"),
        ("2026-03-10 06:14:05,120 INFO", 23, "2026-03-10T06:14:05.120"),
        ("2026-03-10 06:14:05,12+01", 25, "2026-03-10T06:14:05.12+01:00"),
        ("2026-03-10T06:14:05-0330", 24, "2026-03-10T06:14:05-03:30"),
        ("2026-03-10T06:14:05\u{2212}05:00", 27, "2026-03-10T06:14:05-05:00"),
        ("2026-03-10 06:14:05 +02:00 x", 26, "2026-03-10T06:14:05+02:00"),
        ("2026-03-10 06:14:05 UTC x", 23, "2026-03-10T06:14:05+00:00"),
        ("2026-03-10 06:14:05 Europe/Paris x", 32, "2026-03-10T06:14:05+01:00"),
        ("2026-03-10 06:14:05 Asia/Nowhere x", 19, "2026-03-10T06:14:05"),
        ("2026-03-10T06:14:05 CEST x", 24, "2026-03-10T06:14:05+02:00"),
        ("2026-03-10 06:14:05 CST x", 23, "2026-03-10T06:14:05"),
        ("2026-03-10 06:14:05 CATS x", 19, "2026-03-10T06:14:05"),
        ("2026-03-10T06:14:05.1234567891Z", 31, "2026-03-10T06:14:05.123456789+00:00"),
        ("2026-03-10T06Z x", 14, "2026-03-10T06:00:00+00:00"),
        ("2026-03-10T06:14:05Z[Europe/Paris]", 34, "2026-03-10T06:14:05+00:00"),
        ("2026-03-10T06:14Z", 17, "2026-03-10T06:14:00+00:00"),
        ("2026-03-10 06:14 host", 16, "2026-03-10T06:14:00"),
        ("20260310T061405Z", 16, "2026-03-10T06:14:05+00:00"),
        ("20260310061405Z", 15, "2026-03-10T06:14:05+00:00"),
        ("2026-W11-2T06:14:05Z", 20, "2026-03-10T06:14:05+00:00"),
        ("2026-069T06:14:05Z", 18, "2026-03-10T06:14:05+00:00"),
        ("2026-03-10T06:14:05+01:00[Europe/Paris] x", 39, "2026-03-10T06:14:05+01:00"),
        ("2026-03-10T06:14:05[Asia/Tokyo][u-ca=japanese]", 46, "2026-03-10T06:14:05+09:00"),
        ("2026-03-10T06:14:05Z[main] x", 20, "2026-03-10T06:14:05+00:00"),
        ("2026-03-10t06:14:05.123456789z", 30, "2026-03-10T06:14:05.123456789+00:00"),
    ] {
        assert_eq!(take("iso", text), Some((len, expected.into())), "{text}");
    }
}

#[test]
fn iso_refuses_what_is_cut_short_or_impossible() {
    for text in [
        "2026-02-29T10:00:00Z",
        "2026-03-10T25:00:00Z",
        "2026-03-10T06:60:00Z",
        "2026-03-10T06:14:05.1234567890123Z",
        "2026-03-10T06:14:05 (CEST)",
        "2026-03-10 06:14:05 (CET)",
        "2026-03-10 06:14:05 PM",
        "2026-03-10 06:14pm",
        "2026-03-10T06:14:60Z",
        "2026-03-10T06:14:05+25:00",
        "2026-03-10",
        "2026-W54-1T00:00:00Z",
        "2026-03-10T06:14:5",
        "2026-03-10T24:00:01Z",
    ] {
        assert_eq!(take("iso", text), None, "{text}");
    }
    assert_eq!(whole("iso", " 2026-03-10 "), Some("2026-03-10T00:00:00".into()));
    assert_eq!(whole("iso", "2026-03-10T06:14:05Z x"), None);
    assert_eq!(whole("iso", "2026-03-10 24:00:00"), Some("2026-03-11T00:00:00".into()));
}

#[test]
fn strftime_formats_are_taken() {
    let syslog = "%b %e[ %Y] %H:%M:%S[.%f]";
    let access = "%d/%b/%Y:%H:%M:%S %z";
    for (format, text, len, expected) in [
        (syslog, "Mar 10 06:14:05 host", 15, "2000-03-10T06:14:05"),
        (syslog, "Mar  1 2026 06:14:05.25: x", 23, "2026-03-01T06:14:05.25"),
        (access, "10/Mar/2026:06:14:05 +0100] x", 26, "2026-03-10T06:14:05+01:00"),
        ("%y/%m/%d %H:%M:%S", "26/03/10 06:14:05 INFO", 17, "2026-03-10T06:14:05"),
        ("%Y%m%d %H%M%S", "20260310 061405", 15, "2026-03-10T06:14:05"),
        ("%d.%m.%y, %H:%M", "10.03.26, 06:14 - x", 15, "2026-03-10T06:14:00"),
        ("%d.%m.%y, %H:%M", "10.3.2026, 6:14 - x", 15, "2026-03-10T06:14:00"),
        ("%m/%d/%Y, %I:%M:%S %p", "3/10/2026, 6:14:05\u{202f}PM", 23, "2026-03-10T18:14:05"),
        ("%d/%b/%y %H:%M[ %p]", "10/Mar/26 12:04 AM", 18, "2026-03-10T00:04:00"),
        ("%d/%b/%y %H:%M[ %p]", "10/m\u{e4}r/26 12:04,x", 16, "2026-03-10T12:04:00"),
        ("%e. %B %Y %H:%M", "10. M\u{e4}rz 2026 06:14", 20, "2026-03-10T06:14:00"),
        (
            "%Y\u{5e74}%m\u{6708}%d\u{65e5} %p%I:%M",
            "2026\u{5e74}3\u{6708}10\u{65e5} \u{4e0b}\u{5348}6:14",
            27,
            "2026-03-10T18:14:00",
        ),
        ("%a %b %e %H:%M:%S %Z %Y", "Tue Mar 10 6:14:05 EDT 2026", 27, "2026-03-10T06:14:05-04:00"),
        (
            "%Y-%m-%d %H:%M:%S[.%f] %Z",
            "2026-03-10 06:14:05.123 CET x",
            27,
            "2026-03-10T06:14:05.123+01:00",
        ),
        ("%Y-%m-%d %H:%M:%S %Z", "2026-03-10 06:14:05 -03 x", 23, "2026-03-10T06:14:05-03:00"),
        ("%Y-%j %H:%M:%S", "2026-069 06:14:05", 17, "2026-03-10T06:14:05"),
        ("%H:%M:%S,%f", "06:14:05.250 x", 12, "2000-01-01T06:14:05.250"),
        ("%s[.%f]", "1773123245.5 x", 12, "2026-03-10T06:14:05.5+00:00"),
        ("%b %e %H:%M:%S", "dic. 10 06:14:05 x", 16, "2000-12-10T06:14:05"),
        ("%d.%b.%Y", "10.Mar.2026", 11, "2026-03-10T00:00:00"),
    ] {
        assert_eq!(take(format, text), Some((len, expected.into())), "{format} over {text}");
    }
}

#[test]
fn strftime_formats_do_not_stop_too_early() {
    for (format, text) in [
        ("%Y-%m-%d %H:%M:%S", "2026-03-10 06:14:05 UTC x"),
        ("%Y-%m-%d %H:%M:%S", "2026-03-10 06:14:05Z"),
        ("%Y-%m-%d %H:%M:%S", "2026-03-10 06:14:05 +0100"),
        ("%Y-%m-%d %H:%M", "2026-03-10 06:14:05"),
        ("%m/%d/%Y %H:%M", "03/10/2026 06:14 PM"),
        ("%d/%m/%y", "10/03/262"),
        ("%b %e %H:%M:%S", "Feb 30 06:14:05 x"),
        ("%b %e %H:%M:%S", "March 10 06:14:5 x"),
        ("%I:%M %p", "13:14 AM"),
        ("%d/%b/%Y:%H:%M:%S %z", "10/Mar/2026:06:14:05 +2500"),
        ("%Y-%m-%d %H:%M:%S %Z", "2026-03-10 06:14:05 XYZ"),
    ] {
        assert_eq!(take(format, text), None, "{format} over {text}");
    }
}

#[test]
fn both_orders_in_a_list_are_told_apart_where_a_row_can() {
    let list = formats(&["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"]);
    for (text, expected, flags) in [
        ("04/03/2026 10:00", "2026-03-04T10:00:00", Flags::EITHER_ORDER.with(Flags::DAY_FIRST)),
        ("13/03/2026 10:00", "2026-03-13T10:00:00", Flags::ONE_ORDER.with(Flags::DAY_FIRST)),
        ("03/13/2026 10:00", "2026-03-13T10:00:00", Flags::ONE_ORDER),
        ("03/03/2026 10:00", "2026-03-03T10:00:00", Flags(0)),
    ] {
        let raw = list.whole(text.as_bytes()).expect(text);
        assert_eq!((shown(&raw).as_str(), raw.flags), (expected, flags), "{text}");
    }
    let alone = formats(&["%d/%m/%Y %H:%M"]).whole(b"04/03/2026 10:00").expect("fits");
    assert_eq!(alone.flags, Flags(0));
}

#[test]
fn epochs_find_their_unit() {
    for (text, expected) in [
        ("1773123245", Some("2026-03-10T06:14:05+00:00")),
        ("1773123245123", Some("2026-03-10T06:14:05.123+00:00")),
        ("1773123245123456", Some("2026-03-10T06:14:05.123456+00:00")),
        ("1773123245123456789", Some("2026-03-10T06:14:05.123456789+00:00")),
        ("1773123245.760577", Some("2026-03-10T06:14:05.760577+00:00")),
        ("1773123245123.5", Some("2026-03-10T06:14:05.1235+00:00")),
        ("999999999", Some("2001-09-09T01:46:39+00:00")),
        ("-1", Some("1969-12-31T23:59:59+00:00")),
        ("-1.25", Some("1969-12-31T23:59:58.75+00:00")),
        ("12345", None),
        ("638409096000000000", None),
        ("13349786400000000", None),
        ("1773123245abc", None),
        ("99999999999999999999", None),
    ] {
        assert_eq!(whole("epoch", text).as_deref(), expected, "{text}");
    }
    assert_eq!(take("epoch", "1773123245] x").map(|(len, _)| len), Some(10));
    assert_eq!(take("epoch", "-1 x"), None);
}

#[test]
fn counts_of_other_systems_are_read_when_asked_for() {
    for (format, text, expected) in [
        ("filetime", "134175968451234567", "2026-03-10T06:14:05.1234567+00:00"),
        ("dotnet", "639087200450000000", "2026-03-10T06:14:05.0000000+00:00"),
        ("dotnet", "/Date(1773123245120+0200)/", "2026-03-10T06:14:05.120+00:00"),
        ("webkit", "13417596845000001", "2026-03-10T06:14:05.000001+00:00"),
        ("cocoa", "794816045.5", "2026-03-10T06:14:05.5+00:00"),
        ("wmi", "20260310061405.123456-330", "2026-03-10T06:14:05.123456-05:30"),
        ("excel", "46091.2597800926", "2026-03-10T06:14:05"),
        ("excel", "46091", "2026-03-10T00:00:00"),
    ] {
        assert_eq!(whole(format, text).as_deref(), Some(expected), "{format} {text}");
    }
}

#[test]
fn leap_seconds_only_where_there_was_one() {
    for (text, fits) in [
        ("2016-12-31T23:59:60Z", true),
        ("2017-01-01T08:59:60+09:00", true),
        ("2016-12-31T23:59:60+01:00", false),
        ("2016-12-30T23:59:60Z", false),
        ("2017-01-01 05:29:60", true),
        ("2017-01-01 05:20:60", false),
    ] {
        let raw = formats(&["iso"]).whole(text.as_bytes());
        assert_eq!(raw.is_some_and(|raw| raw.flags.has(Flags::LEAP)), fits, "{text}");
    }
    assert!(formats(&["%b %e %H:%M:%S"]).take(b"Jun 30 23:59:60 x").is_some());
    assert!(formats(&["%b %e %H:%M:%S"]).take(b"Jun 29 23:59:60 x").is_none());
}

#[test]
fn precision_is_that_of_the_writing() {
    for (format, text, precision) in [
        ("%Y-%m-%d", "2026-03-10", Precision::Day),
        ("%Y-%m-%d %H", "2026-03-10 06", Precision::Hour),
        ("%Y-%m-%d %H:%M", "2026-03-10 06:14", Precision::Minute),
        ("iso", "2026-03-10 06:14:05,1", Precision::Fraction(1)),
    ] {
        let raw = formats(&[format]).whole(text.as_bytes()).expect(text);
        assert_eq!(raw.precision, precision, "{text}");
    }
}

#[test]
fn sentinels_are_no_value() {
    for (format, text, expected) in [
        ("epoch", "0", true),
        ("iso", "1970-01-01T00:00:00Z", true),
        ("iso", "1970-01-01T01:00:00+01:00", true),
        ("iso", "0001-01-01T00:00:00Z", true),
        ("iso", "1899-12-30", true),
        ("iso", "9999-12-31T23:59:59Z", true),
        ("iso", "1601-01-01T00:00:00Z", true),
        ("excel", "0", true),
        ("iso", "1970-01-01T00:00:01Z", false),
        ("iso", "2026-03-10", false),
        ("%H:%M", "00:00", false),
    ] {
        let raw = formats(&[format]).whole(text.as_bytes()).expect(text);
        assert_eq!(sentinel(&raw), expected, "{text}");
    }
}

#[test]
fn wrong_formats_are_refused_with_the_place() {
    for (format, at) in [
        ("%Y-%q", 3),
        ("%H:%M]", 5),
        ("[%H:%M", 0),
        ("%M:%S", 0),
        ("%d %H:%M", 0),
        ("", 0),
        ("%", 0),
    ] {
        let error = Formats::compile(&[format]).expect_err(format);
        assert_eq!((error.format.as_str(), error.at), (format, at), "{error}");
    }
}

#[test]
fn the_first_byte_tells_where_no_time_begins() {
    let list = formats(&["iso", "%b %e %H:%M:%S"]);
    assert!(list.can_start(b'2') && list.can_start(b'M') && !list.can_start(b'['));
    assert_eq!(list.take(b"Mar 10 06:14:05 x").map(|taken| taken.raw.rung), Some(1));
}

#[test]
fn the_quick_ways_give_what_the_general_way_gives() {
    let tails = [
        "",
        " host",
        "Z",
        "+01:00",
        "-0330 x",
        ",5",
        ".123456789",
        ".1234567890",
        " PM",
        " UTC",
        " CET x",
        "Z[main]",
        "[Asia/Tokyo]",
        "+01:00[Europe/Paris]",
        " +0100",
        " 5",
        "5",
        "]",
        " [UTC]",
        ":5",
        ",x",
        "+2500",
    ];
    let heads = [
        "2026-03-10T06:14:05",
        "2026-03-10 06:14:05",
        "2026-02-29T06:14:05",
        "2026-03-10T24:00:00",
        "2016-12-31T23:59:60",
        "2026-13-10T06:14:05",
        "2026-03-10T06:61:05",
        "2026-03-1xT06:14:05",
        "10/Mar/2026:06:14:05 +0100",
        "10/Mar/2026:06:14:05 Z",
        "31/Feb/2026:06:14:05 +0100",
        "Mar 10 06:14:05",
        "Mar  1 06:14:05",
        "Feb 29 06:14:05",
        "Feb 30 06:14:05",
        "Mar 10 2026 06:14:05",
        "mar 10 06:14:05",
        "M\u{e4}r 10 06:14:05",
        "Jun 30 23:59:60",
        "Mar 100 06:14:05",
    ];
    for format in [
        "iso",
        "%d/%b/%Y:%H:%M:%S %z",
        "%b %e %H:%M:%S",
        "%b %e %H:%M:%S[.%f]",
        "%b %e[ %Y] %H:%M:%S",
        "%b %e[ %Y] %H:%M:%S[.%f]",
    ] {
        let list = formats(&[format]);
        let mut quick = 0;
        for head in heads {
            for tail in tails {
                let text = format!("{head}{tail}");
                let found = list.formats[0].quick.and_then(|way| way.take(text.as_bytes()));
                let general = list.formats[0].take_any(text.as_bytes());
                quick += usize::from(found.is_some());
                assert!(
                    found.is_none() || found == general,
                    "{format} {text}: {found:?} {general:?}"
                );
            }
        }
        assert!(quick >= 10, "{format} {quick}");
    }
}

#[test]
fn the_quick_calendar_is_the_calendar() {
    let list = formats(&["iso"]);
    for days in (-719_162..2_932_896).step_by(97).chain(-800..800).chain(47_000..48_000) {
        let civil = Civil::from_secs(days * 86_400 + 3723);
        let found = list.take(civil.to_string().as_bytes()).map(|taken| taken.raw.civil);
        assert_eq!(found, Some(civil.secs()), "{civil}");
    }
}

#[test]
fn no_text_makes_it_panic() {
    let list = formats(&[
        "iso",
        "epoch",
        "mail",
        "filetime",
        "dotnet",
        "webkit",
        "cocoa",
        "wmi",
        "excel",
        "%a %b %e[ %Y] %I:%M[:%S[.%f]][ %p][ %Z]",
        "%d/%m/%y",
        "%Y-%j %H %z",
        "%s",
    ]);
    let seeds = [
        "2026-03-10T06:14:05.123456789+01:00[Europe/Paris]",
        "Tue Mar 10 2026 6:14:05.5 p. m. CEST",
        "20260310061405.123456+060",
        "/Date(1773123245120+0200)/",
        "10 Mar 2026 06:14:05 \u{2212}05:00 (a (b) c)",
    ];
    for seed in seeds {
        for cut in 0..seed.len() {
            for byte in [b'0', b'9', b' ', b'-', b'+', b':', 0xe2, 0x80, 0xc2, b'(', b'[', b'M'] {
                let mut text = seed.as_bytes()[..=cut].to_vec();
                let _ = (list.take(&text), list.whole(&text));
                text[cut] = byte;
                let _ = (list.take(&text), list.whole(&text));
                let mut text = seed.as_bytes().to_vec();
                text[cut] = byte;
                let _ = (list.take(&text), list.whole(&text), list.take(&text[cut..]));
            }
        }
    }
}

#[test]
fn the_name_of_a_zone_behind_a_time_is_its_zone() {
    let php = "%d-%b-%Y %H:%M:%S[ %Z]";
    for (text, expected) in [
        ("10-Mar-2026 06:14:05 Europe/Berlin] x", Some((34, "2026-03-10T06:14:05+01:00"))),
        ("10-Mar-2026 06:14:05 UTC] x", Some((24, "2026-03-10T06:14:05+00:00"))),
        // Twice, or never: the name alone does not tell.
        ("25-Oct-2026 02:14:05 Europe/Berlin] x", None),
        ("29-Mar-2026 02:14:05 Europe/Berlin] x", None),
        ("10-Mar-2026 06:14:05 Errors/Day] x", Some((20, "2026-03-10T06:14:05"))),
    ] {
        assert_eq!(take(php, text), expected.map(|(len, time)| (len, time.to_owned())), "{text}");
    }
    assert_eq!(take("%d-%b-%Y %H:%M:%S", "10-Mar-2026 06:14:05 Europe/Berlin"), None);
}

#[test]
fn minutes_of_one_digit_and_days_with_an_ending_are_read_where_a_format_says_so() {
    let read = |format: &str, text: &str| {
        let formats = Formats::compile(&[format]).expect(format);
        formats
            .whole(text.as_bytes())
            .map(|raw| (crate::time::Civil::from_secs(raw.civil).to_string(), raw.nanos))
    };
    let at = |civil: &str, nanos| Some((civil.to_owned(), nanos));
    let bare = "%Y%m%d-%H:%-M:%-S:%f";
    assert_eq!(read(bare, "20171224-0:7:20:44"), at("2017-12-24T00:07:20", 44_000_000));
    assert_eq!(read("%Y%m%d-%H:%M:%S:%f", "20171224-0:7:20:44"), None);
    assert_eq!(read("%B %d, %Y", "July 13th, 2026"), at("2026-07-13T00:00:00", 0));
    assert_eq!(read("%B %d, %Y", "July 13to, 2026"), None);
    let nine = "%Y-%m-%dT%H:%M:%S.%9f%z";
    assert_eq!(read(nine, "2026-03-14T21:02:11.000000007Z"), at("2026-03-14T21:02:11", 7));
    assert_eq!(read(nine, "2026-03-14T21:02:11.000007Z"), None);
    assert_eq!(read("%I:%M", "13:05"), None);
}
