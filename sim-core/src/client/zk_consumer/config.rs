//! A consumer's settings, by their names in the real one.

use crate::client::assignors::AssignmentStrategy;
use crate::ids::*;

/// By the real config names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
    /// `partition.assignment.strategy`
    pub assignment_strategy: AssignmentStrategy,
}

/// `socket.timeout.ms` (30 s), noticed at ticks of a third of it, so that not every fetch arms a timer.
pub(super) const SOCKET_TIMEOUT_TICK_MS: u64 = 10_000;
pub(super) const SOCKET_TIMEOUT_TICKS: u8 = 3;
pub(super) const SOCKET_TIMEOUT_MS: u64 = 30_000;
