//! A broker's settings.

/// What a broker is configured with, by the real config names (dots as underscores, units added).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BrokerConfig {
    /// `zookeeper.session.timeout.ms`
    pub session_timeout_ms: u32,
    /// `replica.lag.time.max.ms`: a follower that does not fetch for so long leaves the ISR.
    pub replica_lag_time_max_ms: u32,
    /// `replica.lag.max.messages`: and so does one that is more than this behind.
    pub replica_lag_max_messages: u32,
    /// `replica.fetch.wait.max.ms`: how long a leader may keep an empty fetch of a follower.
    pub replica_fetch_wait_max_ms: u32,
    /// `replica.high.watermark.checkpoint.interval.ms`: how often high watermarks are written to disk.
    pub high_watermark_checkpoint_interval_ms: u32,
    /// `unclean.leader.election.enable`: whether a replica outside of the ISR may lead when no other one is alive.
    pub unclean_leader_election_enable: bool,
    /// `min.insync.replicas`: a write with acks=all is refused when the ISR is smaller.
    pub min_insync_replicas: u16,
    /// `controlled.shutdown.enable`: whether a clean stop moves leaders away first.
    pub controlled_shutdown_enable: bool,
    /// `controlled.shutdown.max.retries`: how often the controller is asked for that.
    pub controlled_shutdown_max_retries: u32,
    /// `controlled.shutdown.retry.backoff.ms`: between two such requests.
    pub controlled_shutdown_retry_backoff_ms: u32,
    /// `auto.leader.rebalance.enable`: whether the controller brings leaders back to the preferred replicas.
    pub auto_leader_rebalance_enable: bool,
    /// `leader.imbalance.check.interval.seconds`: how often it looks.
    pub leader_imbalance_check_interval_s: u32,
    /// `leader.imbalance.per.broker.percentage`: from which part of a broker's partitions on it acts.
    pub leader_imbalance_per_broker_percentage: u32,
    /// `num.partitions` of a topic that is created because somebody asks for it.
    pub num_partitions: u32,
    /// `default.replication.factor` of such a topic.
    pub default_replication_factor: u16,
    /// `auto.create.topics.enable`: whether a request for metadata creates a topic.
    pub auto_create_topics_enable: bool,
}
