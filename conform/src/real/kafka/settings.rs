//! Files of settings for real brokers and clients: where they are and who they are, and what a setup says otherwise
//! than this generation of Kafka does by itself. What a setup leaves alone is left to the real one's own defaults, so
//! that a default that the simulator has wrong is seen.

use sim_core::client::{ConsumerConfig, ProducerClient, ProducerConfig, ProducerType};
use sim_core::engine::setup::{BrokerSetup, ConsumerSetup};
use sim_core::release::Kafka;
use sim_core::settings::{self, Setting};

/// Every setting whose value is not the default.
fn changed<C: Clone>(kafka: Kafka, table: &'static [Setting<C>], config: &C, default: &C) -> String {
    let (mut config, mut default) = (config.clone(), default.clone());
    let mut text = String::new();
    for setting in table.iter().filter(|setting| settings::find(table, setting.key, kafka).is_some()) {
        let value = setting.text(&mut config);
        if value != setting.text(&mut default) {
            text.push_str(&format!("{}={value}\n", setting.key));
        }
    }
    text
}

/// Where a broker is and what it needs.
pub(super) struct BrokerPlace<'a> {
    pub(super) name: &'a str,
    pub(super) port: u16,
    pub(super) logs: &'a str,
    pub(super) zookeeper: &'a str,
}

pub(super) fn of_broker(kafka: Kafka, setup: &BrokerSetup, place: &BrokerPlace<'_>) -> String {
    let BrokerPlace { name, port, logs, zookeeper } = place;
    let own = changed(kafka, &settings::BROKER, &setup.config, &kafka.broker_config());
    format!(
        "broker.id={}\nhost.name=localhost\nadvertised.host.name={name}\nport={port}\nlog.dirs={logs}\n\
         zookeeper.connect={zookeeper}\n{own}",
        setup.id
    )
}

pub(super) fn of_producer(kafka: Kafka, config: &ProducerConfig, brokers: &str) -> String {
    let bootstrap = config.bootstrap.clone();
    let table = settings::of_producer(config.client);
    match config.client {
        ProducerClient::Java => {
            let own = changed(kafka, table, config, &kafka.producer_config(bootstrap));
            let serializer = "org.apache.kafka.common.serialization.StringSerializer";
            format!("bootstrap.servers={brokers}\nkey.serializer={serializer}\nvalue.serializer={serializer}\n{own}")
        }
        ProducerClient::Scala(producer_type) => {
            let own = changed(kafka, table, config, &kafka.scala_producer_config(bootstrap));
            let producer_type = if producer_type == ProducerType::Async { "async" } else { "sync" };
            format!(
                "metadata.broker.list={brokers}\nserializer.class=kafka.serializer.StringEncoder\n\
                 producer.type={producer_type}\n{own}"
            )
        }
    }
}

pub(super) fn of_consumer(kafka: Kafka, setup: &ConsumerSetup, zookeeper: &str) -> String {
    let ConsumerConfig { group, topics, .. } = &setup.config;
    let own = changed(kafka, &settings::CONSUMER, &setup.config, &kafka.consumer_config(group.clone(), topics.clone()));
    format!("zookeeper.connect={zookeeper}\ngroup.id={group}\n{own}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KAFKA: Kafka = Kafka::V0_8_2;

    #[test]
    fn only_what_is_not_the_default_is_written() {
        let mut config = KAFKA.broker_config();
        config.min_insync_replicas = 2;
        config.unclean_leader_election_enable = false;
        let setup = BrokerSetup { id: 7, config };
        let place = BrokerPlace { name: "broker-7", port: 1, logs: "/l", zookeeper: "localhost:2" };
        let text = of_broker(KAFKA, &setup, &place);
        assert!(text.starts_with("broker.id=7\n") && text.contains("\nadvertised.host.name=broker-7\n"), "{text}");
        assert!(text.ends_with("unclean.leader.election.enable=false\nmin.insync.replicas=2\n"), "{text}");
    }

    #[test]
    fn each_producer_has_its_own_words() {
        let java = ProducerConfig { acks: -1, ..KAFKA.producer_config(vec![1]) };
        assert!(of_producer(KAFKA, &java, "broker-1:5").ends_with("\nacks=all\n"));
        let scala = ProducerConfig { acks: -1, ..KAFKA.scala_producer_config(vec![1]) };
        let text = of_producer(KAFKA, &scala, "broker-1:5");
        assert!(text.contains("producer.type=sync\n") && text.ends_with("request.required.acks=-1\n"), "{text}");
    }
}
