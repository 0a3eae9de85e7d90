//! Which header tells the time of a mail.
//!
//! `Date` is what the sender's clock said and is right nearly always; a queue may make it earlier
//! than the delivery by any amount. It cannot be later than the first delivery, save for a clock
//! that runs wrong.

use super::{date, envelope_date};
use crate::time::{Flags, Instant, RawTime, abbreviation};

/// The headers of a mail that tell times, as text.
#[derive(Clone, Debug, Default)]
pub struct Headers<'m> {
    /// `Date`, the first where there are several.
    pub date: Option<&'m str>,
    /// `Received`, in the order of the file: the newest hop first.
    pub received: Vec<&'m str>,
    /// Further headers that tell a time, best first: `X-Received`, `Delivery-Date`, `Resent-Date` …
    pub others: Vec<&'m str>,
    /// The mailbox's `From ` line or its date.
    pub envelope: Option<&'m str>,
}

/// Where a chosen time stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// `Date`.
    Date,
    /// That entry of [`Headers::received`].
    Received(usize),
    /// That entry of [`Headers::others`].
    Other(usize),
    /// The `From ` line.
    Envelope,
}

/// The time of a mail.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen<'m> {
    /// The time, with [`Flags::RECEIVED`] where it is not that of `Date`.
    pub raw: RawTime,
    /// Where it stood.
    pub header: Header,
    /// As written.
    pub text: &'m str,
    /// What `Date` says where another header was preferred and `Date` may be right after all.
    pub alternative: Option<Instant>,
    /// First hop minus `Date`, in seconds: how long the mail waited, or how far the clocks differ.
    pub delay_s: Option<i64>,
}

/// A clock may be ahead by this much before its `Date` is refused, in seconds.
const AHEAD: i64 = 120;
/// A mail that waits no longer than this may show the sender's offset, in seconds.
const PROMPT: i64 = 600;
/// 1980-01-01: no mail program is older than its user's clock.
const FIRST_YEAR: i64 = 315_532_800;

/// The time of a mail, by the best of its headers; none where no header holds a date.
pub fn choose<'m>(headers: &Headers<'m>) -> Option<Chosen<'m>> {
    let hops = headers.received.iter().enumerate();
    let first_hop = hops.rev().find_map(|(place, text)| Some((place, received(text)?)));
    let hop_at = first_hop.and_then(|(_, (raw, _))| instant(&raw));
    let written = headers.date.and_then(|text| Some((date(text.as_bytes())?, text)));
    let written = written.map(|(raw, text)| (with_offset_of_hop(raw, hop_at), text));

    let mut refused = None;
    if let Some((raw, text)) = written {
        let delay_s = hop_at.zip(instant(&raw)).map(|(hop, date)| hop - date);
        let ahead = delay_s.is_some_and(|delay| delay < -AHEAD);
        if raw.civil >= FIRST_YEAR && !ahead {
            return Some(Chosen { raw, header: Header::Date, text, alternative: None, delay_s });
        }
        refused = Some((raw, text, delay_s));
    }
    let other = first_hop
        .map(|(place, (raw, text))| (raw, text, Header::Received(place)))
        .or_else(|| first_other(headers))
        .or_else(|| {
            let text = headers.envelope?;
            Some((envelope_date(text.as_bytes())?, text, Header::Envelope))
        });
    let Some((mut raw, text, header)) = other else {
        // An unlikely date is better than none.
        let (raw, text, delay_s) = refused?;
        return Some(Chosen { raw, header: Header::Date, text, alternative: None, delay_s });
    };
    raw.flags = raw.flags.with(Flags::RECEIVED);
    let alternative = refused
        .filter(|(raw, ..)| raw.civil >= FIRST_YEAR)
        .and_then(|(raw, ..)| Instant::from_parts(instant(&raw)?, raw.nanos));
    let delay_s = refused.and_then(|(.., delay_s)| delay_s);
    Some(Chosen { raw, header, text, alternative, delay_s })
}

/// The date of a `Received` header stands behind its last semicolon.
fn received(text: &str) -> Option<(RawTime, &str)> {
    let tail = text.rsplit_once(';').map_or(text, |(_, tail)| tail).trim();
    Some((date(tail.as_bytes())?, tail))
}

fn first_other<'m>(headers: &Headers<'m>) -> Option<(RawTime, &'m str, Header)> {
    headers.others.iter().enumerate().find_map(|(place, text)| {
        let (raw, text) = received(text)?;
        Some((raw, text, Header::Other(place)))
    })
}

/// Seconds since 1970 UTC, where the offset is known.
fn instant(raw: &RawTime) -> Option<i64> {
    Some(raw.civil - i64::from(raw.offset()?))
}

/// A `Date` without a known offset is given the one under which it was written within ten minutes
/// before the first hop: one of the abbreviation's own, or any that is in use somewhere.
fn with_offset_of_hop(raw: RawTime, hop: Option<i64>) -> RawTime {
    let (None, Some(hop)) = (raw.offset(), hop) else { return raw };
    let prompt = |offset: &i32| (0..=PROMPT).contains(&(hop - (raw.civil - i64::from(*offset))));
    let mut fitting: Vec<i32> = match abbreviation::by_index(raw.word) {
        Some(known) => known.offsets().filter(prompt).collect(),
        None => IN_USE.iter().map(|quarters| quarters * 900).filter(prompt).collect(),
    };
    fitting.dedup();
    match *fitting {
        [offset] => RawTime { offset, flags: raw.flags.with(Flags::ABBREVIATION), ..raw },
        _ => raw,
    }
}

/// Offsets in use today, in quarter hours.
const IN_USE: [i32; 40] = [
    -48, -44, -40, -38, -36, -32, -28, -24, -20, -16, -14, -12, -10, -8, -4, 0, 4, 8, 12, 14, 16,
    18, 20, 22, 23, 24, 26, 28, 32, 35, 36, 38, 40, 42, 44, 48, 51, 52, 55, 56,
];
