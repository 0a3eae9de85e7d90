//! Alerts of Prometheus: what its Alertmanager keeps of them, and the mails and posts that it sends
//! half a minute later, as it waits for more alerts of the group. A delay is no wrong clock.

use super::{
    alerts::{Setting, World},
    chance::Chance,
    clock::{self, HOUR, MIDNIGHT, MINUTE, SECOND},
    evidence::{Evidence, Page, Told},
    people,
};

const HOSTS: [&str; 4] = ["cache-2", "cache-3", "db-1", "web-10"];
const NAMES: [&str; 4] = ["CacheFull", "CacheFullSoon", "DiskFull", "Lag"];

/// An alert that fired, and the truth of its beginning and its end.
struct Firing {
    host: &'static str,
    name: &'static str,
    from: i64,
    to: i64,
    told: [Told; 2],
}

/// A world of them.
pub(crate) fn world(chance: &mut Chance) -> Evidence {
    let mut world = World::new(chance, Setting::EASY);
    let mut all = Vec::new();
    for host in HOSTS {
        for name in NAMES {
            let mut at = MIDNIGHT + 18 * HOUR + world.chance.between(0, 2 * HOUR);
            while at < MIDNIGHT + 23 * HOUR && world.chance.often(900) {
                let to = at + world.chance.between(2 * MINUTE, 30 * MINUTE);
                let mut told =
                    |state| Told::new(world.evidence.event(), &format!("{host}/{name} {state}"));
                all.push(Firing {
                    host,
                    name,
                    from: at,
                    to,
                    told: [told("FIRING"), told("RESOLVED")],
                });
                at = to + world.chance.between(2 * MINUTE, 2 * HOUR);
            }
        }
    }
    for firing in &all {
        for (at, state, told) in
            [(firing.from, "FIRING:1", &firing.told[0]), (firing.to, "RESOLVED", &firing.told[1])]
        {
            notify(&mut world, firing, (at, state), told);
        }
    }
    all.sort_by_key(|firing| firing.from);
    world.evidence.put("monitoring/alerts.json", &kept(&all));
    world.close()
}

fn notify(world: &mut World, firing: &Firing, (at, state): (i64, &str), told: &Told) {
    let sent = at + 30 * SECOND + world.chance.between(0, 2 * SECOND);
    let Firing { host, name, .. } = firing;
    if !world.chance.often(50) {
        let at = sent + world.chance.delay();
        let number = world.number();
        let body = format!(
            "Labels:\n - alertname = {name}\n - instance = {host}:9121\n - severity = critical\n"
        );
        let mail = people::mail(
            at,
            ("alerts@mon-1.example.net", "duty"),
            &format!("[{state}] {name} shop ({host}:9121 critical)"),
            (&format!("<p{number}@mon-1.example.net>"), None),
            &body,
        );
        world.mail.push((at, mail, told.clone()));
    }
    if !world.chance.often(50) {
        let at = sent + world.chance.delay();
        let post = format!(
            r#"{{"type":"message","subtype":"bot_message","bot_id":"B09","username":"AlertManager","text":"","ts":"{}","attachments":[{{"id":1,"fallback":"x","title":"[{state}] {name} shop","text":"• *alertname:* `{name}`\n• *instance:* `{host}:9121`\n• *severity:* `critical`"}}]}}"#,
            clock::slack(at),
        );
        world.posts.push((at, post, told.clone()));
    }
}

/// What the Alertmanager answers when it is asked for its alerts.
fn kept(all: &[Firing]) -> Page {
    let mut page = Page::default();
    page.raw("[\n");
    for (number, Firing { host, name, from, to, told }) in all.iter().enumerate() {
        page.raw(if number > 0 { ",\n" } else { "" });
        let text = format!(
            r#"{{"labels":{{"alertname":"{name}","instance":"{host}:9121","severity":"critical"}},"annotations":{{"summary":"limit reached"}},"startsAt":"{}Z","endsAt":"{}Z","fingerprint":"{host}-{name}","status":{{"state":"active"}}}}"#,
            clock::iso(*from),
            clock::iso(*to),
        );
        page.parts(&text, [("", told[0].clone()), ("resolved", told[1].clone())]);
    }
    page.raw("\n]\n");
    page
}
