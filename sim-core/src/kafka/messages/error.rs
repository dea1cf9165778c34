//! Kafka's error codes (`ErrorMapping`, `Errors`).

use crate::fact::named_field;

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
