use proptest::prelude::*;

use super::*;
use crate::{
    event::{Kind, Mark},
    render::sample,
};

fn written(template: &Template, timeline: &Timeline) -> String {
    let mut out = Vec::new();
    template.write(timeline, &mut out).expect("memory takes it");
    String::from_utf8(out).expect("UTF-8")
}

fn of(name: &str, text: &str) -> Template {
    Template::new(name, name, text.to_owned()).expect("a template")
}

/// What a template makes of a row that says this.
fn said(name: &str, text: &str, summary: &str) -> String {
    let at = sample::exact(sample::at("06:00:00"));
    let mut row = sample::event(Kind::Chat, "slack", "chat.json", 7, at, summary);
    row.marks = vec![Mark::Decision];
    written(&of(name, text), &sample::bare(vec![row]))
}

#[test]
fn all_that_are_shipped_write_an_incident() {
    for name in names() {
        let template = Template::shipped(name).expect(name);
        insta::assert_snapshot!(name, written(&template, &sample::incident()));
    }
    assert!(Template::shipped("nonsense").is_none());
}

#[test]
fn hostile_text_stays_where_it_is_printed() {
    let hostile = sample::hostile();
    for name in names() {
        let template = Template::shipped(name).expect(name);
        let text = written(&template, &hostile);
        let lines = text.lines().filter(|line| !line.is_empty());
        match template.medium {
            Medium::Json => {
                for line in lines {
                    serde_json::from_str::<serde_json::Value>(line).expect(line);
                }
            }
            Medium::Csv => {
                let mut reader = csv::Reader::from_reader(text.as_bytes());
                assert!(reader.records().all(|row| row.is_ok()), "{name}");
            }
            _ => assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{name}"),
        }
    }
    for name in ["tln", "l2tcsv"] {
        let text = written(&Template::shipped(name).expect(name), &hostile);
        assert_eq!(text.lines().count(), hostile.rows.len() + 1, "{name}");
    }
}

#[test]
fn values_are_escaped_for_the_ending() {
    let text = "{% for row in rows %}{{ row.summary }}{% endfor %}";
    let hostile = "=a,\"b\"|<i>\\;\u{1b}[1m\nnew";
    let json: serde_json::Value =
        serde_json::from_str(&said("a.json.j2", text, hostile)).expect("JSON");
    assert_eq!(json, "=a,\"b\"|<i>\\;�[1m�new");
    assert_eq!(said("a.html", text, hostile), "=a,&quot;b&quot;|&lt;i&gt;\\;�[1m�new");
    assert_eq!(said("a.csv", text, hostile), "\"=a,\"\"b\"\"|<i>\\;�[1m�new\"");
    assert_eq!(said("a.md.j2", text, hostile), "=a,\"b\"\\|&lt;i>\\\\;�\\[1m�new");
    assert_eq!(said("a.ics", text, "a;b,c\\d"), "a\\;b\\,c\\\\d\r\n");
    assert_eq!(said("a", text, hostile), "=a,\"b\"|<i>\\;�[1m�new");
}

#[test]
fn rows_have_their_names_and_more() {
    let text = "{% for row in rows %}{{ row.time | utc('%H:%M') }} {{ row.time | epoch('ms') }} \
                {{ row.place }} {{ row.means }} {{ row.marks | join('+') }} [{{ row.host }}] \
                {{ row.in_doubt }} {{ row.sources[0].line + 1 }} {{ row.summary | short(3) }}{% endfor %}";
    let wanted = "06:00 1772949600000 chat.json:7 Chat message decision [] False 8 wor…";
    assert_eq!(said("a.txt", text, "words"), wanted);
}

#[test]
fn rows_have_every_name_of_the_schema() {
    let schema: serde_json::Value =
        serde_json::from_str(crate::render::schema::EVENT).expect("JSON");
    let schema = schema["properties"].as_object().expect("properties");
    let mut names: Vec<&str> = values::NAMES.to_vec();
    names.sort_unstable();
    let mut wanted: Vec<&str> = schema.keys().map(String::as_str).collect();
    wanted.sort_unstable();
    assert_eq!(names, wanted);
}

#[test]
fn what_there_is_not_is_told_with_its_line() {
    let template = of("own.txt", "first\n{% for row in rows %}{{ row.nope }}{% endfor %}");
    let told = template.write(&sample::incident(), &mut Vec::new()).expect_err("no such name");
    assert!(told.to_string().starts_with("own.txt:2: "), "{told}");
    for (text, line) in
        [("{{ title | utc('%Y') }}", ":1: "), ("\n{{ newest | utc('%Q') }}", ":2: ")]
    {
        let told = of("own.txt", text).write(&sample::incident(), &mut Vec::new());
        let told = told.expect_err("no time").to_string();
        assert!(told.contains(line), "{told}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("broken.txt.j2");
    std::fs::write(&file, "{% for row in %}").expect("a file");
    let told = Template::read(&file).expect_err("broken");
    assert!(told.contains("broken.txt.j2:1: "), "{told}");
    assert!(Template::read(&folder.path().join("none")).is_err());
}

#[test]
fn a_broken_pipe_stays_one() {
    struct Broken;
    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let template = Template::shipped("tln").expect("shipped");
    let told = template.write(&sample::incident(), &mut Broken).expect_err("broken");
    assert_eq!(told.kind(), io::ErrorKind::BrokenPipe);
}

proptest! {
    #[test]
    fn folded_lines_are_short_and_unfold_to_what_was_written(text in "[ -~äß→🙂]{0,300}") {
        let mut out = Vec::new();
        let mut lines = Folded { out: &mut out, line: Vec::new() };
        lines.write_all(text.as_bytes()).expect("memory takes it");
        lines.write_all(b"\n").expect("memory takes it");
        let folded = String::from_utf8(out).expect("no character is cut");
        for line in folded.split("\r\n") {
            prop_assert!(line.len() <= 75);
        }
        prop_assert_eq!(folded.replace("\r\n ", ""), format!("{text}\r\n"));
    }
}
