//! Scores of lines definitions: which lines of a sample are records, head lines, or strangers.

use std::sync::Arc;

use super::{sample_plan, tells_time};
use crate::{
    definition::{Definition, bag::Record, tell::Draft},
    detect::{Score, glance::Glance},
    reader::{
        Framing, Plan, head,
        lines::{Shapes, lines_of, record_len},
    },
    template::Fit,
};

/// Bits of proof that make up for a first line that is no record.
const STRONG: f64 = 60.0;

/// Lines without a record or a head line behind which no more of a stretch are looked at.
const ENOUGH: usize = 100;

pub(super) fn score(definition: &Arc<Definition>, glance: &Glance<'_>) -> Score {
    let Some(shapes) = Shapes::of(definition) else { return Score::default() };
    let mut tally = Tally {
        shapes,
        plan: sample_plan(definition, Framing::Lines),
        fitted: 0,
        timeless: 0,
        strangers: 0,
        heads: 0,
        proof: 0,
        first: None,
    };
    for (text, lines) in glance.stretches() {
        tally.look(text, *lines);
    }
    tally.score()
}

/// A record that a template fits.
struct Told {
    /// Lines that the template takes.
    lines: usize,
    /// It takes what lies below as well.
    is_open: bool,
    /// It tells a time.
    timed: bool,
}

/// What the lines of a sample were.
struct Tally<'a> {
    shapes: Shapes<'a>,
    plan: Plan,
    fitted: usize,
    /// Records of a wrapper that tell no time.
    timeless: usize,
    /// Lines that are neither a record nor a head line, nor the rest of one.
    strangers: usize,
    heads: usize,
    proof: u64,
    /// Whether the first line of the input is a record or a head line.
    first: Option<bool>,
}

impl Tally<'_> {
    fn look(&mut self, text: &[u8], lines: usize) {
        let mut fit = Fit::default();
        let mut drafts = Vec::new();
        let mut covered = 0;
        // The record above takes whatever lies below it.
        let mut open = false;
        let mut looked = 0;
        let starts = memchr::memchr_iter(b'\n', text).map(|at| at + 1);
        for at in std::iter::once(0).chain(starts).take(lines) {
            let line = lines_of(&text[at..], 1).unwrap_or_default();
            let blank = line.trim_ascii().is_empty();
            if at < covered || blank || self.shapes.is_more(line, &mut fit).is_some() {
                continue;
            }
            looked += 1;
            if looked > ENOUGH && self.fitted + self.heads == 0 {
                return;
            }
            if let Some(said) = self.plan.definition.head.says(line, &mut fit) {
                head::renew(&mut self.plan.extra, &said);
                self.heads += 1;
                self.first.get_or_insert(true);
                open = false;
            } else if let Some(told) = self.record(&text[at..], &mut fit, &mut drafts) {
                let Told { lines, is_open, timed } = told;
                covered = at + lines_of(&text[at..], lines).map_or(0, <[u8]>::len);
                self.fitted += 1;
                self.timeless += usize::from(!timed);
                self.proof += u64::from(fit.proof);
                self.first.get_or_insert(true);
                open = is_open;
            } else if !open && !line[0].is_ascii_whitespace() {
                self.strangers += 1;
                self.first.get_or_insert(false);
            }
        }
    }

    /// What a template takes of a record that a text begins with; the template is in `fit`.
    fn record(&self, text: &[u8], fit: &mut Fit, drafts: &mut Vec<Draft>) -> Option<Told> {
        let (n, template) = self.shapes.first_fit(text, fit)?;
        // A template without a time proves little: the record must tell one all the same.
        let tells = template.has_time() || {
            // A template may take lines that look like the next record.
            let fitted = lines_of(text, n).map_or(0, <[u8]>::len);
            let len = record_len(&self.plan.definition.head, &self.shapes, text).max(fitted);
            let text = &text[..len];
            // Where a hole takes all that lies below, it has more to tell than its first line.
            let mut all = Fit::default();
            let record = match self.shapes.whole(text, &mut all) {
                Some(template) => Record::Holes { text, template, fit: &all },
                None => Record::Holes { text, template, fit },
            };
            tells_time(&self.plan, record, drafts)
        };
        // A wrapper leaves the time to what it holds.
        let holds = self.plan.definition.inner.is_some();
        (tells || holds).then_some(Told { lines: n, is_open: template.is_open(), timed: tells })
    }

    fn score(self) -> Score {
        let Self { fitted, strangers, heads, .. } = self;
        if fitted == 0 || heads == 0 && self.plan.definition.head.needed {
            return Score::default();
        }
        let proof = self.proof as f64 / fitted as f64;
        // Where text of any kind may lie below, lines that happen to fit are no proof.
        if self.shapes.line.iter().any(crate::template::Template::is_open) {
            let begins = self.first == Some(true) && (fitted > 1 || proof >= STRONG);
            if !begins && (fitted < 3 || proof < STRONG) {
                return Score::default();
            }
        }
        Score {
            fit: (fitted + heads) as f64 / (fitted + heads + strangers) as f64,
            proof,
            records: fitted,
            framing: Framing::Lines,
            hint: false,
            timeless: 2 * self.timeless > fitted,
        }
    }
}
