//! Look-up tables: `users.json` beside or above the day files of a chat export.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use super::Verdict;
use crate::{
    definition::{
        bag::{Bag, Record, is_nothing},
        lookup::{Lookup, Table},
        phrase::{PathStep, first},
        shelf::Shelf,
    },
    discover::Input,
    reader::{Framing, Plan, csv::Rows, json},
};

/// Largest table that is read.
const TABLE_BYTES: u64 = 256 << 20;

/// File names that some definition looks things up in.
pub(super) struct Wanted(HashSet<String>);

impl Wanted {
    pub(super) fn new(shelf: &Shelf) -> Self {
        Self(shelf.tables().map(str::to_owned).collect())
    }

    pub(super) fn wants(&self, path: &str) -> bool {
        self.0.contains(super::content::last_component(path))
    }
}

/// Reads the tables into the plans that look things up in them.
pub(super) fn fill(mut verdicts: Vec<Verdict>) -> Vec<Verdict> {
    let candidates: BTreeMap<Arc<str>, Input> = verdicts
        .iter()
        .filter_map(|verdict| match verdict {
            Verdict::Table(input) => Some((input.path.clone(), input.clone())),
            _ => None,
        })
        .collect();
    let mut cache: HashMap<(Arc<str>, String, String), HashMap<String, String>> = HashMap::new();
    let mut used: HashSet<Arc<str>> = HashSet::new();
    for verdict in &mut verdicts {
        let Verdict::Read(plan) = verdict else { continue };
        let definition = plan.definition.clone();
        plan.tables = definition
            .lookups
            .iter()
            .map(|lookup| {
                if let Table::Columns(pairs) = &lookup.table {
                    return own_rows(plan, pairs);
                }
                let Some((names, records)) = files(lookup) else { return HashMap::new() };
                let mut found = HashMap::new();
                // Each name by itself: rooms may lie in four files, one a sort.
                for name in names {
                    let Some(input) = nearest(&plan.input.path, name, &candidates) else {
                        continue;
                    };
                    used.insert(input.path.clone());
                    let key =
                        (input.path.clone(), definition.name.clone(), lookup.name.to_string());
                    let table = cache.entry(key).or_insert_with(|| read(input, lookup, records));
                    for (key, value) in table.iter() {
                        found.entry(key.clone()).or_insert_with(|| value.clone());
                    }
                }
                found
            })
            .collect();
    }
    let unused = |input: &Input| !used.contains(&input.path);
    for verdict in &mut verdicts {
        if let Verdict::Table(input) = verdict
            && unused(input)
        {
            let why = "a table of an export whose records are not here; no parser reads it alone";
            *verdict = Verdict::Unread(input.clone(), why.to_owned());
        }
    }
    verdicts
}

/// The files that a look-up looks into, and where their records lie.
fn files(lookup: &Lookup) -> Option<(&[String], &[Vec<PathStep>])> {
    match &lookup.table {
        Table::File(names, records) => Some((names, records)),
        Table::List(_) | Table::Columns(_) => None,
    }
}

/// Key to value from the rows of the input itself. Where columns of one name stand side by side, the
/// n-th key belongs to the n-th value. A key that two rows give different values for tells nothing.
fn own_rows(plan: &Plan, pairs: &[(String, String)]) -> HashMap<String, String> {
    let mut table: HashMap<String, Option<String>> = HashMap::new();
    let Framing::Csv(columns) = &plan.framing else { return HashMap::new() };
    let places: Vec<(usize, usize)> = pairs
        .iter()
        .filter_map(|(key, value)| Some((columns.places(key)?, columns.places(value)?)))
        .flat_map(|(keys, values)| keys.iter().copied().zip(values.iter().copied()))
        .collect();
    let Ok(source) = plan.input.open() else { return HashMap::new() };
    let mut rows = Rows::new(&*source, columns.delimiter);
    while let (false, Ok(Some(row))) = (places.is_empty(), rows.next_row()) {
        let cells = row.cells.unwrap_or_default();
        let cell = |at: usize| cells.get(at).map(|cell| cell.trim()).filter(|c| !is_nothing(c));
        for (key, value) in &places {
            let (Some(key), Some(value)) = (cell(*key), cell(*value)) else { continue };
            let known = table.entry(key.to_owned()).or_insert_with(|| Some(value.to_owned()));
            if known.as_deref() != Some(value) {
                *known = None;
            }
        }
    }
    table.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

/// The table of that name beside the path, or in the nearest folder above it.
fn nearest<'i>(
    path: &str,
    file: &str,
    candidates: &'i BTreeMap<Arc<str>, Input>,
) -> Option<&'i Input> {
    let mut folder = path;
    loop {
        let cut = folder.rfind('/');
        folder = cut.map_or("", |cut| &folder[..cut]);
        let name = if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") };
        if let Some(input) = candidates.get(name.as_str()) {
            return Some(input);
        }
        cut?;
    }
}

/// Key to value, for every record that has both.
fn read(input: &Input, lookup: &Lookup, records: &[Vec<PathStep>]) -> HashMap<String, String> {
    let mut table = HashMap::new();
    if input.size > TABLE_BYTES {
        return table;
    }
    let Ok(text) = input.open().and_then(|source| source.bytes(0, input.size as usize)) else {
        return table;
    };
    let usual = [vec![PathStep::All], Vec::new()];
    let found = json::walk(&text, if records.is_empty() { &usual } else { records });
    for cut in found.records {
        let Ok(value) = json::parse(&text[cut.place]) else { continue };
        let bag = Bag::new(Record::Json { value: &value, around: &[] }, &[]);
        if let (Some(key), Some(named)) = (bag.get(&lookup.key), first(&lookup.value, &bag)) {
            table.insert(key.into_owned(), named.into_owned());
        }
    }
    table
}
