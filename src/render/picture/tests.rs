use quick_xml::{Reader, events::Event as Xml};

use super::*;
use crate::render::{Format, Look, bears_our_header, render, sample};

fn picture(timeline: &Timeline) -> String {
    let mut out = Vec::new();
    render(timeline, Format::Svg, Look::default(), &mut out).expect("memory takes it");
    String::from_utf8(out).expect("UTF-8")
}

/// The texts and the names of the elements of what is well-formed.
fn read(svg: &str) -> (Vec<String>, Vec<String>) {
    let mut reader = Reader::from_str(svg);
    reader.config_mut().check_end_names = true;
    let (mut texts, mut names) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().expect("well-formed") {
            Xml::Eof => break (texts, names),
            Xml::Text(text) => texts.push(text.to_string()),
            Xml::Start(tag) | Xml::Empty(tag) => {
                names.push(tag.name().as_ref().to_owned());
            }
            _ => {}
        }
    }
}

#[test]
fn the_picture_of_an_incident() {
    let svg = picture(&sample::incident());
    insta::assert_snapshot!(svg);
    let (texts, names) = read(&svg);
    for name in ["script", "image", "foreignObject", "a", "use"] {
        assert!(!names.iter().any(|known| known == name), "{name}");
    }
    let told = texts.concat();
    for words in ["Impact", "Alerts", "Chat", "Resolved", "America/New_York", "becomes"] {
        assert!(told.contains(words), "{words}");
    }
    assert!(bears_our_header(svg.as_bytes()));
}

#[test]
fn hostile_text_and_nothing_at_all_are_pictures_too() {
    let (texts, names) = read(&picture(&sample::hostile()));
    assert!(!names.iter().any(|name| name == "script") && !texts.is_empty());
    assert!(read(&picture(&sample::bare(Vec::new()))).0.concat().contains("No row has a time"));
    let row = sample::event(Kind::Log, "s", "a", 1, sample::exact(sample::at("06:00:00")), "x");
    assert!(
        read(&picture(&sample::bare(vec![row]))).1.iter().filter(|name| *name == "rect").count()
            > 1
    );
}

#[test]
fn any_span_of_time_has_a_picture() {
    for ends in [(i64::MIN, i64::MAX), (0, 0), (i64::MAX - 1, i64::MAX), (0, 86_400 * 400 * SECOND)]
    {
        let row = |at| sample::event(Kind::Log, "s", "a", 1, sample::exact(Instant(at)), "x");
        let svg = picture(&sample::bare(vec![row(ends.0), row(ends.1)]));
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{ends:?}");
        assert!(svg.len() < 100_000);
    }
}

#[test]
fn many_rows_take_no_more_room_than_few() {
    let row = |n: i64| {
        let at = Instant(sample::at("06:00:00").0 + n * SECOND);
        sample::event(Kind::Log, "s", "a", 1, sample::exact(at), "x")
    };
    let svg = picture(&sample::bare((0..30_000).map(row).collect()));
    assert!(svg.len() < 60_000, "{}", svg.len());
}
