//! Kafka brokers: registration, controller, replication.

pub mod broker;
pub(crate) mod config;
mod controller;
pub mod facts;
mod fetchers;
mod io;
mod log;
pub mod messages;
mod metadata;
pub mod placement;
mod registration;
mod replica;
mod replicas;
mod requests;
mod shutdown;
pub mod timers;
pub(crate) mod topic_creation;
pub mod znodes;

pub use broker::Broker;
pub use config::BrokerConfig;
pub use controller::{Context, ControllerActivity, PartitionContext, PartitionPhase};
pub use facts::{ElectedHow, KafkaFact};
pub use log::Log;
pub use messages::*;
pub use metadata::MetadataCache;
pub use replica::{Leading, OnDisk, PendingIsr, Progress, Replica, Role};
pub use timers::BrokerTimer;
