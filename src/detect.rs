//! Detection: which definition reads an input, with the reason.
//!
//! Every definition is scored against samples of the content: fit (the share of what it
//! recognises) times proof (bits that the recognised parts are worth). A file name only breaks
//! ties, and equal scores claim nothing.

mod content;
mod documents;
mod glance;
mod guess;
mod score;
mod signs;
mod tables;

use std::{cmp::Reverse, io, sync::Arc};

use rayon::prelude::*;

use glance::Glance;
use score::{first_look, score, score_above};

use crate::{
    definition::{Definition, Engine, markup::Markup, shelf::Shelf},
    discover::{Input, Standing, range::RangeRead},
    reader::{Framing, Plan},
    settings::Reading,
};

/// Bytes of the head that are looked at.
const HEAD: usize = 64 << 10;

/// What becomes of an input.
#[derive(Debug)]
pub enum Verdict {
    /// A definition reads it.
    Read(Box<Plan>),
    /// Another input looks things up in it.
    Table(Input),
    /// Not evidence, with the reason.
    NotEvidence(Input, String),
    /// Not read, with the reason and the way out.
    Unread(Input, String),
}

/// How well a definition reads a sample.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// Share of the sample that is recognised, 0 to 1.
    pub fit: f64,
    /// Bits of proof, averaged over what is recognised.
    pub proof: f64,
    /// Records recognised.
    pub records: usize,
    /// The path has a shape that the definition names.
    pub hint: bool,
    framing: Framing,
    /// A wrapper's records that tell no time of their own: what they hold must prove it.
    timeless: bool,
}

impl Score {
    /// Fit times proof; a file name adds one, so that it only breaks ties.
    pub fn value(&self) -> f64 {
        self.fit * self.proof + f64::from(u8::from(self.hint))
    }

    /// Whether that is enough to claim an input at all.
    pub fn claims(&self) -> bool {
        let Self { fit, proof, records, .. } = *self;
        records > 0
            && (fit >= 0.5 && proof >= 40.0
                || fit >= 0.8
                || fit >= 0.2 && proof >= 60.0 && records >= 3)
    }

    /// Whether another is as good, so that neither claims.
    pub fn ties(&self, other: &Self) -> bool {
        (self.value() - other.value()).abs() < 1e-9
    }

    /// Both in words.
    pub fn words(&self) -> String {
        let hint = if self.hint { ", and the file name fits" } else { "" };
        format!(
            "{:.0} % of the sample fit, {:.0} bits of proof{hint}",
            self.fit * 100.0,
            self.proof
        )
    }
}

/// What the user told of an input.
pub trait Told: Sync {
    /// The definition that is to read it, whatever it looks like.
    fn definition(&self, path: &str) -> Option<Arc<Definition>>;
    /// What is asked for (`time`, or a column of the definition), and the name of the column that
    /// holds it.
    fn columns(&self, path: &str) -> Vec<(String, String)>;
}

impl<F: Fn(&str) -> Option<Arc<Definition>> + Sync> Told for F {
    fn definition(&self, path: &str) -> Option<Arc<Definition>> {
        self(path)
    }

    fn columns(&self, _: &str) -> Vec<(String, String)> {
        Vec::new()
    }
}

impl Told for Reading {
    fn definition(&self, path: &str) -> Option<Arc<Definition>> {
        self.read_as.get(path).cloned()
    }

    fn columns(&self, path: &str) -> Vec<(String, String)> {
        self.column.all_for(path).cloned().collect()
    }
}

/// Finds the definition of every input, with what the user told of it.
pub fn detect(inputs: Vec<Input>, shelf: &Shelf, told: &dyn Told) -> Vec<Verdict> {
    let tables = tables::Wanted::new(shelf);
    let verdicts: Vec<Verdict> =
        inputs.into_par_iter().map(|input| judge(input, shelf, told, &tables)).collect();
    tables::fill(verdicts)
}

fn judge(input: Input, shelf: &Shelf, told: &dyn Told, tables: &tables::Wanted) -> Verdict {
    match &input.standing {
        Standing::NotEvidence(why) => {
            let why = why.clone();
            return Verdict::NotEvidence(input, why);
        }
        Standing::Unread(why) => {
            let why = why.clone();
            return Verdict::Unread(input, why);
        }
        Standing::Candidate => {}
    }
    let columns = told.columns(&input.path);
    if let Some(definition) = told.definition(&input.path) {
        return forced(input, definition, columns, shelf);
    }
    let source = match input.open() {
        Ok(source) => source,
        Err(error) => return Verdict::Unread(input, format!("cannot read: {error}")),
    };
    let head = match source.bytes(0, HEAD) {
        Ok(head) => head,
        Err(error) => return Verdict::Unread(input, format!("cannot read: {error}")),
    };
    if !input.named && content::is_our_own(&head) {
        let why = "a timeline that rfo wrote; name it by itself to read it";
        return Verdict::NotEvidence(input, why.to_owned());
    }
    let tail = || source.bytes(input.size.saturating_sub(4096), 4096).unwrap_or_default();
    let look = content::look(&head, tail, &input.path);
    let best = match &look {
        content::Content::Text => best(&input, &*source, &head, columns, shelf),
        // Text with times stands in many pages: only definitions that are made for pages read one.
        content::Content::Page(_) => {
            best(&input, &*source, &head, columns, shelf).map(|best| match best {
                Best::One(definition, score) if reads_pages(&definition, &score) => {
                    Best::One(definition, score)
                }
                _ => by_program(&input, &*source, &head, shelf),
            })
        }
        _ => Ok(by_program(&input, &*source, &head, shelf)),
    };
    match (look, &best) {
        (_, Ok(Best::One(..) | Best::Tie(..))) | (content::Content::Text, _) => {}
        (content::Content::NotEvidence(why), _) => return Verdict::NotEvidence(input, why),
        (content::Content::Unread(why) | content::Content::Page(why), _) => {
            return Verdict::Unread(input, why);
        }
    }
    match best {
        Ok(Best::One(definition, score)) => {
            let plan = plan(input, definition, &score, &score.words(), shelf);
            Verdict::Read(Box::new(held(plan, &head, shelf)))
        }
        // A table that no definition claims for itself is left to those that look things up in it.
        Ok(_) if tables.wants(&input.path) => Verdict::Table(input),
        Ok(Best::Tie(a, b)) => {
            let why = format!(
                "{a} and {b} claim it equally; say which with --as '{}={a}'",
                content::last_component(&input.path)
            );
            Verdict::Unread(input, why)
        }
        Ok(Best::None(_)) if content::holds_nothing(&head) => {
            Verdict::NotEvidence(input, "an export that holds no records".to_owned())
        }
        Ok(Best::None(nearest)) => {
            let near = nearest.map(|(name, words)| format!(" (nearest: {name}, {words})"));
            let why = format!("no parser recognises it{}", near.unwrap_or_default());
            Verdict::Unread(input, why)
        }
        Err(error) => Verdict::Unread(input, format!("cannot read: {error}")),
    }
}

/// True where a definition is made for the lines of a page, and they prove it.
fn reads_pages(definition: &Definition, score: &Score) -> bool {
    const PROOF: f64 = 60.0;
    matches!(definition.engine, Engine::Lines { .. })
        && definition.markup == Markup::Html
        && score.proof >= PROOF
}

fn forced(
    input: Input,
    definition: Arc<Definition>,
    columns: Vec<(String, String)>,
    shelf: &Shelf,
) -> Verdict {
    let opened = input.open().and_then(|source| Ok((source.bytes(0, HEAD)?, source)));
    match opened {
        Ok((head, source)) => {
            let glance = Glance::new(&*source, &head).told(columns);
            let score = score(&definition, &input.path, &glance);
            let plan = plan(input, definition, &score, "told (--as)", shelf);
            Verdict::Read(Box::new(held(plan, &head, shelf)))
        }
        Err(error) => Verdict::Unread(input, format!("cannot read: {error}")),
    }
}

fn plan(
    input: Input,
    definition: Arc<Definition>,
    score: &Score,
    how: &str,
    shelf: &Shelf,
) -> Plan {
    let extra = definition.files.iter().find_map(|shape| shape.fields(&input.path));
    Plan {
        part: None,
        framing: score.framing.clone(),
        score: score.value(),
        score_how: how.to_owned(),
        extra: extra.unwrap_or_default(),
        tables: Vec::new(),
        layers: shelf.layers(&definition.name),
        trusted: crate::time::mail::Trusted::default(),
        inner: Vec::new(),
        definition,
        input,
    }
}

/// Finds out what the records of a wrapper hold: the lines of its head go through detection among
/// the lines and json definitions. Text of any kind is no find.
fn held(mut plan: Plan, head: &[u8], shelf: &Shelf) -> Plan {
    let inner = inside(&plan, head, shelf).into_iter().map(|(by, definition, score)| {
        let nothing = Input::from_bytes("inner", &[][..]);
        (by, self::plan(nothing, definition, &score, &score.words(), shelf))
    });
    plan.inner = inner.collect();
    plan
}

/// What the records of a wrapper hold, by the program that wrote it, the best known first.
fn inside(plan: &Plan, head: &[u8], shelf: &Shelf) -> Vec<(String, Arc<Definition>, Score)> {
    let Some(inner) = &plan.definition.inner else { return Vec::new() };
    // Programs that are told apart may each write what only the last resort reads.
    let last_resort = |name: &str| name == "plain" && inner.by.is_empty();
    let mut found = Vec::new();
    for (by, text) in score::held(plan, head) {
        let input = Input::from_bytes("inner", text.as_bytes());
        let Ok(source) = input.open() else { continue };
        let glance = Glance::new(&*source, text.as_bytes());
        let fitting = shelf.asked(|signs| signs::show(&glance, signs)).filter(|other| {
            let cuts = matches!(other.engine, Engine::Lines { .. } | Engine::Json { .. });
            cuts && other.inner.is_none() && !last_resort(&other.name)
        });
        let scored = fitting.map(|other| (other.clone(), score(other, "", &glance)));
        if let Best::One(definition, score) = winner(ranked(scored.collect())) {
            found.push((by, definition, score));
        }
    }
    found.sort_by(|(a, _, x), (b, _, y)| y.value().total_cmp(&x.value()).then(a.cmp(b)));
    found
}

/// The score of a wrapper. One that writes no time itself is proved by what it holds.
fn wrapping(other: &Arc<Definition>, score: Score, head: &[u8], shelf: &Shelf) -> Score {
    if !score.timeless {
        return score;
    }
    let plan = score::sample_plan(other, score.framing.clone());
    match inside(&plan, head, shelf).first() {
        Some((_, _, inner)) => Score { proof: score.proof + inner.proof, ..score },
        None => Score::default(),
    }
}

/// Definitions with their scores, the best first; of equals by name.
pub type Ranking = Vec<(Arc<Definition>, Score)>;

enum Best {
    One(Arc<Definition>, Score),
    Tie(String, String),
    None(Option<(String, String)>),
}

fn best(
    input: &Input,
    source: &dyn RangeRead,
    head: &[u8],
    columns: Vec<(String, String)>,
    shelf: &Shelf,
) -> io::Result<Best> {
    Ok(winner(ranking(input, source, head, columns, shelf, Which::Best)?))
}

/// What is no text may still be read by a program of the user's.
fn by_program(input: &Input, source: &dyn RangeRead, head: &[u8], shelf: &Shelf) -> Best {
    if head.is_empty() {
        return Best::None(None);
    }
    let glance = Glance::new(source, head);
    // Only a user's own definition runs a program.
    let own = shelf.asked(|_| false);
    let programs = own.filter(|other| matches!(other.engine, Engine::Command(_)));
    let scored = programs.map(|other| (other.clone(), score(other, &input.path, &glance)));
    winner(ranked(scored.collect()))
}

fn winner(mut ranking: Ranking) -> Best {
    let near = ranking.first().filter(|(_, score)| score.fit >= 0.1 && score.proof >= 20.0);
    let near = near.map(|(definition, score)| (definition.name.clone(), score.words()));
    ranking.retain(|(_, score)| score.claims());
    let mut claims = ranking.into_iter();
    match (claims.next(), claims.next()) {
        (None, _) => Best::None(near),
        (Some((a, x)), Some((b, y))) if x.ties(&y) => Best::Tie(a.name.clone(), b.name.clone()),
        (Some((definition, score)), _) => Best::One(definition, score),
    }
}

/// The scores of the definitions of the shelf that an input may be of, the best first; of equals by
/// name.
///
/// # Errors
/// The input's.
pub fn scores(input: &Input, source: &dyn RangeRead, shelf: &Shelf) -> io::Result<Ranking> {
    ranking(input, source, &source.bytes(0, HEAD)?, Vec::new(), shelf, Which::All)
}

/// Whose scores are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    All,
    /// Those that may win: one that is surely below another that claims the input has none.
    Best,
}

fn ranking(
    input: &Input,
    source: &dyn RangeRead,
    head: &[u8],
    columns: Vec<(String, String)>,
    shelf: &Shelf,
    which: Which,
) -> io::Result<Ranking> {
    let all = |glance: &Glance<'_>| -> Ranking {
        let mut asked: Vec<_> = shelf.asked(|signs| signs::show(glance, signs)).collect();
        if which == Which::Best {
            asked.sort_by_cached_key(|other| Reverse(first_look(other, glance)));
        }
        let mut floor = f64::NEG_INFINITY;
        let scored = |other: &Arc<Definition>| {
            // What a wrapper holds proves it as well.
            let own = if other.inner.is_some() { f64::NEG_INFINITY } else { floor };
            let score = score_above(other, &input.path, glance, own);
            let score = wrapping(other, score, glance.head, shelf);
            if which == Which::Best && score.claims() {
                floor = floor.max(score.value());
            }
            (other.clone(), score)
        };
        asked.into_iter().map(scored).collect()
    };
    let glance = Glance::new(source, head).told(columns);
    let mut scores = all(&glance);
    if glance.is_open_json() && !scores.iter().any(|(_, score)| score.claims()) {
        // A document may say much before its first record.
        let head = source.bytes(0, glance::LONG_HEAD)?;
        scores = all(&Glance::new(source, &head));
    }
    Ok(ranked(scores))
}

fn ranked(mut scores: Ranking) -> Ranking {
    scores.sort_by(|(a, x), (b, y)| y.value().total_cmp(&x.value()).then(a.name.cmp(&b.name)));
    scores
}

#[cfg(test)]
mod tests;
