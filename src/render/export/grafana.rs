//! Grafana annotations: the body of one `POST /api/annotations` a line, times in milliseconds.
//!
//! Grafana shows the text as HTML, so it is escaped. The impact is a region; without a dashboard the
//! annotations are the organisation's, found by their tag.

use std::io::{self, Write};

use super::{Milestones, Object, sentence};
use crate::{render::html::escape, time::Instant, timeline::Timeline};

/// How each file begins.
pub(super) const OPENING: &str = "{\"tags\":[\"rfo\"";

/// Writes the impact and the rows.
pub(crate) fn write(timeline: &Timeline, out: &mut dyn Write) -> io::Result<()> {
    if let Some(((start, _), (end, _))) = Milestones::of(timeline).impact() {
        let mut line = Object::default();
        line.list("tags", ["rfo", "impact"]);
        line.put("time", millis(start)).put("timeEnd", millis(end)).put("text", "Impact");
        line.line(out)?;
    }
    for event in timeline.rows.iter() {
        let Some(instant) = event.stamp.instant else { continue };
        let mut line = Object::default();
        line.list("tags", ["rfo", event.kind.word()].into_iter().chain(super::marks(&event)));
        line.put("time", millis(instant));
        if let Some(end) = event.time_end.filter(|end| *end > instant) {
            line.put("timeEnd", millis(end));
        }
        line.put("text", escape(&sentence(&event)));
        line.line(out)?;
    }
    Ok(())
}

fn millis(instant: Instant) -> i64 {
    instant.0.div_euclid(1_000_000)
}
