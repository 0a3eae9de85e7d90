use super::*;
use crate::{
    event::{Kind, Mark},
    render::sample,
};

/// The forms that are text.
const TEXTS: [Medium; 4] = [Medium::Markdown, Medium::Html, Medium::Confluence, Medium::Asciidoc];

fn written(template: &str, timeline: &Timeline, medium: Medium, picture: Option<&str>) -> String {
    let mut out = Vec::new();
    let document = Document::of(template).expect("a template");
    document.write(timeline, medium, picture, &mut out).expect("memory takes it");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn documents_of_an_incident() {
    for (template, _) in SHIPPED {
        for medium in TEXTS {
            let name = format!("{template}-{}", medium.name());
            let text = written(template, &sample::incident(), medium, Some("rfo.svg"));
            insta::assert_snapshot!(name, text);
        }
    }
}

#[test]
fn nothing_at_all_is_a_document_of_questions() {
    for (template, _) in SHIPPED {
        for medium in TEXTS {
            let text = written(template, &sample::bare(Vec::new()), medium, None);
            assert!(text.matches("Question").count() >= 2, "{template} {medium:?}");
        }
    }
}

/// The text of the document's HTML, without its tags.
fn read(html: &str) -> String {
    let text = regex::Regex::new("(?s)<style>.*?</style>|<[^>]*>").expect("a pattern");
    let text = text.replace_all(html, "\u{1}").into_owned();
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&#39;", "'").replace("&amp;", "&").replace('\u{200b}', "")
}

#[test]
fn text_comes_through_unchanged_and_runs_nothing() {
    let timeline = sample::hostile();
    let html = written("report", &timeline, Medium::Html, None);
    for bad in ["<script", "<img", "<iframe", "href=\"javascript", "onerror", "<i>"] {
        assert!(!html.contains(bad), "{bad}");
    }
    let wanted = crate::render::safe::short(sample::HOSTILE, 280).replace('\u{200b}', "");
    assert!(read(&html).contains(wanted.as_str()), "the summary of the first row");
    let markdown = written("report", &timeline, Medium::Markdown, None);
    assert!(!markdown.contains("<script") && !markdown.contains('\u{1b}'));
    let confluence = written("report", &timeline, Medium::Confluence, Some("a\"<b>.svg"));
    let mut reader = quick_xml::Reader::from_str(&confluence);
    while reader.read_event().expect("well-formed") != quick_xml::events::Event::Eof {}
    let asciidoc = written("report", &timeline, Medium::Asciidoc, None);
    assert!(!asciidoc.contains("<script"), "passed text is written as entities");
}

#[test]
fn evidence_cannot_say_that_it_is_the_picture() {
    let at = sample::exact(sample::at("06:00:00"));
    let mut row = sample::event(Kind::Chat, "slack", "a", 1, at, PICTURE);
    row.marks = vec![Mark::Decision];
    let html = written("report", &sample::bare(vec![row.clone()]), Medium::Html, None);
    assert_eq!(html.matches("<svg").count(), 1);
    let markdown = written("report", &sample::bare(vec![row]), Medium::Markdown, Some("p q.svg"));
    assert_eq!(markdown.matches("](p%20q.svg)").count(), 1);
}

#[test]
fn a_template_of_ones_own_is_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("own.md");
    let path = file.to_str().expect("UTF-8");
    std::fs::write(&file, "# {{ title }}\n\n{{ table }}\n{{ metric[\"no such\"] or \"none\" }}\n")
        .expect("a file");
    let text = written(path, &sample::incident(), Medium::Markdown, None);
    assert!(text.starts_with("# Reason for outage") && text.ends_with("none\n"), "{text}");
    std::fs::write(&file, "\n{{ nonsense }}").expect("a file");
    let document = Document::of(path).expect("it is read");
    let told = document.write(&sample::incident(), Medium::Html, None, &mut Vec::new());
    assert!(told.expect_err("no such name").to_string().contains("own.md:2: "));
    assert!(Document::of("nowhere.md").is_err_and(|why| why.contains("report, weekly")));
}

#[test]
fn headings_have_what_the_evidence_says() {
    let text = written("report", &sample::incident(), Medium::Markdown, Some("rfo.svg"));
    let part = |from: &str, to: &str| {
        let start = text.find(from).expect(from);
        text[start..start + text[start..].find(to).expect(to)].to_owned()
    };
    assert!(part("## What happened", "## Response").contains("*Cause*"));
    assert!(part("## Response", "### Communication").contains("*Acknowledged*"));
    assert!(part("### Communication", "## Resolution").contains("*Comms*"));
    assert!(part("## Resolution", "## Deltas").contains("*Resolved*"));
    assert!(part("## Timeline", "## Sources").contains("| **2026-03-08** |"));
}
