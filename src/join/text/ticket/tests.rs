//! What programs and people say of tickets.

use super::super::tests::{Event, chat, expect, mail, ticket};
use crate::event::Kind;

#[test]
fn a_trackers_mail_tells_of_the_ticket() {
    let created = ticket(
        0,
        0,
        "OPS-7:created",
        "OPS-7 created: Checkout fails with 502",
        "Since 06:12 every payment fails.",
    );
    let note = |input, second, subject: &str, body: &str| Event {
        kind: Some(Kind::Ticket),
        ..mail(input, second, "Ana Ruiz", subject, body).system("jira").refs(&["OPS-7"])
    };
    let told_of = note(
        1,
        20,
        "OPS-7: Checkout fails with 502",
        "Ana Ruiz created an issue\n\nSince 06:12 every payment fails.",
    );
    expect(
        &[created.clone(), told_of.clone()],
        &["0 <- 1 told:ticket-mail", "1 -> 0 mentions:ticket"][..1],
    );
    // In two mailboxes: two retellings of one ticket.
    let second = Event { input: 2, record: "<o@example.net>".into(), ..told_of.clone() };
    expect(
        &[created.clone(), told_of.clone(), second],
        &["0 <- 1 told:ticket-mail", "0 <- 2 told:ticket-mail"],
    );
    // By a service desk without a layer of its own, by sender; a little before the ticket's minute.
    let desk = mail(
        1,
        -30,
        "Service Desk",
        "[OPS-7] Checkout fails with 502",
        "A new ticket has been created for you.",
    );
    expect(&[created.clone(), desk], &["0 <- 1 told:ticket-mail"]);
    // A person's mail that names the ticket is that person's.
    let person = mail(1, 60, "Lee Kim", "OPS-7", "I created OPS-7 for this.");
    expect(&[created.clone(), person], &["1 -> 0 mentions:ticket"]);
    // Too late, or another action, or another ticket.
    expect(
        &[
            created.clone(),
            note(1, 1200, "OPS-7: Checkout fails with 502", "Ana Ruiz created an issue"),
        ],
        &["1 -> 0 mentions:ticket"],
    );
    expect(
        &[
            created.clone(),
            note(1, 300, "OPS-7: Checkout fails with 502", "Lee Kim changed the priority"),
        ],
        &["1 -> 0 mentions:ticket"],
    );
    let other = Event {
        refs: vec!["OPS-70".into()],
        ..note(1, 20, "OPS-70: Checkout fails with 502", "Ana Ruiz created an issue")
    };
    expect(&[created, other], &[]);
}

#[test]
fn a_mail_about_a_comment_tells_of_that_comment() {
    let made =
        ticket(0, 0, "OPS-7:created", "OPS-7 created: Checkout fails", "Every payment fails.");
    let one = ticket(
        0,
        120,
        "OPS-7:comment:1",
        "OPS-7 comment: Blocker found",
        "Blocker found: pid 4107; 180 sessions wait behind it",
    );
    let two = ticket(0, 180, "OPS-7:comment:2", "OPS-7 comment: Resolved.", "Resolved.");
    let done = ticket(
        0,
        185,
        "OPS-7:resolved",
        "OPS-7 resolved as Fixed: Checkout fails",
        "OPS-7 resolved as Fixed: Checkout fails",
    );
    let note = |input, second, body: &str| {
        mail(input, second, "Ana Ruiz", "OPS-7: Checkout fails", body)
            .system("jira")
            .refs(&["OPS-7"])
    };
    let events = |mail| [made.clone(), one.clone(), two.clone(), done.clone(), mail];
    let comment = note(
        1,
        190,
        "Ana Ruiz commented on OPS-7\n\nBlocker found: pid 4107; 180 sessions wait behind it",
    );
    expect(&events(comment), &["1 <- 4 told:ticket-mail", "4 -> 0 mentions:ticket"]);
    let short = note(1, 190, "Ana Ruiz added a comment - 14/Mar/26\n\nResolved.");
    expect(&events(short), &["2 <- 4 told:ticket-mail", "4 -> 0 mentions:ticket"]);
    let none = note(
        1,
        190,
        "Ana Ruiz commented on OPS-7\n\nBlocker found: pid 4108; 180 sessions wait behind it",
    );
    expect(&events(none), &["4 -> 0 mentions:ticket"]);
    // It does not say what was done, and several things were.
    expect(&events(note(1, 190, "See the ticket.")), &["4 -> 0 mentions:ticket"]);
}

#[test]
fn a_bots_link_tells_of_the_ticket_and_a_persons_refers() {
    let created = ticket(
        0,
        0,
        "OPS-7:created",
        "OPS-7 created: Checkout fails with 502",
        "Every payment fails.",
    );
    for text in [
        "OPS-7",
        "https://jira.example.net/browse/OPS-7",
        "Ana Ruiz created a Bug OPS-7 Checkout fails with 502 <https://jira.example.net/browse/OPS-7>",
        "[OPS-7] Checkout fails with 502\nStatus: Open\nAssignee: Unassigned\nPriority: High",
    ] {
        expect(&[created.clone(), chat(1, 9, "Jira", text).bot()], &["0 <- 1 told:ticket-link"]);
        expect(&[created.clone(), chat(1, 9, "lee", text)], &["1 -> 0 mentions:ticket"]);
        expect(&[created.clone(), chat(1, 1500, "Jira", text).bot()], &["1 -> 0 mentions:ticket"]);
    }
    for text in [
        "Ana Ruiz resolved OPS-7 Checkout fails with 502",
        "Lee Kim assigned OPS-7 to Jo Brandt",
        "Deploying settle with the fix for OPS-7 to the first ring of hosts now, follow the pipeline of the payment team there",
    ] {
        expect(&[created.clone(), chat(1, 9, "Jira", text).bot()], &["1 -> 0 mentions:ticket"]);
    }
    // Bare numbers are tickets only where they are called so.
    let number =
        ticket(0, 0, "4107:created", "4107 created: Checkout fails", "Every payment fails.");
    for (text, named) in [
        ("killed pid 4107", false),
        ("see #4107", true),
        ("ticket 4107 is ours", true),
        ("https://rt.example.net/Ticket/Display.html?id=4107", true),
        ("port 4107:created", false),
    ] {
        let wanted: &[&str] = if named { &["1 -> 0 mentions:ticket"] } else { &[] };
        expect(&[number.clone(), chat(1, 9, "lee", text)], wanted);
    }
}
