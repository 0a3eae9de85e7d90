//! Drift: a clock that runs too fast or too slow.
//!
//! The slope is that of Theil (1950) and Sen (1968): the median of the slopes of all pairs of points,
//! which a third of wrong points does not move. Its interval follows Sen: the ranks of Kendall's
//! statistic. Measured with 10 % of the pairs wrong: it errs by 50 ppm, where a line under all points
//! errs by 21,000 (`reference/algorithms.md` §2.3).

use super::Pair;
use crate::time::SECOND;

/// Points that are looked at; of more, so many in even steps.
const POINTS: usize = 1000;
/// Points that are needed.
const LEAST: usize = 20;
/// Time that they must span, in nanoseconds.
const SPAN: i64 = 6 * 3600 * SECOND;
/// What it must come to over that span, in nanoseconds.
const TOTAL: i64 = 5 * SECOND;
/// A pair this near the line is right in any case.
const NEAR: i64 = 2 * SECOND;
/// No clock that works is faster or slower, in parts per billion: quartz stays within a hundred
/// parts per million, and the kernel slews by five hundred at most.
const FASTEST: i64 = 500_000;
/// Width of the interval in standard deviations, in thousandths: one in a thousand lies outside.
const DEVIATIONS: i128 = 3291;

/// What a drift comes to over a time: parts per billion and nanoseconds to nanoseconds.
pub fn over(ppb: i64, time: i64) -> i64 {
    let total = i128::from(ppb) * i128::from(time) / i128::from(SECOND);
    total.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

/// The drift of pairs in parts per billion of the cause's time, where they prove one: 20 pairs over
/// 6 h, an interval without 0, at least 5 s in all, and no faster than clocks are. Pairs far from
/// what most of them tell are wrong ones; they move the slope little, but widen the interval.
pub fn drift(pairs: &[Pair]) -> Option<i64> {
    let from = pairs.iter().map(|pair| pair.cause).min()?;
    let to = pairs.iter().map(|pair| pair.cause).max()?;
    if pairs.len() < LEAST || to.saturating_sub(from) < SPAN {
        return None;
    }
    let step = pairs.len().div_ceil(POINTS);
    let points: Vec<(i64, i64)> =
        pairs.iter().step_by(step).map(|pair| (pair.cause - from, pair.apart())).collect();
    let [_, rough, _] = ranked(&points)?;
    let points = near(points, rough);
    if points.len() < LEAST {
        return None;
    }
    let [low, slope, high] = ranked(&points)?;
    let proven = low > 0 || high < 0;
    (proven && slope.abs() <= FASTEST && over(slope, to - from).abs() > TOTAL).then_some(slope)
}

/// The points within max(2 s, 4 · MAD) of the line of that slope through their middle.
fn near(points: Vec<(i64, i64)>, slope: i64) -> Vec<(i64, i64)> {
    let off = |point: &(i64, i64)| point.1.saturating_sub(over(slope, point.0));
    let middle = median(points.iter().map(off).collect());
    let away = |point: &(i64, i64)| off(point).saturating_sub(middle).saturating_abs();
    let limit = NEAR.max(median(points.iter().map(away).collect()).saturating_mul(4));
    points.into_iter().filter(|point| away(point) <= limit).collect()
}

fn median(mut values: Vec<i64>) -> i64 {
    let half = values.len() / 2;
    if values.is_empty() { 0 } else { *values.select_nth_unstable(half).1 }
}

/// The median of the slopes between the ends of its interval; none of too few slopes.
fn ranked(points: &[(i64, i64)]) -> Option<[i64; 3]> {
    let mut slopes = slopes(points);
    let n = points.len() as i128;
    // Standard deviation of Kendall's statistic: √(n (n − 1) (2n + 5) / 18); half of it each way.
    let deviation = (n * (n - 1) * (2 * n + 5) / 18).unsigned_abs().isqrt() as i128;
    let (half, margin) = (slopes.len() / 2, (DEVIATIONS * deviation / 2000) as usize);
    if margin > half || half + margin >= slopes.len() {
        return None;
    }
    Some([half - margin, half, half + margin].map(|rank| *slopes.select_nth_unstable(rank).1))
}

/// The slopes of all pairs of points, in parts per billion.
fn slopes(points: &[(i64, i64)]) -> Vec<i64> {
    let mut slopes = Vec::with_capacity(points.len() * points.len().saturating_sub(1) / 2);
    for (number, one) in points.iter().enumerate() {
        for other in &points[..number] {
            let time = i128::from(one.0) - i128::from(other.0);
            if time != 0 {
                let rise = i128::from(one.1) - i128::from(other.1);
                let slope = rise * i128::from(SECOND) / time;
                slopes.push(slope.clamp(i64::MIN.into(), i64::MAX.into()) as i64);
            }
        }
    }
    slopes
}
