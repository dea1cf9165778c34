//! Rules of the clients, each as a function that their code asks, and beside it how it would be broken.
//! `tests/client_stories.rs` shows for each that a story notices.

use crate::broken::rules;

rules! {
    /// The Java producer's `Partitioner`: a key's partition is its hash over all partitions.
    KeysChoosePartitions: fn partition_of_key(hash: u32, partitions: u32) -> u32 { hash % partitions } broken { 0 }

    /// `RangeAssignor`: where the partitions do not divide, the first threads get one more.
    TheFirstGetOneMore: fn share(each: usize, position: usize, with_extra: usize) -> usize {
        each + usize::from(position < with_extra)
    } broken { each }

    /// `closeFetchersForQueues`: offsets are committed before partitions are given up.
    RebalancesCommitFirst: fn commits_first(auto_commit: bool) -> bool { auto_commit } broken { false }

    /// `addPartitionOwnershipInfo`: a partition that another member still owns makes the attempt fail.
    OwnersAreRespected: fn fails_the_attempt(is_owned_by_another: bool) -> bool { is_owned_by_another } broken { false }
}
