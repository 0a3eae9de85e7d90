//! Scores: how well a definition reads samples of an input, engine by engine.

mod command;
mod lines;

use std::{collections::BTreeMap, sync::Arc};

use super::{Score, documents, glance::Glance, guess};
use crate::{
    definition::{
        Definition, Engine,
        bag::{Bag, Record, is_nothing},
        tell::{Depth, Draft},
    },
    discover::{Input, range::RangeRead},
    reader::{
        Framing, Plan,
        csv::{Columns, Rows, bare},
        head, inner, json,
        lines::Shapes,
        mbox, table,
    },
    template::Fit,
};

/// Lines or records of a sample.
pub(super) const SAMPLE: usize = 300;

pub(super) fn score(definition: &Arc<Definition>, path: &str, glance: &Glance<'_>) -> Score {
    score_above(definition, path, glance, f64::NEG_INFINITY)
}

/// What the first few lines prove of a definition, in bits: the likeliest ones are scored first.
pub(super) fn first_look(definition: &Arc<Definition>, glance: &Glance<'_>) -> u64 {
    match &definition.engine {
        Engine::Lines { .. } if !glance.is_json() => lines::first_look(definition, glance),
        _ => 0,
    }
}

/// The score, or none where its value is surely below `floor`.
pub(super) fn score_above(
    definition: &Arc<Definition>,
    path: &str,
    glance: &Glance<'_>,
    floor: f64,
) -> Score {
    let Glance { source, head, .. } = *glance;
    let mut score = match &definition.engine {
        // A log or a document may begin so, but does not go on so.
        Engine::Lines { .. } | Engine::Markdown { .. } if glance.is_json() => Score::default(),
        Engine::Lines { .. } => lines::score(definition, glance, floor),
        Engine::Csv { need, .. } if definition.head.columns.is_some() => {
            table_score(definition, need, source, head)
        }
        Engine::Csv { need, names, delimiter, header, guess } => {
            let delimiter = delimiter.unwrap_or_else(|| glance.delimiter());
            match header {
                Some(header) => {
                    let columns = Columns::given(delimiter, header);
                    rows_score(definition, need, &columns, Rows::new(source, delimiter), source)
                }
                None => csv_score(definition, need, names, delimiter, *guess, glance),
            }
        }
        Engine::Json { .. } => json_score(definition, glance),
        Engine::Xml { .. } => documents::xml(definition, source, head),
        Engine::Markdown { .. } => documents::markdown(definition, path, head),
        Engine::Mbox => mbox_score(source, head),
        Engine::Command(program) => command::score(definition, program, path, head),
        Engine::Layer => Score::default(),
    };
    score.hint = definition.files.iter().any(|shape| shape.fields(path).is_some());
    score
}

/// The lines that the records of a wrapper hold, in a row, by the program that wrote them.
pub(super) fn held(plan: &Plan, head: &[u8]) -> BTreeMap<String, String> {
    let inner = plan.definition.inner.as_ref();
    let shapes = Shapes::of(&plan.definition);
    let mut fit = Fit::default();
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    // Where many programs write, each must have its lines in the sample.
    let lines = if inner.is_some_and(|inner| inner.by.is_empty()) { SAMPLE } else { usize::MAX };
    for line in head.split(|byte| *byte == b'\n').take(lines) {
        let value;
        let record = if let Some(shapes) = &shapes {
            let Some(template) = shapes.whole(line, &mut fit) else { continue };
            Record::Holes { text: line, template, fit: &fit }
        } else {
            let Ok(parsed) = json::parse(line) else { continue };
            value = parsed;
            Record::Json { value: &value, around: &[] }
        };
        let bag = Bag::new(record, &[]);
        let held = inner::text_of(inner, &bag).unwrap_or_default();
        let text = texts.entry(inner::written_by(inner, &bag)).or_default();
        text.push_str(held.trim_end_matches(['\r', '\n']));
        text.push('\n');
    }
    texts
}

/// Bits for a column, member or readable time that must be there.
pub(super) const NEED: f64 = 12.0;

fn csv_score(
    definition: &Arc<Definition>,
    need: &[String],
    names: &[(String, Vec<String>)],
    delimiter: u8,
    guess: bool,
    glance: &Glance<'_>,
) -> Score {
    let source = glance.source;
    let told = glance.columns(definition);
    if definition.head.is_empty() && !guess {
        let header = glance.header(delimiter);
        let other = |name: &String| names.iter().find(|(known, _)| known == name);
        let is_there = |name: &String| {
            header.contains(&bare(name))
                || told.iter().any(|(what, column)| what == name && header.contains(&bare(column)))
                || other(name).is_some_and(|(_, others)| {
                    others.iter().any(|other| header.contains(&bare(other)))
                })
        };
        if !need.iter().all(is_there) {
            return Score::default();
        }
    }
    let mut rows = Rows::new(source, delimiter);
    let empty = sample_plan(definition, Framing::Lines);
    let mut fit = Fit::default();
    let header = loop {
        let Ok(Some(row)) = rows.next_row() else { return Score::default() };
        if !matches!(row.says(&empty, source, &mut fit), Ok(Some(_))) {
            break row;
        }
    };
    let mut columns = Columns::new(delimiter, &header.cells.unwrap_or_default(), names).told(&told);
    if guess && columns.names.len() > 1 {
        let found = guess::columns(definition, &columns, need, glance);
        columns = columns.told(&found);
        columns.guessed = columns.found(need);
    }
    if !need.iter().all(|name| columns.places(name).is_some()) {
        return Score::default();
    }
    rows_score(definition, need, &columns, rows, source)
}

fn rows_score(
    definition: &Arc<Definition>,
    need: &[String],
    columns: &Columns,
    mut rows: Rows<'_>,
    source: &dyn RangeRead,
) -> Score {
    let framing = Framing::Csv(columns.clone());
    let plan = sample_plan(definition, framing.clone());
    let mut fit = Fit::default();
    let (mut read, mut good) = (0, 0);
    let mut drafts = Vec::new();
    while read < SAMPLE {
        let Ok(Some(row)) = rows.next_row() else { break };
        if matches!(row.says(&plan, source, &mut fit), Ok(Some(_))) {
            continue;
        }
        let Some(cells) = &row.cells else { continue };
        read += 1;
        // Columns that no header proves are proven by every row: as many cells, or what `match` asks
        // for where rows are of several lengths; the needed filled.
        let filled = |name: &String| {
            let mut places = columns.places(name).unwrap_or_default().iter();
            places.any(|at| cells.get(*at).is_some_and(|cell| !is_nothing(cell)))
        };
        let long = cells.len() == columns.names.len() || !definition.must.is_empty();
        let proven = !columns.given || long && need.iter().all(filled);
        let record = Record::Row { columns, cells };
        good += usize::from(proven && tells_time(&plan, record, &mut drafts));
    }
    let given = columns.given;
    // A file of columns alone is an export of nothing, and still that export.
    let fit = match read {
        0 if given => return Score::default(),
        0 => 1.0,
        _ => f64::from(good as u32) / f64::from(read as u32),
    };
    let musts = if given { definition.must.len() as f64 } else { 0.0 };
    // Columns under other names, and those that were guessed: whoever knows the names wins.
    let guessed = 8.0 * columns.guessed.len() as f64;
    Score {
        fit,
        proof: NEED * (need.len() as f64 + 1.0 + musts) - guessed,
        records: good.max(usize::from(read == 0)),
        framing,
        hint: false,
        timeless: false,
    }
}

/// Bits for a line that names the columns.
const COLUMNS: f64 = 80.0;

fn table_score(
    definition: &Arc<Definition>,
    need: &[String],
    source: &dyn RangeRead,
    head: &[u8],
) -> Score {
    let mut fit = Fit::default();
    let mut plan = sample_plan(definition, Framing::Table);
    let needed = |columns: &Columns| need.iter().all(|name| columns.places(name).is_some());
    let mut columns: Option<Columns> = None;
    let (mut read, mut good) = (0_usize, 0_usize);
    let mut drafts = Vec::new();
    // Told to read it, the rows above any columns are to be named.
    let none = Score { framing: Framing::Table, ..Score::default() };
    let lines = head.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let mut lines: Vec<&[u8]> = lines.take(SAMPLE).collect();
    if (head.len() as u64) < source.len() {
        // The last one may go on behind what was looked at.
        lines.pop();
    }
    for line in lines {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match (table::line(definition, line, &mut fit), &columns) {
            (table::Line::Columns(found), _) => columns = Some(found),
            (table::Line::Head(said), _) => head::renew(&mut plan.extra, &said),
            (table::Line::Row, None) => return none,
            (table::Line::Row, Some(columns)) => {
                let cells = table::cells(&crate::text::decode(line), columns.delimiter);
                let record = Record::Row { columns, cells: &cells };
                read += 1;
                good += usize::from(needed(columns) && tells_time(&plan, record, &mut drafts));
            }
        }
    }
    if !columns.as_ref().is_some_and(needed) {
        return none;
    }
    Score {
        fit: if read == 0 { 1.0 } else { good as f64 / read as f64 },
        proof: COLUMNS + NEED * (need.len() as f64 + 1.0),
        records: good.max(usize::from(read == 0)),
        framing: Framing::Table,
        hint: false,
        timeless: false,
    }
}

pub(super) fn sample_plan(definition: &Arc<Definition>, framing: Framing) -> Plan {
    Plan {
        part: None,
        input: Input::from_bytes("", Vec::new()),
        definition: definition.clone(),
        framing,
        score: 0.0,
        score_how: String::new(),
        extra: Vec::new(),
        tables: Vec::new(),
        layers: Arc::new([]),
        inner: Vec::new(),
        trusted: crate::time::mail::Trusted::default(),
    }
}

/// Whether a record is of the plan's format, tells a time that can be read, and says something.
pub(super) fn tells_time(plan: &Plan, record: Record<'_>, drafts: &mut Vec<Draft>) -> bool {
    drafts.clear();
    plan.try_tell(record, Depth::Fields, drafts)
        && drafts.iter().any(|draft| draft.time.is_some())
        && drafts.iter().filter_map(|draft| draft.fields.as_ref()).any(|f| !f.summary.is_empty())
}

fn json_score(definition: &Arc<Definition>, glance: &Glance<'_>) -> Score {
    let Engine::Json { records, need } = &definition.engine else { return Score::default() };
    if !glance.start().starts_with(b"{") && !glance.start().starts_with(b"[") {
        return Score::default();
    }
    let found = glance.records(records);
    let framing = if found.lines { Framing::JsonLines } else { Framing::JsonDocument };
    let plan = sample_plan(definition, framing.clone());
    let mut drafts = Vec::new();
    let mut good = 0;
    for (start, value) in &found.values {
        let around = found.contexts.around(*start);
        let record = Record::Json { value, around: &around };
        good +=
            usize::from(json::has(need, value, &around) && tells_time(&plan, record, &mut drafts));
    }
    if good == 0 {
        return Score { framing, ..Score::default() };
    }
    let musts = definition.must.len() as f64 * NEED;
    // That it is JSON at all is worth as much as a column.
    let proof = NEED * (need.len() as f64 + 2.0) + musts;
    let fit = good as f64 / found.values.len() as f64;
    Score { fit, proof, records: good, framing, hint: false, timeless: false }
}

fn mbox_score(source: &dyn RangeRead, head: &[u8]) -> Score {
    let Some(framing) = mbox::framing(source, head) else { return Score::default() };
    Score { fit: 1.0, proof: 120.0, records: 1, framing, hint: false, timeless: false }
}
