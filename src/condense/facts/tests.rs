//! What events tell.

use super::*;
use crate::condense::tests::log;

fn facts(event: &Event) -> Facts {
    Facts::of(event, &mut Listener::new())
}

fn ticket(record: &str, state: Option<&str>, text: &str) -> Event {
    let mut event = log(0, text);
    (event.kind, event.state) = (Kind::Ticket, state.map(str::to_owned));
    event.sources[0].record = Some(record.to_owned());
    event
}

#[test]
fn steps_of_tickets_are_told_by_their_keys_and_states() {
    let cases = [
        ("OPS-1:created", None, "OPS-1 created: shop is down", Step::Created),
        ("OPS-1:resolved", None, "OPS-1 resolved: shop is down", Step::Resolved),
        ("OPS-1:comment:2", None, "looking", Step::Comment),
        ("OPS-1:status:3", Some("REOPENED"), "status: Done to Reopened", Step::Reopened),
        ("OPS-1:status:3", Some("IN PROGRESS"), "status: Open to In Progress", Step::InProgress),
        ("OPS-1:status:3", Some("WAITING"), "status: Open to Waiting", Step::Status),
        ("OPS-1:change:4", None, "priority: Low to High", Step::Priority),
        ("OPS-1:change:5", None, "Assignee: jo", Step::Assigned),
        ("OPS-1:change:6", None, "Sprint: 7", Step::Field),
    ];
    for (record, state, text, step) in cases {
        assert_eq!(facts(&ticket(record, state, text)).step, step, "{record} {state:?} {text}");
    }
}

#[test]
fn what_answers_is_heard_without_the_subject_of_what_it_answers() {
    let mail = |subject: &str, body: &str| Event {
        kind: Kind::Email,
        detail: Some(body.to_owned()),
        ..log(0, subject)
    };
    let acts = |event: &Event| facts(event).acts;
    assert!(acts(&mail("The shop is down", "Please see the bridge.")).has(Acts::DETECT));
    assert!(!acts(&mail("Re: The shop is down", "Thank you, Tom")).has(Acts::DETECT));
}

#[test]
fn programs_do_nothing_and_their_messages_have_templates() {
    let post = Event {
        kind: Kind::Chat,
        actor_role: Some("bot".to_owned()),
        ..log(0, "deployed shop 2.3.1 to production")
    };
    let told = facts(&post);
    assert!(told.flags.has(Flags::BOT) && told.flags.has(Flags::CHANGE));
    assert_eq!((told.acts, told.message.is_empty()), (Acts::default(), false));
    let person = Event { actor_role: None, ..post };
    assert!(!facts(&person).flags.has(Flags::CHANGE));
}

#[test]
fn promises_and_claims_need_a_zone_that_is_certain() {
    let minute = MINUTE;
    let chat = |text: &str, raw: &str| Event {
        kind: Kind::Chat,
        time_raw: raw.to_owned(),
        ..log(14 * 3600, text)
    };
    let at = |hours: i64, minutes: i64| (hours * 60 + minutes) * minute;
    let said = |text: &str, raw: &str| facts(&chat(text, raw)).said;
    assert_eq!(said("Next update in 30 minutes", ""), Some(Said::Due(at(14, 30), minute)));
    assert_eq!(said("Next update at 15:00 UTC", ""), Some(Said::Due(at(15, 0), minute)));
    assert_eq!(said("Next update at 15:00", ""), None);
    let raw = "Thu, 1 Jan 1970 15:00:00 +0100";
    assert_eq!(said("Next update at 15:30", raw), Some(Said::Due(at(14, 30), minute)));
    assert_eq!(said("Checkout is down since 13:05 UTC", ""), Some(Said::Since(at(13, 5))));
}

#[test]
fn pins_customers_and_outward_mails_are_seen() {
    let chat = Event {
        kind: Kind::Chat,
        detail: Some("restarted db-1\n(reactions: eyes pushpin)".to_owned()),
        ..log(0, "restarted db-1")
    };
    assert!(facts(&chat).flags.has(Flags::PINNED));
    let mail = Event {
        kind: Kind::Email,
        channel: Some("Customer notices".to_owned()),
        actor: Some("Jo Brandt".to_owned()),
        ..log(0, "Checkout outage")
    };
    assert!(facts(&mail).flags.has(Flags::OUTWARD) && !facts(&mail).flags.has(Flags::BOT));
    let customer = Event { actor_role: Some("customer".to_owned()), ..mail };
    assert!(facts(&customer).flags.has(Flags::CUSTOMER));
}

#[test]
fn a_list_of_what_was_is_no_act_of_its_writer() {
    let recap = "timeline so far (for the pm):\n\u{2022} 14:02 checkout is down\n- 14:09 Ana takes it\n\
                 14:40 rolled back, all is well";
    assert_eq!(without_recap(recap), "timeline so far (for the pm):");
    let few = "14:02 checkout is down\n14:40 rolled back";
    assert_eq!(without_recap(few), few);
    let notice = format!("Service is restored.\n{recap}");
    let acts = Listener::new().acts(&without_recap(&notice));
    assert!(acts.has(Acts::RECOVER) && !acts.has(Acts::ACT), "{acts:?}");
}
