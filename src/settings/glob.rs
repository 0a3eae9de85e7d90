//! Globs over paths: `*` within a component, `**` across components.
//!
//! A glob matches the whole path or any run of its last components, so that `logs/*.log` finds
//! `evidence/logs/a.log`.

use std::sync::Arc;

/// A glob of the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    text: String,
    parts: Vec<String>,
}

impl Glob {
    /// Reads a glob; every text is one.
    pub fn new(text: &str) -> Self {
        let text = text.strip_prefix("./").unwrap_or(text);
        let parts = text.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        Self { text: text.to_owned(), parts }
    }

    /// As written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// True where the glob matches the whole path or a run of its last components.
    pub fn matches(&self, path: &str) -> bool {
        let path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        (0..=path.len()).any(|start| run(&self.parts, &path[start..]))
    }
}

fn run(glob: &[String], path: &[&str]) -> bool {
    let Some((first, rest)) = glob.split_first() else { return path.is_empty() };
    if first == "**" {
        return (0..=path.len()).any(|taken| run(rest, &path[taken..]));
    }
    path.split_first()
        .is_some_and(|(part, tail)| component(first.as_bytes(), part.as_bytes()) && run(rest, tail))
}

/// One component: `*` any bytes, `?` any byte. Linear: a star never looks back past the last one.
fn component(glob: &[u8], text: &[u8]) -> bool {
    let (mut g, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match glob.get(g) {
            Some(b'*') => {
                star = Some((g + 1, t));
                g += 1;
            }
            Some(&byte) if byte == b'?' || byte == text[t] => {
                g += 1;
                t += 1;
            }
            _ => match star {
                Some((after, at)) => {
                    star = Some((after, at + 1));
                    g = after;
                    t = at + 1;
                }
                None => return false,
            },
        }
    }
    glob[g..].iter().all(|byte| *byte == b'*')
}

/// A hint about file names: a glob with holes, matched from the right by whole components:
/// `{channel}/{day}.json`.
#[derive(Clone, Debug)]
pub struct PathShape {
    parts: Vec<Vec<ShapePart>>,
}

#[derive(Clone, Debug)]
enum ShapePart {
    Literal(String),
    Star,
    Hole(Arc<str>),
}

impl PathShape {
    /// Reads a shape; every text is one.
    pub fn parse(text: &str) -> Self {
        let component = |part: &str| {
            let mut parts = Vec::new();
            let mut literal = String::new();
            let mut chars = part.chars();
            while let Some(c) = chars.next() {
                if c != '*' && c != '{' {
                    literal.push(c);
                    continue;
                }
                if !literal.is_empty() {
                    parts.push(ShapePart::Literal(std::mem::take(&mut literal)));
                }
                if c == '*' {
                    parts.push(ShapePart::Star);
                } else {
                    let name: String = chars.by_ref().take_while(|c| *c != '}').collect();
                    parts.push(ShapePart::Hole(name.as_str().into()));
                }
            }
            if !literal.is_empty() {
                parts.push(ShapePart::Literal(literal));
            }
            parts
        };
        Self { parts: text.split('/').map(component).collect() }
    }

    /// Names of the holes.
    pub fn holes(&self) -> Vec<Arc<str>> {
        let holes = self.parts.iter().flatten().filter_map(|part| match part {
            ShapePart::Hole(name) => Some(name.clone()),
            _ => None,
        });
        holes.collect()
    }

    /// The fields that the path gives; none where it does not have this shape.
    pub fn fields(&self, path: &str) -> Option<Vec<(Arc<str>, String)>> {
        let components: Vec<&str> = path.split('/').collect();
        let skip = components.len().checked_sub(self.parts.len())?;
        let mut fields = Vec::new();
        for (parts, component) in self.parts.iter().zip(&components[skip..]) {
            take(parts, component, &mut fields).then_some(())?;
        }
        Some(fields)
    }
}

/// Takes one component apart; a hole or star ends where the last fitting literal begins.
fn take(parts: &[ShapePart], text: &str, fields: &mut Vec<(Arc<str>, String)>) -> bool {
    let Some((first, rest)) = parts.split_first() else { return text.is_empty() };
    match first {
        ShapePart::Literal(literal) => {
            text.strip_prefix(literal.as_str()).is_some_and(|tail| take(rest, tail, fields))
        }
        ShapePart::Star | ShapePart::Hole(_) => {
            let least = usize::from(matches!(first, ShapePart::Hole(_)));
            let known = fields.len();
            for end in (least..=text.len()).rev().filter(|&end| text.is_char_boundary(end)) {
                if let ShapePart::Hole(name) = first {
                    fields.push((name.clone(), text[..end].to_owned()));
                }
                if take(rest, &text[end..], fields) {
                    return true;
                }
                fields.truncate(known);
            }
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Glob, PathShape};

    #[test]
    fn a_glob_matches_the_whole_path_or_its_last_components() {
        for (glob, path, fits) in [
            ("*.log", "a/b/c.log", true),
            ("b/*.log", "a/b/c.log", true),
            ("a/*.log", "a/b/c.log", false),
            ("a/**/*.log", "a/b/c.log", true),
            ("a/**", "a/b/c.log", true),
            ("**/c.log", "c.log", true),
            ("./a/b/c.log", "a/b/c.log", true),
            ("c.lo?", "a/c.log", true),
            ("c", "a/c.log", false),
            ("*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
        ] {
            assert_eq!(Glob::new(glob).matches(path), fits, "{glob} {path}");
        }
    }

    #[test]
    fn a_shape_gives_fields() {
        let shape = PathShape::parse("{channel}/{day}.json");
        let fields = shape.fields("export/general/2026-03-09.json").expect("fits");
        let fields: Vec<_> = fields.iter().map(|(k, v)| (&**k, v.as_str())).collect();
        assert_eq!(fields, [("channel", "general"), ("day", "2026-03-09")]);
        assert!(shape.fields("2026-03-09.json").is_none());
        assert!(PathShape::parse("*jira*.csv").fields("x/my-jira-7.csv").is_some());
    }
}
