//! Dates of mail, mailbox lines, and the choice between headers.

use super::{Header, Headers, Stamps, Trusted, choose, date, envelope_date, off_by, stamped};
use crate::time::{Civil, Flags, Instant, RawTime, zone::offset_text};

fn shown(raw: &RawTime) -> String {
    let civil = Civil::from_secs(raw.civil).to_string();
    raw.offset().map_or(civil.clone(), |offset| civil + &offset_text(offset))
}

#[test]
fn dates_are_read_in_the_forms_of_the_wild() {
    for (text, expected) in [
        ("Tue, 10 Mar 2026 06:14:05 +0100", "2026-03-10T06:14:05+01:00"),
        ("Tue, 10 Mar 2026 06:14:05 -0000", "2026-03-10T06:14:05+00:00"),
        ("10 Mar 26 06:14 GMT", "2026-03-10T06:14:00+00:00"),
        ("Sun, 08 Mar 92 09:11:00 EST", "1992-03-08T09:11:00-05:00"),
        ("Tue, 10 Mar 126 06:14:05 UT", "2026-03-10T06:14:05+00:00"),
        ("10 March 2026 06:14 (Tuesday)", "2026-03-10T06:14:00"),
        ("Tue Mar 10 06:14:05 EDT 2026", "2026-03-10T06:14:05-04:00"),
        ("Tue Mar 10 06:14:05 2026", "2026-03-10T06:14:05"),
        ("Tue Mar 10 06:14:05 2026 +0200", "2026-03-10T06:14:05+02:00"),
        ("Tue, 10 Mar 2026 06:14:05 0200", "2026-03-10T06:14:05+02:00"),
        ("TUE, 10 MAR 2026 06:14:05 cst", "2026-03-10T06:14:05-06:00"),
        ("Tue, 10 Mar 2026 06:14:05 PM -0500", "2026-03-10T18:14:05-05:00"),
        ("Tue, 10 Mar 2026 6:14:05pm", "2026-03-10T18:14:05"),
        ("Tue, 10 Mar (a (b) c) 2026 06:14:05 (d) +0100 (CET)", "2026-03-10T06:14:05+01:00"),
        ("Tue, 10 Mar 2026 06:14:05 (CET)", "2026-03-10T06:14:05+01:00"),
        ("Tue, 10 Mar 2026 06:14:05 GMT+0200", "2026-03-10T06:14:05+02:00"),
        ("Tue, 10 Mar 2026 06:14:05 GMT +0200", "2026-03-10T06:14:05+02:00"),
        ("\"Tue, 10 Mar 2026 06:14:05 +0100\"", "2026-03-10T06:14:05+01:00"),
        ("Tuesday, 10-Mar-26 06:14:05 GMT", "2026-03-10T06:14:05+00:00"),
        ("2026-03-10T06:14:05Z", "2026-03-10T06:14:05+00:00"),
        ("mar, 10 mar 2026 06:14:05 +0100", "2026-03-10T06:14:05+01:00"),
        ("Tiistai, 10 Mar 2026 06:14:05 +0100", "2026-03-10T06:14:05+01:00"),
        ("Tue, 10 Mar 2026 24:00:00 +0000", "2026-03-11T00:00:00+00:00"),
        ("Tue, 10 Mar 2026 06:14:05 K", "2026-03-10T06:14:05"),
        ("Tue, 10 Mar 2026 06:14:05 PPE", "2026-03-10T06:14:05"),
        ("Tue, 10 Mar 2026 06:14:05 MET DST", "2026-03-10T06:14:05+02:00"),
        ("Sat, 31 Dec 2016 23:59:60 +0000", "2016-12-31T23:59:59+00:00"),
        ("Tue,\r\n 10 Mar 2026\t06:14:05 Z", "2026-03-10T06:14:05+00:00"),
    ] {
        let raw = date(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(shown(&raw), expected, "{text}");
    }
}

#[test]
fn impossible_dates_are_refused() {
    for text in [
        "Tue, 31 Feb 2026 06:14:05 +0100",
        "Tue, 10 Mar 2026 06:14:05 +2400",
        "Tue, 10 Mar 2026 06:14:05 +0090",
        "Tue, 10 Mar 2026 25:14:05 +0000",
        "Tue, 10 Mar 2026 06:61:05 +0000",
        "Tue, 10 Mar 2026 06:14:60 +0000",
        "Tue, 10 2026 06:14:05 +0000",
        "yesterday at 10:00",
        "10:00:00 +0100",
        "",
        "(",
        "10 Mar 2026 06:14:05 +0100 +0200",
    ] {
        assert_eq!(date(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn what_was_mended_is_said() {
    for (text, mended) in [
        ("Mon, 10 Mar 2026 06:14:05 +0100", true),
        ("Tue, 10 Mar 2026 06:14:05 0100", true),
        ("Tue, 10 Mar 126 06:14:05 +0100", true),
        ("Tue, 10 Mar 26 06:14:05 +0100", false),
        ("Tue, 10 Mar 2026 06:14:05 +0100", false),
    ] {
        let raw = date(text.as_bytes()).expect(text);
        assert_eq!(raw.flags.has(Flags::REPAIRED), mended, "{text}");
    }
}

#[test]
fn mailbox_lines_hold_a_date() {
    for (line, expected) in [
        ("From a@b.c Tue Mar 10 06:14:05 2026", "2026-03-10T06:14:05"),
        ("From - Tue Mar 10 06:14:05 2026\r", "2026-03-10T06:14:05"),
        ("From 1773@xxx Tue Mar 10 06:14:05 +0000 2026", "2026-03-10T06:14:05+00:00"),
        ("From a@b Tue Mar 10 06:14 2026", "2026-03-10T06:14:00"),
        ("From a@b Tue Mar 10 06:14:05 CET 2026 remote from x", "2026-03-10T06:14:05+01:00"),
        ("From \"A B\" at c Tue Mar  3 06:14:05 2026", "2026-03-03T06:14:05"),
        ("Tue Mar 10 06:14:05 2026", "2026-03-10T06:14:05"),
    ] {
        let raw = envelope_date(line.as_bytes()).unwrap_or_else(|| panic!("{line}"));
        assert_eq!(shown(&raw), expected, "{line}");
    }
    for line in [
        "From this we see that Tue Mar is no date",
        "From Tue Mar 10 06:14:05 2026",
        "From a@b Tue Mar 32 06:14:05 2026",
        "From a@b on Monday, 10:00",
        "From ",
        "",
    ] {
        assert_eq!(envelope_date(line.as_bytes()), None, "{line}");
    }
}

#[test]
fn date_is_chosen_unless_the_first_hop_refutes_it() {
    let hop = "from a by b; Tue, 10 Mar 2026 06:14:05 +0000";
    let later = "from b by c; Tue, 10 Mar 2026 06:20:00 +0000";
    for (date, header, delay) in [
        ("Tue, 10 Mar 2026 06:14:00 +0000", Header::Date, Some(5)),
        ("Tue, 10 Mar 2026 05:00:00 +0000", Header::Date, Some(4445)),
        ("Tue, 10 Mar 2026 06:16:00 +0000", Header::Date, Some(-115)),
        ("Tue, 10 Mar 2026 06:17:00 +0000", Header::Received(1), Some(-175)),
        ("Thu, 01 Jan 1970 00:00:00 +0000", Header::Received(1), Some(1_773_123_245)),
        ("no date", Header::Received(1), None),
    ] {
        let headers =
            Headers { date: Some(date), received: vec![later, hop], ..Headers::default() };
        let chosen = choose(&headers, &Trusted::default()).expect(date);
        assert_eq!((chosen.header, chosen.delay_s), (header, delay), "{date}");
        assert_eq!(chosen.raw.flags.has(Flags::RECEIVED), header != Header::Date, "{date}");
    }
    let ahead = Headers {
        date: Some("Tue, 10 Mar 2026 09:14:05 +0000"),
        received: vec![hop],
        ..Headers::default()
    };
    let alternative = choose(&ahead, &Trusted::default()).and_then(|chosen| chosen.alternative);
    assert_eq!(alternative, Instant::from_parts(1_773_134_045, 0));
}

#[test]
fn weaker_headers_come_last() {
    let others = Headers {
        others: vec!["rubbish", "Tue, 10 Mar 2026 06:14:05 +0000"],
        envelope: Some("From a@b Tue Mar 10 06:14:05 2026"),
        ..Headers::default()
    };
    assert_eq!(
        choose(&others, &Trusted::default()).map(|chosen| chosen.header),
        Some(Header::Other(1))
    );
    let envelope = Headers { others: vec![], ..others };
    assert_eq!(
        choose(&envelope, &Trusted::default()).map(|chosen| chosen.header),
        Some(Header::Envelope)
    );
    assert_eq!(choose(&Headers::default(), &Trusted::default()), None);
    let old = Headers { date: Some("Thu, 01 Jan 1970 00:00:00 +0000"), ..Headers::default() };
    assert_eq!(choose(&old, &Trusted::default()).map(|chosen| chosen.header), Some(Header::Date));
}

#[test]
fn the_first_hop_settles_an_unknown_zone() {
    let hop = "from a by b; Tue, 10 Mar 2026 04:14:20 +0000";
    for (date, offset) in [
        ("Tue, 10 Mar 2026 09:44:05 IST", Some(19_800)),
        ("Tue, 10 Mar 2026 05:14:05 XST", Some(3600)),
        ("Tue, 10 Mar 2026 05:14:05", Some(3600)),
        ("Tue, 10 Mar 2026 05:14:05 IST", Some(3600)),
        ("Tue, 10 Mar 2026 07:14:05 IST", None),
    ] {
        let headers = Headers { date: Some(date), received: vec![hop], ..Headers::default() };
        let raw = choose(&headers, &Trusted::default()).expect(date).raw;
        assert_eq!(raw.offset(), offset, "{date}");
        assert_eq!(raw.flags.has(Flags::ABBREVIATION), offset.is_some(), "{date}");
    }
}

#[test]
fn hosts_that_stamp_many_mails_are_trusted() {
    let date = "Tue, 10 Mar 2026 06:14:00 +0000";
    // The sender's own host is two hours behind, and stamps once; the relay stamps all.
    let own = |n: usize| format!("from pc by h{n}.example.org; Tue, 10 Mar 2026 04:14:01 +0000");
    let relay = "from h by MX.example.net (Postfix) with SMTP; Tue, 10 Mar 2026 06:14:05 +0000";
    let inner = "from mx by store.example.net; Tue, 10 Mar 2026 06:14:06 +0000";
    let mut pieces = [Stamps::default(), Stamps::default()];
    for n in 0..40 {
        let own = own(n);
        let headers =
            Headers { date: Some(date), received: vec![inner, relay, &own], ..Headers::default() };
        pieces[n % 2].push(n as u64, &stamped(&headers));
    }
    let [mut one, two] = pieces;
    let mut other = two.clone();
    other.append(one.clone());
    one.append(two);
    assert_eq!(one.open().len(), 40);
    for trusted in [one.trusted(), other.trusted()] {
        let (own, rare) = (own(3), "from x by unseen.example.com; Tue, 10 Mar 2026 04:14:01 +0000");
        let at = |received: Vec<&str>| {
            let headers = Headers { date: Some(date), received, ..Headers::default() };
            choose(&headers, &trusted).map(|chosen| (chosen.header, chosen.delay_s))
        };
        assert_eq!(at(vec![inner, relay, &own]), Some((Header::Date, Some(5))));
        assert_eq!(at(vec![inner, &own]), Some((Header::Date, Some(6))));
        // Nobody that is known: the newest, which no sender can write.
        assert_eq!(at(vec![rare]), Some((Header::Received(0), Some(-7199))));
        assert_eq!(at(vec![]), Some((Header::Date, None)));
    }
    // A mail alone believes whoever stamped it first.
    let (own, headers) = (own(1), Headers { date: Some(date), ..Headers::default() });
    let headers = Headers { received: vec![inner, relay, &own], ..headers };
    let chosen = choose(&headers, &Trusted::default()).map(|chosen| chosen.header);
    assert_eq!(chosen, Some(Header::Received(2)));
}

#[test]
fn a_date_before_all_stamps_is_not_believed() {
    let hop = "from a by b; Tue, 10 Mar 2026 06:14:05 +0000";
    let mut stamps = Stamps::default();
    let headers = |date| Headers { date: Some(date), received: vec![hop], ..Headers::default() };
    stamps.push(0, &stamped(&headers("Tue, 10 Mar 2026 06:14:00 +0000")));
    let trusted = stamps.trusted();
    for (date, header) in [
        ("Fri, 13 Feb 2026 06:14:00 +0000", Header::Date),
        ("Mon, 01 Jan 2001 00:03:00 +0000", Header::Received(0)),
    ] {
        let headers = headers(date);
        let chosen = choose(&headers, &trusted).expect(date);
        assert_eq!(chosen.header, header, "{date}");
        assert_eq!(chosen.alternative.is_some(), header != Header::Date);
    }
}

#[test]
fn a_delay_looks_like_a_zone_only_near_quarters_of_an_hour() {
    for (delay_s, off_s) in [
        (3605, Some(3600)),
        (3599, Some(3600)),
        (-3595, Some(-3600)),
        (20_700 + 90, Some(20_700)),
        (900, Some(900)),
        (40, None),
        (3600 + 300, None),
        (3600 - 60, None),
        (30 * 3600, None),
    ] {
        assert_eq!(off_by(delay_s), off_s, "{delay_s}");
    }
}
