//! What breaks and mends: processes end and start, links are cut and healed.

use super::network::{Body, Cut};
use super::{Changes, Process, System};
use crate::boundary::Input;
use crate::engine::facts::ClusterFact;
use crate::ids::*;
use crate::net::{CutHow, LostWhy};
use crate::time::SimTime;
use std::sync::Arc;

/// What breaks and mends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// A process that is down starts on what is on its disk.
    Start(NodeId),
    /// `kill -9`: what is in memory is lost, the kernel resets its connections.
    Kill(NodeId),
    /// The machine is off: its peers hear nothing.
    PowerOff(NodeId),
    /// A long pause (GC, a stopped virtual machine) begins.
    Freeze(NodeId),
    /// The pause ends.
    Thaw(NodeId),
    /// The link between two machines breaks, in both directions.
    Cut {
        /// One end; the fact is noted there.
        a: NodeId,
        /// The other end.
        b: NodeId,
        /// What becomes of what is sent over it.
        how: CutHow,
    },
    /// It is mended.
    Heal {
        /// One end; the fact is noted there.
        a: NodeId,
        /// The other end.
        b: NodeId,
    },
}

impl System {
    pub(super) fn fault(&mut self, fault: Fault, entropy: u64, now: SimTime, changes: &mut Changes) {
        match fault {
            Fault::Start(id) => {
                let slot = self.slot_index(id).expect("start of a known node");
                assert!(!self.slots[slot].process.is_up(), "only what is down can be started");
                let cause = self.note(slot, ClusterFact::NodeStarted { node: id }, now, changes);
                self.slots[slot].process = Process::Running;
                self.slots[slot].open.clear();
                self.hand_over(slot, Input::Started { entropy }, cause, now, changes);
            }
            Fault::Kill(id) => {
                let slot = self.slot_index(id).expect("kill of a known node");
                let cause = self.note(slot, ClusterFact::NodeKilled { node: id }, now, changes);
                self.end_process(slot, Process::Killed, Some(LostWhy::Reset), cause, changes);
            }
            Fault::PowerOff(id) => {
                let slot = self.slot_index(id).expect("power-off of a known node");
                let cause = self.note(slot, ClusterFact::NodePoweredOff { node: id }, now, changes);
                self.end_process(slot, Process::PoweredOff, None, cause, changes);
            }
            Fault::Freeze(id) => {
                let slot = self.slot_index(id).expect("freeze of a known node");
                let cause = self.note(slot, ClusterFact::NodeFrozen { node: id }, now, changes);
                let stopping = match self.slots[slot].process {
                    Process::Running => false,
                    Process::Stopping => true,
                    other => panic!("only what runs can be frozen, not {other:?}"),
                };
                self.slots[slot].process = Process::Frozen { stopping };
                self.slots[slot].last_fault = cause;
            }
            Fault::Thaw(id) => {
                let slot = self.slot_index(id).expect("thaw of a known node");
                let cause = self.note(slot, ClusterFact::NodeThawed { node: id }, now, changes);
                let nodes = self.slots.len();
                for from in 0..nodes {
                    self.let_through(from * nodes + slot, cause);
                }
                let Process::Frozen { stopping } = self.slots[slot].process else {
                    panic!("only what is frozen can be thawed");
                };
                self.slots[slot].process = if stopping { Process::Stopping } else { Process::Running };
            }
            Fault::Cut { a, b, how } => {
                let slot = self.slot_index(a).expect("a cut between known nodes");
                let cause = self.note(slot, ClusterFact::LinkCut { a, b, how }, now, changes);
                self.cuts.push(Cut { a, b, how, cause });
                if how == CutHow::Reset {
                    self.reset_link(a, b, cause, changes);
                }
            }
            Fault::Heal { a, b } => {
                let slot = self.slot_index(a).expect("a heal between known nodes");
                self.cuts.retain(|cut| !cut.joins(a, b));
                let cause = self.note(slot, ClusterFact::LinkHealed { a, b }, now, changes);
                for wire in [self.wire_index(a, b), self.wire_index(b, a)].into_iter().flatten() {
                    self.let_through(wire, cause);
                }
            }
        }
    }

    pub(super) fn end_process(
        &mut self,
        slot: usize,
        process: Process,
        tell_peers: Option<LostWhy>,
        cause: Cause,
        changes: &mut Changes,
    ) {
        let me = self.slots[slot].id;
        self.slots[slot].process = process;
        self.slots[slot].last_fault = cause;
        Arc::make_mut(&mut self.slots[slot].node).crash();
        for armed in std::mem::take(&mut self.slots[slot].timers) {
            changes.disarmed.extend(armed.key.0);
        }
        for conn in std::mem::take(&mut self.slots[slot].open) {
            let peer = self.slot_index(conn.peer_of(me)).expect("a peer is a known node");
            if let Some(why) = tell_peers {
                self.push(slot, peer, conn, Body::Close(why), cause, changes);
            }
        }
    }
}
