//! ZooKeeper: the ensemble (election, atomic broadcast, sessions, the znode tree with its watches) and the
//! client library that brokers, consumers and tools use.

mod accessors;
mod applying;
mod broadcast;
pub mod client;
mod disk;
mod election;
pub mod facts;
mod follower;
pub mod java_hash;
mod leader;
mod limits;
pub mod messages;
#[cfg(feature = "broken-rules")]
pub mod rules;
#[cfg(not(feature = "broken-rules"))]
mod rules;
pub mod server;
mod serving;
mod sessions;
pub mod timers;
pub mod txn;
pub mod types;
mod watches;
pub mod znode_tree;

pub use accessors::*;
pub use client::{ClientLink, ZkClient, ZkClientConfig, ZkEvent};
pub use facts::ZkFact;
pub use limits::REQUEST_BYTES_MAX;
pub use messages::{QuorumMessage, SyncHow, Vote, ZkRequest, ZkResponse};
pub use server::ZkServer;
pub(crate) use sessions::round_to_next_interval;
pub use timers::{ServerTimer, ZkClientTimer};
pub use types::*;
pub use znode_tree::ZnodeTree;
