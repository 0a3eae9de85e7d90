//! Families: templates that differ in one word, which is a name.
//!
//! Takes the shapes of templates and how often each occurs; gives for each the template that it is
//! one of: where many templates are equal except for one word, that word is a hole. Only shapes and
//! counts enter, so the order of lines and shards does not matter.

use std::collections::{BTreeMap, HashMap};

use super::{HOLE, number_of};

/// The number of what is one of too many templates to know; no template has it.
pub const RARE: u32 = 2;

/// A place with so many words holds names, if each occurs seldom.
const SOME: usize = 4;
/// How often such a word may occur, on average.
const SELDOM: u64 = 50;
/// A place with so many words holds names, however often they occur.
const MANY: usize = 12;
/// How many other words a sentence needs for one of its places to be told from those of another.
const CONSTANT: usize = 2;
/// How many places of a sentence are found.
const ROUNDS: usize = 2;

/// Which template each template is one of.
#[derive(Debug, Default)]
pub struct Families {
    parents: HashMap<u32, u32>,
}

impl Families {
    /// The template that a template is one of; [`RARE`] where its shape was not kept, and 0 for what
    /// has none.
    pub fn of(&self, number: u32) -> u32 {
        if number == 0 { 0 } else { self.parents.get(&number).copied().unwrap_or(RARE) }
    }
}

/// A template on its way to its family.
struct Member {
    words: Box<[u32]>,
    count: u64,
    /// The templates that it stands for.
    numbers: Vec<u32>,
}

/// Finds the families of templates. `shapes` of several inputs may repeat; `count` tells how often
/// a template occurs.
pub fn families(
    shapes: impl IntoIterator<Item = (u32, Box<[u32]>)>,
    count: impl Fn(u32) -> u64,
) -> Families {
    let all: BTreeMap<Box<[u32]>, u32> =
        shapes.into_iter().map(|(number, words)| (words, number)).collect();
    let mut members: Vec<Member> = all
        .into_iter()
        .map(|(words, number)| Member { words, count: count(number), numbers: vec![number] })
        .collect();
    for _ in 0..ROUNDS {
        members = merged(members);
    }
    let mut parents = HashMap::new();
    for member in members {
        let parent = number_of(&member.words);
        parents.extend(member.numbers.into_iter().map(|number| (number, parent)));
    }
    Families { parents }
}

/// Members that are equal but for their word at that place.
struct Group {
    place: usize,
    members: Vec<usize>,
}

/// One round: widest groups first, each member in one group.
fn merged(members: Vec<Member>) -> Vec<Member> {
    let mut place: Vec<Option<usize>> = vec![None; members.len()];
    let mut groups = groups(&members);
    // Members stand in the order of their words, so the first of a group orders equal ones.
    groups.sort_by_key(|group| (usize::MAX - group.members.len(), group.members[0], group.place));
    for group in groups {
        let free = group.members.iter().filter(|member| place[**member].is_none());
        let free: Vec<usize> = free.copied().collect();
        if holds_names(free.len(), free.iter().map(|member| members[*member].count).sum()) {
            for member in free {
                place[member] = Some(group.place);
            }
        }
    }
    let mut together: BTreeMap<Box<[u32]>, Member> = BTreeMap::new();
    for (member, place) in members.into_iter().zip(place) {
        let words = place.map_or_else(|| member.words.clone(), |at| with_hole(&member.words, at));
        match together.get_mut(&words) {
            Some(known) => {
                known.count += member.count;
                known.numbers.extend(member.numbers);
            }
            None => {
                together.insert(words.clone(), Member { words, ..member });
            }
        }
    }
    together.into_values().collect()
}

fn holds_names(words: usize, count: u64) -> bool {
    words >= MANY || words >= SOME && count / words as u64 <= SELDOM
}

/// The groups of members; the first word of a sentence says what it is about and stays.
fn groups(members: &[Member]) -> Vec<Group> {
    let mut keys: Vec<(u32, u32, usize, usize)> = Vec::new();
    for (number, member) in members.iter().enumerate() {
        let constant = member.words.iter().filter(|word| **word != HOLE).count();
        let mut words = member.words.to_vec();
        for place in 1..words.len() {
            let is_word = words[place] != HOLE;
            if constant < CONSTANT + usize::from(is_word) {
                continue;
            }
            let word = std::mem::replace(&mut words[place], HOLE);
            keys.push((number_of(&words), words.len() as u32, place, number));
            words[place] = word;
        }
    }
    keys.sort_unstable();
    let alike = keys.chunk_by(|one, other| (one.0, one.1, one.2) == (other.0, other.1, other.2));
    let wide = alike.filter(|group| group.len() >= SOME);
    wide.map(|group| Group { place: group[0].2, members: group.iter().map(|key| key.3).collect() })
        .collect()
}

/// The words with a hole at that place; holes that follow each other are one.
fn with_hole(words: &[u32], place: usize) -> Box<[u32]> {
    let mut out: Vec<u32> = Vec::with_capacity(words.len());
    for (at, word) in words.iter().enumerate() {
        let word = if at == place { HOLE } else { *word };
        if word != HOLE || out.last() != Some(&HOLE) {
            out.push(word);
        }
    }
    out.into()
}
