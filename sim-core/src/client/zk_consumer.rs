//! The high-level consumer of 0.8.2 (`ZookeeperConsumerConnector`).

use crate::ids::*;
use crate::node::{Input, Outbox};
use crate::zookeeper::ZkClientConfig;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConsumerTimer {
    AutoCommit,
}

/// By the real config names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ConsumerConfig {
    pub group: Topic,
    pub topics: Vec<Topic>,
    /// `zookeeper.session.timeout.ms`
    pub session_timeout_ms: u32,
    pub auto_commit_enable: bool,
    pub auto_commit_interval_ms: u32,
    pub rebalance_max_retries: u32,
    pub rebalance_backoff_ms: u32,
    pub refresh_leader_backoff_ms: u32,
    pub fetch_wait_max_ms: u32,
    /// `auto.offset.reset`: smallest (true) or largest.
    pub reset_to_smallest: bool,
    /// Streams (threads) for each topic.
    pub streams: u32,
}

impl ConsumerConfig {
    /// The defaults of 0.8.2 (`ConsumerConfig.scala`).
    pub fn new(group: Topic, topics: Vec<Topic>) -> ConsumerConfig {
        ConsumerConfig {
            group,
            topics,
            session_timeout_ms: 6_000,
            auto_commit_enable: true,
            auto_commit_interval_ms: 60_000,
            rebalance_max_retries: 4,
            rebalance_backoff_ms: 2_000,
            refresh_leader_backoff_ms: 200,
            fetch_wait_max_ms: 100,
            reset_to_smallest: false,
            streams: 1,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ZkConsumer {
    name: Topic,
    config: ConsumerConfig,
    zk: ZkClientConfig,
}

impl ZkConsumer {
    pub fn new(name: Topic, config: ConsumerConfig, zk: ZkClientConfig) -> ZkConsumer {
        ZkConsumer { name, config, zk }
    }

    pub fn handle(&mut self, input: Input, out: &mut Outbox) {
        let _ = (&self.name, &self.config, &self.zk, input, out);
    }

    pub fn crash(&mut self) {}
}
