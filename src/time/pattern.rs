//! Time formats of the definition language, compiled.
//!
//! Takes a definition's list of formats (`iso`, `epoch`, `mail`, the named counts of
//! `filetime`, `dotnet`, `webkit`, `cocoa`, `wmi`, `excel`, `tai64n`, `discord`, `twitter`, else strftime with `[…]` for optional parts) and the bytes at a place;
//! gives the [`RawTime`] there. The list is a ladder: the first format that fits is taken. A format
//! never stops in front of a zone, a further digit or `pm`: a time cut short would be another time.

mod compile;
mod quick;
mod run;

use std::sync::LazyLock;

use super::{
    Flags, Open, Precision, RawTime, days_from_civil,
    epoch::{self, Count},
    iso, mail, names,
    parts::Parts,
    suffix, valid_date,
};
use quick::Quick;
use run::Step;

/// What each part of a time is worth for telling formats apart, in bits.
pub(super) mod proof {
    pub(in crate::time) const YEAR: u32 = 10;
    pub(in crate::time) const SHORT_YEAR: u32 = 5;
    pub(in crate::time) const MONTH_NAME: u32 = 10;
    pub(in crate::time) const MONTH: u32 = 6;
    pub(in crate::time) const DAY: u32 = 5;
    pub(in crate::time) const HOUR: u32 = 5;
    pub(in crate::time) const MINUTE: u32 = 6;
    pub(in crate::time) const SECOND: u32 = 6;
    pub(in crate::time) const FRACTION: u32 = 5;
    pub(in crate::time) const ZONE: u32 = 8;
    pub(in crate::time) const WEEKDAY: u32 = 8;
    pub(in crate::time) const MERIDIEM: u32 = 6;
    pub(in crate::time) const PUNCTUATION: u32 = 3;
    pub(in crate::time) const BLANK: u32 = 2;
    /// A number that lies within 110 years.
    pub(in crate::time) const EPOCH: u32 = 16;
    pub(in crate::time) const MAIL: u32 = 40;
}

/// A format that cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("time format {format:?}, byte {at}: {reason}")]
pub struct FormatError {
    /// The format.
    pub format: String,
    /// Where it is wrong, a byte offset into it.
    pub at: usize,
    /// What is wrong.
    pub reason: String,
}

/// A time at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Its bytes.
    pub len: usize,
    /// What it says.
    pub raw: RawTime,
    /// How much it proves about the format of the text, in bits.
    pub proof: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Iso,
    Epoch,
    Mail,
    Count(Count),
    Steps(Vec<Step>),
}

#[derive(Clone, Debug)]
struct Format {
    kind: Kind,
    quick: Option<Quick>,
    starts: [bool; 256],
    /// Where the list holds the same format with day and month, or day and short year, the other
    /// way round.
    twin: Option<Twin>,
}

/// How a format differs from another one of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Twin {
    /// The day comes first in this one.
    day_first: bool,
    /// It changes places with the year, not the month.
    year: bool,
}

/// A compiled list of formats.
#[derive(Clone, Debug)]
pub struct Formats {
    formats: Vec<Format>,
    starts: [bool; 256],
}

/// A date, or a date and a time, in any form of ISO 8601, RFC 3339 among them: what users, our own
/// files and samples write.
pub fn written(text: &str) -> Option<RawTime> {
    static ISO: LazyLock<Option<Formats>> = LazyLock::new(|| Formats::compile(&["iso"]).ok());
    ISO.as_ref()?.whole(text.as_bytes())
}

impl Formats {
    /// Compiles a list; the error names the format and the byte.
    pub fn compile<S: AsRef<str>>(list: &[S]) -> Result<Self, FormatError> {
        let kinds =
            list.iter().map(|text| compile::kind(text.as_ref())).collect::<Result<Vec<_>, _>>()?;
        let formats: Vec<Format> = kinds
            .iter()
            .zip(list)
            .map(|(kind, text)| Format {
                kind: kind.clone(),
                quick: Quick::of(text.as_ref()),
                starts: starts(kind),
                twin: twin(kind, &kinds),
            })
            .collect();
        let starts = std::array::from_fn(|byte| formats.iter().any(|format| format.starts[byte]));
        Ok(Self { formats, starts })
    }

    /// How many formats the list has.
    pub fn len(&self) -> usize {
        self.formats.len()
    }

    /// True for an empty list, which takes nothing.
    pub fn is_empty(&self) -> bool {
        self.formats.is_empty()
    }

    /// False where no time of the list can begin with that byte.
    pub fn can_start(&self, byte: u8) -> bool {
        self.starts[usize::from(byte)]
    }

    /// The most bits that a time of the list can prove; perhaps a few more than that.
    pub(crate) fn most_proof(&self) -> u32 {
        // The quick ways count a blank as punctuation.
        const MORE: u32 = 4;
        let most = self.formats.iter().map(|format| match &format.kind {
            Kind::Iso => iso::MOST_PROOF,
            Kind::Epoch | Kind::Count(_) => proof::EPOCH,
            Kind::Mail => proof::MAIL,
            Kind::Steps(steps) => steps.iter().map(|step| step.most_proof()).sum(),
        });
        most.max().unwrap_or(0) + MORE
    }

    /// The time at the start of `text`, by the first format that fits; more text may follow.
    pub fn take(&self, text: &[u8]) -> Option<Taken> {
        let first = usize::from(*text.first()?);
        if !self.starts[first] {
            return None;
        }
        self.formats
            .iter()
            .enumerate()
            .filter(|(_, format)| format.starts[first])
            .find_map(|(rung, format)| format.take(text).map(|taken| taken.on(rung)))
    }

    /// The time that `text` is, all of it but blanks at the ends.
    pub fn whole(&self, text: &[u8]) -> Option<RawTime> {
        let text = trim(text);
        let first = usize::from(*text.first()?);
        self.formats
            .iter()
            .enumerate()
            .filter(|(_, format)| format.starts[first])
            .find_map(|(rung, format)| format.whole(text).map(|taken| taken.on(rung).raw))
    }
}

impl Taken {
    fn on(mut self, rung: usize) -> Self {
        self.raw.rung = u8::try_from(rung).unwrap_or(u8::MAX);
        self
    }
}

impl Format {
    fn take(&self, text: &[u8]) -> Option<Taken> {
        self.quick.and_then(|quick| quick.take(text)).or_else(|| self.take_any(text))
    }

    fn take_any(&self, text: &[u8]) -> Option<Taken> {
        match &self.kind {
            Kind::Iso => {
                let (len, parts, proof) = iso::take(text)?;
                checked(text, len, parts, proof)
            }
            Kind::Epoch => epoch::take(text).map(epoch_taken),
            Kind::Count(count) => count.take(text).map(epoch_taken),
            Kind::Mail => {
                let end = memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len());
                let raw = mail::date(&text[..end])?;
                Some(Taken { len: end, raw, proof: proof::MAIL })
            }
            Kind::Steps(steps) => {
                let mut parts = Parts::NONE;
                let (len, proof) = run::run(steps, text, &mut parts)?;
                self.note_order(&mut parts);
                checked(text, len, parts, proof)
            }
        }
    }

    fn whole(&self, text: &[u8]) -> Option<Taken> {
        let quick = self.quick.and_then(|quick| quick.take(text));
        if let Some(taken) = quick.filter(|taken| taken.len == text.len()) {
            return Some(taken);
        }
        let taken = match &self.kind {
            Kind::Iso => {
                let (len, parts, proof) = iso::take_whole(text)?;
                Taken { len, raw: parts.finish()?, proof }
            }
            Kind::Epoch => epoch_taken(epoch::take_whole(text)?),
            Kind::Steps(steps) => {
                let mut parts = Parts::NONE;
                let (len, proof) = run::run(steps, text, &mut parts)?;
                self.note_order(&mut parts);
                (len == text.len()).then_some(())?;
                Taken { len, raw: parts.finish()?, proof }
            }
            Kind::Mail | Kind::Count(_) => self.take(text)?,
        };
        (taken.len == text.len()).then_some(taken)
    }

    /// Where both orders occur, a number that only one of them allows proves the one that was read;
    /// equal numbers prove nothing and leave no doubt.
    fn note_order(&self, parts: &mut Parts) {
        let Some(twin) = self.twin else { return };
        let fact = if twin.year {
            let Some(fact) = year_or_day(parts) else { return };
            fact
        } else {
            match parts.day {
                13.. => Flags::ONE_ORDER,
                day if day != parts.month => Flags::EITHER_ORDER,
                _ => return,
            }
        };
        parts.flags = parts.flags.with(fact);
        if twin.day_first {
            parts.flags = parts.flags.with(Flags::DAY_FIRST);
        }
    }
}

/// What a day and a year say of their order; a year of four digits is no day.
fn year_or_day(parts: &Parts) -> Option<Flags> {
    let year = parts.year?;
    let short = (year.rem_euclid(100)) as u8;
    if !parts.flags.has(Flags::SHORT_YEAR) {
        return Some(Flags::ONE_ORDER);
    }
    if short == parts.day {
        return None;
    }
    let other = i32::from(parts.day) + if parts.day < 70 { 2000 } else { 1900 };
    Some(if valid_date(other, parts.month, short) { Flags::YEAR_OR_DAY } else { Flags::ONE_ORDER })
}

/// A time that is complete where it ends, or none.
fn checked(text: &[u8], len: usize, parts: Parts, proof: u32) -> Option<Taken> {
    let rest = &text[len..];
    let cut = match (parts.hour, rest.first()) {
        (_, Some(b'0'..=b'9')) => true,
        (Some(_), _) if parts.has_zone() => false,
        (Some(_), Some(b':')) if parts.second.is_none() => {
            rest.get(1).is_some_and(u8::is_ascii_digit)
        }
        (Some(_), _) if parts.pm.is_some() => suffix::zone_follows(rest),
        (Some(hour), _) => cut_short(rest, hour),
        (None, _) => false,
    };
    if cut { None } else { Some(Taken { len, raw: parts.finish()?, proof }) }
}

/// True where a clock time without a zone and a half of the day goes on in one of them, or in a
/// further digit.
pub(crate) fn cut_short(rest: &[u8], hour: u8) -> bool {
    match rest {
        // The commonest ends need no closer look.
        [] | [b',' | b']' | b'"' | b'|' | b';' | b'\n', ..] => false,
        [b'0'..=b'9', ..] => true,
        [b' ', next, ..] if !may_go_on(*next) => false,
        [b' ', a, b, c, d, ..] if is_level([*a, *b, *c, *d]) => false,
        _ => {
            suffix::zone_follows(rest) || (1..=12).contains(&hour) && suffix::meridiem_follows(rest)
        }
    }
}

/// False for what begins neither a zone nor a half of the day behind a blank.
fn may_go_on(next: u8) -> bool {
    matches!(next, b'(' | b'[' | b'+' | b'-' | b'a' | b'p' | b'A'..=b'Z' | b' ' | b'\t' | 0x80..)
}

/// True for the words that stand behind most times, and are no zones.
fn is_level(word: [u8; 4]) -> bool {
    matches!(
        &word,
        b"INFO" | b"WARN" | b"ERRO" | b"DEBU" | b"TRAC" | b"FATA" | b"CRIT" | b"NOTI" | b"SEVE"
    )
}

fn epoch_taken((len, raw): (usize, RawTime)) -> Taken {
    Taken { len, raw, proof: proof::EPOCH }
}

/// Without blanks, direction marks and byte order marks at both ends.
fn trim(mut text: &[u8]) -> &[u8] {
    let mark = |text: &[u8]| match text {
        [0xe2, 0x80, 0x8e | 0x8f | 0xaa..=0xae, ..] | [0xef, 0xbb, 0xbf, ..] => 3,
        [b'\r' | b'\n', ..] => 1,
        _ => names::blank_len(text),
    };
    while let len @ 1.. = mark(text) {
        text = &text[len..];
    }
    while let Some(len) = [1, 2, 3]
        .into_iter()
        .find(|len| text.len().checked_sub(*len).is_some_and(|at| mark(&text[at..]) == *len))
    {
        text = &text[..text.len() - len];
    }
    text
}

/// The bytes a format can begin with.
fn starts(kind: &Kind) -> [bool; 256] {
    let digits = |byte: usize| (byte as u8).is_ascii_digit();
    match kind {
        Kind::Iso => std::array::from_fn(digits),
        Kind::Epoch => std::array::from_fn(|byte| digits(byte) || byte as u8 == b'-'),
        Kind::Count(_) => {
            std::array::from_fn(|byte| digits(byte) || matches!(byte as u8, b'/' | b'\\' | b'@'))
        }
        Kind::Mail => std::array::from_fn(|byte| byte > 0x20),
        Kind::Steps(steps) => {
            let mut starts = [false; 256];
            run::starts(steps, &mut starts);
            starts
        }
    }
}

/// Whether the list also has this format with day and month exchanged, or else with day and short
/// year.
fn twin(kind: &Kind, kinds: &[Kind]) -> Option<Twin> {
    let Kind::Steps(steps) = kind else { return None };
    let place = |wanted: fn(&Step) -> bool| steps.iter().position(wanted);
    let day = place(|step| matches!(step, Step::Day))?;
    let listed = |exchange: fn(Step) -> Step| {
        let other: Vec<Step> = steps.iter().map(|step| exchange(*step)).collect();
        other != *steps && kinds.contains(&Kind::Steps(other))
    };
    if listed(Step::exchanged) {
        let month = place(|step| matches!(step, Step::Month))?;
        return Some(Twin { day_first: day < month, year: false });
    }
    let year = place(|step| matches!(step, Step::ShortYear { .. }))?;
    listed(Step::year_exchanged).then_some(Twin { day_first: day < year, year: true })
}

/// True for the dates that programs write for "no value": the epoch itself, year 1, Windows' 1601,
/// 1899-12-30 and its neighbours (an empty spreadsheet cell), the last day of year 9999.
pub fn sentinel(raw: &RawTime) -> bool {
    const YEAR_1: i64 = -62_135_596_800;
    const YEAR_1601: i64 = -11_644_473_600;
    if raw.flags.has(Flags::NO_YEAR) || raw.flags.has(Flags::NO_DATE) {
        return false;
    }
    let day = raw.civil.div_euclid(86_400);
    let empty_cell = days_from_civil(1899, 12, 30)..=days_from_civil(1900, 1, 1);
    let at_midnight = raw.civil.rem_euclid(86_400) == 0;
    // An epoch of 0, shown in any zone; 0001-01-01 likewise.
    let shown_zero = |zero: i64| {
        let instant = raw.civil - i64::from(raw.offset().unwrap_or(0));
        instant == zero || (raw.civil == zero && raw.precision >= Precision::Day)
    };
    shown_zero(0)
        || shown_zero(YEAR_1)
        || shown_zero(YEAR_1601)
        || (empty_cell.contains(&day) && at_midnight)
        || raw.civil < YEAR_1 + 2 * 86_400
        || day >= days_from_civil(9999, 12, 30)
}

#[cfg(test)]
mod tests;
