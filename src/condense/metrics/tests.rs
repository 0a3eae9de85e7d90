use super::*;
use crate::condense::{
    clue::{MINUTE, Step},
    milestone,
};

fn at(minute: i64, kind: Kind) -> Clue {
    let tick = u32::try_from(minute).unwrap_or_default();
    Clue::new(minute * MINUTE, Place { input: 0, tick }, kind)
}

fn says(minute: i64, acts: Acts) -> Clue {
    Clue { acts, actor: 7, room: 3, ..at(minute, Kind::Chat) }
}

fn to_customers(minute: i64) -> Clue {
    Clue { flags: Flags::OUTWARD, acts: Acts::INFORM, ..at(minute, Kind::Email) }
}

fn story() -> Vec<Clue> {
    vec![
        Clue { state: Class::Problem, host: 1, ..at(10, Kind::Alert) },
        says(14, Acts::DETECT),
        says(16, Acts::ACKNOWLEDGE),
        to_customers(25),
        says(30, Acts::ACT),
        Clue { state: Class::Ok, host: 1, ..at(34, Kind::Alert) },
        says(36, Acts::MITIGATED | Acts::RECOVER),
        to_customers(58),
        says(60, Acts::RESOLVED | Acts::RECOVER),
    ]
}

fn take(clues: &[Clue], promises: &[Promise]) -> Vec<Metric> {
    let found = milestone::find(milestone::Case {
        clues,
        claims: &[],
        surges: &[],
        barred: &milestone::Barred::default(),
    });
    of(&Case {
        clues,
        found: &found,
        promises,
        doubt: &|_| 2 * crate::time::SECOND,
        customer: &|clue| clue.kind == Kind::Ticket,
        delay: &|place| (place.tick == 25).then_some(3 * MINUTE),
    })
}

fn value(metrics: &[Metric], name: &str) -> Value {
    metrics.iter().find(|metric| metric.name == name).map_or(Value::NotRecorded("it"), |m| m.value)
}

fn minutes(metrics: &[Metric], name: &str) -> Option<i64> {
    match value(metrics, name) {
        Value::Lasted { length, .. } => Some(length / MINUTE),
        _ => None,
    }
}

#[test]
fn times_are_taken_between_the_milestones() {
    let metrics = take(&story(), &[]);
    let cases = [
        ("time to detect", 0),
        ("time to acknowledge", 6),
        ("time to mitigate", 26),
        ("time to resolve", 50),
        ("first signal to first notice", 4),
        ("first internal notice", 6),
        ("first customer notice", 15),
        ("longest silence among staff", 24),
        ("longest silence towards customers", 33),
        ("slowest delivery of a notice", 3),
    ];
    for (name, wanted) in cases {
        assert_eq!(minutes(&metrics, name), Some(wanted), "{name}");
    }
    assert_eq!(value(&metrics, "learned of by"), Value::Learned(Learned::Monitoring));
}

#[test]
fn precision_and_clocks_make_the_range() {
    let metrics = take(&story(), &[]);
    let second = crate::time::SECOND;
    let Value::Lasted { length, least, most } = value(&metrics, "time to acknowledge") else {
        panic!("not recorded");
    };
    assert_eq!(length, 6 * MINUTE);
    // Both clocks may be off by two seconds and both times are seconds.
    assert_eq!((least, most), (length - 5 * second + 1, length + 5 * second - 1));
}

#[test]
fn what_is_missing_is_not_recorded_and_never_nothing() {
    let metrics = take(&[], &[]);
    assert!(metrics.iter().all(|metric| matches!(metric.value, Value::NotRecorded(_))));
    assert_eq!(value(&metrics, "time to detect"), Value::NotRecorded("start"));
    let metrics = take(&story()[..3], &[]);
    assert_eq!(value(&metrics, "time to resolve"), Value::NotRecorded("resolved"));
    assert_eq!(
        value(&metrics, "first customer notice"),
        Value::NotRecorded("a notice to customers")
    );
}

#[test]
fn the_edges_of_a_silence_count() {
    let clues = [says(10, Acts::DETECT), to_customers(11), says(90, Acts::RESOLVED)];
    let metrics = take(&clues, &[]);
    assert_eq!(minutes(&metrics, "longest silence towards customers"), Some(79));
    let clues = [says(10, Acts::DETECT), says(90, Acts::RESOLVED)];
    let none = value(&take(&clues, &[]), "longest silence towards customers");
    assert_eq!(none, Value::NotRecorded("any update"));
}

#[test]
fn promises_are_kept_missed_or_open() {
    let promise = |tick, due: i64| {
        let by = Place { input: 0, tick };
        Promise { by, due: due * MINUTE, span: MINUTE }
    };
    // To staff by 20 and by 32; to customers by 40, kept at 58 at the earliest.
    let promises = [promise(14, 20), promise(16, 29), promise(25, 40), promise(60, 90)];
    let metrics = take(&story(), &promises);
    let told = Value::Promises { kept: 2, missed: 1, open: 1 };
    assert_eq!(value(&metrics, "update promises"), told);
}

#[test]
fn a_customer_may_tell_of_it_first() {
    let ticket = Clue { step: Step::Created, ..at(5, Kind::Ticket) };
    let metrics = take(&[ticket, says(9, Acts::ACKNOWLEDGE)], &[]);
    assert_eq!(value(&metrics, "learned of by"), Value::Learned(Learned::Customer));
}
