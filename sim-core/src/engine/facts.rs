//! What the user and the network do to processes, machines and links, as facts.

use crate::fact::facts;
use crate::ids::*;
use crate::net::{CutHow, LostWhy};
use crate::order::OrderKind;
use std::sync::Arc;

facts! {
    /// Facts about processes and links: what the user did, and what the network made of it.
    pub enum ClusterFact {
        /// A process starts on what is on its disk.
        NodeStarted { node: NodeId } => Headline Process Ends,
        /// It was asked to end (SIGTERM).
        NodeStopping { node: NodeId } => Headline Process Begins,
        /// A clean shutdown came to its end.
        NodeExited { node: NodeId } => Step Process Goes,
        /// `kill -9`
        NodeKilled { node: NodeId } => Headline Process Breaks,
        /// Its machine is off.
        NodePoweredOff { node: NodeId } => Headline Process Breaks,
        /// It is paused.
        NodeFrozen { node: NodeId } => Headline Pause Breaks,
        /// It goes on.
        NodeThawed { node: NodeId } => Headline Pause Ends,
        /// The user took it out of the cluster.
        NodeRemoved { node: NodeId } => Step Process Goes,
        /// Noted by the first end.
        LinkCut { a: NodeId, b: NodeId, how: CutHow } => Headline Link Breaks,
        /// Noted by the first end.
        LinkHealed { a: NodeId, b: NodeId } => Headline Link Ends,
        /// An order of the user other than a fault. `about`: see [`crate::order::Order::about`].
        OrderGiven { node: NodeId, order: OrderKind, about: Option<Arc<str>> } => Step Order Begins,
        /// This end learns that the other one is gone, or that nobody listens there.
        ConnectionLost { peer: NodeId, why: LostWhy } => Routine Link Aside,
    }
}
