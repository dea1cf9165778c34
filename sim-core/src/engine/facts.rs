//! What the user and the network do to processes, machines and links, as facts.

use crate::fact::facts;
use crate::ids::*;
use crate::net::{CutHow, LostWhy};
use crate::order::OrderKind;
use std::sync::Arc;

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
        LinkCut { a: NodeId, b: NodeId, how: CutHow } => Headline,
        LinkHealed { a: NodeId, b: NodeId } => Headline,
        /// An order of the user other than a fault. `about`: see [`crate::order::Order::about`].
        OrderGiven { node: NodeId, order: OrderKind, about: Option<Arc<str>> } => Step,
        ConnectionLost { peer: NodeId, why: LostWhy } => Routine,
    }
}
