//! Mailing lists: the same messages in several archives, each of which writes them in its way.

use super::{
    chance::Chance,
    clock::{self, HOUR, MIDNIGHT, MINUTE},
    evidence::{Evidence, Page, Told},
    people,
};

/// A message, as its author sent it.
struct Message {
    at: i64,
    person: (&'static str, &'static str),
    subject: String,
    id: String,
    answers: Option<String>,
    body: String,
}

const PEOPLE: [(&str, &str); 3] = [
    ("Jo Brandt", "jo@example.net"),
    ("Lee Kim", "lee@example.net"),
    ("Ana Wächter", "ana@example.org"),
];
const SENTENCES: [&str; 6] = [
    "The caches ran full at nine.",
    "I raised the limit to 6 GB.",
    "Checkout answers again, but slowly.",
    "Who can look at db-1?",
    "See the notes of last week.",
    "Nothing to add from my side.",
];

/// How an archive writes what it got.
#[derive(Clone, Copy)]
enum Way {
    /// As it came, with a name.
    Plain,
    /// Without the name.
    Bare,
    /// `jo at example.net (Jo Brandt)`, in the bodies too, as the archives of Mailman do it.
    Hidden,
    /// With the list's tag in the subject and its lines at the end.
    Listed,
    /// With the body packed for the way.
    Packed,
    /// Without a Message-ID, as some programs export it.
    Nameless,
}

fn messages(chance: &mut Chance, n: usize) -> Vec<Message> {
    let mut all: Vec<Message> = Vec::new();
    let mut at = MIDNIGHT + 18 * HOUR;
    for number in 0..n {
        at += chance.between(0, 9 * MINUTE);
        let person = chance.of(&PEOPLE);
        let said: Vec<&str> = (0..=chance.below(3)).map(|_| chance.of(&SENTENCES)).collect();
        let mut body = format!("{}\n", said.join("\n"));
        let mut subject = chance.of(&["cache-2", "checkout is down", "limits"]).to_owned();
        let parent = if chance.often(500) { all.last() } else { None };
        if let Some(parent) = parent {
            let quoted = people::quoted(&parent.body);
            body = format!(
                "On {}, {} <{}> wrote:\n{quoted}\n{body}",
                clock::mail(parent.at),
                parent.person.0,
                parent.person.1
            );
            subject = format!("Re: {}", parent.subject.trim_start_matches("Re: "));
        }
        let answers = parent.map(|parent| parent.id.clone());
        let id = format!("<{number}.{}@example.net>", chance.below(1_000_000));
        all.push(Message { at, person, subject, id, answers, body });
    }
    all
}

/// `jo at example.net` for `jo@example.net`.
fn hidden(text: &str) -> String {
    text.replace('@', " at ")
}

fn archived(message: &Message, way: Way, list: &str) -> String {
    let (name, address) = message.person;
    let (from, line) = match way {
        Way::Plain | Way::Listed | Way::Packed | Way::Nameless => {
            (format!("{name} <{address}>"), address.to_owned())
        }
        Way::Bare => (address.to_owned(), "MAILER-DAEMON".to_owned()),
        Way::Hidden => (format!("{} ({name})", hidden(address)), hidden(address)),
    };
    let from = match way {
        Way::Listed => format!("\"{name}\" <{address}>"),
        _ => from,
    };
    let subject = match way {
        Way::Plain | Way::Bare | Way::Packed | Way::Nameless => message.subject.clone(),
        Way::Hidden | Way::Listed => match message.subject.strip_prefix("Re: ") {
            Some(subject) => format!("Re: [{list}] {subject}"),
            None => format!("[{list}] {}", message.subject),
        },
    };
    let body = match way {
        Way::Plain | Way::Bare | Way::Nameless => message.body.clone(),
        Way::Packed => data_encoding::BASE64_MIME.encode(message.body.as_bytes()).replace('\r', ""),
        Way::Hidden => hidden(&message.body),
        Way::Listed => format!(
            "{}
_______________________________________________
{list} mailing list
{list}@lists.example.net
https://lists.example.net/{list}
",
            message.body
        ),
    };
    let answers =
        message.answers.as_ref().map(|id| format!("In-Reply-To: {id}\nReferences: {id}\n"));
    let id = match way {
        Way::Nameless => String::new(),
        _ => format!("Message-ID: {}\n", message.id),
    };
    let packing = match way {
        Way::Packed => {
            "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n"
        }
        _ => "",
    };
    format!(
        "From {line}  {}\nFrom: {from}\nDate: {}\nSubject: {subject}\n{}{id}{packing}List-Id: <{list}.lists.example.net>\n\n{body}\n",
        clock::asctime(message.at, ""),
        clock::mail(message.at),
        answers.unwrap_or_default(),
    )
}

/// Each message once in each of these archives, except where an archive missed one.
fn archives(chance: &mut Chance, ways: &[(Way, &str)], missed: usize) -> Evidence {
    let mut evidence = Evidence::default();
    let messages = messages(chance, 40);
    let events: Vec<u32> = messages.iter().map(|_| evidence.event()).collect();
    for (number, (way, list)) in ways.iter().enumerate() {
        let mut page = Page::default();
        for (message, &event) in messages.iter().zip(&events) {
            if number == 0 || !chance.often(missed) {
                page.record(&archived(message, *way, list), Told::new(event, &message.id));
            }
        }
        evidence.put(&format!("archive-{number}/{list}.mbox"), &page);
    }
    evidence
}

/// Three archives that hold every message alike.
pub(crate) fn thrice(chance: &mut Chance) -> Evidence {
    archives(chance, &[(Way::Plain, "ops"), (Way::Plain, "ops"), (Way::Plain, "ops")], 0)
}

/// One archive that holds every message three times.
pub(crate) fn thrice_in_one(chance: &mut Chance) -> Evidence {
    let mut evidence = Evidence::default();
    let mut page = Page::default();
    for message in messages(chance, 40) {
        let event = evidence.event();
        for _ in 0..3 {
            page.record(&archived(&message, Way::Plain, "ops"), Told::new(event, &message.id));
        }
    }
    evidence.put("archive/ops.mbox", &page);
    evidence
}

/// Two archives that spell the people otherwise.
pub(crate) fn spelled(chance: &mut Chance) -> Evidence {
    let other = chance.of(&[Way::Bare, Way::Hidden]);
    archives(chance, &[(Way::Plain, "ops"), (other, "ops")], 100)
}

/// A mailbox and the archives of two lists, each with its tag and its last lines.
pub(crate) fn listed(chance: &mut Chance) -> Evidence {
    archives(
        chance,
        &[(Way::Plain, "box"), (Way::Listed, "ops"), (Way::Listed, "shop"), (Way::Hidden, "duty")],
        100,
    )
}

/// A mailbox and an archive that packs the bodies for the way.
pub(crate) fn packed(chance: &mut Chance) -> Evidence {
    archives(chance, &[(Way::Plain, "ops"), (Way::Packed, "ops")], 100)
}

/// Two mailboxes without a Message-ID in any mail.
pub(crate) fn nameless(chance: &mut Chance) -> Evidence {
    archives(chance, &[(Way::Nameless, "ops"), (Way::Nameless, "ops")], 100)
}

/// Programs that send different mails under one id: a number is another, or everything is.
pub(crate) fn reused(chance: &mut Chance) -> Evidence {
    let mut evidence = Evidence::default();
    let (mut one, mut other) = (Page::default(), Page::default());
    for (number, mut message) in messages(chance, 30).into_iter().enumerate() {
        let told = |event| Told::new(event, &format!("{} {event}", message.id));
        let (first, second) = (told(evidence.event()), told(evidence.event()));
        let limit = 2 + number % 7;
        message.body = format!("The limit is {limit} GB now.\n{}", message.body);
        one.record(&archived(&message, Way::Plain, "ops"), first);
        message.body = match number % 3 {
            0 => message.body.replace(&format!("{limit} GB"), &format!("{} GB", limit + 1)),
            1 => "Out of office until Monday.\n".to_owned(),
            _ => format!("{}PS: and db-1 too.\n", message.body),
        };
        other.record(&archived(&message, Way::Listed, "ops"), second);
    }
    evidence.put("a/ops.mbox", &one);
    evidence.put("b/ops.mbox", &other);
    evidence
}
