//! A bare ZooKeeper client that a scenario or a user drives, one operation after the other.

use crate::ids::*;
use crate::node::{Input, Outbox};
use crate::zookeeper::{KeeperState, WatchEvent, ZkClientConfig, ZkOp, ZkResult};
use std::sync::Arc;

/// What its one default watcher got.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Watched {
    State(KeeperState),
    Event(WatchEvent, ZPath),
}

/// An operation and, once it came, its answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Asked {
    pub op: ShellOp,
    pub answer: Option<ZkResult>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum ShellOp {
    Zk(ZkOp),
    Close,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ZkShell {
    name: Arc<str>,
    zk: ZkClientConfig,
    pub asked: Vec<Asked>,
    pub watched: Vec<Watched>,
}

impl ZkShell {
    pub fn new(name: Arc<str>, zk: ZkClientConfig) -> ZkShell {
        ZkShell { name, zk, asked: Vec::new(), watched: Vec::new() }
    }

    pub fn handle(&mut self, input: Input, out: &mut Outbox) {
        let _ = (&self.name, &self.zk, input, out);
    }

    pub fn crash(&mut self) {}
}
