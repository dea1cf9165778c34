//! The one fixed scene that every benchmark runs: 3 ZooKeeper servers, 3 brokers, 12 partitions with three
//! replicas each, 500 records a second, one group of 3. Figures of two versions compare only on one scene.

use crate::client::{ConsumerConfig, ProducerConfig};
use crate::engine::setup::{BrokerSetup, ConsumerSetup, Era, ProducerSetup, Setup};
use crate::ids::*;
use crate::kafka::BrokerConfig;
use crate::order::{Placement, TopicSpec};
use crate::zookeeper::{EnsembleConfig, ZkVersion};
use std::sync::Arc;

pub const SEED: u64 = 7;

pub fn setup() -> Setup {
    let topic: Topic = Arc::from("orders");
    let brokers: [BrokerId; 3] = [1, 2, 3];
    let assignment = (0..12).map(|partition| (0..3).map(|replica| brokers[(partition + replica) % 3]).collect());
    let producer = |name: &str| ProducerSetup {
        name: Arc::from(name),
        config: ProducerConfig {
            acks: -1,
            retries: 10,
            steady: Some((250, vec![topic.clone()])),
            ..ProducerConfig::new(brokers.to_vec())
        },
    };
    let consumer = |name: &str| ConsumerSetup {
        name: Arc::from(name),
        config: ConsumerConfig::new(Arc::from("billing"), vec![topic.clone()]),
        start: true,
    };
    Setup {
        era: Era::V0_8_2,
        ensemble: EnsembleConfig {
            servers: vec![1, 2, 3],
            tick_ms: 2_000,
            init_limit: 10,
            sync_limit: 5,
            version: ZkVersion::V3_4,
        },
        zk_clients: Vec::new(),
        brokers: brokers.iter().map(|id| BrokerSetup { id: *id, config: BrokerConfig::default() }).collect(),
        topics: vec![TopicSpec {
            name: topic.clone(),
            placement: Placement::Manual(assignment.collect()),
            config: Vec::new(),
        }],
        producers: vec![producer("web-1"), producer("web-2")],
        consumers: vec![consumer("billing-a"), consumer("billing-b"), consumer("billing-c")],
    }
}
