//! ZooKeeper: the ensemble (election, atomic broadcast, sessions, the znode tree with its watches) and the
//! client library that brokers, consumers and tools use.

pub mod client;
mod facts;
mod messages;
pub mod server;
pub mod types;
pub mod znode_tree;

pub use client::{ZkClient, ZkClientConfig, ZkClientTimer, ZkEvent};
pub use facts::ZkFact;
pub use messages::{QuorumMessage, ZkRequest, ZkResponse};
pub use server::{ServerTimer, ZkServer};
pub use types::*;
pub use znode_tree::ZnodeTree;
