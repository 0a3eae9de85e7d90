//! The document as HTML, and as Confluence's storage format, which is XHTML with its own elements.
//!
//! As in [`super::super::html`], styles stand in each cell of HTML: what pastes tables keeps these
//! alone. Markup that a template writes itself is shown as text.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use pulldown_cmark::{Tag, TagEnd};

use super::Piece;
use crate::{
    render::{
        html::{self, escape},
        safe,
    },
    timeline::Timeline,
};

/// What is written for the elements that differ.
struct Flavour<'f> {
    table: &'static str,
    head_cell: &'static str,
    cell: &'static str,
    code: &'static str,
    quote: &'static str,
    picture: &'f str,
}

/// Writes a whole HTML document with the picture in it.
pub(super) fn html<'t>(
    timeline: &Timeline,
    pieces: impl Iterator<Item = Piece<'t>>,
    picture: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let title = escape(&super::values::title(timeline));
    html::opening(timeline.run.version, &title, out)?;
    writeln!(
        out,
        "<body style=\"font-family:Calibri,Arial,sans-serif;font-size:10.5pt;max-width:1240px;margin:2em auto;padding:0 1em\">"
    )?;
    let flavour = Flavour {
        table: html::TABLE,
        head_cell: html::HEAD_CELL,
        cell: html::CELL,
        code: "<code style=\"font-size:9pt\">",
        quote: "<blockquote style=\"border-left:4px solid #8a4b00;margin:0.5em 0;padding:0 0 0 1em\">",
        picture,
    };
    out.write_all(body(pieces, &flavour).as_bytes())?;
    writeln!(out, "</body>\n</html>")
}

/// Writes the body of a page of Confluence; the picture is an attachment of that name.
pub(super) fn confluence<'t>(
    pieces: impl Iterator<Item = Piece<'t>>,
    picture: Option<&str>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let picture = picture.map_or(String::new(), |name| {
        let name = escape(&safe::line(name));
        format!("<ac:image><ri:attachment ri:filename=\"{name}\"/></ac:image>")
    });
    let flavour = Flavour {
        table: "<table>",
        head_cell: "<th>",
        cell: "<td>",
        code: "<code>",
        quote: "<blockquote>",
        picture: &picture,
    };
    out.write_all(body(pieces, &flavour).as_bytes())
}

fn body<'t>(pieces: impl Iterator<Item = Piece<'t>>, flavour: &Flavour<'_>) -> String {
    let mut text = String::new();
    // Whether cells are of the head.
    let mut head = false;
    for piece in pieces {
        match piece {
            Piece::Picture => text.push_str(flavour.picture),
            Piece::Start(tag) => {
                head |= tag == Tag::TableHead;
                start(&tag, head, flavour, &mut text);
            }
            Piece::End(tag) => {
                end(tag, head, &mut text);
                head &= tag != TagEnd::TableHead;
            }
            Piece::Text(words) => text.push_str(&escape(&words)),
            Piece::Code(words) => {
                let _ = write!(text, "{}{}</code>", flavour.code, escape(&words));
            }
            Piece::SoftBreak => text.push('\n'),
            Piece::HardBreak => text.push_str("<br/>"),
            Piece::Rule => text.push_str("<hr/>\n"),
        }
    }
    text
}

fn start(tag: &Tag<'_>, head: bool, flavour: &Flavour<'_>, text: &mut String) {
    match tag {
        Tag::Paragraph => text.push_str("<p>"),
        Tag::Heading { level, .. } => {
            let _ = write!(text, "<{level}>");
        }
        Tag::BlockQuote(_) => text.push_str(flavour.quote),
        Tag::CodeBlock(_) => text.push_str("<pre>"),
        Tag::List(None) => text.push_str("<ul>\n"),
        Tag::List(Some(_)) => text.push_str("<ol>\n"),
        Tag::Item => text.push_str("<li>"),
        Tag::Table(_) => {
            let _ = writeln!(text, "{}", flavour.table);
        }
        Tag::TableHead => text.push_str("<thead><tr>"),
        Tag::TableRow => text.push_str("<tr>"),
        Tag::TableCell => text.push_str(if head { flavour.head_cell } else { flavour.cell }),
        Tag::Emphasis => text.push_str("<em>"),
        Tag::Strong => text.push_str("<strong>"),
        Tag::Link { dest_url, .. } if is_harmless(dest_url) => {
            let _ = write!(text, "<a href=\"{}\">", escape(dest_url));
        }
        Tag::Link { .. } => text.push_str("<a>"),
        _ => {}
    }
}

fn end(tag: TagEnd, head: bool, text: &mut String) {
    match tag {
        TagEnd::Paragraph => text.push_str("</p>\n"),
        TagEnd::Heading(level) => {
            let _ = writeln!(text, "</{level}>");
        }
        TagEnd::BlockQuote(_) => text.push_str("</blockquote>\n"),
        TagEnd::CodeBlock => text.push_str("</pre>\n"),
        TagEnd::List(false) => text.push_str("</ul>\n"),
        TagEnd::List(true) => text.push_str("</ol>\n"),
        TagEnd::Item => text.push_str("</li>\n"),
        TagEnd::Table => text.push_str("</tbody>\n</table>\n"),
        TagEnd::TableHead => text.push_str("</tr></thead>\n<tbody>\n"),
        TagEnd::TableRow => text.push_str("</tr>\n"),
        TagEnd::TableCell => text.push_str(if head { "</th>" } else { "</td>" }),
        TagEnd::Emphasis => text.push_str("</em>"),
        TagEnd::Strong => text.push_str("</strong>"),
        TagEnd::Link => text.push_str("</a>"),
        _ => {}
    }
}

/// Links of a template; those of evidence are text.
fn is_harmless(address: &str) -> bool {
    ["https://", "http://", "mailto:", "#"].iter().any(|scheme| address.starts_with(scheme))
}
