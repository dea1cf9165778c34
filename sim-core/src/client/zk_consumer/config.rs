//! A consumer's settings, by their names in the real one.

use crate::client::assignors::AssignmentStrategy;
use crate::ids::*;

/// By the real config names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConsumerConfig {
    /// `group.id`
    pub group: Topic,
    /// Those that it subscribes to (`createMessageStreams`).
    pub topics: Vec<Topic>,
    /// `zookeeper.session.timeout.ms`
    pub session_timeout_ms: u32,
    /// `auto.commit.enable`: offsets are committed from time to time, and before a rebalance.
    pub auto_commit_enable: bool,
    /// `auto.commit.interval.ms`, at least 1.
    pub auto_commit_interval_ms: u32,
    /// `rebalance.max.retries`: how often an attempt is made, the first one included.
    pub rebalance_max_retries: u32,
    /// `rebalance.backoff.ms`: between two attempts, at least 1.
    pub rebalance_backoff_ms: u32,
    /// `refresh.leader.backoff.ms`: between two searches for leaders, at least 1.
    pub refresh_leader_backoff_ms: u32,
    /// `fetch.wait.max.ms`: how long a leader may keep an empty fetch, at least 1.
    pub fetch_wait_max_ms: u32,
    /// `auto.offset.reset`: smallest (true) or largest.
    pub reset_to_smallest: bool,
    /// Streams (threads) for each topic.
    pub streams: u32,
    /// `partition.assignment.strategy`
    pub assignment_strategy: AssignmentStrategy,
}

/// `socket.timeout.ms` (30 s), noticed at ticks of a third of it, so that not every fetch arms a timer.
pub(super) const SOCKET_TIMEOUT_TICK_MS: u64 = 10_000;
pub(super) const SOCKET_TIMEOUT_TICKS: u8 = 3;
pub(super) const SOCKET_TIMEOUT_MS: u64 = 30_000;
