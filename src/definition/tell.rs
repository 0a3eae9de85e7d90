//! What a record tells: from a bag of fields to drafts of events.
//!
//! The same code serves all three depths of reading, so that the n-th event of a record is the
//! same event whether it was only ticked or read whole.

use std::{borrow::Cow, ops::Range};

use serde_json::Value;

use super::{
    Definition, Engine, EventPlan, KindRule,
    accept::{self, found},
    bag::{Bag, Field, Item, Record, is_nothing},
    lookup, markup,
    phrase::{Path, Phrase, first},
    when::{FoundTime, time},
};
use crate::{
    condense::template,
    event::{Kind, Mark, Severity},
    reader::{
        mbox::Mail,
        sketch::{self, About, Known},
    },
    template::Fit,
    text,
    time::{Instant, RawTime},
    timeline::id::ticket_event,
};

/// How much of a record is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Place and raw time.
    Tick,
    /// What the choice of rows needs: kind, severity, marks, quiet.
    Sketch,
    /// Everything.
    Fields,
}

/// An event as its record tells it, before its time is resolved.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Number within the record, from 0.
    pub part: u16,
    /// Which `[[event]]` of the definition tells it, from 0; those of layers are numbered on.
    pub plan: u8,
    /// The layer that tells it, from 1; 0 for the definition itself.
    pub layer: u8,
    /// Its time; none when there is none, or none that can be read.
    pub time: Option<RawTime>,
    /// Kind.
    pub kind: Kind,
    /// Severity, from [`Depth::Sketch`] on.
    pub severity: Option<Severity>,
    /// Marks, from [`Depth::Sketch`] on.
    pub marks: Vec<Mark>,
    /// No row unless every event is asked for; from [`Depth::Sketch`] on.
    pub quiet: bool,
    /// Its date stands above the record, and only the clock in it.
    pub date_above: bool,
    /// Its identity by a native key, at [`Depth::Sketch`], where it has one.
    pub same: Option<(Known, u64)>,
    /// What it is about, at [`Depth::Sketch`], where it tells a state.
    pub about: Option<Box<About>>,
    /// How many records it stands for, at [`Depth::Sketch`]; 0 where it does not say.
    pub count: u16,
    /// What a record of a log says, as far as its template counts, at [`Depth::Sketch`]; else empty.
    pub message: Box<[u8]>,
    /// The rest, at [`Depth::Fields`].
    pub fields: Option<Box<Fields>>,
}

impl Draft {
    /// A draft that says what was written, and nothing about it.
    pub fn bare(definition: &Definition, part: u16, written: &str) -> Self {
        let fields = Fields {
            system: definition.name.clone(),
            summary: text::summary(written),
            detail: Some(text::detail(written)),
            ..Fields::default()
        };
        Self {
            part,
            plan: 0,
            layer: 0,
            time: None,
            kind: definition.kind,
            severity: None,
            marks: Vec::new(),
            quiet: false,
            date_above: false,
            same: None,
            about: None,
            count: 0,
            message: Box::default(),
            fields: Some(Box::new(fields)),
        }
    }
}

/// The fields of an event.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the names are those of rfo.event/1")]
pub struct Fields {
    /// Where it stands in the record, in bytes, where it is not the whole of it.
    pub place: Option<Range<usize>>,
    pub time_raw: String,
    pub other_time: Option<Instant>,
    pub delay_s: Option<i64>,
    /// The sender's address, of a mail.
    pub sender: Option<String>,
    pub until: Option<RawTime>,
    pub count: Option<u64>,
    pub system: String,
    pub record: Option<String>,
    pub same: Option<String>,
    pub channel: Option<String>,
    pub actor: Option<String>,
    pub role: Option<String>,
    pub host: Option<String>,
    pub service: Option<String>,
    pub state: Option<String>,
    pub refs: Vec<String>,
    pub summary: String,
    pub detail: Option<String>,
}

/// Everything that stays the same over the records of an input.
#[derive(Clone, Copy)]
pub struct Teller<'a> {
    /// The definition.
    pub definition: &'a Definition,
    /// The definition under it, where it is a layer: the time that it has none for is the base's.
    pub base: Option<&'a Definition>,
    /// Look-up tables.
    pub tables: &'a lookup::Tables,
    /// How much to read.
    pub depth: Depth,
}

impl Teller<'_> {
    /// Adds the events that a record tells.
    pub fn tell(&self, bag: &Bag<'_>, out: &mut Vec<Draft>) {
        self.tell_those(bag, |_| true, out);
    }

    /// Adds those events that a record tells whose number in the definition is wanted.
    pub fn tell_those(&self, bag: &Bag<'_>, wanted: impl Fn(usize) -> bool, out: &mut Vec<Draft>) {
        let bag = &Bag { nothing: &self.definition.nothing, ..*bag };
        let found = found(self.definition, bag);
        let bag = &Bag { extra: found.as_deref().unwrap_or(bag.extra), ..*bag };
        let looked_up = self.looked_up(bag);
        let bag = Bag { extra: looked_up.as_deref().unwrap_or(bag.extra), ..*bag };
        let plans = self.definition.events.iter().enumerate();
        for (number, plan) in plans.filter(|(number, _)| wanted(*number)) {
            let before = out.len();
            match &plan.each {
                None => self.event(plan, &bag, out),
                Some(each) => self.items(plan, each, &bag, out),
            }
            let number = u8::try_from(number).unwrap_or(u8::MAX);
            out[before..].iter_mut().for_each(|draft| draft.plan = number);
        }
    }

    /// The fields beside the record with those that look-ups make; none where there are none.
    fn looked_up(&self, bag: &Bag<'_>) -> Option<Vec<Field>> {
        let wanted = self.depth >= Depth::Fields && !self.definition.lookups.is_empty();
        wanted.then(|| lookup::looked_up(&self.definition.lookups, self.tables, bag)).flatten()
    }

    fn items(&self, plan: &EventPlan, each: &Path, bag: &Bag<'_>, out: &mut Vec<Draft>) {
        let mut number = 0;
        let mut fit = Fit::default();
        for mail in bag.record.mails(&each.text) {
            number += 1;
            let item = Item { number, record: Record::Mail(mail), within: &[] };
            self.event(plan, &Bag { item: Some(item), ..*bag }, out);
        }
        for item in bag.record.items(each) {
            let within = item.within.as_slice();
            let Value::String(text) = item.value.as_ref() else {
                number += 1;
                let around = around(bag);
                let record = Record::Json { value: item.value.as_ref(), around: &around };
                self.event(plan, &Bag { item: Some(Item { number, record, within }), ..*bag }, out);
                continue;
            };
            for piece in pieces(text, plan) {
                number += 1;
                let bytes = piece.as_bytes();
                let templates = plan.must.iter().chain(plan.cut.iter().map(|(whole, _)| whole));
                let fitted = templates.into_iter().find(|t| t.fit(bytes, &mut fit).is_ok());
                let record = match fitted {
                    Some(template) => Record::Holes { text: bytes, template, fit: &fit },
                    None => Record::Text(piece),
                };
                self.event(plan, &Bag { item: Some(Item { number, record, within }), ..*bag }, out);
            }
        }
    }

    fn event(&self, plan: &EventPlan, bag: &Bag<'_>, out: &mut Vec<Draft>) {
        // An item may hold keys of its own.
        let looked_up = bag.item.and_then(|_| self.looked_up(bag));
        let bag = &Bag { extra: looked_up.as_deref().unwrap_or(bag.extra), ..*bag };
        let Some(extra) = accept::only(&plan.only, bag) else { return };
        let bag = &Bag { extra: &extra, ..*bag };
        let own = plan.at.is_some() || plan.under.is_some();
        let found = match plan.at.as_deref() {
            Some(at) => time(self.definition, at, false, bag),
            None => self.record_time(plan, bag),
        };
        // An item that could not be taken apart still tells something: undated, and counted.
        let unfit = matches!(bag.item, Some(Item { record: Record::Text(_), .. }));
        if own && !found.filled && !unfit {
            return;
        }
        let mut draft = Draft {
            part: u16::try_from(out.len()).unwrap_or(u16::MAX),
            plan: 0,
            layer: 0,
            time: found.time,
            kind: self.kind(plan, bag),
            severity: None,
            marks: Vec::new(),
            quiet: false,
            date_above: !own && found.date_above,
            same: None,
            about: None,
            count: 0,
            message: Box::default(),
            fields: None,
        };
        if self.depth >= Depth::Sketch {
            draft.severity = self.severity(plan, bag);
            draft.marks.extend(
                say(&plan.mark, bag, "mark").and_then(|m| self.definition.marks.tell(m.as_bytes())),
            );
            draft.quiet = plan.quiet || self.definition.quiet.iter().any(|rule| rule.fits(bag));
        }
        if self.depth == Depth::Sketch {
            draft.same = Self::same(plan, draft.kind, bag);
            draft.about = self.about(plan, &draft, bag).map(Box::new);
            let count = say(&plan.count, bag, "count");
            let count = count.and_then(|count| count.trim().parse::<u64>().ok()).unwrap_or(0);
            draft.count = u16::try_from(count).unwrap_or(u16::MAX);
            if draft.kind == Kind::Log {
                let text = say(&plan.text, bag, "text").unwrap_or_default();
                draft.message = template::counted(text.trim_start()).into();
            }
        }
        if self.depth == Depth::Fields {
            draft.fields = Some(Box::new(self.fields(plan, bag, found)));
        }
        out.push(draft);
    }

    /// The record's time: the definition's own, or that of the base under it, or of its event.
    fn record_time(&self, plan: &EventPlan, bag: &Bag<'_>) -> FoundTime {
        let told = bag.item.map_or(bag.record, |item| item.record);
        let of = |definition: &Definition| match (told, &definition.engine) {
            (Record::Mail(mail), Engine::Mbox) => FoundTime {
                time: mail.when(),
                filled: true,
                text: mail.when_text().to_owned(),
                other: mail.other(),
                ..FoundTime::default()
            },
            _ => time(definition, &definition.time.at, true, bag),
        };
        let own = of(self.definition);
        let under = |base: &Definition| match &plan.under {
            Some(at) => time(base, at, false, bag),
            None => of(base),
        };
        match self.base.map(under) {
            Some(base) if own.time.is_none() && base.time.is_some() => base,
            _ => own,
        }
    }

    /// What the first event of a record says, its parts below each other, without marks of emphasis:
    /// what a layer upon this definition may ask for. Look-ups have no part in it, so that it is the
    /// same at every depth. None where the event is not told.
    pub fn told(&self, bag: &Bag<'_>) -> Option<String> {
        let plan = self.definition.events.iter().find(|plan| plan.each.is_none())?;
        let at = plan.at.as_deref();
        if at.is_some_and(|at| !time(self.definition, at, false, bag).filled) {
            return None;
        }
        let found = found(self.definition, bag);
        let bag = &Bag { extra: found.as_deref().unwrap_or(bag.extra), ..*bag };
        let detail = self.detail(plan, bag).unwrap_or_default();
        let text = say(&plan.text, bag, "text").map(|text| self.clean(text)).unwrap_or_default();
        let text = if detail.contains(text.trim()) { "" } else { text.trim() };
        let told = markup::unstressed(format!("{text}\n{detail}").trim());
        (!told.is_empty()).then_some(told)
    }

    /// False where the first event of a record tells roles and says that no program wrote it.
    pub fn is_bot(&self, bag: &Bag<'_>) -> bool {
        let plan = self.definition.events.iter().find(|plan| plan.each.is_none());
        plan.filter(|plan| !plan.role.is_empty()).is_none_or(|plan| {
            let role = first(&plan.role, bag).map(|role| role.trim().to_owned());
            self.translated(role, true).as_deref() == Some("bot")
        })
    }

    fn kind(&self, plan: &EventPlan, bag: &Bag<'_>) -> Kind {
        let said = match &plan.kind {
            KindRule::Own => None,
            KindRule::Fixed(kind) => Some(*kind),
            KindRule::Said(phrases) => first(phrases, bag).and_then(|word| Kind::named(&word)),
        };
        said.unwrap_or(self.definition.kind)
    }

    fn severity(&self, plan: &EventPlan, bag: &Bag<'_>) -> Option<Severity> {
        let words = say(&plan.severity, bag, "severity")?;
        self.definition.severity.tell(words.as_bytes())
    }

    /// The identity by a native key. Records of logs have none: what their templates call an id is
    /// that of a request or a process, and stands in many.
    fn same(plan: &EventPlan, kind: Kind, bag: &Bag<'_>) -> Option<(Known, u64)> {
        let told = bag.item.map_or(bag.record, |item| item.record);
        let id = say(&plan.id, bag, "id");
        let id = id.as_deref().map(str::trim).filter(|id| !id.is_empty());
        let of = |parts: &[&str]| sketch::same(parts.join("\0").as_bytes());
        match (told, id, kind) {
            (Record::Mail(_), Some(id), _) => Some((Known::Mail, of(&["id", id]))),
            (Record::Mail(mail), None, _) => {
                let sender = mail.sender().unwrap_or_default();
                Some((Known::Mail, of(&["", mail.when_text(), &sender])))
            }
            (_, None, _) | (_, _, Kind::Log) => None,
            (_, Some(id), Kind::Ticket) => {
                let system = say(&plan.system, bag, "system").unwrap_or_default();
                Some((Known::Ticket, of(&[&system, ticket_event(id)])))
            }
            (_, Some(id), _) => {
                let same = first(&plan.same, bag);
                Some((Known::Key, of(&[same.as_deref().unwrap_or(id)])))
            }
        }
    }

    /// What an event that tells a state, or an alert, is about. News that someone has taken an alert
    /// repeat the state that it is in.
    fn about(&self, plan: &EventPlan, draft: &Draft, bag: &Bag<'_>) -> Option<About> {
        let text_of =
            |ladder: &[Phrase], name| say(ladder, bag, name).map(|t| trimmed(t).into_owned());
        let state = self.translated(text_of(&plan.state, "state"), false).map(|s| s.to_uppercase());
        if state.is_none() && draft.kind != Kind::Alert {
            return None;
        }
        let is_taken = draft.marks.contains(&Mark::Acknowledged);
        let about = About {
            host: text_of(&plan.host, "host"),
            service: text_of(&plan.service, "service"),
            state: if is_taken { Some(sketch::taken(state.as_deref())) } else { state },
        };
        about.told(draft.kind)
    }

    /// A text without its markup.
    fn clean<'t>(&self, raw: Cow<'t, str>) -> Cow<'t, str> {
        let name = |id: &str| self.tables.iter().find_map(|table| table.get(id).cloned());
        let markup = self.definition.markup;
        match raw {
            Cow::Borrowed(raw) => markup.clean(raw, &name),
            Cow::Owned(raw) => {
                let made = match markup.clean(&raw, &name) {
                    Cow::Borrowed(kept) => (kept.len() < raw.len()).then(|| kept.to_owned()),
                    Cow::Owned(made) => Some(made),
                };
                Cow::Owned(made.unwrap_or(raw))
            }
        }
    }

    fn fields(&self, plan: &EventPlan, bag: &Bag<'_>, found: FoundTime) -> Fields {
        let text_of =
            |ladder: &[Phrase], name| say(ladder, bag, name).map(|t| trimmed(t).into_owned());
        // A list of names stands on one line.
        let name_of = |ladder: &[Phrase], name| {
            let text = text_of(ladder, name)?;
            let line = if text.contains('\n') { text.replace('\n', ", ") } else { text };
            Some(self.definition.markup.name(line))
        };
        let detail = self.detail(plan, bag);
        let spoken = say(&plan.text, bag, "text").or(match bag.item {
            Some(Item { record: Record::Text(text), .. }) => Some(Cow::Borrowed(text)),
            _ => None,
        });
        let spoken = spoken.map(|text| self.clean(text));
        let whole = spoken.as_deref().map(str::trim).or(detail.as_deref()).unwrap_or_default();
        let summary = text::summary(whole);
        let detail = text::detail(detail.as_deref().unwrap_or(whole));
        let mut refs: Vec<String> = Vec::new();
        // Only where the definition says so: a hole of that name is a log's thread of execution.
        let thread = first(&plan.thread, bag).map(trimmed);
        for value in thread.into_iter().chain(plan.refs.iter().filter_map(|r| r.say(bag))) {
            for value in value.lines().map(str::trim).filter(|value| !value.is_empty()) {
                if !refs.iter().any(|known| known == value) {
                    refs.push(value.to_owned());
                }
            }
        }
        let mail = match (&bag.record, &bag.item) {
            (Record::Mail(mail), None) => Some(*mail),
            _ => None,
        };
        let attached = match bag.item {
            Some(Item { record: Record::Mail(mail), .. }) => Some(mail),
            _ => None,
        };
        Fields {
            place: attached.and_then(Mail::place).cloned(),
            time_raw: found.text,
            other_time: found.other,
            delay_s: mail.and_then(Mail::delay_s),
            sender: mail.and_then(Mail::sender),
            until: time(self.definition, &plan.until, false, bag).time,
            count: text_of(&plan.count, "count").and_then(|count| count.parse().ok()),
            system: text_of(&plan.system, "system").unwrap_or_else(|| self.definition.name.clone()),
            record: text_of(&plan.id, "id"),
            same: first(&plan.same, bag).map(Cow::into_owned),
            channel: name_of(&plan.channel, "channel"),
            actor: name_of(&plan.actor, "actor"),
            role: self.translated(text_of(&plan.role, "role"), true),
            host: text_of(&plan.host, "host"),
            service: text_of(&plan.service, "service"),
            state: self.translated(text_of(&plan.state, "state"), false).map(|s| s.to_uppercase()),
            refs,
            detail: (!detail.is_empty() && detail != summary).then_some(detail),
            summary,
        }
    }

    /// A state or role through its table; a table that is given lets nothing else pass.
    fn translated(&self, word: Option<String>, role: bool) -> Option<String> {
        let (table, names) = if role {
            (&self.definition.roles, &self.definition.role_names)
        } else {
            (&self.definition.states, &self.definition.state_names)
        };
        if table.0.is_empty() {
            return word;
        }
        table.tell(word?.as_bytes()).map(|row| names[row].clone())
    }

    /// All parts that fit; what an earlier part already holds is not said again.
    fn detail<'b>(&self, plan: &EventPlan, bag: &Bag<'b>) -> Option<Cow<'b, str>> {
        let mut parts: Vec<Cow<'b, str>> = Vec::new();
        let mut add = |raw: Cow<'b, str>| {
            let part = trimmed(self.clean(raw));
            if !part.is_empty() && !parts.iter().any(|known| holds(known, &part)) {
                parts.push(part);
            }
        };
        plan.detail.iter().filter_map(|phrase| phrase.say(bag)).for_each(&mut add);
        if plan.detail.is_empty() {
            bag.own("detail").into_iter().for_each(&mut add);
        }
        match parts.len() {
            0 | 1 => parts.pop(),
            _ => Some(Cow::Owned(parts.join("\n"))),
        }
    }
}

/// A text without blanks around it.
fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => {
            let bare = text.trim();
            if bare.len() == text.len() { Cow::Owned(text) } else { Cow::Owned(bare.to_owned()) }
        }
    }
}

/// True where one text stands in another.
fn holds(text: &str, part: &str) -> bool {
    part.len() <= text.len() && memchr::memmem::find(text.as_bytes(), part.as_bytes()).is_some()
}

/// The first phrase that fits; without phrases, the definition's own hole of that name.
fn say<'a>(ladder: &[Phrase], bag: &Bag<'a>, name: &str) -> Option<Cow<'a, str>> {
    if ladder.is_empty() { bag.own(name) } else { first(ladder, bag) }
}

/// The objects around an item of the record.
fn around<'a>(bag: &Bag<'a>) -> Vec<&'a Value> {
    match bag.record {
        Record::Json { value, around } => {
            std::iter::once(value).chain(around.iter().copied()).collect()
        }
        _ => Vec::new(),
    }
}

/// A cell as its items: whole, or cut where the first line of a `cut` template fits.
fn pieces<'t>(text: &'t str, plan: &EventPlan) -> Vec<&'t str> {
    if plan.cut.is_empty() {
        return vec![text.trim()];
    }
    let mut fit = Fit::default();
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\r', '\n']).as_bytes();
        if plan.cut.iter().any(|(_, head)| head.fit(bare, &mut fit).is_ok()) {
            starts.push(at);
        }
        at += line.len();
    }
    // What stands before the first head belongs to no item, but it was written: keep it.
    if starts.first() != Some(&0)
        && !is_nothing(&text[..starts.first().copied().unwrap_or(text.len())])
    {
        starts.insert(0, 0);
    }
    let ends = starts.iter().skip(1).copied().chain(std::iter::once(text.len()));
    starts.iter().zip(ends).map(|(&start, end)| text[start..end].trim()).collect()
}
