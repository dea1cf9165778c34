//! What a message is about, in the same words for all protocols: what the picture draws, what is stepped over,
//! what a reader can look for. Each message says it beside its own definition.

use crate::ids::{TopicPartition, ZPath};
use crate::kafka::messages::RecordId;

/// What is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FlightKind {
    Vote,
    /// Proposal, acknowledgement, commit, synchronisation.
    Zab,
    ZkRequest,
    ZkResponse,
    Watch,
    Ping,
    Produce,
    ProduceAck,
    Fetch,
    FetchedRecords,
    /// LeaderAndIsr, UpdateMetadata, StopReplica.
    Controller,
    Metadata,
    Connect,
    Reset,
}

/// Of the records that a message carries, as many as a picture can show.
pub const RECORDS_MAX: usize = 4;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About<'a> {
    /// The message's name in its protocol.
    pub name: &'static str,
    pub kind: FlightKind,
    /// Part of the traffic that never ends: pings, empty fetches, votes of servers which have no majority.
    pub routine: bool,
    /// The partition it is about; the first, when there are several.
    pub tp: Option<&'a TopicPartition>,
    /// The path of a watch event or of an operation.
    pub path: Option<&'a ZPath>,
    /// The first few records that it carries.
    pub records: Vec<RecordId>,
}

impl About<'_> {
    pub const fn of(name: &'static str, kind: FlightKind) -> About<'static> {
        About { name, kind, routine: false, tp: None, path: None, records: Vec::new() }
    }
}
