//! The page as one self-contained HTML document: no script, nothing loaded.
//!
//! Word, Outlook, Teams and Google Docs keep attributes such as `border` and inline styles when a
//! table is pasted and drop style sheets and classes; some of them keep only the one or the other,
//! and borders only on cells. So everything is inline, cell by cell.

use std::io::{self, Write};

use super::page::{Block, Line, Page, Rich, Role, Span, Style};
use crate::{event::Severity, timeline::Timeline};

/// How each document begins, up to the version.
pub(crate) const OPENING: &str = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"generator\" content=\"rfo ";
/// Begins a table.
pub(super) const TABLE: &str = "<table border=\"1\" cellpadding=\"4\" cellspacing=\"0\" style=\"border-collapse:collapse;border-color:#999;font-family:Calibri,Arial,sans-serif;font-size:10.5pt\">";
/// Begins a cell of its head.
pub(super) const HEAD_CELL: &str =
    "<th style=\"border:1px solid #999;padding:3px 6px;background:#eee;text-align:left\">";
/// Begins a cell.
pub(super) const CELL: &str =
    "<td style=\"border:1px solid #999;padding:3px 6px;vertical-align:top\">";
const TIME_CELL: &str =
    "<td style=\"border:1px solid #999;padding:3px 6px;vertical-align:top;white-space:nowrap\">";

/// Writes the timeline as HTML.
pub(crate) fn write(timeline: &Timeline, out: &mut dyn Write) -> io::Result<()> {
    let page = Page::new(timeline);
    let title = escape(&page.title);
    opening(timeline.run.version, &title, out)?;
    writeln!(out, "<body style=\"font-family:Calibri,Arial,sans-serif;font-size:10.5pt\">")?;
    writeln!(out, "<h1>{title}</h1>")?;
    page.head.iter().try_for_each(|part| block(part, out))?;
    table(&page, out)?;
    for section in &page.sections {
        writeln!(out, "<h2>{}</h2>", escape(section.title))?;
        section.blocks.iter().try_for_each(|part| block(part, out))?;
    }
    writeln!(out, "</body>\n</html>")
}

/// All before the body; `title` is escaped.
pub(super) fn opening(version: &str, title: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{OPENING}{}\">", escape(version))?;
    // Even a fault in the escaping could then load or run nothing.
    writeln!(
        out,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    )?;
    writeln!(out, "<title>{title}</title>\n</head>")
}

fn table(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    if page.timeline.rows.is_empty() {
        return Ok(());
    }
    head(page.columns.iter().map(|column| column.head.as_str()), out)?;
    page.lines(|line| {
        match line {
            Line::Day(day) => writeln!(
                out,
                "<tr><td colspan=\"{}\" style=\"border:1px solid #999;padding:3px 6px;background:#f4f4f4\"><b>{day}</b></td></tr>",
                page.columns.len()
            )?,
            Line::Row(row) => {
                write!(out, "<tr>")?;
                for (column, cell) in page.columns.iter().zip(&row.cells) {
                    let text = rich(cell, row.severity);
                    let text = match &row.datetime {
                        Some(at) if column.role == Role::Time => {
                            format!("<time datetime=\"{at}\">{text}</time>")
                        }
                        _ => text,
                    };
                    write!(out, "{}{text}</td>", cell_start(column.role))?;
                }
                writeln!(out, "</tr>")?;
            }
        }
        Ok(())
    })?;
    writeln!(out, "</tbody>\n</table>")
}

fn cell_start(role: Role) -> &'static str {
    match role {
        Role::Event | Role::Evidence => CELL,
        _ => TIME_CELL,
    }
}

fn head<'a>(heads: impl Iterator<Item = &'a str>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{TABLE}")?;
    write!(out, "<thead><tr>")?;
    for head in heads {
        write!(out, "{HEAD_CELL}{}</th>", escape(head))?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")
}

fn block(part: &Block<'_>, out: &mut dyn Write) -> io::Result<()> {
    match part {
        Block::Paragraph(text) => writeln!(out, "<p>{}</p>", rich(text, None)),
        Block::List(items) => {
            writeln!(out, "<ul>")?;
            for item in items {
                writeln!(out, "<li>{}</li>", rich(item, None))?;
            }
            writeln!(out, "</ul>")
        }
        Block::Table { head: heads, rows } => {
            head(heads.iter().copied(), out)?;
            for row in rows {
                write!(out, "<tr>")?;
                for cell in row {
                    write!(out, "{}{}</td>", cell_start(Role::Event), rich(cell, None))?;
                }
                writeln!(out, "</tr>")?;
            }
            writeln!(out, "</tbody>\n</table>")
        }
    }
}

fn rich(text: &Rich<'_>, severity: Option<Severity>) -> String {
    let bad = severity.is_some_and(|severity| severity <= Severity::Error);
    text.iter().map(|piece| styled(piece, bad)).collect()
}

fn styled(Span { style, text }: &Span<'_>, bad: bool) -> String {
    let text = escape(text);
    match style {
        Style::Plain => text,
        Style::Strong if bad => format!("<b style=\"color:#b00020\">{text}</b>"),
        Style::Strong | Style::Mark => format!("<b>{text}</b>"),
        Style::Faint => format!("<span style=\"color:#555\">{text}</span>"),
        Style::Note => format!("<i style=\"color:#8a4b00\">{text}</i>"),
        Style::Code => format!("<code style=\"font-size:9pt\">{text}</code>"),
    }
}

/// Text that stays text, in content and in a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(c),
        }
    }
    safe
}
