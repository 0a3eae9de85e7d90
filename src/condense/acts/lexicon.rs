//! The lexicons: phrases by which acts are known, one file a language.
//!
//! Takes the files of `lexicon/`, embedded; gives one automaton over all of them, and for each of
//! its patterns what it means in which language. The files say at their head how they are written.

use std::{collections::BTreeMap, sync::LazyLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::plain::plain;

/// What a phrase means. The first eight are acts, in the order of their bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Detect,
    Acknowledge,
    Investigate,
    Cause,
    Decide,
    Act,
    Recover,
    Inform,
    /// It is claimed that the impact is over.
    Mitigated,
    /// It is claimed that all is over.
    Resolved,
    Todo,
    Promise,
    Since,
    /// The base of a verb: an order, or with `will` a decision.
    Verb,
    Not,
    If,
    Will,
    /// Another time.
    Story,
    /// What is somebody's own, or not the system's.
    Elsewhere,
    Joke,
    Chat,
    Thing,
    /// Ends of clauses, sentences and questions.
    Comma,
    End,
    Ask,
    /// What begins a request: `can you`.
    Request,
    Minute,
    Hour,
    Half,
    Within,
}

const SECTIONS: [(&str, Class); 27] = [
    ("detect", Class::Detect),
    ("acknowledge", Class::Acknowledge),
    ("investigate", Class::Investigate),
    ("cause", Class::Cause),
    ("decide", Class::Decide),
    ("act", Class::Act),
    ("recover", Class::Recover),
    ("inform", Class::Inform),
    ("mitigated", Class::Mitigated),
    ("resolved", Class::Resolved),
    ("todo", Class::Todo),
    ("promise", Class::Promise),
    ("since", Class::Since),
    ("verb", Class::Verb),
    ("not", Class::Not),
    ("if", Class::If),
    ("will", Class::Will),
    ("story", Class::Story),
    ("elsewhere", Class::Elsewhere),
    ("joke", Class::Joke),
    ("chat", Class::Chat),
    ("thing", Class::Thing),
    ("request", Class::Request),
    ("minute", Class::Minute),
    ("hour", Class::Hour),
    ("half", Class::Half),
    ("within", Class::Within),
];

/// Language by its number; English is the first, because its technical words are everybody's.
const FILES: [&str; 5] = [
    include_str!("lexicon/en.txt"),
    include_str!("lexicon/de.txt"),
    include_str!("lexicon/es.txt"),
    include_str!("lexicon/fr.txt"),
    include_str!("lexicon/pt.txt"),
];

/// One meaning of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) class: Class,
    /// Bit by bit the languages in which it means that.
    pub(super) languages: u8,
    pub(super) counts: Counts,
}

/// Where a phrase counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Counts {
    /// Anywhere but in questions.
    #[default]
    Said,
    /// Only beside a thing of the system.
    Weak,
    /// In questions, too.
    Asked,
    /// Only where nothing else is said.
    Alone,
}

/// All lexicons together.
#[derive(Debug)]
pub(super) struct Lexicon {
    automaton: AhoCorasick,
    meanings: Vec<Vec<Meaning>>,
    /// Words of durations, which are looked up and not sought.
    words: BTreeMap<Vec<u8>, Class>,
}

/// A phrase that was found in a plain text: its first byte, its end, and what it means.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'l> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) meanings: &'l [Meaning],
}

impl Lexicon {
    /// The embedded one.
    pub(super) fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::read(&FILES));
        &EMBEDDED
    }

    fn read(files: &[&str]) -> Self {
        let mut patterns: BTreeMap<Vec<u8>, Vec<Meaning>> = BTreeMap::new();
        let mut words = BTreeMap::new();
        for (mark, class) in [(b" , ", Class::Comma), (b" . ", Class::End), (b" ? ", Class::Ask)] {
            patterns
                .insert(mark.to_vec(), vec![Meaning { class, languages: 1, counts: Counts::Said }]);
        }
        for (language, file) in (0u8..).zip(files) {
            for (class, phrase, counts) in phrases(file) {
                if class >= Class::Minute {
                    words.insert(phrase, class);
                    continue;
                }
                let known = patterns.entry(phrase).or_default();
                match known.iter_mut().find(|meaning| meaning.class == class) {
                    Some(meaning) => meaning.languages |= 1 << language,
                    None => known.push(Meaning { class, languages: 1 << language, counts }),
                }
            }
        }
        let (patterns, meanings): (Vec<_>, Vec<_>) = patterns.into_iter().unzip();
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .prefilter(false)
            .build(&patterns)
            // Too many phrases for any automaton: none is found then.
            .unwrap_or_else(|_| AhoCorasick::new([""; 0]).unwrap_or_else(|_| unreachable!()));
        Self { automaton, meanings, words }
    }

    /// Every phrase of a plain text, by its end.
    pub(super) fn find<'l>(&'l self, plain: &'l [u8]) -> impl Iterator<Item = Found<'l>> {
        self.automaton.find_overlapping_iter(plain).filter_map(|found| {
            let meanings = self.meanings.get(found.pattern().as_usize())?;
            Some(Found { start: found.start(), end: found.end(), meanings })
        })
    }

    /// What a word of a duration means.
    pub(super) fn word(&self, word: &[u8]) -> Option<Class> {
        self.words.get(word).copied()
    }
}

/// The phrases of a file in plain form; those that are whole words end with a blank.
fn phrases(file: &str) -> impl Iterator<Item = (Class, Vec<u8>, Counts)> {
    let mut class = None;
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    let entries = lines.flat_map(|line| line.split(',').map(str::trim));
    entries.filter(|entry| !entry.is_empty()).filter_map(move |entry| {
        if let Some(name) = entry.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
            class = SECTIONS.iter().find(|(known, _)| *known == name).map(|(_, class)| *class);
            return None;
        }
        let marks = [('+', Counts::Weak), ('?', Counts::Asked), ('!', Counts::Alone)];
        let marked = |(mark, counts)| Some((entry.strip_suffix(mark)?.trim_end(), counts));
        let (phrase, counts) = marks.into_iter().find_map(marked).unwrap_or((entry, Counts::Said));
        let open = phrase.ends_with('*');
        let mut out = Vec::new();
        plain(phrase, &mut out);
        // The mark at the end of a text is no part of a phrase.
        out.truncate(out.len().saturating_sub(2));
        if open {
            out.pop();
        }
        let class = class?;
        if class >= Class::Minute {
            out = out.trim_ascii().to_vec();
        }
        Some((class, out, counts))
    })
}

#[cfg(test)]
mod tests;
