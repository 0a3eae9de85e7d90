//! Markup of all systems, cleaned.

use serde_json::json;

use super::{Markup, value_text};

fn named(id: &str) -> Option<String> {
    (id == "5f1").then(|| "Jo Brandt".to_owned())
}

#[test]
fn wiki_text_is_what_people_see() {
    let cases = [
        ("[~accountid:5f1] look, [~lee] too", "@Jo Brandt look, @lee too"),
        (
            "see [the graph|https://graphs.example.net/1] now",
            "see the graph (https://graphs.example.net/1) now",
        ),
        ("[https://example.net] [not a link]", "https://example.net [not a link]"),
        ("h2. What broke\nbq. the cache", "What broke\nthe cache"),
        ("{code:java}\nint a[] = {1};\n{code}", "int a[] = {1};"),
        ("{{redis-cli}} says {color:red}no{color}", "redis-cli says no"),
        ("a \\[b\\] {unknown} [", "a [b] {unknown} ["),
    ];
    for (text, seen) in cases {
        assert_eq!(Markup::Wiki.clean(text, &named), seen, "{text}");
    }
}

#[test]
fn a_document_of_jira_is_its_text() {
    let document = json!({"version": 1, "type": "doc", "content": [
        {"type": "paragraph", "content": [
            {"type": "mention", "attrs": {"id": "5f1", "text": "@Jo Brandt"}},
            {"type": "text", "text": " it is full,"},
            {"type": "hardBreak"},
            {"type": "text", "text": "see "},
            {"type": "inlineCard", "attrs": {"url": "https://example.net/1"}}]},
        {"type": "bulletList", "content": [
            {"type": "listItem", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "cache-2"}]}]},
            {"type": "listItem", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "cache-3"}]}]}]}
    ]});
    let text = value_text(&document, "\n").expect("a text");
    assert_eq!(text, "@Jo Brandt it is full,\nsee https://example.net/1\ncache-2\ncache-3");
}

#[test]
fn a_text_in_pieces_is_one() {
    let text = json!(["see ", {"type": "link", "text": "https://example.net"}, " now"]);
    assert_eq!(value_text(&text, "\n").expect("a text"), "see https://example.net now");
    let list = json!(["a", "b"]);
    assert_eq!(value_text(&list, "\n").expect("a text"), "a\nb");
    let cards = json!([{"type": "section", "text": "a"}, {"type": "section", "text": "b"}]);
    assert_eq!(value_text(&cards, "\n").expect("a text"), "a\nb");
}

#[test]
fn marks_and_bytes_taken_for_characters_are_mended() {
    let none = |_: &str| None;
    assert_eq!(Markup::WhatsApp.clean("\u{200e}image omitted", &none), "image omitted");
    assert_eq!(Markup::Latin1.clean("caf\u{c3}\u{a9}", &none), "café");
    assert_eq!(Markup::Latin1.clean("café", &none), "café");
    assert_eq!(Markup::Latin1.name("Andr\u{c3}\u{a9}".to_owned()), "André");
    assert_eq!(
        Markup::Html.clean("<p><at id=\"0\">Jo Brandt</at> look</p>", &none),
        "@Jo Brandt look"
    );
}

#[test]
fn facts_of_a_card_are_told() {
    let card = json!({"type": "AdaptiveCard", "body": [
        {"type": "TextBlock", "text": "cache-2"},
        {"type": "FactSet", "facts": [{"title": "State", "value": "full"}]},
        {"type": "ColumnSet", "columns": [{"items": [{"type": "TextBlock", "text": "since 21:02"}]}]}]});
    assert_eq!(value_text(&card, "\n").expect("a text"), "cache-2\nState: full\nsince 21:02");
}

#[test]
fn a_text_without_a_tag_keeps_its_lines() {
    let clean = |text: &str| Markup::Html.clean(text, &named).into_owned();
    assert_eq!(clean("Labels:\n - a = b &amp; c"), "Labels:\n- a = b & c");
    assert_eq!(clean("<p>two\nwords</p>"), "two words");
}

#[test]
fn what_bots_stress_is_said_plainly_and_nothing_else_is_touched() {
    let cases = [
        ("*Host:* cache-2", "Host: cache-2"),
        ("**Firing** `redis`\n_since_ 21:02", "Firing redis\nsince 21:02"),
        ("  • *alertname:* `CacheFull`", "  • alertname: CacheFull"),
        ("** PROBLEM Host Alert: a is UP **", "** PROBLEM Host Alert: a is UP **"),
        ("* an item, 2*3, a * b", "* an item, 2*3, a * b"),
        ("disk_free on _web_1 is low_", "disk_free on web_1 is low"),
        (":white_check_mark: snake_case _open", ":white_check_mark: snake_case _open"),
        ("```4.2 GB```", "4.2 GB"),
        ("", ""),
    ];
    for (raw, plain) in cases {
        assert_eq!(super::unstressed(raw), plain, "{raw:?}");
    }
}
