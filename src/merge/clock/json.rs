//! The time of a JSON line without building its values: the members of the object are walked over,
//! and only the values of those that may be the time are looked at.

use memchr::memchr2;

use super::{Found, Molds, Rungs, whole};

/// The members that may be the time.
#[derive(Clone, Debug)]
pub(super) struct Members<'p> {
    rungs: Rungs<'p>,
    /// By rung: the name of the member, and whether the time lies deeper in it.
    names: Vec<(Vec<u8>, bool)>,
}

impl<'p> Members<'p> {
    /// Those of a ladder; without rungs nothing is ever sure.
    pub(super) fn new(rungs: Rungs<'p>) -> Self {
        use crate::definition::phrase::PathStep;
        let name = |steps: &[PathStep]| match steps {
            [PathStep::Key(key)] => Some((key.clone().into_bytes(), false)),
            [PathStep::Key(key), ..] => Some((key.clone().into_bytes(), true)),
            _ => None,
        };
        let names: Option<Vec<_>> = rungs.iter().map(|(path, _)| name(&path.steps)).collect();
        match names {
            Some(names) => Self { rungs, names },
            None => Self { rungs: Vec::new(), names: Vec::new() },
        }
    }

    /// The time of a line: `Some(None)` where it has none for sure, none where the definition must be
    /// asked.
    #[expect(clippy::option_option, reason = "unsure, surely none, and a time are three answers")]
    pub(super) fn time(&self, line: &[u8], molds: &mut Molds) -> Option<Option<Found>> {
        let line = &line[crate::template::skip_marks(line)..];
        if !line.trim_ascii_start().starts_with(b"{") {
            return Some(None);
        }
        if self.names.is_empty() {
            return None;
        }
        let mut best: Option<(usize, Value<'_>)> = None;
        let mut walk = Walk { text: line.trim_ascii(), at: 1 };
        while let Some((name, value)) = walk.member()? {
            let rung = self.names.iter().position(|(known, _)| known == name);
            // Of a member that stands twice the last one counts, as parsers have it.
            if let Some(rung) = rung.filter(|rung| best.as_ref().is_none_or(|(b, _)| rung <= b)) {
                best = Some((rung, value));
            }
        }
        let Some((rung, value)) = best else { return Some(None) };
        let Value::Scalar(text) = value else { return None };
        if self.names[rung].1 {
            return None;
        }
        whole(&self.rungs[rung].1, rung, text, molds).map(Some)
    }
}

/// A value of a member.
enum Value<'a> {
    /// A number, or a string without escapes.
    Scalar(&'a [u8]),
    /// Anything else.
    Other,
}

/// Walks over the members of an object on one line.
struct Walk<'a> {
    text: &'a [u8],
    at: usize,
}

/// None where the text is no object that this walk understands.
type Step<T> = Option<T>;

impl<'a> Walk<'a> {
    /// The next member; `Some(None)` at the end of the object, which is the end of the line.
    fn member(&mut self) -> Step<Option<(&'a [u8], Value<'a>)>> {
        self.blank();
        match self.byte()? {
            b'}' => return (self.at + 1 == self.text.len()).then_some(None),
            b',' => {
                self.at += 1;
                self.blank();
            }
            _ => {}
        }
        let (name, plain) = self.string()?;
        if !plain {
            return None;
        }
        self.blank();
        (self.byte()? == b':').then_some(())?;
        self.at += 1;
        self.blank();
        Some(Some((name, self.value()?)))
    }

    fn value(&mut self) -> Step<Value<'a>> {
        match self.byte()? {
            b'"' => {
                let (text, plain) = self.string()?;
                Some(if plain { Value::Scalar(text) } else { Value::Other })
            }
            b'{' | b'[' => {
                self.nested()?;
                Some(Value::Other)
            }
            first => {
                let rest = &self.text[self.at..];
                let len = rest.iter().position(|b| matches!(b, b',' | b'}' | b']' | b' '))?;
                self.at += len;
                let number = first.is_ascii_digit() || first == b'-';
                Some(if number { Value::Scalar(&rest[..len]) } else { Value::Other })
            }
        }
    }

    /// Passes over an object or a list.
    fn nested(&mut self) -> Step<()> {
        let mut depth = 0_usize;
        loop {
            let rest = &self.text[self.at..];
            let next = rest.iter().position(|b| matches!(b, b'"' | b'{' | b'}' | b'[' | b']'))?;
            self.at += next;
            match self.byte()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                _ => depth -= 1,
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// The string that begins here, without its quotes, and whether it has no escapes.
    fn string(&mut self) -> Step<(&'a [u8], bool)> {
        (self.byte()? == b'"').then_some(())?;
        let start = self.at + 1;
        let mut at = start;
        let mut plain = true;
        loop {
            at += memchr2(b'"', b'\\', self.text.get(at..)?)?;
            if self.text[at] == b'"' {
                self.at = at + 1;
                return Some((&self.text[start..at], plain));
            }
            plain = false;
            at += 2;
        }
    }

    fn byte(&self) -> Step<u8> {
        self.text.get(self.at).copied()
    }

    fn blank(&mut self) {
        while self.byte().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }
}
