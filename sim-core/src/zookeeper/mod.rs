//! ZooKeeper: the ensemble (election, atomic broadcast, sessions, the znode tree with its watches) and the
//! client library that brokers, consumers and tools use.

mod accessors;
mod applying;
mod broadcast;
mod client;
mod disk;
mod election;
pub(crate) mod facts;
mod follower;
pub(crate) mod java_hash;
mod leader;
mod limits;
pub(crate) mod messages;
#[cfg(feature = "broken-rules")]
pub mod rules;
#[cfg(not(feature = "broken-rules"))]
mod rules;
mod server;
mod serving;
mod sessions;
pub(crate) mod timers;
pub(crate) mod txn;
pub(crate) mod types;
mod watches;
pub(crate) mod znode_tree;

pub use accessors::*;
pub use client::{ClientLink, ZkClientConfig};
pub(crate) use client::{ZkClient, ZkEvent};
pub use facts::ZkFact;
pub use limits::REQUEST_BYTES_MAX;
pub use messages::{QuorumMessage, SyncHow, Vote};
pub use server::ZkServer;
pub(crate) use sessions::round_to_next_interval;
pub use timers::ServerTimer;
pub(crate) use timers::ZkClientTimer;
pub use txn::{Txn, TxnOp};
pub use types::*;
pub use znode_tree::{ZnodeTree, child_of, parent_of};
