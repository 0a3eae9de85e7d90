//! The page as GitHub-flavoured Markdown (GFM 0.29).
//!
//! Everything that came from evidence passes through [`inline`] or [`code`], so that it can neither
//! end a cell nor become markup, a link, an image, a mention or raw HTML.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use super::page::{Block, Line, Page, Rich, Span, Style};
use crate::timeline::Timeline;

/// Writes the timeline as Markdown.
pub(crate) fn write(timeline: &Timeline, out: &mut dyn Write) -> io::Result<()> {
    let page = Page::new(timeline);
    writeln!(out, "# {}\n", inline(&page.title))?;
    page.head.iter().try_for_each(|part| block(part, out))?;
    table(&page, out)?;
    for section in &page.sections {
        writeln!(out, "## {}\n", section.title)?;
        section.blocks.iter().try_for_each(|part| block(part, out))?;
    }
    Ok(())
}

/// The table of the timeline.
pub(crate) fn timeline(page: &Page<'_>) -> String {
    written(|out| table(page, out))
}

/// Parts of a page.
pub(crate) fn blocks(blocks: &[Block<'_>]) -> String {
    written(|out| blocks.iter().try_for_each(|part| block(part, out)))
}

fn written(write: impl Fn(&mut Vec<u8>) -> io::Result<()>) -> String {
    let mut text = Vec::new();
    // Memory takes it.
    let _ = write(&mut text);
    String::from_utf8(text).unwrap_or_default()
}

fn table(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    if page.timeline.rows.is_empty() {
        return Ok(());
    }
    let heads: Vec<_> = page.columns.iter().map(|column| inline(&column.head)).collect();
    head(&heads, out)?;
    page.lines(|line| match line {
        Line::Day(day) => writeln!(out, "| **{day}** |{}", " |".repeat(page.columns.len() - 1)),
        Line::Row(row) => cells(&row.cells, out),
    })?;
    writeln!(out)
}

fn head(heads: &[String], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| {} |", heads.join(" | "))?;
    writeln!(out, "|{}", " --- |".repeat(heads.len()))
}

fn cells(cells: &[Rich<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut line = String::from("|");
    for cell in cells {
        let text = rich(cell);
        let _ = write!(line, " {}{}|", text, if text.is_empty() { "" } else { " " });
    }
    writeln!(out, "{line}")
}

fn block(part: &Block<'_>, out: &mut dyn Write) -> io::Result<()> {
    match part {
        Block::Paragraph(text) => writeln!(out, "{}", line(text))?,
        Block::List(items) => {
            items.iter().try_for_each(|item| writeln!(out, "- {}", line(item)))?;
        }
        Block::Table { head: heads, rows } => {
            head(&heads.iter().map(|head| inline(head)).collect::<Vec<_>>(), out)?;
            rows.iter().try_for_each(|row| cells(row, out))?;
        }
    }
    writeln!(out)
}

/// Spans that begin a line, where the first character could make it a heading or a list.
fn line(text: &[Span<'_>]) -> String {
    let mut line = rich(text);
    let ours = text.first().is_none_or(|first| !matches!(first.style, Style::Plain | Style::Faint));
    if let Some(at) = leading_markup(&line).filter(|_| !ours) {
        line.insert(at, '\\');
    }
    line
}

/// Spans in their styles; neighbours of one style are escaped as one text, so that nothing can be
/// put together at a seam.
fn rich(text: &[Span<'_>]) -> String {
    let mut merged: Vec<(Style, String)> = Vec::new();
    for Span { style, text } in text {
        let style = if *style == Style::Faint { Style::Plain } else { *style };
        match merged.last_mut() {
            Some((last, all)) if *last == style && style != Style::Code => all.push_str(text),
            _ => merged.push((style, text.as_ref().to_owned())),
        }
    }
    let mut line = String::new();
    for (style, text) in &merged {
        match style {
            Style::Code => line.push_str(&code(text)),
            Style::Strong | Style::Mark => line.push_str(&emphasis("**", text)),
            Style::Note => line.push_str(&emphasis("*", text)),
            Style::Plain | Style::Faint => line.push_str(&inline(text)),
        }
    }
    line.trim().to_owned()
}

/// Emphasis must hug its text, or it is none.
fn emphasis(sign: &str, text: &str) -> String {
    let text = text.trim();
    if text.is_empty() { String::new() } else { format!("{sign}{}{sign}", inline(text)) }
}

/// A code span, or escaped text where a code span could not hold it: in a table the reading of
/// backslashes before a pipe differs between renderers, so none is risked.
fn code(text: &str) -> String {
    if text.trim().is_empty() || text.contains(['`', '|', '\\']) {
        inline(text)
    } else {
        format!("`{}`", text.trim())
    }
}

/// Text that stays text: GFM markup, tables, links, autolinks, HTML, math and mentions all inert.
pub(crate) fn inline(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |&(_, next)| next);
        match c {
            '\\' | '`' | '*' | '[' | '|' | '~' | '$' => safe.extend(['\\', c]),
            // Inside a word an underscore is no emphasis.
            '_' if !(before.is_alphanumeric() && next.is_alphanumeric()) => safe.push_str("\\_"),
            '<' => safe.push_str("&lt;"),
            '&' if next == '#' || next.is_ascii_alphabetic() => safe.push_str("&amp;"),
            // No backslash stops a mention or an issue number from becoming a link that others are
            // told of; an invisible space does. A mail address tells nobody and stays whole.
            '@' if next.is_alphanumeric() && !before.is_alphanumeric() => {
                safe.push_str("@\u{200b}");
            }
            '#' if next.is_ascii_digit() => safe.push_str("#\u{200b}"),
            // `https\://` and `www\.` are no autolinks and look the same.
            ':' if text[at..].starts_with("://") => safe.push_str("\\:"),
            '.' if ends_with_www(&text[..at]) => safe.push_str("\\."),
            _ => safe.push(c),
        }
        before = c;
    }
    safe
}

fn ends_with_www(text: &str) -> bool {
    text.len()
        .checked_sub(3)
        .and_then(|at| text.get(at..))
        .is_some_and(|w| w.eq_ignore_ascii_case("www"))
}

/// Place of the character that would make a line a heading, list, quote or rule.
fn leading_markup(text: &str) -> Option<usize> {
    let start = text.len() - text.trim_start().len();
    let rest = &text[start..];
    match rest.chars().next()? {
        '#' | '+' | '-' | '=' | '>' | ':' => Some(start),
        c if c.is_ascii_digit() => {
            let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            after.starts_with(['.', ')']).then(|| text.len() - after.len())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
