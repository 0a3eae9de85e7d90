//! Words as tables: severities, states and marks.

use std::sync::Arc;

use crate::{
    event::Severity,
    template::{Fit, Template, WordTest},
};

/// The severity words that need no table, lower case. Sources: syslog (RFC 5424 §6.2.1), log4j,
/// java.util.logging, klog, Nagios and Zabbix.
const KNOWN: &[(Severity, &[&str])] = &[
    (
        Severity::Critical,
        &["emerg", "emergency", "alert", "crit", "critical", "fatal", "panic", "disaster", "down"],
    ),
    (Severity::Error, &["err", "error", "severe", "major", "failure", "unreachable"]),
    (Severity::Warning, &["warn", "warning", "minor", "unknown", "average"]),
    (Severity::Notice, &["notice"]),
    (
        Severity::Info,
        &["info", "information", "informational", "ok", "recovery", "up", "log", "config"],
    ),
    (Severity::Debug, &["debug", "trace", "verbose", "fine", "finer", "finest"]),
];

/// The severity that a word tells by itself, whatever its case.
pub fn known_severity(word: &[u8]) -> Option<Severity> {
    let word = word.trim_ascii();
    let hit = |known: &&str| known.as_bytes().eq_ignore_ascii_case(word);
    KNOWN.iter().find(|(_, words)| words.iter().any(&hit)).map(|(s, _)| *s)
}

/// A table of templates, in the order of the definition; the first that fits gives the result.
#[derive(Clone, Debug)]
pub struct Table<T>(pub Vec<(T, Vec<Template>)>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy> Table<T> {
    /// The result of the first template that the text fits.
    pub fn tell(&self, text: &[u8]) -> Option<T> {
        let text = text.trim_ascii();
        let mut fit = Fit::default();
        let mut fits = |template: &Template| template.fit(text, &mut fit).is_ok();
        self.0.iter().find(|(_, templates)| templates.iter().any(&mut fits)).map(|(t, _)| *t)
    }

    /// True where a template has a hole: then any word may fit, and fitting proves nothing.
    pub fn is_open(&self) -> bool {
        self.0.iter().flat_map(|(_, templates)| templates).any(|template| !template.is_constant())
    }
}

/// The severity words of a definition: its table, then the known ones.
#[derive(Clone, Debug, Default)]
pub struct SeverityWords {
    /// The definition's own.
    pub table: Arc<Table<Severity>>,
}

impl SeverityWords {
    /// The severity that a word tells.
    pub fn tell(&self, word: &[u8]) -> Option<Severity> {
        self.table.tell(word).or_else(|| known_severity(word))
    }
}

/// A word that tells a severity may stand where one must.
impl WordTest for SeverityWords {
    fn fits(&self, word: &[u8]) -> bool {
        self.tell(word).is_some()
    }
}
