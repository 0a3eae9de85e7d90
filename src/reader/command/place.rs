//! Places: the bytes of the input that events say they were told from.

use std::{io, ops::Range};

use crate::{discover::range::RangeRead, reader::line::LineReader};

/// What an event says of its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// Nothing: the whole input.
    Whole,
    /// A line, from 1, and how many from it on.
    Lines(u64, u64),
    /// First byte, and how many.
    Bytes(u64, u64),
}

/// A record of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// First byte.
    pub(super) start: u64,
    /// Bytes.
    pub(super) len: u64,
    /// Line of the first byte, from 0.
    pub(super) line: u32,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// By claim: the place, or why there is none.
    pub(super) places: Vec<Result<Place, String>>,
    /// Lines that no claim touches; blank ones do not count.
    pub(super) untold: u64,
}

/// Finds the places that are claimed, in one pass over the lines of the input; in none where
/// somebody claims all of it, and nobody less.
pub(super) fn find(source: &dyn RangeRead, claims: &[Claim]) -> io::Result<Found> {
    let places = claims.iter().map(|claim| known(*claim, source.len())).collect();
    let mut found = Found { places, untold: 0 };
    let whole = claims.contains(&Claim::Whole);
    if whole && claims.iter().all(|claim| *claim == Claim::Whole) {
        return Ok(found);
    }
    let places = &mut found.places;
    let mut first_lines = wanted(claims, |claim| Some(claim.lines()?.start));
    let mut last_lines = wanted(claims, |claim| Some(claim.lines()?.end - 1));
    let mut first_bytes = wanted(claims, |claim| Some(claim.bytes()?.start));
    let mut told_lines = Spans::of(claims, Claim::lines);
    let mut told_bytes = Spans::of(claims, Claim::bytes);
    let mut lines = LineReader::new(source, 0);
    let mut number = 0_u64;
    while let Some(line) = lines.next_line()? {
        let before = u32::try_from(number).unwrap_or(u32::MAX);
        number += 1;
        while let Some((_, at)) = first_lines.next_if(|(wanted, _)| *wanted == number) {
            places[at] = Ok(Place { start: line.start, len: 0, line: before });
        }
        while let Some((_, at)) = last_lines.next_if(|(wanted, _)| *wanted == number) {
            if let Ok(place) = &mut places[at] {
                place.len = line.start + line.len - place.start;
            }
        }
        let end = line.start + line.whole;
        while let Some((_, at)) = first_bytes.next_if(|(start, _)| *start < end) {
            if let Ok(place) = &mut places[at] {
                place.line = before;
            }
        }
        let touched = told_lines.touch(number..number + 1)
            | told_bytes.touch(line.start..line.start + line.len);
        found.untold += u64::from(!whole && !touched && !line.is_blank());
    }
    for (last, at) in last_lines {
        found.places[at] = Err(format!("the input has no line {last}"));
    }
    for place in &mut found.places {
        if matches!(place, Ok(Place { len: 0, .. })) {
            *place = Err("what it says it was told from is empty".to_owned());
        }
    }
    Ok(found)
}

impl Claim {
    /// The lines, from 1; none for a claim of other things, or of what cannot be.
    fn lines(self) -> Option<Range<u64>> {
        match self {
            Self::Lines(first @ 1.., n @ 1..) => Some(first..first.checked_add(n)?),
            _ => None,
        }
    }

    fn bytes(self) -> Option<Range<u64>> {
        match self {
            Self::Bytes(start, len) => Some(start..start.checked_add(len)?),
            _ => None,
        }
    }
}

/// The place of a claim, but for what only the lines of the input tell.
fn known(claim: Claim, size: u64) -> Result<Place, String> {
    match claim {
        Claim::Whole => Ok(Place { start: 0, len: size, line: 0 }),
        Claim::Lines(first, _) => Err(format!("the input has no line {first}")),
        Claim::Bytes(start, len) if start.checked_add(len).is_some_and(|end| end <= size) => {
            Ok(Place { start, len, line: 0 })
        }
        Claim::Bytes(start, len) => {
            Err(format!("it says {len} bytes from byte {start} on, and the input has {size}"))
        }
    }
}

/// What claims ask for, in the order of the input, each with its number.
fn wanted(
    claims: &[Claim],
    of: impl Fn(Claim) -> Option<u64>,
) -> std::iter::Peekable<std::vec::IntoIter<(u64, usize)>> {
    let asked = claims.iter().enumerate().filter_map(|(at, claim)| Some((of(*claim)?, at)));
    let mut asked: Vec<(u64, usize)> = asked.collect();
    asked.sort_unstable();
    asked.into_iter().peekable()
}

/// What is claimed, asked for from the front to the back.
struct Spans(std::iter::Peekable<std::vec::IntoIter<Range<u64>>>);

impl Spans {
    fn of(claims: &[Claim], of: impl Fn(Claim) -> Option<Range<u64>>) -> Self {
        let mut sorted: Vec<Range<u64>> = claims.iter().filter_map(|claim| of(*claim)).collect();
        sorted.sort_unstable_by_key(|span| (span.start, span.end));
        let mut spans: Vec<Range<u64>> = Vec::new();
        for span in sorted {
            match spans.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                _ => spans.push(span),
            }
        }
        Self(spans.into_iter().peekable())
    }

    /// Whether something of this stretch is claimed.
    fn touch(&mut self, stretch: Range<u64>) -> bool {
        while self.0.next_if(|span| span.end <= stretch.start).is_some() {}
        self.0.peek().is_some_and(|span| span.start < stretch.end)
    }
}
