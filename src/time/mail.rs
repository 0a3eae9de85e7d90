//! Dates of mail.
//!
//! Takes a header value or a `From ` line as real mailboxes hold them: RFC 5322 with its obsolete
//! forms and what two decades of broken software made of it. Gives a raw time, or none where the
//! text is no possible date ("31 Feb", "+2400"). [`choose`] decides which header tells the time of
//! a mail. `mailparse` is not used here: it invents dates where there are none.

mod choose;
mod hops;

use super::{
    Flags, RawTime, abbreviation, iso, names,
    parts::Parts,
    suffix::{self, Written, two},
};

pub use choose::{Chosen, Header, Headers, choose, off_by, stamped};
pub use hops::{Stamped, Stamps, Trusted};

/// The date of a mail header, or none where it is none.
///
/// Comments may nest; weekday, seconds and zone may be missing; years may have two or three digits
/// (RFC 5322 §4.3); the order may be that of `ctime`. Of the zone words only those fix an offset
/// that RFC 5322 or the table of [`abbreviation`] gives one; military letters and unknown words
/// tell none. `-0000` is an instant in UTC.
pub fn date(text: &[u8]) -> Option<RawTime> {
    let text = text.trim_ascii();
    if let Some((len, parts, _)) = iso::take_whole(text)
        && len == text.len()
    {
        return parts.finish();
    }
    let mut reading = Reading::default();
    for token in (Tokens { text, depth: 0 }) {
        match token {
            Token::Word(word) => reading.word(word)?,
            Token::Comment(word) => reading.comment(word),
        }
    }
    reading.finish()
}

/// The date of a mailbox's `From ` line: `From a@b Mon Jan 15 10:00:00 2024`, also with a zone
/// before or behind the year (Gmail's Takeout has an offset before it), without seconds, and with
/// `remote from host` at the end. The `From ` itself may be missing. None where the line is none.
pub fn envelope_date(line: &[u8]) -> Option<RawTime> {
    let line = line.trim_ascii();
    let (line, needs_sender) = match line.strip_prefix(b"From ") {
        Some(rest) => (rest, true),
        None => (line, false),
    };
    let line = match memchr::memmem::find(line, b" remote from ") {
        Some(at) => &line[..at],
        None => line,
    };
    let starts = std::iter::once(0).chain(memchr::memchr_iter(b' ', line).map(|at| at + 1));
    let mut starts = starts.filter(|at| !needs_sender || *at > 0);
    let at = starts.find(|at| {
        let rest = &line[*at..];
        let Some((len, _)) = names::weekday(rest) else { return false };
        let rest = rest[len..].trim_ascii_start();
        len == 3 && (names::month(rest).is_some() || rest.first() == Some(&b','))
    })?;
    date(&line[at..]).filter(|raw| raw.precision > super::Precision::Hour)
}

enum Token<'t> {
    Word(&'t [u8]),
    /// A word within a comment.
    Comment(&'t [u8]),
}

/// Splits at blanks, commas, quotes and brackets, and follows nested comments.
struct Tokens<'t> {
    text: &'t [u8],
    depth: usize,
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.text {
                [] => return None,
                [b'(', rest @ ..] => (self.text, self.depth) = (rest, self.depth + 1),
                [b')', rest @ ..] => (self.text, self.depth) = (rest, self.depth.saturating_sub(1)),
                [first, rest @ ..] if ends_token(*first) => self.text = rest,
                text if names::blank_len(text) > 0 => self.text = &text[names::blank_len(text)..],
                _ => break,
            }
        }
        let end = (1..self.text.len()).find(|at| {
            matches!(self.text[*at], b'(' | b')')
                || ends_token(self.text[*at])
                || names::blank_len(&self.text[*at..]) > 0
        });
        let (word, rest) = self.text.split_at(end.unwrap_or(self.text.len()));
        self.text = rest;
        Some(if self.depth > 0 { Token::Comment(word) } else { Token::Word(word) })
    }
}

fn ends_token(byte: u8) -> bool {
    matches!(byte, b',' | b'"' | b'\r' | b'\n' | b';')
}

/// What the tokens have told so far.
struct Reading {
    parts: Parts,
    /// The word at the start was taken for a month, though it may be a weekday (`mar`).
    doubtful_month: bool,
    words: usize,
    /// A numeric offset was seen; nothing overrules it.
    numeric: bool,
    comment_zone: Option<Written>,
    /// Words behind the time that tell nothing.
    unknown: usize,
    repaired: bool,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            parts: Parts::NONE,
            doubtful_month: false,
            words: 0,
            numeric: false,
            comment_zone: None,
            unknown: 0,
            repaired: false,
        }
    }
}

impl Reading {
    /// Takes the next word; none where the text is no date.
    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.words += 1;
        if self.words > 12 {
            return None;
        }
        match word.first()? {
            b'0'..=b'9' if word.contains(&b':') => self.clock(word),
            b'0'..=b'9' if word.iter().all(u8::is_ascii_digit) => self.number(word),
            b'0'..=b'9' => self.joined_date(word),
            b'+' | b'-' | 0xe2 if self.parts.hour.is_some() => {
                let (len, seconds) = suffix::offset(word)?;
                let whole = len == word.len() && len >= 5;
                (whole && !self.numeric).then(|| self.offset(seconds))
            }
            _ => self.letters(word),
        }
    }

    fn offset(&mut self, seconds: i32) {
        (self.parts.offset, self.parts.word, self.numeric) = (seconds, 0, true);
    }

    /// `9:05`, `09:05:07`, `09:05:07.123`, with `PM` or a zone joined to it.
    fn clock(&mut self, word: &[u8]) -> Option<()> {
        if self.parts.hour.is_some() {
            return None;
        }
        let colon = word.iter().position(|byte| *byte == b':')?;
        self.parts.hour = Some(small_number(&word[..colon])?);
        self.parts.minute = Some(two(&word[colon + 1..])?);
        let mut rest = &word[colon + 3..];
        if let [b':', second @ ..] = rest {
            self.parts.second = Some(two(second)?);
            let (len, _) = iso::fraction(&second[2..], &mut self.parts)?;
            rest = &second[2 + len..];
        }
        if rest.is_empty() {
            return Some(());
        }
        if let Some((len, pm)) = names::meridiem(rest) {
            self.parts.pm = Some(pm);
            return (len == rest.len()).then_some(());
        }
        let (len, zone) = suffix::zone(rest)?;
        self.numeric = matches!(zone, Written::Offset(_));
        self.parts.set_zone(zone);
        (len == rest.len()).then_some(())
    }

    /// A day, a year, or an offset that lost its sign.
    fn number(&mut self, digits: &[u8]) -> Option<()> {
        if self.parts.day == 0 && digits.len() <= 2 {
            self.parts.day = small_number(digits).filter(|day| *day > 0)?;
        } else if self.parts.year.is_none() {
            self.year(digits)?;
        } else if digits.len() == 4 && self.parts.hour.is_some() && !self.parts.has_zone() {
            let (hours, minutes) = (two(digits)?, two(&digits[2..])?);
            if hours > 14 || minutes > 59 {
                return None;
            }
            self.repaired = true;
            self.offset(i32::from(hours) * 3600 + i32::from(minutes) * 60);
        } else {
            return None;
        }
        Some(())
    }

    /// RFC 5322 §4.3: 00 to 49 are 20xx, 50 to 99 and three digits count from 1900. Where other
    /// software puts the two-digit year elsewhere, it counts as mended.
    fn year(&mut self, digits: &[u8]) -> Option<()> {
        if digits.len() > 4 {
            return None;
        }
        let number = digits.iter().fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0'));
        let (year, disputed) = match (digits.len(), number) {
            (2, 0..=49) => (2000 + number, false),
            (2, _) => (1900 + number, number < 70),
            (3, _) => (1900 + number, true),
            (4, _) => (number, false),
            _ => return None,
        };
        self.repaired |= disputed;
        self.parts.year = Some(year);
        Some(())
    }

    /// `15-Jan-2024` (RFC 850).
    fn joined_date(&mut self, word: &[u8]) -> Option<()> {
        let mut pieces = word.split(|byte| *byte == b'-');
        let (day, month, year) = (pieces.next()?, pieces.next()?, pieces.next()?);
        if pieces.next().is_some() || self.parts.day != 0 || !day.iter().all(u8::is_ascii_digit) {
            return None;
        }
        self.parts.day = small_number(day)?;
        self.parts.month = names::month(month).filter(|found| found.len == month.len())?.number;
        year.iter().all(u8::is_ascii_digit).then(|| self.year(year))?
    }

    fn letters(&mut self, word: &[u8]) -> Option<()> {
        let word = word.strip_suffix(b".").unwrap_or(word);
        if self.parts.hour.is_some()
            && let Some(zone) = zone_word(word)
        {
            self.zone(zone, word);
            return Some(());
        }
        if let Some(month) = names::month(word).filter(|found| found.len == word.len())
            && (self.parts.month == 0 || self.doubtful_month)
        {
            self.doubtful_month = self.words == 1 && names::weekday(word).is_some();
            self.parts.month = month.number;
            return Some(());
        }
        if let Some((len, weekday)) = names::weekday(word)
            && len == word.len()
        {
            self.parts.weekday = weekday;
            return Some(());
        }
        if self.parts.hour.is_none() {
            // A weekday in a language of its own.
            return (self.words == 1).then_some(());
        }
        if let Some((len, pm)) = names::meridiem(word)
            && len == word.len()
            && self.parts.pm.is_none()
        {
            self.parts.pm = Some(pm);
        } else if word.eq_ignore_ascii_case(b"DST") {
            // `MET DST`: the word before names the winter time.
            let winter = abbreviation::by_index(self.parts.word)?.offset(0)?;
            (self.parts.word, self.parts.offset) = (0, winter + 3600);
        } else {
            // A zone in words of its own (`Pacific Daylight Time`, `EST5EDT`) tells no offset.
            self.unknown += 1;
            return (self.unknown <= 4).then_some(());
        }
        Some(())
    }

    /// A word gives way to a numeric offset.
    fn zone(&mut self, zone: Written, word: &[u8]) {
        if !self.numeric {
            self.numeric = word.iter().any(u8::is_ascii_digit);
            self.parts.set_zone(zone);
        }
    }

    /// A comment counts only where it names a zone and nothing else does.
    fn comment(&mut self, word: &[u8]) {
        if self.comment_zone.is_none() && self.parts.hour.is_some() {
            self.comment_zone = zone_word(word);
        }
    }

    fn finish(mut self) -> Option<RawTime> {
        self.parts.year?;
        if self.parts.day == 0 || self.parts.month == 0 {
            return None;
        }
        if !self.parts.has_zone()
            && let Some(zone) = self.comment_zone
        {
            self.parts.set_zone(zone);
        }
        let mut raw = self.parts.finish()?;
        if self.repaired {
            raw.flags = raw.flags.with(Flags::REPAIRED);
        }
        Some(raw)
    }
}

/// What a zone word is worth in a mail: RFC 5322 §4.3 knows `CST` as Chicago's.
fn zone_word(word: &[u8]) -> Option<Written> {
    let upper = word.to_ascii_uppercase();
    match &*upper {
        b"CST" => return Some(Written::Offset(-6 * 3600)),
        b"Z" => return Some(Written::Offset(0)),
        _ => {}
    }
    if let Some((len, zone)) = suffix::zone(&upper)
        && len == upper.len()
    {
        return Some(zone);
    }
    abbreviation::index_any_case(word).map(Written::Word)
}

/// One or two digits.
fn small_number(digits: &[u8]) -> Option<u8> {
    match digits {
        [ones] if ones.is_ascii_digit() => Some(ones - b'0'),
        [_, _] => two(digits),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
