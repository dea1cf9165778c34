//! The cluster that a run starts with.

use crate::client::{ConsumerConfig, ProducerConfig};
use crate::command::TopicSpec;
use crate::ids::*;
use crate::kafka::BrokerConfig;
use crate::zookeeper::EnsembleConfig;
use std::sync::Arc;

/// Which Kafka generation is simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    /// A ZooKeeper ensemble alone.
    ZooKeeper,
    /// Kafka 0.8.2: replication and controller in ZooKeeper, consumers in ZooKeeper, producers not.
    V0_8_2,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BrokerSetup {
    pub id: BrokerId,
    pub config: BrokerConfig,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProducerSetup {
    pub name: Arc<str>,
    pub config: ProducerConfig,
    /// A steady load from the start.
    pub records_per_s: u32,
    pub topics: Vec<Topic>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConsumerSetup {
    pub name: Arc<str>,
    pub config: ConsumerConfig,
    pub start: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ZkClientSetup {
    pub name: Arc<str>,
    /// Ids of the servers it may use.
    pub connect: Vec<u16>,
    pub session_timeout_ms: u32,
}

/// What stands there before the first step.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Setup {
    pub era: Era,
    pub ensemble: EnsembleConfig,
    pub zk_clients: Vec<ZkClientSetup>,
    pub brokers: Vec<BrokerSetup>,
    pub topics: Vec<TopicSpec>,
    pub producers: Vec<ProducerSetup>,
    pub consumers: Vec<ConsumerSetup>,
}
