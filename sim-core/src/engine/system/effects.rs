//! A node handles an input, and what it wants is done: packets are put on wires, timers armed, facts noted.

use super::network::Body;
use super::process::{Armed, Process};
use super::{Changes, System};
use crate::boundary::{Awaiting, Effect, Input, Timer};
use crate::client::ClientFact;
use crate::engine::facts::ClusterFact;
use crate::event::{Event, Fact};
use crate::ids::*;
use crate::net::LostWhy;
use crate::time::SimTime;
use std::sync::Arc;

impl System {
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

    /// Lets a node handle an input, and does what it wants.
    pub(super) fn hand_over(&mut self, slot: usize, input: Input, cause: Cause, now: SimTime, changes: &mut Changes) {
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
    pub(super) fn observe(&mut self, slot: usize, before: usize, now: SimTime, changes: &mut Changes) {
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

    pub(super) fn carry_out(&mut self, slot: usize, effect: Effect, now: SimTime, changes: &mut Changes) {
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

    pub(super) fn note(&mut self, slot: usize, fact: ClusterFact, now: SimTime, changes: &mut Changes) -> Cause {
        self.note_because(slot, fact, Recorded(None), now, changes)
    }

    pub(super) fn note_because(
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

    pub(super) fn record(
        &mut self,
        seq: EventSeq,
        slot: usize,
        fact: Fact,
        cause: Cause,
        now: SimTime,
        changes: &mut Changes,
    ) {
        let event = Event { seq, step: self.steps.0, at: now, cause: cause.0, node: self.slots[slot].id, fact };
        event.digest(&mut self.digest.0);
        changes.events.push(event);
    }
}
