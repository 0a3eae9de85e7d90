//! Mailboxes and message ids out of header values.

use super::charset;

/// The first mailbox of a list, as written: up to a comma outside of quotes, brackets and comments;
/// the name of a group before it is left out.
fn first_mailbox(value: &str) -> &str {
    let (mut quoted, mut depth, mut start) = (false, 0_u32, 0);
    let mut escaped = false;
    let grouped = value.contains(';');
    for (at, c) in value.char_indices() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match c {
            '\\' => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            _ if quoted => {}
            '(' | '<' => depth += 1,
            ')' | '>' => depth = depth.saturating_sub(1),
            ':' if depth == 0 && start == 0 && grouped => start = at + 1,
            ',' | ';' if depth == 0 => {
                let mailbox = value[start..at].trim();
                if !mailbox.is_empty() {
                    return mailbox;
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    value[start.min(value.len())..].trim()
}

/// The display name of the first mailbox; for `List-Id`, its phrase. `value` is unfolded, its
/// encoded words are not yet decoded.
pub(super) fn name(value: &str) -> Option<String> {
    let mailbox = first_mailbox(value);
    let raw = match mailbox.find('<') {
        Some(open) => &mailbox[..open],
        // Mailman's archives: `ana at example.net (Ana Ruiz)`.
        None => {
            mailbox.split_once('(').and_then(|(_, tail)| tail.rsplit_once(')')).map_or("", |x| x.0)
        }
    };
    let name = charset::words(raw.trim()).replace("\\\"", "\"").replace("\\\\", "\\");
    let name = name.trim().trim_matches('"').trim();
    let bare = name.strip_prefix('\'').and_then(|name| name.strip_suffix('\'')).unwrap_or(name);
    (!bare.is_empty()).then(|| bare.to_owned())
}

/// The address of the first mailbox; `user at domain` of public archives is written with its sign.
pub(super) fn address(value: &str) -> Option<String> {
    let mailbox = first_mailbox(value);
    let address = match mailbox.find('<') {
        Some(open) => mailbox[open + 1..].split('>').next().unwrap_or_default(),
        None => mailbox.split('(').next().unwrap_or_default(),
    };
    let address = address.trim();
    if let Some((user, domain)) = address.split_once(" at ")
        && !address.contains('@')
    {
        return Some(format!("{}@{}", user.trim(), domain.trim()));
    }
    (!address.is_empty()).then(|| address.to_owned())
}

/// The words in angle brackets; prose around them (`Your message of "Mon…" <id>`) is left out.
pub(super) fn message_ids(value: &str) -> impl Iterator<Item = &str> {
    let mut rest = value;
    std::iter::from_fn(move || {
        let open = rest.find('<')?;
        let close = open + rest[open..].find('>')?;
        let id = &rest[open..=close];
        rest = &rest[close + 1..];
        Some(id)
    })
}

#[cfg(test)]
mod tests;
