//! The writer's own words in the mails of many programs and languages.

use super::{RULES, split};

/// Own words of a body, and whether the rest holds everything else.
fn own(text: &str) -> String {
    let parts = split(text);
    for line in text.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        assert!(parts.own.contains(line) || parts.rest.contains(line), "lost: {line}");
    }
    parts.own
}

#[test]
fn the_patterns_compile() {
    assert!(RULES.is_some());
}

#[test]
fn what_stands_between_marked_quotes_is_kept() {
    let text = "On Sat, 14 Mar 2026 at 21:02, Kim Lee <lee@example.net> wrote:\n> down?\n\nYes.\n\n> since when?\n21:00";
    assert_eq!(own(text), "Yes.\n\n21:00");
    assert_eq!(own("> a\n> b"), "");
    assert_eq!(own("no quote: nothing cut\n\nat all"), "no quote: nothing cut\n\nat all");
    assert_eq!(own(">From here on it is fine"), ">From here on it is fine");
}

#[test]
fn an_unmarked_quote_goes_on_to_the_end() {
    for above in [
        "On 14 Mar 2026, at 21:02, Kim Lee <lee@example.net> wrote:",
        "On Saturday, March 14, 2026 at 9:02 PM Kim Lee\n<lee@example.net> wrote:",
        "Am 14.03.2026 um 21:02 schrieb Kim Lee <lee@example.net>:",
        "Am Sa., 14. März 2026 um 21:02 Uhr schrieb Kim Lee <\nlee@example.net>:",
        "Le sam. 14 mars 2026 à 21:02, Kim Lee <lee@example.net> a écrit :",
        "El sáb, 14 mar 2026 a las 21:02, Kim Lee (<lee@example.net>) escribió:",
        "Il giorno sab 14 mar 2026 alle ore 21:02 Kim Lee <lee@example.net> ha scritto:",
        "Em sáb., 14 de mar. de 2026 às 21:02, Kim Lee <lee@example.net> escreveu:",
        "Op za 14 mrt 2026 om 21:02 schreef Kim Lee <lee@example.net>:",
        "Den lör 14 mars 2026 kl 21:02 skrev Kim Lee <lee@example.net>:",
        "W dniu 14.03.2026 o 21:02, Kim Lee pisze:",
        "сб, 14 мар. 2026 г. в 21:02, Kim Lee <lee@example.net>:",
        "14.03.2026 21:02, Kim Lee пишет:",
        "2026年3月14日(土) 21:02 Kim Lee <lee@example.net>:",
        "Kim Lee <lee@example.net> 于2026年3月14日周六 21:02写道：",
        "2026년 3월 14일 (토) 21:02, Kim Lee <lee@example.net>님이 작성:",
    ] {
        assert_eq!(own(&format!("Mine.\n\n{above}\n\nTheirs.\nAll of it.")), "Mine.", "{above}");
    }
}

#[test]
fn outlook_and_forwarded_texts_are_cut() {
    for above in [
        "-----Original Message-----\nFrom: Kim Lee",
        "-----Ursprüngliche Nachricht-----\nVon: Kim Lee",
        "---------- Forwarded message ---------\nFrom: Kim Lee <lee@example.net>\nDate: Sat",
        "________________________________\nFrom: Kim Lee\nSent: Saturday, March 14, 2026 9:02 PM\nTo: Duty\nSubject: x",
        "From: Kim Lee <lee@example.net>\nSent: 14 March 2026 21:02\nTo: Duty\nSubject: cache-2",
        "*From:* Kim Lee\n*Date:* 14 March 2026 21:02\n*To:* Duty",
        "Von: Kim Lee\nGesendet: Samstag, 14. März 2026 21:02\nAn: Duty\nBetreff: cache-2",
        "De : Kim Lee\nEnvoyé : samedi 14 mars 2026 21:02\nÀ : Duty\nObjet : cache-2",
        "Begin forwarded message:",
        "-- \nJo Brandt",
        "--\nJo Brandt",
        "_______________________________________________\nduty mailing list\nduty@example.net",
        "-------------- next part --------------\nA non-text attachment was scrubbed...",
    ] {
        assert_eq!(own(&format!("Mine.\n\n{above}\n\nmore")), "Mine.", "{above}");
    }
}

#[test]
fn what_only_looks_like_a_quote_stays() {
    for text in [
        "From: 10.0.0.1\nport 443 refused",
        "Three things I wrote:\n\n- one\n- two",
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\ntext",
        "Steps at 21:02:\n\n1. restart\n--\n2.\n3.\n4.\n5.\n6.\n7.\n8.\n9.\n10.\n11.\n12.\n13.",
        "Host: cache-2\nState: CRITICAL\nDate: 14 March 2026\nTo: duty",
    ] {
        assert_eq!(own(text), text);
    }
}

#[test]
fn what_a_telephone_adds_is_no_word_of_the_writer() {
    assert_eq!(own("On my way.\n\nSent from my telephone\n"), "On my way.");
}
