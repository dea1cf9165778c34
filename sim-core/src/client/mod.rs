//! The clients: producers, ZooKeeper-based consumers, the admin tool and bare ZooKeeper clients.

pub mod admin;
pub mod assignors;
pub mod facts;
pub mod partitioner;
pub mod producer;
#[cfg(feature = "broken-rules")]
pub mod rules;
#[cfg(not(feature = "broken-rules"))]
mod rules;
pub mod timers;
pub mod zk_consumer;
pub mod zk_shell;

pub use admin::Admin;
pub use assignors::AssignmentStrategy;
pub use facts::ClientFact;
pub use producer::{Outcome, Produced, Producer, ProducerClient, ProducerConfig, ProducerType, Written};
pub use timers::{ConsumerTimer, ProducerTimer};
pub use zk_consumer::{ConsumerConfig, OwnedPartition, RebalancePhase, ZkConsumer};
pub use zk_shell::ZkShell;
