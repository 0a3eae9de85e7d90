//! Drafts from lines: where the stamp stands, what is constant, what is a field.

use std::collections::{BTreeMap, BTreeSet};

use super::{Engine, Outline, SHOWN, known_formats, twin};
use crate::{
    definition::words::known_severity,
    event::Kind,
    time::{Flags, RawTime, pattern::Formats},
};

/// Lines that are looked at.
const LINES: usize = 2000;
/// Bytes of a line before which its stamp begins.
const STAMP_WITHIN: usize = 120;
/// Templates of a draft at most, the last one included.
const TEMPLATES: usize = 8;

/// A line and its stamp.
#[derive(Clone, Copy, Debug)]
struct Stamped<'t> {
    number: usize,
    before: &'t str,
    after: &'t str,
    format: usize,
    raw: RawTime,
}

pub(super) fn outline(text: &str) -> Option<Outline> {
    let known = known_formats();
    let lines: Vec<&str> = text.lines().take(LINES).collect();
    let begins = |line: &str| !line.trim().is_empty() && !line.starts_with([' ', '\t']);
    let found = lines.iter().enumerate().filter(|(_, line)| begins(line));
    let mut stamped: Vec<Stamped<'_>> =
        found.clone().filter_map(|(number, line)| stamp(number, line, &known)).collect();
    let candidates = found.count();
    let mut counts = BTreeMap::<usize, usize>::new();
    for line in &stamped {
        *counts.entry(line.format).or_default() += 1;
    }
    // A format that few lines bear is more likely a number that looks like a time.
    let enough = |n: usize| n * 20 >= stamped.len().max(1);
    let mut formats: Vec<usize> =
        counts.iter().filter(|(_, n)| enough(**n)).map(|(f, _)| *f).collect();
    formats.sort_by_key(|format| (std::cmp::Reverse(counts[format]), *format));
    stamped.retain(|line| formats.contains(&line.format));
    if stamped.is_empty() || stamped.len() * 20 < candidates {
        return None;
    }
    let mut shapes = Shapes::default();
    shapes.grow(
        String::new(),
        &stamped
            .iter()
            .map(|line| Line { whole: *line, rest: line.before, timed: false })
            .collect::<Vec<_>>(),
    );
    let ladder = shapes.ladder();
    let mut names: Vec<String> = formats.iter().map(|format| known[*format].0.to_owned()).collect();
    names.extend(both_orders(&names, &stamped));
    let shown = shapes.shown(&stamped);
    let mut outline = Outline {
        kind: Some(Kind::Log),
        engine: Engine::Lines(ladder),
        formats: names,
        zoned: stamped.iter().all(|line| line.raw.offset().is_some()),
        yearless: stamped.iter().all(|line| line.raw.flags.has(Flags::NO_YEAR)),
        input: input(&lines, &stamped, &shown),
        ..Outline::default()
    };
    if stamped.iter().any(|line| line.raw.flags.has(Flags::NO_DATE)) {
        outline.missing.push("lines have a clock and no date: name where the day stands (`head`, `files`), or tell it when reading".into());
    }
    let strays: Vec<usize> = (0..lines.len())
        .filter(|number| {
            begins(lines[*number]) && !stamped.iter().any(|line| line.number == *number)
        })
        .collect();
    if let Some(first) = strays.first() {
        outline.notes.push(format!(
            "{} lines that are not indented begin with no time and will belong to the record above them; the first is line {}",
            strays.len(),
            first + 1
        ));
    }
    Some(outline)
}

/// Both orders of day and month, where no line of the sample proves one.
fn both_orders(names: &[String], stamped: &[Stamped<'_>]) -> Vec<String> {
    let open = |line: &&Stamped<'_>| {
        let day = crate::time::Civil::from_secs(line.raw.civil);
        day.day > 12 || day.month > 12
    };
    let proven = stamped.iter().find(open).is_some();
    names
        .iter()
        .filter_map(|name| twin(name))
        .filter(|twin| !proven && !names.contains(twin))
        .collect()
}

/// The first time in a line, at its start or behind something that is no letter or digit.
fn stamp<'t>(
    number: usize,
    line: &'t str,
    known: &[(&'static str, Formats)],
) -> Option<Stamped<'t>> {
    let bytes = line.as_bytes();
    let starts = (0..bytes.len().min(STAMP_WITHIN)).filter(|at| {
        line.is_char_boundary(*at)
            && (*at == 0
                || !bytes[at - 1].is_ascii_alphanumeric()
                    && !matches!(bytes[at - 1], b'.' | b':' | b'-' | b'/'))
    });
    for at in starts {
        let takes = |(format, (name, formats)): (usize, &(&str, Formats))| {
            let taken = formats.take(&bytes[at..])?;
            // Any number may be seconds: only a whole one of ten digits and more is taken for them.
            let likely = *name != "epoch" || taken.len >= 10;
            (likely && line.is_char_boundary(at + taken.len)).then_some((format, taken))
        };
        let best = known
            .iter()
            .enumerate()
            .filter_map(takes)
            .max_by_key(|(format, taken)| (taken.len, usize::MAX - format));
        if let Some((format, taken)) = best {
            return Some(Stamped {
                number,
                before: &line[..at],
                after: &line[at + taken.len..],
                format,
                raw: taken.raw,
            });
        }
    }
    None
}

/// The lines that the sample shows: those of each template, with what goes on below them.
fn input(lines: &[&str], stamped: &[Stamped<'_>], shown: &BTreeSet<usize>) -> String {
    let starts: BTreeSet<usize> = stamped.iter().map(|line| line.number).collect();
    let mut out = String::new();
    for number in shown {
        let more = (number + 1..lines.len()).take_while(|next| !starts.contains(next)).take(2);
        for line in std::iter::once(*number).chain(more) {
            out.push_str(lines[line].trim_end());
            out.push('\n');
        }
    }
    out
}

/// A line of which a part is described already.
#[derive(Clone, Copy, Debug)]
struct Line<'t> {
    whole: Stamped<'t>,
    rest: &'t str,
    /// The stamp lies behind.
    timed: bool,
}

/// Templates, and the lines that each was made from.
#[derive(Debug, Default)]
struct Shapes {
    found: Vec<(String, Vec<usize>)>,
}

impl Shapes {
    /// Describes lines that are alike so far, piece by piece; where they part, each sort goes its
    /// own way.
    fn grow(&mut self, so_far: String, lines: &[Line<'_>]) {
        let mut sorts: BTreeMap<Piece, Vec<Line<'_>>> = BTreeMap::new();
        for line in lines {
            let (piece, rest) = next(line);
            sorts.entry(piece).or_default().push(rest);
        }
        let mut sorts: Vec<_> = sorts.into_iter().collect();
        sorts.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
        let mut text = Vec::new();
        for (piece, group) in sorts {
            let rare = group.len() < 2 && lines.len() > 1 || group.len() * 50 < lines.len();
            let room = self.found.len() < TEMPLATES - 1;
            match described(&piece, &group, &so_far) {
                Some(shape) if room && !(rare && group[0].timed) => self.grow(shape, &group),
                _ => text.extend(group),
            }
        }
        if !text.is_empty() {
            let behind = text.iter().all(|line| line.timed);
            let shape = if behind { so_far + "{text}" } else { so_far + "{time} {text}" };
            self.found.push((shape, text.iter().map(|line| line.whole.number).collect()));
        }
    }

    /// The most telling first: a template takes what it fits from those below it.
    fn ladder(&self) -> Vec<String> {
        let mut shapes: Vec<&String> = self.found.iter().map(|(shape, _)| shape).collect();
        shapes.sort_by_key(|shape| (std::cmp::Reverse(shape.len()), (*shape).clone()));
        shapes.dedup();
        shapes.into_iter().cloned().collect()
    }

    /// Numbers of the lines that show every template and every format.
    fn shown(&self, stamped: &[Stamped<'_>]) -> BTreeSet<usize> {
        let mut shown: BTreeSet<usize> =
            self.found.iter().flat_map(|(_, lines)| lines.iter().take(2)).copied().collect();
        let mut formats = BTreeSet::new();
        shown.extend(
            stamped.iter().filter(|line| formats.insert(line.format)).map(|line| line.number),
        );
        shown.extend(stamped.iter().map(|line| line.number).take(SHOWN));
        shown
    }
}

/// What stands next in a line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    /// The stamp.
    Time,
    /// The rest.
    End,
    /// These signs.
    Signs(String),
    /// A word that tells a severity, with the signs around it.
    Severity(&'static str, &'static str),
    /// Digits.
    Digits,
    /// `name[123]` and the signs behind.
    Tag(&'static str),
    /// A word that ends in a colon.
    Label,
    /// Something between signs, and whether it is a number.
    Inside(char, char, bool),
    /// `key=value`.
    Pairs,
    /// A word like any other.
    Word,
}

/// The next piece of a line, and the line behind it.
fn next<'t>(line: &Line<'t>) -> (Piece, Line<'t>) {
    let text = line.rest;
    if text.is_empty() && !line.timed {
        return (Piece::Time, Line { rest: line.whole.after, timed: true, ..*line });
    }
    let (piece, len) = piece(text, line.timed);
    (piece, Line { rest: &text[len..], ..*line })
}

fn piece(text: &str, timed: bool) -> (Piece, usize) {
    let Some(first) = text.chars().next() else { return (Piece::End, 0) };
    let signs = text
        .find(|c: char| c.is_alphanumeric() || matches!(c, '[' | '(' | '<' | '"' | '{' | '/'))
        .unwrap_or(text.len());
    if signs > 0 && text[..signs].chars().all(|c| c.is_ascii_punctuation() || c.is_whitespace()) {
        return (Piece::Signs(squeezed(&text[..signs])), signs);
    }
    if let Some(close) = closing(first)
        && let Some(end) = text[1..].find(close).filter(|end| (1..=80).contains(end))
    {
        let inside = &text[1..=end];
        if first == '[' && known_severity(inside.as_bytes()).is_some() {
            return (Piece::Severity("[", "]"), end + 2);
        }
        let digits = inside.bytes().all(|byte| byte.is_ascii_digit());
        return (Piece::Inside(first, close, digits), end + 2);
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    word(&text[..end], timed)
}

fn closing(open: char) -> Option<char> {
    [('[', ']'), ('(', ')'), ('<', '>'), ('"', '"')]
        .into_iter()
        .find(|(o, _)| *o == open)
        .map(|(_, c)| c)
}

fn word(word: &str, timed: bool) -> (Piece, usize) {
    let bare = word.trim_end_matches([':', ',', ';', '|']);
    let signs = &word[bare.len()..];
    if is_level(bare, signs) {
        let known = [":", ",", ";", "|"].into_iter().find(|sign| *sign == signs);
        return (Piece::Severity("", known.unwrap_or("")), bare.len() + known.map_or(0, str::len));
    }
    if !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit()) {
        return (Piece::Digits, bare.len());
    }
    if let Some((name, pid)) = bare.strip_suffix(']').and_then(|tag| tag.rsplit_once('['))
        && !name.is_empty()
        && !pid.is_empty()
        && pid.bytes().all(|byte| byte.is_ascii_digit())
    {
        let colon = if signs == ":" { ":" } else { "" };
        return (Piece::Tag(colon), bare.len() + colon.len());
    }
    let key = word.split('=').next().unwrap_or_default();
    if timed
        && key.len() < word.len()
        && key.chars().all(|c| c.is_alphanumeric() || "_.-".contains(c))
    {
        return (Piece::Pairs, word.len());
    }
    if signs == ":" && !bare.is_empty() {
        return (Piece::Label, word.len());
    }
    (Piece::Word, bare.len().max(1).min(word.len()))
}

/// A word that tells a severity and is not merely an English word.
fn is_level(word: &str, signs: &str) -> bool {
    let common = [
        "ok", "up", "down", "log", "config", "unknown", "average", "failure", "alert", "fine",
        "major", "minor",
    ];
    known_severity(word.as_bytes()).is_some()
        && (!common.contains(&word.to_lowercase().as_str())
            || word.chars().all(char::is_uppercase) && !signs.is_empty())
}

/// The template with one more piece; none where the text begins.
fn described(piece: &Piece, group: &[Line<'_>], so_far: &str) -> Option<String> {
    let add = |more: &str| Some(format!("{so_far}{more}"));
    let hole = |name: &str| so_far.contains(&format!("{{{name}}}"));
    match piece {
        Piece::End | Piece::Pairs => None,
        Piece::Time => add("{time}"),
        Piece::Signs(signs) => add(&signs.replace('{', "{{")),
        Piece::Severity(..) if hole("severity") => None,
        Piece::Severity(open, close) => add(&format!("{open}{{severity}}{close}")),
        Piece::Digits => add("{#}"),
        Piece::Tag(_) | Piece::Label if hole("service") => None,
        Piece::Tag(colon) => add(&format!("{{service}}[{{pid#}}]{colon}")),
        Piece::Label => add("{service}:"),
        Piece::Inside(open, close, true) => add(&format!("{open}{{#}}{close}")),
        Piece::Inside(open, close, false) => add(&format!("{open}{{{}}}{close}", unused(so_far))),
        Piece::Word => field(group, so_far),
    }
}

/// A word that is a field of the format and not the beginning of its text: always the same, or
/// never like a plain word.
fn field(group: &[Line<'_>], so_far: &str) -> Option<String> {
    let words: BTreeSet<&str> = group.iter().map(word_before).collect();
    let odd = |word: &&str| {
        word.contains(['.', '_', '-', '/', ':']) || word.chars().any(|c| c.is_ascii_digit())
    };
    let timed = group.iter().all(|line| line.timed);
    if group.len() >= 5 && words.len() == 1 && !words.iter().any(odd) {
        let word = words.first()?.replace('{', "{{");
        return Some(format!("{so_far}{word}"));
    }
    let few = group.len() >= 8 && words.len() * 4 <= group.len();
    let fields = words.iter().all(odd) || few || !timed;
    let host = if so_far.contains("{host}") || !words.iter().all(odd) {
        unused(so_far)
    } else {
        "host".into()
    };
    fields.then(|| format!("{so_far}{{{host}}}"))
}

/// The word that was just passed.
fn word_before<'t>(line: &Line<'t>) -> &'t str {
    let whole = if line.timed { line.whole.after } else { line.whole.before };
    let passed = &whole[..whole.len() - line.rest.len()];
    passed.rsplit(char::is_whitespace).next().unwrap_or(passed)
}

/// A name that no hole has yet.
fn unused(so_far: &str) -> String {
    let free = |name: &String| !so_far.contains(&format!("{{{name}}}"));
    (1..100).map(|n| format!("field{n}")).find(free).unwrap_or_default()
}

/// Runs of blanks as one: a template's blank stands for any run.
fn squeezed(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if !(c.is_whitespace() && out.ends_with(' ')) {
            out.push(if c.is_whitespace() { ' ' } else { c });
        }
    }
    out
}
