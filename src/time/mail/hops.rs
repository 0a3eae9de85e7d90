//! Whose clocks to believe: the hosts that stamped the mails of the evidence.
//!
//! Takes the `Received` headers of each mail; gives the hosts that are *trusted*. A host that stamps
//! many mails has one clock for all of them and is none that a sender made up; a host seen once
//! proves nothing. The counts of several inputs are added, so that neither the order of the inputs
//! nor the number of threads changes what is trusted.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{choose::FIRST_YEAR, date};
use crate::time::RawTime;

/// Most hops of a mail that are looked at, from the newest on. What lies deeper was written by the
/// sender's side, and a forger may write any number.
const MOST_HOPS: usize = 16;
/// A trusted host stamps at least one of so many mails.
const SHARE: u64 = 20;

/// A `Received` header with a date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hop<'m> {
    /// Its place among the headers.
    pub(super) place: usize,
    /// The host that wrote it (`by …`), as a hash; 0 where it does not say.
    pub(super) by: u64,
    /// Seconds since 1970 UTC, where its offset is known.
    pub(super) at: Option<i64>,
    pub(super) raw: RawTime,
    /// The date as written.
    pub(super) text: &'m str,
}

/// The hops of a mail that have a likely date, the newest first.
pub(super) fn hops<'m>(received: &[&'m str]) -> Vec<Hop<'m>> {
    let hop = |(place, text): (usize, &&'m str)| {
        let (raw, written) = stamped(text)?;
        let at = raw.offset().map(|offset| raw.civil - i64::from(offset));
        let likely = raw.civil >= FIRST_YEAR;
        likely.then(|| Hop { place, by: by(text), at, raw, text: written })
    };
    received.iter().enumerate().take(MOST_HOPS).filter_map(hop).collect()
}

/// The date of a `Received` header stands behind its last semicolon.
pub(super) fn stamped(text: &str) -> Option<(RawTime, &str)> {
    let tail = text.rsplit_once(';').map_or(text, |(_, tail)| tail).trim();
    Some((date(tail.as_bytes())?, tail))
}

/// The host behind `by`, without case, as FNV-1a (RFC 9923) of 64 bits; 0 for none.
fn by(text: &str) -> u64 {
    let mut words = text.split_ascii_whitespace();
    let host = words.find(|word| word.eq_ignore_ascii_case("by")).and_then(|_| words.next());
    let host = host.unwrap_or_default().trim_end_matches([';', '.']);
    if host.is_empty() { 0 } else { hash(host) }
}

fn hash(text: &str) -> u64 {
    let bytes = text.bytes().map(|byte| byte.to_ascii_lowercase());
    bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// What the hops of one mail say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamped {
    /// Hosts and when each stamped the mail, in seconds since 1970 UTC.
    pub(super) hosts: Vec<(u64, i64)>,
    /// They do not all agree with its `Date`, so that it matters which of them is trusted.
    pub(super) open: bool,
}

/// What the mails of some evidence say of the hosts that stamped them. Associative: pieces are added
/// in any grouping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamps {
    mails: u64,
    /// How many mails each host stamped, and its first stamp, in seconds since 1970 UTC.
    hosts: BTreeMap<u64, (u64, i64)>,
    /// First bytes of the mails for which it matters who is trusted, in file order.
    open: Vec<u64>,
}

impl Stamps {
    /// Adds the mail that starts at byte `start`. A mail that nobody stamped is no witness.
    pub fn push(&mut self, start: u64, mail: &Stamped) {
        if mail.open {
            self.open.push(start);
        }
        let hosts: BTreeSet<u64> = mail.hosts.iter().map(|(by, _)| *by).collect();
        self.mails += u64::from(!hosts.is_empty());
        for by in hosts {
            let first = mail.hosts.iter().filter(|(other, _)| *other == by).map(|(_, at)| *at);
            self.add(by, 1, first.min().unwrap_or(i64::MAX));
        }
    }

    fn add(&mut self, by: u64, mails: u64, first: i64) {
        let (count, earliest) = self.hosts.entry(by).or_insert((0, first));
        *count += mails;
        *earliest = first.min(*earliest);
    }

    /// Adds what later mails of the same input say.
    pub fn append(&mut self, mut later: Self) {
        self.add_hosts(&later);
        self.open.append(&mut later.open);
    }

    /// Adds the hosts of another input.
    pub fn add_hosts(&mut self, other: &Self) {
        self.mails += other.mails;
        for (by, (mails, first)) in &other.hosts {
            self.add(*by, *mails, *first);
        }
    }

    /// First bytes of the mails for which it matters who is trusted.
    pub fn open(&self) -> &[u64] {
        &self.open
    }

    /// The hosts that stamp at least one in twenty of the mails that anybody stamped.
    pub fn trusted(&self) -> Trusted {
        let hosts =
            self.hosts.iter().filter(|(by, (mails, _))| **by != 0 && mails * SHARE >= self.mails);
        let first = hosts.clone().map(|(_, (_, first))| *first).min();
        let hosts = hosts.map(|(by, _)| *by).collect();
        Trusted { told: Some(Arc::new(Told { hosts, first })), astray: Arc::default() }
    }
}

/// Hosts whose stamps are believed, and senders whose dates are not. The default believes every
/// host: nothing else is known of a mail alone.
#[derive(Clone, Debug, Default)]
pub struct Trusted {
    told: Option<Arc<Told>>,
    /// By how many seconds the dates of these senders are off.
    astray: Arc<BTreeMap<String, i64>>,
}

#[derive(Debug)]
struct Told {
    /// Sorted.
    hosts: Vec<u64>,
    /// Their first stamp, in seconds since 1970 UTC.
    first: Option<i64>,
}

impl Trusted {
    /// The same with senders whose dates are off by so many seconds, again and again.
    #[must_use]
    pub fn with_astray(self, astray: BTreeMap<String, i64>) -> Self {
        Self { astray: Arc::new(astray), ..self }
    }

    /// By how many seconds the dates of that sender are off.
    pub(super) fn astray(&self, sender: Option<&str>) -> Option<i64> {
        self.astray.get(sender?).copied()
    }

    /// The first stamp of a trusted host in all evidence, in seconds since 1970 UTC.
    pub(super) fn first(&self) -> Option<i64> {
        self.told.as_ref()?.first
    }

    /// The hop to compare a `Date` with: the one of a trusted host that is nearest to the sender. Where
    /// there is none, the newest: the mailbox's own server wrote it, and no sender can.
    pub(super) fn hop<'h, 'm>(&self, hops: &'h [Hop<'m>]) -> Option<&'h Hop<'m>> {
        let trusts =
            |by: u64| self.told.as_ref().is_none_or(|told| told.hosts.binary_search(&by).is_ok());
        hops.iter().rev().find(|hop| trusts(hop.by)).or_else(|| hops.first())
    }
}
