//! What else happens: hours before and after, other hosts, rooms, tickets and mails, and a smaller
//! incident of another team.

use super::{
    clock::{HOUR, MINUTE, SECOND},
    folder::Part,
    plot::Room,
    tell::{
        ACCESS_LOG, APP_LOG, AROUND, CHANGES, ERROR_LOG, JSON_LOG, PEOPLE, SYSLOG, Script, TICKETS,
    },
};

/// What hosts log when nothing is wrong.
const HUM: [&str; 18] = [
    "(root) CMD (run-parts /etc/cron.hourly)",
    "session $n closed for user deploy",
    "accepted publickey for deploy from 192.0.2.$m",
    "rotating logs",
    "rtc time sync ok",
    "slow query $n ms",
    "retry $m of upstream, ok",
    "health ok",
    "user $n signed in",
    "job $n took $m s",
    "cache miss ratio $m",
    "GET /api/v2/items/$n 200 in $m ms",
    "cart $n checked out, $m items",
    "gc pause $m ms",
    "flushed $n records",
    "connection $n from 10.1.2.$m",
    "scheduled task $m finished",
    "config reloaded, revision $n",
];
/// Errors of every day.
const USUAL: [&str; 7] = [
    "access forbidden by rule, request $n",
    "open() /srv/$n.ico failed (2: No such file or directory)",
    "client intended to send too large body: $n bytes",
    "connection reset by peer, client $n",
    "invalid session token $n",
    "mail to user $n bounced",
    "thumbnail $n: unsupported format",
];
/// What begins at some time and has no meaning.
const NEW: [&str; 8] = [
    "certificate of printer-$m renewed",
    "deprecated parameter in request $n",
    "new device usb $m",
    "kernel: perf: interrupt took too long ($n)",
    "ntpd: kernel reports TIME_ERROR: 0x41",
    "could not fetch avatar $n: 404",
    "backup of set $m started",
    "index rebuild finished in $n ms",
];

impl Script {
    pub(crate) fn noise(&mut self, start: i64, end: i64, size: usize) {
        let (before, after) = self.chance.of(&AROUND);
        let (from, to) = (start - before, end + after);
        self.talk(from, to);
        self.tables(from, to);
        self.alarms(from, to, start);
        if self.plot.other {
            self.other(start, end);
        }
        if self.plot.past {
            self.past(start);
        }
        self.jobs(from, to);
        self.usual(from, to);
        if self.plot.precursors {
            let fault = self.chance.of(self.cause.faults);
            for _ in 0..2 + self.chance.below(6) {
                let at = self.chance.between(from, start - 30 * MINUTE);
                let said = self.fill(fault, at);
                let path = self.chance.of(&[ERROR_LOG, APP_LOG, JSON_LOG]);
                self.line(path, at, "ERROR", &said, None, Part::Noise);
            }
        }
        while self.folder.records < size {
            let at = self.chance.between(from, to);
            let path = self.chance.of(&[SYSLOG, APP_LOG, JSON_LOG, JSON_LOG, ACCESS_LOG]);
            let hum = self.chance.of(&HUM);
            let said = self.fill(hum, at);
            self.line(path, at, "INFO", &said, None, Part::Noise);
        }
    }

    /// Rooms and mail about other things.
    fn talk(&mut self, from: i64, to: i64) {
        for n in 0..26 {
            let at = self.chance.between(from, to);
            let (words, who) = (self.say("elsewhere", at), self.chance.of(&PEOPLE));
            let room = self.chance.of(&["random", "random", "dev", "helpdesk"]);
            self.post(room, at, who, &words, None, Part::Trap);
            if n % 4 == 0 {
                let at = self.chance.between(from, to);
                let words = self.say("elsewhere", at);
                let from = "Kai Wendt <kaiwendt@works.example>";
                self.mail(at, (from, "all@works.example"), "fyi", &words, (None, Part::Trap));
            }
            if n % 3 == 0 {
                let at = self.chance.between(from, to);
                let subject = self.say("newsletter", at);
                let from = self.chance.of(&[
                    "News <noreply@vendor.example>",
                    "CI <ci@works.example>",
                    "HR <hr@works.example>",
                ]);
                let body =
                    format!("{subject}\n\nRead more: https://news.example/{n}\nUnsubscribe here.");
                self.mail(at, (from, "all@works.example"), &subject, &body, (None, Part::Trap));
            }
        }
        // Deploys of other things.
        for _ in 0..5 {
            let at = self.chance.between(from, to);
            let what =
                self.chance.of(&["wiki 2.2", "crm-sync 0.9.1", "intern-portal 14", "batch 3.1.7"]);
            let text =
                format!(r#""text":"Deployed {what} to production (pipeline {})""#, 3000 + self.ids);
            self.bot("deploys", at, "shipit", &text, None, Part::Trap);
        }
    }

    /// Other tickets and changes.
    fn tables(&mut self, from: i64, to: i64) {
        for n in 0..12 {
            let at = self.chance.between(from, to) / MINUTE * MINUTE;
            let title = self.say("elsewhere", at);
            let done = self.chance.often(700).then_some(at + 3 * HOUR);
            let row = self.row(&format!("OPS-{}", 700 + n), &title, (at, done), &[]);
            self.folder.other(TICKETS, at, row, Part::Trap);
        }
        for what in ["new badge reader", "patch wiki", "move crm-sync to vm 12"] {
            let at = self.chance.between(from, to) / SECOND * SECOND;
            let host = std::mem::replace(&mut self.host, "util-4");
            let row = self.change_row(what, at);
            self.host = host;
            self.folder.other(CHANGES, at, row, Part::Trap);
        }
    }

    /// A host that flaps all day, one that is low on disk for weeks, and a blip of ours.
    fn alarms(&mut self, from: i64, to: i64, start: i64) {
        let mut at = from + self.chance.between(0, HOUR);
        while at < to {
            self.alert(at, ("batch-9", "freshness"), ("CRITICAL", "late"), None, Part::Trap);
            let over = self.later(at, 200, 700);
            self.alert(over, ("batch-9", "freshness"), ("OK", "in time"), None, Part::Trap);
            at = self.later(at, 3000, 9000);
        }
        for _ in 0..3 {
            let at = self.chance.between(from, to);
            let host = self.chance.of(&["printer-3", "lab-2", "wiki-1"]);
            self.alert(at, (host, "swap"), ("WARNING", "12% left"), None, Part::Trap);
            let over = self.later(at, 600, 7000);
            self.alert(over, (host, "swap"), ("OK", "40% left"), None, Part::Trap);
        }
        if self.plot.blip {
            let at = self.chance.between(from.max(start - 8 * HOUR), start - 100 * MINUTE);
            let (host, check, output) = (self.host, self.check, self.chance.of(self.cause.outputs));
            self.alert(at, (host, check), ("WARNING", output), None, Part::Trap);
            let over = self.later(at, 60, 200);
            self.alert(over, (host, check), ("OK", "within limits"), None, Part::Trap);
        }
    }

    /// A smaller incident of another team, told in the same words.
    fn other(&mut self, start: i64, end: i64) {
        let mut at = self.chance.between(start - 90 * MINUTE, end);
        let check = ("crm-2", "sync age");
        self.alert(at, check, ("CRITICAL", "11 h"), None, Part::Trap);
        for text in [
            "{I take the crm thing|crm-sync is mine|looking at crm-2}",
            "{crm-2 lost its api key|the crm vendor rotated our key}",
            "{new key is in|put the new key on crm-2, restarting sync}",
            "{crm is syncing again|crm-2 works, closing OPS-611|ok crm-sync resolved}",
        ] {
            at = self.later(at, 120, 900);
            let (text, who) = (self.fill(text, at), self.chance.of(&PEOPLE));
            self.post("crm", at, who, &text, None, Part::Trap);
        }
        let over = self.later(at, -100, 100);
        self.alert(over, check, ("OK", "2 min"), None, Part::Trap);
    }

    /// What the same people did some days ago, about something else.
    fn past(&mut self, start: i64) {
        let mut at = start - self.chance.between(40 * HOUR, 200 * HOUR);
        let (check, thread) = (("fax-1", "line"), self.other_thread());
        self.alert(at, check, ("CRITICAL", "no tone"), None, Part::Trap);
        for kind in ["ack", "look", "try", "chatter", "close"] {
            at = self.later(at, 120, 900);
            let (host, service) = (self.host, self.service);
            (self.host, self.service) = ("fax-1", "fax gateway");
            let text = self.say(kind, at);
            self.speak(at, &text, None, Part::Trap);
            (self.host, self.service) = (host, service);
        }
        self.alert(at, check, ("OK", "tone"), None, Part::Trap);
        self.back_to(thread);
    }

    /// Jobs that fail every so often, with many lines at once.
    fn jobs(&mut self, from: i64, to: i64) {
        let (mut at, every) =
            (from + self.chance.between(0, HOUR), self.chance.of(&[HOUR, 3 * HOUR]));
        while at < to {
            for n in 0..12 {
                let said = self.fill("report export: row $n rejected, bad date", at);
                self.line(APP_LOG, at + n * 400, "ERROR", &said, None, Part::Noise);
            }
            at += every;
        }
    }

    fn usual(&mut self, from: i64, to: i64) {
        let count = (to - from) / (4 * MINUTE);
        for _ in 0..count {
            let at = self.chance.between(from, to);
            let usual = self.chance.of(&USUAL);
            let said = self.fill(usual, at);
            let path = self.chance.of(&[ERROR_LOG, APP_LOG, JSON_LOG]);
            let level = self.chance.of(&["ERROR", "ERROR", "WARN"]);
            self.line(path, at, level, &said, None, Part::Noise);
        }
        for _ in 0..6 {
            let at = self.chance.between(from, to);
            let new = self.chance.of(&NEW);
            let said = self.fill(new, at);
            let path = self.chance.of(&[SYSLOG, APP_LOG, JSON_LOG]);
            let level = self.chance.of(&["ERROR", "WARN", "INFO"]);
            self.line(path, at, level, &said, None, Part::Noise);
        }
        // Somebody's own machine, in the room of the incident.
        if self.plot.room != Room::Mail {
            let at = self.chance.between(from, to);
            let words = self.chance.of(&[
                "my laptop is fixed, new ssd",
                "ok reinstalled my vm, works again",
                "rebooted my phone, mfa works again",
            ]);
            let who = self.chance.of(&PEOPLE);
            self.post("incident", at, who, words, None, Part::Trap);
        }
    }
}
