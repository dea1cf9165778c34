//! What ZooKeeper's servers say to each other and to their clients.

use super::types::*;
use crate::ids::*;
use crate::time::SimTime;
use std::sync::Arc;

/// Client to server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ZkRequest {
    /// A new session (`session` 0) or the return to one. The server refuses a client that has seen a
    /// later zxid than the server itself.
    Connect {
        session: SessionId,
        timeout_ms: u32,
        last_zxid_seen: Zxid,
    },
    Op {
        xid: u32,
        op: Arc<ZkOp>,
    },
    /// The client's watches, after a reconnect.
    SetWatches {
        relative_zxid: Zxid,
        data: Vec<ZPath>,
        exist: Vec<ZPath>,
        child: Vec<ZPath>,
    },
    Ping,
    Close,
}

/// Server to client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ZkResponse {
    /// `timeout_ms` 0: the session has expired.
    Connected {
        session: SessionId,
        timeout_ms: u32,
    },
    Reply {
        xid: u32,
        zxid: Zxid,
        result: ZkResult,
    },
    Watch {
        event: WatchEvent,
        path: ZPath,
    },
    Pong,
}

/// Server to server. (The variants are the ensemble's own business.)
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum QuorumMessage {
    /// Placeholder until the ensemble is in: replaced by the election's and Zab's messages.
    Ping { at: Recorded<SimTime> },
}
