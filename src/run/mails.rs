//! Whose clocks the mails of all evidence believe.
//!
//! A mail alone cannot tell which of its `Received` stamps is a good clock; all mails together can.
//! Takes the scans of all inputs; gives each its trusted hosts, and chooses the time again of the
//! few mails for which it matters. What a sender's mails have in common is told as a remark.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use rayon::prelude::*;

use crate::{
    reader::{Plan, RECORD_BYTES, Scan},
    render::safe::counted,
    time::{
        Flags,
        mail::{Stamps, Trusted, off_by},
    },
};

/// So many mails of a sender are off by the same quarters of an hour before it is no chance.
const AGAIN: usize = 3;

/// A mail whose first trusted hop does not follow its `Date` within minutes.
struct Late {
    tick: usize,
    sender: String,
    /// Seconds since 1970 on the clock that wrote `Date`: a mail that lies in two mailboxes counts
    /// once.
    written: i64,
    delay_s: i64,
}

/// Settles the times of all mails.
pub(super) fn settle(scans: &mut [(Plan, Scan)]) {
    let mut all = Stamps::default();
    for (_, scan) in &*scans {
        all.add_hosts(&scan.stamps);
    }
    if scans.iter().all(|(_, scan)| scan.stamps.open().is_empty()) {
        return;
    }
    let trusted = all.trusted();
    let late: Vec<Vec<Late>> = scans
        .par_iter_mut()
        // An input that can no longer be read is told of where its records are asked for.
        .map(|(plan, scan)| choose_again(plan, scan, &trusted).unwrap_or_default())
        .collect();
    let astray = senders_astray(&late);
    let trusted = trusted.with_astray(astray.clone());
    for ((plan, scan), late) in scans.iter_mut().zip(late) {
        plan.trusted = trusted.clone();
        doubt(scan, &late, &astray);
    }
}

/// Reads the mails of an input again for which it matters who is trusted.
fn choose_again(plan: &mut Plan, scan: &mut Scan, trusted: &Trusted) -> io::Result<Vec<Late>> {
    plan.trusted = trusted.clone();
    let mut late = Vec::new();
    if scan.stamps.open().is_empty() {
        return Ok(late);
    }
    let source = plan.input.open()?;
    let starts = scan.stamps.open().to_vec();
    for start in starts {
        let first = scan.ticks.partition_point(|tick| tick.start < start);
        let of_mail = scan.ticks[first..].iter().take_while(|tick| tick.start == start).count();
        let Some(len) = scan.ticks.get(first).map(|tick| tick.len) else { continue };
        let drafts =
            plan.read(scan, start, &source.bytes(start, (len as usize).min(RECORD_BYTES))?);
        for tick in first..first + of_mail {
            let part = scan.part(tick);
            let Some(draft) = drafts.iter().find(|draft| draft.part == part) else { continue };
            let Some(time) = draft.time else { continue };
            scan.ticks[tick].time = time;
            let fields = draft.fields.as_deref();
            let sender = fields.and_then(|fields| fields.sender.clone());
            if let Some((sender, delay_s)) = sender.zip(fields.and_then(|fields| fields.delay_s)) {
                let written =
                    time.civil - if time.flags.has(Flags::RECEIVED) { delay_s } else { 0 };
                late.push(Late { tick, sender, written, delay_s });
            }
        }
    }
    Ok(late)
}

/// The senders most of whose late mails are off by the same quarters of an hour, and by how many
/// seconds.
fn senders_astray(late: &[Vec<Late>]) -> BTreeMap<String, i64> {
    let mut senders: BTreeMap<&str, BTreeSet<(i64, Option<i64>)>> = BTreeMap::new();
    for mail in late.iter().flatten().filter(|mail| is_off(mail.delay_s)) {
        let seen = senders.entry(&mail.sender).or_default();
        seen.insert((mail.written, off_by(mail.delay_s)));
    }
    let astray = |(sender, mails): (&str, BTreeSet<(i64, Option<i64>)>)| {
        let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
        for off_s in mails.iter().filter_map(|(_, off_s)| *off_s) {
            *counts.entry(off_s).or_default() += 1;
        }
        let (off_s, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
        (count >= AGAIN && count * 2 > mails.len()).then(|| (sender.to_owned(), off_s))
    };
    senders.into_iter().filter_map(astray).collect()
}

/// True where a mail was neither prompt nor sent by a clock that is a little fast.
fn is_off(delay_s: i64) -> bool {
    !(-120..=600).contains(&delay_s)
}

/// Puts in doubt the mails that are off as their sender's mails are, and says so.
fn doubt(scan: &mut Scan, late: &[Late], astray: &BTreeMap<String, i64>) {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for mail in late {
        let Some(off_s) = astray.get(&mail.sender) else { continue };
        if off_by(mail.delay_s) != Some(*off_s) {
            continue;
        }
        *counts.entry(&mail.sender).or_default() += 1;
        let flags = &mut scan.ticks[mail.tick].time.flags;
        *flags = flags.with(Flags::FELL_BACK);
    }
    let remark = |(sender, n): (&str, u64)| {
        let off_s = astray.get(sender)?;
        let minutes = off_s.abs() / 60;
        let side = if *off_s > 0 { "before" } else { "behind" };
        Some(format!(
            "{} of {sender} {} dated {}:{:02} h {side} the first host that is trusted, to the \
             minute: that sender's zone is likely wrong",
            counted(n, "mail", "mails"),
            if n == 1 { "is" } else { "are" },
            minutes / 60,
            minutes % 60,
        ))
    };
    scan.remarks.extend(counts.into_iter().filter_map(remark));
}
