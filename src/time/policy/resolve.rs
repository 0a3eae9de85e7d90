//! Policy and raw time to stamp.

use std::ops::Range;

use super::Policy;
use crate::time::{
    Basis, Civil, Flags, Instant, Note, Quality, RawTime, SECOND, Stamp,
    abbreviation::{self, Abbreviation},
    days_from_civil,
    fold::Pass,
    order::{self, Rule},
    parts::{before_leap, weekday_of},
    pattern::sentinel,
    year,
    zone::Local,
};

/// Facts that need no look at the policy; a raw time with an offset and none other is exact.
const PLAIN: Flags = Flags(Flags::EPOCH.0 | Flags::DAY_FIRST.0 | Flags::ONE_ORDER.0 | (7 << 13));

/// Seconds since 1970: a clock cannot have been set to a day before 1980-01-01, unless nobody set it,
/// nor to one from 2100 on.
pub const SET: Range<i64> = 315_532_800..4_102_444_800;
/// A gap of more seconds than this is no summer time; nobody writes times in it.
const LONG_GAP: i32 = 3 * 3600;

/// The stamp of the raw time that stands at `index` of the list that the policy was decided from.
pub fn resolve(policy: &Policy, index: usize, raw: &RawTime) -> Stamp {
    if let Some(offset) = raw.offset()
        && raw.flags.without(PLAIN).0 == 0
        && policy.corrections.is_empty()
        && !policy.shared_date
        && policy.odd_epochs.is_empty()
        && !policy.sentinels_missing
    {
        return exact(raw, raw.civil - i64::from(offset));
    }
    if policy.sentinels_missing && sentinel(raw) {
        return Stamp { precision: raw.precision, ..Stamp::undated() };
    }
    let mut stamp = match policy.civil(index, raw) {
        Some(civil) => dated(policy, index, raw, civil),
        None => undated(policy, index, raw),
    };
    note_flags(policy, index, raw, &mut stamp);
    policy.put_stamp_right(index, &mut stamp);
    stamp.alternatives.sort_unstable();
    stamp.alternatives.dedup();
    if let Some(instant) = stamp.instant {
        stamp.alternatives.retain(|other| *other != instant);
    }
    stamp
}

/// The instant of that stamp alone, by a shorter way where neither zone words nor sentinels decide.
#[inline]
pub fn instant(policy: &Policy, index: usize, raw: &RawTime) -> Option<Instant> {
    let written = raw.offset().filter(|_| raw.flags.without(PLAIN).0 == 0);
    match written.filter(|_| !policy.shared_date && !by_words(policy, raw)) {
        Some(offset) => on_time(policy, index, raw, raw.civil - i64::from(offset)),
        None => instant_by_policy(policy, index, raw),
    }
}

/// Whether zone words or sentinels may decide.
#[inline]
fn by_words(policy: &Policy, raw: &RawTime) -> bool {
    policy.sentinels_missing || raw.word != 0 && !raw.flags.has(Flags::EPOCH)
}

/// The instant of a time whose offset is not all there is to know.
fn instant_by_policy(policy: &Policy, index: usize, raw: &RawTime) -> Option<Instant> {
    if by_words(policy, raw) || raw.offset().is_some() {
        return resolve(policy, index, raw).instant;
    }
    let civil = policy.civil(index, raw)?;
    let offset = match policy.table.local(civil) {
        Local::Fold { second_offset_s, .. } if policy.pass(index) == Pass::Second => {
            second_offset_s
        }
        local => local.first(),
    };
    on_time(policy, index, raw, civil - i64::from(offset))
}

/// The instant so many seconds after 1970, on a clock that is put right.
#[inline]
fn on_time(policy: &Policy, index: usize, raw: &RawTime, secs: i64) -> Option<Instant> {
    policy.put_right(index, Instant::from_parts(secs, raw.nanos)?)
}

fn stamp(raw: &RawTime, secs: i64, basis: Basis) -> Stamp {
    match Instant::from_parts(secs, raw.nanos) {
        Some(instant) => Stamp {
            instant: Some(instant),
            precision: raw.precision,
            quality: Quality::new(basis),
            alternatives: Vec::new(),
            zone: None,
            shift_ms: 0,
        },
        None => Stamp { precision: raw.precision, ..Stamp::undated() },
    }
}

/// An offset is proof of the zone, not of a clock that was ever set.
fn exact(raw: &RawTime, secs: i64) -> Stamp {
    let mut stamp = stamp(raw, secs, Basis::Exact);
    if !SET.contains(&secs) && stamp.instant.is_some() {
        stamp.quality = stamp.quality.with(Note::Suspect);
    }
    stamp
}

/// A stamp for a known local time.
fn dated(policy: &Policy, index: usize, raw: &RawTime, civil: i64) -> Stamp {
    if let Some(offset) = raw.offset() {
        return with_offset(policy, raw, civil, offset);
    }
    if abbreviation::by_index(raw.word).is_some() {
        return with_word(policy, raw, civil);
    }
    let local = policy.table.local(civil);
    let mut stamp = zoned(policy, raw, civil - i64::from(local.first()));
    let other = |offset: i32| Instant::from_parts(civil - i64::from(offset), raw.nanos);
    match local {
        Local::One { offset_s } => refute(policy, offset_s, other, &mut stamp),
        Local::Fold { first_offset_s, second_offset_s } => {
            stamp.quality = stamp.quality.with(Note::Fold);
            match policy.pass(index) {
                Pass::First => {}
                Pass::Second => stamp.instant = other(second_offset_s),
                Pass::Unsure => stamp.alternatives.extend(other(second_offset_s)),
            }
            refute(policy, first_offset_s, other, &mut stamp);
        }
        Local::Gap { before_offset_s, after_offset_s } => {
            stamp.quality = stamp.quality.with(Note::Gap);
            let long = after_offset_s - before_offset_s > LONG_GAP;
            if policy.refuted_by.is_some() || long {
                stamp.quality = stamp.quality.with(Note::Suspect);
            }
            if policy.refuted_by.is_some() {
                stamp.alternatives.extend(other(0));
            }
        }
    }
    stamp
}

/// A stamp by the zone of the policy.
fn zoned(policy: &Policy, raw: &RawTime, secs: i64) -> Stamp {
    let is_open = policy.basis == Basis::ZoneInferred && policy.is_unsure(secs);
    let mut stamp = stamp(raw, secs, if is_open { Basis::ZoneAssumed } else { policy.basis });
    if stamp.instant.is_some() {
        stamp.zone = Some(policy.table.zone().name().clone());
    }
    stamp
}

/// Where skipped hours refute the zone, whatever it has put off its fixed offset is in doubt.
fn refute(
    policy: &Policy,
    offset_s: i32,
    other: impl Fn(i32) -> Option<Instant>,
    stamp: &mut Stamp,
) {
    if let Some(fixed) = policy.refuted_by
        && fixed != offset_s
    {
        stamp.quality = stamp.quality.with(Note::Suspect);
        stamp.alternatives.extend(other(fixed));
    }
}

/// An offset decides, save that people write `EST` for New York's time in summer as well.
fn with_offset(policy: &Policy, raw: &RawTime, civil: i64, offset: i32) -> Stamp {
    let mut stamp = exact(raw, civil - i64::from(offset));
    if !raw.flags.has(Flags::ABBREVIATION) {
        return stamp;
    }
    let Some(known) = abbreviation::by_index(raw.word).filter(|known| known.is_unique()) else {
        stamp.quality = stamp.quality.with(Note::Abbreviation);
        return stamp;
    };
    if let Some(own) = policy.by_word(raw, civil).filter(|own| *own != offset) {
        // `PST` where the zone that was told is Manila's.
        return zoned(policy, raw, civil - i64::from(own));
    }
    let Some(wall) = policy.other_season(known.name, civil, offset) else {
        // Nobody told a zone; the one that this word usually stands for may say the same.
        if policy.basis == Basis::ZoneAssumed
            && let Some(wall) = known.usual_season(civil, offset)
        {
            stamp.quality = stamp.quality.with(Note::Repaired);
            stamp.alternatives.extend(Instant::from_parts(civil - i64::from(wall), raw.nanos));
        }
        return stamp;
    };
    if policy.machine {
        stamp.quality = stamp.quality.with(Note::Repaired);
        return stamp;
    }
    let literal = stamp.instant;
    let mut stamp = zoned(policy, raw, civil - i64::from(wall));
    stamp.quality = stamp.quality.with(Note::Repaired);
    stamp.alternatives.extend(literal);
    stamp
}

/// An abbreviation with several meanings: the zone in force decides, or nothing does.
fn with_word(policy: &Policy, raw: &RawTime, civil: i64) -> Stamp {
    if let Some(offset) = policy.by_word(raw, civil) {
        let mut stamp = zoned(policy, raw, civil - i64::from(offset));
        if policy.basis == Basis::ZoneInferred {
            stamp.quality = stamp.quality.with(Note::Abbreviation);
        }
        return stamp;
    }
    let meanings = abbreviation::by_index(raw.word).into_iter().flat_map(Abbreviation::offsets);
    Stamp {
        precision: raw.precision,
        alternatives: meanings
            .filter_map(|offset| Instant::from_parts(civil - i64::from(offset), raw.nanos))
            .collect(),
        ..Stamp::undated()
    }
}

impl Policy {
    /// The offset of a zone word, where the zone in force uses that word at that local time. A zone
    /// without letters of its own (`+06`) may have any word that can mean its offset.
    pub(super) fn by_word(&self, raw: &RawTime, civil: i64) -> Option<i32> {
        if self.basis == Basis::ZoneAssumed {
            return None;
        }
        let known = abbreviation::by_index(raw.word)?;
        let readings = match self.table.local(civil) {
            Local::Fold { first_offset_s, second_offset_s } => [first_offset_s, second_offset_s],
            local => [local.first(); 2],
        };
        readings.into_iter().find(|offset| {
            let Some(instant) = Instant::from_parts(civil - i64::from(*offset), 0) else {
                return false;
            };
            let (used, name) = self.table.zone().at(instant);
            let nameless = name.starts_with(['+', '-']);
            used == *offset
                && (name == known.name
                    || nameless && known.offsets().any(|own| own == used)
                    || self.is_australian(known.name, civil))
        })
    }

    /// Until 2014 the tz database had Australia's clocks write `EST` for both `AEST` and `AEDT`.
    fn is_australian(&self, name: &str, civil: i64) -> bool {
        let used = |(_, used): (i32, String)| used.strip_prefix('A') == Some(name);
        name.ends_with("ST")
            && self.table.zone().name().starts_with("Australia/")
            && self.seasons(civil).into_iter().flatten().any(used)
    }

    /// Offset and abbreviation of the zone in force in January and July of that year.
    fn seasons(&self, civil: i64) -> [Option<(i32, String)>; 2] {
        let year = Civil::from_secs(civil).year;
        [1, 7].map(|month| {
            let at = Instant::from_parts(days_from_civil(year, month, 15) * 86_400, 0)?;
            Some(self.table.zone().at(at))
        })
    }

    /// The offset that the zone in force has at a local time where it does not use the abbreviation
    /// but does half a year away; none where the abbreviation is right or not the zone's at all.
    fn other_season(&self, name: &str, civil: i64, written: i32) -> Option<i32> {
        if self.basis == Basis::ZoneAssumed || self.table.zone().is_fixed() {
            return None;
        }
        let wall = match self.table.local(civil) {
            Local::Fold { first_offset_s, second_offset_s } => {
                if [first_offset_s, second_offset_s].contains(&written) {
                    return None;
                }
                first_offset_s
            }
            local => local.first(),
        };
        let used = |(offset, used): (i32, String)| offset == written && used == name;
        (wall != written && self.seasons(civil).into_iter().flatten().any(used)).then_some(wall)
    }
}

/// What is known of a record whose date stayed open: both orders of day and month, if that is all.
fn undated(policy: &Policy, index: usize, raw: &RawTime) -> Stamp {
    let mut stamp = Stamp { precision: raw.precision, ..Stamp::undated() };
    if raw.flags.has(Flags::EITHER_ORDER) && matches!(policy.order, Rule::Refused { .. }) {
        for civil in [raw.civil, order::swapped(raw)] {
            let year = policy.years.as_ref().and_then(|years| years.at(index));
            let civil = match (raw.flags.has(Flags::NO_YEAR), year) {
                (false, _) => Some(civil),
                (true, year) => year.and_then(|year| year::from_2000(civil, year)),
            };
            let reading = civil.and_then(|civil| dated(policy, index, raw, civil).instant);
            stamp.alternatives.extend(reading);
        }
    }
    stamp
}

/// The notes that the writing itself asks for.
fn note_flags(policy: &Policy, index: usize, raw: &RawTime, stamp: &mut Stamp) {
    let Some(instant) = stamp.instant else { return };
    let mut note = |note: Note| stamp.quality = stamp.quality.with(note);
    if raw.flags.has(Flags::NO_YEAR) || raw.flags.has(Flags::NO_DATE) {
        note(Note::Year);
        if policy.days.as_ref().is_some_and(|days| days.may_be_later(index)) {
            note(Note::Suspect);
            stamp.alternatives.push(Instant(instant.0.saturating_add(86_400 * SECOND)));
        }
        if policy.days.as_ref().is_some_and(|days| days.may_be_afternoon(index)) {
            note(Note::Suspect);
            stamp.alternatives.push(Instant(instant.0.saturating_add(43_200 * SECOND)));
        }
        if policy.years.as_ref().is_some_and(|years| years.suspect) {
            note(Note::Suspect);
        }
    } else if policy.shared_date && policy.days.as_ref().and_then(|days| days.at(index)) > Some(0) {
        note(Note::Year);
    }
    if raw.flags.has(Flags::EITHER_ORDER)
        && let Rule::Decided { told, .. } = policy.order
        && !told
    {
        note(Note::Order);
    }
    if raw.flags.has(Flags::RECEIVED) {
        note(Note::Received);
    }
    if raw.flags.has(Flags::LEAP) {
        note(if before_leap(instant.secs()) { Note::Leap } else { Note::Suspect });
    }
    let settled_late = raw.flags.has(Flags::EITHER_ORDER) || raw.flags.has(Flags::SHORT_YEAR);
    if raw.flags.has(Flags::REPAIRED)
        || settled_late && contradicts_weekday(policy.civil(index, raw), raw)
    {
        note(Note::Repaired);
    }
    if policy.odd_epochs.binary_search(&index).is_ok() {
        note(Note::Suspect);
    }
    if raw.flags.has(Flags::FELL_BACK) && !raw.flags.has(Flags::RECEIVED) {
        note(Note::Suspect);
    }
    if raw.flags.has(Flags::SHARED_MONTH) {
        stamp.alternatives.extend(month_before(policy, index, raw, instant));
    }
}

fn contradicts_weekday(civil: Option<i64>, raw: &RawTime) -> bool {
    match (civil, raw.flags.weekday()) {
        (Some(civil), Some(weekday)) => weekday_of(civil.div_euclid(86_400)) != weekday,
        _ => false,
    }
}

/// The reading of a Polish or Czech month's name as the Croatian one, unless a weekday or the other
/// sources' dates speak against it.
fn month_before(policy: &Policy, index: usize, raw: &RawTime, instant: Instant) -> Option<Instant> {
    let settled = policy.civil(index, raw)?;
    let civil = Civil::from_secs(settled);
    let month = civil.month - 1;
    if !crate::time::valid_date(civil.year, month, civil.day) {
        return None;
    }
    let other = Civil { month, ..civil }.secs();
    if raw.flags.weekday().is_some() && !contradicts_weekday(Some(settled), raw) {
        return None;
    }
    let other = Instant(instant.0 - (settled - other) * SECOND);
    let inside = |at: Instant| {
        policy.others.is_some_and(|(from, to)| (from.0..=to.0 + 86_400 * SECOND).contains(&at.0))
    };
    (!inside(instant) || inside(other)).then_some(other)
}
