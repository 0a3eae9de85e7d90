//! Signs: what an input must show before a shipped definition is asked whether it reads it.
//!
//! `build.rs` takes them from the definitions (literals of templates, members and columns that must
//! be there), so that a run compiles only the few that may fit. A sign never decides: without it a
//! definition would score nothing, and with it the definition is asked as ever.

/// What the binary holds of a shipped definition.
#[derive(Debug)]
pub struct Shipped {
    /// Name of its file.
    pub file: &'static str,
    /// Its text.
    pub toml: &'static str,
    /// The same without samples and comments, as JSON: quick to read. None where the text is no
    /// TOML, which is said when it is compiled.
    pub json: Option<&'static str>,
    /// Its kind, as written.
    pub kind: &'static str,
    /// The definition that it lies upon, or the kind of those.
    pub upon: Option<&'static str>,
    /// Names of the files that it looks things up in.
    pub tables: &'static [&'static str],
    /// What an input must show.
    pub signs: Signs,
}

/// What an input must show.
#[derive(Clone, Copy, Debug)]
pub enum Signs {
    /// Nothing is known: it is always asked.
    Unknown,
    /// Lines: of each list, one shape.
    Lines(&'static [&'static [Shape]]),
    /// A line that names columns, among others.
    Table(&'static [Shape]),
    /// Columns, each under one of its names.
    Columns {
        /// The delimiter, where the definition names one.
        delimiter: Option<u8>,
        /// The names.
        need: &'static [&'static [&'static str]],
    },
    /// JSON in which all these names stand.
    Members(&'static [&'static str]),
    /// XML.
    Markup,
    /// Markdown.
    Document {
        /// It begins with front matter.
        front: bool,
    },
    /// It is never asked: a layer.
    Never,
}

/// What a template needs.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// What a line begins with.
    pub start: Start,
    /// Of each list, one text stands somewhere.
    pub holds: &'static [&'static [&'static str]],
}

/// What a line begins with.
#[derive(Clone, Copy, Debug)]
pub enum Start {
    /// Anything.
    Any,
    /// A time that begins in one of these ways, or the lone dash that stands for none. `0` is any
    /// digit, `a` any letter; so many bytes at most as [`SHAPE`].
    Time(&'static [&'static str]),
    /// One of these texts.
    One(&'static [&'static str]),
}

/// Bytes of the start of a line that tell the times apart that may stand there.
pub const SHAPE: usize = 5;
