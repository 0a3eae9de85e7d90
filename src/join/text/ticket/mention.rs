//! Mentions: which tickets a text names.
//!
//! A key of letters and digits (`OPS-7`, `INC0048213`) is known wherever it stands. A bare number is a
//! ticket's only in a link to it, behind `#`, or behind a word for a ticket: `pid 4107` is none.

use std::collections::{BTreeSet, HashMap};

use super::{
    super::{Carrier, Told},
    event,
};

/// Words and parts of links before a ticket's number.
const BEFORE_NUMBER: &[&str] = &[
    "browse",
    "bug",
    "bugs",
    "bugzilla",
    "case",
    "cases",
    "display.html?id",
    "id",
    "incident",
    "incidents",
    "issue",
    "issues",
    "request",
    "requests",
    "rt",
    "story",
    "task",
    "ticket",
    "ticketid",
    "ticketnumber",
    "tickets",
    "work_items",
];
/// Digits from which on a number is no other: OTRS counts so.
const LONG_NUMBER: usize = 10;

/// A ticket.
pub(in super::super) struct Ticket<'a> {
    /// Its key as its own record writes it.
    pub(super) key: &'a str,
    /// Indices of its events, by time.
    pub(super) events: Vec<usize>,
}

/// The tickets of a run, by key.
pub(in super::super) struct Keys<'a> {
    tickets: Vec<Ticket<'a>>,
    /// Number of a ticket by its key in lower case.
    numbers: HashMap<String, usize>,
}

impl<'a> Keys<'a> {
    /// Gathers the tickets.
    pub(in super::super) fn of(told: &[Told<'a>]) -> Self {
        let mut keys = Self { tickets: Vec::new(), numbers: HashMap::new() };
        for (at, one) in told.iter().enumerate() {
            let own = one.carrier == Carrier::Ticket;
            let Some((key, _)) = one.said.record.filter(|_| own).and_then(event) else { continue };
            if !key.bytes().any(|byte| byte.is_ascii_digit()) {
                continue;
            }
            let next = keys.tickets.len();
            let number = *keys.numbers.entry(key.to_lowercase()).or_insert(next);
            if number == next {
                keys.tickets.push(Ticket { key, events: Vec::new() });
            }
            keys.tickets[number].events.push(at);
        }
        keys
    }

    /// The ticket of that number.
    pub(super) fn ticket(&self, number: usize) -> &Ticket<'a> {
        &self.tickets[number]
    }

    /// Pairs of a mail or message and a ticket that it names, by event.
    pub(in super::super) fn mentions(&self, told: &[Told<'_>]) -> Vec<(usize, usize)> {
        let mut mentions = Vec::new();
        for (at, one) in told.iter().enumerate() {
            if !self.numbers.is_empty() && matches!(one.carrier, Carrier::Mail | Carrier::Chat) {
                let mut named = self.head(one);
                self.text(one.said.text, &mut named);
                mentions.extend(named.into_iter().map(|ticket| (at, ticket)));
            }
        }
        mentions
    }

    /// The ticket that a mail or post is about: the only one in its refs and subject, or the only
    /// one that it names at all.
    pub(super) fn meant(&self, one: &Told<'_>, mentions: &[(usize, usize)]) -> Option<usize> {
        let head: Vec<usize> = self.head(one).into_iter().collect();
        match (&head[..], mentions) {
            ([ticket], _) | ([], [(_, ticket)]) => Some(*ticket),
            _ => None,
        }
    }

    /// Tickets named in refs and summary.
    fn head(&self, one: &Told<'_>) -> BTreeSet<usize> {
        let mut named = BTreeSet::new();
        let refs = one.said.refs.iter().filter_map(|key| self.numbers.get(&key.to_lowercase()));
        named.extend(refs);
        self.text(one.said.summary, &mut named);
        named
    }

    /// Tickets named in a text.
    fn text(&self, text: &str, named: &mut BTreeSet<usize>) {
        let cut = |c: char| c.is_whitespace() || "()[]<>{},;|\"“”'’`*!".contains(c);
        let mut before = String::new();
        for token in text.split(cut).filter(|token| !token.is_empty()) {
            if token.bytes().any(|byte| byte.is_ascii_digit()) {
                let token = token.trim_end_matches(['.', ':', '?']);
                let token = token.trim_start_matches(['.', ':', '@']).to_lowercase();
                if !self.take(&token, &before, named) {
                    self.parts(&token, &before, named);
                }
            }
            before = token.trim_end_matches([':', '.', '#']).to_lowercase();
        }
    }

    /// The parts of a link, or of keys written together.
    fn parts(&self, token: &str, before: &str, named: &mut BTreeSet<usize>) {
        let link = token.contains("://");
        let mut before = if link { String::new() } else { before.to_owned() };
        for part in token.split(['/', '?', '&', '=', ':', '#']).filter(|part| !part.is_empty()) {
            // `ticket#77` has no blank.
            let marked = token.contains(&format!("#{part}")) && !link;
            let before_it = if marked { "ticket" } else { &before };
            self.take(part, before_it, named);
            part.clone_into(&mut before);
        }
    }

    /// Takes a key; true where it is one.
    fn take(&self, token: &str, before: &str, named: &mut BTreeSet<usize>) -> bool {
        let Some(&number) = self.numbers.get(token) else { return false };
        let bare = token.bytes().all(|byte| byte.is_ascii_digit());
        let fits = !bare || token.len() >= LONG_NUMBER || BEFORE_NUMBER.contains(&before);
        if fits {
            named.insert(number);
        }
        fits
    }
}
