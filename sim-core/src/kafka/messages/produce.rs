//! Produce: records to a partition's leader.

use super::{Batch, KafkaError};
use crate::about::{About, Carried, FlightKind};
use crate::ids::TopicPartition;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProduceRequest {
    /// 0: no answer at all. 1: the leader's append. −1: all of the ISR.
    pub acks: i16,
    /// How long the leader waits for the ISR (`timeout.ms`).
    pub timeout_ms: u32,
    pub batches: Vec<(TopicPartition, Batch)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProduceResponse {
    /// The offset of each batch's first record.
    pub results: Vec<(TopicPartition, Result<u64, KafkaError>)>,
}

impl ProduceRequest {
    pub(super) fn about(&self) -> About<'_> {
        About {
            tp: self.batches.first().map(|(tp, _)| tp),
            carried: Carried::Produced(&self.batches),
            ..About::of("ProduceRequest", FlightKind::Produce)
        }
    }
}

impl ProduceResponse {
    pub(super) fn about(&self) -> About<'_> {
        About { tp: self.results.first().map(|(tp, _)| tp), ..About::of("ProduceResponse", FlightKind::ProduceAck) }
    }
}
