//! How fast evidence is read, in bytes a second: `cargo bench`.
//!
//! The corpus is made up (see `corpus`), the other libraries' parsers run beside ours on the same
//! texts.

mod corpus;
mod dice;

use std::{hint::black_box, time::Duration};

use chrono::{DateTime, NaiveDateTime};
use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use jiff::{Timestamp, civil, fmt::strtime};
use rfo::{
    definition::{shelf::Shelf, tell::Depth},
    detect::{self, Verdict},
    discover::{
        Input,
        range::{Bytes, RangeRead},
    },
    reader::{CHUNK, Plan, Tick, line::LineReader},
    run,
    settings::{Reading, Showing},
    time::{Civil, pattern::Formats},
};

const MIB: usize = 1 << 20;

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    lines(&mut criterion);
    stamps(&mut criterion);
    scans(&mut criterion);
    runs(&mut criterion);
    criterion.final_summary();
}

/// Cutting lines off a source.
fn lines(criterion: &mut Criterion) {
    let source = Bytes(corpus::log4j(8 * MIB).into_bytes().into());
    let mut group = criterion.benchmark_group("lines");
    group.throughput(Throughput::Bytes(source.len()));
    group.bench_function("split", |bench| {
        bench.iter(|| {
            let mut lines = LineReader::new(&source, 0);
            let mut sum = 0;
            while let Some(line) = lines.next_line().expect("memory") {
                sum += line.len;
            }
            sum
        });
    });
    group.finish();
}

type Parse<'a> = &'a dyn Fn(&str) -> i64;

/// Decoding time stamps, beside chrono and jiff.
fn stamps(criterion: &mut Criterion) {
    let text = |format: fn(Civil, i64) -> String| -> Vec<String> {
        let moment = |n: i64| (Civil::from_secs(1_773_446_400 + n * 7), n * 37 % 1000);
        (0..1000).map(moment).map(|(civil, millis)| format(civil, millis)).collect()
    };
    let naive = |text: &str, format: &str| {
        NaiveDateTime::parse_from_str(text, format).expect("a time").and_utc().timestamp()
    };
    let broken = |format: &str, text: &str| strtime::parse(format, text).expect("a time");
    let seconds =
        |time: civil::DateTime| time.duration_since(civil::date(1970, 1, 1).into()).as_secs();

    let rfc3339 = text(|c, ms| {
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{ms:03}Z",
            c.year, c.month, c.day, c.hour, c.minute, c.second
        )
    });
    stamp(
        criterion,
        "rfc 3339",
        &rfc3339,
        "iso",
        &[
            ("chrono", &|text| naive(text, "%Y-%m-%dT%H:%M:%S%.fZ")),
            ("chrono, its own", &|text| {
                DateTime::parse_from_rfc3339(text).expect("a time").timestamp()
            }),
            ("jiff, its own", &|text| text.parse::<Timestamp>().expect("a time").as_second()),
        ],
    );
    let comma = text(|c, ms| {
        format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02},{ms:03}",
            c.year, c.month, c.day, c.hour, c.minute, c.second
        )
    });
    stamp(
        criterion,
        "comma and milliseconds",
        &comma,
        "iso",
        &[
            ("chrono", &|text| naive(text, "%Y-%m-%d %H:%M:%S,%3f")),
            ("jiff", &|text| {
                seconds(broken("%Y-%m-%d %H:%M:%S,%f", text).to_datetime().expect("a time"))
            }),
        ],
    );
    let clf = text(|c, _| {
        format!(
            "{:02}/Mar/{:04}:{:02}:{:02}:{:02} +0100",
            c.day, c.year, c.hour, c.minute, c.second
        )
    });
    stamp(
        criterion,
        "common log format",
        &clf,
        "%d/%b/%Y:%H:%M:%S %z",
        &[
            ("chrono", &|text| naive(text, "%d/%b/%Y:%H:%M:%S %z")),
            ("jiff", &|text| {
                broken("%d/%b/%Y:%H:%M:%S %z", text).to_timestamp().expect("a time").as_second()
            }),
        ],
    );
    let rfc3164 =
        text(|c, _| format!("Mar {:2} {:02}:{:02}:{:02}", c.day, c.hour, c.minute, c.second));
    stamp(
        criterion,
        "rfc 3164",
        &rfc3164,
        "%b %e %H:%M:%S",
        &[
            // Neither knows a date without a year.
            ("chrono", &|text| naive(&format!("2026 {text}"), "%Y %b %e %H:%M:%S")),
            ("jiff", &|text| {
                seconds(
                    broken("%Y %b %e %H:%M:%S", &format!("2026 {text}"))
                        .to_datetime()
                        .expect("a time"),
                )
            }),
        ],
    );
}

fn stamp(
    criterion: &mut Criterion,
    name: &str,
    texts: &[String],
    format: &str,
    others: &[(&str, Parse<'_>)],
) {
    let mut group = criterion.benchmark_group(format!("stamp, {name}"));
    group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
    let formats = Formats::compile(&[format]).expect("a format");
    decode(&mut group, "rfo", texts, &|text| {
        formats.take(text.as_bytes()).expect("a time").raw.civil
    });
    for (name, parse) in others {
        decode(&mut group, name, texts, parse);
    }
    group.finish();
}

fn decode(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    texts: &[String],
    parse: Parse<'_>,
) {
    group.bench_function(name, |bench| {
        bench.iter(|| texts.iter().map(|text| parse(black_box(text))).fold(0, i64::wrapping_add));
    });
}

/// The plan by which the shipped parsers read a text.
fn plan(name: &str, text: &str, parser: &str) -> Plan {
    let shelf = Shelf::shipped().expect("the shipped parsers compile");
    let input = Input::from_bytes(name, text.as_bytes());
    match detect::detect(vec![input], &shelf, &|_: &str| None).into_iter().next() {
        Some(Verdict::Read(plan)) if plan.definition.name == parser => *plan,
        other => panic!("{name}: {other:?}"),
    }
}

/// From bytes to ticks and sketches, on one thread.
fn scans(criterion: &mut Criterion) {
    let texts = [
        ("log4j", corpus::log4j(8 * MIB)),
        ("syslog", corpus::syslog(8 * MIB)),
        ("access-log", corpus::access(8 * MIB)),
        ("json-lines", corpus::json_lines(8 * MIB)),
        ("mbox", corpus::mbox(8 * MIB)),
    ];
    let mut group = criterion.benchmark_group("scan");
    for (parser, text) in &texts {
        let plan = plan("input", text, parser);
        let source = Bytes(text.as_bytes().into());
        group.throughput(Throughput::Bytes(source.len()));
        for (depth, word) in [(Depth::Tick, "ticks"), (Depth::Sketch, "sketches")] {
            group.bench_function(format!("{parser}, {word}"), |bench| {
                bench.iter(|| plan.scan_all(&source, CHUNK, depth).expect("memory").ticks.len());
            });
        }
    }
    group.finish();
    mails(criterion, &texts[4].1);
}

/// From places to the fields of mails: headers, parts, charsets, own words; on one thread.
fn mails(criterion: &mut Criterion, text: &str) {
    let plan = plan("input", text, "mbox");
    let source = Bytes(text.as_bytes().into());
    let scan = plan.scan_all(&source, CHUNK, Depth::Tick).expect("memory");
    let mut group = criterion.benchmark_group("read");
    group.throughput(Throughput::Bytes(source.len()));
    group.bench_function("mbox, fields", |bench| {
        bench.iter(|| {
            let read = |tick: &Tick| {
                let bytes = source.bytes(tick.start, tick.len as usize).expect("memory");
                plan.read(&scan, tick.start, &bytes).len()
            };
            scan.ticks.iter().map(read).sum::<usize>()
        });
    });
    group.finish();
}

/// Whole runs over a folder of 20 MB, on all threads.
fn runs(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = corpus::folder(folder.path(), 20_000_000).expect("a corpus");
    let mut reading = Reading::new(vec![folder.path().to_owned()]).expect("settings");
    let mut group = criterion.benchmark_group("run over 20 MB");
    group.throughput(Throughput::Bytes(bytes));
    group.measurement_time(Duration::from_secs(3));
    for jobs in [0, 1] {
        reading.jobs = jobs;
        let threads = if jobs == 0 { "all threads" } else { "one thread" };
        let all = Showing { all: true, ..Showing::default() };
        group.bench_function(format!("inspect, {threads}"), |bench| {
            bench.iter(|| run::inspect(&reading, false).expect("a run"));
        });
        group.bench_function(format!("timeline, {threads}"), |bench| {
            bench.iter(|| run::timeline(&reading, &Showing::default(), &[], false).expect("a run"));
        });
        group.bench_function(format!("timeline --all, {threads}"), |bench| {
            bench.iter(|| run::timeline(&reading, &all, &[], false).expect("a run"));
        });
    }
    group.finish();
}
