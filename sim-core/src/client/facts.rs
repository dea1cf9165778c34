//! What happens in producers and consumers.

use crate::fact::{facts, named_field};
use crate::ids::*;
use crate::kafka::facts::AdminError;
use crate::kafka::messages::KafkaError;
use crate::zookeeper::types::{ZkError, ZkOpKind};

/// Where an attempt to rebalance failed (`ZKRebalancerListener.rebalance`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailedAt {
    /// `getCluster`: a broker went away while the list was read.
    ReadingBrokers,
    /// Its own znode in /consumers/G/ids is gone.
    ReadingOwnRegistration,
    /// A member went away while the list was read.
    ReadingMembers,
    /// /brokers/topics/T cannot be read.
    ReadingTopics,
    /// /consumers/G/offsets/T/p cannot be read.
    ReadingOffsets,
    /// The assignor refuses (round robin wants equal subscriptions).
    Assigning,
    /// The offsets of what it had could not be written.
    Committing,
    /// An owner znode could not be deleted.
    Releasing,
    /// An owner znode could not be created, for another reason than that it is there.
    Claiming,
}

impl FailedAt {
    /// All of them.
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
        /// A batch is on its way to the leader.
        RecordsSent { tp: TopicPartition, count: u32, leader: BrokerId } => Routine Data Begins,
        /// The leader answered: they are in its log, with acks=all in those of the whole ISR.
        RecordsAcked { tp: TopicPartition, first: u64, last: u64 } => Routine Data Ends,
        /// The answer was an error, or the connection is gone; the records go back to the queue.
        SendRetried { tp: TopicPartition, count: u32, error: KafkaError } => Step Data Goes,
        /// Retries or time are used up: the application is told.
        SendFailed { tp: TopicPartition, count: u32, error: KafkaError } => Step Data Fails,
        /// The client's picture of a partition's leader changed. None: nobody leads it.
        LeaderLearned { tp: TopicPartition, from: Option<BrokerId>, to: Option<BrokerId> } => Step Data Aside,
        /// A producer asks who leads what.
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
        /// A watch on this path made the consumer look again.
        RebalanceTriggered { group: Topic, path: ZPath } => Step Rebalance Goes,
        /// An attempt begins; the first one is 0.
        RebalanceStarted { group: Topic, attempt: u32 } => Headline Rebalance Begins,
        /// Nothing of these is handed out until the rebalance is over.
        FetchersStopped { partitions: Vec<TopicPartition> } => Step Rebalance Goes,
        /// /consumers/G/offsets/T/p was written.
        OffsetCommitted { tp: TopicPartition, offset: u64 } => Routine Data Goes,
        /// Its owner znodes are deleted.
        OwnersReleased { partitions: Vec<TopicPartition> } => Step Rebalance Goes,
        /// The consumer computed its share by itself from what it read.
        AssignmentComputed { partitions: Vec<TopicPartition>, members: u32 } => Step Rebalance Goes,
        /// /consumers/G/owners/T/p was created.
        OwnerClaimed { tp: TopicPartition } => Step Rebalance Goes,
        /// The owner's znode exists already.
        ClaimConflict { tp: TopicPartition } => Step Rebalance Goes,
        /// The next attempt comes later.
        RebalanceBackedOff { group: Topic, attempt: u32, backoff_ms: u32 } => Step Rebalance Goes,
        /// It owns these and reads them.
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
        /// A fetcher asks this leader from this offset on.
        FetchResumed { tp: TopicPartition, leader: BrokerId, offset: u64 } => Routine Data Aside,
        /// Handed to the application.
        RecordsReceived { group: Topic, tp: TopicPartition, first: u64, last: u64 } => Routine Data Goes,
        /// Handed to the application although somebody of the group had it already. No node knows that: the
        /// simulation's observer notes it.
        RecordsReadTwice { tp: TopicPartition, first: u64, last: u64 } => Step Data Goes,

        /// The admin tool begins.
        TopicCreationAsked { topic: Topic, partitions: u32 } => Step Topic Begins,
        /// The admin tool gives up.
        TopicCreationFailed { topic: Topic, error: AdminError } => Step Topic Fails,
        /// The admin tool begins: the topic is to have so many partitions in all.
        PartitionsAsked { topic: Topic, total: u32 } => Step Topic Begins,
        /// There is no such topic: the tool does nothing, and says so to nobody but the screen.
        NothingToAlter { topic: Topic } => Step Topic Aside,
        /// The admin tool gives up something else than a creation.
        AdminCommandFailed { error: AdminError } => Step Topic Fails,
        /// A bare client got its answer; without an error it was done.
        ZkOperationAnswered { operation: ZkOpKind, error: Option<ZkError> } => Step Order Ends,
    }
}
