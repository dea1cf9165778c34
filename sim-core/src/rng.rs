//! Chance, keyed instead of streamed: a draw depends on the seed and on what it is for, never on how many
//! draws came before it. So an edit of the past does not reshuffle what it does not touch.

/// What a draw is for. A purpose never shares its numbers with another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// How long a packet takes.
    Latency = 1,
    /// When a timer fires within its range.
    TimerJitter = 2,
    /// What a process gets when it starts.
    NodeEntropy = 3,
    /// What the self-check breaks.
    RandomFaults = 4,
    /// Which partition the Scala producer's records without key go to.
    KeylessPartition = 5,
    /// Which broker the Scala producer asks first.
    MetadataBroker = 6,
}

/// A 64-bit value for (seed, purpose, a, b): the SplitMix64 finaliser over a running sum.
pub fn draw(seed: u64, purpose: Purpose, a: u64, b: u64) -> u64 {
    let mut z = mix(seed ^ 0x9e37_79b9_7f4a_7c15u64.wrapping_mul(purpose as u64));
    z = mix(z ^ a.wrapping_mul(0xd1b5_4a32_d192_ed03));
    mix(z ^ b.wrapping_mul(0x8cb9_2ba7_2f3d_8dd7))
}

/// A value in `low..=high`, from a draw.
pub fn in_range(draw: u64, low: u64, high: u64) -> u64 {
    debug_assert!(low <= high);
    let span = (high - low).wrapping_add(1);
    if span == 0 { draw } else { low + ((u128::from(draw) * u128::from(span)) >> 64) as u64 }
}

/// One round of SplitMix64's finaliser. Nodes use it to turn the entropy they got at their start into a
/// sequence (a shuffled server list, a partition for a record without key).
pub const fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
