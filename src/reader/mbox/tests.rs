//! Mails whole and damaged, and the files that hold them.

use super::{Mail, frame, header::Survey, maildir};
use crate::{
    discover::range::Bytes,
    reader::Framing,
    time::{Flags, mail::Trusted},
};

fn mail(text: &str) -> Mail {
    Mail::new(text.as_bytes(), true, "box", &Trusted::default())
}

fn field(text: &str, name: &str) -> String {
    mail(text).field(name).unwrap_or_default().into_owned()
}

fn framing(text: &str) -> Option<Framing> {
    frame::framing(&Bytes(text.as_bytes().into()), text.as_bytes())
}

#[test]
fn damaged_header_blocks_are_read_around_the_damage() {
    let stray = "From  : Jo <jo@example.net>\n__\n   <a@b>\nSubject   : Hello\nnot Delivered-To: x\nDate: 14 Mar 2026 21:02 +0000\nMessage-ID: <1@a>\n\nText\n";
    assert_eq!(field(stray, "Subject"), "Hello");
    assert_eq!(field(stray, "From.name"), "Jo");
    assert_eq!(field(stray, "body"), "Text");
    assert!(mail(stray).when().is_some());
    // No empty line: the body begins where the headers are over.
    assert_eq!(
        field("From: a@b\nSubject: s\nHello all,\nit is down\n\nJo", "body"),
        "Hello all,\nit is down\n\nJo"
    );
    assert_eq!(field("Subject: s\n", "body"), "");
    assert_eq!(field("\n\n", "Subject"), "");
}

#[test]
fn files_are_told_by_their_headers() {
    assert!(matches!(framing("From: a@b\nSubject: s\n\n"), Some(Framing::SingleMail)));
    assert!(matches!(framing("\u{feff}From - \nFrom: a@b\n\n"), Some(Framing::Mailbox)));
    assert!(matches!(framing(">From a@b Sat\nFrom: a@b\nTo: c\n\n"), Some(Framing::SingleMail)));
    let damaged = "From  : a\n__\nTo : b\nDate : c\nSubject : d\n\n";
    assert!(matches!(framing(damaged), Some(Framing::SingleMail)));
    assert!(framing("level: info\nmessage: x\n\n").is_none());
    assert!(framing("From: 10.0.0.1\nport: 443\nstate refused\n\n").is_none());
    assert!(framing("From here on\nall is well\n").is_none());
    let lengths = "From a@b Sat Mar 14 21:02:13 2026\nContent-Length: 5\nFrom: a@b\n\nbody\n";
    assert!(matches!(framing(lengths), Some(Framing::MailboxByLength)));
    let wrong = lengths.replace(": 5", ": 4000");
    assert!(matches!(framing(&wrong), Some(Framing::Mailbox)));
}

#[test]
fn a_length_is_believed_where_it_lands() {
    let text = b"body\nFrom x\n\nFrom y";
    let lands = |body, len| frame::lands(&Bytes(text[..].into()), body, len).expect("memory");
    assert_eq!(lands(0, 5), Some(5));
    assert_eq!(lands(0, 4), Some(5));
    assert_eq!(lands(0, 12), Some(13));
    assert_eq!(lands(0, text.len() as u64), Some(text.len() as u64));
    assert_eq!(lands(0, 3), None);
    assert_eq!(lands(0, 6), None);
    assert_eq!(lands(0, u64::MAX), None);
    assert_eq!(lands(3, u64::MAX - 1), None);
}

#[test]
fn a_survey_counts_what_mails_have() {
    let found = Survey::of(b"From: a\n b\nX-Y: z\nFROM: c\nno header\n\nTo: d");
    assert_eq!((found.headers, found.known, found.junk), (3, 1, 1));
}

#[test]
fn the_text_of_a_mail_is_what_a_reader_sees() {
    let parts = |kind: &str, parts: &[(&str, &str)]| {
        let parts = parts.iter().map(|(head, text)| format!("--b\n{head}\n\n{text}\n"));
        let parts = parts.collect::<Vec<_>>().concat();
        let head = format!("From: a@b\nContent-Type: multipart/{kind}; boundary=\"b\"\n\n");
        field(&format!("{head}{parts}--b--\n"), "body")
    };
    let html = (
        "Content-Type: text/html",
        "<style>p{}</style><p>f&uuml;r <b>all</b></p><table><tr><td>a</td><td>b</td></tr></table>",
    );
    let plain = ("Content-Type: text/plain", "plain");
    let note = ("Content-Type: text/plain\nContent-Disposition: attachment", "note");
    assert_eq!(parts("alternative", &[html, plain]), "plain");
    assert_eq!(parts("mixed", &[html, plain]), "für all\n\na | b");
    assert_eq!(parts("mixed", &[note, plain]), "plain");
    assert_eq!(parts("mixed", &[note]), "");
    assert_eq!(parts("report", &[("Content-Type: text", "odd type")]), "odd type");
    assert_eq!(field("Content-Type: multipart/mixed; boundary=x\n\nno part\n", "body"), "no part");
    assert_eq!(
        field("Content-Type: text/plain; format=flowed\n\none \ntwo\n-- \nJo", "body"),
        "one two"
    );
    let encoded =
        "Content-Type: text/plain; charset=gb2312\nContent-Transfer-Encoding: Base64\n\nxOO6ww==\n";
    assert_eq!(field(encoded, "body"), "你好");
}

#[test]
fn mails_within_mails_are_found_at_any_depth() {
    let inner = "From: c@d\nSubject: inner\n\nx\n";
    let middle = format!("From: b@c\nSubject: middle\nContent-Type: message/rfc822\n\n{inner}");
    let outer = format!(
        "From: a@b\nSubject: outer\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: message/rfc822\n\n{middle}\n--b\nContent-Type: message/rfc822\n\nno mail\n--b--\n"
    );
    let mail = mail(&outer);
    let subjects = mail.attached().iter().map(|mail| mail.field("Subject").unwrap_or_default());
    assert_eq!(subjects.collect::<Vec<_>>(), ["middle", "inner"]);
    assert_eq!(mail.field("body").as_deref(), Some("hello"));
    let mut deep = "From: a@b\n\nx".to_owned();
    for _ in 0..50 {
        deep = format!("From: a@b\nContent-Type: message/rfc822\n\n{deep}");
    }
    assert!(self::mail(&deep).attached().len() < 10);
}

#[test]
fn attached_mails_stand_where_their_bytes_do() {
    let inner = "From: c@d\nSubject: inner\n\n>From now on\n>>From here\nx";
    let coded = data_encoding::BASE64.encode(inner.as_bytes());
    let text = format!(
        "From a@b Sat Mar 14 21:02:13 2026\nFrom: a@b\nContent-Type: multipart/mixed; boundary=b\n\n>From the top\n--b\nContent-Type: message/rfc822\n\nFrom: b@c\nSubject: middle\nContent-Type: message/rfc822\n\n\n{inner}\n\n--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{coded}\n--b--\n"
    );
    let mail = mail(&text);
    let places = mail.attached().iter().map(|mail| mail.place().map(|place| &text[place.clone()]));
    let places: Vec<_> = places.collect();
    let middle = format!("From: b@c\nSubject: middle\nContent-Type: message/rfc822\n\n\n{inner}");
    assert_eq!(places, [Some(&*middle), Some(inner), None]);
    assert_eq!(mail.attached()[1].field("body").as_deref(), Some("From now on\n>From here\nx"));
}

#[test]
fn a_digest_of_text_holds_mails() {
    let lines = ["-".repeat(70), "-".repeat(30)];
    let body = format!(
        "Topics\n\n{}\n\nFrom: Jo <jo@a>\nDate: Sat, 14 Mar 2026 20:01:00 +0000\nContent-Type: multipart/mixed; boundary=\"x\"\nSubject: \u{fc}ber\n\nvoil\u{e0}\n\n{}\n\nEnd of Duty Digest\n***\n",
        lines[0], lines[1]
    );
    let head = "From: list@a\nSubject: Duty Digest, Vol 1, Issue 1\nContent-Type: text/plain; charset=iso-8859-1\n";
    let latin: Vec<u8> = body.chars().map(|c| c as u8).collect();
    let coded = data_encoding::BASE64.encode(&latin);
    let plain = [format!("{head}\n").as_bytes(), &latin].concat();
    let coded = format!("{head}Content-Transfer-Encoding: base64\n\n{coded}\n").into_bytes();
    for (bytes, stands) in [(plain, true), (coded, false)] {
        let mail = Mail::new(&bytes, true, "box", &Trusted::default());
        assert_eq!(mail.field("body").as_deref(), Some("Topics\n\nEnd of Duty Digest\n***"));
        let [within] = mail.attached() else { panic!("one mail") };
        assert_eq!(within.field("Subject").as_deref(), Some("\u{fc}ber"));
        assert_eq!(within.field("body").as_deref(), Some("voil\u{e0}"));
        assert_eq!(within.field("attached").as_deref(), Some("digest"));
        let place = within.place().map(|place| &bytes[place.clone()]);
        assert_eq!(place.is_some(), stands);
        assert!(place.is_none_or(|p| p.starts_with(b"From: Jo") && p.ends_with(b"voil\xE0")));
    }
}

#[test]
fn a_maildir_names_messages_by_their_delivery() {
    let flags = |path: &str| maildir::name(path).and_then(|name| name.flags());
    assert_eq!(flags("m/cur/1773522130.M1P2.mail,S=600:2,SD").as_deref(), Some("draft, seen"));
    assert_eq!(flags("m/.A B/new/1773522130.M1P2.mail;2,T").as_deref(), Some("trashed"));
    assert_eq!(flags("m/new/1773522130.M1P2.mail"), None);
    assert!(maildir::name("m/tmp/1773522130.M1P2.mail").is_none());
    assert!(maildir::name("m/cur/report.eml").is_none());
    let mail =
        Mail::new(b"From: a@b\n\nx", false, "m/new/1773522130.M1P2.mail", &Trusted::default());
    let when = mail.when().expect("the name's");
    assert_eq!((when.civil, when.offset()), (1_773_522_130, Some(0)));
    assert!(when.flags.has(Flags::RECEIVED));
}

#[test]
fn labels_are_those_that_a_person_gave() {
    let labels = |value: &str| field(&format!("X-Gmail-Labels: {value}\n\n"), "labels");
    assert_eq!(labels("Inbox,\"Travel, 2026\",Category Updates,Duty"), "Travel, 2026, Duty");
    assert_eq!(labels("Inbox,\n Unread"), "");
    assert_eq!(labels("=?UTF-8?Q?Inbox,Entw=C3=BCrfe?="), "Entwürfe");
}
