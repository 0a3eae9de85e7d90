//! Files written into a text (uuencode): `begin 644 name`, lines of letters and signs, `end`.
//!
//! Takes a body; gives it without these lines, and the files' names.

/// A body without the files in it, and their names; none where there are none.
pub(super) fn cut(text: &str) -> Option<(String, Vec<String>)> {
    let stands = || memchr::memmem::find(text.as_bytes(), b"\nbegin ").is_some();
    if !text.starts_with("begin ") && !stands() {
        return None;
    }
    let lines: Vec<&str> = text.lines().collect();
    let (mut out, mut names) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < lines.len() {
        let coded = lines[at + 1..].iter().take_while(|line| is_coded(line)).count();
        let Some(name) = begins(lines[at]).filter(|_| coded > 0) else {
            out.push(lines[at]);
            at += 1;
            continue;
        };
        names.push(name.to_owned());
        at += 1 + coded;
        // The line that holds nothing is a blank, which may be lost.
        let ends = |at: usize| lines.get(at).is_some_and(|line| line.trim_end() == "end");
        at += usize::from(lines.get(at).is_some_and(|line| line.is_empty()) && ends(at + 1));
        at += usize::from(ends(at));
    }
    (!names.is_empty()).then(|| (out.join("\n"), names))
}

/// The name in `begin MODE NAME` (POSIX `uuencode`).
fn begins(line: &str) -> Option<&str> {
    let (mode, name) = line.strip_prefix("begin ")?.split_once(' ')?;
    let octal = (3..=4).contains(&mode.len()) && mode.bytes().all(|b| (b'0'..=b'7').contains(&b));
    Some(name.trim()).filter(|name| octal && !name.is_empty())
}

/// A line whose first character tells how many bytes it holds: four signs for three of them. Blanks
/// at its end may be lost, and some programs write one sign more.
fn is_coded(line: &str) -> bool {
    let bytes = line.as_bytes();
    let Some((&first, signs)) = bytes.split_first() else { return false };
    if !bytes.iter().all(|byte| (b' '..=b'`').contains(byte)) {
        return false;
    }
    let held = usize::from((first - b' ') & 63);
    let whole = held.div_ceil(3) * 4;
    let least = if line.ends_with(' ') || held == 0 { 0 } else { held.div_ceil(3) };
    signs.len() <= whole + 1 && signs.len() >= least
}

#[cfg(test)]
mod tests;
