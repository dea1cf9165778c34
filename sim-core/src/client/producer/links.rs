//! One connection a broker, and what is under way on it (`NetworkClient`, `InFlightRequests`).

use super::accumulator::Drained;
use super::config::*;
use crate::boundary::{Delay, Outbox, Timer};
use crate::client::timers::ProducerTimer;
use crate::ids::*;
use crate::net::{Channel, ConnId};
use std::collections::VecDeque;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum LinkState {
    Connecting(ConnId),
    Open(ConnId),
    /// It was lost; `reconnect.backoff.ms` is not over.
    Pausing,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Sent {
    Metadata,
    Produce(Vec<Drained>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct InFlight {
    pub(super) correlation: u32,
    pub(super) sent: Sent,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Link {
    pub(super) state: LinkState,
    pub(super) in_flight: VecDeque<InFlight>,
    /// A timer watches over it.
    pub(super) watched: bool,
    /// How often that timer fired since something was heard.
    pub(super) silent_ticks: u8,
}

impl Link {
    pub(super) fn connect(broker: BrokerId, out: &mut Outbox) -> Link {
        let server = NodeId::Broker(broker);
        let conn = out.connect(server, Channel::Produce);
        let timer = Timer::Producer(ProducerTimer::Silence(broker));
        out.arm_awaiting(timer, Delay::ms(TCP_CONNECT_GIVES_UP_MS), server);
        Link { state: LinkState::Connecting(conn), in_flight: VecDeque::new(), watched: true, silent_ticks: 0 }
    }

    pub(super) fn opened(&mut self, conn: ConnId, broker: BrokerId, out: &mut Outbox) {
        self.state = LinkState::Open(conn);
        self.watched = false;
        out.disarm(Timer::Producer(ProducerTimer::Silence(broker)));
    }

    pub(super) fn has(&self, conn: ConnId) -> bool {
        matches!(self.state, LinkState::Connecting(its) | LinkState::Open(its) if its == conn)
    }

    pub(super) fn takes_more(&self, max_in_flight: u32) -> bool {
        matches!(self.state, LinkState::Open(_)) && (self.in_flight.len() as u32) < max_in_flight.max(1)
    }

    /// Numbers start again when nothing is under way, so that they stay small.
    pub(super) fn next_correlation(&self) -> u32 {
        self.in_flight.back().map_or(0, |last| last.correlation.wrapping_add(1))
    }

    pub(super) fn answered(&mut self, correlation: u32) -> Option<InFlight> {
        self.silent_ticks = 0;
        let at = self.in_flight.iter().position(|request| request.correlation == correlation)?;
        self.in_flight.remove(at)
    }

    /// Watches over what is under way.
    pub(super) fn watch(&mut self, broker: BrokerId, out: &mut Outbox) {
        if !self.watched {
            self.watched = true;
            let timer = Timer::Producer(ProducerTimer::Silence(broker));
            out.arm_awaiting(timer, Delay::ms(TCP_TICK_MS), NodeId::Broker(broker));
        }
    }

    pub(super) fn produces(&self) -> u32 {
        self.in_flight.iter().filter(|request| matches!(request.sent, Sent::Produce(_))).count() as u32
    }
}
