//! Clock: whether a line begins a record, and what its clock showed, as the scan would say and
//! faster: nothing but the time is taken from the line.
//!
//! What a shortcut cannot tell for sure is asked of the definition itself.

mod json;
mod mold;

use std::sync::Arc;

use mold::Molds;

use crate::{
    definition::{Definition, Engine, ZoneRule, phrase::Path, tell::Depth},
    reader::{Framing, Plan, line_time},
    template::{Fit, Template, pairs},
    time::{
        Precision, RawTime,
        pattern::{self, Formats},
    },
};

/// Reads the times of lines.
#[derive(Clone, Debug)]
pub(crate) struct Clock<'p> {
    plan: &'p Plan,
    way: Way<'p>,
    fit: Fit,
    /// The shapes of the last times.
    molds: Molds,
}

/// Fields that may hold the time, in the order of `at`, with their formats.
type Rungs<'p> = Vec<(&'p Path, Arc<Formats>)>;

#[derive(Clone, Debug)]
enum Way<'p> {
    /// The anchor of a template holds the time.
    Anchors(Anchors<'p>),
    /// A pair of a line of pairs does.
    Pairs(&'p Template, Rungs<'p>),
    /// A member of an object does.
    Json(json::Members<'p>),
    /// An anchor tells that a record begins, and the whole definition what its time is.
    Told(Anchors<'p>),
}

/// A time, as it was found.
#[derive(Clone, Copy, Debug)]
enum Found {
    /// So much later (ns) than the first time of the latest mold.
    Past(i64),
    Time(RawTime),
}

/// Anchors by the byte that a line begins with.
#[derive(Clone, Debug)]
struct Anchors<'p> {
    all: Vec<&'p Template>,
    /// Bit n: the n-th may fit a line that begins with that byte.
    by_byte: Box<[u64; 256]>,
    /// Which of them fits depends on the shape of what stands before the time alone.
    by_shape: bool,
}

impl<'p> Anchors<'p> {
    fn new(all: Vec<&'p Template>) -> Option<Self> {
        if all.len() > 64 {
            return None;
        }
        let may = |byte: usize| {
            let fits = all.iter().enumerate().filter(|(_, t)| t.can_begin_with(byte as u8));
            fits.fold(0, |bits, (n, _)| bits | 1_u64 << n)
        };
        let by_byte = Box::new(std::array::from_fn(may));
        let by_shape = all.iter().all(|t| t.leads_by_shape() && !t.is_all_anchor());
        Some(Self { all, by_byte, by_shape })
    }

    /// The first one that fits: the bytes that it takes, and whether one before it might have.
    fn fit(&self, line: &[u8], fit: &mut Fit) -> Option<(usize, bool)> {
        let mut left = self.by_byte[usize::from(*line.first()?)];
        let mut others = false;
        while left != 0 {
            let anchor = self.all[left.trailing_zeros() as usize];
            if let Some(len) = anchor.anchor_len(line, fit) {
                return Some((len, others || anchor.is_all_anchor()));
            }
            others = true;
            left &= left - 1;
        }
        None
    }
}

impl<'p> Clock<'p> {
    /// The clock of an input whose lines tell by themselves where records begin; none where more
    /// than the line must be known.
    pub(crate) fn of(plan: &'p Plan) -> Option<Self> {
        let definition = &*plan.definition;
        let head = &definition.head;
        let goes_on = definition.inner.as_ref().is_some_and(|inner| !inner.whole.is_empty());
        let above = definition.time.date_above.contains(&true);
        if !head.templates.is_empty() || head.columns.is_some() || goes_on || above {
            return None;
        }
        let way = match (&plan.framing, &definition.engine) {
            (Framing::Lines, Engine::Lines { line, anchors, more, keep }) => {
                let spans = anchors.iter().any(|&n| line[n].anchor_lines() > 1);
                if !more.is_empty() || !keep.is_empty() || spans || !definition.find.is_empty() {
                    return None;
                }
                let all = Anchors::new(anchors.iter().map(|&number| &line[number]).collect())?;
                lines_way(plan, line, all)
            }
            (Framing::JsonLines, Engine::Json { .. }) => {
                let rungs = is_direct(plan).then(|| rungs(definition)).flatten();
                Way::Json(json::Members::new(rungs.unwrap_or_default()))
            }
            _ => return None,
        };
        Some(Self { plan, way, fit: Fit::default(), molds: Molds::default() })
    }

    /// What the clock of the record that begins with this line showed; none where no record begins,
    /// or one without a time.
    #[inline]
    pub(crate) fn time(&mut self, line: &[u8]) -> Option<RawTime> {
        match self.find(line)? {
            Found::Past(past) => self.molds.time(past),
            Found::Time(time) => Some(time),
        }
    }

    /// The instant (ns) of the record that begins with this line, and how finely it was written; none
    /// where no record begins, or one without an instant. `instant` tells that of a time; where it
    /// depends on the time alone, `by_time` tells it too, and is not asked for every record.
    #[inline]
    pub(crate) fn instant(
        &mut self,
        line: &[u8],
        by_time: impl Fn(&RawTime) -> Option<i64>,
        instant: impl FnOnce(&RawTime) -> Option<i64>,
    ) -> Option<(i64, Precision)> {
        let time = match self.find(line)? {
            Found::Past(past) => {
                if let Some(known) = self.molds.instant(past) {
                    return Some(known);
                }
                self.molds.time(past)?
            }
            Found::Time(time) => time,
        };
        self.molds.place(by_time);
        Some((instant(&time)?, time.precision))
    }

    #[inline]
    fn find(&mut self, line: &[u8]) -> Option<Found> {
        if matches!(self.way, Way::Anchors(_))
            && let Some(past) = self.molds.past_at_start(line)
        {
            return Some(Found::Past(past));
        }
        self.find_anew(line)
    }

    /// The same for a line that does not begin as one of the last ones did.
    fn find_anew(&mut self, line: &[u8]) -> Option<Found> {
        let Self { plan, way, fit, molds } = self;
        let told = || line_time(plan, line).map(Found::Time);
        match way {
            Way::Anchors(anchors) => {
                let (len, unsure) = anchors.fit(line, fit)?;
                let (hole, time) = fit.times.first()?;
                let text = fit.captures.get(*hole).filter(|_| !unsure || anchors.by_shape);
                molds.learn(line, text.cloned(), len, time, anchors.by_shape);
                Some(Found::Time(*time))
            }
            Way::Pairs(template, rungs) => {
                if !template.anchor(line, fit) {
                    return None;
                }
                pair_time(rungs, line, molds).unwrap_or_else(told)
            }
            Way::Json(members) => members.time(line, molds).unwrap_or_else(told),
            Way::Told(anchors) => {
                anchors.fit(line, fit)?;
                told()
            }
        }
    }
}

fn lines_way<'p>(plan: &'p Plan, line: &'p [Template], anchors: Anchors<'p>) -> Way<'p> {
    let direct = is_direct(plan);
    if direct && line.iter().all(|template| plan.definition.time.is_first_of(template)) {
        return Way::Anchors(anchors);
    }
    if let ([template], true) = (line, direct)
        && template.is_pairs()
        && let Some(rungs) = rungs(&plan.definition)
    {
        return Way::Pairs(template, rungs);
    }
    Way::Told(anchors)
}

/// True where a record has one time, and nothing but its fields decides it.
fn is_direct(plan: &Plan) -> bool {
    let definition = &plan.definition;
    !plan.is_layered(Depth::Tick)
        && plan.inner.is_empty()
        && plan.extra.is_empty()
        && definition.inner.is_none()
        && definition.is_plain()
        && definition.events.iter().all(|event| event.only.is_empty())
        && !matches!(definition.time.zone, ZoneRule::Field(_))
}

/// The fields of `at`; none where one of its rungs is more than a field.
fn rungs(definition: &Definition) -> Option<Rungs<'_>> {
    let rule = &definition.time;
    rule.at
        .iter()
        .map(|phrase| {
            let path = phrase.only_field().filter(|path| path.up == 0)?;
            Some((path, rule.formats_of(&path.text).clone()))
        })
        .collect()
}

/// The time of a line of pairs: `Some(None)` where it has none for sure, none where the definition
/// must be asked.
#[expect(clippy::option_option, reason = "unsure, surely none, and a time are three answers")]
fn pair_time(rungs: &Rungs<'_>, line: &[u8], molds: &mut Molds) -> Option<Option<Found>> {
    let mut best: Option<(usize, &[u8])> = None;
    for (key, value) in pairs(line) {
        let rung = rungs.iter().position(|(path, _)| path.text.as_bytes() == key);
        if let Some(rung) = rung.filter(|rung| best.is_none_or(|(best, _)| *rung < best)) {
            best = Some((rung, value));
            if rung == 0 {
                break;
            }
        }
    }
    let Some((rung, value)) = best else { return Some(None) };
    whole(&rungs[rung].1, rung, value, molds).map(Some)
}

/// The time that a value is; none where it is none, or stands for none: then the definition knows
/// where else to look.
fn whole(formats: &Formats, rung: usize, value: &[u8], molds: &mut Molds) -> Option<Found> {
    if let Some(past) = molds.past_of(rung, value) {
        return Some(Found::Past(past));
    }
    let time = formats.whole(value).filter(|time| !pattern::sentinel(time))?;
    molds.learn_value(rung, value, &time);
    Some(Found::Time(time))
}

#[cfg(test)]
mod tests;
