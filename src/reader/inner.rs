//! Inner: what a value of a record holds, where that is a line of another format (`[inner]`).
//!
//! Takes the records of a wrapper (Docker, CRI, journald) and the plan of what they hold, which was
//! detected among the lines and json definitions; gives the events of the inner line. Of the two
//! clocks the better known one counts, and the wrapper fills what the inner line left out.

use super::{Framing, Plan, json, lines};
use crate::{
    definition::{
        Inner,
        bag::Bag,
        phrase::first,
        tell::{Depth, Draft},
    },
    template::skip_marks,
    text,
    time::RawTime,
};

/// Most bytes that are put together from records that go on in the next.
pub(super) const JOINED_BYTES: usize = 256 << 10;

/// The text that a record holds, without the colours before it; none where its definition wraps
/// nothing.
pub(crate) fn text_of(inner: Option<&Inner>, bag: &Bag<'_>) -> Option<String> {
    let text = first(&inner?.text, bag)?;
    Some(text[skip_marks(text.as_bytes())..].to_owned())
}

/// Whether a record holds a whole line, and does not go on in the next.
pub(super) fn is_whole(inner: Option<&Inner>, bag: &Bag<'_>) -> bool {
    inner.is_none_or(|inner| inner.whole.iter().all(|rule| rule.fits(bag)))
}

/// Which program wrote the text that a record holds; empty where its definition tells none apart.
pub(crate) fn written_by(inner: Option<&Inner>, bag: &Bag<'_>) -> String {
    let by = inner.and_then(|inner| first(&inner.by, bag));
    by.map(std::borrow::Cow::into_owned).unwrap_or_default()
}

/// Puts the events of the inner line in the place of the wrapper's; where it fits nothing, the
/// wrapper's stay. A program that did not write in the head of the input is tried with the formats
/// of the others.
pub(super) fn unwrap(plan: &Plan, by: &str, held: &str, depth: Depth, outer: &mut Vec<Draft>) {
    let Some(wrapper) = outer.first() else { return };
    let held = held.trim_end_matches(['\r', '\n']);
    let known = plan.inner.iter().any(|(name, _)| name == by);
    let mut drafts = Vec::new();
    for (_, inner) in plan.inner.iter().filter(|(name, _)| !known || name == by) {
        drafts.clear();
        if tell(inner, held, depth, &mut drafts) && !drafts.is_empty() {
            for draft in &mut drafts {
                fill(draft, wrapper);
            }
            *outer = drafts;
            return;
        }
    }
}

/// What a held text tells; false where it is not of that format.
fn tell(inner: &Plan, held: &str, depth: Depth, drafts: &mut Vec<Draft>) -> bool {
    if matches!(inner.framing, Framing::Lines) {
        return lines::tell_whole(inner, held.as_bytes(), depth, drafts);
    }
    // An object is one line; what the program wrote below it belongs to it.
    let (object, below) = held.split_once('\n').unwrap_or((held, ""));
    let fits = json::tell_text(inner, object.as_bytes(), depth, drafts);
    for fields in drafts.iter_mut().filter_map(|draft| draft.fields.as_mut()) {
        if !below.trim().is_empty() {
            let first = fields.detail.as_deref().unwrap_or(&fields.summary);
            fields.detail = Some(text::detail(&format!("{first}\n{below}")));
        }
    }
    fits
}

/// A text put together from several records, in the place of what the first of them says.
pub(super) fn say(held: &str, outer: &mut [Draft]) {
    for fields in outer.iter_mut().filter_map(|draft| draft.fields.as_mut()) {
        let held = held.trim();
        fields.summary = text::summary(held);
        fields.detail = Some(text::detail(held)).filter(|detail| *detail != fields.summary);
    }
}

fn is_known(time: &RawTime) -> bool {
    time.offset().is_some() || time.word != 0
}

fn fill(draft: &mut Draft, wrapper: &Draft) {
    let own = draft.time.as_ref();
    let better = own.is_none() || !own.is_some_and(is_known);
    let outer = wrapper.time.filter(|time| better && (own.is_none() || is_known(time)));
    if outer.is_some() {
        draft.time = outer;
        draft.date_above = false;
    }
    draft.severity = draft.severity.or(wrapper.severity);
    draft.quiet |= wrapper.quiet;
    draft.marks.extend(
        wrapper
            .marks
            .iter()
            .filter(|mark| !draft.marks.contains(mark))
            .copied()
            .collect::<Vec<_>>(),
    );
    let (Some(fields), Some(from)) = (&mut draft.fields, &wrapper.fields) else { return };
    if outer.is_some() {
        fields.time_raw.clone_from(&from.time_raw);
    }
    let pairs = [
        (&mut fields.record, &from.record),
        (&mut fields.channel, &from.channel),
        (&mut fields.actor, &from.actor),
        (&mut fields.host, &from.host),
        (&mut fields.service, &from.service),
        (&mut fields.state, &from.state),
    ];
    for (own, outer) in pairs {
        if own.is_none() {
            own.clone_from(outer);
        }
    }
    fields.refs.extend(
        from.refs.iter().filter(|known| !fields.refs.contains(known)).cloned().collect::<Vec<_>>(),
    );
}
