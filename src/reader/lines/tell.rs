//! What a record of lines tells: by a whole template, by its first line, or by its time alone.

use super::{Shapes, lines_of};
use crate::{
    definition::{
        Inner,
        bag::{Bag, Field, Record},
        tell::{Depth, Draft},
    },
    reader::{Plan, inner},
    template::{Fit, Template},
};

/// Most bytes of a record that its templates look at; what is longer is cut in the detail anyway.
const FIELD_BYTES: usize = 512 << 10;

/// What a line that a wrapper holds tells; false where it fits no whole template.
pub(in crate::reader) fn tell_whole(
    plan: &Plan,
    text: &[u8],
    depth: Depth,
    drafts: &mut Vec<Draft>,
) -> bool {
    let shapes = Shapes::of(&plan.definition);
    shapes.is_some_and(|shapes| tell(plan, &shapes, text, &[], depth, drafts))
}

/// The drafts of a record whose line goes on over several; false where it is not such a one.
fn tell_held(
    plan: &Plan,
    shapes: &Shapes<'_>,
    text: &[u8],
    above: &[Field],
    depth: Depth,
    drafts: &mut Vec<Draft>,
) -> bool {
    let goes_on = |inner: &&Inner| !inner.whole.is_empty() || !inner.by.is_empty();
    let inner = plan.definition.inner.as_ref().filter(goes_on);
    let Some(first) = lines_of(text, 1).filter(|first| inner.is_some() && first.len() < text.len())
    else {
        return false;
    };
    let mut held = String::new();
    let mut fit = Fit::default();
    for line in text.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let Some(template) = shapes.whole(line, &mut fit) else { continue };
        let bag = Bag::new(Record::Holes { text: line, template, fit: &fit }, above);
        if shapes.sorts && !held.is_empty() {
            held.push('\n');
        }
        held.push_str(&inner::text_of(inner, &bag).unwrap_or_default());
    }
    let Some(template) = shapes.whole(first, &mut fit) else { return false };
    let record = Record::Holes { text: first, template, fit: &fit };
    plan.tell_held(above, record, Some(&held), depth, drafts).is_ok()
}

/// The drafts of a record; false where it fits no whole template.
pub(super) fn tell(
    plan: &Plan,
    shapes: &Shapes<'_>,
    text: &[u8],
    above: &[Field],
    depth: Depth,
    drafts: &mut Vec<Draft>,
) -> bool {
    if tell_held(plan, shapes, text, above, depth, drafts) {
        return true;
    }
    let mut fit = Fit::default();
    // `match` rules are about other engines' records: a template is proof enough of a line.
    if let Some(template) = shapes.whole(text, &mut fit) {
        let record = Record::Holes { text, template, fit: &fit };
        let _ = plan.tell_below(above, record, depth, drafts);
        return true;
    }
    // A template of one line, and lines below it that it has no hole for.
    let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
    let (first, below) = text.split_at(end);
    let first = first.strip_suffix(b"\r").unwrap_or(first);
    if let Some(template) = shapes.whole(first, &mut fit).filter(|_| !below.is_empty()) {
        // The holes lie in the first line; what is sought is sought in all.
        let record = Record::Holes { text, template, fit: &fit };
        let _ = plan.tell_below(above, record, depth, drafts);
        for fields in drafts.iter_mut().filter_map(|draft| draft.fields.as_mut()) {
            let first = fields.detail.as_deref().unwrap_or(&fields.summary);
            let whole =
                format!("{first}\n{}", crate::text::decode(below).trim_start_matches(['\r', '\n']));
            fields.detail = Some(crate::text::detail(&whole));
        }
        return true;
    }
    // The record still stands: its time, and everything behind it as text.
    let Some(template) = shapes.begins(text, &mut fit) else { return false };
    let behind = fit.captures.iter().map(|range| range.end).max().unwrap_or(0);
    let rest = crate::text::decode(&text[behind..]);
    let rest = rest.trim_start_matches([']', ')', ':', ' ', '\t', ',']).to_owned();
    let mut extra = above.to_vec();
    extra.push(("text".into(), rest));
    let bag = Bag::new(Record::Holes { text, template, fit: &fit }, &extra);
    plan.teller(depth).tell(&bag, drafts);
    false
}

/// The process and thread that a record names, as written.
pub(in crate::reader) fn process(plan: &Plan, bytes: &[u8]) -> Vec<u8> {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mut fit = Fit::default();
    let template = Shapes::of(&plan.definition).and_then(|shapes| shapes.whole(line, &mut fit));
    let holes = template.map_or(&[][..], Template::holes).iter().zip(&fit.captures);
    let named = holes.filter(|(hole, _)| matches!(&***hole, "pid" | "tid" | "thread"));
    let texts = named.filter_map(|(_, range)| line.get(range.clone()));
    texts.collect::<Vec<_>>().join(&b' ')
}

pub(in crate::reader) fn read(plan: &Plan, above: &[Field], bytes: &[u8], drafts: &mut Vec<Draft>) {
    if let Some(shapes) = Shapes::of(&plan.definition) {
        let text = &bytes[..bytes.len().min(FIELD_BYTES)];
        tell(plan, &shapes, text, above, Depth::Fields, drafts);
    }
}
