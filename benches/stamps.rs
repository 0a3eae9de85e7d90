//! What a stamp costs: taking a time off a line, and looking its zone up. Beside ours, in the same
//! run, what `chrono` and `jiff` need for the same texts when they are told the format.
//!
//! One iteration is a thousand stamps, so that criterion's µs are our ns.

use std::hint::black_box;

use chrono::{DateTime, NaiveDateTime};
use criterion::{Criterion, criterion_group, criterion_main};
use rfo::time::{
    Civil, Instant,
    pattern::Formats,
    zone::{Zone, ZoneCursor, ZoneTable},
};

const N: i64 = 1000;
/// 2026-03-01T00:00:00Z.
const START: i64 = 1_772_323_200;

/// A thousand lines with times some seconds apart, each written by `write`.
fn lines(write: impl Fn(Civil, i64) -> String) -> Vec<String> {
    let at = |n: i64| Instant::from_parts(START + n * 7_919, 0).expect("in range");
    (0..N).map(|n| write(Zone::utc().civil(at(n)), n)).collect()
}

struct Layout {
    name: &'static str,
    format: &'static str,
    theirs: &'static str,
    /// Bytes of the time in each line.
    len: usize,
    zoned: bool,
    lines: Vec<String>,
}

fn layouts() -> Vec<Layout> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let name = |at: Civil| MONTHS[usize::from(at.month) - 1];
    let clock = |at: Civil| format!("{:02}:{:02}:{:02}", at.hour, at.minute, at.second);
    vec![
        Layout {
            name: "rfc3339",
            format: "iso",
            theirs: "%Y-%m-%dT%H:%M:%S%.f%:z",
            len: 32,
            zoned: true,
            lines: lines(|at, n| format!("{at}.{:06}+01:00 web-1 GET /", n * 997)),
        },
        Layout {
            name: "clf",
            format: "%d/%b/%Y:%H:%M:%S %z",
            theirs: "%d/%b/%Y:%H:%M:%S %z",
            len: 26,
            zoned: true,
            lines: lines(|at, _| {
                format!("{:02}/{}/{}:{} +0100] \"GET /\"", at.day, name(at), at.year, clock(at))
            }),
        },
        Layout {
            name: "rfc3164",
            format: "%b %e %H:%M:%S",
            // A year must be told them, or nothing is parsed.
            theirs: "%b %e %H:%M:%S %Y",
            len: 15,
            zoned: false,
            lines: lines(|at, _| format!("{} {:2} {} web-1 app: it", name(at), at.day, clock(at))),
        },
        Layout {
            name: "comma-ms",
            format: "iso",
            theirs: "%Y-%m-%d %H:%M:%S,%3f",
            len: 23,
            zoned: false,
            lines: lines(|at, n| {
                format!("{},{n:03} ERROR [main] it broke", at.to_string().replace('T', " "))
            }),
        },
    ]
}

fn stamps(c: &mut Criterion) {
    for layout in layouts() {
        let mut group = c.benchmark_group(layout.name);
        let formats = Formats::compile(&[layout.format]).expect("a format");
        for line in &layout.lines {
            assert_eq!(formats.take(line.as_bytes()).map(|taken| taken.len), Some(layout.len));
        }
        group.bench_function("rfo", |b| {
            b.iter(|| {
                for line in &layout.lines {
                    black_box(formats.take(black_box(line.as_bytes())));
                }
            });
        });
        let cut = |line: &String| match layout.name {
            "rfc3164" => format!("{} 2026", &line[..layout.len]),
            _ => line[..layout.len].to_owned(),
        };
        let texts: Vec<String> = layout.lines.iter().map(cut).collect();
        group.bench_function("chrono", |b| {
            b.iter(|| {
                for text in &texts {
                    if layout.zoned {
                        black_box(DateTime::parse_from_str(black_box(text), layout.theirs).ok());
                    } else {
                        black_box(
                            NaiveDateTime::parse_from_str(black_box(text), layout.theirs).ok(),
                        );
                    }
                }
            });
        });
        let jiffs = layout.theirs.replace(",%3f", ",%f");
        group.bench_function("jiff", |b| {
            b.iter(|| {
                for text in &texts {
                    let text = black_box(text);
                    match layout.name {
                        "rfc3339" => drop(black_box(text.parse::<jiff::Timestamp>())),
                        _ => drop(black_box(jiff::fmt::strtime::parse(&jiffs, text))),
                    }
                }
            });
        });
    }
}

fn zones(c: &mut Criterion) {
    let zone = Zone::named("America/New_York").expect("a zone");
    let locals: Vec<i64> = (0..N).map(|n| START + n * 7_919).collect();
    let mut group = c.benchmark_group("zone");
    let table = ZoneTable::new(zone.clone(), locals[0], locals[N as usize - 1]);
    group.bench_function("table", |b| {
        b.iter(|| {
            for at in &locals {
                black_box(table.local(black_box(*at)));
            }
        });
    });
    let mut cursor = ZoneCursor::new(zone.clone());
    group.bench_function("cursor", |b| {
        b.iter(|| {
            for at in &locals {
                black_box(cursor.local(black_box(*at)));
            }
        });
    });
    group.bench_function("zone itself", |b| {
        b.iter(|| {
            for at in &locals {
                black_box(zone.local(black_box(*at)));
            }
        });
    });
}

criterion_group!(benches, stamps, zones);
criterion_main!(benches);
