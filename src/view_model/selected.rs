//! What the reader has selected, as a plain value: view models are asked about it without a signal.

use sim_core::ids::{EventSeq, NodeId, TopicPartition, ZPath};

/// What the reader looks at. At most one thing; the inspector, the tree and the stage all mark it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selected {
    Node(NodeId),
    Event(EventSeq),
    Znode(ZPath),
    Partition(TopicPartition),
}
