//! The document as `AsciiDoc`.
//!
//! Text is passed through as it is, `+++` around what holds signs of its own, so that nothing of it is
//! read as markup; a cell's bar is escaped, since cells are parted first.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use pulldown_cmark::{Tag, TagEnd};

use super::Piece;

/// Writes the document; the picture is in a file of that name.
pub(super) fn write<'t>(
    pieces: impl Iterator<Item = Piece<'t>>,
    picture: Option<&str>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut text = String::new();
    let (mut cell, mut depth) = (false, 0_usize);
    for piece in pieces {
        match piece {
            Piece::Picture => {
                if let Some(name) = picture {
                    let _ =
                        write!(text, "image::{}[Picture of the incident]", super::address(name));
                }
            }
            Piece::Start(tag) => {
                cell |= tag == Tag::TableCell;
                depth += usize::from(matches!(tag, Tag::List(_)));
                start(&tag, depth, &mut text);
            }
            Piece::End(tag) => {
                cell &= tag != TagEnd::TableCell;
                depth -= usize::from(matches!(tag, TagEnd::List(_)));
                end(tag, &mut text);
            }
            Piece::Code(words) => {
                let _ = write!(text, "`{}`", passed(&words, cell, true));
            }
            Piece::Text(words) => text.push_str(&passed(&words, cell, false)),
            Piece::SoftBreak | Piece::HardBreak => text.push('\n'),
            Piece::Rule => text.push_str("\n'''\n"),
        }
    }
    out.write_all(text.as_bytes())
}

/// Text that is no markup.
fn passed(text: &str, cell: bool, code: bool) -> String {
    let plain =
        |c: char| c.is_alphanumeric() || matches!(c, ' ' | ',' | ':' | '(' | ')' | '/' | '-');
    let doubled =
        text.contains("::") || text.contains("--") || text.contains("//") || text.contains("((");
    let calm = text.chars().all(|c| plain(c) || matches!(c, '.' | ';' | '?' | '–' | '≈'));
    if calm && !code && !doubled && !text.starts_with(['.', '-']) {
        return text.to_owned();
    }
    // Passed text goes to HTML as it is, so its signs are written as entities.
    let mut passed = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => passed.push_str("&amp;"),
            '<' => passed.push_str("&lt;"),
            '>' => passed.push_str("&gt;"),
            '+' => passed.push_str("&#43;"),
            '|' if cell => passed.push_str("&#124;"),
            '\n' => passed.push(' '),
            _ => passed.push(c),
        }
    }
    format!("+++{passed}+++")
}

fn start(tag: &Tag<'_>, depth: usize, text: &mut String) {
    match tag {
        Tag::Heading { level, .. } => {
            gap(text);
            let _ = write!(text, "{} ", "=".repeat(*level as usize));
        }
        Tag::BlockQuote(_) => {
            gap(text);
            text.push_str("[NOTE]\n====\n");
        }
        Tag::CodeBlock(_) => {
            gap(text);
            text.push_str("----\n");
        }
        Tag::Item => {
            let _ = write!(text, "{} ", "*".repeat(depth.clamp(1, 5)));
        }
        Tag::Paragraph if depth == 0 => gap(text),
        Tag::List(_) if depth == 1 => gap(text),
        Tag::Table(columns) => {
            gap(text);
            let _ = write!(text, "[%header,cols=\"{}*\"]\n|===\n", columns.len());
        }
        Tag::TableCell => text.push('|'),
        Tag::Emphasis => text.push_str("__"),
        Tag::Strong => text.push_str("**"),
        _ => {}
    }
}

fn end(tag: TagEnd, text: &mut String) {
    match tag {
        TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::List(_) => text.push_str("\n\n"),
        TagEnd::BlockQuote(_) => text.push_str("====\n\n"),
        TagEnd::CodeBlock => text.push_str("----\n\n"),
        TagEnd::Table => text.push_str("|===\n\n"),
        TagEnd::Item | TagEnd::TableHead | TagEnd::TableRow => text.push('\n'),
        TagEnd::TableCell => text.push(' '),
        TagEnd::Emphasis => text.push_str("__"),
        TagEnd::Strong => text.push_str("**"),
        _ => {}
    }
}

/// An empty line parts blocks.
fn gap(text: &mut String) {
    if text.ends_with("====\n") {
        return;
    }
    let end = text.trim_end_matches('\n').len();
    text.truncate(end);
    if end > 0 {
        text.push_str("\n\n");
    }
}
