//! Contents: what two events of one key must have in common to be copies.

use xxhash_rust::xxh3::xxh3_64;

use crate::{
    event::{Event, Kind},
    join::Rule,
    time::{Note, Stamp},
};

/// Things that happen to a ticket once at an instant, whatever its title is by now.
const ONCE: [&str; 6] = ["created", "opened", "updated", "resolved", "closed", "due"];

/// What an event says, short enough to keep for all that are compared.
#[derive(Clone, Debug)]
pub(super) struct Content {
    kind: Kind,
    is_mail: bool,
    system: u64,
    /// Its instant (ns), and how long the interval is.
    time: Option<(i64, i64)>,
    /// The time is not the one that its writer gave it.
    pub(super) is_weak: bool,
    actor: Option<u64>,
    state: Option<u64>,
    channel: Option<u64>,
    head: u64,
    /// Its lines that are not blank, with equal spaces.
    lines: Vec<u64>,
    /// Where a list's footer or a signature may begin.
    ends: Vec<u32>,
    happens_once: bool,
}

impl Content {
    /// `is_mail`: what the event was read from, whatever a layer made of it.
    pub(super) fn of(event: &Event, is_mail: bool) -> Self {
        let Stamp { instant, precision, quality, .. } = &event.stamp;
        let record = event.sources[0].record.as_deref().unwrap_or_default();
        let head = if is_mail { without_list(&event.summary) } else { &event.summary };
        let mut ends = Vec::new();
        let mut lines = Vec::new();
        for line in event.detail.as_deref().unwrap_or_default().lines() {
            let line = line.trim();
            // A mailbox's own note on a mail, which another has not.
            if line.is_empty() || is_mail && line.starts_with("Labels: ") {
                continue;
            }
            if is_rule(line) {
                ends.push(lines.len() as u32);
            }
            lines.push(if is_mail { hash_mail(line) } else { hash(line) });
        }
        let of = |text: &Option<String>| text.as_deref().map(hash);
        Self {
            kind: event.kind,
            is_mail,
            system: hash(&event.system),
            time: instant.map(|instant| (instant.0, precision.nanos())),
            is_weak: event.stamp.in_doubt() || quality.has(Note::Received),
            actor: of(&event.actor),
            state: of(&event.state),
            channel: of(&event.channel),
            head: if is_mail { hash_mail(head) } else { hash(head) },
            lines,
            ends,
            happens_once: record.rsplit(':').next().is_some_and(|event| ONCE.contains(&event)),
        }
    }

    /// The rule by which its copies are known.
    pub(super) fn rule(&self) -> Rule {
        match self.kind {
            _ if self.is_mail => Rule::MessageId,
            Kind::Ticket => Rule::TicketEvent,
            Kind::Chat => Rule::ChannelAndTs,
            _ => Rule::NativeKey,
        }
    }

    /// True where both are one record. What one of them lacks contradicts nothing.
    pub(super) fn is_copy(&self, other: &Self) -> bool {
        let agree = |a: Option<u64>, b: Option<u64>| a.zip(b).is_none_or(|(a, b)| a == b);
        if self.kind != other.kind || self.system != other.system {
            return false;
        }
        if self.is_mail {
            let timed = self.time == other.time || self.is_weak || other.is_weak;
            return timed && self.head == other.head && self.holds_same_lines(other);
        }
        let told = agree(self.actor, other.actor) && agree(self.state, other.state);
        if self.happens_once && self.kind == Kind::Ticket {
            return told && self.overlaps(other);
        }
        told && self.overlaps(other)
            && agree(self.channel, other.channel)
            && self.head == other.head
            && self.lines == other.lines
    }

    /// True where one would expect two events of one key to be one record.
    pub(super) fn should_be_one(&self, other: &Self) -> bool {
        self.is_mail || self.time == other.time
    }

    /// True where the intervals of both times have an instant in common, or both have none.
    fn overlaps(&self, other: &Self) -> bool {
        match (self.time, other.time) {
            (Some((a, long)), Some((b, length))) => a < b + length && b < a + long,
            (one, other) => one == other,
        }
    }

    /// The same lines, but for what a list puts below a mail.
    fn holds_same_lines(&self, other: &Self) -> bool {
        let (less, more) =
            if self.lines.len() <= other.lines.len() { (self, other) } else { (other, self) };
        more.lines.starts_with(&less.lines)
            && (more.lines.len() == less.lines.len()
                || more.ends.contains(&(less.lines.len() as u32)))
    }
}

/// A text without regard to the length of its spaces.
fn hash(text: &str) -> u64 {
    let words: Vec<&str> = text.split_whitespace().collect();
    xxh3_64(words.join(" ").as_bytes())
}

/// The same for a mail: archives hide addresses, `jo@example.net` as `jo at example.net`.
fn hash_mail(text: &str) -> u64 {
    let words = text.split(|c: char| c == '@' || c.is_whitespace());
    let words: Vec<&str> = words.filter(|word| !word.is_empty() && *word != "at").collect();
    xxh3_64(words.join(" ").as_bytes())
}

/// A line that sets a footer apart.
fn is_rule(line: &str) -> bool {
    line.len() >= 2 && line.bytes().all(|byte| matches!(byte, b'-' | b'_' | b'=' | b'*' | b'~'))
}

/// A subject without the name that a list puts before it: `[ops] Re: slow` and `Re: [ops] slow` are
/// `slow`.
fn without_list(subject: &str) -> &str {
    let mut rest = subject.trim_start();
    loop {
        let reply = ["re:", "aw:", "sv:", "fwd:", "fw:", "wg:"].iter().find_map(|word| {
            rest.get(..word.len()).filter(|head| head.eq_ignore_ascii_case(word))?;
            rest.get(word.len()..)
        });
        let list = rest.strip_prefix('[').and_then(|tag| Some(tag.split_once(']')?.1));
        match list.or(reply) {
            Some(bare) => rest = bare.trim_start(),
            None => return rest,
        }
    }
}
