//! Kafka brokers: registration, controller, replication.

pub mod broker;
mod facts;
mod messages;
pub mod znodes;

pub use broker::{Broker, BrokerConfig, BrokerTimer};
pub use facts::KafkaFact;
pub use messages::*;
