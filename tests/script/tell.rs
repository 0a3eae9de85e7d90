//! One incident from its seed: what truly happens, who tells of it, and the noise around it.

use super::{
    cause::{
        CAUSES, CHATTER, CLOSED, COMPLAINT, Cause, ELSEWHERE, HUM, OUTWARD, TAKEN, TICKET, say,
        typo,
    },
    chance::Chance,
    clock::{self, HOUR, MINUTE, SECOND, Zone},
    folder::Folder,
};

const PEOPLE: [(&str, &str); 5] = [
    ("U1", "Marta Vidal"),
    ("U2", "Tom Okafor"),
    ("U3", "Ines Prado"),
    ("U4", "Kai Wendt"),
    ("U5", "Luc Ferrand"),
];
/// Midnights in UTC: 11 February, 29 March and 25 October (clocks change in Berlin), 17 June.
const DAYS: [i64; 4] = [1_770_768_000_000, 1_774_742_400_000, 1_792_886_400_000, 1_781_654_400_000];
const STATUS: [&str; 3] = ["investigating", "identified", "resolved"];

struct Script {
    folder: Folder,
    chance: Chance,
    cause: &'static Cause,
    host: &'static str,
    service: &'static str,
    zone: Zone,
    /// Numbers that make ids differ.
    ids: usize,
    /// Where the people of the incident talk.
    discord: bool,
}

/// The incident of that number of that seed, with about so many records.
pub(crate) fn incident(seed: &str, number: u64, size: usize) -> Folder {
    let mut chance = Chance::new(number, seed);
    let cause = &CAUSES[(number as usize) % CAUSES.len()];
    let host = chance.of(cause.hosts);
    let service = chance.of(cause.services);
    let zone = chance.of(&[Zone::Utc, Zone::Berlin, Zone::NewYork]);
    let discord = chance.often(300);
    let folder = Folder::of(cause.name);
    let mut script = Script { folder, chance, cause, host, service, zone, ids: 0, discord };
    let start = chance_of_start(&mut script.chance);
    script.frames();
    let end = script.story(start);
    script.noise(start, end, size);
    script.folder.finish()
}

fn chance_of_start(chance: &mut Chance) -> i64 {
    let day = chance.of(&DAYS);
    let hour = if chance.often(400) { 0 } else { chance.between(3, 21) };
    day + hour * HOUR + chance.between(20 * MINUTE, 70 * MINUTE)
}

impl Script {
    fn frames(&mut self) {
        let zone = self.zone.name();
        for path in ["logs/syslog", "logs/error.log", "tickets/jira.csv", "tickets/changes.csv"] {
            self.folder.zones.push(format!("{path}={zone}"));
        }
        self.folder.frame(
            "tickets/jira.csv",
            ["Issue key,Summary,Creator,Priority,Created,Resolved,Resolution\n", "\n", "\n"],
        );
        self.folder.frame("tickets/changes.csv", [
            "Number,Short description,State,Planned start date,Planned end date,Actual start,Actual end,Opened,Assigned to,Configuration item\n",
            "\n", "\n",
        ]);
        for room in ["incident", "random", "alerts"] {
            if room == "incident" && self.discord {
                let head = "{\"guild\":{\"id\":\"1\",\"name\":\"Works\"},\"channel\":{\"id\":\"7\",\"type\":\"GuildTextChat\",\"name\":\"incident\"},\"messages\":[\n";
                self.folder.frame("chat/Works - incident [7].json", [head, ",\n", "\n]}\n"]);
            } else {
                self.folder.frame(&format!("slack/{room}/day.json"), ["[\n", ",\n", "\n]\n"]);
            }
        }
        let users: Vec<_> = PEOPLE
            .iter()
            .map(|(id, name)| {
                format!(r#"{{"id":"{id}","name":"{id}","profile":{{"real_name":"{name}"}}}}"#)
            })
            .collect();
        self.folder.frame("slack/users.json", ["[", ",", "]\n"]);
        for user in users {
            self.folder.put("slack/users.json", 0, user, Vec::new());
        }
    }

    fn number(&mut self) -> usize {
        self.ids += 1;
        self.ids
    }

    fn words(&mut self, grammar: &str) -> String {
        let said = say(&mut self.chance, grammar);
        let (n, m) = (self.chance.below(90_000), self.chance.below(200));
        said.replace("$host", self.host)
            .replace("$service", self.service)
            .replace("$check", self.cause.check)
            .replace("$n", &n.to_string())
            .replace("$m", &m.to_string())
    }

    /// Somebody writes in a room.
    fn post(&mut self, room: &str, at: i64, text: &str, key: Option<usize>, trap: bool) {
        let n = self.number();
        let (user, name) = self.chance.of(&PEOPLE);
        let text = text.replace('"', "'");
        let (path, record) = if room == "incident" && self.discord {
            let time = clock::iso(at, self.zone);
            let record = format!(
                r#"{{"id":"{n}","type":"Default","timestamp":"{time}","content":"{text}","author":{{"id":"{user}","name":"{user}","nickname":"{name}","isBot":false}}}}"#
            );
            ("chat/Works - incident [7].json".to_owned(), record)
        } else {
            let ts = clock::slack(at, n);
            let record =
                format!(r#"{{"type":"message","user":"{user}","text":"{text}","ts":"{ts}"}}"#);
            (format!("slack/{room}/day.json"), record)
        };
        if trap {
            self.folder.trap(&path, at, record);
        } else {
            let about = key.map(|key| (key, String::new(), at)).into_iter().collect();
            self.folder.put(&path, at, record, about);
        }
    }

    fn mail(
        &mut self,
        at: i64,
        from: &str,
        to: &str,
        subject: &str,
        body: &str,
        key: Option<usize>,
    ) {
        let (n, at) = (self.number(), at / SECOND * SECOND);
        let address = from.rsplit_once('<').map_or(from, |(_, a)| a.trim_end_matches('>'));
        let text = format!(
            "From {address} {}\nDate: {}\nFrom: {from}\nTo: {to}\nSubject: {subject}\nMessage-ID: <m{n}@works.example>\n\n{body}\n\n",
            clock::asctime(at),
            clock::mail(at, self.zone),
        );
        let about = key.map(|key| (key, String::new(), at)).into_iter().collect();
        self.folder.put("mail/ops.mbox", at, text, about);
    }

    /// Monitoring notes a state, tells the people on duty by mail, and gives when that arrives.
    fn alert(&mut self, at: i64, host: &str, state: &str, output: &str, key: Option<usize>) -> i64 {
        let at = at / SECOND * SECOND;
        let about = |at: i64| key.map(|key| (key, String::new(), at)).into_iter().collect();
        let (epoch, check) = (at / SECOND, self.cause.check);
        let line = format!("[{epoch}] SERVICE ALERT: {host};{check};{state};HARD;3;{output}\n");
        self.folder.put("logs/nagios.log", at, line, about(at));
        let sent = at + self.chance.delay();
        let kind = if state == "OK" { "RECOVERY" } else { "PROBLEM" };
        let body = format!(
            "***** Nagios *****\n\nNotification Type: {kind}\n\nService: {check}\nHost: {host}\nAddress: 192.0.2.8\nState: {state}\n\nDate/Time: {}\n\nAdditional Info:\n\n{output}\n",
            clock::asctime(at)
        );
        let subject = format!("** {kind} Service Alert: {host}/{check} is {state} **");
        self.mail(sent, "nagios@mon.works.example", "duty@works.example", &subject, &body, key);
        let posted = at + self.chance.delay();
        let (n, ts) = (self.number(), posted);
        let post = format!(
            r#"{{"type":"message","subtype":"bot_message","bot_id":"B1","username":"nagios","text":"{kind}: {host}/{check} is {state}: {output}","ts":"{}"}}"#,
            clock::slack(ts, n)
        );
        self.folder.put("slack/alerts/day.json", ts, post, about(ts));
        sent
    }

    fn fault(&mut self, at: i64, key: Option<usize>) {
        let at = at / SECOND * SECOND;
        let said = self.words(self.cause.fault);
        let n = self.chance.below(90_000);
        let line = format!(
            "{} [error] 412#0: *{n} {said}, client: 192.0.2.7\n",
            clock::nginx(at, self.zone)
        );
        let about = key.map(|key| (key, String::new(), at)).into_iter().collect();
        self.folder.put("logs/error.log", at, line, about);
    }

    /// What happens; gives when it is over.
    fn story(&mut self, start: i64) -> i64 {
        let later = |script: &mut Self, at: i64, from: i64, to: i64| {
            at + script.chance.between(from * SECOND, to * SECOND)
        };
        if !self.cause.change.is_empty() {
            let at = later(self, start, -1500, -60) / SECOND * SECOND;
            let key = self.folder.key("change", at);
            let (said, end) = (self.words(self.cause.change), at + 10 * MINUTE);
            let time = |at| clock::plain(at, self.zone);
            let row = format!(
                "CHG00{},{said},Closed,{},{},{},{},{},Tom Okafor,{}",
                self.ids + 4000,
                time(at),
                time(end),
                time(at),
                time(end),
                time(at - 26 * HOUR),
                self.host
            );
            self.folder.put("tickets/changes.csv", at, row, vec![(key, ":started".to_owned(), at)]);
        }
        let start = start / SECOND * SECOND;
        let key = self.folder.key("symptom", start);
        self.fault(start, Some(key));
        let alert = later(self, start, 60, 400);
        let key = self.folder.key("alert", alert / SECOND * SECOND);
        let output = self.words(self.cause.output);
        let state = self.chance.of(&["CRITICAL", "CRITICAL", "WARNING"]);
        let noticed = self.alert(alert, self.host, state, &output, Some(key));
        let complained = later(self, start, 200, 1200) / SECOND * SECOND;
        let key = self.folder.key("complaint", complained);
        let body = self.words(COMPLAINT);
        let subject = self.words("{help|problem with $service|URGENT|$service}");
        self.mail(
            complained,
            "Office <desk@customer.example>",
            "support@works.example",
            &subject,
            &body,
            Some(key),
        );
        let detected = noticed.min(complained) / SECOND * SECOND;
        let taken = later(self, detected, 60, 600);
        self.said(taken, "acknowledge", TAKEN);
        let ticket = later(self, taken, 30, 400) / MINUTE * MINUTE;
        let outward = later(self, taken, 120, 900) / SECOND * SECOND;
        let found = later(self, taken, 400, 2400);
        self.said(found, "cause", self.cause.found);
        let planned = later(self, found, 40, 400);
        self.said(planned, "decide", self.cause.plan);
        let told = later(self, found, 100, 600) / SECOND * SECOND;
        let acted = later(self, planned, 60, 600);
        self.said(acted, "act", self.cause.act);
        let recovered = later(self, acted, 200, 1200) / SECOND * SECOND;
        let key = self.folder.key("recovery", recovered);
        self.alert(recovered, self.host, "OK", "within limits", Some(key));
        let mitigated = later(self, recovered, 30, 300);
        self.said(mitigated, "mitigate", self.cause.better);
        let closed = later(self, mitigated, 900, 2700);
        self.said(closed, "close", CLOSED);
        let over = later(self, closed, -300, -60) / SECOND * SECOND;
        self.status([outward, told, over]);
        let resolved = later(self, closed, 60, 600) / MINUTE * MINUTE;
        self.ticket("OPS-900", ticket, resolved);
        let mut at = start;
        while at < recovered {
            at = later(self, at, 1, 40);
            self.fault(at, None);
        }
        for n in 0..12 + self.chance.below(12) {
            let at = self.chance.between(taken, closed);
            let words = self.words(CHATTER);
            self.post("incident", at, &words, None, true);
            if n == 3 {
                let text = format!(
                    "recap so far: {} {} on {} / {} somebody takes it / more later",
                    clock::minute(alert, self.zone),
                    self.cause.check,
                    self.host,
                    clock::minute(taken, self.zone)
                );
                self.post("incident", found - MINUTE, &text, None, true);
            }
        }
        self.folder.milestones = [start, detected, taken, mitigated, closed];
        closed
    }

    fn said(&mut self, at: i64, act: &'static str, grammar: &str) {
        let key = self.folder.key(act, at);
        let words = self.words(grammar);
        let words = typo(&mut self.chance, &words);
        self.post("incident", at, &words, Some(key), false);
    }

    /// The status page, and the mail to customers that says the same.
    fn status(&mut self, times: [i64; 3]) {
        let mut updates = Vec::new();
        let mut about = Vec::new();
        for (n, at) in times.into_iter().enumerate() {
            let key = self.folder.key("inform", at);
            let body = self.words(OUTWARD[n]);
            let time = clock::iso(at, Zone::Utc);
            updates.push(format!(
                r#"{{"id":"u{n}","status":"{}","body":"{body}","created_at":"{time}","display_at":"{time}"}}"#,
                STATUS[n]
            ));
            about.push((key, format!(":u{n}"), at));
            let sent = at + self.chance.between(5 * SECOND, 90 * SECOND);
            let subject = format!("[Works status] {}", self.service);
            self.mail(
                sent,
                "Works <notice@works.example>",
                "customers@lists.example",
                &subject,
                &body,
                Some(key),
            );
        }
        updates.reverse();
        let created = clock::iso(times[0], Zone::Utc);
        let record = format!(
            r#"{{"id":"s1","name":"{}","status":"resolved","impact":"major","created_at":"{created}","shortlink":"https://stspg.example/s1","components":[],"incident_updates":[{}]}}"#,
            self.service,
            updates.join(",\n")
        );
        self.folder.frame(
            "status/incidents.json",
            ["{\"page\":{\"id\":\"p\",\"name\":\"Works\"},\"incidents\":[\n", ",\n", "\n]}\n"],
        );
        self.folder.put("status/incidents.json", times[0], record, about);
    }

    fn ticket(&mut self, key: &str, created: i64, resolved: i64) {
        let title = self.words(TICKET);
        let about = vec![
            (self.folder.key("ticket", created), ":created".to_owned(), created),
            (self.folder.key("ticket done", resolved), ":resolved".to_owned(), resolved),
        ];
        let row = self.row(key, &title, created, resolved);
        self.folder.put("tickets/jira.csv", created, row, about);
    }

    fn row(&self, key: &str, title: &str, created: i64, resolved: i64) -> String {
        let [from, to] = [created, resolved].map(|at| clock::jira(at, self.zone));
        format!("{key},\"{title}\",Marta Vidal,High,{from},{to},Done")
    }

    /// Hours before and after, other alerts, rooms, tickets, mails and a smaller incident.
    fn noise(&mut self, start: i64, end: i64, size: usize) {
        let (from, to) = (start - 9 * HOUR, end + 2 * HOUR);
        for n in 0..12 {
            let at = self.chance.between(from, to);
            let words = self.words(ELSEWHERE);
            self.post("random", at, &words, None, true);
            if n % 2 == 0 {
                let at = self.chance.between(from, to);
                self.mail(
                    at,
                    "Kai Wendt <kai@works.example>",
                    "all@works.example",
                    "fyi",
                    &words,
                    None,
                );
            }
            let (at, title) =
                (self.chance.between(from, to) / MINUTE * MINUTE, self.words(ELSEWHERE));
            let row = self.row(&format!("OPS-{}", 700 + n), &title, at, at + 3 * HOUR);
            self.folder.trap("tickets/jira.csv", at, row);
        }
        // A host that flaps all day, and a small incident that is none of ours.
        for n in 0..8 {
            let at = from + n * 80 * MINUTE + self.chance.between(0, 40 * MINUTE);
            self.alert(at, "batch-9", "CRITICAL", "late", None);
            self.alert(at + 7 * MINUTE, "batch-9", "OK", "in time", None);
        }
        let small = self.chance.between(from, start);
        for (n, words) in ["printers on 3 are gone", "toner. done, works again", "ok closing that"]
            .iter()
            .enumerate()
        {
            self.post("random", small + n as i64 * 6 * MINUTE, words, None, true);
        }
        // Errors of every day, or the error log would begin with the incident.
        for _ in 0..40 {
            let at = self.chance.between(from, to) / SECOND * SECOND;
            let said = self.words("{access forbidden by rule|open() \"/srv/$n.ico\" failed (2: No such file or directory)|client intended to send too large body: $n bytes}");
            let line = format!(
                "{} [error] 412#0: *{} {said}, client: 192.0.2.9\n",
                clock::nginx(at, self.zone),
                at % 9000
            );
            self.folder.put("logs/error.log", at, line, Vec::new());
        }
        while self.folder.records < size {
            let at = self.chance.between(from, to);
            let words = self.words(HUM);
            let (host, n) = (
                self.chance.of(&["app-3", "web-11", "batch-9", self.host]),
                self.chance.below(800),
            );
            match self.chance.below(3) {
                0 => {
                    let line =
                        format!("{} {host} cron[{n}]: {words}\n", clock::syslog(at, self.zone));
                    self.folder.put("logs/syslog", at, line, Vec::new());
                }
                1 => {
                    let line = format!("{} INFO {words}\n", clock::iso(at, Zone::Utc));
                    self.folder.put("logs/app.log", at, line, Vec::new());
                }
                _ => {
                    let line = format!(
                        "192.0.2.{} - - [{}] \"GET /p/{n} HTTP/1.1\" 200 {n}\n",
                        n % 250,
                        clock::access(at, self.zone)
                    );
                    self.folder.put("logs/access.log", at, line, Vec::new());
                }
            }
        }
    }
}
