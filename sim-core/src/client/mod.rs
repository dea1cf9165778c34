//! The clients: producers, ZooKeeper-based consumers, the admin tool and bare ZooKeeper clients.

mod admin;
pub(crate) mod assignors;
pub(crate) mod facts;
mod partitioner;
pub(crate) mod producer;
#[cfg(feature = "broken-rules")]
pub mod rules;
#[cfg(not(feature = "broken-rules"))]
mod rules;
pub(crate) mod timers;
pub(crate) mod zk_consumer;
mod zk_shell;

pub use admin::Admin;
pub use assignors::AssignmentStrategy;
pub use facts::{ClientFact, FailedAt};
pub use producer::{NEVER_MS, Outcome, Produced, Producer, ProducerClient, ProducerConfig, ProducerType, Written};
pub use zk_consumer::{ConsumerConfig, OwnedPartition, RebalancePhase, ZkConsumer};
pub use zk_shell::{Screen, Shown, Watched, ZkShell};
