//! Tickets: a tracker's mail and a bot's link tell an event of the ticket again; a person who names a
//! ticket refers to it.
//!
//! Takes tickets by key and what names them; gives edges for programs, references for people. A mail
//! or post says what was done (created, commented, resolved …): it joins only that event.

mod mention;

use std::collections::{BTreeSet, HashSet};

use xxhash_rust::xxh3::xxh3_64;

use super::{
    ALIKE, BEFORE, BLOCK, Carrier, OfTicket, Rule, Said, Told,
    cluster::Edge,
    contradict,
    near::{self, Text},
    person, plain,
    reply::Refers,
    shingle,
    words::{Word, words},
};

pub(super) use mention::Keys;
use mention::Ticket;

/// Most words that a bot's post has beside key, link, title and names to be a mere link.
const BESIDE: usize = 8;
/// Lines of a mail's body that say what was done.
const FIRST_LINES: usize = 3;

/// What was done to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Action {
    Created,
    Comment,
    Resolved,
    Closed,
    Reopened,
    /// A field was changed: too many mails and records say that to know which.
    Changed,
}

/// The last parts of a ticket's native keys.
const PARTS: &[(Action, &[&str])] = &[
    (Action::Created, &["created", "opened", "reported", "declared"]),
    (Action::Comment, &["comment", "note", "answered"]),
    (Action::Resolved, &["resolved", "solved"]),
    (Action::Closed, &["closed"]),
    (Action::Reopened, &["reopened"]),
    (
        Action::Changed,
        &["status", "change", "updated", "assigned", "due", "scheduled", "last", "update"],
    ),
];

/// Words of mails and posts.
const SAID: &[(Action, &[&str])] = &[
    (
        Action::Created,
        &[
            "created",
            "opened",
            "reported",
            "raised",
            "logged",
            "registered",
            "submitted",
            "new",
            "erstellt",
            "eröffnet",
            "neues",
            "neue",
            "créé",
            "creado",
            "creada",
            "aangemaakt",
            "criado",
            "creato",
        ],
    ),
    (
        Action::Comment,
        &[
            "commented",
            "comment",
            "replied",
            "reply",
            "note",
            "answered",
            "kommentar",
            "kommentiert",
            "commentaire",
            "comentario",
            "comentado",
        ],
    ),
    (Action::Resolved, &["resolved", "solved", "fixed", "gelöst", "behoben", "résolu", "resuelto"]),
    (Action::Closed, &["closed", "geschlossen", "fermé", "cerrado"]),
    (Action::Reopened, &["reopened", "re-opened"]),
    (
        Action::Changed,
        &[
            "updated",
            "changed",
            "assigned",
            "reassigned",
            "transitioned",
            "edited",
            "moved",
            "escalated",
            "linked",
            "attached",
            "merged",
            "due",
            "geändert",
            "zugewiesen",
            "mentioned",
            "breached",
            "breach",
            "reminder",
        ],
    ),
];

/// Words of a bot's post that say nothing beside the ticket's link.
const FORMULAS: &[&str] = &[
    "assignee",
    "bug",
    "by",
    "case",
    "for",
    "from",
    "high",
    "in",
    "incident",
    "issue",
    "low",
    "major",
    "medium",
    "minor",
    "none",
    "of",
    "on",
    "open",
    "p1",
    "p2",
    "p3",
    "p4",
    "priority",
    "problem",
    "project",
    "reporter",
    "request",
    "see",
    "status",
    "task",
    "ticket",
    "to",
    "todo",
    "type",
    "unassigned",
    "via",
    "view",
];

/// A ticket's key, and what was done, of a native key: `OPS-7:comment:2`.
fn event(record: &str) -> Option<(&str, Action)> {
    let action =
        |part: &str| PARTS.iter().find(|(_, parts)| parts.contains(&part)).map(|(a, _)| *a);
    let (head, last) = record.rsplit_once(':')?;
    if let Some(action) = action(last) {
        return Some((head, action));
    }
    let (key, part) = head.rsplit_once(':')?;
    Some((key, action(part)?))
}

/// True where somebody wrote a ticket's text: it was created, or commented on.
pub(super) fn is_written(said: &Said<'_>) -> bool {
    let action = said.record.and_then(event).map(|(_, action)| action);
    matches!(action, None | Some(Action::Created | Action::Comment))
}

/// All pairs of a ticket's event and a program's mail or post about it. `mentions` are pairs of an
/// event and a ticket that it names.
pub(super) fn edges(told: &[Told<'_>], keys: &Keys<'_>, mentions: &[(usize, usize)]) -> Vec<Edge> {
    let named = mentions.chunk_by(|a, b| a.0 == b.0);
    named.filter_map(|mentions| edge(told, keys, mentions)).collect()
}

/// Who tells that something was done to a ticket that is done but rarely.
pub(super) fn tellers(
    told: &[Told<'_>],
    keys: &Keys<'_>,
    mentions: &[(usize, usize)],
) -> Vec<OfTicket> {
    let of_ticket = |at: usize, key: &str, action: Action, own: bool| {
        let rare = !matches!(action, Action::Comment | Action::Changed);
        let ticket = xxh3_64(key.to_lowercase().as_bytes());
        let instant = told[at].instant.filter(|_| rare)?;
        Some(OfTicket { at: told[at].said.at, instant, ticket, action: action as u32, own })
    };
    let own = told.iter().enumerate().filter(|(_, one)| one.carrier == Carrier::Ticket);
    let own = own.filter_map(|(at, one)| {
        let (key, action) = event(one.said.record?)?;
        of_ticket(at, key, action, true)
    });
    let named = mentions.chunk_by(|a, b| a.0 == b.0).filter_map(|mentions| {
        let &(at, _) = mentions.first()?;
        let (ticket, actions) = done(told, keys, mentions)?;
        let action = match actions.iter().collect::<Vec<_>>()[..] {
            [action] | [action @ Action::Created, Action::Changed] => *action,
            _ => return None,
        };
        of_ticket(at, ticket.key, action, false)
    });
    let mut found: Vec<OfTicket> = own.chain(named).collect();
    found.sort_by_key(|one| (one.instant, one.at));
    found
}

/// The ticket that a program's mail or post is about, and what it says was done.
fn done<'k, 'a>(
    told: &[Told<'_>],
    keys: &'k Keys<'a>,
    mentions: &[(usize, usize)],
) -> Option<(&'k Ticket<'a>, BTreeSet<Action>)> {
    let &(at, _) = mentions.first()?;
    let ticket = keys.meant(&told[at], mentions)?;
    let ticket = keys.ticket(ticket);
    let one = &told[at];
    let system = ticket.events.first().is_some_and(|&own| told[own].said.system == one.said.system);
    if !(one.said.machine() || system) {
        return None;
    }
    let (actions, beside) = actions(one, &excused(told, &ticket.events, one));
    (one.carrier != Carrier::Chat || beside <= BESIDE).then_some((ticket, actions))
}

/// The event of a ticket that a mail or post tells of.
fn edge(told: &[Told<'_>], keys: &Keys<'_>, mentions: &[(usize, usize)]) -> Option<Edge> {
    let &(at, _) = mentions.first()?;
    let (ticket, actions) = done(told, keys, mentions)?;
    let one = &told[at];
    let near: Vec<(usize, Action)> = ticket
        .events
        .iter()
        .filter(|&&own| one.after(&told[own]).is_some_and(|d| (-BEFORE..=BLOCK).contains(&d)))
        .filter_map(|&own| Some((own, event(told[own].said.record?)?.1)))
        .collect();
    let own = choose(told, one, &near, &actions)?;
    if contradict::fields(&Said { state: None, ..*told[own].said }, one.said) {
        return None;
    }
    Some(Edge {
        rule: if one.carrier == Carrier::Chat {
            Rule::ToldTicketLink
        } else {
            Rule::ToldTicketMail
        },
        origin: own,
        member: at,
        similarity: None,
        shared: 0,
        delay: one.after(&told[own])?,
        key: Some(ticket.key.to_owned()),
    })
}

/// The event that the words mean: the only action they name, or, where they name none, the creation if
/// nothing else was done at the time.
fn choose(
    told: &[Told<'_>],
    one: &Told<'_>,
    near: &[(usize, Action)],
    actions: &BTreeSet<Action>,
) -> Option<usize> {
    let wanted = match actions.iter().collect::<Vec<_>>()[..] {
        [] if near
            .iter()
            .all(|(_, action)| matches!(action, Action::Created | Action::Changed)) =>
        {
            Action::Created
        }
        [Action::Changed] => return None,
        [action] => *action,
        // "Created … assigned to": what is new is told of once.
        [Action::Created, Action::Changed] => Action::Created,
        _ => return None,
    };
    let mut fits = near.iter().filter(|(_, action)| *action == wanted).map(|(own, _)| *own);
    if wanted == Action::Comment {
        let text = words(one.said.text);
        fits.find(|&own| holds(&text, &Text::own(&told[own])))
    } else {
        let far = |own: &usize| (one.after(&told[*own]).map(i64::abs), told[*own].said.at);
        fits.min_by_key(far)
    }
}

/// True where a mail holds the words of a comment.
fn holds(text: &[Word], comment: &Text) -> bool {
    if comment.words.is_empty() {
        return false;
    }
    if comment.shingles.is_empty() {
        let mut runs = text.windows(comment.words.len());
        return runs.any(|run| run.iter().zip(&comment.words).all(|(a, b)| a.hash == b.hash));
    }
    let shared = shingle::shared(&shingle::shingles(text), &comment.shingles);
    shingle::permille(shared, comment.shingles.len()) >= ALIKE
        && contradict::within(&comment.words, text)
}

/// Words that say nothing new beside a ticket: its title and text, the names of those who wrote it.
fn excused(told: &[Told<'_>], events: &[usize], one: &Told<'_>) -> HashSet<u64> {
    let mut excused: HashSet<u64> = HashSet::new();
    let mut add = |text: &str| excused.extend(words(text).iter().map(|word| word.hash));
    for &own in events {
        let said = told[own].said;
        let created =
            said.record.and_then(event).is_some_and(|(_, action)| action == Action::Created);
        if created {
            add(said.summary.split_once(": ").map_or(said.summary, |(_, title)| title));
        }
        if is_written(said) {
            add(near::body(&told[own]));
        }
        add(&person::signature(said.actor).join(" "));
    }
    add(&person::signature(one.said.actor).join(" "));
    excused
}

/// What a mail or post says was done, by its subject and first lines; and how many words it has that
/// say neither that nor anything known.
fn actions(one: &Told<'_>, excused: &HashSet<u64>) -> (BTreeSet<Action>, usize) {
    let own = plain::part(one.said.text).own;
    let mut text: Vec<&str> = own.lines().filter(|line| !line.trim().is_empty()).collect();
    if one.carrier == Carrier::Mail {
        text.truncate(FIRST_LINES);
    }
    let subject = if one.carrier == Carrier::Mail { one.said.summary } else { "" };
    let mut found = BTreeSet::new();
    let mut beside = 0;
    for word in words(subject).iter().chain(&words(&text.join("\n"))) {
        let action = SAID.iter().find(|(_, words)| words.contains(&word.text.as_str()));
        match action {
            _ if excused.contains(&word.hash) => {}
            Some((action, _)) => drop(found.insert(*action)),
            None => beside += usize::from(!is_formula(word)),
        }
    }
    (found, beside)
}

/// A word that any post about a ticket may hold.
fn is_formula(word: &Word) -> bool {
    use super::words::Class::{Link, Number, Small, Time};
    matches!(word.class, Small | Link | Number | Time) || FORMULAS.contains(&word.text.as_str())
}

impl Keys<'_> {
    /// References to the tickets that are named.
    pub(super) fn references(&self, told: &[Told<'_>], mentions: &[(usize, usize)]) -> Vec<Refers> {
        let to = |ticket: usize| {
            let events = &self.ticket(ticket).events;
            let created = |own: &&usize| {
                told[**own].said.record.and_then(event).is_some_and(|(_, a)| a == Action::Created)
            };
            events.iter().find(created).or(events.first()).copied()
        };
        let pairs = mentions.iter();
        pairs.filter_map(|&(at, ticket)| Some((at, to(ticket)?, "mentions:ticket"))).collect()
    }
}

#[cfg(test)]
mod tests;
