//! Clocks that are off, and how well they are found; the tables are printed for who asks.

#![expect(clippy::print_stdout, reason = "the tables are for who asks for them")]

mod known;
mod settled;
mod world;

use super::*;
use world::{Clock, HOUR, World};

const MINUTE: i64 = 60 * SECOND;

/// Makes an incident of another shape.
type Shape = fn(World) -> World;

fn few(world: World) -> World {
    World { hosts: 5, failures: 9, ..world }
}

fn long(world: World) -> World {
    // 20 ppm come to 10 s within six days.
    World { failures: 80, length: 144 * HOUR, ..world }
}

fn crowded(world: World) -> World {
    World { hosts: 40, failures: 400, ..world }
}

/// Without an error of the clock none is told of, whatever goes wrong on the way of the news.
#[test]
fn no_clock_is_blamed_for_delays() {
    let shapes: [(&str, Shape); 4] =
        [("usual", |world| world), ("few", few), ("long", long), ("crowded", crowded)];
    for (name, shape) in shapes {
        let mut alarms = Vec::new();
        let mut compared = 0;
        let seeds = shape(World::new(0)).seeds();
        for seed in 0..seeds {
            let world = shape(World { wrong: 10 + seed % 3 * 10, ..World::new(seed) });
            let (cause, effect) = world.tell();
            let Some(comparison) = compare(&cause, &effect) else { continue };
            compared += 1;
            alarms.extend(comparison.errors().map(|error| (seed, error.clone())));
        }
        println!("no error, {name}: {compared} of {seeds} compared, {} false alarms", alarms.len());
        assert_eq!(alarms, [], "{name}");
    }
}

/// Offsets that were put in are found: a table of errors and classes.
#[test]
fn offsets_are_found() {
    let head = ["found", "median s", "p90 s", "class", "bounds", "sure"];
    let [found, median, p90, class, bounds, sure] = head;
    println!("{:<22}{found:>6}{median:>10}{p90:>8}{class:>7}{bounds:>8}{sure:>7}", "clock");
    let far = |secs: i64| Clock::Off(secs * SECOND);
    let step = |before: i64, after: i64| Clock::Step(before * SECOND, after * SECOND);
    let usual: Shape = |world| world;
    let turned: Shape = |world| World { of_cause: true, ..world };
    let cases = [
        ("+37 s", far(37), usual, 95),
        ("-600 s", far(-600), usual, 98),
        ("+3600 s", far(3600), usual, 98),
        ("-3600 s", far(-3600), usual, 98),
        ("+19800 s", far(19_800), usual, 98),
        ("-600 s, few", far(-600), few, 80),
        ("-600 s, crowded", far(-600), crowded, 98),
        ("0, then -600 s", step(0, -600), usual, 95),
        ("+37, then -40 s", step(37, -40), usual, 95),
        ("0, then +3600 s", step(0, 3600), usual, 95),
        ("+3600 s, then 0", step(3600, 0), usual, 95),
        ("0, +3600 s (cause)", step(0, 3600), turned, 95),
        ("+3600 s, 0 (cause)", step(3600, 0), turned, 95),
        ("-300 s, +20 ppm", Clock::Drift(-300 * SECOND, 20_000), long, 90),
        ("-300 s, -60 ppm", Clock::Drift(-300 * SECOND, -60_000), long, 90),
    ];
    for (name, clock, shape, least) in cases {
        let score = world::score(clock, shape);
        println!("{name:<22}{score}");
        assert!(score.class >= least, "{name}: {score}");
        assert!(score.median() <= 3000, "{name}: {score}");
    }
}
