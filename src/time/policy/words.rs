//! What a policy says of itself: how zone, year, day and order are known, and which options would
//! remove its doubts.

use super::{Facts, Policy};
use crate::time::{
    Basis, Flags, RawTime, abbreviation,
    order::Rule,
    zone::{Zone, offset_text},
};

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

/// Where the days of records come from that write only a clock.
pub(super) fn days_how(facts: &Facts, lacking: bool) -> &'static str {
    match (lacking, facts.told_date, facts.path_date) {
        (false, ..) => "written in the lines above the records, or in the path",
        (true, Some(_), _) => "told (--date)",
        (true, None, Some(_)) => "the date in the path",
        (true, None, None) => "that of the record before",
    }
}

impl Policy {
    /// The zone used for records that write none; none where every record does.
    pub fn zone_name(&self) -> Option<&str> {
        self.uses_zone.then(|| &**self.table.zone().name())
    }

    /// That zone.
    pub fn zone(&self) -> Option<&Zone> {
        self.uses_zone.then(|| self.table.zone())
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

    pub(super) fn find_needs<T: AsRef<RawTime>>(&self, raws: &[T]) -> Vec<Need> {
        let mut needs = Vec::new();
        let rows = || raws.iter().map(AsRef::as_ref).enumerate();
        let zone_open = self.basis == Basis::ZoneAssumed || self.refuted_by.is_some();
        let zone_helps = |(index, raw): (usize, &RawTime)| {
            let Some(civil) = self.civil(index, raw).filter(|_| raw.offset().is_none()) else {
                return false;
            };
            let word = abbreviation::by_index(raw.word).is_some();
            let inferred = || civil - i64::from(self.table.local(civil).first());
            if word {
                self.by_word(raw, civil).is_none()
            } else {
                zone_open || !self.unsure.is_empty() && self.is_unsure(inferred())
            }
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
