//! A ZooKeeper ensemble without Kafka: its znodes mean what their clients want, and sessions last as long as those ask for.

use sim_core::engine::facts::ClusterFact;

use super::{Generation, kafka_0_8_2};

pub(super) const WORDS: Generation = Generation {
    znode: |_, _| "",
    of_process_fact,
    session_timeout: "tickTime = 2000",
    // No broker, producer or consumer is there to note a fact.
    ..kafka_0_8_2::WORDS
};

fn of_process_fact(fact: &ClusterFact) -> &'static str {
    match fact {
        ClusterFact::NodeKilled { .. }
        | ClusterFact::NodePoweredOff { .. }
        | ClusterFact::NodeFrozen { .. }
        | ClusterFact::NodeThawed { .. } => "org.apache.zookeeper.server.SessionTrackerImpl",
        ClusterFact::ConnectionLost { .. } => "org.apache.zookeeper.ClientCnxn",
        ClusterFact::NodeStarted { .. }
        | ClusterFact::NodeStopping { .. }
        | ClusterFact::NodeExited { .. }
        | ClusterFact::NodeRemoved { .. }
        | ClusterFact::LinkCut { .. }
        | ClusterFact::LinkHealed { .. }
        | ClusterFact::OrderGiven { .. } => kafka_0_8_2::of_process_fact(fact),
    }
}
