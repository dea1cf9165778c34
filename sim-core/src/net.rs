//! The network's words: what a connection is for, which one it is, how it ends, how a link is cut.

use crate::fact::named_field;
use crate::ids::{BrokerId, NodeId};

/// What a connection is for. A node has at most one connection a (client, server, channel) at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// ZooKeeper's port 3888: votes.
    Election,
    /// ZooKeeper's port 2888: a learner to its leader.
    Quorum,
    /// ZooKeeper's port 2181: a session's connection.
    ZkSession,
    /// Controller to broker: LeaderAndIsr, UpdateMetadata, StopReplica.
    Controller,
    /// Follower replica to leader: fetch.
    ReplicaFetcher,
    /// Broker to controller: controlled shutdown.
    ControlledShutdown,
    /// Producer to broker.
    Produce,
    /// Consumer to broker.
    Consume,
    /// A consumer's leader finder to any broker: who leads?
    Metadata,
}

/// One TCP connection. `serial` tells a reconnect from the connection before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnId {
    /// Who opened it.
    pub client: NodeId,
    /// Who was called.
    pub server: NodeId,
    /// What it is for.
    pub channel: Channel,
    /// Counts the connections that the client ever asked for.
    pub serial: u32,
}

impl ConnId {
    /// The broker that was called, where it is one.
    pub(crate) fn called_broker(self) -> Option<BrokerId> {
        if let NodeId::Broker(broker) = self.server { Some(broker) } else { None }
    }

    /// The other end, seen from `me`.
    pub(crate) fn peer_of(self, me: NodeId) -> NodeId {
        if self.client == me { self.server } else { self.client }
    }
}

/// How a link is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CutHow {
    /// Connections over it are reset, new ones are refused.
    Reset,
    /// Nothing comes through; TCP keeps what was sent and delivers it when the link is back.
    Silent,
}

impl CutHow {
    /// Both.
    pub const ALL: [CutHow; 2] = [CutHow::Reset, CutHow::Silent];

    const fn name(self) -> &'static str {
        match self {
            CutHow::Reset => "reset",
            CutHow::Silent => "silent",
        }
    }
}

/// Why a connection ended, as the end that did not end it sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LostWhy {
    /// The other end closed it.
    Closed,
    /// The other process died, or the link was cut hard.
    Reset,
    /// Nobody listens there.
    Refused,
}

impl LostWhy {
    /// All of them.
    pub const ALL: [LostWhy; 3] = [LostWhy::Closed, LostWhy::Reset, LostWhy::Refused];

    const fn name(self) -> &'static str {
        match self {
            LostWhy::Closed => "closed",
            LostWhy::Reset => "reset",
            LostWhy::Refused => "refused",
        }
    }
}

named_field!(CutHow);
named_field!(LostWhy);
