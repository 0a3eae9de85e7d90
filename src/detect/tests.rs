//! Which definition reads what.

use super::*;

fn judged(text: &str) -> Result<String, String> {
    let shelf = Shelf::shipped().expect("the shipped parsers compile");
    let input = Input::from_bytes("saved.html", text.as_bytes());
    let nobody = |_: &str| None;
    match detect(vec![input], &shelf, &nobody).pop() {
        Some(Verdict::Read(plan)) => Ok(plan.definition.name.clone()),
        Some(Verdict::NotEvidence(_, why) | Verdict::Unread(_, why)) => Err(why),
        _ => Err(String::new()),
    }
}

#[test]
fn a_page_is_read_by_a_parser_that_is_made_for_it() {
    let line = "<font color=\"#16569E\"><font size=\"2\">(10:02:11 PM)</font> <b>Jo:</b></font> full<br/>\n";
    let chat = format!(
        "<html><head><title>x</title></head><body><h3>Conversation with lee at Tue 14 Jul 2026 10:02:00 PM UTC on me (jabber)</h3>\n{}</body></html>\n",
        line.repeat(3)
    );
    assert_eq!(judged(&chat).as_deref(), Ok("pidgin-html"));
    let log = "2026-03-14 21:02:11 ERROR cache-2 is down\n".repeat(20);
    assert_eq!(judged(&log).as_deref(), Ok("plain"));
    for page in [
        format!("<html><body><pre>\n{log}</pre></body></html>\n"),
        "<!DOCTYPE html>\n<html><body><p>Hello</p></body></html>\n".to_owned(),
    ] {
        assert!(judged(&page).is_err_and(|why| why.starts_with("a web page")));
    }
}
