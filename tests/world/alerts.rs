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
    /// People write, answer, quote, and open tickets.
    pub(crate) people: bool,
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
    };
    /// Flapping, losses, and people in between.
    pub(crate) const HARD: Self =
        Self { flapping: true, lost: 80, again: true, people: true, ..Self::EASY };
}

const HOSTS: [&str; 5] = ["cache-2", "cache-3", "db-1", "web-1", "web-2"];
const SERVICES: [&str; 4] = ["redis memory", "disk /var", "HTTPS checkout", "load"];

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

    fn kind(&self) -> &'static str {
        if self.state == "OK" { "RECOVERY" } else { "PROBLEM" }
    }

    fn output(&self) -> String {
        match self.state {
            "OK" => format!("{} of 100, fine", self.reading % 60),
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
        if chance.often(300) {
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
    pub(crate) posts: Queue,
    pub(crate) room: Queue,
    pub(crate) tickets: Vec<people::Ticket>,
    pub(crate) number: usize,
}

impl World<'_> {
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
        let Change { host, service, state, .. } = change;
        let output = change.output();
        if !change.again {
            if self.setting.chatty_log && state != "OK" {
                for (attempt, before) in [(1, 2 * MINUTE), (2, MINUTE)] {
                    let event = self.evidence.event();
                    let at = at - before;
                    let line = format!(
                        "[{}] SERVICE ALERT: {host};{service};{state};SOFT;{attempt};{output}\n",
                        at / SECOND
                    );
                    self.log.push((at, line, Told::new(event, &change.about())));
                }
            }
            let line = format!(
                "[{}] SERVICE ALERT: {host};{service};{state};HARD;3;{output}\n",
                at / SECOND
            );
            self.log.push((at, line, told.clone()));
        }
        if self.setting.chatty_log {
            let line = format!(
                "[{}] SERVICE NOTIFICATION: duty;{host};{service};{state};by-mail;{output}\n",
                at / SECOND
            );
            let told = if change.again { told.clone() } else { told.clone().free() };
            self.log.push((at, line, told));
        }
    }

    fn mail(&mut self, change: Change, told: &Told) {
        let at = self.arrives(Teller::Mail, change.at);
        let (number, host) = (self.number(), self.called(Teller::Mail, change.host));
        let (kind, Change { service, state, .. }) = (change.kind(), change);
        let subject = format!("** {kind} Service Alert: {host}/{service} is {state} **");
        let mut body = format!(
            "Notification Type: {kind}\n\nService: {service}\nHost: {host}\nState: {state}\n\n"
        );
        if self.setting.time_in_body {
            let when = clock::asctime(self.shown(Teller::Log, change.at), "UTC ");
            body = format!("{body}Date/Time: {when}\n\n");
        }
        let body = format!("{body}Additional Info:\n\n{}\n", change.output());
        let mail = people::mail(
            at,
            "nagios@mon-1.example.net",
            &subject,
            (&format!("<n{number}@mon-1.example.net>"), None),
            &body,
        );
        self.mail.push((at, mail, told.clone()));
        if self.setting.people && self.chance.often(60) {
            people::reply(self, change.at, (number, &subject), &body);
        }
    }

    fn post(&mut self, change: Change, told: &Told) {
        let at = self.arrives(Teller::Chat, change.at);
        let (host, color) = (
            self.called(Teller::Chat, change.host),
            if change.state == "OK" { "good" } else { "danger" },
        );
        let title = format!("{}: {host}/{} is {}", change.kind(), change.service, change.state);
        let post = format!(
            r#"{{"type":"message","subtype":"bot_message","text":"","ts":"{}","username":"nagios","bot_id":"B02NAGI","attachments":[{{"id":1,"color":"{color}","fallback":"{title}","title":"{title}","text":"{}"}}]}}"#,
            clock::slack(at),
            change.output(),
        );
        self.posts.push((at, post, told.clone()));
    }

    /// Puts all pages.
    fn close(mut self) -> Evidence {
        let in_order = |queue: &mut Queue| {
            queue.sort_by_key(|(at, ..)| *at);
            let mut page = Page::default();
            for (_, text, told) in &*queue {
                page.record(text, told.clone());
            }
            page
        };
        self.evidence.put("monitoring/nagios.log", &in_order(&mut self.log));
        self.evidence.put("mail/duty.mbox", &in_order(&mut self.mail));
        for (room, queue) in [("ops-alerts", &mut self.posts), ("inc-red", &mut self.room)] {
            if !queue.is_empty() {
                self.evidence.put(&format!("slack/{room}/2026-03-14.json"), &people::export(queue));
            }
        }
        people::names(&mut self.evidence);
        people::table(&mut self);
        if let Some((teller, seconds)) = self.setting.skew {
            self.evidence.wrong_clocks.push((teller.folder(), seconds));
        }
        self.evidence
    }
}

/// A world of that setting.
pub(crate) fn world(chance: &mut Chance, setting: Setting) -> Evidence {
    let mut world = World {
        evidence: Evidence::default(),
        chance,
        setting,
        log: Vec::new(),
        mail: Vec::new(),
        posts: Vec::new(),
        room: Vec::new(),
        tickets: Vec::new(),
        number: 0,
    };
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
