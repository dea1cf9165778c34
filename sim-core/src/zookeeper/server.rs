//! One ZooKeeper server: what it has on disk, its role in the ensemble, and the clients connected to it.
//!
//! The roles live in [`super::election`], [`super::leader`] and [`super::follower`], what they do for clients in
//! [`super::serving`] and [`super::applying`]; here is what all of them share: inputs are handed out, what was
//! received is logged.

use super::disk::{Disk, FSYNC};
use super::election::Election;
use super::facts::ZkFact;
use super::follower::Following;
use super::leader::Leading;
use super::messages::*;
use super::rules;
use super::sessions::Attached;
use super::timers::ServerTimer;
use super::txn::Txn;
use super::types::*;
use super::watches::Watches;
use super::znode_tree::ZnodeTree;
use crate::boundary::{Input, Message, Outbox, Timer};
use crate::ids::*;
use crate::invariant::never;
use crate::net::{Channel, ConnId};
use crate::order::Order;
use crate::sorted::SortedMap;
use std::sync::Arc;

/// Connections that no ZooKeeper server has.
macro_rules! kafka_channel {
    () => {
        Channel::Controller
            | Channel::ReplicaFetcher
            | Channel::ControlledShutdown
            | Channel::Produce
            | Channel::Consume
            | Channel::Metadata
    };
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Role {
    /// The process does not run.
    Down,
    Looking(Election),
    Following(Following),
    Leading(Leading),
}

/// A server. [`ZkServer::handle`] gets each input of its process, `crash` ends the process. Its disk outlives it:
/// log, snapshot and epochs; the tree is built from them again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ZkServer {
    pub(super) id: u16,
    pub(super) config: EnsembleConfig,
    pub(super) disk: Disk,
    // What follows is lost in a crash.
    pub(super) role: Role,
    /// What is committed, as far as this server knows.
    pub(super) tree: ZnodeTree,
    pub(super) applied: Zxid,
    pub(super) attached: SortedMap<ConnId, Attached>,
    pub(super) watches: Watches,
    pub(super) next_session: u64,
    /// Connections for votes: ours to the others, opened when a vote is to be sent.
    pub(super) voting: SortedMap<u16, (ConnId, bool)>,
    /// The newest vote for each server that is not connected yet.
    pub(super) votes_to_send: SortedMap<u16, QuorumMessage>,
    /// The newest transaction of which this server ever heard that it is committed. For the reader's eyes: it
    /// tells whether a new leader carries on something of which nobody knew.
    pub(super) heard_committed: Recorded<Zxid>,
}

impl ZkServer {
    pub(crate) fn new(id: u16, config: EnsembleConfig) -> ZkServer {
        ZkServer {
            id,
            disk: Disk::new(config.version),
            role: Role::Down,
            tree: ZnodeTree::new(config.version),
            applied: Zxid(0),
            attached: SortedMap::new(),
            watches: Watches::default(),
            next_session: 0,
            voting: SortedMap::new(),
            votes_to_send: SortedMap::new(),
            heard_committed: Recorded(Zxid(0)),
            config,
        }
    }

    pub(crate) fn handle(&mut self, input: Input, out: &mut Outbox) {
        match input {
            Input::Started { .. } => self.start(out),
            Input::Accepted(conn) => self.on_accepted(conn, out),
            Input::Opened(conn) => match conn.channel {
                Channel::Election => self.on_voting_line_open(conn, out),
                Channel::Quorum => self.on_leader_line_open(conn, out),
                Channel::ZkSession | kafka_channel!() => {}
            },
            Input::Message(conn, Message::ZkRequest(request)) => self.on_client(conn, request, out),
            Input::Message(conn, Message::Quorum(message)) => self.on_quorum(conn, message, out),
            Input::Message(_, Message::ZkResponse(_) | Message::Kafka(_)) => {
                never!("a server is nobody's client, and no broker");
            }
            Input::Lost(conn, _) => self.on_lost(conn, out),
            Input::Timer(Timer::Zk(timer)) => self.on_timer(timer, out),
            Input::Timer(Timer::ZkClient(_) | Timer::Broker(_) | Timer::Producer(_) | Timer::Consumer(_)) => {
                never!("a server arms timers of its own");
            }
            // SIGTERM ends a server as it is: it has nothing to hand over (`QuorumPeerMain`).
            Input::Order(Order::Stop) => out.exit(),
            // `Command` refuses them.
            Input::Order(
                Order::Produce(_)
                | Order::ProduceSteadily { .. }
                | Order::Commit
                | Order::CreateTopic(_)
                | Order::AddPartitions { .. }
                | Order::Zk(_),
            ) => {}
        }
    }

    /// The process is gone: only what it has logged is left.
    pub(crate) fn crash(&mut self) {
        self.disk.crash();
        if !rules::logs_survive() {
            self.disk = Disk::new(self.config.version);
        }
        let fresh = ZkServer::new(self.id, self.config.clone());
        let disk = std::mem::replace(&mut self.disk, Disk::new(self.config.version));
        *self = ZkServer { disk, heard_committed: self.heard_committed, ..fresh };
        self.load();
    }

    /// Everything that is logged counts as applied when a server starts or looks for a leader, committed or not
    /// (`ZKDatabase.loadDataBase`).
    pub(super) fn load(&mut self) {
        self.tree = self.disk.load();
        self.applied = self.disk.last_logged();
    }

    fn start(&mut self, out: &mut Outbox) {
        self.load();
        if self.is_standalone() {
            self.lead_alone(out);
        } else {
            self.look(out);
        }
    }

    pub(super) fn is_standalone(&self) -> bool {
        self.config.servers.len() == 1
    }

    pub(crate) fn quorum(&self) -> usize {
        let servers = self.config.servers.len();
        rules::majority(servers)
    }

    pub(super) fn tick_us(&self) -> u64 {
        u64::from(self.config.tick_ms) * 1_000
    }

    fn on_accepted(&mut self, conn: ConnId, out: &mut Outbox) {
        match conn.channel {
            Channel::ZkSession => {
                // While LOOKING or joining, client connections are closed at once.
                if self.is_serving() {
                    self.attached.insert(conn, Attached::new(conn.client));
                } else {
                    out.close(conn);
                }
            }
            Channel::Quorum if !matches!(self.role, Role::Leading(_)) => out.close(conn),
            Channel::Election => self.on_voter_back(conn.client, out),
            Channel::Quorum | kafka_channel!() => {}
        }
    }

    fn on_lost(&mut self, conn: ConnId, out: &mut Outbox) {
        match conn.channel {
            Channel::ZkSession => self.detach(conn),
            Channel::Election => {
                if conn.client == out.me() {
                    self.voting.retain(|_, (open, _)| *open != conn);
                }
            }
            Channel::Quorum => self.on_quorum_line_lost(conn, out),
            kafka_channel!() => {}
        }
    }

    fn on_quorum_line_lost(&mut self, conn: ConnId, out: &mut Outbox) {
        match &mut self.role {
            Role::Following(_) => self.on_leader_line_lost(conn, out),
            Role::Leading(leading) => leading.forget_learner(conn, out.cause()),
            Role::Looking(_) | Role::Down => {}
        }
    }

    fn on_quorum(&mut self, conn: ConnId, message: QuorumMessage, out: &mut Outbox) {
        if let QuorumMessage::Notification { vote, round, state } = message {
            if let NodeId::Zk(from) = conn.peer_of(out.me()) {
                self.on_notification(from, vote, round, state, out);
            }
            return;
        }
        match &self.role {
            Role::Leading(_) => self.on_learner(conn, message, out),
            Role::Following(_) => self.on_leader(conn, message, out),
            Role::Looking(_) | Role::Down => {}
        }
    }

    fn on_timer(&mut self, timer: ServerTimer, out: &mut Outbox) {
        match timer {
            ServerTimer::ElectionPoll => self.poll_again(out),
            ServerTimer::ElectionFinalize => self.finalize(out),
            ServerTimer::RetryLeader => self.connect_to_leader(out),
            ServerTimer::LeaderSilent => self.look(out),
            ServerTimer::HalfTick => self.half_tick(out),
            ServerTimer::InitLimit => self.look(out),
            ServerTimer::Fsync => self.synced_to_disk(out),
            ServerTimer::Expiry(session) => self.expire(session, out),
        }
    }

    /// A transaction goes into the queue for the log (`SyncRequestProcessor`).
    pub(super) fn receive(&mut self, txn: Arc<Txn>, out: &mut Outbox) {
        if self.disk.receive(txn) {
            out.arm(Timer::Zk(ServerTimer::Fsync), FSYNC);
        }
    }

    /// What was received is on disk: now it is acknowledged, to the leader or, by the leader, to itself.
    fn synced_to_disk(&mut self, out: &mut Outbox) {
        let synced = self.disk.sync();
        if let Some(last) = synced.last() {
            out.note(ZkFact::Logged { zxid: last.zxid, txns: synced.len() as u32 });
        }
        for txn in &synced {
            match &self.role {
                Role::Leading(_) => self.on_ack(self.id, txn.zxid, out),
                Role::Following(_) => self.acknowledge(txn.zxid, out),
                Role::Looking(_) | Role::Down => {}
            }
        }
    }
}
