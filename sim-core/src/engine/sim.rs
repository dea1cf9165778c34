//! A [`System`] with a clock, an agenda and chance. Its pick is always the earliest entry of the agenda,
//! ties in the order in which they were entered.

use crate::boundary::Timer;
use crate::engine::agenda::Agenda;
use crate::engine::command::{Command, CommandError};
use crate::engine::system::{AgendaKey, Armed, Body, Changes, Choice, Fault, Flight, System};
use crate::event::Event;
use crate::ids::*;
use crate::rng::{Purpose, draw, in_range};
use crate::time::{SimTime, Span};
use crate::zookeeper::round_to_next_interval;

/// One hop between two processes: a local network with a little queueing.
const HOP_MIN: Span = Span::us(400);
const HOP_MAX: Span = Span::us(1_600);

/// What is to happen, by the indices of slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    /// The head of the wire from → to arrives.
    Wire(u16, u16),
    /// A connection is asked for on the wire from → to, of a frozen process: its kernel takes it.
    Connection(u16, u16),
    Timer(u16, Timer),
}

/// Before everything that is due from now on.
const OVERDUE: SimTime = SimTime::ZERO;

/// What a step did, beside its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stepped {
    /// This happened.
    Applied(Applied),
    /// Nothing is under way and no timer is armed.
    Idle,
}

/// What happened in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// A packet arrived.
    Delivered {
        /// The sender.
        from: NodeId,
        /// The receiver.
        to: NodeId,
    },
    /// A timer fired.
    Fired {
        /// Whose.
        node: NodeId,
        /// Which.
        timer: Timer,
    },
}

/// The driver.
#[derive(Clone, Debug)]
pub struct Sim {
    system: System,
    now: SimTime,
    seed: u64,
    agenda: Agenda<Item>,
    /// Due, but not possible now: the node is frozen or the link is cut.
    held: Vec<(AgendaKey, Item)>,
    next_key: u64,
}

impl Sim {
    /// At time zero. The same system and seed always give the same run.
    pub fn new(system: System, seed: u64) -> Sim {
        Sim { system, now: SimTime::ZERO, seed, agenda: Agenda::new(), held: Vec::new(), next_key: 0 }
    }

    /// The cluster.
    pub fn system(&self) -> &System {
        &self.system
    }

    /// The clock. It never goes back.
    pub fn now(&self) -> SimTime {
        self.now
    }

    /// From which all chance is drawn.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// When the next choice is due. What is due earlier but cannot happen now is not counted: a caller that runs up to
    /// a certain time would otherwise be let past it.
    pub fn next_due(&self) -> Option<SimTime> {
        self.first_possible().map(|((due, _), _)| due.max(self.now))
    }

    fn first_possible(&self) -> Option<(AgendaKey, Item)> {
        self.agenda.iter().find(|(_, item)| self.possible(*item))
    }

    /// Whether the next choice is one that goes on all the time: a ping, an empty fetch, a timer that sends them.
    pub fn next_is_routine(&self) -> bool {
        match self.first_possible() {
            Some((_, Item::Wire(from, to))) => {
                let wire = self.wire_of(from, to);
                self.system.wire(wire).queue.front().is_some_and(|packet| packet.is_routine())
            }
            Some((_, Item::Timer(_, timer))) => timer.is_routine(),
            Some((_, Item::Connection(..))) | None => false,
        }
    }

    /// Makes the earliest choice happen. Its events are appended to `changes.events`.
    pub fn step(&mut self, changes: &mut Changes) -> Stepped {
        loop {
            let Some((key, item)) = self.agenda.pop() else { return Stepped::Idle };
            if !self.possible(item) {
                self.held.push((key, item));
                continue;
            }
            self.now = self.now.max(key.0);
            let applied = match item {
                Item::Wire(from, to) => {
                    self.system.deliver(usize::from(from), usize::from(to), self.now, changes);
                    // A packet that was put on the wire just now has no times yet: they are given below.
                    if let Some(flight) =
                        self.system.wire(self.wire_of(from, to)).queue.front().and_then(|next| next.flight.0)
                    {
                        let key = self.key(flight.due);
                        self.agenda.insert(key, item);
                    }
                    self.delivered(from, to)
                }
                Item::Connection(from, to) => {
                    self.system.take_connection(self.wire_of(from, to), changes);
                    self.delivered(from, to)
                }
                Item::Timer(slot, timer) => {
                    self.system.fire(usize::from(slot), timer, self.now, changes);
                    Applied::Fired { node: self.system.slots()[usize::from(slot)].id, timer }
                }
            };
            self.system.count_step();
            self.schedule(changes);
            return Stepped::Applied(applied);
        }
    }

    /// What the user asks, as choices; refused with a reason when it makes no sense now.
    pub fn command(&mut self, command: &Command, changes: &mut Changes) -> Result<(), CommandError> {
        for choice in command.choices(&self.system)? {
            self.carry_out(choice, changes);
        }
        // One step, of however many choices it is made: what can be undone at once can be stepped over at once.
        self.system.count_step();
        Ok(())
    }

    /// Applies a choice of the user's at once.
    pub fn apply(&mut self, choice: Choice, changes: &mut Changes) {
        self.carry_out(choice, changes);
        self.system.count_step();
    }

    fn carry_out(&mut self, choice: Choice, changes: &mut Changes) {
        let choice = match choice {
            Choice::Fault { fault: fault @ Fault::Start(id), .. } => {
                let started = self.system.slot(id).map_or(0, |slot| slot.armed_count.0);
                let entropy = draw(self.seed, Purpose::NodeEntropy, u64::from(id.code()), started);
                Choice::Fault { fault, entropy }
            }
            other => other,
        };
        if let Choice::Fault { fault: Fault::Freeze(id), .. } = choice {
            self.hand_connections_to_the_kernel(id);
        }
        let changes_what_is_possible = matches!(choice, Choice::Fault { .. } | Choice::Remove(_));
        self.system.apply(choice, self.now, changes);
        self.schedule(changes);
        if changes_what_is_possible {
            self.release_held();
            self.drop_emptied_wires();
        }
    }

    /// Lets the clock run to `at` without anything happening; used to place a command between two choices.
    pub fn advance_to(&mut self, at: SimTime) {
        debug_assert!(self.next_due().is_none_or(|due| due >= at), "time does not skip a choice");
        self.now = self.now.max(at);
    }

    /// Counts a command that an older engine accepted and this one refuses, so that steps keep their numbers.
    pub(crate) fn skip_step(&mut self) {
        self.system.count_step();
    }

    fn wire_of(&self, from: u16, to: u16) -> usize {
        self.system.wire_between(usize::from(from), usize::from(to))
    }

    fn delivered(&self, from: u16, to: u16) -> Applied {
        let slots = self.system.slots();
        Applied::Delivered { from: slots[usize::from(from)].id, to: slots[usize::from(to)].id }
    }

    /// Connections that are being asked for when a process freezes: nobody but the kernel will see them arrive.
    fn hand_connections_to_the_kernel(&mut self, frozen: NodeId) {
        let Some(to) = self.system.slot_index(frozen) else { return };
        for from in 0..self.system.slots().len() {
            let wire = self.system.wire(self.wire_of(from as u16, to as u16));
            let asked = wire.queue.iter().filter(|packet| packet.body == Body::Open);
            for flight in asked.filter_map(|packet| packet.flight.0).collect::<Vec<_>>() {
                let key = self.key(flight.due);
                self.agenda.insert(key, Item::Connection(from as u16, to as u16));
            }
        }
    }

    fn possible(&self, item: Item) -> bool {
        match item {
            Item::Connection(from, to) => self.system.takes_a_connection(self.wire_of(from, to)),
            Item::Wire(from, to) => self.system.deliverable_between(usize::from(from), usize::from(to)),
            Item::Timer(slot, _) => self.system.fires(usize::from(slot)),
        }
    }

    fn key(&mut self, due: SimTime) -> AgendaKey {
        let key = (due, self.next_key);
        self.next_key += 1;
        key
    }

    /// Gives due times to what the last application put on wires and armed.
    fn schedule(&mut self, changes: &mut Changes) {
        for key in changes.disarmed.drain(..) {
            if !self.agenda.remove(key) {
                self.held.retain(|(held, _)| *held != key);
            }
        }
        for (from, to) in changes.pushed.drain(..) {
            let ends =
                (u64::from(self.system.slots()[from].id.code()) << 32) | u64::from(self.system.slots()[to].id.code());
            let (now, seed) = (self.now, self.seed);
            let wire = self.system.wire_mut(self.system.wire_between(from, to));
            let last_due = wire.last_due.0;
            // Several packets may have been pushed at once: the first one without times is meant.
            let Some(at) = wire.queue.iter().position(|packet| packet.flight.0.is_none()) else { continue };
            let packet = &mut wire.queue[at];
            let asks = packet.body == Body::Open;
            let hop = in_range(draw(seed, Purpose::Latency, ends, packet.nth.0), HOP_MIN.0, HOP_MAX.0);
            // FIFO: never due before the packet ahead.
            let due = now.plus(Span(hop)).max(last_due);
            packet.flight.0 = Some(Flight { sent: now, due });
            wire.last_due.0 = due;
            if at == 0 {
                let key = self.key(due);
                self.agenda.insert(key, Item::Wire(from as u16, to as u16));
            }
            if asks && self.system.slots()[to].process.is_frozen() {
                let key = self.key(due);
                self.agenda.insert(key, Item::Connection(from as u16, to as u16));
            }
        }
        for (slot, timer) in changes.armed.drain(..) {
            let (now, seed) = (self.now, self.seed);
            let entry = self.system.slot_mut(slot);
            let (id, nth) = (entry.id, entry.armed_count.0);
            // Armed and disarmed, or armed twice, within one application: no such timer waits for its key.
            let waits = |armed: &&mut Armed| armed.key.0.is_none() && armed.timer == timer;
            let Some(armed) = entry.timers.iter_mut().find(waits) else { continue };
            let delay = armed.delay.0;
            let wait = in_range(
                draw(seed, Purpose::TimerJitter, u64::from(id.code()), nth),
                delay.at_least.0,
                delay.at_most.0,
            );
            let drawn = now.plus(Span(wait));
            let due = delay.expiry_interval.map_or(drawn, |interval| round_to_next_interval(drawn, interval));
            let key = (due, self.next_key);
            armed.key.0 = Some(key);
            self.next_key += 1;
            self.agenda.insert(key, Item::Timer(slot as u16, timer));
        }
    }

    /// Puts back what a thaw, a heal or a start made possible.
    fn release_held(&mut self) {
        let held = std::mem::take(&mut self.held);
        for (key, item) in held {
            if self.possible(item) {
                // The key stays, so that what was due first happens first; `now` does not go back.
                let key = match item {
                    Item::Timer(slot, timer) if timer.is_noticed_before_packets() => {
                        let first = (OVERDUE, key.1);
                        let timers = &mut self.system.slot_mut(usize::from(slot)).timers;
                        if let Some(armed) = timers.iter_mut().find(|armed| armed.key.0 == Some(key)) {
                            armed.key.0 = Some(first);
                        }
                        first
                    }
                    _ => key,
                };
                self.agenda.insert(key, item);
            } else if self.is_void(item) {
                continue;
            } else {
                self.held.push((key, item));
            }
        }
    }

    fn is_void(&self, item: Item) -> bool {
        match item {
            // The process runs again: it takes its connections itself.
            Item::Connection(_, to) => !self.system.slots()[usize::from(to)].process.is_frozen(),
            Item::Wire(from, to) => self.system.wire(self.wire_of(from, to)).queue.is_empty(),
            Item::Timer(slot, timer) => {
                !self.system.slots()[usize::from(slot)].timers.iter().any(|armed| armed.timer == timer)
            }
        }
    }

    /// A hard cut takes packets off wires: their heads changed or are gone.
    fn drop_emptied_wires(&mut self) {
        let n = self.system.slots().len();
        let mut scheduled = vec![false; n * n];
        let (system, agenda) = (&self.system, &mut self.agenda);
        agenda.retain(|item| match item {
            Item::Wire(from, to) => {
                let wire = usize::from(from) * n + usize::from(to);
                let keep = !system.wire(wire).queue.is_empty();
                scheduled[wire] |= keep;
                keep
            }
            Item::Connection(..) | Item::Timer(..) => true,
        });
        for (_, item) in &self.held {
            if let Item::Wire(from, to) = item {
                scheduled[usize::from(*from) * n + usize::from(*to)] = true;
            }
        }
        for (wire, scheduled) in scheduled.into_iter().enumerate() {
            if !scheduled && let Some(flight) = self.system.wire(wire).queue.front().and_then(|head| head.flight.0) {
                let (from, to) = self.system.ends_of(wire);
                let key = self.key(flight.due);
                self.agenda.insert(key, Item::Wire(from as u16, to as u16));
            }
        }
    }

    /// A run without history: steps until the condition holds or the bound is reached. The events pass
    /// through `each`.
    pub fn run_until(
        &mut self,
        bound: SimTime,
        mut each: impl FnMut(&Event),
        mut holds: impl FnMut(&Sim) -> bool,
    ) -> bool {
        let mut changes = Changes::default();
        loop {
            if holds(self) {
                return true;
            }
            if self.next_due().is_none_or(|due| due > bound) {
                self.now = self.now.max(bound);
                return false;
            }
            self.step(&mut changes);
            changes.events.drain(..).for_each(|event| each(&event));
        }
    }
}
