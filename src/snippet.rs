//! The one place that draws a caret under a text, and that guesses what was meant.

use std::{fmt, ops::Range};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet as Drawing};

/// A message about a text: reason, the place in it, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    file: String,
    reason: String,
    place: Option<(String, Range<usize>, String)>,
    hints: Vec<String>,
}

impl Snippet {
    /// A message about a file.
    pub fn new(file: &str, reason: &str) -> Self {
        Self { file: file.into(), reason: reason.into(), place: None, hints: Vec::new() }
    }

    /// Points at bytes of the file's text.
    #[must_use]
    pub fn at(mut self, text: &str, mut bytes: Range<usize>, label: &str) -> Self {
        bytes.start = floor(text, bytes.start.min(text.len()));
        bytes.end = floor(text, bytes.end.min(text.len())).max(bytes.start);
        self.place = Some((text.to_owned(), bytes, label.to_owned()));
        self
    }

    /// Adds a way out.
    #[must_use]
    pub fn hint(mut self, hint: &str) -> Self {
        self.hints.push(hint.to_owned());
        self
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl fmt::Display for Snippet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((text, bytes, label)) = &self.place else {
            write!(f, "{}: {}", self.file, self.reason)?;
            return self.hints.iter().try_for_each(|hint| write!(f, "\nhint: {hint}"));
        };
        let annotation = AnnotationKind::Primary.span(bytes.clone()).label(label);
        let drawing = Drawing::source(text).path(&self.file).annotation(annotation);
        let group = Level::ERROR.primary_title(&self.reason).element(drawing);
        let drawn = Renderer::plain().render(&[group]);
        f.write_str(drawn.strip_prefix("error: ").unwrap_or(&drawn))?;
        self.hints.iter().try_for_each(|hint| write!(f, "\nhint: {hint}"))
    }
}

/// The name that was likely meant: near in spelling, or none.
pub fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let distance =
        |name: &str| strsim::damerau_levenshtein(&word.to_lowercase(), &name.to_lowercase());
    let near = names.map(|name| (distance(name), name)).min()?;
    (near.0 <= 1 + word.chars().count() / 3).then_some(near.1)
}
