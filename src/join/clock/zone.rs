//! Classes: what an offset is, and the zone that it tells.

use super::{Class, Comparison, Segment};
use crate::time::SECOND;

/// All offsets from UTC are whole multiples of this, in nanoseconds.
const QUARTER: i64 = 900 * SECOND;
/// How near to a multiple an offset must be, delay included.
const NEAR: i64 = 60 * SECOND;
/// The shortest delay of news that are sent at once may be as long.
const PROMPT: i64 = 10 * SECOND;
/// Easternmost and westernmost zone, in quarter hours.
const ZONES: std::ops::RangeInclusive<i64> = -48..=56;

/// Says of each segment what its offset is. None: no more than twice the precision, or than the
/// usual delay beyond the shortest, and no delay that nobody would wonder at. A zone error: a multiple of 15 min, where all segments of the
/// two clocks are, for a clock that is wrong in other ways is near to one by chance.
pub(super) fn classify(segments: &mut [Segment]) {
    let zoned = segments
        .iter()
        .all(|segment| segment.drift_ppb.is_none() && quarters(segment.offset_ns).is_some());
    for segment in segments {
        let coarse = segment.first.coarse().max(segment.last.coarse());
        let open = (2 * coarse).max(segment.spread);
        // What only comes late may have been on its way.
        let open = if segment.offset_ns > 0 { open.max(PROMPT) } else { open };
        segment.class = match quarters(segment.offset_ns) {
            _ if segment.offset_ns.abs() <= open && segment.drift_ppb.is_none() => Class::None,
            Some(quarters) if zoned && quarters != 0 => Class::ZoneError(quarters as i32),
            _ => Class::ClockSkew,
        };
    }
}

/// The quarter hours that an offset is within a minute of.
fn quarters(offset: i64) -> Option<i64> {
    let quarters = (offset + QUARTER / 2).div_euclid(QUARTER);
    ((offset - quarters * QUARTER).abs() <= NEAR).then_some(quarters)
}

/// The role of the input in question in a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It tells first.
    Cause,
    /// It tells of what the other told.
    Effect,
}

/// An offset from UTC over a stretch of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZoneStretch {
    /// First and last event that it was told by, by the caller's number.
    pub ticks: (u32, u32),
    /// First and last instant, in nanoseconds since 1970 UTC by the other input's clock.
    pub span: (i64, i64),
    /// Seconds east of UTC.
    pub offset_s: i32,
    /// Pairs and keys behind it.
    pub pairs: u32,
    /// Entities and states behind it.
    pub keys: u32,
}

/// The zone that the local times of an input without one were written in, from a comparison in
/// which they were read as UTC and the other input's times are exact. One stretch for each offset
/// that was found, two of them where the clock was changed in between: the caller asks which of
/// its zones has these offsets at these times. None where any offset is no zone's, or too little
/// speaks for it (five pairs, three keys).
pub fn zones(comparison: &Comparison, side: Side) -> Option<Vec<ZoneStretch>> {
    comparison.segments.iter().map(|segment| stretch(segment, side)).collect()
}

fn stretch(segment: &Segment, side: Side) -> Option<ZoneStretch> {
    let quarters = quarters(segment.offset_ns)?;
    let (first, last) = (&segment.first, &segment.last);
    let (east, ticks, span) = match side {
        Side::Effect => (quarters, (first.ticks.1, last.ticks.1), segment.span()),
        Side::Cause => {
            let span = (first.effect.min(last.effect), first.effect.max(last.effect));
            (-quarters, (first.ticks.0, last.ticks.0), span)
        }
    };
    // Nothing arrives before it was sent: an offset below the multiple is none with a delay.
    let delay = segment.offset_ns - quarters * QUARTER;
    let early = 2 * SECOND + segment.first.coarse().max(segment.last.coarse());
    let enough = segment.pairs >= 5 && segment.keys >= 3 && segment.drift_ppb.is_none();
    (enough && delay >= -early && ZONES.contains(&east)).then_some(ZoneStretch {
        ticks,
        span,
        offset_s: (east * QUARTER / SECOND) as i32,
        pairs: segment.pairs,
        keys: segment.keys,
    })
}
