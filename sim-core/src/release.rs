//! The generations of Kafka and ZooKeeper, and everything in which they differ.
//!
//! This is the only file that asks which version is simulated. A difference is a method here, named after what a
//! version does, with its source; the machines, the boot and the page ask that method. So a new generation is a
//! new variant, and the compiler then asks for each of its differences. `tests/tidy_releases.rs` reads all sources
//! and refuses every other comparison of versions.

use crate::client::assignors::AssignmentStrategy;
use crate::client::producer::config::{ProducerClient, ProducerConfig, ProducerType};
use crate::client::zk_consumer::config::ConsumerConfig;
use crate::ids::*;
use crate::kafka::config::BrokerConfig;
use crate::time::Span;
use crate::zookeeper::types::EnsembleConfig;

/// What a cluster is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Release {
    /// None: a ZooKeeper ensemble alone.
    pub kafka: Option<Kafka>,
    /// The servers' version, and that of everybody's client library.
    pub zookeeper: ZkVersion,
}

/// A generation of Kafka that can be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kafka {
    /// 0.8.2: replication and controller in ZooKeeper, consumers in ZooKeeper, producers not.
    V0_8_2,
}

impl Kafka {
    /// The ZooKeeper that its distribution brings (`zookeeper-3.4.6.jar` in kafka_2.11-0.8.2.2).
    pub const fn usual_zookeeper(self) -> ZkVersion {
        match self {
            Kafka::V0_8_2 => ZkVersion::V3_4,
        }
    }

    /// A broker's defaults (`KafkaConfig.scala`).
    pub const fn broker_config(self) -> BrokerConfig {
        match self {
            Kafka::V0_8_2 => BrokerConfig {
                session_timeout_ms: 6_000,
                replica_lag_time_max_ms: 10_000,
                replica_lag_max_messages: 4_000,
                replica_fetch_wait_max_ms: 500,
                high_watermark_checkpoint_interval_ms: 5_000,
                unclean_leader_election_enable: true,
                min_insync_replicas: 1,
                controlled_shutdown_enable: true,
                controlled_shutdown_max_retries: 3,
                controlled_shutdown_retry_backoff_ms: 5_000,
                auto_leader_rebalance_enable: true,
                leader_imbalance_check_interval_s: 300,
                leader_imbalance_per_broker_percentage: 10,
                num_partitions: 1,
                default_replication_factor: 1,
                auto_create_topics_enable: true,
            },
        }
    }

    /// The defaults of a producer that asks these brokers first: the Java producer (`ProducerConfig.java`).
    pub fn producer_config(self, bootstrap: Vec<BrokerId>) -> ProducerConfig {
        match self {
            Kafka::V0_8_2 => ProducerConfig {
                client: ProducerClient::Java,
                bootstrap,
                acks: 1,
                retries: 0,
                retry_backoff_ms: 100,
                linger_ms: 0,
                timeout_ms: 30_000,
                metadata_max_age_ms: 300_000,
                max_in_flight: 5,
                batch_records: 200,
                steady: None,
            },
        }
    }

    /// The defaults of the Scala producer (`ProducerConfig.scala`, `SyncProducerConfig`, `AsyncProducerConfig`).
    pub fn scala_producer_config(self, bootstrap: Vec<BrokerId>) -> ProducerConfig {
        match self {
            Kafka::V0_8_2 => ProducerConfig {
                client: ProducerClient::Scala(ProducerType::Sync),
                acks: 0,
                retries: 3,
                linger_ms: 5_000,
                timeout_ms: 10_000,
                metadata_max_age_ms: 600_000,
                max_in_flight: 1,
                ..self.producer_config(bootstrap)
            },
        }
    }

    /// The defaults of a consumer of this group and these topics (`ConsumerConfig.scala`).
    pub fn consumer_config(self, group: Topic, topics: Vec<Topic>) -> ConsumerConfig {
        match self {
            Kafka::V0_8_2 => ConsumerConfig {
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
                assignment_strategy: AssignmentStrategy::Range,
            },
        }
    }

    /// The session timeout of kafka-topics.sh in milliseconds (`TopicCommand.main`).
    pub(crate) const fn admin_session_timeout_ms(self) -> u32 {
        match self {
            Kafka::V0_8_2 => 30_000,
        }
    }
}

impl Kafka {
    /// Every generation, the oldest first.
    pub const ALL: [Kafka; 1] = [Kafka::V0_8_2];

    /// Those that have the settings of 0.8 (`KafkaConfig.scala`, both `ProducerConfig`s, `ConsumerConfig.scala`).
    pub const WITH_SETTINGS_OF_0_8: &[Kafka] = &[Kafka::V0_8_2];

    /// Its number in links, from 1 on: never changed, and never given to another one.
    pub const fn tag(self) -> u8 {
        match self {
            Kafka::V0_8_2 => 1,
        }
    }
}

/// A generation of ZooKeeper: servers and client library. Generations have no order: `>=` would decide for those that
/// nobody has thought of yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ZkVersion {
    /// As 3.4.14 behaves.
    V3_4,
    /// As 3.9.5 behaves.
    V3_9,
}

impl ZkVersion {
    /// Every generation, the oldest first.
    pub const ALL: [ZkVersion; 2] = [ZkVersion::V3_4, ZkVersion::V3_9];

    /// The one that an ensemble alone has when nothing else is asked for.
    pub const NEWEST: ZkVersion = ZkVersion::V3_9;

    /// Its number in links, from 1 on: never changed, and never given to another one.
    pub const fn tag(self) -> u8 {
        match self {
            ZkVersion::V3_4 => 1,
            ZkVersion::V3_9 => 2,
        }
    }

    /// "3.9": how people call it.
    pub const fn name(self) -> &'static str {
        match self {
            ZkVersion::V3_4 => "3.4",
            ZkVersion::V3_9 => "3.9",
        }
    }

    /// An ensemble of the servers 1, 2, 3, … with the settings of `conf/zoo_sample.cfg`.
    pub fn ensemble_config(self, servers: u16) -> EnsembleConfig {
        EnsembleConfig {
            servers: (1..=servers).collect(),
            tick_ms: 2_000,
            init_limit: 10,
            sync_limit: 5,
            version: self,
        }
    }

    /// When the client library ends a session by itself: after four thirds of the session's timeout without a sign
    /// of any server (`ClientCnxn.SendThread.run`, `expirationTimeout`; ZOOKEEPER-4508). Before that a client without
    /// a server tries for ever.
    pub const fn gives_up_after(self, session_timeout: Span) -> Option<Span> {
        match self {
            ZkVersion::V3_4 => None,
            ZkVersion::V3_9 => Some(Span::us(session_timeout.0 * 4 / 3)),
        }
    }

    /// Whether a client's own close is told to its watchers as the state `Closed` (`ClientCnxn.disconnect`;
    /// ZOOKEEPER-2368).
    pub(crate) const fn tells_watchers_of_the_close(self) -> bool {
        match self {
            ZkVersion::V3_4 => false,
            ZkVersion::V3_9 => true,
        }
    }

    /// Whether the client library answers a multi of no operations itself (`ZooKeeper.multiInternal`); before that,
    /// the server is asked.
    pub(crate) const fn answers_empty_multis_at_once(self) -> bool {
        match self {
            ZkVersion::V3_4 => false,
            ZkVersion::V3_9 => true,
        }
    }

    /// Whether the first and the last character of most forbidden ranges pass in a path: 3.4 compares with `<` where
    /// later versions compare with `<=` (`PathUtils.validatePath`).
    pub(crate) const fn lets_the_edges_of_forbidden_ranges_pass(self) -> bool {
        match self {
            ZkVersion::V3_4 => true,
            ZkVersion::V3_9 => false,
        }
    }

    /// Whether there is `/zookeeper/config`, where the ensemble keeps its own configuration since it can be changed
    /// while it runs (`DataTree`, `ZooDefs.CONFIG_NODE`; ZOOKEEPER-107).
    pub(crate) const fn has_config_znode(self) -> bool {
        match self {
            ZkVersion::V3_4 => false,
            ZkVersion::V3_9 => true,
        }
    }

    /// Whether the leader writes the ephemerals of a closed session into the transaction, in the order of a copy of
    /// its set (`DataTree.getEphemerals`, `CloseSessionTxn`); before that each server goes through its own set
    /// (`DataTree.killSession`).
    pub(crate) const fn copies_the_ephemerals_of_a_closed_session(self) -> bool {
        match self {
            ZkVersion::V3_4 => false,
            ZkVersion::V3_9 => true,
        }
    }

    /// Whether a multi through a server that the session has left is answered with `SessionMoved`, instead of costing
    /// the connection like every other request (`FinalRequestProcessor`; ZOOKEEPER-2886). Nothing then tells the
    /// client to connect again: a client of multis alone is refused for ever.
    pub(crate) const fn answers_multis_of_moved_sessions(self) -> bool {
        match self {
            ZkVersion::V3_4 => true,
            ZkVersion::V3_9 => false,
        }
    }

    /// Whether zkCli still has `rmr` and `ls2` (`ZooKeeperMain.commandMap`). 3.5 calls them deprecated, and since 3.6
    /// there are only `deleteall` and `ls -s` (`org.apache.zookeeper.cli.CommandFactory`).
    pub const fn has_rmr_and_ls2(self) -> bool {
        match self {
            ZkVersion::V3_4 => true,
            ZkVersion::V3_9 => false,
        }
    }

    /// How long a follower waits before it asks a leader again that does not lead yet: 1 s in
    /// `Learner.connectToLeader` of 3.4, `zookeeper.leaderConnectDelayDuringRetryMs` later.
    pub(crate) const fn leader_connect_delay(self) -> Span {
        match self {
            ZkVersion::V3_4 => Span::ms(1_000),
            ZkVersion::V3_9 => Span::ms(100),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_that_gives_up_does_so_after_four_thirds_of_the_timeout() {
        assert_eq!(ZkVersion::V3_9.gives_up_after(Span::ms(6_000)), Some(Span::ms(8_000)));
        assert_eq!(ZkVersion::V3_4.gives_up_after(Span::ms(6_000)), None);
    }

    #[test]
    fn every_generation_of_zookeeper_has_a_name_of_its_own() {
        let mut names = ZkVersion::ALL.map(ZkVersion::name).to_vec();
        names.dedup();
        assert_eq!(names.len(), ZkVersion::ALL.len());
    }
}
