//! What the controller knows (`ControllerContext`), all of it read from ZooKeeper or decided by itself.

use crate::ids::*;
use crate::kafka::LeaderAndIsr;
use crate::sorted::{SortedMap, SortedSet};

/// `PartitionStateMachine`'s states, as far as they last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum PartitionPhase {
    /// Assigned, no leader chosen yet: …/state does not exist.
    New,
    Online,
    Offline,
}

/// A partition, as the controller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct PartitionContext {
    pub replicas: Vec<BrokerId>,
    /// As last read from or written to …/state.
    pub state: Option<LeaderAndIsr>,
    pub phase: PartitionPhase,
    /// That nobody can lead was noted; it is not said again until somebody leads.
    pub(super) said_offline: bool,
    /// The event by which `state` became what it is.
    pub(super) because: Cause,
}

impl PartitionContext {
    pub(super) fn new(replicas: Vec<BrokerId>) -> PartitionContext {
        PartitionContext {
            replicas,
            state: None,
            phase: PartitionPhase::New,
            said_offline: false,
            because: Recorded(None),
        }
    }

    pub(super) fn leader(&self) -> Option<BrokerId> {
        self.state.as_ref()?.leader
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Context {
    /// Children of /brokers/ids, as last read.
    pub(super) registered: SortedSet<BrokerId>,
    /// Asked for a controlled shutdown: not to be chosen any more.
    pub(super) shutting_down: SortedSet<BrokerId>,
    pub(super) partitions: SortedMap<TopicPartition, PartitionContext>,
}

impl Context {
    /// `liveBrokerIds`: registered and not shutting down.
    pub(super) fn is_live(&self, broker: BrokerId) -> bool {
        self.registered.contains(&broker) && !self.shutting_down.contains(&broker)
    }

    /// `liveOrShuttingDownBrokerIds`.
    pub(super) fn registered(&self) -> impl Iterator<Item = BrokerId> + '_ {
        self.registered.iter().copied()
    }

    pub(super) fn has_topic(&self, topic: &str) -> bool {
        self.partitions.keys().any(|tp| &*tp.topic == topic)
    }

    /// Replicas that have a connection of the controller, in the order of the assignment.
    pub(super) fn registered_of(&self, replicas: &[BrokerId]) -> Vec<BrokerId> {
        replicas.iter().copied().filter(|replica| self.registered.contains(replica)).collect()
    }

    /// Replicas of this partition that are live, in the order of the assignment.
    pub(super) fn live_replicas(&self, replicas: &[BrokerId]) -> Vec<BrokerId> {
        replicas.iter().copied().filter(|replica| self.is_live(*replica)).collect()
    }
}
