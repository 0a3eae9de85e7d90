//! Formats as a whole: names, and the documents of a made-up incident.

use std::path::Path;

use super::{Format, Look, bears_our_header, render, sample};
use crate::timeline::Timeline;

/// The forms that are our own; those for other tools have tests of theirs.
const OWN: [Format; 6] = [
    Format::Markdown,
    Format::Html,
    Format::Text,
    Format::Jsonl,
    Format::Csv,
    Format::CsvSpreadsheet,
];

/// The bytes of a timeline in a format, as text.
pub(crate) fn shown(timeline: &Timeline, format: Format, look: Look) -> String {
    let mut out = Vec::new();
    render(timeline, format, look, &mut out).expect("memory takes it");
    String::from_utf8(out).expect("all formats are UTF-8")
}

#[test]
fn names_and_endings() {
    for format in Format::ALL {
        assert_eq!(Format::from_name(format.name()), Some(format));
    }
    assert_eq!(Format::from_name("Markdown"), None);
    let of = |path: &str| Format::from_path(Path::new(path));
    assert_eq!(of("out/rfo.MD"), Some(Format::Markdown));
    assert_eq!(of("a.ndjson"), Some(Format::Jsonl));
    assert_eq!(of("a.txt"), Some(Format::Text));
    assert_eq!(of("a.csv"), Some(Format::Csv));
    assert_eq!(of("a.docx"), None);
    assert_eq!(of("markdown"), None);
}

#[test]
fn markdown_of_an_incident() {
    insta::assert_snapshot!(shown(&sample::incident(), Format::Markdown, Look::default()));
}

#[test]
fn html_of_an_incident() {
    insta::assert_snapshot!(shown(&sample::incident(), Format::Html, Look::default()));
}

#[test]
fn text_of_an_incident() {
    insta::assert_snapshot!(shown(&sample::incident(), Format::Text, Look::default()));
}

#[test]
fn wide_text_of_an_incident() {
    let look = Look { color: false, width: 180 };
    insta::assert_snapshot!(shown(&sample::incident(), Format::Text, look));
}

#[test]
fn csv_of_an_incident() {
    insta::assert_snapshot!(shown(&sample::incident(), Format::Csv, Look::default()));
}

#[test]
fn jsonl_of_an_incident() {
    insta::assert_snapshot!(shown(&sample::incident(), Format::Jsonl, Look::default()));
}

#[test]
fn a_title_of_the_leads_own_hides_nothing() {
    let mut timeline = sample::incident();
    timeline.title.title = Some("Payments were slow".to_owned());
    let text = shown(&timeline, Format::Markdown, Look::default());
    assert!(text.starts_with("# Payments were slow") && bears_our_header(text.as_bytes()));
    assert!(!bears_our_header(b"# Payments were slow\n\n06:10 the first mail came\n"));
}

#[test]
fn every_format_bears_our_header() {
    for format in OWN {
        let written = shown(&sample::incident(), format, Look::default());
        assert!(bears_our_header(written.as_bytes()), "{format}");
    }
    assert!(!bears_our_header(b"# Incident timeline, as I remember it\n"));
    assert!(!bears_our_header(b""));
}

#[test]
fn nothing_hostile_reaches_a_terminal() {
    let look = Look { color: false, width: 90 };
    for format in OWN {
        let written = shown(&sample::hostile(), format, look);
        let bad = |c: &char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        assert_eq!(written.chars().find(bad), None, "{format}");
        let data = matches!(format, Format::Jsonl | Format::Csv | Format::CsvSpreadsheet);
        assert!(data || !written.contains('\u{202e}'), "{format}");
        assert!(data || written.len() < 20_000, "{format}: a huge record stays short");
    }
}

#[test]
fn an_empty_timeline_is_a_document_too() {
    for format in OWN {
        let written = shown(&sample::bare(Vec::new()), format, Look::default());
        assert_eq!(written.is_empty(), format == Format::Jsonl, "{format}");
    }
}
