//! Corpora for merging logs, and a check of what was merged: `cargo bench --bench merge -- WORDS`.
//!
//! ```text
//! make FOLDER one|eight BYTES      eight logs of BYTES each, of one format or of eight in five zones
//! make FOLDER late BYTES           eight of one format in which some records stand late
//! make FOLDER copies BYTES         eight of one format, and of each a copy of its second half
//! check FILE EVENTS                every event once, and in order
//! ```
//!
//! The same words make the same bytes everywhere. Each event bears its file, its number and its
//! instant in microseconds, so that the check needs to know no format; it shares no code with `rfo`
//! but the zone rules.

mod dice;

use std::{
    collections::HashSet,
    env,
    error::Error,
    fmt::Write as _,
    fs::{self, File},
    io::{self, BufRead as _, BufReader, BufWriter, Write as _},
    path::Path,
};

use dice::{Dice, MONTHS};
use rfo::time::{Civil, Instant, SECOND, zone::Zone};

type Outcome = Result<(), Box<dyn Error>>;

/// 2026-11-17T18:00:00Z, and two days in microseconds.
const START: i64 = 1_794_938_400;
const SPAN: i64 = 48 * 3600 * 1_000_000;
const FILES: usize = 8;
/// One event in so many stands up to a second late, in corpora that have such.
const LATE: u64 = 100;

fn main() -> Outcome {
    let words: Vec<String> = env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["make", folder, kind, bytes] => make(Path::new(folder), kind, bytes.parse()?),
        ["check", file, events] => check(Path::new(file), events.parse()?),
        // Other benchmarks run under the same command: this one only does as it is told.
        _ => Ok(()),
    }
}

const WORDS: [&str; 16] = [
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
    "settled",
    "by",
    "the",
    "gateway",
];
const HOSTS: [&str; 6] = ["web-1", "web-2", "api-1", "db-1", "cache-2", "edge-3"];
const SERVICES: [&str; 5] = ["checkout", "payments", "search", "mailer", "stock"];
const LEVELS: [&str; 4] = ["INFO", "INFO", "WARN", "ERROR"];

/// How many things programs say.
const SENTENCES: u64 = 400;

/// The formats of a mixed corpus: name of the file, zone of its clock, microseconds that it shows.
const FORMATS: [(&str, &str, i64); FILES] = [
    ("0-rfc3339.log", "Europe/Berlin", 1),
    ("1-syslog5424.log", "UTC", 1),
    ("2-log4j.log", "America/New_York", 1000),
    ("3-syslog.log", "UTC", 1_000_000),
    ("4-access.log", "America/New_York", 1_000_000),
    ("5-epoch.log", "UTC", 1000),
    ("6-app.log", "Asia/Kolkata", 1000),
    ("7-pairs.log", "Asia/Tokyo", 1000),
];

fn make(folder: &Path, kind: &str, bytes: u64) -> Outcome {
    fs::create_dir_all(folder)?;
    let mut events = 0;
    for (file, (name, zone, step)) in FORMATS.into_iter().enumerate() {
        let (mixed, few) = (kind == "eight", kind == "programs");
        let (name, format, step) = if mixed {
            (name.to_owned(), file, step)
        } else {
            (format!("{file}-rfc3339.log"), 0, 1)
        };
        let zone = if mixed { Zone::named(zone)? } else { Zone::utc() };
        let path = folder.join(&name);
        let mut log =
            Log { file, format, step, zone, dice: Dice(0x9E37_79B9 + file as u64), number: 0, few };
        events += log.write(&path, bytes, kind == "late")?;
        if kind == "copies" {
            let whole = fs::read(&path)?;
            let half = whole.len() / 2;
            let start =
                half + whole[half..].iter().position(|byte| *byte == b'\n').unwrap_or(0) + 1;
            fs::write(folder.join(format!("{file}-rfc3339.copy.log")), &whole[start..])?;
        }
    }
    writeln!(io::stdout(), "{events} events")?;
    Ok(())
}

struct Log {
    file: usize,
    format: usize,
    step: i64,
    zone: Zone,
    dice: Dice,
    number: u64,
    /// Programs say few things, and some of them far more often than others.
    few: bool,
}

impl Log {
    /// Writes events spread over the span, about so many bytes; gives how many.
    fn write(&mut self, path: &Path, bytes: u64, late: bool) -> Result<u64, Box<dyn Error>> {
        let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
        let mut line = String::new();
        let mut written = 0;
        // Events that are written later than they happened.
        let mut held: Vec<(i64, String)> = Vec::new();
        while written < bytes {
            let micros = (i128::from(SPAN) * i128::from(written) / i128::from(bytes)) as i64;
            let micros = START * 1_000_000 + micros + self.file as i64;
            line.clear();
            self.event(&mut line, micros - micros.rem_euclid(self.step));
            written += line.len() as u64;
            let due = held.iter().position(|(due, _)| *due <= micros);
            if let Some((_, late)) = due.map(|at| held.remove(at)) {
                out.write_all(late.as_bytes())?;
            }
            if late && self.dice.below(LATE) == 0 {
                held.push((micros + 1_000_000, line.clone()));
            } else {
                out.write_all(line.as_bytes())?;
            }
        }
        for (_, late) in held {
            out.write_all(late.as_bytes())?;
        }
        out.flush()?;
        Ok(self.number)
    }

    /// One event; what it bears for the check stands in its text.
    fn event(&mut self, out: &mut String, micros: i64) {
        self.number += 1;
        let offset = self.zone.offset_at(Instant(micros * 1000));
        let c = Civil::from_secs((micros * 1000 + i64::from(offset) * SECOND).div_euclid(SECOND));
        let (fraction, millis) =
            (micros.rem_euclid(1_000_000), micros.rem_euclid(1_000_000) / 1000);
        let colon = format!("{:+03}:{:02}", offset / 3600, offset.abs() / 60 % 60);
        let plain = colon.replace(':', "");
        let (host, service) = (self.dice.of(&HOSTS), self.dice.of(&SERVICES));
        let (level, pid) = (self.dice.of(&LEVELS), 300 + self.dice.below(60_000));
        let most = 1 + self.dice.below(SENTENCES);
        let rank = self.dice.below(most);
        let mut sentence = Dice(0x5E17_E9CE ^ rank.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let words = if self.few { &mut sentence } else { &mut self.dice };
        let mut text = String::new();
        for _ in 0..6 + words.below(6) {
            text.push_str(words.of(&WORDS));
            text.push(' ');
        }
        let tag = format!("event={}.{}.{micros}.", self.file, self.number);
        let (month, day) = (MONTHS[usize::from(c.month) - 1], c.day);
        let clock = format!("{:02}:{:02}:{:02}", c.hour, c.minute, c.second);
        let date = format!("{}-{:02}-{day:02}", c.year, c.month);
        let written = match self.format {
            0 => writeln!(
                out,
                "{date}T{clock}.{fraction:06}{colon} {host} {service}[{pid}]: {level} {text}{tag}"
            ),
            1 => writeln!(
                out,
                "<134>1 {date}T{clock}.{fraction:06}Z {host} {service} {pid} - - {text}{tag}"
            ),
            2 => {
                let thread = self.dice.below(32);
                let written = writeln!(
                    out,
                    "{date} {clock},{millis:03} [worker-{thread}] {level} shop.Pay - {text}{tag}"
                );
                if self.dice.below(50) == 0 {
                    out.push_str("java.lang.IllegalStateException: refused\n\tat shop.Pay.run(Pay.java:41)\n");
                }
                written
            }
            3 => writeln!(out, "{month} {day:2} {clock} {host} {service}[{pid}]: {text}{tag}"),
            4 => {
                let (last, user) = (self.dice.below(250), self.dice.of(&["-", "jo", "ana"]));
                writeln!(
                    out,
                    "192.0.2.{last} - {user} [{day:02}/{month}/{}:{clock} {plain}] \"GET /{service}?{tag} HTTP/1.1\" 200 {pid} \"-\" \"Mozilla/5.0 (X11; Linux x86_64)\"",
                    c.year
                )
            }
            5 => writeln!(
                out,
                "{}{millis:03} {level} {service}: {text}{tag}",
                micros.div_euclid(1_000_000)
            ),
            6 => writeln!(
                out,
                "{{\"timestamp\":\"{date}T{clock}.{millis:03}{colon}\",\"level\":\"{level}\",\"host\":\"{host}\",\"msg\":\"{text}{tag}\"}}"
            ),
            _ => writeln!(
                out,
                "time={date}T{clock}.{millis:03}{colon} level={level} svc={service} msg=\"{text}{tag}\""
            ),
        };
        written.expect("a string takes all");
    }
}

/// Reads a merged log: events must be so many, each once, and never earlier than the one before.
fn check(file: &Path, events: usize) -> Outcome {
    let mut seen = HashSet::new();
    let (mut latest, mut back) = (i64::MIN, 0_u64);
    for line in BufReader::with_capacity(1 << 20, File::open(file)?).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        let Some((_, tag)) = line.split_once("event=") else { continue };
        let mut parts = tag.split('.').map(str::parse::<i64>);
        let (Some(Ok(file)), Some(Ok(number)), Some(Ok(at))) =
            (parts.next(), parts.next(), parts.next())
        else {
            return Err(format!("a broken event: {line}").into());
        };
        if !seen.insert((file, number)) {
            return Err(format!("event {number} of file {file} stands twice").into());
        }
        back += u64::from(at < latest);
        latest = latest.max(at);
    }
    writeln!(io::stdout(), "{} events, {back} of them earlier than one before", seen.len())?;
    if seen.len() != events || back > 0 {
        return Err(format!("wanted {events} events in order").into());
    }
    Ok(())
}
