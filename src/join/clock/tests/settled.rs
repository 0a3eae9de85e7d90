//! Which input is off, and what zone an input was written in.

use super::{
    super::{
        settle::{Edge, Settled, Trust, settle},
        zone::{Side, zones},
    },
    world::{Clock, World},
    *,
};

/// Inputs whose clocks are as given, each against each, the earlier being the cause.
fn settled(clocks: &[Clock], trust: impl Fn(u32) -> Trust) -> Settled {
    let world = |clock| World { wrong: 0, lost: 0, clock, ..World::new(7) };
    let mut edges = Vec::new();
    for (cause, one) in clocks.iter().enumerate() {
        for (effect, other) in clocks.iter().enumerate().skip(cause + 1) {
            let (_, mut first) = world(*one).tell();
            let (_, mut second) = world(*other).tell();
            // The second of two hears of it three seconds later.
            for beat in &mut second {
                beat.instant += 3 * SECOND;
            }
            first.sort_by_key(|beat| beat.instant);
            let Some(comparison) = compare(&first, &second) else { continue };
            let (cause, effect) = (cause as u32, effect as u32);
            edges.push(Edge { cause, effect, aside: false, comparison });
        }
    }
    settle(&edges, trust)
}

fn off(secs: i64) -> Clock {
    Clock::Off(secs * SECOND)
}

#[test]
fn the_one_that_disagrees_with_the_others_is_off() {
    for wrong in 0..3 {
        let mut clocks = [off(0); 3];
        clocks[wrong] = off(-600);
        let settled = settled(&clocks, |_| Trust::Written);
        assert_eq!(settled.open, []);
        let [offset] = &settled.offsets[..] else { panic!("{settled:?}") };
        assert_eq!((offset.input, offset.class), (wrong as u32, Class::ClockSkew));
        assert!((offset.ahead_ns / SECOND + 600).abs() <= 6, "{offset:?}");
        assert_eq!(offset.against.len(), 2);
        // Slow: it cannot have heard of what the others had not told.
        assert!(offset.from.open && offset.to.open);
    }
}

#[test]
fn two_that_are_off_are_measured_by_those_that_agree() {
    let settled = settled(&[off(0), off(3600), off(0), off(-600)], |_| Trust::Told);
    let found: Vec<(u32, Class)> =
        settled.offsets.iter().map(|offset| (offset.input, offset.class)).collect();
    assert_eq!(found, [(1, Class::ZoneError(4)), (3, Class::ClockSkew)]);
    assert_eq!(settled.open, []);
    assert_eq!(settled.offsets[0].against, [0, 2]);
}

#[test]
fn of_two_the_weaker_is_off_or_both_are_named() {
    let weak = |input| if input == 0 { Trust::Assumed } else { Trust::Written };
    let found = settled(&[off(3600), off(0)], weak);
    let [offset] = &found.offsets[..] else { panic!("{found:?}") };
    assert_eq!((offset.input, offset.class), (0, Class::ZoneError(4)));
    assert!(offset.proven && offset.sure);
    let found = settled(&[off(3600), off(0)], |_| Trust::Written);
    assert_eq!(found.offsets, []);
    assert_eq!((found.open[0].cause, found.open[0].effect), (0, 1));
}

#[test]
fn a_step_is_told_of_the_input_that_stepped() {
    let step = Clock::Step(0, HOUR);
    let settled = settled(&[off(0), step, off(0)], |_| Trust::Written);
    let [offset] = &settled.offsets[..] else { panic!("{settled:?}") };
    assert_eq!((offset.input, offset.class), (1, Class::ZoneError(4)));
    assert!(!offset.from.open && offset.to.open);
    let middle = world::START + 6 * HOUR;
    assert!((middle..middle + HOUR).contains(&offset.from.true_time));
    assert!(offset.from.own_time - offset.from.true_time > HOUR - MINUTE);
}

/// A log in local time, read as UTC, against one with exact times: the zone's offsets.
#[test]
fn the_zone_of_an_input_shows_in_the_matches() {
    let india = World { clock: off(19_800), ..World::new(3) };
    let (exact, local) = india.tell();
    let found = zones(&compare(&exact, &local).unwrap(), Side::Effect).unwrap();
    assert_eq!(found.iter().map(|stretch| stretch.offset_s).collect::<Vec<_>>(), [19_800]);
    // New York on the day its clocks go forward, told first by the log without a zone.
    let clock = Clock::Step(5 * HOUR, 4 * HOUR);
    let (local, exact) = World { clock, of_cause: true, ..World::new(3) }.tell();
    let found = zones(&compare(&local, &exact).unwrap(), Side::Cause).unwrap();
    let offsets: Vec<i32> = found.iter().map(|stretch| stretch.offset_s).collect();
    assert_eq!(offsets, [-5 * 3600, -4 * 3600]);
    // A clock ten minutes off has no zone.
    let (exact, local) = World { clock: off(-600), ..World::new(3) }.tell();
    assert_eq!(zones(&compare(&exact, &local).unwrap(), Side::Effect), None);
}

/// The way back bounds the offset from below: the interval is the quickest round trip.
#[test]
fn both_ways_bound_an_offset() {
    let (cause, effect) = World { clock: off(-600), ..World::new(5) }.tell();
    let mut there = compare(&cause, &effect).unwrap();
    let (cause, effect) = World { clock: off(600), ..World::new(6) }.tell();
    let back = compare(&cause, &effect).unwrap();
    let width = there.segments[0].high - there.segments[0].low;
    there.narrow(&back);
    let segment = &there.segments[0];
    assert!((segment.low..=segment.high).contains(&(-600 * SECOND)), "{segment:?}");
    assert!(segment.high - segment.low <= width);
}
