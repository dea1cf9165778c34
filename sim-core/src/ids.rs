//! Names of things. Every id is a plain value with one fixed width, the same on 32 and 64 bits.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A process of the cluster. The number is the one a user sees: ZooKeeper's `myid`, Kafka's `broker.id`,
/// the position in the setup for clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeId {
    /// A ZooKeeper server, by its `myid`.
    Zk(u16),
    /// By its `broker.id`.
    Broker(u16),
    /// In the order in which they came, from 1 on.
    Producer(u16),
    /// In the order in which they came, from 1 on.
    Consumer(u16),
    /// A bare ZooKeeper client that a scenario or a user drives.
    ZkShell(u16),
    /// The admin tool: opens a session, does its work, closes it.
    Admin,
}

impl NodeId {
    /// A stable number for digests and draws.
    pub const fn code(self) -> u32 {
        match self {
            NodeId::Zk(n) => 0x1_0000 | n as u32,
            NodeId::Broker(n) => 0x2_0000 | n as u32,
            NodeId::Producer(n) => 0x3_0000 | n as u32,
            NodeId::Consumer(n) => 0x4_0000 | n as u32,
            NodeId::ZkShell(n) => 0x5_0000 | n as u32,
            NodeId::Admin => 0x6_0000,
        }
    }
}

/// Short, for developers; the page names nodes by what their users call them.
impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NodeId::Zk(n) => write!(f, "zk{n}"),
            NodeId::Broker(n) => write!(f, "broker-{n}"),
            NodeId::Producer(n) => write!(f, "producer {n}"),
            NodeId::Consumer(n) => write!(f, "consumer {n}"),
            NodeId::ZkShell(n) => write!(f, "ZooKeeper client {n}"),
            NodeId::Admin => write!(f, "admin"),
        }
    }
}

/// The number of an event in a run: 0, 1, 2, …
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventSeq(pub u64);

/// Something a node may remember but must never decide by: a clock reading, a cause. It is left out of
/// equality and of hashing, so that the model checker does not tell states apart by it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Recorded<T>(pub T);

impl<T> PartialEq for Recorded<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
impl<T> Eq for Recorded<T> {}
impl<T> Hash for Recorded<T> {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// The event because of which something happens; nothing for what the setup did.
pub type Cause = Recorded<Option<EventSeq>>;

/// A topic's name.
pub type Topic = Arc<str>;

/// A znode's path.
pub type ZPath = Arc<str>;

/// Kafka's `broker.id`. −1 stands for "none" on the wire and in znodes, never here.
pub type BrokerId = u16;

/// A partition of a topic.
#[derive(Clone, Debug, Eq)]
pub struct TopicPartition {
    /// Its topic.
    pub topic: Topic,
    /// Counted from 0 within the topic.
    pub partition: u32,
}

impl TopicPartition {
    /// Partition `partition` of `topic`.
    pub fn new(topic: &Topic, partition: u32) -> Self {
        Self { topic: topic.clone(), partition }
    }
}

/// Nearly always there is one topic, or one text of its name: the names themselves are compared last.
impl PartialEq for TopicPartition {
    fn eq(&self, other: &TopicPartition) -> bool {
        self.partition == other.partition && (Arc::ptr_eq(&self.topic, &other.topic) || self.topic == other.topic)
    }
}
impl Hash for TopicPartition {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.topic.hash(state);
        self.partition.hash(state);
    }
}

/// By topic, then by number.
impl Ord for TopicPartition {
    fn cmp(&self, other: &TopicPartition) -> Ordering {
        let is_one_text = Arc::ptr_eq(&self.topic, &other.topic);
        let topics = if is_one_text { Ordering::Equal } else { self.topic.cmp(&other.topic) };
        topics.then(self.partition.cmp(&other.partition))
    }
}
impl PartialOrd for TopicPartition {
    fn partial_cmp(&self, other: &TopicPartition) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for TopicPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.topic, self.partition)
    }
}

/// ZooKeeper's transaction id: epoch in the upper half, counter in the lower.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Zxid(pub u64);

impl Zxid {
    /// The transaction number `counter` of an epoch.
    pub const fn new(epoch: u32, counter: u32) -> Zxid {
        Zxid(((epoch as u64) << 32) | counter as u64)
    }

    /// The reign of a leader in which it was proposed.
    pub const fn epoch(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// Which transaction of that reign it is, from 1 on. The epoch alone has 0.
    pub const fn counter(self) -> u32 {
        self.0 as u32
    }
}

impl fmt::Display for Zxid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:x}", self.0)
    }
}

/// A ZooKeeper session. The top byte is the id of the server that made it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u64);

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:x}", self.0)
    }
}
