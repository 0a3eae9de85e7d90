//! Chance that is the same in every run: a seed gives one sequence, on every machine.

/// A sequence that looks random (`SplitMix64`: Steele, Lea and Flood, 2014).
pub(crate) struct Chance(u64);

impl Chance {
    /// The sequence of that seed in that case: two cases of one seed have nothing in common.
    pub(crate) fn new(seed: u64, case: &str) -> Self {
        let salt = case.bytes().fold(0_u64, |salt, b| salt.wrapping_mul(31).wrapping_add(b.into()));
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ salt)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// A number from `from` on, below `to`.
    pub(crate) fn between(&mut self, from: i64, to: i64) -> i64 {
        from + self.below((to - from) as usize) as i64
    }

    /// True so often in a thousand.
    pub(crate) fn often(&mut self, of_thousand: usize) -> bool {
        self.below(1000) < of_thousand
    }

    /// One of a list.
    pub(crate) fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// How long a notification is on its way, in milliseconds: lognormal with a median of 4 s, and
    /// 1 s; one in a hundred takes longer than 20 s.
    pub(crate) fn delay(&mut self) -> i64 {
        // Twelve uniform numbers add up to something nearly normal, with variance 1.
        let normal = (0..12).map(|_| self.below(1 << 20) as f64).sum::<f64>() / f64::from(1 << 20);
        1000 + (4000.0 * (0.7 * (normal - 6.0)).exp()) as i64
    }
}
