//! Text: what people and programs write is told again elsewhere.
//!
//! Takes what the chat, mail and ticket events of a run say; gives *joins* (one event, told again)
//! and *references* (an event of its own that speaks of another). Five rules join:
//!
//! - `told:ticket-mail`: a tracker's mail about an event of a ticket;
//! - `told:ticket-link`: a bot's post that is hardly more than the ticket's key or link;
//! - `told:status-mail`: a mail or post that says what a status page says;
//! - `quoted:forward`: a mail passed on without a word of one's own;
//! - `told:crosspost`: the same text by the same author, or by a bot, at another place.
//!
//! A reply, a quote with words of one's own, and a person's mention of a ticket are never joined:
//! they refer. Over-merging is worse than a duplicate, so a join by text asks for a Jaccard
//! similarity of 0.8 of the five-word shingles, for fifteen minutes at most between the two, and
//! for no contradiction: no number, name, state or negation that only one of the two has.
//!
//! Nothing here depends on the order of the events: they are sorted by corrected instant, input and
//! tick first, and edges are taken from the surest to the least sure.

mod block;
mod cluster;
mod contradict;
mod near;
mod page;
pub(crate) mod person;
mod plain;
mod reply;
mod shingle;
#[cfg(test)]
mod tests;
mod ticket;
mod words;

use super::{Place, Rule};
use crate::event::Kind;

/// Longest time between an event and another place's telling of it, in ns: 15 minutes.
const BLOCK: i64 = 15 * MINUTE;
/// How far a retelling may lie before what it tells of, in ns: clocks that differ a little, times
/// that are written in minutes.
const BEFORE: i64 = 2 * MINUTE;
/// A minute in ns.
const MINUTE: i64 = 60_000_000_000;
/// Least similarity that joins two texts, in permille.
const ALIKE: u16 = 800;

/// What an event says, as far as text can tell that another says the same.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// Place.
    pub at: Place,
    /// Nanoseconds since 1970 UTC by the input's own clock; none where undated.
    pub instant: Option<i64>,
    /// Kind.
    pub kind: Kind,
    /// A program wrote it.
    pub bot: bool,
    /// Who.
    pub actor: Option<&'a str>,
    /// Host.
    pub host: Option<&'a str>,
    /// Service or check.
    pub service: Option<&'a str>,
    /// State.
    pub state: Option<&'a str>,
    /// Native key: Message-ID with angle brackets, `KEY:created`, `folder/ts`.
    pub record: Option<&'a str>,
    /// Ticket keys, URLs, thread ids, In-Reply-To.
    pub refs: &'a [String],
    /// Room, list or project.
    pub channel: Option<&'a str>,
    /// `slack`, `jira`, `mail` …
    pub system: &'a str,
    /// One line.
    pub summary: &'a str,
    /// The whole text without markup, quotes included; the summary where there is no other.
    pub text: &'a str,
}

/// What carries an event's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Carrier {
    /// A ticket's own record.
    Ticket,
    /// A status page's own record.
    Page,
    /// A mail, whatever it tells of.
    Mail,
    /// A chat message.
    Chat,
    /// Anything else; takes no part.
    Other,
}

/// Systems whose own records are posts of a status page.
const PAGES: [&str; 2] = ["statuspage", "cstate"];

impl Said<'_> {
    fn carrier(&self) -> Carrier {
        let mail_id = self.record.is_some_and(|id| id.starts_with('<') && id.ends_with('>'));
        match self.kind {
            _ if mail_id => Carrier::Mail,
            Kind::Email => Carrier::Mail,
            Kind::Chat => Carrier::Chat,
            Kind::Ticket if PAGES.contains(&self.system) => Carrier::Page,
            Kind::Ticket => Carrier::Ticket,
            _ => Carrier::Other,
        }
    }

    /// A program wrote it, by what is known of it or by its name.
    fn machine(&self) -> bool {
        self.bot || self.actor.is_some_and(person::is_machine)
    }
}

/// What makes two events one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The event of the same cluster that it was compared with: the origin, or another member.
    pub with: Place,
    /// Share of common five-word shingles, in permille; none where text did not decide.
    pub similarity: Option<u16>,
    /// Common shingles.
    pub shared: u32,
    /// Its corrected instant less that of `with`, in ns.
    pub delay: i64,
    /// The ticket's key, where it decided.
    pub key: Option<String>,
}

/// An event that tells of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    /// The event it tells of: a ticket's record, a page's post, else where it was first written.
    pub origin: Place,
    /// The event that tells of it.
    pub member: Place,
    /// Rule.
    pub rule: Rule,
    /// What the rule saw.
    pub evidence: Evidence,
}

/// An event of its own that speaks of another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The event.
    pub event: Place,
    /// The event it speaks of.
    pub references: Place,
    /// `reply:id`, `quotes:text`, `forwards:text` or `mentions:ticket`.
    pub why: &'static str,
}

/// All that text tells, sorted by member and by event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Joins; no event is a member twice, no origin is a member.
    pub joins: Vec<Join>,
    /// References; none between events that are joined.
    pub references: Vec<Reference>,
}

/// An event and its corrected instant.
#[derive(Clone, Copy)]
struct Told<'a> {
    said: &'a Said<'a>,
    carrier: Carrier,
    /// Corrected instant in ns; undated ones stand last.
    instant: Option<i64>,
}

impl Told<'_> {
    /// Its corrected instant less that of another, in ns; none where one of them is undated.
    fn after(&self, other: &Told<'_>) -> Option<i64> {
        Some(self.instant?.saturating_sub(other.instant?))
    }
}

/// Who tells that something was done to a ticket: its own record, or a program's mail or post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfTicket {
    /// The event.
    pub at: Place,
    /// Nanoseconds since 1970 UTC by its input's own clock.
    pub instant: i64,
    /// The ticket, as a number.
    pub ticket: u64,
    /// What was done, as a number.
    pub action: u32,
    /// It is the ticket's own record.
    pub own: bool,
}

/// Who tells that tickets were created, resolved, closed or opened again, by instant: the mail and
/// the post come behind the record, whatever their clocks show.
pub fn tickets(said: &[Said<'_>]) -> Vec<OfTicket> {
    let told = told(said, &|_, _| 0);
    let keys = ticket::Keys::of(&told);
    ticket::tellers(&told, &keys, &keys.mentions(&told))
}

/// Events with corrected instants, in order.
fn told<'a>(said: &'a [Said<'a>], ahead: &(dyn Fn(u32, i64) -> i64 + Sync)) -> Vec<Told<'a>> {
    let right = |said: &Said<'_>, at: i64| at.saturating_sub(ahead(said.at.input, at));
    let mut told: Vec<Told<'_>> = said
        .iter()
        .map(|said| Told {
            said,
            carrier: said.carrier(),
            instant: said.instant.map(|at| right(said, at)),
        })
        .filter(|told| told.carrier != Carrier::Other)
        .collect();
    told.sort_by_key(|told| (told.instant.is_none(), told.instant, told.said.at));
    told
}

/// Finds what is told again. `ahead` gives how many ns an input's clock was ahead of the others when
/// it showed an instant (ns).
pub fn find(said: &[Said<'_>], ahead: &(dyn Fn(u32, i64) -> i64 + Sync)) -> Found {
    let told = told(said, ahead);
    let keys = ticket::Keys::of(&told);
    let mentions = keys.mentions(&told);
    let threads = reply::Threads::of(&told);
    let mut edges = ticket::edges(&told, &keys, &mentions);
    edges.extend(page::edges(&told));
    let quotes = reply::quotes(&told, &threads);
    edges.extend(quotes.forwards);
    edges.extend(near::edges(&told, &threads));
    let clusters = cluster::join(&told, edges);
    let mut references = threads.references(&told);
    references.extend(quotes.references);
    references.extend(keys.references(&told, &mentions));
    let mut references: Vec<Reference> = references
        .into_iter()
        .filter(|&(event, to, _)| !clusters.same(event, to))
        .map(|(event, to, why)| Reference {
            event: told[event].said.at,
            references: told[to].said.at,
            why,
        })
        .collect();
    references.sort();
    references.dedup_by_key(|reference| (reference.event, reference.references));
    Found { joins: clusters.joins(&told), references }
}
