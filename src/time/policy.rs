//! One policy an input: how its raw times become stamps.
//!
//! Takes all raw times of an input in file order and what is known around it ([`Facts`]). Gives a
//! [`Policy`], decided once and never row by row: zone, year, order of day and month, passes of
//! repeated hours, clock correction. [`resolve`] is then pure: policy and raw time to [`Stamp`](super::Stamp).
//! What stays open is said in the stamp, and [`Policy::needs`] names the option that would close it.

mod correct;
mod infer;
mod passes;
mod resolve;
mod words;

use std::collections::BTreeMap;

use super::{
    Basis, Civil, Flags, Instant, RawTime,
    day::{self, Days, Known},
    fold::Pass,
    order::{self, Rule},
    pattern,
    year::{self, Years},
    zone::{Window, Zone, ZoneTable},
};

pub use super::{order::DateOrder, year::PathDate};
pub use correct::{Correction, Set, rounded};
pub use infer::{Inferred, Offset, infer};
pub use resolve::{SET, instant, resolve};
pub use words::Need;

/// What is known of an input apart from its raw times.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// `--zone GLOB=ZONE`.
    pub told_zone: Option<Zone>,
    /// A zone that the file itself declares, and how.
    pub declared_zone: Option<(Zone, String)>,
    /// The zone that the definition says.
    pub defined_zone: Option<Zone>,
    /// `--zone ZONE`, for all inputs.
    pub bare_zone: Option<Zone>,
    /// A zone that other sources prove, and how.
    pub inferred_zone: Option<Inferred>,
    /// `--year`: a year that occurs in the input.
    pub told_year: Option<i32>,
    /// `--date`: the day of the first record of those that write only a clock.
    pub told_date: Option<PathDate>,
    /// `--date-order`.
    pub told_order: Option<DateOrder>,
    /// When the file or archive member was last written: nothing in it is younger.
    pub modified: Option<Instant>,
    /// A date in the path.
    pub path_date: Option<PathDate>,
    /// First and last instant of the sources with certain dates.
    pub others: Option<(Instant, Instant)>,
    /// How far the clock was ahead.
    pub corrections: Vec<Correction>,
    /// Records were written by a machine, one after the other as things happened (logs, chat), so
    /// that their order and the distance between them prove something; not so for tickets.
    pub machine: bool,
    /// Which stream each raw time belongs to, by index; empty for one. Order is evidence within a
    /// stream only. For records that tell several events it is the column. For logs it is the
    /// writer, the host in the upper half and what runs there in the lower, and only asked for where
    /// [`Policy::open_places`]: a log in order is better evidence whole than in parts.
    pub streams: Vec<u32>,
    /// Pairs of raw times, by index, of which the first is never later than the second: a ticket is
    /// created before anything else becomes of it. Only asked for where days and months are in doubt.
    pub pairs: Vec<(u32, u32)>,
    /// The same of what the tracker itself stamps when it happens. What people enter (when work began,
    /// when it was detected) may lie before the ticket. Only asked for where offsets are not written.
    pub stamped: Vec<(u32, u32)>,
    /// The dates of the raw times come from lines above the records (or the path), so that only the
    /// clock runs from record to record.
    pub shared_date: bool,
}

/// How the raw times of one input become stamps.
#[derive(Clone, Debug)]
pub struct Policy {
    table: ZoneTable,
    basis: Basis,
    how: String,
    order: Rule,
    /// It is that of day and year, not of day and month.
    year_or_day: bool,
    years: Option<Years>,
    days: Option<Days>,
    days_how: &'static str,
    shared_date: bool,
    /// Epochs whose unit is not that of their column, by index.
    odd_epochs: Vec<usize>,
    /// Times that programs write for "no value" are none here.
    sentinels_missing: bool,
    /// Records in a repeated hour, by index.
    passes: Vec<(usize, Pass)>,
    /// They stand in no order as a whole, and nobody said who wrote which.
    lacks_writers: bool,
    /// Records in a skipped hour refute the zone: the offset of a clock that skips nothing.
    refuted_by: Option<i32>,
    modified: Option<Instant>,
    others: Option<(Instant, Instant)>,
    corrections: Vec<Correction>,
    /// Between these instants (seconds since 1970 UTC) an inferred zone is none of those that the
    /// evidence allows for alone.
    unsure: Vec<(i64, i64)>,
    machine: bool,
    needs: Vec<Need>,
    /// Some record has no offset of its own.
    uses_zone: bool,
}

/// Decides the policy of an input from all its raw times, in file order.
pub fn decide<T: AsRef<RawTime>>(raws: &[T], facts: &Facts) -> Policy {
    let rows = || raws.iter().map(AsRef::as_ref);
    let (zone, basis, how) = choose_zone(facts);
    let has = |flag: Flags| rows().any(|raw| raw.flags.has(flag));
    let order = order::decide(
        rows(),
        &order::Bounds {
            told: facts.told_order,
            modified: facts.modified,
            others: facts.others,
            streams: &facts.streams,
            pairs: &facts.pairs,
        },
    );
    let first_day = facts.told_date.or(facts.path_date).and_then(PathDate::days);
    let days = (facts.shared_date || has(Flags::NO_DATE)).then(|| {
        let told = facts.told_date.is_some();
        day::decide(rows(), Known { date: first_day, told, shared: facts.shared_date })
    });
    let bounds = year::Bounds {
        told: facts.told_year,
        path: facts.path_date,
        others: facts.others,
        modified: facts.modified,
        zone: &zone,
    };
    let years = has(Flags::NO_YEAR)
        .then(|| year::decide(raws, |raw| with_order(&order, raw), &bounds, &facts.streams))
        .flatten();
    let mut policy = Policy {
        table: ZoneTable::new(zone, 0, 0),
        basis,
        how,
        order,
        year_or_day: rows().any(order::year_or_day),
        years,
        days,
        days_how: words::days_how(facts, has(Flags::NO_DATE)),
        shared_date: facts.shared_date,
        odd_epochs: if has(Flags::EPOCH) { odd_epochs(rows(), &facts.streams) } else { Vec::new() },
        sentinels_missing: sentinels_missing(rows()),
        passes: Vec::new(),
        lacks_writers: false,
        refuted_by: None,
        modified: facts.modified,
        others: facts.others,
        corrections: facts.corrections.clone(),
        unsure: unsure(basis, facts),
        machine: facts.machine,
        needs: Vec::new(),
        uses_zone: rows().any(|raw| raw.offset().is_none()),
    };
    policy.fit_zone(raws, facts);
    policy.needs = policy.find_needs(raws);
    policy
}

/// The first that anybody said.
fn choose_zone(facts: &Facts) -> (Zone, Basis, String) {
    let said = |zone: &Zone, how: &str| (zone.clone(), Basis::Zone, how.to_owned());
    let told = facts.told_zone.as_ref().map(|zone| said(zone, "told (--zone GLOB=ZONE)"));
    told.or_else(|| facts.declared_zone.as_ref().map(|(zone, how)| said(zone, how)))
        .or_else(|| facts.defined_zone.as_ref().map(|zone| said(zone, "said by the definition")))
        .or_else(|| facts.bare_zone.as_ref().map(|zone| said(zone, "told (--zone)")))
        .or_else(|| {
            let Inferred { zone, how, .. } = facts.inferred_zone.as_ref()?;
            Some((zone.clone(), Basis::ZoneInferred, format!("inferred: {how}")))
        })
        .unwrap_or_else(|| (Zone::utc(), Basis::ZoneAssumed, "assumed: nothing says".to_owned()))
}

/// Where an inferred zone is in doubt.
fn unsure(basis: Basis, facts: &Facts) -> Vec<(i64, i64)> {
    let inferred = facts.inferred_zone.as_ref().filter(|_| basis == Basis::ZoneInferred);
    inferred.map_or_else(Vec::new, |inferred| inferred.unsure.clone())
}

/// A column counts in one unit; one value in twenty or fewer in another unit is a slip, even where
/// its number of digits makes it a good time.
fn odd_epochs<'r>(rows: impl Iterator<Item = &'r RawTime> + Clone, streams: &[u32]) -> Vec<usize> {
    let epochs = rows.enumerate().filter(|(_, raw)| raw.flags.has(Flags::EPOCH));
    let stream = |index: usize| streams.get(index).copied().unwrap_or(0);
    let mut counts: BTreeMap<(u32, u16), usize> = BTreeMap::new();
    for (index, raw) in epochs.clone() {
        *counts.entry((stream(index), raw.word)).or_default() += 1;
    }
    let odd = |index: usize, raw: &RawTime| {
        let of_column = counts.range((stream(index), 0)..=(stream(index), u16::MAX));
        let most = of_column.map(|(_, count)| *count).max();
        most >= counts.get(&(stream(index), raw.word)).map(|count| count * 20)
    };
    epochs.filter(|(index, raw)| odd(*index, raw)).map(|(index, _)| index).collect()
}

/// A clock that nobody set runs on from 1970, so that its first second is a time among others;
/// elsewhere such a value stands for none.
fn sentinels_missing<'r>(rows: impl Iterator<Item = &'r RawTime>) -> bool {
    const MONTH: i64 = 30 * 86_400;
    let early = rows.filter(|raw| raw.civil < MONTH || raw.civil > year::YEAR_9999);
    let (mut empty, mut near) = (0_usize, 0_usize);
    for raw in early {
        let sentinel = pattern::sentinel(raw);
        empty += usize::from(sentinel);
        near += usize::from(!sentinel && (-86_400..MONTH).contains(&raw.civil));
    }
    empty > near
}

/// Civil seconds with the decided order of day and month; none where that was refused.
fn with_order(order: &Rule, raw: &RawTime) -> Option<i64> {
    if !raw.flags.has(Flags::EITHER_ORDER) {
        return Some(raw.civil);
    }
    match order {
        Rule::Decided { day_first, .. } => Some(order::civil(raw, *day_first)),
        Rule::Unneeded | Rule::Refused { .. } => None,
    }
}

impl Policy {
    /// The stretch of local time around this one that has one offset, or is repeated or skipped.
    pub fn stretch(&self, civil: i64) -> Window {
        self.table.window(civil)
    }

    /// The local time of the record at that index with year, day and order settled; none where one
    /// of them is not known, or the date does not exist in that year.
    fn civil(&self, index: usize, raw: &RawTime) -> Option<i64> {
        let mut civil = with_order(&self.order, raw)?;
        if raw.flags.has(Flags::NO_DATE) {
            return Some(civil + self.days.as_ref()?.at(index)?);
        }
        if raw.flags.has(Flags::NO_YEAR) {
            civil = year::from_2000(civil, self.years.as_ref()?.at(index)?)?;
        } else if raw.flags.has(Flags::SHORT_YEAR) {
            civil = self.in_century(civil);
        }
        if self.shared_date
            && let Some(add) = self.days.as_ref().and_then(|days| days.at(index))
        {
            civil += add;
        }
        Some(civil)
    }

    /// A two-digit year lies in the hundred years that end twenty after the file was written.
    fn in_century(&self, civil: i64) -> i64 {
        let Some(modified) = self.modified else { return civil };
        let latest = Civil::from_secs(modified.secs()).year + 20;
        let year = Civil::from_secs(civil).year;
        let nearer = latest - (latest - year).rem_euclid(100);
        in_year(civil, nearer).unwrap_or(civil)
    }
}

/// The same month, day and time in another year, where that date exists.
fn in_year(civil: i64, year: i32) -> Option<i64> {
    let civil = Civil::from_secs(civil);
    super::valid_date(year, civil.month, civil.day).then(|| Civil { year, ..civil }.secs())
}

#[cfg(test)]
mod tests;
