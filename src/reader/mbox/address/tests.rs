//! Mailboxes as header values hold them.

use super::{address, message_ids, name};

#[test]
fn names_and_addresses_of_the_first_mailbox() {
    for (value, who, at) in [
        ("Jo Brandt <jo@example.net>", "Jo Brandt", "jo@example.net"),
        ("\"Brandt, Jo\" <jo@example.net>, Kim <kim@example.net>", "Brandt, Jo", "jo@example.net"),
        ("=?utf-8?q?Brandt=2C_J=C3=B6?= <jo@example.net>", "Brandt, Jö", "jo@example.net"),
        ("jo@example.net, Kim <kim@example.net>", "", "jo@example.net"),
        ("jo at example.net (Jo Brandt)", "Jo Brandt", "jo@example.net"),
        ("'Jo Brandt' <jo@example.net>", "Jo Brandt", "jo@example.net"),
        ("\"Jo \\\"J\\\" Brandt\" <jo@example.net>", "Jo \"J\" Brandt", "jo@example.net"),
        ("Duty: Jo <jo@example.net>, kim@example.net;", "Jo", "jo@example.net"),
        ("undisclosed-recipients:;", "", ""),
        ("RE: team <duty@example.net>", "RE: team", "duty@example.net"),
        ("The duty list <duty.example.net>", "The duty list", "duty.example.net"),
        ("<jo@example.net>", "", "jo@example.net"),
        ("Jo <", "Jo", ""),
    ] {
        assert_eq!(name(value).unwrap_or_default(), who, "{value}");
        assert_eq!(address(value).unwrap_or_default(), at, "{value}");
    }
}

#[test]
fn message_ids_are_found_in_prose() {
    let found: Vec<&str> = message_ids("Your message of \"Sat\" <1@a> and <2@b> <").collect();
    assert_eq!(found, ["<1@a>", "<2@b>"]);
}
