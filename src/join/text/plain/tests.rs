//! Own words and quoted words.

use super::part;

fn parts(text: &str) -> (String, String) {
    let parts = part(text);
    (parts.own.trim().to_owned(), parts.quoted.trim().to_owned())
}

#[test]
fn one_level_of_quotes_is_the_answered_text() {
    let text = "Third.\n\nOn 14 Mar 2026, Lee wrote:\n> Second.\n>\n> On 13 Mar 2026, Ana wrote:\n>> First.\n";
    assert_eq!(parts(text), ("Third.".into(), "Second.".into()));
    let block = "Third.\n\n-----Original Message-----\nFrom: Lee\nSent: Saturday\nTo: duty\nSubject: db-1\n\nSecond.\n\n-----Original Message-----\nFrom: Ana\nSent: Friday\nTo: duty\nSubject: db-1\n\nFirst.";
    assert_eq!(parts(block), ("Third.".into(), "Second.".into()));
}

#[test]
fn what_programs_add_is_nobodys_word() {
    let text =
        "Down again.\n(edited by @ana)\n(reactions: eyes)\nAttached: graph.png\nLabels: Inbox";
    assert_eq!(parts(text).0, "Down again.");
    let list = "Down again.\n\nYou received this message because you are subscribed to duty.\nTo unsubscribe from this group, send a mail.";
    assert_eq!(parts(list).0, "Down again.");
    assert_eq!(parts("Down again.\n-- \nMara\nLarkfield").0, "Down again.");
    assert_eq!(parts("> quoted"), (String::new(), "quoted".into()));
}
