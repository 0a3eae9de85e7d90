//! From time to place: the axis, its ticks, and the clock changes of local zones.

use super::{CHARACTER, Drawing, LEFT, RIGHT};
use crate::{
    render::clock::{self, Change, LocalClock},
    time::{Civil, Instant, Precision, SECOND, zone::Zone},
    timeline::Timeline,
};

/// Steps between ticks, in seconds: up to a century.
const STEPS: [i64; 29] = [
    1,
    2,
    5,
    10,
    15,
    30,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
    90 * DAY,
    YEAR,
    2 * YEAR,
    5 * YEAR,
    10 * YEAR,
    20 * YEAR,
    100 * YEAR,
];
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;
/// Most ticks on an axis: a day has room between two.
const MOST: i64 = 12;
/// Most local axes.
const ZONES: usize = 3;

/// A stretch of time along the width of the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    from: Instant,
    to: Instant,
}

impl Scale {
    /// A scale with a little room at both ends; one instant alone gets a minute.
    pub(super) fn new((from, to): (Instant, Instant)) -> Self {
        let length = to.0.saturating_sub(from.0).max(60 * SECOND);
        let room = length / 40;
        let to = Instant(from.0.saturating_add(length).saturating_add(room));
        Self { from: Instant(from.0.saturating_sub(room)), to }
    }

    /// First and last instant.
    pub(super) fn ends(&self) -> (Instant, Instant) {
        (self.from, self.to)
    }

    /// Whether an instant is on it.
    pub(super) fn holds(&self, at: Instant) -> bool {
        (self.from..=self.to).contains(&at)
    }

    /// The place of an instant; of one beyond an end, that end.
    pub(super) fn x(&self, at: Instant) -> f64 {
        let length = self.to.0.saturating_sub(self.from.0) as f64;
        let part = at.0.saturating_sub(self.from.0) as f64 / length;
        LEFT + part.clamp(0.0, 1.0) * (RIGHT - LEFT)
    }

    fn step(&self) -> i64 {
        let length = self.to.secs().saturating_sub(self.from.secs());
        let fits = |step: &&i64| length / **step <= MOST;
        *STEPS.iter().find(fits).unwrap_or(&STEPS[STEPS.len() - 1])
    }

    fn ticks(&self) -> Vec<Instant> {
        let step = self.step();
        let first = self.from.secs().div_euclid(step) + 1;
        let last = self.to.secs().div_euclid(step);
        (first..=last).take(40).map(|tick| Instant(tick * step * SECOND)).collect()
    }

    /// Lines behind everything, one a tick.
    pub(super) fn grid(&self, (top, bottom): (f64, f64), drawing: &mut Drawing) {
        for tick in self.ticks() {
            let x = self.x(tick);
            drawing.rule((x, top), (x, bottom), "tick");
        }
    }

    /// The axis in UTC, and one for each local zone with its clock changes.
    pub(super) fn axes(&self, timeline: &Timeline, top: f64, drawing: &mut Drawing) {
        let (from, to) = self.ends();
        let bottom = drawing.y;
        drawing.rule((LEFT, bottom), (RIGHT, bottom), "axis");
        let utc = |at: Instant| {
            let civil = clock::utc(at);
            (clock::time_of_day(civil, self.fineness()), clock::date(civil))
        };
        self.axis("UTC", &utc, drawing);
        for zone in timeline.show_zones.iter().take(ZONES) {
            let local = |at: Instant| {
                let civil = zone.civil(at);
                (clock::time_of_day(civil, self.fineness()), clock::date(civil))
            };
            drawing.rule((LEFT, drawing.y + 4.0), (RIGHT, drawing.y + 4.0), "tick");
            drawing.y += 4.0;
            let y = drawing.y;
            self.axis(&super::fitting(&zone.to_string(), 120.0), &local, drawing);
            for change in LocalClock::new(zone, from, to).changes {
                self.change(zone, &change, (top, y), drawing);
            }
        }
    }

    /// A line where a local clock changes, down to its axis, and what it does there.
    fn change(&self, zone: &Zone, change: &Change, (top, y): (f64, f64), drawing: &mut Drawing) {
        let x = self.x(change.at);
        drawing.rule((x, top), (x, y), "change");
        // What the clock would have shown.
        let last = Instant(change.at.0 - 1);
        let before = Civil::from_secs(zone.civil(last).secs() + 1);
        let shown = |civil| clock::time_of_day(civil, Precision::Minute);
        let words = format!(
            "{} {} becomes {} {}",
            shown(before),
            zone.at(last).1,
            shown(zone.civil(change.at)),
            change.abbreviation
        );
        let width = words.chars().count() as f64 * CHARACTER;
        let at_end = x + width > RIGHT;
        let (x, class) =
            if at_end { (x - 4.0, "small strong end") } else { (x + 4.0, "small strong") };
        drawing.words((x, drawing.y + 10.0), class, &words);
        drawing.y += 16.0;
    }

    /// How finely the ticks are written.
    fn fineness(&self) -> Precision {
        if self.step() < MINUTE { Precision::Second } else { Precision::Minute }
    }

    /// Names of the ticks by a clock; the day where it is another than at the tick before.
    fn axis(&self, name: &str, told: &dyn Fn(Instant) -> (String, String), drawing: &mut Drawing) {
        let y = drawing.y;
        drawing.words((20.0, y + 15.0), "strong", name);
        let mut today = String::new();
        let whole_days = self.step() >= DAY;
        for tick in self.ticks() {
            let (time, day) = told(tick);
            let x = self.x(tick);
            drawing.rule((x, y), (x, y + 4.0), "axis");
            if !whole_days {
                drawing.words((x, y + 15.0), "small mid", &time);
            }
            if day != today {
                let y = if whole_days { y + 15.0 } else { y + 28.0 };
                drawing.words((x, y), "small mid", &day);
                today = day;
            }
        }
        drawing.y = y + 32.0;
    }
}
