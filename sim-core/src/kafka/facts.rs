//! What happens in brokers.

use crate::fact::{facts, named_field};
use crate::ids::*;
use crate::zookeeper::types::ZkError;

/// How a partition that existed got its new leader. (The first leader of a new partition: `PartitionCreated`.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ElectedHow {
    /// The leader was gone, and a live replica of the ISR took over (`OfflinePartitionLeaderSelector`).
    Clean,
    /// No replica of the ISR was alive: one outside of it leads, without the records that it lacks
    /// (`OfflinePartitionLeaderSelector`, `unclean.leader.election.enable`).
    Unclean,
    /// The preferred replica leads again (`PreferredReplicaPartitionLeaderSelector`).
    Preferred,
    /// The leader asked to be shut down (`ControlledShutdownLeaderSelector`).
    ControlledShutdown,
}

impl ElectedHow {
    /// All of them.
    pub const ALL: [ElectedHow; 4] =
        [ElectedHow::Clean, ElectedHow::Unclean, ElectedHow::Preferred, ElectedHow::ControlledShutdown];

    const fn name(self) -> &'static str {
        match self {
            ElectedHow::Clean => "clean",
            ElectedHow::Unclean => "unclean",
            ElectedHow::Preferred => "preferred",
            ElectedHow::ControlledShutdown => "controlled-shutdown",
        }
    }
}

named_field!(ElectedHow);

/// Why a tool of the administrator does not do what it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AdminError {
    /// `Topic.validate`
    InvalidName,
    /// Partitions that differ in their number of replicas, or one with two replicas on a broker.
    IllegalAssignment,
    /// There is a topic of that name.
    TopicExists,
    /// Fewer brokers are alive than replicas are wanted.
    TooFewBrokers,
    /// The topic has as many partitions already: they can only be added.
    NotMorePartitions,
    /// ZooKeeper refused, or did not answer.
    Zk(ZkError),
}

impl AdminError {
    /// All of them, with three of ZooKeeper's errors.
    pub const ALL: [AdminError; 8] = [
        AdminError::InvalidName,
        AdminError::IllegalAssignment,
        AdminError::TopicExists,
        AdminError::TooFewBrokers,
        AdminError::NotMorePartitions,
        AdminError::Zk(ZkError::ConnectionLoss),
        AdminError::Zk(ZkError::NoNode),
        AdminError::Zk(ZkError::SessionExpired),
    ];

    /// The name of the real one's exception.
    pub const fn name(self) -> &'static str {
        match self {
            AdminError::InvalidName => "InvalidTopicException",
            AdminError::IllegalAssignment => "IllegalArgumentException",
            AdminError::TopicExists => "TopicExistsException",
            AdminError::TooFewBrokers | AdminError::NotMorePartitions => "AdminOperationException",
            AdminError::Zk(error) => error.name(),
        }
    }
}

named_field!(AdminError);

facts! {
    /// Facts of brokers and of the controller.
    pub enum KafkaFact {
        /// The broker's own create of /brokers/ids/N was answered.
        BrokerRegistered { broker: BrokerId } => Step Membership Ends,
        /// /brokers/ids/N is still there from the broker's last life: it waits until that session is over.
        RegistrationWaits { broker: BrokerId } => Step Membership Goes,
        /// Another process has this id: the broker gives up its start.
        RegistrationRefused { broker: BrokerId } => Headline Membership Fails,
        /// It has read the cluster and commands (`onControllerFailover`).
        ControllerElected { broker: BrokerId, controller_epoch: u32 } => Headline Election Ends,
        /// Its session is over, or another one has /controller (`onControllerResignation`).
        ControllerResigned { broker: BrokerId, controller_epoch: u32 } => Step Election Aside,
        /// The controller read /brokers/ids again and compared.
        BrokersChanged { joined: Vec<BrokerId>, gone: Vec<BrokerId> } => Step Membership Goes,
        /// The controller created …/state for a new partition.
        PartitionCreated { tp: TopicPartition, leader: BrokerId, isr: Vec<BrokerId> } => Step Topic Goes,
        /// The controller wrote a new leader. `from` is None when nobody led.
        LeaderElected {
            tp: TopicPartition, from: Option<BrokerId>, to: BrokerId, leader_epoch: u32, isr: Vec<BrokerId>, how: ElectedHow
        } => Headline Election Ends,
        /// No replica that may lead is alive.
        PartitionOffline { tp: TopicPartition, isr: Vec<BrokerId> } => Headline Election Breaks,
        /// By the leader (follower too slow) or by the controller (follower's broker gone).
        IsrShrunk { tp: TopicPartition, isr: Vec<BrokerId>, removed: Vec<BrokerId> } => Step Isr Begins,
        /// The leader wrote the follower in: it has everything up to the high watermark.
        IsrExpanded { tp: TopicPartition, isr: Vec<BrokerId>, added: BrokerId } => Step Isr Ends,
        /// A broker obeyed a LeaderAndIsr that names it.
        BecameLeader { tp: TopicPartition, leader_epoch: u32, log_end: u64, high_watermark: u64 } => Step Election Goes,
        /// A broker obeyed a LeaderAndIsr that names another one.
        BecameFollower { tp: TopicPartition, leader: BrokerId, leader_epoch: u32 } => Routine Election Aside,
        /// A follower cut off everything from `to` on.
        LogTruncated { tp: TopicPartition, from: u64, to: u64 } => Step Data Goes,
        /// At the leader, from a producer.
        RecordsAppended { tp: TopicPartition, first: u64, last: u64 } => Routine Data Goes,
        /// At a follower, from its leader.
        RecordsReplicated { tp: TopicPartition, first: u64, last: u64 } => Routine Data Goes,
        /// At the leader: everything below is committed.
        HighWatermarkAdvanced { tp: TopicPartition, high_watermark: u64 } => Routine Data Goes,
        /// A broker took an UpdateMetadata.
        MetadataUpdated { controller_epoch: u32 } => Routine Data Aside,
        /// An order of an older controller was refused.
        StaleControllerRefused { controller_epoch: u32, known_epoch: u32 } => Step Election Aside,
        /// The broker that is to stop asks the controller.
        ControlledShutdownAsked { broker: BrokerId, controller: BrokerId } => Step Membership Goes,
        /// At the controller: so many partitions are still led by that broker.
        ControlledShutdownDone { broker: BrokerId, remaining: u32 } => Step Membership Goes,
        /// A fetch met a closed connection, or nothing came in time.
        FetcherFailed { leader: BrokerId } => Routine Data Aside,
        /// The leader's log ends before ours, and unclean election is forbidden: the process gives up rather
        /// than lose records.
        BrokerHalted { tp: TopicPartition, leader_end: u64 } => Headline Membership Breaks,
    }
}
