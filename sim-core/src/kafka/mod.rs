//! Kafka brokers: registration, controller, replication.

pub mod broker;
mod facts;
mod messages;

pub use broker::{Broker, BrokerConfig, BrokerTimer};
pub use facts::KafkaFact;
pub use messages::*;
