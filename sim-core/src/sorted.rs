//! Sorting and sorted things, small: the standard library's stable sort and its B-trees are compiled again for each type, at
//! 4 to 9 KB of wasm a time, which the page's size budget cannot afford forty times.

#![expect(missing_docs, reason = "the methods are those of slices, BTreeMap and BTreeSet, under their names")]

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::slice;
use std::vec;

/// A stable sort by merging; what is in order already costs one comparison an item and no memory.
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
        let mut order = order_of(self.len(), &mut |a, b| compare(&self[a], &self[b]) == Ordering::Less);
        put_in_order(&mut order, &mut |a, b| self.swap(a, b));
    }
}

/// The indices of a list in the order of its items, or nothing if they are in order already. It is a merge sort of
/// indices, so that it is compiled once, whatever is sorted.
fn order_of(len: usize, is_less: &mut dyn FnMut(usize, usize) -> bool) -> Vec<usize> {
    if !(1..len).any(|at| is_less(at, at - 1)) {
        return Vec::new();
    }
    let mut runs: Vec<usize> = (0..len).collect();
    let mut width = 1;
    while width < len {
        let mut merged = Vec::with_capacity(len);
        for start in (0..len).step_by(2 * width) {
            let middle = (start + width).min(len);
            let end = (middle + width).min(len);
            let (mut left, mut right) = (start, middle);
            while left < middle && right < end {
                // Equal items stay in their order: the right one comes first only if it is less.
                let next = if is_less(runs[right], runs[left]) { &mut right } else { &mut left };
                merged.push(runs[*next]);
                *next += 1;
            }
            merged.extend_from_slice(&runs[left..middle]);
            merged.extend_from_slice(&runs[right..end]);
        }
        runs = merged;
        width *= 2;
    }
    runs
}

/// Brings items into the order that [`order_of`] found, with at most one swap for each: it follows the cycles of the
/// permutation.
fn put_in_order(order: &mut [usize], swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..order.len() {
        let mut at = start;
        loop {
            let from = std::mem::replace(&mut order[at], at);
            if from == start || from == at {
                break;
            }
            swap(at, from);
            at = from;
        }
    }
}

/// A map in the order of its keys, with the interface of `BTreeMap`. It is a sorted list, so it is for what a cluster has
/// some of (brokers, partitions, sessions, znodes), not for what a run has thousands of.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SortedMap<K, V>(Vec<(K, V)>);

impl<K, V> SortedMap<K, V> {
    pub const fn new() -> SortedMap<K, V> {
        SortedMap(Vec::new())
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter(self.0.iter())
    }

    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator + Clone {
        self.0.iter().map(|(key, _)| key)
    }

    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator + Clone {
        self.0.iter().map(|(_, value)| value)
    }

    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> + ExactSizeIterator {
        self.0.iter_mut().map(|(_, value)| value)
    }

    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&K, &mut V)> + ExactSizeIterator {
        self.0.iter_mut().map(|(key, value)| (&*key, value))
    }

    pub fn first_key_value(&self) -> Option<(&K, &V)> {
        self.iter().next()
    }

    pub fn retain(&mut self, mut stays: impl FnMut(&K, &mut V) -> bool) {
        self.0.retain_mut(|(key, value)| stays(key, value));
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    /// Where a key is, or where it would be put.
    fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        self.0.binary_search_by(|(other, _)| other.borrow().cmp(key))
    }

    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.place(key).ok().map(|at| &self.0[at].1)
    }

    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.place(key).ok().map(|at| &mut self.0[at].1)
    }

    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.place(key).is_ok()
    }

    /// The value that was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok(at) => Some(std::mem::replace(&mut self.0[at].1, value)),
            Err(at) => {
                self.0.insert(at, (key, value));
                None
            }
        }
    }

    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.place(key).ok().map(|at| self.0.remove(at).1)
    }

    /// The value of the key; where there is none, a new one is put there first.
    pub fn or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let at = self.place(&key).unwrap_or_else(|at| {
            self.0.insert(at, (key, make()));
            at
        });
        &mut self.0[at].1
    }

    pub fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.or_insert_with(key, V::default)
    }

    /// The entries whose key is the given one or a later one.
    pub fn iter_from<Q: Ord + ?Sized>(&self, first: &Q) -> Iter<'_, K, V>
    where
        K: Borrow<Q>,
    {
        let from = self.place(first).unwrap_or_else(|at| at);
        Iter(self.0[from..].iter())
    }
}

/// The entries of a [`SortedMap`], in order.
pub struct Iter<'a, K, V>(slice::Iter<'a, (K, V)>);

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        Iter(self.0.clone())
    }
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(key, value)| (key, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|(key, value)| (key, value))
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}

impl<'a, K, V> IntoIterator for &'a SortedMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K, V> IntoIterator for SortedMap<K, V> {
    type Item = (K, V);
    type IntoIter = vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> SortedMap<K, V> {
        SortedMap::new()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for SortedMap<K, V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}

/// Of several pairs with the same key the last counts.
impl<K: Ord, V> Extend<(K, V)> for SortedMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, pairs: I) {
        for (key, value) in pairs {
            self.insert(key, value);
        }
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for SortedMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> SortedMap<K, V> {
        let mut map = SortedMap::new();
        map.extend(pairs);
        map
    }
}

impl<K: Ord, V, const N: usize> From<[(K, V); N]> for SortedMap<K, V> {
    fn from(pairs: [(K, V); N]) -> SortedMap<K, V> {
        pairs.into_iter().collect()
    }
}

/// A set in the order of its items, as [`SortedMap`] is a map.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SortedSet<T>(Vec<T>);

impl<T> SortedSet<T> {
    pub const fn new() -> SortedSet<T> {
        SortedSet(Vec::new())
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn iter(&self) -> slice::Iter<'_, T> {
        self.0.iter()
    }

    pub fn first(&self) -> Option<&T> {
        self.0.first()
    }

    pub fn retain(&mut self, stays: impl FnMut(&T) -> bool) {
        self.0.retain(stays);
    }
}

impl<T: Ord> SortedSet<T> {
    pub fn contains<Q: Ord + ?Sized>(&self, item: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.0.binary_search_by(|other| other.borrow().cmp(item)).is_ok()
    }

    /// False if it was there.
    pub fn insert(&mut self, item: T) -> bool {
        let place = self.0.binary_search(&item);
        if let Err(at) = place {
            self.0.insert(at, item);
        }
        place.is_err()
    }

    /// False if it was not there.
    pub fn remove<Q: Ord + ?Sized>(&mut self, item: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        let place = self.0.binary_search_by(|other| other.borrow().cmp(item));
        place.is_ok_and(|at| {
            self.0.remove(at);
            true
        })
    }

    /// What is in this one and not in the other.
    pub fn difference<'a>(&'a self, other: &'a SortedSet<T>) -> impl Iterator<Item = &'a T> {
        self.0.iter().filter(|item| !other.contains(*item))
    }
}

impl<T> Default for SortedSet<T> {
    fn default() -> SortedSet<T> {
        SortedSet::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for SortedSet<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.iter()).finish()
    }
}

impl<'a, T> IntoIterator for &'a SortedSet<T> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T> IntoIterator for SortedSet<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T: Ord> Extend<T> for SortedSet<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        for item in items {
            self.insert(item);
        }
    }
}

impl<T: Ord> FromIterator<T> for SortedSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> SortedSet<T> {
        let mut set = SortedSet::new();
        set.extend(items);
        set
    }
}

impl<T: Ord, const N: usize> From<[T; N]> for SortedSet<T> {
    fn from(items: [T; N]) -> SortedSet<T> {
        items.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::mix;
    use std::collections::{BTreeMap, BTreeSet};

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

    /// How many comparisons the sort of these items takes.
    fn comparisons(items: &mut [u64]) -> usize {
        let mut count = 0;
        items.sort_stably_by(|a, b| {
            count += 1;
            a.cmp(b)
        });
        count
    }

    #[test]
    fn a_sort_takes_n_log_n_comparisons_and_n_when_there_is_nothing_to_do() {
        let mut falling: Vec<u64> = (0..4_096).rev().collect();
        assert!(comparisons(&mut falling) <= 4_096 * 13, "a square would be 8 million");
        assert!(falling.is_sorted());
        assert_eq!(comparisons(&mut falling), 4_095);
        let mut mixed: Vec<u64> = (0..1_000).map(mix).collect();
        assert!(comparisons(&mut mixed) <= 1_000 * 11);
        assert!(mixed.is_sorted());
        assert_eq!((comparisons(&mut []), comparisons(&mut [1])), (0, 0));
    }

    #[test]
    fn a_sorted_map_answers_as_a_b_tree_does() {
        for seed in 0..200u64 {
            let (mut ours, mut theirs) = (SortedMap::new(), BTreeMap::new());
            for nth in 0..60 {
                let chosen = mix(seed * 100 + nth);
                let (key, other, value) = (chosen % 13, chosen / 13 % 13, nth);
                match chosen / 169 % 5 {
                    0 | 1 => assert_eq!(ours.insert(key, value), theirs.insert(key, value)),
                    2 => assert_eq!(ours.remove(&key), theirs.remove(&key)),
                    3 => assert_eq!(ours.or_insert_with(key, || value), theirs.entry(key).or_insert(value)),
                    _ => {
                        ours.retain(|it, _| it % 5 != key % 5);
                        theirs.retain(|it, _| it % 5 != key % 5);
                    }
                }
                assert!(ours.iter().eq(theirs.iter()) && ours.len() == theirs.len());
                assert_eq!(ours.get(&other), theirs.get(&other));
                assert!(ours.iter_from(&other).eq(theirs.range(other..)));
            }
        }
    }

    #[test]
    fn a_sorted_set_answers_as_a_b_tree_does() {
        for seed in 0..200u64 {
            let (mut ours, mut theirs) = (SortedSet::new(), BTreeSet::new());
            let other: SortedSet<u64> = (0..7).map(|nth| mix(seed + nth) % 13).collect();
            for nth in 0..40 {
                let chosen = mix(seed * 100 + nth);
                let item = chosen % 13;
                match chosen / 13 % 3 {
                    0 => assert_eq!(ours.remove(&item), theirs.remove(&item)),
                    _ => assert_eq!(ours.insert(item), theirs.insert(item)),
                }
                assert!(ours.iter().eq(theirs.iter()));
                assert!(ours.difference(&other).eq(theirs.iter().filter(|item| !other.contains(*item))));
            }
        }
    }
}
