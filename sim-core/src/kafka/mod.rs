//! Kafka brokers: replicas, and the plane that keeps the cluster's metadata (today ZooKeeper mode).

pub mod broker;
pub(crate) mod config;
pub mod facts;
mod fetchers;
mod io;
mod log;
pub mod messages;
mod metadata;
mod metadata_plane;
pub mod placement;
mod replica;
mod replicas;
mod requests;
#[cfg(feature = "broken-rules")]
pub mod rules;
#[cfg(not(feature = "broken-rules"))]
mod rules;
pub(crate) mod scala_hash;
pub mod timers;
pub(crate) mod topic_creation;
pub(crate) mod zk_calls;
pub mod znodes;
mod zookeeper_mode;

pub use broker::Broker;
pub use config::BrokerConfig;
pub use facts::{ElectedHow, KafkaFact};
pub use log::Log;
pub use messages::*;
pub use metadata::MetadataCache;
pub use replica::{Leading, OnDisk, PendingIsr, Progress, Replica, Role};
pub use timers::BrokerTimer;
pub use zookeeper_mode::{Context, ControllerActivity, PartitionContext, PartitionPhase};
