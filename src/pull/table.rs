//! Tables of timelines, as people hand them back: Markdown or CSV.
//!
//! Cells are compared as what a reader sees, without markup, so that an editor that aligns columns or
//! escapes otherwise changes nothing.

use crate::{
    event::Id,
    render::csv::unguarded,
    time::{Instant, Precision, pattern},
};

/// A table that cannot be read: line (0 for the whole file), and why.
pub type Unread = (u64, String);

/// The timeline of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Its rows, in their order.
    pub rows: Vec<Row>,
    /// What a document says above its table, as people read it: of which run it is.
    pub head: String,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// 1-based line.
    pub line: u64,
    /// The id that it shows, or how it begins; none for a row that the lead added.
    pub id: Option<String>,
    /// What stands in the cell of its time.
    pub time: String,
    /// The UTC day that stands above it.
    pub day: Option<String>,
    /// Its milestones in lower case; none where the table has no column for them.
    pub marks: Option<Vec<String>>,
    /// What it says, without the doubts that `rfo` adds.
    pub text: String,
}

impl Row {
    /// Whether both show one id.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.id.as_ref().zip(other.id.as_ref()).is_some_and(|(one, other)| Id::is_same(one, other))
    }

    /// When it is, as RFC 3339 where the table writes so.
    pub fn instant(&self) -> Option<(Instant, String)> {
        let cell = self.time.trim_start_matches(['≈', ' ']);
        let first = cell.split(" – ").next().unwrap_or_default().trim();
        let day = self.day.as_deref().unwrap_or_default();
        let spellings = [first.to_owned(), format!("{first}Z"), format!("{day}T{first}Z")];
        let read = |text: String| Some((pattern::written(&text)?.instant()?, text));
        spellings.into_iter().find_map(read)
    }
}

/// Reads the timeline of a Markdown document: the first table with times and events.
///
/// # Errors
/// A document without such a table, or whose rows show no ids.
pub fn markdown(text: &str) -> Result<Table, Unread> {
    let mut table = Table::default();
    let mut columns: Option<Columns> = None;
    let mut day = None;
    for (number, line) in (1..).zip(text.lines()) {
        let is_row = line.trim_start().starts_with('|');
        let cells = if is_row { cells(line) } else { Vec::new() };
        let Some(columns) = &columns else {
            columns = is_row.then(|| Columns::of(&cells)).flatten();
            table.head.push_str(&plain(line));
            table.head.push('\n');
            continue;
        };
        if !is_row {
            break;
        }
        if cells.iter().all(|cell| cell.chars().all(|c| matches!(c, '-' | ':' | ' '))) {
            continue;
        }
        let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).map_or("", String::as_str);
        let time = plain(cell(Some(columns.time)));
        let others = cells.iter().enumerate().filter(|(at, _)| *at != columns.time);
        if others.map(|(_, cell)| cell).all(|cell| cell.trim().is_empty()) && is_day(&time) {
            day = Some(time);
            continue;
        }
        let mut behind = cells.iter().skip(columns.event + 1);
        let id = match columns.evidence {
            Some(at) => first_id(cell(Some(at))),
            None => behind.find_map(|cell| first_id(cell)),
        };
        let marks = columns.mark.map(|at| {
            let words = plain(cell(Some(at))).to_lowercase();
            words.split([',', ' ']).filter(|w| !w.is_empty()).map(str::to_owned).collect()
        });
        let text = plain(without_notes(cell(Some(columns.event))));
        table.rows.push(Row { line: number, id, time, day: day.clone(), marks, text });
    }
    if columns.is_none() {
        let reason = "no timeline is in it: a table with the columns Time (UTC) and Event, as rfo \
                      timeline writes it";
        return Err((0, reason.to_owned()));
    }
    table.rows.extend(undated(text));
    with_ids(table, "Evidence")
}

/// The rows of a document's table of events without a time.
pub(crate) fn undated(text: &str) -> Vec<Row> {
    let lines = (1..).zip(text.lines()).skip_while(|(_, line)| line.trim() != "## Undated").skip(1);
    let lines = lines.take_while(|(_, line)| !line.starts_with("## "));
    let row = |(line, text): (u64, &str)| {
        let cells = if text.trim_start().starts_with('|') { cells(text) } else { Vec::new() };
        let id = Some(cells.last().and_then(|cell| first_id(cell))?);
        let text = plain(without_notes(cells.first()?));
        Some(Row { line, id, text, ..Row::default() })
    };
    lines.filter_map(row).filter(|row| row.id.is_some()).collect()
}

/// Reads the rows of a CSV of `rfo timeline`.
///
/// # Errors
/// A file without the columns id, time and summary, or whose rows have no ids.
pub fn csv(text: &str) -> Result<Table, Unread> {
    // Spreadsheets of some languages write semicolons, others tabs.
    let first = text.lines().next().unwrap_or_default();
    let count = |delimiter: &u8| first.bytes().filter(|byte| byte == delimiter).count();
    let delimiter = [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',');
    let mut builder = csv::ReaderBuilder::new();
    let mut reader = builder.flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|error| (1, error.to_string()))?.clone();
    let column =
        |name: &str| head.iter().position(|known| known.trim_start_matches('\u{feff}') == name);
    let need = |name: &str| column(name).ok_or_else(|| (1, format!("it has no column {name}")));
    let (id, time, summary) = (need("id")?, need("time")?, need("summary")?);
    let marks = column("marks");
    let mut table = Table::default();
    for record in reader.records() {
        let record = record.map_err(|error| {
            (error.position().map_or(0, csv::Position::line), error.to_string())
        })?;
        // A spreadsheet's guard is no part of a text.
        let cell = |at: usize| {
            let cell = record.get(at).unwrap_or_default().trim();
            unguarded(cell).unwrap_or(cell)
        };
        let words = |at: usize| {
            let words = cell(at).to_lowercase();
            words.split([',', ' ', ';']).filter(|w| !w.is_empty()).map(str::to_owned).collect()
        };
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        table.rows.push(Row {
            line: line_of(text, record.position()),
            id: first_id(cell(id)),
            time: cell(time).to_owned(),
            day: None,
            marks: marks.map(words),
            text: cell(summary).to_owned(),
        });
    }
    with_ids(table, "id")
}

/// `2026-03-10`, above the rows of that day.
fn is_day(text: &str) -> bool {
    pattern::written(text).is_some_and(|raw| raw.precision == Precision::Day)
}

/// The 1-based line of a record. The reader's own is that of the line end before it, where lines end
/// with CR and LF.
pub(crate) fn line_of(text: &str, at: Option<&csv::Position>) -> u64 {
    let Some(at) = at else { return 0 };
    let start = usize::try_from(at.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let ends = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    at.line() + ends.filter(|byte| **byte == b'\n').count() as u64
}

fn with_ids(table: Table, column: &str) -> Result<Table, Unread> {
    if !table.rows.is_empty() && table.rows.iter().all(|row| row.id.is_none()) {
        let reason = format!(
            "no row shows an id, so none can be told from those of the lead's own; keep the column \
             {column}"
        );
        return Err((0, reason));
    }
    Ok(table)
}

/// Where the columns of a timeline stand.
struct Columns {
    time: usize,
    mark: Option<usize>,
    event: usize,
    evidence: Option<usize>,
}

impl Columns {
    fn of(cells: &[String]) -> Option<Self> {
        let at = |name: &str| cells.iter().position(|cell| plain(cell) == name);
        let (mark, evidence) = (at("Mark"), at("Evidence"));
        Some(Self { time: at("Time (UTC)")?, mark, event: at("Event")?, evidence })
    }
}

/// The cells of a row: an escaped bar ends none.
fn cells(line: &str) -> Vec<String> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut is_escaped = false;
    for c in line.chars() {
        if c == '|' && !is_escaped {
            cells.push(String::new());
        } else if let Some(cell) = cells.last_mut() {
            cell.push(c);
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    if cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    cells
}

/// A cell without the doubts at its end: `*≈ UTC assumed*`.
fn without_notes(cell: &str) -> &str {
    let mut cell = cell.trim();
    while let Some(rest) = cell.strip_suffix(['*', '_']) {
        let starts = ["*≈", "_≈", "*date as written", "_date as written"];
        let start = starts.iter().filter_map(|start| rest.rfind(start)).max();
        let Some(start) = start.filter(|at| !rest[at + 1..].contains("**")) else { break };
        cell = rest[..start].trim_end();
    }
    cell
}

/// What a reader sees of Markdown on one line.
pub(super) fn plain(text: &str) -> String {
    let text = text.replace("<br>", " ").replace("<br/>", " ").replace("<br />", " ");
    let mut seen = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek().is_some_and(char::is_ascii_punctuation) => {
                before = chars.next().unwrap_or(c);
                seen.push(before);
                continue;
            }
            '`' | '\u{200b}' => continue,
            '*' | '_' => {
                let mut run = String::from(c);
                while let Some(more) = chars.next_if_eq(&c) {
                    run.push(more);
                }
                let next = chars.peek().copied().unwrap_or(' ');
                let is_edge = |c: char| !c.is_alphanumeric();
                let hugs = (is_edge(before) && !next.is_whitespace())
                    || (is_edge(next) && !before.is_whitespace());
                if !hugs || before == c {
                    seen.push_str(&run);
                    before = c;
                }
                continue;
            }
            _ => seen.push(c),
        }
        before = c;
    }
    let seen = seen.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    let seen = seen.replace("&#124;", "|").replace("&nbsp;", " ").replace("&amp;", "&");
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first id in a text: `e-` and letters and digits of base 32.
fn first_id(text: &str) -> Option<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let words = text.split(|c: char| !is_part(c));
    let is_id = |word: &&str| {
        let rest = word.strip_prefix("e-").unwrap_or_default();
        let bare = rest.split('-').next().unwrap_or_default();
        bare.len() >= Id::SHOWN - "e-".len()
            && bare.bytes().all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b))
    };
    words.into_iter().find(is_id).map(str::to_owned)
}
