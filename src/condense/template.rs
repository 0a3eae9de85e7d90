//! Templates: what is the same in log messages that differ in their numbers and names.
//!
//! Takes the text of a message; gives a number that is the same for all of its template: masked in
//! one pass over the bytes, by that message alone, so the same in whatever order or shard lines
//! come. What masking cannot see (a name is a word like any other) is found afterwards from the
//! shapes of all templates ([`family`]): words that stand in one place of one sentence are a hole.
//! Source of the rules: the measurements on loghub-2k in the project's notes (mask, then merge).

pub mod family;

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

/// How much of a message counts: its first line, of that the first bytes.
const BYTES: usize = 1024;
/// How many words and holes of a message count.
const WORDS: usize = 64;
/// How many shapes are kept of one input.
pub const MOST: usize = 50_000;

/// What stands where a number, an address, a path or an identifier stood.
pub const HOLE: u32 = 0;

/// A byte that ends a word.
const END: u8 = 1;
/// A byte that ends a word, but not within a path.
const SOFT: u8 = 1 << 1;
/// A byte that ends a sentence, where a word ends behind it.
const STOP: u8 = 1 << 2;
const DIGIT: u8 = 1 << 3;
/// A byte that hexadecimal numbers do not have; dashes join the parts of a UUID.
const PLAIN: u8 = 1 << 4;
/// What divides the parts of a path.
const SLASH: u8 = 1 << 5;
const STAR: u8 = 1 << 6;

/// What each byte is.
static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [PLAIN; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            0..=b' '
            | b','
            | b'('
            | b')'
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'<'
            | b'>'
            | b'|'
            | b'"'
            | b'\''
            | b'`'
            | 0x7f => END,
            b'=' | b':' | b';' => SOFT,
            b'.' | b'!' | b'?' => STOP | PLAIN,
            b'0'..=b'9' => DIGIT,
            b'a'..=b'f' | b'A'..=b'F' | b'-' => 0,
            b'/' | b'\\' => SLASH | PLAIN,
            b'*' => STAR | PLAIN,
            _ => PLAIN,
        };
        byte += 1;
    }
    classes
}

/// The part of a message that counts for its template.
pub fn counted(message: &str) -> &[u8] {
    let message = message.as_bytes();
    // One byte more tells that it was cut.
    let head = &message[..message.len().min(BYTES + 1)];
    memchr::memchr(b'\n', head).map_or(head, |end| &head[..end])
}

/// The number of the template of a message; 0 for one without text. 200 MB/s and more, nothing
/// allocated.
pub fn number(message: &[u8]) -> u32 {
    let mut hash = Hash::default();
    walk(message, |word| hash.add(word));
    hash.number()
}

/// The words of a template, as hashes, and its holes; [`number_of`] them is its number.
pub fn shape(message: &[u8]) -> Box<[u32]> {
    let mut words = Vec::with_capacity(16);
    walk(message, |word| words.push(word));
    words.into()
}

/// The number of the template of that shape.
pub fn number_of(shape: &[u32]) -> u32 {
    let mut hash = Hash::default();
    for word in shape {
        hash.add(*word);
    }
    hash.number()
}

/// An odd number without a pattern.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

#[derive(Default)]
struct Hash(u64);

impl Hash {
    fn add(&mut self, word: u32) {
        self.0 = (self.0.rotate_left(23) ^ (u64::from(word) + 1)).wrapping_mul(MIX);
    }

    fn number(&self) -> u32 {
        if self.0 == 0 { 0 } else { ((self.0 ^ (self.0 >> 29)).wrapping_mul(MIX) >> 32) as u32 | 1 }
    }
}

/// Gives the words and holes of a message in their order; holes that follow each other are one.
fn walk(message: &[u8], mut give: impl FnMut(u32)) {
    let mut given = 0;
    let mut is_hole = false;
    let mut word = Word::default();
    let mut give = |word: &Word| {
        let holds = !(word.is_hole() && is_hole);
        is_hole = word.is_hole();
        if holds {
            given += 1;
            give(if is_hole { HOLE } else { word.number() });
        }
        given < WORDS
    };
    let text = &message[..message.len().min(BYTES)];
    for (at, &byte) in text.iter().enumerate() {
        let class = CLASSES[usize::from(byte)];
        let ends = match class & (END | SOFT | STOP) {
            0 => false,
            SOFT => !word.is_path() && text.get(at + 1) != Some(&b'\\'),
            STOP => text.get(at + 1).is_none_or(|next| CLASSES[usize::from(*next)] & END != 0),
            _ => true,
        };
        if !ends {
            word.add(byte, class);
            continue;
        }
        let goes_on = word.length == 0 || give(&word);
        if !goes_on || byte == b'\n' {
            return;
        }
        word = Word::default();
    }
    // A word that is cut is none.
    if word.length > 0 && message.len() <= BYTES {
        give(&word);
    }
}

/// A word on its way.
#[derive(Default)]
struct Word {
    hash: u64,
    length: u32,
    slashes: u32,
    classes: u8,
    first: u8,
}

impl Word {
    fn add(&mut self, byte: u8, class: u8) {
        if self.length == 0 {
            self.first = class;
        }
        self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3_u64 ^ MIX);
        self.length += 1;
        self.slashes += u32::from(class & SLASH != 0);
        self.classes |= class;
    }

    fn is_path(&self) -> bool {
        self.first & SLASH != 0
    }

    /// Numbers, addresses and identifiers have digits, or are long and of hexadecimal letters.
    fn is_hole(&self) -> bool {
        let is_hex = self.length >= 12 && self.classes & PLAIN == 0;
        let is_star = self.length == 1 && self.first & STAR != 0;
        // Drive letters and paths alone have a byte that would end another word.
        let is_path =
            (self.is_path() && self.length > 1) || self.slashes > 1 || self.classes & SOFT != 0;
        self.classes & DIGIT != 0 || is_hex || is_star || is_path
    }

    fn number(&self) -> u32 {
        ((self.hash ^ (self.hash >> 32)).wrapping_mul(MIX) >> 32) as u32 | 1
    }
}

/// The shapes of the templates of an input: of the [`MOST`] smallest numbers, so that those kept are
/// the same whatever was seen first.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Shapes {
    known: HashMap<u32, Box<[u32]>>,
    /// Numbers that are no longer kept: this one and greater; 0 for none.
    limit: u32,
}

impl fmt::Debug for Shapes {
    /// By number, so that equal ones look alike.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sorted: BTreeMap<_, _> = self.known.iter().collect();
        f.debug_struct("Shapes").field("known", &sorted).field("limit", &self.limit).finish()
    }
}

impl Shapes {
    /// Notes the shape of a message whose template has that number; costs nothing where it is
    /// known.
    pub fn note(&mut self, number: u32, message: &[u8]) {
        if number != 0 && self.keeps(number) && !self.known.contains_key(&number) {
            self.known.insert(number, shape(message));
            self.prune(2 * MOST);
        }
    }

    /// Takes those of the next piece of its input.
    pub fn append(&mut self, next: Self) {
        for (number, shape) in next.known {
            if self.keeps(number) {
                self.known.entry(number).or_insert(shape);
            }
        }
        self.prune(2 * MOST);
    }

    fn keeps(&self, number: u32) -> bool {
        self.limit == 0 || number < self.limit
    }

    fn prune(&mut self, above: usize) {
        if self.known.len() <= above {
            return;
        }
        let mut numbers: Vec<u32> = self.known.keys().copied().collect();
        let (_, limit, _) = numbers.select_nth_unstable(MOST);
        self.limit = *limit;
        self.known.retain(|number, _| *number < self.limit);
    }

    /// All that are kept, by number.
    pub fn all(&self) -> Vec<(u32, Box<[u32]>)> {
        let mut numbers: Vec<u32> = self.known.keys().copied().collect();
        numbers.sort_unstable();
        numbers.truncate(MOST);
        numbers.into_iter().map(|number| (number, self.known[&number].clone())).collect()
    }
}

#[cfg(test)]
mod tests;
