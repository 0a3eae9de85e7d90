//! States: the classes of the words that monitoring, chat bots and tickets give.
//!
//! Tools name one state by many words: `CRITICAL` in Nagios is `FIRING` in Alertmanager and
//! `triggered` with a pager. What matters is whether two words can tell of one thing.

use super::Rank;
use crate::reader::sketch::TAKEN;

/// How bad, where the word says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The word does not say it: `PROBLEM`, `FIRING`, `TRIGGERED`, `ALARM`.
    Any,
    /// `WARNING`, `DEGRADED`.
    Warning,
    /// `CRITICAL`, `DOWN`.
    Critical,
}

/// The class of a state word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Something is wrong.
    Bad(Level),
    /// The check could not tell: `UNKNOWN`, `UNREACHABLE`, `NO DATA`.
    Unknown,
    /// Well, or well again: `OK`, `UP`, `RESOLVED`.
    Good,
    /// Someone has taken it; how bad it was, where that is told.
    Acknowledged(Level),
    /// It began to change to and fro.
    FlappingStart,
    /// It settled.
    FlappingStop,
    /// No state that monitoring gives.
    Other,
}

/// What news of a state can be retold by: news of two sides never are one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the words are those of State")]
pub enum Side {
    Bad,
    Good,
    Acknowledged,
    FlappingStart,
    FlappingStop,
}

/// Words that mean the same wherever they stand, without blanks, dashes and underscores.
const PLAIN: &[(&str, State)] = &[
    ("critical", State::Bad(Level::Critical)),
    ("crit", State::Bad(Level::Critical)),
    ("disaster", State::Bad(Level::Critical)),
    ("down", State::Bad(Level::Critical)),
    ("warning", State::Bad(Level::Warning)),
    ("warn", State::Bad(Level::Warning)),
    ("problem", State::Bad(Level::Any)),
    ("firing", State::Bad(Level::Any)),
    ("fired", State::Bad(Level::Any)),
    ("alerting", State::Bad(Level::Any)),
    ("alarm", State::Bad(Level::Any)),
    ("inalarm", State::Bad(Level::Any)),
    ("triggered", State::Bad(Level::Any)),
    ("unhealthy", State::Bad(Level::Any)),
    ("notok", State::Bad(Level::Any)),
    ("unknown", State::Unknown),
    ("unreachable", State::Unknown),
    ("nodata", State::Unknown),
    ("insufficientdata", State::Unknown),
    ("ok", State::Good),
    ("up", State::Good),
    ("recovery", State::Good),
    ("recovered", State::Good),
    ("resolved", State::Good),
    ("healthy", State::Good),
    ("acknowledged", State::Acknowledged(Level::Any)),
    ("acknowledgement", State::Acknowledged(Level::Any)),
    ("acknowledgment", State::Acknowledged(Level::Any)),
    ("acknowledge", State::Acknowledged(Level::Any)),
    ("acked", State::Acknowledged(Level::Any)),
    ("ack", State::Acknowledged(Level::Any)),
    ("flapping", State::FlappingStart),
    ("flappingstart", State::FlappingStart),
    ("flappingstarted", State::FlappingStart),
    ("flappingstop", State::FlappingStop),
    ("flappingstopped", State::FlappingStop),
    ("flappingend", State::FlappingStop),
];

/// Words that anything may use: they tell of an alert only where an alert is spoken of. In a log,
/// a connection is opened and closed; a disk check passes.
const LOOSE: &[(&str, State)] = &[
    ("alert", State::Bad(Level::Any)),
    ("trigger", State::Bad(Level::Any)),
    ("error", State::Bad(Level::Any)),
    ("failed", State::Bad(Level::Any)),
    ("failing", State::Bad(Level::Any)),
    ("failure", State::Bad(Level::Any)),
    ("fail", State::Bad(Level::Any)),
    ("open", State::Bad(Level::Any)),
    ("opened", State::Bad(Level::Any)),
    ("new", State::Bad(Level::Any)),
    ("created", State::Bad(Level::Any)),
    ("active", State::Bad(Level::Any)),
    ("asserted", State::Bad(Level::Any)),
    ("degraded", State::Bad(Level::Warning)),
    ("normal", State::Good),
    ("passing", State::Good),
    ("cleared", State::Good),
    ("clear", State::Good),
    ("closed", State::Good),
    ("close", State::Good),
    ("resolve", State::Good),
    ("deasserted", State::Good),
];

impl State {
    /// The class of a word as an input of that rank uses it.
    ///
    /// A ticket opens when its alert comes, but a human closes it, long after the recovery or
    /// before: its end is news of its own. A status page is written for the public, and its words
    /// are news of their own too.
    pub fn of(word: &str, rank: Rank) -> Self {
        if let Some(taken) = word.strip_prefix(TAKEN).and_then(|rest| rest.strip_prefix(' ')) {
            return Self::Acknowledged(match Self::of(taken, rank) {
                Self::Bad(level) | Self::Acknowledged(level) => level,
                _ => Level::Any,
            });
        }
        let word: String =
            word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let find =
            |list: &[(&str, Self)]| list.iter().find(|(name, _)| *name == word).map(|it| it.1);
        let state = match rank {
            Rank::StatusPage => None,
            Rank::Log => find(PLAIN),
            _ => find(PLAIN).or_else(|| find(LOOSE)),
        };
        match state.unwrap_or(Self::Other) {
            Self::Good if rank == Rank::Ticket => Self::Other,
            state => state,
        }
    }

    /// What kind of news it is; none where it is none.
    pub fn side(self) -> Option<Side> {
        match self {
            Self::Bad(_) | Self::Unknown => Some(Side::Bad),
            Self::Good => Some(Side::Good),
            Self::Acknowledged(_) => Some(Side::Acknowledged),
            Self::FlappingStart => Some(Side::FlappingStart),
            Self::FlappingStop => Some(Side::FlappingStop),
            Self::Other => None,
        }
    }

    /// Both together, where they can be one event: the one that says more.
    pub fn meet(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Other, _) | (_, Self::Other) => None,
            (one, other) if one == other => Some(one),
            (Self::Bad(Level::Any), more @ (Self::Bad(_) | Self::Unknown))
            | (more @ (Self::Bad(_) | Self::Unknown), Self::Bad(Level::Any))
            | (Self::Acknowledged(Level::Any), more @ Self::Acknowledged(_))
            | (more @ Self::Acknowledged(_), Self::Acknowledged(Level::Any)) => Some(more),
            _ => None,
        }
    }

    /// Whether the two cannot be told of one event.
    pub fn contradicts(self, other: Self) -> bool {
        self.meet(other).is_none()
    }
}
