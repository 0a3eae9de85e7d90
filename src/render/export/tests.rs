//! What other tools' readers demand, row by row, also of hostile text. That the tools themselves take
//! them was tried by hand; the rules here are what they turned out to be.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use serde_json::Value;

use crate::{
    event::{Kind, Mark},
    render::{Format, Look, bears_our_header, render, sample},
    time::{Basis, Precision, Quality},
    timeline::Timeline,
};

const EXPORTS: [Format; 8] = [
    Format::Timesketch,
    Format::Iris,
    Format::Gitlab,
    Format::Ecs,
    Format::Otlp,
    Format::Grafana,
    Format::Trace,
    Format::Mermaid,
];

fn bytes(timeline: &Timeline, format: Format) -> Vec<u8> {
    let mut out = Vec::new();
    render(timeline, format, Look::default(), &mut out).expect("memory takes it");
    out
}

fn text(timeline: &Timeline, format: Format) -> String {
    String::from_utf8(bytes(timeline, format)).expect("UTF-8")
}

fn objects(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

#[test]
fn each_form_of_an_incident() {
    for format in EXPORTS {
        insta::assert_snapshot!(format.name(), text(&sample::incident(), format));
    }
}

#[test]
fn the_same_rows_are_the_same_bytes_and_known_again() {
    for format in EXPORTS.into_iter().chain([Format::Xlsx]) {
        let timeline = sample::incident();
        let once = bytes(&timeline, format);
        assert!(once == bytes(&timeline, format), "{format}");
        let known = !matches!(format, Format::Iris | Format::Gitlab | Format::Xlsx);
        assert_eq!(bears_our_header(&once), known, "{format}");
    }
}

#[test]
fn nothing_at_all_is_written_too() {
    for format in EXPORTS.into_iter().chain([Format::Xlsx]) {
        bytes(&sample::bare(Vec::new()), format);
    }
}

#[test]
fn hostile_text_stays_within_its_line() {
    let timeline = sample::hostile();
    let rows = timeline.rows.len();
    for format in [Format::Timesketch, Format::Ecs, Format::Grafana] {
        let lines = objects(&text(&timeline, format));
        assert_eq!(lines.len(), rows, "{format}");
    }
    for format in EXPORTS {
        let text = text(&timeline, format);
        let bad = |c: char| c.is_control() && c != '\n';
        assert!(!text.contains(bad), "{format}: a control character");
        assert!(text.ends_with('\n') && !text.contains("\n\n"), "{format}");
    }
}

#[test]
fn timesketch_says_one_time_twice() {
    for line in objects(&text(&sample::incident(), Format::Timesketch)) {
        let said = line["datetime"].as_str().expect("a text");
        let time = chrono::DateTime::parse_from_rfc3339(said).expect(said);
        assert!(said.ends_with("+00:00"), "{said}");
        assert_eq!(Some(time.timestamp_micros()), line["timestamp"].as_i64());
        assert!(line["tag"].is_array() && line["timestamp_desc"].is_string());
    }
}

#[test]
fn iris_gets_ten_cells_in_lines_without_breaks() {
    for timeline in [sample::incident(), sample::hostile()] {
        let text = text(&timeline, Format::Iris);
        assert_eq!(text.lines().count(), timeline.rows.len() + 1);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        for cells in reader.records() {
            let cells = cells.expect("a row");
            assert_eq!(cells.len(), 10);
            let date = format!("{}{}", &cells[0], &cells[1]);
            assert!(chrono::DateTime::parse_from_rfc3339(&date).is_ok(), "{date}");
            assert!(cells[0].contains('.') && cells[2].chars().count() >= 2);
        }
    }
    let short = sample::event(Kind::Chat, "s", "a", 1, sample::exact(sample::at("06:00:00")), "x");
    assert!(text(&sample::bare(vec![short]), Format::Iris).contains("\"chat: x\""));
}

#[test]
fn gitlab_takes_280_characters_and_one_bar() {
    for timeline in [sample::incident(), sample::hostile()] {
        for line in text(&timeline, Format::Gitlab).lines() {
            let told = line.strip_prefix("/timeline ").expect(line);
            let (text, time) = told.split_once(" | ").expect(line);
            assert!(text.chars().count() <= 280 && !text.contains('|'), "{line}");
            assert!(!text.contains("@e"), "nobody is called: {line}");
            assert!(matches!(time.len(), 16 | 19), "to the minute at least: {time}");
        }
    }
}

#[test]
fn ecs_has_its_core_and_only_its_words() {
    for line in objects(&text(&sample::incident(), Format::Ecs)) {
        assert!(line["@timestamp"].is_string() && line["ecs"]["version"].is_string());
        assert!(matches!(line["event"]["kind"].as_str(), Some("alert" | "event")));
        let lasting = line["event"].get("end").is_some();
        assert_eq!(line["event"].get("duration").is_some(), lasting);
    }
}

#[test]
fn otlp_writes_numbers_of_64_bits_as_text() {
    let lines = objects(&text(&sample::incident(), Format::Otlp));
    let records = |line: &Value| line["resourceLogs"][0]["scopeLogs"][0]["logRecords"].clone();
    let records: Vec<Value> =
        lines.iter().flat_map(|line| records(line).as_array().expect("records").clone()).collect();
    assert_eq!(records.len(), sample::incident().rows.len());
    for record in records {
        let time = |name: &str| record[name].as_str().expect(name).parse::<u64>().expect(name);
        assert!(time("timeUnixNano") > 0 && time("observedTimeUnixNano") >= time("timeUnixNano"));
    }
}

#[test]
fn traces_part_what_overlaps() {
    let trace: Value =
        serde_json::from_str(&text(&sample::incident(), Format::Trace)).expect("JSON");
    let events = trace["traceEvents"].as_array().expect("events");
    let of = |phase: &str| events.iter().filter(|event| event["ph"] == phase).count();
    assert_eq!(of("b"), of("e"));
    assert!(of("i") > 0 && of("X") == 0);
}

#[test]
fn mermaid_reads_each_event_as_one() {
    let mut rows = Vec::new();
    for (number, summary) in
        ["a: b : c:", "x; y # z <b> %%{init: {}}%%", "plain"].iter().enumerate()
    {
        let at = sample::at(&format!("06:0{number}:00"));
        let mut row = sample::event(Kind::Chat, "slack", "a", 1, sample::exact(at), summary);
        row.marks = vec![Mark::Decision];
        rows.push(row);
    }
    let text = text(&sample::bare(rows), Format::Mermaid);
    for line in text.lines().filter(|line| line.starts_with("      ")) {
        assert_eq!(line.matches(": ").count(), 1, "{line}");
        assert!(!["%%", ";", "#", "<", "{"].iter().any(|bad| line.contains(bad)), "{line}");
        assert!(!line.trim_start().split(' ').next().expect("a time").contains(':'));
    }
    assert_eq!(text.matches("Decision").count(), 3);
}

#[test]
fn mermaid_keeps_the_milestones_where_there_is_no_room_for_all() {
    let mut rows = Vec::new();
    for number in 0..30 {
        let at = sample::at(&format!("06:{number:02}:00"));
        let mut row = sample::event(Kind::Chat, "slack", "a", 1, sample::exact(at), "said");
        row.marks = vec![if number == 29 { Mark::Resolved } else { Mark::Comms }];
        rows.push(row);
    }
    let text = text(&sample::bare(rows), Format::Mermaid);
    assert_eq!(text.lines().filter(|line| line.starts_with("      ")).count(), 12);
    assert!(text.contains("06h29 : Resolved"));
}

fn sheet(timeline: &Timeline, name: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes(timeline, Format::Xlsx))).expect("a book");
    let range = book.worksheet_range(name).expect(name);
    range.rows().map(<[Data]>::to_vec).collect()
}

#[test]
fn a_workbook_holds_times_as_numbers_and_text_as_text() {
    let at = sample::at("06:59:30");
    let row = sample::event(Kind::Chat, "slack", "a", 1, sample::exact(at), "=1+1");
    let mut coarse = row.clone();
    coarse.stamp = sample::stamp(at, Precision::Minute, Quality::new(Basis::Exact), None);
    let rows = sheet(&sample::bare(vec![row, coarse]), "Timeline");
    // 2026-03-08 is day 46,089 of a spreadsheet.
    let Data::DateTime(time) = &rows[1][0] else { panic!("{:?}", rows[1][0]) };
    assert!((time.as_f64() - (46_089.0 + 25_170.0 / 86_400.0)).abs() < 1e-8);
    assert_eq!(rows[1][4], Data::String("=1+1".to_owned()));
    assert_eq!(rows[2][0], Data::String("2026-03-08 06:59".to_owned()));
}

#[test]
fn a_workbook_of_an_incident_has_its_tables() {
    let timeline = sample::incident();
    assert_eq!(sheet(&timeline, "Timeline").len(), timeline.rows.len() + 1);
    assert_eq!(sheet(&timeline, "Undated").len(), timeline.undated.len() + 1);
    assert!(sheet(&sample::hostile(), "Timeline").len() == 3);
}
