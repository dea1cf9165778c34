//! The network is TCP, as far as it matters here: a connection is opened and accepted, its packets come in order, a
//! killed process' peers see a reset, a machine without power answers nothing, a silently cut link keeps what was sent
//! and delivers it when it is back. Packets of different connections between the same two nodes share one FIFO wire a
//! direction.

use super::{Changes, Process, System};
use crate::about::{About, FlightKind};
use crate::boundary::{Input, Message};
use crate::engine::delivery::Delivery;
use crate::engine::facts::ClusterFact;
use crate::ids::*;
use crate::net::{ConnId, CutHow, LostWhy};
use crate::time::SimTime;
use std::collections::VecDeque;

/// When a packet left, and when it is to arrive.
#[derive(Clone, Copy, Debug)]
pub struct Flight {
    /// When it was put on its wire.
    pub sent: SimTime,
    /// When it arrives if nothing holds it up.
    pub due: SimTime,
}

/// What a packet is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Body {
    /// SYN
    Open,
    /// The kernel of a frozen process has taken the connection (listen(2), the backlog): the other side is answered,
    /// the process accepts it when it goes on.
    Backlogged,
    /// SYN-ACK
    Opened,
    /// What one node says to the other.
    Data(Message),
    /// FIN or RST
    Close(LostWhy),
}

/// A packet on a wire.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Packet {
    /// The connection that it belongs to.
    pub conn: ConnId,
    /// What it says.
    pub body: Body,
    /// Why it was sent.
    pub cause: Cause,
    /// It was held up: the event that lets it go on.
    pub(super) released: Cause,
    /// Which packet of its wire it is, counted from the first one ever.
    pub nth: Recorded<u64>,
    /// Given by the driver with the clock, right after the packet was put on its wire.
    pub flight: Recorded<Option<Flight>>,
}

impl Packet {
    pub(crate) fn about(&self) -> About<'_> {
        match &self.body {
            Body::Open | Body::Backlogged => About::of("SYN", FlightKind::Connect),
            Body::Opened => About::of("SYN-ACK", FlightKind::Connect),
            Body::Close(_) => About::of("FIN or RST", FlightKind::Reset),
            Body::Data(message) => message.about(),
        }
    }

    /// It is part of what goes on all the time.
    pub fn is_routine(&self) -> bool {
        self.about().routine
    }
}

/// One direction between two nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Wire {
    /// What is under way, the next one to arrive first.
    pub queue: VecDeque<Packet>,
    /// How many packets were ever put on it: names a packet for draws, the same in every branch.
    pub pushed: Recorded<u64>,
    /// When the last packet put on it arrives: none overtakes it.
    pub last_due: Recorded<SimTime>,
}

/// A cut link.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cut {
    /// One end.
    pub a: NodeId,
    /// The other end.
    pub b: NodeId,
    /// What happens to what is sent over it.
    pub how: CutHow,
    pub(super) cause: Cause,
}

impl Cut {
    pub(super) fn joins(&self, x: NodeId, y: NodeId) -> bool {
        (self.a == x && self.b == y) || (self.a == y && self.b == x)
    }
}

impl System {
    /// The links that are cut now, the oldest cut first.
    pub fn cuts(&self) -> &[Cut] {
        &self.cuts
    }

    /// The cut of the link between these two, in either order.
    pub(crate) fn cut_between(&self, x: NodeId, y: NodeId) -> Option<&Cut> {
        self.cuts.iter().find(|cut| cut.joins(x, y))
    }

    /// The number of the wire from one node to the other; it changes when a node is added.
    pub fn wire_index(&self, from: NodeId, to: NodeId) -> Option<usize> {
        Some(self.wire_between(self.slot_index(from)?, self.slot_index(to)?))
    }

    /// The wire with this number.
    pub fn wire(&self, index: usize) -> &Wire {
        &self.wires[index]
    }

    pub(crate) fn wire_mut(&mut self, index: usize) -> &mut Wire {
        &mut self.wires[index]
    }

    /// Every wire, with its ends: from, to.
    pub fn wires(&self) -> impl Iterator<Item = (NodeId, NodeId, &Wire)> {
        let n = self.slots.len();
        self.wires.iter().enumerate().map(move |(i, wire)| (self.slots[i / n].id, self.slots[i % n].id, wire))
    }

    #[inline(always)]
    pub(crate) fn wire_between(&self, from: usize, to: usize) -> usize {
        from * self.slots.len() + to
    }

    /// (from, to) of a wire.
    pub fn ends_of(&self, wire: usize) -> (usize, usize) {
        (wire / self.slots.len(), wire % self.slots.len())
    }

    /// Whether the head of this wire may arrive now.
    pub fn deliverable(&self, wire: usize) -> bool {
        let (from, to) = self.ends_of(wire);
        self.deliverable_between(from, to)
    }

    /// The same for the wire between two slots.
    pub(crate) fn deliverable_between(&self, from: usize, to: usize) -> bool {
        !self.wires[self.wire_between(from, to)].queue.is_empty()
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
    pub(crate) fn takes_a_connection(&self, wire: usize) -> bool {
        self.answered_by_the_kernel(wire).is_some()
    }

    /// The kernel of a frozen process takes a connection: the other end is connected and may send, although
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
    pub(crate) fn deliver(&mut self, from: usize, to: usize, now: SimTime, changes: &mut Changes) {
        debug_assert!(self.deliverable_between(from, to), "a packet arrives only where it can");
        let wire = self.wire_between(from, to);
        let Some(packet) = self.wires[wire].queue.pop_front() else { return };
        let first_event = self.next_event.0;
        let arrival = changes.deliveries.is_some().then(|| self.arrival(&packet, from, to, now)).flatten();
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
        if let (Some(delivery), Some(deliveries)) = (arrival, &mut changes.deliveries) {
            deliveries.push(Delivery { events: first_event..self.next_event.0, ..delivery });
        }
    }

    /// What arrives now, before its receiver has noted anything. Without a clock nothing has a way to tell of.
    fn arrival(&self, packet: &Packet, from: usize, to: usize, now: SimTime) -> Option<Delivery> {
        let about = packet.about();
        Some(Delivery {
            step: self.steps.0,
            from: self.slots[from].id,
            to: self.slots[to].id,
            conn: packet.conn,
            nth: packet.nth.0,
            name: about.name,
            kind: about.kind,
            routine: about.routine,
            tp: about.tp.cloned(),
            records: about.carried.records(),
            path: about.path.cloned(),
            sent: packet.flight.0?.sent,
            arrived: now,
            cause: packet.cause.0,
            events: 0..0,
        })
    }

    /// What waits on this wire goes on, because of that.
    pub(super) fn let_through(&mut self, wire: usize, cause: Cause) {
        self.wires[wire].queue.iter_mut().for_each(|packet| packet.released = cause);
    }

    /// Resets every connection between two nodes, at both ends.
    pub(super) fn reset_link(&mut self, a: NodeId, b: NodeId, cause: Cause, changes: &mut Changes) {
        let (Some(a_ix), Some(b_ix)) = (self.slot_index(a), self.slot_index(b)) else { return };
        for (near, far) in [(a_ix, b_ix), (b_ix, a_ix)] {
            let far_id = self.slots[far].id;
            let me = self.slots[near].id;
            let wire = self.wire_between(far, near);
            // What was under way is lost with the connection.
            self.wires[wire].queue.retain(|packet| !matches!(packet.body, Body::Data(_) | Body::Backlogged));
            let open: Vec<ConnId> =
                self.slots[near].open.iter().copied().filter(|conn| conn.peer_of(me) == far_id).collect();
            for conn in open {
                self.push(far, near, conn, Body::Close(LostWhy::Reset), cause, changes);
            }
        }
    }

    pub(super) fn push(
        &mut self,
        from: usize,
        to: usize,
        conn: ConnId,
        body: Body,
        cause: Cause,
        changes: &mut Changes,
    ) {
        let wire = self.wire_between(from, to);
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
        changes.pushed.push((from, to));
    }
}
