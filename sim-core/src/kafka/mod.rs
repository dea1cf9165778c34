//! Kafka brokers: replicas, and the plane that keeps the cluster's metadata (today ZooKeeper mode).

mod broker;
pub(crate) mod config;
pub(crate) mod facts;
mod fetchers;
mod io;
mod log;
pub(crate) mod messages;
mod metadata;
mod metadata_plane;
pub(crate) mod placement;
pub(crate) mod progress;
mod replica;
mod replicas;
mod requests;
#[cfg(feature = "broken-rules")]
pub mod rules;
#[cfg(not(feature = "broken-rules"))]
mod rules;
pub(crate) mod scala_hash;
pub(crate) mod timers;
pub(crate) mod topic_creation;
pub(crate) mod zk_calls;
pub mod znodes;
mod zookeeper_mode;

pub use broker::Broker;
pub use config::BrokerConfig;
pub use facts::{AdminError, ElectedHow, KafkaFact};
pub(crate) use messages::*;
pub use messages::{KafkaError, LeaderAndIsr, RecordId};
pub use replica::Replica;
pub(crate) use replica::Role;
pub use znodes::timestamp;
pub(crate) use zookeeper_mode::ControllerActivity;
