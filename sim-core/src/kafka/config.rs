//! A broker's settings.

/// What a broker is configured with, by the real config names (dots as underscores, units added).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct BrokerConfig {
    /// `zookeeper.session.timeout.ms`
    pub session_timeout_ms: u32,
    pub replica_lag_time_max_ms: u32,
    pub replica_lag_max_messages: u32,
    pub replica_fetch_wait_max_ms: u32,
    pub replica_fetch_backoff_ms: u32,
    pub high_watermark_checkpoint_interval_ms: u32,
    pub unclean_leader_election_enable: bool,
    pub min_insync_replicas: u16,
    pub controlled_shutdown_enable: bool,
    pub controlled_shutdown_max_retries: u32,
    pub controlled_shutdown_retry_backoff_ms: u32,
    pub auto_leader_rebalance_enable: bool,
    pub leader_imbalance_check_interval_s: u32,
    pub leader_imbalance_per_broker_percentage: u32,
    pub num_partitions: u32,
    pub default_replication_factor: u16,
    pub auto_create_topics_enable: bool,
}

impl Default for BrokerConfig {
    /// The defaults of 0.8.2 (`KafkaConfig.scala`).
    fn default() -> BrokerConfig {
        BrokerConfig {
            session_timeout_ms: 6_000,
            replica_lag_time_max_ms: 10_000,
            replica_lag_max_messages: 4_000,
            replica_fetch_wait_max_ms: 500,
            // 0.8.2 has no such key: the fetcher thread of a dead leader tries again at once after its
            // socket failed; this is how long a refused connection and its retry take here.
            replica_fetch_backoff_ms: 1_000,
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
        }
    }
}
