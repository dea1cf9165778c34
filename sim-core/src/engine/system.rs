//! The whole cluster without time: nodes, the wires between them, armed timers, who is down.
//!
//! [`System::enabled`] lists everything that can happen next, [`System::apply`] makes one of it happen.
//! There is no clock and no chance in here. [`crate::engine::sim::Sim`] picks the earliest choice, the model
//! checker tries each: both run this same code, so whatever a user can see, the checker explores.

mod effects;
mod faults;
mod network;
mod process;

pub use faults::Fault;
pub use network::{Body, Cut, Flight, Packet, Wire};
pub use process::{AgendaKey, Armed, Process, Slot};

use super::factory::Factory;
use super::node::Node;
use crate::boundary::{Input, Outbox, Timer};
use crate::digest::RunningDigest;
use crate::engine::delivery::Delivery;
use crate::engine::duplicates::Duplicates;
use crate::engine::facts::ClusterFact;
use crate::event::Event;
use crate::ids::*;
use crate::order::Order;
use crate::release::{Kafka, Release};
use crate::time::SimTime;
use crate::zookeeper::EnsembleConfig;
use std::sync::Arc;

/// What can happen next: the complete list of nondeterminism.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Choice {
    /// The packet at the head of this wire arrives.
    Deliver {
        /// One end of the wire.
        from: NodeId,
        /// The other end, at which it arrives.
        to: NodeId,
    },
    /// An armed timer of a running process fires.
    Fire {
        /// Whose timer.
        node: NodeId,
        /// Which of its timers.
        timer: Timer,
    },
    /// `entropy` is used by `Start` only.
    Fault {
        /// What breaks or is mended.
        fault: Fault,
        /// All the chance that the started process ever gets.
        entropy: u64,
    },
    /// A running process is asked for something.
    Order(NodeId, Box<Order>),
    /// A process that did not exist, not started yet.
    Add {
        /// Nobody had it before.
        id: NodeId,
        /// Nobody has it.
        name: Arc<str>,
        /// As it is before its first start.
        node: Box<Node>,
    },
    /// It is killed if it runs, and leaves the cluster; its slot stays.
    Remove(NodeId),
}

/// What one application changed, for the driver: it adds due times.
#[derive(Debug)]
pub struct Changes {
    /// The slots, from and to, between which a packet was put on the wire, once for each packet.
    pub pushed: Vec<(usize, usize)>,
    /// (slot, timer) armed.
    pub armed: Vec<(usize, Timer)>,
    /// Agenda keys of timers that are gone.
    pub disarmed: Vec<AgendaKey>,
    /// What was noted, the oldest first.
    pub events: Vec<Event>,
    /// What arrived, the first one first, where somebody wants to know ([`Changes::with_deliveries`]).
    pub deliveries: Option<Vec<Delivery>>,
    outbox: Outbox,
}

impl Changes {
    /// Which list what arrives too.
    pub fn with_deliveries() -> Changes {
        Changes { deliveries: Some(Vec::new()), ..Changes::default() }
    }
}

impl Default for Changes {
    fn default() -> Changes {
        Changes {
            pushed: Vec::new(),
            armed: Vec::new(),
            disarmed: Vec::new(),
            events: Vec::new(),
            deliveries: None,
            outbox: Outbox::new(),
        }
    }
}

/// The cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct System {
    factory: Factory,
    slots: Vec<Slot>,
    /// Sorted by id.
    index: Vec<(NodeId, usize)>,
    /// `slots.len()` squared, row = from.
    wires: Vec<Wire>,
    cuts: Vec<Cut>,
    next_event: Recorded<u64>,
    steps: Recorded<u64>,
    duplicates: Recorded<Arc<Duplicates>>,
    digest: Recorded<RunningDigest>,
}

impl System {
    /// A cluster of these generations, without any node yet: [`System::factory`] builds them, [`System::add`] takes them.
    pub fn new(kafka: Option<Kafka>, ensemble: EnsembleConfig) -> System {
        System {
            factory: Factory::new(kafka, ensemble),
            slots: Vec::new(),
            index: Vec::new(),
            wires: Vec::new(),
            cuts: Vec::new(),
            next_event: Recorded(0),
            steps: Recorded(0),
            duplicates: Recorded::default(),
            digest: Recorded::default(),
        }
    }

    /// Which generations it is made of.
    pub fn release(&self) -> Release {
        self.factory.release()
    }

    /// Builds nodes for it.
    pub fn factory(&self) -> &Factory {
        &self.factory
    }

    /// Adds a process that is not started yet.
    pub fn add(&mut self, id: NodeId, name: Arc<str>, node: Node) {
        assert!(self.slot_index(id).is_none(), "a node is added once");
        let old = self.slots.len();
        self.slots.push(Slot {
            id,
            name,
            process: Process::NotStarted,
            node: Arc::new(node),
            open: Vec::new(),
            timers: Vec::new(),
            next_serial: 0,
            last_fault: Recorded(None),
            armed_count: Recorded(0),
        });
        let at = self.index.partition_point(|(other, _)| *other < id);
        self.index.insert(at, (id, old));
        let mut wires = Vec::with_capacity((old + 1) * (old + 1));
        let mut rest = std::mem::take(&mut self.wires).into_iter();
        for _ in 0..old {
            wires.extend(rest.by_ref().take(old));
            wires.push(Wire::default());
        }
        wires.resize_with((old + 1) * (old + 1), Wire::default);
        self.wires = wires;
    }

    /// How many choices were applied.
    pub fn steps(&self) -> u64 {
        self.steps.0
    }

    /// Of every event that was noted, in order: two runs with the same have gone the same way.
    pub fn digest(&self) -> u64 {
        self.digest.0.value()
    }

    /// How many events were noted.
    pub fn events_noted(&self) -> u64 {
        self.next_event.0
    }

    /// Everything that can happen by itself, in a fixed order. (Faults and orders can happen at any time;
    /// the driver decides about them.)
    pub fn enabled(&self) -> Vec<Choice> {
        let mut choices = Vec::new();
        for wire in 0..self.wires.len() {
            if self.deliverable(wire) || self.takes_a_connection(wire) {
                let (from, to) = self.ends_of(wire);
                choices.push(Choice::Deliver { from: self.slots[from].id, to: self.slots[to].id });
            }
        }
        for (ix, slot) in self.slots.iter().enumerate() {
            if self.fires(ix) {
                choices.extend(slot.timers.iter().map(|armed| Choice::Fire { node: slot.id, timer: armed.timer }));
            }
        }
        choices
    }

    /// Makes one choice happen. What is not enabled is a bug of the caller and stops loudly.
    pub fn apply(&mut self, choice: Choice, now: SimTime, changes: &mut Changes) {
        match choice {
            Choice::Deliver { from, to } => {
                let slots = self.slot_index(from).zip(self.slot_index(to));
                let (from, to) = slots.expect("a wire between known nodes");
                if self.deliverable_between(from, to) {
                    self.deliver(from, to, now, changes);
                } else {
                    self.take_connection(self.wire_between(from, to), changes);
                }
            }
            Choice::Fire { node, timer } => {
                let slot = self.slot_index(node).expect("a timer of a known node");
                self.fire(slot, timer, now, changes);
            }
            Choice::Fault { fault, entropy } => self.fault(fault, entropy, now, changes),
            Choice::Order(id, order) => {
                let slot = self.slot_index(id).expect("an order for a known node");
                let fact = match *order {
                    Order::Stop => {
                        self.slots[slot].process = Process::Stopping;
                        ClusterFact::NodeStopping { node: id }
                    }
                    ref other => ClusterFact::OrderGiven { node: id, order: other.kind(), about: other.about() },
                };
                let cause = self.note(slot, fact, now, changes);
                if *order == Order::Stop {
                    self.slots[slot].last_fault = cause;
                }
                self.hand_over(slot, Input::Order(*order), cause, now, changes);
            }
            Choice::Add { id, name, node } => self.add(id, name, *node),
            Choice::Remove(id) => {
                let slot = self.slot_index(id).expect("removal of a known node");
                if self.slots[slot].process.is_up() {
                    self.fault(Fault::Kill(id), 0, now, changes);
                }
                self.slots[slot].process = Process::Removed;
                self.note(slot, ClusterFact::NodeRemoved { node: id }, now, changes);
            }
        }
    }

    pub(crate) fn count_step(&mut self) {
        self.steps.0 += 1;
    }
}
