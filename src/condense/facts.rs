//! Facts: what an event that was read tells condense.
//!
//! Takes an event of a mailbox, a chat, a tracker or a monitoring; gives what a [`Clue`] holds of it,
//! with names still as names ([`Facts`]), for their numbers are known once all events are read.

use std::borrow::Cow;

use super::{
    acts::{Acts, Listener, promise},
    clue::{Class, Clue, Flags, MINUTE, Step, near},
    template,
};
use crate::{
    event::{Event, Kind, Mark},
    join::{
        text::person::is_machine,
        witness::{Level, Rank, State, is_page},
    },
    time::Instant,
};

/// How much of a text is listened to, in bytes.
const HEARD: usize = 4 << 10;
/// What stands before the subject of an answer, or of what is passed on, in several languages.
const ANSWERS: [&str; 9] = ["re", "aw", "fwd", "fw", "wg", "sv", "rv", "tr", "res"];

/// What a message promises or claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// The next news are due at that instant, in ns since 1970 UTC, written so finely, in ns.
    Due(i64, i64),
    /// It has been so since that instant.
    Since(i64),
}

/// What an event tells, before names are numbers.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Host, as written.
    pub host: Option<String>,
    /// Service or check, as written.
    pub service: Option<String>,
    /// Hash of its ticket, mail thread or chat thread, or of what it answers; 0 for none.
    pub thread: u32,
    /// Hash of its own id, by which others answer it; 0 for none, and for tickets.
    pub own: u32,
    /// Hash of the subject of a mail without what answers put before it; 0 for none.
    pub subject: u32,
    /// Whether its subject says that it answers a mail.
    pub is_answer: bool,
    /// Hash of the channel, list or project; 0 for none.
    pub room: u32,
    /// Hash of who wrote it; 0 for none.
    pub actor: u32,
    /// What people do in it.
    pub acts: Acts,
    /// Marks told by its definition.
    pub marks: u16,
    /// What it is besides.
    pub flags: Flags,
    /// Length of its text in bytes.
    pub length: u16,
    /// What a program says, as far as its template counts; empty for people.
    pub message: Box<[u8]>,
    /// The class of its state.
    pub state: Class,
    /// What happened to its ticket.
    pub step: Step,
    /// What it promises or claims.
    pub said: Option<Said>,
    /// Words that may be names of hosts or services, as hashes; only where it names none itself.
    pub words: Vec<u32>,
    /// How long its delivery took, in seconds.
    pub delay_s: Option<i64>,
}

/// Words by which a log without severities tells of failures.
const BAD: [&str; 16] = [
    "error",
    "fail",
    "fatal",
    "panic",
    "exception",
    "critical",
    "emerg",
    "refused",
    "timed out",
    "timeout",
    "unreachable",
    "out of memory",
    "denied",
    "corrupt",
    "no space",
    "segfault",
];

/// Whether a line of a log tells of a failure, by its words.
pub fn sounds_bad(text: &str) -> bool {
    let text = text.to_lowercase();
    BAD.iter().any(|word| text.contains(word))
}

/// A name as a number: names that differ in case alone are one; 0 is none.
pub fn number(name: &str) -> u32 {
    let name = name.trim().to_lowercase();
    if name.is_empty() { 0 } else { (xxhash_rust::xxh3::xxh3_64(name.as_bytes()) >> 32) as u32 | 1 }
}

impl Facts {
    /// What that event tells.
    pub fn of(event: &Event, listener: &mut Listener) -> Self {
        let text = &*spoken(event);
        let flags = flags(event, text);
        let step = if event.kind == Kind::Ticket { step(event) } else { Step::None };
        let is_bot = flags.has(Flags::BOT);
        let talks = !is_bot && matches!(step, Step::None | Step::Created | Step::Comment);
        let acts = if talks { listener.acts(&without_recap(text)) } else { Acts::default() };
        let names = event.host.is_some() || event.service.is_some();
        let subject = if event.kind == Kind::Email { bare_subject(&event.summary) } else { "" };
        let is_answer = !subject.is_empty() && subject.len() < event.summary.trim().len();
        Self {
            host: event.host.clone(),
            service: event.service.clone(),
            thread: thread(event),
            own: if event.kind == Kind::Ticket { 0 } else { event.record().map_or(0, number) },
            subject: number(subject),
            is_answer,
            room: event.channel.as_deref().map_or(0, number),
            actor: event.actor.as_deref().map_or(0, number),
            acts,
            marks: event.marks.iter().fold(0, |bits, mark| bits | 1 << *mark as u8),
            flags,
            length: u16::try_from(text.len()).unwrap_or(u16::MAX),
            message: if is_bot { template::counted(&event.summary).into() } else { Box::default() },
            state: event.state.as_deref().map_or(Class::None, |state| class(event.kind, state)),
            step,
            said: event.stamp.instant.and_then(|at| said(acts, text, at, &event.time_raw)),
            words: if names { Vec::new() } else { words(&event.summary, text) },
            delay_s: event.sources.first().and_then(|source| source.delay_s),
        }
    }

    /// Puts into a clue what does not depend on names.
    pub fn tell(&self, clue: &mut Clue) {
        (clue.thread, clue.room, clue.actor) = (self.thread, self.room, self.actor);
        clue.acts = self.acts;
        (clue.marks, clue.flags, clue.length) = (self.marks, self.flags, self.length);
        (clue.state, clue.step) = (self.state, self.step);
        clue.template = template::number(&self.message);
    }
}

/// What is said in an event: of an answer by mail only what was written, for its subject is that of
/// what it answers.
fn spoken(event: &Event) -> Cow<'_, str> {
    let whole = event.detail.as_deref().unwrap_or(&event.summary);
    let is_answer = bare_subject(&event.summary).len() < event.summary.trim().len();
    let end = (0..=HEARD.min(whole.len())).rev().find(|at| whole.is_char_boundary(*at));
    let text = &whole[..end.unwrap_or_default()];
    if event.kind == Kind::Email && !is_answer && event.detail.is_some() {
        return Cow::Owned(format!("{}.\n{text}", event.summary));
    }
    Cow::Borrowed(text)
}

/// The subject of a mail without what answers put before it.
fn bare_subject(subject: &str) -> &str {
    let mut bare = subject.trim();
    while let Some((head, rest)) = bare.split_once(':') {
        let head = head.trim();
        if !ANSWERS.iter().any(|answer| head.eq_ignore_ascii_case(answer)) {
            break;
        }
        bare = rest.trim_start();
    }
    bare
}

/// Lines that begin with a clock, from which on a text tells again what was.
const RECAP: usize = 3;

/// A text without its list of what was when: that is no act of whoever writes it.
fn without_recap(text: &str) -> Cow<'_, str> {
    let is_told = |line: &&str| {
        let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let rest = line.get(digits..).unwrap_or_default().as_bytes();
        let minutes = rest.strip_prefix(b":").unwrap_or_default();
        (1..=2).contains(&digits)
            && minutes.iter().take(2).filter(|b| b.is_ascii_digit()).count() == 2
    };
    if text.lines().filter(is_told).count() < RECAP {
        return Cow::Borrowed(text);
    }
    let own: Vec<&str> = text.lines().filter(|line| !is_told(line)).collect();
    Cow::Owned(own.join("\n"))
}

/// The class of a state word, as events of that kind use it.
pub fn class(kind: Kind, state: &str) -> Class {
    match State::of(state, Rank::of(kind, "", None)) {
        State::Bad(Level::Any | Level::Warning | Level::Critical) | State::Unknown => {
            Class::Problem
        }
        State::Good => Class::Ok,
        State::Acknowledged(_) => Class::Acknowledged,
        State::FlappingStart => Class::Flapping,
        State::FlappingStop | State::Other => Class::None,
    }
}

/// Words of mails and posts by which customers are told.
const OUTWARD: [&str; 10] = [
    "customer",
    "client",
    "subscriber",
    "announce",
    "kunden",
    "cliente",
    "status page",
    "statuspage",
    "status-page",
    "status updates",
];
/// Reactions and notes by which people pin a message.
const PINNED: [&str; 6] =
    ["pushpin", "\u{1f4cc}", "bookmark", "(pinned", "round_pushpin", "[pinned"];
/// What programs post of changes.
const CHANGES: [&str; 8] = [
    "deployed",
    "deploying",
    "deployment",
    "rollout",
    "rolled out",
    "failover",
    "released",
    "maintenance",
];

/// What rooms are called in which changes are told.
const ROOMS: [&str; 5] = ["deploy", "release", "changes", "rollout", "maintenance"];

/// Whether the subject of a mail begins with a tag that says that it is about a change.
fn is_announced(subject: &str) -> bool {
    let subject = subject.trim_start_matches(['[', '(']).to_lowercase();
    let words = ["change", "deploy", "release", "maintenance", "rollout", "wartung", "rfc"];
    let tag = subject.split([']', ')', ':']).next().unwrap_or_default();
    subject.len() > tag.len() && words.iter().any(|word| tag.starts_with(word)) && tag.len() < 24
}

fn flags(event: &Event, text: &str) -> Flags {
    let role = event.actor_role.as_deref().unwrap_or_default().to_lowercase();
    let machine = event.kind == Kind::Email && event.actor.as_deref().is_some_and(is_machine);
    let is_bot = role == "bot" || machine || matches!(event.kind, Kind::Alert | Kind::Log);
    let channel = event.channel.as_deref().unwrap_or_default().to_lowercase();
    let told = |words: &[&str], text: &str| words.iter().any(|word| text.contains(word));
    let outward = is_page(&event.system) || event.kind == Kind::Email && told(&OUTWARD, &channel);
    let reactions = || text.rsplit_once("(reactions:").map_or("", |(_, names)| names);
    let pinned =
        event.kind == Kind::Chat && (told(&PINNED, reactions()) || text.contains("(pinned"));
    let posted = is_bot && event.kind == Kind::Chat && event.state.is_none();
    // Rooms such as `deploys`, and mails "[change] …", tell of changes.
    let of_changes = event.kind == Kind::Chat && told(&ROOMS, &channel)
        || event.kind == Kind::Email && is_announced(&event.summary);
    let change = event.kind == Kind::Change
        || of_changes
        || event.marks.contains(&Mark::Change)
        || posted && told(&CHANGES, &event.summary.to_lowercase());
    let customer = ["customer", "client", "end-user", "requester"];
    let starts = event.record().is_some_and(|own| event.refs.iter().any(|known| known == own));
    Flags::default()
        .with(Flags::BOT, is_bot)
        .with(Flags::QUIET, event.quiet)
        .with(Flags::OUTWARD, outward)
        .with(Flags::CHANGE, change)
        .with(Flags::PINNED, pinned)
        .with(Flags::CUSTOMER, told(&customer, &role))
        .with(Flags::STARTER, event.kind == Kind::Chat && starts)
}

/// What a record of a tracker tells, by its native key, `KEY:created` …, and its state.
fn step(event: &Event) -> Step {
    let record = event.record();
    let mut parts = record.unwrap_or_default().split(':').skip(1);
    match parts.next().unwrap_or_default() {
        "created" => return Step::Created,
        "opened" | "started" | "answered" => return Step::InProgress,
        "resolved" | "completed" | "mitigated" => return Step::Resolved,
        "closed" => return Step::Closed,
        "reopened" => return Step::Reopened,
        word if word.contains("comment") => return Step::Comment,
        _ => {}
    }
    if record.is_none() && event.marks.contains(&Mark::Resolved) {
        return Step::Resolved;
    }
    let state = event.state.as_deref().unwrap_or_default();
    let has = |words: &[&str]| words.iter().any(|word| state.contains(word));
    let says = |words: &[&str]| {
        let head = event.summary.to_lowercase();
        words.iter().any(|word| head.contains(word))
    };
    if state.is_empty() {
        let field = |step, words: &[&str]| says(words).then_some(step);
        return field(Step::Priority, &["priority", "severity", "urgency"])
            .or(field(Step::Assigned, &["assignee", "assigned", "owner"]))
            .unwrap_or(if record.is_some() { Step::Field } else { Step::None });
    }
    if has(&["REOPEN"]) {
        Step::Reopened
    } else if has(&["PROGRESS", "INVESTIGATI", "WORK", "IMPLEMENT", "ACKNOWLEDGED", "ACCEPTED"]) {
        Step::InProgress
    } else if has(&["RESOLVED", "DONE", "FIXED", "SOLVED"]) {
        Step::Resolved
    } else if has(&["CLOSED", "CANCEL", "DECLINED"]) {
        Step::Closed
    } else {
        Step::Status
    }
}

/// The conversation that an event is part of: its ticket, else what it answers, else what it begins.
fn thread(event: &Event) -> u32 {
    let own = event.record();
    let is_ticket = event.kind == Kind::Ticket;
    let ticket = own.filter(|_| is_ticket).and_then(|own| own.split(':').next());
    let refs = event.refs.iter().map(String::as_str);
    let all = ticket.into_iter().chain(refs).chain(own.filter(|_| !is_ticket));
    all.map(number).find(|thread| *thread != 0).unwrap_or(0)
}

/// Most words of a text that are looked at for names.
const WORDS: usize = 200;

/// The words that may be names, as numbers.
fn words(summary: &str, text: &str) -> Vec<u32> {
    let ends = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.' | '_'));
    let both = summary.split(ends).chain(text.split(ends));
    let bare = both.map(|word| word.trim_matches(['.', '-', '_'])).filter(|word| word.len() > 2);
    let mut words: Vec<u32> = bare.take(WORDS).map(number).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// What is promised or claimed, where the zone of what was written is certain.
fn said(acts: Acts, text: &str, at: Instant, time_raw: &str) -> Option<Said> {
    let ahead = |clock: &promise::Clock| match clock.zone.as_deref() {
        Some("UTC" | "GMT" | "Z") => Some(0),
        Some(zone) => offset(zone),
        None => offset(time_raw),
    };
    if acts.has(Acts::PROMISE) {
        match promise::due(text)? {
            promise::When::In(length) => {
                return Some(Said::Due(near(at.0.saturating_add(length)), MINUTE));
            }
            promise::When::At(clock) => {
                return Some(Said::Due(near(clock.after(at.0, ahead(&clock)?)), MINUTE));
            }
        }
    }
    if acts.has(Acts::SINCE) {
        let clock = promise::since(text)?;
        return Some(Said::Since(near(clock.before(at.0, ahead(&clock)?))));
    }
    None
}

/// How far ahead of UTC a time was written that ends with `+0100` or `+01:00`, in ns.
fn offset(written: &str) -> Option<i64> {
    let bare = written.split('(').next()?.trim();
    let at = bare.rfind(['+', '-'])?;
    let digits: String = bare[at + 1..].chars().filter(|c| *c != ':').collect();
    let is_offset = digits.len() == 4 && digits.bytes().all(|c| c.is_ascii_digit());
    let (hours, minutes) = is_offset.then(|| digits.split_at(2))?;
    let minutes: i64 = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
    Some(if bare.as_bytes()[at] == b'-' { -minutes } else { minutes } * MINUTE)
}

#[cfg(test)]
mod tests;
