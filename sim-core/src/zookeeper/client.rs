//! ZooKeeper's client library (`ClientCnxn`) with, when asked for, the layer that Kafka puts on it
//! (zkclient: repeat until connected, a new session after an expiry).
//!
//! A [`ZkClient`] is a part of a node (a broker, a consumer, the admin tool). The node passes every input
//! to [`ZkClient::on_input`] first, and gets what happened as [`ZkEvent`]s, in the order in which the real
//! library's event thread would hand them over.
//!
//! zkclient's `fireAllEvents` after a new session is the owner's business: it re-registers its ephemerals and
//! reads again what it watches.

use super::facts::ZkFact;
use super::java_hash::JavaHashSet;
use super::limits::has_valid_paths;
use super::messages::{ZkRequest, ZkResponse};
use super::rules;
use super::timers::ZkClientTimer;
use super::types::*;
use crate::boundary::{Delay, Input, Message, Outbox, Timer};
use crate::ids::*;
use crate::net::LostWhy;
use crate::net::{Channel, ConnId};
use crate::release::ZkVersion;
use crate::rng::mix;
use crate::time::{SimTime, Span};
use std::collections::VecDeque;
use std::sync::Arc;

/// A client's settings.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ZkClientConfig {
    /// The connection string; shuffled at the start.
    pub servers: Vec<NodeId>,
    /// What it asks for; the server has the last word.
    pub session_timeout_ms: u32,
    /// Of the client library.
    pub version: ZkVersion,
    /// zkclient's behaviour: operations that met a lost connection are repeated once connected, an expired
    /// session is replaced by a new one at once.
    pub retry_until_connected: bool,
}

/// What a client reports to its owner.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ZkEvent {
    State(KeeperState),
    Watch(WatchEvent, ZPath),
    /// The answer to the operation submitted under this tag.
    Reply(u64, ZkResult),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Link {
    /// Not started, or over.
    Idle,
    Connecting(ConnId),
    /// Connected, waiting for the answer to the session request.
    Greeting(ConnId),
    Up(ConnId),
    /// Waiting before the next attempt.
    Pausing,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Pending {
    xid: u32,
    tag: u64,
    op: Arc<ZkOp>,
    sent: bool,
}

/// How a client is connected, as it believes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientLink {
    /// It has no connection and asks for none.
    None,
    /// Waiting before the next server is tried.
    Pausing,
    /// It has asked this server for a connection.
    Connecting(NodeId),
    /// Connected; the server has not confirmed the session yet.
    Greeting(NodeId),
    /// The session is confirmed.
    Connected(NodeId),
}

/// What is registered with the library, to be set again after a reconnect (`ZKWatchManager`). Missed watches
/// fire in the order of these tables.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Registered {
    data: JavaHashSet,
    exist: JavaHashSet,
    child: JavaHashSet,
}

/// The client library in one process. The owner calls [`ZkClient::start`] once, then gives every input to
/// [`ZkClient::on_input`] first, and after its last one [`ZkClient::crash`]. Nothing of it outlives the process; the
/// session does, at the servers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ZkClient {
    config: ZkClientConfig,
    /// In the order in which they are tried.
    order: Vec<NodeId>,
    at: Option<u32>,
    /// Where the round of all servers is over: at the one connected last, or the first tried
    /// (`StaticHostProvider.lastIndex`).
    round_ends_at: u32,
    link: Link,
    state: KeeperState,
    session: SessionId,
    /// As negotiated; the asked one before that.
    timeout_ms: u32,
    last_zxid_seen: Zxid,
    next_xid: u32,
    pending: VecDeque<Pending>,
    watches: Registered,
    closing: bool,
    last_heard: Recorded<SimTime>,
    /// Of a library that gives up by itself: the silence is so long that the session cannot be alive any more.
    too_long_silent: bool,
}

impl ZkClient {
    pub fn new(config: ZkClientConfig) -> ZkClient {
        ZkClient {
            order: config.servers.clone(),
            timeout_ms: config.session_timeout_ms,
            config,
            at: None,
            round_ends_at: 0,
            link: Link::Idle,
            state: KeeperState::Disconnected,
            session: SessionId(0),
            last_zxid_seen: Zxid(0),
            next_xid: 1,
            pending: VecDeque::new(),
            watches: Registered::default(),
            closing: false,
            last_heard: Recorded(SimTime::ZERO),
            too_long_silent: false,
        }
    }

    /// Starts to connect, with a new session.
    pub(crate) fn start(&mut self, entropy: u64, out: &mut Outbox) {
        *self = ZkClient::new(self.config.clone());
        // `StaticHostProvider` shuffles the connection string.
        let mut chance = entropy;
        for last in (1..self.order.len()).rev() {
            chance = mix(chance);
            let other = (chance % (last as u64 + 1)) as usize;
            self.order.swap(last, other);
        }
        self.last_heard = Recorded(out.now());
        self.connect(out);
    }

    /// The process is gone, and with it all that the library knew.
    pub(crate) fn crash(&mut self) {
        *self = ZkClient::new(self.config.clone());
    }

    /// What the library answers without asking a server: it checks paths first, then whether its handle is dead
    /// (`ZooKeeper`, `ClientCnxn.queuePacket`).
    pub(crate) fn answer_at_once(&self, op: &ZkOp) -> Option<ZkResult> {
        if !has_valid_paths(op, self.config.version) {
            return Some(Err(ZkError::IllegalArgument.into()));
        }
        match op {
            ZkOp::Multi(ops) if ops.is_empty() && self.config.version.answers_empty_multis_at_once() => {
                Some(Ok(ZkReply::Multi(Vec::new())))
            }
            _ if rules::is_refused_at_once(self.is_dead()) => Some(Err(ZkError::SessionExpired.into())),
            _ => None,
        }
    }

    /// Expired or closed: the handle does nothing any more (`States.isAlive`).
    pub fn is_dead(&self) -> bool {
        matches!(self.state, KeeperState::Expired | KeeperState::Closed)
    }

    /// Queues an operation. Answers come in the order of submission, as `ZkEvent::Reply(tag, …)`.
    pub(crate) fn submit(&mut self, tag: u64, op: ZkOp, out: &mut Outbox) {
        let xid = self.next_xid;
        self.next_xid += 1;
        let mut pending = Pending { xid, tag, op: Arc::new(op), sent: false };
        if let Link::Up(conn) = self.link {
            pending.sent = true;
            let request = ZkRequest::Op { xid, op: pending.op.clone() };
            self.send(conn, request, out);
        }
        self.pending.push_back(pending);
    }

    /// Closes the session. `ZkEvent::State(Closed)` follows when the server has answered or is out of reach.
    pub(crate) fn close(&mut self, out: &mut Outbox) {
        self.closing = true;
        match self.link {
            Link::Up(conn) => self.send(conn, ZkRequest::Close, out),
            // The session is left to expire; `on_input` reports the end at the next occasion.
            _ => {
                self.hang_up(out);
                out.arm(Timer::ZkClient(ZkClientTimer::Reconnect), Delay::ms(0));
            }
        }
    }

    /// Takes an input if it is the client's own; false if it is not.
    pub(crate) fn on_input(&mut self, input: &Input, out: &mut Outbox, events: &mut Vec<ZkEvent>) -> bool {
        match input {
            Input::Opened(conn) if self.link == Link::Connecting(*conn) => {
                self.link = Link::Greeting(*conn);
                // A connection that opens counts as hearing of the server, even if it is closed at once: a server that
                // looks for a leader keeps its clients from giving up (`ClientCnxnSocketNIO.doTransport`).
                self.too_long_silent = false;
                if self.session != SessionId(0) {
                    self.arm_give_up(*conn, out);
                }
                let request = ZkRequest::Connect {
                    session: self.session,
                    timeout_ms: self.config.session_timeout_ms,
                    last_zxid_seen: self.last_zxid_seen,
                };
                self.send(*conn, request, out);
                true
            }
            Input::Message(conn, Message::ZkResponse(response)) if self.conn() == Some(*conn) => {
                self.last_heard = Recorded(out.now());
                self.too_long_silent = false;
                self.on_response(*conn, response, out, events);
                true
            }
            Input::Lost(conn, why) if self.conn() == Some(*conn) => {
                self.on_lost(*conn, *why, out, events);
                true
            }
            // Of a connection that was given up before.
            Input::Opened(conn) | Input::Lost(conn, _) | Input::Message(conn, Message::ZkResponse(_)) => {
                conn.client == out.me() && conn.channel == Channel::ZkSession
            }
            Input::Timer(Timer::ZkClient(timer)) => {
                self.on_timer(*timer, out, events);
                true
            }
            Input::Started { .. }
            | Input::Accepted(_)
            | Input::Order(_)
            | Input::Message(_, Message::Quorum(_) | Message::ZkRequest(_) | Message::Kafka(_))
            | Input::Timer(Timer::Zk(_) | Timer::Broker(_) | Timer::Producer(_) | Timer::Consumer(_)) => false,
        }
    }

    /// The session, 0 before there is one.
    pub fn session(&self) -> SessionId {
        self.session
    }

    /// The state that its watchers heard of last.
    pub fn state(&self) -> KeeperState {
        self.state
    }

    /// The server it is connected to.
    pub fn server(&self) -> Option<NodeId> {
        match self.link {
            Link::Up(conn) => Some(conn.server),
            _ => None,
        }
    }

    /// How far its connection is.
    pub fn link(&self) -> ClientLink {
        match self.link {
            Link::Idle => ClientLink::None,
            Link::Pausing => ClientLink::Pausing,
            Link::Connecting(conn) => ClientLink::Connecting(conn.server),
            Link::Greeting(conn) => ClientLink::Greeting(conn.server),
            Link::Up(conn) => ClientLink::Connected(conn.server),
        }
    }

    /// The session's timeout: as negotiated, as asked for before that.
    pub fn timeout_ms(&self) -> u32 {
        self.timeout_ms
    }

    /// When a packet came last.
    pub fn last_heard(&self) -> SimTime {
        self.last_heard.0
    }

    /// The newest state that it has seen: no server with an older one will do.
    pub fn last_zxid_seen(&self) -> Zxid {
        self.last_zxid_seen
    }

    /// Operations that wait for their answers, or to be sent.
    pub fn pending(&self) -> u32 {
        self.pending.len() as u32
    }

    fn conn(&self) -> Option<ConnId> {
        match self.link {
            Link::Connecting(conn) | Link::Greeting(conn) | Link::Up(conn) => Some(conn),
            Link::Idle | Link::Pausing => None,
        }
    }

    fn connect(&mut self, out: &mut Outbox) {
        if self.order.is_empty() {
            return;
        }
        let next = self.next_server();
        self.at = Some(next);
        let server = self.order[next as usize];
        self.link = Link::Connecting(out.connect(server, Channel::ZkSession));
        // `SendThread.onConnected`: the connect timeout is the session's, shared by the servers.
        let wait_ms = (self.timeout_ms / self.order.len() as u32).max(1);
        out.arm_awaiting(Timer::ZkClient(ZkClientTimer::ReadTimeout), Delay::ms(u64::from(wait_ms)), server);
    }

    fn next_server(&self) -> u32 {
        self.at.map_or(0, |at| rules::server_after(at, self.order.len() as u32))
    }

    fn send(&mut self, conn: ConnId, request: ZkRequest, out: &mut Outbox) {
        out.send(conn, Message::ZkRequest(request));
        // `SendThread.run`: a ping when nothing was sent for half the read timeout, a third of the session's.
        let idle = Span::us(u64::from(self.timeout_ms) * 1_000 / 3);
        out.arm(Timer::ZkClient(ZkClientTimer::Ping), Delay::exactly(idle));
    }

    /// Two thirds of the session timeout from now on; some versions also give up some time later (`SendThread.run`).
    fn expect_answer(&self, conn: ConnId, out: &mut Outbox) {
        // Armed first: after a long pause it is noticed first.
        self.arm_give_up(conn, out);
        let silence = Span::us(u64::from(self.timeout_ms) * 2_000 / 3);
        out.arm_awaiting(Timer::ZkClient(ZkClientTimer::ReadTimeout), Delay::exactly(silence), conn.server);
    }

    fn arm_give_up(&self, conn: ConnId, out: &mut Outbox) {
        if let Some(hopeless) = self.config.version.gives_up_after(Span::ms(u64::from(self.timeout_ms))) {
            out.arm_awaiting(Timer::ZkClient(ZkClientTimer::GiveUp), Delay::exactly(hopeless), conn.server);
        }
    }

    fn on_response(&mut self, conn: ConnId, response: &ZkResponse, out: &mut Outbox, events: &mut Vec<ZkEvent>) {
        self.expect_answer(conn, out);
        match response {
            ZkResponse::Connected { timeout_ms: 0, .. } => self.on_told_expired(out, events),
            ZkResponse::Connected { session, timeout_ms } => {
                self.session = *session;
                self.timeout_ms = *timeout_ms;
                self.link = Link::Up(conn);
                self.round_ends_at = self.at.unwrap_or(0);
                self.state = KeeperState::SyncConnected;
                self.expect_answer(conn, out);
                out.note_and_go_on(ZkFact::ClientConnected { session: *session, server: conn.server });
                events.push(ZkEvent::State(KeeperState::SyncConnected));
                self.set_watches(conn, out);
                for nth in 0..self.pending.len() {
                    self.pending[nth].sent = true;
                    let Pending { xid, op, .. } = self.pending[nth].clone();
                    self.send(conn, ZkRequest::Op { xid, op }, out);
                }
                if self.closing {
                    self.send(conn, ZkRequest::Close, out);
                }
            }
            ZkResponse::Reply { xid, zxid, result } => {
                self.last_zxid_seen = self.last_zxid_seen.max(*zxid);
                if let Some(at) = self.pending.iter().position(|pending| pending.xid == *xid)
                    && let Some(pending) = self.pending.remove(at)
                {
                    self.register(&pending.op, result);
                    events.push(ZkEvent::Reply(pending.tag, result.clone()));
                }
            }
            ZkResponse::Watch { event, path } => {
                // One whose watches are used up already has nobody to tell.
                if !self.unregister(*event, path) {
                    return;
                }
                out.note_and_go_on(ZkFact::WatchReceived { path: path.clone(), event: *event });
                events.push(ZkEvent::Watch(*event, path.clone()));
            }
            ZkResponse::WatchesSet { zxid } => self.last_zxid_seen = self.last_zxid_seen.max(*zxid),
            ZkResponse::Pong => {}
        }
    }

    /// `ClientCnxn.SendThread.primeConnection`: all watches go to the new server, which fires those whose
    /// change was missed.
    fn set_watches(&mut self, conn: ConnId, out: &mut Outbox) {
        let Registered { data, exist, child } = &self.watches;
        if data.is_empty() && exist.is_empty() && child.is_empty() {
            return;
        }
        let request = ZkRequest::SetWatches {
            relative_zxid: self.last_zxid_seen,
            data: data.iter().cloned().collect(),
            exist: exist.iter().cloned().collect(),
            child: child.iter().cloned().collect(),
        };
        self.send(conn, request, out);
    }

    fn register(&mut self, op: &ZkOp, result: &ZkResult) {
        match (op, result) {
            (ZkOp::Exists { path, watch: true }, Ok(ZkReply::Exists(Some(_)))) => {
                self.watches.data.insert(path);
            }
            (ZkOp::Exists { path, watch: true }, Ok(ZkReply::Exists(None))) => {
                self.watches.exist.insert(path);
            }
            (ZkOp::GetData { path, watch: true }, Ok(_)) => {
                self.watches.data.insert(path);
            }
            (ZkOp::GetChildren { path, watch: true }, Ok(_)) => {
                self.watches.child.insert(path);
            }
            _ => {}
        }
    }

    /// `ZKWatchManager.materialize`: an event uses up what it could have come from. False if there was nothing.
    fn unregister(&mut self, event: WatchEvent, path: &ZPath) -> bool {
        if !rules::watches_are_one_shot() {
            return true;
        }
        let Registered { data, exist, child } = &mut self.watches;
        let used_up: &mut [&mut JavaHashSet] = match event {
            WatchEvent::NodeCreated | WatchEvent::NodeDataChanged => &mut [data, exist],
            WatchEvent::NodeChildrenChanged => &mut [child],
            WatchEvent::NodeDeleted => &mut [data, exist, child],
        };
        used_up.iter_mut().fold(false, |any, watches| watches.remove(path) | any)
    }

    fn on_timer(&mut self, timer: ZkClientTimer, out: &mut Outbox, events: &mut Vec<ZkEvent>) {
        match timer {
            ZkClientTimer::Ping => {
                if let Link::Up(conn) = self.link {
                    self.send(conn, ZkRequest::Ping, out);
                }
            }
            ZkClientTimer::ReadTimeout if self.too_long_silent => self.give_up(out, events),
            ZkClientTimer::ReadTimeout => {
                if let Some(conn) = self.conn() {
                    out.close(conn);
                    self.on_disconnect(conn, true, out, events);
                }
            }
            ZkClientTimer::Reconnect => {
                if self.closing {
                    self.end(KeeperState::Closed, ZkError::ConnectionLoss, out, events);
                } else if self.too_long_silent {
                    self.give_up(out, events);
                } else if self.link == Link::Pausing {
                    self.connect(out);
                }
            }
            ZkClientTimer::GiveUp => self.too_long_silent = rules::later_libraries_give_up(),
        }
    }

    fn on_lost(&mut self, conn: ConnId, _why: LostWhy, out: &mut Outbox, events: &mut Vec<ZkEvent>) {
        if self.closing {
            self.end(KeeperState::Closed, ZkError::ConnectionLoss, out, events);
        } else {
            self.on_disconnect(conn, false, out, events);
        }
    }

    fn on_disconnect(&mut self, conn: ConnId, silent: bool, out: &mut Outbox, events: &mut Vec<ZkEvent>) {
        let was_connected = self.state == KeeperState::SyncConnected;
        if was_connected {
            self.state = KeeperState::Disconnected;
            let fact = ZkFact::ClientDisconnected { session: self.session, server: conn.server, silent };
            out.note_and_go_on(fact);
            events.push(ZkEvent::State(KeeperState::Disconnected));
        }
        self.fail_or_keep_pending(events);
        out.disarm(Timer::ZkClient(ZkClientTimer::Ping));
        out.disarm(Timer::ZkClient(ZkClientTimer::ReadTimeout));
        if self.closing {
            self.end(KeeperState::Closed, ZkError::ConnectionLoss, out, events);
            return;
        }
        if self.too_long_silent {
            self.give_up(out, events);
            return;
        }
        self.link = Link::Pausing;
        // `SendThread.startConnect` sleeps up to a second before any but the first attempt; `StaticHostProvider.next`
        // sleeps one more when all servers have had their turn.
        let round_over = self.next_server() == self.round_ends_at;
        let (low, high) = if round_over { (Span::ms(1_000), Span::ms(2_000)) } else { (Span::ZERO, Span::ms(1_000)) };
        out.arm(Timer::ZkClient(ZkClientTimer::Reconnect), Delay::between(low, high));
    }

    fn fail_or_keep_pending(&mut self, events: &mut Vec<ZkEvent>) {
        if self.config.retry_until_connected {
            // zkclient repeats; what was already carried out is then carried out twice.
            self.pending.iter_mut().for_each(|pending| pending.sent = false);
            return;
        }
        for pending in self.pending.drain(..) {
            events.push(ZkEvent::Reply(pending.tag, Err(ZkError::ConnectionLoss.into())));
        }
    }

    fn on_told_expired(&mut self, out: &mut Outbox, events: &mut Vec<ZkEvent>) {
        out.note_and_go_on(ZkFact::ClientToldExpired { session: self.session });
        self.on_expired(out, events);
    }

    fn give_up(&mut self, out: &mut Outbox, events: &mut Vec<ZkEvent>) {
        out.note_and_go_on(ZkFact::ClientGaveUp { session: self.session });
        self.on_expired(out, events);
    }

    fn on_expired(&mut self, out: &mut Outbox, events: &mut Vec<ZkEvent>) {
        if !self.config.retry_until_connected || self.closing {
            let last = if self.closing { KeeperState::Closed } else { KeeperState::Expired };
            self.end(last, ZkError::SessionExpired, out, events);
            return;
        }
        self.hang_up(out);
        self.state = KeeperState::Expired;
        events.push(ZkEvent::State(KeeperState::Expired));
        // zkclient: a new handle, with a session of its own and no watches.
        self.session = SessionId(0);
        self.timeout_ms = self.config.session_timeout_ms;
        self.last_zxid_seen = Zxid(0);
        self.watches = Registered::default();
        self.too_long_silent = false;
        self.at = None;
        self.round_ends_at = 0;
        self.connect(out);
    }

    fn hang_up(&mut self, out: &mut Outbox) {
        if let Some(conn) = self.conn() {
            out.close(conn);
        }
        self.link = Link::Idle;
        for timer in [ZkClientTimer::Ping, ZkClientTimer::ReadTimeout, ZkClientTimer::Reconnect, ZkClientTimer::GiveUp]
        {
            out.disarm(Timer::ZkClient(timer));
        }
    }

    /// The handle is dead.
    fn end(&mut self, state: KeeperState, error: ZkError, out: &mut Outbox, events: &mut Vec<ZkEvent>) {
        self.hang_up(out);
        self.state = state;
        for pending in self.pending.drain(..) {
            events.push(ZkEvent::Reply(pending.tag, Err(error.into())));
        }
        events.push(ZkEvent::State(state));
    }
}
