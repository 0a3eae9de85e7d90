//! Roles: what a path says of a log beyond its name.

use super::lines::Facts;
use crate::timeline::tell::Decided;

/// What the joins of lines need to know of an input.
pub(super) fn facts(input: &Decided) -> Facts {
    let host = input.plan.extra.iter().find(|(name, _)| &**name == "host");
    let path = &input.plan.input.path;
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    Facts {
        role: role(path),
        part: format!("{folder}/{}", unpacked(name)),
        host: host.map(|(_, host)| host.clone()),
    }
}

/// What the parts of one log have in common.
pub fn of(path: &str) -> String {
    role(path)
}

/// A name without what packing adds.
fn unpacked(name: &str) -> &str {
    let endings = ["gz", "bz2", "xz", "zst", "lz4", "lz", "lzma", "Z"].into_iter();
    let mut bare = endings.filter_map(|ending| name.strip_suffix(ending)?.strip_suffix('.'));
    bare.next().unwrap_or(name)
}

/// Folder and name without what rotation and packing add: `app.log.2.gz`, `app.log-20260314` and
/// `app.log` are parts of one log.
fn role(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    // The only member of a packed file is named after it.
    let mut name = name;
    loop {
        let older = ["old", "bak", "orig", "part"].into_iter();
        let mut older = older.filter_map(|ending| name.strip_suffix(ending)?.strip_suffix('.'));
        let packed = Some(unpacked(name)).filter(|bare| *bare != name);
        let bare = packed.or_else(|| older.next()).or_else(|| numbered(name));
        match bare.filter(|bare| !bare.is_empty()) {
            Some(bare) => name = bare,
            None => break,
        }
    }
    format!("{folder}/{name}")
}

/// A name without a number or date behind its last `.`, `-` or `_`.
fn numbered(name: &str) -> Option<&str> {
    let at = name.rfind(|c: char| !c.is_ascii_digit() && !"-_T:".contains(c))?;
    let digits = name[at..].trim_start_matches(|c: char| !c.is_ascii_digit());
    let bare = &name[..name.len() - digits.len()];
    let bare = bare.strip_suffix(['.', '-', '_'])?;
    (!digits.is_empty()).then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::role;

    #[test]
    fn parts_of_a_log_have_one_role() {
        for (path, of) in [
            ("a/app.log", "a/app.log"),
            ("a/app.log.1", "a/app.log"),
            ("a/app.log.2.gz", "a/app.log"),
            ("a/app.log-20260314.gz", "a/app.log"),
            ("a/app.log.2026-03-14", "a/app.log"),
            ("a/app.log.2026-03-14_02", "a/app.log"),
            ("app.log.old", "/app.log"),
            ("host-1/syslog", "host-1/syslog"),
            ("web-1", "/web"),
            ("2026-03-14", "/2026-03-14"),
        ] {
            assert_eq!(role(path), of, "{path}");
        }
    }
}
