//! What became of an input that was merged: its account, its faults, and what is to be said of it.

use super::{super::inputs, Part};
use crate::{
    accounts::{Accounts, Fault},
    merge::{sink::Fate, weave::Woven},
    time::{Basis, Instant, Precision, SECOND},
    timeline::tell::Decided,
};

/// The account, the tally and the remarks of an input that was merged.
pub(super) fn finished(part: Part, fate: Fate, woven: &Woven) -> (Decided, inputs::Tally) {
    let Part { plan, mut scan, policy, mut remarks, .. } = part;
    let found = woven.findings;
    let path = plan.input.path.to_string();
    let mut faults = Vec::new();
    let mut fault = |reason: String| faults.push(Fault { path: path.clone(), line: 0, reason });
    if let Some(error) = &woven.broken {
        fault(format!("could be read to byte {} only: {error}", found.to));
    } else if fate.cut_short {
        fault("a record that fits no page could not be read to its end".to_owned());
    }
    if found.late > 0 {
        fault(format!(
            "{} of its records stand further out of order than was read ahead, by up to {} s (the \
             first at byte {}): they were written where they were met; write to a file (-o) to have \
             them in their places",
            found.late,
            found.worst_ns / SECOND,
            found.first_late
        ));
    }
    if found.unforeseen > 0 {
        fault(format!(
            "{} of its stamps are of another kind than those that were looked at first; write to a \
             file (-o) to have all of them looked at before",
            found.unforeseen
        ));
    }
    let size = plan.input.original_size();
    let read = match plan.input.original {
        // A text that was decoded is read whole.
        Some(_) if woven.broken.is_none() => size,
        _ => plan.input.original_offset(found.to).saturating_sub(found.from).min(size),
    };
    if size > read && woven.broken.is_none() {
        let bytes = crate::render::safe::counted(size - read, "byte", "bytes");
        remarks.push(format!("{bytes} not read: the file was taken as ordered"));
    }
    if plan.input.original.is_some() {
        remarks.push("was read as UTF-16 or UTF-32 and is written as UTF-8".to_owned());
    }
    if fate.ended {
        remarks.push("its last record had no line end and was given one".to_owned());
    }
    let accounts = &mut scan.accounts;
    *accounts = Accounts::default();
    accounts.bytes.size = size;
    accounts.bytes.between_records = found.before_first.min(read);
    accounts.bytes.in_records = read - accounts.bytes.between_records;
    accounts.bytes.not_read = size - read;
    accounts.records.read = found.records;
    accounts.records.telling = found.records;
    accounts.events.told = found.records;
    accounts.events.shown = fate.written;
    accounts.events.joined = fate.joined;
    accounts.events.outside_window = fate.outside;
    scan.remarks = remarks;
    scan.faults = faults;
    let at = |instant: i64| Some((Instant(instant), Precision::Second));
    let mut tally = inputs::Tally {
        first: found.span.and_then(|(first, _)| at(first)),
        last: found.span.and_then(|(_, last)| at(last)),
        ..inputs::Tally::default()
    };
    if policy.zone_basis() == Basis::ZoneAssumed && policy.zone_name().is_some() {
        tally.doubts.insert("zone_assumed".to_owned(), found.records);
    }
    (Decided { plan, scan, policy }, tally)
}
