//! Stress: marks of emphasis in what chat programs show: `*bold*`, `**bold**`, `_italic_`, `` `code` ``.

/// A text without marks of emphasis, so that one template reads what several chats show in their own
/// marks. Stars between blanks, at the start of an item, or between letters are none, and
/// underscores only where a pair of them stands around words.
pub fn unstressed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        plain_line(line, &mut out);
    }
    out
}

fn plain_line(line: &str, out: &mut String) {
    let mut rest = line;
    // Where an open underscore stands in `out`.
    let mut open: Option<usize> = None;
    while let Some(at) = rest.find(['*', '_', '`']) {
        out.push_str(&rest[..at]);
        let mark = &rest[at..=at];
        let run = rest[at..].bytes().take_while(|byte| *byte == mark.as_bytes()[0]).count();
        let (run, behind) = rest[at..].split_at(run);
        let before = out.chars().next_back();
        let after = behind.chars().next();
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        match mark {
            "*" if blank(before) && blank(after) || letter(before) && letter(after) => {
                out.push_str(run);
            }
            "*" | "`" => {}
            _ if run.len() == 1 && !letter(before) && !blank(after) && open.is_none() => {
                open = Some(out.len());
                out.push_str(run);
            }
            _ if run.len() == 1 && !blank(before) && !letter(after) && open.is_some() => {
                if let Some(open) = open.take() {
                    out.remove(open);
                }
            }
            _ => out.push_str(run),
        }
        rest = behind;
    }
    out.push_str(rest);
}
