//! What the user and the network do to processes, machines and links, as facts.

use crate::fact::facts;
use crate::ids::*;

/// How a link is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum CutHow {
    /// Connections over it are reset, new ones are refused.
    Reset,
    /// Nothing comes through; TCP keeps what was sent and delivers it when the link is back.
    Silent,
}

impl CutHow {
    pub const fn name(self) -> &'static str {
        match self {
            CutHow::Reset => "reset",
            CutHow::Silent => "silent",
        }
    }
}

/// Why a connection ended, as the end that did not end it sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LostWhy {
    /// The other end closed it.
    Closed,
    /// The other process died, or the link was cut hard.
    Reset,
    /// Nobody listens there.
    Refused,
}

impl LostWhy {
    pub const fn name(self) -> &'static str {
        match self {
            LostWhy::Closed => "closed",
            LostWhy::Reset => "reset",
            LostWhy::Refused => "refused",
        }
    }
}

facts! {
    /// Facts about processes and links: what the user did, and what the network made of it.
    pub enum ClusterFact {
        NodeStarted { node: NodeId } => Headline,
        NodeStopping { node: NodeId } => Headline,
        /// A clean shutdown came to its end.
        NodeExited { node: NodeId } => Step,
        NodeKilled { node: NodeId } => Headline,
        NodePoweredOff { node: NodeId } => Headline,
        NodeFrozen { node: NodeId } => Headline,
        NodeThawed { node: NodeId } => Headline,
        NodeRemoved { node: NodeId } => Step,
        LinkCut { a: NodeId, b: NodeId, how: &'static str } => Headline,
        LinkHealed { a: NodeId, b: NodeId } => Headline,
        /// An order of the user other than a fault: produce, create a topic, a ZooKeeper operation.
        OrderGiven { node: NodeId, order: &'static str } => Step,
        ConnectionLost { peer: NodeId, why: &'static str } => Routine,
    }
}
