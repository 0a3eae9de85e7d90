//! Replies and quotes: events of their own that speak of another.
//!
//! Takes what mails and messages refer to and quote; gives references, and the edges of mails that are
//! passed on without a word of one's own. A reference by id is certain; one by text asks for 80 %
//! of the quoted shingles in a text of the seven days before.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use super::{
    ALIKE, BLOCK, Carrier, Rule, Told,
    cluster::Edge,
    contradict,
    near::{self, Text},
    plain, shingle, words,
};

/// How far back a quoted text is looked for, in ns: 7 days.
const BACK: i64 = 7 * 86_400_000_000_000;
/// Shingles of a quote that are looked for: with four of five there, one is nearly always found.
const PROBES: usize = 16;
/// Most texts that hold one shingle; what more of them hold is a formula.
const HOLDERS: usize = 64;
/// Most texts that a quote is compared with.
const COMPARED: usize = 8;
/// Marks of a subject that say that a mail is passed on, in the languages of the common programs.
const FORWARDS: [&str; 14] =
    ["fwd", "fw", "wg", "tr", "rv", "enc", "i", "doorst", "vs", "vb", "vl", "pd", "转发", "転送"];

/// A reference: the event, the event it speaks of, and how that is known.
pub(super) type Refers = (usize, usize, &'static str);

/// What is known by id: which event answers which.
pub(super) struct Threads {
    /// Event and the event it refers to.
    links: HashSet<(usize, usize)>,
    /// Number of the native key, by event.
    keys: HashMap<usize, usize>,
}

impl Threads {
    /// Looks up what mails and messages refer to.
    pub(super) fn of(told: &[Told<'_>]) -> Self {
        let speaks = |at: &usize| matches!(told[*at].carrier, Carrier::Mail | Carrier::Chat);
        let mut first: HashMap<&str, usize> = HashMap::new();
        let mut keys = HashMap::new();
        for at in (0..told.len()).filter(speaks) {
            if let Some(record) = told[at].said.record {
                keys.insert(at, *first.entry(record).or_insert(at));
            }
        }
        let mut links = HashSet::new();
        for at in (0..told.len()).filter(speaks) {
            let own = keys.get(&at);
            for to in told[at].said.refs.iter().filter_map(|key| first.get(key.as_str())) {
                if Some(to) != own {
                    links.insert((at, *to));
                }
            }
        }
        Self { links, keys }
    }

    /// True where one answers the other, or both have the same id: those are copies, or were found
    /// to be none.
    pub(super) fn linked(&self, one: usize, other: usize) -> bool {
        let key = |at: usize| self.keys.get(&at).copied();
        let answers = |a: usize, b: usize| key(b).is_some_and(|b| self.links.contains(&(a, b)));
        key(one).is_some() && key(one) == key(other) || answers(one, other) || answers(other, one)
    }

    /// All references by id.
    pub(super) fn references(&self, told: &[Told<'_>]) -> Vec<Refers> {
        let mut links: Vec<(usize, usize)> = self.links.iter().copied().collect();
        links.sort_unstable_by_key(|(at, to)| (told[*at].said.at, told[*to].said.at));
        links.into_iter().map(|(at, to)| (at, to, "reply:id")).collect()
    }
}

/// What quotes tell.
#[derive(Default)]
pub(super) struct Quotes {
    /// Mails passed on as they are.
    pub(super) forwards: Vec<Edge>,
    /// The other quotes.
    pub(super) references: Vec<Refers>,
}

/// An event that quotes another text.
struct Quote {
    at: usize,
    /// The mail is passed on.
    forward: bool,
    /// The least hashes of the quoted shingles.
    probes: Vec<u64>,
}

/// Finds the texts that are quoted.
pub(super) fn quotes(told: &[Told<'_>], threads: &Threads) -> Quotes {
    let answered: HashSet<usize> = threads.links.iter().map(|(at, _)| *at).collect();
    let quotes: Vec<Quote> =
        (0..told.len()).into_par_iter().filter_map(|at| quote(told, at, &answered)).collect();
    let holders = holders(told, &quotes);
    let found: Vec<_> = quotes.par_iter().map(|quote| source(told, quote, &holders)).collect();
    let mut out = Quotes::default();
    for (quote, found) in quotes.iter().zip(found) {
        match found {
            Some((_, Some(edge))) => out.forwards.push(edge),
            Some((to, None)) if quote.forward => {
                out.references.push((quote.at, to, "forwards:text"));
            }
            Some((to, None)) => out.references.push((quote.at, to, "quotes:text")),
            None => {}
        }
    }
    out
}

/// The quote in an event, where nothing else says what it answers.
fn quote(told: &[Told<'_>], at: usize, answered: &HashSet<usize>) -> Option<Quote> {
    let one = &told[at];
    let speaks = matches!(one.carrier, Carrier::Mail | Carrier::Chat) && one.instant.is_some();
    let forward = one.carrier == Carrier::Mail && is_forward(one.said.summary);
    if !speaks || !forward && answered.contains(&at) {
        return None;
    }
    let probes = probes(&plain::part(one.said.text).quoted);
    (!probes.is_empty()).then_some(Quote { at, forward, probes })
}

fn probes(quoted: &str) -> Vec<u64> {
    // Sorted: the least of well-mixed hashes are any of them.
    let mut shingles = shingle::of_hashes(&words::hashes(quoted));
    shingles.truncate(PROBES);
    shingles
}

/// A subject that says that the mail is passed on: its first mark counts.
fn is_forward(subject: &str) -> bool {
    let mark =
        subject.trim_start().split_once([':', '：']).map(|(mark, _)| mark.trim().to_lowercase());
    mark.is_some_and(|mark| FORWARDS.contains(&mark.as_str()))
}

/// The texts that hold the shingles that are looked for.
fn holders(told: &[Told<'_>], quotes: &[Quote]) -> HashMap<u64, Vec<usize>> {
    let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
    for quote in quotes {
        holders.extend(quote.probes.iter().map(|probe| (*probe, Vec::new())));
    }
    if holders.is_empty() {
        return holders;
    }
    let holds = |one: &Told<'_>| -> Vec<u64> {
        near::own_shingles(one)
            .into_iter()
            .filter(|shingle| holders.contains_key(shingle))
            .collect()
    };
    let held: Vec<Vec<u64>> = told.par_iter().map(holds).collect();
    for (at, held) in held.into_iter().enumerate() {
        for shingle in held {
            holders.entry(shingle).or_default().push(at);
        }
    }
    holders
}

/// The text that is quoted; and the edge, where it is passed on as it is.
fn source(
    told: &[Told<'_>],
    quote: &Quote,
    holders: &HashMap<u64, Vec<usize>>,
) -> Option<(usize, Option<Edge>)> {
    let one = &told[quote.at];
    let earlier = |at: &usize| one.after(&told[*at]).is_some_and(|d| d > 0 && d <= BACK);
    let mut hits: HashMap<usize, u32> = HashMap::new();
    for at in quote.probes.iter().filter_map(|probe| holders.get(probe)) {
        if at.len() <= HOLDERS {
            at.iter().filter(|at| earlier(at)).for_each(|at| *hits.entry(*at).or_default() += 1);
        }
    }
    let mut hits: Vec<(usize, u32)> = hits.into_iter().collect();
    hits.sort_unstable_by_key(|(at, hits)| (std::cmp::Reverse(*hits), *at));
    let parts = plain::part(one.said.text);
    let quoted = Text::of(&parts.quoted);
    let share = |at: usize| {
        let shared = shingle::shared(&quoted.shingles, &near::own_shingles(&told[at]));
        (shingle::permille(shared, quoted.shingles.len()), std::cmp::Reverse(at))
    };
    let best = hits.into_iter().take(COMPARED).map(|(at, _)| share(at)).max()?;
    let (permille, std::cmp::Reverse(at)) = best;
    if permille < ALIKE {
        return None;
    }
    let bare = quote.forward && Text::of(&parts.own).words.is_empty();
    Some((at, bare.then(|| forward(told, (at, quote.at), &quoted)).flatten()))
}

/// The edge of a mail passed on as it is, soon after, into another mailbox.
fn forward(told: &[Told<'_>], (from, at): (usize, usize), quoted: &Text) -> Option<Edge> {
    let (first, then) = (&told[from], &told[at]);
    let delay = then.after(first).filter(|delay| *delay <= BLOCK)?;
    let text = Text::own(first);
    let (similarity, shared) = shingle::jaccard(&quoted.shingles, &text.shingles);
    let apart = first.said.at.input == then.said.at.input
        || similarity < ALIKE
        || near::strip(first.said.summary) != near::strip(then.said.summary)
        || contradict::fields(first.said, then.said)
        || contradict::texts(&text.words, &quoted.words, &near::excused(first, then));
    (!apart).then_some(Edge {
        rule: Rule::QuotedForward,
        origin: from,
        member: at,
        similarity: Some(similarity),
        shared,
        delay,
        key: None,
    })
}

#[cfg(test)]
mod tests;
