//! The order in which Java's hash tables are gone through. ZooKeeper keeps the ephemerals of a session and a
//! client's watches in them, so the order is what a user of the real system sees: in which order the
//! ephemerals of a closed session go, and in which order missed watches fire.

use crate::ids::ZPath;

/// Java's defaults: 16 buckets, twice as many when more than three quarters are used (`java.util.HashMap`).
const BUCKETS_AT_FIRST: usize = 16;

/// A `java.util.HashSet<String>` (or the keys of a `HashMap<String, …>`): the same strings put in and taken
/// out in the same order give the same iteration order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct JavaHashSet {
    /// Each in the order of insertion. None before the first insertion.
    buckets: Vec<Vec<ZPath>>,
    len: u32,
}

impl JavaHashSet {
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// False if it was there.
    pub(crate) fn insert(&mut self, path: &ZPath) -> bool {
        if self.buckets.is_empty() {
            self.buckets.resize(BUCKETS_AT_FIRST, Vec::new());
        }
        let at = bucket(path, self.buckets.len());
        if self.buckets[at].contains(path) {
            return false;
        }
        self.buckets[at].push(path.clone());
        self.len += 1;
        if self.len as usize * 4 > self.buckets.len() * 3 {
            *self = self.with_buckets(self.buckets.len() * 2);
        }
        true
    }

    /// False if it was not there.
    pub(crate) fn remove(&mut self, path: &str) -> bool {
        if self.buckets.is_empty() {
            return false;
        }
        let at = bucket(path, self.buckets.len());
        let bucket = &mut self.buckets[at];
        let Some(nth) = bucket.iter().position(|other| **other == *path) else { return false };
        bucket.remove(nth);
        self.len -= 1;
        true
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &ZPath> {
        self.buckets.iter().flatten()
    }

    /// What `clone` makes of it: a table that is only as large as what is in it needs (Java 8 to 18; later ones
    /// round differently for one size in 12).
    #[must_use]
    pub(crate) fn java_clone(&self) -> JavaHashSet {
        // `HashMap.putMapEntries`: tableSizeFor(size / 0.75 + 1).
        let wanted = self.len as usize * 4 / 3 + 1;
        self.with_buckets(wanted.next_power_of_two())
    }

    /// The same strings in a table of this size; those of one bucket stay in their order.
    fn with_buckets(&self, buckets: usize) -> JavaHashSet {
        let mut other = JavaHashSet { buckets: vec![Vec::new(); buckets], len: self.len };
        for path in self.iter() {
            other.buckets[bucket(path, buckets)].push(path.clone());
        }
        other
    }
}

/// `String.hashCode`
pub(crate) fn string_hash(text: &str) -> i32 {
    text.encode_utf16().fold(0i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
}

/// The string's hash, spread as `HashMap.hash` does, in a table of this power of two.
fn bucket(path: &str, buckets: usize) -> usize {
    let hash = string_hash(path).cast_unsigned();
    (hash ^ (hash >> 16)) as usize & (buckets - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(paths: impl IntoIterator<Item = impl AsRef<str>>) -> JavaHashSet {
        let mut set = JavaHashSet::default();
        for path in paths {
            set.insert(&path.as_ref().into());
        }
        set
    }

    fn seen(set: &JavaHashSet) -> Vec<&str> {
        set.iter().map(|path| &**path).collect()
    }

    /// As printed by Java 17.
    #[test]
    fn the_order_is_javas() {
        let mut workers = of((0..14).map(|n| format!("/workers/worker-{n}")));
        workers.remove("/workers/worker-3");
        workers.insert(&"/主/节点".into());
        let names: Vec<&str> = seen(&workers).iter().map(|path| path.trim_start_matches("/workers/worker-")).collect();
        assert_eq!(names, ["9", "8", "/主/节点", "7", "6", "5", "4", "2", "1", "0", "13", "11", "12", "10"]);
        let few = of(["/e1", "/e2", "/e3", "/b/eph", "/zz", "/a"]);
        assert_eq!(seen(&few), ["/a", "/e1", "/e2", "/e3", "/b/eph", "/zz"]);
    }

    /// `HashMap.putMapEntries` of Java 17: 12 fit into the table of 16, and their copy gets one of 32.
    #[test]
    fn a_copy_has_a_table_of_its_own_size() {
        let set = of(["/b", "/a", "/w1", "/w2", "/lock-0000000001"]);
        assert_eq!(set.java_clone().buckets.len(), 8);
        assert_eq!(of(["/a"]).java_clone().buckets.len(), 2);
        assert_eq!(of((0..12).map(|n| format!("/{n}"))).java_clone().buckets.len(), 32);
        assert_eq!(of((0..12).map(|n| format!("/{n}"))).buckets.len(), 16);
    }
}
