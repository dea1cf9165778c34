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
    pub producer: u16,
    pub number: u32,
}

/// Records that were appended together; shared between the leader, its followers and what is in flight.
pub type Batch = Arc<[Record]>;

/// Records from an offset on, batch by batch.
pub type Batches = Vec<(u64, Batch)>;
