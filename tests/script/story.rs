//! What happens in an incident, in the order of its plot, and what of it a lead would write down.

use super::{
    clock::{self, HOUR, MINUTE, SECOND, Zone},
    folder::{Milestone, Part},
    plot::{Ack, End, Monitor, Seen},
    tell::{APP_LOG, CHANGES, ERROR_LOG, JSON_LOG, PEOPLE, SYSLOG, Script, TICKETS},
};

/// What the milestones are made of.
#[derive(Default)]
struct Found {
    start: i64,
    detected: Vec<i64>,
    taken: Vec<i64>,
    mitigated: Vec<i64>,
    resolved: Vec<i64>,
}

impl Script {
    /// What happens; gives when it is over.
    pub(crate) fn story(&mut self, start: i64) -> i64 {
        let start = start / SECOND * SECOND;
        self.start = start;
        let mut found = Found::default();
        if !self.cause.changes.is_empty() && self.chance.often(800) {
            let at = self.later(start, -1500, -60);
            self.changed(at / SECOND * SECOND);
        }
        let noticed = self.noticed(start, &mut found);
        let taken = self.taken(noticed, &mut found);
        let mut at = self.later(taken, 100, 900);
        if self.plot.ack != Ack::None {
            for _ in 0..=self.chance.below(3) {
                let text = self.say("look", at);
                if self.plot.ack == Ack::Late && at < taken {
                    found.taken.push(at);
                }
                self.speak(at, &text, None, Part::Tale);
                at = self.later(at, 60, 500);
            }
            if self.chance.often(250) {
                at = self.said(at, "escalate", "vendor");
                at = self.later(at, 120, 900);
            }
        }
        if self.plot.fails {
            at = self.said(at, "act", "try");
            at = self.later(at, 90, 700);
            at = self.said(at, "failed", "fail");
            at = self.later(at, 60, 700);
        }
        let outward = self.later(taken, 120, 900);
        let mut told = vec![(outward, "investigating", "out1")];
        if !self.plot.found_late {
            at = self.later(at, 60, 1200);
            self.said(at, "cause", "cause");
            if self.chance.often(600) {
                told.push((self.later(at, 100, 500), "identified", "out2"));
            }
        }
        if self.chance.often(600) {
            at = self.later(at, 40, 400);
            self.said(at, "decide", "decide");
        }
        at = self.later(at, 60, 600);
        self.said(at, "act", "act");
        let recovered = self.recovered(at, start, &mut found);
        let mut end = recovered;
        if self.plot.found_late {
            end = self.later(end, 300, 1500);
            self.said(end, "cause", "cause");
        }
        let end = self.ended(end, &mut found, &mut told);
        if self.plot.status {
            self.status(&told);
        }
        self.chat(noticed, recovered, end);
        self.folder.milestones = [
            Milestone::at(&[found.start]),
            Milestone::at(&found.detected),
            Milestone::at(&found.taken),
            Milestone { or_none: self.plot.end == End::Closed, ..Milestone::at(&found.mitigated) },
            Milestone {
                or_none: self.plot.end == End::Unwritten,
                ..Milestone::at(&found.resolved)
            },
        ];
        if self.plot.end == End::Mitigated {
            self.folder.milestones[4] = Milestone::at(&[]);
        }
        end
    }

    /// A change, told as changes are.
    fn changed(&mut self, at: i64) {
        let key = self.folder.key("change", at);
        let what = self.chance.of(self.cause.changes);
        match self.chance.below(4) {
            0 => {
                let said = self.fill(what, at);
                let row = self.change_row(&said, at);
                self.folder.put(CHANGES, at, row, vec![(key, ":started".to_owned(), at)]);
            }
            1 => {
                let said = self
                    .fill(&format!("{{Deployed|Finished|Rolled out}} {what} to production"), at);
                let text = format!(r#""text":"{said} (pipeline {})""#, 4000 + self.ids);
                self.bot("deploys", at, "shipit", &text, Some(key), Part::Tale);
            }
            2 => {
                let said = self.say("announce", at);
                let who = self.chance.of(&PEOPLE);
                self.post("deploys", at, who, &said, Some(key), Part::Tale);
            }
            _ => {
                let said = self.say("announce", at);
                let from = "Change desk <change@works.example>";
                let subject = self.fill(&format!("[change] {what}"), at);
                self.mail(
                    at,
                    (from, "all@works.example"),
                    &subject,
                    &said,
                    (Some(key), Part::Tale),
                );
            }
        }
    }

    pub(crate) fn change_row(&mut self, said: &str, at: i64) -> String {
        let (zone, end) = (self.zones[1], at + 10 * MINUTE);
        let time = |at| clock::plain(at, zone);
        format!(
            "CHG00{},{said},Closed,{},{},{},{},{},Tom Okafor,{}",
            self.number() + 4000,
            time(at - 3 * MINUTE),
            time(end),
            time(at),
            time(end),
            time(at - 26 * HOUR),
            self.host
        )
    }

    /// It begins and is noticed; gives when.
    fn noticed(&mut self, start: i64, found: &mut Found) -> i64 {
        found.start = i64::MAX;
        if self.plot.logged {
            self.faults(start, "symptom");
            found.start = start;
        }
        let (host, check) = (self.host, self.check);
        let first = self.later(start, 90, 400);
        let mut alarm = Some(first);
        let mut detected = Vec::new();
        if self.plot.seen != Seen::Monitoring {
            let at = self.later(start, 150, 900) / SECOND * SECOND;
            detected.push(at);
            if self.plot.seen == Seen::Customer {
                self.complaint(at, true);
            } else {
                let text = self.say("staff", at);
                let key = self.folder.key("report", at);
                let (who, room) =
                    (self.chance.of(&PEOPLE), self.chance.of(&["incident", "helpdesk"]));
                self.post(room, at, who, &text, Some(key), Part::Tale);
            }
            alarm = self.chance.often(700).then(|| self.later(at, 60, 900));
        }
        if let Some(at) = alarm.map(|at| at / SECOND * SECOND) {
            let key = self.folder.key("alert", at);
            let output = self.chance.of(self.cause.outputs);
            let state = self.chance.of(&["CRITICAL", "CRITICAL", "CRITICAL", "WARNING"]);
            let sent = self.alert(at, (host, check), (state, output), Some(key), Part::Tale);
            found.start = found.start.min(at);
            if detected.is_empty() {
                detected = vec![at, sent];
            }
            if self.chance.often(400) {
                let at = self.later(at, 20, 300);
                self.alert(at, (host, "agent"), ("CRITICAL", "timeout"), None, Part::Tale);
                let over = self.later(at, 600, 3000);
                self.alert(over, (host, "agent"), ("OK", "0.1 s"), None, Part::Tale);
            }
        }
        let noticed = *detected.last().unwrap_or(&start);
        found.start = found.start.min(noticed);
        // Others write too, later.
        for n in 0..self.chance.below(4) {
            let at = self.later(noticed, 100, 1800);
            self.complaint(at, n == 0 && self.plot.seen != Seen::Customer);
        }
        found.detected = detected;
        noticed
    }

    /// The first lines of a fault, where a lead sees it begin, and more of them after it.
    fn faults(&mut self, start: i64, act: &'static str) {
        let key = self.folder.key(act, start);
        let first = self.chance.of(&[ERROR_LOG, APP_LOG, JSON_LOG]);
        let fault = self.chance.of(self.cause.faults);
        let said = self.fill(fault, start);
        self.line(first, start, "ERROR", &said, Some(key), Part::Tale);
        if self.chance.often(500) {
            let other = self.chance.of(&[ERROR_LOG, APP_LOG, JSON_LOG, SYSLOG]);
            if other != first {
                let (at, said) = (self.later(start, 1, 30), self.fill(fault, start));
                self.line(other, at, "ERROR", &said, Some(key), Part::Tale);
            }
        }
        self.fault_in(first, fault, start);
    }

    /// More lines of a fault, until it is put right.
    fn fault_in(&mut self, path: &str, fault: &str, start: i64) {
        let (mut at, gap) = (start, self.chance.of(&[20, 45, 120]));
        while at < start + 5 * HOUR {
            at = self.later(at, 1, gap);
            let said = self.fill(fault, at);
            self.line(path, at, "ERROR", &said, None, Part::Tale);
            if self.chance.often(250) {
                let (at, said) = (self.later(at, 1, 20), self.fill(self.cause.follow, at));
                self.line(APP_LOG, at, "WARN", &said, None, Part::Tale);
            }
        }
    }

    fn complaint(&mut self, at: i64, first: bool) {
        let at = at / SECOND * SECOND;
        let key = first.then(|| self.folder.key("complaint", at));
        let (subject, body) = (self.say("complaint.subject", at), self.say("complaint", at));
        let who = self.chance.of(&[
            "Office <desk@customer.example>",
            "Anke Holm <a.holm@nordwind.example>",
            "IT Support <it@kiosk.example>",
            "R. Duarte <rd@loja.example>",
        ]);
        let body = format!("{body}\n\nRegards\n{}", who.split('<').next().unwrap_or_default());
        self.mail(at, (who, "support@works.example"), &subject, &body, (key, Part::Tale));
    }

    /// Somebody takes it; gives when.
    fn taken(&mut self, noticed: i64, found: &mut Found) -> i64 {
        let mut at = self.later(noticed, 60, 700);
        match self.plot.ack {
            Ack::None => return at,
            Ack::Chat => {
                self.said(at, "acknowledge", "ack");
            }
            Ack::Late => {
                for _ in 0..2 {
                    let text = self.say("look", at);
                    found.taken.push(at);
                    self.speak(at, &text, None, Part::Tale);
                    at = self.later(at, 60, 300);
                }
                self.said(at, "acknowledge", "ack");
            }
            Ack::Ticket => {
                at = at / MINUTE * MINUTE + MINUTE;
                let (key, text) = (self.folder.key("acknowledge", at), self.say("ack", at));
                self.comments.push((at, text, Some(key)));
            }
            Ack::Monitoring => {
                at = at / SECOND * SECOND;
                let key = self.folder.key("acknowledge", at);
                let (text, who) = (self.say("ack", at), self.chance.of(&PEOPLE).1);
                let (host, check, epoch) = (self.host, self.check, at / SECOND);
                debug_assert_eq!(self.plot.monitor, Monitor::Nagios);
                let line = format!(
                    "[{epoch}] EXTERNAL COMMAND: ACKNOWLEDGE_SVC_PROBLEM;{host};{check};2;1;0;{who};{text}\n"
                );
                self.folder.put("logs/nagios.log", at, line, vec![(key, String::new(), at)]);
                let body = format!("Author: {who}\nComment: {text}\n");
                let subject =
                    format!("** ACKNOWLEDGEMENT Service Alert: {host}/{check} is CRITICAL **");
                let sent = at + self.chance.delay();
                let people = ("nagios@mon.works.example", "duty@works.example");
                self.mail(sent, people, &subject, &body, (Some(key), Part::Tale));
            }
        }
        found.taken.push(at);
        if self.chance.often(250) {
            let declared = self.later(at, 20, 300);
            self.said(declared, "declare", "declare");
            at = declared;
        }
        at
    }

    /// The remedy works; gives when.
    fn recovered(&mut self, acted: i64, start: i64, found: &mut Found) -> i64 {
        let at = self.later(acted, 150, 1200) / SECOND * SECOND;
        let last = self.folder.cut_tail(start, at);
        if self.plot.end == End::Closed {
            // That the errors end is all that tells of it.
            found.mitigated.extend(last);
            if self.chance.often(500) {
                return at;
            }
        }
        self.green(at, found);
        match self.plot.end {
            End::Closed => return at,
            End::Mitigated => {
                let said = self.later(at, 30, 400);
                self.said(said, "mitigate", "workaround");
                found.mitigated.push(said);
            }
            _ => {
                // People may see it before the monitoring does.
                let said = self.later(at, -120, 300).max(acted + 30 * SECOND);
                self.said(said, "mitigate", "better");
                found.mitigated.push(said);
            }
        }
        at + 400 * SECOND
    }

    /// The monitoring sees it work again, if it saw that it did not.
    fn green(&mut self, at: i64, found: &mut Found) {
        if !self.folder.keys.iter().any(|key| key.act == "alert") {
            return;
        }
        let key = self.folder.key("recovery", at);
        let (host, check) = (self.host, self.check);
        let sent = self.alert(at, (host, check), ("OK", "within limits"), Some(key), Part::Tale);
        found.mitigated.extend([at, sent]);
    }

    /// How it ends; gives when.
    fn ended(
        &mut self,
        mut at: i64,
        found: &mut Found,
        told: &mut Vec<(i64, &'static str, &'static str)>,
    ) -> i64 {
        let created = self.later(found.detected[0], 60, 900) / MINUTE * MINUTE;
        let mut resolved = None;
        if self.plot.end == End::Reopened {
            at = self.later(at, 600, 1500);
            self.said(at, "close", "close");
            at = self.later(at, 400, 2400) / SECOND * SECOND;
            let again = at;
            if self.plot.logged {
                self.faults(at, "symptom again");
            }
            at = self.later(at, 60, 400) / SECOND * SECOND;
            let alerted = self.folder.keys.iter().any(|key| key.act == "alert");
            if alerted {
                let key = self.folder.key("alert again", at);
                let output = self.chance.of(self.cause.outputs);
                let (host, check) = (self.host, self.check);
                self.alert(at, (host, check), ("CRITICAL", output), Some(key), Part::Tale);
            }
            at = self.later(at, 30, 500);
            self.said(at, "reopen", "reopen");
            at = self.later(at, 200, 1500);
            self.said(at, "act", "act");
            at = self.later(at, 150, 900) / SECOND * SECOND;
            self.folder.cut_tail(again, at);
            self.green(at, found);
            let said = self.later(at, 30, 300);
            self.said(said, "mitigate", "better");
            found.mitigated.push(said);
            at = said;
        }
        match self.plot.end {
            End::Mitigated => {}
            End::Unwritten => found.resolved.clone_from(&found.mitigated),
            _ => {
                at = self.later(at, 900, 2700);
                self.said(at, "close", "close");
                found.resolved.push(at);
                if self.plot.status {
                    let over = self.later(at, -300, 400) / SECOND * SECOND;
                    told.push((over, "resolved", "out3"));
                    found.resolved.push(over);
                }
                if self.plot.ticket {
                    let end = self.later(at, 0, 700) / MINUTE * MINUTE;
                    resolved = Some(end);
                    found.resolved.push(end);
                }
            }
        }
        if self.plot.ticket {
            self.ticket(created, resolved);
        }
        at
    }

    /// The status page, and the mail to customers that says the same.
    fn status(&mut self, told: &[(i64, &'static str, &'static str)]) {
        let (mut updates, mut about) = (Vec::new(), Vec::new());
        let mailed = self.chance.often(600);
        for (n, &(at, status, kind)) in told.iter().enumerate() {
            let at = at / SECOND * SECOND;
            let (key, body) = (self.folder.key("inform", at), self.say(kind, at));
            let time = clock::iso(at, Zone::Utc);
            updates.push(format!(
                r#"{{"id":"u{n}","status":"{status}","body":"{body}","created_at":"{time}","display_at":"{time}"}}"#
            ));
            about.push((key, format!(":u{n}"), at));
            if mailed {
                let sent = self.later(at, 5, 90);
                let people = ("Works <notice@works.example>", "customers@lists.example");
                let subject = format!("[Works status] {}", self.service);
                self.mail(sent, people, &subject, &body, (Some(key), Part::Tale));
            }
        }
        updates.reverse();
        let created = clock::iso(told[0].0 / SECOND * SECOND, Zone::Utc);
        let status = told.last().map_or("investigating", |last| last.1);
        let record = format!(
            r#"{{"id":"s1","name":"{}","status":"{status}","impact":"major","created_at":"{created}","shortlink":"https://stspg.example/s1","components":[],"incident_updates":[{}]}}"#,
            self.service,
            updates.join(",\n")
        );
        self.folder.frame(
            "status/incidents.json",
            ["{\"page\":{\"id\":\"p\",\"name\":\"Works\"},\"incidents\":[\n", ",\n", "\n]}\n"],
        );
        self.folder.put("status/incidents.json", told[0].0, record, about);
    }

    fn ticket(&mut self, created: i64, resolved: Option<i64>) {
        let title = self.say("ticket", created);
        let name = self.ticket.clone();
        let mut about = vec![(self.folder.key("ticket", created), ":created".to_owned(), created)];
        if let Some(at) = resolved {
            about.push((self.folder.key("ticket done", at), ":resolved".to_owned(), at));
        }
        let mut comments = std::mem::take(&mut self.comments);
        comments.sort_by_key(|comment| comment.0);
        for (n, (at, _, key)) in comments.iter().enumerate() {
            about.extend(key.map(|key| (key, format!(":comment:{}", n + 1), *at)));
        }
        let row = self.row(&name, &title, (created, resolved), &comments);
        self.folder.put(TICKETS, created, row, about);
    }

    /// What people say in the room beside it all.
    fn chat(&mut self, from: i64, recovered: i64, to: i64) {
        for n in 0..10 + self.chance.below(20) {
            let (kind, to) = if n % 4 == 0 { ("waiting", recovered) } else { ("chatter", to) };
            let at = self.chance.between(from, to.max(from + MINUTE));
            let words = self.say(kind, at);
            self.speak(at, &words, None, Part::Trap);
        }
        if self.chance.often(500) {
            let at = self.later(to, -900, 1800);
            let zone = self.zones[2];
            let lines: Vec<_> = self
                .folder
                .keys
                .iter()
                .map(|key| format!("{} {}", clock::minute(key.at, zone), key.act))
                .collect();
            let text = format!("timeline so far (for the pm):\n{}", lines.join("\n"));
            self.speak(at, &text, None, Part::Tale);
        }
    }
}
