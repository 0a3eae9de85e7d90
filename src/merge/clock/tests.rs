//! The clock says what a scan says, of every sample on the shelf and of lines made from them.

use super::*;
use crate::{
    definition::{check, shelf::Shelf},
    reader::Scan,
    time::Flags,
};

/// Start and time of each record that a clock finds.
fn by_clock(plan: &Plan, text: &str) -> Option<Vec<(u64, RawTime)>> {
    let mut clock = Clock::of(plan)?;
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.strip_suffix('\n').unwrap_or(line);
        let bare = bare.strip_suffix('\r').unwrap_or(bare);
        if let Some(time) = clock.time(bare.as_bytes()) {
            found.push((start, time));
        }
        start += line.len() as u64;
    }
    Some(found)
}

fn by_scan(scan: &Scan) -> Vec<(u64, RawTime)> {
    // That a writer does not trust its clock changes no instant.
    let certain = |time: RawTime| RawTime { flags: time.flags.without(Flags::FELL_BACK), ..time };
    let mut found: Vec<(u64, RawTime)> =
        scan.ticks.iter().map(|tick| (tick.start, certain(tick.time))).collect();
    found.dedup_by_key(|(start, _)| *start);
    found
}

#[test]
fn the_samples_of_the_shelf_have_the_times_that_a_scan_finds() {
    let shelf = Shelf::shipped().expect("the shelf");
    let (mut clocks, mut short) = (0, 0);
    for definition in shelf.iter() {
        for sample in &definition.samples {
            let text = check::text(sample);
            let company = check::company(definition, text, &shelf);
            let Ok((plan, scan)) = check::scan(&company, sample) else {
                continue;
            };
            let Some(found) = by_clock(&plan, text) else { continue };
            clocks += 1;
            short += usize::from(!matches!(
                Clock::of(&plan).map(|clock| clock.way),
                Some(Way::Told(_)) | None
            ));
            let blank = |start: u64| {
                if !matches!(plan.framing, Framing::JsonLines) {
                    return 0;
                }
                let rest = &text[start as usize..];
                (rest.len() - rest.trim_start().len()) as u64
            };
            // A scan begins a JSON record behind the blanks before it.
            let found: Vec<_> =
                found.into_iter().map(|(at, time)| (at + blank(at), time)).collect();
            assert_eq!(found, by_scan(&scan), "{}", definition.name);
        }
    }
    assert!(clocks > 100 && short > 60, "{clocks} {short}");
}

/// Lines of one format, a little apart, with what stands before the time in a few shapes.
fn lines(format: usize, n: i64) -> String {
    use crate::time::{Civil, days_from_civil};
    let from = days_from_civil(2026, 10, 31) * 86_400 + 23 * 3600 + 50 * 60;
    let millis = from * 1000 + n * 777 + n % 7 * 13_000;
    let at = Civil::from_secs(millis.div_euclid(1000));
    let (date, clock) = {
        let text = at.to_string();
        (text[..10].to_owned(), text[11..].to_owned())
    };
    let host = ["web-1", "a", "10.0.3.7", "2001:db8::7", "db_9"][n as usize % 5];
    let month = ["Oct", "Nov"][usize::from(at.month == 11)];
    let level = ["INFO", "PM", "EST", "[UTC]", "+0100 was meant"][n as usize % 5];
    match format {
        0 => format!("{date}T{clock}.{:06}+01:00 {host} shop[{n}]: paid", millis % 1000 * 1000),
        1 => format!("{date} {clock},{:03} [{host}] INFO shop.Pay - paid", millis % 1000),
        2 => format!("{month} {:2} {clock} {host} shop[{n}]: paid", at.day),
        3 => {
            let user = ["-", "jo", "jo brandt"][n as usize % 3];
            let (day, year) = (at.day, at.year);
            format!(
                "{host} - {user} [{day:02}/{month}/{year}:{clock} -0500] \"GET / HTTP/1.1\" 200 {n}"
            )
        }
        4 => format!("{millis} INFO mailer: sent {n}"),
        5 => {
            format!("{{\"host\":\"{host}\",\"ts\":{millis},\"a\":{{\"time\":1}},\"msg\":\"paid\"}}")
        }
        6 => format!(
            "{{\"msg\":\"a \\\"b\\\"\",\"timestamp\":\"{date}T{clock}.{:03}Z\"}}",
            millis % 1000
        ),
        7 => format!(
            "time={date}T{clock}.{:03}+09:00 level=info host={host} msg=\"paid {n}\"",
            millis % 1000
        ),
        8 => format!("{date} {clock} {level} {n}: text"),
        _ => format!("<{}>1 {date}T{clock}Z {host} shop - - - paid", 10 + n % 100),
    }
}

/// A clock that has seen many lines says of each what one says that sees it alone.
#[test]
fn what_was_read_before_changes_nothing() {
    let shelf = Shelf::shipped().expect("the shelf");
    let names = [
        "syslog",
        "log4j",
        "syslog",
        "access-log",
        "log4j",
        "json-lines",
        "json-lines",
        "logfmt",
        "log4j",
        "syslog5424",
    ];
    for (format, name) in names.into_iter().enumerate() {
        let definition = shelf.get(name).expect("a parser").clone();
        let text: String = (0..400).map(|n| lines(format, n) + "\n").collect();
        let input = crate::discover::Input::from_bytes("input", text.as_bytes());
        let told = |_: &str| Some(definition.clone());
        let verdicts = crate::detect::detect(vec![input], &shelf, &told);
        let Some(crate::detect::Verdict::Read(plan)) = verdicts.into_iter().next() else {
            panic!("{name} does not read its lines");
        };
        let mut clock = Clock::of(&plan).expect("a clock");
        let mut read = 0;
        for line in text.lines() {
            let alone = Clock::of(&plan).expect("a clock").time(line.as_bytes());
            assert_eq!(clock.time(line.as_bytes()), alone, "{name}: {line}");
            assert_eq!(alone, line_time(&plan, line.as_bytes()), "{name}: {line}");
            read += usize::from(alone.is_some());
        }
        assert!(read > 200, "{name}: {read}");
    }
}
