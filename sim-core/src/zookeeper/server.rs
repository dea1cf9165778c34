//! One ZooKeeper server.

use super::types::*;
use crate::node::{Input, Outbox};

/// A server's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServerTimer {
    Tick,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ZkServer {
    id: u16,
    config: EnsembleConfig,
}

impl ZkServer {
    pub fn new(id: u16, config: EnsembleConfig) -> ZkServer {
        ZkServer { id, config }
    }

    pub fn config(&self) -> &EnsembleConfig {
        &self.config
    }

    pub fn handle(&mut self, input: Input, out: &mut Outbox) {
        let _ = (self.id, &self.config, input, out);
    }

    /// The process is gone: only what it has logged is left.
    pub fn crash(&mut self) {}
}
