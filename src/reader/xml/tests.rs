//! Where records lie in XML, and what they become.

use std::cell::Cell;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{definition::phrase::Path, discover::range::Bytes};

fn records(text: &[u8], path: &str) -> (Vec<(u64, u64)>, Option<u64>) {
    let source = Bytes(text.into());
    let paths = [Path::parse(path).steps];
    let left = Cell::new(0);
    let mut walk = Walk::new(&source, &paths, charset(text), &left);
    let mut found = Vec::new();
    loop {
        match walk.next() {
            Next::Record(cut) => found.push((cut.place.start, cut.place.end)),
            Next::End => return (found, None),
            Next::Broken(at, _) => return (found, Some(at)),
        }
    }
}

fn texts<'t>(text: &'t str, path: &str) -> Vec<&'t str> {
    let (found, broken) = records(text.as_bytes(), path);
    assert_eq!(broken, None);
    found.iter().map(|(start, end)| &text[*start as usize..*end as usize]).collect()
}

fn value(text: &str) -> Value {
    parse(text.as_bytes(), None).expect("an element")
}

#[test]
fn a_record_is_its_element_and_nothing_around_it() {
    let text = "\u{feff}<?xml version='1.0'?>\n<!-- <a><b>no</b></a> -->\n<a x='>'>é <b>1</b>\n\
                <c><b>no</b></c><b/> <b><b>in</b><![CDATA[</b>]]></b></a>\n";
    assert_eq!(texts(text, "a.b"), ["<b>1</b>", "<b/>", "<b><b>in</b><![CDATA[</b>]]></b>"]);
    assert_eq!(texts(text, "*.b").len(), 3);
    assert_eq!(texts("<e>1</e>\n<e>2</e>\n", "e"), ["<e>1</e>", "<e>2</e>"]);
}

#[test]
fn what_breaks_off_gives_what_is_whole() {
    assert_eq!(records(b"<a><b>1</b><b>2", "a.b"), (vec![(3, 11)], Some(11)));
    assert_eq!(records(b"<a><b>1</b><c>2</d>", "a.b"), (vec![(3, 11)], Some(15)));
    assert_eq!(records(b"<a><b>1</b>", "a.b"), (vec![(3, 11)], Some(11)));
    let deep = "<a>".repeat(200);
    assert!(records(deep.as_bytes(), "b").1.is_some());
    assert!(parse(deep.as_bytes(), None).is_err());
}

#[test]
fn elements_and_attributes_are_members() {
    assert_eq!(
        value(
            "<bug id='7'><who name='Jo &amp; co'>jo</who><cc>a</cc><cc>b</cc><x/>\n<t> 1 &lt; 2&#10;3 &nbsp;</t></bug>"
        ),
        json!({
            "@id": "7",
            "who": { "@name": "Jo & co", "#text": "jo" },
            "cc": ["a", "b"],
            "x": null,
            "t": "1 < 2\n3 &nbsp;",
        })
    );
    assert_eq!(value("<a>text</a>"), json!({ "#text": "text" }));
}

#[test]
fn named_values_are_found_by_their_names() {
    let text = "<E xmlns='urn:e'><Provider Name='SCM'/><Data Name='a'/><Data Name='User'>jo</Data>\
                <Data Name='b'></Data><Data Name='User'>lee</Data></E>";
    assert_eq!(
        value(text),
        json!({
            "Provider": { "@Name": "SCM" },
            "Data": { "#text": "User: jo\nUser: lee", "User": ["jo", "lee"] },
        })
    );
    assert_eq!(value("<E><Data>1</Data><Data>2</Data></E>"), json!({ "Data": ["1", "2"] }));
}

#[test]
fn no_entity_is_looked_up() {
    let text = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'><!ENTITY y '&x;&x;'>]>\
                <a><b>&x;&y;</b></a>";
    let found = texts(text, "a.b");
    assert_eq!(value(found[0]), json!({ "#text": "&x;&y;" }));
}

#[test]
fn the_declared_charset_counts() {
    let text = b"<?xml version=\"1.0\" encoding='ISO-8859-2'?><a>\xB3</a>";
    let charset = charset(text);
    assert_eq!(parse(&text[text.len() - 8..], charset), Ok(json!({ "#text": "ł" })));
    assert_eq!(super::charset(b"<?xml version='1.0' encoding=\"utf-8\"?>"), None);
    assert_eq!(super::charset(b"<?xml version='1.0' encoding='UTF-16'?>"), None);
    assert_eq!(super::charset(b"<a encoding='x'>"), None);
}

proptest! {
    #[test]
    fn any_bytes_are_walked_to_their_end(text in "(<[a-c]( [a-c]=['\"]?[<>a&;]{0,3}['\"]?)?/?>|</[a-c]>|<!--|-->|<!\\[CDATA\\[|]]>|<!DOCTYPE a|<\\?|\\?>|&[#a-z0-9]{0,4};|[a-c é\n]|>){0,40}") {
        let (found, _) = records(text.as_bytes(), "a.b");
        for (start, end) in found {
            let bytes = &text.as_bytes()[start as usize..end as usize];
            prop_assert!(bytes.starts_with(b"<b") && bytes.ends_with(b">"));
            let _ = parse(bytes, None);
        }
        let _ = parse(text.as_bytes(), None);
    }
}
