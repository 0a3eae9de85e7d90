//! Flapping: where the state of an entity changes to and fro.
//!
//! Either it changed four times within half an hour, or as Nagios would say: of the last 21 states
//! told, the weighted share of changes came to 20 % and has not fallen to 5 % since. Changes are
//! counted among the events that one input tells first, so that news which the clocks keep apart
//! does not look like a change.

use std::ops::Range;

use super::{Fold, Inputs, Place, Rule, Told};
use crate::{
    join::witness::{Side, State},
    time::SECOND,
};

/// Changes that make flapping, and the time that they take at most.
const CHANGES: usize = 4;
const WITHIN: i64 = 1800 * SECOND;

/// States that Nagios keeps (`MAX_STATE_HISTORY_ENTRIES` in its base/flapping.c), and the time that
/// they take at most: it looks at checks, which are told every few minutes; 21 notifications of a
/// year are no flapping.
const STATES: usize = 21;
const STATES_WITHIN: i64 = 7200 * SECOND;
/// The share at which flapping begins, and the one at which it ends: 20 and 5 percent of 20
/// changes, each of which weighs 0.75 to 1.25, in 76th parts.
const BEGINS: u32 = 304;
const ENDS: u32 = 76;

/// An interval of flapping.
pub(super) struct Flap {
    pub(super) fold: Fold,
    /// Its events, acknowledgements among them, by index.
    pub(super) range: Range<usize>,
    /// The state at its end.
    pub(super) state: State,
}

/// The news that one input tells first.
struct Line {
    news: Vec<News>,
}

#[derive(Clone, Copy)]
struct News {
    at: i64,
    state: State,
    /// The one before said something else. All was well before the first.
    changed: bool,
}

/// The intervals of flapping in the events of one entity, in the order of time.
pub(super) fn find(told: &[Told], inputs: &impl Inputs) -> Vec<Flap> {
    if told.len() < CHANGES {
        return Vec::new();
    }
    let lines = lines(told, inputs);
    let mut spans: Vec<(i64, i64)> = lines.iter().flat_map(Line::flapping).collect();
    spans.sort_unstable();
    spans.dedup_by(|next, span| {
        let touches = next.0 <= span.1;
        if touches {
            span.1 = span.1.max(next.1);
        }
        touches
    });
    spans.into_iter().filter_map(|span| flap(told, &lines, span)).collect()
}

/// The news of each input, or of those that are one.
fn lines(told: &[Told], inputs: &impl Inputs) -> Vec<Line> {
    let news = |told: &Told| matches!(told.witness.tells(), Some(Side::Bad | Side::Good));
    let mut by: Vec<(u32, &Told)> = told
        .iter()
        .filter(|told| news(told))
        .map(|told| (inputs.series(told.witness.input), told))
        .collect();
    // Stable: each input's news keep their order.
    by.sort_by_key(|(series, _)| *series);
    by.chunk_by(|a, b| a.0 == b.0)
        .map(|line| Line::of(line.iter().map(|(_, told)| *told)))
        .collect()
}

impl Line {
    fn of<'t>(told: impl Iterator<Item = &'t Told>) -> Self {
        let mut before = State::Good;
        let news = told
            .map(|told| {
                let same = before.meet(told.witness.state);
                before = same.unwrap_or(told.witness.state);
                News { at: told.at, state: told.witness.state, changed: same.is_none() }
            })
            .collect();
        Self { news }
    }

    /// Where it flaps: times of the first and the last change, overlapping ones among them.
    fn flapping(&self) -> Vec<(i64, i64)> {
        let changes: Vec<i64> =
            self.news.iter().filter(|news| news.changed).map(|news| news.at).collect();
        let mut spans: Vec<(i64, i64)> = changes
            .windows(CHANGES)
            .map(|window| (window[0], window[CHANGES - 1]))
            .filter(|(first, last)| last - first <= WITHIN)
            .collect();
        spans.extend(self.as_nagios());
        spans
    }

    /// Where Nagios would find flapping.
    fn as_nagios(&self) -> Vec<(i64, i64)> {
        let mut spans: Vec<(i64, i64)> = Vec::new();
        let mut flaps = false;
        for states in self.news.windows(STATES) {
            let weight =
                |(number, news): (u32, &News)| if news.changed { 57 + 2 * number } else { 0 };
            let share: u32 = (0..).zip(&states[1..]).map(weight).sum();
            let dense = states[STATES - 1].at - states[0].at <= STATES_WITHIN;
            flaps = dense && (share >= BEGINS || flaps && share > ENDS);
            let mut changes = states.iter().filter(|news| news.changed).map(|news| news.at);
            if let (true, Some(first)) = (flaps, changes.next()) {
                spans.push((first, changes.next_back().unwrap_or(first)));
            }
        }
        spans
    }

    /// How often it went bad within a span, the longest time that it was, and its changes.
    fn count(&self, (first, last): (i64, i64)) -> Count {
        let mut count = Count::default();
        let mut bad = None;
        for news in self.news.iter().filter(|news| (first..=last).contains(&news.at)) {
            count.changes += u32::from(news.changed);
            count.times += u32::from(news.state != State::Good && bad.is_none());
            if news.state != State::Good || bad.is_some() {
                let since = *bad.get_or_insert(news.at);
                count.longest = count.longest.max(news.at - since);
            }
            if news.state == State::Good {
                bad = None;
            }
        }
        count
    }
}

#[derive(Default)]
struct Count {
    changes: u32,
    times: u32,
    longest: i64,
}

/// The fold of a span: from the first bad news on.
fn flap(told: &[Told], lines: &[Line], (first, last): (i64, i64)) -> Option<Flap> {
    let start = told.partition_point(|told| told.at < first);
    let end = told.partition_point(|told| told.at <= last);
    let side = |told: &Told| told.witness.tells();
    let start = start + told[start..end].iter().position(|told| side(told) == Some(Side::Bad))?;
    let folds = |told: &&Told| side(told) != Some(Side::Acknowledged);
    let places: Vec<Place> =
        told[start..end].iter().filter(folds).map(|told| told.witness.place()).collect();
    let (head, members) = places.split_first().filter(|(_, members)| !members.is_empty())?;
    let first = told[start].at;
    let counts = lines.iter().map(|line| line.count((first, last)));
    // The input that tells most of it; the first of equals.
    let count =
        counts.reduce(|most, next| if next.changes > most.changes { next } else { most })?;
    let news = |told: &&Told| matches!(side(told), Some(Side::Bad | Side::Good));
    let state = told[start..end].iter().rfind(news)?.witness.state;
    let fold = Fold {
        head: *head,
        rule: Rule::Flapping,
        members: members.to_vec(),
        first,
        last,
        times: count.times,
        longest_bad: count.longest,
        well: state == State::Good,
    };
    Some(Flap { fold, range: start..end, state })
}
