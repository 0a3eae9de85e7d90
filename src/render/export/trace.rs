//! Chrome's trace format, for Perfetto and `chrome://tracing`: a picture to zoom in, of millions of
//! rows (Perfetto, "Other formats").
//!
//! Times are microseconds. One thread a kind of evidence; what lasts is an asynchronous span, for
//! spans of one thread must not overlap.

use std::io::{self, Write};

use super::{Milestones, Object, place, sentence};
use crate::{
    event::{Event, Kind},
    time::Instant,
    timeline::Timeline,
};

/// How each file begins.
pub(super) const OPENING: &str = "{\"otherData\":{\"made_by\":\"rfo";

/// Writes the impact and the rows.
pub(crate) fn write(timeline: &Timeline, out: &mut dyn Write) -> io::Result<()> {
    let (version, title) = (timeline.run.version, crate::render::page::title(timeline));
    writeln!(out, "{OPENING} {version}\"}},\"displayTimeUnit\":\"ms\",\"traceEvents\":[")?;
    name(out, 0, "process_name", &format!("{title} (UTC)"))?;
    for kind in Kind::ALL {
        writeln!(out, ",")?;
        name(out, thread(kind), "thread_name", kind.word())?;
    }
    let impact = Milestones::of(timeline).impact().into_iter();
    for (phase, (at, _)) in impact.flat_map(|(start, end)| [("b", start), ("e", end)]) {
        let mut span = event(phase, 0, at, "Impact");
        span.put("cat", "impact").put("id", "impact");
        put(&span, out)?;
    }
    for row in timeline.rows.iter() {
        let Some(instant) = row.stamp.instant else { continue };
        told(&row, instant, out)?;
    }
    writeln!(out, "\n]}}")
}

fn thread(kind: Kind) -> usize {
    1 + Kind::ALL.iter().position(|known| *known == kind).unwrap_or_default()
}

fn name(out: &mut dyn Write, thread: usize, what: &str, name: &str) -> io::Result<()> {
    let mut args = Object::default();
    args.text("name", Some(name));
    let mut line = Object::default();
    line.put("ph", "M").put("pid", 1).put("tid", thread).put("name", what);
    line.object("args", args);
    out.write_all(&serde_json::to_vec(&line.0)?)
}

fn event(phase: &str, thread: usize, at: Instant, name: &str) -> Object {
    let mut line = Object::default();
    line.put("ph", phase).put("pid", 1).put("tid", thread);
    line.put("ts", at.0.div_euclid(1000)).text("name", Some(name));
    line
}

fn told(row: &Event, instant: Instant, out: &mut dyn Write) -> io::Result<()> {
    let (thread, text) = (thread(row.kind), sentence(row));
    let mut args = Object::default();
    args.put("rfo_id", row.id().0.as_str()).put("source", place(row));
    args.list("marks", super::marks(row));
    let lasting = row.time_end.filter(|end| *end > instant);
    let mut line = event(if lasting.is_some() { "b" } else { "i" }, thread, instant, &text);
    line.put("cat", row.kind.word());
    match lasting {
        Some(_) => line.put("id", row.id().0.as_str()),
        None => line.put("s", "t"),
    };
    line.object("args", args);
    put(&line, out)?;
    if let Some(end) = lasting {
        let mut line = event("e", thread, end, &text);
        line.put("cat", row.kind.word()).put("id", row.id().0.as_str());
        put(&line, out)?;
    }
    Ok(())
}

fn put(line: &Object, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b",\n")?;
    out.write_all(&serde_json::to_vec(&line.0)?)
}
