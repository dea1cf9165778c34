//! What a single node can be asked for, as plain data: the words in which an order is
//! given to the state machine that obeys it.

use crate::fact::named_field;
use crate::ids::*;
use crate::zookeeper::types::{ZkOp, ZkOpKind};
use std::sync::Arc;

/// A record that the user wants produced.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProduceRecord {
    /// Where it goes.
    pub topic: Topic,
    /// The partitioner decides by it. None: there is none, which is not the same as an empty one.
    pub key: Option<Arc<str>>,
    /// As text.
    pub value: Arc<str>,
    /// Given: the partitioner is not asked.
    pub partition: Option<u32>,
}

/// How a topic's replicas are placed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Placement {
    /// By Kafka's algorithm (`AdminUtils.assignReplicasToBrokers`), which draws where it starts and how it shifts.
    Automatic {
        /// How many.
        partitions: u32,
        /// How many replicas each of them gets, on different brokers.
        replication_factor: u16,
    },
    /// The brokers of each partition; the first one is the preferred leader.
    Manual(Vec<Vec<BrokerId>>),
}

/// A topic as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TopicSpec {
    /// By the rules of `Topic.validate`, which the admin tool asks.
    pub name: Topic,
    /// On which brokers.
    pub placement: Placement,
    /// Topic-level settings, by their real names.
    pub config: Vec<(Arc<str>, Arc<str>)>,
}

/// What a single node is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// A clean shutdown (SIGTERM).
    Stop,
    /// These records, in this order; each is answered.
    Produce(Vec<ProduceRecord>),
    /// A steady load: records a second over these topics; 0 stops it.
    ProduceSteadily {
        /// Spread evenly over the second.
        records_per_s: u32,
        /// In turn.
        topics: Vec<Topic>,
    },
    /// Consumer: commit what was handed to the application.
    Commit,
    /// `kafka-topics.sh --create`
    CreateTopic(TopicSpec),
    /// `kafka-topics.sh --alter --partitions`
    AddPartitions {
        /// Which must be there.
        topic: Topic,
        /// How many it is to have in all.
        total: u32,
    },
    /// Of a bare ZooKeeper client.
    Zk(ShellOp),
}

impl Order {
    /// An answer to it is waited for.
    pub(crate) const fn has_answer(&self) -> bool {
        matches!(self, Order::Produce(_) | Order::Zk(_)) || self.is_for_the_admin()
    }

    /// A command of one of the administrator's tools.
    pub(crate) const fn is_for_the_admin(&self) -> bool {
        matches!(self, Order::CreateTopic(_) | Order::AddPartitions { .. })
    }

    /// Without its details.
    pub const fn kind(&self) -> OrderKind {
        match self {
            Order::Stop => OrderKind::Stop,
            Order::Produce(_) => OrderKind::Produce,
            Order::ProduceSteadily { records_per_s: 0, .. } => OrderKind::StopProducing,
            Order::ProduceSteadily { .. } => OrderKind::ProduceSteadily,
            Order::Commit => OrderKind::Commit,
            Order::CreateTopic(_) => OrderKind::CreateTopic,
            Order::AddPartitions { .. } => OrderKind::AddPartitions,
            Order::Zk(op) if op.line().is_some() => OrderKind::TypedLine,
            Order::Zk(op) => OrderKind::Zk(op.kind()),
        }
    }

    /// What it is about, in one word: a topic, the path of a ZooKeeper operation, or the line as it was typed.
    pub fn about(&self) -> Option<Arc<str>> {
        match self {
            Order::Stop | Order::Commit => None,
            // One topic can be named, several are "records".
            Order::Produce(records) => {
                let first = &records.first()?.topic;
                records.iter().all(|record| record.topic == *first).then(|| first.clone())
            }
            Order::ProduceSteadily { topics, .. } => match topics.as_slice() {
                [topic] => Some(topic.clone()),
                _ => None,
            },
            Order::CreateTopic(spec) => Some(spec.name.clone()),
            Order::AddPartitions { topic, .. } => Some(topic.clone()),
            Order::Zk(ShellOp::Zk(op)) => op.path().cloned(),
            Order::Zk(op) => op.line().cloned(),
        }
    }
}

/// An order without its details, as a fact keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrderKind {
    /// A clean shutdown.
    Stop,
    /// Single records.
    Produce,
    /// A steady load begins, or becomes another one.
    ProduceSteadily,
    /// The steady load ends.
    StopProducing,
    /// A consumer commits.
    Commit,
    /// The admin tool creates a topic.
    CreateTopic,
    /// The admin tool adds partitions to a topic.
    AddPartitions,
    /// An operation of a bare ZooKeeper client.
    Zk(ZkOpKind),
    /// The same, as a line of the command line.
    TypedLine,
}

impl OrderKind {
    /// All of them.
    pub const ALL: [OrderKind; 18] = [
        OrderKind::Stop,
        OrderKind::Produce,
        OrderKind::ProduceSteadily,
        OrderKind::StopProducing,
        OrderKind::Commit,
        OrderKind::CreateTopic,
        OrderKind::AddPartitions,
        OrderKind::Zk(ZkOpKind::Create),
        OrderKind::Zk(ZkOpKind::Delete),
        OrderKind::Zk(ZkOpKind::Exists),
        OrderKind::Zk(ZkOpKind::GetData),
        OrderKind::Zk(ZkOpKind::SetData),
        OrderKind::Zk(ZkOpKind::GetChildren),
        OrderKind::Zk(ZkOpKind::Sync),
        OrderKind::Zk(ZkOpKind::Check),
        OrderKind::Zk(ZkOpKind::Multi),
        OrderKind::Zk(ZkOpKind::Close),
        OrderKind::TypedLine,
    ];

    /// As facts print it.
    pub const fn name(self) -> &'static str {
        match self {
            OrderKind::Stop => "stop",
            OrderKind::Produce => "produce",
            OrderKind::ProduceSteadily => "produce-steadily",
            OrderKind::StopProducing => "stop-producing",
            OrderKind::Commit => "commit",
            OrderKind::CreateTopic => "create-topic",
            OrderKind::AddPartitions => "add-partitions",
            OrderKind::Zk(kind) => kind.name(),
            OrderKind::TypedLine => "typed-line",
        }
    }
}

named_field!(OrderKind);

/// What a bare ZooKeeper client is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ShellOp {
    /// One operation.
    Zk(ZkOp),
    /// `ZooKeeper.close`: its session ends; the process goes on.
    Close,
    /// As the command line gives it: with the line that was typed, for the screen.
    Typed(Arc<str>, ZkOp),
    /// `ls -R`: the tree below `path`, by many operations (`ZKUtil.visitSubTreeDFS`).
    ListAll {
        /// As it was typed.
        line: Arc<str>,
        /// The root of the tree.
        path: ZPath,
        /// Each znode on the way is watched.
        watch: bool,
    },
    /// `deleteall`: the znode and all below it, by many operations (`ZKUtil.deleteRecursive`).
    DeleteAll {
        /// As it was typed.
        line: Arc<str>,
        /// The root of the tree.
        path: ZPath,
    },
}

impl ShellOp {
    /// Of one of many operations: the first.
    pub const fn kind(&self) -> ZkOpKind {
        match self {
            ShellOp::Zk(op) | ShellOp::Typed(_, op) => op.kind(),
            ShellOp::Close => ZkOpKind::Close,
            ShellOp::ListAll { .. } => ZkOpKind::GetData,
            ShellOp::DeleteAll { .. } => ZkOpKind::GetChildren,
        }
    }

    /// The line that was typed, if one was.
    pub const fn line(&self) -> Option<&Arc<str>> {
        match self {
            ShellOp::Typed(line, _) | ShellOp::ListAll { line, .. } | ShellOp::DeleteAll { line, .. } => Some(line),
            ShellOp::Zk(_) | ShellOp::Close => None,
        }
    }
}
