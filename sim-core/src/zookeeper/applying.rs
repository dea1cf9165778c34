//! A committed transaction takes effect at one server: its tree changes, watches fire, the client that asked is answered
//! (`FinalRequestProcessor`, `DataTree.processTxn`).

use super::facts::ZkFact;
use super::rules;
use super::server::{Role, ZkServer};
use super::txn::{Txn, TxnOp};
use super::types::*;
use super::znode_tree::Change;
use crate::boundary::Outbox;
use crate::ids::*;
use crate::invariant::sure;
use std::sync::Arc;

impl ZkServer {
    /// Applies a committed transaction: the tree changes, watches fire, the client that asked is answered.
    /// Returns the cause that what follows from it has.
    pub(super) fn apply(&mut self, txn: &Arc<Txn>, out: &mut Outbox) -> Cause {
        let mut changes = Vec::new();
        debug_assert!(txn.zxid > self.applied, "zxids only grow: {} after {}", txn.zxid, self.applied);
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
                let (path, error) = (path.clone(), failure.error);
                out.note(ZkFact::WriteRefused { zxid: txn.zxid, path, error });
            }
        }
        let mut fired = Vec::new();
        for (nth, change) in changes.iter().enumerate() {
            // A closed session is the reason for the deletions that follow it.
            let after_close = matches!(changes[0], Change::SessionClosed { .. });
            out.because(if after_close { closed } else { because });
            if speaks {
                let noted = out.note(fact_of(change, txn.zxid));
                // Followers fire their own watches because of this commit; for a closed session's many
                // deletions there is no single reason.
                if !matches!(change, Change::Deleted { .. }) || changes.len() <= 2 {
                    for_others = noted;
                }
                if matches!(change, Change::SessionClosed { .. }) {
                    closed = noted;
                }
                out.because(noted);
            }
            if rules::fires(nth) {
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
            Some(Change::Created { .. } | Change::Deleted { .. } | Change::DataChanged { .. }) | None => {}
        }
        // The server behind which the client is answers it.
        let Some(origin) = txn.origin.filter(|origin| origin.server == self.id) else { return };
        // The client has left this server meanwhile: it will see CONNECTIONLOSS there.
        let Some(conn) = self.conn_of(txn.session) else { return };
        let Some(attached) = sure(self.attached.get_mut(&conn), "the session was found on this connection") else {
            return;
        };
        // It asked on an earlier connection and came back to the same server: that answer is lost.
        if attached.waiting.front().map(|(xid, _)| *xid) != Some(origin.xid) {
            return;
        }
        attached.waiting.pop_front();
        let result = match txn.failure() {
            Some(failure) => Err(failure.clone()),
            None if txn.is_multi => Ok(ZkReply::Multi(std::mem::take(replies))),
            None => replies.pop().ok_or_else(|| ZkError::BadArguments.into()),
        };
        let has_moved = txn.failure().is_some_and(|failure| failure.error == ZkError::SessionMoved);
        if has_moved && !(txn.is_multi && self.config.version.answers_multis_of_moved_sessions()) {
            self.drop_moved(conn, out);
            return;
        }
        self.reply(conn, origin.xid, txn.zxid, result, out);
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
