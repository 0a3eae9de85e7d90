//! The calendar and the small types; the shared cases in [`cases`].

mod cases;

use super::{Basis, Civil, Instant, Note, Precision, Quality, RawTime, valid_date};

#[test]
fn a_raw_time_is_24_bytes() {
    assert_eq!(size_of::<RawTime>(), 24);
}

#[test]
fn civil_and_seconds_are_inverse_over_four_centuries() {
    for day in -150_000..150_000_i64 {
        let civil = Civil::from_secs(day * 86_400 + 86_399);
        assert!(valid_date(civil.year, civil.month, civil.day), "{civil}");
        assert_eq!(civil.secs(), day * 86_400 + 86_399, "{civil}");
    }
    assert_eq!(Civil::from_secs(0).to_string(), "1970-01-01T00:00:00");
    assert_eq!(Civil::from_secs(951_782_400).to_string(), "2000-02-29T00:00:00");
    assert!(!valid_date(1900, 2, 29) && valid_date(2000, 2, 29));
}

#[test]
fn rfc3339_prints_the_digits_that_were_written() {
    let instant = Instant::from_parts(1_773_123_245, 120_000_000).expect("in range");
    assert_eq!(instant.rfc3339(Precision::Minute), "2026-03-10T06:14:05Z");
    assert_eq!(instant.rfc3339(Precision::Fraction(3)), "2026-03-10T06:14:05.120Z");
    assert_eq!(Instant(-1).rfc3339(Precision::Fraction(9)), "1969-12-31T23:59:59.999999999Z");
}

#[test]
fn quality_prints_notes_in_the_order_of_the_schema() {
    let quality = Quality::new(Basis::ZoneAssumed).with(Note::Skew).with(Note::Year);
    assert_eq!(quality.to_string(), "zone_assumed+year+skew");
}
