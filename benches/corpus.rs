//! Made-up evidence of any size, the same for the same arguments: no clock, no other randomness
//! than a fixed sequence.

use std::{fmt::Write as _, fs, io, path::Path};

use rfo::time::Civil;

use crate::dice::{Dice, MONTHS};

/// 2026-03-14T00:00:00Z.
const START: i64 = 1_773_446_400;
const WORDS: [&str; 12] = [
    "payment",
    "refused",
    "cart",
    "timeout",
    "retry",
    "pool",
    "exhausted",
    "connection",
    "upstream",
    "cache",
    "order",
    "shipped",
];
const HOSTS: [&str; 4] = ["web-1", "web-2", "api-1", "db-1"];

/// So many words of the list.
fn words(dice: &mut Dice, out: &mut String, n: u64) {
    for number in 0..n {
        if number > 0 {
            out.push(' ');
        }
        out.push_str(dice.of(&WORDS));
    }
}

/// The n-th record's time: about eight a second, milliseconds beside it.
struct Moment {
    secs: i64,
    millis: u64,
    civil: Civil,
}

/// Builds a text of at least `bytes` bytes out of records.
fn grow(bytes: usize, mut record: impl FnMut(&mut String, &Moment, &mut Dice)) -> String {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut text = String::with_capacity(bytes + 4096);
    let mut millis = 0;
    while text.len() < bytes {
        millis += dice.below(250);
        let secs = START + (millis / 1000) as i64;
        let moment = Moment { secs, millis: millis % 1000, civil: Civil::from_secs(secs) };
        record(&mut text, &moment, &mut dice);
    }
    text
}

fn put(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("a string takes all");
}

/// An application log: date, comma and milliseconds; one record in thirty has a stack trace.
pub(crate) fn log4j(bytes: usize) -> String {
    grow(bytes, |text, Moment { millis, civil: c, .. }, dice| {
        let level = dice.of(&["INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR"]);
        put(
            text,
            format_args!(
                "{:04}-{:02}-{:02} {:02}:{:02}:{:02},{millis:03} {level} [worker-{}] shop.Checkout - ",
                c.year,
                c.month,
                c.day,
                c.hour,
                c.minute,
                c.second,
                dice.below(16)
            ),
        );
        words(dice, text, 8);
        text.push('\n');
        if dice.below(30) == 0 {
            text.push_str("java.lang.IllegalStateException: refused\n");
            for line in 0..12 {
                put(
                    text,
                    format_args!("\tat shop.Checkout.step{line}(Checkout.java:{})\n", 40 + line),
                );
            }
        }
    })
}

/// A classic syslog: no year, no zone.
pub(crate) fn syslog(bytes: usize) -> String {
    grow(bytes, |text, Moment { civil: c, .. }, dice| {
        let month = MONTHS[usize::from(c.month) - 1];
        let (host, pid) = (dice.of(&HOSTS), 100 + dice.below(9000));
        put(
            text,
            format_args!(
                "{month} {:2} {:02}:{:02}:{:02} {host} shopd[{pid}]: ",
                c.day, c.hour, c.minute, c.second
            ),
        );
        words(dice, text, 7);
        text.push('\n');
    })
}

/// An access log in the combined format.
pub(crate) fn access(bytes: usize) -> String {
    grow(bytes, |text, Moment { civil: c, .. }, dice| {
        let month = MONTHS[usize::from(c.month) - 1];
        let (last, page) = (dice.below(250), dice.of(&WORDS));
        let (status, size) = (dice.of(&[200, 200, 200, 304, 404, 502]), dice.below(90_000));
        put(
            text,
            format_args!(
                "192.0.2.{last} - - [{:02}/{month}/{}:{:02}:{:02}:{:02} +0000] \"GET /{page} HTTP/1.1\" {status} {size} \"-\" \"curl/8.5\"\n",
                c.day, c.year, c.hour, c.minute, c.second
            ),
        );
    })
}

/// An application log as JSON Lines.
pub(crate) fn json_lines(bytes: usize) -> String {
    grow(bytes, |text, Moment { secs, millis, .. }, dice| {
        let level = dice.of(&["info", "info", "info", "debug", "warn", "error"]);
        let host = dice.of(&HOSTS);
        put(
            text,
            format_args!(
                "{{\"level\":\"{level}\",\"ts\":{secs}.{millis:03},\"host\":\"{host}\",\"msg\":\""
            ),
        );
        words(dice, text, 7);
        put(
            text,
            format_args!(
                "\",\"order\":{},\"took_ms\":{}}}\n",
                dice.below(1 << 20),
                dice.below(900)
            ),
        );
    })
}

/// A mailbox of plain mails of about 2 kB.
pub(crate) fn mbox(bytes: usize) -> String {
    let mut number = 0;
    grow(bytes, |text, Moment { civil: c, .. }, dice| {
        number += 1;
        let month = MONTHS[usize::from(c.month) - 1];
        let time = format!("{:02}:{:02}:{:02}", c.hour, c.minute, c.second);
        put(
            text,
            format_args!(
                "From ana@example.net Sat {month} {:2} {time} {}\nDate: Sat, {} {month} {} {time} +0000\n",
                c.day, c.year, c.day, c.year
            ),
        );
        put(
            text,
            format_args!(
                "From: Ana <ana@example.net>\nTo: ops@example.net\nMessage-ID: <{number}@example.net>\nSubject: "
            ),
        );
        words(dice, text, 5);
        text.push_str("\n\n");
        for _ in 0..25 {
            words(dice, text, 10);
            text.push('\n');
        }
        text.push('\n');
    })
}

/// Writes a folder of all of them, `bytes` in sum; gives the bytes written.
///
/// # Errors
/// The file system's.
pub(crate) fn folder(folder: &Path, bytes: usize) -> io::Result<u64> {
    let share = bytes / 5;
    let files = [
        ("app.log", log4j(share)),
        ("messages", syslog(share)),
        ("access.log", access(share)),
        ("pay.jsonl", json_lines(share)),
        ("ops.mbox", mbox(share)),
    ];
    for (name, text) in &files {
        fs::write(folder.join(name), text)?;
    }
    Ok(files.iter().map(|(_, text)| text.len() as u64).sum())
}
