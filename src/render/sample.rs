//! Made-up timelines for the tests of this module and of the report.

use crate::{
    accounts::{Accounts, Bytes, Events, Fault, Records},
    event::{Event, Id, Kind, Mark, Severity, Source},
    time::{Basis, Civil, Instant, Note, Precision, Quality, SECOND, Stamp, zone::Zone},
    timeline::{Clock, InputReport, Run, Standing, Timeline, Window},
};

/// An instant on 2026-03-08, from `hh:mm:ss`.
pub(crate) fn at(clock: &str) -> Instant {
    let parts: Vec<u8> = clock.split(':').map(|part| part.parse().expect("a number")).collect();
    let civil =
        Civil { year: 2026, month: 3, day: 8, hour: parts[0], minute: parts[1], second: parts[2] };
    Instant(civil.secs() * SECOND)
}

/// A stamp to the second whose offset was written.
pub(crate) fn exact(instant: Instant) -> Stamp {
    stamp(instant, Precision::Second, Quality::new(Basis::Exact), None)
}

/// A stamp.
pub(crate) fn stamp(
    instant: Instant,
    precision: Precision,
    quality: Quality,
    zone: Option<&str>,
) -> Stamp {
    Stamp {
        instant: Some(instant),
        precision,
        quality,
        alternatives: Vec::new(),
        zone: zone.map(Into::into),
        shift_ms: 0,
    }
}

/// A source at `path`, whose id follows from its place.
pub(crate) fn source(path: &str, line: u64, stamp: Stamp) -> Source {
    let mut hash = [0; 32];
    for (at, byte) in path.bytes().chain(line.to_le_bytes()).enumerate() {
        hash[at % 32] = (u32::from(hash[at % 32]) * 31 + u32::from(byte) * 7 + at as u32) as u8;
    }
    let letters = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut state = hash.iter().fold(5381_u64, |a, &b| a.wrapping_mul(33) ^ u64::from(b));
    let id = std::iter::repeat_with(|| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        letters[(state >> 59) as usize] as char
    });
    let id = id.take(16).collect::<String>();
    Source {
        id: Id(format!("e-{id}")),
        path: path.into(),
        line,
        record: None,
        stamp,
        delay_s: None,
        byte_start: line * 80,
        byte_len: 79,
        sha256: hash,
        why: None,
    }
}

/// An event of one source.
pub(crate) fn event(
    kind: Kind,
    system: &str,
    path: &str,
    line: u64,
    stamp: Stamp,
    summary: &str,
) -> Event {
    Event {
        time_end: None,
        time_raw: stamp.rfc3339().unwrap_or_default(),
        kind,
        system: system.into(),
        channel: None,
        actor: None,
        actor_role: None,
        host: None,
        service: None,
        state: None,
        severity: None,
        summary: summary.into(),
        detail: None,
        marks: Vec::new(),
        refs: Vec::new(),
        count: None,
        reasons: Vec::new(),
        quiet: false,
        own_words: false,
        sources: vec![source(path, line, stamp.clone())],
        stamp,
    }
}

/// An input that was read.
pub(crate) fn input(path: &str, parser: &str, records: u64) -> InputReport {
    InputReport {
        parser: Some(parser.into()),
        score: Some(112.5),
        score_how: Some("all 40 lines of the head fit 2 of its templates".into()),
        records,
        first: Some("2026-03-08T06:41:07Z".into()),
        last: Some("2026-03-08T11:32:00Z".into()),
        ..InputReport::new(path, records * 80, Standing::Read)
    }
}

/// A run over those inputs.
pub(crate) fn run(inputs: Vec<InputReport>, faults: Vec<Fault>) -> Run {
    let skipped_by = [("header".to_owned(), 3), ("channel join".to_owned(), 11)].into();
    Run {
        incident: None,
        schema: "rfo.run/1",
        version: "0.1.0",
        tzdb: "2026e".into(),
        options: vec!["--show-zone America/New_York".into()],
        accounts: Accounts {
            bytes: Bytes {
                size: 1_234_567,
                in_records: 1_200_000,
                between_records: 30_000,
                not_read: 4_567,
            },
            records: Records {
                read: 15_214,
                telling: 15_199,
                skipped: 14,
                rejected: 1,
                skipped_by,
            },
            events: Events {
                told: 15_232,
                shown: 24,
                folded: 312,
                left_out: 14_801,
                joined: 64,
                outside_window: 31,
            },
        },
        inputs,
        faults,
        remarks: Vec::new(),
    }
}

/// A timeline of those rows, and nothing else.
pub(crate) fn bare(rows: Vec<Event>) -> Timeline {
    Timeline {
        title: crate::timeline::Heading::default(),
        rows: rows.into(),
        undated: Vec::new(),
        show_zones: Vec::new(),
        window: Window::default(),
        all: false,
        run: run(vec![input("chat/inc-42.json", "slack", 412)], Vec::new()),
    }
}

/// A made-up incident on the night of a clock change, with every kind of row.
pub(crate) fn incident() -> Timeline {
    let mut timeline = bare(rows());
    timeline.show_zones = vec![Zone::named("America/New_York").expect("in the database")];
    timeline.window = Window { from: Some(at("06:00:00")), to: Some(at("18:00:00")) };
    timeline.undated = vec![{
        let mut note = event(
            Kind::Manual,
            "notes",
            "notes/lead.md",
            3,
            Stamp::undated(),
            "Vendor confirmed the line card was replaced",
        );
        note.time_raw = "after lunch".into();
        note
    }];
    timeline.run = run(inputs(), faults());
    timeline
}

fn rows() -> Vec<Event> {
    let mut rows = machine_rows();
    rows.extend(people_rows());
    rows.sort_by_key(|row| row.stamp.instant);
    rows
}

fn machine_rows() -> Vec<Event> {
    let nagios = |clock, line, host: &str, state: &str, severity, text: &str| {
        let mut row =
            event(Kind::Alert, "nagios", "monitoring/nagios.log", line, exact(at(clock)), text);
        row.host = Some(host.into());
        row.state = Some(state.into());
        row.severity = Some(severity);
        row
    };
    let syslog = |clock, line, text: &str| {
        let assumed = Quality::new(Basis::ZoneAssumed).with(Note::Year);
        let stamp = stamp(at(clock), Precision::Second, assumed, Some("UTC"));
        let mut row = event(Kind::Log, "syslog", "logs/core-rtr-2.log", line, stamp, text);
        row.host = Some("core-rtr-2".into());
        row
    };
    let mut rows = vec![
        syslog("06:41:07", 880, "%LINK-3-UPDOWN: Interface TenGigE0/1/0/3, changed state to down"),
        syslog("06:41:09", 881, "%BGP-5-ADJCHANGE: neighbor 192.0.2.14 Down Interface flap"),
        syslog("08:10:44", 1402, "%BGP-5-ADJCHANGE: neighbor 192.0.2.14 Up"),
        nagios(
            "06:43:30",
            5121,
            "edge-lb-1",
            "CRITICAL",
            Severity::Critical,
            "CRITICAL - packet loss 78%, RTA 412 ms",
        ),
        nagios(
            "06:44:02",
            5124,
            "pay-api-3",
            "CRITICAL",
            Severity::Critical,
            "HTTP: connection refused",
        ),
        nagios("06:58:11", 5170, "pay-db-1", "WARNING", Severity::Warning, "replication lag 340 s"),
        nagios(
            "08:12:40",
            5302,
            "edge-lb-1",
            "OK",
            Severity::Info,
            "OK - packet loss 0%, RTA 11 ms",
        ),
        nagios("08:31:05", 5331, "pay-api-3", "OK", Severity::Info, "HTTP OK: 200 in 0.112 s"),
    ];
    rows[0].marks = vec![Mark::Start];
    rows[3].marks = vec![Mark::Detected];
    rows[4].count = Some(14);
    rows[4].time_end = Some(at("08:29:05"));
    let copy = Source {
        why: Some("copy:rotated".into()),
        ..source("monitoring/nagios.log.1", 12, exact(at("06:43:30")))
    };
    rows[3].sources.push(copy);
    rows
}

fn people_rows() -> Vec<Event> {
    let slack = |clock, line, who: &str, text: &str| {
        let mut row =
            event(Kind::Chat, "slack", "chat/inc-42/2026-03-08.json", line, exact(at(clock)), text);
        row.channel = Some("#inc-42".into());
        row.actor = Some(who.into());
        row
    };
    let mail = |clock, line, who: &str, text: &str| {
        let mut row = event(Kind::Email, "mail", "mail/noc.mbox", line, exact(at(clock)), text);
        row.actor = Some(who.into());
        row
    };
    let jira = |clock, line, who: &str, text: &str| {
        let zone = Quality::new(Basis::Zone);
        let stamp = stamp(at(clock), Precision::Minute, zone, Some("America/New_York"));
        let mut row = event(Kind::Ticket, "jira", "tickets/export.csv", line, stamp, text);
        row.channel = Some("NET".into());
        row.actor = Some(who.into());
        row
    };
    let mut rows = vec![
        mail(
            "06:52:31",
            1840,
            "Priya Nair <priya@customer.example>",
            "Payments failing in our EU shops since about 06:45 – is this you?",
        ),
        slack(
            "06:47:15",
            14,
            "pagerbot",
            "Incident #42 opened: packet loss on edge-lb-1, on call: Dana Ortiz",
        ),
        slack("06:49:02", 31, "Dana Ortiz", "ack, looking. @sam can you check core-rtr-2?"),
        slack(
            "06:55:40",
            58,
            "Sam Roe",
            "Te0/1/0/3 on core-rtr-2 is down, optics show -40 dBm | looks like the line card",
        ),
        slack(
            "07:03:12",
            77,
            "Dana Ortiz",
            "Decision: move EU traffic to fra-2 now, carrier ticket in parallel",
        ),
        slack(
            "07:04:55",
            80,
            "Sam Roe",
            "running `rtr-drain core-rtr-2 --hard` <https://wiki.example/drain>",
        ),
        slack("07:22:18", 121, "Sam Roe", "EU traffic on fra-2, error rate back to 0.2%"),
        slack("08:15:00", 160, "Dana Ortiz", "BGP is back, watching for 15 min before we call it"),
        slack(
            "08:47:30",
            171,
            "Dana Ortiz",
            "All clear. Post-mortem on Tuesday, TODO: spare line card in fra",
        ),
        mail(
            "07:10:00",
            1911,
            "NOC <noc@isp.example>",
            "[status] Investigating: degraded payments in EU",
        ),
        mail(
            "08:50:21",
            2044,
            "NOC <noc@isp.example>",
            "[status] Resolved: degraded payments in EU",
        ),
        jira("06:50:00", 2, "Dana Ortiz", "NET-1187 created: Packet loss on edge-lb-1 (Blocker)"),
        jira(
            "07:31:00",
            3,
            "Carrier TAC",
            "NET-1187 comment: card failure confirmed on slot 0/1, replacement dispatched",
        ),
        jira("11:32:00", 4, "Dana Ortiz", "NET-1187 status: In Progress → Resolved"),
    ];
    rows[1].actor_role = Some("bot".into());
    rows[2].actor_role = Some("incident commander".into());
    rows[2].marks = vec![Mark::Acknowledged];
    rows[3].marks = vec![Mark::Cause];
    rows[4].marks = vec![Mark::Decision];
    rows[5].marks = vec![Mark::Change];
    rows[6].marks = vec![Mark::Mitigated];
    rows[8].marks = vec![Mark::Resolved];
    rows[9].marks = vec![Mark::Comms];
    rows[10].marks = vec![Mark::Comms];
    rows.extend([shift_row(), change_row()]);
    rows
}

/// A local time that occurred twice: not on this night in New York, but somebody's clock did.
fn shift_row() -> Event {
    let fold = Quality::new(Basis::Zone).with(Note::Fold);
    let mut stamp = stamp(at("07:40:00"), Precision::Minute, fold, Some("America/Havana"));
    stamp.alternatives = vec![at("08:40:00")];
    let mut row = event(
        Kind::Log,
        "shiftlog",
        "notes/shift.txt",
        9,
        stamp,
        "Called the carrier, told 4 h to replace the card",
    );
    row.actor = Some("night shift".into());
    row
}

/// A change the day before, known to the day.
fn change_row() -> Event {
    let day = Instant(at("05:00:00").0 - 86_400 * SECOND);
    let zone = Quality::new(Basis::Zone);
    let stamp = stamp(day, Precision::Day, zone, Some("America/New_York"));
    let mut row = event(
        Kind::Change,
        "changes",
        "tickets/changes.csv",
        18,
        stamp,
        "CHG-301 firmware 7.9.2 on core-rtr-2",
    );
    row.time_raw = "2026-03-07".into();
    row
}

fn inputs() -> Vec<InputReport> {
    let mut syslog = input("logs/core-rtr-2.log", "cisco", 13_900);
    syslog.zone = Some("UTC".into());
    syslog.zone_how = Some("assumed, nobody said".into());
    syslog.year_how = Some("2026, from the file's time and the other sources".into());
    syslog.doubts = [("zone_assumed".to_owned(), 13_900), ("year".to_owned(), 13_900)].into();
    syslog.needs = vec!["--zone 'core-rtr-2.log=ZONE'".into()];
    let mut jira = input("tickets/export.csv", "jira", 3);
    jira.zone = Some("America/New_York".into());
    jira.zone_how = Some("told by --zone".into());
    let mut nagios = input("monitoring/nagios.log", "nagios", 812);
    nagios.clock = vec![Clock {
        from: None,
        to: None,
        offset_ms: 37_000,
        class: "told".into(),
        pairs: 0,
        applied: true,
    }];
    let mut photo = input("mail/photo.jpg", "", 0);
    (photo.standing, photo.parser) = (Standing::NotEvidence, None);
    (photo.first, photo.last, photo.score) = (None, None, None);
    photo.unread = Some("an image".into());
    let mut odd = photo.clone();
    odd.path = "logs/old.log".into();
    odd.standing = Standing::Unread;
    odd.size = 4_567;
    odd.unread =
        Some("looks like text, but no parser fits; name one with --as 'old.log=PARSER'".into());
    vec![
        input("chat/inc-42/2026-03-08.json", "slack", 412),
        syslog,
        odd,
        input("mail/noc.mbox", "mbox", 74),
        photo,
        nagios,
        input("notes/shift.txt", "shiftlog", 10),
        jira,
    ]
}

fn faults() -> Vec<Fault> {
    vec![Fault {
        path: "mail/noc.mbox".into(),
        line: 911,
        reason: "the date names 31 Feb, which does not exist".into(),
    }]
}

/// Text that tries every way out of its cell.
pub(crate) const HOSTILE: &str = "=HYPERLINK(\"x\")|**x**`code`\u{202e}txt\u{1b}[31m\r\n# h\n<script>alert(1)</script>![i](javascript:x) [l](http://evil.example) @everyone www.evil.example a@evil.example &lt; \\| \u{9b}2J";

/// A timeline in which every text is hostile.
pub(crate) fn hostile() -> Timeline {
    let mut row = event(Kind::Chat, HOSTILE, "a|b`c\\|<d>.log", 7, exact(at("06:00:00")), HOSTILE);
    for text in [
        &mut row.channel,
        &mut row.actor,
        &mut row.actor_role,
        &mut row.host,
        &mut row.service,
        &mut row.state,
        &mut row.detail,
    ] {
        *text = Some(HOSTILE.into());
    }
    row.time_raw = HOSTILE.into();
    row.refs = vec![HOSTILE.into()];
    row.severity = Some(Severity::Critical);
    let mut huge =
        event(Kind::Log, "app", "app.log", 1, exact(at("06:00:01")), &"<b>|x ".repeat(1 << 18));
    huge.detail = Some("y".repeat(1 << 20));
    let mut undated = row.clone();
    undated.stamp = Stamp::undated();
    let mut timeline = bare(vec![row, huge]);
    timeline.undated = vec![undated];
    let mut odd = input(HOSTILE, HOSTILE, 1);
    odd.zone = Some(HOSTILE.into());
    odd.needs = vec![HOSTILE.into()];
    let unread =
        InputReport { standing: Standing::Unread, unread: Some(HOSTILE.into()), ..odd.clone() };
    timeline.run.inputs = vec![odd, unread];
    timeline.run.faults = vec![Fault { path: HOSTILE.into(), line: 1, reason: HOSTILE.into() }];
    timeline
}
