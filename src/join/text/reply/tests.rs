//! Replies, quotes, mails passed on.

use super::super::tests::{NOTICE, chat, expect, mail};

/// A text as a mail program quotes it.
fn marked(text: &str) -> String {
    text.lines().flat_map(|line| ["> ", line, "\n"]).collect()
}

#[test]
fn a_reply_is_an_event_that_refers() {
    let first = mail(0, 0, "Mara Okafor", "Checkout outage", NOTICE);
    let quoted = marked(&NOTICE.replace(". ", ".\n"));
    let reply = format!(
        "Edge is clean, we see no errors here.\n\nOn 14 Mar 2026, Mara Okafor wrote:\n{quoted}"
    );
    let answer = mail(1, 300, "Lee Kim", "Re: Checkout outage", &reply);
    expect(&[first.clone(), answer.clone().refs(&["<0.0@example.net>"])], &["1 -> 0 reply:id"]);
    expect(&[first.clone(), answer], &["1 -> 0 quotes:text"]);
    // A full quote without a word above it is still an answer; days later too; a week later no more.
    let bare = format!("On 14 Mar 2026, Mara Okafor wrote:\n{quoted}");
    expect(
        &[first.clone(), mail(1, 60, "Lee Kim", "Re: Checkout outage", &bare)],
        &["1 -> 0 quotes:text"],
    );
    let late = |second| mail(1, second, "Lee Kim", "Re: Checkout outage", &reply);
    expect(&[first.clone(), late(6 * 86_400)], &["1 -> 0 quotes:text"]);
    expect(&[first.clone(), late(8 * 86_400)], &[]);
    // Outlook's block.
    let block = format!(
        "Edge is clean.\n\n-----Original Message-----\nFrom: Mara Okafor\nSent: Saturday, 14 March 2026 07:31\nTo: duty\nSubject: Checkout outage\n\n{NOTICE}"
    );
    expect(
        &[first.clone(), mail(1, 300, "Lee Kim", "RE: Checkout outage", &block)],
        &["1 -> 0 quotes:text"],
    );
    // The answer to the answer refers to the answer.
    let second = marked(&reply);
    let second =
        format!("Thank you, then it is the database.\n\nOn 14 Mar 2026, Lee Kim wrote:\n{second}");
    let chain = [first, late(300), mail(2, 600, "Ana Ruiz", "Re: Checkout outage", &second)];
    expect(&chain[..2], &["1 -> 0 quotes:text"]);
    // Its own words are only eight: they are all of them in the quote.
    expect(&chain, &["1 -> 0 quotes:text", "2 -> 1 quotes:text"]);
    // A thread of a chat.
    let root = chat(0, 0, "ana", "db-1 refuses connections");
    expect(&[root, chat(0, 60, "lee", "looking").refs(&["c0/0"])], &["1 -> 0 reply:id"]);
}

#[test]
fn a_mail_passed_on_is_one_only_without_a_word() {
    let first = mail(0, 0, "Mara Okafor", "Checkout outage", NOTICE);
    let block = format!(
        "---------- Forwarded message ---------\nFrom: Mara Okafor <mara@example.net>\nDate: Sat, 14 Mar 2026 at 07:31\nSubject: Checkout outage\nTo: duty\n\n{NOTICE}"
    );
    let on = |second, above: &str| {
        mail(1, second, "Lee Kim", "Fwd: Checkout outage", &format!("{above}\n\n{block}"))
    };
    expect(&[first.clone(), on(300, "")], &["0 <- 1 quoted:forward"]);
    expect(&[first.clone(), on(300, "FYI")], &["0 <- 1 quoted:forward"]);
    expect(
        &[first.clone(), on(300, "Customers call already, please answer them.")],
        &["1 -> 0 forwards:text"],
    );
    expect(&[first.clone(), on(7200, "")], &["1 -> 0 forwards:text"]);
    let other = NOTICE.replace("07:00", "08:00");
    let changed = mail(1, 300, "Lee Kim", "Fwd: Checkout outage", &block.replace(NOTICE, &other));
    expect(&[first, changed], &["1 -> 0 forwards:text"]);
}
