//! Timesketch, as JSON Lines (`docs/guides/user/import-from-json-csv.md` and its importer).
//!
//! JSON Lines, since its CSV reader takes cells such as `NA` for nothing. `datetime` has an offset,
//! for without one it is read in the server's zone; `timestamp`, in microseconds, agrees with it, for
//! it is kept as it is given; no blank line, for that ends the import.

use std::io::{self, Write};

use super::{Object, means, micros, place};
use crate::{event::Severity, timeline::Timeline};

/// How each file begins.
pub(super) const OPENING: &str = "{\"data_type\":\"rfo:event\"";

/// Writes the rows.
pub(crate) fn write(timeline: &Timeline, out: &mut dyn Write) -> io::Result<()> {
    for event in timeline.rows.iter() {
        let Some(instant) = event.stamp.instant else { continue };
        let mut line = Object::default();
        line.put("data_type", "rfo:event");
        line.text("message", Some(&event.summary));
        line.put("datetime", format!("{}+00:00", micros(instant)));
        line.put("timestamp", instant.0.div_euclid(1000));
        line.put("timestamp_desc", means(&event));
        let doubt = event.stamp.in_doubt().then_some("time-in-doubt");
        line.list("tag", ["rfo"].into_iter().chain(super::marks(&event)).chain(doubt));
        line.put("rfo_id", event.id().0.as_str());
        line.put("time_quality", event.stamp.quality.to_string());
        line.text("time_precision", event.stamp.precision.word());
        line.text("time_raw", Some(&event.time_raw));
        line.text("time_zone", event.stamp.zone.as_deref());
        line.put("source_kind", event.kind.word());
        line.put("source_ref", place(&event));
        line.text("system", Some(&event.system));
        line.text("channel", event.channel.as_deref());
        line.text("username", event.actor.as_deref());
        line.text("hostname", event.host.as_deref());
        line.text("service", event.service.as_deref());
        line.text("state", event.state.as_deref());
        line.text("severity", event.severity.map(Severity::word));
        line.text("detail", event.detail.as_deref());
        line.list("refs", event.refs.iter().map(String::as_str));
        line.list("reasons", event.reasons.iter().map(String::as_str));
        if let Some(count) = event.count {
            line.put("count", count);
        }
        line.put("sources", event.sources.len());
        line.line(out)?;
    }
    Ok(())
}
