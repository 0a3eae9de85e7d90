//! Which header tells the time of a mail.
//!
//! `Date` is what the sender's clock said and is right nearly always; a queue may make it earlier
//! than the delivery by any amount. It cannot be later than the first delivery, save for a clock
//! that runs wrong; and where the mails of one sender are early by the same quarters of an hour
//! again and again, it is the sender's zone that is wrong.

use super::{
    date, envelope_date,
    hops::{self, Hop, Stamped, Trusted, hops},
};
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
    /// Who wrote it, as [`Trusted::with_astray`] names senders.
    pub sender: Option<&'m str>,
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
    /// The time, with [`Flags::RECEIVED`] where it is not that of `Date`, and with
    /// [`Flags::FELL_BACK`] where other mails of the sender speak against it.
    pub raw: RawTime,
    /// Where it stood.
    pub header: Header,
    /// As written.
    pub text: &'m str,
    /// What `Date` says where another header was preferred and `Date` may be right after all; or what
    /// it would say if the sender's clock were where it should be.
    pub alternative: Option<Instant>,
    /// First trusted hop minus `Date`, in seconds: how long the mail waited, or how far the clocks
    /// differ.
    pub delay_s: Option<i64>,
}

/// A clock may be ahead by this much before its `Date` is refused, in seconds.
const AHEAD: i64 = 120;
/// A mail that waits no longer than this may show the sender's offset, in seconds.
const PROMPT: i64 = 600;
/// A `Date` this much before the first stamp of all evidence was written by no clock that was set,
/// in seconds: 30 days.
const BEFORE_ALL: i64 = 30 * 86_400;
/// 1980-01-01: no mail program is older than its user's clock.
pub(super) const FIRST_YEAR: i64 = 315_532_800;
/// 2100-01-01.
const LAST_YEAR: i64 = 4_102_444_800;

/// The time of a mail, by the best of its headers; none where no header holds a date.
pub fn choose<'m>(headers: &Headers<'m>, trusted: &Trusted) -> Option<Chosen<'m>> {
    let hops = hops(&headers.received);
    let hop = trusted.hop(&hops);
    let hop_at = hop.and_then(|hop| hop.at);
    let written = headers.date.and_then(|text| Some((date(text.as_bytes())?, text)));
    let written = written.map(|(raw, text)| (with_offset_of_hop(raw, hop_at), text));

    let mut refused = None;
    if let Some((raw, text)) = written {
        let delay_s = hop_at.zip(instant(&raw)).map(|(hop, date)| hop - date);
        let ahead = delay_s.is_some_and(|delay| delay < -AHEAD);
        let early = trusted.first().is_some_and(|first| raw.civil < first - BEFORE_ALL);
        if (FIRST_YEAR..LAST_YEAR).contains(&raw.civil) && !ahead && !(early && hop.is_some()) {
            let chosen = Chosen { raw, header: Header::Date, text, alternative: None, delay_s };
            return Some(doubted(chosen, trusted.astray(headers.sender)));
        }
        refused = Some((raw, text, delay_s));
    }
    let other = hop
        .map(|hop| (hop.raw, hop.text, Header::Received(hop.place)))
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
        .filter(|(raw, ..)| (FIRST_YEAR..LAST_YEAR).contains(&raw.civil))
        .and_then(|(raw, ..)| Instant::from_parts(instant(&raw)?, raw.nanos));
    let delay_s = refused.and_then(|(.., delay_s)| delay_s);
    Some(Chosen { raw, header, text, alternative, delay_s })
}

/// What the hops of a mail say of their hosts, for the evidence as a whole.
pub fn stamped(headers: &Headers) -> Stamped {
    let hops = hops(&headers.received);
    let at = headers.date.and_then(|text| instant(&date(text.as_bytes())?));
    let agrees = |hop: &Hop| {
        hop.at.zip(at).is_some_and(|(hop, date)| (-AHEAD..=PROMPT).contains(&(hop - date)))
    };
    let likely = at.is_some_and(|at| (FIRST_YEAR..LAST_YEAR).contains(&at));
    Stamped {
        open: !(hops.is_empty() || likely && hops.iter().all(agrees)),
        hosts: hops.iter().filter_map(|hop| Some((hop.by, hop.at?))).collect(),
    }
}

/// A time that the sender's other mails speak against, with what it should be then.
fn doubted(chosen: Chosen<'_>, off_s: Option<i64>) -> Chosen<'_> {
    let Some(off_s) = off_s.filter(|off| is_off_by(chosen.delay_s, *off)) else { return chosen };
    let alternative =
        instant(&chosen.raw).and_then(|at| Instant::from_parts(at + off_s, chosen.raw.nanos));
    let flags = chosen.raw.flags.with(Flags::FELL_BACK);
    Chosen { raw: RawTime { flags, ..chosen.raw }, alternative, ..chosen }
}

/// Clocks differ in quarters of hours where it is the zone that is wrong, in seconds.
const QUARTER: i64 = 900;
/// A mail is at its first trusted hop this long after it was written, at most and at least, in
/// seconds.
const ON_ITS_WAY: std::ops::RangeInclusive<i64> = -30..=120;

/// By how many quarters of an hour, in seconds, a delay looks like a wrong zone; none where it is
/// none or no multiple of them. A single one is no evidence: one delay in five looks so by chance.
pub fn off_by(delay_s: i64) -> Option<i64> {
    let off_s = (delay_s + QUARTER / 2).div_euclid(QUARTER) * QUARTER;
    let zone = off_s != 0 && off_s.abs() <= 26 * 3600;
    (zone && ON_ITS_WAY.contains(&(delay_s - off_s))).then_some(off_s)
}

fn is_off_by(delay_s: Option<i64>, off_s: i64) -> bool {
    delay_s.and_then(off_by) == Some(off_s)
}

fn first_other<'m>(headers: &Headers<'m>) -> Option<(RawTime, &'m str, Header)> {
    headers.others.iter().enumerate().find_map(|(place, text)| {
        let (raw, text) = hops::stamped(text)?;
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
