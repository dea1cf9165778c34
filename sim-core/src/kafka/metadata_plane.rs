//! The seam between a broker and whatever keeps the cluster's metadata. Replicas, logs, fetchers and requests that
//! wait know this file and nothing behind it.
//!
//! What stands behind it today is [`zookeeper_mode`](super::zookeeper_mode): a session, a znode in /brokers/ids, the
//! controller's role, conditional writes of …/state. A broker of 0.7 (topics in /brokers/topics, nobody elects) or
//! of a KRaft cluster (heartbeats, the metadata log, `AlterPartition`) is another implementation of
//! [`MetadataPlane`].

use super::config::BrokerConfig;
use super::messages::{ControllerRequest, LeaderAndIsr};
use crate::boundary::{Input, Outbox};
use crate::ids::*;
use crate::order::TopicSpec;
use std::sync::Arc;

/// The broker's number and settings, and the outside, lent for one call.
pub(super) struct Outside<'a> {
    pub(super) id: BrokerId,
    pub(super) config: &'a BrokerConfig,
    pub(super) out: &'a mut Outbox,
}

/// What a broker asks of its metadata. Answers come later, by [`poll`](MetadataPlane::poll).
///
/// Order of calls: [`start`](MetadataPlane::start) once in the life of a process; then each input first goes to
/// [`takes`](MetadataPlane::takes); after each call, [`poll`](MetadataPlane::poll) until it gives nothing.
pub(super) trait MetadataPlane {
    /// The process starts. How the broker joins the cluster is the plane's own affair.
    fn start(&mut self, entropy: u64, out: &mut Outbox);

    /// Handles an input if it is the plane's: of its session, its connections, its timers. False: the broker's.
    fn takes(&mut self, input: &Input, outside: &mut Outside<'_>) -> bool;

    /// What it has to tell the broker next.
    fn poll(&mut self, outside: &mut Outside<'_>) -> Option<PlaneEvent>;

    /// The leader wants this ISR. `write` names the proposal in the answer.
    fn propose_isr(&mut self, write: u32, tp: &TopicPartition, wanted: &LeaderAndIsr, out: &mut Outbox);

    /// After [`IsrAnswer::OtherVersion`]: was it this same proposal that made the other version?
    fn look_at_isr(&mut self, write: u32, tp: &TopicPartition, wanted: &LeaderAndIsr, out: &mut Outbox);

    /// The settings of a topic are wanted. `number` names the question in the answer.
    fn read_topic_config(&mut self, number: u32, topic: &Topic, out: &mut Outbox);

    /// A client asked for a topic that is not there (`auto.create.topics.enable`).
    fn create_topic(&mut self, spec: TopicSpec, out: &mut Outbox);

    /// The last [`PlaneEvent::Order`] is obeyed.
    fn order_obeyed(&mut self, correlation: u32, outside: &mut Outside<'_>);

    /// The process was asked to stop: what it leads is to be moved first. [`PlaneEvent::MayStop`] follows.
    fn begin_shutdown(&mut self, outside: &mut Outside<'_>);

    /// It was asked to stop.
    fn is_stopping(&self) -> bool;

    /// Leaves the cluster for good. [`PlaneEvent::Left`] follows.
    fn leave(&mut self, out: &mut Outbox);
}

/// What its metadata plane tells a broker.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum PlaneEvent {
    /// An order of the controller in this same process, and its cause. Those of other processes come as requests.
    Order {
        correlation: u32,
        request: ControllerRequest,
        cause: Cause,
    },
    Isr(u32, IsrAnswer),
    /// The topic's own settings, by their keys.
    TopicConfig(u32, Vec<(Arc<str>, Arc<str>)>),
    /// Enough was tried to move what it leads.
    MayStop,
    /// It has left the cluster.
    Left,
}

/// What became of a proposed ISR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum IsrAnswer {
    /// It holds, under this version.
    Holds { version: i32 },
    /// The state had another version than the leader knew: somebody else's, or this proposal's whose answer got lost.
    OtherVersion,
    /// It does not hold.
    Refused,
}
