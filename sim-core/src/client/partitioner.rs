//! Which partition a record goes to: `Partitioner` of the Java producer of 0.8.2, `DefaultPartitioner` of the Scala one.

use super::rules;
use crate::ids::BrokerId;
use crate::zookeeper::java_hash::string_hash;

/// `Utils.murmur2`: Austin Appleby's MurmurHash2, 32 bits, over the key's bytes.
pub(super) fn murmur2(data: &[u8]) -> i32 {
    const SEED: u32 = 0x9747_b28c;
    const M: u32 = 0x5bd1_e995;
    const R: u32 = 24;
    let mut h = SEED ^ data.len() as u32;
    let mut words = data.chunks_exact(4);
    for word in &mut words {
        let mut k = word.iter().rev().fold(0u32, |k, byte| (k << 8) | u32::from(*byte));
        k = k.wrapping_mul(M);
        k ^= k >> R;
        h = h.wrapping_mul(M) ^ k.wrapping_mul(M);
    }
    let rest = words.remainder();
    if !rest.is_empty() {
        h ^= rest.iter().rev().fold(0u32, |k, byte| (k << 8) | u32::from(*byte));
        h = h.wrapping_mul(M);
    }
    h ^= h >> 13;
    h = h.wrapping_mul(M);
    (h ^ (h >> 15)) as i32
}

/// `Utils.abs`: not the absolute value, the sign bit is cut off.
const fn abs(n: i32) -> u32 {
    n as u32 & 0x7fff_ffff
}

/// The partition of a key: over all partitions, whether they have a leader or not.
pub(super) fn for_key(key: &str, partitions: u32) -> u32 {
    rules::partition_of_key(abs(murmur2(key.as_bytes())), partitions)
}

/// The same for the Scala producer: `key.hashCode`, and this `Utils.abs` is the absolute value, but for the smallest
/// number, which has none.
pub(super) fn for_key_by_hash_code(key: &str, partitions: u32) -> u32 {
    string_hash(key).checked_abs().unwrap_or(0).unsigned_abs() % partitions
}

/// One counter for all topics, with a random start. (Per topic it is from 0.9 on.)
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct RoundRobin {
    counter: u32,
}

impl RoundRobin {
    pub(super) fn new(entropy: u64) -> RoundRobin {
        RoundRobin { counter: (entropy >> 32) as u32 }
    }

    /// The partition of a record without key: in turn over those with a leader, over all when none has one.
    pub(super) fn next(&mut self, partitions: &[(u32, Option<BrokerId>)]) -> u32 {
        let turn = abs(self.counter as i32) as usize;
        self.counter = self.counter.wrapping_add(1);
        let available = partitions.iter().filter(|(_, leader)| leader.is_some()).count();
        if available == 0 {
            return (turn % partitions.len().max(1)) as u32;
        }
        partitions
            .iter()
            .filter(|(_, leader)| leader.is_some())
            .nth(turn % available)
            .map_or(0, |(partition, _)| *partition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn murmur2_gives_what_the_real_producer_gives() {
        for (key, hash) in [
            ("21", -973_932_308),
            ("foobar", -790_332_482),
            ("abc", 479_470_107),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("a", -1_563_381_124),
            ("b", -1_853_091_852),
            ("c", -1_877_468_854),
            ("user-1", 1_404_122_828),
            ("user-2", -324_981_792),
            ("k0", -704_538_303),
            ("k1", 1_684_045_097),
            ("k2", 380_483_553),
        ] {
            assert_eq!(murmur2(key.as_bytes()), hash, "{key}");
        }
    }

    #[test]
    fn a_key_goes_to_the_partition_that_the_real_producer_chooses() {
        for (key, partition) in [("a", 1), ("b", 2), ("c", 1), ("user-1", 2), ("user-2", 2), ("k0", 2), ("k2", 0)] {
            assert_eq!(for_key(key, 3), partition, "{key}");
        }
        assert_eq!(["21", "foobar", "abc"].map(|key| for_key(key, 3)), [0, 0, 0]);
    }

    #[test]
    fn the_scala_producer_takes_the_absolute_value_of_the_keys_hash_code() {
        // "abc".hashCode = 96354; "polygenelubricants".hashCode = -2^31, which has no absolute value.
        assert_eq!(for_key_by_hash_code("abc", 4), 96_354 % 4);
        assert_eq!(for_key_by_hash_code("polygenelubricants", 7), 0);
        // "user-1".hashCode = -836031825: the sign is dropped, not cut off.
        assert_eq!(string_hash("user-1"), -836_031_825);
        assert_eq!(for_key_by_hash_code("user-1", 10), 5);
    }

    #[test]
    fn records_without_key_go_round_those_partitions_that_have_a_leader() {
        let mut turn = RoundRobin::new(u64::MAX);
        let partitions = [(0, Some(1)), (1, None), (2, Some(3))];
        let chosen: Vec<u32> = (0..6).map(|_| turn.next(&partitions)).collect();
        // The counter starts at −1 and overflows: the sequence goes on as the real one does.
        assert_eq!(chosen, [2, 0, 2, 0, 2, 0]);
        assert!([0, 1, 2].contains(&turn.next(&[(0, None), (1, None), (2, None)])));
    }
}
