//! Look-ups: a field made by looking another one up in a table of the same export, or in a list of
//! the same document.
//!
//! Takes the fields of a record; gives them with those that the look-ups of its definition make.

use std::{collections::HashMap, sync::Arc};

use serde_json::Value;

use super::{
    bag::{Bag, Field, Record, collect},
    phrase::{Path, PathStep, Phrase, first},
};

/// `[lookup.NAME]`.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// The field it makes.
    pub name: Arc<str>,
    /// What is looked up; of a list of keys, each.
    pub of: Vec<Phrase>,
    /// Where.
    pub table: Table,
    /// The key in each record of the table.
    pub key: Path,
    /// The value.
    pub value: Vec<Phrase>,
}

/// Where things are looked up.
#[derive(Clone, Debug)]
pub enum Table {
    /// A file of one of these names, beside the input or above it, and where its records lie.
    File(Vec<String>, Vec<Vec<PathStep>>),
    /// A list in the record, or in an object around it.
    List(Path),
    /// The rows of the input itself: columns of keys, each with the one that has their values.
    Columns(Vec<(String, String)>),
}

/// The look-up tables of an input, one a look-up of its definition, in that order; empty for those
/// that look into lists.
pub type Tables = Vec<HashMap<String, String>>;

/// The fields beside the record, with those that look-ups make before them; none where they make
/// none.
pub fn looked_up(lookups: &[Lookup], tables: &Tables, bag: &Bag<'_>) -> Option<Vec<Field>> {
    let mut made: Vec<usize> = Vec::new();
    let mut fields: Option<Vec<Field>> = None;
    // What one look-up gives, another may look up: a room's id, then the room.
    loop {
        let before = made.len();
        for (number, lookup) in lookups.iter().enumerate() {
            if made.contains(&number) {
                continue;
            }
            let extra = fields.as_deref().unwrap_or(bag.extra);
            let Some(value) = value(lookup, number, tables, &Bag { extra, ..*bag }) else {
                continue;
            };
            let known = fields.get_or_insert_with(|| bag.extra.to_vec());
            known.insert(0, (lookup.name.clone(), value));
            made.push(number);
        }
        if made.len() == before {
            return fields;
        }
    }
}

/// What a look-up gives: the names of all keys that it is asked for.
fn value(lookup: &Lookup, number: usize, tables: &Tables, bag: &Bag<'_>) -> Option<String> {
    let keys = first(&lookup.of, bag)?;
    let found = |key: &str| match &lookup.table {
        Table::File(..) | Table::Columns(_) => tables.get(number)?.get(key).cloned(),
        Table::List(list) => in_list(lookup, list, key, bag),
    };
    let mut keys = keys.lines().map(str::trim).peekable();
    let single = found(keys.next()?);
    if keys.peek().is_none() {
        let list = |value: &String| value.contains('\n');
        return single.map(|value| if list(&value) { people(&value, tables) } else { value });
    }
    let rest: Vec<String> = keys.filter_map(found).collect();
    let all: Vec<String> = single.into_iter().chain(rest).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// A value that is a list of keys of other tables (the members of a conversation) by their names.
fn people(value: &str, tables: &Tables) -> String {
    let name = |id: &str| tables.iter().find_map(|table| table.get(id)).cloned();
    let names: Option<Vec<String>> = value.lines().map(name).collect();
    names.map_or_else(|| value.replace('\n', ", "), |names| names.join(", "))
}

/// The value of the element with that key, in the nearest list of that name around the record.
fn in_list(lookup: &Lookup, list: &Path, key: &str, bag: &Bag<'_>) -> Option<String> {
    let Record::Json { value, around } = bag.record else { return None };
    let within = bag.item.iter().flat_map(|item| item.within.iter());
    let roots = within.copied().chain(std::iter::once(value)).chain(around.iter().copied());
    roots.into_iter().find_map(|root| {
        let mut lists = Vec::new();
        collect(root, &list.steps, &mut lists);
        let elements = lists.iter().flat_map(|found| match found.as_ref() {
            Value::Array(elements) => elements.iter().collect(),
            Value::Object(members) => members.values().collect(),
            _ => Vec::new(),
        });
        elements.into_iter().find_map(|element| {
            let bag = Bag::new(Record::Json { value: element, around: &[] }, &[]);
            let fits = bag.get(&lookup.key).is_some_and(|found| found == key);
            fits.then(|| first(&lookup.value, &bag).map(std::borrow::Cow::into_owned)).flatten()
        })
    })
}
