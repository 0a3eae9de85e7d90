//! Acts: what people do in what they write, told by phrases of several languages.
//!
//! Takes the text of a chat message, a mail (without quotes and signature) or a comment; gives
//! [`Acts`], sixteen bits. The phrases are data (`acts/lexicon/`), found in one pass; guards then
//! strike out what is not so: what is denied ("not resolved yet"), supposed ("if we restart"),
//! asked, of another time or of somebody's own things. What is planned is a decision, no act.
//! Messages of programs are for the caller to leave out.

mod lexicon;
mod plain;
pub mod promise;

use std::ops::BitOr;

use lexicon::{Class, Counts, Found, Lexicon, Meaning};

/// What a text does, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Acts(pub u16);

impl BitOr for Acts {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl Acts {
    /// Something is seen to be wrong.
    pub const DETECT: Self = Self(1);
    /// Somebody has taken it, or an incident is declared.
    pub const ACKNOWLEDGE: Self = Self(1 << 1);
    /// It is looked into.
    pub const INVESTIGATE: Self = Self(1 << 2);
    /// A cause is named.
    pub const CAUSE: Self = Self(1 << 3);
    /// Something is decided, ordered or planned.
    pub const DECIDE: Self = Self(1 << 4);
    /// Something is done to the system.
    pub const ACT: Self = Self(1 << 5);
    /// It is well again, or on the way.
    pub const RECOVER: Self = Self(1 << 6);
    /// Others are told.
    pub const INFORM: Self = Self(1 << 7);
    /// Nothing of these but talk.
    pub const CHATTER: Self = Self(1 << 8);
    /// It asks.
    pub const QUESTION: Self = Self(1 << 9);
    /// Something was struck out because it is denied or supposed.
    pub const VETOED: Self = Self(1 << 10);
    /// A follow-up for later: `TODO:`.
    pub const TODO: Self = Self(1 << 11);
    /// The next news are promised, see [`promise`].
    pub const PROMISE: Self = Self(1 << 12);
    /// It claims that the impact is over.
    pub const MITIGATED: Self = Self(1 << 13);
    /// It claims that all is over.
    pub const RESOLVED: Self = Self(1 << 14);
    /// It tells since when, see [`promise`].
    pub const SINCE: Self = Self(1 << 15);

    /// The eight acts proper.
    pub const ALL: Self = Self(0xff);

    /// Names by bit.
    pub const NAMES: [&'static str; 16] = [
        "detect",
        "acknowledge",
        "investigate",
        "cause",
        "decide",
        "act",
        "recover",
        "inform",
        "chatter",
        "question",
        "vetoed",
        "todo",
        "promise",
        "mitigated",
        "resolved",
        "since",
    ];

    /// Whether any of these bits is set.
    pub fn has(self, bits: Self) -> bool {
        self.0 & bits.0 != 0
    }

    /// Sets these bits, too.
    pub fn add(&mut self, bits: Self) {
        self.0 |= bits.0;
    }

    /// How many of the eight acts it has.
    pub fn count(self) -> u32 {
        (self.0 & Self::ALL.0).count_ones()
    }

    /// The names of its bits.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        (0..16).filter(move |bit| self.0 & (1 << bit) != 0).map(|bit| Self::NAMES[bit])
    }
}

/// Longest way from `will` to what is planned, in words.
const PLAN_WORDS: usize = 7;
/// Longest way from `not` to what is denied, in words.
const DENIAL_WORDS: usize = 4;
/// Phrases of one sentence that are weighed: people write fewer.
const PHRASES: usize = 96;
/// Letters and digits that a text without any act has at least if it is not chatter.
const SHORT: usize = 12;
/// The same where it has words of courtesy.
const COURTESY: usize = 36;

/// Reads texts; keeps its room between them.
#[derive(Debug)]
pub struct Listener {
    lexicon: &'static Lexicon,
    plain: Vec<u8>,
    sentence: Vec<Hit>,
}

/// A phrase within a sentence.
#[derive(Clone, Copy, Debug)]
struct Hit {
    start: usize,
    end: usize,
    meaning: Meaning,
}

impl Default for Listener {
    fn default() -> Self {
        Self::new()
    }
}

impl Listener {
    /// With the embedded lexicons.
    pub fn new() -> Self {
        Self { lexicon: Lexicon::embedded(), plain: Vec::new(), sentence: Vec::new() }
    }

    /// What a text does, of its first 4 KiB.
    pub fn acts(&mut self, text: &str) -> Acts {
        plain::plain(text, &mut self.plain);
        self.sentence.clear();
        let mut heard = Heard::default();
        let mut from = 0;
        for Found { start, end, meanings } in self.lexicon.find(&self.plain) {
            let ends = matches!(meanings[0].class, Class::End | Class::Ask);
            if self.sentence.len() < PHRASES && !ends {
                let hits = meanings.iter().map(|&meaning| Hit { start, end, meaning });
                self.sentence.extend(hits);
            }
            if ends {
                let asks = meanings[0].class == Class::Ask;
                let sentence = Sentence { plain: &self.plain, from, to: start, asks };
                self.sentence.sort_by_key(|hit| (hit.start, hit.end));
                sentence.weigh(&self.sentence, &mut heard);
                self.sentence.clear();
                from = start + 2;
            }
        }
        heard.finish(&self.plain)
    }
}

/// What was heard so far.
#[derive(Default)]
struct Heard {
    acts: Acts,
    /// Something is somebody's own, or a joke.
    talk: bool,
    /// There are words of courtesy.
    greets: bool,
}

impl Heard {
    fn finish(mut self, plain: &[u8]) -> Acts {
        let letter = |c: &&u8| c.is_ascii_alphanumeric() || **c >= 0x80;
        let letters = plain.iter().filter(letter).take(COURTESY).count();
        let meant = Acts(Acts::ALL.0 | Acts::TODO.0 | Acts::PROMISE.0);
        // A long text that begins with "Hello" or "ok so" says more than that.
        let short = letters < if self.greets { COURTESY } else { SHORT };
        if !self.acts.has(meant) && (self.talk || short) {
            self.acts.add(Acts::CHATTER);
        }
        self.acts
    }
}

/// A sentence in its plain text.
struct Sentence<'p> {
    plain: &'p [u8],
    from: usize,
    to: usize,
    asks: bool,
}

impl Sentence<'_> {
    /// Weighs the phrases of a sentence, in the order of their places.
    fn weigh(&self, hits: &[Hit], heard: &mut Heard) {
        let any = |class| hits.iter().any(|hit| hit.meaning.class == class);
        // "on my laptop now" is no talk of a laptop.
        let aside = |hit: &Hit| matches!(hit.meaning.class, Class::Elsewhere | Class::Joke);
        let talk = hits.iter().any(|hit| aside(hit) && !within_phrase(hit, hits));
        heard.talk |= talk;
        heard.greets |= any(Class::Chat);
        if self.asks {
            heard.acts.add(Acts::QUESTION);
        }
        if talk || hits.iter().all(|hit| hit.meaning.class > Class::Verb) {
            return;
        }
        let named = any(Class::Thing) || self.names_something();
        let story = any(Class::Story);
        for hit in hits {
            let class = hit.meaning.class;
            let weak = match hit.meaning.counts {
                Counts::Weak => !named,
                Counts::Alone => !self.is_alone(hit),
                Counts::Said | Counts::Asked => false,
            };
            if class > Class::Verb || weak || within_phrase(hit, hits) {
                continue;
            }
            if story && class != Class::Cause {
                heard.acts.add(Acts::VETOED);
                continue;
            }
            let said = self.said(hit, hits, named);
            heard.acts.add(said);
        }
    }

    /// What a phrase comes to, after all guards.
    fn said(&self, hit: &Hit, hits: &[Hit], named: bool) -> Acts {
        let class = hit.meaning.class;
        match class {
            Class::Todo => return when(self.opens(hit), Acts::TODO),
            Class::Promise => return Acts::PROMISE,
            Class::Since => return when(self.number_follows(hit), Acts::SINCE),
            _ => {}
        }
        let before = || {
            let stands = |guard: &&Hit| guard.start < hit.start && !within_phrase(guard, hits);
            hits.iter().filter(stands).filter(|guard| guards(guard, hit))
        };
        let of = |class| before().filter(move |guard| guard.meaning.class == class);
        if self.asked(hit, hits) && !(class == Class::Detect && named) {
            return Acts::VETOED;
        }
        let denied = |guard: &Hit| self.near(guard, hit, hits, DENIAL_WORDS);
        if of(Class::If).next().is_some() || of(Class::Not).any(denied) {
            return Acts::VETOED;
        }
        let planned = of(Class::Will).any(|guard| self.near(guard, hit, hits, PLAN_WORDS));
        let done = hits.iter().any(|hit| hit.meaning.class == Class::Act);
        match class {
            Class::Verb if planned || (self.opens(hit) && !done) => Acts::DECIDE,
            Class::Verb => Acts::default(),
            Class::Act if planned => Acts::DECIDE,
            Class::Detect | Class::Recover | Class::Inform | Class::Mitigated | Class::Resolved
                if planned =>
            {
                Acts::VETOED
            }
            Class::Mitigated => Acts(Acts::MITIGATED.0 | Acts::RECOVER.0),
            Class::Resolved => Acts(Acts::RESOLVED.0 | Acts::RECOVER.0),
            act => Acts(1 << act as u16),
        }
    }

    /// Whether a phrase is part of the question: "db is up again, can you check?" asks for no more
    /// than what comes after the comma.
    fn asked(&self, hit: &Hit, hits: &[Hit]) -> bool {
        let after_comma = |request: &&Hit| {
            request.meaning.class == Class::Request
                && hits.iter().any(|comma| {
                    comma.meaning.class == Class::Comma
                        && (hit.end..=request.start + 1).contains(&(comma.start + 1))
                        && comma.end >= request.start
                })
        };
        self.asks
            && hit.meaning.counts != Counts::Asked
            && !hits.iter().any(|hit| after_comma(&hit))
    }

    /// Whether the sentence says nothing else.
    fn is_alone(&self, hit: &Hit) -> bool {
        self.opens(hit) && hit.end + 1 >= self.to
    }

    /// Whether the sentence begins with it, or with a name and it.
    fn opens(&self, hit: &Hit) -> bool {
        hit.start <= self.from + 1
    }

    /// Whether one of the next two words is a number: `since about 10:05`.
    fn number_follows(&self, hit: &Hit) -> bool {
        let rest = &self.plain[hit.end.min(self.to)..self.to];
        let mut words = rest.split(|c| *c == b' ').filter(|word| !word.is_empty()).take(3);
        words.any(|word| word[0].is_ascii_digit())
    }

    /// Whether a guard stands at most so many words before a phrase and in its clause.
    fn near(&self, guard: &Hit, hit: &Hit, hits: &[Hit], words: usize) -> bool {
        let between = guard.end.min(hit.start)..hit.start;
        let parted = hits.iter().any(|comma| {
            comma.meaning.class == Class::Comma
                && comma.start + 1 >= between.start
                && comma.end <= hit.start + 1
        });
        let blanks = memchr::memchr_iter(b' ', &self.plain[between]).take(words + 1).count();
        !parted && blanks <= words
    }

    /// Whether a word is a name such as `web-1`, `db02` or `api.example.net`.
    fn names_something(&self) -> bool {
        let text = &self.plain[self.from.min(self.to)..self.to];
        text.split(|c| *c == b' ').any(|word| {
            let letters = word.iter().any(u8::is_ascii_lowercase);
            let digits = word.iter().any(u8::is_ascii_digit);
            let dots = word.iter().filter(|c| **c == b'.').count();
            letters && (3..=40).contains(&word.len()) && (digits || dots > 1)
        })
    }
}

fn when(so: bool, acts: Acts) -> Acts {
    if so { acts } else { Acts::default() }
}

/// Whether the words of one language may guard those of another: English words stand in sentences
/// of any language, but "no" is another word in Portuguese than in Spanish.
fn guards(guard: &Hit, hit: &Hit) -> bool {
    guard.meaning.languages & hit.meaning.languages != 0 || hit.meaning.languages == 1
}

/// Whether a phrase is part of a longer one that means something by itself: "not sure why", "the
/// outage is over".
fn within_phrase(part: &Hit, hits: &[Hit]) -> bool {
    hits.iter().any(|hit| {
        hit.meaning.class <= Class::Verb
            && hit.start <= part.start
            && part.end <= hit.end
            && hit.end - hit.start > part.end - part.start
    })
}

#[cfg(test)]
mod tests;
