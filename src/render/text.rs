//! The page for a terminal: aligned, wrapped to its width, coloured where that is welcome.

use std::io::{self, Write};

use super::{
    Look,
    page::{Block, Line, Page, Rich, Role, Span, Style},
    row::Row,
};
use crate::{event::Severity, timeline::Timeline};

/// Escape sequences (ECMA-48, "Select Graphic Rendition"); the only ones that rfo writes.
pub(crate) mod ansi {
    pub(crate) const RESET: &str = "\x1b[0m";
    pub(crate) const BOLD: &str = "\x1b[1m";
    pub(crate) const DIM: &str = "\x1b[2m";
    pub(crate) const RED: &str = "\x1b[1;31m";
    pub(crate) const YELLOW: &str = "\x1b[33m";
    pub(crate) const CYAN: &str = "\x1b[36m";

    /// `text` in that colour, where colours are welcome.
    pub(crate) fn paint(color: bool, sequence: &str, text: &str) -> String {
        if color && !text.is_empty() { format!("{sequence}{text}{RESET}") } else { text.to_owned() }
    }
}

/// Width where the terminal does not tell one.
pub(super) const USUAL_WIDTH: usize = 100;
/// Narrowest column of events; a narrower terminal wraps by itself.
const NARROWEST: usize = 24;
/// From this width on the evidence has a column; below, it stands under the event.
const WIDE: usize = 140;
/// Space between columns.
const GAP: usize = 2;

/// Writes the timeline as text.
pub(crate) fn write(timeline: &Timeline, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let page = Page::new(timeline);
    let width = if look.width == 0 { USUAL_WIDTH } else { look.width };
    let ink = Ink { color: look.color, severity: None };
    writeln!(out, "{}\n", ink.paint(Style::Strong, &page.title))?;
    page.head.iter().try_for_each(|part| block(part, ink, width, out))?;
    table(&page, ink, width, out)?;
    for section in &page.sections {
        writeln!(out, "{}\n", ink.paint(Style::Strong, section.title))?;
        section.blocks.iter().try_for_each(|part| block(part, ink, width, out))?;
    }
    Ok(())
}

/// How styles become colours.
#[derive(Clone, Copy)]
struct Ink {
    color: bool,
    severity: Option<Severity>,
}

impl Ink {
    fn paint(self, style: Style, text: &str) -> String {
        let sequence = match style {
            Style::Plain => return text.to_owned(),
            Style::Strong => match self.severity {
                Some(Severity::Critical | Severity::Error) => ansi::RED,
                Some(Severity::Warning) => ansi::YELLOW,
                _ => ansi::BOLD,
            },
            Style::Mark => ansi::BOLD,
            Style::Faint => ansi::DIM,
            Style::Note => ansi::YELLOW,
            Style::Code => ansi::CYAN,
        };
        ansi::paint(self.color, sequence, text)
    }
}

/// The columns' widths; the event takes what is left.
struct Layout {
    widths: Vec<usize>,
    /// Index of the event's column.
    event: usize,
    /// The evidence has a column of its own.
    wide: bool,
}

impl Layout {
    fn of(page: &Page<'_>, width: usize) -> Self {
        let wide = width >= WIDE;
        let mut widths: Vec<_> = page.columns.iter().map(|column| columns(&column.head)).collect();
        // Nothing is written, so nothing can go wrong.
        let _ = page.lines(|line| {
            let Line::Row(row) = line else { return Ok(()) };
            for (widest, cell) in widths.iter_mut().zip(&row.cells) {
                *widest = (*widest).max(cell.iter().map(|span| columns(&span.text)).sum());
            }
            Ok(())
        });
        if !wide {
            let narrow = page.columns.iter().zip(&mut widths);
            narrow.for_each(|(column, widest)| *widest = (*widest).min(most(column.role)));
        }
        let at = |role| page.columns.iter().position(|column| column.role == role).unwrap_or(0);
        let (event, evidence) = (at(Role::Event), at(Role::Evidence));
        widths[evidence] = if wide { widths[evidence].min(width / 4) } else { 0 };
        let others = widths.iter().enumerate().filter(|(at, n)| *at != event && **n > 0);
        let taken: usize = others.map(|(_, n)| n + GAP).sum();
        widths[event] = width.saturating_sub(taken).max(NARROWEST);
        Self { widths, event, wide }
    }
}

/// Widest a column may be where the terminal is narrow; longer cells wrap.
fn most(role: Role) -> usize {
    match role {
        Role::Local => 13,
        Role::Time | Role::Elapsed | Role::Mark => 12,
        Role::Event | Role::Evidence => usize::MAX,
    }
}

fn table(page: &Page<'_>, ink: Ink, width: usize, out: &mut dyn Write) -> io::Result<()> {
    if page.timeline.rows.is_empty() {
        return Ok(());
    }
    let layout = Layout::of(page, width);
    let shown = page.columns.iter().filter(|column| layout.wide || column.role != Role::Evidence);
    let heads = shown.map(|c| vec![Span { style: Style::Strong, text: c.head.as_str().into() }]);
    aligned(&heads.collect::<Vec<_>>(), &layout.widths, ink, out)?;
    page.lines(|line| match line {
        Line::Day(day) => writeln!(out, "\n{}", ink.paint(Style::Strong, &day)),
        Line::Row(row) => aligned_row(*row, &layout, ink, out),
    })?;
    writeln!(out)
}

fn aligned_row(row: Row<'_>, layout: &Layout, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let ink = Ink { severity: row.severity, ..ink };
    let mut cells = row.cells;
    if layout.wide {
        return aligned(&cells, &layout.widths, ink, out);
    }
    let evidence = cells.pop().unwrap_or_default();
    aligned(&cells, &layout.widths, ink, out)?;
    let evidence: String = evidence.iter().map(|span| span.text.as_ref()).collect();
    // A place is to be copied, so it is not wrapped: a long one begins further left.
    let indent: usize = layout.widths[..layout.event].iter().map(|n| n + GAP).sum();
    let total = indent + layout.widths[layout.event];
    let indent = indent.min(total.saturating_sub(columns(&evidence)));
    writeln!(out, "{}{}", " ".repeat(indent), ink.paint(Style::Faint, &evidence))
}

/// One line of cells, each wrapped to its width.
fn aligned(cells: &[Rich<'_>], widths: &[usize], ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let wrapped: Vec<_> = cells.iter().zip(widths).map(|(cell, n)| wrap(cell, *n)).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    for at in 0..height {
        let mut line = String::new();
        let mut owed = 0;
        for (cell, width) in wrapped.iter().zip(widths) {
            let mut used = 0;
            for (style, text) in cell.get(at).into_iter().flatten() {
                line.push_str(&" ".repeat(std::mem::take(&mut owed)));
                line.push_str(&ink.paint(*style, text));
                used += columns(text);
            }
            owed += width.saturating_sub(used) + GAP;
        }
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn block(part: &Block<'_>, ink: Ink, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let write_wrapped = |first: &str, text: &Rich<'_>, out: &mut dyn Write| {
        let mut indent = first.to_owned();
        for line in wrap(text, width.saturating_sub(columns(first)).max(NARROWEST)) {
            let line: String = line.iter().map(|(style, text)| ink.paint(*style, text)).collect();
            writeln!(out, "{indent}{line}")?;
            indent = " ".repeat(columns(first));
        }
        Ok::<_, io::Error>(())
    };
    match part {
        Block::Paragraph(text) => write_wrapped("", text, out)?,
        Block::List(items) => items.iter().try_for_each(|item| write_wrapped("- ", item, out))?,
        Block::Table { head, rows } => {
            for row in rows {
                write_wrapped("- ", &as_sentence(head, row), out)?;
            }
        }
    }
    writeln!(out)
}

/// A row of a small table as running text: `path, read as mbox, …`, for a terminal has no room
/// for a second wide table.
fn as_sentence<'t>(head: &[&'static str], row: &[Rich<'t>]) -> Rich<'t> {
    let mut text: Rich<'t> = Vec::new();
    for (at, (head, cell)) in head.iter().zip(row).enumerate() {
        if cell.iter().all(|span| span.text.is_empty()) {
            continue;
        }
        if at > 0 {
            let label = format!(" · {}: ", head.to_lowercase().replace("utc", "UTC"));
            text.push(Span { style: Style::Faint, text: label.into() });
        }
        text.extend(cell.iter().cloned());
    }
    text
}

/// Wraps at spaces; a word that is too long for a line is cut, at a slash where it has one.
fn wrap(text: &[Span<'_>], width: usize) -> Vec<Vec<(Style, String)>> {
    let mut lines = vec![Vec::new()];
    let mut used = 0;
    for (style, word) in words(text).flat_map(|word| pieces(word, width)) {
        if used + columns(word.trim_end()) > width && used > 0 {
            lines.push(Vec::new());
            used = 0;
        }
        if used == 0 && word.trim().is_empty() {
            continue;
        }
        push(&mut lines, style, word);
        used += columns(word);
    }
    lines.retain(|line| !line.is_empty());
    for line in &mut lines {
        trim_end(line);
    }
    lines
}

/// Plain text in lines no wider than `width`.
pub(super) fn wrap_words(text: &str, width: usize) -> Vec<String> {
    let span = Span { style: Style::Plain, text: text.into() };
    let lines = wrap(&[span], width);
    lines.into_iter().map(|line| line.into_iter().map(|(_, text)| text).collect()).collect()
}

/// A word as it is where it fits a line, else its parts, none wider than a line.
fn pieces((style, word): (Style, &str), width: usize) -> Vec<(Style, &str)> {
    if columns(word.trim_end()) <= width {
        return vec![(style, word)];
    }
    let mut pieces = Vec::new();
    for part in word.split_inclusive('/') {
        let (mut start, mut used) = (0, 0);
        for (at, c) in part.char_indices() {
            if used + columns_of(c) > width && at > start {
                pieces.push((style, &part[start..at]));
                (start, used) = (at, 0);
            }
            used += columns_of(c);
        }
        pieces.push((style, &part[start..]));
    }
    pieces
}

fn push(lines: &mut [Vec<(Style, String)>], style: Style, text: &str) {
    let Some(line) = lines.last_mut() else { return };
    match line.last_mut() {
        Some((last, all)) if *last == style => all.push_str(text),
        _ => line.push((style, text.to_owned())),
    }
}

fn trim_end(line: &mut [(Style, String)]) {
    if let Some((_, text)) = line.last_mut() {
        text.truncate(text.trim_end().len());
    }
}

/// Words with the space behind them, in their styles.
fn words<'a>(text: &'a [Span<'_>]) -> impl Iterator<Item = (Style, &'a str)> {
    text.iter().flat_map(|Span { style, text }| text.split_inclusive(' ').map(|w| (*style, w)))
}

/// Columns that a text takes on a terminal.
pub(crate) fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// Two for the wide blocks of East Asian scripts and emoji, none for marks that combine, else one:
/// the coarse shape of Unicode's `East_Asian_Width`.
fn columns_of(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}'
        | '\u{200b}'..='\u{200d}'
        | '\u{2060}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f900}'..='\u{1f9ff}'
        | '\u{1fa70}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests;
