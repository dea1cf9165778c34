//! What a server does for its clients: sessions are asked for, reads are answered from what it has, writes go to
//! the leader, watches are set (`ZooKeeperServer`, `CommitProcessor`, `FinalRequestProcessor`).

use super::facts::ZkFact;
use super::limits::{REQUEST_BYTES_MAX, request_bytes};
use super::messages::*;
use super::rules;
use super::server::{Role, ZkServer};
use super::sessions::{Attachment, Waiting};
use super::txn::Write;
use super::types::*;
use crate::boundary::{Message, Outbox};
use crate::ids::*;
use crate::invariant::sure;
use crate::net::ConnId;
use std::sync::Arc;

impl ZkServer {
    pub(super) fn on_client(&mut self, conn: ConnId, request: ZkRequest, out: &mut Outbox) {
        // The connection was closed from here while the request was on its way.
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
                if !self.accepts_request(conn, out) {
                    return;
                }
                out.send(conn, Message::ZkResponse(ZkResponse::Pong));
            }
            ZkRequest::Op { op, .. } if rules::is_too_large(request_bytes(&op), REQUEST_BYTES_MAX) => {
                out.note_and_go_on(ZkFact::RequestTooLarge { client: conn.client, bytes: request_bytes(&op) });
                self.drop_client(conn, out);
            }
            ZkRequest::Op { xid, op } => {
                self.touch(conn, out);
                self.on_op(conn, xid, op, out);
            }
            ZkRequest::SetWatches { relative_zxid, data, exist, child } => {
                self.touch(conn, out);
                if !self.accepts_request(conn, out) {
                    return;
                }
                self.set_watches(conn, relative_zxid, &data, &exist, &child, out);
                out.send(conn, Message::ZkResponse(ZkResponse::WatchesSet { zxid: self.applied }));
            }
            ZkRequest::Close if !rules::close_is_at_once() => self.drop_client(conn, out),
            ZkRequest::Close => {
                // Before its session is there, there is nothing to close.
                let Some(session) = self.session_of(conn) else { return };
                self.wait(conn, 0, Waiting::Close);
                self.submit(session, 0, Write::CloseSession, out);
            }
        }
    }

    fn open_session(&mut self, conn: ConnId, timeout_ms: u32, out: &mut Outbox) {
        let tick = self.config.tick_ms;
        // minSessionTimeout and maxSessionTimeout: 2 and 20 ticks.
        let least = rules::least_timeout_ms(tick);
        let most = rules::most_timeout_ms(tick);
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
        // The session ended while the request was on its way: the connection is closed instead of an answer.
        let Some(session) = self.session_of(conn) else { return };
        let is_write =
            !matches!(&*op, ZkOp::Exists { .. } | ZkOp::GetData { .. } | ZkOp::GetChildren { .. } | ZkOp::Sync { .. });
        // A write is checked when its transaction is made, where it takes its zxid.
        if !is_write && !self.accepts_request(conn, out) {
            return;
        }
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
            ZkOp::Create { .. } | ZkOp::Delete { .. } | ZkOp::SetData { .. } | ZkOp::Check { .. } | ZkOp::Multi(_) => {
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

    pub(super) fn reply(&self, conn: ConnId, xid: u32, zxid: Zxid, result: ZkResult, out: &mut Outbox) {
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
                None if rules::missed_deletions_are_told() => {
                    self.tell_watcher(conn, WatchEvent::NodeDeleted, path, out)
                }
                Some(stat) if rules::has_missed_a_change(stat.mzxid, relative_zxid) => {
                    self.tell_watcher(conn, WatchEvent::NodeDataChanged, path, out);
                }
                _ if rules::unfired_watches_move() => self.watches.add_data(path, conn),
                _ => {}
            }
        }
        for path in exist {
            if rules::has_missed_a_creation(self.tree.get(path).is_some()) {
                self.tell_watcher(conn, WatchEvent::NodeCreated, path, out);
            } else {
                self.watches.add_data(path, conn);
            }
        }
        for path in child {
            match self.tree.get(path).map(|node| node.stat()) {
                None if rules::missed_deletions_are_told() => {
                    self.tell_watcher(conn, WatchEvent::NodeDeleted, path, out)
                }
                Some(stat) if rules::has_missed_children(stat.pzxid, relative_zxid) => {
                    self.tell_watcher(conn, WatchEvent::NodeChildrenChanged, path, out);
                }
                _ if rules::unfired_watches_move() => self.watches.add_child(path, conn),
                _ => {}
            }
        }
    }

    pub(super) fn tell_watcher(&self, conn: ConnId, event: WatchEvent, path: &ZPath, out: &mut Outbox) {
        let before = out.cause();
        let fact = ZkFact::WatchFired { path: path.clone(), event, client: Some(conn.client) };
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
        // The client has left this server meanwhile.
        let Some(conn) = self.conn_of(session) else { return };
        let Some(attached) = sure(self.attached.get_mut(&conn), "the session was found on this connection") else {
            return;
        };
        if attached.waiting.front().is_some_and(|(other, waiting)| *other == xid && *waiting == Waiting::Sync) {
            attached.waiting.pop_front();
            self.reply(conn, xid, self.applied, Ok(ZkReply::Synced), out);
            self.answer_waiting_reads(conn, out);
        } else if let Some(entry) = attached.waiting.iter_mut().find(|(other, _)| *other == xid) {
            // It overtook a write of its own client, which is answered first.
            entry.1 = Waiting::SyncDone;
        }
    }

    pub(super) fn answer_waiting_reads(&mut self, conn: ConnId, out: &mut Outbox) {
        loop {
            let Some(attached) = sure(self.attached.get_mut(&conn), "an answer does not end its connection") else {
                return;
            };
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
}
