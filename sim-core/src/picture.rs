//! Makes the [`Frame`] of a simulation: reads the nodes by their accessors and says it in the reader's words.

mod flights;

use crate::frame::*;
use crate::ids::*;
use crate::sim::Sim;
use crate::system::{Node, Slot};
use crate::time::SimTime;
use std::sync::Arc;

/// Keeps what is dear to make and seldom changes: the znodes.
#[derive(Debug, Default)]
pub struct PictureCache {
    znodes: Arc<Vec<ZnodeView>>,
}

impl PictureCache {
    /// The picture at `at`, which is at or after the simulation's last choice and before its next.
    pub fn picture(&mut self, sim: &Sim, at: SimTime) -> Frame {
        let system = sim.system();
        Frame {
            step: system.steps(),
            at,
            events: system.events_noted(),
            servers: system.slots().iter().filter_map(server).collect(),
            brokers: Vec::new(),
            producers: Vec::new(),
            consumers: Vec::new(),
            shells: Vec::new(),
            partitions: Vec::new(),
            groups: Vec::new(),
            sessions: Vec::new(),
            connections: flights::connections(system),
            cuts: system.cuts().iter().map(|cut| (cut.a, cut.b)).collect(),
            flights: flights::flights(system),
            znodes: self.znodes.clone(),
            znodes_of: None,
            controller: None,
            controller_epoch: 0,
            service: false,
        }
    }
}

fn server(slot: &Slot) -> Option<ServerView> {
    let Node::Zk(_) = &*slot.node else { return None };
    Some(ServerView {
        id: slot.id,
        name: slot.name.clone(),
        process: slot.process,
        role: None,
        serving: false,
        epoch: 0,
        last_zxid: Zxid::default(),
        ballot: None,
        sessions: 0,
    })
}
