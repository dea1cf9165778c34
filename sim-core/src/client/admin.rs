//! The admin tool (`kafka-topics.sh` of 0.8.2): opens a session, writes, closes it.

use crate::node::{Input, Outbox};
use crate::zookeeper::ZkClientConfig;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Admin {
    zk: ZkClientConfig,
}

impl Admin {
    pub fn new(zk: ZkClientConfig) -> Admin {
        Admin { zk }
    }

    pub fn handle(&mut self, input: Input, out: &mut Outbox) {
        let _ = (&self.zk, input, out);
    }

    pub fn crash(&mut self) {}
}
