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
    text,
    time::RawTime,
};

/// Most bytes that are put together from records that go on in the next.
pub(super) const JOINED_BYTES: usize = 256 << 10;

/// The text that a record holds; none where its definition wraps nothing.
pub(crate) fn text_of(inner: Option<&Inner>, bag: &Bag<'_>) -> Option<String> {
    first(&inner?.text, bag).map(std::borrow::Cow::into_owned)
}

/// Whether a record holds a whole line, and does not go on in the next.
pub(super) fn is_whole(inner: Option<&Inner>, bag: &Bag<'_>) -> bool {
    inner.is_none_or(|inner| inner.whole.iter().all(|rule| rule.fits(bag)))
}

/// Puts the events of the inner line in the place of the wrapper's; where it fits nothing, the
/// wrapper's stay.
pub(super) fn unwrap(plan: &Plan, held: &str, depth: Depth, outer: &mut Vec<Draft>) {
    let Some(inner) = &plan.inner else { return };
    let mut drafts = Vec::new();
    let held = held.trim_end_matches(['\r', '\n']);
    let fits = match inner.framing {
        Framing::Lines => lines::tell_whole(inner, held.as_bytes(), depth, &mut drafts),
        _ => json::tell_text(inner, held.as_bytes(), depth, &mut drafts),
    };
    let Some(wrapper) = outer.first() else { return };
    if !fits || drafts.is_empty() {
        return;
    }
    for draft in &mut drafts {
        fill(draft, wrapper);
    }
    *outer = drafts;
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
