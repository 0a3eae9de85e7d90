//! What people write: wordings by kind of act and by language, in two halves so that rules that
//! were tuned on one can be judged by the other.
//!
//! `words.txt` holds what may be said of any incident, `causes.txt` what is said of one cause; in
//! a wording, `{a|b}` is a choice and `$name` is filled in.

use std::collections::BTreeMap;

use crate::world::chance::Chance;

/// Which wordings are used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Half {
    All,
    Dev,
    Test,
}

/// The wordings of one half: by kind, then by language.
pub(crate) struct Words(BTreeMap<&'static str, BTreeMap<&'static str, Vec<&'static str>>>);

pub(crate) const LANGUAGES: [&str; 5] = ["en", "de", "es", "fr", "pt"];

impl Words {
    pub(crate) fn new(half: Half) -> Self {
        let mut all: BTreeMap<_, BTreeMap<_, Vec<_>>> = BTreeMap::new();
        for text in [include_str!("words.txt"), include_str!("causes.txt")] {
            let mut kind = "";
            for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
                if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                    kind = name;
                    continue;
                }
                let foreign = line.split_once(": ").filter(|(word, _)| LANGUAGES.contains(word));
                let (language, wording) = foreign.unwrap_or(("en", line));
                all.entry(kind).or_default().entry(language).or_default().push(wording);
            }
        }
        for wordings in all.values_mut().flat_map(BTreeMap::values_mut) {
            wordings.sort_unstable_by_key(|wording| hash(wording));
            // A single wording is everybody's.
            if half != Half::All && wordings.len() > 1 {
                let other = usize::from(half == Half::Test);
                *wordings = wordings.iter().copied().skip(other).step_by(2).collect();
            }
        }
        Self(all)
    }

    /// One wording of that kind, mostly in that language if there are any.
    pub(crate) fn pick(&self, chance: &mut Chance, kind: &str, language: &str) -> &'static str {
        let of_kind = self.0.get(kind).unwrap_or_else(|| panic!("no words of {kind}"));
        let own = of_kind.get(language).filter(|_| chance.often(650));
        let list =
            own.or_else(|| of_kind.get("en")).unwrap_or_else(|| panic!("none in en: {kind}"));
        chance.of(list)
    }

    /// All wordings of that kind in that language.
    pub(crate) fn all(&self, kind: &str, language: &str) -> &[&'static str] {
        self.0.get(kind).and_then(|of_kind| of_kind.get(language)).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn has(&self, kind: &str) -> bool {
        self.0.contains_key(kind)
    }
}

/// FNV-1a.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

/// Decides the choices of a wording.
pub(crate) fn choose(chance: &mut Chance, wording: &str) -> String {
    let mut said = String::new();
    let mut rest = wording;
    while let Some((before, more)) = rest.split_once('{') {
        let (choices, after) = more.split_once('}').unwrap_or_else(|| panic!("open: {wording}"));
        let choices: Vec<&str> = choices.split('|').collect();
        said = said + before + chance.of(&choices);
        rest = after;
    }
    said + rest
}

/// Fills in what `fill` knows, also in what it gives.
pub(crate) fn filled(wording: &str, fill: &mut dyn FnMut(&str) -> Option<String>) -> String {
    let mut said = String::new();
    let mut rest = wording;
    while let Some((before, more)) = rest.split_once('$') {
        let end = more.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(more.len());
        said += before;
        match fill(&more[..end]) {
            Some(text) => said += &filled(&text, fill),
            None => panic!("${} in {wording}", &more[..end]),
        }
        rest = &more[end..];
    }
    said + rest
}

/// What fingers do: swapped and lost letters, no capitals, no full stop, a small picture.
pub(crate) fn typed(chance: &mut Chance, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let plain = |letters: &[char], at: usize| {
        letters.get(at..at + 3).is_some_and(|some| some.iter().all(char::is_ascii_lowercase))
    };
    if letters.len() > 16 && chance.often(160) {
        let at = 4 + chance.below(letters.len() - 8);
        if plain(&letters, at) {
            letters.swap(at, at + 1);
        }
    }
    if letters.len() > 20 && chance.often(80) {
        let at = 6 + chance.below(letters.len() - 12);
        if plain(&letters, at) {
            letters.remove(at + 1);
        }
    }
    let mut text: String = letters.into_iter().collect();
    if chance.often(250) {
        text = text.to_lowercase();
    }
    if chance.often(120) {
        text = text.replace(" you ", " u ").replace(" please", " pls").replace("because", "bc");
    }
    if chance.often(90) {
        let picture =
            [" :sweat_smile:", " :fire:", " :eyes:", " 🙈", " 🔥", " 👀", " :thread:", "…"];
        text += chance.of(&picture);
    }
    text
}
