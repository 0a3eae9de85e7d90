//! Changes of the incident file: what stands in it stays as it is, comments and all.

use std::fmt;

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use crate::{
    event::{Event, Id, Mark},
    incident::SCHEMA,
    render::safe,
    text,
    time::Instant,
};

/// Why a file cannot be changed.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct PullError {
    /// The file.
    pub path: String,
    /// What stands in the way.
    pub reason: String,
}

/// One thing that the incident file has to say otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A row that the run does not show.
    Pin(String),
    /// A row that the table does not have.
    Hide(String),
    /// Another text.
    Reword {
        /// The row.
        id: String,
        /// What it is to say.
        text: String,
    },
    /// It is that milestone.
    Mark {
        /// The row.
        id: String,
        /// The milestone.
        mark: Mark,
    },
    /// It is not.
    Unmark {
        /// The row.
        id: String,
        /// The milestone.
        mark: Mark,
    },
    /// No row is that milestone.
    Absent(Mark),
    /// A row of the lead's own.
    AddRow(Own),
    /// That number of them says something else.
    SetRow(usize, Own),
    /// That number of them is gone.
    DropRow(usize),
}

/// A row of the lead's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// When, and as it is written; none where that does not change.
    pub time: Option<(Instant, String)>,
    /// What it says.
    pub text: String,
    /// Milestones.
    pub marks: Vec<Mark>,
}

impl Own {
    /// Whether a row that the lead wrote is this one.
    pub(super) fn is(&self, row: &Event) -> bool {
        let instant = self.time.as_ref().map(|(instant, _)| *instant);
        instant == row.stamp.instant && text::summary(&self.text) == row.summary
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pin(id) => write!(f, "pin {id}"),
            Self::Hide(id) => write!(f, "hide {id}"),
            Self::Reword { id, text } => write!(f, "reword {id}: {}", safe::short(text, 100)),
            Self::Mark { id, mark } => write!(f, "mark {id} as {}", mark.word()),
            Self::Unmark { id, mark } => write!(f, "unmark {id} as {}", mark.word()),
            Self::Absent(mark) => write!(f, "no milestone {}", mark.word()),
            Self::AddRow(own) => write!(f, "add a row: {}", safe::short(&own.text, 100)),
            Self::SetRow(_, own) => write!(f, "change your row: {}", safe::short(&own.text, 100)),
            Self::DropRow(number) => write!(f, "remove your row number {}", number + 1),
        }
    }
}

/// What the run knows of an event that is edited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Was {
    /// Its whole id.
    pub id: String,
    /// What it says by itself; none where it is reworded already.
    pub text: Option<String>,
    /// Its time, as RFC 3339.
    pub at: Option<String>,
    /// Its native key.
    pub record: Option<String>,
}

/// The text of an incident file, changed. `was` tells of the events by their ids.
///
/// # Errors
/// A text that is no TOML, or holds something else where edits stand.
pub fn changed(
    path: &str,
    text: &str,
    changes: &[Change],
    was: &dyn Fn(&str) -> Option<Was>,
) -> Result<String, PullError> {
    let wrong = |reason: String| PullError { path: path.to_owned(), reason };
    let mut document: DocumentMut =
        text.parse().map_err(|error: toml_edit::TomlError| wrong(error.to_string()))?;
    if document.is_empty() {
        document["schema"] = value(SCHEMA);
    }
    let mut file = File { document, was };
    // What goes goes last, from the end, so that the numbers hold.
    let mut dropped = Vec::new();
    let no_list = |key: NoList<'_>| wrong(format!("{key} is no list of entries ([[{key}]])"));
    for change in changes {
        let done = match change {
            Change::Pin(id) => file.put_instead(("pin", "hide"), id),
            Change::Hide(id) => file.put_instead(("hide", "pin"), id),
            Change::Reword { id, text } => file.put("reword", id, &[("text", text)]),
            Change::Mark { id, mark } => file.mark(("mark", "unmark"), id, *mark),
            Change::Unmark { id, mark } => file.mark(("unmark", "mark"), id, *mark),
            Change::Absent(mark) => file.absent(*mark),
            Change::AddRow(own) => file.add(own),
            Change::SetRow(number, own) => file.set(*number, own),
            Change::DropRow(number) => {
                dropped.push(*number);
                Ok(())
            }
        };
        done.map_err(no_list)?;
    }
    dropped.sort_unstable();
    for number in dropped.into_iter().rev() {
        file.entries("row").map_err(no_list)?.remove(number);
    }
    Ok(file.document.to_string())
}

struct File<'w> {
    document: DocumentMut,
    was: &'w dyn Fn(&str) -> Option<Was>,
}

/// The key of what is no list of entries.
type NoList<'k> = &'k str;

impl File<'_> {
    fn entries<'k>(&mut self, key: &'k str) -> Result<&mut ArrayOfTables, NoList<'k>> {
        let item = self.document.entry(key).or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        if !item.is_array_of_tables() {
            // `pin = [{ id = "…" }]` says the same.
            let list = std::mem::take(item).into_array_of_tables().map_err(|_| key)?;
            *item = Item::ArrayOfTables(list);
        }
        item.as_array_of_tables_mut().ok_or(key)
    }

    /// Removes entries; true where there was one.
    fn remove<'k>(
        &mut self,
        key: &'k str,
        is: impl Fn(&Table) -> bool,
    ) -> Result<bool, NoList<'k>> {
        if !self.document.contains_key(key) {
            return Ok(false);
        }
        let entries = self.entries(key)?;
        let before = entries.len();
        entries.retain(|entry| !is(entry));
        let (left, removed) = (entries.len(), entries.len() < before);
        if left == 0 {
            self.document.remove(key);
        }
        Ok(removed)
    }

    /// Says that of an event, and no longer the other.
    fn put_instead<'k>(
        &mut self,
        (key, other): (&'k str, &'k str),
        id: &str,
    ) -> Result<(), NoList<'k>> {
        self.remove(other, |entry| is_of(entry, id))?;
        self.put(key, id, &[])
    }

    /// Says something of an event: in the entry that is there, else in a new one.
    fn put<'k>(
        &mut self,
        key: &'k str,
        id: &str,
        values: &[(&str, &str)],
    ) -> Result<(), NoList<'k>> {
        let was = (self.was)(id);
        let entries = self.entries(key)?;
        if let Some(entry) = entries.iter_mut().find(|entry| is_of(entry, id)) {
            for (name, text) in values {
                set(entry, name, text);
            }
            return Ok(());
        }
        let mut entry = fresh();
        let was = was.unwrap_or_else(|| Was { id: id.to_owned(), ..Was::default() });
        entry["id"] = value(was.id);
        for (name, text) in values {
            entry[*name] = value(*text);
        }
        let known = [("was", was.text), ("at", was.at), ("record", was.record)];
        for (name, text) in known {
            if let Some(text) = text {
                entry[name] = value(text);
            }
        }
        entries.push(entry);
        Ok(())
    }

    /// Marks where nothing was unmarked before, and the other way about.
    fn mark<'k>(
        &mut self,
        (key, other): (&'k str, &'k str),
        id: &str,
        mark: Mark,
    ) -> Result<(), NoList<'k>> {
        if self.remove(other, |entry| is_of(entry, id) && has_mark(entry, mark))? {
            return Ok(());
        }
        if key == "mark" {
            self.remove("unmark", |entry| !entry.contains_key("id") && has_mark(entry, mark))?;
        }
        let was = (self.was)(id);
        let entries = self.entries(key)?;
        let mut entry = fresh();
        entry["id"] = value(was.as_ref().map_or(id, |was| &was.id));
        entry["mark"] = value(mark.word());
        if let Some(text) = was.and_then(|was| was.text) {
            entry["was"] = value(text);
        }
        entries.push(entry);
        Ok(())
    }

    fn absent(&mut self, mark: Mark) -> Result<(), NoList<'static>> {
        self.remove("mark", |entry| has_mark(entry, mark))?;
        let mut entry = fresh();
        entry["mark"] = value(mark.word());
        self.entries("unmark")?.push(entry);
        Ok(())
    }

    fn add(&mut self, own: &Own) -> Result<(), NoList<'static>> {
        let mut entry = fresh();
        tell(&mut entry, own);
        self.entries("row")?.push(entry);
        Ok(())
    }

    fn set(&mut self, number: usize, own: &Own) -> Result<(), NoList<'static>> {
        if let Some(entry) = self.entries("row")?.get_mut(number) {
            tell(entry, own);
        }
        Ok(())
    }
}

fn fresh() -> Table {
    let mut entry = Table::new();
    entry.decor_mut().set_prefix("\n");
    entry
}

/// Sets a text; what stands around it stays.
fn set(entry: &mut Table, name: &str, text: &str) {
    let mut new = toml_edit::Value::from(text);
    if let Some(old) = entry.get(name).and_then(Item::as_value) {
        *new.decor_mut() = old.decor().clone();
    }
    entry[name] = Item::Value(new);
}

fn tell(entry: &mut Table, own: &Own) {
    if let Some((_, time)) = &own.time {
        set(entry, "time", time);
    }
    set(entry, "text", &own.text);
    let marks: toml_edit::Array = own.marks.iter().map(|mark| mark.word()).collect();
    if marks.is_empty() {
        entry.remove("marks");
    } else {
        entry["marks"] = value(marks);
    }
}

/// Whether an entry is of that event.
fn is_of(entry: &Table, id: &str) -> bool {
    let known = entry.get("id").and_then(Item::as_str);
    known.is_some_and(|known| Id::is_same(&known.to_lowercase(), id))
}

fn has_mark(entry: &Table, mark: Mark) -> bool {
    entry.get("mark").and_then(Item::as_str) == Some(mark.word())
}
