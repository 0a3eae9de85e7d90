//! Evidence: what joined a source to its row, as values and in words.

use serde::Serialize;

use super::Desk;
use crate::{
    event::Event,
    join::{Join, Place, Rule, text, witness::Entity},
    reader::sketch::About,
    render::safe::counted,
    time::SECOND,
};

/// What joined a source to the origin of its row.
#[derive(Debug, Default, Serialize)]
pub struct Evidence {
    /// `copy:RULE`, `told:RULE` or `quoted:RULE`.
    pub rule: &'static str,
    /// The rule and its values in words.
    pub words: String,
    /// How far its time lies behind the origin's, in milliseconds.
    pub apart_ms: i64,
    /// How far its clock was taken to be ahead of the origin's, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset_ms: Option<i64>,
    /// The host that both name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<Same>,
    /// The service that both name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<Same>,
    /// The state that both tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<Same>,
    /// The key that both have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Of its five-word runs, so many permille are those of the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub similarity_permille: Option<u16>,
    /// Five-word runs in common.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared: Option<u32>,
    /// The source that it was compared with, where that is not the origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with: Option<String>,
    /// Which of the equal lines of that instant it is, from 1, in its copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<usize>,
    /// Lines that both copies of the log hold, and lines that both could.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream: Option<[u64; 2]>,
}

/// What both name, and how each spells it.
#[derive(Debug, Serialize)]
pub struct Same {
    /// What it was settled as; empty for states.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub settled: String,
    /// As the origin writes it.
    pub origin: String,
    /// As the source writes it.
    pub source: String,
}

impl Same {
    /// `host db-7`, `host db-7 (written DB-7 and db-7.example.net)`.
    fn words(&self, what: &str) -> String {
        let Self { settled, origin, source } = self;
        match origin == source {
            true => format!("{what} {origin}"),
            false if settled.is_empty() => format!("{what} {origin} and {source}"),
            false => format!("{what} {settled} (written {origin} and {source})"),
        }
    }
}

/// Milliseconds of nanoseconds.
pub(super) fn millis(nanos: i64) -> i64 {
    nanos / (SECOND / 1000)
}

/// `12.5 s later`, `3 min 4 s earlier`, `at the same time`.
pub(super) fn apart_words(nanos: i64) -> String {
    if nanos == 0 {
        return "at the same time".to_owned();
    }
    let side = if nanos < 0 { "earlier" } else { "later" };
    format!("{} {side}", length(nanos))
}

/// `12.5 s`, `3 min 4 s`: without a sign.
pub(super) fn length(nanos: i64) -> String {
    let millis = millis(nanos).unsigned_abs();
    let (secs, rest) = (millis / 1000, millis % 1000);
    match secs {
        0..60 if rest > 0 => format!("{secs}.{rest:03}").trim_end_matches('0').to_owned() + " s",
        0..60 => format!("{secs} s"),
        _ => crate::render::span_words(i64::try_from(secs).unwrap_or(i64::MAX / SECOND) * SECOND),
    }
}

impl Desk<'_> {
    /// What joined a member, which tells this event.
    pub(super) fn evidence(&self, join: &Join, event: &Event) -> Evidence {
        let key = event.sources[0].record.clone();
        let later = apart_words(join.apart_ns);
        let same_key = |what: &str, key: Option<String>| {
            let named = key.as_deref().map(|key| format!(" {key}")).unwrap_or_default();
            let words = format!("{what}{named}, and the same content; {later}");
            Evidence { words, key, ..Evidence::default() }
        };
        let found = match join.rule {
            Rule::SameLine => self.same_line(join),
            Rule::MessageId => same_key("the same mail: Message-ID", key),
            Rule::ChannelAndTs => same_key("the same message", key),
            Rule::TicketEvent => same_key("the same event of the ticket:", key),
            Rule::NativeKey => same_key("the same key", key),
            Rule::ToldAlert => self.alert(join),
            Rule::ToldTicketMail => self.text(join, "the tracker's mail about this event"),
            Rule::ToldTicketLink => self.text(join, "a program's post of the ticket"),
            Rule::ToldStatusMail => self.text(join, "it says what the status page says"),
            Rule::QuotedForward => self.text(join, "passed on without a word of its own"),
            Rule::ToldCrosspost => {
                self.text(join, "the same text, by one author or carried on by a program")
            }
            Rule::ByHand => Evidence {
                words: format!("the incident file puts them together; {later}"),
                ..Evidence::default()
            },
        };
        Evidence { rule: join.rule.why(), apart_ms: millis(join.apart_ns), ..found }
    }

    fn same_line(&self, join: &Join) -> Evidence {
        let rank = self.rank(join.member);
        let stream = self.joined.streams.of_stream(join.member.input);
        let stream = stream.or_else(|| self.joined.streams.of_stream(join.origin.input));
        let mut words =
            vec!["the same bytes at the same instant in another copy of the log".to_owned()];
        words.extend(rank.filter(|rank| rank.1 > 1).map(|(rank, of)| {
            format!("the copy holds {of} equal lines of that instant, this is number {rank}")
        }));
        words.extend(stream.map(|stream| {
            format!(
                "the copies share {} that both could hold",
                of_lines(stream.shared, stream.could)
            )
        }));
        Evidence {
            words: words.join("; "),
            rank: rank.map(|rank| rank.0),
            stream: stream.map(|stream| [stream.shared, stream.could]),
            ..Evidence::default()
        }
    }

    /// Which of the equal records of its instant an event is in its input, and how many there are.
    fn rank(&self, place: Place) -> Option<(usize, usize)> {
        let input = &self.read.inputs[place.input as usize];
        let scan = &input.scan;
        let own = scan.sketches.get(place.tick as usize)?.same;
        let at = input.instant(place.tick)?;
        let equal = (0_u32..).zip(&scan.sketches).filter(|(_, sketch)| sketch.same == own);
        let equal: Vec<u32> =
            equal.map(|(tick, _)| tick).filter(|tick| input.instant(*tick) == Some(at)).collect();
        let rank = equal.iter().position(|tick| *tick == place.tick)? + 1;
        Some((rank, equal.len()))
    }

    pub(super) fn about(&self, place: Place) -> Option<&About> {
        let scan = &self.read.inputs[place.input as usize].scan;
        scan.abouts.get(scan.sketches.get(place.tick as usize)?.about)
    }

    fn alert(&self, join: &Join) -> Evidence {
        let found = self.joined.alerts.binary_search_by_key(&join.member, |found| found.member);
        let found = found.ok().map(|at| self.joined.alerts[at]);
        let key = found.map_or(Entity::default(), |found| found.key);
        let offset = found.map_or(0, |found| found.offset_ns);
        let (host, service) = self.joined.entities.names(key);
        let (one, other) = (self.about(join.origin), self.about(join.member));
        let same = |of: fn(&About) -> Option<&String>, settled: &str| {
            let (origin, source) = (one.and_then(of)?.clone(), other.and_then(of)?.clone());
            Some(Same { settled: settled.to_owned(), origin, source })
        };
        let host = same(|about| about.host.as_ref(), host).filter(|_| key.host != 0);
        let service = same(|about| about.service.as_ref(), service).filter(|_| key.service != 0);
        let state = same(|about| about.state.as_ref(), "");
        let named = [("host", &host), ("service", &service), ("state", &state)];
        let named = named.into_iter().filter_map(|(what, same)| Some(same.as_ref()?.words(what)));
        let named: Vec<String> = named.collect();
        let mut words =
            format!("the same alert: {}; {}", named.join(", "), apart_words(join.apart_ns));
        if offset != 0 {
            let side = if offset < 0 { "behind" } else { "ahead of" };
            let left = apart_words(join.apart_ns - offset);
            let far = length(offset);
            let clock =
                format!(", and its clock is {far} {side} the origin's, which leaves {left}");
            words.push_str(&clock);
        }
        let offset_ms = Some(millis(offset)).filter(|offset| *offset != 0);
        Evidence { words, offset_ms, host, service, state, ..Evidence::default() }
    }

    fn text(&self, join: &Join, rule: &str) -> Evidence {
        let found = self.joined.texts.binary_search_by_key(&join.member, |found| found.member);
        let Some(found) = found.ok().map(|at| &self.joined.texts[at].evidence) else {
            return Evidence { words: rule.to_owned(), ..Evidence::default() };
        };
        let text::Evidence { with, similarity, shared, delay, key } = found;
        let with = Some(*with).filter(|with| *with != join.origin).map(|with| {
            let input = &self.read.inputs[with.input as usize];
            format!("{}:{}", input.plan.input.path, input.scan.ticks[with.tick as usize].line)
        });
        let mut words = vec![rule.to_owned()];
        words.extend(key.as_ref().map(|key| format!("the ticket's key is {key}")));
        words.extend(similarity.map(|similarity| {
            let (whole, tenth) = (similarity / 10, similarity % 10);
            let runs = counted(u64::from(*shared), "run of five words", "runs of five words");
            format!("{whole}.{tenth} % of the words agree ({runs} in common)")
        }));
        words.extend(with.as_ref().map(|with| format!("compared with {with}")));
        words.push(apart_words(*delay));
        Evidence {
            words: words.join("; "),
            key: key.clone(),
            similarity_permille: *similarity,
            shared: similarity.map(|_| *shared),
            with,
            ..Evidence::default()
        }
    }
}

fn of_lines(shared: u64, could: u64) -> String {
    if shared >= could {
        format!("all {}", counted(could, "line", "lines"))
    } else {
        format!("{shared} of the {}", counted(could, "line", "lines"))
    }
}
