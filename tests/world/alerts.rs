//! Alerts: hosts that break and come back, and who tells of it: the monitoring's log, its mail, its
//! bot's posts, its tickets; and the people around it.

use super::{
    chance::Chance,
    clock::{self, HOUR, MIDNIGHT, MINUTE, SECOND},
    evidence::{Evidence, Page, Told},
    people,
};

/// Whose clock or channel it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Teller {
    Log,
    Mail,
    Chat,
    Tickets,
}

impl Teller {
    /// How the paths of its files begin.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Log => "monitoring/",
            Self::Mail => "mail/duty",
            Self::Chat => "slack/",
            Self::Tickets => "tickets/",
        }
    }
}

/// What a world of alerts has.
#[derive(Clone, Copy)]
pub(crate) struct Setting {
    /// States that change every 20 to 90 seconds, now and then.
    pub(crate) flapping: bool,
    /// Notifications that never arrived, in a thousand.
    pub(crate) lost: usize,
    /// A clock that is so many seconds ahead.
    pub(crate) skew: Option<(Teller, i64)>,
    /// Whether it was right until the middle.
    pub(crate) step: bool,
    /// Notified again while nobody mends it.
    pub(crate) again: bool,
    /// The log's lines about who was notified, and about tries.
    pub(crate) chatty_log: bool,
    /// Hosts are called otherwise by each teller.
    pub(crate) aliases: bool,
    /// The mail says when the check ran.
    pub(crate) time_in_body: bool,
    /// People write, answer, quote, acknowledge, and open tickets.
    pub(crate) people: bool,
    /// A second person on duty, with a mail of their own for each alert.
    pub(crate) two_on_duty: bool,
    /// All of it was gathered twice, some of it only once.
    pub(crate) twice: bool,
    /// How the bot's posts look: 0 to 3, each another script.
    pub(crate) script: usize,
    /// For an hour, posts came minutes late.
    pub(crate) late_posts: bool,
}

impl Setting {
    /// An alert, its mail and its post, and few of them at a time.
    pub(crate) const EASY: Self = Self {
        flapping: false,
        lost: 0,
        skew: None,
        step: false,
        again: false,
        chatty_log: false,
        aliases: false,
        time_in_body: false,
        people: false,
        two_on_duty: false,
        twice: false,
        script: 0,
        late_posts: false,
    };
    /// Flapping, losses, and people in between.
    pub(crate) const HARD: Self =
        Self { flapping: true, lost: 80, again: true, people: true, ..Self::EASY };
}

const HOSTS: [&str; 6] = ["cache-2", "cache-3", "db-1", "web-1", "web-2", "web-10"];
/// The first is the host itself.
const SERVICES: [&str; 6] =
    ["", "redis memory", "disk /var", "disk /var/log", "HTTPS checkout", "load"];

/// A check that changed its state, or was told again to be in it.
#[derive(Clone, Copy)]
struct Change {
    at: i64,
    host: &'static str,
    service: &'static str,
    state: &'static str,
    again: bool,
    reading: usize,
}

impl Change {
    fn about(&self) -> String {
        format!("{}/{} {}", self.host, self.service, self.state)
    }

    fn good(&self) -> bool {
        self.state == "OK" || self.state == "UP"
    }

    fn kind(&self) -> &'static str {
        if self.good() { "RECOVERY" } else { "PROBLEM" }
    }

    /// `SERVICE` and `host;service`, or `HOST` and `host`.
    fn logged(&self) -> (&'static str, String) {
        match self.service {
            "" => ("HOST", self.host.to_owned()),
            service => ("SERVICE", format!("{};{service}", self.host)),
        }
    }

    /// The check, with the name that the host goes by.
    fn check(&self, host: &str) -> String {
        if self.service.is_empty() { host.to_owned() } else { format!("{host}/{}", self.service) }
    }

    fn output(&self) -> String {
        match self.state {
            "OK" | "UP" => format!("{} of 100, fine", self.reading % 60),
            _ => format!("{} of 100, limit 80", 80 + self.reading % 20),
        }
    }
}

/// What happened to one check between 18:00 and 24:00.
fn history(
    chance: &mut Chance,
    setting: &Setting,
    check: (&'static str, &'static str),
) -> Vec<Change> {
    let (host, service) = check;
    let mut changes = Vec::new();
    let mut at = MIDNIGHT + 18 * HOUR + chance.between(0, 3 * HOUR);
    let mut change = |at, state, again, reading| {
        let state = match state {
            "OK" if service.is_empty() => "UP",
            _ if service.is_empty() => "DOWN",
            _ => state,
        };
        changes.push(Change { at, host, service, state, again, reading });
    };
    while at < MIDNIGHT + 24 * HOUR {
        let flaps = if setting.flapping && chance.often(400) { 2 + chance.below(8) } else { 0 };
        for _ in 0..flaps {
            change(at, chance.of(&["CRITICAL", "WARNING"]), false, chance.below(1000));
            at += chance.between(20 * SECOND, 90 * SECOND);
            change(at, "OK", false, chance.below(1000));
            at += chance.between(20 * SECOND, 90 * SECOND);
        }
        if chance.often(300) && !service.is_empty() {
            change(at, "WARNING", false, chance.below(1000));
            at += chance.between(MINUTE, 8 * MINUTE);
        }
        change(at, "CRITICAL", false, chance.below(1000));
        let end = at + chance.between(3 * MINUTE, 50 * MINUTE);
        while setting.again && at + 15 * MINUTE < end {
            at += 15 * MINUTE;
            change(at, "CRITICAL", true, chance.below(1000));
        }
        at = end;
        change(at, "OK", false, chance.below(1000));
        at += chance.between(30 * MINUTE, 5 * HOUR);
    }
    changes
}

/// Records on the way into a file: when they were written there, and their text and truth.
pub(crate) type Queue = Vec<(i64, String, Told)>;

/// The world while it is written.
pub(crate) struct World<'w> {
    pub(crate) evidence: Evidence,
    pub(crate) chance: &'w mut Chance,
    setting: Setting,
    log: Queue,
    pub(crate) mail: Queue,
    second: Queue,
    pub(crate) posts: Queue,
    pub(crate) room: Queue,
    pub(crate) tickets: Vec<people::Ticket>,
    pub(crate) number: usize,
}

impl<'w> World<'w> {
    /// Nothing happened yet.
    pub(crate) fn new(chance: &'w mut Chance, setting: Setting) -> Self {
        Self {
            evidence: Evidence::default(),
            chance,
            setting,
            log: Vec::new(),
            mail: Vec::new(),
            second: Vec::new(),
            posts: Vec::new(),
            room: Vec::new(),
            tickets: Vec::new(),
            number: 0,
        }
    }

    /// What that teller's clock shows.
    pub(crate) fn shown(&self, teller: Teller, at: i64) -> i64 {
        match self.setting.skew {
            Some((wrong, seconds)) if wrong == teller => {
                let right = self.setting.step && at < MIDNIGHT + 21 * HOUR;
                if right { at } else { at + seconds * SECOND }
            }
            _ => at,
        }
    }

    /// What that teller's clock shows when a notification of then arrives.
    pub(crate) fn arrives(&mut self, teller: Teller, sent: i64) -> i64 {
        let delay = self.chance.delay();
        self.shown(teller, sent + delay)
    }

    /// What that teller's clock shows some time later.
    pub(crate) fn later(&mut self, teller: Teller, than: i64, (from, to): (i64, i64)) -> i64 {
        let later = self.chance.between(from, to);
        self.shown(teller, than + later)
    }

    /// What that teller calls a host.
    fn called(&self, teller: Teller, host: &str) -> String {
        match teller {
            Teller::Mail if self.setting.aliases => format!("{host}.example.net"),
            Teller::Chat if self.setting.aliases => host.to_uppercase(),
            _ => host.to_owned(),
        }
    }

    /// A new number, for message ids and keys.
    pub(crate) fn number(&mut self) -> usize {
        self.number += 1;
        self.number
    }

    fn tell(&mut self, change: Change) {
        let event = self.evidence.event();
        let told = Told::new(event, &change.about());
        self.log(change, &told);
        let mut tellers = 0;
        if !self.chance.often(self.setting.lost) {
            self.mail(change, &told);
            tellers += 1;
        }
        if !self.chance.often(self.setting.lost) {
            self.post(change, &told);
            tellers += 1;
        }
        if change.again && tellers == 0 && !self.setting.chatty_log {
            // Nothing tells that it was told again.
            self.evidence.happened.remove(&event);
        }
    }

    fn log(&mut self, change: Change, told: &Told) {
        let at = self.shown(Teller::Log, change.at);
        let (state, output, (what, check)) = (change.state, change.output(), change.logged());
        let line = |at: i64, rest: &str| format!("[{}] {what} {rest};{output}\n", at / SECOND);
        if !change.again {
            let tries = self.setting.chatty_log && !change.good();
            for (attempt, before) in [(1, 2 * MINUTE), (2, MINUTE)].into_iter().filter(|_| tries) {
                let told = Told::new(self.evidence.event(), &change.about());
                let line = line(at - before, &format!("ALERT: {check};{state};SOFT;{attempt}"));
                self.log.push((at - before, line, told));
            }
            let line = line(at, &format!("ALERT: {check};{state};HARD;3"));
            self.log.push((at, line, told.clone()));
        }
        if self.setting.chatty_log {
            let line = line(at, &format!("NOTIFICATION: duty;{check};{state};by-mail"));
            let told = if change.again { told.clone() } else { told.clone().free() };
            self.log.push((at, line, told));
        }
    }

    fn mail(&mut self, change: Change, told: &Told) {
        let (kind, output) = (change.kind(), change.output());
        let (number, mail, body) =
            self.notice(change, kind, &format!("Additional Info:\n\n{output}\n"), "duty");
        self.mail.push((mail.0, mail.1.clone(), told.clone()));
        if self.setting.two_on_duty {
            let (_, mail, _) =
                self.notice(change, kind, &format!("Additional Info:\n\n{output}\n"), "lee");
            self.second.push((mail.0, mail.1, told.clone()));
        }
        if self.setting.people && self.chance.often(60) {
            let subject = mail.1.lines().find_map(|line| line.strip_prefix("Subject: "));
            people::reply(self, change.at, (number, subject.unwrap_or_default()), &body);
        }
        if self.setting.people && !change.good() && self.chance.often(100) {
            self.acknowledge(change);
        }
    }

    /// A mail of the monitoring about a check: its number, when it came, its text and its body.
    fn notice(
        &mut self,
        change: Change,
        kind: &str,
        more: &str,
        to: &str,
    ) -> (usize, (i64, String), String) {
        let at = self.arrives(Teller::Mail, change.at);
        let (number, host) = (self.number(), self.called(Teller::Mail, change.host));
        let (state, what) =
            (change.state, if change.service.is_empty() { "Host" } else { "Service" });
        let subject = format!("** {kind} {what} Alert: {} is {state} **", change.check(&host));
        let service = if change.service.is_empty() {
            String::new()
        } else {
            format!("Service: {}\n", change.service)
        };
        let time = if self.setting.time_in_body {
            let when = clock::asctime(self.shown(Teller::Log, change.at), "UTC ");
            format!("Date/Time: {when}\n\n")
        } else {
            String::new()
        };
        let body = format!(
            "Notification Type: {kind}\n\n{service}Host: {host}\nState: {state}\n\n{time}{more}"
        );
        let id = format!("<n{number}@mon-1.example.net>");
        let mail = people::mail(at, ("nagios@mon-1.example.net", to), &subject, (&id, None), &body);
        (number, (at, mail), body)
    }

    /// Somebody acknowledges it: a line of the log and a mail, of which each says the state again.
    fn acknowledge(&mut self, change: Change) {
        let at = change.at + self.chance.between(10 * SECOND, 3 * MINUTE);
        let about = format!("{} acknowledged", change.about());
        let told = Told::new(self.evidence.event(), &about);
        let ((what, check), now) = (change.logged(), self.shown(Teller::Log, at));
        let what = if what == "HOST" { "HOST" } else { "SVC" };
        let line = format!(
            "[{}] EXTERNAL COMMAND: ACKNOWLEDGE_{what}_PROBLEM;{check};2;1;0;Jo Brandt;on it\n",
            now / SECOND
        );
        self.log.push((now, line, told.clone()));
        let change = Change { at, ..change };
        let (_, (at, mail), _) =
            self.notice(change, "ACKNOWLEDGEMENT", "Author: Jo Brandt\nComment: on it\n", "duty");
        self.mail.push((at, mail, told));
    }

    fn post(&mut self, change: Change, told: &Told) {
        let late = MIDNIGHT + 20 * HOUR..MIDNIGHT + 21 * HOUR;
        let late = self.setting.late_posts && late.contains(&change.at);
        let wait = if late { self.chance.between(3 * MINUTE, 10 * MINUTE) } else { 0 };
        let at = self.arrives(Teller::Chat, change.at + wait);
        let (host, color) =
            (self.called(Teller::Chat, change.host), if change.good() { "good" } else { "danger" });
        let (kind, state, check, output) =
            (change.kind(), change.state, change.check(&host), change.output());
        let title = format!("{kind}: {check} is {state}");
        let said = match (self.setting.script, change.service) {
            (1, _) => format!("{kind} {check} is {state}: {output}"),
            (2, "") => format!("{kind} - {host} is {state}"),
            (2, service) => format!("{kind} - {host} - {service} is {state}"),
            (3, service) if !service.is_empty() => {
                format!(":bell: HOST: {host} SERVICE: {service} STATE: {state} MESSAGE: {output}")
            }
            _ => String::new(),
        };
        let card = if said.is_empty() {
            format!(
                r#","attachments":[{{"id":1,"color":"{color}","fallback":"{title}","title":"{title}","text":"{output}"}}]"#
            )
        } else {
            String::new()
        };
        let post = format!(
            r#"{{"type":"message","subtype":"bot_message","text":"{said}","ts":"{}","username":"nagios","bot_id":"B02NAGI"{card}}}"#,
            clock::slack(at),
        );
        self.posts.push((at, post, told.clone()));
        if self.setting.people && self.chance.often(40) {
            // Somebody copies it into the room, and says so.
            let at = at + self.chance.between(20 * SECOND, 5 * MINUTE);
            let said = people::said(at, "U02", &format!("{title}\\nanyone?"));
            let event = self.evidence.event();
            self.room.push((at, said, Told::new(event, "")));
        }
    }

    /// Puts all pages.
    pub(crate) fn close(mut self) -> Evidence {
        let in_order = |queue: &mut Queue| {
            queue.sort_by_key(|(at, ..)| *at);
            let mut page = Page::default();
            for (_, text, told) in &*queue {
                page.record(text, told.clone());
            }
            page
        };
        // The second gathering missed what the first did not, and the other way round.
        let half = |queue: &Queue, chance: &mut Chance| -> Queue {
            queue.iter().filter(|_| chance.often(800)).cloned().collect()
        };
        let gatherings: &[&str] = if self.setting.twice { &["", "again/"] } else { &[""] };
        for &again in gatherings {
            let mut take = |queue: &Queue| match again {
                "" => queue.clone(),
                _ => half(queue, self.chance),
            };
            let (mut mail, mut posts, mut room) =
                (take(&self.mail), take(&self.posts), take(&self.room));
            let mut put =
                |path: &str, page: &Page| self.evidence.put(&format!("{again}{path}"), page);
            if !self.log.is_empty() {
                put("monitoring/nagios.log", &in_order(&mut self.log));
            }
            put("mail/duty.mbox", &in_order(&mut mail));
            if !self.second.is_empty() {
                put("mail/lee.mbox", &in_order(&mut self.second));
            }
            for (room, queue) in [("ops-alerts", &mut posts), ("inc-red", &mut room)] {
                if !queue.is_empty() {
                    put(&format!("slack/{room}/2026-03-14.json"), &people::export(queue));
                }
            }
            people::names(&mut self.evidence, again);
            people::table(&mut self, again);
        }
        if let Some((teller, seconds)) = self.setting.skew {
            self.evidence.wrong_clocks.push((teller.folder(), seconds, seconds.abs() > 60));
        }
        self.evidence
    }
}

/// A world of that setting.
pub(crate) fn world(chance: &mut Chance, setting: Setting) -> Evidence {
    let mut world = World::new(chance, setting);
    for host in HOSTS {
        for service in SERVICES {
            if world.chance.often(500) {
                for change in history(world.chance, &setting, (host, service)) {
                    world.tell(change);
                }
            }
        }
    }
    if setting.people {
        people::talk(&mut world);
    }
    world.close()
}
