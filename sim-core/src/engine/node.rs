//! Every kind of process there is, and the one place where its protocol runs. This is the only file of the
//! engine that knows the state machines.

use crate::boundary::{Input, Outbox};
use crate::client::{Admin, Producer, ZkConsumer, ZkShell};
use crate::kafka::Broker;
use crate::zookeeper::ZkServer;

/// The state machine of a process: what it has on disk, and while it runs, what it has in memory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// A server of the ensemble.
    Zk(ZkServer),
    /// A Kafka broker.
    Broker(Broker),
    /// A program with one of the two producers.
    Producer(Producer),
    /// A program with the ZooKeeper-based consumer.
    Consumer(ZkConsumer),
    /// A ZooKeeper client that is driven by orders.
    ZkShell(ZkShell),
    /// `kafka-topics.sh`
    Admin(Admin),
}

impl Node {
    /// The only place where protocol logic runs.
    pub(crate) fn handle(&mut self, input: Input, out: &mut Outbox) {
        match self {
            Node::Zk(node) => node.handle(input, out),
            Node::Broker(node) => node.handle(input, out),
            Node::Producer(node) => node.handle(input, out),
            Node::Consumer(node) => node.handle(input, out),
            Node::ZkShell(node) => node.handle(input, out),
            Node::Admin(node) => node.handle(input, out),
        }
    }

    /// The process is gone: what was not on disk is lost.
    pub(crate) fn crash(&mut self) {
        match self {
            Node::Zk(node) => node.crash(),
            Node::Broker(node) => node.crash(),
            Node::Producer(node) => node.crash(),
            Node::Consumer(node) => node.crash(),
            Node::ZkShell(node) => node.crash(),
            Node::Admin(node) => node.crash(),
        }
    }
}
