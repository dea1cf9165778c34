//! Kafka's error codes (`ErrorMapping`, `Errors`).

use crate::fact::named_field;

/// Kafka's error codes, by their names in the real one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KafkaError {
    /// This broker has never heard of the partition.
    UnknownTopicOrPartition,
    /// Nobody leads it now.
    LeaderNotAvailable,
    /// This broker has it and does not lead it.
    NotLeaderForPartition,
    /// The ISR did not have the records in time; they may be written all the same.
    RequestTimedOut,
    /// The log has no such offset.
    OffsetOutOfRange,
    /// The ISR is smaller than `min.insync.replicas`; nothing was written.
    NotEnoughReplicas,
    /// The ISR became too small after the leader had written.
    NotEnoughReplicasAfterAppend,
    /// The order is of a controller, or of a reign, that is over.
    StaleControllerEpoch,
    /// Neither 0, 1 nor −1.
    InvalidRequiredAcks,
    /// Made by the client: the connection is gone, the outcome is unknown.
    NetworkException,
}

impl KafkaError {
    /// All of them.
    pub const ALL: [KafkaError; 10] = [
        KafkaError::UnknownTopicOrPartition,
        KafkaError::LeaderNotAvailable,
        KafkaError::NotLeaderForPartition,
        KafkaError::RequestTimedOut,
        KafkaError::OffsetOutOfRange,
        KafkaError::NotEnoughReplicas,
        KafkaError::NotEnoughReplicasAfterAppend,
        KafkaError::StaleControllerEpoch,
        KafkaError::InvalidRequiredAcks,
        KafkaError::NetworkException,
    ];

    /// As in `org.apache.kafka.common.protocol.Errors`.
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

named_field!(KafkaError);
