//! The year of a log that does not write it.
//!
//! Takes the months and days of an input in file order and whatever bounds them; gives the year of
//! each record. The sequence tells where a year ends: a clock does not run back by days. The year of
//! the whole is then the latest that contradicts nothing: 29 February, weekdays, years written in
//! some of the records, and that nothing is younger than the file.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Civil, Flags, Instant, RawTime, days_from_civil, parts::weekday_of, valid_date, zone::Zone,
};

/// A date found in a path or file name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathDate {
    /// Year.
    pub year: i32,
    /// Month and day, where the name tells them.
    pub day: Option<(u8, u8)>,
}

impl PathDate {
    /// Days since 1970-01-01, where the date is whole and exists.
    pub(super) fn days(self) -> Option<i64> {
        let (month, day) = self.day?;
        valid_date(self.year, month, day).then(|| days_from_civil(self.year, month, day))
    }
}

/// What is known of an input apart from its rows.
pub(super) struct Bounds<'f> {
    pub(super) told: Option<i32>,
    pub(super) path: Option<PathDate>,
    pub(super) others: Option<(Instant, Instant)>,
    pub(super) modified: Option<Instant>,
    pub(super) zone: &'f Zone,
}

/// The years of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Years {
    /// Index of the first record of a stretch, and its year.
    starts: Vec<(usize, i32)>,
    /// What decided.
    pub(super) how: String,
    /// The records contradict each other or run back too often.
    pub(super) suspect: bool,
    /// Where a year ends without a New Year's night: a quiet year, or the log of another host behind
    /// that of the first.
    pub(super) breaks: Vec<usize>,
}

impl Years {
    /// The year of the record at that index.
    pub(super) fn at(&self, index: usize) -> Option<i32> {
        let place = self.starts.partition_point(|(start, _)| *start <= index);
        self.starts.get(place.saturating_sub(1)).map(|(_, year)| *year)
    }

    /// The first and the last year.
    pub(super) fn span(&self) -> Option<(i32, i32)> {
        let years = self.starts.iter().map(|(_, year)| *year);
        Some((years.clone().min()?, years.max()?))
    }
}

const DAY: i64 = 86_400;
/// 29 February, counted from 0 in the year 2000.
const LEAP_DAY: i64 = 59;
/// 2000-01-01, in seconds.
const YEAR_2000: i64 = 946_684_800;
const YEAR: i64 = 366 * DAY;
/// 9999-01-01, in seconds.
pub(super) const YEAR_9999: i64 = 253_370_764_800;
/// Records may be out of order, and files older than their last record by a zone and a half.
const JITTER: i64 = 36 * 3600;
/// A file that spans more ends of years than this is rather several files in the wrong order.
const MOST_TURNS: i32 = 3;
/// Between two ends of a year lies most of a year.
const LEAST_CONTENT: i64 = 300 * DAY;
/// What decided where nothing better did.
const BY_FILE: &str = "the file's modification time";
/// Years that are tried, from the latest on.
const TRIED: i32 = 30;

/// What the search needs to know of one row.
struct Row {
    /// Seconds into the year 2000.
    at: i64,
    year: Option<i32>,
    weekday: Option<u8>,
}

/// Records on both sides of a break that are asked for their host.
pub(super) const REACH: usize = 1000;

/// The years of all rows, in file order; none where nothing tells any. `civil` gives a row's time
/// with the order of day and month settled, where it has a date. Nothing is kept for each row.
///
/// Where `streams` tell the hosts around a break (in the upper half, as
/// [`Facts`](super::policy::Facts) has them) and none wrote on both sides, two logs stand behind
/// each other, and each has years of its own.
pub(super) fn decide<T: AsRef<RawTime>>(
    raws: &[T],
    civil: impl Fn(&RawTime) -> Option<i64>,
    bounds: &Bounds,
    streams: &[u32],
) -> Option<Years> {
    let whole = decide_one(raws, &civil, bounds)?;
    let apart = |at: &&usize| {
        let hosts = |range: std::ops::Range<usize>| {
            let known = streams.get(range).unwrap_or_default().iter().map(|stream| stream >> 16);
            known.filter(|host| *host != 0).collect::<BTreeSet<_>>()
        };
        let before = hosts(at.saturating_sub(REACH)..**at);
        let behind = hosts(**at..(**at + REACH).min(streams.len()));
        !before.is_empty() && !behind.is_empty() && before.is_disjoint(&behind)
    };
    let ends: Vec<usize> = whole.breaks.iter().filter(apart).copied().collect();
    if ends.is_empty() {
        return Some(whole);
    }
    let mut all = Years {
        starts: Vec::new(),
        how: format!("{}, for the logs of several hosts behind each other", whole.how),
        // By the file's time alone, only the last of them is known to end near it.
        suspect: whole.how.ends_with(BY_FILE),
        breaks: whole.breaks,
    };
    let starts = std::iter::once(0).chain(ends.iter().copied());
    for (start, end) in starts.zip(ends.iter().copied().chain([raws.len()])) {
        let block = decide_one(&raws[start..end], &civil, bounds)?;
        all.suspect |= block.suspect;
        all.starts.extend(block.starts.into_iter().map(|(at, year)| (at + start, year)));
    }
    Some(all)
}

fn decide_one<T: AsRef<RawTime>>(
    raws: &[T],
    civil: &impl Fn(&RawTime) -> Option<i64>,
    bounds: &Bounds,
) -> Option<Years> {
    let row = |index: usize| {
        let raw = raws[index].as_ref();
        let outside = raw.flags.has(Flags::EPOCH) || raw.flags.has(Flags::NO_DATE);
        if outside { None } else { Some((index, row(raw, civil(raw)?))) }
    };
    let backwards = runs_backwards((0..raws.len()).filter_map(row));
    let (digest, suspect) = if backwards {
        Digest::of((0..raws.len()).rev().filter_map(row))
    } else {
        Digest::of((0..raws.len()).filter_map(row))
    };
    let (first_year, how, conflict) = choose(&digest, bounds)?;
    let mut turns = digest.turns;
    if backwards {
        // A stretch found from behind begins behind the place where the next one was found.
        let ends: Vec<usize> = turns.iter().skip(1).map(|(index, _)| index + 1).collect();
        for (stretch, end) in turns.iter_mut().zip(ends.into_iter().chain([0])) {
            stretch.0 = end;
        }
        turns.reverse();
    }
    let starts = turns.into_iter().map(|(index, turn)| (index, first_year + turn)).collect();
    let breaks = if backwards { Vec::new() } else { digest.breaks };
    Some(Years { starts, how, suspect: suspect || conflict, breaks })
}

/// The same month, day and time of the year 2000 in another year, where that date exists.
pub(super) fn from_2000(civil: i64, year: i32) -> Option<i64> {
    let of_year = (civil - YEAR_2000).div_euclid(DAY);
    if super::leap_year(year) || of_year < LEAP_DAY {
        return Some(civil - YEAR_2000 + days_from_civil(year, 1, 1) * DAY);
    }
    (of_year > LEAP_DAY).then(|| civil - YEAR_2000 + (days_from_civil(year, 1, 1) - 1) * DAY)
}

fn row(raw: &RawTime, civil: i64) -> Row {
    if raw.flags.has(Flags::NO_YEAR) {
        return Row { at: civil - YEAR_2000, year: None, weekday: raw.flags.weekday() };
    }
    let written = Civil::from_secs(civil);
    let at = Civil { year: 2000, ..written }.secs() - YEAR_2000;
    Row { at, year: Some(written.year), weekday: raw.flags.weekday() }
}

/// True for a list with the newest record first.
fn runs_backwards(rows: impl Iterator<Item = (usize, Row)>) -> bool {
    let (mut up, mut down, mut last) = (0_usize, 0_usize, None);
    for (_, row) in rows {
        if let Some(last) = last.replace(row.at) {
            up += usize::from(row.at - last > 60);
            down += usize::from(row.at - last < -60);
        }
    }
    down >= 3 && down > 3 * up
}

/// What all rows together say: ends of years are counted in turns, from 0 for the earliest row.
#[derive(Default)]
struct Digest {
    /// Index of the first row of a stretch, in the order of reading, and its turn.
    turns: Vec<(usize, i32)>,
    /// Index of the first row behind a turn that is no New Year's night.
    breaks: Vec<usize>,
    /// First and last second of each turn.
    spans: BTreeMap<i32, (i64, i64)>,
    /// Rows on 29 February, by turn.
    leap: BTreeMap<i32, usize>,
    /// Rows with a weekday: turn, month, day, weekday.
    weekdays: BTreeMap<(i32, u8, u8, u8), usize>,
    /// Rows with a year: year at turn 0.
    years: BTreeMap<i32, usize>,
    latest_written: Option<i32>,
}

impl Digest {
    /// Reads the rows, oldest first; true where they turn too often to be believed, and count as
    /// one year.
    fn of(rows: impl Iterator<Item = (usize, Row)> + Clone) -> (Self, bool) {
        if let Some(digest) = Self::turning(rows.clone()) {
            return (digest, false);
        }
        let mut flat = Self::default();
        rows.for_each(|(index, row)| flat.push(index, 0, &row));
        (flat, true)
    }

    fn turning(rows: impl Iterator<Item = (usize, Row)>) -> Option<Self> {
        let mut digest = Self::default();
        let mut turn = 0;
        let mut turned_at: Option<i64> = None;
        let mut last: Option<i64> = None;
        for (index, row) in rows {
            let before = last.replace(row.at).unwrap_or(row.at);
            let step = row.at - before;
            if step < -JITTER {
                turn += 1;
                // A step from December to January is the end of a year; any other step back was a
                // quiet year, or a block in the wrong place.
                let content = turned_at.map(|start| before - start);
                if content.is_some_and(|content| content < LEAST_CONTENT) && step > JITTER - YEAR {
                    return None;
                }
                turned_at = Some(row.at);
                if step > JITTER - YEAR {
                    digest.breaks.push(index);
                }
            } else if step >= YEAR - JITTER {
                turn -= 1;
            }
            digest.push(index, turn, &row);
        }
        if turn > MOST_TURNS {
            return None;
        }
        digest.count_from_zero();
        Some(digest)
    }

    fn push(&mut self, index: usize, turn: i32, row: &Row) {
        if self.turns.last().is_none_or(|(_, last)| *last != turn) {
            self.turns.push((index, turn));
        }
        let span = self.spans.entry(turn).or_insert((row.at, row.at));
        *span = (span.0.min(row.at), span.1.max(row.at));
        if let Some(year) = row.year {
            *self.years.entry(year - turn).or_default() += 1;
            self.latest_written = self.latest_written.max(Some(year));
            return;
        }
        if row.at / DAY == LEAP_DAY {
            *self.leap.entry(turn).or_default() += 1;
        }
        if let Some(weekday) = row.weekday {
            let civil = Civil::from_secs(YEAR_2000 + row.at);
            *self.weekdays.entry((turn, civil.month, civil.day, weekday)).or_default() += 1;
        }
    }

    /// Counts the turns from the earliest.
    fn count_from_zero(&mut self) {
        let Some(least) = self.spans.keys().next().copied().filter(|least| *least != 0) else {
            return;
        };
        for (_, turn) in &mut self.turns {
            *turn -= least;
        }
        self.spans =
            std::mem::take(&mut self.spans).into_iter().map(|(t, s)| (t - least, s)).collect();
        self.leap =
            std::mem::take(&mut self.leap).into_iter().map(|(t, n)| (t - least, n)).collect();
        self.weekdays = std::mem::take(&mut self.weekdays)
            .into_iter()
            .map(|((turn, month, day, weekday), rows)| ((turn - least, month, day, weekday), rows))
            .collect();
        self.years =
            std::mem::take(&mut self.years).into_iter().map(|(y, n)| (y + least, n)).collect();
    }

    fn last_turn(&self) -> Option<i32> {
        self.spans.keys().next_back().copied()
    }

    /// First and last instant, in seconds, if turn 0 is that year.
    fn ends(&self, first_year: i32, zone: &Zone) -> Option<(i64, i64)> {
        let (first, last) = (self.spans.first_key_value()?, self.spans.last_key_value()?);
        let at = |turn: i32, at: i64| {
            let civil = Civil::from_secs(YEAR_2000 + at);
            // 29 February of another year stands for the day after.
            let days = days_from_civil(first_year + turn, civil.month, civil.day);
            let civil = days * DAY + at.rem_euclid(DAY);
            civil - i64::from(zone.local(civil).first())
        };
        Some((at(*first.0, first.1.0), at(*last.0, last.1.1)))
    }

    /// How many rows a first year contradicts.
    fn broken(&self, first_year: i32) -> usize {
        let leap = self.leap.iter().filter(|(turn, _)| !super::leap_year(first_year + **turn));
        let weekdays = self.weekdays.iter().filter(|((turn, month, day, weekday), _)| {
            let year = first_year + turn;
            !valid_date(year, *month, *day)
                || weekday_of(days_from_civil(year, *month, *day)) != *weekday
        });
        let years = self.years.iter().filter(|(year, _)| **year != first_year);
        leap.map(|(_, rows)| rows).chain(weekdays.map(|(_, rows)| rows)).sum::<usize>()
            + years.map(|(_, rows)| rows).sum::<usize>()
    }
}

/// The year of turn 0, what decided it, and whether something had to be overruled.
fn choose(digest: &Digest, bounds: &Bounds) -> Option<(i32, String, bool)> {
    let last_turn = digest.last_turn()?;
    let candidates: Vec<i32> = if let Some(told) = bounds.told {
        (0..=last_turn).map(|turn| told - turn).collect()
    } else {
        let latest = latest_year(digest, bounds)? + 1 - last_turn;
        (0..TRIED).map(|back| latest - back).collect()
    };
    let bounded: Vec<i32> =
        candidates.iter().copied().filter(|year| not_too_late(digest, *year, bounds)).collect();
    let mut pool = if bounded.is_empty() { candidates } else { bounded };
    let fewest = pool.iter().map(|year| digest.broken(*year)).min()?;
    pool.retain(|year| digest.broken(*year) == fewest);
    pool.sort_unstable_by(|a, b| b.cmp(a));
    let by_path = || {
        let path = bounds.path?;
        pool.iter().copied().find(|year| fits_path(digest, *year, path))
    };
    let by_window = || {
        let span = bounds.others?;
        pool.iter().copied().find(|year| meets(digest, *year, span))
    };
    let (year, found) = if let Some(year) = by_path() {
        (year, "the date in the path")
    } else if let Some(year) = by_window() {
        match pool
            .iter()
            .filter(|year| bounds.others.is_some_and(|span| meets(digest, **year, span)))
            .count()
        {
            2.. => (year, "the other sources' dates, the latest year that fits them"),
            _ => (year, "the other sources' dates"),
        }
    } else if bounds.modified.is_some() {
        (*pool.first()?, BY_FILE)
    } else {
        (*pool.first()?, "the latest year that other evidence tells")
    };
    let by_file = bounds.told.is_none() && found == BY_FILE;
    let overruled = by_file && written_to_the_day(digest, year, bounds);
    let how = match bounds.told {
        Some(_) => "told (--year)".into(),
        None if digest.years.is_empty() => format!("inferred from {found}"),
        None => "inferred from other records of the file".into(),
    };
    Some((year, how, fewest > 0 || overruled))
}

/// True where the records contradict a later year than the chosen one, and the file's time agrees
/// with that to the day: either may be wrong.
fn written_to_the_day(digest: &Digest, first_year: i32, bounds: &Bounds) -> bool {
    let Some(modified) = bounds.modified else { return false };
    let leap_day =
        digest.spans.last_key_value().is_some_and(|(_, (_, last))| last / DAY == LEAP_DAY);
    !leap_day
        && (1..TRIED).any(|later| {
            let ends = digest.ends(first_year + later, bounds.zone);
            ends.is_some_and(|(_, last)| (last - modified.secs()).abs() <= JITTER)
        })
}

/// The latest year worth trying for the last row.
fn latest_year(digest: &Digest, bounds: &Bounds) -> Option<i32> {
    let year_of = |instant: Instant| bounds.zone.civil(instant).year;
    digest
        .latest_written
        .or_else(|| bounds.modified.map(year_of))
        .or_else(|| bounds.others.map(|(_, last)| year_of(last)))
        .or_else(|| bounds.path.map(|path| path.year))
}

fn not_too_late(digest: &Digest, first_year: i32, bounds: &Bounds) -> bool {
    let Some(modified) = bounds.modified else { return true };
    digest.ends(first_year, bounds.zone).is_some_and(|(_, last)| last <= modified.secs() + JITTER)
}

/// Logs are rotated within weeks of the date in their name.
fn fits_path(digest: &Digest, first_year: i32, path: PathDate) -> bool {
    let Some(named) = path.days() else {
        return digest.spans.keys().any(|turn| first_year + turn == path.year);
    };
    digest.ends(first_year, &Zone::utc()).is_some_and(|(first, last)| {
        first - 40 * DAY <= named * DAY && named * DAY <= last + 40 * DAY
    })
}

fn meets(digest: &Digest, first_year: i32, (from, to): (Instant, Instant)) -> bool {
    digest
        .ends(first_year, &Zone::utc())
        .is_some_and(|(first, last)| first <= to.secs() + JITTER && from.secs() - JITTER <= last)
}

#[cfg(test)]
mod tests;
