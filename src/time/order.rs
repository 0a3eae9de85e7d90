//! The order of day and month in a column of numeric dates.
//!
//! Takes all raw times of an input, gives one order for it or none. Rows that only one order can
//! explain decide; without any, only evidence that cannot be a matter of taste does. A separator or
//! a language is no evidence: `03/04` stays in doubt, and is said to be.

use std::collections::BTreeMap;

use super::{Civil, Flags, Instant, RawTime, parts::weekday_of, valid_date};

/// The order of the parts of a numeric date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Year, month, day.
    Ymd,
}

impl std::str::FromStr for DateOrder {
    type Err = String;

    /// `dmy`, `mdy` or `ymd`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "dmy" => Ok(Self::Dmy),
            "mdy" => Ok(Self::Mdy),
            "ymd" => Ok(Self::Ymd),
            _ => Err(format!("{text:?} is no date order; dmy, mdy and ymd are")),
        }
    }
}

/// What was decided for the rows that both orders can explain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// There are none.
    Unneeded,
    /// This order, for that reason; `told` where a user said it.
    Decided { day_first: bool, how: String, told: bool },
    /// No order.
    Refused { how: String },
}

/// What is known of an input apart from its rows.
pub(super) struct Bounds<'f> {
    pub(super) told: Option<DateOrder>,
    /// Nothing in the input is younger than this, by a day's grace.
    pub(super) modified: Option<Instant>,
    /// When the sources with certain dates tell of something.
    pub(super) others: Option<(Instant, Instant)>,
    /// The column or writer of each row, by index; empty for one.
    pub(super) streams: &'f [u32],
    /// Rows of which the first is never later than the second.
    pub(super) pairs: &'f [(u32, u32)],
}

/// Values after the modification of the file by more than this many seconds exclude a reading: all
/// zones of the world lie within 26 hours.
const GRACE: i64 = 26 * 3600;
const DAY: i64 = 86_400;

/// True where both orders can explain the row.
fn open(raw: &RawTime) -> bool {
    raw.flags.has(Flags::EITHER_ORDER)
}

/// The civil seconds of an open row with the day first, or with the month first.
pub(super) fn civil(raw: &RawTime, day_first: bool) -> i64 {
    if !open(raw) || raw.flags.has(Flags::DAY_FIRST) == day_first {
        raw.civil
    } else {
        swapped(raw)
    }
}

/// True where both orders can explain the row, and it is day and year that change places.
pub(super) fn year_or_day(raw: &RawTime) -> bool {
    raw.flags.has(Flags::YEAR_OR_DAY)
}

/// The same time with day and month, or day and short year, exchanged; both readings of an open row
/// exist.
pub(super) fn swapped(raw: &RawTime) -> i64 {
    let civil = Civil::from_secs(raw.civil);
    if year_or_day(raw) {
        let day = civil.year.rem_euclid(100) as u8;
        let year = i32::from(civil.day) + if civil.day < 70 { 2000 } else { 1900 };
        let exists = valid_date(year, civil.month, day);
        return if exists { Civil { year, day, ..civil }.secs() } else { raw.civil };
    }
    if !valid_date(civil.year, civil.day, civil.month) {
        return raw.civil;
    }
    Civil { month: civil.day, day: civil.month, ..civil }.secs()
}

/// Decides for all rows together.
pub(super) fn decide<'r>(rows: impl Iterator<Item = &'r RawTime> + Clone, bounds: &Bounds) -> Rule {
    let decided = |day_first, how: String, told| Rule::Decided { day_first, how, told };
    if !rows.clone().any(open) {
        return Rule::Unneeded;
    }
    let rows: Vec<&RawTime> = rows.collect();
    let open_rows: Vec<&RawTime> = rows.iter().copied().filter(|raw| open(raw)).collect();
    match bounds.told {
        Some(DateOrder::Dmy) => return decided(true, "told (--date-order)".into(), true),
        Some(DateOrder::Mdy) if !rows.iter().copied().any(year_or_day) => {
            return decided(false, "told (--date-order)".into(), true);
        }
        Some(DateOrder::Ymd) if rows.iter().copied().any(year_or_day) => {
            return decided(false, "told (--date-order)".into(), true);
        }
        Some(DateOrder::Mdy | DateOrder::Ymd) | None => {}
    }
    let mut forced = [0_usize; 2];
    for day_first in rows.iter().copied().filter_map(proves) {
        forced[usize::from(day_first)] += 1;
    }
    match forced {
        [0, 0] => {}
        [0, days] => return decided(true, format!("proven by {days} rows"), false),
        [months, 0] => return decided(false, format!("proven by {months} rows"), false),
        [months, days] => {
            let other = if rows.iter().copied().any(year_or_day) { "year" } else { "month" };
            let how = format!("{days} rows have the day first and {months} the {other}");
            return Rule::Refused { how };
        }
    }
    let votes = [
        (by_upper_bound(&open_rows, bounds.modified), "the other order lies in the future"),
        (by_pairs(&rows, bounds.pairs), "tickets would end before they begin in the other order"),
        (by_sequence(&rows, bounds.streams), "the rows are in this order"),
        (by_window(&open_rows, bounds.others), "agrees with the other sources"),
    ];
    let mut cast = votes.iter().filter_map(|(vote, how)| Some(((*vote)?, *how)));
    match cast.next() {
        Some((day_first, how)) if cast.all(|(other, _)| other == day_first) => {
            decided(day_first, how.into(), false)
        }
        Some(_) => Rule::Refused { how: "the evidence contradicts itself".into() },
        None => Rule::Refused { how: "no row proves one".into() },
    }
}

/// Whether a row proves an order: the day first, or the month.
fn proves(raw: &RawTime) -> Option<bool> {
    if raw.flags.has(Flags::ONE_ORDER) && !open(raw) {
        return Some(raw.flags.has(Flags::DAY_FIRST));
    }
    // A weekday beside the date fits one of two readings, or tells nothing.
    let weekday = raw.flags.weekday().filter(|_| open(raw) && !raw.flags.has(Flags::NO_YEAR))?;
    let fits = |day_first| weekday_of(civil(raw, day_first).div_euclid(86_400)) == weekday;
    (fits(true) != fits(false)).then(|| fits(true))
}

fn by_upper_bound(rows: &[&RawTime], modified: Option<Instant>) -> Option<bool> {
    let bound = modified?.secs() + GRACE;
    let exceeds = |day_first| {
        rows.iter()
            .filter(|raw| !raw.flags.has(Flags::NO_YEAR))
            .any(|raw| civil(raw, day_first) - i64::from(raw.offset().unwrap_or(0)) > bound)
    };
    match (exceeds(true), exceeds(false)) {
        (false, true) => Some(true),
        (true, false) => Some(false),
        _ => None,
    }
}

/// Nothing happens to a ticket before it is created: one reading keeps to that and the other does
/// not. A step back within a day is no matter of day and month.
fn by_pairs(rows: &[&RawTime], pairs: &[(u32, u32)]) -> Option<bool> {
    let breaks = |day_first| {
        let at = |index: u32| {
            let raw = rows.get(index as usize)?;
            let dated = !raw.flags.has(Flags::NO_YEAR) && !raw.flags.has(Flags::NO_DATE);
            dated.then(|| civil(raw, day_first))
        };
        let back = |(first, second): &(u32, u32)| {
            at(*first).zip(at(*second)).is_some_and(|(first, second)| second + DAY < first)
        };
        pairs.iter().any(back)
    };
    match (breaks(true), breaks(false)) {
        (false, true) => Some(true),
        (true, false) => Some(false),
        _ => None,
    }
}

/// In a list that is sorted one way or the other, the right reading has no steps back and the wrong
/// one has some. Fewer than four different dates may be sorted by chance.
fn by_sequence(rows: &[&RawTime], streams: &[u32]) -> Option<bool> {
    let disorder = |day_first| {
        let mut streams_seen: BTreeMap<u32, (i64, usize, usize)> = BTreeMap::new();
        for (index, raw) in rows.iter().enumerate() {
            if raw.flags.has(Flags::NO_DATE) {
                continue;
            }
            let at = civil(raw, day_first);
            let stream = streams.get(index).copied().unwrap_or(0);
            let (last, up, down) = streams_seen.entry(stream).or_insert((at, 0, 0));
            *up += usize::from(at > *last);
            *down += usize::from(at < *last);
            *last = at;
        }
        streams_seen
            .values()
            .fold((0, 0), |(back, all), (_, up, down)| (back + up.min(down), all + up + down))
    };
    let ((days, steps), (months, _)) = (disorder(true), disorder(false));
    if steps < 3 || days == months {
        return None;
    }
    // The list must be sorted under the better reading, or its order says nothing about time.
    (days.min(months) * 10 <= steps).then_some(days < months)
}

/// All rows of a short list fall into the days that the other sources tell of, under one reading.
fn by_window(rows: &[&RawTime], others: Option<(Instant, Instant)>) -> Option<bool> {
    let (first, last) = others?;
    let inside = |day_first| {
        rows.iter().all(|raw| {
            let at = civil(raw, day_first) - i64::from(raw.offset().unwrap_or(0));
            (first.secs() - GRACE..=last.secs() + GRACE).contains(&at)
        })
    };
    match (inside(true), inside(false)) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
