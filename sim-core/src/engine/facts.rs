//! What the user and the network do to processes, machines and links, as facts.

use crate::fact::facts;
use crate::ids::*;
use crate::net::{CutHow, LostWhy};
use crate::order::OrderKind;
use std::sync::Arc;

facts! {
    /// Facts about processes and links: what the user did, and what the network made of it.
    pub enum ClusterFact {
        NodeStarted { node: NodeId } => Headline Process Ends,
        NodeStopping { node: NodeId } => Headline Process Begins,
        /// A clean shutdown came to its end.
        NodeExited { node: NodeId } => Step Process Goes,
        NodeKilled { node: NodeId } => Headline Process Breaks,
        NodePoweredOff { node: NodeId } => Headline Process Breaks,
        NodeFrozen { node: NodeId } => Headline Pause Breaks,
        NodeThawed { node: NodeId } => Headline Pause Ends,
        NodeRemoved { node: NodeId } => Step Process Goes,
        LinkCut { a: NodeId, b: NodeId, how: CutHow } => Headline Link Breaks,
        LinkHealed { a: NodeId, b: NodeId } => Headline Link Ends,
        /// An order of the user other than a fault. `about`: see [`crate::order::Order::about`].
        OrderGiven { node: NodeId, order: OrderKind, about: Option<Arc<str>> } => Step Order Begins,
        ConnectionLost { peer: NodeId, why: LostWhy } => Routine Link Aside,
    }
}
