//! The clients: producers, ZooKeeper-based consumers, the admin tool and bare ZooKeeper clients.

pub mod admin;
pub mod assignors;
mod facts;
pub mod partitioner;
pub mod producer;
mod zk_calls;
pub mod zk_consumer;
pub mod zk_shell;

pub use admin::Admin;
pub use assignors::AssignmentStrategy;
pub use facts::ClientFact;
pub use producer::{Produced, Producer, ProducerConfig, ProducerTimer};
pub use zk_consumer::{ConsumerConfig, ConsumerPhase, ConsumerTimer, OwnedPartition, ZkConsumer};
pub use zk_shell::ZkShell;
