//! Times for people.

use super::{LocalClock, attribute, beside, date_and_time, elapsed, span, time_of_day, utc};
use crate::time::{Instant, Precision, SECOND, zone::Zone};

/// 2026-03-10T06:14:05Z.
const AT: Instant = Instant(1_773_123_245 * SECOND);

#[test]
fn no_digit_that_was_not_written() {
    let show = |precision| time_of_day(utc(AT), precision);
    assert_eq!(show(Precision::Day), "");
    assert_eq!(show(Precision::Minute), "06:14");
    assert_eq!(show(Precision::Fraction(3)), "06:14:05");
    assert_eq!(time_of_day(utc(Instant(AT.0 - 845 * SECOND)), Precision::Hour), "06h");
    assert_eq!(date_and_time(AT, Precision::Day), "2026-03-10");
    assert_eq!(beside(AT, Precision::Minute, AT), "06:14");
    assert_eq!(attribute(AT, Precision::Minute).as_deref(), Some("2026-03-10T06:14Z"));
    assert_eq!(attribute(AT, Precision::Day), None);
}

#[test]
fn elapsed_is_as_coarse_as_the_coarser_end() {
    let later = |secs, precision| (Instant(AT.0 + secs * SECOND), precision);
    let base = (AT, Precision::Second);
    assert_eq!(elapsed(base, later(725, Precision::Second)).as_deref(), Some("+0:12:05"));
    assert_eq!(elapsed(base, later(-70, Precision::Fraction(3))).as_deref(), Some("-0:01:10"));
    assert_eq!(elapsed(base, later(715, Precision::Minute)).as_deref(), Some("+0:12"));
    assert_eq!(elapsed(base, later(715, Precision::Day)), None);
    assert_eq!(elapsed(base, later(100 * 3600, Precision::Second)).as_deref(), Some("+100:00:00"));
}

#[test]
fn a_span_has_two_units() {
    assert_eq!(span(0), "0 s");
    assert_eq!(span(60 * SECOND), "1 min");
    assert_eq!(span(20_520 * SECOND), "5 h 42 min");
    assert_eq!(span(90_000 * SECOND), "1 d 1 h");
}

#[test]
fn a_clock_change_inside_the_span_is_told() {
    let zone = Zone::named("America/New_York").expect("in the database");
    let change = Instant(1_772_953_200 * SECOND); // 2026-03-08T07:00:00Z
    let clock = LocalClock::new(&zone, Instant(change.0 - 86_400 * SECOND * 3), AT);
    assert_eq!(
        clock.words(),
        "America/New_York is EST (UTC−05:00) until 2026-03-08 07:00:00 UTC, then EDT (UTC−04:00)"
    );
    assert_eq!(clock.head(), "America/New_York");
    assert_eq!(clock.cell(AT, Precision::Minute), "02:14 EDT");
    assert_eq!(clock.cell(Instant(change.0 - SECOND), Precision::Second), "01:59:59 EST");
    let quiet = LocalClock::new(&zone, change, AT);
    assert_eq!(quiet.head(), "America/New_York (EDT)");
    assert_eq!(quiet.cell(Instant(AT.0 - 4 * 3600 * SECOND), Precision::Second), "03-09 22:14:05");
    let nameless = Zone::named("America/Sao_Paulo").expect("in the database");
    let nameless = LocalClock::new(&nameless, change, AT);
    assert_eq!(nameless.words(), "America/Sao_Paulo is UTC−03:00");
    assert_eq!(nameless.head(), "America/Sao_Paulo");
}
