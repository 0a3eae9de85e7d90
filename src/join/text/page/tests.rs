//! Posts of a status page and what carries them on.

use super::super::tests::{Event, chat, expect, mail, ticket};
use crate::event::Kind;

#[test]
fn a_pages_post_is_told_by_mail_and_bot() {
    let post = |second, id: &str, state: &'static str, text: &str| Event {
        state: Some(state),
        actor: "",
        ..ticket(0, second, &format!("x7:update:{id}"), "Shop", text).system("statuspage")
    };
    let first = "We are investigating reports that customers cannot pay in the shop.";
    let second = "The issue has been identified and a fix is being implemented for payments.";
    let page = [post(0, "a", "INVESTIGATING", first), post(600, "b", "IDENTIFIED", second)];
    let mailed = |second, text: &str| {
        let body = format!(
            "Example Shop status\n\nNew incident: see below\n\n{text}\n\nMar 14, 07:31 UTC\n\nManage your subscription 123"
        );
        Event {
            kind: Some(Kind::Alert),
            ..mail(1, second, "Example Shop", "Payments", &body).system("statuspage")
        }
    };
    let [one, two] = page.clone();
    expect(&[one.clone(), two.clone(), mailed(20, first)], &["0 <- 2 told:status-mail"]);
    expect(&[one.clone(), two.clone(), mailed(640, second)], &["1 <- 2 told:status-mail"]);
    expect(
        &[one.clone(), two.clone(), chat(1, 30, "Statuspage", first).bot()],
        &["0 <- 2 told:status-mail"],
    );
    expect(&[one.clone(), two.clone(), mailed(20, &first.replace("cannot", "can"))], &[]);
    expect(&[one, two, chat(1, 30, "lee", first)], &[]);
}
