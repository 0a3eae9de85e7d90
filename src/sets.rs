//! Sets: things that hang together, by their numbers.
//!
//! Takes pairs that are of one set; gives the number that stands for each set: its least, so that the
//! order of joining does not matter.

/// Numbers from 0 on, each in one set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sets {
    /// For each number one of its set that is no greater; itself for the least.
    above: Vec<usize>,
}

impl Sets {
    /// So many numbers, each alone in its set.
    pub(crate) fn new(numbers: usize) -> Self {
        Self { above: (0..numbers).collect() }
    }

    /// How many numbers there are.
    pub(crate) fn len(&self) -> usize {
        self.above.len()
    }

    /// Adds the next number, alone in its set.
    pub(crate) fn add(&mut self) {
        self.above.push(self.above.len());
    }

    /// The least number of the set of a number.
    pub(crate) fn root(&mut self, mut number: usize) -> usize {
        while self.above[number] != number {
            self.above[number] = self.above[self.above[number]];
            number = self.above[number];
        }
        number
    }

    /// Makes the sets of two numbers one; gives its least number.
    pub(crate) fn join(&mut self, one: usize, other: usize) -> usize {
        let (one, other) = (self.root(one), self.root(other));
        let root = one.min(other);
        self.above[one.max(other)] = root;
        root
    }
}

#[cfg(test)]
mod tests {
    use super::Sets;

    #[test]
    fn the_order_of_joining_does_not_matter() {
        let pairs = [(4, 2), (5, 6), (2, 6), (1, 3)];
        let roots = |pairs: &[(usize, usize)]| {
            let mut sets = Sets::new(7);
            for (one, other) in pairs {
                sets.join(*one, *other);
            }
            (0..7).map(|number| sets.root(number)).collect::<Vec<_>>()
        };
        let mut back = pairs;
        back.reverse();
        assert_eq!(roots(&pairs), [0, 1, 2, 1, 2, 2, 2]);
        assert_eq!(roots(&back), roots(&pairs));
    }
}
