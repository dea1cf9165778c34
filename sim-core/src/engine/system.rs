//! The whole cluster without time: nodes, the wires between them, armed timers, who is down.
//!
//! [`System::enabled`] lists everything that can happen next, [`System::apply`] makes one of it happen.
//! There is no clock and no chance in here. [`crate::engine::sim::Sim`] picks the earliest choice, the model
//! checker tries each: both run this same code, so whatever a user can see, the checker explores.
//!
//! The network is TCP, as far as it matters here: a connection is opened and accepted, its packets come in
//! order, a killed process' peers see a reset, a machine without power answers nothing, a silently cut link
//! keeps what was sent and delivers it when it is back. Packets of different connections between the same
//! two nodes share one FIFO wire a direction.

use super::factory::Factory;
use super::node::Node;
use crate::boundary::{Awaiting, Delay, Effect, Input, Message, Outbox, Timer};
use crate::client::ClientFact;
use crate::digest::RunningDigest;
use crate::engine::duplicates::Duplicates;
use crate::engine::facts::ClusterFact;
use crate::event::{Event, Fact};
use crate::ids::*;
use crate::net::ConnId;
use crate::net::{CutHow, LostWhy};
use crate::order::Order;
use crate::release::{Kafka, Release};
use crate::time::SimTime;
use crate::zookeeper::EnsembleConfig;
use std::collections::VecDeque;
use std::sync::Arc;

/// What a process is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Process {
    NotStarted,
    Running,
    /// A clean shutdown has begun.
    Stopping,
    /// A long GC pause: nothing is handled, the kernel keeps what arrives. A clean shutdown that had begun goes
    /// on after it.
    Frozen {
        stopping: bool,
    },
    /// It ended by itself, cleanly.
    Stopped,
    Killed,
    /// The whole machine is off: nobody answers, not even with a reset.
    PoweredOff,
    /// Taken out of the cluster by the user.
    Removed,
}

impl Process {
    pub const fn is_up(self) -> bool {
        matches!(self, Process::Running | Process::Stopping | Process::Frozen { .. })
    }

    pub const fn is_frozen(self) -> bool {
        matches!(self, Process::Frozen { .. })
    }

    /// It sees what arrives, and its timers fire.
    pub const fn handles(self) -> bool {
        matches!(self, Process::Running | Process::Stopping)
    }
}

/// What breaks and mends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    Start(NodeId),
    Kill(NodeId),
    PowerOff(NodeId),
    Freeze(NodeId),
    Thaw(NodeId),
    Cut { a: NodeId, b: NodeId, how: CutHow },
    Heal { a: NodeId, b: NodeId },
}

/// What can happen next: the complete list of nondeterminism.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Choice {
    /// The packet at the head of this wire arrives.
    Deliver {
        from: NodeId,
        to: NodeId,
    },
    Fire {
        node: NodeId,
        timer: Timer,
    },
    /// `entropy` is used by `Start` only.
    Fault {
        fault: Fault,
        entropy: u64,
    },
    Order(NodeId, Box<Order>),
    /// A process that did not exist, not started yet.
    Add {
        id: NodeId,
        name: Arc<str>,
        node: Box<Node>,
    },
    Remove(NodeId),
}

/// When a packet left, and when it is to arrive.
#[derive(Clone, Copy, Debug)]
pub struct Flight {
    pub sent: SimTime,
    pub due: SimTime,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Body {
    Open,
    /// The kernel of a frozen process has taken the connection (listen(2), the backlog): the other side is answered,
    /// the process accepts it when it goes on.
    Backlogged,
    Opened,
    Data(Message),
    Close(LostWhy),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Packet {
    pub conn: ConnId,
    pub body: Body,
    pub cause: Cause,
    /// It was held up: the event that lets it go on.
    released: Cause,
    /// Which packet of its wire it is, counted from the first one ever.
    pub nth: Recorded<u64>,
    /// Given by the driver with the clock, right after the packet was put on its wire.
    pub flight: Recorded<Option<Flight>>,
}

impl Packet {
    /// It is part of what goes on all the time.
    pub fn is_routine(&self) -> bool {
        match &self.body {
            Body::Data(message) => message.is_routine(),
            Body::Open | Body::Backlogged | Body::Opened | Body::Close(_) => false,
        }
    }
}

/// One direction between two nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Wire {
    pub queue: VecDeque<Packet>,
    /// How many packets were ever put on it: names a packet for draws, the same in every branch.
    pub pushed: Recorded<u64>,
    pub last_due: Recorded<SimTime>,
}

/// A place in the driver's agenda.
pub type AgendaKey = (SimTime, u64);

/// A timer that will fire unless it is disarmed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Armed {
    pub timer: Timer,
    pub delay: Recorded<Delay>,
    pub awaiting: Recorded<Awaiting>,
    pub cause: Cause,
    /// Given by the driver with the clock, right after the timer was armed: when it fires, and its turn among what is
    /// due at the same time.
    pub key: Recorded<Option<AgendaKey>>,
}

impl Default for Delay {
    fn default() -> Delay {
        Delay::ms(0)
    }
}

/// A process with its place in the network.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    pub id: NodeId,
    pub name: Arc<str>,
    pub process: Process,
    pub node: Arc<Node>,
    /// Connections of which this end is open (or being opened).
    pub open: Vec<ConnId>,
    pub timers: Vec<Armed>,
    next_serial: u32,
    /// The last fault that hit it.
    last_fault: Cause,
    /// How many timers it ever armed: names an arming for draws.
    pub armed_count: Recorded<u64>,
}

/// A cut link.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cut {
    pub a: NodeId,
    pub b: NodeId,
    pub how: CutHow,
    cause: Cause,
}

impl Cut {
    fn joins(&self, x: NodeId, y: NodeId) -> bool {
        (self.a == x && self.b == y) || (self.a == y && self.b == x)
    }
}

/// What one application changed, for the driver: it adds due times.
#[derive(Debug)]
pub struct Changes {
    /// Wires on which a packet was put, once for each packet.
    pub pushed: Vec<usize>,
    /// (slot, timer) armed.
    pub armed: Vec<(usize, Timer)>,
    /// Agenda keys of timers that are gone.
    pub disarmed: Vec<AgendaKey>,
    pub events: Vec<Event>,
    outbox: Outbox,
}

impl Default for Changes {
    fn default() -> Changes {
        Changes {
            pushed: Vec::new(),
            armed: Vec::new(),
            disarmed: Vec::new(),
            events: Vec::new(),
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

    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    pub fn cuts(&self) -> &[Cut] {
        &self.cuts
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

    pub fn slot_index(&self, id: NodeId) -> Option<usize> {
        let at = self.index.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(self.index[at].1)
    }

    pub fn slot(&self, id: NodeId) -> Option<&Slot> {
        self.slot_index(id).map(|ix| &self.slots[ix])
    }

    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.slot(id).map(|slot| &*slot.node)
    }

    pub fn process(&self, id: NodeId) -> Process {
        self.slot(id).map_or(Process::Removed, |slot| slot.process)
    }

    pub fn named(&self, name: &str) -> Option<NodeId> {
        self.slots.iter().find(|slot| &*slot.name == name).map(|slot| slot.id)
    }

    pub fn wire_index(&self, from: NodeId, to: NodeId) -> Option<usize> {
        Some(self.slot_index(from)? * self.slots.len() + self.slot_index(to)?)
    }

    pub fn wire(&self, index: usize) -> &Wire {
        &self.wires[index]
    }

    pub(crate) fn wire_mut(&mut self, index: usize) -> &mut Wire {
        &mut self.wires[index]
    }

    pub(crate) fn slot_mut(&mut self, index: usize) -> &mut Slot {
        &mut self.slots[index]
    }

    pub fn wires(&self) -> impl Iterator<Item = (NodeId, NodeId, &Wire)> {
        let n = self.slots.len();
        self.wires.iter().enumerate().map(move |(i, wire)| (self.slots[i / n].id, self.slots[i % n].id, wire))
    }

    /// (from, to) of a wire.
    pub fn ends_of(&self, wire: usize) -> (usize, usize) {
        (wire / self.slots.len(), wire % self.slots.len())
    }

    pub fn cut_between(&self, x: NodeId, y: NodeId) -> Option<&Cut> {
        self.cuts.iter().find(|cut| cut.joins(x, y))
    }

    /// Whether the head of this wire may arrive now.
    pub fn deliverable(&self, wire: usize) -> bool {
        let (from, to) = self.ends_of(wire);
        !self.wires[wire].queue.is_empty()
            && !self.slots[to].process.is_frozen()
            && (self.cuts.is_empty()
                || !matches!(
                    self.cut_between(self.slots[from].id, self.slots[to].id),
                    Some(Cut { how: CutHow::Silent, .. })
                ))
    }

    /// The packet on this wire that a frozen process' kernel answers now, without the process: the first request for
    /// a connection that it has not answered yet.
    fn answered_by_the_kernel(&self, wire: usize) -> Option<usize> {
        let (from, to) = self.ends_of(wire);
        let is_cut = self.cut_between(self.slots[from].id, self.slots[to].id).is_some();
        if !self.slots[to].process.is_frozen() || is_cut {
            return None;
        }
        self.wires[wire].queue.iter().position(|packet| packet.body == Body::Open)
    }

    /// Whether the kernel of a frozen process can take a connection from this wire now.
    pub fn takes_a_connection(&self, wire: usize) -> bool {
        self.answered_by_the_kernel(wire).is_some()
    }

    /// Whether this node's timers may fire now.
    pub fn fires(&self, slot: usize) -> bool {
        self.slots[slot].process.handles()
    }

    /// Everything that can happen by itself, in a fixed order. (Faults and orders can happen at any time;
    /// who drives the system decides about them.)
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
                let wire = self.wire_index(from, to).expect("a wire between known nodes");
                if self.deliverable(wire) {
                    self.deliver(wire, now, changes);
                } else {
                    self.take_connection(wire, changes);
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

    /// The kernel of a frozen process takes a connection: whoever asked for it is connected and may send, although
    /// nobody reads. (The driver's way for connections; [`System::apply`] comes through here too.)
    pub(crate) fn take_connection(&mut self, wire: usize, changes: &mut Changes) {
        let nth = self.answered_by_the_kernel(wire).expect("a connection is asked for and can be taken");
        let (from, to) = self.ends_of(wire);
        let packet = &mut self.wires[wire].queue[nth];
        packet.body = Body::Backlogged;
        let (conn, cause) = (packet.conn, packet.cause);
        self.push(to, from, conn, Body::Opened, cause, changes);
    }

    /// A wire's head arrives. (The driver's fast way; [`System::apply`] comes through here too.)
    pub(crate) fn deliver(&mut self, wire: usize, now: SimTime, changes: &mut Changes) {
        debug_assert!(self.deliverable(wire), "a packet arrives only where it can");
        let (from, to) = self.ends_of(wire);
        let Some(packet) = self.wires[wire].queue.pop_front() else { return };
        let Packet { conn, body, cause, released, .. } = packet;
        changes.outbox.released = released;
        let slot = &mut self.slots[to];
        if slot.process.handles() {
            let open_at = slot.open.iter().position(|open| *open == conn);
            match (body, open_at) {
                (Body::Open, None) => {
                    let (a, b) = (conn.client, conn.server);
                    if self.cut_between(a, b).is_some() {
                        self.push(to, from, conn, Body::Close(LostWhy::Refused), cause, changes);
                    } else {
                        self.slots[to].open.push(conn);
                        self.push(to, from, conn, Body::Opened, cause, changes);
                        self.hand_over(to, Input::Accepted(conn), cause, now, changes);
                    }
                }
                (Body::Backlogged, None) => {
                    self.slots[to].open.push(conn);
                    self.hand_over(to, Input::Accepted(conn), cause, now, changes);
                }
                (Body::Opened, Some(_)) => self.hand_over(to, Input::Opened(conn), cause, now, changes),
                (Body::Data(message), Some(_)) => {
                    self.hand_over(to, Input::Message(conn, message), cause, now, changes);
                }
                (Body::Close(why), Some(at)) => {
                    slot.open.remove(at);
                    let cause = match why {
                        LostWhy::Closed => cause,
                        LostWhy::Reset | LostWhy::Refused => {
                            let peer = self.slots[from].id;
                            self.note_because(to, ClusterFact::ConnectionLost { peer, why }, cause, now, changes)
                        }
                    };
                    self.hand_over(to, Input::Lost(conn, why), cause, now, changes);
                }
                // Of a connection that this process does not know (any more): the kernel answers with a reset.
                (Body::Opened | Body::Data(_), None) => {
                    self.push(to, from, conn, Body::Close(LostWhy::Reset), cause, changes);
                }
                (Body::Open | Body::Backlogged, Some(_)) | (Body::Close(_), None) => {}
            }
        } else if slot.process != Process::PoweredOff {
            // No process: the machine's kernel answers in its place.
            match body {
                Body::Open => self.push(to, from, conn, Body::Close(LostWhy::Refused), cause, changes),
                Body::Backlogged | Body::Opened | Body::Data(_) => {
                    self.push(to, from, conn, Body::Close(LostWhy::Reset), cause, changes);
                }
                Body::Close(_) => {}
            }
        }
        changes.outbox.released = Recorded(None);
    }

    /// A timer fires.
    pub(crate) fn fire(&mut self, slot: usize, timer: Timer, now: SimTime, changes: &mut Changes) {
        assert!(self.fires(slot), "a timer fires only in a running process");
        let at =
            self.slots[slot].timers.iter().position(|armed| armed.timer == timer).expect("only an armed timer fires");
        let armed = self.slots[slot].timers.swap_remove(at);
        let silence = match armed.awaiting.0 {
            Awaiting::Nobody => None,
            Awaiting::One(peer) => self.cause_of_silence(slot, peer),
            Awaiting::Several => {
                let peers = self.slots.iter().map(|peer| peer.id);
                changes
                    .outbox
                    .silenced
                    .extend(peers.filter_map(|peer| Some((peer, self.cause_of_silence(slot, peer)?))));
                None
            }
        };
        self.hand_over(slot, Input::Timer(timer), silence.unwrap_or(armed.cause), now, changes);
        changes.outbox.silenced.clear();
    }

    pub(crate) fn count_step(&mut self) {
        self.steps.0 += 1;
    }

    /// Why `slot` hears nothing of `awaited`, if a fault is the reason.
    fn cause_of_silence(&self, slot: usize, awaited: NodeId) -> Option<Cause> {
        let peer = self.slot(awaited)?;
        if !peer.process.handles() {
            return peer.last_fault.0.map(|seq| Recorded(Some(seq)));
        }
        self.cut_between(self.slots[slot].id, peer.id).map(|cut| cut.cause)
    }

    fn fault(&mut self, fault: Fault, entropy: u64, now: SimTime, changes: &mut Changes) {
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

    /// What waits on this wire goes on, because of that.
    fn let_through(&mut self, wire: usize, cause: Cause) {
        self.wires[wire].queue.iter_mut().for_each(|packet| packet.released = cause);
    }

    /// Resets every connection between two nodes, at both ends.
    fn reset_link(&mut self, a: NodeId, b: NodeId, cause: Cause, changes: &mut Changes) {
        let (Some(a_ix), Some(b_ix)) = (self.slot_index(a), self.slot_index(b)) else { return };
        for (near, far) in [(a_ix, b_ix), (b_ix, a_ix)] {
            let far_id = self.slots[far].id;
            let me = self.slots[near].id;
            let wire = far * self.slots.len() + near;
            // What was under way is lost with the connection.
            self.wires[wire].queue.retain(|packet| !matches!(packet.body, Body::Data(_) | Body::Backlogged));
            let open: Vec<ConnId> =
                self.slots[near].open.iter().copied().filter(|conn| conn.peer_of(me) == far_id).collect();
            for conn in open {
                self.push(far, near, conn, Body::Close(LostWhy::Reset), cause, changes);
            }
        }
    }

    fn end_process(
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

    /// Lets a node handle an input, and does what it wants.
    fn hand_over(&mut self, slot: usize, input: Input, cause: Cause, now: SimTime, changes: &mut Changes) {
        let entry = &mut self.slots[slot];
        let out = &mut changes.outbox;
        out.node = entry.id;
        out.now = now;
        out.cause = cause;
        out.next_event = EventSeq(self.next_event.0);
        out.next_serial = entry.next_serial;
        Arc::make_mut(&mut entry.node).handle(input, out);
        entry.next_serial = out.next_serial;
        self.next_event.0 = out.next_event.0;
        let mut effects = std::mem::take(&mut changes.outbox.effects);
        let before = changes.events.len();
        for effect in effects.drain(..) {
            self.carry_out(slot, effect, now, changes);
        }
        changes.outbox.effects = effects;
        self.observe(slot, before, now, changes);
    }

    /// Notes what follows from the events since `before`, and no node can know.
    fn observe(&mut self, slot: usize, before: usize, now: SimTime, changes: &mut Changes) {
        for nth in before..changes.events.len() {
            let event = &changes.events[nth];
            if !matches!(event.fact, Fact::Client(ClientFact::RecordsReceived { .. })) {
                continue;
            }
            let cause = Recorded(Some(event.seq));
            for fact in Arc::make_mut(&mut self.duplicates.0).see(event) {
                let seq = EventSeq(self.next_event.0);
                self.next_event.0 += 1;
                self.record(seq, slot, fact.into(), cause, now, changes);
            }
        }
    }

    fn carry_out(&mut self, slot: usize, effect: Effect, now: SimTime, changes: &mut Changes) {
        match effect {
            Effect::Send(conn, message, cause) => {
                // A connection that ended during the same input takes no more.
                if self.slots[slot].open.contains(&conn) {
                    let me = self.slots[slot].id;
                    if let Some(peer) = self.slot_index(conn.peer_of(me)) {
                        self.push(slot, peer, conn, Body::Data(message), cause, changes);
                    }
                }
            }
            Effect::Arm { timer, delay, awaiting, cause } => {
                let entry = &mut self.slots[slot];
                entry.armed_count.0 += 1;
                let armed =
                    Armed { timer, delay: Recorded(delay), awaiting: Recorded(awaiting), cause, key: Recorded(None) };
                match entry.timers.iter_mut().find(|armed| armed.timer == timer) {
                    Some(old) => {
                        changes.disarmed.extend(old.key.0);
                        *old = armed;
                    }
                    None => entry.timers.push(armed),
                }
                changes.armed.push((slot, timer));
            }
            Effect::Disarm(timer) => {
                let timers = &mut self.slots[slot].timers;
                if let Some(at) = timers.iter().position(|armed| armed.timer == timer) {
                    changes.disarmed.extend(timers.swap_remove(at).key.0);
                }
            }
            Effect::Note(seq, fact, cause) => self.record(seq, slot, fact, cause, now, changes),
            Effect::Connect(conn) => {
                self.slots[slot].open.push(conn);
                match self.slot_index(conn.server) {
                    Some(server) => {
                        self.push(slot, server, conn, Body::Open, Recorded(changes.outbox.cause.0), changes);
                    }
                    // Nobody of that name: refused, as by a machine without the process.
                    None => self.push(slot, slot, conn, Body::Close(LostWhy::Refused), Recorded(None), changes),
                }
            }
            Effect::Close(conn) => {
                let entry = &mut self.slots[slot];
                if let Some(at) = entry.open.iter().position(|open| *open == conn) {
                    entry.open.remove(at);
                    let peer = conn.peer_of(entry.id);
                    if let Some(peer) = self.slot_index(peer) {
                        let cause = changes.outbox.cause;
                        self.push(slot, peer, conn, Body::Close(LostWhy::Closed), cause, changes);
                    }
                }
            }
            Effect::Exit => {
                let id = self.slots[slot].id;
                let cause = changes.outbox.cause;
                let cause = self.note_because(slot, ClusterFact::NodeExited { node: id }, cause, now, changes);
                self.end_process(slot, Process::Stopped, Some(LostWhy::Closed), cause, changes);
            }
        }
    }

    fn push(&mut self, from: usize, to: usize, conn: ConnId, body: Body, cause: Cause, changes: &mut Changes) {
        let wire = from * self.slots.len() + to;
        let nth = self.wires[wire].pushed.0;
        self.wires[wire].pushed.0 += 1;
        self.wires[wire].queue.push_back(Packet {
            conn,
            body,
            cause,
            released: Recorded(None),
            nth: Recorded(nth),
            flight: Recorded(None),
        });
        changes.pushed.push(wire);
    }

    fn note(&mut self, slot: usize, fact: ClusterFact, now: SimTime, changes: &mut Changes) -> Cause {
        self.note_because(slot, fact, Recorded(None), now, changes)
    }

    fn note_because(
        &mut self,
        slot: usize,
        fact: ClusterFact,
        cause: Cause,
        now: SimTime,
        changes: &mut Changes,
    ) -> Cause {
        let seq = EventSeq(self.next_event.0);
        self.next_event.0 += 1;
        self.record(seq, slot, fact.into(), cause, now, changes);
        Recorded(Some(seq))
    }

    fn record(&mut self, seq: EventSeq, slot: usize, fact: Fact, cause: Cause, now: SimTime, changes: &mut Changes) {
        let event = Event { seq, step: self.steps.0, at: now, cause: cause.0, node: self.slots[slot].id, fact };
        event.digest(&mut self.digest.0);
        changes.events.push(event);
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
}
