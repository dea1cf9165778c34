//! A broker's settings.

/// What a broker is configured with, by the real config names (dots as underscores, units added).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BrokerConfig {
    /// `zookeeper.session.timeout.ms`
    pub session_timeout_ms: u32,
    pub replica_lag_time_max_ms: u32,
    pub replica_lag_max_messages: u32,
    pub replica_fetch_wait_max_ms: u32,
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
