//! One policy an input: how its raw times become stamps.
//!
//! Takes all raw times of an input in file order and what is known around it ([`Facts`]). Gives a
//! [`Policy`], decided once and never row by row: zone, year, order of day and month, passes of
//! repeated hours, clock correction. [`resolve`] is then pure: policy and raw time to [`Stamp`](super::Stamp).
//! What stays open is said in the stamp, and [`Policy::needs`] names the option that would close it.

mod resolve;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Basis, Civil, Flags, Instant, RawTime, abbreviation,
    day::{self, Days},
    fold::{Pass, Seen, Sequence},
    order::{self, Rule},
    pattern,
    year::{self, Years},
    zone::{Local, Zone, ZoneTable, offset_text},
};

pub use super::{order::DateOrder, year::PathDate};
pub use resolve::resolve;

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
    pub inferred_zone: Option<(Zone, String)>,
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
    /// The clock is ahead by this many milliseconds.
    pub skew_ms: i64,
    /// Records were written by a machine, one after the other as things happened (logs, chat), so
    /// that their order and the distance between them prove something; not so for tickets.
    pub machine: bool,
    /// Which stream each raw time belongs to, by index; empty for one. Order is evidence within a
    /// stream only. For records that tell several events it is the column. For logs it is the
    /// writer, the host in the upper half and what runs there in the lower, and only asked for where
    /// [`Policy::lacks_writers`]: a log in order is better evidence whole than in parts.
    pub streams: Vec<u32>,
    /// Pairs of raw times, by index, of which the first is never later than the second: a ticket is
    /// created before anything else becomes of it. Only asked for where days and months are in doubt.
    pub pairs: Vec<(u32, u32)>,
    /// The dates of the raw times come from lines above the records (or the path), so that only the
    /// clock runs from record to record.
    pub shared_date: bool,
}

/// An option that would remove a doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// `--zone`.
    Zone,
    /// `--year`.
    Year,
    /// `--date`.
    Date,
    /// `--date-order`, for day and month.
    DateOrder,
    /// `--date-order`, for day and a two-digit year.
    YearOrder,
}

impl Need {
    /// The option, as the command line has it.
    pub fn option(self) -> &'static str {
        match self {
            Self::Zone => "--zone",
            Self::Year => "--year",
            Self::Date => "--date",
            Self::DateOrder | Self::YearOrder => "--date-order",
        }
    }
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
    skew_ms: i64,
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
    let days = (facts.shared_date || has(Flags::NO_DATE))
        .then(|| day::decide(rows(), first_day, facts.shared_date));
    let bounds = year::Bounds {
        told: facts.told_year,
        path: facts.path_date,
        others: facts.others,
        modified: facts.modified,
        zone: &zone,
    };
    let years = has(Flags::NO_YEAR)
        .then(|| year::decide(raws, |raw| with_order(&order, raw), &bounds))
        .flatten();
    let mut policy = Policy {
        table: ZoneTable::new(zone, 0, 0),
        basis,
        how,
        order,
        year_or_day: rows().any(order::year_or_day),
        years,
        days,
        days_how: days_how(facts, has(Flags::NO_DATE)),
        shared_date: facts.shared_date,
        odd_epochs: if has(Flags::EPOCH) { odd_epochs(rows(), &facts.streams) } else { Vec::new() },
        sentinels_missing: sentinels_missing(rows()),
        passes: Vec::new(),
        lacks_writers: false,
        refuted_by: None,
        modified: facts.modified,
        others: facts.others,
        skew_ms: facts.skew_ms,
        machine: facts.machine,
        needs: Vec::new(),
        uses_zone: rows().any(|raw| raw.offset().is_none()),
    };
    policy.fit_zone(raws, &facts.streams);
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
            let (zone, evidence) = facts.inferred_zone.as_ref()?;
            Some((zone.clone(), Basis::ZoneInferred, format!("inferred: {evidence}")))
        })
        .unwrap_or_else(|| (Zone::utc(), Basis::ZoneAssumed, "assumed: nothing says".to_owned()))
}

/// Where the days of records come from that write only a clock.
fn days_how(facts: &Facts, lacking: bool) -> &'static str {
    match (lacking, facts.told_date, facts.path_date) {
        (false, ..) => "written in the lines above the records, or in the path",
        (true, Some(_), _) => "told (--date)",
        (true, None, Some(_)) => "the date in the path",
        (true, None, None) => "that of the record before",
    }
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
    /// The zone used for records that write none; none where every record does.
    pub fn zone_name(&self) -> Option<&str> {
        self.uses_zone.then(|| &**self.table.zone().name())
    }

    /// How that zone is known.
    pub fn zone_how(&self) -> String {
        if !self.uses_zone {
            return "written in every record".into();
        }
        match self.refuted_by {
            Some(offset_s) => format!(
                "{}; refuted by records in an hour that {} skips: a clock always at {} is likelier",
                self.how,
                self.table.zone(),
                offset_text(offset_s)
            ),
            None => self.how.clone(),
        }
    }

    /// How the zone is known, as the stamps of records without a zone say it.
    pub fn zone_basis(&self) -> Basis {
        self.basis
    }

    /// The years and how they are known; none where every record writes them, or nothing tells
    /// them.
    pub fn year_how(&self) -> Option<String> {
        let years = self.years.as_ref()?;
        let all = years.span().map(|(first, last)| {
            if first == last { format!("{first}, ") } else { format!("{first} to {last}, ") }
        });
        let doubt = if years.suspect { "; contradicted by other records" } else { "" };
        Some(format!("{}{}{doubt}", all.unwrap_or_default(), years.how))
    }

    /// How the day of records that write only a clock is known; none where there are none.
    pub fn day_how(&self) -> Option<String> {
        let days = self.days.as_ref()?;
        if days.are_known() || self.shared_date {
            return Some(format!(
                "{}; the next one where the clock runs back by half a day",
                self.days_how
            ));
        }
        Some("not known: the records write only a clock".into())
    }

    /// How the order of day and month (or year) is known; none where there is no doubt about it.
    pub fn order_how(&self) -> Option<String> {
        match &self.order {
            Rule::Unneeded => None,
            Rule::Decided { day_first, how, .. } => {
                let first = match (day_first, self.year_or_day) {
                    (true, _) => "day",
                    (false, true) => "year",
                    (false, false) => "month",
                };
                Some(format!("{first} first: {how}"))
            }
            Rule::Refused { how } => Some(format!("not decided: {how}")),
        }
    }

    /// The options that would remove doubts, in order, each once.
    pub fn needs(&self) -> &[Need] {
        &self.needs
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

    /// Repeated and skipped hours: looks at all records that the zone decides.
    fn fit_zone<T: AsRef<RawTime>>(&mut self, raws: &[T], streams: &[u32]) {
        let (mut from, mut to) = (i64::MAX, i64::MIN);
        for civil in self.locals(raws) {
            (from, to) = (from.min(civil), to.max(civil));
        }
        if from > to {
            return;
        }
        self.table = ZoneTable::new(self.table.zone().clone(), from, to);
        if self.table.zone().is_fixed() {
            return;
        }
        let skipped = |civil: &i64| matches!(self.table.local(*civil), Local::Gap { .. });
        let repeated = |civil: i64| matches!(self.table.local(civil), Local::Fold { .. });
        let mut gaps = self.locals(raws).filter(skipped);
        let refuted_by = gaps.next().map(|civil| self.table.local(civil).first());
        let refuted_by = refuted_by.filter(|_| self.machine && gaps.next().is_some());
        drop(gaps);
        let folds = self.locals(raws).any(repeated);
        self.refuted_by = refuted_by;
        if folds {
            self.passes = self.find_passes(raws, streams);
        }
    }

    /// The local times that the zone decides.
    fn locals<'a, T: AsRef<RawTime>>(&'a self, raws: &'a [T]) -> impl Iterator<Item = i64> + 'a {
        let rows = raws.iter().map(AsRef::as_ref).enumerate();
        rows.filter(|(_, raw)| raw.offset().is_none())
            .filter_map(|(index, raw)| self.civil(index, raw))
    }

    /// The passes by the order of the records: that of each column; or that of all records, or if
    /// writers are told, of each host, and where a host's is none, of what runs there.
    fn find_passes<T: AsRef<RawTime>>(
        &mut self,
        raws: &[T],
        streams: &[u32],
    ) -> Vec<(usize, Pass)> {
        let by_writer = self.machine && !streams.is_empty();
        let mut passes = Vec::new();
        let mut parts = None;
        if by_writer {
            let mut disordered = BTreeSet::new();
            for (host, sequence) in self.sequences(raws, streams, None) {
                let decision = sequence.finish(true);
                if decision.in_order {
                    passes.extend(decision.passes);
                } else {
                    disordered.insert(host);
                }
            }
            parts = Some(disordered);
        }
        if !by_writer || parts.as_ref().is_some_and(|hosts| !hosts.is_empty()) {
            let parts = parts.unwrap_or_default();
            for (_, sequence) in self.sequences(raws, streams, Some(&parts)) {
                let decision = sequence.finish(self.machine);
                self.lacks_writers |= self.machine && !by_writer && !decision.in_order;
                passes.extend(decision.passes);
            }
        }
        passes.sort_unstable_by_key(|(index, _)| *index);
        passes
    }

    /// The records as one sequence for each host, or for each stream of these hosts; all streams
    /// where there are none.
    fn sequences<T: AsRef<RawTime>>(
        &self,
        raws: &[T],
        streams: &[u32],
        parts_of: Option<&BTreeSet<u32>>,
    ) -> BTreeMap<u32, Sequence> {
        let mut sequences: BTreeMap<u32, Sequence> = BTreeMap::new();
        for (index, raw) in raws.iter().map(AsRef::as_ref).enumerate() {
            let stream = streams.get(index).copied().unwrap_or(0);
            let key = match parts_of {
                None => stream >> 16,
                Some(hosts) if hosts.is_empty() || hosts.contains(&(stream >> 16)) => stream,
                Some(_) => continue,
            };
            if let Some(civil) = self.civil(index, raw) {
                sequences.entry(key).or_default().push(index, self.seen(raw, civil));
            }
        }
        sequences
    }

    /// True where records lie in a repeated hour and several writers stand across each other:
    /// [`Facts::streams`] would settle which is in which pass.
    pub fn lacks_writers(&self) -> bool {
        self.lacks_writers
    }

    /// The places of the records in repeated hours, in file order.
    pub fn repeated(&self) -> impl Iterator<Item = usize> + '_ {
        self.passes.iter().map(|(index, _)| *index)
    }

    fn seen(&self, raw: &RawTime, civil: i64) -> Seen {
        let at =
            |offset: i32| (civil - i64::from(offset)) * 1000 + i64::from(raw.nanos / 1_000_000);
        match (raw.offset(), self.table.local(civil)) {
            (Some(offset), _) => Seen::Certain(at(offset)),
            (None, Local::Fold { first_offset_s, second_offset_s }) if raw.word == 0 => {
                Seen::Twice(at(first_offset_s), at(second_offset_s))
            }
            (None, local) => Seen::Certain(at(local.first())),
        }
    }

    /// The pass of the record at that index, where it lies in a repeated hour.
    fn pass(&self, index: usize) -> Pass {
        match self.passes.binary_search_by_key(&index, |(index, _)| *index) {
            Ok(place) => self.passes[place].1,
            Err(_) => Pass::Unsure,
        }
    }

    fn find_needs<T: AsRef<RawTime>>(&self, raws: &[T]) -> Vec<Need> {
        let mut needs = Vec::new();
        let rows = || raws.iter().map(AsRef::as_ref).enumerate();
        let zone_open = self.basis == Basis::ZoneAssumed || self.refuted_by.is_some();
        let zone_helps = |(index, raw): (usize, &RawTime)| {
            let Some(civil) = self.civil(index, raw).filter(|_| raw.offset().is_none()) else {
                return false;
            };
            let word = abbreviation::by_index(raw.word).is_some();
            if word { self.by_word(raw, civil).is_none() } else { zone_open }
        };
        // `EST` in summer: whoever knows the zone knows whether that was meant.
        let season_open = |(_, raw): (usize, &RawTime)| {
            self.basis == Basis::ZoneAssumed
                && raw.flags.has(Flags::ABBREVIATION)
                && raw.offset().zip(abbreviation::by_index(raw.word)).is_some_and(
                    |(offset, known)| {
                        known.is_unique() && known.usual_season(raw.civil, offset).is_some()
                    },
                )
        };
        if self.uses_zone && rows().any(zone_helps) || rows().any(season_open) {
            needs.push(Need::Zone);
        }
        let years_open = self.years.as_ref().is_none_or(|years| years.suspect);
        if years_open && rows().any(|(_, raw)| raw.flags.has(Flags::NO_YEAR)) {
            needs.push(Need::Year);
        }
        let no_day = |(index, raw): (usize, &RawTime)| {
            raw.flags.has(Flags::NO_DATE) && self.civil(index, raw).is_none()
        };
        if self.days.is_some() && rows().any(no_day) {
            needs.push(Need::Date);
        }
        if matches!(self.order, Rule::Refused { .. }) {
            needs.push(if self.year_or_day { Need::YearOrder } else { Need::DateOrder });
        }
        needs
    }
}

/// The same month, day and time in another year, where that date exists.
fn in_year(civil: i64, year: i32) -> Option<i64> {
    let civil = Civil::from_secs(civil);
    super::valid_date(year, civil.month, civil.day).then(|| Civil { year, ..civil }.secs())
}

#[cfg(test)]
mod tests;
