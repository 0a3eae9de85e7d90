//! Mold: the shape of the last time, for the next one that differs in its seconds alone.
//!
//! The records of a busy log follow each other within the minute. Where everything around the seconds
//! and their fraction is the same to the byte, only these are read; anything else goes the whole way.

use std::ops::Range;

use crate::time::{Civil, Precision, RawTime, pattern};

/// Longest stretch before the seconds, and behind the fraction, that is compared.
const MOST: usize = 64;

/// 1980 to 9990, in seconds since 1970.
const SET: Range<i64> = 315_532_800..253_086_768_000;

/// A time that was read, as a shape.
#[derive(Clone, Debug, Default)]
pub(super) struct Mold {
    /// What stands before the seconds, from the line's start on.
    before: Vec<u8>,
    /// Point or comma before the fraction, and its digits; 0 for none.
    point: u8,
    digits: usize,
    /// What stands behind, up to where nothing decides any more.
    behind: Vec<u8>,
    /// Bytes of `behind` that belong to the time.
    zone: usize,
    /// The time at second 0.
    time: Option<RawTime>,
    /// For a value: of which field, and it ends where the time does.
    rung: usize,
}

impl Mold {
    /// The time of a line that begins as the last one did.
    #[inline]
    pub(super) fn time_at_start(&self, line: &[u8]) -> Option<RawTime> {
        let time = self.time?;
        let (seconds, nanos, end) = self.read(line)?;
        if time.offset().is_none() {
            let hour = (time.civil.rem_euclid(86_400) / 3600) as u8;
            if pattern::may_go_on_in(&line[end + self.zone..], hour) {
                return None;
            }
        }
        Some(RawTime { civil: time.civil + seconds, nanos, ..time })
    }

    /// The time of a value that has the shape of the last one of that field.
    pub(super) fn time_of(&self, rung: usize, value: &[u8]) -> Option<RawTime> {
        let time = self.time.filter(|_| self.rung == rung)?;
        let (seconds, nanos, end) = self.read(value)?;
        (end + self.behind.len() == value.len()).then_some(())?;
        Some(RawTime { civil: time.civil + seconds, nanos, ..time })
    }

    /// Seconds, nanoseconds, and where the fraction ends.
    #[inline]
    fn read(&self, text: &[u8]) -> Option<(i64, u32, usize)> {
        let rest = text.strip_prefix(self.before.as_slice())?;
        let [tens @ b'0'..=b'5', ones @ b'0'..=b'9', rest @ ..] = rest else { return None };
        let seconds = i64::from((tens - b'0') * 10 + (ones - b'0'));
        let mut nanos = 0;
        let mut behind = rest;
        if self.digits > 0 {
            let (point, digits) = rest.split_first()?;
            let fraction = digits.get(..self.digits).filter(|_| *point == self.point)?;
            for digit in fraction {
                let digit = digit.wrapping_sub(b'0');
                if digit > 9 {
                    return None;
                }
                nanos = nanos * 10 + u32::from(digit);
            }
            nanos *= POWERS[9 - self.digits];
            behind = &digits[self.digits..];
        }
        behind.starts_with(&self.behind).then_some((seconds, nanos, text.len() - behind.len()))
    }

    /// Learns the shape of a time that was read in a line; `text` is its place, and the anchor around it
    /// takes `len` bytes.
    pub(super) fn learn(
        &mut self,
        line: &[u8],
        text: Option<Range<usize>>,
        len: usize,
        time: &RawTime,
    ) {
        self.time = None;
        // Where the anchor ends with the time, what follows might still belong to it.
        let Some(text) = text.filter(|text| text.end < len && len <= line.len()) else { return };
        self.take(line, text, len, time);
    }

    /// Learns the shape of a value.
    pub(super) fn learn_value(&mut self, rung: usize, value: &[u8], time: &RawTime) {
        self.time = None;
        self.rung = rung;
        self.take(value, 0..value.len(), value.len(), time);
    }

    fn take(&mut self, line: &[u8], text: Range<usize>, len: usize, time: &RawTime) {
        let Some(seconds) = seconds_of(&line[text.clone()], time) else { return };
        let at = text.start + seconds;
        let digits = match time.precision {
            Precision::Second => 0,
            Precision::Fraction(digits @ 1..=9) => usize::from(digits),
            _ => return,
        };
        let fraction = if digits > 0 { 1 + digits } else { 0 };
        let end = at + 2 + fraction;
        // Times of a clock that nobody set may stand for none.
        if !SET.contains(&time.civil)
            || at > MOST
            || len.saturating_sub(end) > MOST
            || text.end < end
        {
            return;
        }
        self.before.clear();
        self.before.extend_from_slice(&line[..at]);
        self.behind.clear();
        self.behind.extend_from_slice(&line[end..len]);
        self.point = if digits > 0 { line[at + 2] } else { 0 };
        self.digits = digits;
        self.zone = text.end - end;
        let second = i64::from(Civil::from_secs(time.civil).second);
        self.time = Some(RawTime { civil: time.civil - second, nanos: 0, ..*time });
        // What it would read again must be what was read; a time of another make is not learnt.
        let again = self.read(&line[..]).map(|(seconds, nanos, _)| (seconds, nanos));
        if !matches!(self.point, 0 | b'.' | b',') || again != Some((second, time.nanos)) {
            self.time = None;
        }
    }
}

const POWERS: [u32; 10] =
    [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

/// Where the seconds stand in a time that is written `HH:MM:SS`, and as it was read: no two of the
/// three alike, so that none is taken for another.
fn seconds_of(text: &[u8], time: &RawTime) -> Option<usize> {
    let civil = Civil::from_secs(time.civil);
    let two = |number: u8| [b'0' + number / 10, b'0' + number % 10];
    let (hour, minute, second) = (two(civil.hour), two(civil.minute), two(civil.second));
    if hour == minute || minute == second || hour == second {
        return None;
    }
    let clock = [hour[0], hour[1], b':', minute[0], minute[1], b':', second[0], second[1]];
    let at = text.windows(clock.len()).position(|window| window == clock)?;
    Some(at + 6)
}
