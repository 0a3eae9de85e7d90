//! Rows: the events of a timeline in their order, held, or packed where they are too many to hold.

use std::{borrow::Cow, io, sync::Arc};

use super::kept::{At, Pack};
use crate::event::Event;

/// The rows of a timeline.
#[derive(Clone, Debug)]
pub struct Rows(Form);

#[derive(Clone, Debug)]
enum Form {
    Held(Vec<Event>),
    Packed(Arc<Pack>, Vec<At>),
}

impl Default for Rows {
    fn default() -> Self {
        Self(Form::Held(Vec::new()))
    }
}

impl From<Vec<Event>> for Rows {
    fn from(rows: Vec<Event>) -> Self {
        Self(Form::Held(rows))
    }
}

impl Rows {
    /// Rows that are read back when they are asked for.
    pub(crate) fn packed(pack: Arc<Pack>, at: Vec<At>) -> Self {
        Self(Form::Packed(pack, at))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Held(rows) => rows.len(),
            Form::Packed(_, at) => at.len(),
        }
    }

    /// True where there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row of that number, from 0. None behind the end, and where it cannot be read back.
    pub fn get(&self, number: usize) -> Option<Cow<'_, Event>> {
        match &self.0 {
            Form::Held(rows) => rows.get(number).map(Cow::Borrowed),
            Form::Packed(pack, at) => pack.get(*at.get(number)?).map(Cow::Owned),
        }
    }

    /// All, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Cow<'_, Event>> {
        (0..self.len()).filter_map(|number| self.get(number))
    }

    /// Whether every row that was asked for could be read back: to be asked after writing them.
    ///
    /// # Errors
    /// Those of the file that they are kept in.
    pub fn check(&self) -> io::Result<()> {
        match &self.0 {
            Form::Held(_) => Ok(()),
            Form::Packed(pack, _) => pack.check(),
        }
    }

    /// Keeps those rows only.
    pub fn retain(&mut self, keep: impl Fn(&Event) -> bool) {
        match &mut self.0 {
            Form::Held(rows) => rows.retain(keep),
            Form::Packed(pack, at) => at.retain(|at| pack.get(*at).is_some_and(|row| keep(&row))),
        }
    }
}
