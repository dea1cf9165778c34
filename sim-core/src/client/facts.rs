//! What happens in producers and consumers.

use crate::fact::{facts, named_field};
use crate::ids::*;
use crate::kafka::facts::CreationError;
use crate::kafka::messages::KafkaError;
use crate::zookeeper::types::{ZkError, ZkOpKind};

/// Where an attempt to rebalance failed (`ZKRebalancerListener.rebalance`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailedAt {
    ReadingBrokers,
    ReadingOwnRegistration,
    ReadingMembers,
    ReadingTopics,
    ReadingOffsets,
    Assigning,
    Committing,
    Releasing,
    Claiming,
}

impl FailedAt {
    pub const ALL: [FailedAt; 9] = [
        FailedAt::ReadingBrokers,
        FailedAt::ReadingOwnRegistration,
        FailedAt::ReadingMembers,
        FailedAt::ReadingTopics,
        FailedAt::ReadingOffsets,
        FailedAt::Assigning,
        FailedAt::Committing,
        FailedAt::Releasing,
        FailedAt::Claiming,
    ];

    const fn name(self) -> &'static str {
        match self {
            FailedAt::ReadingBrokers => "brokers",
            FailedAt::ReadingOwnRegistration => "registration",
            FailedAt::ReadingMembers => "member",
            FailedAt::ReadingTopics => "topic",
            FailedAt::ReadingOffsets => "offset",
            FailedAt::Assigning => "assignment",
            FailedAt::Committing => "commit",
            FailedAt::Releasing => "release",
            FailedAt::Claiming => "claim",
        }
    }
}

named_field!(FailedAt);

facts! {
    /// Facts of producers and consumers.
    pub enum ClientFact {
        RecordsSent { tp: TopicPartition, count: u32, leader: BrokerId } => Routine Data Begins,
        RecordsAcked { tp: TopicPartition, first: u64, last: u64 } => Routine Data Ends,
        /// The answer was an error, or the connection is gone; the records go back to the queue.
        SendRetried { tp: TopicPartition, count: u32, error: KafkaError } => Step Data Goes,
        /// Retries or time are used up: the application is told.
        SendFailed { tp: TopicPartition, count: u32, error: KafkaError } => Step Data Fails,
        /// The client's picture of a partition's leader changed. None: nobody leads it.
        LeaderLearned { tp: TopicPartition, from: Option<BrokerId>, to: Option<BrokerId> } => Step Data Aside,
        MetadataRequested { broker: BrokerId } => Routine Data Aside,
        /// The first metadata of a topic came.
        TopicLearned { topic: Topic, partitions: u32 } => Routine Topic Aside,
        /// The Scala producer drew the partition for records without key, until it asks for metadata the next time.
        KeylessPartitionChosen { tp: TopicPartition } => Step Data Aside,
        /// The Scala producer cannot choose a partition: no metadata, or no partition with a leader.
        TopicUnavailable { topic: Topic } => Step Data Aside,
        /// The Scala producer waits; then it asks for metadata and tries again, if this number of rounds is not 0.
        SendBackedOff { count: u32, backoff_ms: u32, rounds_left: u32 } => Step Data Goes,
        /// The Scala producer's tries are used up.
        SendGivenUp { count: u32, retries: u32 } => Step Data Fails,

        /// /consumers/G/ids/C was created.
        ConsumerRegistered { group: Topic, consumer: Topic } => Step Rebalance Aside,
        RebalanceTriggered { group: Topic, path: ZPath } => Step Rebalance Goes,
        RebalanceStarted { group: Topic, attempt: u32 } => Headline Rebalance Begins,
        FetchersStopped { partitions: Vec<TopicPartition> } => Step Rebalance Goes,
        OffsetCommitted { tp: TopicPartition, offset: u64 } => Routine Data Goes,
        OwnersReleased { partitions: Vec<TopicPartition> } => Step Rebalance Goes,
        /// The consumer computed its share by itself from what it read.
        AssignmentComputed { partitions: Vec<TopicPartition>, members: u32 } => Step Rebalance Goes,
        OwnerClaimed { tp: TopicPartition } => Step Rebalance Goes,
        /// The owner's znode exists already.
        ClaimConflict { tp: TopicPartition } => Step Rebalance Goes,
        RebalanceBackedOff { group: Topic, attempt: u32, backoff_ms: u32 } => Step Rebalance Goes,
        RebalanceCompleted { group: Topic, partitions: Vec<TopicPartition> } => Headline Rebalance Ends,
        /// All attempts failed: it stays registered and owns nothing.
        RebalanceFailed { group: Topic, attempts: u32 } => Headline Rebalance Fails,
        /// An attempt met an error other than a conflict.
        RebalanceAttemptFailed { group: Topic, attempt: u32, at: FailedAt } => Step Rebalance Goes,
        /// No broker is alive: it waits for one, and owns what it owned.
        NoBrokersFound { group: Topic } => Step Rebalance Goes,
        /// Its session is over and a new one began: it forgets what it owned; the znodes are gone already.
        OwnershipLost { group: Topic, partitions: Vec<TopicPartition> } => Step Rebalance Goes,
        /// A broker does not answer, or does not lead these: a leader is looked for.
        FetchFailed { leader: BrokerId, partitions: Vec<TopicPartition> } => Routine Data Aside,
        /// No committed offset: `auto.offset.reset` decided.
        OffsetReset { tp: TopicPartition, offset: u64 } => Step Data Goes,
        FetchResumed { tp: TopicPartition, leader: BrokerId, offset: u64 } => Routine Data Aside,
        RecordsReceived { group: Topic, tp: TopicPartition, first: u64, last: u64 } => Routine Data Goes,
        /// Handed to the application although somebody of the group had it already. No node knows that: the
        /// simulation's observer notes it.
        RecordsReadTwice { tp: TopicPartition, first: u64, last: u64 } => Step Data Goes,

        TopicCreationAsked { topic: Topic, partitions: u32 } => Step Topic Begins,
        TopicCreationFailed { topic: Topic, error: CreationError } => Step Topic Fails,
        ZkOperationAnswered { operation: ZkOpKind, error: Option<ZkError> } => Step Order Ends,
    }
}
