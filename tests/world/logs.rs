//! Logs: one true stream a host, and what people gather of it: rotated, copied, cut off, searched,
//! sent to a central server.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    chance::Chance,
    clock::{self, HOUR, MIDNIGHT, SECOND},
    evidence::{Evidence, Page, Told},
};

/// How a log writes its lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    /// Seconds, no year, no zone, and the host.
    Syslog,
    /// Microseconds with an offset, and the host.
    Rsyslog,
    /// Milliseconds, no zone, no host; some records have several lines.
    App,
    /// Seconds with an offset, no host.
    Access,
}

const SHAPES: [Shape; 4] = [Shape::Syslog, Shape::Rsyslog, Shape::App, Shape::Access];

/// A record of the stream.
#[derive(Clone)]
struct Line {
    at: i64,
    text: String,
    /// Equal records of one stream in one instant are one event that happened several times.
    event: u32,
}

/// All that one host logged, in order.
pub(crate) struct Stream {
    shape: Shape,
    host: &'static str,
    lines: Vec<Line>,
    /// Which lines some file has.
    seen: BTreeSet<usize>,
}

const HOSTS: [&str; 3] = ["web-1", "web-2", "cache-2"];
const PATHS: [&str; 4] = ["/cart", "/pay", "/health", "/orders"];

/// What a program says; some of it often, some of it once.
fn saying(chance: &mut Chance) -> String {
    let n = chance.below(100_000);
    match chance.below(6) {
        0 => "connection refused by cache-2".to_owned(),
        1 => "retrying".to_owned(),
        2 => format!("order {n} was paid"),
        3 => format!("request {n:x} took {} ms", chance.below(4000)),
        4 => format!("session {n} closed"),
        _ => "queue is full, error 503".to_owned(),
    }
}

/// One record as that shape writes it.
fn written(shape: Shape, chance: &mut Chance, at: i64, host: &str) -> String {
    let said = saying(chance);
    match shape {
        Shape::Syslog => format!("{} {host} shop[41]: {said}", clock::syslog(at)),
        Shape::Rsyslog => format!("{} {host} shop[41]: {said}", clock::rsyslog(at)),
        Shape::App if chance.often(100) => format!(
            "{} ERROR [main] shop.Pay - {said}\n\tat shop.Pay.run(Pay.java:{})\n\tat shop.Main.main(Main.java:7)",
            clock::app(at),
            chance.below(300)
        ),
        Shape::App => format!("{} INFO [main] shop.Pay - {said}", clock::app(at)),
        Shape::Access => format!(
            "192.0.2.{} - - [{}] \"GET {}?n={} HTTP/1.1\" 200 {}",
            chance.below(4),
            clock::access(at),
            chance.of(&PATHS),
            chance.below(3),
            chance.below(900)
        ),
    }
}

impl Stream {
    /// `n` records from 20:00 on, so many in a thousand the same as the one before, in the same
    /// instant; others a second later, or more, or none.
    fn new(
        evidence: &mut Evidence,
        chance: &mut Chance,
        (shape, host): (Shape, &'static str),
        (n, repeats): (usize, usize),
    ) -> Self {
        let mut lines: Vec<Line> = Vec::with_capacity(n);
        let mut at = MIDNIGHT + 20 * HOUR;
        while lines.len() < n {
            if let Some(last) = lines.last().filter(|_| chance.often(repeats)) {
                lines.push(last.clone());
                continue;
            }
            at += chance.of(&[0, 0, 7, SECOND, SECOND, 3 * SECOND, 20 * SECOND]);
            let text = written(shape, chance, at, host);
            lines.push(Line { at, text, event: 0 });
        }
        let mut stream = Self { shape, host, lines, seen: BTreeSet::new() };
        stream.name(evidence);
        stream
    }

    /// Names the events anew.
    fn name(&mut self, evidence: &mut Evidence) {
        let mut known: BTreeMap<&str, u32> = BTreeMap::new();
        for line in &mut self.lines {
            // The time stands in the text: the same text is the same instant.
            line.event = *known.entry(&line.text).or_insert_with(|| evidence.number());
        }
    }

    fn len(&self) -> usize {
        self.lines.len()
    }

    fn told(&self, at: usize) -> Told {
        Told::new(self.lines[at].event, &format!("{} {}", self.host, self.lines[at].text))
    }

    /// A file with these of the lines.
    fn page(&mut self, which: impl IntoIterator<Item = usize>) -> Page {
        let mut page = Page::default();
        for at in which {
            self.seen.insert(at);
            page.record(&format!("{}\n", self.lines[at].text), self.told(at));
        }
        page
    }

    /// A file with all lines, in which a run of equal ones is one line and a note, as sysklogd
    /// writes it (`stem`: none), or rsyslog.
    fn page_with_notes(&mut self, which: std::ops::Range<usize>, rsyslog: bool) -> Page {
        let mut page = Page::default();
        let mut at = which.start;
        while at < which.end {
            let line = self.lines[at].clone();
            let run = (at..which.end).take_while(|&n| self.lines[n].event == line.event).count();
            self.seen.extend(at..at + run);
            page.record(&format!("{}\n", line.text), self.told(at));
            let (time, more) = (clock::syslog(line.at), run - 1);
            if more > 0 && rsyslog {
                let said = line.text.split_once(": ").map_or("", |(_, said)| said);
                let host = self.host;
                let note =
                    format!("{time} {host} shop[41]: message repeated {more} times: [ {said}]\n");
                page.record(&note, self.told(at));
            } else if more > 0 {
                let note = format!("{time} {} last message repeated {more} times\n", self.host);
                page.record(&note, self.told(at));
            }
            at += run;
        }
        page
    }

    /// Tells the evidence how often each event happened, as far as any file has it.
    fn close(self, evidence: &mut Evidence) {
        for at in self.seen {
            *evidence.happened.entry(self.lines[at].event).or_default() += 1;
        }
    }
}

/// Where most lines are repeated, it takes more of them to say anything.
fn enough(n: usize, repeats: usize) -> usize {
    if repeats > 700 { 5 * n } else { n }
}

fn stream(evidence: &mut Evidence, chance: &mut Chance, repeats: usize) -> Stream {
    let (shape, host) = (chance.of(&SHAPES), chance.of(&HOSTS));
    let n = enough(80 + chance.below(80), repeats);
    Stream::new(evidence, chance, (shape, host), (n, repeats))
}

/// A world of one host's log.
fn alone(
    chance: &mut Chance,
    repeats: usize,
    gather: impl Fn(&mut Evidence, &mut Chance, &mut Stream),
) -> Evidence {
    let mut evidence = Evidence::default();
    let mut stream = stream(&mut evidence, chance, repeats);
    gather(&mut evidence, chance, &mut stream);
    stream.close(&mut evidence);
    evidence
}

/// The name of the log of that shape.
fn name(shape: Shape) -> &'static str {
    match shape {
        Shape::Syslog | Shape::Rsyslog => "messages",
        Shape::App => "app.log",
        Shape::Access => "access.log",
    }
}

/// Cuts a stream into that many pieces anywhere, none of them empty.
fn cuts(chance: &mut Chance, n: usize, pieces: usize) -> Vec<usize> {
    let mut inner = BTreeSet::new();
    while inner.len() < pieces - 1 {
        inner.insert(1 + chance.below(n - 1));
    }
    std::iter::once(0).chain(inner).chain([n]).collect()
}

/// How a rotation names the files that it sets aside.
#[derive(Clone, Copy)]
enum Naming {
    Numbers,
    Packed,
    Dates,
}

/// Puts a rotation series of these windows, oldest first; the last is the current file.
fn rotation(
    evidence: &mut Evidence,
    stream: &mut Stream,
    folder: &str,
    cuts: &[usize],
    naming: Naming,
) {
    let (stem, pieces) = (name(stream.shape), cuts.len() - 1);
    for (piece, ends) in cuts.windows(2).enumerate() {
        let age = pieces - 1 - piece;
        let name = match naming {
            _ if age == 0 => stem.to_owned(),
            Naming::Numbers => format!("{stem}.{age}"),
            Naming::Packed if age == 1 => format!("{stem}.1"),
            Naming::Packed => format!("{stem}.{age}.gz"),
            Naming::Dates => format!("{stem}-202603{:02}", 15 - age),
        };
        let page = stream.page(ends[0]..ends[1]);
        evidence.put(&format!("{folder}/{name}"), &page);
    }
}

/// One log a host, each in its folder, no two lines in common.
pub(crate) fn plain(chance: &mut Chance, repeats: usize) -> Evidence {
    let mut evidence = Evidence::default();
    for host in HOSTS {
        let shape = chance.of(&SHAPES[..2]);
        let mut stream =
            Stream::new(&mut evidence, chance, (shape, host), (enough(60, repeats), repeats));
        let page = stream.page(0..stream.len());
        evidence.put(&format!("logs/{host}/messages"), &page);
        stream.close(&mut evidence);
    }
    evidence
}

/// Rotated, and cut anywhere, inside a second or a run of equal lines too.
pub(crate) fn rotated(chance: &mut Chance, repeats: usize) -> Evidence {
    alone(chance, repeats, |evidence, chance, stream| {
        let pieces = 2 + chance.below(3);
        let cuts = cuts(chance, stream.len(), pieces);
        let naming = chance.of(&[Naming::Numbers, Naming::Packed, Naming::Dates]);
        rotation(evidence, stream, "logs", &cuts, naming);
    })
}

/// Gathered twice: two windows, or three, that overlap by a third at least.
pub(crate) fn copied(chance: &mut Chance, repeats: usize) -> Evidence {
    alone(chance, repeats, |evidence, chance, stream| {
        let n = stream.len();
        let (from, to) = (chance.below(n / 3), n - chance.below(n / 3));
        let name = name(stream.shape);
        let page = stream.page(0..to);
        evidence.put(&format!("a/{name}"), &page);
        let page = stream.page(from..n);
        let page = if chance.often(300) { page.with_other_ends() } else { page };
        evidence.put(&format!("b/{name}"), &page);
        if chance.often(300) {
            let page = stream.page(from..to);
            evidence.put(&format!("c/{name}.gz"), &page);
        }
    })
}

/// As [`copied`], but of few lines that are mostly the same: too little to prove a copy, perhaps.
pub(crate) fn thin(chance: &mut Chance, repeats: usize) -> Evidence {
    let mut evidence = Evidence::default();
    let (shape, host) = (chance.of(&SHAPES), chance.of(&HOSTS));
    let mut stream = Stream::new(&mut evidence, chance, (shape, host), (60, repeats));
    let (from, to) = (chance.below(20), 60 - chance.below(20));
    let name = name(shape);
    let page = stream.page(0..to);
    evidence.put(&format!("a/{name}"), &page);
    let page = stream.page(from..60);
    evidence.put(&format!("b/{name}"), &page);
    stream.close(&mut evidence);
    evidence
}

/// Rotated or copied, where threads write their lines a little late: times go back, too.
pub(crate) fn jumbled(chance: &mut Chance, repeats: usize) -> Evidence {
    alone(chance, repeats, |evidence, chance, stream| {
        let n = stream.len();
        for _ in 0..n / 4 {
            let at = chance.below(n - 1);
            if (stream.lines[at + 1].at - stream.lines[at].at).abs() < 4 * SECOND {
                stream.lines.swap(at, at + 1);
            }
        }
        let cuts = cuts(chance, n, 3);
        rotation(evidence, stream, "logs", &cuts, Naming::Numbers);
        if chance.often(500) {
            let (from, to) = (chance.below(n / 3), n - chance.below(n / 3));
            let page = stream.page(from..to);
            evidence.put(&format!("again/{}", name(stream.shape)), &page);
        }
    })
}

/// Gathered twice, with little in common at the edges, or nothing.
pub(crate) fn abutting(chance: &mut Chance, repeats: usize) -> Evidence {
    alone(chance, repeats, |evidence, chance, stream| {
        let n = stream.len();
        let middle = n / 3 + chance.below(n / 3);
        let overlap = chance.below(16).min(middle);
        let name = name(stream.shape);
        let page = stream.page(0..middle);
        evidence.put(&format!("a/{name}"), &page);
        let page = stream.page(middle - overlap..n);
        evidence.put(&format!("b/{name}"), &page);
    })
}

/// A rotated log, and one copy of the whole.
pub(crate) fn rotated_and_backed_up(chance: &mut Chance, repeats: usize) -> Evidence {
    alone(chance, repeats, |evidence, chance, stream| {
        let cuts = cuts(chance, stream.len(), 3);
        rotation(evidence, stream, "logs", &cuts, Naming::Packed);
        let page = stream.page(0..stream.len());
        evidence.put(&format!("backup/{}", name(stream.shape)), &page);
    })
}

/// Rotated, and gathered before and after a rotation: each file has another name in the second
/// gathering, and the current file of the first grew.
pub(crate) fn rotated_between(chance: &mut Chance, repeats: usize) -> Evidence {
    alone(chance, repeats, |evidence, chance, stream| {
        let n = stream.len();
        let first = n / 2 + chance.below(n / 4);
        let cut = 1 + chance.below(first - 1);
        let second = first + chance.below(n - first - 1);
        rotation(evidence, stream, "monday", &[0, cut, first], Naming::Numbers);
        rotation(evidence, stream, "tuesday", &[0, cut, second.max(first), n], Naming::Numbers);
    })
}

/// A file beside the same file compressed, and a copy that was cut off at any byte, at either end.
pub(crate) fn cut_off(chance: &mut Chance, repeats: usize) -> Evidence {
    alone(chance, repeats, |evidence, chance, stream| {
        let page = stream.page(0..stream.len());
        let name = name(stream.shape);
        evidence.put(&format!("a/{name}"), &page);
        if chance.often(500) {
            evidence.put(&format!("a/{name}.gz"), &page);
        }
        let from = if chance.often(500) { chance.below(page.len() / 3) } else { 0 };
        let to = page.len() - chance.below(page.len() / 3);
        evidence.put(&format!("b/{name}"), &page.cut(from, to));
    })
}

/// Copies in the folder itself: a part that was packed and not yet removed, a `.bak` of the file as
/// it was, a whole copy with a number.
pub(crate) fn beside(chance: &mut Chance, repeats: usize) -> Evidence {
    alone(chance, repeats, |evidence, chance, stream| {
        let n = stream.len();
        let name = name(stream.shape);
        let cut = 1 + chance.below(n - 1);
        match chance.below(3) {
            0 => {
                rotation(evidence, stream, "logs", &[0, cut, n], Naming::Numbers);
                let page = stream.page(0..cut);
                evidence.put(&format!("logs/{name}.1.gz"), &page);
            }
            1 => {
                let page = stream.page(0..n);
                evidence.put(&format!("logs/{name}"), &page);
                let page = stream.page(0..cut.max(n / 2));
                evidence.put(&format!("logs/{name}.bak"), &page);
            }
            _ => {
                let page = stream.page(0..n);
                evidence.put(&format!("logs/{name}"), &page);
                evidence.put(&format!("logs/{name}.1"), &page);
            }
        }
    })
}

/// A log, and what a search in it found.
pub(crate) fn searched(chance: &mut Chance, repeats: usize) -> Evidence {
    alone(chance, repeats, |evidence, chance, stream| {
        let page = stream.page(0..stream.len());
        let name = name(stream.shape);
        evidence.put(&format!("logs/{name}"), &page);
        let word = match stream.shape {
            Shape::Access => chance.of(&PATHS),
            _ => chance.of(&["order", "request", "cache-2", "retrying", "e"]),
        };
        let found: Vec<usize> = (0..stream.len())
            .filter(|&n| {
                stream.lines[n].text.lines().next().is_some_and(|line| line.contains(word))
            })
            // A search for a word gives single lines.
            .filter(|&n| !stream.lines[n].text.contains('\n'))
            .collect();
        // Three lines prove nothing.
        if found.len() > 9 {
            let page = stream.page(found);
            evidence.put(&format!("found/{name}"), &page);
        }
    })
}

/// A server that has what all hosts logged, as it came in, beside what the hosts have.
pub(crate) fn central(chance: &mut Chance, repeats: usize) -> Evidence {
    let mut evidence = Evidence::default();
    let shape = chance.of(&SHAPES[..2]);
    let mut streams: Vec<Stream> = HOSTS
        .iter()
        .map(|&host| {
            Stream::new(&mut evidence, chance, (shape, host), (enough(60, repeats), repeats))
        })
        .collect();
    let mut all: Vec<(i64, usize, usize)> = Vec::new();
    for (which, stream) in streams.iter().enumerate() {
        let mut arrived = 0;
        for (n, line) in stream.lines.iter().enumerate() {
            // One host's lines stay in their order.
            arrived = arrived.max(line.at + chance.between(0, 1500));
            all.push((arrived, which, n));
        }
    }
    all.sort_unstable();
    let mut page = Page::default();
    for &(_, which, n) in &all {
        streams[which].seen.insert(n);
        page.record(&format!("{}\n", streams[which].lines[n].text), streams[which].told(n));
    }
    evidence.put("loghost/messages", &page);
    for mut stream in streams {
        let pieces = 1 + chance.below(3);
        let cuts = cuts(chance, stream.len(), pieces);
        let folder = stream.host;
        rotation(&mut evidence, &mut stream, folder, &cuts, Naming::Numbers);
        stream.close(&mut evidence);
    }
    evidence
}

/// A server that writes what the hosts logged in another format, with more of the time.
pub(crate) fn central_otherwise(chance: &mut Chance, repeats: usize) -> Evidence {
    let mut evidence = Evidence::default();
    let host = chance.of(&HOSTS);
    let mut stream = Stream::new(&mut evidence, chance, (Shape::Syslog, host), (60, repeats));
    let page = stream.page(0..60);
    evidence.put(&format!("{host}/messages"), &page);
    let mut page = Page::default();
    for (at, line) in stream.lines.iter().enumerate() {
        let text = line.text.replacen(&clock::syslog(line.at), &clock::rsyslog(line.at), 1);
        page.record(&format!("{text}\n"), stream.told(at));
    }
    evidence.put("loghost/messages", &page);
    stream.close(&mut evidence);
    evidence
}

/// Two hosts whose lines do not name them, and of which so many in a thousand are the same at the
/// same instant: what a clock or a balancer sets off on both.
pub(crate) fn two_hosts(chance: &mut Chance, alike: usize) -> Evidence {
    let mut evidence = Evidence::default();
    let shape = chance.of(&[Shape::App, Shape::Access]);
    let mut one = Stream::new(&mut evidence, chance, (shape, "web-1"), (120, 200));
    let mut other = Stream::new(&mut evidence, chance, (shape, "web-2"), (120, 200));
    for at in 0..other.len() {
        if chance.often(alike) {
            other.lines[at] = one.lines[at].clone();
        }
    }
    other.lines.sort_by_key(|line| line.at);
    other.name(&mut evidence);
    let name = name(shape);
    for stream in [&mut one, &mut other] {
        let page = stream.page(0..stream.len());
        evidence.put(&format!("{}/{name}", stream.host), &page);
    }
    one.close(&mut evidence);
    other.close(&mut evidence);
    evidence
}

/// Two hosts that say the same every ten seconds, and nothing else.
pub(crate) fn twins(chance: &mut Chance, _: usize) -> Evidence {
    let mut evidence = Evidence::default();
    let start = MIDNIGHT + 20 * HOUR + chance.between(0, HOUR);
    let way = chance.below(3);
    for host in ["web-1", "web-2"] {
        let line = |n: i64| {
            let at = start + n * 10 * SECOND;
            let text = format!("{} INFO [timer] shop.Beat - alive", clock::app(at));
            Line { at, text, event: 0 }
        };
        let lines = (0..40).map(line).collect();
        let mut stream = Stream { shape: Shape::App, host, lines, seen: BTreeSet::new() };
        stream.name(&mut evidence);
        let page = stream.page(0..40);
        let path = match way {
            0 => format!("{host}/app.log"),
            1 => format!("logs/{host}.log"),
            _ => format!("{host}/var/log/app.log"),
        };
        evidence.put(&path, &page);
        stream.close(&mut evidence);
    }
    evidence
}

/// A stream of syslog lines, and whether rsyslog writes its notes.
fn with_notes(chance: &mut Chance, repeats: usize) -> (Evidence, Stream, bool) {
    let mut evidence = Evidence::default();
    let stream = Stream::new(
        &mut evidence,
        chance,
        (Shape::Syslog, "web-1"),
        (enough(120, repeats), repeats),
    );
    (evidence, stream, chance.often(500))
}

/// Runs of equal lines written as one and a note, in a log that was rotated or gathered twice.
pub(crate) fn noted(chance: &mut Chance, repeats: usize) -> Evidence {
    let (mut evidence, mut stream, rsyslog) = with_notes(chance, repeats);
    let n = stream.len();
    if chance.often(500) {
        let cut = 1 + chance.below(n - 1);
        let page = stream.page_with_notes(0..cut, rsyslog);
        evidence.put("logs/messages.1", &page);
        let page = stream.page_with_notes(cut..n, rsyslog);
        evidence.put("logs/messages", &page);
    } else {
        let page = stream.page_with_notes(0..n, rsyslog);
        evidence.put("a/messages", &page);
        evidence.put("b/messages.gz", &page);
    }
    stream.close(&mut evidence);
    evidence
}

/// Notes on the host, and every line on the central server.
pub(crate) fn noted_and_central(chance: &mut Chance, repeats: usize) -> Evidence {
    let (mut evidence, mut stream, rsyslog) = with_notes(chance, repeats);
    let page = stream.page_with_notes(0..stream.len(), rsyslog);
    evidence.put("web-1/messages", &page);
    let page = stream.page(0..stream.len());
    evidence.put("loghost/messages", &page);
    stream.close(&mut evidence);
    evidence
}

/// All of it: rotated on each host, gathered twice, searched, cut off, on a central server.
pub(crate) fn everything(chance: &mut Chance, repeats: usize) -> Evidence {
    let mut evidence = central(chance, repeats);
    let mut stream =
        Stream::new(&mut evidence, chance, (Shape::App, "shop"), (enough(150, repeats), repeats));
    let n = stream.len();
    let cuts = cuts(chance, n, 3);
    rotation(&mut evidence, &mut stream, "shop", &cuts, Naming::Packed);
    let page = stream.page(chance.below(n / 3)..n);
    evidence.put("again/shop/app.log", &page);
    let to = page.len() - chance.below(page.len() / 4);
    evidence.put("sent/app.log", &page.cut(0, to));
    let found: Vec<usize> = (0..n)
        .filter(|&n| stream.lines[n].text.contains("order") && !stream.lines[n].text.contains('\n'))
        .collect();
    if found.len() > 9 {
        let page = stream.page(found);
        evidence.put("sent/orders.log", &page);
    }
    stream.close(&mut evidence);
    evidence
}
