//! People: whether two names may be one person's, and whether a name is a program's.

use std::collections::BTreeSet;

/// Parts of names that programs bear.
const MACHINES: &[&str] = &[
    "alert",
    "alerting",
    "alertmanager",
    "alerts",
    "app",
    "asana",
    "bitbucket",
    "bot",
    "bugzilla",
    "cloudwatch",
    "cron",
    "daemon",
    "datadog",
    "deploybot",
    "freshdesk",
    "github",
    "gitlab",
    "grafana",
    "hubot",
    "icinga",
    "jenkins",
    "jira",
    "mailer",
    "monit",
    "monitor",
    "monitoring",
    "nagios",
    "noreply",
    "notification",
    "notifications",
    "notifier",
    "notify",
    "opsgenie",
    "otrs",
    "pagerduty",
    "pingdom",
    "prometheus",
    "redmine",
    "robot",
    "rt",
    "sentry",
    "servicedesk",
    "servicenow",
    "slackbot",
    "statuspage",
    "trac",
    "uptimerobot",
    "webhook",
    "youtrack",
    "zabbix",
    "zammad",
    "zendesk",
];

/// The parts of a name, lower case: `Ruiz, Ana`, `ana.ruiz@example.net` and `'Ana Ruiz' via Duty`
/// have the same two.
fn parts(name: &str) -> Vec<String> {
    let name = name.to_lowercase();
    let name = name.split(" via ").next().unwrap_or_default();
    let name = name.split(" (").next().unwrap_or_default();
    // `Ana Ruiz <ana@example.net>` has a name beside the address.
    let name = name.split('<').find(|part| !part.trim().is_empty()).unwrap_or_default();
    let local = name.split('@').find(|part| !part.trim().is_empty()).unwrap_or_default();
    local
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// True where a name is a program's: one of its parts is, or is long and ends in `bot` (Talbot is a
/// family).
pub(crate) fn is_machine(name: &str) -> bool {
    let lower = name.to_lowercase();
    let machine = |part: &str| MACHINES.contains(&part) || part.len() > 6 && part.ends_with("bot");
    lower.contains("no-reply")
        || lower.contains("no_reply")
        || lower.contains("service desk")
        || lower.split(|c: char| !c.is_alphanumeric()).any(machine)
}

/// True where both may be names of one person: the parts of one are among those of the other, or
/// one is a handle made of the other's: `aruiz`, `ana.r`, `ruiza`, `anaruiz`.
pub(super) fn same(one: &str, other: &str) -> bool {
    let (one, other) = (parts(one), parts(other));
    if one.is_empty() || other.is_empty() {
        return false;
    }
    let set = |parts: &[String]| parts.iter().cloned().collect::<BTreeSet<String>>();
    let (a, b) = (set(&one), set(&other));
    a.is_subset(&b) || b.is_subset(&a) || handle(&one, &other) || handle(&other, &one)
}

/// True where a handle is made of the first and last part of a name.
fn handle(handle: &[String], name: &[String]) -> bool {
    let [first, .., last] = name else { return false };
    let start = |part: &str| part.chars().take(1).collect::<String>();
    let joined = handle.concat();
    let made = [
        format!("{first}{last}"),
        format!("{last}{first}"),
        format!("{}{last}", start(first)),
        format!("{first}{}", start(last)),
        format!("{last}{}", start(first)),
    ];
    made.contains(&joined)
}

/// The parts of a name that a signature may repeat, lower case.
pub(super) fn signature(name: Option<&str>) -> Vec<String> {
    name.map(parts).unwrap_or_default()
}

#[cfg(test)]
mod tests;
