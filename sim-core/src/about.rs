//! What a message is about, in the same words for all protocols: what the picture draws, what is stepped over,
//! what a reader can look for. Each message says it beside its own definition.

use crate::ids::{TopicPartition, ZPath};
use crate::kafka::messages::{Batch, FetchedPartition, RecordId};
use crate::kafka::znodes::group_of_path;

/// What is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FlightKind {
    /// Of an election.
    Vote,
    /// Proposal, acknowledgement, commit, synchronisation.
    Zab,
    /// A ZooKeeper client asks for something.
    ZkRequest,
    /// It is answered.
    ZkResponse,
    /// A watch that fired, on its way to its client.
    Watch,
    /// Nothing but a sign of life.
    Ping,
    /// Records on their way to a leader.
    Produce,
    /// The leader's answer to them.
    ProduceAck,
    /// A follower or a consumer asks for records.
    Fetch,
    /// Records for a follower or a consumer, perhaps none.
    FetchedRecords,
    /// LeaderAndIsr, UpdateMetadata, StopReplica.
    Controller,
    /// Who leads what: asked and answered.
    Metadata,
    /// A connection is asked for or accepted.
    Connect,
    /// A connection ends.
    Reset,
}

/// Of the records that a message carries, as many as a picture can show.
pub const RECORDS_MAX: usize = 4;

/// Where a message carries its records: they are looked at only by those who ask for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carried<'a> {
    Nothing,
    Produced(&'a [(TopicPartition, Batch)]),
    Fetched(&'a [FetchedPartition]),
}

impl Carried<'_> {
    /// The first few.
    pub(crate) fn records(self) -> Vec<RecordId> {
        let batches: &mut dyn Iterator<Item = &Batch> = match self {
            Carried::Nothing => &mut std::iter::empty(),
            Carried::Produced(batches) => &mut batches.iter().map(|(_, batch)| batch),
            Carried::Fetched(partitions) => {
                &mut partitions.iter().flat_map(|fetched| fetched.batches.iter().map(|(_, batch)| batch))
            }
        };
        batches.flat_map(|batch| batch.iter()).take(RECORDS_MAX).map(|record| record.id).collect()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct About<'a> {
    /// The message's name in its protocol.
    pub name: &'static str,
    pub kind: FlightKind,
    /// Part of the traffic that never ends: pings, empty fetches, votes of servers which have no majority.
    pub routine: bool,
    /// The partition it is about; the first, when there are several.
    pub tp: Option<&'a TopicPartition>,
    /// The path of a watch event or of an operation.
    pub path: Option<&'a ZPath>,
    /// The consumer group that this path belongs to.
    pub group: Option<&'a str>,
    pub carried: Carried<'a>,
}

impl<'a> About<'a> {
    pub(crate) const fn of(name: &'static str, kind: FlightKind) -> About<'a> {
        About { name, kind, routine: false, tp: None, path: None, group: None, carried: Carried::Nothing }
    }

    /// About a znode, and so about the consumer group that keeps something there.
    pub(crate) fn of_znode(name: &'static str, kind: FlightKind, path: Option<&'a ZPath>) -> About<'a> {
        About { path, group: path.and_then(|path| group_of_path(path)), ..About::of(name, kind) }
    }
}
