//! How an incident is told: posts, mails, alerts, tickets and lines of logs, as programs write them.

use super::{
    cause::Cause,
    chance::Chance,
    clock::{self, HOUR, MINUTE, SECOND, Zone},
    folder::{About, Folder, Part},
    plot::{Monitor, Plot, Room},
    words::{Words, choose, filled, typed},
};

pub(crate) const PEOPLE: [(&str, &str); 7] = [
    ("U1", "Marta Vidal"),
    ("U2", "Tom Okafor"),
    ("U3", "Ines Prado"),
    ("U4", "Kai Wendt"),
    ("U5", "Luc Ferrand"),
    ("U6", "Priya Nair"),
    ("U7", "Sam O'Dell"),
];
pub(crate) const ERROR_LOG: &str = "logs/error.log";
pub(crate) const APP_LOG: &str = "logs/shop-app.log";
pub(crate) const JSON_LOG: &str = "logs/events.json";
pub(crate) const SYSLOG: &str = "logs/syslog";
pub(crate) const ACCESS_LOG: &str = "logs/access.log";
pub(crate) const TICKETS: &str = "tickets/jira.csv";
pub(crate) const CHANGES: &str = "tickets/changes.csv";
pub(crate) const MAIL: &str = "mail/ops.mbox";
const DISCORD: &str = "chat/Works - incident [7].json";

/// The last mail of a thread: id, sender, text.
pub(crate) type LastMail = (String, &'static str, String);

/// What an incident is told with.
pub(crate) struct Script {
    pub(crate) folder: Folder,
    pub(crate) chance: Chance,
    pub(crate) words: Words,
    pub(crate) cause: &'static Cause,
    pub(crate) plot: Plot,
    pub(crate) host: &'static str,
    pub(crate) service: &'static str,
    pub(crate) check: &'static str,
    /// Where the clocks hang of the logs, of the tickets, and of the mail.
    pub(crate) zones: [Zone; 3],
    /// Numbers that make ids differ.
    pub(crate) ids: usize,
    pub(crate) ticket: String,
    /// Comments of the ticket, and what they tell.
    pub(crate) comments: Vec<(i64, String, Option<usize>)>,
    last_mail: Option<LastMail>,
    thread: Option<String>,
    /// When it began, as people say it.
    pub(crate) start: i64,
    /// What Zabbix calls the problems that last, by host and check, and their ids.
    problems: std::collections::BTreeMap<(String, String), (String, usize)>,
    /// Words that stay the same throughout.
    fixed: std::collections::BTreeMap<String, &'static str>,
}

impl Script {
    pub(crate) fn new(mut chance: Chance, words: Words, cause: &'static Cause, plot: Plot) -> Self {
        let zone = |chance: &mut Chance| chance.of(&[Zone::Utc, Zone::Berlin, Zone::NewYork]);
        let zones = [zone(&mut chance), zone(&mut chance), zone(&mut chance)];
        let mut folder = Folder::of(cause.name);
        folder.plot = format!("{plot:?} {zones:?}");
        let ticket = format!("OPS-{}", 880 + chance.below(90));
        let mut script = Self {
            host: chance.of(cause.hosts),
            service: chance.of(cause.services),
            check: chance.of(cause.checks),
            folder,
            chance,
            words,
            cause,
            plot,
            problems: std::collections::BTreeMap::new(),
            zones,
            ids: 0,
            ticket,
            comments: Vec::new(),
            last_mail: None,
            thread: None,
            start: 0,
            fixed: std::collections::BTreeMap::new(),
        };
        script.frames();
        script
    }

    fn frames(&mut self) {
        for (path, zone) in [
            (SYSLOG, self.zones[0]),
            (ERROR_LOG, self.zones[0]),
            (APP_LOG, self.zones[0]),
            (TICKETS, self.zones[1]),
            (CHANGES, self.zones[1]),
            (MAIL, self.zones[2]),
        ] {
            self.folder.zones.push(format!("{path}={}", zone.name()));
        }
        self.folder.frame(CHANGES, [
            "Number,Short description,State,Planned start date,Planned end date,Actual start,Actual end,Opened,Assigned to,Configuration item\n",
            "\n", "\n",
        ]);
        self.folder.frame(TICKETS, [
            "Issue key,Summary,Status,Creator,Priority,Created,Resolved,Resolution,Comment,Comment,Comment,Comment\n",
            "\n", "\n",
        ]);
        if self.plot.room == Room::Discord {
            let head = "{\"guild\":{\"id\":\"1\",\"name\":\"Works\"},\"channel\":{\"id\":\"7\",\"type\":\"GuildTextChat\",\"name\":\"incident\"},\"messages\":[\n";
            self.folder.frame(DISCORD, [head, ",\n", "\n]}\n"]);
        }
        self.folder.frame("slack/users.json", ["[", ",", "]\n"]);
        for (id, name) in PEOPLE {
            let user =
                format!(r#"{{"id":"{id}","name":"{id}","profile":{{"real_name":"{name}"}}}}"#);
            self.folder.other("slack/users.json", 0, user, Part::Noise);
        }
    }

    pub(crate) fn number(&mut self) -> usize {
        self.ids += 1;
        self.ids
    }

    pub(crate) fn later(&mut self, at: i64, from: i64, to: i64) -> i64 {
        at + self.chance.between(from * SECOND, to * SECOND)
    }

    /// Something of that kind, said at that instant.
    pub(crate) fn say(&mut self, kind: &str, at: i64) -> String {
        let wording = self.words.pick(&mut self.chance, kind, self.plot.language);
        self.fill(wording, at)
    }

    pub(crate) fn fill(&mut self, wording: &str, at: i64) -> String {
        let chosen = choose(&mut self.chance, wording);
        filled(&chosen, &mut |name| self.known(name, at))
    }

    fn known(&mut self, name: &str, at: i64) -> Option<String> {
        let fragment = format!("{}.{name}", self.cause.name);
        if self.words.has(&fragment) {
            // One reason, one remedy; what it looks like is told in several ways.
            if let Some(text) = self.fixed.get(&fragment).filter(|_| name != "symptom") {
                return Some((*text).to_owned());
            }
            let text = self.words.pick(&mut self.chance, &fragment, self.plot.language);
            self.fixed.insert(fragment, text);
            return Some(text.to_owned());
        }
        let person = self.chance.of(&PEOPLE).1;
        Some(match name {
            "host" => self.host.to_owned(),
            "service" => self.service.to_owned(),
            "check" => self.check.to_owned(),
            "fault" => self.chance.of(self.cause.faults).to_owned(),
            "change" => self.chance.of(self.cause.changes).to_owned(),
            "ticket" => self.ticket.clone(),
            "name" => person.split(' ').next().unwrap_or_default().to_owned(),
            "minute" => clock::minute(if self.start > 0 { self.start } else { at }, self.zones[0]),
            "clock" => clock::minute(self.start - 20 * MINUTE, self.zones[0]),
            "n" => (1000 + self.chance.below(90_000)).to_string(),
            "m" => self.chance.below(200).to_string(),
            _ => return None,
        })
    }

    /// What somebody says in the room of the incident, and perhaps elsewhere too.
    pub(crate) fn said(&mut self, at: i64, act: &'static str, kind: &str) -> i64 {
        let key = self.folder.key(act, at);
        let text = self.say(kind, at);
        self.speak(at, &text, Some(key), Part::Tale);
        if self.plot.ticket && self.comments.len() < 4 && self.chance.often(120) {
            let noted = self.later(at, 20, 200) / MINUTE * MINUTE + MINUTE;
            self.comments.push((noted, text, Some(key)));
        }
        at
    }

    pub(crate) fn speak(&mut self, at: i64, text: &str, key: Option<usize>, part: Part) {
        let (text, who) = (typed(&mut self.chance, text), self.chance.of(&PEOPLE));
        if self.plot.room == Room::Mail {
            self.answer(at, &text, who.1, key, part);
        } else {
            self.post("incident", at, who, &text, key, part);
        }
    }

    fn about(key: Option<usize>, at: i64) -> Vec<About> {
        key.map(|key| (key, String::new(), at)).into_iter().collect()
    }

    fn record(&mut self, path: &str, at: i64, text: String, key: Option<usize>, part: Part) {
        if key.is_some() {
            self.folder.put(path, at, text, Self::about(key, at));
        } else {
            self.folder.other(path, at, text, part);
        }
    }

    /// People begin to write of something else; what they wrote last is given.
    pub(crate) fn other_thread(&mut self) -> (Option<LastMail>, Option<String>) {
        (self.last_mail.take(), self.thread.take())
    }

    pub(crate) fn back_to(&mut self, (mail, thread): (Option<LastMail>, Option<String>)) {
        (self.last_mail, self.thread) = (mail, thread);
    }

    /// Somebody writes in a room.
    pub(crate) fn post(
        &mut self,
        room: &str,
        at: i64,
        (user, name): (&str, &str),
        text: &str,
        key: Option<usize>,
        part: Part,
    ) {
        let n = self.number();
        let text = text.replace('\\', "").replace('"', "'").replace('\n', "\\n");
        if room == "incident" && self.plot.room == Room::Discord {
            let time = clock::iso(at, self.zones[2]);
            let record = format!(
                r#"{{"id":"{n}","type":"Default","timestamp":"{time}","content":"{text}","author":{{"id":"{user}","name":"{user}","nickname":"{name}","isBot":false}}}}"#
            );
            return self.record(DISCORD, at, record, key, part);
        }
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let text = match text.strip_prefix('@') {
            Some(rest) if rest.starts_with("here ") => format!("<!here>{}", &rest[4..]),
            _ => text,
        };
        let ts = clock::slack(at, n);
        let mut more: Vec<String> = Vec::new();
        if room == "incident" && self.plot.threads {
            let root = self.thread.get_or_insert_with(|| ts.clone());
            if *root <= ts && self.chance.often(700) {
                more.push(format!(r#","thread_ts":"{root}""#));
            }
        }
        if self.chance.often(150) {
            let name = self.chance.of(&["+1", "eyes", "tada", "pray", "joy", "thinking_face"]);
            more.push(format!(r#","reactions":[{{"name":"{name}","users":["U3"],"count":1}}]"#));
        }
        if self.chance.often(60) {
            let time = clock::slack(at + 9000, 0);
            more.push(format!(r#","edited":{{"user":"{user}","ts":"{time}"}}"#));
        }
        let more = more.concat();
        let record =
            format!(r#"{{"type":"message","user":"{user}","text":"{text}","ts":"{ts}"{more}}}"#);
        self.slack(room, at, record, key, part);
    }

    /// A file for each day, as exports have.
    fn slack(&mut self, room: &str, at: i64, record: String, key: Option<usize>, part: Part) {
        let path = format!("slack/{room}/{}.json", &clock::iso(at, Zone::Utc)[..10]);
        self.folder.frame(&path, ["[\n", ",\n", "\n]\n"]);
        self.record(&path, at, record, key, part);
    }

    pub(crate) fn bot(
        &mut self,
        room: &str,
        at: i64,
        name: &str,
        body: &str,
        key: Option<usize>,
        part: Part,
    ) {
        let (n, body) = (self.number(), body.to_owned());
        let record = format!(
            r#"{{"type":"message","subtype":"bot_message","bot_id":"B{name}","username":"{name}",{body},"ts":"{}"}}"#,
            clock::slack(at, n)
        );
        self.slack(room, at, record, key, part);
    }

    /// A mail of the thread in which the people of the incident write.
    fn answer(&mut self, at: i64, text: &str, who: &'static str, key: Option<usize>, part: Part) {
        let (n, address) = (self.ids + 1, address(who));
        let id = format!("<m{n}@works.example>");
        let (subject, quote, reply) = match &self.last_mail {
            Some((last, whom, said)) => {
                let quoted: Vec<_> = said.lines().map(|line| format!("> {line}")).collect();
                let day = &clock::iso(at, self.zones[2])[..10];
                let quote = format!("\n\nOn {day} {whom} wrote:\n{}", quoted.join("\n"));
                ("Re: ", quote, format!("In-Reply-To: {last}\n"))
            }
            None => ("", String::new(), String::new()),
        };
        let quote = if self.chance.often(700) { quote } else { String::new() };
        let name = who.split(' ').next().unwrap_or_default();
        let sign = match self.chance.below(10) {
            0..4 => format!("\n\n-- \n{who}\nWorks GmbH, Operations, tel. +49 30 5550 {n}"),
            4..7 => format!("\n\n{name}"),
            _ => String::new(),
        };
        let subject = format!("{subject}{} / {}", self.service, self.host);
        self.last_mail = Some((id, who, text.to_owned()));
        let body = format!("{text}{sign}{quote}");
        self.mail_with(
            at,
            (&format!("{who} <{address}>"), "ops@works.example"),
            &subject,
            &reply,
            &body,
            (key, part),
        );
    }

    pub(crate) fn mail(
        &mut self,
        at: i64,
        people: (&str, &str),
        subject: &str,
        body: &str,
        about: (Option<usize>, Part),
    ) {
        self.mail_with(at, people, subject, "", body, about);
    }

    fn mail_with(
        &mut self,
        at: i64,
        (from, to): (&str, &str),
        subject: &str,
        more: &str,
        body: &str,
        (key, part): (Option<usize>, Part),
    ) {
        let (n, at) = (self.number(), at / SECOND * SECOND);
        let address = from.rsplit_once('<').map_or(from, |(_, a)| a.trim_end_matches('>'));
        let zone = self.chance.of(&[self.zones[2], self.zones[2], Zone::Utc]);
        let text = format!(
            "From {address} {}\nDate: {}\nFrom: {from}\nTo: {to}\nSubject: {subject}\nMessage-ID: <m{n}@works.example>\n{more}Content-Type: text/plain; charset=utf-8\n\n{body}\n\n",
            clock::asctime(at, Zone::Utc),
            clock::mail(at, zone),
        );
        self.record(MAIL, at, text, key, part);
    }

    /// Monitoring notes a state, tells the people on duty, and gives when that arrives.
    pub(crate) fn alert(
        &mut self,
        at: i64,
        (host, check): (&str, &str),
        (state, output): (&str, &str),
        key: Option<usize>,
        part: Part,
    ) -> i64 {
        let at = at / SECOND * SECOND;
        match self.plot.monitor {
            Monitor::Nagios => self.nagios(at, (host, check), (state, output), (key, part)),
            Monitor::Alertmanager => self.alertmanager(at, (host, check), state, (key, part)),
            Monitor::Zabbix => self.zabbix(at, (host, check), (state, output), (key, part)),
        }
    }

    fn nagios(
        &mut self,
        at: i64,
        (host, check): (&str, &str),
        (state, output): (&str, &str),
        about: (Option<usize>, Part),
    ) -> i64 {
        let epoch = at / SECOND;
        if state != "OK" {
            for (n, before) in [(1, 120), (2, 60)] {
                let soft = epoch - before;
                let line =
                    format!("[{soft}] SERVICE ALERT: {host};{check};{state};SOFT;{n};{output}\n");
                self.folder.other("logs/nagios.log", soft * SECOND, line, about.1);
            }
        }
        let line = format!("[{epoch}] SERVICE ALERT: {host};{check};{state};HARD;3;{output}\n");
        self.record("logs/nagios.log", at, line, about.0, about.1);
        let line = format!(
            "[{epoch}] SERVICE NOTIFICATION: duty;{host};{check};{state};notify-by-mail;{output}\n"
        );
        self.record("logs/nagios.log", at + 1, line, None, about.1);
        let sent = at + self.chance.delay();
        let kind = if state == "OK" { "RECOVERY" } else { "PROBLEM" };
        let body = format!(
            "***** Nagios *****\n\nNotification Type: {kind}\n\nService: {check}\nHost: {host}\nAddress: 192.0.2.8\nState: {state}\n\nDate/Time: {}\n\nAdditional Info:\n\n{output}\n",
            clock::asctime(at, Zone::Utc).replace(" 2026", " UTC 2026")
        );
        let subject = format!("** {kind} Service Alert: {host}/{check} is {state} **");
        self.mail_shown(sent, "nagios@mon.works.example", (&subject, &body), about, at);
        let posted = at + self.chance.delay();
        let text = format!(r#""text":"{kind}: {host}/{check} is {state}: {output}""#);
        self.bot("alerts", posted, "nagios", &text, about.0, about.1);
        sent.min(posted)
    }

    /// A mail of the monitoring, whose text tells when the check was made.
    fn mail_shown(
        &mut self,
        sent: i64,
        from: &str,
        (subject, body): (&str, &str),
        (key, part): (Option<usize>, Part),
        shown: i64,
    ) {
        self.mail(sent, (from, "duty@works.example"), subject, body, (key, part));
        self.folder.last_shows(MAIL, shown);
    }

    fn alertmanager(
        &mut self,
        at: i64,
        (host, check): (&str, &str),
        state: &str,
        (key, part): (Option<usize>, Part),
    ) -> i64 {
        let name: String = check.split(|c: char| !c.is_ascii_alphanumeric()).map(capital).collect();
        let state = if state == "OK" { "RESOLVED" } else { "FIRING:1" };
        let sent = at + 30 * SECOND + self.chance.delay();
        let body = format!(
            "Labels:\n - alertname = {name}\n - instance = {host}:9121\n - severity = critical\n"
        );
        let subject = format!("[{state}] {name} shop ({host}:9121 critical)");
        self.mail(
            sent,
            ("alerts@mon.works.example", "duty@works.example"),
            &subject,
            &body,
            (key, part),
        );
        let posted = at + 30 * SECOND + self.chance.delay();
        let text = format!(
            r#""text":"","attachments":[{{"id":1,"fallback":"x","title":"[{state}] {name} shop","text":"• *alertname:* `{name}`\n• *instance:* `{host}:9121`\n• *severity:* `critical`"}}]"#
        );
        self.bot("alerts", posted, "AlertManager", &text, key, part);
        sent.min(posted)
    }

    fn zabbix(
        &mut self,
        at: i64,
        (host, check): (&str, &str),
        (state, output): (&str, &str),
        about: (Option<usize>, Part),
    ) -> i64 {
        let wall = clock::plain(at, self.zones[2]);
        let (day, time) = (wall[..10].replace('-', "."), &wall[11..]);
        // The end of a problem bears the name and the id that it had at its beginning.
        let key = (host.to_owned(), check.to_owned());
        let own = (format!("{check} on {host}: {output}"), self.number());
        let (name, n) = if state == "OK" {
            self.problems.remove(&key).unwrap_or(own)
        } else {
            self.problems.entry(key).or_insert(own).clone()
        };
        let (subject, began) = if state == "OK" {
            (format!("Resolved: {name}"), format!("Problem has been resolved at {time} on {day}"))
        } else {
            (format!("Problem: {name}"), format!("Problem started at {time} on {day}"))
        };
        let body = format!(
            "{began}\nProblem name: {name}\nHost: {host}\nSeverity: High\nOperational data: {output}\nOriginal problem ID: {n}\n"
        );
        let sent = at + self.chance.delay();
        self.mail_shown(sent, "zabbix@mon.works.example", (&subject, &body), about, at);
        sent
    }

    /// A line of an application, of that kind of log.
    pub(crate) fn line(
        &mut self,
        path: &str,
        at: i64,
        level: &str,
        said: &str,
        key: Option<usize>,
        part: Part,
    ) {
        let at =
            if matches!(path, SYSLOG | ERROR_LOG | ACCESS_LOG) { at / SECOND * SECOND } else { at };
        let n = self.chance.below(90_000);
        let zone = self.zones[0];
        let line = match path {
            ERROR_LOG => {
                let level = if level == "INFO" { "notice" } else { "error" };
                format!(
                    "{} [{level}] 412#0: *{n} {said}, client: 192.0.2.7\n",
                    clock::nginx(at, zone)
                )
            }
            APP_LOG => {
                let time = clock::iso(at, zone)[..23].replace('T', " ").replace('.', ",");
                format!("{time} {level} [exec-{}] com.works.shop.Core - {said}\n", n % 40)
            }
            JSON_LOG => {
                let (level, said) = (level.to_lowercase(), said.replace('"', "'"));
                let time = clock::iso(at, Zone::Utc);
                format!(
                    r#"{{"time":"{time}","level":"{level}","service":"core","message":"{said}"}}"#
                ) + "\n"
            }
            SYSLOG => {
                format!("{} {} app[{}]: {said}\n", clock::syslog(at, zone), self.host, n % 9000)
            }
            _ => format!(
                "192.0.2.{} - - [{}] \"GET /p/{n} HTTP/1.1\" 200 {n}\n",
                n % 250,
                clock::access(at, zone)
            ),
        };
        self.record(path, at, line, key, part);
    }

    /// A row of the table of tickets.
    pub(crate) fn row(
        &mut self,
        key: &str,
        title: &str,
        (created, resolved): (i64, Option<i64>),
        comments: &[(i64, String, Option<usize>)],
    ) -> String {
        let time = |at: i64| clock::jira(at, self.zones[1]);
        let (end, status, how) = match resolved {
            Some(at) => (time(at), "Done", "Done"),
            None => (String::new(), "In Progress", ""),
        };
        let mut cells: Vec<String> = comments
            .iter()
            .map(|(at, text, _)| {
                let text = text.replace('"', "'").replace('\n', " ");
                format!("\"{};{};{text}\"", time(*at), self.chance.of(&PEOPLE).1)
            })
            .collect();
        cells.resize(4, String::new());
        let title = title.replace('"', "'");
        format!(
            "{key},\"{title}\",{status},Marta Vidal,High,{},{end},{how},{}",
            time(created),
            cells.join(",")
        )
    }
}

pub(crate) fn address(who: &str) -> String {
    let name: String = who.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
    format!("{name}@works.example")
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// How long noise lasts before and after.
pub(crate) const AROUND: [(i64, i64); 3] =
    [(9 * HOUR, 2 * HOUR), (14 * HOUR, 5 * HOUR), (40 * HOUR, 3 * HOUR)];
