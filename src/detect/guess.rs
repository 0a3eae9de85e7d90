//! Guesses: which column of an unknown table holds what a definition needs, by what stands in it.

use super::glance::Glance;
use crate::{
    definition::{Definition, phrase::Phrase},
    reader::csv::{Columns, Rows},
};

/// Rows that are looked at.
const ROWS: usize = 50;
/// A text has so many characters on average.
const TEXT: usize = 10;

/// The columns of the time and of the text, where the names tell neither and the cells do.
pub(super) fn columns(
    definition: &Definition,
    columns: &Columns,
    need: &[String],
    glance: &Glance<'_>,
) -> Vec<(String, String)> {
    let missing = |name: &&String| columns.places(name).is_none();
    let time = definition.time.at.iter().find_map(Phrase::only_field);
    let mut rows = Rows::new(glance.source, columns.delimiter);
    let _ = rows.next_row();
    let table: Vec<Vec<String>> = std::iter::from_fn(|| rows.next_row().ok().flatten()?.cells)
        .take(ROWS)
        .filter(|cells| cells.len() == columns.names.len())
        .collect();
    let mut guessed: Vec<(String, String)> = Vec::new();
    for name in need.iter().filter(missing) {
        let is_time = time.is_some_and(|path| path.text == *name);
        let free = |at: &usize| !guessed.iter().any(|(_, column)| *column == columns.names[*at]);
        let mut places = (0..columns.names.len()).filter(free);
        let found = if is_time {
            places.find(|at| holds_times(definition, &filled(&table, *at)))
        } else {
            let texts = places.filter(|at| holds_text(&filled(&table, *at)));
            // Of equals the first, as it stands.
            texts
                .rev()
                .max_by_key(|at| filled(&table, *at).iter().map(|cell| cell.len()).sum::<usize>())
        };
        guessed.extend(found.map(|at| (name.clone(), columns.names[at].clone())));
    }
    guessed
}

fn filled(table: &[Vec<String>], at: usize) -> Vec<&str> {
    let cells = table.iter().map(|cells| cells[at].trim());
    cells.filter(|cell| !cell.is_empty() && *cell != "-").collect()
}

/// Four of five cells are times; bare numbers are not taken for any.
fn holds_times(definition: &Definition, cells: &[&str]) -> bool {
    let number = |cell: &str| cell.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let formats = &definition.time.formats;
    let times =
        cells.iter().filter(|cell| !number(cell) && formats.whole(cell.as_bytes()).is_some());
    !cells.is_empty() && times.count() * 5 >= cells.len() * 4
}

/// Words with blanks between them.
fn holds_text(cells: &[&str]) -> bool {
    let length: usize = cells.iter().map(|cell| cell.chars().count()).sum();
    let words =
        cells.iter().filter(|cell| cell.contains(' ') && cell.chars().any(char::is_alphabetic));
    !cells.is_empty() && words.count() * 2 >= cells.len() && length >= TEXT * cells.len()
}
