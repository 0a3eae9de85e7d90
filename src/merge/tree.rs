//! A tree of losers: the least of many keys, and the second, in as many steps as the tree is high.
//!
//! Knuth, The Art of Computer Programming 3, 5.4.1.

/// An instant and the number of its input: what is merged by.
pub(super) type Key = (i64, u32);

/// Behind all keys.
pub(super) const END: Key = (i64::MAX, u32::MAX);

/// The least of the keys of so many inputs.
#[derive(Debug)]
pub(super) struct Tree {
    keys: Vec<Key>,
    /// The input that lost at each inner node; the root's place holds the winner.
    nodes: Vec<u32>,
}

impl Tree {
    /// A tree over these keys.
    pub(super) fn new(keys: Vec<Key>) -> Self {
        let width = keys.len().next_power_of_two().max(1);
        let mut keys = keys;
        keys.resize(width, END);
        let mut tree = Self { nodes: vec![0; width], keys };
        tree.nodes[0] = tree.play(1);
        tree
    }

    /// Plays the matches below a node; gives its winner.
    fn play(&mut self, node: usize) -> u32 {
        let width = self.keys.len();
        if node >= width {
            return (node - width) as u32;
        }
        let (left, right) = (self.play(2 * node), self.play(2 * node + 1));
        let left_wins = self.keys[left as usize] <= self.keys[right as usize];
        let (winner, loser) = if left_wins { (left, right) } else { (right, left) };
        self.nodes[node] = loser;
        winner
    }

    /// The input with the least key.
    pub(super) fn winner(&self) -> usize {
        self.nodes[0] as usize
    }

    /// The least key.
    pub(super) fn least(&self) -> Key {
        self.keys[self.winner()]
    }

    /// The least key of the others.
    pub(super) fn second(&self) -> Key {
        let mut node = (self.winner() + self.keys.len()) / 2;
        let mut second = END;
        while node > 0 {
            second = second.min(self.keys[self.nodes[node] as usize]);
            node /= 2;
        }
        second
    }

    /// Gives the winner another key.
    pub(super) fn replace(&mut self, key: Key) {
        let mut winner = self.nodes[0];
        self.keys[winner as usize] = key;
        let mut node = (winner as usize + self.keys.len()) / 2;
        while node > 0 {
            if self.keys[self.nodes[node] as usize] < self.keys[winner as usize] {
                std::mem::swap(&mut self.nodes[node], &mut winner);
            }
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
            // Each input counts up in its own step.
            let step = |input: u32| i64::from(input % 3 + 1);
            let mut tree = Tree::new((0..width).map(|input| (0, input)).collect());
            let mut last = (i64::MIN, 0);
            while tree.least() != END {
                let key = tree.least();
                assert!(last < key && key <= tree.second(), "{width}: {last:?} {key:?}");
                last = key;
                let (at, input) = key;
                let next = if at < 50 { (at + step(input), input) } else { END };
                tree.replace(next);
            }
        }
    }

    #[test]
    fn no_inputs_are_at_their_end() {
        assert_eq!(Tree::new(Vec::new()).least(), END);
    }
}
