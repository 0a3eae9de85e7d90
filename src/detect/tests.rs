//! Which definition reads what.

use super::*;
use crate::definition::check;

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

/// What is said of the winner of a ranking, or of those that tie.
fn said(ranking: Ranking) -> String {
    match winner(ranking) {
        Best::One(definition, score) => format!("{}: {score:?}", definition.name),
        Best::Tie(a, b) => format!("{a} and {b}"),
        Best::None(near) => format!("{near:?}"),
    }
}

#[test]
fn scores_that_cannot_win_are_passed_over_and_change_nothing() {
    let shelf = Shelf::on_demand().expect("the shipped parsers");
    let mut passed_over = 0;
    for definition in Shelf::shipped().expect("the shipped parsers compile").iter().step_by(7) {
        for sample in definition.samples.iter().take(1) {
            let text = check::text(sample).repeat(20);
            let input = Input::from_bytes("sample", text.as_bytes());
            let source = input.open().expect("bytes");
            let rank = |which| {
                let ranking = ranking(&input, &*source, text.as_bytes(), Vec::new(), &shelf, which);
                ranking.expect("bytes")
            };
            let (all, best) = (rank(Which::All), rank(Which::Best));
            let some = |ranking: &Ranking| ranking.iter().filter(|(_, s)| s.records > 0).count();
            passed_over += some(&all) - some(&best);
            assert_eq!(said(best), said(all), "{}", definition.name);
        }
    }
    // Of most that are passed over no record fits at all, and they are not counted here.
    assert!(passed_over > 0, "none was passed over");
}
