//! Mold: the shape of the last time, for the next one that differs in its minutes and seconds alone.
//!
//! The records of a busy log follow each other within the hour. Where everything around the minutes,
//! the seconds and their fraction is the same to the byte, only these are read; anything else goes the
//! whole way. Where all times of a mold are as long before their instants, nobody need be asked for
//! those either.

use std::ops::Range;

use crate::time::{Civil, Flags, Precision, RawTime, SECOND, pattern, policy};

/// Longest stretch before the seconds, and behind the fraction, that is compared.
const MOST: usize = 64;

/// The shapes of the last times that differed in more than that, the latest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Molds([Mold; 4]);

impl Molds {
    /// A line that begins as one of the last ones did: how much later than the first time of that
    /// mold, which is the latest then (ns).
    #[inline]
    pub(super) fn past_at_start(&mut self, line: &[u8]) -> Option<i64> {
        self.find(|mold| mold.past_at_start(line))
    }

    /// The same of a value that has the shape of one of the last ones of that field.
    #[inline]
    pub(super) fn past_of(&mut self, rung: usize, value: &[u8]) -> Option<i64> {
        self.find(|mold| mold.past_of(rung, value))
    }

    #[inline]
    fn find(&mut self, read: impl Fn(&Mold) -> Option<i64>) -> Option<i64> {
        read(&self.0[0]).or_else(|| self.find_further(read))
    }

    #[cold]
    fn find_further(&mut self, read: impl Fn(&Mold) -> Option<i64>) -> Option<i64> {
        let (at, past) = (1..self.0.len()).find_map(|at| Some((at, read(&self.0[at])?)))?;
        self.0[..=at].rotate_right(1);
        Some(past)
    }

    /// The time so much later than the first one of the latest mold.
    #[inline]
    pub(super) fn time(&self, past: i64) -> Option<RawTime> {
        Some(later(self.0[0].time?, past))
    }

    /// Its instant (ns), where that of the first one is known, and how finely it is written.
    #[inline]
    pub(super) fn instant(&self, past: i64) -> Option<(i64, Precision)> {
        let Mold { place: Place::At(first), precision, .. } = &self.0[0] else { return None };
        Some((first + past, *precision))
    }

    /// Finds out once of the latest mold whether its times are all as long before their instants.
    /// `instant` tells that of a time for which nothing but its own stretch of offset decides.
    #[inline]
    pub(super) fn place(&mut self, instant: impl Fn(&RawTime) -> Option<i64>) {
        if matches!(self.0[0].place, Place::Unasked) {
            self.0[0].find_place(instant);
        }
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
    /// The time at minute and second 0.
    time: Option<RawTime>,
    /// The instants of its times.
    place: Place,
    precision: Precision,
    /// For a value: of which field, and it ends where the time does.
    rung: usize,
}

/// What is known of the instants of a mold's times.
#[derive(Clone, Copy, Debug, Default)]
enum Place {
    #[default]
    Unasked,
    /// They have to be asked for one by one.
    Open,
    /// The first one's, in nanoseconds; the others are as much later as their times.
    At(i64),
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
        let is =
            |eight: &[u8; 8], (word, mask): (u64, u64)| u64::from_le_bytes(*eight) & mask == word;
        if !is(text.last_chunk()?, self.last) {
            return None;
        }
        let (eights, _) = text.as_chunks();
        for (eight, word) in eights.iter().zip(&self.words) {
            if !is(eight, *word) {
                return None;
            }
        }
        Some(text)
    }
}

impl Mold {
    /// How much later than its first time one is that a line begins with as the last one did.
    #[inline]
    fn past_at_start(&self, line: &[u8]) -> Option<i64> {
        let time = self.time.as_ref()?;
        let lead = self.lead(line)?;
        let past = self.read(&line[lead..])?;
        if time.offset().is_none() || self.epoch > 0 {
            let hour = (time.civil.rem_euclid(86_400) / 3600) as u8;
            if pattern::cut_short(&line[lead + self.time_end..], hour) {
                return None;
            }
        }
        Some(past)
    }

    /// The same of a value that has the shape of the last one of that field.
    fn past_of(&self, rung: usize, value: &[u8]) -> Option<i64> {
        if self.time.is_none() || self.rung != rung || self.same.len != value.len() {
            return None;
        }
        self.read(&value[self.lead(value)?..])
    }

    /// The last of its times must be as long behind its instant as the first: then all are, for an
    /// offset holds for a stretch.
    fn find_place(&mut self, instant: impl Fn(&RawTime) -> Option<i64>) {
        let ends = self.time.zip(self.last()).and_then(|(first, last)| {
            let (from, to) = (instant(&first)?, instant(&later(first, last))?);
            (from.checked_add(last)? == to).then_some(from)
        });
        self.place = ends.map_or(Place::Open, Place::At);
    }

    /// How much later than the first the last of its times may be (ns).
    fn last(&self) -> Option<i64> {
        match self.epoch {
            0 => Some(3600 * SECOND - 1),
            epoch => {
                let count = 10_i64.checked_pow(epoch as u32)?;
                count.checked_mul(i64::from(POWERS[9 - self.digits])).map(|past| past - 1)
            }
        }
    }

    /// The bytes of the line's start of which only the shape must be the same.
    #[inline]
    fn lead(&self, text: &[u8]) -> Option<usize> {
        if self.shape.is_empty() { Some(0) } else { lead(text, &self.shape) }
    }

    /// Nanoseconds to add; a single number, so that it need not go through memory. The text begins
    /// behind the lead.
    #[inline]
    fn read(&self, text: &[u8]) -> Option<i64> {
        let same = self.same.take(text)?;
        let fraction = i64::from(POWERS[9 - self.digits]);
        if self.epoch > 0 {
            return number(same, self.at..self.end)?.checked_mul(fraction);
        }
        // `HH:MM:SS`
        let clock = same.get(self.at.checked_sub(6)?..)?.first_chunk()?;
        let seconds = minutes_and_seconds(*clock)?;
        let nanos = match self.digits {
            0 => 0,
            _ => number(same, self.at + 3..self.end)? * fraction,
        };
        Some(seconds * SECOND + nanos)
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
        self.place = Place::Unasked;
        // Where the anchor ends with the time, what follows might still belong to it.
        let Some(text) = text.filter(|text| text.end < len && len <= line.len()) else { return };
        self.take(line, text, len, time, by_shape);
    }

    fn learn_value(&mut self, rung: usize, value: &[u8], time: &RawTime) {
        self.time = None;
        self.place = Place::Unasked;
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
            raw.civil -= raw.civil.rem_euclid(3600);
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
            let Some(head) = one_by_one(&line[text.start..at]) else { return };
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
            let (minutes, seconds) = (self.at - 3..self.at - 1, self.at..self.at + 2);
            let fraction = self.end.min(self.at + 3)..self.end;
            self.same.learn(&line[lead..len], &[minutes, seconds, fraction]);
        }
        self.time = Some(raw);
        self.precision = raw.precision;
        // What it would read again must be what was read; a time of another make is not learnt.
        let again = self.read(&line[lead..]).map(|past| later(raw, past));
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

/// One in each of eight bytes.
const EACH: u64 = u64::from_le_bytes([1; 8]);

/// The seconds of the minutes and seconds in `HH:MM:SS`; none where these are no two numbers below
/// 60.
#[inline]
fn minutes_and_seconds(clock: [u8; 8]) -> Option<i64> {
    const DIGITS: u64 = u64::from_le_bytes([0, 0, 0, 0xff, 0xff, 0, 0xff, 0xff]);
    const MOST: u64 = u64::from_le_bytes([0, 0, 0, 5, 9, 0, 5, 9]);
    let digits = (u64::from_le_bytes(clock) ^ (EACH * u64::from(b'0'))) & DIGITS;
    // Whatever is more than its most sets the highest bit of its byte.
    if (digits.wrapping_add(EACH * 0x7f - MOST) | digits) & DIGITS & (EACH * 0x80) != 0 {
        return None;
    }
    let [_, _, _, a, b, _, c, d] = digits.to_le_bytes();
    let number = |tens: u8, ones: u8| i64::from(tens) * 10 + i64::from(ones);
    Some(number(a, b) * 60 + number(c, d))
}

/// The number that the digits in a range of a text write; none where they are no digits.
#[inline]
fn number(text: &[u8], digits: Range<usize>) -> Option<i64> {
    let Range { start, end } = digits;
    let len = end.checked_sub(start)?;
    let last = || text.get(end.checked_sub(8)?..end)?.first_chunk();
    match last().filter(|_| (1..=8).contains(&len)) {
        Some(eight) => eight_digits(*eight, len),
        None => one_by_one(text.get(start..end)?),
    }
}

/// The number that the last few of eight digits write, all at once: first the pairs, then the pairs of
/// these, then both halves.
#[inline]
fn eight_digits(text: [u8; 8], last: usize) -> Option<i64> {
    let digits =
        (u64::from_le_bytes(text) ^ (EACH * u64::from(b'0'))) & (u64::MAX << (64 - 8 * last));
    // Whatever is more than 9 sets the highest bit of its byte.
    if (digits.wrapping_add(EACH * (0x7f - 9)) | digits) & (EACH * 0x80) != 0 {
        return None;
    }
    let pairs = digits.wrapping_mul(10 << 8 | 1) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100 << 16 | 1) >> 16 & 0x0000_ffff_0000_ffff;
    Some((fours.wrapping_mul(10_000 << 32 | 1) >> 32) as i64)
}

fn one_by_one(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0_i64, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| digit - b'0')?;
        number.checked_mul(10)?.checked_add(i64::from(digit))
    })
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
