//! Steady: the records of an input that is in order, or nearly so, in bounded memory.
//!
//! One page is always read ahead, so that a record which was written a little late still gets its
//! place. One that is later than that is counted, and told of.

use std::{io, sync::Arc};

use super::{
    Batch, Findings, Pick, Supply,
    cut::{Cut, Cutter},
    page::Page,
};

/// Records of an input in order.
pub(crate) struct Steady<'p> {
    cutter: Cutter<'p>,
    /// Read, in order, and not given yet.
    held: Batch,
    /// The greatest instant that was given.
    given: i64,
    /// Nothing from this instant on is asked for (ns).
    until: Option<i64>,
    /// Pages that were given and may be used again.
    used: Vec<Arc<Page>>,
    /// Why there is no more, to be told once all that was read is given.
    broken: Option<io::Error>,
    done: bool,
}

impl<'p> Steady<'p> {
    /// The records that a cutter gives. Where `until` is given, nothing is read behind a page whose
    /// records are all of that instant or later.
    pub(crate) fn new(cutter: Cutter<'p>, until: Option<i64>) -> Self {
        Self {
            cutter,
            held: Batch::default(),
            given: i64::MIN,
            until,
            used: Vec::new(),
            broken: None,
            done: false,
        }
    }

    /// A page that nobody reads any more, or a new one.
    fn page(&mut self) -> Page {
        let free = self.used.iter_mut().position(|page| Arc::get_mut(page).is_some());
        let free = free.map(|at| self.used.swap_remove(at));
        free.and_then(Arc::into_inner).unwrap_or_default()
    }

    /// Puts the records of a page behind those that are held; gives those that have their place now.
    fn push(&mut self, cut: Cut) -> Option<Batch> {
        let Cut { page, mut picks, giant, sorted, start } = cut;
        if !sorted {
            picks.sort_by_key(|pick| pick.instant);
        }
        let first = picks.first()?.instant;
        if first < self.given {
            let late = picks.iter().take_while(|pick| pick.instant < self.given);
            let findings = &mut self.cutter.findings;
            if findings.late == 0 {
                findings.first_late = start + u64::from(picks[0].at);
            }
            findings.late += late.count() as u64;
            findings.worst_ns = findings.worst_ns.max(self.given.saturating_sub(first));
        }
        let new = Batch { pages: vec![Arc::new(page)], picks, giants: giant.into_iter().collect() };
        if self.held.picks.is_empty() {
            self.held = new;
            return None;
        }
        let ordered = self.held.picks.last().is_some_and(|last| last.instant <= first);
        if ordered {
            return Some(self.give(new));
        }
        let count = self.held.picks.len();
        let mut both = std::mem::take(&mut self.held);
        both.append(new);
        // Stable: equal instants stay in the order of the input.
        both.picks.sort_by_key(|pick| pick.instant);
        let rest = both.split_off(count);
        self.held = both;
        Some(self.give(rest))
    }

    /// Gives what is held, and holds this.
    fn give(&mut self, next: Batch) -> Batch {
        let batch = std::mem::replace(&mut self.held, next);
        if let Some(last) = batch.picks.last() {
            self.given = self.given.max(last.instant);
        }
        for page in &batch.pages {
            if !self.used.iter().any(|used| Arc::ptr_eq(used, page)) {
                self.used.push(page.clone());
            }
        }
        batch
    }

    fn is_over(&self) -> bool {
        let first = self.held.picks.first();
        self.until.is_some_and(|until| first.is_some_and(|pick| pick.instant >= until))
    }
}

impl Supply for Steady<'_> {
    fn next(&mut self) -> io::Result<Option<Batch>> {
        while !self.done {
            let page = self.page();
            match self.cutter.next(page) {
                Ok(Some(cut)) => {
                    let ready = self.push(cut);
                    self.done = self.is_over();
                    if let Some(batch) = ready {
                        return Ok(Some(batch));
                    }
                }
                Ok(None) => self.done = true,
                Err(error) => {
                    self.broken = Some(error);
                    self.done = true;
                }
            }
        }
        let last = self.give(Batch::default());
        match self.broken.take_if(|_| last.picks.is_empty()) {
            Some(error) => Err(error),
            None => Ok((!last.picks.is_empty()).then_some(last)),
        }
    }

    fn findings(&self) -> Findings {
        self.cutter.findings
    }
}

impl Batch {
    /// Adds the records of another batch behind these.
    fn append(&mut self, other: Self) {
        let (pages, giants) = (self.pages.len() as u32, self.giants.len() as u32);
        self.picks.extend(other.picks.into_iter().map(|pick| {
            let at = if pick.is_giant() { pick.at + giants } else { pick.at };
            Pick { at, page: pick.page + pages, ..pick }
        }));
        self.pages.extend(other.pages);
        self.giants.extend(other.giants);
    }

    /// Takes off all but the first so many records; both parts keep the pages that they need.
    fn split_off(&mut self, count: usize) -> Self {
        let picks = self.picks.split_off(count);
        let rest = Self { pages: self.pages.clone(), picks, giants: self.giants.clone() };
        let rest = rest.trimmed();
        *self = std::mem::take(self).trimmed();
        rest
    }

    /// Without pages and giants that none of the records need.
    fn trimmed(mut self) -> Self {
        let mut places = vec![None; self.pages.len()];
        let mut pages = Vec::new();
        let mut giants = Vec::new();
        for pick in &mut self.picks {
            let old = pick.page as usize;
            let place = *places[old].get_or_insert_with(|| {
                pages.push(self.pages[old].clone());
                pages.len() as u32 - 1
            });
            pick.page = place;
            if pick.is_giant() {
                giants.push(self.giants[pick.at as usize].clone());
                pick.at = giants.len() as u32 - 1;
            }
        }
        Self { pages, picks: self.picks, giants }
    }
}
