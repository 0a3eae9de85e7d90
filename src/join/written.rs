//! Written: reads what chats, mails and tickets say, and lets [`text`] find what is told again.
//!
//! Takes the events that stand for themselves so far; gives joins for the rows, and references
//! between events that stay apart. Alerts are no matter of text: entities join them before.

use std::collections::HashMap;

use super::{Join, Joined, Place, sketch, text};
use crate::{
    event::{Event, Kind},
    reader::sketch::Known,
    timeline::{
        kept::Kept,
        merge::Placed,
        tell::{Decided, Which},
    },
};

/// Most bytes of a text that are compared: what is longer is known by its beginning.
const COMPARED_BYTES: usize = 16 << 10;

/// Finds what text tells again.
pub(super) fn find(
    inputs: &[Decided],
    order: &[Placed],
    joined: &mut Joined,
    kept: &Kept,
) -> text::Found {
    let mut wanted: Vec<Vec<Which>> = vec![Vec::new(); inputs.len()];
    for placed in order {
        let place = Place::from(placed);
        let speaks = sketch(inputs, placed).is_some_and(|sketch| {
            let kind = matches!(sketch.kind(), Kind::Chat | Kind::Email | Kind::Ticket);
            !sketch.quiet() && (kind || sketch.known == Known::Mail)
        });
        if speaks && joined.as_member(place).is_none() {
            wanted[placed.input as usize].push(Which::Tick(placed.tick));
        }
    }
    if is_one_tracker(inputs, &wanted) {
        return text::Found::default();
    }
    let written = super::read(inputs, &wanted, kept, |_, event| Written::of(event));
    let said: Vec<text::Said<'_>> =
        written.iter().map(|(place, written)| written.said(*place)).collect();
    super::hear_tickets(inputs, &text::tickets(&said), joined);
    let (streams, clocks) = (&joined.streams, &joined.clocks);
    text::find(&said, &|input, instant| clocks.ahead(streams.of_input(input), instant))
}

/// Who tells of tickets, among these events; by instant.
pub fn tickets(inputs: &[Decided], wanted: &[Vec<Which>]) -> Vec<text::OfTicket> {
    // Their times are not decided yet: nothing of this is kept.
    let kept = Kept::new(inputs.len());
    let written = super::read(inputs, wanted, &kept, |_, event| Written::of(event));
    let said: Vec<text::Said<'_>> =
        written.iter().map(|(place, written)| written.said(*place)).collect();
    text::tickets(&said)
}

/// True where the tickets of one input are all there is: nobody tells of them again, and they speak of
/// nobody.
fn is_one_tracker(inputs: &[Decided], wanted: &[Vec<Which>]) -> bool {
    let mut telling = inputs.iter().zip(wanted).filter(|(_, wanted)| !wanted.is_empty());
    let first = telling.next();
    let is_ticket = |input: &Decided, which: &Which| {
        let Which::Tick(tick) = which else { return false };
        let sketch = input.scan.sketches.get(*tick as usize);
        sketch.is_some_and(|sketch| sketch.kind() == Kind::Ticket && sketch.known != Known::Mail)
    };
    telling.next().is_none()
        && first.is_none_or(|(input, wanted)| wanted.iter().all(|which| is_ticket(input, which)))
}

/// The joins of text as those of rows.
pub(super) fn joins(found: &[text::Join], order: &[Placed]) -> Vec<Join> {
    if found.is_empty() {
        return Vec::new();
    }
    let mut instants: HashMap<Place, i64> =
        found.iter().flat_map(|join| [(join.origin, 0), (join.member, 0)]).collect();
    for placed in order {
        let place = Place::from(placed);
        if let Some(instant) = instants.get_mut(&place) {
            *instant = placed.instant.0;
        }
    }
    let join = |join: &text::Join| Join {
        origin: join.origin,
        member: join.member,
        rule: join.rule,
        apart_ns: instants[&join.member].saturating_sub(instants[&join.origin]),
    };
    found.iter().map(join).collect()
}

/// What is kept of an event to be compared.
struct Written {
    instant: Option<i64>,
    kind: Kind,
    bot: bool,
    system: String,
    record: Option<String>,
    channel: Option<String>,
    actor: Option<String>,
    host: Option<String>,
    service: Option<String>,
    state: Option<String>,
    refs: Vec<String>,
    summary: String,
    detail: Option<String>,
}

impl Written {
    fn of(mut event: Event) -> Self {
        if let Some(detail) = &mut event.detail {
            let end = (0..=COMPARED_BYTES.min(detail.len()))
                .rev()
                .find(|at| detail.is_char_boundary(*at));
            detail.truncate(end.unwrap_or_default());
            detail.shrink_to_fit();
        }
        Self {
            instant: event.stamp.instant.map(|instant| instant.0),
            kind: event.kind,
            bot: event.actor_role.as_deref() == Some("bot"),
            system: event.system,
            record: event.sources.swap_remove(0).record,
            channel: event.channel,
            actor: event.actor,
            host: event.host,
            service: event.service,
            state: event.state,
            refs: event.refs,
            summary: event.summary,
            detail: event.detail,
        }
    }

    fn said(&self, at: Place) -> text::Said<'_> {
        text::Said {
            at,
            instant: self.instant,
            kind: self.kind,
            bot: self.bot,
            actor: self.actor.as_deref(),
            host: self.host.as_deref(),
            service: self.service.as_deref(),
            state: self.state.as_deref(),
            record: self.record.as_deref(),
            refs: &self.refs,
            channel: self.channel.as_deref(),
            system: &self.system,
            summary: &self.summary,
            text: self.detail.as_deref().unwrap_or(&self.summary),
        }
    }
}
