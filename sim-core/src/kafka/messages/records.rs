//! Records, and how they travel and are kept: in batches that nobody changes any more.

use std::sync::Arc;

/// A record as the simulation knows it. `id` follows it across the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    pub id: RecordId,
    pub key: Option<Arc<str>>,
    pub value: Arc<str>,
}

/// The producer of a record, and the record's ordinal there. A retry keeps the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId {
    /// The number in its [`NodeId`](crate::ids::NodeId).
    pub producer: u16,
    /// Counted from 0.
    pub number: u32,
}

/// Records that were appended together; shared between the leader, its followers and what is in flight.
pub(crate) type Batch = Arc<[Record]>;

/// Records from an offset on, batch by batch.
pub(crate) type Batches = Vec<(u64, Batch)>;
