//! What kind of thing happened: gives a dot its colour and its shape. Never the colour alone.

use sim_core::client::ClientFact;
use sim_core::engine::facts::ClusterFact;
use sim_core::event::Fact;
use sim_core::kafka::KafkaFact;
use sim_core::zookeeper::ZkFact;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    /// The user did it, or something broke.
    Fault,
    /// Mended, served, complete.
    Good,
    Zk,
    Watch,
    Leader,
    Isr,
    Rebalance,
    Plain,
}

impl Tone {
    /// The class in the style sheets.
    pub const fn class(self) -> &'static str {
        match self {
            Tone::Fault => "tone-fault",
            Tone::Good => "tone-good",
            Tone::Zk => "tone-zk",
            Tone::Watch => "tone-watch",
            Tone::Leader => "tone-leader",
            Tone::Isr => "tone-isr",
            Tone::Rebalance => "tone-rebalance",
            Tone::Plain => "tone-plain",
        }
    }
}

pub fn tone(fact: &Fact) -> Tone {
    match fact {
        Fact::Cluster(fact) => match fact {
            ClusterFact::NodeStarted { .. } | ClusterFact::NodeThawed { .. } | ClusterFact::LinkHealed { .. } => {
                Tone::Good
            }
            ClusterFact::OrderGiven { .. } | ClusterFact::ConnectionLost { .. } => Tone::Plain,
            _ => Tone::Fault,
        },
        Fact::Zk(fact) => match fact {
            ZkFact::SessionExpired { .. } | ZkFact::ClientToldExpired { .. } | ZkFact::QuorumLost { .. } => Tone::Fault,
            ZkFact::WatchFired { .. } | ZkFact::WatchReceived { .. } => Tone::Watch,
            ZkFact::LeaderServing { .. } => Tone::Leader,
            _ => Tone::Zk,
        },
        Fact::Kafka(fact) => match fact {
            KafkaFact::PartitionOffline { .. } => Tone::Fault,
            KafkaFact::ControllerElected { .. } | KafkaFact::LeaderElected { .. } | KafkaFact::BecameLeader { .. } => {
                Tone::Leader
            }
            KafkaFact::IsrShrunk { .. } | KafkaFact::IsrExpanded { .. } => Tone::Isr,
            _ => Tone::Plain,
        },
        Fact::Client(fact) => match fact {
            ClientFact::RebalanceFailed { .. } | ClientFact::SendFailed { .. } => Tone::Fault,
            ClientFact::RebalanceTriggered { .. }
            | ClientFact::RebalanceStarted { .. }
            | ClientFact::FetchersStopped { .. }
            | ClientFact::OwnersReleased { .. }
            | ClientFact::AssignmentComputed { .. }
            | ClientFact::OwnerClaimed { .. }
            | ClientFact::ClaimConflict { .. }
            | ClientFact::RebalanceBackedOff { .. } => Tone::Rebalance,
            ClientFact::RebalanceCompleted { .. } => Tone::Good,
            _ => Tone::Plain,
        },
    }
}
