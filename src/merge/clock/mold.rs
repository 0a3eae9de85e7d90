//! Mold: the shape of the last time, for the next one that differs in its seconds alone.
//!
//! The records of a busy log follow each other within the minute. Where everything around the seconds
//! and their fraction is the same to the byte, only these are read; anything else goes the whole way.

use std::ops::Range;

use crate::time::{Civil, Flags, Precision, RawTime, SECOND, pattern, policy};

/// Longest stretch before the seconds, and behind the fraction, that is compared.
const MOST: usize = 64;

/// The shapes of the last times that differed in more than that, the latest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Molds([Mold; 4]);

impl Molds {
    /// The time of a line that begins as one of the last ones did.
    #[inline]
    pub(super) fn time_at_start(&mut self, line: &[u8]) -> Option<RawTime> {
        self.find(|mold| mold.time_at_start(line))
    }

    /// The time of a value that has the shape of one of the last ones of that field.
    #[inline]
    pub(super) fn time_of(&mut self, rung: usize, value: &[u8]) -> Option<RawTime> {
        self.find(|mold| mold.time_of(rung, value))
    }

    #[inline]
    fn find(&mut self, read: impl Fn(&Mold) -> Option<RawTime>) -> Option<RawTime> {
        read(&self.0[0]).or_else(|| self.find_further(read))
    }

    #[cold]
    fn find_further(&mut self, read: impl Fn(&Mold) -> Option<RawTime>) -> Option<RawTime> {
        let (at, time) = (1..self.0.len()).find_map(|at| Some((at, read(&self.0[at])?)))?;
        self.0[..=at].rotate_right(1);
        Some(time)
    }

    /// Learns the shape of a time that was read in a line; `text` is its place, and the anchor around
    /// it takes `len` bytes. `by_shape`: what stands before it decides by its shape alone.
    pub(super) fn learn(
        &mut self,
        line: &[u8],
        text: Option<Range<usize>>,
        len: usize,
        time: &RawTime,
        by_shape: bool,
    ) {
        self.0.rotate_right(1);
        self.0[0].learn(line, text, len, time, by_shape);
    }

    /// Learns the shape of a value.
    pub(super) fn learn_value(&mut self, rung: usize, value: &[u8], time: &RawTime) {
        self.0.rotate_right(1);
        self.0[0].learn_value(rung, value, time);
    }
}

/// A time that was read, as a shape.
#[derive(Clone, Debug, Default)]
struct Mold {
    /// The shape of what stands at the line's start, where that alone is to be the same.
    shape: Vec<u8>,
    /// What stands from there on: the same bytes but for the digits of seconds and fraction.
    same: Same,
    /// Where in it those stand: the two of the seconds or, of an epoch, all but the first.
    at: usize,
    /// The digits of an epoch, which stands in the place of the seconds and the fraction.
    epoch: usize,
    /// Digits of the fraction; 0 for none.
    digits: usize,
    /// Where in it the fraction ends, and the time.
    end: usize,
    time_end: usize,
    /// The time at second 0.
    time: Option<RawTime>,
    /// For a value: of which field, and it ends where the time does.
    rung: usize,
}

/// A text of which some bytes may be others: eight at a time are compared, whatever they are.
#[derive(Clone, Debug, Default)]
struct Same {
    len: usize,
    /// Each eight bytes from the start on, and which of their bits count; the last eight overlap.
    words: Vec<(u64, u64)>,
    last: (u64, u64),
}

impl Same {
    /// A text of eight bytes at least, of which those of the ranges do not count; else none fits.
    fn learn(&mut self, text: &[u8], free: &[Range<usize>]) {
        self.words.clear();
        self.len = text.len();
        let counts =
            |at: usize| if free.iter().any(|range| range.contains(&at)) { 0 } else { 0xff };
        let word = |start: usize, bytes: &[u8; 8]| {
            let mask = u64::from_le_bytes(std::array::from_fn(|at| counts(start + at)));
            (u64::from_le_bytes(*bytes) & mask, mask)
        };
        let (eights, _) = text.as_chunks();
        self.words.extend(eights.iter().enumerate().map(|(n, eight)| word(8 * n, eight)));
        match text.last_chunk() {
            Some(eight) => self.last = word(text.len() - 8, eight),
            // No byte is another one and this one.
            None => self.last = (1, 0),
        }
    }

    /// The text at the start of this one that is the same.
    #[inline]
    fn take<'t>(&self, text: &'t [u8]) -> Option<&'t [u8]> {
        let text = text.get(..self.len)?;
        let (eights, _) = text.as_chunks();
        let far =
            |eight: &[u8; 8], (word, mask): (u64, u64)| u64::from_le_bytes(*eight) & mask ^ word;
        let mut apart = far(text.last_chunk()?, self.last);
        for (eight, word) in eights.iter().zip(&self.words) {
            apart |= far(eight, *word);
        }
        (apart == 0).then_some(text)
    }
}

impl Mold {
    /// The time of a line that begins as the last one did.
    #[inline]
    fn time_at_start(&self, line: &[u8]) -> Option<RawTime> {
        let time = self.time?;
        let past = self.read(line)?;
        if time.offset().is_none() || self.epoch > 0 {
            let hour = (time.civil.rem_euclid(86_400) / 3600) as u8;
            if pattern::cut_short(&line[self.lead(line)? + self.time_end..], hour) {
                return None;
            }
        }
        Some(later(time, past))
    }

    /// The time of a value that has the shape of the last one of that field.
    fn time_of(&self, rung: usize, value: &[u8]) -> Option<RawTime> {
        let time = self.time.filter(|_| self.rung == rung)?;
        let past = self.read(value)?;
        (self.same.len == value.len()).then_some(())?;
        Some(later(time, past))
    }

    /// The bytes of the line's start of which only the shape must be the same.
    #[inline]
    fn lead(&self, text: &[u8]) -> Option<usize> {
        if self.shape.is_empty() { Some(0) } else { lead(text, &self.shape) }
    }

    /// Nanoseconds to add; a single number, so that it need not go through memory.
    fn read(&self, text: &[u8]) -> Option<i64> {
        let same = self.same.take(&text[self.lead(text)?..])?;
        let fraction = POWERS[9 - self.digits];
        if self.epoch > 0 {
            return number(same.get(self.at..self.end)?)?.checked_mul(i64::from(fraction));
        }
        let seconds = number(same.get(self.at..self.at + 2)?)?;
        let nanos = match self.digits {
            0 => 0,
            _ => number(same.get(self.at + 3..self.end)?)? * i64::from(fraction),
        };
        (seconds < 60).then_some(seconds * SECOND + nanos)
    }

    fn learn(
        &mut self,
        line: &[u8],
        text: Option<Range<usize>>,
        len: usize,
        time: &RawTime,
        by_shape: bool,
    ) {
        self.time = None;
        // Where the anchor ends with the time, what follows might still belong to it.
        let Some(text) = text.filter(|text| text.end < len && len <= line.len()) else { return };
        self.take(line, text, len, time, by_shape);
    }

    fn learn_value(&mut self, rung: usize, value: &[u8], time: &RawTime) {
        self.time = None;
        self.rung = rung;
        self.take(value, 0..value.len(), value.len(), time, false);
    }

    fn take(
        &mut self,
        line: &[u8],
        text: Range<usize>,
        len: usize,
        time: &RawTime,
        by_shape: bool,
    ) {
        // Times of a clock that nobody set may stand for none.
        if !policy::SET.contains(&time.civil) || text.start > MOST {
            return;
        }
        let digits = match time.precision {
            Precision::Second => 0,
            Precision::Fraction(digits @ 1..=9) => usize::from(digits),
            _ => return,
        };
        let mut raw = RawTime { nanos: 0, ..*time };
        let (at, end) = if time.flags.has(Flags::EPOCH) {
            // The first digits stay, so that the number stays within the same years.
            let at = text.start + EPOCH_HEAD.min(text.len());
            self.epoch = text.end - at;
            if self.epoch == 0 {
                return;
            }
            raw.civil = 0;
            (at, text.end)
        } else {
            let Some(seconds) = seconds_of(&line[text.clone()], time) else { return };
            self.epoch = 0;
            raw.civil -= i64::from(Civil::from_secs(time.civil).second);
            let at = text.start + seconds;
            (at, at + 2 + if digits > 0 { 1 + digits } else { 0 })
        };
        if len.saturating_sub(end) > MOST || text.end < end {
            return;
        }
        let lead = if by_shape { text.start } else { 0 };
        self.shape.clear();
        if by_shape {
            shape(&line[..lead], &mut self.shape);
        }
        (self.at, self.end, self.time_end) = (at - lead, end - lead, text.end - lead);
        self.digits = digits;
        if self.epoch > 0 {
            let number_free = self.at..self.end;
            self.same.learn(&line[lead..len], &[number_free]);
            let power = i64::from(POWERS[digits]);
            let Some(head) = number(&line[text.start..at]) else { return };
            let Some(tail) = 10_i64.checked_pow(self.epoch as u32) else { return };
            let Some(head) = head.checked_mul(tail).filter(|head| head % power == 0) else {
                return;
            };
            raw.civil = head / power;
        } else {
            // Only a point or a comma stands between the seconds and their fraction.
            if digits > 0 && !matches!(line[at + 2], b'.' | b',') {
                return;
            }
            let seconds = self.at..self.at + 2;
            let fraction = self.end.min(self.at + 3)..self.end;
            self.same.learn(&line[lead..len], &[seconds, fraction]);
        }
        self.time = Some(raw);
        // What it would read again must be what was read; a time of another make is not learnt.
        let again = self.read(line).map(|past| later(raw, past));
        if again != Some(*time) {
            self.time = None;
        }
    }
}

/// A time at second 0, so many nanoseconds later.
#[inline]
fn later(time: RawTime, past: i64) -> RawTime {
    RawTime { civil: time.civil + past / SECOND, nanos: (past % SECOND) as u32, ..time }
}

/// Digits of an epoch that must be the same.
const EPOCH_HEAD: usize = 3;

/// The number that digits write; none where they are no digits.
#[inline]
fn number(digits: &[u8]) -> Option<i64> {
    let mut number = 0;
    let mut wrong = false;
    for digit in digits {
        let digit = digit.wrapping_sub(b'0');
        wrong |= digit > 9;
        number = number * 10 + i64::from(digit);
    }
    (!wrong).then_some(number)
}

/// A run of digits, and one of digits and letters, in a shape.
const DIGITS: u8 = b'0';
const WORD: u8 = b'a';

/// The shape of a text: its punctuation and blanks, and what stands between.
fn shape(text: &[u8], shape: &mut Vec<u8>) {
    let mut at = 0;
    while at < text.len() {
        let (code, len) = run(&text[at..]);
        shape.push(code);
        at += len;
    }
}

/// The first run of a text, and its bytes.
#[inline]
fn run(text: &[u8]) -> (u8, usize) {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80;
    let Some(first) = text.first().filter(|first| is_word(first)) else {
        return (text.first().copied().unwrap_or(0), 1);
    };
    let mut code = if first.is_ascii_digit() { DIGITS } else { WORD };
    let mut len = 1;
    while let Some(byte) = text.get(len).filter(|byte| is_word(byte)) {
        if !byte.is_ascii_digit() {
            code = WORD;
        }
        len += 1;
    }
    (code, len)
}

/// The bytes at the start of a text that have that shape.
#[inline]
fn lead(text: &[u8], shape: &[u8]) -> Option<usize> {
    let mut at = 0;
    for code in shape {
        let (here, len) = run(&text[at.min(text.len())..]);
        if here != *code {
            return None;
        }
        at += len;
    }
    (at <= text.len()).then_some(at)
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
