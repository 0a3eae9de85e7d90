//! Slack's mrkdwn.

use super::entities;

/// Slack's mrkdwn as people see it: mentions by name, links by label, entities as characters.
pub(super) fn clean(text: &str, name: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        out.push_str(&entities(&rest[..open]));
        let tail = &rest[open + 1..];
        // A line break inside means that this was no link, whatever Slack would have escaped.
        let Some(close) = tail.find('>').filter(|&close| !tail[..close].contains('\n')) else {
            out.push('<');
            rest = tail;
            continue;
        };
        out.push_str(&entities(&slack_link(&tail[..close], name)));
        rest = &tail[close + 1..];
    }
    out.push_str(&entities(rest));
    out
}

fn slack_link(link: &str, name: &dyn Fn(&str) -> Option<String>) -> String {
    let (target, label) = match link.split_once('|') {
        Some((target, label)) if !label.is_empty() => (target, Some(label)),
        Some((target, _)) => (target, None),
        None => (link, None),
    };
    if let Some(user) = target.strip_prefix('@') {
        let known = name(user).or_else(|| label.map(str::to_owned));
        return format!("@{}", known.unwrap_or_else(|| user.to_owned()).trim_start_matches('@'));
    }
    if let Some(channel) = target.strip_prefix('#') {
        let known = label.map(str::to_owned).or_else(|| name(channel));
        return format!("#{}", known.unwrap_or_else(|| channel.to_owned()));
    }
    if let Some(special) = target.strip_prefix('!') {
        let word = special.split('^').next().unwrap_or(special);
        return label.map_or_else(|| format!("@{word}"), str::to_owned);
    }
    label.unwrap_or_else(|| target.strip_prefix("mailto:").unwrap_or(target)).to_owned()
}
