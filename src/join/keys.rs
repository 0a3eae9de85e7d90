//! Keys: the copies of mails, messages and ticket events, by their native key and content.
//!
//! The same mail in three mailboxes is one event with three sources, and so is a message exported
//! twice. One key with another content (an edited message, a mail under a Message-ID that is used
//! again) stays two events, and the input says so. Contents are read only where a key occurs again.

use std::collections::HashMap;

use super::{Join, Place, Rule, sketch};
use crate::{
    event::{Event, Kind},
    reader::sketch::Known,
    time::policy,
    timeline::{
        id::ticket_event,
        kept::Kept,
        merge::Placed,
        tell::{Decided, Which},
    },
};

mod content;

use content::Content;

/// What joining found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) joins: Vec<Join>,
    pub(super) remarks: Vec<(u32, String)>,
}

/// An event with a native key: the key, and its number in the total order.
type Keyed = (Known, u64, u32);

/// Joins the copies among events with native keys.
pub(super) fn join(inputs: &[Decided], order: &[Placed], kept: &Kept) -> Found {
    let mut keyed: Vec<Keyed> = Vec::new();
    for (number, placed) in (0_u32..).zip(order) {
        let sketch = sketch(inputs, placed).filter(|sketch| sketch.known != Known::Text);
        keyed.extend(sketch.map(|sketch| (sketch.known, sketch.same, number)));
    }
    keyed.sort_unstable();
    let of_one_key = keyed.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
    let groups: Vec<Vec<Keyed>> = of_one_key
        .filter_map(|group| {
            // Nearly all keys stand alone.
            let group =
                if group.len() > 1 { at_one_time(inputs, order, group) } else { Vec::new() };
            Some(group).filter(|group| group.len() > 1)
        })
        .collect();
    let mut contents = read(inputs, order, &groups, kept);
    let mut found = Found::default();
    let mut apart: HashMap<(u32, Known), u64> = HashMap::new();
    for group in groups {
        let places = group.iter().map(|(_, _, number)| order[*number as usize]);
        let told =
            places.filter_map(|placed| Some((placed, contents.remove(&Place::from(&placed))?)));
        let mut told: Vec<(Placed, Content)> = told.collect();
        // The row takes the time that its writer gave it.
        told.sort_by_key(|(placed, content)| (content.is_weak, *placed));
        same_content(group[0].0, told, &mut found, &mut apart);
    }
    found.remarks =
        apart.into_iter().map(|((input, known), n)| (input, differs(known, n))).collect();
    found.remarks.sort_unstable();
    found
}

/// Those of one key that can be copies of another: all mails, whose `Date` may be lost, and else what
/// shares an instant with another. The comments of a ticket have one key, and times of their own.
fn at_one_time(inputs: &[Decided], order: &[Placed], group: &[Keyed]) -> Vec<Keyed> {
    if group[0].0 == Known::Mail {
        return group.to_vec();
    }
    let ends: Vec<(i64, i64)> = group
        .iter()
        .map(|(_, _, number)| {
            let placed = order[*number as usize];
            let Decided { scan, policy, .. } = &inputs[placed.input as usize];
            let at = placed.tick as usize;
            let stamp = policy::resolve(policy, at, &scan.ticks[at].time);
            (placed.instant.0, placed.instant.0.saturating_add(stamp.precision.nanos()))
        })
        .collect();
    // They stand by their instants.
    let mut latest = i64::MIN;
    let shares = |(at, &(start, end)): (usize, &(i64, i64))| {
        let before = start < latest;
        latest = latest.max(end);
        before || ends.get(at + 1).is_some_and(|next| next.0 < end)
    };
    let shares: Vec<bool> = ends.iter().enumerate().map(shares).collect();
    group.iter().zip(shares).filter(|(_, shares)| *shares).map(|(keyed, _)| *keyed).collect()
}

/// Joins what is about something and has one key, each to the first of them, whatever it says.
pub(super) fn unread(inputs: &[Decided], order: &[Placed]) -> Vec<Join> {
    let mut first: HashMap<(Known, u64), Placed> = HashMap::new();
    let join = |placed: &Placed| {
        let sketch = sketch(inputs, placed)?;
        if sketch.known == Known::Text || sketch.about == 0 {
            return None;
        }
        let first = *first.entry((sketch.known, sketch.same)).or_insert(*placed);
        let (origin, member) = (Place::from(&first), Place::from(placed));
        let apart_ns = placed.instant.0 - first.instant.0;
        (origin != member).then_some(Join { origin, member, rule: Rule::NativeKey, apart_ns })
    };
    order.iter().filter_map(join).collect()
}

/// Joins the events of one key that have one content; each to the first of them.
fn same_content(
    known: Known,
    told: Vec<(Placed, Content)>,
    found: &mut Found,
    apart: &mut HashMap<(u32, Known), u64>,
) {
    let mut firsts: Vec<(Placed, Content)> = Vec::new();
    for (placed, content) in told {
        let member = Place::from(&placed);
        let first = firsts.iter().find(|(_, first)| first.is_copy(&content));
        if let Some((first, _)) = first {
            let origin = Place::from(first);
            let rule = content.rule();
            let apart_ns = placed.instant.0 - first.instant.0;
            found.joins.push(Join { origin, member, rule, apart_ns });
            continue;
        }
        if firsts.iter().any(|(_, first)| first.should_be_one(&content)) {
            *apart.entry((placed.input, known)).or_default() += 1;
        }
        firsts.push((placed, content));
    }
}

fn differs(known: Known, n: u64) -> String {
    let (what, key) = match known {
        Known::Mail => ("mails", "Message-ID"),
        Known::Ticket => ("ticket events", "key"),
        Known::Key | Known::Text => ("messages", "native key"),
    };
    format!(
        "{n} of its {what} have the {key} of another with other content: they stay events of their own"
    )
}

/// Reads what the events of all groups say.
fn read(
    inputs: &[Decided],
    order: &[Placed],
    groups: &[Vec<Keyed>],
    kept: &Kept,
) -> HashMap<Place, Content> {
    let mut wanted: Vec<Vec<Which>> = vec![Vec::new(); inputs.len()];
    for (_, _, number) in groups.iter().flatten() {
        let placed = order[*number as usize];
        wanted[placed.input as usize].push(Which::Tick(placed.tick));
    }
    let content = |place: Place, event: Event| {
        let known = inputs[place.input as usize].scan.sketches.get(place.tick as usize);
        Content::of(&event, known.map(|sketch| sketch.known) == Some(Known::Mail))
    };
    super::read(inputs, &wanted, kept, content).into_iter().collect()
}

/// Joins the copies among events without an instant, which have no sketches; they stand by path and
/// byte. Gives the number of events joined.
pub fn undated(events: &mut Vec<Event>) -> u64 {
    let before = events.len();
    let mut kept: Vec<Event> = Vec::with_capacity(before);
    let mut first: HashMap<(Kind, String, String), Vec<usize>> = HashMap::new();
    for mut event in events.drain(..) {
        let key = event.sources[0].record.as_deref().filter(|_| event.kind != Kind::Log);
        let key = key.map(|record| match event.kind {
            Kind::Ticket => ticket_event(record).to_owned(),
            _ => record.to_owned(),
        });
        let Some(key) = key.map(|key| (event.kind, event.system.clone(), key)) else {
            kept.push(event);
            continue;
        };
        let content_of = |event: &Event| Content::of(event, event.kind == Kind::Email);
        let content = content_of(&event);
        let known = first.entry(key).or_default();
        let copy = known.iter().copied().find(|&at| {
            kept[at].time_raw == event.time_raw && content_of(&kept[at]).is_copy(&content)
        });
        match copy {
            None => {
                known.push(kept.len());
                kept.push(event);
            }
            Some(at) => {
                for mut source in event.sources.drain(..) {
                    source.why = Some(content.rule().why().to_owned());
                    kept[at].sources.push(source);
                }
            }
        }
    }
    kept.iter_mut().for_each(Event::order_sources);
    *events = kept;
    (before - events.len()) as u64
}
