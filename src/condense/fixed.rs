//! Logarithms of whole numbers by whole numbers, so that scores are the same on every machine.
//!
//! Results are in 1/1000.

/// log2 of a number, in 1/1000; 0 for 0.
pub fn log2(number: u64) -> i64 {
    if number < 2 {
        return 0;
    }
    let whole = number.ilog2();
    // The rest is a number from 1 to 2, as 1.31 bits: squared, each doubling is the next binary
    // digit of its logarithm.
    let mut rest = if whole >= 31 { number >> (whole - 31) } else { number << (31 - whole) };
    let mut digits = 0_i64;
    for _ in 0..16 {
        rest = (rest * rest) >> 31;
        digits <<= 1;
        if rest >= 1 << 32 {
            rest >>= 1;
            digits |= 1;
        }
    }
    i64::from(whole) * 1000 + ((digits * 1000) >> 16)
}

/// Natural logarithm of `above / below`, in 1/1000; a zero counts as one.
pub fn ln_ratio(above: u64, below: u64) -> i64 {
    (log2(above) - log2(below)) * 693_147 / 1_000_000
}

/// How surprising a count is where `expected` was to be expected, in 1/1000 nats: the Poisson
/// likelihood ratio c·ln(c/λ) − c + λ. Both counts in 1/1000.
pub fn surprise(count: u64, expected: u64) -> i64 {
    let (c, l) = (count.min(1 << 40) as i64, expected.clamp(1, 1 << 40) as i64);
    (c * ln_ratio(c as u64, l as u64) / 1000 - c + l).max(0)
}

#[cfg(test)]
mod tests;
