//! Pairs of texts that are one event, and pairs that are not.

use super::{
    super::{
        ALIKE,
        shingle::jaccard,
        tests::{Event, NOTICE, chat, expect, found, mail, ticket, told},
    },
    Text,
};

#[test]
fn one_text_at_two_places_is_one() {
    let hello = format!(
        "Hello all,\n\n{}\n\nMara\n-- \nMara Okafor · Incident lead",
        NOTICE.replace(". ", ".\n")
    );
    expect(&[chat(0, 0, "mara", NOTICE), chat(1, 40, "mara", NOTICE)], &["0 <- 1 told:crosspost"]);
    expect(
        &[chat(0, 0, "mokafor", NOTICE), mail(1, 240, "Mara Okafor", "Checkout outage", &hello)],
        &["0 <- 1 told:crosspost"],
    );
    // The mail was first; the bot of the channel carried it on, with the subject above it.
    let carried = format!("*Checkout outage*\n{NOTICE}");
    expect(
        &[
            mail(1, 0, "Mara Okafor", "Checkout outage", &hello),
            chat(0, 5, "mailbot", &carried).bot(),
        ],
        &["0 <- 1 told:crosspost"],
    );
    // Into a ticket, by the same hand; and into three channels.
    expect(
        &[
            chat(0, 0, "Ana Ruiz", "4107 terminated, checkout is back; watching it for now"),
            ticket(
                2,
                30,
                "OPS-7:comment:1",
                "OPS-7 comment: 4107 …",
                "4107 terminated, checkout is back; watching it for now",
            ),
        ],
        &["0 <- 1 told:crosspost"],
    );
    let three =
        [chat(2, 50, "mara", NOTICE), chat(0, 0, "mara", NOTICE), chat(1, 40, "mara", NOTICE)];
    expect(&three, &["1 <- 2 told:crosspost", "1 <- 0 told:crosspost"]);
}

#[test]
fn two_people_who_write_the_same_are_two_events() {
    for text in ["ok", "done", "on it", "+1", "I will take a look at it now", NOTICE] {
        expect(&[chat(0, 0, "ana", text), chat(1, 30, "lee", text)], &[]);
    }
    // Nor is a short text of one person the same answer twice.
    for text in ["ok", "done", "on it", "+1", "thanks, looks good now"] {
        expect(&[chat(0, 0, "ana", text), chat(1, 300, "ana", text)], &[]);
    }
    expect(
        &[
            chat(0, 0, "ana", "Checkout is back, we keep watching"),
            chat(1, 20, "ana", "Checkout is back, we keep watching"),
        ],
        &["0 <- 1 told:crosspost"],
    );
    // What a room says of somebody is nobody's text.
    let enters = "@Ana Ruiz has joined the channel of this incident";
    expect(&[chat(0, 0, "Ana Ruiz", enters), chat(1, 3, "Ana Ruiz", enters)], &[]);
    // Said twice in one room, over midnight: two files of an export.
    // A mail written again to the same list, each in a file of its own.
    let list =
        |input, second| Event { channel: "all", ..mail(input, second, "mara", "Update", NOTICE) };
    expect(&[list(0, 0), list(1, 120), list(2, 260)], &[]);
    let again = Event { channel: "ops", ..chat(1, 60, "mara", NOTICE) };
    expect(&[chat(0, 0, "mara", NOTICE), again], &[]);
    expect(&[chat(0, 0, "mara", NOTICE), chat(0, 40, "mara", NOTICE)], &[]);
    expect(&[chat(0, 0, "mara", NOTICE), chat(1, 1000, "mara", NOTICE)], &[]);
}

/// What stands below each text of a table, so that one word more or less leaves it alike.
const BELOW: &str = "For background, the page of the platform team explains how such work is announced, who decides on it, \
    which channels carry the news, where questions may be asked, what a customer should expect during the hours around it, \
    why several teams watch the graphs together, and how lessons flow into the handbook that everybody reads when joining \
    the rota; comments about wording are welcome through the usual form on the intranet, as are corrections by colleagues.";

/// Texts of one template, or of one hand, that tell of two things.
#[test]
fn what_contradicts_is_two_events() {
    let pairs = [
        (
            "Automatic failover of the primary database on host alpha was completed by the cluster manager after the health check had timed out three times in a row; no action is needed by the duty team at this time, and replicas are being rebuilt from the last snapshot",
            "alpha",
            "beta",
        ),
        (
            "Deploy of settle to production finished without errors, all smoke tests were green after 14 minutes and the old version was kept on standby for a rollback",
            "14",
            "15",
        ),
        (
            "Filesystem /var on cache-2 was cleaned up by the janitor job, old archives have been moved away and the alert should recover by itself within the hour",
            "cache-2",
            "cache-3",
        ),
        (
            "The payment service was restarted by the on-call engineer after the queue had filled up and the workers had lost their connections to the broker in Frankfurt",
            "was restarted",
            "was not restarted",
        ),
        (
            "Customers in the northern region can pay again since the certificate was renewed, the cause was the proxy that served the old one from its cache until now",
            "can pay",
            "cannot pay",
        ),
        (
            "The link between the two data centres is up and traffic flows as planned, we keep an eye on the error rate of the edge routers for the next hour or so",
            "is up",
            "is down",
        ),
        (
            "Status of the incident with the search cluster: the team is investigating what made the coordinators drop their shards and will tell more in half an hour",
            "investigating",
            "monitoring",
        ),
        (
            "Maintenance of the core switches in hall two will take place as agreed with all the customers on 14 March at night, please expect short interruptions then",
            "14 March",
            "15 March",
        ),
        (
            "Traffic was moved from lisbon to porto by the edge team because the circuit between the two sites showed packet loss above what the contract allows us",
            "from lisbon to porto",
            "from porto to lisbon",
        ),
        (
            "The backup of the billing database has completed and was copied to the second site where the restore test ran through and found all of the tables",
            "has completed",
            "has almost completed",
        ),
        (
            "Weekly report of the platform team: all services met their goals, the number of pages was low, and the on-call shifts were quiet apart from one night",
            "one night",
            "two nights",
        ),
        (
            "Le service de paiement est rétabli depuis ce matin et toutes les commandes en attente ont été traitées par les équipes sans perte de données à signaler",
            "est rétabli",
            "n'est pas rétabli",
        ),
        (
            "Die Wartung der Datenbank im Rechenzentrum West ist abgeschlossen und die Anwendung steht allen Kunden seit heute Morgen wie gewohnt zur Verfügung, danke für die Geduld",
            "ist abgeschlossen",
            "ist nicht abgeschlossen",
        ),
        (
            "Version 1.12.10 of the agent is rolling out to all hosts of the second ring and will be done within the hour unless the error budget says something else",
            "1.12.10",
            "1.12.11",
        ),
        (
            "we have enabled the new rate limits for the public interface and will watch what the partners say about them over the next days of the month",
            "enabled",
            "disabled",
        ),
    ];
    for (text, one, other) in pairs {
        assert!(text.contains(one), "{one}");
        let changed = format!("{}. {BELOW}", text.replace(one, other));
        let text = &format!("{text}. {BELOW}");
        let shingles = |text| Text::of(text).shingles;
        assert!(jaccard(&shingles(text), &shingles(&changed)).0 >= ALIKE, "nothing to veto: {one}");
        for (kind, first, then) in [
            ("bots", chat(0, 0, "deploybot", text).bot(), chat(1, 3, "deploybot", &changed).bot()),
            ("people", chat(0, 0, "ana", text), chat(1, 3, "ana", &changed)),
            (
                "mails",
                mail(0, 0, "Ana Ruiz", "Update", text),
                mail(1, 3, "Ana Ruiz", "Update", &changed),
            ),
            ("both", chat(0, 0, "ana", &changed), mail(1, 3, "Ana Ruiz", "Update", text)),
        ] {
            assert_eq!(
                told(&[first.clone(), then]),
                Vec::<String>::new(),
                "{kind}: {one} / {other}"
            );
            let same = Event {
                input: 1,
                channel: "else",
                record: "<e@example.net>".into(),
                second: 9,
                tick: 9,
                ..first.clone()
            };
            assert_eq!(told(&[first, same]).len(), 1, "{kind}: the same text is one: {text}");
        }
    }
}

#[test]
fn fields_and_subjects_veto() {
    let text = "The automated action has completed as it was planned. See the runbook for what to do next if it comes back.";
    let on = |input, host, state| {
        chat(input, i64::from(input), "healbot", text).bot().state(host, state)
    };
    expect(&[on(0, "cache-2", "OK"), on(1, "cache-3", "OK")], &[]);
    expect(&[on(0, "cache-2", "OK"), on(1, "cache-2", "CRITICAL")], &[]);
    expect(
        &[on(0, "cache-2", "OK"), on(1, "CACHE-2.example.net", "ok")],
        &["0 <- 1 told:crosspost"],
    );
    expect(&[on(0, "cache-2.example.net", "OK"), on(1, "cache-2.example.org", "OK")], &[]);
    let mails = |one, other| [mail(0, 0, "healbot", one, text), mail(1, 9, "healbot", other, text)];
    expect(&mails("db-1 healed", "db-2 healed"), &[]);
    expect(&mails("db-1 healed", "[ops] db-1 healed"), &["0 <- 1 told:crosspost"]);
    // Two programs of one template.
    let finished = "Deploy to production finished without errors and all checks are green";
    expect(
        &[
            chat(0, 0, "deploy-payments-bot", finished).bot(),
            chat(1, 9, "deploy-search-bot", finished).bot(),
        ],
        &[],
    );
}

#[test]
fn what_comes_again_and_again_is_paired_with_its_own() {
    let text = "Nightly backup of all volumes has finished and every snapshot was verified";
    let post = |input, second| chat(input, second, "backupbot", text).bot();
    // Every five minutes in two rooms; the third is lost in one of them.
    let events = [
        post(0, 0),
        post(1, 4),
        post(0, 300),
        post(1, 305),
        post(0, 600),
        post(0, 900),
        post(1, 903),
    ];
    expect(&events, &["0 <- 1 told:crosspost", "2 <- 3 told:crosspost", "5 <- 6 told:crosspost"]);
}

#[test]
fn a_chain_of_likenesses_does_not_join_its_ends() {
    let base = "the payment workers are connected to the broker and the queue drains as it should so customers can pay as usual in all of the shops that we run today";
    let one = format!("Lisbon: {base}");
    let other = format!("Porto: {base}");
    let found =
        found(&[chat(0, 0, "ana", &one), chat(1, 5, "ana", base), chat(2, 10, "ana", &other)]);
    assert_eq!(found.joins.len(), 1, "{found:#?}");
}

#[test]
fn a_digest_is_no_copy_of_what_it_holds() {
    let one = "The disks of cache-2 were replaced this morning and the rebuild is at half of the way, expect it to last until noon.";
    let two = "The new certificates were rolled out to all of the edge hosts without any trouble, thanks to all who helped us.";
    let digest = format!("Today's topics:\n\n1. disks\n2. certificates\n\n{one}\n\n{two}");
    let events = [
        mail(0, 0, "Jo Brandt", "disks", one),
        mail(0, 60, "Jo Brandt", "certificates", two),
        mail(1, 300, "duty list", "Duty digest, issue 3", &digest),
    ];
    expect(&events, &[]);
}
