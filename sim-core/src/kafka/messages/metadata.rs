//! Metadata: which brokers there are, and who leads what.

use super::KafkaError;
use crate::about::{About, FlightKind};
use crate::ids::{BrokerId, Topic};

/// No topics: all of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MetadataRequest {
    pub topics: Vec<Topic>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MetadataResponse {
    pub brokers: Vec<BrokerId>,
    pub topics: Vec<TopicMetadata>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TopicMetadata {
    pub topic: Topic,
    pub error: Option<KafkaError>,
    pub partitions: Vec<PartitionMetadata>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PartitionMetadata {
    pub partition: u32,
    pub error: Option<KafkaError>,
    pub leader: Option<BrokerId>,
    pub replicas: Vec<BrokerId>,
    pub isr: Vec<BrokerId>,
}

impl MetadataRequest {
    pub(super) fn about(&self) -> About<'_> {
        About { routine: true, ..About::of("MetadataRequest", FlightKind::Metadata) }
    }
}

impl MetadataResponse {
    pub(super) fn about(&self) -> About<'_> {
        About { routine: true, ..About::of("MetadataResponse", FlightKind::Metadata) }
    }
}
