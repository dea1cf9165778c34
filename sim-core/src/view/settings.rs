//! The settings of running processes, by the keys under which the real systems know them.

use crate::engine::node::Node;
use crate::engine::system::System;
use crate::ids::NodeId;
use crate::settings::{self, Known};

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
    match node {
        Node::Zk(server) => text(&settings::ENSEMBLE, server.config(), key),
        Node::Broker(broker) => text(&settings::BROKER, broker.config(), key),
        Node::Producer(producer) => text(settings::of_producer(producer.config().client), producer.config(), key),
        Node::Consumer(consumer) => text(&settings::CONSUMER, consumer.config(), key),
        Node::ZkShell(_) | Node::Admin(_) => None,
    }
}

fn text<C: Clone>(table: &[settings::Setting<C>], config: &C, key: &str) -> Option<String> {
    let setting = table.iter().find(|setting| setting.key == key && setting.known != Known::InOldLinks)?;
    Some(setting.text(&mut config.clone()))
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
