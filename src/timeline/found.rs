//! Found: the incident that a timeline was chosen for, its milestones and what they measure.
//!
//! Part of `rfo.run/1`, and what the statements above and the tables below a timeline are made of.
//! What the evidence does not hold says so: a milestone without a time is not recorded.

use serde::Serialize;

use crate::event::Mark;

/// The incident of a timeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Found {
    /// `core` or `full`.
    pub level: &'static str,
    /// The window was found in the evidence; false where it was asked for.
    pub found: bool,
    /// What is shown: from, RFC 3339, inclusive; none where that end was left open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// To, exclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Other incidents of the evidence, heaviest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Other>,
    /// The five milestones, in their order.
    pub milestones: Vec<Milestone>,
    /// What they measure.
    pub metrics: Vec<Metric>,
}

/// Another incident.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Other {
    /// Its first sign, RFC 3339.
    pub from: String,
    /// Its last sign.
    pub to: String,
    /// Hosts and services that it is about.
    pub about: Vec<String>,
}

/// An event, by its time and id.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct At {
    /// RFC 3339.
    pub time: String,
    /// `minute`, `hour` or `day`, where it was written no finer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_precision: Option<&'static str>,
    /// The id of the event; none where the evidence itself ends there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<&'static str>,
}

/// A milestone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Milestone {
    /// Which one.
    #[serde(serialize_with = "word")]
    pub mark: Mark,
    /// The event; none where none is recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<At>,
    /// Not before: the last time that a failed check was well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<String>,
    /// Another event that is nearly as likely.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runner_up: Option<At>,
    /// When people say that it was, where they say another time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub said: Vec<At>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn word<S: serde::Serializer>(mark: &Mark, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(mark.word())
}

/// A metric.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// What it is, in words.
    pub definition: &'static str,
    /// What it comes to, in words: `12 min 5 s`, `monitoring`, `not recorded: detected`.
    pub value: String,
    /// In seconds, where it is a length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<i64>,
    /// At least, in seconds, where it may be less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least_s: Option<i64>,
    /// At most, in seconds, where it may be more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most_s: Option<i64>,
    /// Where it begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<At>,
    /// Where it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<At>,
}
