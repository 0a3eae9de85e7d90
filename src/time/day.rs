//! The day of records that write only a clock time.
//!
//! The date is told, or stands in the file's name, in a line above, or in the last record that wrote
//! one; after midnight the clock runs back, and it is the next day. Where it runs back by some hours
//! only, a quiet day may lie between, or nothing but disorder: such records are in doubt.

use super::{Flags, RawTime};

const DAY: i64 = 86_400;
/// A clock that runs back by more than this has passed midnight.
const HALF: i64 = DAY / 2;
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

/// Puts days on the records that lack one. `first_day` is the date of the file, in days since
/// 1970-01-01. With `shared`, records that do have a date have it from a line above them, and only
/// their clock runs.
pub(super) fn decide<'r>(
    raws: impl Iterator<Item = &'r RawTime>,
    first_day: Option<i64>,
    shared: bool,
) -> Days {
    let mut days = Days::default();
    let base = super::days_from_civil(2000, 1, 1);
    // The day and the clock of the record before, and the day as it was written there.
    let mut last: Option<(i64, i64)> = first_day.map(|day| (day, 0));
    let mut written: Option<i64> = None;
    let mut unsure = false;
    for (index, raw) in raws.enumerate() {
        let (day, clock) = (raw.civil.div_euclid(DAY), raw.civil.rem_euclid(DAY));
        let has_day = !raw.flags.has(Flags::NO_DATE);
        let fresh = has_day && (!shared || written != Some(day));
        if fresh {
            unsure = false;
            written = Some(day);
            last = Some((day, clock));
            days.push(index, shared.then_some(0));
            continue;
        }
        let Some((before, at)) = last else {
            days.push(index, None);
            continue;
        };
        let turned = if clock < at - HALF {
            before + 1
        } else if clock > at + HALF && has_passed_midnight(&days, before, base) {
            before - 1
        } else {
            before
        };
        // A day that is written above says which it is.
        if !has_day && turned == before && clock < at - SET_BACK {
            unsure = true;
            days.unsure.push((index, index));
        }
        if unsure && let Some((_, end)) = days.unsure.last_mut() {
            *end = index;
        }
        last = Some((turned, clock));
        days.push(index, Some((turned - if has_day { day } else { base }) * DAY));
    }
    days
}

/// A record from before midnight may be written after one from after it, but not on the first day.
fn has_passed_midnight(days: &Days, before: i64, base: i64) -> bool {
    let earliest = days.starts.iter().filter_map(|(_, add)| *add).min();
    earliest.is_some_and(|add| before - base > add / DAY)
}

#[cfg(test)]
mod tests;
