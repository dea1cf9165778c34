//! What the controller orders, and what a broker that stops asks of it.

use super::KafkaError;
use crate::about::{About, FlightKind};
use crate::ids::{BrokerId, Cause, TopicPartition};

/// Leader and ISR of a partition, as `…/partitions/p/state` holds them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LeaderAndIsr {
    /// None: nobody leads (−1 in the znode).
    pub leader: Option<BrokerId>,
    /// It grows with each change that the controller makes.
    pub leader_epoch: u32,
    /// In ZooKeeper's order.
    pub isr: Vec<BrokerId>,
    /// Of the controller that wrote it, or whose leader did.
    pub controller_epoch: u32,
    /// The znode's version, for the next conditional write.
    pub zk_version: i32,
}

/// What the controller says about one partition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PartitionState {
    pub tp: TopicPartition,
    pub state: LeaderAndIsr,
    /// The assignment; the first is preferred.
    pub replicas: Vec<BrokerId>,
    /// The event by which the controller decided this: one request carries decisions of different origin.
    pub because: Cause,
}

/// An order, and the controller that gives it: a broker refuses a controller of an earlier epoch
/// (STALE_CONTROLLER_EPOCH).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ControllerRequest {
    pub controller: BrokerId,
    pub controller_epoch: u32,
    pub order: ControllerOrder,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ControllerOrder {
    LeaderAndIsr {
        /// Those leaders of `partitions` that are registered (shutting down or not): only these are followed.
        live_leaders: Vec<BrokerId>,
        partitions: Vec<PartitionState>,
    },
    UpdateMetadata {
        alive_brokers: Vec<BrokerId>,
        partitions: Vec<PartitionState>,
    },
    StopReplica {
        delete: bool,
        partitions: Vec<TopicPartition>,
    },
}

/// The answer to each order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ControllerResponse {
    pub error: Option<KafkaError>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ControlledShutdownRequest {
    pub broker: BrokerId,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ControlledShutdownResponse {
    /// The partitions which the broker still leads.
    pub remaining: Result<Vec<TopicPartition>, KafkaError>,
}

impl ControllerRequest {
    pub(super) fn about(&self) -> About<'_> {
        let (name, tp) = match &self.order {
            ControllerOrder::LeaderAndIsr { partitions, .. } => {
                ("LeaderAndIsrRequest", partitions.first().map(|order| &order.tp))
            }
            ControllerOrder::UpdateMetadata { partitions, .. } => {
                ("UpdateMetadataRequest", partitions.first().map(|order| &order.tp))
            }
            ControllerOrder::StopReplica { partitions, .. } => ("StopReplicaRequest", partitions.first()),
        };
        About { tp, ..About::of(name, FlightKind::Controller) }
    }
}

impl ControllerResponse {
    pub(super) fn about(&self) -> About<'_> {
        About::of("ControllerResponse", FlightKind::Controller)
    }
}

impl ControlledShutdownRequest {
    pub(super) fn about(&self) -> About<'_> {
        About::of("ControlledShutdownRequest", FlightKind::Controller)
    }
}

impl ControlledShutdownResponse {
    pub(super) fn about(&self) -> About<'_> {
        About::of("ControlledShutdownResponse", FlightKind::Controller)
    }
}
