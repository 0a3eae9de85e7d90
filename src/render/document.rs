//! The whole RFO document around the timeline.
//!
//! Takes a [`Timeline`] and a template; gives the document. The template is Markdown with what
//! [`super::template`] gives, and more (`values`): what the evidence says under each heading, the
//! tables and the picture. What the evidence does not say is a question for the lead; no word is made
//! up. The other forms are made of the Markdown, event by event, so that one template serves all.

mod asciidoc;
#[cfg(feature = "docx")]
mod docx;
mod values;
mod xhtml;

use std::{
    fmt::Write as _,
    io::{self, Write},
    path::Path,
};

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

use super::{Format, Look, render, template::Template};
use crate::timeline::Timeline;

/// The templates that are shipped, by their words.
const SHIPPED: [(&str, &str); 2] = [
    ("report", include_str!("documents/report.md.j2")),
    ("weekly", include_str!("documents/weekly.md.j2")),
];
/// Stands for the picture in the Markdown that a template writes. Text of the evidence cannot say so:
/// its brackets are escaped.
const PICTURE: &str = "![Picture of the incident](rfo:picture)";

/// A form in which the document can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// GitHub-flavoured Markdown.
    Markdown,
    /// One self-contained HTML document without scripts.
    Html,
    /// Confluence's storage format.
    Confluence,
    /// `AsciiDoc`.
    Asciidoc,
    /// Word, in builds with the feature `docx`.
    Docx,
}

impl Medium {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Markdown, Self::Html, Self::Confluence, Self::Asciidoc, Self::Docx];

    /// The word on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Confluence => "confluence",
            Self::Asciidoc => "asciidoc",
            Self::Docx => "docx",
        }
    }

    /// Whether this build can write it.
    pub fn is_built(self) -> bool {
        self != Self::Docx || cfg!(feature = "docx")
    }

    /// Whether it holds the picture itself.
    pub fn holds_picture(self) -> bool {
        matches!(self, Self::Html | Self::Docx)
    }

    /// The one of that word, or that the ending of a file asks for.
    pub fn of(word_or_path: &str) -> Option<Self> {
        let ending = Path::new(word_or_path).extension().and_then(|ending| ending.to_str());
        let by_ending = match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("md" | "markdown") => Some(Self::Markdown),
            Some("html" | "htm") => Some(Self::Html),
            Some("adoc" | "asciidoc") => Some(Self::Asciidoc),
            Some("docx") => Some(Self::Docx),
            _ => None,
        };
        Self::ALL.into_iter().find(|medium| medium.name() == word_or_path).or(by_ending)
    }
}

/// The template of a document.
#[derive(Debug)]
pub struct Document(Template);

impl Document {
    /// The shipped one of that word, or the one in a file.
    ///
    /// # Errors
    /// A file that cannot be read or is not understood, with its line.
    pub fn of(word_or_path: &str) -> Result<Self, String> {
        if let Some((name, text)) = SHIPPED.iter().find(|(name, _)| *name == word_or_path) {
            return Template::markdown(name, (*text).to_owned()).map(Self);
        }
        let file = Path::new(word_or_path);
        let text = std::fs::read_to_string(file).map_err(|error| {
            let shipped = SHIPPED.map(|(name, _)| name).join(", ");
            format!("{word_or_path}: {error}; the shipped templates are {shipped}")
        })?;
        Template::markdown(word_or_path, text).map(Self)
    }

    /// Writes the document. `picture` is the name of the file that holds the picture, for forms that
    /// can only refer to it; where there is none, the milestones are drawn by Mermaid in Markdown.
    ///
    /// # Errors
    /// Those of `out`, and where the template asks for what there is not.
    pub fn write(
        &self,
        timeline: &Timeline,
        medium: Medium,
        picture: Option<&str>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut text = Vec::new();
        self.0.write_with(timeline, values::of(timeline), &mut text)?;
        let text = tidy(&String::from_utf8(text).map_err(io::Error::other)?);
        match medium {
            Medium::Markdown => {
                let picture = match picture {
                    Some(name) => format!("![Picture of the incident]({})", address(name)),
                    None if timeline.rows.iter().all(|row| row.marks.is_empty()) => String::new(),
                    None => format!("```mermaid\n{}```", drawn(timeline, Format::Mermaid)?),
                };
                out.write_all(text.replace(PICTURE, &picture).as_bytes())
            }
            Medium::Html => {
                let picture = drawn(timeline, Format::Svg)?;
                xhtml::html(timeline, parsed(&text), &picture, out)
            }
            Medium::Confluence => xhtml::confluence(parsed(&text), picture, out),
            Medium::Asciidoc => asciidoc::write(parsed(&text), picture, out),
            #[cfg(feature = "docx")]
            Medium::Docx => {
                docx::write(timeline, parsed(&text), &drawn(timeline, Format::Svg)?, out)
            }
            #[cfg(not(feature = "docx"))]
            Medium::Docx => Err(io::Error::other("this build of rfo writes no Word documents")),
        }
    }
}

/// One empty line where a template leaves several.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut before = "";
    for line in text.lines() {
        if !(line.is_empty() && before.is_empty()) {
            tidy.push_str(line);
            tidy.push('\n');
        }
        before = line;
    }
    tidy
}

/// A piece of the Markdown, as the other forms write it.
enum Piece<'t> {
    Start(Tag<'t>),
    End(TagEnd),
    /// Text, and what a template writes that is not known here: it is shown as it stands.
    Text(CowStr<'t>),
    Code(CowStr<'t>),
    SoftBreak,
    HardBreak,
    Rule,
    /// The picture, without the words that stand for it.
    Picture,
}

/// The pieces of Markdown with tables; nothing else beyond `CommonMark` is needed.
fn parsed(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut in_picture = false;
    let parser = Parser::new_ext(text, Options::ENABLE_TABLES);
    parser.filter_map(move |event| {
        Some(match event {
            Event::End(TagEnd::Image) => {
                in_picture = false;
                return None;
            }
            _ if in_picture => return None,
            Event::Start(Tag::Image { .. }) => {
                in_picture = true;
                Piece::Picture
            }
            Event::Start(tag) => Piece::Start(tag),
            Event::End(tag) => Piece::End(tag),
            Event::Text(words)
            | Event::Html(words)
            | Event::InlineHtml(words)
            | Event::FootnoteReference(words)
            | Event::InlineMath(words)
            | Event::DisplayMath(words) => Piece::Text(words),
            Event::TaskListMarker(done) => Piece::Text(if done { "[x] " } else { "[ ] " }.into()),
            Event::Code(words) => Piece::Code(words),
            Event::SoftBreak => Piece::SoftBreak,
            Event::HardBreak => Piece::HardBreak,
            Event::Rule => Piece::Rule,
        })
    })
}

fn drawn(timeline: &Timeline, format: Format) -> io::Result<String> {
    let mut text = Vec::new();
    render(timeline, format, Look::default(), &mut text)?;
    String::from_utf8(text).map_err(io::Error::other)
}

/// A file's name as the address of a link.
fn address(name: &str) -> String {
    let mut address = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                address.push(char::from(byte));
            }
            byte => {
                let _ = write!(address, "%{byte:02X}");
            }
        }
    }
    address
}

#[cfg(test)]
mod tests;
