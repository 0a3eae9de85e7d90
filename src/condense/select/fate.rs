//! Fates: what became of an event, in words, for those who miss it.

use std::fmt;

use crate::{
    condense::score::ENOUGH,
    join::Place,
    time::{Instant, Precision},
};

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is a row.
    Row,
    /// It is told by the row of that event.
    Folded(Place),
    /// It is left out, by this rule.
    Left(Rule),
}

/// By what rule an event was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The incident file hides it.
    Hidden,
    /// Its definition is quiet of it, or it repeats another.
    NotHeld,
    /// It lies outside the window of the incident, in ns: from, and to, exclusive.
    Outside(i64, i64),
    /// Too little speaks for it: so many points of [`ENOUGH`].
    TooLittle(i64),
    /// Rows that matter more filled the timeline; so many points, and what the last row has.
    NoRoom(i64, i64),
    /// Enough rows are of its sort.
    Share(i64),
    /// That row says nearly the same, or is of another check of the same host.
    Alike(Place),
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hidden => f.write_str("the incident file hides it"),
            Self::NotHeld => f.write_str("quiet by its definition, or told again"),
            Self::Outside(from, to) => {
                let shown = |at: i64| Instant(at).rfc3339(Precision::Second);
                write!(
                    f,
                    "it lies outside the window of the incident that was found, {} to {}; --from \
                     and --to ask for another",
                    shown(*from),
                    shown(*to)
                )
            }
            Self::TooLittle(points) => {
                write!(f, "too little speaks for it: {points} points, a row needs {ENOUGH}")
            }
            Self::NoRoom(points, least) => write!(
                f,
                "rows that matter more filled the timeline: it has {points} points, the last row \
                 {least}"
            ),
            Self::Share(points) => {
                write!(f, "enough rows are of its sort: it has {points} points")
            }
            Self::Alike(_) => {
                f.write_str("a row within ten minutes says nearly the same, or is of the same host")
            }
        }
    }
}
