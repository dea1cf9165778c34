//! One sort for everything that is drawn or assigned: stable, and small. The standard library's stable sort is
//! compiled again for each type, at 4 to 9 KB of wasm a time, which the page's size budget cannot afford forty times.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Sorting of lists of up to some hundred items, most of them nearly in order already: it takes one comparison an
/// item then, and at most a square of their number.
pub trait Sorted<T> {
    fn sort_stably_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    fn sort_stably(&mut self)
    where
        T: Ord,
    {
        self.sort_stably_by(T::cmp);
    }

    fn sort_stably_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.sort_stably_by(|a, b| key(a).cmp(&key(b)));
    }
}

impl<T> Sorted<T> for [T] {
    fn sort_stably_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        for sorted in 1..self.len() {
            let mut at = sorted;
            while at > 0 && compare(&self[at], &self[at - 1]) == Ordering::Less {
                self.swap(at, at - 1);
                at -= 1;
            }
        }
    }
}

/// A map of pairs; of several with the same key the last counts. `collect` does the same by the standard library's sort.
pub fn map_of<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(pairs);
    map
}

/// A set of items, as [`map_of`] makes maps.
pub fn set_of<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    set.extend(items);
    set
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::mix;

    #[test]
    fn it_sorts_as_the_standard_library_does() {
        for seed in 0..200u64 {
            let len = (mix(seed) % 40) as usize;
            let mut ours: Vec<(u64, usize)> = (0..len).map(|nth| (mix(seed * 100 + nth as u64) % 7, nth)).collect();
            let mut theirs = ours.clone();
            ours.sort_stably_by_key(|(key, _)| *key);
            theirs.sort_by_key(|(key, _)| *key);
            assert_eq!(ours, theirs, "equal keys stay in their order");
        }
    }
}
