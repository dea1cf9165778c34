//! What clients, brokers and the controller say to each other (Kafka's protocol, era 0.8.2).

use crate::ids::*;
use std::sync::Arc;

/// A record as the simulation knows it. `id` follows it across the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    pub id: RecordId,
    pub key: Option<Arc<str>>,
    pub value: Arc<str>,
}

/// Who produced a record, and its how-manieth it was. A retry keeps the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId {
    pub producer: u16,
    pub number: u32,
}

/// Records that were appended together; shared between the leader, its followers and what is in flight.
pub type Batch = Arc<[Record]>;

/// Records from an offset on, batch by batch.
pub type Batches = Vec<(u64, Batch)>;

/// Kafka's error codes, by their names in the real one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KafkaError {
    UnknownTopicOrPartition,
    LeaderNotAvailable,
    NotLeaderForPartition,
    RequestTimedOut,
    OffsetOutOfRange,
    NotEnoughReplicas,
    NotEnoughReplicasAfterAppend,
    StaleControllerEpoch,
    InvalidRequiredAcks,
    NetworkException,
}

impl KafkaError {
    pub const fn name(self) -> &'static str {
        match self {
            KafkaError::UnknownTopicOrPartition => "UNKNOWN_TOPIC_OR_PARTITION",
            KafkaError::LeaderNotAvailable => "LEADER_NOT_AVAILABLE",
            KafkaError::NotLeaderForPartition => "NOT_LEADER_FOR_PARTITION",
            KafkaError::RequestTimedOut => "REQUEST_TIMED_OUT",
            KafkaError::OffsetOutOfRange => "OFFSET_OUT_OF_RANGE",
            KafkaError::NotEnoughReplicas => "NOT_ENOUGH_REPLICAS",
            KafkaError::NotEnoughReplicasAfterAppend => "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
            KafkaError::StaleControllerEpoch => "STALE_CONTROLLER_EPOCH",
            KafkaError::InvalidRequiredAcks => "INVALID_REQUIRED_ACKS",
            KafkaError::NetworkException => "NETWORK_EXCEPTION",
        }
    }
}

/// Leader and ISR of a partition, as `…/partitions/p/state` holds them. Leader −1: none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LeaderAndIsr {
    pub leader: i32,
    pub leader_epoch: u32,
    /// In ZooKeeper's order.
    pub isr: Vec<BrokerId>,
    pub controller_epoch: u32,
    /// The znode's version, for the next conditional write.
    pub zk_version: i32,
}

/// What the controller says about one partition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PartitionState {
    pub tp: TopicPartition,
    pub state: LeaderAndIsr,
    /// The assignment; the first is preferred.
    pub replicas: Vec<BrokerId>,
    /// The event by which the controller decided this: one request carries decisions of different origin.
    pub because: Cause,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PartitionMetadata {
    pub partition: u32,
    pub error: Option<KafkaError>,
    pub leader: Option<BrokerId>,
    pub replicas: Vec<BrokerId>,
    pub isr: Vec<BrokerId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TopicMetadata {
    pub topic: Topic,
    pub error: Option<KafkaError>,
    pub partitions: Vec<PartitionMetadata>,
}

/// Who asks for records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fetcher {
    Replica(BrokerId),
    Consumer,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FetchedPartition {
    pub tp: TopicPartition,
    pub error: Option<KafkaError>,
    pub high_watermark: u64,
    pub batches: Batches,
}

/// A request or a response. `correlation` is the client's number for the pair.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum KafkaMessage {
    /// No topics: all of them.
    MetadataRequest {
        correlation: u32,
        topics: Vec<Topic>,
    },
    MetadataResponse {
        correlation: u32,
        brokers: Vec<BrokerId>,
        topics: Vec<TopicMetadata>,
    },
    /// `acks` 0: no answer at all. −1: all of the ISR.
    ProduceRequest {
        correlation: u32,
        acks: i16,
        timeout_ms: u32,
        batches: Vec<(TopicPartition, Batch)>,
    },
    ProduceResponse {
        correlation: u32,
        results: Vec<(TopicPartition, Result<u64, KafkaError>)>,
    },
    /// Waits at the broker up to `max_wait_ms` for at least `min_bytes` (here: records).
    FetchRequest {
        correlation: u32,
        from: Fetcher,
        max_wait_ms: u32,
        min_records: u32,
        partitions: Vec<(TopicPartition, u64)>,
    },
    FetchResponse {
        correlation: u32,
        partitions: Vec<FetchedPartition>,
    },
    /// The earliest (`latest` false) or latest offset a consumer may read.
    OffsetRequest {
        correlation: u32,
        tp: TopicPartition,
        latest: bool,
    },
    OffsetResponse {
        correlation: u32,
        tp: TopicPartition,
        result: Result<u64, KafkaError>,
    },

    LeaderAndIsrRequest {
        correlation: u32,
        controller: BrokerId,
        controller_epoch: u32,
        /// Those leaders of `partitions` that are registered (shutting down or not): only these are followed.
        live_leaders: Vec<BrokerId>,
        partitions: Vec<PartitionState>,
    },
    UpdateMetadataRequest {
        correlation: u32,
        controller: BrokerId,
        controller_epoch: u32,
        alive_brokers: Vec<BrokerId>,
        partitions: Vec<PartitionState>,
    },
    StopReplicaRequest {
        correlation: u32,
        controller: BrokerId,
        controller_epoch: u32,
        delete: bool,
        partitions: Vec<TopicPartition>,
    },
    /// The answer to each of the three above.
    ControllerResponse {
        correlation: u32,
        error: Option<KafkaError>,
    },
    ControlledShutdownRequest {
        correlation: u32,
        broker: BrokerId,
    },
    /// The partitions which the broker still leads.
    ControlledShutdownResponse {
        correlation: u32,
        remaining: Result<Vec<TopicPartition>, KafkaError>,
    },
}
