//! People around alerts: chatter, answers that quote, an update told in three places, tickets and
//! the mail and posts that tell of them.

use super::{
    alerts::{Queue, Teller, World},
    clock::{self, HOUR, MIDNIGHT, MINUTE, SECOND},
    evidence::{Evidence, Page, Told},
};

/// A ticket as its table has it.
pub(crate) struct Ticket {
    key: String,
    title: String,
    created: (i64, Told),
    resolved: Option<(i64, Told)>,
}

/// One mail of an mbox, with the empty line after it.
pub(crate) fn mail(
    at: i64,
    (from, to): (&str, &str),
    subject: &str,
    ids: (&str, Option<&str>),
    body: &str,
) -> String {
    let address = from.rsplit_once('<').map_or(from, |(_, address)| address.trim_end_matches('>'));
    let answers =
        ids.1.map(|id| format!("In-Reply-To: {id}\nReferences: {id}\n")).unwrap_or_default();
    format!(
        "From {address} {}\nDate: {}\nFrom: {from}\nTo: {to}@example.net\nSubject: {subject}\nMessage-ID: {}\n{answers}\n{body}\n",
        clock::asctime(at, ""),
        clock::mail(at),
        ids.0,
    )
}

/// A text as an answer quotes it.
pub(crate) fn quoted(text: &str) -> String {
    text.lines().flat_map(|line| ["> ", line, "\n"]).collect()
}

/// An answer to an alert's mail, or the mail passed on: a new event that quotes.
pub(crate) fn reply(world: &mut World, sent: i64, (number, subject): (usize, &str), body: &str) {
    let at = world.later(Teller::Mail, sent, (MINUTE, 40 * MINUTE));
    let id = format!("<r{number}@example.net>");
    let parent = format!("<n{number}@mon-1.example.net>");
    let said = world.chance.of(&[
        "I look at it.",
        "Same as last week, raising the limit.",
        "Who is on duty?",
    ]);
    let text = if world.chance.often(700) {
        let quoted = quoted(body.trim_end());
        let subject = format!("Re: {subject}");
        let body =
            format!("{said}\n\nOn {}, nagios@mon-1.example.net wrote:\n{quoted}", clock::mail(at));
        mail(at, ("Jo Brandt <jo@example.net>", "duty"), &subject, (&id, Some(&parent)), &body)
    } else {
        let subject = format!("Fwd: {subject}");
        let body = format!(
            "{said}\n\n-----Original Message-----\nFrom: nagios@mon-1.example.net\nSubject: {}\n\n{body}",
            &subject[5..]
        );
        mail(at, ("Lee Kim <lee@example.net>", "duty"), &subject, (&id, None), &body)
    };
    let event = world.evidence.event();
    world.mail.push((at, text, Told::new(event, "")));
}

pub(crate) fn said(at: i64, user: &str, text: &str) -> String {
    format!(r#"{{"type":"message","user":"{user}","text":"{text}","ts":"{}"}}"#, clock::slack(at))
}

const CHATTER: [&str; 8] = [
    "cache-2 is CRITICAL again, looking",
    "redis memory on cache-2 is OK for me now",
    "anyone on db-1?",
    "I see 503 on HTTPS checkout, web-1 and web-2",
    "the graph is flat",
    "PROBLEM with my keyboard, brb",
    "rolling back",
    "+1",
];
const PARTS: [&str; 3] = ["orders", "payments", "search"];

/// What people write and do in six hours.
pub(crate) fn talk(world: &mut World) {
    let start = MIDNIGHT + 18 * HOUR;
    for _ in 0..20 + world.chance.below(20) {
        let at = world.later(Teller::Chat, start, (0, 6 * HOUR));
        let event = world.evidence.event();
        let (user, text) = (world.chance.of(&["U01", "U02"]), world.chance.of(&CHATTER));
        world.room.push((at, said(at, user, text), Told::new(event, "")));
    }
    for n in 0..3 {
        update(world, start + n * 90 * MINUTE);
    }
    for n in 0..6 + world.chance.below(5) {
        ticket(world, n);
    }
}

/// An update that one of them writes in the room, in the alerts' room and in a mail; the next one
/// has nearly the same words and other numbers.
fn update(world: &mut World, start: i64) {
    let event = world.evidence.event();
    let (part, percent) = (world.chance.of(&PARTS), 1 + world.chance.below(60));
    let about = format!("update {start}");
    let told = Told::new(event, &about);
    let text = format!(
        "Update for all: {part} fail for {percent} percent of the customers since the caches ran full, we raise the limit \
         on all of them now and expect that it is over in half an hour, the next update comes at {}",
        &clock::app(start + 90 * MINUTE)[11..16]
    );
    let at = start + world.chance.between(0, 10 * MINUTE);
    for teller in 0..3 {
        let later = at + teller * world.chance.between(20 * SECOND, 3 * MINUTE);
        match teller {
            0 => {
                let at = world.shown(Teller::Chat, later);
                world.room.push((at, said(at, "U01", &text), told.clone()));
            }
            1 => {
                let at = world.shown(Teller::Chat, later);
                world.posts.push((at, said(at, "U01", &text), told.clone()));
            }
            _ => {
                let at = world.shown(Teller::Mail, later);
                let number = world.number();
                let mail = mail(
                    at,
                    ("Jo Brandt <jo@example.net>", "duty"),
                    "Update",
                    (&format!("<u{number}@example.net>"), None),
                    &format!("{text}\n"),
                );
                world.mail.push((at, mail, told.clone()));
            }
        }
    }
}

/// A ticket that somebody opens, its mail and its bot's post; the same when it is resolved.
fn ticket(world: &mut World, n: usize) {
    let key = format!("OPS-{}", 40 + n);
    let host = world.chance.of(&["cache-2", "db-1", "web-1"]);
    let title =
        format!("{host} {}", world.chance.of(&["needs more memory", "is slow", "lost a disk"]));
    let created = MIDNIGHT + 18 * HOUR + world.chance.between(0, 4 * HOUR);
    let opened = Told::new(world.evidence.event(), &format!("{key} created"));
    announce(world, created, (&key, &title), ("created", ""), &opened);
    let resolved = world.chance.often(500).then(|| {
        let at = created + world.chance.between(20 * MINUTE, 90 * MINUTE);
        let told = Told::new(world.evidence.event(), &format!("{key} resolved"));
        announce(world, at, (&key, &title), ("resolved", "[Resolved] "), &told);
        (at, told)
    });
    world.tickets.push(Ticket { key, title, created: (created, opened), resolved });
}

fn announce(
    world: &mut World,
    at: i64,
    (key, title): (&str, &str),
    (what, tag): (&str, &str),
    told: &Told,
) {
    let sent = world.arrives(Teller::Mail, at);
    let subject = if tag.is_empty() {
        format!("[JIRA] ({key}) {title}")
    } else {
        format!("[jira] {tag}({key}) {title}")
    };
    let body =
        format!("Jo Brandt {what} {key}:\n\n  {title}\n\nhttps://jira.example.net/browse/{key}\n");
    let number = world.number();
    let id = format!("<j{number}@jira.example.net>");
    let mail = mail(
        sent,
        ("\"Jo Brandt (JIRA)\" <jira@example.net>", "duty"),
        &subject,
        (&id, None),
        &body,
    );
    world.mail.push((sent, mail, told.clone()));
    let posted = world.arrives(Teller::Chat, at);
    let post = format!(
        r#"{{"type":"message","subtype":"bot_message","bot_id":"B03JIRA","username":"jira","text":"Jo Brandt {what} <https://jira.example.net/browse/{key}|{key}>: {title}","ts":"{}"}}"#,
        clock::slack(posted),
    );
    world.posts.push((posted, post, told.clone()));
}

/// One day of a channel of an export.
pub(crate) fn export(queue: &mut Queue) -> Page {
    queue.sort_by_key(|(at, ..)| *at);
    let mut page = Page::default();
    page.raw("[\n");
    for (n, (_, text, told)) in queue.iter().enumerate() {
        if n > 0 {
            page.raw(",\n");
        }
        page.record(text, told.clone());
    }
    page.raw("\n]\n");
    page
}

/// The tables that the export's ids are looked up in.
pub(crate) fn names(evidence: &mut Evidence, again: &str) {
    let mut users = Page::default();
    users.raw(r#"[{"id":"U01","name":"jo","profile":{"real_name":"Jo Brandt"}},{"id":"U02","name":"lee","profile":{"real_name":"Lee Kim"}}]"#);
    evidence.put(&format!("{again}slack/users.json"), &users);
    let mut rooms = Page::default();
    rooms.raw(r#"[{"id":"C01","name":"ops-alerts"},{"id":"C02","name":"inc-red"}]"#);
    evidence.put(&format!("{again}slack/channels.json"), &rooms);
}

/// The tickets' table: to the minute, and in no zone.
pub(crate) fn table(world: &mut World, again: &str) {
    if world.tickets.is_empty() {
        return;
    }
    let mut page = Page::default();
    page.raw("Issue key,Summary,Creator,Priority,Created,Resolved,Resolution\n");
    let shown = |at: &i64| clock::jira(world.shown(Teller::Tickets, *at));
    for Ticket { key, title, created, resolved } in &world.tickets {
        let end = resolved.as_ref().map(|(at, _)| shown(at)).unwrap_or_default();
        let row = format!(
            "{key},{title},Jo Brandt,High,{},{end},{}\n",
            shown(&created.0),
            if end.is_empty() { "" } else { "Done" }
        );
        let mut told = vec![("created", created.1.clone())];
        told.extend(resolved.iter().map(|(_, told)| ("resolved", told.clone())));
        page.parts(&row, told);
    }
    world.evidence.put(&format!("{again}tickets/jira.csv"), &page);
}
