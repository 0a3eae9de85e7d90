//! HTML and its entities.

use std::borrow::Cow;

/// The character entities that machines write: the XML five, numbers, and the common blanks.
pub fn entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        let known = tail.find(';').filter(|&end| end <= 10).and_then(|end| {
            let c = entity(&tail[..end])?;
            Some((c, end))
        });
        if let Some((c, end)) = known {
            out.push(c);
            rest = &tail[end + 1..];
        } else {
            out.push('&');
            rest = tail;
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16).ok());
        return char::from_u32(hex.unwrap_or_else(|| number.parse().ok())?);
    }
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "rsquo" => '’',
        "lsquo" => '‘',
        "ldquo" => '“',
        "rdquo" => '”',
        "bull" => '•',
        "rarr" => '→',
        "larr" => '←',
        "euro" => '€',
        _ => {
            let at = LATIN_1.split_ascii_whitespace().position(|known| known == name)?;
            return char::from_u32(0xa1 + at as u32);
        }
    })
}

/// HTML's names of the characters from U+00A1 to U+00FF, in that order.
const LATIN_1: &str = "iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg \
    plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest \
    Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc \
    Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN \
    szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc \
    iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

/// HTML as text: tags dropped, blocks and rows on lines of their own, cells set apart by ` | `,
/// style and script left out. Not a browser: enough to read a mail by.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        push_text(&mut out, &rest[..open]);
        let tail = &rest[open + 1..];
        if let Some(comment) = tail.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let Some(close) = tail.find('>') else {
            push_text(&mut out, &rest[open..]);
            return tidy(&out);
        };
        let tag = tail[..close].trim_start_matches('/');
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len());
        let name = tag[..end].to_ascii_lowercase();
        rest = &tail[close + 1..];
        match name.as_str() {
            "style" | "script" | "head" | "title" if !tail.starts_with('/') => {
                rest = skip_element(rest, &name);
            }
            "br" | "p" | "div" | "tr" | "table" | "li" | "ul" | "ol" | "h1" | "h2" | "h3"
            | "h4" | "blockquote" | "pre" | "hr" => out.push('\n'),
            "td" | "th" if tail.starts_with('/') => out.push_str(" | "),
            // A mention of Teams.
            "at" if !tail.starts_with('/') => out.push('@'),
            _ => {}
        }
    }
    push_text(&mut out, rest);
    tidy(&out)
}

/// Behind the end tag of an element whose content is not text.
fn skip_element<'t>(rest: &'t str, name: &str) -> &'t str {
    let end = format!("</{name}");
    let fits = |at: &usize| {
        rest.as_bytes()
            .get(*at..at + end.len())
            .is_some_and(|tag| tag.eq_ignore_ascii_case(end.as_bytes()))
    };
    let Some(at) = memchr::memchr_iter(b'<', rest.as_bytes()).find(fits) else { return "" };
    rest[at..].find('>').map_or("", |close| &rest[at + close + 1..])
}

fn push_text(out: &mut String, text: &str) {
    // Line breaks in the source of a page are blanks.
    for c in entities(text).chars() {
        out.push(if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c });
    }
}

/// Blanks made one, empty lines made one, separators at a row's end dropped.
fn tidy(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        let line = words.join(" ");
        let line = line.trim_end_matches(" |").trim_end_matches('|').trim();
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line.to_owned());
        }
    }
    lines.join("\n").trim().to_owned()
}
