use serde_json::json;

use super::*;

fn cleaned(markup: Markup, text: &str) -> String {
    markup.clean(text, &|id| (id == "7").then(|| "Jo Brandt".to_owned()))
}

#[test]
fn wiki_text_keeps_what_people_wrote() {
    let cases = [
        ("h2. Cause", "Cause"),
        ("{code:java}\nx = 1\n{code}\nafter", "x = 1\n\nafter"),
        ("ask [~accountid:7] or [~lee]", "ask @Jo Brandt or @lee"),
        (
            "see [the graph|https://graphs.example.net/7] and [1] or [a|b]",
            "see the graph and [1] or [a|b]",
        ),
        ("!full.png|thumbnail! is *bad*! really!", "full.png is *bad*! really!"),
        ("{color:red}down{color} {since} noon", "down {since} noon"),
        ("one\\\\two", "one\ntwo"),
        ("open {code", "open {code"),
    ];
    for (text, meant) in cases {
        assert_eq!(cleaned(Markup::Wiki, text), meant, "{text:?}");
    }
}

#[test]
fn latin1_is_undone_only_where_it_was_done() {
    assert_eq!(cleaned(Markup::Latin1, "W\u{c3}\u{a4}chter"), "Wächter");
    assert_eq!(Markup::Latin1.name("Zo\u{c3}\u{ab}".into()), "Zoë");
    for text in ["Wächter", "plain", "日本", "half \u{c3}"] {
        assert_eq!(cleaned(Markup::Latin1, text), text);
    }
    assert_eq!(cleaned(Markup::WhatsApp, "\u{200e}image omitted"), "image omitted");
}

#[test]
fn documents_of_jira_are_text() {
    let document = json!({"type": "doc", "version": 1, "content": [
        {"type": "heading", "content": [{"type": "text", "text": "Cause"}]},
        {"type": "paragraph", "content": [
            {"type": "text", "text": "raised to "}, {"type": "mention", "attrs": {"text": "@Jo Brandt"}},
            {"type": "hardBreak"}, {"type": "date", "attrs": {"timestamp": "1773446400000"}}]},
        {"type": "table", "content": [{"type": "tableRow", "content": [
            {"type": "tableCell", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "a"}]}]},
            {"type": "tableCell", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "b"}]}]}]}]}
    ]});
    let text = value_text(&document, "\n").expect("a text");
    assert_eq!(text, "Cause\nraised to @Jo Brandt\n2026-03-14\na | b");
}

#[test]
fn a_text_in_pieces_is_one_text() {
    let pieces = json!(["see ", {"type": "link", "text": "http://x.example"}, " now"]);
    assert_eq!(value_text(&pieces, "\n").expect("a text"), "see http://x.example now");
    let lines = json!(["one", "two"]);
    assert_eq!(value_text(&lines, "\n").expect("a text"), "one\ntwo");
}
