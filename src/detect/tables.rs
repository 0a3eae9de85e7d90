//! Look-up tables: `users.json` beside or above the day files of a chat export.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use super::Verdict;
use crate::{
    definition::{
        bag::{Bag, Record},
        lookup::{Lookup, Table},
        phrase::{PathStep, first},
        shelf::Shelf,
    },
    discover::Input,
    reader::json,
};

/// Largest table that is read.
const TABLE_BYTES: u64 = 256 << 20;

/// File names that some definition looks things up in.
pub(super) struct Wanted(HashSet<String>);

impl Wanted {
    pub(super) fn new(shelf: &Shelf) -> Self {
        let lookups = shelf.iter().flat_map(|definition| &definition.lookups);
        Self(lookups.filter_map(file).map(|(name, _)| name.to_owned()).collect())
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
                let wanted = file(lookup).and_then(|(name, records)| {
                    Some((nearest(&plan.input.path, name, &candidates)?, records))
                });
                let Some((input, records)) = wanted else { return HashMap::new() };
                used.insert(input.path.clone());
                let key = (input.path.clone(), definition.name.clone(), lookup.name.to_string());
                cache.entry(key).or_insert_with(|| read(input, lookup, records)).clone()
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

/// The file that a look-up looks into, and where its records lie.
fn file(lookup: &Lookup) -> Option<(&str, &[Vec<PathStep>])> {
    match &lookup.table {
        Table::File(name, records) => Some((name, records)),
        Table::List(_) => None,
    }
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
