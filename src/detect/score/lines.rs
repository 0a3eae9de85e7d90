//! Scores of lines definitions: which lines of a sample are records, head lines, or strangers.

use std::sync::Arc;

use super::{sample_plan, tells_time};
use crate::{
    definition::{Definition, bag::Record, tell::Draft},
    detect::{
        Score,
        glance::{Glance, Line},
        signs::SPAN,
    },
    reader::{
        Framing, Plan, head,
        lines::{Shapes, lines_of, record_len},
    },
    template::{Bytes, Fit, Template},
};

/// Bits of proof that make up for a first line that is no record.
const STRONG: f64 = 60.0;

/// Lines without a record or a head line behind which no more of a stretch are looked at.
const ENOUGH: usize = 100;

/// The score; none of a definition that the lines show to end below `floor`.
pub(super) fn score(definition: &Arc<Definition>, glance: &Glance<'_>, floor: f64) -> Score {
    let Some(mut tally) = Tally::new(definition, glance) else { return Score::default() };
    for ((text, _), lines) in glance.stretches().iter().zip(glance.lines()) {
        // A stretch may have been given up before its end.
        tally.left = tally.later;
        tally.later -= lines.len();
        tally.look(text, lines, floor);
        if tally.is_lost {
            return Score::default();
        }
    }
    tally.score()
}

/// What the first few lines prove of a definition, in bits: the likeliest ones are scored first.
pub(super) fn first_look(definition: &Arc<Definition>, glance: &Glance<'_>) -> u64 {
    const FEW: usize = 4;
    let Some(mut tally) = Tally::new(definition, glance) else { return 0 };
    if let (Some((text, _)), Some(lines)) = (glance.stretches().first(), glance.lines().first()) {
        tally.look(text, &lines[..lines.len().min(FEW)], f64::NEG_INFINITY);
    }
    tally.proof
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
    /// The templates that may fit somewhere, and the most lines that one of them spans.
    able: Vec<&'a Template>,
    span: usize,
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
    /// The most that a record can prove, in bits.
    most: u32,
    /// Lines that are still to be looked at, and those of later stretches.
    left: usize,
    later: usize,
    /// Whatever follows, another definition reads the input better.
    is_lost: bool,
}

impl<'a> Tally<'a> {
    /// A tally of no lines yet; none where no line can be a record.
    fn new(definition: &'a Arc<Definition>, glance: &Glance<'_>) -> Option<Self> {
        let shapes = Shapes::of(definition)?;
        // A literal that stands nowhere, and its template fits nothing.
        let holds = |text: &[u8]| glance.lines_shown().holds(text);
        let may = |template: &&Template| template.lines() > SPAN || template.may_fit_in(&holds);
        let able: Vec<&Template> = shapes.line.iter().filter(may).collect();
        let lines = glance.lines().iter().map(Vec::len).sum();
        Some(Self {
            shapes,
            span: able.iter().map(|template| template.lines()).max()?,
            most: able.iter().map(|template| template.most_proof()).max()?,
            able,
            plan: sample_plan(definition, Framing::Lines),
            fitted: 0,
            timeless: 0,
            strangers: 0,
            heads: 0,
            proof: 0,
            first: None,
            left: lines,
            later: lines,
            is_lost: false,
        })
    }

    /// Whether the value stays below `floor` even if all lines that are left fit as well as any can,
    /// and the file name too.
    fn stays_below(&self, floor: f64) -> bool {
        let good = (self.fitted + self.heads + self.left) as f64;
        let share = good / (good + self.strangers as f64);
        share * f64::from(self.most) + 1.0 + 1e-6 < floor
    }

    fn look(&mut self, text: &[u8], lines: &[Line], floor: f64) {
        let mut fit = Fit::default();
        let mut drafts = Vec::new();
        let mut covered = 0;
        // The record above takes whatever lies below it.
        let mut open = false;
        let mut looked = 0;
        for (number, seen) in lines.iter().enumerate() {
            self.left -= 1;
            let (at, line) = (seen.place.start, &text[seen.place.clone()]);
            if at < covered || seen.is_blank || self.shapes.is_more(line, &mut fit).is_some() {
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
            } else if let Some(told) =
                self.record(&text[at..], &lines[number..], &mut fit, &mut drafts)
            {
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
                if self.stays_below(floor) {
                    self.is_lost = true;
                    return;
                }
            }
        }
    }

    /// The template that the whole of the first lines of a text fits, and how many those are.
    fn first_fit(
        &self,
        text: &[u8],
        lines: &[Line],
        fit: &mut Fit,
    ) -> Option<(usize, &'a Template)> {
        let mut bytes = Bytes::default();
        (1..=self.span).find_map(|n| {
            // Behind the last line that is looked at, any bytes may stand.
            bytes = match lines.get(n - 1) {
                Some(line) if n > 1 => bytes.and(line.bytes).and(Bytes::in_text(b"\r\n")),
                Some(line) => line.bytes,
                None => Bytes::ALL,
            };
            let able = self.able.iter().copied().filter(|template| template.may_fit_of(bytes));
            let found = Template::first_of(able, lines_of(text, n)?, fit)?;
            Some((n, found))
        })
    }

    /// What a template takes of a record that a text begins with; the template is in `fit`.
    fn record(
        &self,
        text: &[u8],
        lines: &[Line],
        fit: &mut Fit,
        drafts: &mut Vec<Draft>,
    ) -> Option<Told> {
        let (n, template) = self.first_fit(text, lines, fit)?;
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
        if self.shapes.line.iter().any(Template::is_open) {
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
