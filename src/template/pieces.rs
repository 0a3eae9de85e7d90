//! The pieces of a template's text: literals, blanks and holes, as they are written.
//!
//! This file stands by itself: `build.rs` includes it, to find out what a text must hold to fit.

use std::sync::Arc;

/// The name under which the stretch of `{=}` is kept.
pub(crate) const PAIRS: &str = "=";

/// A piece of the template's text.
pub(crate) enum Piece {
    Literal(Vec<u8>),
    /// A run of blanks: one at least, or two where two are written.
    Blank(usize),
    Hole {
        name: Option<Arc<str>>,
        class: Written,
    },
}

/// What is written behind the name of a hole.
pub(crate) enum Written {
    Word,
    Wide,
    Digits,
    OneOf(Vec<Box<[u8]>>),
    Pairs,
}

/// What is wrong with the text of a template, and the byte where it is.
pub(crate) type Bad = (usize, &'static str);

/// The pieces of a text, each with its byte in it.
///
/// # Errors
/// An unclosed brace, a hole with another name than a name.
pub(crate) fn pieces(text: &str) -> Result<Vec<(usize, Piece)>, Bad> {
    let bytes = text.as_bytes();
    let mut pieces: Vec<(usize, Piece)> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' if bytes.get(at + 1) == Some(&b'{') => {
                push_literal(&mut pieces, at, b'{');
                at += 2;
            }
            b'{' => {
                let Some(len) = text[at..].find('}') else {
                    return Err((at, "this brace is not closed; write {{ for a brace"));
                };
                let hole = hole(&text[at + 1..at + len], at)?;
                pieces.push((at, hole));
                at += len + 1;
            }
            b' ' => {
                match pieces.last_mut() {
                    Some((_, Piece::Blank(least))) => *least = 2,
                    _ => pieces.push((at, Piece::Blank(1))),
                }
                at += 1;
            }
            b'\n' => {
                pieces.push((at, Piece::Literal(vec![b'\n'])));
                at += 1;
            }
            byte => {
                push_literal(&mut pieces, at, byte);
                at += 1;
            }
        }
    }
    Ok(pieces)
}

fn push_literal(pieces: &mut Vec<(usize, Piece)>, at: usize, byte: u8) {
    match pieces.last_mut() {
        Some((_, Piece::Literal(literal))) if literal != b"\n" => literal.push(byte),
        _ => pieces.push((at, Piece::Literal(vec![byte]))),
    }
}

fn hole(inside: &str, at: usize) -> Result<Piece, Bad> {
    let (name, class) = if let Some((name, words)) = inside.split_once('=') {
        if words.is_empty() {
            (name, Written::Pairs)
        } else {
            let mut words: Vec<Box<[u8]>> =
                words.split('|').map(|word| word.as_bytes().into()).collect();
            // The longest first, so that `WARN` does not stop in front of `ING`.
            words.sort_by_key(|word| std::cmp::Reverse(word.len()));
            (name, Written::OneOf(words))
        }
    } else if let Some(name) = inside.strip_suffix("..") {
        (name, Written::Wide)
    } else if let Some(name) = inside.strip_suffix('#') {
        (name, Written::Digits)
    } else {
        (inside, Written::Word)
    };
    if let Some(bad) = name.find(|c: char| !(c.is_alphanumeric() || "_-.".contains(c))) {
        return Err((
            at + 1 + bad,
            "a hole is a name, with `..` (blanks too), `#` (digits) or `=A|B` (one of) behind it",
        ));
    }
    // Pairs are fields themselves; the stretch that holds them is kept under a name of its own.
    let name = if matches!(class, Written::Pairs) { PAIRS } else { name };
    let name = (!name.is_empty()).then(|| name.into());
    Ok(Piece::Hole { name, class })
}
