//! The names of the timers of this folder's state machines. What they do is written where they are handled.

use crate::ids::*;

/// A server's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServerTimer {
    /// No notification came for a while: ask again.
    ElectionPoll,
    /// A quorum agrees; nothing better came for 200 ms.
    ElectionFinalize,
    /// A follower tries its leader again.
    RetryLeader,
    /// Nothing was heard of the leader for syncLimit ticks (initLimit while joining).
    LeaderSilent,
    /// The leader's half tick: pings; every second one counts the followers.
    HalfTick,
    /// No quorum joined within initLimit ticks.
    InitLimit,
    /// What was received is synced to the disk.
    Fsync,
    /// The bucket of this session's expiry is over.
    Expiry(SessionId),
}

impl ServerTimer {
    pub(crate) fn is_routine(self) -> bool {
        match self {
            ServerTimer::HalfTick | ServerTimer::Fsync => true,
            ServerTimer::ElectionPoll
            | ServerTimer::ElectionFinalize
            | ServerTimer::RetryLeader
            | ServerTimer::LeaderSilent
            | ServerTimer::InitLimit
            | ServerTimer::Expiry(_) => false,
        }
    }
}

/// The client library's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ZkClientTimer {
    /// Nothing sent for a while: ping.
    Ping,
    /// Nothing heard for two thirds of the session timeout, or no connection within its time.
    ReadTimeout,
    /// Pause before the next server is tried.
    Reconnect,
    /// 3.9: nothing was heard of any server for 4/3 of the timeout. The library gives the session up when it next
    /// looks: before it waits for another server, or when it has lost one.
    GiveUp,
}
