//! ZooKeeper's client library (`ClientCnxn`) with, when asked for, the layer that Kafka puts on it
//! (zkclient: repeat until connected, a new session after an expiry).
//!
//! A [`ZkClient`] is a part of a node (a broker, a consumer, the admin tool). The node passes every input
//! to [`ZkClient::on_input`] first, and gets what happened as [`ZkEvent`]s, in the order in which the real
//! library's event thread would hand them over.

use super::types::*;
use crate::ids::*;
use crate::node::{Input, Outbox};

/// A client's settings.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ZkClientConfig {
    /// The connection string; shuffled at the start.
    pub servers: Vec<NodeId>,
    pub session_timeout_ms: u32,
    pub version: ZkVersion,
    /// zkclient's behaviour: operations that met a lost connection are repeated once connected, an expired
    /// session is replaced by a new one at once.
    pub retry_until_connected: bool,
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
}

/// What a client's owner is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ZkEvent {
    State(KeeperState),
    Watch(WatchEvent, ZPath),
    /// The answer to the operation submitted under this tag.
    Reply(u64, ZkResult),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ZkClient {
    config: ZkClientConfig,
}

impl ZkClient {
    pub fn new(config: ZkClientConfig) -> ZkClient {
        ZkClient { config }
    }

    /// Starts to connect, with a new session.
    pub fn start(&mut self, entropy: u64, out: &mut Outbox) {
        let _ = (&self.config, entropy, out);
    }

    /// Queues an operation. Answers come in the order of submission, as `ZkEvent::Reply(tag, …)`.
    pub fn submit(&mut self, tag: u64, op: ZkOp, out: &mut Outbox) {
        let _ = (tag, op, out);
    }

    /// Closes the session. `ZkEvent::State(Closed)` follows when the server has answered or is out of reach.
    pub fn close(&mut self, out: &mut Outbox) {
        let _ = out;
    }

    /// Takes an input if it is the client's own; false if it is not.
    pub fn on_input(&mut self, input: &Input, out: &mut Outbox, events: &mut Vec<ZkEvent>) -> bool {
        let _ = (input, out, events);
        false
    }

    /// The session, 0 before there is one.
    pub fn session(&self) -> SessionId {
        SessionId(0)
    }

    pub fn state(&self) -> KeeperState {
        KeeperState::Disconnected
    }

    /// The server it is connected to.
    pub fn server(&self) -> Option<NodeId> {
        None
    }
}
