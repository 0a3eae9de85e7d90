//! Jira's wiki text ("Text Formatting Notation Help"): what machines put around words is dropped, what
//! people wrote stays.

/// Markers that stand around text: `{code:java}`, `{panel:title=x}`, `{color:red}`.
const MARKERS: [&str; 5] = ["code", "noformat", "quote", "color", "panel"];

/// The text as people see it; `name` tells who an account is.
pub(super) fn clean(text: &str, name: &dyn Fn(&str) -> Option<String>) -> String {
    let mut lines = Vec::new();
    for line in text.replace("\\\\", "\n").lines() {
        let line = inline(block(line), name);
        lines.push(line.trim_end().to_owned());
    }
    // A marker on a line of its own leaves nothing behind.
    let empty = |at: usize| lines.get(at).is_none_or(String::is_empty);
    let kept = (0..lines.len()).filter(|&at| !(empty(at) && (at == 0 || empty(at - 1))));
    let kept: Vec<&str> = kept.map(|at| lines[at].as_str()).collect();
    kept.join("\n").trim_end().to_owned()
}

/// A line without what says that it is a heading or a quote.
fn block(line: &str) -> &str {
    let heading = line.strip_prefix('h').and_then(|rest| {
        let rest = rest.strip_prefix(|c| ('1'..='6').contains(&c))?;
        rest.strip_prefix(". ")
    });
    heading.or_else(|| line.strip_prefix("bq. ")).unwrap_or(line)
}

fn inline(line: &str, name: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['{', '[', '!']) {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let taken = match tail.as_bytes()[0] {
            b'{' => marker(tail),
            b'[' => link(tail, name),
            _ => image(tail),
        };
        let (shown, len) = taken.unwrap_or_else(|| (tail[..1].to_owned(), 1));
        out.push_str(&shown);
        rest = &tail[len..];
    }
    out + rest
}

fn marker(tail: &str) -> Option<(String, usize)> {
    let end = tail.find('}')?;
    let word = tail[1..end].split(':').next().unwrap_or_default();
    MARKERS.contains(&word).then(|| (String::new(), end + 1))
}

fn link(tail: &str, name: &dyn Fn(&str) -> Option<String>) -> Option<(String, usize)> {
    let end = tail.find(']')?;
    let inside = &tail[1..end];
    if let Some(account) = inside.strip_prefix('~') {
        let id = account.strip_prefix("accountid:").unwrap_or(account);
        return Some((format!("@{}", name(id).unwrap_or_else(|| id.to_owned())), end + 1));
    }
    let (label, target) = inside.split_once('|')?;
    let address = target.contains("://")
        || target.starts_with(['#', '^', '/'])
        || target.starts_with("mailto:");
    (address && !label.is_empty()).then(|| (label.to_owned(), end + 1))
}

/// `!picture.png|thumbnail!`: the name of the file.
fn image(tail: &str) -> Option<(String, usize)> {
    let end = tail[1..].find('!')? + 1;
    let name = tail[1..end].split('|').next().unwrap_or_default();
    let file = name.contains('.') && !name.contains(char::is_whitespace);
    file.then(|| (name.to_owned(), end + 1))
}
