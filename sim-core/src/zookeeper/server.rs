//! One ZooKeeper server: what it has on disk, its role in the ensemble, and the clients connected to it.
//!
//! The roles live in [`super::election`], [`super::leader`] and [`super::follower`]; here is what all of them
//! share: inputs are handed out, clients are served, committed transactions are applied.

use super::disk::{Disk, FSYNC};
use super::election::Election;
use super::facts::ZkFact;
use super::follower::Following;
use super::leader::Leading;
use super::limits::{REQUEST_BYTES_MAX, request_bytes};
use super::messages::*;
use super::sessions::{Attached, Attachment, Waiting};
use super::txn::{Txn, TxnOp, Write};
use super::types::*;
use super::watches::Watches;
use super::znode_tree::{Change, ZnodeTree};
use crate::ids::*;
use crate::node::{Input, Message, Outbox, Timer};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A server's timers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServerTimer {
    /// No notification came for a while: ask again.
    ElectionPoll,
    /// A quorum agrees; nothing better came for 200 ms.
    ElectionFinalize,
    /// A follower tries its leader again.
    RetryLeader,
    /// Nothing was heard of the leader for syncLimit ticks (initLimit while joining).
    LeaderSilent,
    /// The leader's half tick: pings; every second one counts the followers.
    HalfTick,
    /// No quorum joined within initLimit ticks.
    InitLimit,
    /// What was received is synced to the disk.
    Fsync,
    /// The bucket of this session's expiry is over.
    Expiry(SessionId),
}

impl ServerTimer {
    pub fn is_routine(self) -> bool {
        matches!(self, ServerTimer::HalfTick | ServerTimer::Fsync)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Role {
    /// The process does not run.
    Down,
    Looking(Election),
    Following(Following),
    Leading(Leading),
}

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
    pub(super) attached: BTreeMap<ConnId, Attached>,
    pub(super) watches: Watches,
    pub(super) next_session: u64,
    /// Connections for votes: ours to the others, opened when a vote is to be sent.
    pub(super) voting: BTreeMap<u16, (ConnId, bool)>,
    /// The newest vote for each server that is not connected yet.
    pub(super) votes_to_send: BTreeMap<u16, QuorumMessage>,
    /// The newest transaction of which this server ever heard that it is committed. For the reader's eyes: it
    /// tells whether a new leader carries on something of which nobody knew.
    pub(super) heard_committed: Recorded<Zxid>,
}

impl ZkServer {
    pub fn new(id: u16, config: EnsembleConfig) -> ZkServer {
        ZkServer {
            id,
            disk: Disk::new(config.version),
            role: Role::Down,
            tree: ZnodeTree::new(config.version),
            applied: Zxid(0),
            attached: BTreeMap::new(),
            watches: Watches::default(),
            next_session: 0,
            voting: BTreeMap::new(),
            votes_to_send: BTreeMap::new(),
            heard_committed: Recorded(Zxid(0)),
            config,
        }
    }

    pub fn handle(&mut self, input: Input, out: &mut Outbox) {
        match input {
            Input::Started { .. } => self.start(out),
            Input::Accepted(conn) => self.on_accepted(conn, out),
            Input::Opened(conn) => match conn.channel {
                Channel::Election => self.on_voting_line_open(conn, out),
                _ => self.on_leader_line_open(conn, out),
            },
            Input::Message(conn, Message::ZkRequest(request)) => self.on_client(conn, request, out),
            Input::Message(conn, Message::Quorum(message)) => self.on_quorum(conn, message, out),
            Input::Message(..) | Input::Order(crate::command::Order::Stop) => {
                // SIGTERM ends a server as it is: it has nothing to hand over (`QuorumPeerMain`).
                if matches!(input, Input::Order(_)) {
                    out.exit();
                }
            }
            Input::Lost(conn, _) => self.on_lost(conn, out),
            Input::Timer(Timer::Zk(timer)) => self.on_timer(timer, out),
            Input::Timer(_) | Input::Order(_) => {}
        }
    }

    /// The process is gone: only what it has logged is left.
    pub fn crash(&mut self) {
        self.disk.crash();
        if !rule!(LogsSurvive) {
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

    pub(super) fn quorum(&self) -> usize {
        let servers = self.config.servers.len();
        if rule!(HalfIsNoMajority) { servers / 2 + 1 } else { servers.div_ceil(2) }
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
            _ => {}
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
            _ => self.on_quorum_line_lost(conn, out),
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

    // ----- logging -----

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

    // ----- clients -----

    fn on_client(&mut self, conn: ConnId, request: ZkRequest, out: &mut Outbox) {
        if !self.attached.contains_key(&conn) {
            return;
        }
        match request {
            ZkRequest::Connect { session, timeout_ms, last_zxid_seen } => {
                // A client never goes back in time (`ZooKeeperServer.processConnectRequest`).
                if last_zxid_seen > self.applied {
                    self.drop_client(conn, out);
                } else if session == SessionId(0) {
                    self.open_session(conn, timeout_ms, out);
                } else {
                    self.reopen_session(conn, session, out);
                }
            }
            ZkRequest::Ping => {
                self.touch(conn, out);
                out.send(conn, Message::ZkResponse(ZkResponse::Pong));
            }
            ZkRequest::Op { op, .. } if request_bytes(&op) > REQUEST_BYTES_MAX && rule!(LargeRequestsAreRefused) => {
                out.note_and_go_on(ZkFact::RequestTooLarge { client: conn.client, bytes: request_bytes(&op) });
                self.drop_client(conn, out);
            }
            ZkRequest::Op { xid, op } => {
                self.touch(conn, out);
                self.on_op(conn, xid, op, out);
            }
            ZkRequest::SetWatches { relative_zxid, data, exist, child } => {
                self.touch(conn, out);
                self.set_watches(conn, relative_zxid, &data, &exist, &child, out);
                out.send(conn, Message::ZkResponse(ZkResponse::WatchesSet { zxid: self.applied }));
            }
            ZkRequest::Close if !rule!(CloseIsAtOnce) => self.drop_client(conn, out),
            ZkRequest::Close => {
                let Some(session) = self.session_of(conn) else { return };
                self.wait(conn, 0, Waiting::Close);
                self.submit(session, 0, Write::CloseSession, out);
            }
        }
    }

    fn open_session(&mut self, conn: ConnId, timeout_ms: u32, out: &mut Outbox) {
        let tick = self.config.tick_ms;
        // minSessionTimeout and maxSessionTimeout: 2 and 20 ticks.
        let least = if rule!(SessionsLastTwoTicks) { 2 * tick } else { 1 };
        let most = if rule!(SessionsLastTwentyTicks) { 20 * tick } else { u32::MAX };
        let timeout_ms = timeout_ms.clamp(least, most);
        let session = SessionId((u64::from(self.id) << 56) | (self.next_session & 0x00ff_ffff_ffff_ffff));
        self.next_session += 1;
        if let Some(attached) = self.attached.get_mut(&conn) {
            attached.attachment = Attachment::Opening(session);
        }
        let client = Recorded(Some(conn.client));
        self.submit(session, 0, Write::CreateSession { timeout_ms, client }, out);
    }

    /// A read is answered from what this server has; a write goes to the leader. Each client's requests are
    /// answered in their order (`CommitProcessor`).
    fn on_op(&mut self, conn: ConnId, xid: u32, op: Arc<ZkOp>, out: &mut Outbox) {
        let Some(session) = self.session_of(conn) else { return };
        match &*op {
            ZkOp::Exists { .. } | ZkOp::GetData { .. } | ZkOp::GetChildren { .. } => {
                let is_first = self.attached.get(&conn).is_some_and(|attached| attached.waiting.is_empty());
                if is_first {
                    self.answer_read(conn, xid, &op, out);
                } else {
                    self.wait(conn, xid, Waiting::Read(op));
                }
            }
            ZkOp::Sync { .. } => {
                self.wait(conn, xid, Waiting::Sync);
                self.submit_sync(session, xid, out);
            }
            _ => {
                self.wait(conn, xid, Waiting::Write);
                self.submit(session, xid, Write::Op((*op).clone()), out);
            }
        }
    }

    fn answer_read(&mut self, conn: ConnId, xid: u32, op: &ZkOp, out: &mut Outbox) {
        let result = match op {
            ZkOp::Exists { path, watch } => {
                if *watch {
                    self.watches.add_data(path, conn);
                }
                Ok(ZkReply::Exists(self.tree.get(path).map(|node| node.stat())))
            }
            ZkOp::GetData { path, watch } => match self.tree.get(path) {
                Some(node) => {
                    let reply = ZkReply::Data(node.data.clone(), node.stat());
                    if *watch {
                        self.watches.add_data(path, conn);
                    }
                    Ok(reply)
                }
                None => Err(ZkError::NoNode.into()),
            },
            ZkOp::GetChildren { path, watch } => match self.tree.get(path) {
                Some(node) => {
                    let stat = node.stat();
                    if *watch {
                        self.watches.add_child(path, conn);
                    }
                    Ok(ZkReply::Children(self.tree.children(path), stat))
                }
                None => Err(ZkError::NoNode.into()),
            },
            _ => Err(ZkError::BadArguments.into()),
        };
        self.reply(conn, xid, self.applied, result, out);
    }

    fn reply(&self, conn: ConnId, xid: u32, zxid: Zxid, result: ZkResult, out: &mut Outbox) {
        out.send(conn, Message::ZkResponse(ZkResponse::Reply { xid, zxid, result }));
    }

    /// `DataTree.setWatches`: what was missed is fired now, the rest is set.
    fn set_watches(
        &mut self,
        conn: ConnId,
        relative_zxid: Zxid,
        data: &[ZPath],
        exist: &[ZPath],
        child: &[ZPath],
        out: &mut Outbox,
    ) {
        for path in data {
            match self.tree.get(path).map(|node| node.stat()) {
                None if rule!(MissedDeletionsAreTold) => self.tell_watcher(conn, WatchEvent::NodeDeleted, path, out),
                Some(stat) if stat.mzxid > relative_zxid && rule!(MissedChangesAreTold) => {
                    self.tell_watcher(conn, WatchEvent::NodeDataChanged, path, out);
                }
                _ if rule!(UnfiredWatchesMove) => self.watches.add_data(path, conn),
                _ => {}
            }
        }
        for path in exist {
            if self.tree.get(path).is_some() && rule!(MissedCreationsAreTold) {
                self.tell_watcher(conn, WatchEvent::NodeCreated, path, out);
            } else {
                self.watches.add_data(path, conn);
            }
        }
        for path in child {
            match self.tree.get(path).map(|node| node.stat()) {
                None if rule!(MissedDeletionsAreTold) => self.tell_watcher(conn, WatchEvent::NodeDeleted, path, out),
                Some(stat) if stat.pzxid > relative_zxid && rule!(MissedChildrenAreTold) => {
                    self.tell_watcher(conn, WatchEvent::NodeChildrenChanged, path, out);
                }
                _ if rule!(UnfiredWatchesMove) => self.watches.add_child(path, conn),
                _ => {}
            }
        }
    }

    fn tell_watcher(&self, conn: ConnId, event: WatchEvent, path: &ZPath, out: &mut Outbox) {
        let before = out.cause();
        let fact = ZkFact::WatchFired { path: path.clone(), event: event.name(), client: Some(conn.client) };
        out.note_and_go_on(fact);
        out.send(conn, Message::ZkResponse(ZkResponse::Watch { event, path: path.clone() }));
        out.because(before);
    }

    fn wait(&mut self, conn: ConnId, xid: u32, waiting: Waiting) {
        if let Some(attached) = self.attached.get_mut(&conn) {
            attached.waiting.push_back((xid, waiting));
        }
    }

    /// Sends a write to where the leader is.
    fn submit(&mut self, session: SessionId, xid: u32, write: Write, out: &mut Outbox) {
        match &self.role {
            Role::Leading(_) => self.propose_for(self.id, session, xid, &write, out),
            Role::Following(following) => {
                let request = QuorumMessage::Request { session, xid, write: Arc::new(write) };
                following.send(request, out);
            }
            Role::Looking(_) | Role::Down => {}
        }
    }

    fn submit_sync(&mut self, session: SessionId, xid: u32, out: &mut Outbox) {
        match &self.role {
            Role::Leading(_) => self.on_sync_request(self.id, session, xid, out),
            Role::Following(following) => following.send(QuorumMessage::SyncRequest { session, xid }, out),
            Role::Looking(_) | Role::Down => {}
        }
    }

    /// A sync came back: everything that was outstanding when it was asked is applied here.
    pub(super) fn on_synced(&mut self, session: SessionId, xid: u32, out: &mut Outbox) {
        let Some(conn) = self.conn_of(session) else { return };
        let Some(attached) = self.attached.get_mut(&conn) else { return };
        if attached.waiting.front().is_some_and(|(other, waiting)| *other == xid && *waiting == Waiting::Sync) {
            attached.waiting.pop_front();
            self.reply(conn, xid, self.applied, Ok(ZkReply::Synced), out);
            self.answer_waiting_reads(conn, out);
        } else if let Some(entry) = attached.waiting.iter_mut().find(|(other, _)| *other == xid) {
            // It overtook a write of its own client, which is answered first.
            entry.1 = Waiting::SyncDone;
        }
    }

    fn answer_waiting_reads(&mut self, conn: ConnId, out: &mut Outbox) {
        loop {
            let Some(attached) = self.attached.get_mut(&conn) else { return };
            match attached.waiting.front() {
                Some((_, Waiting::Read(_) | Waiting::SyncDone)) => {}
                _ => return,
            }
            match attached.waiting.pop_front() {
                Some((xid, Waiting::Read(op))) => self.answer_read(conn, xid, &op, out),
                Some((xid, _)) => self.reply(conn, xid, self.applied, Ok(ZkReply::Synced), out),
                None => return,
            }
        }
    }

    // ----- applying -----

    /// Applies a committed transaction: the tree changes, watches fire, the client that asked is answered.
    /// Returns the cause that what follows from it has.
    pub(super) fn apply(&mut self, txn: &Arc<Txn>, out: &mut Outbox) -> Cause {
        let mut changes = Vec::new();
        let mut replies = self.tree.apply(txn, &mut changes);
        self.applied = txn.zxid;
        self.heard_committed.0 = self.heard_committed.0.max(txn.zxid);
        self.disk.compact(txn.zxid);
        let because = out.cause();
        let mut for_others = because;
        let mut closed = because;
        let speaks = matches!(self.role, Role::Leading(_));
        if speaks {
            out.note(ZkFact::Committed { zxid: txn.zxid });
            if let Some(TxnOp::Error { failure, path }) = txn.ops.first() {
                let (path, error) = (path.clone(), failure.error.name());
                out.note(ZkFact::WriteRefused { zxid: txn.zxid, path, error });
            }
        }
        let mut fired = Vec::new();
        for change in &changes {
            // A closed session is the reason for the deletions that follow it.
            let after_close = matches!(changes[0], Change::SessionClosed { .. });
            out.because(if after_close { closed } else { because });
            if speaks {
                let noted = out.note(fact_of(change, txn.zxid));
                // Followers fire their own watches because of this commit; of a closed session's many
                // deletions none is the one reason.
                if !matches!(change, Change::Deleted { .. }) || changes.len() <= 2 {
                    for_others = noted;
                }
                if matches!(change, Change::SessionClosed { .. }) {
                    closed = noted;
                }
                out.because(noted);
            }
            if rule!(EachChangeFires) || *change == changes[0] {
                self.watches.fire(change, &mut fired);
            }
            for (conn, event, path) in fired.drain(..) {
                self.tell_watcher(conn, event, &path, out);
            }
        }
        out.because(for_others);
        self.after_apply(txn, &changes, &mut replies, out);
        for_others
    }

    fn after_apply(&mut self, txn: &Arc<Txn>, changes: &[Change], replies: &mut Vec<ZkReply>, out: &mut Outbox) {
        match changes.first() {
            Some(Change::SessionCreated { session, timeout_ms, .. }) => {
                self.on_session_created(*session, *timeout_ms, txn.origin.map(|origin| origin.server), out);
                return;
            }
            Some(Change::SessionClosed { session, .. }) => {
                self.on_session_closed(*session, out);
                return;
            }
            _ => {}
        }
        let Some(origin) = txn.origin.filter(|origin| origin.server == self.id) else { return };
        let Some(conn) = self.conn_of(txn.session) else { return };
        let Some(attached) = self.attached.get_mut(&conn) else { return };
        if attached.waiting.front().map(|(xid, _)| *xid) != Some(origin.xid) {
            return;
        }
        attached.waiting.pop_front();
        let result = match txn.failure() {
            Some(failure) => Err(failure.clone()),
            None if txn.is_multi => Ok(ZkReply::Multi(std::mem::take(replies))),
            None => replies.pop().ok_or_else(|| ZkError::BadArguments.into()),
        };
        let moved = matches!(&result, Err(failure) if failure.error == ZkError::SessionMoved);
        self.reply(conn, origin.xid, txn.zxid, result, out);
        if moved {
            self.drop_client(conn, out);
            return;
        }
        self.answer_waiting_reads(conn, out);
    }
}

fn fact_of(change: &Change, zxid: Zxid) -> ZkFact {
    match change {
        Change::Created { path, owner } => ZkFact::ZnodeCreated { path: path.clone(), owner: *owner, zxid },
        Change::Deleted { path, owner } => ZkFact::ZnodeDeleted { path: path.clone(), owner: *owner, zxid },
        Change::DataChanged { path, version } => {
            ZkFact::ZnodeDataChanged { path: path.clone(), version: *version, zxid }
        }
        Change::SessionCreated { session, timeout_ms, client } => {
            ZkFact::SessionCreated { session: *session, client: *client, timeout_ms: *timeout_ms, zxid }
        }
        Change::SessionClosed { session, client } => ZkFact::SessionClosed { session: *session, client: *client, zxid },
    }
}
