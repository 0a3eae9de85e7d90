//! Threads: which conversation a message is part of.
//!
//! Takes messages that tell what they answer; gives all messages of a conversation one number. Many
//! programs name only the message that they answer, not the first (RFC 5322 §3.6.4 asks for
//! `References` but does not demand it), so what answers what hangs together, in whatever mailboxes
//! it lies. A mail that says that it answers and does not say what, or answers what nobody has, is
//! of the last mail before it with its subject.

use std::collections::{HashMap, HashSet};

use super::{clue::HOUR, facts::Facts};
use crate::{join::Place, sets::Sets};

/// So long after a mail an answer to nothing that is known may be one to it, by its subject.
const LATER: i64 = 72 * HOUR;

/// Gives all messages of a conversation one thread: the least of their numbers, so that the order
/// of reading does not matter. `order` is the total order, instants in ns.
pub(crate) fn settle(facts: &mut HashMap<Place, Facts>, order: impl Iterator<Item = (i64, Place)>) {
    let known: HashSet<u32> = facts.values().map(|facts| facts.own).collect();
    let mut conversations = Conversations::of(facts.values());
    for facts in facts.values().filter(|facts| facts.own != 0 && facts.thread != 0) {
        conversations.join(facts.own, facts.thread);
    }
    let mut last: HashMap<u32, (i64, u32)> = HashMap::new();
    for (instant, place) in order {
        let of_mail = |facts: &&Facts| facts.subject != 0 && facts.thread != 0;
        let Some(facts) = facts.get(&place).filter(of_mail) else { continue };
        let answers_nobody = facts.thread == facts.own || !known.contains(&facts.thread);
        if let Some((before, thread)) = last.insert(facts.subject, (instant, facts.thread))
            && facts.is_answer
            && answers_nobody
            && instant - before <= LATER
        {
            conversations.join(thread, facts.thread);
        }
    }
    for facts in facts.values_mut().filter(|facts| facts.thread != 0) {
        facts.thread = conversations.least(facts.thread);
    }
}

/// Messages that hang together, by their numbers.
struct Conversations {
    /// The numbers, in order.
    numbers: Vec<u32>,
    sets: Sets,
}

impl Conversations {
    fn of<'f>(facts: impl Iterator<Item = &'f Facts>) -> Self {
        let mut numbers: Vec<u32> = facts.flat_map(|facts| [facts.own, facts.thread]).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let sets = Sets::new(numbers.len());
        Self { numbers, sets }
    }

    fn place(&self, number: u32) -> usize {
        self.numbers.partition_point(|known| *known < number)
    }

    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.place(one), self.place(other));
        self.sets.join(one, other);
    }

    fn least(&mut self, number: u32) -> u32 {
        let place = self.place(number);
        self.numbers[self.sets.root(place)]
    }
}

#[cfg(test)]
mod tests;
