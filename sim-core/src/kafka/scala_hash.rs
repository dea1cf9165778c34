//! The order in which the hash tables of Scala 2.10 and 2.11, with which 0.8.2.2 is built, are gone through. The controller
//! and the consumers write the znodes of partitions in it, so a user of the real system sees it in the zxids.

use crate::ids::TopicPartition;
use crate::sorted::Sorted;
use crate::zookeeper::java_hash::string_hash;

/// `HashTable.initialSize`
const BUCKETS_AT_FIRST: usize = 16;
/// `HashTable.tableSizeSeed` of a table of 16. It stays when the table grows.
const SEED: u32 = 4;

/// A `mutable.HashMap` into which keys with these hashes were put one after the other: their places, in the order in
/// which the map is gone through.
pub(crate) fn map_order(hashes: &[i32]) -> Vec<usize> {
    // Each from the newest to the oldest; the last bucket comes first.
    let mut buckets: Vec<Vec<usize>> = vec![Vec::new(); BUCKETS_AT_FIRST];
    for (place, hash) in hashes.iter().enumerate() {
        let at = bucket(*hash, buckets.len());
        buckets[at].insert(0, place);
        // `defaultLoadFactor`: more than three quarters.
        if (place + 1) * 4 > buckets.len() * 3 {
            let count = buckets.len() * 2;
            let mut larger = vec![Vec::new(); count];
            for place in buckets.into_iter().rev().flatten() {
                larger[bucket(hashes[place], count)].insert(0, place);
            }
            buckets = larger;
        }
    }
    buckets.into_iter().rev().flatten().collect()
}

/// `HashTable.index`: the highest bits of the improved hash.
fn bucket(hash: i32, buckets: usize) -> usize {
    let improved = byteswap32(hash.cast_unsigned()).rotate_right(SEED);
    (improved >> (32 - buckets.trailing_zeros())) as usize
}

/// `scala.util.hashing.byteswap32`
const fn byteswap32(v: u32) -> u32 {
    v.wrapping_mul(0x9e37_75cd).swap_bytes().wrapping_mul(0x9e37_75cd)
}

/// An immutable `Set` or `Map` of keys with these hashes: four keep the order in which they came (`Set4`), more are in a
/// trie (`HashSet`).
pub(crate) fn set_order(hashes: &[i32]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..hashes.len()).collect();
    if hashes.len() > 4 {
        places.sort_stably_by_key(|place| trie_path(hashes[*place]));
    }
    places
}

/// Five bits of the improved hash (`HashSet.improve`) for each level, the lowest ones first.
fn trie_path(hash: i32) -> [u32; 7] {
    let mut h = hash.cast_unsigned();
    h = h.wrapping_add(!(h << 9));
    h ^= h >> 14;
    h = h.wrapping_add(h << 4);
    h ^= h >> 10;
    [0, 5, 10, 15, 20, 25, 30].map(|shift| (h >> shift) & 31)
}

/// `hashCode` of a case class, or of a tuple, with these fields (`MurmurHash3.productHash`).
pub(crate) fn of_product(fields: &[i32]) -> i32 {
    let mut h = 0xcafe_babe_u32;
    for field in fields {
        h ^= field.cast_unsigned().wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593);
        h = h.rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
    h ^= fields.len() as u32;
    h = (h ^ (h >> 16)).wrapping_mul(0x85eb_ca6b);
    h = (h ^ (h >> 13)).wrapping_mul(0xc2b2_ae35);
    (h ^ (h >> 16)).cast_signed()
}

/// `TopicAndPartition.hashCode`
pub(crate) fn of_partition(tp: &TopicPartition) -> i32 {
    of_product(&[string_hash(&tp.topic), tp.partition.cast_signed()])
}

/// Partitions, put one after the other into a `mutable.Map` as its keys.
pub(crate) fn in_map_order(put: &[TopicPartition]) -> Vec<TopicPartition> {
    in_order(put, map_order)
}

/// Partitions, added one after the other to an immutable `Set`, or as keys to an immutable `Map`.
pub(crate) fn in_set_order(added: &[TopicPartition]) -> Vec<TopicPartition> {
    in_order(added, set_order)
}

/// The partitions of a topic in the order in which its znode lists them and the controller finds them there: keys of a
/// mutable map (`assignReplicasToBrokers`), then texts of an immutable one (`replicaAssignmentZkData`).
pub(crate) fn as_listed(partitions: &[TopicPartition]) -> Vec<TopicPartition> {
    let numbers: Vec<i32> = partitions.iter().map(|tp| tp.partition.cast_signed()).collect();
    let keys = map_order(&numbers);
    let names: Vec<i32> = keys.iter().map(|place| string_hash(&partitions[*place].partition.to_string())).collect();
    set_order(&names).into_iter().map(|place| partitions[keys[place]].clone()).collect()
}

fn in_order(partitions: &[TopicPartition], order: fn(&[i32]) -> Vec<usize>) -> Vec<TopicPartition> {
    let hashes: Vec<i32> = partitions.iter().map(of_partition).collect();
    order(&hashes).into_iter().map(|place| partitions[place].clone()).collect()
}

/// The orders here were printed by Scala 2.11.5, with the classes of Kafka 0.8.2.2.
#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(order: &[TopicPartition]) -> Vec<u32> {
        order.iter().map(|tp| tp.partition).collect()
    }

    #[test]
    fn a_partitions_hash_is_that_of_the_case_class() {
        assert_eq!(of_partition(&TopicPartition::new(&"orders".into(), 0)), 1_137_426_551);
        assert_eq!(of_partition(&TopicPartition::new(&"t".into(), 0)), -1_995_633_424);
    }

    #[test]
    fn a_set_of_more_than_four_is_in_the_order_of_a_trie() {
        let names: Vec<i32> = (0..20).map(|partition: u32| string_hash(&partition.to_string())).collect();
        let real = [12, 8, 19, 4, 15, 11, 9, 13, 16, 5, 10, 6, 1, 17, 14, 0, 2, 18, 7, 3];
        assert_eq!(set_order(&names), real);
        let four = [12, 8, 19, 4].map(|partition| TopicPartition::new(&"orders".into(), partition));
        assert_eq!(numbers(&in_set_order(&four)), [12, 8, 19, 4]);
    }

    #[test]
    fn a_map_is_gone_through_from_its_last_bucket() {
        assert_eq!(map_order(&[0, 1, 2]), [2, 1, 0]);
        assert_eq!(map_order(&[0, 1, 2, 3]), [2, 1, 3, 0]);
        let orders = |count: u32| -> Vec<TopicPartition> {
            (0..count).map(|partition| TopicPartition::new(&"orders".into(), partition)).collect()
        };
        assert_eq!(numbers(&in_map_order(&orders(5))), [3, 2, 1, 4, 0]);
        assert_eq!(numbers(&in_map_order(&orders(12))), [3, 11, 7, 2, 1, 6, 8, 9, 4, 10, 5, 0]);
        let grown = [3, 11, 2, 7, 1, 6, 8, 9, 4, 12, 0, 5, 10];
        assert_eq!(numbers(&in_map_order(&orders(13))), grown);
    }

    #[test]
    fn a_topics_znode_lists_its_partitions_in_the_order_of_a_map() {
        let orders = |count: u32| -> Vec<TopicPartition> {
            (0..count).map(|partition| TopicPartition::new(&"orders".into(), partition)).collect()
        };
        assert_eq!(numbers(&as_listed(&orders(3))), [2, 1, 0]);
        assert_eq!(numbers(&as_listed(&orders(7))), [4, 5, 6, 1, 0, 2, 3]);
    }

    /// Owner znodes and committed offsets of a real consumer that read two topics, by their zxids.
    #[test]
    fn two_topics_are_mixed_as_a_real_consumer_mixes_them() {
        let of = |topic: &str, count: u32| -> Vec<TopicPartition> {
            (0..count).map(|partition| TopicPartition::new(&topic.into(), partition)).collect()
        };
        let topics = ["orders", "pay"].map(string_hash);
        assert_eq!(map_order(&topics), [1, 0]);
        let both = [of("pay", 6), of("orders", 7)].concat();
        let text = |order: Vec<TopicPartition>| -> String {
            order.iter().map(|tp| format!("{}{} ", &tp.topic[..1], tp.partition)).collect()
        };
        assert_eq!(text(in_map_order(&both)), "o3 o2 o1 p2 o6 p5 o4 o0 o5 p0 p3 p1 p4 ");
        assert_eq!(text(in_set_order(&both)), "o3 o4 p3 p0 p1 p5 o0 o5 p4 o2 p2 o1 o6 ");
    }

    #[test]
    fn a_table_that_grows_keeps_every_key() {
        let hashes: Vec<i32> = (0..100).collect();
        let mut order = map_order(&hashes);
        order.sort_stably();
        assert_eq!(order, (0..100).collect::<Vec<usize>>());
    }
}
