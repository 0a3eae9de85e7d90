//! One time out of several writings: a date that stands above or beside, and a clock.
//!
//! Takes what each writing says by itself; gives what they say together. A composed time keeps the
//! doubts of all its parts.

use super::{Civil, Flags, Open, RawTime, valid_date};

const DAY: i64 = 86_400;
/// 2000-01-01, in seconds: where a clock time without a date stands.
const YEAR_2000: i64 = 946_684_800;
/// The bits of [`Flags`] below the weekday.
const FACTS: u16 = (1 << 13) - 1;

/// The date of the first part that has one, with the clock of the last part. A last part that
/// lacks only its year takes that of the date: the same one, or the next where its day would lie
/// before the date. None where no part has a date that is needed.
pub fn compose(parts: &[RawTime]) -> Option<RawTime> {
    let (clock, before) = parts.split_last()?;
    let told = |part: &&RawTime| !part.flags.has(Flags::NO_DATE) || part.open.has(Open::DAY_WORD);
    let dated = before.iter().find(told);
    let Some(date) = dated else { return Some(*clock) };
    let mut whole = *clock;
    if clock.flags.has(Flags::NO_DATE) {
        let facts = Flags(clock.flags.0 & FACTS).without(Flags::NO_DATE);
        whole.flags = date.flags.with(facts);
        whole.open = date.open.with(clock.open);
        whole.civil = date.civil.div_euclid(DAY) * DAY + (clock.civil - YEAR_2000);
    } else if clock.flags.has(Flags::NO_YEAR) && !date.flags.has(Flags::NO_YEAR) {
        whole.flags = clock.flags.without(Flags::NO_YEAR);
        whole.civil = in_year_from(date.civil, Civil::from_secs(clock.civil))?;
    } else {
        return Some(whole);
    }
    if whole.offset().is_none() && whole.word == 0 {
        (whole.offset, whole.word) = (date.offset, date.word);
    }
    Some(whole)
}

/// That day and time in the year of `from`, or in the next one where it would lie before it.
fn in_year_from(from: i64, civil: Civil) -> Option<i64> {
    let year = Civil::from_secs(from).year;
    let exists = |year: &i32| valid_date(*year, civil.month, civil.day);
    let mut years = [year, year + 1].into_iter().filter(exists);
    years.find_map(|year| {
        let secs = Civil { year, ..civil }.secs();
        // A record of the minute before may still be written below.
        (secs >= from - DAY).then_some(secs)
    })
}

#[cfg(test)]
mod tests;
