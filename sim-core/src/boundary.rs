//! The boundary of a node: what it sees (`Input`) and what it wants (`Effect`, collected in an `Outbox`).
//! Protocol logic runs behind [`Node::handle`](crate::engine::node::Node::handle) and nowhere else. A node has
//! no clock, no chance, no other node's state: only what comes in here.

use crate::about::About;
use crate::client::timers::{ConsumerTimer, ProducerTimer};
use crate::event::Fact;
use crate::ids::*;
use crate::kafka::messages::KafkaMessage;
use crate::kafka::timers::BrokerTimer;
use crate::net::LostWhy;
use crate::net::{Channel, ConnId};
use crate::order::Order;
use crate::time::{SimTime, Span};
use crate::zookeeper::messages::{QuorumMessage, ZkRequest, ZkResponse};
use crate::zookeeper::timers::{ServerTimer, ZkClientTimer};

/// A message on a connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// Between ZooKeeper servers.
    Quorum(QuorumMessage),
    /// From a ZooKeeper client to its server.
    ZkRequest(ZkRequest),
    /// From a ZooKeeper server to its client.
    ZkResponse(ZkResponse),
    /// To or from a broker.
    Kafka(KafkaMessage),
}

impl Message {
    pub(crate) fn about(&self) -> About<'_> {
        match self {
            Message::Quorum(message) => message.about(),
            Message::ZkRequest(request) => request.about(),
            Message::ZkResponse(response) => response.about(),
            Message::Kafka(message) => message.about(),
        }
    }

    /// Part of the traffic that never ends.
    pub fn is_routine(&self) -> bool {
        self.about().routine
    }
}

impl From<KafkaMessage> for Message {
    fn from(message: KafkaMessage) -> Message {
        Message::Kafka(message)
    }
}

/// A timer's name. A node has at most one of each; arming it again replaces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timer {
    /// Of a ZooKeeper server.
    Zk(ServerTimer),
    /// Of the ZooKeeper client library in a process.
    ZkClient(ZkClientTimer),
    /// Of a broker.
    Broker(BrokerTimer),
    /// Of a producer.
    Producer(ProducerTimer),
    /// Of a consumer.
    Consumer(ConsumerTimer),
}

/// What one node sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// The process starts on what it persisted. `entropy` is all the chance it ever gets.
    Started {
        entropy: u64,
    },
    /// Somebody connected to us.
    Accepted(ConnId),
    /// Our `connect` succeeded.
    Opened(ConnId),
    Message(ConnId, Message),
    /// A connection is gone; it is not ours to close any more.
    Lost(ConnId, LostWhy),
    Timer(Timer),
    /// The user asks this node for something.
    Order(Order),
}

/// When a timer may fire, counted from its arming. `Sim` draws inside it; the model checker ignores it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Delay {
    pub at_least: Span,
    pub at_most: Span,
    /// A session's expiry waits for the end of its bucket, which is a matter of the clock: the driver asks
    /// `zookeeper::sessions` for it, with this interval.
    pub expiry_interval: Option<Span>,
}

impl Delay {
    pub(crate) const fn exactly(span: Span) -> Delay {
        Delay { at_least: span, at_most: span, expiry_interval: None }
    }

    pub(crate) const fn ms(ms: u64) -> Delay {
        Delay::exactly(Span::ms(ms))
    }

    pub(crate) const fn between(at_least: Span, at_most: Span) -> Delay {
        Delay { at_least, at_most, expiry_interval: None }
    }
}

/// Whose silence a timer measures. If such a node is down, frozen or cut off when the timer fires, that fault is the
/// cause that the user is shown, not the arming.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Awaiting {
    #[default]
    Nobody,
    One(NodeId),
    /// Several at once: the node asks [`Outbox::why_silent`] about each of them.
    Several,
}

/// What one node wants.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    Connect(ConnId),
    Send(ConnId, Message, Cause),
    Close(ConnId),
    Arm {
        timer: Timer,
        delay: Delay,
        awaiting: Awaiting,
        cause: Cause,
    },
    Disarm(Timer),
    Note(EventSeq, Fact, Cause),
    /// The process ends by itself: a clean shutdown is complete.
    Exit,
}

/// Collects what a node wants while it handles one input.
#[derive(Debug)]
pub(crate) struct Outbox {
    pub(crate) node: NodeId,
    pub(crate) now: SimTime,
    pub(crate) effects: Vec<Effect>,
    pub(crate) cause: Cause,
    pub(crate) released: Cause,
    pub(crate) silenced: Vec<(NodeId, Cause)>,
    pub(crate) next_event: EventSeq,
    pub(crate) next_serial: u32,
}

impl Outbox {
    pub(crate) fn new() -> Outbox {
        Outbox {
            node: NodeId::Admin,
            now: SimTime::ZERO,
            effects: Vec::new(),
            cause: Recorded(None),
            released: Recorded(None),
            silenced: Vec::new(),
            next_event: EventSeq(0),
            next_serial: 0,
        }
    }

    /// For unit tests of a single node: an outbox that belongs to `node`.
    #[cfg(test)]
    pub(crate) fn for_node(node: NodeId, now: SimTime) -> Outbox {
        Outbox { node, now, ..Outbox::new() }
    }

    /// Takes what was collected (unit tests).
    #[cfg(test)]
    pub(crate) fn take(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// The node that handles the input.
    pub(crate) fn me(&self) -> NodeId {
        self.node
    }

    /// The clock: to be recorded (`Recorded`), never to be decided by.
    pub(crate) fn now(&self) -> SimTime {
        self.now
    }

    /// Asks for a connection. The answer is `Opened` or `Lost`; nothing may be sent before `Opened`.
    pub(crate) fn connect(&mut self, server: NodeId, channel: Channel) -> ConnId {
        let conn = ConnId { client: self.node, server, channel, serial: self.next_serial };
        self.next_serial += 1;
        self.effects.push(Effect::Connect(conn));
        conn
    }

    pub(crate) fn send(&mut self, conn: ConnId, message: impl Into<Message>) {
        self.effects.push(Effect::Send(conn, message.into(), self.cause));
    }

    /// Closes our end: no input of this connection comes any more.
    pub(crate) fn close(&mut self, conn: ConnId) {
        self.effects.push(Effect::Close(conn));
    }

    pub(crate) fn arm(&mut self, timer: Timer, delay: Delay) {
        self.effects.push(Effect::Arm { timer, delay, awaiting: Awaiting::Nobody, cause: self.cause });
    }

    /// Arms a timer that fires when nothing is heard of `awaiting`.
    pub(crate) fn arm_awaiting(&mut self, timer: Timer, delay: Delay, awaiting: NodeId) {
        self.effects.push(Effect::Arm { timer, delay, awaiting: Awaiting::One(awaiting), cause: self.cause });
    }

    /// Arms a timer after which is asked of which nodes nothing was heard.
    pub(crate) fn arm_awaiting_several(&mut self, timer: Timer, delay: Delay) {
        self.effects.push(Effect::Arm { timer, delay, awaiting: Awaiting::Several, cause: self.cause });
    }

    pub(crate) fn disarm(&mut self, timer: Timer) {
        self.effects.push(Effect::Disarm(timer));
    }

    /// Notes a fact. What is noted, sent and armed after it keeps the cause that stood before.
    pub(crate) fn note(&mut self, fact: impl Into<Fact>) -> Cause {
        let seq = self.next_event;
        self.next_event = EventSeq(seq.0 + 1);
        self.effects.push(Effect::Note(seq, fact.into(), self.cause));
        Recorded(Some(seq))
    }

    /// Notes a fact, and from here on it is the cause of what is noted, sent and armed.
    pub(crate) fn note_and_go_on(&mut self, fact: impl Into<Fact>) {
        self.cause = self.note(fact);
    }

    /// The cause in force.
    pub(crate) fn cause(&self) -> Cause {
        self.cause
    }

    /// What let this message through at last, when a pause of the process or a cut of the link had held it up.
    pub(crate) fn released(&self) -> Cause {
        self.released
    }

    /// Why nothing is heard of this node, if a fault is the reason. Known when a timer fires that waits for several.
    pub(crate) fn why_silent(&self, node: NodeId) -> Option<Cause> {
        self.silenced.iter().find(|(silenced, _)| *silenced == node).map(|(_, cause)| *cause)
    }

    /// Puts another cause in force: one that was kept with postponed work, or one from before a branch.
    pub(crate) fn because(&mut self, cause: Cause) {
        self.cause = cause;
    }

    /// The process ends.
    pub(crate) fn exit(&mut self) {
        self.effects.push(Effect::Exit);
    }
}

impl Timer {
    /// Of a process that was paused: it finds this time to be over before it reads what came meanwhile. The
    /// ZooKeeper client's selector does (its wait has timed out when the process goes on); blocking reads find
    /// the data first.
    pub(crate) fn is_noticed_before_packets(self) -> bool {
        match self {
            Timer::ZkClient(ZkClientTimer::ReadTimeout | ZkClientTimer::GiveUp) => true,
            Timer::ZkClient(ZkClientTimer::Ping | ZkClientTimer::Reconnect) => false,
            Timer::Zk(_) | Timer::Broker(_) | Timer::Producer(_) | Timer::Consumer(_) => false,
        }
    }

    /// It fires all the time, whatever happens.
    pub(crate) fn is_routine(self) -> bool {
        match self {
            Timer::Zk(timer) => timer.is_routine(),
            Timer::ZkClient(ZkClientTimer::Ping) => true,
            Timer::ZkClient(ZkClientTimer::ReadTimeout | ZkClientTimer::Reconnect | ZkClientTimer::GiveUp) => false,
            Timer::Broker(_) | Timer::Producer(_) | Timer::Consumer(_) => false,
        }
    }
}
