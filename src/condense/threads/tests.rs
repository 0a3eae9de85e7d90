//! Which messages are of one conversation.

use super::*;
use crate::{
    condense::{acts::Listener, clue::MINUTE, tests::log},
    event::{Event, Kind},
};

fn mail(id: &str, refs: &[&str], subject: &str) -> Facts {
    let mut event = Event {
        kind: Kind::Email,
        refs: refs.iter().map(|known| (*known).to_owned()).collect(),
        ..log(0, subject)
    };
    event.sources[0].record = Some(id.to_owned());
    Facts::of(&event, &mut Listener::new())
}

/// For each mail, `apart` ns after the one before, the first that is of its conversation.
fn conversations(mails: &[Facts], apart: i64) -> Vec<usize> {
    let place = |tick: usize| Place { input: 0, tick: tick as u32 };
    let mut facts: HashMap<Place, Facts> =
        mails.iter().enumerate().map(|(tick, mail)| (place(tick), mail.clone())).collect();
    settle(&mut facts, (0..mails.len()).map(|tick| (tick as i64 * apart, place(tick))));
    let thread = |tick: usize| facts[&place(tick)].thread;
    (0..mails.len())
        .map(|tick| (0..tick).find(|other| thread(*other) == thread(tick)).unwrap_or(tick))
        .collect()
}

#[test]
fn who_answers_an_answer_is_of_the_conversation() {
    let chain = [
        mail("<1>", &[], "shop is down"),
        mail("<2>", &["<1>"], "Re: shop is down"),
        mail("<9>", &[], "lunch"),
        mail("<3>", &["<2>"], "Re: shop is down (was: db)"),
        mail("<4>", &["<1>", "<2>"], "AW: shop is down"),
    ];
    assert_eq!(conversations(&chain, MINUTE), [0, 0, 2, 0, 0]);
}

#[test]
fn what_is_answered_need_not_be_there() {
    let both = [mail("<2>", &["<1>"], "Re: db"), mail("<3>", &["<1>"], "Re: other words")];
    assert_eq!(conversations(&both, MINUTE), [0, 0]);
}

#[test]
fn an_answer_to_nobody_is_of_the_last_mail_of_its_subject() {
    let mails = [
        mail("<1>", &[], "shop is down"),
        mail("<7>", &[], "Re: shop is down"),
        mail("<8>", &["<nobody has it>"], "AW: Re: shop is down"),
        // It answers nothing: the same words begin anew.
        mail("<9>", &[], "shop is down"),
        mail("<10>", &["<9>"], "Re: shop is down"),
    ];
    assert_eq!(conversations(&mails, MINUTE), [0, 0, 0, 3, 3]);
    assert_eq!(conversations(&mails[..3], 80 * HOUR), [0, 1, 2], "days lie between");
}

#[test]
fn messages_that_answer_each_other_in_a_ring_are_one() {
    let ring = [mail("<1>", &["<2>"], "a"), mail("<2>", &["<3>"], "b"), mail("<3>", &["<1>"], "c")];
    assert_eq!(conversations(&ring, MINUTE), [0, 0, 0]);
}
