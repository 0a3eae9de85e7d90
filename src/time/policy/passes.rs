//! Repeated and skipped hours: the passes of records by their order, and what refutes a zone.

use std::collections::{BTreeMap, BTreeSet};

use super::{Facts, Policy};
use crate::time::{
    RawTime,
    fold::{JITTER, Pass, Seen, Sequence},
    zone::{Local, ZoneTable},
};

/// Longest chain of what comes before what in a record: created, resolved, closed.
const CHAIN: usize = 3;

/// Passes by index.
type Passes = Vec<(usize, Pass)>;

/// When a record may have been, in milliseconds.
#[derive(Clone, Copy, Debug)]
struct Readings {
    earliest: i64,
    latest: i64,
    /// What is no nearer than that to another has an order: how finely it is written, and how far
    /// clocks of one tracker may be apart.
    span: i64,
    pass: Pass,
}

impl Readings {
    /// How far a time may lie behind one that comes after it.
    fn slack(&self, other: &Self) -> i64 {
        self.span.max(other.span)
    }

    fn can_precede(&self, after: &Self) -> bool {
        self.earliest <= after.latest.saturating_add(self.slack(after))
    }

    /// Without the reading that lies behind every reading of what comes after it.
    fn not_after(self, after: &Self) -> Self {
        let is_late = self.latest > after.latest.saturating_add(self.slack(after));
        if is_late && self.earliest < self.latest {
            Self { latest: self.earliest, pass: Pass::First, ..self }
        } else {
            self
        }
    }

    /// Without the reading that lies before every reading of what comes before it.
    fn not_before(self, before: &Self) -> Self {
        let is_early = self.earliest.saturating_add(self.slack(before)) < before.earliest;
        if is_early && self.earliest < self.latest {
            Self { earliest: self.latest, pass: Pass::Second, ..self }
        } else {
            self
        }
    }
}

impl Policy {
    /// Repeated and skipped hours: looks at all records that the zone decides.
    pub(super) fn fit_zone<T: AsRef<RawTime>>(&mut self, raws: &[T], facts: &Facts) {
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
            self.passes = self.find_passes(raws, &facts.streams);
            self.settle_records(raws, &facts.stamped);
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

    /// What comes before what within a record: a ticket that was created at 2:55 and resolved at 2:40
    /// was so in the first and in the second pass. That is better evidence than the order of a column,
    /// so it comes first; then the column decides what it leaves open, unless it breaks the record's
    /// order, and what then follows from that.
    fn settle_records<T: AsRef<RawTime>>(&mut self, raws: &[T], pairs: &[(u32, u32)]) {
        let pairs = &self.open_pairs(pairs)[..];
        if pairs.is_empty() {
            return;
        }
        let by_column = std::mem::take(&mut self.passes);
        let open = by_column.iter().map(|(index, _)| (*index, Pass::Unsure)).collect();
        self.passes = open;
        let (by_record, _) = self.order_of_records(raws, pairs);
        let of = |passes: &Passes, index: usize| {
            let at = passes.binary_search_by_key(&index, |(index, _)| *index);
            at.map_or(Pass::Unsure, |at| passes[at].1)
        };
        for ((index, pass), (_, by_column)) in self.passes.iter_mut().zip(by_column) {
            let by_record = of(&by_record, *index);
            *pass = if by_record == Pass::Unsure { by_column } else { by_record };
        }
        let (follows, broken) = self.order_of_records(raws, pairs);
        for (index, pass) in &mut self.passes {
            *pass = match (of(&by_record, *index), *pass) {
                (Pass::Unsure, _) if broken.contains(index) => Pass::Unsure,
                (_, Pass::Unsure) => of(&follows, *index),
                (_, known) => known,
            };
        }
    }

    /// The pairs of what is paired with a time in a repeated hour: few of a year's tickets.
    fn open_pairs(&self, pairs: &[(u32, u32)]) -> Vec<(u32, u32)> {
        let is_open = |index: u32| {
            self.passes.binary_search_by_key(&(index as usize), |(index, _)| *index).is_ok()
        };
        let open = pairs.iter().filter(|(one, other)| is_open(*one) || is_open(*other));
        let touched: BTreeSet<u32> = open.flat_map(|(one, other)| [*one, *other]).collect();
        let touches = |(one, other): &&(u32, u32)| touched.contains(one) || touched.contains(other);
        pairs.iter().filter(touches).copied().collect()
    }

    /// The passes that follow from pairs of which the first is never later than the second, and the
    /// records whose pairs no readings fit.
    fn order_of_records<T: AsRef<RawTime>>(
        &self,
        raws: &[T],
        pairs: &[(u32, u32)],
    ) -> (Passes, BTreeSet<usize>) {
        let mut readings: BTreeMap<u32, Readings> = BTreeMap::new();
        for index in pairs.iter().flat_map(|(one, other)| [*one, *other]) {
            let of = || self.possible(index as usize, raws.get(index as usize)?.as_ref());
            if let Some(of) = of() {
                readings.insert(index, of);
            }
        }
        let is_known =
            |(one, other): &&(u32, u32)| readings.contains_key(one) && readings.contains_key(other);
        let known: Vec<(u32, u32)> = pairs.iter().filter(is_known).copied().collect();
        let is_broken = |(one, other): &&(u32, u32)| !readings[one].can_precede(&readings[other]);
        let broken: BTreeSet<u32> =
            known.iter().filter(is_broken).flat_map(|(one, other)| [*one, *other]).collect();
        for _ in 0..CHAIN {
            for (one, other) in &known {
                if broken.contains(one) || broken.contains(other) {
                    continue;
                }
                let (before, after) = (readings[one], readings[other]);
                readings.insert(*one, before.not_after(&after));
                readings.insert(*other, after.not_before(&before));
            }
        }
        let settled = readings.into_iter().filter(|(_, of)| of.pass != Pass::Unsure);
        let settled = settled.map(|(index, of)| (index as usize, of.pass)).collect();
        (settled, broken.into_iter().map(|index| index as usize).collect())
    }

    /// When a record may have been, by its pass as far as it is decided; none where words say a zone
    /// that is not the table's.
    fn possible(&self, index: usize, raw: &RawTime) -> Option<Readings> {
        if raw.offset().is_none() && raw.word != 0 {
            return None;
        }
        let pass = self.pass(index);
        let (earliest, latest) = match (self.seen(raw, self.civil(index, raw)?), pass) {
            (Seen::Certain(at), _) => (at, at),
            (Seen::Twice(first, _), Pass::First) => (first, first),
            (Seen::Twice(_, second), Pass::Second) => (second, second),
            (Seen::Twice(first, second), Pass::Unsure) => (first, second),
        };
        let span = (raw.precision.nanos() / 1_000_000).max(JITTER);
        Some(Readings { earliest, latest, span, pass })
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

    /// The places around which [`Facts::streams`](super::Facts::streams) would settle something, in
    /// file order: records in a repeated hour where several writers stand across each other, and ends
    /// of years without a New Year's night.
    pub fn open_places(&self) -> Vec<usize> {
        let repeated = self.passes.iter().map(|(index, _)| *index).filter(|_| self.lacks_writers);
        let breaks = self.years.iter().flat_map(|years| years.breaks.iter().copied());
        let mut places: Vec<usize> = repeated.chain(breaks.filter(|_| self.machine)).collect();
        places.sort_unstable();
        places
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
    pub(super) fn pass(&self, index: usize) -> Pass {
        match self.passes.binary_search_by_key(&index, |(index, _)| *index) {
            Ok(place) => self.passes[place].1,
            Err(_) => Pass::Unsure,
        }
    }
}
