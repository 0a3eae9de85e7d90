//! An element as a value: attributes are members named `@name`, elements are members named as they
//! are, a list where a name comes again. An element of text alone is that text; one that has
//! attributes or elements too has its text as `#text`, which a path that ends on it finds. An
//! element whose only attribute is `Name` is a named value: `<Data Name="User">jo</Data>` is
//! `Data.User`, and `Data` all of them, a line each.

use quick_xml::{Reader, escape, events::BytesStart, events::Event};
use serde_json::{Map, Value};

use super::DEEPEST;

/// The member that holds the text of an element which holds more than text.
const TEXT: &str = "#text";
/// The attribute that names a value.
const NAME: &str = "@Name";

#[derive(Default)]
struct Node {
    name: String,
    members: Map<String, Value>,
    text: String,
}

/// The value of one element; of a start tag alone, its attributes.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    // The node at the bottom holds the element itself.
    let mut open = vec![Node::default()];
    loop {
        match reader.read_event().map_err(|error| format!("no valid XML: {error}"))? {
            Event::Start(tag) if open.len() <= DEEPEST => open.push(begin(&tag)),
            Event::Start(_) => return Err("is nested too deeply".to_owned()),
            Event::End(_) => close(&mut open),
            Event::Eof => break,
            event => {
                if let Some(node) = open.last_mut() {
                    add_text(&mut node.text, &event);
                }
            }
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    let element = open.pop().and_then(|root| root.members.into_iter().next());
    element.map(|(_, value)| unnamed(value)).ok_or_else(|| "no XML element".to_owned())
}

/// A record that is a named value is the value.
fn unnamed(value: Value) -> Value {
    match value {
        Value::String(text) => Value::Object(Map::from_iter([(TEXT.to_owned(), text.into())])),
        value => value,
    }
}

fn begin(tag: &BytesStart<'_>) -> Node {
    let mut node = Node { name: tag.name().as_ref().to_owned(), ..Node::default() };
    for attribute in tag.attributes().with_checks(false).flatten() {
        let name = attribute.key.as_ref();
        if name == "xmlns" || name.starts_with("xmlns:") {
            continue;
        }
        let value = escape::unescape(&attribute.value);
        let value =
            value.map_or_else(|_| attribute.value.to_string(), std::borrow::Cow::into_owned);
        node.members.insert(format!("@{name}"), value.into());
    }
    node
}

fn add_text(text: &mut String, event: &Event<'_>) {
    match event {
        Event::Text(more) => text.push_str(more),
        Event::CData(more) => text.push_str(more),
        Event::GeneralRef(entity) => match entity.resolve_char_ref() {
            Ok(Some(c)) => text.push(c),
            Err(_) => text.push('\u{fffd}'),
            Ok(None) => match escape::resolve_predefined_entity(entity) {
                Some(known) => text.push_str(known),
                None => text.extend(["&", entity, ";"]),
            },
        },
        _ => {}
    }
}

/// Ends the innermost element: it becomes a member of the one around it.
fn close(open: &mut Vec<Node>) {
    let Some(mut node) = open.pop() else { return };
    let Some(parent) = open.last_mut() else {
        open.push(node);
        return;
    };
    let text = node.text.trim();
    let sole = node.members.len() == 1;
    if sole && let Some(name) = node.members.get(NAME).and_then(Value::as_str) {
        return add_named(&mut parent.members, &node.name, name, text);
    }
    let value = match (node.members.is_empty(), text.is_empty()) {
        (true, true) => Value::Null,
        (true, false) => text.into(),
        (false, true) => Value::Object(node.members),
        (false, false) => {
            node.members.insert(TEXT.to_owned(), text.into());
            Value::Object(node.members)
        }
    };
    add(&mut parent.members, node.name, value);
}

fn add(members: &mut Map<String, Value>, name: String, value: Value) {
    match members.get_mut(&name) {
        None => {
            members.insert(name, value);
        }
        // An element is never a list by itself.
        Some(Value::Array(list)) => list.push(value),
        Some(one) => *one = Value::Array(vec![one.take(), value]),
    }
}

/// Adds to the values of that element's name, which are one object. Without a text it is no value,
/// but an element with an attribute as any other, as long as none of its name has one.
fn add_named(members: &mut Map<String, Value>, element: &str, name: &str, text: &str) {
    let bare = |value: &Value| {
        value.as_object().is_some_and(|members| members.len() == 1 && members.contains_key(NAME))
    };
    let empty = match members.get(element) {
        Some(Value::Array(list)) => list.iter().all(bare),
        Some(value) => bare(value),
        None => true,
    };
    match (members.get_mut(element), text.is_empty()) {
        (Some(Value::Object(values)), false) if !empty && !values.contains_key(NAME) => {
            if let Some(Value::String(lines)) = values.get_mut(TEXT) {
                lines.extend(["\n", name, ": ", text]);
            }
            add(values, name.to_owned(), text.into());
        }
        (_, false) if empty => {
            members.insert(element.to_owned(), named(name, text));
        }
        (Some(Value::Object(_)), true) if !empty => {}
        (_, false) => add(members, element.to_owned(), named(name, text)),
        (_, true) => {
            let value = Value::Object(Map::from_iter([(NAME.to_owned(), name.into())]));
            add(members, element.to_owned(), value);
        }
    }
}

fn named(name: &str, text: &str) -> Value {
    let line = (TEXT.to_owned(), format!("{name}: {text}").into());
    Value::Object(Map::from_iter([line, (name.to_owned(), text.into())]))
}
