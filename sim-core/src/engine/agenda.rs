//! What is to happen, in the order in which it is due.

use super::system::AgendaKey;

/// A sorted list, the next entry at its end: that one is taken without moving any other, and what is due soon, as nearly
/// everything that is put in, moves the few that are due sooner still.
#[derive(Clone, Debug)]
pub(super) struct Agenda<T> {
    latest_first: Vec<(AgendaKey, T)>,
}

impl<T: Copy> Agenda<T> {
    pub(super) const fn new() -> Agenda<T> {
        Agenda { latest_first: Vec::new() }
    }

    /// No other entry has this key.
    pub(super) fn insert(&mut self, key: AgendaKey, item: T) {
        let at = self.after_later_than(key);
        self.latest_first.insert(at, (key, item));
    }

    /// False when there is none with this key.
    pub(super) fn remove(&mut self, key: AgendaKey) -> bool {
        let at = self.after_later_than(key);
        let is_there = self.latest_first.get(at).is_some_and(|(other, _)| *other == key);
        if is_there {
            self.latest_first.remove(at);
        }
        is_there
    }

    /// Takes the next entry.
    pub(super) fn pop(&mut self) -> Option<(AgendaKey, T)> {
        self.latest_first.pop()
    }

    /// The next entry first.
    pub(super) fn iter(&self) -> impl Iterator<Item = (AgendaKey, T)> {
        self.latest_first.iter().rev().copied()
    }

    /// Keeps what this holds for.
    pub(super) fn retain(&mut self, mut stays: impl FnMut(T) -> bool) {
        self.latest_first.retain(|(_, item)| stays(*item));
    }

    fn after_later_than(&self, key: AgendaKey) -> usize {
        self.latest_first.partition_point(|(other, _)| *other > key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::mix;
    use crate::time::SimTime;
    use std::collections::BTreeMap;

    #[test]
    fn it_answers_as_a_b_tree_does() {
        for seed in 0..100u64 {
            let (mut ours, mut theirs) = (Agenda::new(), BTreeMap::new());
            for nth in 0..80 {
                let chosen = mix(seed * 100 + nth);
                let key = (SimTime(chosen % 7), chosen / 7 % 5);
                match chosen / 35 % 4 {
                    0 => assert_eq!(ours.remove(key), theirs.remove(&key).is_some()),
                    1 => assert_eq!(ours.pop(), theirs.pop_first()),
                    _ if theirs.contains_key(&key) => {
                        ours.retain(|item| item % 3 != 0);
                        theirs.retain(|_, item| *item % 3 != 0);
                    }
                    _ => {
                        ours.insert(key, nth);
                        theirs.insert(key, nth);
                    }
                }
                assert!(ours.iter().eq(theirs.iter().map(|(key, item)| (*key, *item))));
            }
        }
    }
}
