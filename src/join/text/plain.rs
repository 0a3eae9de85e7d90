//! What a text says itself, what it quotes, and what both hold besides.
//!
//! Takes a text as an event gives it; gives the writer's own words, and the words that the writer of
//! the quoted text wrote, one level deep.

use crate::reader::mbox::quote;

/// A text, parted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plain {
    /// The writer's own words.
    pub(super) own: String,
    /// The own words of what is quoted or passed on.
    pub(super) quoted: String,
}

/// Beginnings of lines that programs add to a text, lower case: rfo's own definitions (`Attached:`,
/// `(edited by`), list servers and chat bridges.
const ADDED: [&str; 6] =
    ["attached: ", "labels: ", "(edited", "(reactions: ", "(reaction: ", "[cut here: "];

/// Beginnings of lines below which only a list server speaks, lower case.
const FOOTER: [&str; 6] = [
    "you received this message because you",
    "to unsubscribe from this ",
    "to unsubscribe, ",
    "unsubscribe:",
    "this is an automated message",
    "you are receiving this ",
];

/// Parts a text.
pub(super) fn part(text: &str) -> Plain {
    // Most texts of a chat are one line: nothing is quoted there.
    if !text.contains('\n') && !text.starts_with('>') {
        return Plain { own: text.to_owned(), quoted: String::new() };
    }
    let split = quote::split(text);
    Plain { own: bare(&split.own), quoted: unquote(&split.rest) }
}

/// Without the lines that programs add.
fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let start = line.trim_start().as_bytes();
        let starts = |with: &&str| {
            start.get(..with.len()).is_some_and(|s| s.eq_ignore_ascii_case(with.as_bytes()))
        };
        if FOOTER.iter().any(starts) {
            break;
        }
        if !ADDED.iter().any(starts) {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// The own words of a quoted text: one level of marks removed, or the lines below the block that
/// stands above a text passed on.
fn unquote(rest: &str) -> String {
    let marked: Vec<&str> = rest
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix('>'))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    let inner = if marked.is_empty() {
        let below = rest.lines().skip_while(|line| is_above(line));
        below.collect::<Vec<_>>().join("\n")
    } else {
        marked.join("\n")
    };
    if inner.trim().is_empty() { String::new() } else { bare(&quote::split(&inner).own) }
}

/// A line of the block above a text passed on: blank, dashes, a header, or the line that names
/// the writer.
fn is_above(line: &str) -> bool {
    let line = line.trim();
    let dashes = line.starts_with("--") || line.starts_with("__");
    let header = line.split_once([':', '：']).is_some_and(|(name, _)| {
        name.chars().count() <= 20 && name.split_whitespace().count() <= 2
    });
    line.is_empty() || dashes || header || line.ends_with([':', '：'])
}

#[cfg(test)]
mod tests;
