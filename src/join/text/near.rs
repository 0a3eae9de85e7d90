//! Cross-posts: one text at several places.
//!
//! Takes the own words of what is told; gives the pairs that are one text: near in time, in different
//! inputs, by the same author or a program, alike by Jaccard, without contradiction. `MinHash` bands
//! propose the pairs; only what lies within a time block is held in memory.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use super::{
    ALIKE, BLOCK, Carrier, MINUTE, Rule, Told,
    block::Block,
    cluster::Edge,
    contradict, person, plain,
    reply::Threads,
    shingle::{self, hash},
    ticket,
    words::{Class, Word, hashes, words},
};

/// Words from which on a text stands for itself; a shorter one joins only whole, and soon.
const LONG: usize = 8;
/// Words from which on a program's text stands for itself whatever the program is called.
const LONG_OF_MACHINES: usize = 12;
/// Longest time between two short texts that are one, in ns.
const SOON: i64 = 2 * MINUTE;
/// Texts whose words are taken at a time.
const BATCH: usize = 4096;
/// Most earlier texts that one is compared with.
const COMPARED: usize = 32;

/// A text as it is compared.
pub(super) struct Text {
    /// Its own words.
    pub(super) words: Vec<Word>,
    /// Its shingles.
    pub(super) shingles: Vec<u64>,
    /// The hash of all words.
    whole: u64,
}

impl Text {
    /// The own words of an event.
    pub(super) fn own(told: &Told<'_>) -> Self {
        Self::of(&plain::part(body(told)).own)
    }

    /// The words of a text.
    pub(super) fn of(text: &str) -> Self {
        let words = words(text);
        let whole = shingle::whole(&words);
        let shingles = shingle::shingles(&words);
        Self { words, shingles, whole }
    }
}

/// The shingles of what an event says itself, where nothing else is asked for.
pub(super) fn own_shingles(told: &Told<'_>) -> Vec<u64> {
    shingle::of_hashes(&hashes(&plain::part(body(told)).own))
}

/// What an event says, without the `KEY comment: ` that a definition puts before a ticket's text.
pub(super) fn body<'a>(told: &Told<'a>) -> &'a str {
    let said = told.said;
    if matches!(told.carrier, Carrier::Ticket | Carrier::Page) && said.text == said.summary {
        return said.text.split_once(": ").map_or(said.text, |(_, text)| text);
    }
    said.text
}

/// Words that one of two texts may have alone: the subjects, the names.
pub(super) fn excused(one: &Told<'_>, other: &Told<'_>) -> HashSet<u64> {
    let mut excused = HashSet::new();
    for told in [one, other] {
        if told.carrier != Carrier::Chat {
            excused.extend(words(told.said.summary).iter().map(|word| word.hash));
        }
        let names = person::signature(told.said.actor);
        excused.extend(names.iter().map(|name| hash(name.as_bytes())));
    }
    excused
}

/// All pairs of texts that are one.
pub(super) fn edges(told: &[Told<'_>], threads: &Threads) -> Vec<Edge> {
    let pauses = Pauses::of(told);
    let mut block: Block<Text> = Block::new(BLOCK);
    let mut edges = Vec::new();
    let dated = told.partition_point(|told| told.instant.is_some());
    let near = near_others(&told[..dated]);
    for (batch, stretch) in told[..dated].chunks(BATCH).enumerate() {
        let near = &near[batch * BATCH..];
        let texts: Vec<Option<(Text, [u64; shingle::BANDS])>> = stretch
            .par_iter()
            .zip(near)
            .map(|(told, near)| near.then(|| compared(told)).flatten())
            .collect();
        for (number, text) in texts.into_iter().enumerate() {
            let at = batch * BATCH + number;
            let Some((text, bands)) = text else { continue };
            let instant = told[at].instant.unwrap_or_default();
            block.pass(instant);
            let may = |other: usize| {
                told[other].said.at.input != told[at].said.at.input
                    && !threads.linked(at, other)
                    && pauses.allow(told, other, at)
            };
            for (other, theirs) in block.near(&bands, COMPARED, may) {
                edges.extend(compare(told, (other, theirs), (at, &text)));
            }
            block.add(at, instant, bands, text);
        }
    }
    edges
}

/// Whether another input tells of anything within a block, before or behind: what stands alone is
/// compared with nothing.
fn near_others(told: &[Told<'_>]) -> Vec<bool> {
    let mut near = vec![false; told.len()];
    // The last event of another input than that at hand.
    let mut other: Option<usize> = None;
    for at in 1..told.len() {
        if told[at].said.at.input != told[at - 1].said.at.input {
            other = Some(at - 1);
        }
        let within = |other: &usize| told[at].after(&told[*other]).is_some_and(|d| d <= BLOCK);
        near[at] = other.is_some_and(|other| within(&other));
    }
    other = None;
    for at in (1..told.len()).rev() {
        if told[at].said.at.input != told[at - 1].said.at.input {
            other = Some(at);
        }
        let within = |other: &usize| told[*other].after(&told[at - 1]).is_some_and(|d| d <= BLOCK);
        near[at - 1] |= other.is_some_and(|other| within(&other));
    }
    near
}

/// A text that may be told elsewhere; none where it is too short to say anything.
fn compared(told: &Told<'_>) -> Option<(Text, [u64; shingle::BANDS])> {
    let said = match told.carrier {
        Carrier::Ticket => ticket::is_written(told.said),
        Carrier::Page | Carrier::Mail | Carrier::Chat => true,
        Carrier::Other => false,
    };
    let text = said.then(|| Text::own(told)).filter(|text| !is_notice(told, text))?;
    let bands = shingle::bands(&text.shingles)?;
    Some((text, bands))
}

/// True where a room speaks of somebody: `Ana Ruiz has joined the channel` is said in every room.
fn is_notice(told: &Told<'_>, text: &Text) -> bool {
    let names = person::signature(told.said.actor);
    let start = text.words.iter().map(|word| &word.text);
    told.carrier == Carrier::Chat
        && !names.is_empty()
        && text.words.len() > names.len()
        && start.zip(&names).all(|(word, name)| word == name)
}

/// The edge between two texts, if they are one. `one` is the earlier.
fn compare(told: &[Told<'_>], one: (usize, &Text), other: (usize, &Text)) -> Option<Edge> {
    let (a, b) = (&told[one.0], &told[other.0]);
    let delay = b.after(a)?;
    if a.carrier == b.carrier && matches!(a.carrier, Carrier::Ticket | Carrier::Page)
        || same_place(a, b)
    {
        return None;
    }
    let length = one.1.words.len().min(other.1.words.len());
    let equal = one.1.whole == other.1.whole;
    let soon = delay <= SOON && equal;
    if delay > BLOCK || length < LONG && !soon || !authors(a, b, length) {
        return None;
    }
    let (similarity, shared) = shingle::jaccard(&one.1.shingles, &other.1.shingles);
    if similarity < ALIKE || apart(a, b) {
        return None;
    }
    if !equal && contradict::texts(&one.1.words, &other.1.words, &excused(a, b)) {
        return None;
    }
    Some(Edge {
        rule: Rule::ToldCrosspost,
        origin: one.0,
        member: other.0,
        similarity: Some(similarity),
        shared,
        delay,
        key: None,
    })
}

/// True where the fields or the subjects of two events contradict each other.
pub(super) fn apart(a: &Told<'_>, b: &Told<'_>) -> bool {
    if contradict::fields(a.said, b.said) {
        return true;
    }
    // Two mails of one template may differ in nothing but their subjects.
    let subject = |told: &Told<'_>| {
        let words = words(strip(told.said.summary));
        let says = words.into_iter().filter(|word| word.class != Class::Small);
        says.map(|word| word.hash).collect::<Vec<u64>>()
    };
    a.carrier == Carrier::Mail && b.carrier == Carrier::Mail && subject(a) != subject(b)
}

/// A subject without `Re:`, `Fwd:` and the name of a list in brackets.
pub(super) fn strip(subject: &str) -> &str {
    let mut rest = subject.trim();
    loop {
        let (head, tail) = rest.split_once(':').unwrap_or_default();
        let letters = head.trim().chars().count();
        let mark = matches!(letters, 1..=3) && head.trim().chars().all(char::is_alphabetic);
        let list = rest.strip_prefix('[').and_then(|list| list.split_once(']'));
        if mark {
            rest = tail.trim_start();
        } else if let Some((list, tail)) = list.filter(|(list, _)| !list.contains(char::is_numeric))
        {
            let _ = list;
            rest = tail.trim_start();
        } else {
            return rest;
        }
    }
}

/// Where an event was said: a room, a list, a receiver; none where nobody says.
fn place<'a>(told: &Told<'a>) -> Option<(Carrier, &'a str, &'a str)> {
    Some((told.carrier, told.said.system, told.said.channel?))
}

/// The same room of the same system, the same list: what is said there twice is said twice. Single
/// mails are inputs of their own, so the input alone does not tell.
pub(super) fn same_place(a: &Told<'_>, b: &Told<'_>) -> bool {
    place(a).is_some() && place(a) == place(b)
}

/// Whether the writers let two equal texts be one: one person, or a program that carries it on.
fn authors(a: &Told<'_>, b: &Told<'_>, length: usize) -> bool {
    let same = a.said.actor.zip(b.said.actor).is_some_and(|(a, b)| person::same(a, b));
    match (a.said.machine(), b.said.machine()) {
        (false, false) => same,
        (true, true) => same || a.carrier != b.carrier && length >= LONG_OF_MACHINES,
        _ => same || length >= LONG,
    }
}

/// The pauses after which the same is said again at one place.
struct Pauses(HashMap<usize, i64>);

impl Pauses {
    /// The shortest pause before or behind each text that its place repeats within a block, in ns.
    fn of(told: &[Told<'_>]) -> Self {
        let mut last: HashMap<(Option<_>, u32, u64), (usize, i64)> = HashMap::new();
        let mut pauses: HashMap<usize, i64> = HashMap::new();
        for (at, one) in told.iter().enumerate() {
            let Some(instant) = one.instant else { break };
            let text = hash(body(one).as_bytes());
            let place = place(one);
            let input = if place.is_some() { 0 } else { one.said.at.input };
            if let Some((before, then)) = last.insert((place, input, text), (at, instant)) {
                let pause = instant.saturating_sub(then);
                if pause <= 2 * BLOCK {
                    for side in [before, at] {
                        pauses
                            .entry(side)
                            .and_modify(|known| *known = pause.min(*known))
                            .or_insert(pause);
                    }
                }
            }
        }
        Self(pauses)
    }

    /// Where a text comes again and again, only a copy much nearer than the next one is its own.
    fn allow(&self, told: &[Told<'_>], one: usize, other: usize) -> bool {
        let pause = [one, other].into_iter().filter_map(|at| self.0.get(&at)).min();
        let delay = told[other].after(&told[one]).unwrap_or(i64::MAX);
        pause.is_none_or(|pause| delay <= pause / 3)
    }
}

#[cfg(test)]
mod tests;
