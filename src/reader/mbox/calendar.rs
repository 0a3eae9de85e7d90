//! Calendar parts of mails (RFC 5545, RFC 5546): what an invitation says, as text.
//!
//! When a meeting is to be is what the mail tells about, never when the mail was written.

use std::fmt::Write as _;

/// What the first event of a calendar part says.
#[derive(Debug, Default)]
pub(super) struct Calendar {
    /// `REQUEST`, `CANCEL`, `REPLY` …
    pub(super) method: Option<String>,
    /// What it is about.
    pub(super) summary: Option<String>,
    /// Where.
    pub(super) location: Option<String>,
    /// Begin, with its zone: `2026-03-14 22:00 Europe/Zurich`.
    pub(super) start: Option<String>,
    /// End, likewise.
    pub(super) end: Option<String>,
    /// What somebody answered: `ACCEPTED by jo@example.net`.
    answer: Option<String>,
}

impl Calendar {
    /// Reads a calendar part.
    pub(super) fn parse(text: &str) -> Self {
        let mut calendar = Self::default();
        let mut inside: Vec<String> = Vec::new();
        for line in unfolded(text) {
            let Some((key, value)) = property(&line) else { continue };
            let (name, parameters) = key.split_once(';').unwrap_or((key, ""));
            match name.to_ascii_uppercase().as_str() {
                "BEGIN" => inside.push(value.to_ascii_uppercase()),
                // One event is what the mail is about; others are its repetitions.
                "END" if inside.pop().is_some_and(|part| part == "VEVENT") => break,
                "METHOD" => calendar.method = Some(value.to_ascii_uppercase()),
                name if inside.last().is_some_and(|part| part == "VEVENT") => {
                    calendar.event(name, parameters, value);
                }
                _ => {}
            }
        }
        calendar
    }

    fn event(&mut self, name: &str, parameters: &str, value: &str) {
        let parameter = |name: &str| {
            let mut found = parameters.split(';').filter_map(|part| part.split_once('='));
            found
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.trim_matches('"'))
        };
        match name {
            "SUMMARY" => self.summary = Some(unescape(value)),
            "LOCATION" => self.location = Some(unescape(value)).filter(|place| !place.is_empty()),
            "DTSTART" => self.start = Some(moment(value, parameter("TZID"))),
            "DTEND" => self.end = Some(moment(value, parameter("TZID"))),
            "ATTENDEE" if self.method.as_deref() == Some("REPLY") => {
                let who = parameter("CN").map(str::to_owned);
                let who =
                    who.unwrap_or_else(|| value.replace("mailto:", "").replace("MAILTO:", ""));
                self.answer = parameter("PARTSTAT").map(|answer| format!("{answer} by {who}"));
            }
            _ => {}
        }
    }

    /// The lines that a person would want: what, when, where.
    pub(super) fn text(&self) -> Option<String> {
        let what = self.summary.as_deref()?;
        let how = match self.method.as_deref() {
            Some("CANCEL") => "Cancelled meeting",
            Some("REPLY") => "Answer to an invitation",
            Some("COUNTER") => "Other time proposed",
            Some("REQUEST") => "Invitation",
            _ => "Meeting",
        };
        let mut text = format!("{how}: {what}");
        let mut line = |label: &str, value: Option<&str>| {
            if let Some(value) = value {
                let _ = write!(text, "\n{label}: {value}");
            }
        };
        line("Answer", self.answer.as_deref());
        line("Begins", self.start.as_deref());
        line("Ends", self.end.as_deref());
        line("Place", self.location.as_deref());
        Some(text)
    }
}

/// The lines of a calendar, continuation lines put back (RFC 5545 §3.1).
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// `NAME;PARAMETER="a:b":value` at the colon that stands outside of quotes.
fn property(line: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let colon = line.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b':' && !quoted
    })?;
    Some((&line[..colon], line[colon + 1..].trim()))
}

fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') | None => out.push(' '),
                Some(c) => out.push(c),
            },
            c => out.push(c),
        }
    }
    out.trim().to_owned()
}

/// `20260314T220000` in a zone, as people write it. What is no such time stays as it is.
fn moment(value: &str, zone: Option<&str>) -> String {
    let digits = |range: std::ops::Range<usize>| {
        value.get(range).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let (Some(year), Some(month), Some(day)) = (digits(0..4), digits(4..6), digits(6..8)) else {
        return value.to_owned();
    };
    let mut text = format!("{year}-{month}-{day}");
    if let (Some("T"), Some(hour), Some(minute)) = (value.get(8..9), digits(9..11), digits(11..13))
    {
        let _ = write!(text, " {hour}:{minute}");
        if let Some(second) = digits(13..15).filter(|second| *second != "00") {
            let _ = write!(text, ":{second}");
        }
        let zone = if value.ends_with('Z') { Some("UTC") } else { zone };
        if let Some(zone) = zone {
            let _ = write!(text, " {zone}");
        }
    }
    text
}
