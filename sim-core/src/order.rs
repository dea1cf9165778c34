//! What a single node can be asked for, as plain data: the words between whoever gives an order and the
//! state machine that obeys it.

use crate::fact::named_field;
use crate::ids::*;
use crate::zookeeper::types::ZkOp;
use std::sync::Arc;

/// A record that the user wants produced.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ProduceRecord {
    pub topic: Topic,
    pub key: Option<Arc<str>>,
    pub value: Arc<str>,
    /// Given: the partitioner is not asked.
    pub partition: Option<u32>,
}

/// How a topic's replicas are placed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Placement {
    /// By Kafka's algorithm (`AdminUtils.assignReplicasToBrokers`), which draws where it starts and how it shifts.
    Automatic {
        partitions: u32,
        replication_factor: u16,
    },
    Manual(Vec<Vec<BrokerId>>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TopicSpec {
    pub name: Topic,
    pub placement: Placement,
    /// Topic-level settings, by their real names.
    pub config: Vec<(Arc<str>, Arc<str>)>,
}

/// What a single node is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Order {
    /// A clean shutdown (SIGTERM).
    Stop,
    Produce(Vec<ProduceRecord>),
    /// A steady load: records a second over these topics; 0 stops it.
    ProduceSteadily {
        records_per_s: u32,
        topics: Vec<Topic>,
    },
    /// Consumer: commit what was handed to the application.
    Commit,
    CreateTopic(TopicSpec),
    Zk(ShellOp),
}

impl Order {
    /// Whoever gives it waits for an answer.
    pub const fn has_answer(&self) -> bool {
        matches!(self, Order::Produce(_) | Order::CreateTopic(_) | Order::Zk(_))
    }

    pub const fn kind(&self) -> OrderKind {
        match self {
            Order::Stop => OrderKind::Stop,
            Order::Produce(_) => OrderKind::Produce,
            Order::ProduceSteadily { records_per_s: 0, .. } => OrderKind::StopProducing,
            Order::ProduceSteadily { .. } => OrderKind::ProduceSteadily,
            Order::Commit => OrderKind::Commit,
            Order::CreateTopic(_) => OrderKind::CreateTopic,
            Order::Zk(_) => OrderKind::Zk,
        }
    }
}

/// An order without its details, as a fact keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrderKind {
    Stop,
    Produce,
    ProduceSteadily,
    StopProducing,
    Commit,
    CreateTopic,
    Zk,
}

impl OrderKind {
    pub const fn name(self) -> &'static str {
        match self {
            OrderKind::Stop => "stop",
            OrderKind::Produce => "produce",
            OrderKind::ProduceSteadily => "produce-steadily",
            OrderKind::StopProducing => "stop-producing",
            OrderKind::Commit => "commit",
            OrderKind::CreateTopic => "create-topic",
            OrderKind::Zk => "zk",
        }
    }
}

named_field!(OrderKind, OrderKind::Produce);

/// What a bare ZooKeeper client is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum ShellOp {
    Zk(ZkOp),
    Close,
    /// As the command line gives it: with the line that was typed, for the screen.
    Typed(Arc<str>, ZkOp),
}

impl ShellOp {
    pub const fn name(&self) -> &'static str {
        match self {
            ShellOp::Zk(op) | ShellOp::Typed(_, op) => op.name(),
            ShellOp::Close => "close",
        }
    }
}
