//! What arrived. An [`Event`](crate::event::Event) says what a process did, a delivery what it was told before.

use crate::about::FlightKind;
use crate::ids::*;
use crate::kafka::messages::RecordId;
use crate::net::ConnId;
use crate::time::SimTime;
use std::ops::Range;

/// A packet at the end of its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The choice in which it arrived: there is no other in the same one.
    pub step: u64,
    /// Who sent it.
    pub from: NodeId,
    /// Where it arrived: at this process or, if it was not running, at its machine.
    pub to: NodeId,
    /// The connection that it belongs to.
    pub conn: ConnId,
    /// The ordinal of the packet on the wire between these two: its identity.
    pub nth: u64,
    /// The message's name in its protocol.
    pub name: &'static str,
    /// What it is, as coarsely as a picture tells it.
    pub kind: FlightKind,
    /// It is part of what goes on all the time.
    pub routine: bool,
    /// The partition it is about; the first, if there are several.
    pub tp: Option<TopicPartition>,
    /// Records it carries (the first few).
    pub records: Vec<RecordId>,
    /// The path of a watch event or of a ZooKeeper operation.
    pub path: Option<ZPath>,
    /// When it left.
    pub sent: SimTime,
    /// When it arrived: later than its way takes where a cut or a frozen receiver held it up.
    pub arrived: SimTime,
    /// The event because of which it was sent.
    pub cause: Option<EventSeq>,
    /// The numbers of the events that were noted while its receiver handled it.
    pub events: Range<u64>,
}
