//! The settings of running processes, by the keys under which the real systems know them.

use crate::client::assignors::AssignmentStrategy;
use crate::engine::node::Node;
use crate::engine::system::System;
use crate::ids::NodeId;

/// What a setting that explanations name is in this cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The value of the process that it is about, or of all that have the setting.
    Is(String),
    /// Processes differ, and none of them is meant more than another.
    Differs,
    /// No process has it: the real system's default holds.
    Default,
}

/// The setting of the first of these processes that has it; of any process if none of them does.
pub fn setting(system: &System, about: &[NodeId], key: &str) -> Setting {
    let nodes = || system.slots().iter();
    let of = |id: &NodeId| nodes().find(|slot| slot.id == *id).and_then(|slot| value(&slot.node, key));
    if let Some(value) = about.iter().find_map(of) {
        return Setting::Is(value);
    }
    let mut all = nodes().filter_map(|slot| value(&slot.node, key));
    match all.next() {
        None => Setting::Default,
        Some(first) if all.all(|other| other == first) => Setting::Is(first),
        Some(_) => Setting::Differs,
    }
}

fn value(node: &Node, key: &str) -> Option<String> {
    let milliseconds = |ms: u32| Some(ms.to_string());
    let yes = |is_on: bool| Some(is_on.to_string());
    match node {
        Node::Zk(server) => match key {
            "tickTime" => milliseconds(server.config().tick_ms),
            "initLimit" => Some(server.config().init_limit.to_string()),
            "syncLimit" => Some(server.config().sync_limit.to_string()),
            _ => None,
        },
        Node::Broker(broker) => {
            let config = broker.config();
            match key {
                "zookeeper.session.timeout.ms" => milliseconds(config.session_timeout_ms),
                "replica.lag.time.max.ms" => milliseconds(config.replica_lag_time_max_ms),
                "replica.lag.max.messages" => Some(config.replica_lag_max_messages.to_string()),
                "replica.fetch.wait.max.ms" => milliseconds(config.replica_fetch_wait_max_ms),
                "unclean.leader.election.enable" => yes(config.unclean_leader_election_enable),
                "min.insync.replicas" => Some(config.min_insync_replicas.to_string()),
                "controlled.shutdown.enable" => yes(config.controlled_shutdown_enable),
                "controlled.shutdown.max.retries" => Some(config.controlled_shutdown_max_retries.to_string()),
                _ => None,
            }
        }
        Node::Producer(producer) => {
            let config = producer.config();
            match key {
                // −1 is how the protocol says "all" (`ProducerConfig.ACKS_CONFIG`).
                "acks" if config.acks < 0 => Some("all".to_owned()),
                "acks" => Some(config.acks.to_string()),
                "retries" => Some(config.retries.to_string()),
                "retry.backoff.ms" => milliseconds(config.retry_backoff_ms),
                "linger.ms" => milliseconds(config.linger_ms),
                "metadata.max.age.ms" => milliseconds(config.metadata_max_age_ms),
                _ => None,
            }
        }
        Node::Consumer(consumer) => {
            let config = consumer.config();
            match key {
                "zookeeper.session.timeout.ms" => milliseconds(config.session_timeout_ms),
                "auto.commit.interval.ms" => milliseconds(config.auto_commit_interval_ms),
                "rebalance.max.retries" => Some(config.rebalance_max_retries.to_string()),
                "rebalance.backoff.ms" => milliseconds(config.rebalance_backoff_ms),
                "refresh.leader.backoff.ms" => milliseconds(config.refresh_leader_backoff_ms),
                "fetch.wait.max.ms" => milliseconds(config.fetch_wait_max_ms),
                "auto.offset.reset" if config.reset_to_smallest => Some("smallest".to_owned()),
                "auto.offset.reset" => Some("largest".to_owned()),
                "partition.assignment.strategy" => Some(
                    match config.assignment_strategy {
                        AssignmentStrategy::Range => "range",
                        AssignmentStrategy::RoundRobin => "roundrobin",
                    }
                    .to_owned(),
                ),
                _ => None,
            }
        }
        Node::ZkShell(_) | Node::Admin(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Setting, setting};
    use crate::engine::setup::Setup;
    use crate::history::History;
    use crate::ids::NodeId;
    use crate::release::Kafka;

    #[test]
    fn a_setting_is_that_of_the_process_that_is_spoken_of() {
        let kafka = Kafka::V0_8_2;
        let mut slow = kafka.broker_config();
        slow.replica_lag_time_max_ms = 4_000;
        let setup = Setup::kafka(kafka).brokers(&[1], &kafka.broker_config()).brokers(&[2], &slow);
        let history = History::new(setup, 1).expect("a setup that boots");
        let lag = |about: &[NodeId]| setting(history.sim().system(), about, "replica.lag.time.max.ms");
        assert_eq!(lag(&[NodeId::Broker(2)]), Setting::Is("4000".to_owned()));
        assert_eq!(lag(&[NodeId::Zk(1), NodeId::Broker(1)]), Setting::Is("10000".to_owned()));
        assert_eq!(lag(&[NodeId::Zk(1)]), Setting::Differs);
        let session = setting(history.sim().system(), &[NodeId::Zk(1)], "zookeeper.session.timeout.ms");
        assert_eq!(session, Setting::Is("6000".to_owned()), "all brokers agree");
        assert_eq!(setting(history.sim().system(), &[], "jute.maxbuffer"), Setting::Default);
    }
}
