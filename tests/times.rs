//! Times in the whole program: who wrote which line of a repeated hour, which of day and month is
//! which in a ticket export, and what must change nothing.

use std::{
    fmt::Write as _,
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use proptest::prelude::*;
use rfo::time::{
    Civil, Instant, Note,
    pattern::Formats,
    policy::{self, Facts},
    zone::Zone,
};

use crate::house::{Said, folder, rfo, write};

fn all(folder: &Path, args: &[&str]) -> Said {
    let said = rfo(folder, &[&["timeline", ".", "-f", "jsonl", "--all"], args].concat());
    assert!(said.code < 2, "{}", said.err);
    said
}

/// 2025-11-02T06:00:00Z, when New York's clocks went back from two to one.
const BACK: i64 = 1_762_063_200;

/// A line that tells its own instant.
fn line(zone: &Zone, host: &str, service: &str, secs: i64) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let at = zone.civil(Instant::from_parts(secs, 0).expect("in range"));
    let Civil { month, day, hour, minute, second, .. } = at;
    let month = MONTHS[usize::from(month) - 1];
    format!("{month} {day:2} {hour:02}:{minute:02}:{second:02} {host} {service}: at {secs}\n")
}

/// Lines whose time is the one they tell, lines whose time is in doubt, and wrong ones.
fn scores(said: &Said) -> (usize, usize, Vec<String>) {
    let (mut right, mut doubtful, mut wrong) = (0, 0, Vec::new());
    for event in said.events() {
        let summary = event["summary"].as_str().expect("a summary");
        let (_, secs) = summary.rsplit_once(' ').expect("a number");
        let at = Instant::from_parts(secs.parse().expect("a number"), 0).expect("in range");
        let time = at.rfc3339(rfo::time::Precision::Second);
        if event["time"] == time.as_str() {
            right += 1;
        } else if event.get("time_alt").is_some() {
            doubtful += 1;
        } else {
            wrong.push(format!("{time} was told as {}", event["time"]));
        }
    }
    (right, doubtful, wrong)
}

#[test]
fn writers_across_each_other_keep_their_passes() {
    let zone = Zone::named("America/New_York").expect("a zone");
    let log = |writers: &[(&str, &str, i64)]| {
        // A line stands where it arrived, and some writers are late.
        let mut lines: Vec<(i64, String)> = (-90..90)
            .flat_map(|minute| writers.iter().map(move |writer| (minute, writer)))
            .map(|(minute, (host, service, late))| {
                let secs = BACK + minute * 60 + late;
                (secs + late * 60, line(&zone, host, service, secs))
            })
            .collect();
        lines.sort();
        lines.into_iter().map(|(_, line)| line).collect::<String>()
    };
    let logs = [
        ("one", log(&[("web-1", "app[7]", 0)])),
        ("hosts", log(&[("web-1", "app[7]", 0), ("web-2", "app[9]", 11), ("web-3", "app[5]", 4)])),
        ("processes", log(&[("web-1", "app[7]", 0), ("web-1", "app[9]", 13)])),
    ];
    for (name, log) in &logs {
        let folder = folder(&[("syslog", log.as_bytes())]);
        let said =
            all(folder.path(), &["--zone", "America/New_York", "--year", "2025", "--as", "syslog"]);
        let (right, doubtful, wrong) = scores(&said);
        assert_eq!(wrong, Vec::<String>::new(), "{name}");
        assert_eq!((right, doubtful), (log.lines().count(), 0), "{name}");
        let notes = said.events();
        let folds = notes.iter().filter(|event| event["time_quality"] == "zone+year+fold");
        assert!(folds.count() > 100, "{name}");
    }
}

#[test]
fn the_cells_of_a_ticket_decide_between_day_and_month() {
    let tickets = |rows: &str| {
        let head = "Summary,Issue key,Created,Updated,Resolved,Due date";
        let folder = folder(&[("jira.csv", format!("{head}\n{rows}").as_bytes())]);
        let said = all(folder.path(), &["--zone", "UTC"]);
        let times = said.events().into_iter().map(|event| event["time"].clone());
        times.map(|time| time.as_str().unwrap_or("-").to_owned()).collect::<Vec<_>>()
    };
    // 7 August would be before 8 July.
    assert_eq!(
        tickets("A,K-1,07/08/2024 09:00,08/07/2024 09:40,,\n"),
        ["2024-07-08T09:00:00Z", "2024-08-07T09:40:00Z"]
    );
    assert_eq!(
        tickets("A,K-1,08/07/2024 09:00,,07/08/2024 09:40,\n"),
        ["2024-07-08T09:00:00Z", "2024-08-07T09:40:00Z"]
    );
    let closed = |rows: &str| {
        let head = "Number,Short description,Opened,Updated,Resolved,Closed";
        let folder = folder(&[("incident.csv", format!("{head}\n{rows}").as_bytes())]);
        let times = all(folder.path(), &["--zone", "UTC"]).events().into_iter();
        times.map(|event| event["time"].as_str().unwrap_or("-").to_owned()).collect::<Vec<_>>()
    };
    // It was closed on 7 August, and not before it was resolved.
    assert_eq!(
        closed("INC1,A,06/06/2024 09:00,,07/08/2024 09:00,08/07/2024 09:40\n"),
        ["2024-06-06T09:00:00Z", "2024-07-08T09:00:00Z", "2024-08-07T09:40:00Z"]
    );
    // A ticket may be due before it was created.
    assert_eq!(tickets("A,K-1,07/08/2024 09:00,,,08/07/2024 09:40\n"), ["-", "-"]);
    // Twelve days that any order explains, told by what came of them.
    assert_eq!(tickets("A,K-1,07/08/2024 09:00,07/08/2024 09:40,,\n"), ["-", "-"]);
}

/// A mail of that sender, dated `off` seconds before it was stamped by `hosts`, the newest first.
fn mail(n: i64, sender: &str, off: i64, hosts: &[&str]) -> String {
    let date = |secs: i64| {
        let Civil { day, hour, minute, second, .. } =
            Zone::utc().civil(Instant::from_parts(secs, 0).expect("in range"));
        format!("{day} Mar 2026 {hour:02}:{minute:02}:{second:02} +0000")
    };
    let at = 1_773_100_000 + n * 977;
    let mut text = format!("From {sender} Tue Mar 10 00:00:00 2026\n");
    for host in hosts {
        let _ = writeln!(text, "Received: from x by {host} (Postfix) id {n};\n\t{}", date(at));
    }
    let date = date(at - off);
    let _ = write!(text, "Date: {date}\nFrom: <{sender}>\nMessage-ID: <{n}{sender}>\n");
    text + "Subject: hello\n\nhello\n\n"
}

#[test]
fn the_hosts_of_all_mailboxes_decide_which_clock_is_believed() {
    let all_hosts = ["mx.example.net"];
    // Two mailboxes: in the first the relay stamps all mails but one, which a stranger stamped.
    let mut first: String = (0..30).map(|n| mail(n, "ana@example.net", 4, &all_hosts)).collect();
    first += &mail(30, "eve@example.org", -7200, &["mx.example.net", "forged.example.org"]);
    // In the second a sender's clock has the wrong zone, for three mails and not the fourth.
    let offs = [(40, 3607), (41, 3602), (42, 3604), (43, 5)];
    let mut second = String::new();
    for (n, off) in offs {
        second += &mail(n, "jo@example.net", off, &all_hosts);
    }
    second += &mail(50, "kim@example.net", 3603, &all_hosts);
    let evidence = folder(&[("a.mbox", first.as_bytes()), ("b.mbox", second.as_bytes())]);
    let said = all(evidence.path(), &[]);
    let events = said.events();
    let of = |actor: &str| -> Vec<_> {
        events
            .iter()
            .filter(|event| event["actor"] == actor)
            .map(|event| {
                let source = &event["sources"][0];
                let quality = event["time_quality"].as_str().expect("a quality").to_owned();
                (
                    quality,
                    source["delay_s"].as_i64().expect("a delay"),
                    event.get("time_alt").is_some(),
                )
            })
            .collect()
    };
    assert_eq!(of("ana@example.net"), vec![("exact".to_owned(), 4, false); 30]);
    assert_eq!(of("eve@example.org"), [("exact+received".to_owned(), -7200, true)]);
    let astray = |delay| ("exact+suspect".to_owned(), delay, true);
    let of_jo = of("jo@example.net");
    assert_eq!(of_jo, [astray(3607), astray(3602), astray(3604), ("exact".to_owned(), 5, false)]);
    // Once is no evidence.
    assert_eq!(of("kim@example.net"), [("exact".to_owned(), 3603, false)]);
    let inspect = rfo(evidence.path(), &["inspect", "."]).out;
    assert!(inspect.contains("3 mails of jo@example.net are dated 1:00 h before"), "{inspect}");
    for jobs in ["1", "3"] {
        assert!(all(evidence.path(), &["-j", jobs]).out == said.out);
    }
}

#[test]
fn the_day_of_a_clock_alone_is_named_told_or_asked_for() {
    let log = "10:15:00 INFO up\n23:59:58 ERROR down\n00:10:00 INFO up\n".as_bytes();
    let evidence = folder(&[("app-20260314.log", log), ("other.log", log)]);
    let times = |args: &[&str]| {
        let events = all(evidence.path(), &[&["--zone", "UTC"], args].concat()).events();
        let time = |event: &serde_json::Value| {
            let path = event["sources"][0]["path"].as_str().expect("a path").to_owned();
            (path, event["time"].as_str().map(|time| time[..10].to_owned()))
        };
        events.iter().map(time).collect::<Vec<_>>()
    };
    let days = |path: &str, days: [Option<&str>; 3]| {
        days.map(|day| (path.to_owned(), day.map(str::to_owned)))
    };
    let named =
        days("app-20260314.log", [Some("2026-03-14"), Some("2026-03-14"), Some("2026-03-15")]);
    assert_eq!(times(&[]), [&named[..], &days("other.log", [None; 3])].concat());
    let told = days("other.log", [Some("2026-03-16"), Some("2026-03-16"), Some("2026-03-17")]);
    assert_eq!(times(&["--date", "other.log=2026-03-16"]), [&named[..], &told].concat());
    let inspect = |args: &[&str]| rfo(evidence.path(), &[&["inspect", "."], args].concat()).out;
    let said = inspect(&[]);
    assert!(said.contains("day      the date in the path; the next one where"), "{said}");
    assert!(said.contains("day      not known: the records write only a clock"), "{said}");
    assert!(said.contains("--date other.log=YYYY-MM-DD"), "{said}");
    let said = inspect(&["--date", "other.log=2026-03-16"]);
    assert!(said.contains("day      told (--date)") && !said.contains("YYYY-MM-DD"), "{said}");
    let wrong = rfo(evidence.path(), &["inspect", ".", "--date", "2026-02-30"]);
    assert_eq!((wrong.code, wrong.err.contains("--date 2026-02-30")), (2, true), "{}", wrong.err);
}

#[test]
fn two_hosts_behind_each_other_have_years_of_their_own() {
    let utc = Zone::utc();
    let log = |host: &str, from: i64| -> String {
        (0..50).map(|n| line(&utc, host, "cron[3]", from + n * 5 * 86_400)).collect()
    };
    // March to November, and then February to October of the same year.
    let both = log("web-1", 1_709_300_000) + &log("web-2", 1_706_800_000);
    let evidence = folder(&[("syslog", both.as_bytes())]);
    let modified = |secs: u64| {
        let file = fs::File::options().write(true).open(evidence.path().join("syslog"));
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(secs);
        file.expect("a file").set_modified(time).expect("a time");
    };
    modified(1_731_000_000);
    let events = all(evidence.path(), &["--zone", "UTC"]).events();
    assert_eq!(events.len(), 100);
    for event in &events {
        assert!(event["time"].as_str().expect("a time").starts_with("2024-"), "{event}");
        assert_eq!(event["time_quality"], "zone+year+suspect");
    }
    // One host that was quiet for months.
    write(&evidence.path().join("syslog"), both.replace("web-2", "web-1").as_bytes());
    modified(1_731_000_000);
    let events = all(evidence.path(), &["--zone", "UTC"]).events();
    let in_2023 =
        |event: &&serde_json::Value| event["time"].as_str().expect("a time").starts_with("2023-");
    assert_eq!(events.iter().filter(in_2023).count(), 50);
    assert!(events.iter().all(|event| event["time_quality"] == "zone+year"));
}

/// Without its own year, and with a source beside it that writes one.
fn yearless() -> tempfile::TempDir {
    let zone = Zone::utc();
    let start = 1_735_689_600 - 3 * 86_400;
    let log: String = (0..200).map(|n| line(&zone, "db-1", "cron[3]", start + n * 3_571)).collect();
    folder(&[
        ("syslog", log.as_bytes()),
        (
            "app.log",
            b"2024-12-30T10:00:00Z ERROR app - it broke\n2025-01-02T11:00:00Z INFO app - mended\n",
        ),
    ])
}

#[test]
fn the_time_of_a_file_gives_way_to_other_sources() {
    let evidence = yearless();
    let run = |years: u64| {
        for name in ["syslog", "app.log"] {
            let file = fs::File::options().write(true).open(evidence.path().join(name));
            let time = Duration::from_secs(1_736_500_000 + years * 31_557_600);
            file.expect("a file").set_modified(SystemTime::UNIX_EPOCH + time).expect("a time");
        }
        all(evidence.path(), &["--zone", "UTC"]).out
    };
    let first = run(0);
    let (before, after) =
        (first.matches("\"time\":\"2024-").count(), first.matches("\"time\":\"2025-").count());
    assert_eq!(before + after, 2 * 202, "{first}");
    for years in [1, 2, 7, 20] {
        assert!(run(years) == first, "{years} years later");
    }
}

#[test]
fn line_ends_and_threads_change_no_time() {
    let evidence = yearless();
    let times = |jobs: &str| {
        let events = all(evidence.path(), &["--zone", "UTC", "-j", jobs]).events();
        let told = events.iter().map(|event| {
            [&event["time"], &event["time_quality"], &event["summary"]].map(Clone::clone)
        });
        told.collect::<Vec<_>>()
    };
    let first = times("1");
    assert_eq!(first.len(), 202);
    assert!(first == times("4"));
    for name in ["syslog", "app.log"] {
        let file = evidence.path().join(name);
        let text = fs::read_to_string(&file).expect("a file");
        let time = fs::metadata(&file).and_then(|data| data.modified()).expect("a time");
        write(&file, text.replace('\n', "\r\n").as_bytes());
        let file = fs::File::options().write(true).open(&file).expect("a file");
        file.set_modified(time).expect("a time");
    }
    assert!(first == times("2"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// A log that runs over up to three New Years, its lines up to a minute out of order, keeps its
    /// years, given only when it ended; over more, it does or is in doubt.
    #[test]
    fn a_log_over_new_year_keeps_its_years(
        start in 0_i64..3 * 365 * 86_400,
        steps in prop::collection::vec((0_i64..20 * 86_400, -60_i64..=0), 2..120),
    ) {
        let formats = Formats::compile(&["%b %e %H:%M:%S"]).expect("a format");
        let mut at = 1_640_000_000 + start;
        let mut truth = Vec::new();
        for (step, jitter) in steps {
            at += step;
            truth.push(at + jitter);
        }
        let mut text = String::new();
        let utc = Zone::utc();
        for secs in &truth {
            let _ = write!(text, "{}", line(&utc, "h", "s", *secs));
        }
        let raws: Vec<_> = text
            .lines()
            .map(|line| formats.take(line.as_bytes()).expect("a time").raw)
            .collect();
        let modified = Instant::from_parts(at + 3600, 0);
        let facts = Facts { modified, machine: true, ..Facts::default() };
        let policy = policy::decide(&raws, &facts);
        let year = |secs: i64| Civil::from_secs(secs).year;
        let many = truth.iter().copied().map(year).max() > truth.first().map(|secs| year(*secs) + 3);
        for (index, (raw, secs)) in raws.iter().zip(&truth).enumerate() {
            let stamp = policy::resolve(&policy, index, raw);
            if many && stamp.quality.has(Note::Suspect) {
                continue;
            }
            prop_assert_eq!(stamp.instant.map(Instant::secs), Some(*secs), "line {}", index + 1);
        }
    }
}
