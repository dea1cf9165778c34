//! The clients: producers, ZooKeeper-based consumers, the admin tool and bare ZooKeeper clients.

pub mod admin;
mod facts;
pub mod partitioner;
pub mod producer;
pub mod zk_consumer;
pub mod zk_shell;

pub use admin::Admin;
pub use facts::ClientFact;
pub use producer::{Produced, Producer, ProducerConfig, ProducerTimer};
pub use zk_consumer::{ConsumerConfig, ConsumerTimer, ZkConsumer};
pub use zk_shell::ZkShell;
