//! Words: a text without case, markup, spacing and courtesies, and what each word may contradict.

mod lists;

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use super::shingle::hash;

/// What a word says beside its letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Joins the others and says nothing itself: `the`, `is`.
    Small,
    /// Any other word.
    Plain,
    /// A link or an address.
    Link,
    /// A time, or a part of a date.
    Time,
    /// A number, or a name that holds one: `99`, `cache-2`, `v1.4`.
    Number,
    /// A name of parts: `shop-www`, `db.example`.
    Name,
    /// A state, a negation or a hedge: one of them more turns a sentence round.
    Turn,
}

/// A word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Its normal form.
    pub(super) text: String,
    /// The hash of that.
    pub(super) hash: u64,
    /// What it says.
    pub(super) class: Class,
}

/// What known words say. A word of two lists is of the later: `may` is a month here.
static KNOWN: LazyLock<HashMap<&'static str, Class>> = LazyLock::new(|| {
    let known = [
        (lists::SMALL, Class::Small),
        (lists::TIMES, Class::Time),
        (lists::MONTHS, Class::Time),
        (lists::TURNS, Class::Turn),
    ];
    let words =
        |(list, class): (&'static str, Class)| list.split_whitespace().map(move |w| (w, class));
    known.into_iter().flat_map(words).collect()
});
/// The hashes of courtesies at the beginning or the end of a text.
static COURTESIES: LazyLock<HashSet<u64>> = LazyLock::new(|| {
    lists::COURTESIES.split_whitespace().map(|word| hash(word.as_bytes())).collect()
});
/// Months.
static MONTHS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| lists::MONTHS.split_whitespace().collect());

/// The words of a text, in its order, without the courtesies around it.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut out = Vec::new();
    normal(text, |text, link| {
        let class = if link { Class::Link } else { class(text) };
        out.push(Word { text: text.to_owned(), hash: hash(text.as_bytes()), class });
    });
    months(&mut out);
    bare(&mut out, |word| word.hash);
    out
}

/// The hashes of these words alone: for texts of which most are compared with nothing.
pub(super) fn hashes(text: &str) -> Vec<u64> {
    let mut out = Vec::new();
    normal(text, |text, _| out.push(hash(text.as_bytes())));
    bare(&mut out, |hash| *hash);
    out
}

/// Takes away the courtesies at both ends; all words only where there is nothing else.
fn bare<T>(words: &mut Vec<T>, hash: impl Fn(&T) -> u64) {
    let is_courtesy = |word: &&T| COURTESIES.contains(&hash(word));
    let start = words.iter().take_while(is_courtesy).count();
    let end = words[start..].iter().rev().take_while(is_courtesy).count();
    words.truncate(words.len() - end);
    words.drain(..start);
}

/// Gives each word of a text in its normal form, and whether it is a link.
fn normal(text: &str, mut give: impl FnMut(&str, bool)) {
    let mut word = String::new();
    for token in text.split_whitespace() {
        take(token, &mut word, &mut give);
    }
}

/// The words of a token: mostly one; each character where a script has no spaces.
fn take(token: &str, word: &mut String, give: &mut impl FnMut(&str, bool)) {
    let link = token.contains("://") || token.contains('@') && !token.starts_with('@');
    let bytes = token.as_bytes();
    // An emoji by its name; chats write it so, mails do not.
    if !link && bytes.len() > 2 && bytes.first() == Some(&b':') && bytes.last() == Some(&b':') {
        return;
    }
    for c in token.chars().flat_map(lower) {
        match c {
            '\'' | '’' | '`' | '\u{ad}' | '\u{200b}' => {}
            '—' | '–' | '…' | '|' | '(' | ')' | '[' | ']' | '<' | '>' | '"' | '“' | '”' | ','
            | ';'
                if !link =>
            {
                push(word, link, give);
            }
            c if alone(c) => {
                push(word, link, give);
                word.push(c);
                push(word, link, give);
            }
            c => word.push(c),
        }
    }
    push(word, link, give);
}

/// Lower case; most letters are ASCII, where that is one letter.
fn lower(c: char) -> impl Iterator<Item = char> {
    let ascii = c.is_ascii().then(|| c.to_ascii_lowercase());
    let other = (!c.is_ascii()).then(|| c.to_lowercase());
    ascii.into_iter().chain(other.into_iter().flatten())
}

/// Scripts that write no spaces between words: ideographs, kana, Thai, Lao, Khmer.
fn alone(c: char) -> bool {
    matches!(u32::from(c),
        0x0e00..=0x0eff | 0x1780..=0x17ff | 0x3040..=0x30ff | 0x3400..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff)
}

/// Gives a word that is whole.
fn push(word: &mut String, link: bool, give: &mut impl FnMut(&str, bool)) {
    let text = word.trim_matches(|c: char| !c.is_alphanumeric());
    if !text.is_empty() {
        give(text, link);
    }
    word.clear();
}

fn class(text: &str) -> Class {
    if text.chars().any(char::is_numeric) {
        if is_time(text) { Class::Time } else { Class::Number }
    } else if let Some(known) = KNOWN.get(text) {
        *known
    } else if text.chars().any(|c| !c.is_alphanumeric()) {
        Class::Name
    } else {
        Class::Plain
    }
}

/// True where the digits of a word write a time or a date by themselves: `14:02`, `14:02:11.5Z`,
/// `2026-03-14T21:02`, `14/03/2026`, `14.03.2026`, `9am`. `1.12.10` may be a version.
fn is_time(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let bare = ["utc", "am", "pm", "z", "h"].iter().find_map(|end| shape.strip_suffix(end));
    let clock = bare.unwrap_or(&shape);
    let clock = clock.split_once('.').filter(|_| clock.contains(':')).map_or(clock, |cut| cut.0);
    matches!(clock, "0:00" | "00:00" | "0:00:00" | "00:00:00")
        || bare.is_some() && matches!(clock, "0" | "00")
        || shape.starts_with("0000-00-00")
        || matches!(
            &*shape.replace('.', "/"),
            "00/00/0000" | "0/00/0000" | "00/0/0000" | "0/0/0000"
        )
        || shape == "00/00/00"
}

/// Numbers beside a month's name are days and years.
fn months(words: &mut [Word]) {
    for at in 0..words.len() {
        if !MONTHS.contains(&words[at].text.as_str()) {
            continue;
        }
        for (other, day) in
            [(at.wrapping_sub(1), true), (at + 1, true), (at + 1, false), (at + 2, false)]
        {
            let Some(word) = words.get_mut(other) else { continue };
            let text = word.text.as_str();
            let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| text.strip_suffix(end));
            let digits = digits.unwrap_or(text);
            let fits = if day { digits.len() <= 2 } else { digits.len() == 4 && digits < "2100" };
            if fits && digits.bytes().all(|byte| byte.is_ascii_digit()) {
                word.class = Class::Time;
            }
        }
    }
}

#[cfg(test)]
mod tests;
