//! Fetch and ListOffsets: records from a partition's leader, for consumers and followers alike.

use super::{Batches, KafkaError};
use crate::about::{About, Carried, FlightKind};
use crate::ids::{BrokerId, Cause, TopicPartition};

/// Who fetches: a follower is counted for the ISR, a consumer reads up to the high watermark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fetcher {
    Replica(BrokerId),
    Consumer,
}

/// A partition of a fetch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FetchFrom {
    pub tp: TopicPartition,
    pub offset: u64,
    /// Why a follower copies this partition since it does: one request speaks of many, each with a story of its own.
    /// Kafka sends nothing of the kind.
    pub because: Cause,
}

/// Waits at the broker up to `max_wait_ms` for at least `min_records` (Kafka: `fetch.min.bytes`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FetchRequest {
    pub from: Fetcher,
    pub max_wait_ms: u32,
    pub min_records: u32,
    pub partitions: Vec<FetchFrom>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FetchedPartition {
    pub tp: TopicPartition,
    pub error: Option<KafkaError>,
    pub high_watermark: u64,
    pub batches: Batches,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FetchResponse {
    pub partitions: Vec<FetchedPartition>,
}

/// The earliest (`latest` false) or latest offset that the asker may read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OffsetRequest {
    pub tp: TopicPartition,
    pub latest: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OffsetResponse {
    pub tp: TopicPartition,
    pub result: Result<u64, KafkaError>,
}

impl FetchRequest {
    pub(super) fn about(&self) -> About<'_> {
        About {
            tp: self.partitions.first().map(|from| &from.tp),
            routine: true,
            ..About::of("FetchRequest", FlightKind::Fetch)
        }
    }
}

impl FetchResponse {
    pub(super) fn about(&self) -> About<'_> {
        let filled = self.partitions.iter().find(|fetched| !fetched.batches.is_empty());
        About {
            tp: filled.or(self.partitions.first()).map(|fetched| &fetched.tp),
            routine: self.partitions.iter().all(|fetched| fetched.error.is_none() && fetched.batches.is_empty()),
            carried: Carried::Fetched(&self.partitions),
            ..About::of("FetchResponse", FlightKind::FetchedRecords)
        }
    }
}

impl OffsetRequest {
    pub(super) fn about(&self) -> About<'_> {
        About { tp: Some(&self.tp), ..About::of("OffsetRequest", FlightKind::Metadata) }
    }
}

impl OffsetResponse {
    pub(super) fn about(&self) -> About<'_> {
        About { tp: Some(&self.tp), ..About::of("OffsetResponse", FlightKind::Metadata) }
    }
}
