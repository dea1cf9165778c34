//! The one fixed scene that every benchmark runs: 3 ZooKeeper servers, 3 brokers, 12 partitions with three
//! replicas each, 500 records a second, one group of 3. Figures of two versions compare only on one scene.

use crate::client::ProducerConfig;
use crate::engine::setup::Setup;
use crate::ids::*;
use crate::release::Kafka;
use std::sync::Arc;

/// Of the scene that is measured.
pub const SEED: u64 = 7;

/// Three servers, three brokers, two producers under load and a group of consumers.
pub fn setup() -> Setup {
    let kafka = Kafka::V0_8_2;
    let topic: Topic = Arc::from("orders");
    let brokers: [BrokerId; 3] = [1, 2, 3];
    let replicas = (0..12).map(|partition| (0..3).map(|replica| brokers[(partition + replica) % 3]).collect());
    let producer = ProducerConfig {
        acks: -1,
        retries: 10,
        steady: Some((250, vec![topic.clone()])),
        ..kafka.producer_config(brokers.to_vec())
    };
    let consumer = kafka.consumer_config(Arc::from("billing"), vec![topic.clone()]);
    Setup::kafka(kafka)
        .brokers(&brokers, &kafka.broker_config())
        .topic(&topic, replicas.collect())
        .producer("web-1", producer.clone())
        .producer("web-2", producer)
        .consumer("billing-a", consumer.clone())
        .consumer("billing-b", consumer.clone())
        .consumer("billing-c", consumer)
}
