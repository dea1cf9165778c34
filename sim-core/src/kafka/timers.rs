//! The names of the timers of this folder's state machines. What they do is written where they are handled.

use crate::ids::*;

/// A broker's timers. A number is a slot of the requests that wait, or another broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BrokerTimer {
    /// `replica.lag.time.max.ms`: looks for followers that did not fetch.
    IsrCheck,
    /// `replica.high.watermark.checkpoint.interval.ms`
    Checkpoint,
    /// A fetch has waited for its `max_wait_ms`.
    FetchWait(u32),
    /// A producer has waited for its `timeout.ms`.
    ProduceWait(u32),
    /// The pause of a replica fetcher after a failure.
    FetcherPause(BrokerId),
    /// `replica.socket.timeout.ms`
    FetcherTimeout(BrokerId),
    /// The controller tries a broken connection again.
    ChannelRetry(BrokerId),
    /// `controller.socket.timeout.ms`
    ChannelTimeout(BrokerId),
    /// The controller's request to its own broker arrives.
    Loopback,
    /// `leader.imbalance.check.interval.seconds`
    BalanceLeaders,
    /// The znode of the broker's last life may be gone by now.
    RegisterAgain,
    /// `controlled.shutdown.retry.backoff.ms`, or no answer of the controller.
    ShutdownRetry,
}
