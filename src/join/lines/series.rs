//! Series: the parts of a rotated log, one after the other, as one copy of it.

use std::collections::HashMap;

use super::Facts;

/// First and last instant (ns).
pub(super) type Span = (i64, i64);

/// Which series each input is part of.
#[derive(Debug, Default)]
pub(super) struct Series {
    /// By input: the series, as its least input, and the number of the part in it.
    of: Vec<(u32, u32)>,
    /// By series: the time that its parts span, and the inputs in order.
    parts: HashMap<u32, (Span, Vec<u32>)>,
}

impl Series {
    /// Finds the series. Parts of one role that overlap by more than an instant are copies, and so
    /// are a part and its packed twin.
    pub(super) fn new(spans: &[Option<Span>], facts: &[Facts]) -> Self {
        let mut roles: HashMap<&str, Vec<(Span, u32)>> = HashMap::new();
        for (input, facts) in (0_u32..).zip(facts) {
            if let Some(span) = spans[input as usize] {
                roles.entry(&facts.role).or_default().push((span, input));
            }
        }
        let mut all: Vec<(Span, Vec<u32>)> = Vec::new();
        for (_, mut parts) in roles {
            parts.sort_unstable();
            let mut series: Vec<(Span, Vec<u32>)> = Vec::new();
            for ((first, last), input) in parts {
                let part = &facts[input as usize].part;
                let before = series.iter_mut().find(|(span, inputs)| {
                    span.1 <= first && inputs.iter().all(|of| facts[*of as usize].part != *part)
                });
                match before {
                    Some((span, inputs)) => {
                        span.1 = last;
                        inputs.push(input);
                    }
                    None => series.push(((first, last), vec![input])),
                }
            }
            all.append(&mut series);
        }
        let mut found =
            Self { of: (0..facts.len() as u32).map(|n| (n, 0)).collect(), ..Self::default() };
        for (span, inputs) in all {
            let Some(&least) = inputs.iter().min() else { continue };
            for (number, input) in (0..).zip(&inputs) {
                found.of[*input as usize] = (least, number);
            }
            found.parts.insert(least, (span, inputs));
        }
        found
    }

    /// The series of an input, and the number of the part.
    pub(super) fn of(&self, input: u32) -> (u32, u32) {
        self.of[input as usize]
    }

    /// First and last instant of a series.
    pub(super) fn span(&self, series: u32) -> Option<Span> {
        self.parts.get(&series).map(|(span, _)| *span)
    }

    /// The inputs of a series.
    pub(super) fn inputs(&self, series: u32) -> &[u32] {
        self.parts.get(&series).map_or(&[], |(_, inputs)| inputs)
    }
}
