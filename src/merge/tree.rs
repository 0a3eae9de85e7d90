//! A tree of losers: the least of many keys, and the second, in as many steps as the tree is high.
//!
//! Knuth, The Art of Computer Programming 3, 5.4.1. In records of many inputs nobody can foretell who
//! wins, so that keys are numbers and a match is their minimum: no branch goes by it.

/// An instant and the number of its input: what is merged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(i128);

/// Behind all keys.
pub(super) const END: Key = Key((i64::MAX as i128) << 32 | u32::MAX as i128);

impl Key {
    /// The key of a record of that instant (ns) in that input.
    #[inline]
    pub(super) fn new(instant: i64, input: usize) -> Self {
        Self(i128::from(instant) << 32 | i128::from(input as u32))
    }

    /// The instant, in nanoseconds.
    #[inline]
    pub(super) fn instant(self) -> i64 {
        (self.0 >> 32) as i64
    }

    /// The number of the input; of [`END`], none that there is.
    #[inline]
    pub(super) fn input(self) -> usize {
        self.0 as u32 as usize
    }
}

/// The least of the keys of so many inputs.
#[derive(Debug)]
pub(super) struct Tree {
    /// The key that lost at each inner node; the root's place holds the winner.
    nodes: Vec<Key>,
}

impl Tree {
    /// A tree over the keys of the inputs 0, 1, 2 and so on.
    pub(super) fn new(mut keys: Vec<Key>) -> Self {
        let width = keys.len().next_power_of_two().max(1);
        keys.resize(width, END);
        let mut tree = Self { nodes: vec![END; width] };
        tree.nodes[0] = tree.play(1, &keys);
        tree
    }

    /// Plays the matches below a node; gives its winner.
    fn play(&mut self, node: usize, keys: &[Key]) -> Key {
        if node >= keys.len() {
            return keys[node - keys.len()];
        }
        let (left, right) = (self.play(2 * node, keys), self.play(2 * node + 1, keys));
        self.nodes[node] = left.max(right);
        left.min(right)
    }

    /// The least key.
    #[inline]
    pub(super) fn least(&self) -> Key {
        self.nodes[0]
    }

    /// The node that the winner played its first match at.
    #[inline]
    fn first_match(&self) -> usize {
        usize::midpoint(self.least().input(), self.nodes.len())
    }

    /// The least key of the others.
    #[inline]
    pub(super) fn second(&self) -> Key {
        let mut node = self.first_match();
        let mut second = END;
        while node > 0 {
            second = second.min(self.nodes[node]);
            node /= 2;
        }
        second
    }

    /// Gives the winner another key.
    #[inline]
    pub(super) fn replace(&mut self, key: Key) {
        let mut winner = key;
        let mut node = self.first_match();
        while node > 0 {
            let other = self.nodes[node];
            self.nodes[node] = other.max(winner);
            winner = other.min(winner);
            node /= 2;
        }
        self.nodes[0] = winner;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_comes_first_and_the_second_is_known() {
        for width in [1, 2, 3, 5, 8, 9] {
            // Each input counts up in its own step, from before 1970 on.
            let step = |input: usize| (input % 3 + 1) as i64;
            let mut tree = Tree::new((0..width).map(|input| Key::new(-9, input)).collect());
            let mut last = Key::new(i64::MIN, 0);
            while tree.least() != END {
                let key = tree.least();
                assert!(last < key && key <= tree.second(), "{width}: {last:?} {key:?}");
                last = key;
                let next = key.instant() + step(key.input());
                tree.replace(if next < 50 { Key::new(next, key.input()) } else { END });
            }
        }
    }

    #[test]
    fn no_inputs_are_at_their_end() {
        assert_eq!(Tree::new(Vec::new()).least(), END);
    }
}
