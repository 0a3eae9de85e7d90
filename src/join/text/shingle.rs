//! Shingles: runs of five words, by which texts are compared; and their `MinHash`.
//!
//! `MinHash` of 128 permutations in 32 bands of 4: texts that share 80 % of their shingles meet in some
//! band but for one in ten million, texts that share 30 % do in one of four cases. The bands only
//! propose: what is joined is decided on the shingles themselves.

use super::words::Word;

/// Words of a shingle.
pub(super) const WORDS: usize = 5;
/// Permutations.
const PERMUTATIONS: usize = 128;
/// Bands.
pub(super) const BANDS: usize = 32;

/// FNV-1a, finished by [`mix`]: the same on every machine and for every release of the compiler.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    mix(bytes.iter().fold(0xcbf2_9ce4_8422_2325, step))
}

/// The finisher of `SplitMix64` (Steele, Lea, Flood 2014): every bit in reaches every bit out.
fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// The hash of words in their order.
pub(super) fn whole(words: &[Word]) -> u64 {
    in_order(words.iter().map(|word| word.hash))
}

fn in_order(hashes: impl Iterator<Item = u64>) -> u64 {
    hashes.fold(0, |sum: u64, hash| mix(sum.rotate_left(7) ^ hash))
}

/// The hashes of a text's shingles, sorted, each once. None where it has fewer words.
pub(super) fn shingles(words: &[Word]) -> Vec<u64> {
    let hashes: Vec<u64> = words.iter().map(|word| word.hash).collect();
    of_hashes(&hashes)
}

/// The same from the hashes of the words.
pub(super) fn of_hashes(words: &[u64]) -> Vec<u64> {
    let mut shingles: Vec<u64> =
        words.windows(WORDS).map(|run| in_order(run.iter().copied())).collect();
    shingles.sort_unstable();
    shingles.dedup();
    shingles
}

/// How many shingles two texts share.
pub(super) fn shared(a: &[u64], b: &[u64]) -> u32 {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        both += u32::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    both
}

/// A share in permille, rounded down; 0 of nothing.
pub(super) fn permille(part: u32, whole: usize) -> u16 {
    if whole == 0 { 0 } else { (u64::from(part) * 1000 / whole as u64) as u16 }
}

/// Jaccard similarity in permille, and the number of shared shingles.
pub(super) fn jaccard(a: &[u64], b: &[u64]) -> (u16, u32) {
    let both = shared(a, b);
    (permille(both, a.len() + b.len() - both as usize), both)
}

/// The keys of a text's bands. Texts without shingles have none.
pub(super) fn bands(shingles: &[u64]) -> Option<[u64; BANDS]> {
    if shingles.is_empty() {
        return None;
    }
    let mut least = [u64::MAX; PERMUTATIONS];
    for &shingle in shingles {
        for (number, least) in least.iter_mut().enumerate() {
            // A permutation: odd multiplier, then the mixing of high bits into low ones.
            let odd = (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
            let x = (shingle ^ odd.rotate_left(32)).wrapping_mul(odd);
            *least = (*least).min(x ^ (x >> 32));
        }
    }
    let mut keys = [0; BANDS];
    for (band, rows) in least.chunks(PERMUTATIONS / BANDS).enumerate() {
        keys[band] = rows.iter().fold(band as u64, |sum, row| mix(sum.rotate_left(9) ^ row));
    }
    Some(keys)
}

#[cfg(test)]
mod tests;
