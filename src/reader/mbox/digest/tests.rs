//! Digests of plain text, whole and odd.

use super::{Digest, cut};

const LONG: &str = "----------------------------------------------------------------------";
const SHORT: &str = "------------------------------";

fn digest(mails: &[&str], end: &str) -> String {
    let between = format!("\n\n{SHORT}\n\n");
    let mails = mails.iter().flat_map(|mail| [*mail, &between]).collect::<String>();
    format!(
        "Send posts to duty@example.net\n\nToday's Topics:\n\n   1. cache\n\n{LONG}\n\n{mails}{end}"
    )
}

fn told(text: &str) -> Option<(Vec<&str>, Vec<&str>)> {
    let Digest { mails, rest } = cut(text.as_bytes())?;
    let texts = |ranges: Vec<std::ops::Range<usize>>| {
        ranges.into_iter().map(|range| text[range].trim()).collect::<Vec<_>>()
    };
    Some((texts(mails), texts(rest)))
}

const ONE: &str = "Message: 1\nDate: Sat, 14 Mar 2026 20:01:00 +0000\nFrom: Kim <kim@example.net>\nSubject: cache\n\nIt is full.";
const TWO: &str = "Date: Sat, 14 Mar 2026 20:02:00 +0000\nFrom: jo@example.net\n\nAgreed.";

#[test]
fn the_mails_of_a_digest_are_cut() {
    let preamble = "Send posts to duty@example.net\n\nToday's Topics:\n\n   1. cache";
    let end = "End of Duty Digest, Vol 3, Issue 2\n**********************************";
    let whole = digest(&[ONE, TWO], end);
    assert_eq!(told(&whole), Some((vec![ONE, TWO], vec![preamble, end])));
    let crlf = whole.replace('\n', "\r\n");
    assert_eq!(told(&crlf).map(|(mails, _)| mails.len()), Some(2));
    // Mailman 2.1.20 and newer.
    let footer = "Subject: Digest Footer\n\n_______\nDuty list";
    assert_eq!(told(&digest(&[ONE, footer], end)), Some((vec![ONE], vec![preamble, footer, end])));
}

#[test]
fn a_line_in_a_mail_does_not_end_it() {
    let (drawn, more) = ("From: jo@example.net\nSubject: a table", "no header here");
    let text = digest(&[drawn, more, ONE], "End of it");
    let (mails, _) = told(&text).expect("a digest");
    assert_eq!(
        mails,
        [format!("{drawn}\n\n\n{SHORT}\n\n{more}").replace("\n\n\n", "\n\n"), ONE.to_owned()]
    );
    // Cut short: what is last is the mail's.
    let text = digest(&[ONE], "and so on");
    assert!(
        told(&text).is_some_and(|(mails, rest)| mails[0].ends_with("and so on") && rest.len() == 1)
    );
}

#[test]
fn other_texts_with_lines_are_no_digests() {
    assert!(told(&format!("Hello\n\n{LONG}\n\n{ONE}\n")).is_none());
    assert!(told(&format!("Hello\n\n{LONG}\n\ntext\n\n{SHORT}\n\ntext\n")).is_none());
    assert!(told(&format!("Hello\n\n{SHORT}\n\n{ONE}\n\n{SHORT}\n")).is_none());
    assert!(told("").is_none());
}
