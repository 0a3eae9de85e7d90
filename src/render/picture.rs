//! The incident as one picture: SVG without script, to paste into a document or to print.
//!
//! From top to bottom: flags for the milestones, the bar of the impact, a lane for each kind of
//! evidence with how much it told when, the communications, and the axis, in UTC and in each local
//! zone with its clock changes. Stretches in which nobody wrote a word are shaded. Every shade can be
//! told from the others in grey, and what a colour says stands in words, too. Text is hostile and
//! is escaped; its width is reckoned, on the wide side, since no font is known.

mod flags;
mod lanes;
mod scale;

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use super::{clock, export::Milestones, html::escape, page, safe};
use crate::{
    event::{Event, Kind, Mark},
    time::{Instant, Precision, SECOND},
    timeline::Timeline,
};
use scale::Scale;

/// How each file begins.
pub(crate) const OPENING: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" data-made-by=\"rfo ";
/// Width of the picture.
const WIDTH: f64 = 1200.0;
/// Where the lanes begin: their names stand before.
const LEFT: f64 = 172.0;
/// Where they end: labels of the last flags need room.
const RIGHT: f64 = 1040.0;
/// Width of a character of small text, at most.
const CHARACTER: f64 = 6.8;
/// Nobody wrote for so long: it is shown.
const SILENT: i64 = 20 * 60 * SECOND;
/// Height of the strip above the lanes in which silences are named.
const STRIP: f64 = 14.0;
/// Most silences that are shown.
const SILENCES: usize = 5;
/// What an incident is shown of, before and after, at least.
const AROUND: i64 = 30 * 60 * SECOND;

/// Text that is being drawn.
struct Drawing {
    text: String,
    /// How far down it is drawn.
    y: f64,
}

impl Drawing {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn rect(&mut self, (x, y, width, height): (f64, f64, f64, f64), class: &str) {
        let _ = writeln!(
            self.text,
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>"
        );
    }

    fn rule(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), class: &str) {
        let _ = writeln!(
            self.text,
            "<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>"
        );
    }

    fn words(&mut self, (x, y): (f64, f64), class: &str, words: &str) {
        let words = escape(&inert(words));
        let _ =
            writeln!(self.text, "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{words}</text>");
    }
}

/// Text that XML 1.0 can hold (its production 2), in one line.
fn inert(text: &str) -> String {
    let safe = safe::line(text);
    safe.chars()
        .map(|c| if matches!(c, '\u{fffe}' | '\u{ffff}') { '\u{fffd}' } else { c })
        .collect()
}

/// So much text as has room in a width.
fn fitting(text: &str, width: f64) -> String {
    safe::short(text, (width / CHARACTER).max(1.0) as usize).into_owned()
}

/// What shows how an event is told of: fill for what is sure, outline for what is in doubt.
const STYLE: &str = "<style>
text{font-family:Helvetica,Arial,'Liberation Sans',sans-serif;font-size:12px;fill:#111}
.title{font-size:18px;font-weight:bold}.small{font-size:11px;fill:#333}.end{text-anchor:end}.mid{text-anchor:middle}
.paper{fill:#fff}.band{fill:#f4f4f4}.silence{fill:#dcdcdc}.impact{fill:#4a4a4a}.after{fill:#b5b5b5}
.on{fill:#fff;font-weight:bold}.bad{fill:#7a0019}.told{fill:#5b8db8}.doubt{fill:#fff;stroke:#5b8db8;stroke-width:1}
.lasting{fill:#5b8db8}.comms{fill:#1b5e20}.pole{stroke:#111;stroke-width:1}.main{stroke-width:2}
.tick{stroke:#bbb;stroke-width:1}.axis{stroke:#333;stroke-width:1}.change{stroke:#111;stroke-width:1.5;stroke-dasharray:5 3}
.strong{font-weight:bold}
</style>";

/// Writes the picture.
pub(crate) fn write(timeline: &Timeline, out: &mut dyn Write) -> io::Result<()> {
    let mut drawing = Drawing { text: String::new(), y: 0.0 };
    head(timeline, &mut drawing);
    let milestones = Milestones::of(timeline);
    match range(timeline, &milestones) {
        None => {
            drawing.y += 20.0;
            drawing.words((LEFT, drawing.y), "", "No row has a time.");
        }
        Some(ends) => draw(timeline, &milestones, &Scale::new(ends), &mut drawing),
    }
    let height = drawing.y + 14.0;
    write!(
        out,
        "{OPENING}{}\" width=\"{WIDTH}\" height=\"{height:.0}\" viewBox=\"0 0 {WIDTH} {height:.0}\" style=\"max-width:100%;height:auto\">\n<title>{}</title>\n{STYLE}\n",
        timeline.run.version,
        escape(&inert(&page::title(timeline)))
    )?;
    writeln!(out, "<rect class=\"paper\" width=\"{WIDTH}\" height=\"{height:.0}\"/>")?;
    out.write_all(drawing.text.as_bytes())?;
    writeln!(out, "</svg>")
}

fn head(timeline: &Timeline, drawing: &mut Drawing) {
    drawing.words((20.0, 30.0), "title", &fitting(&page::title(timeline), WIDTH * 0.62));
    let rows = safe::counted(timeline.rows.len() as u64, "row", "rows");
    let ends = page::ends(timeline).map(|(first, last)| {
        let shown = |at| clock::date_and_time(at, Precision::Minute);
        format!(", {} to {}", shown(first), shown(last))
    });
    let about = format!("All times are UTC. {rows}{}.", ends.unwrap_or_default());
    drawing.words((20.0, 50.0), "small", &about);
    drawing.y = 58.0;
}

/// What is shown: the incident and half as much on both sides, as far as there are rows.
fn range(timeline: &Timeline, milestones: &Milestones) -> Option<(Instant, Instant)> {
    let (first, last) = page::ends(timeline)?;
    let last = timeline.rows.iter().filter_map(|row| row.time_end).fold(last, Instant::max);
    let Some((start, end)) = milestones.ends() else { return Some((first, last)) };
    let around = (end.0.saturating_sub(start.0) / 2).max(AROUND);
    let from = Instant(start.0.saturating_sub(around)).max(first);
    Some((from, Instant(end.0.saturating_add(around)).min(last)))
}

fn draw(timeline: &Timeline, milestones: &Milestones, scale: &Scale, drawing: &mut Drawing) {
    let flags = flags::of(timeline, scale);
    let top = drawing.y + flags::height(&flags);
    let mut parts = Drawing { text: String::new(), y: top };
    impact(milestones, scale, &mut parts);
    let shaded = parts.y;
    if milestones.ends().is_some() {
        parts.y += STRIP;
    }
    lanes::draw(timeline, scale, &mut parts);
    let bottom = parts.y;
    // What lies behind is drawn first.
    scale.grid((top, bottom), drawing);
    if let Some(incident) = milestones.ends() {
        silences(timeline, incident, scale, (shaded, bottom), drawing);
    }
    // Poles pass behind the bars, so that what is written there can be read.
    flags::draw(&flags, (top, bottom), drawing);
    drawing.text.push_str(&parts.text);
    drawing.y = bottom;
    scale.axes(timeline, shaded, drawing);
    notes(timeline, scale, drawing);
}

/// The bar from start to mitigation, and lighter on to the resolution.
fn impact(milestones: &Milestones, scale: &Scale, drawing: &mut Drawing) {
    let y = drawing.y;
    if let Some(((start, _), (end, _))) = milestones.impact() {
        let (from, to) = (scale.x(start), scale.x(end));
        drawing.words((20.0, y + 16.0), "strong", "Impact");
        drawing.rect((from, y, (to - from).max(2.0), 24.0), "impact");
        let resolved = milestones.get(Mark::Resolved).filter(|(at, _)| *at > end);
        if let Some((resolved, _)) = resolved {
            drawing.rect((to, y, (scale.x(resolved) - to).max(1.0), 24.0), "after");
        }
        let words = clock::span(end.0.saturating_sub(start.0));
        if to - from > words.chars().count() as f64 * CHARACTER + 8.0 {
            drawing.words((f64::midpoint(from, to), y + 16.0), "on mid", &words);
        } else {
            // The bar is too short for its words; they stand where no lane is yet.
            drawing.words((from - 6.0, y + 16.0), "end", &words);
        }
        drawing.y = y + 32.0;
    }
}

/// Whether people wrote it.
fn is_word(event: &Event) -> bool {
    let written = matches!(event.kind, Kind::Email | Kind::Chat | Kind::Ticket | Kind::Manual);
    written && event.actor_role.as_deref() != Some("bot")
}

/// Shades the stretches of the incident in which nobody wrote, the longest first.
fn silences(
    timeline: &Timeline,
    (start, end): (Instant, Instant),
    scale: &Scale,
    (top, bottom): (f64, f64),
    drawing: &mut Drawing,
) {
    let mut words: Vec<Instant> = timeline
        .rows
        .iter()
        .filter(|row| is_word(row))
        .filter_map(|row| row.stamp.instant)
        .filter(|at| (start..=end).contains(at))
        .collect();
    if words.is_empty() {
        return;
    }
    words.extend([start, end]);
    words.sort_unstable();
    let length = |pair: &[Instant]| pair[1].0.saturating_sub(pair[0].0);
    let mut gaps: Vec<&[Instant]> =
        words.windows(2).filter(|pair| length(pair) >= SILENT).collect();
    gaps.sort_by_key(|pair| std::cmp::Reverse(length(pair)));
    for pair in gaps.into_iter().take(SILENCES) {
        let (from, to) = (scale.x(pair[0]), scale.x(pair[1]));
        // Two that meet are two.
        drawing.rect((from + 0.5, top, to - from - 1.0, bottom - top), "silence");
        let words = format!("{} without a word", clock::span(length(pair)));
        if to - from > words.chars().count() as f64 * CHARACTER * 0.92 {
            drawing.words((f64::midpoint(from, to), top + 11.0), "small mid", &words);
        }
    }
}

/// What the picture does not show, and what its signs mean.
fn notes(timeline: &Timeline, scale: &Scale, drawing: &mut Drawing) {
    let (from, to) = scale.ends();
    let (mut before, mut after) = (0_u64, 0_u64);
    for at in timeline.rows.iter().filter_map(|row| row.stamp.instant) {
        before += u64::from(at < from);
        after += u64::from(at > to);
    }
    let mut notes = vec![
        "Dark red: error or worse".to_owned(),
        "hollow: time in doubt".to_owned(),
        "higher: more rows".to_owned(),
        "grey: nobody wrote".to_owned(),
    ];
    for (count, side) in [(before, "earlier"), (after, "later")] {
        if count > 0 {
            notes.push(format!(
                "{} not shown",
                safe::counted(count, &format!("{side} row is"), &format!("{side} rows are"))
            ));
        }
    }
    if !timeline.undated.is_empty() {
        let undated = timeline.undated.len() as u64;
        notes.push(format!("{} without a time", safe::counted(undated, "event", "events")));
    }
    drawing.y += 18.0;
    let text = format!("{}. Made by rfo {}.", notes.join("; "), timeline.run.version);
    drawing.words((20.0, drawing.y), "small", &text);
}

#[cfg(test)]
mod tests;
