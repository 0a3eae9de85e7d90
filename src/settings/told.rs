//! What is told of evidence, for all inputs or by path: `[GLOB=]WORD`, read into what it means.

use super::{SettingsError, glob::Glob, wrong};
use crate::time::{Civil, pattern::Formats, policy::PathDate};

/// A setting for all inputs, or for those that a glob matches.
#[derive(Clone, Debug)]
pub struct ByPath<T> {
    pub(super) rules: Vec<(Option<Glob>, T)>,
}

impl<T> Default for ByPath<T> {
    fn default() -> Self {
        Self { rules: Vec::new() }
    }
}

impl<T> ByPath<T> {
    /// One setting for all inputs.
    pub fn all(value: T) -> Self {
        Self { rules: vec![(None, value)] }
    }

    /// The settings that are for that path or for all.
    #[must_use]
    pub fn of_path(&self, path: &str) -> Self
    where
        T: Clone,
    {
        Self { rules: self.rules_for(path).cloned().collect() }
    }

    /// The setting that a glob gives; the last match wins.
    pub fn by_glob(&self, path: &str) -> Option<&T> {
        let matches = |glob: &Option<Glob>| glob.as_ref().is_some_and(|glob| glob.matches(path));
        self.rules.iter().rev().find(|(glob, _)| matches(glob)).map(|(_, value)| value)
    }

    /// The setting without a glob.
    pub fn bare(&self) -> Option<&T> {
        self.rules.iter().rev().find(|(glob, _)| glob.is_none()).map(|(_, value)| value)
    }

    /// The setting by glob, else the one for all.
    pub fn get(&self, path: &str) -> Option<&T> {
        self.by_glob(path).or_else(|| self.bare())
    }

    /// Every setting that holds for a path, in the order told.
    pub fn all_for(&self, path: &str) -> impl Iterator<Item = &T> {
        self.rules_for(path).map(|(_, value)| value)
    }

    fn rules_for(&self, path: &str) -> impl Iterator<Item = &(Option<Glob>, T)> {
        let holds = move |glob: &Option<Glob>| glob.as_ref().is_none_or(|glob| glob.matches(path));
        self.rules.iter().filter(move |(glob, _)| holds(glob))
    }

    pub(super) fn globs(&self) -> impl Iterator<Item = &Glob> {
        self.rules.iter().filter_map(|(glob, _)| glob.as_ref())
    }
}

pub(super) fn by_path<T>(
    option: &str,
    values: &[String],
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<ByPath<T>, SettingsError> {
    let rule = |value: &String| {
        // The last `=`: a glob may hold one, a zone, year or name does not.
        let (glob, word) = match value.rsplit_once('=') {
            Some((glob, word)) => (Some(Glob::new(glob)), word),
            None => (None, value.as_str()),
        };
        read(word).map(|word| (glob, word)).map_err(|reason| wrong(option, value, reason))
    };
    values.iter().map(rule).collect::<Result<_, _>>().map(|rules| ByPath { rules })
}

/// `time=NAME` or `GLOB=time=NAME`; a column's name may hold any sign, so the first words that can be
/// what is asked for decide.
pub(super) fn columns(values: &[String]) -> Result<ByPath<(String, String)>, SettingsError> {
    let help = "write time=NAME or GLOB=time=NAME, such as '*.csv=time=Opened at'";
    let is_word =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_alphabetic() || c == '_');
    let rule = |value: &String| {
        let wrong = || wrong("--column", value, help);
        let (first, rest) = value.split_once('=').ok_or_else(wrong)?;
        let (glob, what, name) = match rest.split_once('=') {
            Some((what, name)) if is_word(what) => (Some(Glob::new(first)), what, name),
            _ if is_word(first) => (None, first, rest),
            _ => return Err(wrong()),
        };
        if name.is_empty() { Err(wrong()) } else { Ok((glob, (what.to_owned(), name.to_owned()))) }
    };
    values.iter().map(rule).collect::<Result<_, _>>().map(|rules| ByPath { rules })
}

pub(super) fn year(text: &str) -> Result<i32, String> {
    let year = text.parse().ok().filter(|year| (1678..=2261).contains(year));
    year.ok_or_else(|| "a year has four digits, such as 2026".to_owned())
}

pub(super) fn day(text: &str) -> Result<PathDate, String> {
    let formats = Formats::compile(&["%Y-%m-%d"]).map_err(|error| error.to_string())?;
    let raw = formats.whole(text.as_bytes()).ok_or("a day looks like 2026-03-14, and exists")?;
    let Civil { year, month, day, .. } = Civil::from_secs(raw.civil);
    Ok(PathDate { year, day: Some((month, day)) })
}

/// `+37s`, `-2m10s`, `1h`, `250ms`: milliseconds.
pub(super) fn duration_ms(text: &str) -> Result<i64, String> {
    let help =
        || "a duration looks like +37s, -2m10s, 1h or 250ms; auto stands without a path".to_owned();
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut total = 0_i64;
    if rest.is_empty() {
        return Err(help());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(help)?;
        let number: i64 = rest[..digits].parse().map_err(|_| help())?;
        let tail = &rest[digits..];
        let end = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let unit = match &tail[..end] {
            "ms" => 1,
            "s" => 1000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(help()),
        };
        total = number.checked_mul(unit).and_then(|ms| total.checked_add(ms)).ok_or_else(help)?;
        rest = &tail[end..];
    }
    Ok(sign * total)
}

/// A number of bytes: `512M`, `2G`, `65536`.
pub(super) fn bytes(text: &str) -> Result<u64, String> {
    let help = "write a number of bytes, such as 512M, 2G or 65536";
    let short = text.trim_end_matches(['B', 'b']).trim_end_matches(['I', 'i']);
    let digits = short.find(|c: char| !c.is_ascii_digit()).unwrap_or(short.len());
    let (number, unit) = short.split_at(digits);
    let shift = match unit.to_ascii_uppercase().as_str() {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        "T" => 40,
        _ => return Err(help.to_owned()),
    };
    let number: u64 = number.parse().map_err(|_| help.to_owned())?;
    number.checked_mul(1 << shift).ok_or_else(|| help.to_owned())
}
