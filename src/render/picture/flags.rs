//! Flags: the marked rows, each with a pole and a label that covers no other.
//!
//! Labels stand to the right of their poles. From right to left, each is put above all labels whose
//! poles it would cross: later poles are then no higher than that, so nothing overlaps, whatever the
//! distance.

use super::{CHARACTER, Drawing, WIDTH, scale::Scale};
use crate::{
    event::Mark,
    render::{clock, row},
    timeline::Timeline,
};

/// Height of a label.
const HEIGHT: f64 = 16.0;
/// Most flags; the five milestones come first.
const MOST: usize = 14;

/// A flag.
pub(super) struct Flag {
    x: f64,
    label: String,
    /// 0 is the lowest.
    level: usize,
    /// One of the five milestones.
    is_main: bool,
}

/// The flags of the marked rows that are on the scale; communications have a lane of their own.
pub(super) fn of(timeline: &Timeline, scale: &Scale) -> Vec<Flag> {
    let mut found: Vec<(Mark, Flag)> = Vec::new();
    for event in timeline.rows.iter() {
        let Some(instant) = event.stamp.instant.filter(|at| scale.holds(*at)) else { continue };
        let marks: Vec<Mark> =
            event.marks.iter().copied().filter(|mark| *mark != Mark::Comms).collect();
        let Some(first) = marks.iter().min().copied() else { continue };
        let time = clock::time_of_day(clock::utc(instant), event.stamp.precision);
        let doubt = if event.stamp.in_doubt() { "≈ " } else { "" };
        let label = format!("{} {doubt}{time}", row::mark_words(&marks));
        let is_main = first <= Mark::Resolved;
        found.push((first, Flag { x: scale.x(instant), label, level: 0, is_main }));
    }
    // A stable sort: by time where they are of a kind.
    found.sort_by_key(|(mark, _)| if *mark <= Mark::Resolved { 0 } else { *mark as u8 });
    found.truncate(MOST);
    let mut flags: Vec<Flag> = found.into_iter().map(|(_, flag)| flag).collect();
    flags.sort_by(|a, b| a.x.total_cmp(&b.x));
    for at in (0..flags.len()).rev() {
        let (end, x) = (flags[at].x + width(&flags[at].label), flags[at].x);
        let crossed = flags[at + 1..].iter().filter(|later| later.x <= end && later.x >= x);
        flags[at].level = crossed.map(|later| later.level + 1).max().unwrap_or(0);
    }
    flags
}

/// Width of a label, with the room beside it.
fn width(label: &str) -> f64 {
    label.chars().count() as f64 * CHARACTER + 10.0
}

/// The height that they need.
pub(super) fn height(flags: &[Flag]) -> f64 {
    let levels = flags.iter().map(|flag| flag.level + 1).max().unwrap_or(0);
    levels as f64 * HEIGHT + 10.0
}

/// Draws them above `base`, with poles down to `bottom`.
pub(super) fn draw(flags: &[Flag], (base, bottom): (f64, f64), drawing: &mut Drawing) {
    for flag in flags {
        let top = base - 6.0 - (flag.level as f64 + 1.0) * HEIGHT;
        let class = if flag.is_main { "pole main" } else { "pole" };
        drawing.rule((flag.x, top + 2.0), (flag.x, bottom), class);
        let room = WIDTH - flag.x - 8.0;
        let class = if flag.is_main { "strong" } else { "small" };
        drawing.words((flag.x + 4.0, top + 12.0), class, &super::fitting(&flag.label, room));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{event::Kind, render::sample, time::SECOND};

    proptest! {
        #[test]
        fn no_label_covers_another_or_a_pole(seconds in prop::collection::vec(0..7200_i64, 1..14)) {
            let mut seconds = seconds;
            seconds.sort_unstable();
            let base = sample::at("06:00:00");
            let row = |after: &i64| {
                let at = crate::time::Instant(base.0 + after * SECOND);
                let mut row = sample::event(Kind::Chat, "s", "a", 1, sample::exact(at), "x");
                row.marks = vec![Mark::Mitigated, Mark::Decision];
                row
            };
            let timeline = sample::bare(seconds.iter().map(row).collect());
            let end = crate::time::Instant(base.0 + 7200 * SECOND);
            let scale = Scale::new((base, end));
            let flags = of(&timeline, &scale);
            for (at, flag) in flags.iter().enumerate() {
                for later in &flags[at + 1..] {
                    let reaches = flag.x + width(&flag.label) >= later.x;
                    // A later pole reaches up to its own label; it must end below.
                    prop_assert!(!reaches || flag.level > later.level);
                }
            }
        }
    }
}
