//! Names of one person, of two, and of programs.

use super::{is_machine, same};

#[test]
fn names_of_one_person() {
    for (one, other) in [
        ("Ana Ruiz", "ana"),
        ("Ana Ruiz", "ana@example.net"),
        ("ana.ruiz@example.net", "Ruiz, Ana"),
        ("aruiz", "Ana Ruiz"),
        ("anaruiz", "Ana Ruiz"),
        ("ana.r", "Ana Ruiz"),
        ("'Ana Ruiz' via Duty", "Ana Ruiz"),
        ("Ana Ruiz (Jira)", "Ana Ruiz"),
        ("Ana Ruiz <a.r@example.net>", "ana ruiz"),
    ] {
        assert!(same(one, other) && same(other, one), "{one} / {other}");
    }
}

#[test]
fn names_of_two_people() {
    for (one, other) in [
        ("Ana Ruiz", "Ana Lima"),
        ("ana", "anna"),
        ("lkim", "Ana Ruiz"),
        ("lee", "Lea Kim"),
        ("", ""),
        ("ana@example.net", "lee@example.net"),
    ] {
        assert!(!same(one, other) && !same(other, one), "{one} / {other}");
    }
}

#[test]
fn programs_by_their_names() {
    for name in [
        "nagios",
        "Jira",
        "no-reply@example.net",
        "deploybot",
        "Service Desk",
        "GitHub",
        "Jo (JIRA)",
    ] {
        assert!(is_machine(name), "{name}");
    }
    for name in ["Abbot", "Ana Ruiz", "bo.talbot@example.net", "Monica"] {
        assert!(!is_machine(name), "{name}");
    }
}
