//! What a raw time becomes: an instant, how it is known, and its doubts.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{Instant, Precision};

/// How the zone of a stamp is known: the first word of `time_quality`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub enum Basis {
    /// Offset, epoch, UTC or a unique abbreviation in the record.
    Exact,
    /// Told by the user, declared in the file or by the definition.
    Zone,
    /// Inferred from other sources.
    ZoneInferred,
    /// Nobody said: UTC was assumed.
    ZoneAssumed,
    /// There is no instant.
    Undated,
}

/// What else is to be known about a stamp: the notes of `time_quality`, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Note {
    /// The year was not written.
    Year,
    /// The order of day and month was decided from the column.
    Order,
    /// A zone abbreviation with several meanings was resolved by a hint.
    Abbreviation,
    /// The local time occurs twice.
    Fold,
    /// The local time does not exist.
    Gap,
    /// Taken from a delivery header.
    Received,
    /// A leap second.
    Leap,
    /// Mended while reading.
    Repaired,
    /// Contradicted by other evidence.
    Suspect,
    /// A clock correction was applied.
    Skew,
}

impl Note {
    /// All notes, in the order of `rfo.event/1`.
    pub const ALL: [Self; 10] = [
        Self::Year,
        Self::Order,
        Self::Abbreviation,
        Self::Fold,
        Self::Gap,
        Self::Received,
        Self::Leap,
        Self::Repaired,
        Self::Suspect,
        Self::Skew,
    ];

    /// The word of `rfo.event/1`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Order => "order",
            Self::Abbreviation => "abbreviation",
            Self::Fold => "fold",
            Self::Gap => "gap",
            Self::Received => "received",
            Self::Leap => "leap",
            Self::Repaired => "repaired",
            Self::Suspect => "suspect",
            Self::Skew => "skew",
        }
    }
}

/// Basis and notes; displays as `zone_assumed+year`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Quality {
    /// How the zone is known.
    pub basis: Basis,
    notes: u16,
}

impl Quality {
    /// A basis without notes.
    pub fn new(basis: Basis) -> Self {
        Self { basis, notes: 0 }
    }

    /// The same with a note.
    #[must_use]
    pub fn with(mut self, note: Note) -> Self {
        self.notes |= 1 << note as u8;
        self
    }

    /// True where the note is set.
    pub fn has(self, note: Note) -> bool {
        self.notes & (1 << note as u8) != 0
    }

    /// The notes that are set, in order.
    pub fn notes(self) -> impl Iterator<Item = Note> {
        Note::ALL.into_iter().filter(move |&note| self.has(note))
    }
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.basis {
            Basis::Exact => "exact",
            Basis::Zone => "zone",
            Basis::ZoneInferred => "zone_inferred",
            Basis::ZoneAssumed => "zone_assumed",
            Basis::Undated => "undated",
        })?;
        self.notes().try_for_each(|note| write!(f, "+{}", note.word()))
    }
}

/// An instant, its precision, how its zone is known, its doubts and alternatives.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Stamp {
    /// Start of the interval; none for an undated record.
    pub instant: Option<Instant>,
    /// Length of the interval.
    pub precision: Precision,
    /// Basis and notes.
    pub quality: Quality,
    /// Other instants that stay possible, sorted, without `instant` itself.
    pub alternatives: Vec<Instant>,
    /// The zone that was used, as named by who told it; none for `exact` and `undated`.
    pub zone: Option<Arc<str>>,
    /// Correction applied to the clock, in milliseconds (a clock 37 s ahead: −37000).
    pub shift_ms: i64,
}

impl Stamp {
    /// A stamp without an instant.
    pub fn undated() -> Self {
        Self {
            instant: None,
            precision: Precision::Second,
            quality: Quality::new(Basis::Undated),
            alternatives: Vec::new(),
            zone: None,
            shift_ms: 0,
        }
    }

    /// True where a reader must not take the time for granted: zone assumed, suspect, in a gap,
    /// undated, or more than one reading left.
    pub fn in_doubt(&self) -> bool {
        matches!(self.quality.basis, Basis::ZoneAssumed | Basis::Undated)
            || self.quality.has(Note::Suspect)
            || self.quality.has(Note::Gap)
            || !self.alternatives.is_empty()
    }

    /// RFC 3339 in UTC, as `rfo.event/1` writes it; none for an undated record.
    pub fn rfc3339(&self) -> Option<String> {
        self.instant.map(|instant| instant.rfc3339(self.precision))
    }
}
