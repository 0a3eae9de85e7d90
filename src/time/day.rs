//! The day of records that write only a clock time.
//!
//! The date is told, or stands in the file's name, in a line above, or in the last record that wrote
//! one; after midnight the clock runs back, and it is the next day. Where it runs back by some hours
//! only, a quiet day may lie between, or nothing but disorder: such records are in doubt. A day that
//! is told by a word (`Yesterday`) counts from the day of reading, and a clock of twelve hours without
//! AM or PM stands in the half that the records around it leave.

use super::{Flags, Open, RawTime};

const DAY: i64 = 86_400;
/// A clock that runs back by more than this has passed midnight.
const HALF: i64 = DAY / 2;
/// A chat window gives what one person wrote after longer than this a name and a half of its own.
const SOON: i64 = 3600;
/// No change to winter time puts a clock back by more than this (Troll's two hours).
const SET_BACK: i64 = 2 * 3600;

/// The days to put on the clock times of an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Days {
    /// Index of the first record of a stretch, and what is to be added to its civil seconds; none
    /// where no date is known.
    starts: Vec<(usize, Option<i64>)>,
    /// Records that may be of the next day, as first and last index.
    unsure: Vec<(usize, usize)>,
    /// Records whose half of the day their order leaves open.
    halves: Vec<usize>,
}

/// What is known of the days of an input.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    /// The date of the file, in days since 1970-01-01: that of its first record, or of `Today`.
    pub(super) date: Option<i64>,
    /// The user told it.
    pub(super) told: bool,
    /// Records that have a date have it from a line above them, and only their clock runs.
    pub(super) shared: bool,
}

impl Days {
    /// Seconds to be added to the civil time of the record at that index, which wrote no date (or
    /// shares one with the records around it).
    pub(super) fn at(&self, index: usize) -> Option<i64> {
        let place = self.starts.partition_point(|(start, _)| *start <= index);
        place.checked_sub(1).and_then(|place| self.starts[place].1)
    }

    /// True for a record that may be of the next day.
    pub(super) fn may_be_later(&self, index: usize) -> bool {
        self.unsure.iter().any(|(first, last)| (*first..=*last).contains(&index))
    }

    /// True for a record that may be twelve hours later.
    pub(super) fn may_be_afternoon(&self, index: usize) -> bool {
        self.halves.binary_search(&index).is_ok()
    }

    /// True where no record lacks its day.
    pub(super) fn are_known(&self) -> bool {
        self.starts.iter().all(|(_, add)| add.is_some())
    }

    fn push(&mut self, index: usize, add: Option<i64>) {
        if self.starts.last().map(|(_, last)| *last) != Some(add) {
            self.starts.push((index, add));
        }
    }
}

/// Puts days on the records that lack one.
pub(super) fn decide<'r>(raws: impl Iterator<Item = &'r RawTime> + Clone, known: Known) -> Days {
    let words = raws.clone().any(|raw| raw.open.has(Open::DAY_WORD));
    let mut walk = Walk {
        known,
        words,
        ahead: Ahead::of(raws.clone(), known),
        days: Days::default(),
        last: known.date.filter(|_| !words).map(|day| (day, 0)),
        written: None,
        unsure: false,
        begun: false,
    };
    raws.enumerate().for_each(|(index, raw)| walk.step(index, raw));
    walk.days
}

/// Where the walk over the records of an input is.
struct Walk {
    known: Known,
    /// Some days are told by words.
    words: bool,
    ahead: Ahead,
    days: Days,
    /// The day and the clock of the record before.
    last: Option<(i64, i64)>,
    /// The day as it was written last.
    written: Option<i64>,
    /// The records of here may be of the next day.
    unsure: bool,
    /// The clock in `last` is one that was read.
    begun: bool,
}

impl Walk {
    fn step(&mut self, index: usize, raw: &RawTime) {
        let clock = raw.civil.rem_euclid(DAY);
        let own = own_day(raw, self.known.date);
        if raw.open.has(Open::DAY_WORD) && own.is_none() {
            self.last = None;
            return self.days.push(index, None);
        }
        let fresh = own.filter(|own| !self.known.shared || self.written != Some(*own));
        if let Some(own) = fresh {
            self.new_day(index, raw, own);
            if !raw.open.has(Open::HALF) {
                return;
            }
        } else if self.words && own.is_none() && self.last.is_some() {
            // Beside days that are told by words, a clock alone is one of today.
            self.last = self.known.date.map(|today| (today, clock));
        }
        match self.last {
            None => self.days.push(index, None),
            Some(last) if raw.open.has(Open::HALF) => self.half(index, raw, last),
            Some(last) => self.clock(index, raw, last, own.is_some()),
        }
    }

    /// A record with a day of its own, or below a line that writes another day.
    fn new_day(&mut self, index: usize, raw: &RawTime, own: i64) {
        let (day, clock) = (raw.civil.div_euclid(DAY), raw.civil.rem_euclid(DAY));
        let by_word = raw.open.has(Open::DAY_WORD);
        // A line that says no more than `Yesterday` may be what somebody wrote.
        let runs_on = self.known.shared && self.last.is_some_and(|(_, at)| clock >= at);
        self.unsure = by_word && (runs_on && self.begun || !self.known.told);
        if self.unsure {
            self.days.unsure.push((index, index));
        }
        self.written = Some(own);
        self.begun = !raw.open.has(Open::HALF);
        self.last = Some((own, if self.begun { clock } else { 0 }));
        if self.begun {
            let shift = (by_word || self.known.shared).then_some((own - day) * DAY);
            self.days.push(index, shift);
        }
    }

    /// A clock of twelve hours: the reading that comes first after the record before.
    fn half(&mut self, index: usize, raw: &RawTime, (before, at): (i64, i64)) {
        let (day, clock) = (raw.civil.div_euclid(DAY), raw.civil.rem_euclid(DAY));
        let (read, alone) = self.ahead.half(index, clock, (before, at), self.begun);
        if !alone {
            self.days.halves.push(index);
        }
        self.spread(index);
        self.last = Some((before + read.div_euclid(DAY), read.rem_euclid(DAY)));
        self.begun = true;
        self.days.push(index, Some((before - day) * DAY + read - clock));
    }

    /// What is unsure of a record is so of those below it.
    fn spread(&mut self, index: usize) {
        if let Some((_, end)) = self.days.unsure.last_mut().filter(|_| self.unsure) {
            *end = index;
        }
    }

    fn clock(&mut self, index: usize, raw: &RawTime, (before, at): (i64, i64), written: bool) {
        let (day, clock) = (raw.civil.div_euclid(DAY), raw.civil.rem_euclid(DAY));
        let turned = if clock < at - HALF {
            before + 1
        } else if clock > at + HALF && has_passed_midnight(&self.days, before) {
            before - 1
        } else {
            before
        };
        // A day that is written above says which it is.
        if !written && turned == before && clock < at - SET_BACK {
            self.unsure = true;
            self.days.unsure.push((index, index));
        }
        self.spread(index);
        self.last = Some((turned, clock));
        self.begun = true;
        self.days.push(index, Some((turned - day) * DAY));
    }
}

/// The day that a record says itself, or the line above it; a word counts from today, and the name of
/// a weekday means the last one before today.
fn own_day(raw: &RawTime, today: Option<i64>) -> Option<i64> {
    let day = raw.civil.div_euclid(DAY);
    if !raw.open.has(Open::DAY_WORD) {
        return (!raw.flags.has(Flags::NO_DATE)).then_some(day);
    }
    let today = today?;
    let Some(weekday) = raw.flags.weekday() else {
        return Some(today + day - super::days_from_civil(2000, 1, 1));
    };
    let back = i64::from(super::parts::weekday_of(today)) - i64::from(weekday);
    Some(today - (back + 6).rem_euclid(7) - 1)
}

/// For clocks without AM or PM: the next record that leaves nothing open, for each record.
struct Ahead(Vec<Option<(Option<i64>, i64)>>);

impl Ahead {
    /// Empty where no half of a day is open.
    fn of<'r>(raws: impl Iterator<Item = &'r RawTime> + Clone, known: Known) -> Self {
        if !raws.clone().any(|raw| raw.open.has(Open::HALF)) {
            return Self(Vec::new());
        }
        let clock = |raw: &RawTime| (own_day(raw, known.date), raw.civil.rem_euclid(DAY));
        let whole = raws.map(|raw| (!raw.open.has(Open::HALF)).then(|| clock(raw)));
        let mut ahead: Vec<_> = whole.collect();
        let mut next = None;
        for place in ahead.iter_mut().rev() {
            let own = *place;
            *place = next;
            next = own.or(next);
        }
        Self(ahead)
    }

    /// Seconds from midnight of the day of the record before to the reading that comes first after
    /// it, and whether the order leaves no other.
    fn half(&self, index: usize, clock: i64, (before, at): (i64, i64), begun: bool) -> (i64, bool) {
        let turns = (at - clock + HALF - 1).div_euclid(HALF).max(0);
        let first = clock + turns * HALF;
        let next = self.0.get(index).copied().flatten().map(|(day, clock)| {
            let days = day.map_or(i64::from(clock < at), |day| day - before);
            days * DAY + clock
        });
        // What goes on below a name was written soon after what stands above.
        let soon = begun && first - at <= SOON;
        let alone = next.map_or(soon, |next| first <= next && (soon || first + HALF > next));
        (first, alone)
    }
}

/// A record from before midnight may be written after one from after it, but not on the first day.
fn has_passed_midnight(days: &Days, before: i64) -> bool {
    let base = super::days_from_civil(2000, 1, 1);
    let earliest = days.starts.iter().filter_map(|(_, add)| *add).min();
    earliest.is_some_and(|add| before - base > add / DAY)
}

#[cfg(test)]
mod tests;
