//! A process in its place: whether it runs, its connections and its timers.

use super::System;
use crate::boundary::{Awaiting, Delay, Timer};
use crate::engine::node::Node;
use crate::ids::*;
use crate::net::ConnId;
use crate::time::SimTime;
use std::sync::Arc;

/// What a process is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Process {
    /// It was added and never started.
    NotStarted,
    /// It handles what comes.
    Running,
    /// A clean shutdown has begun.
    Stopping,
    /// A long GC pause: nothing is handled, the kernel keeps what arrives. A clean shutdown that had begun goes
    /// on after it.
    Frozen {
        /// A clean shutdown had begun.
        stopping: bool,
    },
    /// It ended by itself, cleanly.
    Stopped,
    /// It ended without a word; its machine's kernel resets its connections.
    Killed,
    /// The whole machine is off: nobody answers, not even with a reset.
    PoweredOff,
    /// Taken out of the cluster by the user.
    Removed,
}

impl Process {
    /// There is a process, whether it gets to do something or not.
    pub const fn is_up(self) -> bool {
        matches!(self, Process::Running | Process::Stopping | Process::Frozen { .. })
    }

    /// It is paused.
    pub const fn is_frozen(self) -> bool {
        matches!(self, Process::Frozen { .. })
    }

    /// It sees what arrives, and its timers fire.
    pub const fn handles(self) -> bool {
        matches!(self, Process::Running | Process::Stopping)
    }
}

/// A process with its place in the network.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    /// What it is called here; it outlives the process.
    pub id: NodeId,
    /// What people call it: `web-1`, `broker-2`.
    pub name: Arc<str>,
    /// What its process is doing.
    pub process: Process,
    /// The state machine, with what is on its disk. Shared with keyframes until it changes.
    pub node: Arc<Node>,
    /// Connections of which this end is open (or being opened).
    pub open: Vec<ConnId>,
    /// Armed ones; of a process that is not up there are none.
    pub timers: Vec<Armed>,
    /// The number of the next connection that it opens.
    pub next_serial: u32,
    /// The last fault that hit it.
    pub(super) last_fault: Cause,
    /// How many timers it ever armed: names an arming for draws.
    pub armed_count: Recorded<u64>,
}

/// A place in the driver's agenda.
pub type AgendaKey = (SimTime, u64);

/// A timer that will fire unless it is disarmed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Armed {
    /// Its name: a node has at most one of each.
    pub timer: Timer,
    /// What was asked for.
    pub(crate) delay: Recorded<Delay>,
    /// Whose silence it measures.
    pub(crate) awaiting: Recorded<Awaiting>,
    /// Why it was armed.
    pub(crate) cause: Cause,
    /// Given by the driver with the clock, right after the timer was armed: when it fires, and its turn among what is
    /// due at the same time.
    pub(crate) key: Recorded<Option<AgendaKey>>,
}

impl Default for Delay {
    fn default() -> Delay {
        Delay::ms(0)
    }
}

impl System {
    /// Every process that ever was, in the order in which they came.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Where its slot is in [`System::slots`]: the same for good.
    pub(crate) fn slot_index(&self, id: NodeId) -> Option<usize> {
        let at = self.index.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(self.index[at].1)
    }

    /// Its slot, if it ever was there.
    pub fn slot(&self, id: NodeId) -> Option<&Slot> {
        self.slot_index(id).map(|ix| &self.slots[ix])
    }

    pub(crate) fn slot_mut(&mut self, index: usize) -> &mut Slot {
        &mut self.slots[index]
    }

    /// Its state machine, whether its process runs or not.
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.slot(id).map(|slot| &*slot.node)
    }

    /// What its process does; of one that never was: removed.
    pub fn process(&self, id: NodeId) -> Process {
        self.slot(id).map_or(Process::Removed, |slot| slot.process)
    }

    /// Who has this name.
    pub fn named(&self, name: &str) -> Option<NodeId> {
        self.slots.iter().find(|slot| &*slot.name == name).map(|slot| slot.id)
    }

    /// Whether this node's timers may fire now.
    pub fn fires(&self, slot: usize) -> bool {
        self.slots[slot].process.handles()
    }

    /// Why `slot` hears nothing of `awaited`, if a fault is the reason.
    pub(super) fn cause_of_silence(&self, slot: usize, awaited: NodeId) -> Option<Cause> {
        let peer = self.slot(awaited)?;
        if !peer.process.handles() {
            return peer.last_fault.0.map(|seq| Recorded(Some(seq)));
        }
        self.cut_between(self.slots[slot].id, peer.id).map(|cut| cut.cause)
    }
}
