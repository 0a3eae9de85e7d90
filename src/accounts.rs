//! The three accounts of the first law: nothing is lost silently.
//!
//! Bytes, records and events each add up; [`Accounts::check`] says where they do not. A fault is a
//! record or a stretch that could not be read, with its place and the reason.

use std::collections::BTreeMap;

use serde::Serialize;

/// size = in records + between records + not read, in bytes of the unpacked originals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bytes {
    /// Size of all inputs that are evidence.
    pub size: u64,
    /// In records, told or not.
    pub in_records: u64,
    /// Line ends, headers, brackets and other framing.
    pub between_records: u64,
    /// Unread inputs and stretches, all named in the faults or the inputs.
    pub not_read: u64,
}

/// read = telling + skipped + rejected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Records {
    /// Records cut.
    pub read: u64,
    /// Records that tell an event.
    pub telling: u64,
    /// Records passed over by a rule that has a name.
    pub skipped: u64,
    /// Records that could not be read; each has a fault.
    pub rejected: u64,
    /// `skipped`, by rule.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub skipped_by: BTreeMap<String, u64>,
}

/// told = shown + folded + left out + joined + outside the window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Events {
    /// Events that the records tell.
    pub told: u64,
    /// Events that are a row, or are listed as undated.
    pub shown: u64,
    /// Events folded into a row of another.
    pub folded: u64,
    /// Events that the choice left out.
    pub left_out: u64,
    /// Events joined to a row as copies or retellings.
    pub joined: u64,
    /// Events before `--from` or from `--to` on.
    pub outside_window: u64,
}

/// The three accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Accounts {
    /// Bytes.
    pub bytes: Bytes,
    /// Records.
    pub records: Records,
    /// Events.
    pub events: Events,
}

impl Accounts {
    /// Adds another account, term by term.
    pub fn add(&mut self, other: &Self) {
        self.bytes.size += other.bytes.size;
        self.bytes.in_records += other.bytes.in_records;
        self.bytes.between_records += other.bytes.between_records;
        self.bytes.not_read += other.bytes.not_read;
        self.records.read += other.records.read;
        self.records.telling += other.records.telling;
        self.records.skipped += other.records.skipped;
        self.records.rejected += other.records.rejected;
        for (rule, n) in &other.records.skipped_by {
            *self.records.skipped_by.entry(rule.clone()).or_default() += n;
        }
        self.events.told += other.events.told;
        self.events.shown += other.events.shown;
        self.events.folded += other.events.folded;
        self.events.left_out += other.events.left_out;
        self.events.joined += other.events.joined;
        self.events.outside_window += other.events.outside_window;
    }

    /// Counts a record skipped by a named rule.
    pub fn skip(&mut self, rule: &str) {
        self.records.read += 1;
        self.records.skipped += 1;
        *self.records.skipped_by.entry(rule.to_owned()).or_default() += 1;
    }

    /// The sums that do not hold, in words; empty when all is well.
    pub fn check(&self) -> Vec<String> {
        let Self { bytes, records, events } = self;
        let sums = [
            ("bytes", bytes.size, bytes.in_records + bytes.between_records + bytes.not_read),
            ("records", records.read, records.telling + records.skipped + records.rejected),
            ("skipped records", records.skipped, records.skipped_by.values().sum()),
            (
                "events",
                events.told,
                events.shown
                    + events.folded
                    + events.left_out
                    + events.joined
                    + events.outside_window,
            ),
        ];
        let wrong = sums.into_iter().filter(|(_, whole, parts)| whole != parts);
        wrong.map(|(what, whole, parts)| format!("{what}: {whole} is not {parts}")).collect()
    }
}

/// A record or stretch that could not be read: the place and the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Path of the input, as `rfo.event/1` writes it.
    pub path: String,
    /// 1-based line, 0 where the whole input is meant.
    #[serde(skip_serializing_if = "is_zero")]
    pub line: u64,
    /// Why, and where there is one, the way out.
    pub reason: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}
