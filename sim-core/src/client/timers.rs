//! The names of the timers of this folder's state machines. What they do stands where they are handled.

use crate::ids::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProducerTimer {
    /// The next record of a steady load.
    Load,
    /// `linger.ms` of the oldest batch that lingers; `queue.buffering.max.ms`.
    Linger,
    /// `retry.backoff.ms` of the oldest batch that was put back; of the Scala producer's round.
    RetryBackoff,
    /// `retry.backoff.ms` since the last metadata.
    MetadataBackoff,
    /// `metadata.max.age.ms`; `topic.metadata.refresh.interval.ms`
    MetadataAge,
    /// `metadata.fetch.timeout.ms`
    MetadataWait,
    /// `reconnect.backoff.ms`
    Reconnect(BrokerId),
    /// The kernel hears nothing of that machine; `request.timeout.ms` of the Scala producer.
    Silence(BrokerId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConsumerTimer {
    /// `auto.commit.interval.ms`
    AutoCommit,
    /// `rebalance.backoff.ms`
    RebalanceBackoff,
    /// An ephemeral znode of an older session is in the way of the registration.
    RegistrationBackoff,
    /// `refresh.leader.backoff.ms`
    RefreshLeader,
    /// `socket.timeout.ms` of the leader finder's request.
    MetadataTimeout,
    /// A third of `socket.timeout.ms` of this broker's fetcher.
    SocketTimeout(BrokerId),
}
