//! Tables whose columns are named by lines of the file: W3C extended logs and their kin.
//!
//! A line of the definition's `columns` names the columns of the rows below it, and may come again
//! with others; `head` lines say what holds for all rows below. A row is a line (W3C extended log
//! file format, WD-logfile-960323), its cells are set apart by the delimiter, and quotes hold
//! blanks together. What a row says depends on the lines above it: a file is one chunk.

use std::{io, sync::Arc};

use super::{
    Piece, Plan,
    csv::Columns,
    head::{self, Fields},
    line::LineReader,
    sketch,
};
use crate::{
    definition::{
        Definition, Engine,
        bag::{Field, Record},
        tell::{Depth, Draft},
    },
    discover::range::RangeRead,
    template::Fit,
    text,
};

/// What a line of a table is.
pub enum Line {
    /// It names the columns of the rows below.
    Columns(Columns),
    /// It says something about the rows below.
    Head(Fields),
    /// A row, or something else.
    Row,
}

/// Tells what a line is, by itself.
pub fn line(definition: &Definition, line: &[u8], fit: &mut Fit) -> Line {
    let Engine::Csv { names, delimiter, .. } = &definition.engine else { return Line::Row };
    if let Some(header) = definition.head.names_columns(line, fit) {
        let delimiter = delimiter.unwrap_or(b' ');
        // The names of a table set apart by tabs may be set apart by blanks (CloudFront).
        let own = if header.contains(char::from(delimiter)) { delimiter } else { b' ' };
        return Line::Columns(Columns::new(delimiter, &cells(&header, own), names));
    }
    definition.head.says(line, fit).map_or(Line::Row, Line::Head)
}

/// The cells of a row; a blank as delimiter stands for any run of blanks. A cell in double quotes
/// ends at the quote before a delimiter; two quotes in it are one.
pub fn cells(row: &str, delimiter: u8) -> Vec<String> {
    let runs = delimiter == b' ';
    let parts = |c: char| c == char::from(delimiter) || runs && c == '\t';
    let mut cells = Vec::new();
    let mut rest = if runs { row.trim_matches(parts) } else { row };
    loop {
        let (cell, len) = quoted(rest, parts).unwrap_or_else(|| {
            let len = rest.find(parts).unwrap_or(rest.len());
            (rest[..len].to_owned(), len)
        });
        cells.push(cell);
        rest = &rest[len..];
        let Some(behind) = rest.strip_prefix(parts) else { return cells };
        rest = if runs { behind.trim_start_matches(parts) } else { behind };
    }
}

/// A cell in quotes and its bytes; none where it has none, or they are not closed.
fn quoted(text: &str, parts: impl Fn(char) -> bool) -> Option<(String, usize)> {
    let inside = text.strip_prefix('"')?;
    let mut at = 0;
    loop {
        at += inside[at..].find('"')?;
        let behind = &inside[at + 1..];
        if behind.chars().next().is_none_or(&parts) {
            return Some((inside[..at].replace("\"\"", "\""), at + 2));
        }
        // Two quotes are one; a lone one inside a cell is a careless writer's.
        at += if behind.starts_with('"') { 2 } else { 1 };
    }
}

pub(super) fn scan(
    plan: &Plan,
    source: &dyn RangeRead,
    depth: Depth,
    piece: &mut Piece,
) -> io::Result<()> {
    let mut lines = LineReader::new(source, 0);
    let mut fit = Fit::default();
    let mut above = plan.extra.clone();
    let mut columns: Option<Arc<Columns>> = None;
    let mut drafts = Vec::new();
    while let Some(text) = lines.next_line()? {
        let (start, len) = (text.start, text.len);
        match (line(&plan.definition, text.text, &mut fit), &columns) {
            _ if text.is_blank() => {}
            (Line::Columns(found), _) => {
                let found = Arc::new(found);
                columns = Some(found.clone());
                piece.head(start, len, Fields::new(), Some(found));
            }
            (Line::Head(said), _) => {
                head::renew(&mut above, &said);
                piece.head(start, len, said, None);
            }
            (Line::Row, None) => {
                let reason = "stands before the line that names the columns";
                piece.reject(start, len, piece.line(), reason.to_owned());
            }
            (Line::Row, Some(columns)) => {
                drafts.clear();
                let cells = cells(&text::decode(text.text), columns.delimiter);
                let record = Record::Row { columns, cells: &cells };
                match plan.tell_below(&above, record, depth, &mut drafts) {
                    Ok(()) => piece.record(start, len, sketch::same(text.text), &drafts, depth),
                    Err(reason) => piece.reject(start, len, piece.line(), reason),
                }
            }
        }
        piece.count_lines(u32::from(text.is_ended()));
    }
    Ok(())
}

pub(super) fn read(
    plan: &Plan,
    columns: &Columns,
    above: &[Field],
    bytes: &[u8],
    drafts: &mut Vec<Draft>,
) {
    let cells = cells(&text::decode(bytes), columns.delimiter);
    let record = Record::Row { columns, cells: &cells };
    let _ = plan.tell_below(above, record, Depth::Fields, drafts);
}

#[cfg(test)]
mod tests;
