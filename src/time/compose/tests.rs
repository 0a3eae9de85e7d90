use super::compose;
use crate::time::{Civil, pattern::Formats};

#[test]
fn a_date_and_a_clock_make_one_time() {
    let cases = [
        (
            "%a %b %d %H:%M:%S %Y",
            "Tue Mar 10 22:58:01 2026",
            "%H:%M",
            "23:58",
            "2026-03-10T23:58:00",
        ),
        ("%a %b %d %Y", "Tue Mar 10 2026", "%H:%M:%S", "00:00:07", "2026-03-10T00:00:07"),
        ("%Y-%m-%d", "2026-03-10", "%H:%M", "24:00", "2026-03-11T00:00:00"),
        // Only the year is missing: it is the date's, or the next where the day has passed.
        ("%Y-%m-%d", "2026-12-31", "%b %d %H:%M", "Dec 31 23:59", "2026-12-31T23:59:00"),
        ("%Y-%m-%d", "2026-12-31", "%b %d %H:%M", "Jan 1 00:01", "2027-01-01T00:01:00"),
        // The second is whole: the first says nothing more.
        ("%Y-%m-%d", "2026-12-31", "iso", "2025-01-02 03:04:05", "2025-01-02T03:04:05"),
    ];
    for (day, written, clock, time, expected) in cases {
        let read = |format: &str, text: &str| {
            let formats = Formats::compile(&[format]).expect("a format");
            formats.whole(text.as_bytes()).expect("a time")
        };
        let whole = compose(&[read(day, written), read(clock, time)]).expect("a time");
        assert_eq!(Civil::from_secs(whole.civil).to_string(), expected, "{written} {time}");
        assert!(!whole.flags.has(crate::time::Flags::NO_DATE));
        assert!(!whole.flags.has(crate::time::Flags::NO_YEAR));
    }
}

#[test]
fn a_leap_day_that_the_year_lacks_is_no_time() {
    let read = |format: &str, text: &str| {
        Formats::compile(&[format]).expect("a format").whole(text.as_bytes()).expect("a time")
    };
    let parts = [read("%Y-%m-%d", "2026-02-20"), read("%b %d %H:%M", "Feb 29 10:00")];
    assert_eq!(compose(&parts), None);
    assert_eq!(compose(&[]), None);
}
