//! Lanes: how much each kind of evidence told when, and when others were told.

use super::{Drawing, LEFT, RIGHT, scale::Scale};
use crate::{
    event::{Kind, Mark, Severity},
    timeline::Timeline,
};

/// Height of a lane.
const HEIGHT: f64 = 34.0;
/// Width of a bar.
const BAR: f64 = 4.0;

/// The lanes from top to bottom, with their names.
const LANES: [(&str, Kind); 7] = [
    ("Alerts", Kind::Alert),
    ("Logs", Kind::Log),
    ("Changes", Kind::Change),
    ("Chat", Kind::Chat),
    ("Mail", Kind::Email),
    ("Tickets", Kind::Ticket),
    ("By hand", Kind::Manual),
];

/// What fell into the width of a bar.
#[derive(Clone, Copy, Default)]
struct Bin {
    rows: u64,
    bad: bool,
    sure: bool,
}

/// Bars, and what lasted: from, to.
#[derive(Default)]
struct Lane {
    bins: Vec<Bin>,
    lasting: Vec<(f64, f64)>,
}

/// Draws a lane for each kind that has rows, and one for communications.
pub(super) fn draw(timeline: &Timeline, scale: &Scale, drawing: &mut Drawing) {
    let count = ((RIGHT - LEFT) / BAR).ceil() as usize;
    let mut lanes: Vec<Lane> = LANES.iter().map(|_| Lane::default()).collect();
    let mut told: Vec<f64> = Vec::new();
    for event in timeline.rows.iter() {
        let Some(instant) = event.stamp.instant.filter(|at| scale.holds(*at)) else { continue };
        let x = scale.x(instant);
        let Some(number) = LANES.iter().position(|(_, kind)| *kind == event.kind) else { continue };
        let lane = &mut lanes[number];
        lane.bins.resize(count, Bin::default());
        let bin = &mut lane.bins[(((x - LEFT) / BAR) as usize).min(count - 1)];
        bin.rows += event.count.unwrap_or(1).max(1);
        bin.bad |= event.severity.is_some_and(|severity| severity <= Severity::Error);
        bin.sure |= !event.stamp.in_doubt();
        if let Some(end) = event.time_end.filter(|end| *end > instant) {
            lane.lasting.push((x, scale.x(end)));
        }
        if event.marks.contains(&Mark::Comms) {
            told.push(x);
        }
    }
    for ((name, _), lane) in LANES.iter().zip(&lanes).filter(|(_, lane)| !lane.bins.is_empty()) {
        bars(name, lane, drawing);
    }
    if !told.is_empty() {
        communications(&told, drawing);
    }
}

fn bars(name: &str, lane: &Lane, drawing: &mut Drawing) {
    let y = drawing.y;
    let floor = y + HEIGHT - 6.0;
    drawing.words((20.0, floor - 6.0), "", name);
    drawing.rule((LEFT, floor), (RIGHT, floor), "tick");
    let most = lane.bins.iter().map(|bin| bin.rows).max().unwrap_or(1);
    // Many rows and few are seen side by side: the height grows with the logarithm.
    let part = |rows: u64| (rows as f64).ln_1p() / (most.max(3) as f64).ln_1p();
    for (number, bin) in lane.bins.iter().enumerate().filter(|(_, bin)| bin.rows > 0) {
        let height = 6.0 + (HEIGHT - 14.0) * part(bin.rows);
        let class = match (bin.bad, bin.sure) {
            (_, false) => "doubt",
            (true, true) => "bad",
            (false, true) => "told",
        };
        let x = LEFT + number as f64 * BAR;
        drawing.rect((x, floor - height, BAR - 0.6, height), class);
    }
    for (from, to) in &lane.lasting {
        drawing.rect((*from, floor - 2.0, (to - from).max(1.0), 2.0), "lasting");
    }
    drawing.y = y + HEIGHT;
}

/// A triangle each time that others were told.
fn communications(told: &[f64], drawing: &mut Drawing) {
    let y = drawing.y;
    drawing.words((20.0, y + 14.0), "", "Others told");
    for x in told {
        let (left, right, foot) = (x - 5.0, x + 5.0, y + 16.0);
        let line = format!(
            "<path class=\"comms\" d=\"M{x:.1} {:.1}L{right:.1} {foot:.1}L{left:.1} {foot:.1}Z\"/>",
            y + 5.0
        );
        drawing.line(&line);
    }
    drawing.y = y + 22.0;
}
